"""Moving in the paper: which questions are open, one step forward, and the time of each section."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from exambank.exams.rules import share_of_extra

Sections = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Window:
    """The open questions, both ends included, and the section they lie in (from 1; 0: the paper has none)."""

    open_from: int
    open_to: int
    section: int = 0


@dataclass(frozen=True)
class Way:
    """How one moves in a paper: ``sections`` are its parts' first and last questions where each has its own time."""

    questions: int
    is_forward: bool = False
    sections: tuple[tuple[int, int], ...] = ()


def sections_of(parts: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """First and last question of each part, from the part of every question in order: [1, 1, 2] is (1, 2), (3, 3)."""
    found: list[list[int]] = []
    for number, part in enumerate(parts, start=1):
        if found and parts[number - 2] == part:
            found[-1][1] = number
        else:
            found.append([number, number])
    return tuple((first, last) for first, last in found)


def first_window(way: Way) -> Window:
    """What is open at the entry."""
    if not way.sections:
        return Window(1, 1 if way.is_forward else way.questions)
    return _in_section(way, 1)


def next_window(way: Way, here: Window) -> Window | None:
    """One step forward: the next question, or the next section; None at the end, or where one moves freely."""
    end = way.sections[here.section - 1][1] if here.section else way.questions
    if way.is_forward and here.open_to < end:
        return Window(here.open_to + 1, here.open_to + 1, here.section)
    return next_section(way, here)


def next_section(way: Way, here: Window) -> Window | None:
    """The beginning of the next section; None in the last one."""
    if here.section >= len(way.sections):
        return None
    return _in_section(way, here.section + 1)


def _in_section(way: Way, section: int) -> Window:
    first, last = way.sections[section - 1]
    return Window(first, first if way.is_forward else last, section)


def section_seconds(minutes: Sequence[int], extra_seconds: int, duration_seconds: int) -> tuple[int, ...]:
    """The time of each section with its share of a candidate's extra time; together exactly duration + extra.

    Shares are rounded over the running sum, so that no second is lost between the sections.
    """
    found, run, given = [], 0, 0
    for one in minutes:
        run += one * 60
        share = share_of_extra(run, extra_seconds, duration_seconds)
        found.append(one * 60 + share - given)
        given = share
    return tuple(found)


def section_deadline(
    section: int, seconds: Sequence[int], started_at: datetime, deadline_at: datetime, given_seconds: int = 0
) -> datetime:
    """When a section ends: after its own time (and what was ``given`` before it began), and early enough to leave the
    later sections theirs. A later section never begins late because an earlier one was long; time left over is lost.
    """
    later = timedelta(seconds=sum(seconds[section:]))
    own = timedelta(seconds=seconds[section - 1] + given_seconds)
    return min(deadline_at - later, started_at + own)
