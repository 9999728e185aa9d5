"""PURE. Groups of candidates beside the whole: means, shares passed, differences, each with its interval.

A group of fewer than ``MINIMUM_SHOWN`` is named and counted, nothing else: its mean would be chance, and would tell on
persons. From there on it is described; judged it is from ``MINIMUM_JUDGED`` on, and only by an interval that allows for
the number of groups compared, so that one of many does not stand out by chance alone.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from statistics import fmean, stdev

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.special import stdtrit

from exambank.psychometrics.intervals import wilson

MINIMUM_SHOWN, MINIMUM_JUDGED = 10, 20
CONFIDENCE = 0.95
SECONDS = 5.0  # where that is not enough to know that nobody is told of, nothing is shown
_NONE = 2  # the status of ``milp`` where nothing meets the conditions

Ends = tuple[float, float]


@dataclass(frozen=True)
class Sample:
    """What is known of some marks: how many, mean, standard deviation (divisor n - 1), how many reach the pass mark."""

    n: int
    mean: float | None
    sd: float | None
    passed: int

    @classmethod
    def of(cls, marks: Sequence[float], pass_mark: float) -> "Sample":
        values = [float(mark) for mark in marks]
        return cls(
            len(values),
            fmean(values) if values else None,
            stdev(values) if len(values) > 1 else None,
            sum(value >= pass_mark for value in values),
        )


@dataclass(frozen=True)
class Compared:
    """One group beside the whole. ``verdict``: hidden, withheld (large enough, but it would tell of a few others), few,
    higher, lower, alike, alone (there is nobody else)."""

    label: str
    n: int
    mean: float | None = None
    mean_ci: Ends | None = None
    sd: float | None = None
    pass_share: float | None = None
    pass_ci: Ends | None = None
    difference: float | None = None  # to the whole, the group included
    difference_ci: Ends | None = None
    verdict: str = "hidden"


def mean_interval(n: int, mean: float, sd: float, confidence: float = CONFIDENCE) -> Ends:
    """Student's interval of a mean."""
    margin = float(stdtrit(n - 1, (1 + confidence) / 2)) * sd / sqrt(n)
    return mean - margin, mean + margin


def describe(label: str, sample: Sample) -> Compared:
    """A group by itself; of a small one only how many it has."""
    if sample.n < MINIMUM_SHOWN or sample.mean is None or sample.sd is None:
        return Compared(label, sample.n)
    share = sample.passed / sample.n
    interval = wilson(share, sample.n)
    return Compared(
        label, sample.n, sample.mean, mean_interval(sample.n, sample.mean, sample.sd), sample.sd, share,
        (interval.low, interval.high), verdict="few" if sample.n < MINIMUM_JUDGED else "alone",
    )  # fmt: skip


def compare(groups: Sequence[tuple[str, Sample]], whole: Sample | None = None) -> list[Compared]:
    """Each group beside all of them together (or beside ``whole``), in the order given.

    The difference to the whole is the share of the others times the difference to the others; its interval is Welch's.
    Where one small group is hidden, the next larger one is hidden as well: the whole less all others would tell of it.
    """
    whole = whole or pool([sample for _label, sample in groups])
    judged = sum(sample.n >= MINIMUM_JUDGED for _label, sample in groups)
    hidden = _hidden([sample.n for _label, sample in groups])
    found = []
    for at, (label, sample) in enumerate(groups):
        shown = _only_counted(label, sample.n) if at in hidden else describe(label, sample)
        others = _others(whole, sample)
        if shown.mean is not None and others is not None:
            weight = others.n / whole.n
            difference = weight * (sample.mean - others.mean)
            shown = replace(
                shown, difference=difference, difference_ci=_welch(sample, others, weight, CONFIDENCE),
                verdict=_verdict(sample, others, 1 - (1 - CONFIDENCE) / max(judged, 1)),
            )  # fmt: skip
        found.append(shown)
    return found


def _only_counted(label: str, n: int) -> Compared:
    return Compared(label, n, verdict="hidden" if n < MINIMUM_SHOWN else "withheld")


def _hidden(sizes: Sequence[int]) -> set[int]:
    """The places of groups too small to be shown, and of the next larger ones until they hide each other."""
    hidden, together = set(), 0
    for at in sorted(range(len(sizes)), key=sizes.__getitem__):
        if sizes[at] >= MINIMUM_SHOWN and (not together or together >= MINIMUM_SHOWN):
            break
        hidden.add(at)
        together += sizes[at]
    return hidden


def withhold(
    found: Sequence[Compared], labels: Sequence[str], beside: Collection[tuple[Sequence[Compared], Sequence[str]]]
) -> list[Compared]:
    """The groups, or only their sizes where they and other groups ``beside`` them would together tell of a few.

    ``labels``: the group of each candidate in ``found``; ``beside``: other groups, each with those of the candidates.
    """
    if _tell_of_few([_as_shown(*one) for one in ((found, labels), *beside)]):
        return [_only_counted(one.label, one.n) for one in found]
    return list(found)


def _as_shown(found: Sequence[Compared], labels: Sequence[str]) -> list[str | None]:
    """The group of each candidate; hidden ones are known together, as what the others leave of the whole."""
    shown = {one.label for one in found if one.mean is not None}
    return [label if label in shown else None for label in labels]


def _tell_of_few(groupings: Sequence[Sequence[str | None]]) -> bool:
    """Whether several ways to group the same candidates together give away the figures of fewer than may be shown.

    The women less the classes of women alone are the women of mixed classes, were they only three; and with the papers
    more can be taken from the whole. What follows from such sums is told of some candidates where each group can be
    given a number so that these come to 1 over all their groups, and all other candidates to 0.
    """
    sizes = Counter(zip(*groupings, strict=True))
    n, places = np.array(list(sizes.values())), sorted({place for cell in sizes for place in enumerate(cell)}, key=str)
    isin = np.array([[float(cell[at] == label) for at, label in places] for cell in sizes])
    counted = np.r_[n, np.zeros(len(places))]
    found = milp(
        counted,
        integrality=counted > 0,
        bounds=Bounds(np.where(counted, 0, -np.inf), np.where(counted, counted < MINIMUM_SHOWN, np.inf)),
        constraints=[
            LinearConstraint(np.hstack([np.eye(len(n)), -isin]), 0, 0),
            LinearConstraint(counted, 1, MINIMUM_SHOWN - 1),
        ],
        options={"time_limit": SECONDS},
    )
    return found.status != _NONE


def pool(samples: Sequence[Sample]) -> Sample:
    """Several groups as one, from their numbers, means and deviations."""
    known = [one for one in samples if one.n and one.mean is not None]
    n = sum(one.n for one in known)
    if not n:
        return Sample(0, None, None, 0)
    mean = sum(one.n * one.mean for one in known) / n
    squares = sum((one.n - 1) * (one.sd or 0.0) ** 2 + one.n * (one.mean - mean) ** 2 for one in known)
    return Sample(n, mean, sqrt(squares / (n - 1)) if n > 1 else None, sum(one.passed for one in known))


def _others(whole: Sample, sample: Sample) -> Sample | None:
    """The whole without this group; None where too few are left, whose mean could be worked out from the rest."""
    n = whole.n - sample.n
    if n < MINIMUM_SHOWN or whole.sd is None or sample.sd is None:
        return None
    mean = (whole.n * whole.mean - sample.n * sample.mean) / n
    squares = (whole.n - 1) * whole.sd**2 - (sample.n - 1) * sample.sd**2
    squares -= sample.n * (sample.mean - whole.mean) ** 2 + n * (mean - whole.mean) ** 2
    return Sample(n, mean, sqrt(max(squares, 0.0) / (n - 1)), whole.passed - sample.passed)


def _welch(sample: Sample, others: Sample, weight: float, confidence: float) -> Ends | None:
    """The interval of the weighted difference of two means; None where neither group varies."""
    own, rest = sample.sd**2 / sample.n, others.sd**2 / others.n
    if own + rest <= 0:
        return None
    degrees = (own + rest) ** 2 / (own**2 / (sample.n - 1) + rest**2 / (others.n - 1))
    margin = float(stdtrit(degrees, (1 + confidence) / 2)) * sqrt(own + rest)
    difference = sample.mean - others.mean
    return weight * (difference - margin), weight * (difference + margin)


def _verdict(sample: Sample, others: Sample, confidence: float) -> str:
    if sample.n < MINIMUM_JUDGED or others.n < MINIMUM_JUDGED:
        return "few"
    interval = _welch(sample, others, 1.0, confidence)
    if interval is None or interval[0] <= 0 <= interval[1]:
        return "alike"
    return "higher" if interval[0] > 0 else "lower"
