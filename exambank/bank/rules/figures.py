"""PURE. What exams say of one item: figures pooled over them with intervals, flags that rest on evidence, plots.

A flag is raised only when the interval, not the bare figure, lies beyond its limit, and never below ``MINIMUM_N``
responses. Severe flags put the item itself in doubt; the others are notices. The limits are the conventions of
Vietnamese schools: p below 0.3 hard, above 0.7 easy, discrimination below 0.2 poor.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from exambank.bank.rules.workflow import MINIMUM_N
from exambank.psychometrics.intervals import fisher_z, wilson

HARD, EASY = 0.3, 0.7
LOW_DISCRIMINATION = 0.2
DEAD_SHARE = 0.05

IN_DOUBT = "in_doubt"
"""The flag of an item whose review is open (``rules.concerns``): raised by the concern, never by figures."""

FLAGS: dict[str, bool] = {
    IN_DOUBT: True,
    "key_suspect": True,
    "negative_discrimination": True,
    "too_hard": False,
    "too_easy": False,
    "low_discrimination": False,
    "dead_distractor": False,
}
"""Code -> whether it is severe: severe ones put the item in doubt, the others are notices. Gravest first."""

ONE_OF_SEVERAL = frozenset({"single_choice", "true_false"})
"""Kinds whose options exclude one another, so that a distractor can beat the key."""


@dataclass(frozen=True)
class OptionFigures:
    """One option in one exam, or pooled: how many chose it, and how their choice goes with the rest of the paper."""

    token: str
    n: int
    share: float | None
    rest: float | None
    rest_ci: tuple[float, float] | None = None
    chosen: int | None = None


@dataclass(frozen=True)
class ExamFigures:
    """What the newest run of one exam found of a version."""

    exam: str
    n: int
    difficulty: float | None
    discrimination: float | None
    options: tuple[OptionFigures, ...] = ()


@dataclass(frozen=True)
class Pooled:
    """Figures of one version over its exams, each exam weighing as many as answered."""

    n: int = 0
    exams: int = 0
    difficulty: float | None = None
    difficulty_ci: tuple[float, float] | None = None
    discrimination: float | None = None
    discrimination_ci: tuple[float, float] | None = None
    options: tuple[OptionFigures, ...] = ()
    flags: tuple[str, ...] = field(default=())

    @property
    def is_enough(self) -> bool:
        return self.n >= MINIMUM_N


def read_figures(row: Any) -> ExamFigures:
    """A stored statistic (its attributes ``exam``, ``n``, ``difficulty``, ``item_rest``, ``options``) as figures."""
    options = tuple(
        OptionFigures(str(one.get("token") or ""), row.n, one.get("share"), one.get("rest"), chosen=one.get("chosen"))
        for one in row.options or ()
    )
    return ExamFigures(row.exam, row.n, row.difficulty, row.item_rest, options)


def pool_figures(rows: Iterable[ExamFigures], kind: str = "", keys: Iterable[str] = ()) -> Pooled:
    """Pool what several exams found of one version, and raise its flags; ``keys``: tokens of the right options."""
    found = [row for row in rows if row.n > 0 and row.difficulty is not None]
    n = sum(row.n for row in found)
    if not n:
        return Pooled()
    difficulty = _mean((row.n, row.difficulty) for row in found)
    discrimination, discrimination_ci = _pool_correlations([(row.n, row.discrimination) for row in found])
    pooled = Pooled(
        n=n,
        exams=len(found),
        difficulty=difficulty,
        difficulty_ci=share_interval(difficulty, n),
        discrimination=discrimination,
        discrimination_ci=discrimination_ci,
        options=_pool_options(found),
    )
    flags = find_flags(pooled, kind, frozenset(keys))
    return Pooled(**{**vars(pooled), "flags": flags})


def _mean(pairs: Iterable[tuple[int, float | None]]) -> float | None:
    known = [(n, value) for n, value in pairs if value is not None and n > 0]
    total = sum(n for n, _value in known)
    return sum(n * value for n, value in known) / total if total else None


def _pool_correlations(pairs: Sequence[tuple[int, float | None]]) -> tuple[float | None, tuple[float, float] | None]:
    """The mean correlation, weighted by n, and its interval: each exam brings n - 3 degrees of freedom."""
    value = _mean(pairs)
    degrees = sum(n - 3 for n, one in pairs if one is not None and n > 3)
    if value is None or degrees < 1 or not -1 < value < 1:
        return value, None
    return value, correlation_interval(value, degrees)


def share_interval(share: float, n: int) -> tuple[float, float]:
    """The 95 % interval of a share of n (Wilson)."""
    found = wilson(min(max(share, 0.0), 1.0), n)
    return found.low, found.high


def correlation_interval(value: float, degrees: int) -> tuple[float, float]:
    """The 95 % interval of a correlation (Fisher's z); ``degrees`` is n - 3, summed over exams."""
    found = fisher_z(value, degrees)
    return found.low, found.high


def _pool_options(rows: Sequence[ExamFigures]) -> tuple[OptionFigures, ...]:
    by_token: dict[str, list[OptionFigures]] = {}
    for row in rows:
        for one in row.options:
            by_token.setdefault(one.token, []).append(one)
    pooled = []
    for token, found in by_token.items():
        rest, interval = _pool_correlations([(one.n, one.rest) for one in found])
        share = _mean((one.n, one.share) for one in found)
        chosen = [one.chosen for one in found if one.chosen is not None]
        total = sum(chosen) if chosen else None
        pooled.append(OptionFigures(token, sum(one.n for one in found), share, rest, interval, total))
    return tuple(pooled)


def find_flags(pooled: Pooled, kind: str, keys: frozenset[str]) -> tuple[str, ...]:
    """The codes of ``FLAGS`` that these figures call for, gravest first; none below ``MINIMUM_N``.

    A concern is not seen here: whoever keeps the flags of an item adds ``IN_DOUBT``.
    """
    if not pooled.is_enough:
        return ()
    _low, high = pooled.discrimination_ci or (None, None)
    is_negative = high is not None and high < 0
    easy_from, hard_to = pooled.difficulty_ci
    raised = {
        "key_suspect": kind in ONE_OF_SEVERAL and bool(suspects_of(pooled, keys)),
        "negative_discrimination": is_negative,
        "too_hard": hard_to < HARD,
        "too_easy": easy_from > EASY,
        "low_discrimination": high is not None and not is_negative and high < LOW_DISCRIMINATION,
        "dead_distractor": kind in ONE_OF_SEVERAL and bool(dead_of(pooled, keys)),
    }
    return tuple(code for code in FLAGS if raised.get(code))


def suspects_of(pooled: Pooled, keys: Iterable[str]) -> tuple[str, ...]:
    """Distractors that strong candidates choose more than the key, surely: the intervals do not meet."""
    right = set(keys)
    best = [one.rest_ci[1] for one in pooled.options if one.token in right and one.rest_ci]
    if not best:
        return ()
    return tuple(one.token for one in _distractors(pooled, right) if one.rest_ci and one.rest_ci[0] > max(best))


def dead_of(pooled: Pooled, keys: Iterable[str]) -> tuple[str, ...]:
    """Distractors that surely fewer than one in twenty choose."""
    return tuple(
        one.token
        for one in _distractors(pooled, set(keys))
        if one.share is not None and share_interval(one.share, one.n)[1] < DEAD_SHARE
    )


def _distractors(pooled: Pooled, keys: set[str]) -> list[OptionFigures]:
    return [one for one in pooled.options if one.token and one.token not in keys]


def keys_of(content: Mapping[str, Any]) -> tuple[str, ...]:
    """The tokens of the right options in a stored content; none for kinds without options."""
    return tuple(row["token"] for row in content.get("options") or () if row.get("is_key"))


def join_flags(codes: Iterable[str]) -> str:
    """Flags as a column keeps them: " code code ", so that one is found by its name between spaces."""
    listed = [code for code in FLAGS if code in set(codes)]
    return f" {' '.join(listed)} " if listed else ""


def split_flags(stored: str) -> tuple[str, ...]:
    """The flags of a column, gravest first; codes of an older version are left out."""
    return tuple(code for code in FLAGS if code in stored.split())


# --- plots: where the marks of a small chart lie, in its own units ---


@dataclass(frozen=True)
class Mark:
    """One exam in a plot: its point and the ends of its interval, in the plot's units (y grows downwards)."""

    x: float
    y: float
    top: float
    bottom: float
    is_enough: bool


@dataclass(frozen=True)
class Plot:
    """A small plot over exams in time; ``pooled_y`` is the line of the pooled value, ``limits`` dashed lines."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    marks: tuple[Mark, ...]
    pooled_y: float | None
    ticks: tuple[tuple[float, float], ...]  # (value, y)
    limits: tuple[float, ...]  # y


def plot_figures(
    values: Sequence[tuple[int, float | None, tuple[float, float] | None]], *, pooled: float | None,
    value_range: tuple[float, float], ticks: Sequence[float], limits: Sequence[float] = (), width: float = 300,
    height: float = 132,
) -> Plot:  # fmt: skip
    """Place the (n, value, interval) of several exams, oldest first, side by side."""
    left, right, top, bottom = 36.0, width - 12.0, 10.0, height - 22.0
    low, high = value_range

    def place(value: float) -> float:
        inside = min(max(value, low), high)
        return round(bottom - (bottom - top) * (inside - low) / (high - low), 1)

    step = (right - left) / max(len(values), 1)
    marks = []
    for at, (n, value, interval) in enumerate(values):
        if value is not None:
            ends = interval or (value, value)
            x = round(left + step * (at + 0.5), 1)
            marks.append(Mark(x, place(value), place(ends[1]), place(ends[0]), n >= MINIMUM_N))
    return Plot(
        width, height, left, right, top, bottom, tuple(marks), None if pooled is None else place(pooled),
        tuple((tick, place(tick)) for tick in ticks), tuple(place(limit) for limit in limits),
    )  # fmt: skip
