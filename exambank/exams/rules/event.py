"""PURE. The event's decisions: its states, who may enter until when, numbers, rooms, papers for neighbours.

Times are aware datetimes. A limit is inclusive everywhere: at exactly the deadline, the late-entry limit or the end of
the window a person is still in time; one millisecond later not.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

STATES: dict[str, frozenset[str]] = {
    "draft": frozenset({"ready", "cancelled"}),
    "ready": frozenset({"open", "cancelled"}),
    "open": frozenset({"closed"}),
    "closed": frozenset({"open"}),
    "cancelled": frozenset(),
}
"""From state to the states that may follow. A running exam is closed, never cancelled: work given in is kept. It is
open again only while one candidate's paper is opened again, before the results are published."""

RESULT_STATES: dict[str, frozenset[str]] = {
    "draft": frozenset({"published"}),
    "published": frozenset({"frozen"}),
    "frozen": frozenset(),
}

START_MODES = ("uniform", "personal", "admitted")
"""uniform: one deadline for the room; personal: own full time from the entry; admitted: the same, let in one by one."""
MARK_RELEASES = ("at_once", "published", "never")
REVIEW_RELEASES = ("published", "never")  # never at once: others may still be writing the same questions

OPENING_LEAD = timedelta(minutes=15)
"""How long before the scheduled start the room may be opened; the clock still starts on time."""
CODE_LEAD = timedelta(minutes=30)
"""How long before the scheduled start the invigilators see the session code."""

CODE_LETTERS = "ABCDEFGHJKLMNPQRTUVWXY346789"  # nothing that is read for something else: 0 O, 1 I, 2 Z, 5 S
CODE_LENGTH = 6
NUMBER_DIGITS = 3


class ExamTimes(Protocol):
    """What the clock rules must know of an exam; the row of the table has all of it."""

    state: str
    start_mode: str
    opens_at: datetime
    opened_at: datetime | None
    closes_at: datetime
    duration_seconds: int


class RoomLimits(Protocol):
    """``courses.rules.RoomRules``, as far as entering needs it."""

    late_entry_seconds: int | None


@dataclass(frozen=True)
class Timing:
    """The times of an exam as plain values, where no row is at hand."""

    opens_at: datetime
    closes_at: datetime
    duration_seconds: int
    start_mode: str = "uniform"
    opened_at: datetime | None = None
    state: str = "open"


def start_of(exam: ExamTimes) -> datetime:
    """When the room's clock starts: the later of the scheduled time and the opening."""
    return exam.opens_at if exam.opened_at is None else max(exam.opens_at, exam.opened_at)


def deadline(
    exam: ExamTimes,
    entered_at: datetime | None = None,
    extra_seconds: int = 0,
    incident_seconds: int = 0,
    paused_seconds: int = 0,
) -> datetime:
    """Until when (inclusive) this candidate may work.

    Uniform start: one deadline for the room, whoever came late. Otherwise the full duration from the entry, cut at the
    end of the window. Accommodation, incident time and pauses are separate amounts and are added after the cut.
    """
    if min(extra_seconds, incident_seconds, paused_seconds) < 0:
        raise ValueError("time is only ever added")
    duration = timedelta(seconds=exam.duration_seconds)
    if exam.start_mode == "uniform":
        end = start_of(exam) + duration
    else:
        end = min(max(entered_at or start_of(exam), start_of(exam)) + duration, exam.closes_at)
    return end + timedelta(seconds=extra_seconds + incident_seconds + paused_seconds)


def last_entry(exam: ExamTimes, room: RoomLimits) -> datetime:
    """Until when (inclusive) somebody who was not in yet may enter."""
    if exam.start_mode != "uniform":
        return exam.closes_at
    end = deadline(exam)
    if room.late_entry_seconds is None:
        return end
    return min(end, start_of(exam) + timedelta(seconds=room.late_entry_seconds))


@dataclass(frozen=True)
class AtDoor:
    """What people have decided on a candidate who is not in yet.

    ``identity``: unchecked, confirmed, rejected. ``is_admitted``: let in one by one; ``is_late_admitted``: let in by a
    person in spite of the end of entry, with a reason.
    """

    identity: str = "unchecked"
    needs_identity: bool = False
    is_admitted: bool = False
    is_late_admitted: bool = False
    is_eligible: bool = True
    is_room_closed: bool = False


@dataclass(frozen=True)
class EntryDecision:
    """Whether a candidate may work now. ``until``: the deadline if so, else the limit that the reason speaks of.

    Reasons: ok, not_open, not_started, too_late, time_over, closed, cancelled; at the door also not_eligible,
    room_closed, identity_rejected, identity (not confirmed yet), admission (not let in yet).
    """

    may: bool
    reason: str
    until: datetime | None = None


def may_enter(
    exam: ExamTimes,
    room: RoomLimits,
    now: datetime,
    entered_at: datetime | None = None,
    extra_seconds: int = 0,
    incident_seconds: int = 0,
    paused_seconds: int = 0,
    door: AtDoor | None = None,
) -> EntryDecision:
    """May this candidate enter, or come back (``entered_at``)? Late entry and the door bar the first entry only."""
    door = door or AtDoor(is_admitted=True)
    barred = _barred(exam, door, now)
    if barred is not None:
        return barred
    is_first = entered_at is None
    if is_first and now > last_entry(exam, room) and not door.is_late_admitted:
        return EntryDecision(False, "too_late", last_entry(exam, room))
    end = deadline(exam, entered_at or now, extra_seconds, incident_seconds, paused_seconds)
    if now > end:
        return EntryDecision(False, "time_over", end)
    if is_first and door.needs_identity and door.identity != "confirmed":
        return EntryDecision(False, "identity")
    if is_first and exam.start_mode == "admitted" and not door.is_admitted:
        return EntryDecision(False, "admission")
    return EntryDecision(True, "ok", end)


def _barred(exam: ExamTimes, door: AtDoor, now: datetime) -> EntryDecision | None:
    """What keeps anybody out, whoever was in before."""
    if exam.state in {"closed", "cancelled"}:
        return EntryDecision(False, exam.state)
    if not door.is_eligible:
        return EntryDecision(False, "not_eligible")
    if door.identity == "rejected":
        return EntryDecision(False, "identity_rejected")
    if exam.state != "open":
        return EntryDecision(False, "not_open", exam.opens_at)
    if now < start_of(exam):
        return EntryDecision(False, "not_started", start_of(exam))
    return EntryDecision(False, "room_closed") if door.is_room_closed else None


@dataclass(frozen=True)
class ActDecision:
    """Whether an act is open now; ``reason`` is a code, ``until`` the time it speaks of."""

    may: bool
    reason: str = "ok"
    until: datetime | None = None


def may_open(exam: ExamTimes, now: datetime) -> ActDecision:
    """A person in the room opens: from a little before the scheduled start to the end of the window."""
    if exam.state != "ready":
        return ActDecision(False, f"is_{exam.state}")
    if now < exam.opens_at - OPENING_LEAD:
        return ActDecision(False, "too_early", exam.opens_at - OPENING_LEAD)
    return ActDecision(True) if now <= exam.closes_at else ActDecision(False, "window_over", exam.closes_at)


def may_close(
    exam: ExamTimes, room: RoomLimits, counts: Mapping[str, int], now: datetime, early: bool = False
) -> ActDecision:
    """Closing waits for every sitting; while somebody may still enter, only a person closes (``early``)."""
    if exam.state != "open":
        return ActDecision(False, f"is_{exam.state}")
    if counts.get("open", 0) or counts.get("collecting", 0):
        return ActDecision(False, "still_working")
    limit = last_entry(exam, room)
    if not early and now <= limit and (counts.get("ready", 0) or not counts):
        return ActDecision(False, "entry_open", limit)
    return ActDecision(True)


def may_see_code(opens_at: datetime, now: datetime, is_officer: bool) -> bool:
    """The session code is the office's; the room's invigilators see it shortly before."""
    return is_officer or now >= opens_at - CODE_LEAD


def session_code(rng: Any) -> str:
    """Mã ca thi: six characters that are read, heard and typed without mistake."""
    return "".join(rng.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def same_code(typed: str, code: str) -> bool:
    """Codes compare without case, spaces and hyphens."""
    return re.sub(r"[\s-]", "", typed).upper() == code.upper()


def check_schedule(opens_at: datetime, closes_at: datetime, duration_seconds: int, start_mode: str) -> list[str]:
    """Codes of what is wrong with these times; an empty list: they can be used."""
    problems = []
    if duration_seconds <= 0:
        problems.append("duration_not_positive")
    elif duration_seconds > 24 * 3600:
        problems.append("duration_too_long")
    elif opens_at + timedelta(seconds=duration_seconds) > closes_at:
        problems.append("window_too_short")
    if start_mode not in START_MODES:
        problems.append("start_mode_unknown")
    return problems


def check_extra(seconds: int, duration_seconds: int) -> bool:
    """Extra time is positive and at most the exam's own duration."""
    return 0 < seconds <= duration_seconds


def next_numbers(count: int, taken: Iterable[str]) -> list[str]:
    """Số báo danh for ``count`` more candidates: after the highest number given so far, three digits or more."""
    highest = max((int(number) for number in taken if number.isascii() and number.isdigit()), default=0)
    return [f"{highest + at:0{NUMBER_DIGITS}d}" for at in range(1, count + 1)]


def find_duplicates(numbers: Iterable[str]) -> list[str]:
    """Numbers given more than once, each named once, in the order they repeat."""
    seen: set[str] = set()
    repeated = []
    for number in numbers:
        if number in seen and number not in repeated:
            repeated.append(number)
        seen.add(number)
    return repeated


def is_number(number: str) -> bool:
    """A candidate number is short and plain: letters, digits, hyphen."""
    return re.fullmatch(r"[0-9A-Za-z-]{1,20}", number) is not None


@dataclass(frozen=True)
class ListedCode:
    """One line of a typed or pasted list: a learner's code and, where given, a candidate number."""

    line: int
    code: str
    number: str | None


def parse_codes(text: str) -> list[ListedCode]:
    """Read a pasted list: a code per line, a number after a tab, comma or semicolon."""
    found = []
    for line, raw in enumerate(text.splitlines(), start=1):
        parts = [part.strip() for part in re.split(r"[\t,;]", raw, maxsplit=1)]
        if parts[0]:
            found.append(ListedCode(line, parts[0], (parts[1] or None) if len(parts) > 1 else None))
    return found


def split_evenly(count: int, rooms: int) -> list[int]:
    """How many candidates each room gets, in the order of numbers: 57 in two rooms are 29 and 28."""
    if rooms <= 0:
        raise ValueError("no room to split into")
    size, rest = divmod(count, rooms)
    return [size + (at < rest) for at in range(rooms)]


def split_by_capacity(count: int, capacities: Sequence[int]) -> list[int] | None:
    """Fill rooms one after the other; None when they do not hold everybody."""
    taken = []
    for capacity in capacities:
        taken.append(min(count, max(0, capacity)))
        count -= taken[-1]
    return None if count else taken


def distribute_papers(count: int, papers: int, rng: Any) -> list[int]:
    """A paper (by index) for each candidate in the order of numbers: random, evenly used, neighbours apart.

    Papers are dealt in shuffled rounds; a round never begins with the paper that ended the one before.
    """
    if papers <= 0:
        raise ValueError("no papers to deal")
    dealt: list[int] = []
    while len(dealt) < count:
        round_ = list(range(papers))
        rng.shuffle(round_)
        if dealt and papers > 1 and round_[0] == dealt[-1]:
            round_.append(round_.pop(0))
        dealt += round_
    return dealt[:count]


@dataclass(frozen=True)
class Step:
    """One square of the exam's road: its code and whether it is done, next or still to come."""

    code: str
    state: str  # ticked, half, empty, dashed, crossed


def road(state: str, result_state: str, listed: int, numbered: int, bound: int) -> list[Step]:
    """The exam's road as squares: listed, numbered, papers, ready, open, closed, published."""
    order = ("draft", "ready", "open", "closed")
    reached = order.index(state) if state in order else -1
    done = {
        "listed": listed > 0,
        "numbered": listed > 0 and numbered >= listed,
        "papers": listed > 0 and bound >= listed,
        "ready": reached >= 1,
        "open": reached >= 3,  # while it is on, this is the step that goes on
        "closed": reached >= 3,
        "published": result_state in {"published", "frozen"},
    }
    if state == "cancelled":
        return [Step(code, "ticked" if value else "dashed") for code, value in done.items()]
    steps, is_next = [], True
    for code, value in done.items():
        steps.append(Step(code, "ticked" if value else "half" if is_next else "empty"))
        is_next = is_next and value
    return steps


def is_review_open(release: Mapping[str, str], what: str, exam_state: str, result_state: str) -> bool:
    """Whether learners may see their mark or review (``what``) now, by the exam's own release rules."""
    rule = release.get(what, "never")
    if rule == "at_once":
        return exam_state != "cancelled"
    return rule == "published" and result_state in {"published", "frozen"}


def when_is(exam: ExamTimes, now: datetime) -> str:
    """Where an exam belongs on a desk: open, upcoming or past."""
    if exam.state == "open":
        return "open"
    is_over = exam.state in {"closed", "cancelled"} or exam.closes_at < now
    return "past" if is_over else "upcoming"
