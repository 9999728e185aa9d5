"""What earlier exams say of an item beside this one: has it become easier or harder, is it given too often?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot
from statistics import median

from exambank.analysis.rules.evidence import DRIFT, EXPOSED, Flag, measured
from exambank.analysis.rules.judge import MINIMUM_N
from exambank.psychometrics.intervals import wilson

MEANINGFUL_DRIFT = 0.1  # of the points
LEAST_COMMON = 5  # items that tell whether the whole class is stronger, not this item easier
LARGEST_EXPOSURE = 1 / 3  # of the module's exams
LEAST_EXAMS = 3


@dataclass(frozen=True)
class Earlier:
    """One earlier exam with this version: how many met it, which share of its points they earned."""

    n: int
    difficulty: float


@dataclass(frozen=True)
class Exposure:
    """In how many of the module's exams of late the item was given, in any of its versions."""

    exams: int
    of: int
    months: int


def drift_flags(now: Mapping[int, Earlier], before: Mapping[int, Sequence[Earlier]]) -> dict[int, list[Flag]]:
    """Flags of the items whose share of points surely moved by more than ``MEANINGFUL_DRIFT`` against earlier exams.

    A stronger class earns more on every item: what all repeated items have in common (the median of their moves, where
    there are at least ``LEAST_COMMON``) is taken off each. The interval is Newcombe's, for groups of different size.
    """
    moves = {
        version_id: (latest, pooled)
        for version_id, latest in now.items()
        if (pooled := _pool(before.get(version_id, ()))) and min(latest.n, pooled.n) >= MINIMUM_N
    }
    differences = [latest.difficulty - pooled.difficulty for latest, pooled in moves.values()]
    common = median(differences) if len(differences) >= LEAST_COMMON else 0.0
    found = {}
    for version_id, (latest, pooled) in moves.items():
        value, low, high = (one - common for one in difference_of_shares(latest, pooled))
        if low > MEANINGFUL_DRIFT or high < -MEANINGFUL_DRIFT:
            told = measured(latest.n, value, (low, high), MEANINGFUL_DRIFT)
            further = {
                "now": latest.difficulty, "earlier": pooled.difficulty, "earlier_n": pooled.n, "common": common,
                "exams": len(before[version_id]),
            }  # fmt: skip
            found[version_id] = [Flag(DRIFT, evidence=told | further)]
    return found


def _pool(rows: Sequence[Earlier]) -> Earlier | None:
    n = sum(row.n for row in rows)
    return Earlier(n, sum(row.n * row.difficulty for row in rows) / n) if n else None


def difference_of_shares(one: Earlier, other: Earlier) -> tuple[float, float, float]:
    """``one - other`` with its 95 % interval by Newcombe's hybrid score (method 10), each share out of its own n."""
    first, second = wilson(one.difficulty, one.n), wilson(other.difficulty, other.n)
    value = one.difficulty - other.difficulty
    low = value - hypot(one.difficulty - first.low, second.high - other.difficulty)
    high = value + hypot(first.high - one.difficulty, other.difficulty - second.low)
    return value, max(low, -1.0), min(high, 1.0)


def exposure_flag(exposure: Exposure | None) -> Flag | None:
    """A flag where an item was surely in more than one of three of the module's exams of late, three at least."""
    if exposure is None or exposure.exams < LEAST_EXAMS:
        return None
    share = exposure.exams / exposure.of
    interval = wilson(share, exposure.of)
    if interval.low <= LARGEST_EXPOSURE:
        return None
    told = measured(exposure.of, share, (interval.low, interval.high), LARGEST_EXPOSURE)
    return Flag(EXPOSED, evidence=told | {"exams": exposure.exams, "months": exposure.months})
