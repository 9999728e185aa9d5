"""The door of a room: who was recognised, who is let in, and what happens to whoever is not the candidate."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import aliased

from exambank import audit, db, text
from exambank.accounts.models import User, UserPhoto
from exambank.courses.rules import RoomRules
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import rules as exam_rules
from exambank.exams.models import Candidacy, Exam, ExamRoom
from exambank.permissions import Actor
from exambank.sittings.models import Machine, Sitting
from exambank.sittings.rules import State
from exambank.sittings.service.locking import lock_row, lock_sitting, lock_sittings, room_event, unlock_row

unit_of_work = db.unit_of_work

LOCKED_BY_DOOR = "identity"  # Sitting.locked_reason of whoever turned out to be somebody else while at work


@dataclass(frozen=True)
class DoorLine:
    """One candidate at the door."""

    public_id: str
    number: str
    seat: str | None
    name: str
    code: str
    birth_date: str | None
    unit_name: str | None
    search_key: str
    has_photo: bool
    state: str
    is_absent: bool
    identity: str  # unchecked, confirmed, rejected
    identity_at: datetime | None
    identity_by: str | None
    note: str
    admitted_at: datetime | None
    admitted_reason: str | None
    machine: str | None


def list_door(room: ExamRoom, search: str = "") -> list[DoorLine]:
    """The candidates of a room by number; ``search``: a part of a name without marks, a code, a number, a seat."""
    checker = aliased(User)
    rows = db.db.session.execute(
        select(
            Sitting.public_id, Candidacy.number, Candidacy.seat, User.full_name.label("name"), User.code,
            User.birth_date, User.unit_name, User.search_key, UserPhoto.user_id.is_not(None).label("has_photo"),
            Sitting.state, (Sitting.closed_by == "absent").label("is_absent"), Sitting.identity, Sitting.identity_at,
            checker.full_name.label("identity_by"), Sitting.identity_note.label("note"), Sitting.admitted_at,
            Sitting.admitted_reason, Machine.name.label("machine"),
        )
        .join(Candidacy, Candidacy.id == Sitting.candidacy_id)
        .join(User, User.id == Sitting.user_id)
        .outerjoin(UserPhoto, UserPhoto.user_id == User.id)
        .outerjoin(checker, checker.id == Sitting.identity_by_id)
        .outerjoin(Machine, Machine.id == Sitting.machine_id)
        .where(Sitting.room_id == room.id)
        .order_by(Candidacy.number)
    )  # fmt: skip
    lines = [DoorLine(**{**row._mapping, "is_absent": bool(row.is_absent)}) for row in rows]
    words = text.search_key(search[:100]).split()
    return [line for line in lines if all(_matches(line, word) for word in words)]


def _matches(line: DoorLine, word: str) -> bool:
    exact = (line.number.lower(), (line.seat or "").lower())
    return word in line.search_key or word in line.code.lower() or word in exact


def count_door(lines: Iterable[DoorLine]) -> dict[str, int]:
    """How many are unchecked, confirmed, rejected, admitted (let in, not seated yet) and in."""
    lines = list(lines)
    found = {state: sum(line.identity == state for line in lines) for state in ("unchecked", "confirmed", "rejected")}
    found["admitted"] = sum(line.admitted_at is not None and line.state == State.READY for line in lines)
    found["in"] = sum(line.state != State.READY and not line.is_absent for line in lines)
    return found


def confirm_identity(*, actor: Actor, now: datetime, sitting: Sitting) -> None:
    """This is the candidate. A sitting that was stopped only for being somebody else's goes on."""
    _judge(actor, now, sitting, "confirmed", "")


def reject_identity(*, actor: Actor, now: datetime, sitting: Sitting, reason: str) -> None:
    """Somebody else sits there: nobody enters; who is at work is stopped, and every answer is kept."""
    if not reason.strip():
        raise InvalidInput(_("Say why, for example: the face is not the one on the card."))
    _judge(actor, now, sitting, "rejected", reason.strip()[:300])


def undo_identity(*, actor: Actor, now: datetime, sitting: Sitting) -> None:
    """The tick was a slip: as if nobody had looked yet. The log keeps both."""
    _judge(actor, now, sitting, "unchecked", "")


def _judge(actor: Actor, now: datetime, sitting: Sitting, verdict: str, reason: str) -> None:
    with unit_of_work() as session:
        row = lock_sitting(sitting)
        if row.state == State.CLOSED:
            raise StateConflict(_("This exam paper is closed. Write what you saw into the minutes."))
        if row.identity == verdict and row.identity_note == reason:
            return
        row.identity, row.identity_note = verdict, reason
        row.identity_at, row.identity_by_id = (None, None) if verdict == "unchecked" else (now, actor.user_id)
        session.add(room_event(row, f"identity_{verdict}", now, actor, **({"reason": reason} if reason else {})))
        if verdict == "rejected":
            lock_row(session, row, LOCKED_BY_DOOR, now, actor)
        elif row.locked_reason == LOCKED_BY_DOOR:  # a lock of another cause stays
            unlock_row(session, row, now, actor)
        _record(actor, row, verdict, reason)


def _record(actor: Actor, row: Sitting, verdict: str, reason: str) -> None:
    if verdict == "confirmed":
        audit.record(actor, "sitting.identity_confirmed", row)
    elif verdict == "rejected":
        audit.record(actor, "sitting.identity_rejected", row, reason=reason, state=row.state)
    else:
        audit.record(actor, "sitting.identity_undone", row)


def admit(*, actor: Actor, now: datetime, sitting: Sitting, reason: str = "") -> None:
    """Let one candidate in; after the end of entry only with the reason, which the log and the minutes keep."""
    with unit_of_work() as session:
        row = lock_sitting(sitting)
        _refuse_admission(row)
        is_late = is_entry_over(row.exam, now)
        if is_late and not reason.strip():
            raise InvalidInput(_("Entry is over. Say why this candidate is let in late."))
        _let_in(session, row, now, actor, reason.strip()[:300] if is_late else "")
        audit.record(actor, "sitting.admitted", row, reason=reason.strip()[:300], is_late=is_late)


def is_entry_over(exam: Exam, now: datetime) -> bool:
    """Whether whoever comes now is late and needs a person's reason to be let in."""
    return now > exam_rules.last_entry(exam, RoomRules.parse(exam.rules))


def _refuse_admission(row: Sitting) -> None:
    if row.state != State.READY:
        raise StateConflict(_("This candidate is in already, or the exam paper is closed."))
    if row.identity == "rejected":
        raise StateConflict(_("This candidate's identity was rejected. Take that back first if it was a mistake."))
    if exam_rules.Conduct.parse(row.exam.conduct).needs_identity and row.identity != "confirmed":
        raise StateConflict(_("Confirm this candidate's identity first."))


def _let_in(session, row: Sitting, now: datetime, actor: Actor, reason: str) -> None:
    row.admitted_at, row.admitted_reason = now, reason or None
    event = (
        room_event(row, "admitted_late", now, actor, reason=reason)
        if reason
        else room_event(row, "admitted", now, actor)
    )
    session.add(event)


def take_admission_back(*, actor: Actor, now: datetime, sitting: Sitting) -> None:
    """The candidate waits again; nothing else changes."""
    with unit_of_work() as session:
        row = lock_sitting(sitting)
        if row.state != State.READY or row.admitted_at is None:
            raise StateConflict(_("This candidate is in already, or was not let in."))
        row.admitted_at, row.admitted_reason = None, None
        session.add(room_event(row, "admission_taken_back", now, actor))
        audit.record(actor, "sitting.admission_taken_back", row)


def admit_confirmed(*, actor: Actor, now: datetime, room: ExamRoom) -> int:
    """Let in everybody in the room whose identity is confirmed and who still waits. Returns how many."""
    if is_entry_over(room.exam, now):
        raise StateConflict(_("Entry is over: let latecomers in one by one, each with a reason."))
    with unit_of_work() as session:
        rows = lock_sittings(
            Sitting.room_id == room.id, Sitting.state == State.READY, Sitting.identity == "confirmed",
            Sitting.admitted_at.is_(None),
        )  # fmt: skip
        if not rows:
            raise StateConflict(_("Nobody waits whose identity is confirmed."))
        for row in rows:
            _let_in(session, row, now, actor, "")
        audit.record(actor, "room.admitted", room, sittings=len(rows))
    return len(rows)


def find_photo(sitting: Sitting) -> UserPhoto | None:
    """What this candidate looks like."""
    return db.db.session.get(UserPhoto, sitting.user_id)
