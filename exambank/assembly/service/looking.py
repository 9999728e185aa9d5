"""Sets of papers and papers as people see them; every look into a paper is on the record."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from exambank import audit
from exambank.assembly.models import ExamBlueprint, ExamPaper, PaperSet
from exambank.assembly.service.content import WITHOUT_CONTENT, is_open, is_sealed, layouts_of
from exambank.bank import service as bank
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import ItemVersion
from exambank.courses import service as courses
from exambank.db import db, unit_of_work
from exambank.errors import NotFound, StateConflict
from exambank.permissions import Actor, Permission, Role, allows


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
    is_scored: bool = True  # False: pretest, answered but not marked
    part: int = 1


def look_into_paper(*, actor: Actor, now: datetime, paper: ExamPaper) -> list[PaperQuestion]:
    """The paper with its key; every look is recorded. StateConflict in words while the set is sealed."""
    refuse_withdrawn(paper.paper_set)
    layout = layouts_of(paper.paper_set).get(paper.code, [])
    versions = bank.get_versions({question["version"] for question in layout})
    with unit_of_work():
        audit.record(actor, "paper.seen", paper, code=paper.code, at=now)
    return [
        _paper_question(number, question, versions[question["version"]])
        for number, question in enumerate(layout, start=1)
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
        is_scored=question.get("scored", True),
        part=question.get("part", 1),
    )


def may_look(actor: Actor, paper_set: PaperSet) -> tuple[bool, str]:
    """Whether the actor may look into these papers now, and if not, why in words ("" for who never may)."""
    if is_sealed(paper_set):
        return False, _("These papers are sealed: only counts are shown until they are opened.")
    if paper_set.state in WITHOUT_CONTENT:
        return False, ""
    if allows(actor, Permission.PAPERS_SEE, paper_set):
        is_kept = paper_set.state != "withdrawn" or is_open(paper_set)
        return is_kept, "" if is_kept else _("Withdrawn unopened: these papers stay closed for good.")
    if _teaches_it(actor, paper_set):
        return False, _("You teach this module: while its papers are secret, you do not see them.")
    return False, ""


def _teaches_it(actor: Actor, paper_set: PaperSet) -> bool:
    """Whether only this keeps somebody with an office from the papers (School.settings may allow it)."""
    return actor.has(Role.QUALITY_OFFICE) or (
        actor.has(Role.DEPARTMENT_HEAD) and paper_set.department_id in actor.department_ids
    )


def refuse_withdrawn(paper_set: PaperSet) -> None:
    """What was withdrawn without ever being opened stays closed."""
    if paper_set.state == "withdrawn" and not is_open(paper_set):
        raise StateConflict(_("Withdrawn unopened: these papers stay closed for good."))


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
