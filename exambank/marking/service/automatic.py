"""A closed sitting: what a machine can score is scored, what it cannot becomes scripts, the marks are written once."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache

from sqlalchemy import Select, bindparam, exists, insert, select
from sqlalchemy.orm import joinedload

from exambank import audit, clock, jobs
from exambank.bank.interactions import REGISTRY
from exambank.bank.interactions.base import PartScore
from exambank.db import db, lock, unit_of_work
from exambank.exams.models import Exam
from exambank.marking.models import ResponseMark, Script, SittingMark
from exambank.marking.rules import script_code
from exambank.marking.service.lines import apply_corrections, scale
from exambank.marking.service.progress import open_scripts
from exambank.marking.service.scoring import (
    Answered,
    RawMark,
    contents_of,
    mark_of,
    questions_of,
    read_again,
    scripts_of,
)
from exambank.permissions import SYSTEM
from exambank.sittings.models import Sitting

_RNG = secrets.SystemRandom()


def mark_sitting(public_id: str, at_end: Callable[[], None] | None = None) -> SittingMark | None:
    """Mark a closed sitting; None where there is nothing to mark or a person has still to mark a part of it.

    Marked before: nothing changes. Never entered: nothing to mark, unless an examiner heard this candidate.
    ``at_end`` is called as the last act of the same unit of work, where there is one.
    """
    sitting = _find(public_id)
    if sitting is None or sitting.state != "closed":
        return None
    questions = questions_of(sitting)
    needed = [(question, part) for question in questions for part in question.pending]
    now, key = clock.now(), sitting.id
    with unit_of_work():
        if scripts_of([key])[key]:
            lock(sitting.exam)  # exam, script, sitting: everybody locks in this order
        lock(sitting)
        known = find_mark(key)
        if known is not None or not _was_there(sitting):
            return known
        made = make_scripts(sitting, needed) if needed else 0
        mark = settle(sitting, read_again(sitting, questions), now)
        if mark is not None:
            audit.record(SYSTEM, "sitting.marked", sitting, raw=mark.raw_points, max=mark.max_points)
        elif made:
            audit.record(SYSTEM, "sitting.scripts_made", sitting, count=made)
        if at_end is not None:
            at_end()
    return mark


def _find(public_id: str) -> Sitting | None:
    return db.session.execute(_with_paper(), {"public_id": public_id}).scalar_one_or_none()


# made once: a whole room hands in together, and making a statement takes longer than running it
@cache
def _with_paper() -> Select:
    return select(Sitting).where(Sitting.public_id == bindparam("public_id")).options(joinedload(Sitting.paper))


@cache
def _written_mark() -> Select:
    return select(SittingMark).where(SittingMark.sitting_id == bindparam("sitting_id"))


def _was_there(sitting: Sitting) -> bool:
    """An oral answer needs no computer: who has an examiner's points was there."""
    if sitting.entered_at is not None:
        return True
    heard = select(Script.id).where(Script.sitting_id == sitting.id, Script.state == "finished")
    return db.session.execute(heard.limit(1)).first() is not None


def find_mark(sitting_id: int) -> SittingMark | None:
    """The written mark of a sitting."""
    return db.session.execute(_written_mark(), {"sitting_id": sitting_id}).scalar_one_or_none()


def make_scripts(sitting: Sitting, needed: Iterable[tuple[Answered, PartScore]]) -> int:
    """Inside a unit of work: a script for each of these parts that has none yet; returns how many are new."""
    there = scripts_of([sitting.id])[sitting.id]
    fresh = [
        Script(
            exam_id=sitting.exam_id, sitting_id=sitting.id, question=question.number, part=part.token,
            item_version_id=question.version_id, max_points=part.max_points,
        )
        for question, part in needed
        if (question.number, part.token) not in there
    ]  # fmt: skip
    if fresh:
        taken = set(db.session.execute(select(Script.code).where(Script.exam_id == sitting.exam_id)).scalars())
        for script in fresh:
            script.code = _new_code(taken)
        db.session.add_all(fresh)
        db.session.flush()
    return len(fresh)


def _new_code(taken: set[str]) -> str:
    while (code := script_code(_RNG)) in taken:
        pass
    taken.add(code)
    return code


def settle(sitting: Sitting, questions: Sequence[Answered], now: datetime) -> SittingMark | None:
    """Inside a unit of work: write the raw marks if every part of every question has its points; else None.

    ``questions``: all of the sitting's, read inside this unit of work.

    The last sitting of a closed exam to be marked tells the others.
    """
    scripts = scripts_of([sitting.id])[sitting.id]
    marks = [mark_of(question, scripts) for question in questions]
    if any(mark is None for mark in marks):
        return None
    mark = _sum(sitting, marks, now)
    # plain rows in one statement: added as objects they would be sent one by one, for ids that nobody asks for here
    db.session.execute(insert(ResponseMark), [vars(one) for one in marks])
    db.session.add(mark)
    db.session.flush()
    apply_corrections(mark, now)
    if scripts:
        tell_when_complete(sitting.exam)
    return mark


def tell_when_complete(exam: Exam) -> None:
    """Inside a unit of work: with the last script finished, statistics and grades have what they waited for."""
    db.session.flush()
    if exam.state == "closed" and not open_scripts(exam).scripts:
        jobs.publish("marks.changed", exam.public_id)


def _sum(sitting: Sitting, marks: list[RawMark], now: datetime) -> SittingMark:
    raw = sum((mark.points for mark in marks if mark.is_scored), Decimal("0"))
    largest = sum((mark.max_points for mark in marks if mark.is_scored), Decimal("0"))
    return SittingMark(
        sitting_id=sitting.id,
        exam_id=sitting.exam_id,
        raw_points=raw,
        max_points=largest,
        total_points=max(raw, Decimal("0")),  # wrong answers may cost points, a paper never does
        scaled=scale(sitting.exam, raw, largest),
        marked_at=now,
    )


def ensure_marked(exam: Exam) -> int:
    """Mark whatever closed sittings of the exam are not marked yet; returns how many that were."""
    query = (
        select(Sitting.public_id)
        .outerjoin(SittingMark, SittingMark.sitting_id == Sitting.id)
        .where(Sitting.exam_id == exam.id, Sitting.state == "closed", SittingMark.id.is_(None))
        .where(Sitting.entered_at.is_not(None) | exists().where(Script.sitting_id == Sitting.id))
    )
    waiting = list(db.session.execute(query).scalars())
    return sum(mark_sitting(public_id) is not None for public_id in waiting)


def prepare_scripts(exam: Exam) -> int:
    """Scripts of oral questions, before anybody speaks: examiners open them by the codes on the draw list.

    Again is harmless; returns how many are new.
    """
    query = select(Sitting).where(Sitting.exam_id == exam.id).options(joinedload(Sitting.paper)).order_by(Sitting.id)
    sittings = list(db.session.execute(query).scalars())
    kinds = contents_of(entry["version"] for sitting in sittings for entry in sitting.paper.layout)
    spoken = {version_id for version_id, (kind, _content) in kinds.items() if REGISTRY[kind].family == "spoken"}
    work = [
        (sitting, [(question, part) for question in questions_of(sitting) for part in _spoken_parts(question)])
        for sitting in sittings
        if any(entry["version"] in spoken for entry in sitting.paper.layout)
    ]
    if not work:
        return 0
    with unit_of_work():
        lock(exam)
        made = sum(make_scripts(sitting, needed) for sitting, needed in work)
        if made:
            audit.record(SYSTEM, "exam.oral_scripts_made", exam, count=made)
    return made


def _spoken_parts(question: Answered) -> list[PartScore]:
    return question.pending if REGISTRY[question.kind].family == "spoken" else []
