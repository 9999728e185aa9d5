"""One item version over all its exams, and what its few answers may borrow from the rest of the bank.

Exams are pooled with weights: shares by their n, correlations (as Fisher's z) and differences by the inverse of their
variance. Where exams differ by more than chance (Cochran's Q), the interval is widened by that much (Birge's ratio), so
that a disagreement is never hidden in a narrow interval.

A figure of few answers is drawn towards what items of the same bank are like (empirical Bayes: a beta distribution of
difficulties, a normal one of Fisher's z), the more the fewer answers it has; ``borrowed`` says how much. This is what
the item is best expected to do next time. Suspicions rest on the item's own answers alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import atanh, sqrt, tanh
from statistics import fmean

import numpy as np
from scipy.special import betaincinv, ndtri

from exambank.analysis.rules.evidence import CONFIDENCE, Flag, in_order
from exambank.analysis.rules.judge import MINIMUM_N, negative_flag
from exambank.analysis.rules.rivalry import miskey_flags
from exambank.psychometrics.pooling import PooledFigure, pool_correlations, pool_shares
from exambank.psychometrics.suspicion import ItemSuspicion

Z = float(ndtri((1 + CONFIDENCE) / 2))
LEAST_ITEMS = 10  # of a bank that lend to the others
MOST_ANSWERS_LENT = 50.0  # items that happen to be alike must not outweigh any number of answers
LEAST_SPREAD = 0.05  # of Fisher's z between items: for the same reason
NEARLY_ONE = 1 - 1e-9


@dataclass(frozen=True)
class Prior:
    """What items of a bank are like: mean, and how many answers (difficulty) or which spread (z) that is worth."""

    mean: float
    worth: float
    items: int


@dataclass(frozen=True)
class Estimate:
    """A pooled figure.

    ``value`` with ``low`` and ``high`` is the best estimate, drawn towards the bank where a prior was given; ``own``
    with ``own_low`` and ``own_high`` comes from the item's answers alone. ``borrowed``, 0..1: how much of the estimate
    is the bank's. ``i2``, 0..1: share of the exams' differences beyond chance; ``p`` of their being chance alone; both
    None for a single exam. ``degrees``: how many answers the own interval counts, after widening.
    """

    n: int
    exams: int
    value: float
    low: float
    high: float
    own: float
    own_low: float
    own_high: float
    borrowed: float
    i2: float | None
    p: float | None
    degrees: float
    confidence: float = CONFIDENCE


@dataclass(frozen=True)
class ExamOfItem:
    """What one exam found of a version; ``suspicion``: how its key does there, where it is an item of one option."""

    n: int
    difficulty: float | None
    item_rest: float | None
    suspicion: ItemSuspicion | None = None


@dataclass(frozen=True)
class Pooled:
    """A version over its exams: two estimates and what asks for a review."""

    n: int
    exams: int
    difficulty: Estimate | None
    discrimination: Estimate | None
    flags: tuple[Flag, ...]


def pool_item(
    rows: Sequence[ExamOfItem], difficulties: Prior | None = None, discriminations: Prior | None = None
) -> Pooled:  # fmt: skip
    """Everything of one version over its exams; the priors come from `difficulty_prior`, `discrimination_prior`."""
    rows = [row for row in rows if row.n > 0]
    n = sum(row.n for row in rows)
    difficulty = pool_difficulty([(row.n, row.difficulty) for row in rows if row.difficulty is not None], difficulties)
    correlations = [(row.n, row.item_rest) for row in rows if row.item_rest is not None]
    discrimination = pool_discrimination(correlations, discriminations)
    flags = miskey_flags(row.suspicion for row in rows)
    if discrimination is not None and discrimination.n >= MINIMUM_N:
        known = discrimination.n  # an exam without a correlation says nothing here
        negative = negative_flag(known, discrimination.own, discrimination.degrees, exams=discrimination.exams)
        flags += [negative] if negative else []
    return Pooled(n, len(rows), difficulty, discrimination, tuple(in_order(flags)))


def pool_difficulty(rows: Sequence[tuple[int, float]], prior: Prior | None = None) -> Estimate | None:
    """(n, share) of each exam; Wilson's interval of the own share, the beta posterior's of the estimate."""
    own = pool_shares(rows, CONFIDENCE)
    if own is None:
        return None
    value, low, high, borrowed = own.value, own.interval.low, own.interval.high, 0.0
    if prior is not None:
        right = prior.mean * prior.worth + own.value * own.degrees
        wrong = (1 - prior.mean) * prior.worth + (1 - own.value) * own.degrees
        value, borrowed = right / (right + wrong), prior.worth / (right + wrong)
        low, high = (float(betaincinv(right, wrong, tail)) for tail in ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2))
    return _estimate(own, value, low, high, borrowed)


def pool_discrimination(rows: Sequence[tuple[int, float]], prior: Prior | None = None) -> Estimate | None:
    """(n, correlation with the rest) of each exam, as Fisher's z weighted by n - 3; None with too few candidates."""
    own = pool_correlations(rows, CONFIDENCE)
    if own is None:
        return None
    value, low, high, borrowed = own.value, own.interval.low, own.interval.high, 0.0
    if prior is not None:
        variance = 1 / own.degrees
        borrowed = variance / (variance + prior.worth**2)
        z, margin = borrowed * prior.mean + (1 - borrowed) * atanh(own.value), Z * sqrt((1 - borrowed) * variance)
        value, low, high = (tanh(one) for one in (z, z - margin, z + margin))
    return _estimate(own, value, low, high, borrowed)


def _estimate(own: PooledFigure, value: float, low: float, high: float, borrowed: float) -> Estimate:
    ends = own.interval
    return Estimate(
        own.n, own.sittings, value, low, high, own.value, ends.low, ends.high, borrowed, own.i2, own.p, own.degrees
    )


def difficulty_prior(rows: Iterable[tuple[int, float]]) -> Prior | None:
    """What shares the items of a bank have, from (n, share) of each item; None with too few items.

    The beta distribution with the mean and the spread that is left when chance is taken off (method of moments):
    ``worth = mean (1 - mean) / spread^2 - 1`` answers.
    """
    usable = [(n, share) for n, share in rows if n >= MINIMUM_N]
    if len(usable) < LEAST_ITEMS:
        return None
    shares = np.array([share for _n, share in usable])
    mean = float(np.clip(shares.mean(), 0.01, 0.99))
    by_chance = fmean(share * (1 - share) / (n - 1) for n, share in usable)
    spread2 = float(shares.var(ddof=1)) - by_chance
    worth = mean * (1 - mean) / spread2 - 1 if spread2 > 0 else MOST_ANSWERS_LENT
    return Prior(mean, float(np.clip(worth, 1.0, MOST_ANSWERS_LENT)), len(usable))


def discrimination_prior(rows: Iterable[tuple[int, float]]) -> Prior | None:
    """What correlations the items of a bank have, as Fisher's z, from (n, correlation) of each; None with too few.

    Mean and spread by DerSimonian and Laird (1986): the spread is what is left when chance is taken off.
    """
    usable = [(n - 3, atanh(r)) for n, r in rows if n >= MINIMUM_N and abs(r) < NEARLY_ONE]
    if len(usable) < LEAST_ITEMS:
        return None
    weights, z = (np.array(column, dtype=float) for column in zip(*usable, strict=True))
    centre = float(weights @ z / weights.sum())
    q = float(weights @ (z - centre) ** 2)
    scale = float(weights.sum() - (weights**2).sum() / weights.sum())
    spread2 = max(0.0, (q - (len(z) - 1)) / scale)
    free = 1 / (1 / weights + spread2)
    return Prior(float(free @ z / free.sum()), max(sqrt(spread2), LEAST_SPREAD), len(usable))
