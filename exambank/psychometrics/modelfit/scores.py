"""S-X2: do those with the same number of right answers get the item right as often as the curve says?"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from exambank.psychometrics.irt.fitting import LogisticFit
from exambank.psychometrics.modelfit.curves import (
    complete_rows,
    curves_of,
    groups_of,
    node_weights,
    parameters_per_item,
)

LEAST_EXPECTED = 1.0  # candidates in a cell; below, scores are put together


@dataclass(frozen=True, slots=True)
class ScoreTest:
    """Of one item: chi-square, degrees of freedom, level and RMSEA."""

    chi2: float
    degrees: int
    p: float
    rmsea: float


def score_distribution(chances: NDArray[np.float64], so_far: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distribution of the number of right answers at each node, by the recursion of Lord and Wingersky.

    Parameters
    ----------
    chances : float array, shape (k, q)
        Of a right answer to each further item.
    so_far : float array, shape (s, q)
        Distribution over 0..s-1 before them; one row of ones where nothing was asked yet.

    Returns
    -------
    float array, shape (s + k, q)

    References
    ----------
    Lord, F. M. & Wingersky, M. S. (1984). Comparison of IRT true-score and equipercentile observed-score "equatings".
    Applied Psychological Measurement 8, 453-461.
    """
    scores = np.zeros((len(so_far) + len(chances), so_far.shape[1]))
    scores[: len(so_far)] = so_far
    moved = np.empty_like(scores)
    for top, right in enumerate(chances, start=len(so_far)):
        np.multiply(scores[:top], right, out=moved[:top])
        scores[:top] *= 1.0 - right
        scores[1 : top + 1] += moved[:top]
    return scores


def score_tests(fit: LogisticFit) -> tuple[list[ScoreTest | None], int]:
    """The test of each item that has a curve, None where the scores leave no degrees of freedom; and on how many
    candidates it rests: those who met all of these items.

    Notes
    -----
    At each score the expected share is that of those who answer the item right among all who reach the score, over
    the distribution of ability of each candidate's group. Scores that nobody reached are left out, a score that one
    candidate reached joins the next, and scores join a neighbour until every cell expects at least 1: the rules of R's
    mirt.
    Degrees of freedom: scores that remain, less the item's parameters.

    References
    ----------
    Orlando, M. & Thissen, D. (2000). Likelihood-based item fit indices for dichotomous item response theory models.
    Applied Psychological Measurement 24, 50-64.
    """
    rows = complete_rows(fit)
    if not len(rows):
        return [None] * len(fit.columns), 0
    right = fit.answers.right[rows]
    k, n_groups = right.shape[1], len(fit.quadratures)
    totals = right.sum(axis=1).astype(np.intp)
    place_of = groups_of(fit, rows) * (k + 1) + totals
    by_group = np.bincount(place_of, minlength=n_groups * (k + 1)).reshape(n_groups, k + 1).astype(np.float64)
    n_parameters = parameters_per_item(fit)
    tests: list[ScoreTest | None] = [None] * k
    inner = slice(1, k)  # the score 0 has no right answer, and the full score no wrong one
    for place, shares in _expected_shares(fit):
        observed = np.bincount(totals, weights=right[:, place], minlength=k + 1)
        expected = (by_group * shares).sum(axis=0)
        cells = _Cells(by_group.sum(axis=0)[inner], observed[inner], expected[inner])
        tests[place] = _test(_joined(cells), n_parameters, len(rows))
    return tests, len(rows)


def _expected_shares(fit: LogisticFit) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """For each item the expected share of right answers among those of each group who reach each score, (g, k + 1)."""
    chances = curves_of(fit).chances(fit.quadrature.nodes).T
    weights = np.stack([node_weights(fit, group) for group in range(len(fit.quadratures))])
    nothing = np.ones((1, chances.shape[1]))
    everybody = weights @ score_distribution(chances, nothing).T
    for place, others in _without_each(chances, np.arange(len(chances)), nothing):
        right = (weights * chances[place]) @ others.T
        right = np.hstack([np.zeros((len(weights), 1)), right])
        yield place, np.divide(right, everybody, out=np.zeros_like(right), where=everybody > 0)


def _without_each(chances, items, so_far) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """The distribution of the score on all items but one, for each of these. Halving shares the work between items."""
    if len(items) == 1:
        yield int(items[0]), so_far
        return
    left, right = items[: len(items) // 2], items[len(items) // 2 :]
    yield from _without_each(chances, left, score_distribution(chances[right], so_far))
    yield from _without_each(chances, right, score_distribution(chances[left], so_far))


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Of each score: candidates, right answers among them, and right answers expected."""

    reached: NDArray[np.float64]
    right: NDArray[np.float64]
    expected: NDArray[np.float64]


def _joined(cells: _Cells) -> _Cells:
    """Put scores together until every cell expects enough; one score may remain."""
    kept = cells.reached > 0
    columns = tuple(values[kept].tolist() for values in (cells.reached, cells.right, cells.expected))
    _join_lonely(columns)
    reached, _right, expected = columns
    place = 0
    while place < len(reached) and len(reached) > 1:
        if min(expected[place], reached[place] - expected[place]) < LEAST_EXPECTED:
            _join(columns, place, _neighbour(reached, place))  # those before it stay large enough
        else:
            place += 1
    return _Cells(*(np.array(values) for values in columns))


def _join_lonely(columns: tuple[list[float], ...]) -> None:
    """Put a score that one candidate reached to the next, the last one to that before it."""
    reached, place = columns[0], 0
    while place < len(reached) - 1:
        if reached[place] == 1:
            _join(columns, place, place + 1)
        else:
            place += 1
    if len(reached) > 1 and reached[-1] == 1:
        _join(columns, len(reached) - 1, len(reached) - 2)


def _join(columns: tuple[list[float], ...], place: int, other: int) -> None:
    for values in columns:
        values[other] += values[place]
        del values[place]


def _neighbour(reached: list[float], place: int) -> int:
    """The neighbour that fewer reached, the lower of two equal ones."""
    if place in {0, len(reached) - 1}:
        return 1 if place == 0 else place - 1
    return place - 1 if reached[place - 1] <= reached[place + 1] else place + 1


def _test(cells: _Cells, n_parameters: int, n: int) -> ScoreTest | None:
    degrees = len(cells.reached) - n_parameters
    if degrees <= 0:
        return None
    wrong = cells.reached - cells.expected
    chi2 = float(((cells.right - cells.expected) ** 2 * (1.0 / cells.expected + 1.0 / wrong)).sum())
    rmsea = max(chi2 / degrees - 1.0, 0.0) / max(n - 1, 1)
    return ScoreTest(chi2, degrees, float(chdtrc(degrees, chi2)), rmsea**0.5)
