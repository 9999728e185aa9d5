"""Classical statistics of items: difficulty and discrimination, each with its interval."""

from dataclasses import dataclass, field
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from exambank.psychometrics.arrays import (
    Interval,
    Reason,
    Scores,
    check_confidence,
    check_scores,
    check_strata,
)
from exambank.psychometrics.correlation import Correlation, correlate, rest_shares, total_shares
from exambank.psychometrics.groups import upper_lower_shares
from exambank.psychometrics.intervals import newcombe, wilson


@dataclass(frozen=True, slots=True)
class ItemStatistic:
    """What a set of sittings tells about one item. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n : int
        Candidates who were presented with the item.
    mean, sd : float or None
        Mean and standard deviation (divisor n-1) of the points.
    difficulty : float or None
        Mean share of the item's maximum, 0..1; high = easy.
    difficulty_ci : Interval or None
        Wilson's interval.
    item_total, item_rest : float or None
        Correlation with the score on all items and on all items but this one, -1..1. The first is always
        flattered, since the item is part of the total; judge by the second.
    item_total_ci, item_rest_ci : Interval or None
        Fisher's intervals.
    d27 : float or None
        ``upper_share - lower_share``, -1..1.
    d27_ci : Interval or None
        Newcombe's interval, which takes the two groups as given: an approximation.
    upper_share, lower_share : float or None
        Mean share earned by the best and the weakest 27 % by total.
    group_size : float
        Candidates in each of these groups, 0.27 n, with fractions.
    undefined : dict of str to Reason
        For each attribute that is None, why.
    """

    n: int
    mean: float | None
    sd: float | None
    difficulty: float | None
    difficulty_ci: Interval | None
    item_total: float | None
    item_total_ci: Interval | None
    item_rest: float | None
    item_rest_ci: Interval | None
    d27: float | None
    d27_ci: Interval | None
    upper_share: float | None
    lower_share: float | None
    group_size: float
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


def item_statistics(
    scores: ArrayLike,
    *,
    max_scores: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    confidence: float = 0.95,
) -> tuple[ItemStatistic, ...]:
    """Difficulty and discrimination of every item, over the candidates who were presented with it.

    Parameters
    ----------
    scores : array_like of float, shape (n, k)
        Points of n candidates on k items, 0 to the item's maximum; NaN = not presented; omitted = scored.
    max_scores : array_like of float, shape (k,), or one number, optional
        The most each item can give; 1 unless told.
    strata : array_like, shape (n,), optional
        The sitting (or class) of each candidate. Discrimination is then measured within strata and pooled;
        difficulty is that of all candidates together.
    confidence : float, default 0.95
        Level of all intervals.

    Returns
    -------
    tuple of ItemStatistic, length k
        In the order of the columns.

    Raises
    ------
    ValueError
        If the shapes do not fit, or a score is not a number from 0 to the maximum.

    Notes
    -----
    ``p = mean / maximum``. ``item_rest = corr(x_j, (T - x_j) / (W - w_j))`` and ``item_total = corr(x_j, T / W)``,
    with T the points a candidate earned and W the points that could be earned on the items presented to
    this candidate; with one paper for all these are the Pearson correlations with the rest and total sum.
    ``d27`` compares the best and the weakest 27 % by T / W, candidates tied at the cut sharing the places
    equally (see `exambank.psychometrics.groups`). With few candidates it is noisy: read its interval.

    References
    ----------
    Lord, F. M. & Novick, M. R. (1968). Statistical theories of mental test scores, ch. 15.
    Kelley, T. L. (1939). The selection of upper and lower groups for the validation of test items. Journal of
    Educational Psychology 30, 17-24.

    Examples
    --------
    >>> [easy, hard] = item_statistics([[1, 1], [1, 0], [1, 0], [0, 0]])
    >>> easy.difficulty, hard.difficulty
    (0.75, 0.25)
    """
    confidence = check_confidence(confidence)
    checked = check_scores(scores, max_scores)
    strata = check_strata(strata, len(checked.points))
    totals = total_shares(checked)
    item_total, item_rest = _discriminations(checked, totals, strata, confidence)
    columns = zip(
        _describe(checked, confidence),
        item_total,
        item_rest,
        _upper_lower(checked, totals, strata, confidence),
        strict=True,
    )
    return tuple(_gather(*column) for column in columns)


@dataclass(frozen=True, slots=True)
class _Description:
    n: int
    mean: float | None
    sd: float | None
    difficulty: float | None
    difficulty_ci: Interval | None


def _describe(scores: Scores, confidence: float) -> list[_Description]:
    n = scores.presented.sum(axis=0)
    means = scores.points.sum(axis=0) / np.maximum(n, 1)
    squares = (np.where(scores.presented, scores.points - means, 0.0) ** 2).sum(axis=0)
    columns = zip(n.tolist(), means.tolist(), squares.tolist(), scores.max_points.tolist(), strict=True)
    return [_describe_item(*column, confidence) for column in columns]


def _describe_item(n, mean, squares, max_points, confidence) -> _Description:
    if n == 0:
        return _Description(0, None, None, None, None)
    share = min(mean / max_points, 1.0)
    sd = sqrt(squares / (n - 1)) if n > 1 else None
    return _Description(n, mean, sd, share, wilson(share, n, confidence))


def _discriminations(
    scores: Scores, totals: NDArray[np.float64], strata: NDArray[np.intp], confidence: float
) -> tuple[list[Correlation], list[Correlation]]:
    shares = scores.shares
    every_total = np.broadcast_to(totals[:, np.newaxis], shares.shape)
    rest, exists = rest_shares(scores)
    item_total = correlate(shares, every_total, scores.presented, strata, confidence)
    item_rest = correlate(shares, rest, exists, strata, confidence)
    alone = scores.presented.any(axis=0) & ~exists.any(axis=0)
    without_rest = Correlation(None, None, Reason.TOO_FEW_ITEMS)
    return item_total, [without_rest if is_alone else r for r, is_alone in zip(item_rest, alone, strict=True)]


@dataclass(frozen=True, slots=True)
class _UpperLower:
    d27: float | None
    d27_ci: Interval | None
    upper_share: float | None
    lower_share: float | None
    group_size: float
    reason: Reason | None


def _upper_lower(
    scores: Scores, totals: NDArray[np.float64], strata: NDArray[np.intp], confidence: float
) -> list[_UpperLower]:
    columns = zip(*upper_lower_shares(scores, totals, strata), scores.presented.sum(axis=0), strict=True)
    return [_compare(*column, confidence) for column in columns]


def _compare(upper, lower, places, separable, n, confidence) -> _UpperLower:
    if not separable:
        reasons = {0: Reason.NO_RESPONSES, 1: Reason.TOO_FEW_CANDIDATES}
        reason = reasons.get(int(n), Reason.CONSTANT_SCORE)
        return _UpperLower(None, None, None, None, float(places), reason)
    upper, lower = (float(np.clip(share, 0.0, 1.0)) for share in (upper, lower))
    interval = newcombe(upper, lower, places, confidence)
    return _UpperLower(upper - lower, interval, upper, lower, float(places), None)


def _gather(item: _Description, item_total: Correlation, item_rest: Correlation, groups: _UpperLower) -> ItemStatistic:
    """Put the parts of one item together, and beside each missing value its reason."""
    values = {
        "mean": item.mean,
        "sd": item.sd,
        "difficulty": item.difficulty,
        "difficulty_ci": item.difficulty_ci,
        "item_total": item_total.value,
        "item_total_ci": item_total.interval,
        "item_rest": item_rest.value,
        "item_rest_ci": item_rest.interval,
        "d27": groups.d27,
        "d27_ci": groups.d27_ci,
        "upper_share": groups.upper_share,
        "lower_share": groups.lower_share,
    }
    too_few = Reason.TOO_FEW_CANDIDATES if item.n else Reason.NO_RESPONSES
    reasons = dict.fromkeys(("mean", "sd", "difficulty", "difficulty_ci"), too_few)
    reasons |= dict.fromkeys(("item_total", "item_total_ci"), item_total.reason)
    reasons |= dict.fromkeys(("item_rest", "item_rest_ci"), item_rest.reason)
    reasons |= dict.fromkeys(("d27", "d27_ci", "upper_share", "lower_share"), groups.reason)
    undefined = {name: reasons[name] for name, value in values.items() if value is None}
    return ItemStatistic(n=item.n, group_size=groups.group_size, undefined=undefined, **values)
