"""PURE. A sitting played again, minute by minute: what stood at a moment, what changed, what else happened."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
LONGEST = 24 * 60  # minutes that are ever shown: a sitting of more is a clock that was set


@dataclass(frozen=True)
class Given:
    """One entry of the answers' history: to which question, what, when the server had it."""

    at: datetime
    question: int
    payload: str
    is_blank: bool = False


@dataclass(frozen=True)
class Happening:
    """Anything else that belongs to the sitting; ``kind`` names its source, ``words`` are for people."""

    at: datetime
    kind: str  # log, gap, focus, message, objection, late
    words: str
    who: str | None = None


@dataclass(frozen=True)
class Span:
    """Seconds in which the server heard nothing of the seat; without an end it lasts."""

    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Step:
    """One line of a minute, in the order of time; either an answer or a happening."""

    at: datetime
    given: Given | None = None
    happening: Happening | None = None
    is_first: bool = False  # the first answer to its question


@dataclass(frozen=True)
class Minute:
    """``number`` from 0; ``answered``: questions with an answer at its end; ``silent_seconds`` of its sixty."""

    number: int
    begins_at: datetime
    steps: tuple[Step, ...]
    answered: int
    silent_seconds: int

    @property
    def is_quiet(self) -> bool:
        return not self.steps and not self.silent_seconds


def minutes(
    began_at: datetime, ended_at: datetime, given: Sequence[Given], happenings: Iterable[Happening],
    silences: Sequence[Span] = (),
) -> list[Minute]:  # fmt: skip
    """Every minute from the entry to the end, also the empty ones; what is outside counts to the first or the last."""
    count = min(max(-(-(ended_at - began_at) // MINUTE), 1), LONGEST)
    rows: list[list[Step]] = [[] for _one in range(count)]
    for step in _in_order(given, happenings):
        rows[min(max((step.at - began_at) // MINUTE, 0), count - 1)].append(step)
    answered: set[int] = set()
    found = []
    for number, steps in enumerate(rows):
        begins_at = began_at + number * MINUTE
        for step in steps:
            if step.given is not None:
                (answered.discard if step.given.is_blank else answered.add)(step.given.question)
        silent = silent_seconds(silences, begins_at, min(begins_at + MINUTE, ended_at))
        found.append(Minute(number, begins_at, tuple(steps), len(answered), silent))
    return found


def _in_order(given: Sequence[Given], happenings: Iterable[Happening]) -> list[Step]:
    seen: set[int] = set()
    steps = []
    for one in given:
        steps.append(Step(one.at, given=one, is_first=one.question not in seen))
        seen.add(one.question)
    steps += [Step(one.at, happening=one) for one in happenings]
    return sorted(steps, key=lambda step: step.at)  # stable: answers of one moment stay in the order of their saving


def standing(given: Iterable[Given], until: datetime) -> dict[int, Given]:
    """The answer to each question as it stood at that moment: the last one that had come by then."""
    return {one.question: one for one in given if one.at <= until}


def silent_seconds(silences: Iterable[Span], begins_at: datetime, ends_at: datetime) -> int:
    """How many whole seconds of this stretch the server heard nothing; silences that overlap count once."""
    inside = sorted(
        (max(one.began_at, begins_at), min(one.ended_at or ends_at, ends_at)) for one in silences
    )  # fmt: skip
    total, reached = timedelta(), begins_at
    for began, ended in inside:
        began = max(began, reached)
        if ended > began:
            total += ended - began
            reached = ended
    return total // timedelta(seconds=1)


@dataclass(frozen=True)
class Stretch:
    """Minutes shown together: one in which something happened, or several in which nothing did."""

    first: Minute
    last: Minute


def stretches(found: Iterable[Minute], is_kept: Callable[[Minute], bool] = lambda _one: False) -> list[Stretch]:
    """The minutes with neighbouring quiet ones drawn together; ``is_kept`` ones stand alone in any case."""
    shown: list[Stretch] = []
    for one in found:
        is_alone = not one.is_quiet or is_kept(one)
        if shown and not is_alone and shown[-1].last.is_quiet and not is_kept(shown[-1].last):
            shown[-1] = Stretch(shown[-1].first, one)
        else:
            shown.append(Stretch(one, one))
    return shown
