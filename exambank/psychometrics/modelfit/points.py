"""What the candidates did, to be drawn beside an item's curve."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exambank.psychometrics.arrays import Interval, check_confidence
from exambank.psychometrics.intervals import wilson
from exambank.psychometrics.irt.fitting import LogisticFit
from exambank.psychometrics.modelfit.curves import blocks, curves_of, groups_of

LEAST_IN_GROUP = 5


@dataclass(frozen=True, slots=True)
class EmpiricalPoint:
    """A group of candidates of about the same ability, before one item.

    Attributes
    ----------
    n : int
        Candidates of the group, all of whom met the item.
    theta : float
        Mean of their abilities (EAP) on the OTHER items.
    share : float
        Of right answers, 0..1.
    ci : Interval
        Of `share`, by Wilson.
    expected : float
        The share that the curve expects of these candidates, their abilities being as uncertain as they are.
    """

    n: int
    theta: float
    share: float
    ci: Interval
    expected: float


def empirical_points(
    fit: LogisticFit, column: int, n_groups: int = 10, *, confidence: float = 0.95
) -> tuple[EmpiricalPoint, ...]:
    """Group the candidates who met an item by ability and count the right answers, the weakest group first.

    Parameters
    ----------
    fit : LogisticFit
    column : int
        Of the item, as in `fit.items`.
    n_groups : int, default 10
        As many groups of about the same size, but fewer where a group would have less than 5 candidates. Candidates
        of one ability stay together.
    confidence : float, default 0.95
        Level of the intervals.

    Returns
    -------
    tuple of EmpiricalPoint
        Empty for an item without a curve.

    Raises
    ------
    ValueError
        If there is no such column, or n_groups is below 1.

    Notes
    -----
    The item itself is left out of the ability: with it a right answer would lift the candidate into a better group, and
    every curve would look too flat. So the share is compared with what the other items foretell, and `expected` is
    right on average wherever the model holds.
    """
    confidence = check_confidence(confidence)
    if not 0 <= column < len(fit.items):
        raise ValueError(f"there are {len(fit.items)} items, none is at column {column}")
    if n_groups < 1:
        raise ValueError("there must be at least one group")
    found = np.flatnonzero(fit.columns == column)
    if not len(found):
        return ()
    place = int(found[0])
    rows = np.flatnonzero(fit.answers.papers[fit.answers.paper_of, place] > 0)
    thetas, expected = _foretold(fit, place, rows)
    groups = _groups(thetas, min(n_groups, max(len(rows) // LEAST_IN_GROUP, 1)))
    right = fit.answers.right[rows, place]
    return tuple(
        _point(thetas[groups == group], right[groups == group], expected[groups == group], confidence)
        for group in np.unique(groups)
    )


def _point(thetas, right, expected, confidence: float) -> EmpiricalPoint:
    n, share = len(right), float(right.mean())
    return EmpiricalPoint(n, float(thetas.mean()), share, wilson(share, n, confidence), float(expected.mean()))


def _foretold(fit: LogisticFit, place: int, rows: NDArray[np.intp]):
    """Ability (EAP) and chance of a right answer of these candidates, as their other answers foretell them."""
    curves, nodes = curves_of(fit), fit.quadrature.nodes
    of_node = curves.chances(nodes)
    log_right, log_wrong = np.log(of_node), np.log1p(-of_node)
    log_right[:, place] = log_wrong[:, place] = 0.0
    of_group = np.stack([quadrature.log_weights for quadrature in fit.quadratures])
    thetas, expected = np.empty(len(rows)), np.empty(len(rows))
    for block in blocks(len(rows)):
        right = fit.answers.right[rows[block]]
        met = fit.answers.papers[fit.answers.paper_of[rows[block]]]
        weights = right @ (log_right - log_wrong).T + met @ log_wrong.T
        weights += of_group[groups_of(fit, rows[block])]
        weights = np.exp(weights - weights.max(axis=1, keepdims=True))
        weights /= weights.sum(axis=1, keepdims=True)
        thetas[block], expected[block] = weights @ nodes, weights @ of_node[:, place]
    return thetas, expected


def _groups(thetas: NDArray[np.float64], n_groups: int) -> NDArray[np.intp]:
    """The group of each candidate, by the middle of the ranks of all who share the ability: no order of rows matters.

    Abilities are rounded, since sums in another order differ in the last digits.
    """
    _values, place, counts = np.unique(np.round(thetas, 9), return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - counts / 2.0
    return np.minimum((middle[place] / len(thetas) * n_groups).astype(np.intp), n_groups - 1)
