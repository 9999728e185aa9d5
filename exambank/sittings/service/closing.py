"""Handing in and collecting: how a sitting is closed, by whom, and when the whole exam is."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import SystemRandom

from flask_babel import format_time
from flask_babel import gettext as _
from sqlalchemy import BigInteger, func, select, type_coerce, update

from exambank import audit, clock, db, jobs
from exambank.courses.rules import RoomRules
from exambank.errors import StateConflict
from exambank.exams import rules as exam_rules
from exambank.exams import service as exams
from exambank.exams.models import Exam, ExamRoom
from exambank.permissions import SYSTEM, Actor
from exambank.sittings import rules
from exambank.sittings.models import ResponseEvent, RoomEvent, Sitting
from exambank.sittings.rules import Act, State
from exambank.sittings.service import receipts
from exambank.sittings.service.admission import is_room_closed
from exambank.sittings.service.entering import earliest_submit
from exambank.sittings.service.history import chain_sitting, log_last_values
from exambank.sittings.service.locking import lock_sitting, room_event
from exambank.sittings.service.refusals import Locked, SeatTaken, TooEarly

unit_of_work = db.unit_of_work
_AT_WORK = rules.AT_WORK
_ENDED_BY = {"candidate": Act.SUBMIT, "invigilator": Act.COLLECT, "deadline": Act.CLOSE}


def submit(*, actor: Actor, now: datetime, sitting: Sitting, epoch: int, browser: str | None) -> Sitting:
    """Hand in. Repeating it gives the same receipt; too early by the Regulation is refused with the time."""
    with unit_of_work() as session:
        row = lock_sitting(sitting)
        if row.state == State.CLOSED:
            return row
        if row.state == State.READY:
            raise StateConflict(_("You have not entered this exam yet."))
        if row.browser != browser or row.epoch != epoch:
            raise SeatTaken(
                _("This page is older than your last entry. Open the exam again; what is saved stays saved.")
            )
        if row.locked_at is not None:
            raise Locked(_("This exam paper is stopped until the invigilator has looked. Your answers are kept."))
        _refuse_early(row, now)
        if not row.exam.is_rehearsal:
            jobs.publish("sitting.submitted", row.public_id)
        _close(session, row, now, "candidate")
        session.add(room_event(row, "submitted", now, actor))
        audit.record(actor, "sitting.submitted", row, receipt=row.receipt, head=row.chain_head)
    return row


def _refuse_early(row: Sitting, now: datetime) -> None:
    allowed = earliest_submit(row.exam, row.entered_at)
    if row.state == State.OPEN and now < min(allowed, row.deadline_at):
        raise TooEarly(
            _(
                "Handing in is allowed from %(at)s. Your answers are saved; you can go on checking them.",
                at=format_time(allowed, "HH:mm"),
            ),
            allowed_ms=db.to_milliseconds(allowed),
        )


def _close(session, row: Sitting, now: datetime, closed_by: str) -> None:
    """The end of a sitting, inside the caller's unit of work and under its lock."""
    log_last_values(session, row)
    chain_sitting(session, row)
    row.state = rules.target(row.state, _ENDED_BY[closed_by])
    row.closed_at, row.closed_by, row.paused_at = now, closed_by, None
    row.receipt = rules.receipt_code(SystemRandom())
    receipts.seal(session, row)
    if closed_by == "candidate":
        row.submitted_at = now
    if row.exam.is_rehearsal:  # nobody marks it
        return
    if row.reopened_at is not None:  # marks of the first submission exist: they take the changed answers as lines
        jobs.publish("sitting.changed", row.public_id)
    jobs.publish("sitting.closed", row.public_id)


def _collect(session, row: Sitting, now: datetime, actor: Actor, closed_by: str, **details) -> None:
    """Close it for the candidate, with its line in the room's log and its record."""
    _close(session, row, now, closed_by)
    session.add(room_event(row, f"closed_{closed_by}", now, actor, **details))
    audit.record(actor, "sitting.closed", row, head=row.chain_head, **details)


def close_sitting(*, actor: Actor, now: datetime, sitting: Sitting, reason: str) -> Sitting:
    """The invigilator collects one candidate's work now."""
    with unit_of_work() as session:
        row = lock_sitting(sitting)
        if row.state not in _AT_WORK:
            raise StateConflict(_("This candidate is not working now."))
        _collect(session, row, now, actor, "invigilator", reason=reason)
    settle_exam(row.exam_id, now)
    return row


def close_room(*, actor: Actor, now: datetime, room: ExamRoom, reason: str) -> int:
    """The invigilator ends the room: whoever works is collected, nobody enters any more. Returns how many."""
    ids = _ids(Sitting.room_id == room.id, Sitting.state.in_(_AT_WORK))
    for one in ids:
        with unit_of_work() as session:
            row = lock_sitting(one)
            if row.state in _AT_WORK:
                _collect(session, row, now, actor, "invigilator", reason=reason)
    with unit_of_work() as session:
        if not is_room_closed(room.exam_id, room.id):
            session.add(
                RoomEvent(exam_id=room.exam_id, room_id=room.id, kind="room_closed", at=now, actor=actor.public_id,
                          details={"reason": reason})
            )  # fmt: skip
        audit.record(actor, "room.closed", room, reason=reason, collected=len(ids))
    settle_exam(room.exam_id, now)
    return len(ids)


def _ids(*conditions) -> list[int]:
    return list(db.db.session.execute(select(Sitting.id).where(*conditions).order_by(Sitting.id)).scalars())


def _held(condition):
    """The sittings concerned, locked in the order in which everybody locks them."""
    return select(Sitting.id).where(condition).order_by(Sitting.id).with_for_update()


# --- by the clock ---


def start_collecting(now: datetime, frozen: Iterable[int] = ()) -> int:
    """Everybody past the deadline: no page takes edits any more. One guarded statement that reads extensions itself."""
    is_due = (
        (Sitting.state == State.OPEN) & Sitting.paused_at.is_(None) & (Sitting.deadline_at < now)
        & Sitting.exam_id.not_in(list(frozen))
    )  # fmt: skip
    if not _ids(is_due):
        return 0
    silence = rules.SILENCE // timedelta(milliseconds=1)
    with unit_of_work() as session:
        done = session.execute(
            update(Sitting)
            .where(Sitting.id.in_(_held(is_due)), is_due)
            .values(
                state=State.COLLECTING,
                silent_at_deadline=func.coalesce(type_coerce(Sitting.last_contact_at, BigInteger), 0)
                < type_coerce(Sitting.deadline_at, BigInteger) - silence,
            )
            .execution_options(synchronize_session=False)
        )
        session.expire_all()
    return done.rowcount


def take_back_early(now: datetime) -> int:
    """Whose deadline lies ahead all the same: the clock had run ahead and was set right. They go on working."""
    is_early = (
        (Sitting.state == State.COLLECTING) & Sitting.paused_at.is_(None) & (Sitting.deadline_at >= now)
        & (Sitting.deadline_at >= clock.now_sql())  # ``now`` may be a moment old: a save may have come between
    )  # fmt: skip
    if not _ids(is_early):
        return 0
    with unit_of_work() as session:
        done = session.execute(
            update(Sitting)
            .where(Sitting.id.in_(_held(is_early)), is_early)
            .values(state=State.OPEN, silent_at_deadline=False)
            .execution_options(synchronize_session=False)
        )
        session.expire_all()
    return done.rowcount


def close_overdue(now: datetime, frozen: Iterable[int] = ()) -> list[int]:
    """Close what has been collecting for the whole grace period; returns the exams it touched."""
    frozen = set(frozen)
    waiting = db.db.session.execute(
        select(Sitting.id, Sitting.exam_id, Sitting.deadline_at, Exam.rules)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(Sitting.state == State.COLLECTING, Sitting.paused_at.is_(None), Sitting.deadline_at < now)
        .order_by(Sitting.id)
    ).all()
    touched = []
    for one in waiting:
        grace = timedelta(seconds=RoomRules.parse(one.rules).grace_seconds)
        if one.exam_id not in frozen and one.deadline_at + grace < now and _close_overdue(one.id, grace, now):
            touched.append(one.exam_id)
    return sorted(set(touched))


def _close_overdue(sitting_id: int, grace: timedelta, now: datetime) -> bool:
    """Under the lock, with the deadline as it stands now: an extension given a moment ago is seen."""
    with unit_of_work() as session:
        row = lock_sitting(sitting_id)
        if row.state != State.COLLECTING or row.paused_at is not None or not row.deadline_at + grace < now:
            return False
        _collect(session, row, now, SYSTEM, "deadline")
    return True


def list_running_exams() -> list[Exam]:
    """Exams that are open, in the order they opened; the rehearsal always is, and never counts."""
    query = select(Exam).where(Exam.state == "open", ~Exam.is_rehearsal).order_by(Exam.id)
    return list(db.db.session.execute(query).scalars())


def settle_exam(exam_id: int, now: datetime) -> bool:
    """Tell exams how far its sittings are; when all are in and nobody can come, record the absent and close it."""
    exam = db.db.session.get(Exam, exam_id, populate_existing=True)
    if exam.is_rehearsal:
        return False
    counts = count_states(exam_id)
    if dict(exam.sitting_counts) != counts:
        exams.record_sitting_counts(exam_id, counts)
    progress = rules.ExamProgress(
        ready=counts["ready"], at_work=counts["open"] + counts["collecting"], closed=counts["closed"],
        entry_is_over=_is_entry_over(exam, now),
    )  # fmt: skip
    if exam.state != "open" or not sum(counts.values()) or not rules.may_finish(progress):
        return False
    _record_absent(exam_id, now)
    exams.record_sitting_counts(exam_id, count_states(exam_id))
    try:
        exams.close_exam(actor=SYSTEM, now=now, exam=db.db.session.get(Exam, exam_id, populate_existing=True))
    except StateConflict:  # somebody else closed it a moment ago
        return False
    return True


def count_states(exam_id: int) -> dict[str, int]:
    """How many sittings of an exam are in each state."""
    rows = db.db.session.execute(
        select(Sitting.state, func.count()).where(Sitting.exam_id == exam_id).group_by(Sitting.state)
    ).all()
    found = Counter({row.state: row[1] for row in rows})
    return {state.value: found[state.value] for state in State}


def _is_entry_over(exam: Exam, now: datetime) -> bool:
    """By the clock, or because every room was closed by its invigilator.

    While nobody is in yet (the room's power failed with the bell), or somebody let in late has not come to the machine,
    the exam waits to its end: nobody can be let in once all are recorded absent.
    """
    ends = exam_rules.last_entry(exam, RoomRules.parse(exam.rules))
    if exam.start_mode == "uniform" and _may_still_be_let_in(exam.id):
        ends = max(ends, exam_rules.deadline(exam))
    if now > ends:
        return True
    rooms = [room.id for room in exam.rooms]
    return bool(rooms) and all(is_room_closed(exam.id, room) for room in rooms)


def _may_still_be_let_in(exam_id: int) -> bool:
    were_in = _ids(Sitting.exam_id == exam_id, Sitting.entered_at.is_not(None))
    let_in_late = _ids(
        Sitting.exam_id == exam_id, Sitting.state == State.READY, Sitting.admitted_reason.is_not(None)
    )  # fmt: skip
    return not were_in or bool(let_in_late)


def _record_absent(exam_id: int, now: datetime) -> None:
    for one in _ids(Sitting.exam_id == exam_id, Sitting.state == State.READY):
        with unit_of_work() as session:
            row = lock_sitting(one)
            if row.state == State.READY:
                row.state = rules.target(row.state, Act.RECORD_ABSENT)
                row.closed_at, row.closed_by = now, "absent"
                session.add(room_event(row, "closed_absent", now, SYSTEM))
                audit.record(SYSTEM, "sitting.absent", row)


def chain_running() -> int:
    """Carry the chains of all sittings at work; one short unit of work each."""
    newest = select(func.max(ResponseEvent.id)).where(ResponseEvent.sitting_id == Sitting.id).scalar_subquery()
    ids = _ids(Sitting.state.in_(_AT_WORK), newest > Sitting.chained_to)
    for one in ids:
        with unit_of_work() as session:
            chain_sitting(session, lock_sitting(one))
    return len(ids)
