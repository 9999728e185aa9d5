"""Opening a closed paper again, by the exam office: the old submission is kept; marks are settled at the next close.

The raw marks of the first submission stay as they were written. When the paper is closed again ``sitting.changed`` goes
out before ``sitting.closed``, and marking writes a dated line for each question whose answer is another one now; until
then the exam is open again, so that nothing of it can be published.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from exambank import audit, db
from exambank.db import lock
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import service as exams
from exambank.exams.models import Exam
from exambank.permissions import Actor
from exambank.sittings import rules
from exambank.sittings.models import ResponseEvent, Sitting, Submission
from exambank.sittings.rules import Act, State
from exambank.sittings.service.closing import count_states
from exambank.sittings.service.locking import lock_sitting, room_event

unit_of_work = db.unit_of_work


def reopen(*, actor: Actor, now: datetime, sitting: Sitting, minutes: int, reason: str) -> Sitting:
    """Let a candidate who had handed in go on for so many minutes from now; the exam is open again with it.

    StateConflict: not closed, never there, results published.
    """
    _check(sitting.exam, minutes, reason)
    exam_id = sitting.exam_id
    with unit_of_work() as session:
        exam = session.get(Exam, exam_id, populate_existing=True)
        lock(exam)  # exam, then sitting: everybody locks in this order
        row = lock_sitting(sitting)
        _refuse(row, exam)
        if exam.state != "open":
            exams.reopen_exam(actor=actor, now=now, exam=exam, reason=reason)
        kept = _keep_submission(session, row, now, actor, reason)
        _open_again(row, now, timedelta(minutes=minutes))
        session.add(room_event(row, "reopened", now, actor, minutes=minutes, reason=reason))
        exams.record_sitting_counts(exam_id, count_states(exam_id))  # who closes the exam now sees that somebody works
        audit.record(
            actor, "sitting.reopened", row, minutes=minutes, reason=reason, submission=kept.number, receipt=kept.receipt
        )
    return row


def _check(exam: Exam, minutes: int, reason: str) -> None:
    longest = exam.duration_seconds // 60
    if not 0 < minutes <= longest:
        raise InvalidInput(_("Between 1 and %(minutes)s minutes can be given.", minutes=longest))
    if not reason.strip():
        raise InvalidInput(_("Give the reason for opening the exam paper again."))


def _refuse(row: Sitting, exam: Exam) -> None:
    if not rules.may(row.state, Act.REOPEN):
        raise StateConflict(_("This exam paper is not closed."))
    if row.entered_at is None:
        raise StateConflict(_("This candidate was absent: there is no exam paper to open again."))
    if exam.result_state != "draft":
        raise StateConflict(_("The results are published. This can only be dealt with by an appeal now."))


def _keep_submission(session, row: Sitting, now: datetime, actor: Actor, reason: str) -> Submission:
    number = len(list_submissions(row)) + 1
    kept = Submission(
        sitting_id=row.id, number=number, closed_at=row.closed_at, closed_by=row.closed_by, receipt=row.receipt,
        receipt_hash=row.receipt_hash, chain_head=row.chain_head, chained_to=row.chained_to, reopened_at=now,
        reopened_by_id=actor.user_id, reason=reason,
    )  # fmt: skip
    session.add(kept)
    return kept


def _open_again(row: Sitting, now: datetime, given: timedelta) -> None:
    row.state = rules.target(row.state, Act.REOPEN)
    row.closed_at = row.closed_by = row.submitted_at = row.receipt = row.receipt_hash = None
    row.locked_at = row.locked_reason = None
    row.silent_at_deadline, row.reopened_at, row.deadline_at = False, now, now + given
    row.last_contact_at = now  # while it was closed there was nobody to be heard
    if row.section:
        row.section_deadline_at = row.deadline_at


def list_submissions(sitting: Sitting) -> list[Submission]:
    """What was handed in before each reopening, the oldest first; what stands now is not among it."""
    query = select(Submission).where(Submission.sitting_id == sitting.id).order_by(Submission.number)
    return list(db.db.session.execute(query).scalars())


@dataclass(frozen=True)
class Change:
    """An answer that is not the one first handed in: since when, who let that happen and why."""

    decided_at: datetime
    decided_by_id: int
    decision_reason: str


def changes_since_reopening(sitting: Sitting) -> dict[int, Change]:
    """Questions of a closed sitting that were answered anew after it had been opened again; for marking."""
    kept = list_submissions(sitting)
    if not kept or sitting.state != State.CLOSED:
        return {}
    query = select(ResponseEvent.question).where(
        ResponseEvent.sitting_id == sitting.id, ResponseEvent.id > kept[0].chained_to
    )
    change = Change(sitting.closed_at, kept[-1].reopened_by_id, kept[-1].reason)
    return dict.fromkeys(sorted(set(db.db.session.execute(query).scalars())), change)
