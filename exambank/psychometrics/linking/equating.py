"""Equating the totals of two papers that were given to random groups of the same people."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from exambank.psychometrics.arrays import Reason
from exambank.psychometrics.linking.smoothing import MAX_DEGREE, Distribution, distribution

LONGEST_SCALE = 10_000

# Two shares of candidates that differ by less, relatively, are equal but for rounding.
SAME_SHARE = 1e-12


class EquatingMethod(StrEnum):
    """How scores were equated."""

    LINEAR = "linear"
    EQUIPERCENTILE = "equipercentile"


@dataclass(frozen=True, slots=True)
class EquatedScore:
    """What one score on the source paper is worth on the target paper. Never NaN.

    Attributes
    ----------
    score : float
        Points on the source paper.
    equivalent : float or None
        Points on the target paper; not rounded, and it may lie outside the paper's scores.
    se : float or None
        Standard error of the equivalent, in points of the target paper.
    undefined : dict of str to Reason
        For each attribute that is None, why.
    """

    score: float
    equivalent: float | None
    se: float | None
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Equating:
    """A table that leads from each score on the source paper to the target paper.

    Attributes
    ----------
    method : EquatingMethod
        How it was made.
    n_source, n_target : int
        Candidates behind each side.
    scores : tuple of EquatedScore
        From 0 to the source paper's maximum, a step apart.
    """

    method: EquatingMethod
    n_source: int
    n_target: int
    scores: tuple[EquatedScore, ...]


def linear_equating(
    source: ArrayLike,
    target: ArrayLike,
    *,
    max_source: float,
    max_target: float,
    step: float = 1.0,
    min_candidates: int = 20,
) -> Equating:
    """Equate by mean and standard deviation.

    Parameters
    ----------
    source, target : array_like of float, shapes (n,) and (m,)
        Totals of the two groups, in points; NaN = did not sit, left out.
    max_source, max_target : float
        The most points on each paper, above 0.
    step : float, default 1
        Distance between the scores in the table.
    min_candidates : int, default 20
        The fewest on either side, at least 2, with which anything is said.

    Returns
    -------
    Equating
        All undefined with too few candidates, or where everybody on one side has the same total.

    Raises
    ------
    ValueError
        If a total lies outside 0..maximum, or the maximum is not a number of steps.

    Notes
    -----
    ``e(x) = sd_Y (x - mean_X) / sd_X + mean_Y``, standard deviations with divisor n-1. The delta method under
    normality gives ``se^2 = sd_Y^2 (1/n_X + 1/n_Y) (1 + z^2 / 2)``, ``z = (x - mean_X) / sd_X``; for skewed totals
    it is too small at one end and too large at the other. Only random groups make the two sides comparable.

    References
    ----------
    Kolen, M. J. & Brennan, R. L. (2014). Test equating, scaling, and linking, 3rd ed., ch. 2 and 7.

    Examples
    --------
    >>> table = linear_equating([1, 2, 3], [3, 4, 5], max_source=3, max_target=5, min_candidates=3)
    >>> [score.equivalent for score in table.scores]
    [2.0, 3.0, 4.0, 5.0]
    """
    points = _scale(max_source, step)
    _scale(max_target, step)
    x, y = _totals(source, max_source), _totals(target, max_target)
    reason = _why_not(x, y, min_candidates)
    if reason:
        return _undefined(EquatingMethod.LINEAR, x, y, points, reason)
    sd_x, sd_y = x.std(ddof=1), y.std(ddof=1)
    z = (points - x.mean()) / sd_x
    errors = sd_y * np.sqrt((1 / len(x) + 1 / len(y)) * (1 + z * z / 2))
    return _defined(EquatingMethod.LINEAR, x, y, points, sd_y * z + y.mean(), errors)


def equipercentile_equating(
    source: ArrayLike,
    target: ArrayLike,
    *,
    max_source: float,
    max_target: float,
    step: float = 1.0,
    degree: int | None = None,
    min_candidates: int = 20,
) -> Equating:
    """Equate scores with the same percentile rank.

    Parameters
    ----------
    source, target : array_like of float, shapes (n,) and (m,)
        Totals of the two groups, in points, each a number of steps; NaN = did not sit, left out.
    max_source, max_target : float
        The most points on each paper, above 0.
    step : float, default 1
        Distance between neighbouring scores, the same on both papers.
    degree : int, optional
        Smooth both distributions first by a log-linear model of this degree, 1..10, which keeps as many moments.
        Not smoothed unless told; then the table needs thousands of candidates to be steady.
    min_candidates : int, default 20
        The fewest on either side, at least 2, with which anything is said.

    Returns
    -------
    Equating
        All undefined with too few candidates, where everybody on one side has the same total, or where a side
        has too few different totals for the degree.

    Raises
    ------
    ValueError
        If a total lies outside 0..maximum or between two steps, or the degree outside 1..10.

    Notes
    -----
    Each score x stands for the interval from x - step/2 to x + step/2, over which its candidates are spread evenly.
    ``e(x)`` is the point of the target's scale with the percentile rank of x; where several have it, because nobody
    got the scores between, it is their middle. It runs from -step/2 to the maximum + step/2.

    Without smoothing se is Lord's: ``se^2 = step^2 / g^2 (P (1 - P) (1/n_X + 1/n_Y) - (G_1 - P) (P - G_0) / (n_Y g))``,
    with P the rank, G_0 and G_1 the target's cumulative shares at the ends of the interval e(x) falls in and
    ``g = G_1 - G_0``. There is none (`Reason.NOT_DETERMINED`) where nobody scored as low or as high, or between
    scores nobody got. With smoothing it is the delta method's, with the covariance of the fitted shares. Both
    take the density at e(x) for that around it: next to the border of two scores of very different frequency the
    true error lies between those of the two.

    References
    ----------
    Kolen, M. J. & Brennan, R. L. (2014). Test equating, scaling, and linking, 3rd ed., ch. 2, 3 and 7.
    Lord, F. M. (1982). The standard error of equipercentile equating. Journal of Educational Statistics 7, 165-174.
    Holland, P. W. & Thayer, D. T. (2000). Univariate and bivariate loglinear models for discrete test score
    distributions. Journal of Educational and Behavioral Statistics 25, 133-183.

    Examples
    --------
    >>> table = equipercentile_equating([0, 1, 1, 2], [1, 2, 2, 3], max_source=2, max_target=3, min_candidates=4)
    >>> [score.equivalent for score in table.scores]
    [1.0, 2.0, 3.0]
    """
    if degree is not None and not 1 <= degree <= MAX_DEGREE:
        raise ValueError(f"a degree lies between 1 and {MAX_DEGREE}, not at {degree}")
    points, target_points = _scale(max_source, step), _scale(max_target, step)
    x, y = _totals(source, max_source), _totals(target, max_target)
    counts, target_counts = _counts(x, points, step), _counts(y, target_points, step)
    reason = _why_not(x, y, min_candidates)
    sides = None if reason else [distribution(each, degree) for each in (counts, target_counts)]
    if sides is None or None in sides:
        return _undefined(EquatingMethod.EQUIPERCENTILE, x, y, points, reason or Reason.NOT_DETERMINED)
    equivalents, errors = _equipercentile(*sides)
    return _defined(EquatingMethod.EQUIPERCENTILE, x, y, points, step * equivalents, step * errors)


# --- what comes in and what goes out ---


def _scale(max_points: float, step: float) -> NDArray[np.float64]:
    """The scores on a paper, a step apart from 0 to the maximum."""
    if not (np.isfinite([max_points, step]).all() and max_points > 0 and step > 0):
        raise ValueError("a paper's maximum and the step must be numbers above 0")
    n_steps = round(max_points / step)
    if not 1 <= n_steps <= LONGEST_SCALE or abs(n_steps * step - max_points) > 1e-9 * max_points:
        raise ValueError(f"a maximum of {max_points} is not a number of steps of {step} from 1 to {LONGEST_SCALE}")
    return np.linspace(0.0, max_points, n_steps + 1)


def _totals(totals: ArrayLike, max_points: float) -> NDArray[np.float64]:
    try:
        values = np.array(totals, dtype=np.float64)
    except TypeError as error:
        raise ValueError("totals must be numbers") from error
    if values.ndim != 1:
        raise ValueError(f"totals need one dimension, the candidates, not {values.ndim}")
    values = values[~np.isnan(values)]
    if ((values < 0) | (values > max_points * (1 + 1e-12))).any():
        raise ValueError("a total lies outside 0 and the paper's maximum")
    # In one order, so that sums do not depend on that of the candidates.
    return np.sort(values)


def _counts(totals: NDArray[np.float64], points: NDArray[np.float64], step: float) -> NDArray[np.float64]:
    places = np.rint(totals / step).astype(np.intp)
    if (np.abs(totals - places * step) > 1e-9 * points[-1]).any():
        raise ValueError(f"a total lies between two steps of {step}")
    return np.bincount(places, minlength=len(points)).astype(np.float64)


def _why_not(x: NDArray[np.float64], y: NDArray[np.float64], min_candidates: int) -> Reason | None:
    fewest = min(len(x), len(y))
    if fewest == 0:
        return Reason.NO_RESPONSES
    if fewest < max(2, min_candidates):
        return Reason.TOO_FEW_CANDIDATES
    # Totals are sorted; those that differ by rounding alone are the same.
    if any(side[-1] - side[0] <= 1e-9 * side[-1] for side in (x, y)):
        return Reason.CONSTANT_SCORE
    return None


def _undefined(method: EquatingMethod, x: NDArray, y: NDArray, points: NDArray, reason: Reason) -> Equating:
    undefined = dict.fromkeys(("equivalent", "se"), reason)
    scores = tuple(EquatedScore(point, None, None, dict(undefined)) for point in points.tolist())
    return Equating(method, len(x), len(y), scores)


def _defined(
    method: EquatingMethod, x: NDArray, y: NDArray, points: NDArray, equivalents: NDArray, errors: NDArray
) -> Equating:
    """Make the table; where an error is NaN there is none."""
    rows = zip(points.tolist(), equivalents.tolist(), errors.tolist(), strict=True)
    scores = tuple(
        EquatedScore(point, equivalent, None, {"se": Reason.NOT_DETERMINED})
        if np.isnan(error)
        else EquatedScore(point, equivalent, error)
        for point, equivalent, error in rows
    )
    return Equating(method, len(x), len(y), scores)


# --- the same percentile rank ---


def _equipercentile(x: Distribution, y: Distribution) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Equivalents and errors, in steps; an error that does not exist is NaN.

    Ranks above the middle are counted down from the top, as those below it are counted up from the bottom: the
    upper tail is then as exact as the lower one, and a paper turned upside down gives the same table.
    """
    ranks = np.cumsum(x.shares) - x.shares / 2
    from_below, errors_below = _from_below(x, y)
    from_above, errors_above = _from_below(x.upside_down(), y.upside_down())
    low = ranks <= 0.5
    equivalents = np.where(low, from_below, len(y.shares) - 1 - from_above[::-1])
    return equivalents, np.where(low, errors_below, errors_above[::-1])


def _from_below(x: Distribution, y: Distribution) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    ranks = np.minimum(np.cumsum(x.shares) - x.shares / 2, 1.0)
    knots = np.concatenate([[0.0], np.cumsum(y.shares)])
    # The knot at place k is the cumulative share at k - 1/2. The last interval is taken where a rank is (nearly) 1.
    last = len(knots) - 2
    upper = np.clip(np.searchsorted(knots, ranks * (1 + SAME_SHARE), side="right") - 1, 0, last)
    lower = np.clip(np.searchsorted(knots, ranks * (1 - SAME_SHARE), side="left") - 1, -1, last)
    highest = upper - 0.5 + _part(ranks - knots[upper], y.shares[upper])
    lowest = np.where(lower < 0, -0.5, lower - 0.5 + _part(ranks - knots[lower], y.shares[lower]))
    # At a knot two intervals meet; the thinner one gives the larger error.
    thinner = np.where(y.shares[lower] < y.shares[upper], lower, upper)
    determined = (ranks > 0) & (upper - lower <= 1) & (y.shares[thinner] > 0)
    errors = np.full(len(ranks), np.nan)
    error_of: Callable = _lord_error if x.root is None else _delta_error
    for place in np.flatnonzero(determined).tolist():
        errors[place] = error_of(x, y, place, ranks[place], int(thinner[place]), knots)
    return (highest + lowest) / 2, errors


def _part(over: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far into an interval a rank reaches, 0..1."""
    return np.clip(np.divide(over, shares, out=np.zeros_like(over), where=shares > 0), 0.0, 1.0)


def _lord_error(x: Distribution, y: Distribution, place: int, rank: float, at: int, knots: NDArray) -> float:
    density = y.shares[at]
    sampling = rank * (1 - rank) * (1 / x.n + 1 / y.n)
    between = max(knots[at + 1] - rank, 0.0) * max(rank - knots[at], 0.0) / (y.n * density)
    return float(np.sqrt(max(sampling - between, 0.0)) / density)


def _delta_error(x: Distribution, y: Distribution, place: int, rank: float, at: int, knots: NDArray) -> float:
    """The errors of the two cumulative shares at the equivalent, over the density."""
    part = float(np.clip((rank - knots[at]) / y.shares[at], 0.0, 1.0))
    of_x = x.root[:place].sum(axis=0) + x.root[place] / 2
    of_y = y.root[:at].sum(axis=0) + y.root[at] * part
    return float(np.sqrt(of_x @ of_x + of_y @ of_y) / y.shares[at])
