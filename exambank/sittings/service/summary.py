"""The room as it stands: made once every few seconds for all who look, from one query over its candidates.

It only reads, on a connection of its own, and never through the store: saves do not wait for it. Who looks gets what
is there; whoever looks first after it has grown old makes the next one, the others meanwhile wait for that one and not
for the database. An act of an invigilator forgets it, so that the page that follows shows the act.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import case, func, or_, select

from exambank import text
from exambank.accounts.models import User
from exambank.db import db
from exambank.exams.models import Candidacy, Exam, ExamRoom
from exambank.sittings import rules
from exambank.sittings.models import (
    ContactGap,
    FocusEvent,
    Machine,
    Objection,
    Offence,
    Response,
    RoomEvent,
    Sitting,
    TimeGrant,
)
from exambank.sittings.rules import DISCONNECTED_AFTER, State
from exambank.sittings.service.granting import count_asked
from exambank.sittings.service.quarantine import count_quarantine
from exambank.sittings.service.timing import list_frozen

SUMMARY_LIFE = timedelta(seconds=3)
LOG_LINES = 12
FOLDED_ROWS = 10  # so many rows are read for a line of the log: what was done for many is one line
OUTAGE_SEATS, OUTAGE_SPREAD = 3, timedelta(seconds=30)  # who went silent together: the network, not the machine
_KEPT = "exambank_sittings_summaries"

STATES = ("open", "lost", "locked", "paused", "collecting", "closed", "ready", "absent")
"""How a candidate stands, as the room shows it; a seat has exactly one of them."""


@dataclass(frozen=True)
class SeatLine:
    """One candidate on the invigilator's page."""

    public_id: str
    number: str
    name: str
    state: str  # one of STATES
    seat: str | None
    machine: str | None
    identity: str
    answered: int
    questions: int
    entered_at: datetime | None
    closed_at: datetime | None
    last_save_at: datetime | None
    last_contact_at: datetime | None
    deadline_at: datetime | None
    paused_at: datetime | None
    locked_at: datetime | None
    locked_reason: str | None
    focus_losses: int
    objections: int  # reports that nobody has answered
    gaps: int  # gaps of contact that nobody has decided on
    offences: int

    @property
    def short_name(self) -> str:
        """The last two words: how people are called in the room."""
        return " ".join(text.nfc(self.name).split()[-2:])

    @property
    def needs(self) -> list[str]:
        """What a person must look at, the most urgent first."""
        found = {
            "locked": self.state == "locked", "identity": self.identity == "rejected" and self.state != "locked",
            "lost": self.state == "lost", "objection": self.objections > 0,
            "gap": self.gaps > 0 and self.state not in {"lost", "closed"}, "paused": self.state == "paused",
        }  # fmt: skip
        return [need for need, is_there in found.items() if is_there]


URGENCY = ("locked", "identity", "lost", "objection", "gap", "paused")


@dataclass(frozen=True)
class Event:
    """A line of the room's log."""

    kind: str
    at: datetime
    details: dict[str, Any]
    number: str | None
    who: str | None  # None: the system
    candidates: int = 1  # for how many the same was done in one act; then ``number`` is the first one's


@dataclass(frozen=True)
class Summary:
    """The room as it stands, made once for all who look."""

    at: datetime
    seats: tuple[SeatLine, ...]
    events: tuple[Event, ...] = ()
    is_frozen: bool = False
    late_answers: int = 0
    asked: int = 0  # grants of time that wait for a second person
    counts: Counter = field(default_factory=Counter)

    def count(self, *states: str) -> int:
        return sum(self.counts[state] for state in states)

    @property
    def deadline_at(self) -> datetime | None:
        """The latest deadline of those at work."""
        running = [
            seat.deadline_at for seat in self.seats if seat.deadline_at and seat.state not in {"closed", "absent"}
        ]
        return max(running, default=None)

    @property
    def common_deadline_at(self) -> datetime | None:
        """The deadline that most of those at work share: what is announced to the room."""
        running = Counter(
            seat.deadline_at for seat in self.seats if seat.deadline_at and seat.state not in {"closed", "absent"}
        )
        return running.most_common(1)[0][0] if running else None

    @property
    def attention(self) -> list[SeatLine]:
        """Who needs a person, the most urgent first; those of ``back`` apart."""
        waiting = [seat for seat in self.seats if seat.needs and seat.needs[0] != "gap"]
        return sorted(waiting, key=lambda seat: (URGENCY.index(seat.needs[0]), seat.number))

    @property
    def back(self) -> list[SeatLine]:
        """Who was disconnected and works again, so that only the lost time waits: one decision for all of them."""
        return [seat for seat in self.seats if seat.needs[:1] == ["gap"]]

    @property
    def outage(self) -> list[SeatLine]:
        """Who lost contact together: the latest ``OUTAGE_SEATS`` or more within ``OUTAGE_SPREAD``; else nobody."""
        lost = sorted((seat for seat in self.seats if seat.state == "lost"), key=lambda seat: seat.last_contact_at)
        groups: list[list[SeatLine]] = []
        for seat in lost:
            if not groups or seat.last_contact_at - groups[-1][0].last_contact_at > OUTAGE_SPREAD:
                groups.append([])
            groups[-1].append(seat)
        return next((group for group in reversed(groups) if len(group) >= OUTAGE_SEATS), [])

    @property
    def waiting(self) -> int:
        """How many things need a person."""
        return len(self.attention) + bool(self.back)


def summarise(room: ExamRoom, now: datetime) -> Summary:
    """The room's summary, at most ``SUMMARY_LIFE`` old."""
    return _kept(("room", room.id), now, lambda: _make(room, now))


def forget_summary(room_id: int | None) -> None:
    """After an act of the invigilator the next look is fresh."""
    kept = current_app.extensions.get(_KEPT, {})
    kept.pop(("room", room_id), None)
    kept.pop("glance", None)


def _kept(key: Any, now: datetime, make: Callable[[], Any]) -> Any:
    """What was made a moment ago; of several who find it old one makes it anew, the others go on with the old one.

    Only where there is none do they wait: a slow database must not fill the server's threads with people who look.
    """
    cache = current_app.extensions.setdefault(_KEPT, {})
    found = cache.get(key)
    if _is_fresh(found, now):
        return found[1]
    making = cache.setdefault(("lock", key), threading.Lock())
    if not making.acquire(blocking=found is None):
        return found[1]
    try:
        found = cache.get(key)
        if not _is_fresh(found, now):
            found = cache[key] = (now, make())
        return found[1]
    finally:
        making.release()


def _is_fresh(found: tuple | None, now: datetime) -> bool:
    return found is not None and timedelta() <= now - found[0] < SUMMARY_LIFE


def _make(room: ExamRoom, now: datetime) -> Summary:
    seats = tuple(_seat_lines(room.id, now))
    return Summary(
        now, seats, tuple(_events(room)), room.exam_id in list_frozen(), count_quarantine(room.exam),
        count_asked([room.exam_id]), Counter(seat.state for seat in seats),
    )  # fmt: skip


def _per_sitting(model, *conditions, value=None):
    counted = select(func.count() if value is None else func.coalesce(func.sum(value), 0)).where(
        model.sitting_id == Sitting.id, *conditions
    )
    return counted.correlate(Sitting).scalar_subquery()


def _undecided():
    """A gap that is over, neither given back nor dismissed; a grant that was refused leaves it open."""
    refused = select(TimeGrant.id).where(TimeGrant.id == ContactGap.grant_id, TimeGrant.state == "refused").exists()
    return (
        ContactGap.ended_at.is_not(None), ContactGap.dismissed_at.is_(None), or_(ContactGap.grant_id.is_(None), refused)
    )  # fmt: skip


def _seat_lines(room_id: int, now: datetime) -> Iterable[SeatLine]:
    focus = _per_sitting(FocusEvent, value=FocusEvent.count)
    rows = db.session.execute(
        select(
            Sitting.public_id, Candidacy.number, User.full_name.label("name"), Sitting.state, Candidacy.seat,
            Machine.name.label("machine"), Sitting.identity,
            _per_sitting(Response, ~Response.is_blank).label("answered"),
            Sitting.question_count.label("questions"), Sitting.entered_at, Sitting.closed_at, Sitting.last_save_at,
            Sitting.last_contact_at, Sitting.deadline_at, Sitting.paused_at, Sitting.locked_at, Sitting.locked_reason,
            case((focus > Sitting.focus_losses, focus), else_=Sitting.focus_losses).label("focus_losses"),
            _per_sitting(Objection, Objection.state == "open").label("objections"),
            _per_sitting(ContactGap, *_undecided()).label("gaps"),
            _per_sitting(Offence, Offence.withdrawn_at.is_(None)).label("offences"),
            Sitting.closed_by,
        )
        .join(Candidacy, Candidacy.id == Sitting.candidacy_id)
        .join(User, User.id == Sitting.user_id)
        .outerjoin(Machine, Machine.id == Sitting.machine_id)
        .where(Sitting.room_id == room_id)
        .order_by(Candidacy.number)
    )  # fmt: skip
    for row in rows:
        values = {**row._asdict(), "state": _shown_state(row, now), "number": row.number or "–"}
        del values["closed_by"]
        yield SeatLine(**values)


def _shown_state(row: Any, now: datetime) -> str:
    if row.state == State.CLOSED:
        return "absent" if row.closed_by == "absent" else "closed"
    if row.state != State.READY and row.locked_at is not None:
        return "locked"
    if row.state == State.OPEN and row.paused_at is not None:
        return "paused"
    if row.state == State.OPEN and rules.is_disconnected(row.state, row.last_contact_at, now):
        return "lost"
    return row.state


# --- the room's log ---


def _log_query():
    person = select(User.full_name).where(User.public_id == RoomEvent.actor).scalar_subquery()
    number = (
        select(Candidacy.number)
        .join(Sitting, Sitting.candidacy_id == Candidacy.id)
        .where(Sitting.id == RoomEvent.sitting_id)
        .scalar_subquery()
    )
    return select(RoomEvent.kind, RoomEvent.at, RoomEvent.details, number, person).order_by(RoomEvent.id.desc())


def _events(room: ExamRoom, limit: int = LOG_LINES) -> list[Event]:
    of_room = or_(RoomEvent.room_id == room.id, RoomEvent.room_id.is_(None))
    query = _log_query().where(RoomEvent.exam_id == room.exam_id, of_room).limit(limit * FOLDED_ROWS)
    return fold(Event(*row) for row in db.session.execute(query))[:limit]


def fold(events: Iterable[Event]) -> list[Event]:
    """One line for what one act did for many candidates: the same kind, moment, person and details."""
    acts: dict[tuple, list[Event]] = {}
    for place, event in enumerate(events):
        apart = None if event.number else place
        acts.setdefault((event.kind, event.at, event.who, repr(event.details), apart), []).append(event)
    return [replace(same[-1], candidates=len(same)) for same in acts.values()]


def list_events(room: ExamRoom, limit: int = 40) -> list[Event]:
    """The room's log, newest first."""
    return _events(room, limit)


def list_sitting_events(sitting: Sitting, limit: int = 60) -> list[Event]:
    """The log of one candidate, newest first, with who acted."""
    rows = db.session.execute(
        _log_query().where(RoomEvent.exam_id == sitting.exam_id, RoomEvent.sitting_id == sitting.id).limit(limit)
    )
    return [Event(*row) for row in rows]


# --- all rooms at a glance ---


@dataclass(frozen=True)
class Glance:
    """One room in the list of all: its candidates by state, and what waits for a person."""

    counts: Counter
    objections: int = 0
    is_frozen: bool = False

    def count(self, *states: str) -> int:
        return sum(self.counts[state] for state in states)

    @property
    def alarms(self) -> list[str]:
        """Codes: frozen, locked, lost, objections, paused."""
        found = {
            "frozen": self.is_frozen, "locked": self.counts["locked"], "lost": self.counts["lost"],
            "objections": self.objections, "paused": self.counts["paused"],
        }  # fmt: skip
        return [name for name, is_there in found.items() if is_there]


def glance(rooms: Iterable[ExamRoom], now: datetime) -> dict[int, Glance]:
    """How each of these rooms stands; the exams that are on or to come are counted once for all who look."""
    running = _kept("glance", now, lambda: _count_rooms(now))
    return {room.id: running.get(room.id, Glance(Counter())) for room in rooms}


def _count_rooms(now: datetime) -> dict[int, Glance]:
    is_on, in_a_room = Exam.state.in_(("ready", "open")), Sitting.room_id.is_not(None)  # a rehearsal has no room
    shown = case(
        (Sitting.state == State.CLOSED, case((Sitting.closed_by == "absent", "absent"), else_="closed")),
        ((Sitting.state != State.READY) & Sitting.locked_at.is_not(None), "locked"),
        ((Sitting.state == State.OPEN) & Sitting.paused_at.is_not(None), "paused"),
        ((Sitting.state == State.OPEN) & (Sitting.last_contact_at < now - DISCONNECTED_AFTER), "lost"),
        else_=Sitting.state,
    ).label("shown")
    states = db.session.execute(
        select(Sitting.room_id, shown, func.count())
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(is_on, in_a_room)
        .group_by(Sitting.room_id, shown)
    )
    open_objections = db.session.execute(
        select(Sitting.room_id, func.count())
        .join(Objection, Objection.sitting_id == Sitting.id)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(is_on, in_a_room, Objection.state == "open")
        .group_by(Sitting.room_id)
    )
    counts: dict[int, Counter] = {}
    for room_id, state, count in states:
        counts.setdefault(room_id, Counter())[state] = count
    waiting = dict(open_objections.all())
    frozen = list_frozen()
    exam_of = dict(db.session.execute(select(ExamRoom.id, ExamRoom.exam_id).where(ExamRoom.id.in_(counts))).all())
    return {
        room_id: Glance(found, waiting.get(room_id, 0), exam_of[room_id] in frozen) for room_id, found in counts.items()
    }
