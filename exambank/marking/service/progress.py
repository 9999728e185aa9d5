"""How far the marking by people is: of an exam, of each of its questions, of each marker."""

from collections import Counter
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import joinedload

from exambank.accounts.models import User
from exambank.bank import service as bank
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import ItemVersion
from exambank.db import db
from exambank.errors import StateConflict
from exambank.exams.models import Candidacy, Exam
from exambank.marking.models import Script
from exambank.permissions import Actor
from exambank.sittings.models import Sitting

# An oral script of somebody who never came waits for nobody.
IS_DUE = or_(Sitting.entered_at.is_not(None), Script.state != "waiting")


@dataclass(frozen=True)
class OpenScripts:
    """What still has to be marked by people: so many scripts of so many candidates, of ``total`` scripts."""

    scripts: int
    sittings: int
    total: int

    @property
    def finished(self) -> int:
        return self.total - self.scripts


def open_scripts(exam: Exam) -> OpenScripts:
    """How much of an exam is being marked; nothing open: every mark can be trusted to stand."""
    is_open = case((Script.state != "finished", Script.id))
    whose = case((Script.state != "finished", Script.sitting_id))
    query = (
        select(func.count(is_open), func.count(whose.distinct()), func.count(Script.id))
        .join(Sitting, Sitting.id == Script.sitting_id)
        .where(Script.exam_id == exam.id, IS_DUE)
    )
    return OpenScripts(*db.session.execute(query).one())


def is_blind(actor: Actor, exam: Exam) -> bool:
    """Whether this person marks the exam and something of it is open: then no page may join answers to names.

    A lecturer who marks the own class could otherwise finish one answer and see on the mark sheet who moved.
    """
    return exam.id in actor.marked_exam_ids and open_scripts(exam).scripts > 0


def refuse_blind(actor: Actor, exam: Exam) -> None:
    """Refuse a page on which a marker could see who moves with an answer just finished."""
    if is_blind(actor, exam):
        raise StateConflict(
            _("You mark this exam. Marks and grades with names are shown to you when the last answer is finished.")
        )


def script_counts(exam: Exam) -> dict[int, tuple[int, int]]:
    """For each sitting that has scripts: how many are finished, of how many."""
    done = func.count(case((Script.state == "finished", Script.id)))
    query = (
        select(Script.sitting_id, done, func.count(Script.id))
        .join(Sitting, Sitting.id == Script.sitting_id)
        .where(Script.exam_id == exam.id, IS_DUE)
        .group_by(Script.sitting_id)
    )
    return {sitting_id: (finished, total) for sitting_id, finished, total in db.session.execute(query)}


@dataclass(frozen=True)
class MarkingTask:
    """All answers to one question: what a marker works through before the next question."""

    version: ItemVersion
    part: str
    number: int  # the place it has on a paper, the first of them
    total: int
    finished: int
    mine: int  # begun by this marker and not finished
    set_aside: int  # of those, put off
    free: int  # nobody has them yet
    is_spoken: bool

    @property
    def key(self) -> str:
        return f"{self.version.public_id}.{self.part}"

    @property
    def left(self) -> int:
        """What this marker could still do."""
        return self.mine + self.free


def list_tasks(exam: Exam, actor: Actor) -> list[MarkingTask]:
    """The questions of an exam that people mark, in the order of the papers, with this marker's progress.

    An own script is nobody's task here: who sits the exam never marks the own answer.
    """
    query = (
        select(
            Script.item_version_id, Script.part, Script.question, Script.state, Script.marker_id, Script.set_aside_at
        )
        .join(Sitting, Sitting.id == Script.sitting_id)
        .where(Script.exam_id == exam.id, IS_DUE | (Sitting.state != "closed"), Sitting.user_id != actor.user_id)
    )  # fmt: skip
    rows = db.session.execute(query).all()
    versions = bank.get_versions({row.item_version_id for row in rows})
    places: dict[tuple[int, str], int] = {}
    counts: dict[tuple[int, str], Counter] = {}
    for row in rows:
        key = (row.item_version_id, row.part)
        places[key] = min(places.get(key, row.question), row.question)
        counts.setdefault(key, Counter()).update(_marks_of(row, actor))
    tasks = [_task(versions[version_id], part, places, counts) for version_id, part in places]
    return sorted(tasks, key=lambda one: (one.number, one.version.item.code, one.part))


def _marks_of(row, actor: Actor) -> list[str]:
    if row.state == "finished":
        return ["total", "finished"]
    if row.marker_id is None:
        return ["total", "free"]
    if row.marker_id != actor.user_id:
        return ["total"]
    return ["total", "mine", "set_aside"] if row.set_aside_at else ["total", "mine"]


def _task(version: ItemVersion, part: str, places: dict, counts: dict) -> MarkingTask:
    key, count = (version.id, part), counts[version.id, part]
    return MarkingTask(
        version, part, places[key], count["total"], count["finished"], count["mine"], count["set_aside"],
        count["free"], REGISTRY[version.item.kind].family == "spoken",
    )  # fmt: skip


@dataclass(frozen=True)
class WorkRow:
    """One exam on a marker's list."""

    exam: Exam
    total: int
    finished: int
    left: int


def list_work(actor: Actor) -> list[WorkRow]:
    """The exams this person marks, those with work left first."""
    query = (
        select(Exam)
        .where(Exam.id.in_(actor.marked_exam_ids), Exam.state != "cancelled")
        .options(joinedload(Exam.course_module))
        .order_by(Exam.opens_at.desc())
    )
    rows = []
    for exam in db.session.execute(query).scalars():
        tasks = list_tasks(exam, actor)
        rows.append(
            WorkRow(
                exam,
                sum(task.total for task in tasks),
                sum(task.finished for task in tasks),
                sum(task.left for task in tasks),
            )
        )
    return sorted(rows, key=lambda row: row.left == 0)


@dataclass(frozen=True)
class ScriptRow:
    """One script on the staff's sheet. ``number`` and ``full_name`` are None as long as anything is open."""

    script: Script
    marker: str | None
    number: str | None
    full_name: str | None
    sitting: str | None


def list_scripts(exam: Exam) -> list[ScriptRow]:
    """Every script of an exam by its code; codes are joined to names only when the last one is finished."""
    shows_names = not open_scripts(exam).scripts
    query = (
        select(Script, Candidacy.number, User.full_name, Sitting.public_id)
        .join(Sitting, Sitting.id == Script.sitting_id)
        .join(Candidacy, Candidacy.id == Sitting.candidacy_id)
        .join(User, User.id == Sitting.user_id)
        .where(Script.exam_id == exam.id)
        .options(joinedload(Script.marker), joinedload(Script.item_version).joinedload(ItemVersion.item))
        .order_by(Script.code)
    )
    return [
        ScriptRow(script, script.marker.full_name if script.marker else None, *(who if shows_names else (None,) * 3))
        for script, *who in db.session.execute(query)
    ]


def oral_codes(exam: Exam) -> dict[int, list[str]]:
    """The codes of each candidate's oral questions, in the order of the paper, by candidacy: for the draw list."""
    query = (
        select(Sitting.candidacy_id, Script.code, Script.item_version_id)
        .join(Sitting, Sitting.id == Script.sitting_id)
        .where(Script.exam_id == exam.id, Script.part == "")
        .order_by(Sitting.candidacy_id, Script.question)
    )
    rows = db.session.execute(query).all()
    versions = bank.get_versions({row.item_version_id for row in rows})
    found: dict[int, list[str]] = {}
    for row in rows:
        if REGISTRY[versions[row.item_version_id].item.kind].family == "spoken":
            found.setdefault(row.candidacy_id, []).append(row.code)
    return found
