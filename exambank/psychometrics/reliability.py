"""Reliability of a test: Cronbach's alpha, its interval, the standard error of measurement."""

from dataclasses import dataclass, field
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from exambank.psychometrics.arrays import (
    NO_SPREAD,
    Interval,
    Reason,
    Scores,
    check_confidence,
    check_scores,
)
from exambank.psychometrics.intervals import feldt

# Alpha describes ONE set of items. Where every two items were met together by nearly all candidates, the set is
# the same for all but a few gaps, and covariances over pairs bridge them. Below that, papers differ by design,
# and alpha of the union would describe a test that nobody sat.
SMALLEST_JOINT_SHARE = 0.9

# Where variances and covariances cancel out, this share of the variances is left over by rounding.
CANCELLED = 1e-12


@dataclass(frozen=True, slots=True)
class Reliability:
    """Alpha of one test. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n, n_items : int
        Candidates who were presented with something, items that were presented to somebody.
    n_joint : int
        The fewest candidates behind any covariance; equal to n where nothing is missing.
    alpha : float or None
        At most 1; below 0 where items contradict each other.
    alpha_ci : Interval or None
        Feldt's interval, with n_joint candidates.
    sem : float or None
        Standard error of measurement, in points.
    total_sd : float or None
        Standard deviation of the total (divisor n-1), in points.
    alpha_if_deleted : tuple of (float or None), length k
        Alpha of the test without the item.
    undefined : dict of str to Reason
        Why alpha, alpha_ci, sem, total_sd are None.
    """

    n: int
    n_items: int
    n_joint: int
    alpha: float | None
    alpha_ci: Interval | None
    sem: float | None
    total_sd: float | None
    alpha_if_deleted: tuple[float | None, ...]
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


def alpha(scores: ArrayLike, *, max_scores: ArrayLike | None = None, confidence: float = 0.95) -> Reliability:
    """Cronbach's alpha (KR-20 for items scored 0/1) of a test that all candidates sat.

    Parameters
    ----------
    scores : array_like of float, shape (n, k)
        Points of n candidates on k items, 0 to the item's maximum; NaN = not presented; omitted = scored.
    max_scores : array_like of float, shape (k,), or one number, optional
        The most each item can give; 1 unless told. It only checks the input.
    confidence : float, default 0.95
        Level of the interval.

    Returns
    -------
    Reliability

    Raises
    ------
    ValueError
        If the shapes do not fit, or a score is not a number from 0 to the maximum.

    Notes
    -----
    ``alpha = k / (k - 1) (1 - tr C / sum C)`` with C the covariances of the items, ``sem = sd sqrt(1 - alpha)``
    with sd the square root of ``sum C``. Rows and columns without any data are left out; a constant item stays
    and counts in k.

    With gaps, C holds the covariance of each pair over the candidates who met both items, provided that these
    are at least 90 % of all for every pair. Otherwise there is no alpha (`Reason.PAPERS_DIFFER`): for randomly
    assembled papers it is not defined, and the marginal reliability of an IRT model takes its place; for a few
    fixed papers, call this function once for each.

    References
    ----------
    Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. Psychometrika 16, 297-334.

    Examples
    --------
    >>> alpha([[1, 1], [0, 0], [1, 1], [0, 0]]).alpha
    1.0
    """
    confidence = check_confidence(confidence)
    checked = check_scores(scores, max_scores)
    n_all_items = checked.points.shape[1]
    used_items = checked.presented.any(axis=0)
    checked = _without_empty(checked, used_items)
    n, n_items = checked.points.shape
    covariances, n_joint, reason = _covariances(checked)
    if reason:
        names = ("alpha", "alpha_ci", "sem", "total_sd")
        nothing = (None,) * n_all_items
        return Reliability(n, n_items, n_joint, None, None, None, None, nothing, dict.fromkeys(names, reason))
    value = _alpha(np.trace(covariances), covariances.sum(), n_items)
    total_sd = sqrt(covariances.sum())
    interval = feldt(value, n_joint, n_items, confidence)
    deleted = np.full(n_all_items, None)
    deleted[used_items] = _alpha_if_deleted(covariances)
    return Reliability(n, n_items, n_joint, value, interval, total_sd * sqrt(1 - value), total_sd, tuple(deleted))


def _without_empty(scores: Scores, used_items: NDArray[np.bool_]) -> Scores:
    rows = scores.presented.any(axis=1)
    return Scores(
        scores.points[rows][:, used_items],
        scores.presented[rows][:, used_items],
        scores.max_points[used_items],
    )


def _covariances(scores: Scores) -> tuple[NDArray[np.float64], int, Reason | None]:
    """Covariances (divisor n-1) over pairs, the fewest candidates behind one, and why alpha is impossible."""
    n, n_items = scores.points.shape
    nothing = np.zeros((n_items, n_items))
    if n == 0:
        return nothing, 0, Reason.NO_RESPONSES
    present = scores.presented.astype(np.float64)
    joint = present.T @ present
    n_joint = int(joint.min())
    if n_items < 2:
        return nothing, n_joint, Reason.TOO_FEW_ITEMS
    if n < 2:
        return nothing, n_joint, Reason.TOO_FEW_CANDIDATES
    if n_joint < max(2, SMALLEST_JOINT_SHARE * n):
        return nothing, n_joint, Reason.PAPERS_DIFFER
    means = scores.points.sum(axis=0) / present.sum(axis=0)
    centred = (scores.points - means) * present
    sums = centred.T @ present
    covariances = (centred.T @ centred - sums * sums.T / joint) / (joint - 1)
    return covariances, n_joint, None if _has_spread(covariances, scores) else Reason.CONSTANT_SCORE


def _has_spread(covariances: NDArray[np.float64], scores: Scores) -> bool:
    """Tell whether items and totals vary. With gaps the covariances may fit no test at all: no spread either."""
    item_variance = np.trace(covariances)
    items_vary = item_variance > NO_SPREAD * scores.max_points.max() ** 2
    return bool(items_vary and covariances.sum() > CANCELLED * item_variance)


def _alpha(item_variance: float, total_variance: float, n_items: int) -> float:
    return float(min(n_items / (n_items - 1) * (1 - item_variance / total_variance), 1.0))


def _alpha_if_deleted(covariances: NDArray[np.float64]) -> list[float | None]:
    n_left = len(covariances) - 1
    variances = np.diag(covariances)
    item_variance = variances.sum() - variances
    total_variance = covariances.sum() - 2 * covariances.sum(axis=0) + variances
    noise = CANCELLED * variances.sum()
    return [
        _alpha(items, total, n_left) if n_left > 1 and total > noise else None
        for items, total in zip(item_variance.tolist(), total_variance.tolist(), strict=True)
    ]
