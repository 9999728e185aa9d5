"""PURE. What is expected of an item before it is used again: its difficulty with its uncertainty, its time, and how
likely candidates of a given ability solve it.

Difficulty is the share correct (high = easy). Few answers say little, so an item's share is drawn towards the mean of
its level, the more the fewer answers stand behind it: a beta distribution over the items of the bank, estimated by the
moments of the shares seen (Kleinman 1973, JASA 68, 46-54), then Bayes' rule item by item (empirical Bayes, Casella
1985, The American Statistician 39, 83-87).
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

UNKNOWN_SHARE = 0.6
"""The mean assumed where no item of a bank was ever answered: between a guess at one of four and certainty."""

WEAK_PRIOR = 8.0
"""So many answers a level's mean counts for where the bank cannot say how much its items differ."""

PRIOR_BOUNDS = (4.0, 200.0)
ITEMS_FOR_A_LEVEL = 5
"""A level with fewer items answered borrows the whole bank's mean."""

EXTREME = 0.01
SECONDS_BY_KIND: dict[str, int] = {
    "single_choice": 75, "multiple_choice": 90, "true_false": 45, "true_false_cluster": 150, "short_text": 90,
    "numeric": 120, "matching": 150, "ordering": 120, "fill_in": 120, "essay": 1200, "oral": 600, "case": 480,
}  # fmt: skip
"""Expected time where nobody noted one: a working rule of ours (40 single choices in 50 minutes), no measurement."""
OTHER_SECONDS = 90

LOGISTIC_BY_NORMAL = 1.702
"""A logistic curve of slope 1 lies close to a normal ogive of slope 1/1.702 (Haley 1952; Lord, Novick 1968, 17.2)."""


@dataclass(frozen=True)
class Seen:
    """What exams told of an item: ``share`` of the points gained (0..1, None: unknown) over ``n`` answers; ``group``:
    its level."""

    n: int
    share: float | None
    group: Hashable = None

    @property
    def is_known(self) -> bool:
        return self.n > 0 and self.share is not None


@dataclass(frozen=True)
class Estimate:
    """The expected share correct and its standard deviation; ``n`` answers stand behind it."""

    difficulty: float
    sd: float
    n: int = 0


@dataclass(frozen=True)
class Prior:
    """Beta prior by mean and by the number of answers that it counts for (alpha + beta)."""

    mean: float
    weight: float

    def update(self, seen: Seen) -> Estimate:
        """The item's share under this prior: (n p + w m) / (n + w), with the deviation of the beta posterior."""
        n = seen.n if seen.is_known else 0
        total = n + self.weight
        mean = (n * (seen.share or 0.0) + self.weight * self.mean) / total
        return Estimate(mean, math.sqrt(mean * (1 - mean) / (total + 1)), n)


def estimate(items: Sequence[Seen]) -> list[Estimate]:
    """The shrunken difficulty of each item of a bank, in the order given."""
    whole = _fit([item for item in items if item.is_known])
    groups = defaultdict(list)
    for item in items:
        if item.is_known:
            groups[item.group].append(item)
    priors: Mapping[Hashable, Prior] = {
        group: Prior(_fit(found).mean, whole.weight)
        for group, found in groups.items()
        if len(found) >= ITEMS_FOR_A_LEVEL
    }
    return [priors.get(item.group, whole).update(item) for item in items]


def _fit(known: Sequence[Seen]) -> Prior:
    """Moments of the shares seen, each weighed by its answers; what lies under the noise counts as no difference."""
    if not known:
        return Prior(UNKNOWN_SHARE, WEAK_PRIOR)
    total = sum(item.n for item in known)
    mean = min(max(sum(item.n * item.share for item in known) / total, EXTREME), 1 - EXTREME)
    if len(known) < ITEMS_FOR_A_LEVEL:
        return Prior(mean, WEAK_PRIOR)
    weights = [item.n / total for item in known]
    seen = sum(w * (item.share - mean) ** 2 for w, item in zip(weights, known, strict=True))
    noise = mean * (1 - mean)
    own = sum(w * (1 - w) / item.n for w, item in zip(weights, known, strict=True))
    spread = sum(w * (1 - w) for w in weights)
    # E[seen] = noise * (rho * (spread - own) + own), rho = 1 / (weight + 1): solved for rho
    rho = (seen - noise * own) / (noise * (spread - own)) if spread > own else 0.0
    low, high = PRIOR_BOUNDS
    weight = high if rho <= 1 / (high + 1) else 1 / rho - 1
    return Prior(mean, min(max(weight, low), high))


def seconds_of(kind: str, expected: int | None) -> int:
    """The time noted on the item, or what its kind usually takes."""
    return expected or SECONDS_BY_KIND.get(kind, OTHER_SECONDS)


@dataclass(frozen=True)
class Curve:
    """How likely an item is solved: c + (1 - c) / (1 + exp(-(a theta - ab))) for ability ``theta`` (mean 0, SD 1)."""

    a: float
    ab: float
    c: float

    def at(self, theta: float) -> float:
        """Expected share of the points, 0..1."""
        return self.c + (1 - self.c) / (1 + math.exp(-min(max(self.a * theta - self.ab, -700), 700)))


def calibrated(a: float, b: float, c: float) -> Curve:
    """The three-parameter logistic model with D = 1."""
    return Curve(a, a * b, c)


def curve_of(share: float, floor: float) -> Curve:
    """A curve through a share correct: slope 1, lower asymptote ``floor`` (a guess), and the location at which
    candidates of ability N(0, 1) gain ``share`` on average.

    With q = (share - floor) / (1 - floor) that is ab = -logit(q) * sqrt(1 + 1 / 1.702^2): the average of a logistic
    curve over a normal distribution, by the normal ogive that it resembles.
    """
    q = min(max((share - floor) / (1 - floor), EXTREME), 1 - EXTREME)
    return Curve(1.0, -math.log(q / (1 - q)) * math.sqrt(1 + LOGISTIC_BY_NORMAL**-2), floor)
