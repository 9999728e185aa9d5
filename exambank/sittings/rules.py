"""PURE. The exam room's decisions: a sitting's states, the order of saves, what counts after the deadline."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import Any


class State(StrEnum):
    READY = "ready"
    OPEN = "open"
    COLLECTING = "collecting"
    CLOSED = "closed"


# from -> where it may go. An extension brings ``collecting`` back to ``open``; nothing leaves ``closed``.
TRANSITIONS: dict[State, frozenset[State]] = {
    State.READY: frozenset({State.OPEN, State.CLOSED}),
    State.OPEN: frozenset({State.COLLECTING, State.CLOSED}),
    State.COLLECTING: frozenset({State.OPEN, State.CLOSED}),
    State.CLOSED: frozenset(),
}

TYPED_SPACING = timedelta(seconds=15)  # the history of typed text takes a value of a question at most so often
SILENCE = timedelta(seconds=15)  # no contact for so long before the deadline: the server saw that the seat was cut off
DISCONNECTED_AFTER = timedelta(seconds=25)  # two polls missed
CLOCK_STEP_ALLOWED_SECONDS = 2.0
RESTORE_STEP = 1000  # what a restore adds to every epoch, so that no browser's epoch is current
CODE_LIFE = timedelta(minutes=10)
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is misread on a blackboard
WRONG_CODES_ALLOWED = 10  # for one sitting within the life of a code
EXTENSION_LIMIT = timedelta(hours=1)  # of one act: a slip of the hand must not give ten hours
SAVES_PER_REQUEST = 100
COUNTER_LIMIT = 1 << 32


def may_go(current: str, target: str) -> bool:
    """Whether a sitting may go from one state to another."""
    return State(target) in TRANSITIONS[State(current)]


def make_seq(epoch: int, n: int) -> int:
    """The number that orders saves: the server's epoch above, the browser's counter below."""
    if not 0 < n < COUNTER_LIMIT:
        raise ValueError("the counter is out of range")
    return epoch << 32 | n


def split_seq(seq: int) -> tuple[int, int]:
    """``(epoch, n)`` of a seq."""
    return seq >> 32, seq & (COUNTER_LIMIT - 1)


class Verdict(StrEnum):
    """What becomes of a save."""

    STORE = "store"
    RE_ENTER = "re_enter"
    SEAT_TAKEN = "seat_taken"
    COLLECTING = "collecting"
    CLOSED = "closed"
    NOT_ENTERED = "not_entered"


@dataclass(frozen=True)
class SeatFacts:
    """What the database knows of a seat when a save arrives."""

    state: str
    epoch: int
    is_same_browser: bool
    deadline_at: datetime | None
    last_contact_at: datetime | None
    is_paused: bool = False
    silent_at_deadline: bool = False


def was_silent(facts: SeatFacts) -> bool:
    """Whether the server saw no contact in the last seconds before the deadline (not: whether the client says so)."""
    if facts.state == State.COLLECTING:
        return facts.silent_at_deadline
    if facts.deadline_at is None or facts.last_contact_at is None:
        return False
    return facts.last_contact_at < facts.deadline_at - SILENCE


def accepts(facts: SeatFacts, epoch: int, now: datetime, flush: timedelta, grace: timedelta) -> Verdict:
    """Decide on a save; the statement in ``store`` decides alike, and a test compares the two.

    The deadline itself still counts. After it a save counts within the flush window, or up to the end of the grace
    period from a seat that the server saw cut off; everything else is kept for a person.
    """
    if facts.state == State.READY:
        return Verdict.RE_ENTER if facts.is_same_browser else Verdict.NOT_ENTERED
    if facts.state == State.CLOSED:
        return Verdict.CLOSED
    if not facts.is_same_browser:
        return Verdict.SEAT_TAKEN
    if epoch != facts.epoch:
        return Verdict.RE_ENTER
    if facts.is_paused or now <= facts.deadline_at + flush:
        return Verdict.STORE
    if now <= facts.deadline_at + grace and was_silent(facts):
        return Verdict.STORE
    return Verdict.COLLECTING


def remaining(deadline_at: datetime | None, paused_at: datetime | None, now: datetime) -> timedelta:
    """Time left to work; it stands still in a pause."""
    if deadline_at is None:
        return timedelta()
    return max(deadline_at - (paused_at or now), timedelta())


def as_clock(left: timedelta) -> str:
    """Time left as the room's script shows it: hours only while there are any, a begun second counts as whole."""
    seconds = -(-left // timedelta(seconds=1))
    parts = (seconds // 3600, seconds // 60 % 60, seconds % 60)
    return ":".join(f"{part:02d}" for part in (parts if parts[0] else parts[1:]))


def is_disconnected(state: str, last_contact_at: datetime | None, now: datetime) -> bool:
    """Whether a seat at work has missed its polls."""
    at_work = state in {State.OPEN, State.COLLECTING}
    return at_work and (last_contact_at is None or now - last_contact_at > DISCONNECTED_AFTER)


def earliest_submit_at(started_at: datetime, duration_seconds: int, share: Fraction) -> datetime:
    """When the Regulation first lets a candidate hand in; accommodation and incident time do not move it."""
    return started_at + timedelta(seconds=ceil(duration_seconds * share))


def clock_step(wall_before: datetime, wall_now: datetime, ran_seconds: float) -> float:
    """By how many seconds the wall clock moved against a clock that only runs forward."""
    return (wall_now - wall_before).total_seconds() - ran_seconds


def is_clock_alarm(step_seconds: float) -> bool:
    """Whether such a step must stop automatic closing until a person has looked."""
    return abs(step_seconds) > CLOCK_STEP_ALLOWED_SECONDS


def receipt_code(rng: Any) -> str:
    """The code of a receipt, "K7Q2-9F3M": read out and written down without mistakes."""
    letters = "".join(rng.choice(CODE_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


GENESIS = "0" * 64


def chain(head: str | None, events: Iterable[Sequence]) -> str:
    """The head of a sitting's history after these events (id, question, seq, payload, received milliseconds)."""
    link = head or GENESIS
    for event in events:
        body = json.dumps([link, *event], ensure_ascii=False, separators=(",", ":"))
        link = hashlib.sha256(body.encode()).hexdigest()
    return link


@dataclass(frozen=True)
class ExamProgress:
    """How far the sittings of an exam are."""

    ready: int
    at_work: int
    closed: int
    entry_is_over: bool  # by the clock, or because every room was closed


def may_finish(progress: ExamProgress) -> bool:
    """Whether everybody is in and nobody can come any more; those never seen are then absent."""
    return progress.at_work == 0 and (progress.ready == 0 or progress.entry_is_over)


def accepted_seq(epoch: int, stored: Iterable[int]) -> int:
    """The seq of a quarantined answer that a person accepted: above everything stored so far."""
    return max(max(stored, default=0), epoch << 32) + 1
