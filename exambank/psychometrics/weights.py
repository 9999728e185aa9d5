"""Effective weight: how much of the differences between candidates comes from one item."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from exambank.psychometrics.arrays import NO_SPREAD, Interval, Reason, check_confidence, check_scores
from exambank.psychometrics.intervals import student
from exambank.psychometrics.moments import blocks, moments, within_strata
from exambank.psychometrics.reliability import SMALLEST_JOINT_SHARE
from exambank.psychometrics.whole import complete_papers


@dataclass(frozen=True, slots=True)
class EffectiveWeight:
    """Weight of one item in the total. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n : int
        Candidates who met all items.
    nominal : float or None
        Share of the points that the item can give, 0..1.
    value : float or None
        Share of the variance of the total that comes from the item. All items together make 1; below 0 where the
        weak do better, so that the item takes differences away.
    interval : Interval or None
    reason : Reason or None
        Why value or interval is missing.
    """

    n: int
    nominal: float | None
    value: float | None
    interval: Interval | None
    reason: Reason | None = None


def effective_weights(
    scores: ArrayLike, *, max_scores: ArrayLike | None = None, confidence: float = 0.95
) -> tuple[EffectiveWeight, ...]:
    """Weigh every item of a test that all candidates sat, by points and by what it does.

    Parameters
    ----------
    scores : array_like of float, shape (n, k)
        Points of n candidates on k items, 0 to the item's maximum; NaN = not presented; omitted = scored.
    max_scores : array_like of float, shape (k,), or one number, optional
        The most each item can give; 1 unless told.
    confidence : float, default 0.95
        Level of the intervals.

    Returns
    -------
    tuple of EffectiveWeight, length k
        In the order of the columns. None for an item that nobody met, and none at all where fewer than 90 % of the
        candidates met all items (`Reason.PAPERS_DIFFER`).

    Raises
    ------
    ValueError
        If the shapes do not fit, or a score is not a number from 0 to the maximum.

    Notes
    -----
    ``cov(x_j, T) / var(T)``, with T the total of the points. An item far above its nominal weight decides more than
    its author meant; a long essay of equal marks weighs nothing, whatever it can give.

    This is the slope of the item on the total, and the interval that of a slope: Student's with n-2 degrees of
    freedom and errors that may differ from candidate to candidate (HC3), as they do where points have ends.

    Moodle calls something else by this name: the square root of each covariance, divided by the sum of these roots,
    and nothing where a covariance is negative. Its figures lie closer together and are no shares of the variance.

    References
    ----------
    Guilford, J. P. & Fruchter, B. (1978). Fundamental statistics in psychology and education, 6th ed., ch. 16.
    Long, J. S. & Ervin, L. H. (2000). Using heteroscedasticity consistent standard errors in the linear regression
    model. The American Statistician 54, 217-224.

    Examples
    --------
    >>> [weight.value for weight in effective_weights([[1, 1, 1], [1, 0, 1], [0, 0, 1]])]
    [0.5, 0.5, 0.0]
    """
    confidence = check_confidence(confidence)
    checked = check_scores(scores, max_scores)
    items = checked.presented.any(axis=0)
    points, max_points = complete_papers(checked)
    n, n_met = len(points), int(checked.presented.any(axis=1).sum())
    reason = _reason(points, max_points, n_met)
    if reason:
        found = [EffectiveWeight(n, None, None, None, reason)] * len(max_points)
    else:
        nominal = (max_points / max_points.sum()).tolist()
        found = [_judge(n, *one, confidence) for one in zip(nominal, *_slopes(points), strict=True)]
    weights = iter(found)
    unmet = EffectiveWeight(0, None, None, None, Reason.NO_RESPONSES)
    return tuple(next(weights) if is_met else unmet for is_met in items.tolist())


def _reason(points: NDArray[np.float64], max_points: NDArray[np.float64], n_met: int) -> Reason | None:
    if not n_met:
        return Reason.NO_RESPONSES
    if len(points) < SMALLEST_JOINT_SHARE * n_met:
        return Reason.PAPERS_DIFFER
    if len(points) < 2:
        return Reason.TOO_FEW_CANDIDATES
    has_spread = points.sum(axis=1).var() > NO_SPREAD * max_points.sum() ** 2
    return None if has_spread else Reason.CONSTANT_SCORE


def _slopes(points: NDArray[np.float64]) -> tuple[list[float], list[float]]:
    """Give the slope of each item on the total, and its standard error."""
    everybody = np.zeros(len(points), dtype=np.intp)
    total = within_strata(points.sum(axis=1), everybody)
    squares = total @ total
    found = moments(points, everybody, total[np.newaxis])
    slopes = found.products[0] / squares
    # What a candidate leaves unexplained is too small by the pull that this candidate has on the line.
    pull = total / np.maximum(1 - 1 / len(points) - total**2 / squares, 1e-12)
    variances = np.zeros(len(slopes))
    for rows in blocks(points):
        left = points[rows] - found.means - np.outer(total[rows], slopes)
        variances += pull[rows] ** 2 @ left**2
    return slopes.tolist(), (np.sqrt(variances) / squares).tolist()


def _judge(n: int, nominal: float, slope: float, error: float, confidence: float) -> EffectiveWeight:
    if n <= 3:
        return EffectiveWeight(n, nominal, slope, None, Reason.TOO_FEW_CANDIDATES)
    # Student's interval with n-2 degrees is that of a mean of n-1 values.
    return EffectiveWeight(n, nominal, slope, student(slope, error * sqrt(n - 1), n - 1, confidence))
