"""PURE. Time that a candidate lost because the server could not be reached: measured, then proposed to a person.

A *gap* runs from the last contact that the server saw to the first one after it. The candidate may have worked on
meanwhile (the journal lets him), so nothing here gives time back by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_high

from exambank.sittings.rules.times import DISCONNECTED_AFTER


@dataclass(frozen=True)
class Span:
    """A stretch of time, from the first instant to the last; ``ended_at`` None: it goes on."""

    began_at: datetime
    ended_at: datetime | None

    def until(self, now: datetime) -> "Span":
        return self if self.ended_at is not None else Span(self.began_at, now)

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share an instant; a span that goes on has no end."""
        starts_in_time = other.ended_at is None or self.began_at <= other.ended_at
        return starts_in_time and (self.ended_at is None or other.began_at <= self.ended_at)


@dataclass(frozen=True)
class SeatGap:
    """One gap of one candidate; ``key`` names it, ``seat`` the candidate."""

    key: int
    seat: int
    span: Span


def missed(before: Mapping[int, datetime], after: Mapping[int, datetime]) -> dict[int, Span]:
    """Gaps between two looks at the seats' last contacts: those who came back after too long a silence."""
    return {
        seat: Span(before[seat], contact)
        for seat, contact in after.items()
        if seat in before and contact - before[seat] > DISCONNECTED_AFTER
    }


def silent(contacts: Mapping[int, datetime], now: datetime) -> dict[int, datetime]:
    """The seats that miss their polls now, with their last contact."""
    return {seat: contact for seat, contact in contacts.items() if now - contact > DISCONNECTED_AFTER}


def lost_seconds(gap: Span, pauses: Iterable[Span], deadline_at: datetime | None) -> int:
    """Working time within a gap that has ended, in whole seconds, a begun one counted: 0 or more.

    Pauses are given back by themselves, and past the deadline there is nothing to lose: neither counts here.
    ``pauses`` must not overlap one another (a sitting has one pause at a time).
    """
    if gap.ended_at is None:
        raise ValueError("a gap is measured when it is over")
    end = gap.ended_at if deadline_at is None else min(gap.ended_at, deadline_at)
    lost = end - gap.began_at
    for pause in pauses:
        shared = min(end, pause.ended_at or end) - max(gap.began_at, pause.began_at)
        lost -= max(shared, timedelta())
    return max(-(-lost // timedelta(seconds=1)), 0)


def clusters(gaps: Iterable[SeatGap]) -> list[list[SeatGap]]:
    """Gaps that hang together in time, oldest first: a power cut is one cluster of many candidates."""
    found: list[list[SeatGap]] = []
    until: datetime | None = None
    for gap in sorted(gaps, key=lambda one: (one.span.began_at, one.key)):
        if found and (until is None or gap.span.began_at <= until):
            found[-1].append(gap)
        else:
            found.append([gap])
            until = gap.span.began_at
        until = None if until is None or gap.span.ended_at is None else max(until, gap.span.ended_at)
    return found


def median_seconds(seconds: Sequence[int]) -> int:
    """What half of them lost at least; of two in the middle the longer, so that nobody is given too little by half."""
    return median_high(seconds) if seconds else 0
