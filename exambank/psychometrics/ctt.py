"""Classical statistics of items: difficulty and discrimination, each with its interval."""

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
    check_strata,
)
from exambank.psychometrics.biserial import dichotomous_items
from exambank.psychometrics.correlation import Correlation, correlate, judge_sums, rest_shares, total_shares
from exambank.psychometrics.groups import UPPER_LOWER_SHARE, upper_lower_shares, upper_lower_weights
from exambank.psychometrics.intervals import bonett, newcombe, student, wilson
from exambank.psychometrics.moments import MOST_STRATA, Moments, moments, within_strata

# With less than this left of the squares of the totals, a difference of sums loses too many digits.
SMALLEST_REST = 0.01

# Bonett's interval divides by n less a quantile of the normal distribution.
FEWEST_FOR_SPREAD = 10


@dataclass(frozen=True, slots=True)
class ItemStatistic:
    """What a set of sittings tells about one item. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n : int
        Candidates who were presented with the item.
    mean, sd : float or None
        Mean and standard deviation (divisor n-1) of the points.
    sd_ci : Interval or None
        Bonett's interval; where the item is right or wrong, what Wilson's says of ``sqrt(p (1-p))``.
    difficulty : float or None
        Mean share of the item's maximum, 0..1; high = easy.
    difficulty_ci : Interval or None
        Wilson's interval; with partial credit Student's, cut at 0 and 1.
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
    sd_ci: Interval | None
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
    one_paper = checked.is_complete and checked.points.shape[1] > 1 and strata.max() < MOST_STRATA
    figures = (_of_one_paper if one_paper else _of_papers)(checked, totals, strata, confidence)
    partial = ~dichotomous_items(checked)
    described = _describe(checked, figures, partial, confidence)
    columns = zip(described, figures.item_total, figures.item_rest, _upper_lower(figures, confidence), strict=True)
    return tuple(_gather(*column) for column in columns)


@dataclass(frozen=True, slots=True, eq=False)
class _Figures:
    """What both ways of counting give, of each item: sums in points, shares of groups, correlations."""

    n: NDArray[np.intp]
    means: NDArray[np.float64]
    squares: NDArray[np.float64]
    groups: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]
    item_total: list[Correlation]
    item_rest: list[Correlation]


def _of_papers(scores: Scores, totals: NDArray[np.float64], strata: NDArray[np.intp], confidence: float) -> _Figures:
    """Count where papers differ, or strata are many."""
    n = scores.presented.sum(axis=0)
    means = scores.points.sum(axis=0) / np.maximum(n, 1)
    squares = (np.where(scores.presented, scores.points - means, 0.0) ** 2).sum(axis=0)
    groups = upper_lower_shares(scores, totals, strata)
    return _Figures(n, means, squares, groups, *_discriminations(scores, totals, strata, confidence))


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


def _of_one_paper(scores: Scores, totals: NDArray[np.float64], strata: NDArray[np.intp], confidence: float) -> _Figures:
    """Count where all candidates met all items: by sums over columns, without matrices beside the scores."""
    n, n_items = scores.points.shape
    most = scores.max_points
    sums = scores.points.sum(axis=1)
    upper, lower, separable = upper_lower_weights(totals, strata)
    by_total, by_sum = within_strata(totals, strata), within_strata(sums, strata)
    found = moments(scores.points, strata, np.stack([by_total, by_sum, upper, lower]))
    means = np.bincount(strata) @ found.means / n
    places = UPPER_LOWER_SHARE * n
    upper, lower = (
        _group_share(weights, strata, found, at) / places / most for at, weights in ((2, upper), (3, lower))
    )
    counts = np.full(n_items, n), np.full(n_items, len(found.means))
    squares_of_total = np.full(n_items, by_total @ by_total)
    item_total = judge_sums(found.squares / most**2, squares_of_total, found.products[0] / most, *counts, confidence)
    item_rest = _against_rest(scores, sums, strata, found, by_sum @ by_sum, confidence)
    groups = upper, lower, np.full(n_items, places), np.full(n_items, separable)
    return _Figures(counts[0], means, found.overall_squares, groups, item_total, item_rest)


def _group_share(
    weights: NDArray[np.float64], strata: NDArray[np.intp], found: Moments, row: int
) -> NDArray[np.float64]:
    """Sum the weighted points: the sum of the weighted deviations, and what the means of the strata add to it."""
    return found.products[row] + np.bincount(strata, weights) @ found.means


def _against_rest(
    scores: Scores, sums: NDArray[np.float64], strata: NDArray[np.intp], found: Moments, squares: float, confidence
) -> list[Correlation]:
    """Correlate each item with the sum of the others, from the sums that make up the total."""
    most, others = scores.max_points, scores.max_points.sum() - scores.max_points
    rest_squares = np.maximum(squares - 2 * found.products[1] + found.squares, 0.0)
    n, n_items = scores.points.shape
    item_rest = judge_sums(
        found.squares / most**2,
        rest_squares / others**2,
        (found.products[1] - found.squares) / most / others,
        np.full(n_items, n),
        np.full(n_items, len(found.means)),
        confidence,
    )
    # Where an item makes up most of the total, little is left of the difference: these are counted one by one.
    for item in np.flatnonzero(rest_squares < SMALLEST_REST * squares):
        column = scores.points[:, [item]]
        rest = (sums[:, np.newaxis] - column) / others[item]
        everybody = np.ones((n, 1), dtype=bool)
        item_rest[item] = correlate(column / most[item], rest, everybody, strata, confidence)[0]
    return item_rest


@dataclass(frozen=True, slots=True)
class _Description:
    n: int
    mean: float | None
    sd: float | None
    sd_ci: Interval | Reason
    difficulty: float | None
    difficulty_ci: Interval | None


def _describe(scores: Scores, figures: _Figures, partial: NDArray[np.bool_], confidence: float) -> list[_Description]:
    fourth = np.zeros(len(partial))
    fourth[partial] = _fourth_powers(scores, figures, partial)
    columns = (figures.n, figures.means, figures.squares, fourth, scores.max_points, partial)
    return [_describe_item(*column, confidence) for column in zip(*(one.tolist() for one in columns), strict=True)]


def _fourth_powers(scores: Scores, figures: _Figures, partial: NDArray[np.bool_]) -> NDArray[np.float64]:
    deviations = (scores.points[:, partial] - figures.means[partial]) * scores.presented[:, partial]
    return (deviations**4).sum(axis=0)


def _describe_item(n, mean, squares, fourth, max_points, is_partial, confidence) -> _Description:
    if n == 0:
        return _Description(0, None, None, Reason.NO_RESPONSES, None, None)
    share = min(mean / max_points, 1.0)
    if n == 1:
        return _Description(1, mean, None, Reason.TOO_FEW_CANDIDATES, share, wilson(share, 1, confidence))
    sd = sqrt(squares / (n - 1))
    if not is_partial:
        interval = wilson(share, n, confidence)
        return _Description(n, mean, sd, _spread_of_shares(interval, sd, n, max_points), share, interval)
    if squares <= n * NO_SPREAD * max_points**2:
        return _Description(n, mean, sd, Reason.CONSTANT_ITEM, share, wilson(share, n, confidence))
    interval = student(share, sd / max_points, n, confidence)
    inside = Interval(max(interval.low, 0.0), min(interval.high, 1.0), confidence)
    return _Description(n, mean, sd, _spread_of_points(sd, fourth, n, max_points, confidence), share, inside)


def _spread_of_points(sd: float, fourth: float, n: int, max_points: float, confidence: float) -> Interval | Reason:
    if n < FEWEST_FOR_SPREAD:
        return Reason.TOO_FEW_CANDIDATES
    interval = bonett(sd, fourth, n, confidence)
    # Points between 0 and the maximum differ most where half of the candidates have all and half have nothing.
    return Interval(interval.low, max(min(interval.high, max_points / 2 * sqrt(n / (n - 1))), sd), confidence)


def _spread_of_shares(difficulty: Interval, sd: float, n: int, max_points: float) -> Interval:
    """Carry the interval of a share over to the standard deviation of right and wrong, which hangs on it alone."""
    low, high = (share * (1 - share) for share in (difficulty.low, difficulty.high))
    largest = 0.25 if difficulty.low <= 0.5 <= difficulty.high else max(low, high)
    ends = (max_points * sqrt(square * n / (n - 1)) for square in (min(low, high), largest))
    low, high = ends
    return Interval(min(low, sd), max(high, sd), difficulty.confidence)


@dataclass(frozen=True, slots=True)
class _UpperLower:
    d27: float | None
    d27_ci: Interval | None
    upper_share: float | None
    lower_share: float | None
    group_size: float
    reason: Reason | None


def _upper_lower(figures: _Figures, confidence: float) -> list[_UpperLower]:
    return [_compare(*column, confidence) for column in zip(*figures.groups, figures.n, strict=True)]


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
        "sd_ci": None if isinstance(item.sd_ci, Reason) else item.sd_ci,
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
    reasons["sd_ci"] = item.sd_ci
    reasons |= dict.fromkeys(("item_total", "item_total_ci"), item_total.reason)
    reasons |= dict.fromkeys(("item_rest", "item_rest_ci"), item_rest.reason)
    reasons |= dict.fromkeys(("d27", "d27_ci", "upper_share", "lower_share"), groups.reason)
    undefined = {name: reasons[name] for name, value in values.items() if value is None}
    return ItemStatistic(n=item.n, group_size=groups.group_size, undefined=undefined, **values)
