"""The order of saves, and what becomes of one; the statement in ``store`` decides alike: a test compares the two."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from exambank.sittings.rules.life import State

SILENCE = timedelta(seconds=15)  # no contact for so long before the deadline: the server saw that the seat was cut off
TYPED_SPACING = timedelta(seconds=15)  # the history of typed text takes a value of a question at most so often
SAVES_PER_REQUEST = 100
LATEST_MILLISECONDS = 253_402_300_799_999  # the last moment a datetime can tell: a claimed one lies before it
COUNTER_LIMIT = 1 << 32
RESTORE_STEP = 1000  # what a restore adds to every epoch, so that no browser's epoch is current


def make_seq(epoch: int, n: int) -> int:
    """The number that orders saves: the server's epoch above, the browser's counter below."""
    if not 0 < n < COUNTER_LIMIT:
        raise ValueError("the counter is out of range")
    return epoch << 32 | n


def split_seq(seq: int) -> tuple[int, int]:
    """``(epoch, n)`` of a seq."""
    return seq >> 32, seq & (COUNTER_LIMIT - 1)


def accepted_seq(epoch: int, stored: Iterable[int]) -> int:
    """The seq of a quarantined answer that a person accepted: above everything stored so far."""
    return max(max(stored, default=0), epoch << 32) + 1


class Verdict(StrEnum):
    """What becomes of a save."""

    STORE = "store"
    RE_ENTER = "re_enter"
    SEAT_TAKEN = "seat_taken"
    LOCKED = "locked"
    COLLECTING = "collecting"
    SECTION_OVER = "section_over"
    NOT_HERE = "not_here"
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
    is_locked: bool = False
    open_from: int = 1
    open_to: int = 1 << 15
    section_deadline_at: datetime | None = None


def was_silent(facts: SeatFacts) -> bool:
    """Whether the server saw no contact in the last seconds before the deadline (not: whether the client says so)."""
    if facts.state == State.COLLECTING:
        return facts.silent_at_deadline
    if facts.deadline_at is None or facts.last_contact_at is None:
        return False
    return facts.last_contact_at < facts.deadline_at - SILENCE


def accepts(
    facts: SeatFacts, epoch: int, now: datetime, flush: timedelta, grace: timedelta, questions: Iterable[int] = ()
) -> Verdict:
    """Decide on a save of these questions' answers.

    The deadline itself still counts. After it a save counts within the flush window, or up to the end of the grace
    period from a seat that the server saw cut off; everything else is kept for a person. A section's end is harder:
    the next section has begun, so that only the flush window counts; the last section ends with the paper.
    """
    refusal = _refuse_seat(facts, epoch)
    if refusal is not None:
        return refusal
    if not facts.is_paused and not _is_in_time(facts, now, flush, grace):
        return Verdict.COLLECTING
    if _is_section_over(facts, now, flush):
        return Verdict.SECTION_OVER
    if any(not facts.open_from <= question <= facts.open_to for question in questions):
        return Verdict.NOT_HERE
    return Verdict.STORE


def _refuse_seat(facts: SeatFacts, epoch: int) -> Verdict | None:
    if facts.state == State.READY:
        return Verdict.RE_ENTER if facts.is_same_browser else Verdict.NOT_ENTERED
    if facts.state == State.CLOSED:
        return Verdict.CLOSED
    if not facts.is_same_browser:
        return Verdict.SEAT_TAKEN
    if epoch != facts.epoch:
        return Verdict.RE_ENTER
    return Verdict.LOCKED if facts.is_locked else None


def _is_in_time(facts: SeatFacts, now: datetime, flush: timedelta, grace: timedelta) -> bool:
    return now <= facts.deadline_at + flush or (now <= facts.deadline_at + grace and was_silent(facts))


def _is_section_over(facts: SeatFacts, now: datetime, flush: timedelta) -> bool:
    end = facts.section_deadline_at
    return end is not None and not facts.is_paused and end < facts.deadline_at and now > end + flush
