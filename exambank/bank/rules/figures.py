"""PURE. What exams say of one item: figures pooled over them with intervals, flags that rest on evidence, plots.

A flag is raised only when the interval, not the bare figure, lies beyond its limit, and never below ``MINIMUM_N``
responses. Severe flags put the item itself in doubt; the others are notices. The limits are the conventions of
Vietnamese schools: p below 0.3 hard, above 0.7 easy, discrimination below 0.2 poor. The analysis judges an exam by the
same limits and pools in the same way, so that a list, an item's page and a concern never contradict one another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from exambank.bank.rules.workflow import MINIMUM_N
from exambank.psychometrics.arrays import Interval
from exambank.psychometrics.intervals import fisher_z, wilson
from exambank.psychometrics.pooling import PooledFigure, pool_correlations, pool_shares
from exambank.psychometrics.suspicion import ItemSuspicion, Rivalry, pool_rivalries

HARD, EASY = 0.3, 0.7
LOW_DISCRIMINATION = 0.2  # correlation with the rest of the paper: below, an item hardly tells the strong from the weak
MEANINGFUL = (0.2, 0.8)  # difficulties outside of which hardly anybody can differ, and discrimination says little
DEAD_SHARE = 0.05
REVIEW_CONFIDENCE = 0.9  # one end decides: 5 of 100 sound figures at the limit would pass; see psychometrics.suspicion

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

CHOSEN_AMONG = frozenset({"single_choice", "multiple_choice"})
"""Kinds with distractors that can be replaced by better ones."""

ONE_OF_SEVERAL = frozenset({"single_choice", "true_false"})
"""Kinds whose options exclude one another, so that a distractor can beat the key."""


@dataclass(frozen=True)
class OptionFigures:
    """One option in one exam, or pooled: how many chose it, and how their choice goes with the rest of the paper."""

    token: str
    n: int
    share: float | None
    rest: float | None
    chosen: int | None = None


@dataclass(frozen=True)
class ExamFigures:
    """What one exam's newest run found of a version; ``suspicion``: how its key does, where one option is taken."""

    exam: str
    n: int
    difficulty: float | None
    discrimination: float | None
    options: tuple[OptionFigures, ...] = ()
    suspicion: ItemSuspicion | None = None


@dataclass(frozen=True)
class Pooled:
    """Figures of one version over its exams; ``suspects``: options that the strong surely prefer to the key.

    Intervals are of 95 % and widened where the exams differ by more than chance. Of the discrimination, which not every
    exam has: ``discrimination_n`` candidates, and the ``degrees`` that its interval counts.
    """

    n: int = 0
    exams: int = 0
    difficulty: float | None = None
    difficulty_ci: tuple[float, float] | None = None
    discrimination: float | None = None
    discrimination_ci: tuple[float, float] | None = None
    discrimination_n: int = 0
    degrees: float = 0.0
    options: tuple[OptionFigures, ...] = ()
    suspects: tuple[str, ...] = ()
    flags: tuple[str, ...] = field(default=())

    @property
    def is_enough(self) -> bool:
        return self.n >= MINIMUM_N


def read_figures(row: Any) -> ExamFigures:
    """A stored statistic (its attributes ``exam``, ``n``, ``difficulty``, ``item_rest``, ``options``) as figures."""
    stored = row.options or ()
    options = tuple(
        OptionFigures(str(one.get("token") or ""), row.n, one.get("share"), one.get("rest"), one.get("chosen"))
        for one in stored
    )
    key = next((one["key"] for one in stored if one.get("key")), None)
    return ExamFigures(row.exam, row.n, row.difficulty, row.item_rest, options, read_suspicion(key, stored))


def read_suspicion(key: Mapping[str, Any] | None, options: Iterable[Mapping[str, Any]]) -> ItemSuspicion | None:
    """How the analysis found a key to do, beside the ``rivalry`` of each option; None where it did not look at that."""
    if not key:
        return None
    rivals = [
        Rivalry(row["token"], one["count"], one["rest"], one["value"], one["variance"], _read_interval(one))
        for row in options
        if (one := row.get("rivalry"))
    ]
    return ItemSuspicion(key["n"], key["degrees"], key["count"], key["rest"], _read_interval(key), tuple(rivals))


def _read_interval(one: Mapping[str, Any]) -> Interval | None:
    return None if one["low"] is None else Interval(one["low"], one["high"], one["confidence"])


def pool_figures(rows: Iterable[ExamFigures], kind: str = "", keys: Iterable[str] = ()) -> Pooled:
    """Pool what several exams found of one version, and raise its flags; ``keys``: tokens of the right options."""
    found = [row for row in rows if row.n > 0 and row.difficulty is not None]
    difficulty = pool_shares([(row.n, row.difficulty) for row in found])
    if difficulty is None:
        return Pooled()
    discrimination = _pool_known((row.n, row.discrimination) for row in found)
    pooled = Pooled(
        n=difficulty.n,
        exams=len(found),
        difficulty=difficulty.value,
        difficulty_ci=(difficulty.interval.low, difficulty.interval.high),
        discrimination=discrimination.value if discrimination else None,
        discrimination_ci=(discrimination.interval.low, discrimination.interval.high) if discrimination else None,
        discrimination_n=discrimination.n if discrimination else 0,
        degrees=discrimination.degrees if discrimination else 0.0,
        options=_pool_options(found),
        suspects=_suspects(row.suspicion for row in found) or _suspects_of_before(found, kind, frozenset(keys)),
    )
    return replace(pooled, flags=find_flags(pooled, kind, frozenset(keys)))


def _pool_known(rows: Iterable[tuple[int, float | None]]) -> PooledFigure | None:
    return pool_correlations([(n, value) for n, value in rows if value is not None])


def _suspects(told: Iterable[ItemSuspicion | None]) -> tuple[str, ...]:
    """Options that strong candidates surely prefer to the key, the best first; nothing below ``MINIMUM_N``."""
    known = [one for one in told if one is not None]
    whole = pool_rivalries(known) if known else None
    if whole is None or whole.n < MINIMUM_N:
        return ()
    return tuple(one.option for one in whole.better_options)


def _suspects_of_before(rows: Sequence[ExamFigures], kind: str, keys: frozenset[str]) -> tuple[str, ...]:
    """While exams stand that were analysed before rivalries were told: options whose intervals lie above the key's.

    Without this a doubt of theirs would vanish from the lists although nobody had looked at the item.
    """
    if kind not in ONE_OF_SEVERAL or all(row.suspicion for row in rows):
        return ()
    told = {one.token for row in rows for one in row.options if one.token}
    pooled = {token: _pool_known(_rests_of(token, rows)) for token in sorted(told)}
    ends = {token: found.interval for token, found in pooled.items() if found and found.n >= MINIMUM_N}
    right = [ends[token].high for token in keys if token in ends]
    return tuple(token for token in ends if right and token not in keys and ends[token].low > max(right))


def _rests_of(token: str, rows: Sequence[ExamFigures]) -> list[tuple[int, float | None]]:
    return [(one.n, one.rest) for row in rows for one in row.options if one.token == token]


def share_interval(share: float, n: int) -> tuple[float, float]:
    """The 95 % interval of a share of n (Wilson)."""
    found = wilson(min(max(share, 0.0), 1.0), n)
    return found.low, found.high


def _pool_options(rows: Sequence[ExamFigures]) -> tuple[OptionFigures, ...]:
    by_token: dict[str, list[OptionFigures]] = {}
    for row in rows:
        for one in row.options:
            by_token.setdefault(one.token, []).append(one)
    pooled = []
    for token, found in by_token.items():
        rest = _pool_known((one.n, one.rest) for one in found)
        told = [(one.n, one.share) for one in found if one.share is not None and one.n > 0]
        n = sum(count for count, _share in told)
        share = sum(count * value for count, value in told) / n if n else None
        chosen = [one.chosen for one in found if one.chosen is not None]
        pooled.append(OptionFigures(token, n, share, rest.value if rest else None, sum(chosen) if chosen else None))
    return tuple(pooled)


def find_flags(pooled: Pooled, kind: str, keys: frozenset[str]) -> tuple[str, ...]:
    """The codes of ``FLAGS`` that these figures call for, gravest first; none below ``MINIMUM_N``.

    A concern is not seen here: whoever keeps the flags of an item adds ``IN_DOUBT``.
    """
    if not pooled.is_enough:
        return ()
    is_negative = _is_surely_negative(pooled)
    easy_from, hard_to = pooled.difficulty_ci
    raised = {
        "key_suspect": bool(pooled.suspects),
        "negative_discrimination": is_negative,
        "too_hard": hard_to < HARD,
        "too_easy": easy_from > EASY,
        "low_discrimination": not is_negative and not pooled.suspects and _is_surely_low(pooled),
        "dead_distractor": kind in CHOSEN_AMONG and bool(dead_of(pooled, keys)),
    }
    return tuple(code for code in FLAGS if raised.get(code))


def _is_surely_negative(pooled: Pooled) -> bool:
    if pooled.discrimination is None or pooled.discrimination_n < MINIMUM_N:
        return False
    return fisher_z(pooled.discrimination, pooled.degrees, REVIEW_CONFIDENCE).high < 0


def _is_surely_low(pooled: Pooled) -> bool:
    low, high = MEANINGFUL
    ends = pooled.discrimination_ci
    is_known = ends is not None and pooled.discrimination_n >= MINIMUM_N
    return is_known and ends[1] < LOW_DISCRIMINATION and low <= pooled.difficulty <= high


def dead_of(pooled: Pooled, keys: Iterable[str]) -> tuple[str, ...]:
    """Distractors that surely fewer than one in twenty choose."""
    right = set(keys)
    return tuple(
        one.token
        for one in pooled.options
        if one.token and one.token not in right and one.share is not None
        and share_interval(one.share, one.n)[1] < DEAD_SHARE
    )  # fmt: skip


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
