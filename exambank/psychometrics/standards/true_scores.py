"""How true scores lie behind observed ones when errors are binomial: a beta distribution, found by its moments."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, expit

NODES, REACH = 1201, 6.0  # of the double exponential rule: its end weights are below the rounding of the sum
FARTHEST = 40.0  # standard deviations from the mean: nothing of any beta distribution lies beyond


@dataclass(frozen=True, slots=True)
class TrueScores:
    """A beta distribution of true scores, as shares of the most.

    Attributes
    ----------
    low, high : float
        Where it begins and ends, 0..1.
    alpha, beta : float
        Its shape, above 0.
    n_moments : int
        How many moments of the observed scores it reproduces: 4, or 3 or 2 where the fourth (and the third) would put
        an end outside of 0..1, which then lies at 0 or 1.
    """

    low: float
    high: float
    alpha: float
    beta: float
    n_moments: int

    def share_below(self, share: float) -> float:
        """Share of candidates whose true score lies below."""
        place = (share - self.low) / (self.high - self.low)
        return float(betainc(self.alpha, self.beta, min(max(place, 0.0), 1.0)))

    def sample(self, low: float, high: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """True scores between two shares, and weights that sum to the share of candidates between them.

        Nodes of the double exponential rule: it takes the ends of a beta distribution, where its density may be
        infinite, in its stride (Takahasi and Mori 1974).
        """
        size = self.alpha + self.beta
        mean, width = self.alpha / size, FARTHEST * sqrt(self.alpha * self.beta / (size + 1.0)) / size
        first, last = (
            min(max((share - self.low) / (self.high - self.low), mean - width, 0.0), mean + width, 1.0)
            for share in (low, high)
        )
        if last <= first:
            return np.zeros(0), np.zeros(0)
        t = np.linspace(-REACH, REACH, NODES)
        inner = np.pi * np.sinh(t)
        place, left = expit(inner), expit(-inner)
        density = (self.alpha - 1.0) * np.log(first + (last - first) * place)
        density += (self.beta - 1.0) * np.log((1.0 - last) + (last - first) * left)
        weights = np.exp(density - density.max()) * np.cosh(t) * place * left
        weights *= (self.share_below(high) - self.share_below(low)) / weights.sum()
        return self.low + (self.high - self.low) * (first + (last - first) * place), weights


def fit_true_scores(scores: NDArray[np.float64], length: int) -> TrueScores | None:
    """The beta distribution with the moments of true scores that the observed ones imply; None where there is none.

    Parameters
    ----------
    scores : float array, shape (n,)
        On a scale from 0 to `length`.
    length : int
        Trials of the binomial distribution, at least 2.

    Notes
    -----
    ``E(share^s) = E(X (X-1) ... (X-s+1)) / (N (N-1) ... (N-s+1))``.

    References
    ----------
    Lord, F. M. (1965). A strong true-score theory, with applications. Psychometrika 30, 239-270. Hanson, B. A. (1991).
    Method of moments estimates for the four-parameter beta compound binomial model and the calculation of
    classification consistency indexes. ACT Research Report 91-5.
    """
    raw, falling, possible = [], np.ones_like(scores), 1.0
    for order in range(min(length, 4)):
        falling = falling * (scores - order)
        possible *= length - order
        raw.append(float(falling.mean()) / possible)
    variance = raw[1] - raw[0] ** 2
    if not (0 < raw[0] < 1 and variance > 1e-12):
        return None
    return _by_four(raw) or _by_two(raw[0], variance)


def _by_four(raw: Sequence[float]) -> TrueScores | None:
    """Of all four moments, or of three with the impossible end put at 0 or 1."""
    if len(raw) < 4:
        return None
    mean, variance, third, fourth = _central(raw)
    skewness, kurtosis = third / variance**1.5, fourth / variance**2
    divisor = 6.0 + 3.0 * skewness**2 - 2.0 * kurtosis
    size = 6.0 * (kurtosis - skewness**2 - 1.0) / divisor if divisor > 0 else 0.0
    if size <= 0:
        return None
    # The two shapes have the sum `size`; skewness gives their difference.
    tilt = skewness * (size + 2.0) / sqrt((size + 2.0) ** 2 * skewness**2 + 16.0 * (size + 1.0))
    alpha, beta = 0.5 * size * (1.0 - tilt), 0.5 * size * (1.0 + tilt)
    width = size * sqrt(variance * (size + 1.0) / (alpha * beta))
    low = mean - width * alpha / size
    if low < 0:
        return _from_zero(raw[:3])
    if low + width > 1:
        return _to_one(raw[:3])
    return TrueScores(low, low + width, alpha, beta, 4)


def _central(raw: Sequence[float]) -> tuple[float, float, float, float]:
    first, second, third, fourth = raw
    return (
        first, second - first**2, third - 3 * first * second + 2 * first**3,
        fourth - 4 * first * third + 6 * first**2 * second - 3 * first**4,
    )  # fmt: skip


def _from_zero(raw: Sequence[float]) -> TrueScores | None:
    """Of three moments, beginning at 0: ratios of neighbouring moments are ``c (alpha + s) / (alpha + beta + s)``."""
    one, two, three = raw[0], raw[1] / raw[0], raw[2] / raw[1]
    bend = 2.0 * two - one - three
    size = 2.0 * (three - two) / bend if bend > 0 else 0.0
    if size <= 0:
        return None
    high = two * (size + 1.0) - one * size
    alpha = one * size / high if high > 0 else 0.0
    if not (0 < high <= 1 and 0 < alpha < size):
        return None
    return TrueScores(0.0, high, alpha, size - alpha, 3)


def _to_one(raw: Sequence[float]) -> TrueScores | None:
    """The same, ending at 1: right answers and wrong ones exchanged."""
    first, second, third = raw
    turned = _from_zero((1 - first, 1 - 2 * first + second, 1 - 3 * first + 3 * second - third))
    return None if turned is None else TrueScores(1.0 - turned.high, 1.0, turned.beta, turned.alpha, 3)


def _by_two(mean: float, variance: float) -> TrueScores | None:
    """Of mean and variance, from 0 to 1."""
    size = mean * (1.0 - mean) / variance - 1.0
    return TrueScores(0.0, 1.0, mean * size, (1.0 - mean) * size, 2) if size > 0 else None
