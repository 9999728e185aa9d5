"""The room's clocks in people's hands: opening, pauses, and the alarm of a clock that jumped."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select

from exambank import audit, db
from exambank.errors import StateConflict
from exambank.exams import rules as exam_rules
from exambank.exams import service as exams
from exambank.exams.models import Exam, ExamRoom
from exambank.permissions import SYSTEM, Actor, Permission, allows
from exambank.sittings import rules
from exambank.sittings.models import RoomEvent, Sitting
from exambank.sittings.rules import Act, State
from exambank.sittings.service.closing import list_running_exams
from exambank.sittings.service.granting import shift_ends
from exambank.sittings.service.locking import lock_sitting, lock_sittings, room_event

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
        done = _stop_all(session, Sitting.room_id == room.id, actor, now, reason)
        audit.record(actor, "room.paused", room, reason=reason, sittings=done)
    return done


def pause_exam(*, actor: Actor, now: datetime, exam: Exam, reason: str) -> int:
    """Stop the clock of everybody who works in all rooms."""
    with unit_of_work() as session:
        done = _stop_all(session, Sitting.exam_id == exam.id, actor, now, reason)
        audit.record(actor, "exam.paused", exam, reason=reason, sittings=done)
    return done


def resume_room(*, actor: Actor, now: datetime, room: ExamRoom) -> int:
    """Let the clocks of the room run again."""
    with unit_of_work() as session:
        done = _start_all(session, Sitting.room_id == room.id, actor, now)
        audit.record(actor, "room.resumed", room, sittings=done)
    return done


def resume_exam(*, actor: Actor, now: datetime, exam: Exam) -> int:
    """Let the clocks of all rooms run again."""
    with unit_of_work() as session:
        done = _start_all(session, Sitting.exam_id == exam.id, actor, now)
        audit.record(actor, "exam.resumed", exam, sittings=done)
    return done


def count_paused(exam: Exam) -> int:
    """How many clocks of an exam stand still now."""
    query = select(func.count()).select_from(Sitting).where(Sitting.exam_id == exam.id, Sitting.paused_at.is_not(None))
    return db.db.session.execute(query).scalar_one()


def _stop_all(session, condition, actor: Actor, now: datetime, reason: str) -> int:
    rows = lock_sittings(condition, Sitting.state == State.OPEN)
    done = sum(_stop(session, actor, now, row, reason) for row in rows)
    if not done:
        raise StateConflict(_("Nobody is working now."))
    return done


def _start_all(session, condition, actor: Actor, now: datetime) -> int:
    done = sum(_start(session, actor, now, row) for row in lock_sittings(condition, Sitting.state == State.OPEN))
    if not done:
        raise StateConflict(_("Nobody is paused."))
    return done


def _stop(session, actor: Actor, now: datetime, row: Sitting, reason: str) -> bool:
    if not rules.may(row.state, Act.PAUSE) or row.paused_at is not None or now > row.deadline_at:
        return False
    row.paused_at = now
    session.add(room_event(row, "paused", now, actor, reason=reason))
    return True


def _start(session, actor: Actor, now: datetime, row: Sitting) -> bool:
    """Exactly the time that stood still is given back; a clock that was set back in between gives none."""
    if not rules.may(row.state, Act.RESUME) or row.paused_at is None:
        return False
    lost = max(now - row.paused_at, timedelta())
    shift_ends(row, lost)
    row.paused_seconds += lost // timedelta(seconds=1)
    row.paused_at = None
    session.add(room_event(row, "resumed", now, actor, seconds=lost // timedelta(seconds=1)))
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
