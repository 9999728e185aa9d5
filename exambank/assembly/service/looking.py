"""Sets of papers and papers as people see them; every look into a paper is on the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from exambank import audit
from exambank.assembly import rules
from exambank.assembly.models import ExamBlueprint, ExamPaper, PaperSet
from exambank.assembly.rules import KeyBalance, Overlap
from exambank.bank import service as bank
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import ItemVersion
from exambank.courses import service as courses
from exambank.db import db, unit_of_work
from exambank.errors import NotFound
from exambank.permissions import Actor, Permission, allows


@dataclass(frozen=True)
class SetSummary:
    """What a set of papers looks like as a whole."""

    questions: int
    total_points: Decimal
    overlap: Overlap
    balance: KeyBalance


def summarise(paper_set: PaperSet) -> SetSummary:
    """Overlap between papers and balance of key positions; for those who may see papers."""
    versions = bank.get_versions(versions_of(paper_set.papers))
    first = paper_set.papers[0]
    return SetSummary(
        questions=len(first.layout),
        total_points=first.total_points,
        overlap=rules.overlap([[question["version"] for question in paper.layout] for paper in paper_set.papers]),
        balance=rules.key_balance(
            [
                [_key_position(versions[question["version"]], question["options"]) for question in paper.layout]
                for paper in paper_set.papers
            ]
        ),
    )


def versions_of(papers: Sequence[ExamPaper]) -> set[int]:
    """The item versions that these papers carry."""
    return {question["version"] for paper in papers for question in paper.layout}


def _key_position(version: ItemVersion, tokens: list[str]) -> int | None:
    keys = {option["token"] for option in version.content.get("options", []) if option.get("is_key")}
    is_single = version.item.kind == "single_choice"
    return next((at for at, token in enumerate(tokens) if token in keys), None) if is_single else None


@dataclass(frozen=True)
class PaperQuestion:
    """One question of a paper as staff see it: ``view`` as its candidate does, ``key`` the right answer in words."""

    number: int
    cell: int
    points: Decimal
    version: ItemVersion
    view: dict[str, Any]
    keys: frozenset[str]  # tokens of the options that are right
    key: list[tuple[str, str]]


def look_into_paper(*, actor: Actor, now: datetime, paper: ExamPaper) -> list[PaperQuestion]:
    """The paper with its key; every look is recorded."""
    versions = bank.get_versions(versions_of([paper]))
    with unit_of_work():
        audit.record(actor, "paper.seen", paper, code=paper.code, at=now)
    return [
        _paper_question(number, question, versions[question["version"]])
        for number, question in enumerate(paper.layout, start=1)
    ]


def _paper_question(number: int, question: dict[str, Any], version: ItemVersion) -> PaperQuestion:
    interaction, content = REGISTRY[version.item.kind], version.content
    fragment = interaction.fragment(version.stem, content, version.media)
    return PaperQuestion(
        number=number,
        cell=question["cell"],
        points=Decimal(question["points"]),
        version=version,
        view=interaction.arrange(fragment, question["options"]),
        keys=frozenset(row["token"] for row in content["options"] if row["is_key"]),
        key=interaction.describe_key(content),
    )


def get_paper_set(public_id: str) -> PaperSet:
    """The set with its papers, or NotFound."""
    query = select(PaperSet).where(PaperSet.public_id == public_id).options(selectinload(PaperSet.papers))
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def get_paper(public_id: str) -> ExamPaper:
    """The paper, or NotFound."""
    found = db.session.execute(select(ExamPaper).where(ExamPaper.public_id == public_id)).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def list_paper_sets(blueprint: ExamBlueprint) -> list[PaperSet]:
    """Sets dealt from this blueprint, the newest first."""
    query = select(PaperSet).where(PaperSet.blueprint_id == blueprint.id).order_by(PaperSet.id.desc())
    return list(db.session.execute(query).scalars())


def list_approved_sets(course_module_id: int) -> list[PaperSet]:
    """Sets that an exam of this course module may use, the newest first."""
    query = (
        select(PaperSet)
        .where(PaperSet.course_module_id == course_module_id, PaperSet.state == "approved")
        .options(selectinload(PaperSet.papers))
        .order_by(PaperSet.id.desc())
    )
    return list(db.session.execute(query).scalars())


def list_waiting_sets(actor: Actor) -> list[PaperSet]:
    """Sets that wait for this very person's approval."""
    modules = {module.id for module in courses.list_modules_for(actor, Permission.BLUEPRINT_SEE)}
    query = select(PaperSet).where(PaperSet.state == "dealt", PaperSet.dealt_by_id != actor.user_id)
    return [
        paper_set
        for paper_set in db.session.execute(query.order_by(PaperSet.id)).scalars()
        if paper_set.course_module_id in modules and allows(actor, Permission.PAPERS_APPROVE, paper_set)
    ]
