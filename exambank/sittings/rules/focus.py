"""PURE. Leaving the exam's page: what a browser reports, taken with limits, and the lines a person reads.

It is a hint and never a penalty. A keyboard program such as UniKey or a pop-up of the system takes the focus for a
moment: what lasts under a second is kept, but told apart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

KINDS = ("blur", "hidden", "fullscreen")
SHORT = timedelta(seconds=1)
ROWS_A_MINUTE = 6  # of a sitting; what comes above is added to the row that is there
COUNT_A_MINUTE = 300  # and above this it is dropped
EVENTS_TAKEN = 20  # of one request, after merging
_TOGETHER_MS = 10_000
_TOGETHER = timedelta(seconds=60)
_LONGEST_MS = 24 * 3600 * 1000


@dataclass(frozen=True)
class Seen:
    """One kind of leaving: how many milliseconds ago it began, how long it lasted in all, how often it happened."""

    kind: str
    ago_ms: int
    ms: int
    count: int

    @property
    def is_short(self) -> bool:
        """Whether each time lasted under a second (the full screen is left for good)."""
        return self.kind != "fullscreen" and self.ms < self.count * (SHORT // timedelta(milliseconds=1))


def read_events(given: Any) -> tuple[Seen, ...]:
    """What a browser sent, as far as it can be read; merged by kind and time, the earliest first."""
    read = [one for one in map(_read, given if isinstance(given, list) else []) if one is not None]
    merged: list[Seen] = []
    for event in sorted(read, key=lambda one: (one.kind, -one.ago_ms)):
        last = merged[-1] if merged else None
        if (
            last
            and (last.kind, last.is_short) == (event.kind, event.is_short)
            and last.ago_ms - event.ago_ms <= _TOGETHER_MS
        ):
            merged[-1] = Seen(last.kind, last.ago_ms, last.ms + event.ms, last.count + event.count)
        else:
            merged.append(event)
    return tuple(sorted(merged, key=lambda one: -one.ago_ms)[-EVENTS_TAKEN:])


def _read(given: Any) -> Seen | None:
    if not isinstance(given, dict) or given.get("kind") not in KINDS:
        return None
    ago, length, count = (
        _whole(given.get(name), default) for name, default in (("ago_ms", 0), ("ms", 0), ("count", 1))
    )
    if ago is None or length is None or not count:
        return None
    return Seen(given["kind"], min(ago, _LONGEST_MS), min(length, _LONGEST_MS), min(count, COUNT_A_MINUTE))


def _whole(value: Any, default: int) -> int | None:
    if value is None:
        return default
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


@dataclass(frozen=True)
class FocusLine:
    """What a person reads: from when, until when, how often, how many seconds in all."""

    kind: str
    began_at: datetime
    ended_at: datetime
    count: int
    seconds: float
    is_short: bool


def timeline(rows: Iterable[tuple[str, datetime, int, int]]) -> list[FocusLine]:
    """Rows (kind, at, milliseconds, count) as lines in the order of time; what follows within a minute is one line."""
    lines: list[FocusLine] = []
    for kind, at, milliseconds, count in sorted(rows, key=lambda row: (row[1], row[0])):
        seen = Seen(kind, 0, milliseconds, count)
        line = FocusLine(kind, at, at + timedelta(milliseconds=milliseconds), count, milliseconds / 1000, seen.is_short)
        at_same = [index for index, known in enumerate(lines) if _continues(known, line)]
        if at_same:
            lines[at_same[-1]] = _join(lines[at_same[-1]], line)
        else:
            lines.append(line)
    return lines


def _continues(known: FocusLine, line: FocusLine) -> bool:
    is_alike = (known.kind, known.is_short) == (line.kind, line.is_short)
    return is_alike and line.began_at - known.ended_at <= _TOGETHER


def _join(known: FocusLine, line: FocusLine) -> FocusLine:
    return FocusLine(
        known.kind, known.began_at, max(known.ended_at, line.ended_at), known.count + line.count,
        known.seconds + line.seconds, known.is_short,
    )  # fmt: skip


def total(lines: Sequence[FocusLine]) -> tuple[int, float]:
    """How often the page was left for a second or longer, and for how many seconds in all."""
    longer = [line for line in lines if not line.is_short]
    return sum(line.count for line in longer), sum(line.seconds for line in longer)
