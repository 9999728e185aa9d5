"""PURE numpy. The figures in which papers must be alike: difficulty, spread, time, test information."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from exambank.assembly.engine.problem import Problem
from exambank.assembly.engine.records import Balance, Figures, PoolItem

_EXTREME = 0.01  # shares correct beyond this and its complement tell no location: nobody or everybody solved the item
_NOTHING = 1e-12  # a mean this near to nought is no measure to compare with
_COARSE = 2.0**20  # the same for relative changes, so that their products add up exactly
_RIDGE = 0.01
# terms are whole multiples of its inverse: sums are exact, so the same in any order and on any machine
_GRAIN = 2.0**40


def information(items: Sequence[PoolItem], theta: Sequence[float]) -> np.ndarray:
    """Item information, items x theta, of the three-parameter logistic model with D = 1; NaN where it is unknown.

    I = a^2 (P - c)^2 (1 - P) / (P (1 - c)^2), P = c + (1 - c) / (1 + exp(-a (theta - b)))   (Lord 1980, 5-9; Birnbaum
    1968). a unknown: 1, c unknown: 0. b unknown: -logit of the share correct, as in the Rasch model at ability 0.
    """
    a = np.array([1.0 if item.a is None else item.a for item in items])[:, None]
    c = np.array([item.c or 0.0 for item in items])[:, None]
    b = _locations(items)[:, None]
    solves = 1 / (1 + np.exp(-np.clip(a * (np.asarray(theta, dtype=float) - b), -700, 700)))
    correct = c + (1 - c) * solves
    return a**2 * (correct - c) ** 2 * (1 - correct) / (np.maximum(correct, _NOTHING) * (1 - c) ** 2)


def _locations(items: Sequence[PoolItem]) -> np.ndarray:
    shares = np.clip(_known([item.difficulty for item in items]), _EXTREME, 1 - _EXTREME)
    given = _known([item.b for item in items])
    return np.where(np.isnan(given), -np.log(shares / (1 - shares)), given)


def _known(values: Iterable[float | int | None]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], dtype=float)


@dataclass(frozen=True)
class Scales:
    """What is added up over the items of a paper (``terms``, items x terms), and how figures come of the sums.

    ``labels`` name the figures. ``unknown``: items of which a term had to be taken from their cell's mean. ``spread``:
    where among the terms the difficulty and its square stand, and at which figure the spread; None: not asked.
    """

    labels: tuple[str, ...]
    terms: np.ndarray
    unknown: np.ndarray
    columns: tuple[int, ...]  # the term that each figure is; the spread's is that of the squares
    spread: tuple[int, int] | None = None  # (term of the difficulty, figure)
    size: int = 1

    def figures(self, sums: np.ndarray) -> np.ndarray:
        """Figures (... x figures) of papers with these ``sums`` (... x terms)."""
        if self.spread is None:
            return sums
        found = sums[..., self.columns]
        term, figure = self.spread
        mean = sums[..., term]
        found[..., figure] = np.sqrt(np.maximum(found[..., figure] - mean**2, 0.0))
        return found


def scales_of(problem: Problem, balance: Balance | None, size: int | None = None) -> Scales:
    """What is to be balanced in papers of ``size`` items (None: as the problem says).

    Unknown figures take the mean of the known ones of the first cell that the item serves, else of the pool. Raises
    ``ValueError`` for a figure that there is not.
    """
    columns: list[tuple[str, np.ndarray]] = []
    labels, used, spread = [], [], None
    by = tuple(dict.fromkeys(balance.by)) if balance else ()
    size = max(problem.size if size is None else size, 1)
    for name in by:
        if name == "information":
            found = information(problem.items, balance.theta)
            added = [(f"information {theta:g}", found[:, at]) for at, theta in enumerate(balance.theta)]
        elif name == "time":
            added = [("time", _known(item.seconds for item in problem.items))]
        elif name in ("difficulty", "spread"):
            added = [(name, _known(item.difficulty for item in problem.items) / size)]
        else:
            raise ValueError(f"papers cannot be balanced by {name!r}")
        for label, values in added:
            labels.append(label)
            used.append(len(columns))
            columns.append((label, values))
    known = np.stack([values for _label, values in columns], axis=1) if columns else np.zeros((len(problem.items), 0))
    filled = _fill(known, problem)
    if "spread" in by:
        figure = labels.index("spread")
        filled = np.column_stack([filled, filled[:, used[figure]]])
        filled[:, used[figure]] = filled[:, used[figure]] ** 2 * size  # p / N here: p^2 / N = (p / N)^2 * N
        spread = (filled.shape[1] - 1, figure)
    filled = np.round(filled * _GRAIN) / _GRAIN
    return Scales(tuple(labels), filled, np.isnan(known).any(axis=1), tuple(used), spread, size)


def _fill(known: np.ndarray, problem: Problem) -> np.ndarray:
    missing = np.isnan(known)
    if not missing.any():
        return known
    filled = known.copy()
    first = problem.serves.argmax(axis=0) if len(problem.wanted) else np.zeros(len(known), dtype=int)
    for column in np.flatnonzero(missing.any(axis=0)):
        values, gap = known[:, column], missing[:, column]
        overall = values[~gap].mean() if not gap.all() else 0.0
        for cell in np.unique(first[gap]):
            alike = values[(first == cell) & ~gap]
            filled[gap & (first == cell), column] = alike.mean() if alike.size else overall
    return filled


def deviations(figures: np.ndarray, target: np.ndarray) -> np.ndarray:
    """How far figures (... x figures) lie from ``target``, relative to it; a target of nought is taken as it is."""
    return np.abs(figures - target) / _measures(target)


def _measures(target: np.ndarray) -> np.ndarray:
    return np.where(np.abs(target) > _NOTHING, np.abs(target), 1.0)


class Metric:
    """How far figures lie off a target, in one number that a search can lessen step by step.

    Figures hang together: swaps that bring information at 0 up bring it up at -1 and 1 as well. What swaps seldom
    change therefore counts more, as in the distance of Mahalanobis (1936) with the covariance of all swaps'
    ``changes`` (swaps x figures, relative), a hundredth of its mean variance added on the diagonal. On banks of 600 and
    5,000 items the greatest deviation and the sum of squares ended in traps that this passes by. All in plain float
    arithmetic in one order, since a search must take the same way on every machine.
    """

    def __init__(self, changes: np.ndarray):
        count = changes.shape[1]
        coarse = np.round(np.clip(changes, -8, 8) * _COARSE) / _COARSE
        shared = [[float((coarse[:, i] * coarse[:, j]).sum()) for j in range(count)] for i in range(count)]
        mean = sum(shared[i][i] for i in range(count)) / count if count else 0.0
        covariance = [[shared[i][j] / mean if mean else 0.0 for j in range(count)] for i in range(count)]
        for i in range(count):
            covariance[i][i] += _RIDGE if mean else 1.0
        self.factor = _cholesky(covariance)

    def __call__(self, figures: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Of figures (... x figures) the length of L^-1 e, where L L' is the covariance and e the relative error."""
        error = (figures - target) / _measures(target)
        total, solved = np.zeros(figures.shape[:-1]), []
        for i, row in enumerate(self.factor):
            rest = error[..., i]
            for j in range(i):
                rest = rest - row[j] * solved[j]
            solved.append(rest / row[i])
            total += solved[i] * solved[i]
        return np.sqrt(total)


def _cholesky(matrix: list[list[float]]) -> list[list[float]]:
    factor = [[0.0] * len(matrix) for _ in matrix]
    for i, row in enumerate(matrix):
        for j in range(i):
            factor[i][j] = (row[j] - sum(factor[i][k] * factor[j][k] for k in range(j))) / factor[j][j]
        factor[i][i] = math.sqrt(max(row[i] - sum(value * value for value in factor[i][:i]), _NOTHING))
    return factor


def measure(scales: Scales, papers: Sequence[Sequence[int]]) -> Figures:
    """The figures of ``papers``, lists of item indices, beside their mean."""
    if not scales.labels or not papers:
        return Figures()
    found = scales.figures(np.array([scales.terms[list(paper)].sum(axis=0) for paper in papers]))
    target = found.mean(axis=0)
    taken = sorted({item for paper in papers for item in paper})
    return Figures(
        scales.labels,
        tuple(target.tolist()),
        tuple(tuple(row) for row in found.tolist()),
        float(deviations(found, target).max(initial=0.0)),
        int(scales.unknown[taken].sum()),
    )
