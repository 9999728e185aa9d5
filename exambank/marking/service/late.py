"""What changes after the raw marks were written: a late answer that a person accepted, an answer given after the paper
was opened again, a script opened again.

All become a dated line beside the raw mark, which stays. Where the late answer needs a marker, its script waits first.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from exambank import audit, clock, jobs
from exambank.db import db, lock, unit_of_work
from exambank.marking.models import MarkLine, ResponseMark, Script
from exambank.marking.rules import LATE_ANSWER, REMARKED
from exambank.marking.service.automatic import find_mark, make_scripts
from exambank.marking.service.lines import late_points, rewrite_lines
from exambank.marking.service.scoring import Answered, mark_of, questions_of, scripts_of
from exambank.permissions import SYSTEM
from exambank.sittings import service as sittings
from exambank.sittings.models import QuarantinedSave, Response, Sitting


def take_late_answers(public_id: str) -> int:
    """Bring a marked sitting's lines to its responses as they are now; returns how many lines were added.

    Not marked yet: the first marking reads the accepted answers; a script finished before the decision is open again.
    Called twice: the second adds nothing.
    """
    query = select(Sitting).where(Sitting.public_id == public_id).options(joinedload(Sitting.paper))
    sitting = db.session.execute(query).scalar_one_or_none()
    if sitting is None:
        return 0
    now = clock.now()
    with unit_of_work():
        lock(sitting.exam)  # two who run this at once would each add the line
        lock(sitting)
        late = _changed(sitting)
        questions = [one for one in questions_of(sitting) if one.number in late]
        needed = [(question, part) for question in questions for part in question.pending]
        is_marked = find_mark(sitting.id) is not None
        if sitting.state != "closed" or not late:
            return 0
        waiting = make_scripts(sitting, needed) + _open_again(sitting, questions, late)
        added = settle_lines(sitting, now) if is_marked else []
        if added or waiting:
            audit.record(
                SYSTEM, "sitting.late_answers_marked", sitting, questions=[line.question for line in added],
                to_mark=waiting,
            )  # fmt: skip
    return len(added)


Late = QuarantinedSave | sittings.Change


def _changed(sitting: Sitting) -> dict[int, Late]:
    """The newest decision by which each question's answer is no longer the one first handed in."""
    found: dict[int, Late] = dict(_accepted(sitting))
    for question, change in sittings.changes_since_reopening(sitting).items():
        known = found.get(question)
        if known is None or known.decided_at <= change.decided_at:
            found[question] = change
    return found


def _accepted(sitting: Sitting) -> dict[int, QuarantinedSave]:
    """The newest accepted decision on each question whose answer still stands."""
    query = (
        select(QuarantinedSave)
        .join(
            Response,
            (Response.sitting_id == QuarantinedSave.sitting_id) & (Response.question == QuarantinedSave.question),
        )
        .where(QuarantinedSave.sitting_id == sitting.id, QuarantinedSave.decision == "accepted")
        .order_by(QuarantinedSave.decided_at, QuarantinedSave.id)
    )
    return {row.question: row for row in db.session.execute(query).scalars()}


def _open_again(sitting: Sitting, questions: list[Answered], late: dict[int, Late]) -> int:
    """Scripts that were finished before the late answer was accepted: their marker has not seen it."""
    numbers, opened = {question.number for question in questions}, 0
    for script in scripts_of([sitting.id])[sitting.id].values():
        if script.question not in numbers or script.state != "finished":
            continue
        if script.finished_at < late[script.question].decided_at:
            script.state, script.finished_at, script.revision = "draft", None, script.revision + 1
            opened += 1
    return opened


def settle_lines(sitting: Sitting, now: datetime) -> list[MarkLine]:
    """Inside a unit of work: a line for each question whose points are no longer what raw mark and lines say.

    Publishes ``marks.changed`` when there is one.
    """
    late, scripts = _changed(sitting), scripts_of([sitting.id])[sitting.id]
    query = select(ResponseMark).where(ResponseMark.sitting_id == sitting.id)
    marks = {mark.question: mark for mark in db.session.execute(query).scalars()}
    added = []
    for question in questions_of(sitting):
        again = [one for (number, _part), one in scripts.items() if number == question.number and one.reason]
        if not again and question.number not in late:
            continue
        found = mark_of(question, scripts)
        difference = found and found.points - marks[question.number].points - late_points(marks[question.number])
        if difference:
            added.append(_line(marks[question.number], difference, again, late.get(question.number), now))
    db.session.add_all(added)
    db.session.flush()
    for version_id in sorted({marks[number].item_version_id for number in {*late, *(line.question for line in added)}}):
        rewrite_lines(sitting.exam, version_id, now)
    if added:
        jobs.publish("marks.changed", sitting.exam.public_id)
    return added


def _line(mark: ResponseMark, points, again: list[Script], late: Late | None, now: datetime) -> MarkLine:
    """Who opened a script again answers for its line; otherwise who let the late answer in."""
    own = again[0] if again else None
    return MarkLine(
        sitting_id=mark.sitting_id,
        question=mark.question,
        kind=REMARKED if own else LATE_ANSWER,
        points=points,
        reason=own.reason if own else late.decision_reason or "",
        made_by_id=own.marker_id if own else late.decided_by_id,
        made_at=now,
    )
