"""Time in the invigilator's hands: extensions, pauses, and the alarm of a clock that jumped."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select

from exambank import audit, db
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import rules as exam_rules
from exambank.exams import service as exams
from exambank.exams.models import Exam, ExamRoom
from exambank.permissions import SYSTEM, Actor, Permission, allows
from exambank.sittings import rules
from exambank.sittings.models import RoomEvent, Sitting, TimeGrant
from exambank.sittings.rules import State
from exambank.sittings.service.closing import list_running_exams
from exambank.sittings.service.locking import lock_sitting

unit_of_work = db.unit_of_work


def open_exam(*, actor: Actor, now: datetime, room: ExamRoom, code: str) -> None:
    """An invigilator in this room opens the exam with the code from the sealed slip; the room's log keeps it."""
    with unit_of_work() as session:
        exams.open_exam(actor=actor, now=now, exam=session.get(Exam, room.exam_id), code=code)
        session.add(
            RoomEvent(exam_id=room.exam_id, room_id=room.id, kind="opened", at=now, actor=actor.public_id, details={})
        )


def may_see_code(actor: Actor, exam: Exam, now: datetime) -> bool:
    """Whether this person is shown the session code now."""
    return exam_rules.may_see_code(exam.opens_at, now, allows(actor, Permission.EXAM_MANAGE))


def extend(*, actor: Actor, now: datetime, sitting: Sitting, seconds: int, reason: str) -> Sitting:
    """Give one candidate time back. Whoever was collecting and has time again goes on working."""
    _check(seconds, reason)
    with unit_of_work() as session:
        row = lock_sitting(sitting)
        if row.state == State.CLOSED:
            raise StateConflict(_("This exam paper is closed; no time can be added."))
        _add_time(session, actor, now, row, seconds, reason)
        audit.record(actor, "sitting.extended", row, seconds=seconds, reason=reason)
    return row


def extend_room(*, actor: Actor, now: datetime, room: ExamRoom, seconds: int, reason: str) -> int:
    """The same time for everybody in the room who is not done. Returns for how many."""
    _check(seconds, reason)
    with unit_of_work() as session:
        rows = _lock_room(session, room, (State.READY, State.OPEN, State.COLLECTING))
        for row in rows:
            _add_time(session, actor, now, row, seconds, reason)
        audit.record(actor, "room.extended", room, seconds=seconds, reason=reason, sittings=len(rows))
    return len(rows)


def _check(seconds: int, reason: str) -> None:
    if not timedelta() < timedelta(seconds=seconds) <= rules.EXTENSION_LIMIT:
        minutes = rules.EXTENSION_LIMIT // timedelta(minutes=1)
        raise InvalidInput(_("Between 1 and %(minutes)s minutes can be added at a time.", minutes=minutes))
    if not reason.strip():
        raise InvalidInput(_("Give the reason, for example: computer replaced."))


def _add_time(session, actor: Actor, now: datetime, row: Sitting, seconds: int, reason: str) -> None:
    row.incident_seconds += seconds
    if row.deadline_at is not None:
        row.deadline_at += timedelta(seconds=seconds)
        if row.state == State.COLLECTING and now <= row.deadline_at:
            row.state, row.silent_at_deadline = State.OPEN, False
    session.add(
        TimeGrant(sitting_id=row.id, seconds=seconds, reason=reason, granted_by_id=actor.user_id, granted_at=now)
    )
    session.add(_event(row, "extended", now, actor, seconds=seconds, reason=reason))


def _event(row: Sitting, kind: str, now: datetime, actor: Actor, **details) -> RoomEvent:
    return RoomEvent(
        exam_id=row.exam_id, room_id=row.room_id, sitting_id=row.id, kind=kind, at=now, actor=actor.public_id,
        details=details,
    )  # fmt: skip


def _lock_room(session, room: ExamRoom, states: tuple) -> list[Sitting]:
    query = select(Sitting).where(Sitting.room_id == room.id, Sitting.state.in_(states)).order_by(Sitting.id)
    return list(session.execute(query.with_for_update().execution_options(populate_existing=True)).scalars())


def pause(*, actor: Actor, now: datetime, sitting: Sitting, reason: str) -> Sitting:
    """Stop the clock of one candidate. Saves are still taken: nothing that is written is lost."""
    with unit_of_work() as session:
        row = lock_sitting(sitting)
        if not _stop(session, actor, now, row, reason):
            raise StateConflict(_("This candidate is not working now, or is paused already."))
        audit.record(actor, "sitting.paused", row, reason=reason)
    return row


def resume(*, actor: Actor, now: datetime, sitting: Sitting) -> Sitting:
    """Let the clock run again; exactly the time of the pause is given back, once."""
    with unit_of_work() as session:
        row = lock_sitting(sitting)
        if not _start(session, actor, now, row):
            raise StateConflict(_("This candidate is not paused."))
        audit.record(actor, "sitting.resumed", row, paused_seconds=row.paused_seconds)
    return row


def pause_room(*, actor: Actor, now: datetime, room: ExamRoom, reason: str) -> int:
    """Stop the clock of everybody who works in the room."""
    with unit_of_work() as session:
        done = sum(_stop(session, actor, now, row, reason) for row in _lock_room(session, room, (State.OPEN,)))
        if not done:
            raise StateConflict(_("Nobody in this room is working now."))
        audit.record(actor, "room.paused", room, reason=reason, sittings=done)
    return done


def resume_room(*, actor: Actor, now: datetime, room: ExamRoom) -> int:
    """Let the clocks of the room run again."""
    with unit_of_work() as session:
        done = sum(_start(session, actor, now, row) for row in _lock_room(session, room, (State.OPEN,)))
        if not done:
            raise StateConflict(_("Nobody in this room is paused."))
        audit.record(actor, "room.resumed", room, sittings=done)
    return done


def _stop(session, actor: Actor, now: datetime, row: Sitting, reason: str) -> bool:
    if row.state != State.OPEN or row.paused_at is not None or now > row.deadline_at:
        return False
    row.paused_at = now
    session.add(_event(row, "paused", now, actor, reason=reason))
    return True


def _start(session, actor: Actor, now: datetime, row: Sitting) -> bool:
    if row.state != State.OPEN or row.paused_at is None:
        return False
    lost = now - row.paused_at
    row.deadline_at += lost
    row.paused_seconds += lost // timedelta(seconds=1)
    row.paused_at = None
    session.add(_event(row, "resumed", now, actor, seconds=lost // timedelta(seconds=1)))
    return True


# --- the server's clock ---


def raise_clock_alarm(step_seconds: float, now: datetime) -> int:
    """The wall clock jumped: note it in every open exam; automatic closing stops there until a person releases it."""
    running = list_running_exams()
    if not running:
        return 0
    with unit_of_work() as session:
        for exam in running:
            session.add(
                RoomEvent(
                    exam_id=exam.id, kind="clock_alarm", at=now, actor=SYSTEM.public_id,
                    details={"seconds": round(step_seconds, 1)},
                )
            )  # fmt: skip
        audit.record(SYSTEM, "clock.stepped", "sweeper", seconds=round(step_seconds, 3), exams=len(running))
    return len(running)


def list_frozen() -> set[int]:
    """Exams whose automatic closing waits for a person."""
    latest = (
        select(func.max(RoomEvent.id))
        .where(RoomEvent.kind.in_(("clock_alarm", "clock_released")))
        .join(Exam, Exam.id == RoomEvent.exam_id)
        .where(Exam.state == "open")
        .group_by(RoomEvent.exam_id)
    )
    query = select(RoomEvent.exam_id).where(RoomEvent.id.in_(latest), RoomEvent.kind == "clock_alarm")
    return set(db.db.session.execute(query).scalars())


def release_clock(*, actor: Actor, now: datetime, exam: Exam) -> None:
    """A person has compared the clocks: automatic closing runs again."""
    if exam.id not in list_frozen():
        raise StateConflict(_("Automatic closing is not stopped."))
    with unit_of_work() as session:
        session.add(RoomEvent(exam_id=exam.id, kind="clock_released", at=now, actor=actor.public_id, details={}))
        audit.record(actor, "clock.released", exam)
