"""Papers: dealt by a recorded seed, approved by a second person, withdrawn, looked into on the record."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from exambank import audit
from exambank.assembly import rules
from exambank.assembly.models import ExamBlueprint, ExamPaper, PaperSet
from exambank.assembly.rules import PAPER_SET_STATES, KeyBalance, Overlap
from exambank.assembly.service.blueprints import specs_of
from exambank.assembly.service.seeds import generator
from exambank.assembly.service.wording import in_words
from exambank.bank import service as bank
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import ItemVersion
from exambank.courses import service as courses
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.permissions import Actor, Permission, allows

SAME_CLICK = timedelta(minutes=1)


def deal_papers(
    *, actor: Actor, now: datetime, blueprint: ExamBlueprint, count: int, seed: str | None = None
) -> PaperSet:
    """Deal ``count`` papers, which fixes the blueprint; the same seed over the same bank deals the same again."""
    if not 0 < count <= rules.PAPERS_ALLOWED:
        raise InvalidInput(_("The number of papers must be from 1 to %(most)s.", most=rules.PAPERS_ALLOWED))
    if seed is not None and not 0 < len(seed) <= 64:
        raise InvalidInput(_("A seed has from 1 to 64 characters."))
    seed, cells, seen = seed or secrets.token_hex(16), specs_of(blueprint), blueprint.changed_at
    layouts = _layouts(blueprint.course_module_id, cells, count, seed)
    total = rules.total_points(cells)
    with unit_of_work() as session:
        lock(blueprint)
        if blueprint.state == "retired" or blueprint.changed_at != seen:
            raise StateConflict(_("The blueprint was changed a moment ago. Look at it again, then deal."))
        _refuse_twice(blueprint, seed, now)
        paper_set = PaperSet(
            blueprint_id=blueprint.id, course_module_id=blueprint.course_module_id, seed=seed,
            dealt_by_id=actor.user_id, dealt_at=now, snapshot_hash=snapshot_hash(layouts),
            name=f"{blueprint.name[:290]} ({len(list_paper_sets(blueprint)) + 1})",
        )  # fmt: skip
        paper_set.papers = [ExamPaper(code=code, layout=layout, total_points=total) for code, layout in layouts.items()]
        session.add(paper_set)
        blueprint.state = "used"
        session.flush()
        audit.record(
            actor, "papers.dealt", paper_set, seed=seed, hash=paper_set.snapshot_hash, papers=count,
            blueprint=blueprint.public_id,
        )  # fmt: skip
    return paper_set


def _refuse_twice(blueprint: ExamBlueprint, seed: str, now: datetime) -> None:
    """A second click on "deal" sends the same seed again; a draw repeated before witnesses comes later."""
    query = select(PaperSet.id).where(
        PaperSet.blueprint_id == blueprint.id, PaperSet.seed == seed, PaperSet.dealt_at > now - SAME_CLICK
    )
    if db.session.execute(query).first() is not None:
        raise StateConflict(_("These papers have already been dealt. They stand in the list of paper sets."))


def _layouts(course_module_id: int, cells: Sequence[rules.CellSpec], count: int, seed: str) -> dict[str, list]:
    pool = bank.list_pool(course_module_id)
    try:
        dealt = rules.deal(pool, cells, count, generator(seed), rules.kept_apart(pool))
    except rules.Infeasible as refused:
        raise InvalidInput(in_words(refused.feasibility).sentence) from refused
    kinds = {item.version_id: item.kind for item in pool}
    contents = {
        version_id: version.content
        for version_id, version in bank.get_versions({pick.version_id for paper in dealt for pick in paper}).items()
    }
    layouts = {}
    for code, picks in zip(rules.paper_codes(count), dealt, strict=True):
        layouts[code] = [
            {
                "version": pick.version_id,
                "points": format(pick.points.normalize(), "f"),
                "cell": pick.cell,
                "options": REGISTRY[kinds[pick.version_id]].deal_order(
                    contents[pick.version_id], generator(seed, code, pick.version_id)
                ),
            }
            for pick in picks
        ]
    return layouts


def snapshot_hash(layouts: dict[str, list]) -> str:
    """One fingerprint of all papers of a set: printed in minutes, checked at approval."""
    return hashlib.sha256(audit.canonical(layouts).encode()).hexdigest()


def approve_papers(*, actor: Actor, now: datetime, paper_set: PaperSet) -> None:
    """A second person approves; from then on nothing of these papers changes, and the bank knows their use."""
    carried, pool = _versions_of(paper_set.papers), bank.list_pool(paper_set.course_module_id)
    gone = carried - {item.version_id for item in pool}
    meeting = rules.first_meeting({paper.code: _versions_of([paper]) for paper in paper_set.papers}, pool)
    with unit_of_work():
        lock(paper_set)
        _move(paper_set, "approved")
        if paper_set.dealt_by_id == actor.user_id:
            raise StateConflict(_("Whoever dealt these papers cannot approve them: a second person does."))
        if gone:
            raise StateConflict(
                _(
                    "%(count)s questions were changed or retired after dealing. Withdraw this set and deal again.",
                    count=len(gone),
                )
            )
        _refuse_meeting(meeting)
        if snapshot_hash({paper.code: paper.layout for paper in paper_set.papers}) != paper_set.snapshot_hash:
            raise StateConflict(
                _("These papers do not match their fingerprint. Do not use them; tell the quality office.")
            )
        paper_set.approved_by_id, paper_set.approved_at = actor.user_id, now
        for paper in paper_set.papers:
            bank.record_use([question["version"] for question in paper.layout], paper.public_id, now)
        audit.record(actor, "papers.approved", paper_set, hash=paper_set.snapshot_hash, papers=len(paper_set.papers))


def _refuse_meeting(meeting: rules.Meeting | None) -> None:
    if meeting is None:
        return
    one, other = meeting.codes
    raise StateConflict(
        _(
            "Paper %(paper)s holds %(one)s and %(other)s, which were named after dealing as questions that never meet "
            "in a paper. Withdraw this set and deal again.",
            paper=meeting.paper,
            one=one,
            other=other,
        )
    )


def withdraw_papers(*, actor: Actor, now: datetime, paper_set: PaperSet, reason: str) -> None:
    """Take a set out of use before it is bound to candidates; nothing is deleted."""
    if not reason.strip():
        raise InvalidInput(_("Say why the papers are withdrawn."))
    with unit_of_work():
        lock(paper_set)
        if paper_set.bound_at is not None:
            raise StateConflict(_("These papers belong to candidates of an exam already and cannot be withdrawn."))
        _move(paper_set, "withdrawn")
        audit.record(actor, "papers.withdrawn", paper_set, reason=reason, at=now)


def _move(paper_set: PaperSet, state: str) -> None:
    if state not in PAPER_SET_STATES[paper_set.state]:
        raise StateConflict(_("This set of papers is not in a state that allows this. Reload the page."))
    paper_set.state = state


def record_binding(paper_set: PaperSet, *, now: datetime) -> None:
    """Told by exams, inside its own act: these papers now belong to candidates."""
    with unit_of_work():
        lock(paper_set)
        if paper_set.state != "approved":
            raise StateConflict(_("Only approved papers can be given to candidates."))
        if paper_set.bound_at is None:
            paper_set.bound_at = now


@dataclass(frozen=True)
class SetSummary:
    """What a set of papers looks like as a whole."""

    questions: int
    total_points: Decimal
    overlap: Overlap
    balance: KeyBalance


def summarise(paper_set: PaperSet) -> SetSummary:
    """Overlap between papers and balance of key positions; for those who may see papers."""
    versions = bank.get_versions(_versions_of(paper_set.papers))
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


def _versions_of(papers: Sequence[ExamPaper]) -> set[int]:
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
    versions = bank.get_versions(_versions_of([paper]))
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
