"""What items and options are correlated with, and the correlation itself, pooled within strata.

Candidates who met different papers cannot be compared by sums. A score is therefore a share: the points earned
divided by the points that could be earned on what was presented. With one paper for all that is the sum in another
unit, and every correlation is the classical one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exambank.psychometrics.arrays import NO_SPREAD, Interval, Reason, Scores
from exambank.psychometrics.choices import ChoiceSums
from exambank.psychometrics.intervals import fisher_z
from exambank.psychometrics.moments import blocks

# Equal sums reached in a different order differ in the 16th digit; as shares they must tie.
SHARE_DIGITS = 12
PERFECT = 1 - 1e-12


def total_shares(scores: Scores) -> NDArray[np.float64]:
    """Share of the points each candidate earned on all presented items, shape (n,), 0..1; 0 if none was presented."""
    earned = scores.points.sum(axis=1)
    possible = np.full(len(earned), scores.max_points.sum())
    if not scores.is_complete:
        possible = scores.presented @ scores.max_points
    return np.round(_divide(earned, possible), SHARE_DIGITS)


class RestShares:
    """The score on the OTHER items, item by item: with many candidates no second matrix of that size is made."""

    def __init__(self, scores: Scores):
        self._scores = scores
        self._earned = scores.points.sum(axis=1)
        self._met = scores.presented.sum(axis=1)
        self._possible = np.zeros(len(scores.points))
        for rows in blocks(scores.points):
            self._possible[rows] = (scores.presented[rows] * scores.max_points).sum(axis=1)

    def of_item(self, item: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Share of the points earned on the other presented items, and for whom it exists.

        Returns
        -------
        rest : float array, shape (n,)
            0..1; 0 where it does not exist.
        exists : bool array, shape (n,)
            Whether the item and at least one other were presented.
        """
        presented = self._scores.presented[:, item]
        exists = presented & (self._met > presented)
        earned = self._earned - self._scores.points[:, item]
        possible = self._possible - presented * self._scores.max_points[item]
        return _divide(earned * exists, possible * exists), exists


def rest_shares(scores: Scores) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """`RestShares` of all items side by side, shape (n, k)."""
    rest, exists = np.zeros(scores.points.shape), np.zeros(scores.points.shape, dtype=bool)
    shares = RestShares(scores)
    for item in range(rest.shape[1]):
        rest[:, item], exists[:, item] = shares.of_item(item)
    return rest, exists


def _divide(earned: NDArray[np.float64], possible: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(earned, possible, out=np.zeros_like(earned), where=possible > 0)


@dataclass(frozen=True, slots=True)
class Correlation:
    """One correlation, or the reason why it or its interval does not exist."""

    value: float | None
    interval: Interval | None
    reason: Reason | None


@dataclass(frozen=True, slots=True, eq=False)
class Within:
    """Correlations among m columns of n candidates, pooled within strata.

    Attributes
    ----------
    n : int
    degrees : int
        n less 2 and less the number of strata.
    varies : bool array, shape (m,)
        Whether the column has any spread within a stratum.
    correlations : float array, shape (m, m)
        -1..1; 0 where one of the two columns does not vary.
    """

    n: int
    degrees: int
    varies: NDArray[np.bool_]
    correlations: NDArray[np.float64]


def correlate_choices(sums: ChoiceSums) -> Within:
    """Correlate a score, in column 0, and having chosen each label, in the others, with each other."""
    products = np.block([[np.array([[sums.squares]]), sums.products], [sums.products[:, np.newaxis], sums.mutual]])
    squares = np.diag(products)
    varies = squares > NO_SPREAD * max(sums.n, 1)
    scale = np.sqrt(np.where(varies, squares, 1.0))
    correlations = np.clip(products / np.outer(scale, scale), -1.0, 1.0)
    correlations = np.where(np.outer(varies, varies), correlations, 0.0)
    return Within(sums.n, sums.n - 2 - sums.n_strata, varies, correlations)


def correlate(
    values: NDArray[np.float64],
    scores: NDArray[np.float64],
    usable: NDArray[np.bool_],
    strata: NDArray[np.intp],
    confidence: float,
) -> list[Correlation]:
    """Correlate each column of `values` with the same column of `scores`, pooled within strata.

    Parameters
    ----------
    values, scores : float arrays, shape (n, k)
        On a scale of 0..1.
    usable : bool array, shape (n, k)
        Which pairs count.
    strata : int array, shape (n,)
        Stratum of each row; both columns are taken as deviations from their mean in the stratum, so that a
        strong class with an easy paper lends no correlation to anything.
    confidence : float
        Level of the intervals.

    Returns
    -------
    list of Correlation, length k
        ``r = Sxy / sqrt(Sxx Syy)`` of the deviations; Fisher's interval with n - 2 - (number of strata) degrees.
    """
    x, y, n, n_strata = _deviations(values, scores, usable, strata)
    squares_and_products = (np.einsum("ij,ij->j", a, b) for a, b in ((x, x), (y, y), (x, y)))
    return judge_sums(*squares_and_products, n, n_strata, confidence)


def judge_sums(
    xx: NDArray[np.float64],
    yy: NDArray[np.float64],
    xy: NDArray[np.float64],
    n: NDArray[np.intp],
    n_strata: NDArray[np.intp],
    confidence: float,
) -> list[Correlation]:
    """Turn the sums of squares and products of the deviations, each of shape (k,), into correlations or reasons."""
    varies_x, varies_y = (squares > NO_SPREAD * np.maximum(n, 1) for squares in (xx, yy))
    product = np.sqrt(xx * yy)
    r = np.clip(np.divide(xy, product, out=np.zeros_like(xy), where=varies_x & varies_y), -1.0, 1.0)
    columns = zip(r, n, n - 2 - n_strata, varies_x, varies_y, strict=True)
    return [_judge(*column, confidence) for column in columns]


def _deviations(values, scores, usable, strata):
    """Subtract the means within strata; count the pairs and the strata that have any, column by column."""
    order = np.argsort(strata, kind="stable")
    strata = strata[order]
    first = np.flatnonzero(np.diff(strata, prepend=-1))
    back = np.cumsum(np.diff(strata, prepend=-1) > 0) - 1
    usable = usable[order]
    counts = _sum_by_stratum(usable.astype(np.float64), first)
    deviations = []
    for column in (values, scores):
        column = np.where(usable, column[order], 0.0)
        means = _sum_by_stratum(column, first) / np.maximum(counts, 1)
        deviations.append(np.where(usable, column - means[back], 0.0))
    return *deviations, counts.sum(axis=0).astype(int), (counts > 0).sum(axis=0)


def _sum_by_stratum(rows: NDArray[np.float64], first: NDArray[np.intp]) -> NDArray[np.float64]:
    return np.add.reduceat(rows, first, axis=0) if len(first) else np.zeros((0, rows.shape[1]))


def _judge(r, n, degrees, varies_x, varies_y, confidence) -> Correlation:
    """Turn one column's numbers into a value with an interval, or a reason."""
    if n < 2:
        return Correlation(None, None, Reason.TOO_FEW_CANDIDATES if n else Reason.NO_RESPONSES)
    if not varies_x:
        return Correlation(None, None, Reason.CONSTANT_ITEM)
    if not varies_y:
        return Correlation(None, None, Reason.CONSTANT_SCORE)
    if abs(r) > PERFECT:
        return Correlation(float(r), None, Reason.PERFECT_CORRELATION)
    if degrees < 1:
        return Correlation(float(r), None, Reason.TOO_FEW_CANDIDATES)
    return Correlation(float(r), fisher_z(r, degrees, confidence), None)
