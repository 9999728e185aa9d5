"""Entering: the first time with the session code, again from the same browser, or from another with a takeover code."""

import functools
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom

from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, func, select

from exambank import audit, db
from exambank.courses.rules import RoomRules
from exambank.errors import StateConflict, TooManyAttempts
from exambank.exams import rules as exam_rules
from exambank.exams.models import Exam
from exambank.permissions import Actor
from exambank.sittings import rules
from exambank.sittings.models import Machine, Response, RoomEvent, Sitting, TakeoverCode
from exambank.sittings.rules import State
from exambank.sittings.service import moving
from exambank.sittings.service.admission import door_of
from exambank.sittings.service.history import log_last_values
from exambank.sittings.service.locking import lock_sitting, room_event
from exambank.sittings.service.preparing import generation
from exambank.sittings.service.refusals import EntryRefused, SeatHeld, WrongCode
from exambank.sittings.store import Clock

unit_of_work = db.unit_of_work

# The page that follows the entry enters again by itself: nothing happened that the room's log should tell.
_ECHO = timedelta(seconds=15)


def browser_hash(seat_token: str) -> str:
    """What the database keeps of a seat cookie."""
    return hashlib.sha256(seat_token.encode()).hexdigest()


@dataclass(frozen=True)
class Entry:
    """What a browser gets when it takes its seat."""

    clock: Clock
    journal_key: str
    stored: dict[int, list]
    flags: list[int]
    questions: int


def enter(
    *, actor: Actor, now: datetime, sitting: Sitting, browser: str, code: str = "", address: str | None = None,
    entered_before: datetime | None = None, machine_id: int | None = None,
) -> Entry:  # fmt: skip
    """Take the seat. ``entered_before``: what this browser's signed cookie says, for a database restored to before."""
    if sitting.state == State.READY or sitting.browser != browser:  # the seat's own browser needs no code
        _refuse_guessing(sitting, now)
    with unit_of_work() as session:
        row = lock_sitting(sitting)
        kind = _decide(row, browser, code, now, entered_before)
        if kind is not None:
            is_echo = kind == "re_entered" and now - row.last_contact_at < _ECHO
            _settle_time(row, now)
            if row.epoch:  # what was typed under the last epoch stays told when the new one writes over it
                log_last_values(session, row)
            left = where_it_sits(row)
            _take_seat(row, browser, now, address, entered_before)
            if machine_id or kind != "re_entered":  # the same browser may have lost only the machine's own cookie
                row.machine = session.get(Machine, machine_id) if machine_id else None
            if not is_echo:
                moved = {"old": left, "new": where_it_sits(row)} if kind == "taken_over" else {}
                session.add(room_event(row, kind, now, actor, **moved))
            audit.record(actor, f"sitting.{kind}", row, epoch=row.epoch, address=address)
    if kind is None:
        _note_wrong_code(actor, now, sitting)
        raise WrongCode(_("This code does not open this exam. Check it with the invigilator and type it again."))
    return entry_of(sitting, now)


def where_it_sits(row: Sitting) -> str:
    """The machine of this seat as people know it: its name, else the address it came from."""
    return row.machine.name if row.machine else row.address or ""


def _refuse_guessing(sitting: Sitting, now: datetime) -> None:
    where = {"exam_id": sitting.exam_id, "sitting_id": sitting.id, "since": now - rules.CODE_LIFE}
    wrong = db.db.session.execute(_wrong_codes(), where).scalar_one()
    if wrong >= rules.WRONG_CODES_ALLOWED:
        raise TooManyAttempts(
            _("Too many wrong codes. Wait ten minutes or ask the invigilator. The answers sent so far are kept.")
        )


@functools.cache  # a whole room asks at the bell: making the statement takes longer than running it
def _wrong_codes() -> Select:
    return select(func.count()).where(
        RoomEvent.exam_id == bindparam("exam_id"), RoomEvent.sitting_id == bindparam("sitting_id"),
        RoomEvent.kind == "code_refused", RoomEvent.at > bindparam("since"),
    )  # fmt: skip


def _note_wrong_code(actor: Actor, now: datetime, sitting: Sitting) -> None:
    with unit_of_work() as session:
        session.add(room_event(sitting, "code_refused", now, actor))
        audit.record(actor, "sitting.code_refused", sitting)


def _decide(row: Sitting, browser: str, code: str, now: datetime, entered_before: datetime | None) -> str | None:
    """The kind of entry, None for a wrong code; refusals are raised."""
    if row.state == State.CLOSED:
        raise EntryRefused("closed", _("This exam paper has been handed in. It cannot be opened again."))
    if row.state == State.READY:
        _refuse_first_entry(row, now, entered_before)
        return "entered" if entered_before is not None or _knows_code(row.exam, code) else None
    if row.browser == browser:
        return "re_entered"
    if not code:
        raise SeatHeld(
            _("This exam paper is open on another machine. Ask the invigilator for a code to continue here.")
        )
    return "taken_over" if _use_takeover_code(row, code, now) else None


def _refuse_first_entry(row: Sitting, now: datetime, entered_before: datetime | None) -> None:
    door = door_of(row, now, entered_before)
    if not door.may_enter:
        raise EntryRefused(door.reason, door.message)


def _knows_code(exam: Exam, code: str) -> bool:
    return not exam_rules.Conduct.parse(exam.conduct).needs_code or exam_rules.same_code(code, exam.session_code)


def _use_takeover_code(row: Sitting, code: str, now: datetime) -> bool:
    session = db.db.session
    live = session.execute(
        select(TakeoverCode)
        .where(TakeoverCode.sitting_id == row.id, TakeoverCode.used_at.is_(None), TakeoverCode.expires_at > now)
        .with_for_update()
    ).scalars()
    for issued in live:
        if exam_rules.same_code(code, issued.code):
            issued.used_at = now
            return True
    return False


def _settle_time(row: Sitting, now: datetime) -> None:
    """An entry after the deadline only brings in what the browser still holds; it must not wipe out the silence."""
    if row.state == State.OPEN and row.paused_at is None and now > row.deadline_at:
        row.silent_at_deadline = row.last_contact_at < row.deadline_at - rules.SILENCE
        row.state = State.COLLECTING


def _take_seat(row: Sitting, browser: str, now: datetime, address: str | None, entered_before: datetime | None) -> None:
    if row.state == State.READY:
        row.state = State.OPEN
        row.entered_at = entered_before or now
        row.deadline_at = exam_rules.deadline(
            row.exam, row.entered_at, row.candidacy.extra_seconds, row.incident_seconds, row.paused_seconds
        )
        moving.begin(row)
    row.epoch += 1
    row.browser, row.last_contact_at, row.address = browser, now, address


def entry_of(sitting: Sitting, now: datetime) -> Entry:
    """What the browser that holds the seat is told, as it stands now."""
    rows = db.db.session.execute(_stored(), {"sitting_id": sitting.id})
    stored = {row.question: [row.seq, json.loads(row.payload)] for row in rows}
    return Entry(clock_of(sitting, now), sitting.journal_key, stored, list(sitting.flags), sitting.question_count)


@functools.cache
def _stored() -> Select:
    columns = (Response.question, Response.seq, Response.payload)
    return select(*columns).where(Response.sitting_id == bindparam("sitting_id"))


def clock_of(sitting: Sitting, now: datetime) -> Clock:
    """The clock as every answer of the server tells it."""
    return Clock(
        state=sitting.state, epoch=sitting.epoch, deadline_ms=_milliseconds(sitting.deadline_at),
        paused_ms=_milliseconds(sitting.paused_at), server_ms=db.to_milliseconds(now), generation=generation(),
        notice=sitting.notice_no, locked_ms=_milliseconds(sitting.locked_at), section=sitting.section,
        section_deadline_ms=_milliseconds(sitting.section_deadline_at), open_from=sitting.open_from,
        open_to=sitting.open_to,
    )  # fmt: skip


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else db.to_milliseconds(moment)


def issue_takeover_code(*, actor: Actor, now: datetime, sitting: Sitting) -> TakeoverCode:
    """A code for a second machine: for this sitting, once, for ten minutes. Earlier unused codes end."""
    code = exam_rules.session_code(SystemRandom())
    with unit_of_work() as session:
        row = lock_sitting(sitting)
        if row.state not in {State.OPEN, State.COLLECTING}:
            raise StateConflict(_("Only a candidate who is working can change machines."))
        for old in session.execute(
            select(TakeoverCode).where(TakeoverCode.sitting_id == row.id, TakeoverCode.used_at.is_(None))
        ).scalars():
            old.expires_at = min(old.expires_at, now)
        issued = TakeoverCode(
            sitting_id=row.id, code=code, issued_by_id=actor.user_id, issued_at=now, expires_at=now + rules.CODE_LIFE
        )
        session.add(issued)
        session.add(room_event(row, "takeover_issued", now, actor))
        audit.record(actor, "sitting.takeover_issued", row)
    return issued


def earliest_submit(exam: Exam, entered_at: datetime) -> datetime:
    """When this candidate may first hand in."""
    started = exam_rules.start_of(exam)
    begun = started if exam.start_mode == "uniform" else max(entered_at, started)
    share = RoomRules.parse(exam.rules).earliest_leave_share
    return rules.earliest_submit_at(begun, exam.duration_seconds, share)


def limits_of(exam: Exam) -> tuple[timedelta, timedelta]:
    """Flush window and grace period of the room."""
    room = RoomRules.parse(exam.rules)
    return timedelta(seconds=room.flush_window_seconds), timedelta(seconds=room.grace_seconds)
