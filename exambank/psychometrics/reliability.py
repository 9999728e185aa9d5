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
from exambank.psychometrics.moments import moments, within_strata

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
    alpha_if_deleted_ci : tuple of (Interval or None), length k
        Feldt's intervals of these. They overlap that of alpha nearly wholly, since both tests share all other items:
        a lower alpha is no less sure for that.
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
    alpha_if_deleted_ci: tuple[Interval | None, ...]
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
    spread, n_joint, reason = _spread(checked)
    if reason:
        names = ("alpha", "alpha_ci", "sem", "total_sd")
        nothing = (None,) * n_all_items
        undefined = dict.fromkeys(names, reason)
        return Reliability(n, n_items, n_joint, None, None, None, None, nothing, nothing, undefined)
    value = _alpha(spread.items.sum(), spread.total, n_items)
    total_sd = sqrt(spread.total)
    interval = feldt(value, n_joint, n_items, confidence)
    deleted, intervals = np.full(n_all_items, None), np.full(n_all_items, None)
    deleted[used_items] = left = _alpha_if_deleted(spread)
    intervals[used_items] = [_feldt_if(one, n_joint, n_items - 1, confidence) for one in left]
    sem = total_sd * sqrt(1 - value)
    return Reliability(n, n_items, n_joint, value, interval, sem, total_sd, tuple(deleted), tuple(intervals))


def _without_empty(scores: Scores, used_items: NDArray[np.bool_]) -> Scores:
    if scores.is_complete:
        return scores
    used = np.ix_(scores.presented.any(axis=1), used_items)
    return Scores(scores.points[used], scores.presented[used], scores.max_points[used_items])


@dataclass(frozen=True, slots=True, eq=False)
class _Spread:
    """Variances of the items (k), their covariances with the total (k), and the variance of the total."""

    items: NDArray[np.float64]
    with_total: NDArray[np.float64]
    total: float


def _spread(scores: Scores) -> tuple[_Spread | None, int, Reason | None]:
    """What alpha is made of, the fewest candidates behind it, and why alpha is impossible."""
    n, n_items = scores.points.shape
    if n == 0:
        return None, 0, Reason.NO_RESPONSES
    joint = np.array([[n]]) if scores.is_complete else _joint(scores)
    n_joint = int(joint.min())
    if n_items < 2:
        return None, n_joint, Reason.TOO_FEW_ITEMS
    if n < 2:
        return None, n_joint, Reason.TOO_FEW_CANDIDATES
    if n_joint < max(2, SMALLEST_JOINT_SHARE * n):
        return None, n_joint, Reason.PAPERS_DIFFER
    spread = _spread_of_one_paper(scores) if scores.is_complete else _spread_of_pairs(scores, joint)
    return spread, n_joint, None if _has_spread(spread, scores) else Reason.CONSTANT_SCORE


def _joint(scores: Scores) -> NDArray[np.float64]:
    """How many candidates met both items of each pair, shape (k, k)."""
    present = scores.presented.astype(np.float64)
    return present.T @ present


def _spread_of_one_paper(scores: Scores) -> _Spread:
    """Without the covariances of the pairs: their sums are the covariances with the total."""
    n = len(scores.points)
    everybody = np.zeros(n, dtype=np.intp)
    total = within_strata(scores.points.sum(axis=1), everybody)
    found = moments(scores.points, everybody, total[np.newaxis])
    return _Spread(found.squares / (n - 1), found.products[0] / (n - 1), float(total @ total / (n - 1)))


def _spread_of_pairs(scores: Scores, joint: NDArray[np.float64]) -> _Spread:
    """From covariances (divisor n-1), each over the candidates who met both items."""
    present = scores.presented.astype(np.float64)
    means = scores.points.sum(axis=0) / present.sum(axis=0)
    centred = (scores.points - means) * present
    sums = centred.T @ present
    covariances = (centred.T @ centred - sums * sums.T / joint) / (joint - 1)
    return _Spread(np.diag(covariances), covariances.sum(axis=0), float(covariances.sum()))


def _has_spread(spread: _Spread, scores: Scores) -> bool:
    """Tell whether items and totals vary. With gaps the covariances may fit no test at all: no spread either."""
    item_variance = spread.items.sum()
    items_vary = item_variance > NO_SPREAD * scores.max_points.max() ** 2
    return bool(items_vary and spread.total > CANCELLED * item_variance)


def _alpha(item_variance: float, total_variance: float, n_items: int) -> float:
    return float(min(n_items / (n_items - 1) * (1 - item_variance / total_variance), 1.0))


def _alpha_if_deleted(spread: _Spread) -> list[float | None]:
    n_left = len(spread.items) - 1
    item_variance = spread.items.sum() - spread.items
    total_variance = spread.total - 2 * spread.with_total + spread.items
    noise = CANCELLED * spread.items.sum()
    return [
        _alpha(items, total, n_left) if n_left > 1 and total > noise else None
        for items, total in zip(item_variance.tolist(), total_variance.tolist(), strict=True)
    ]


def _feldt_if(value: float | None, n_candidates: int, n_items: int, confidence: float) -> Interval | None:
    return None if value is None else feldt(value, n_candidates, n_items, confidence)
