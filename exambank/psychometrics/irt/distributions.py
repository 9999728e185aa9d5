"""The abilities of groups: a normal distribution each, estimated together with the items."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from exambank.psychometrics.arrays import Reason
from exambank.psychometrics.irt.answers import Answers
from exambank.psychometrics.irt.quadrature import Quadrature

NEWTON_STEPS = 20
SETTLED = 1e-13


@dataclass(frozen=True, slots=True)
class GroupDistribution:
    """Abilities of one group, N(mean, sd). Never NaN: a value that does not exist is None.

    Attributes
    ----------
    label : str, int, float or None
        As it was given; None where all candidates form one group.
    n : int
        Candidates of the group who met at least one item.
    mean, sd : float or None
        In standard deviations of the reference group, or on the scale of the items whose values were given.
    se_mean, se_sd : float or None
        Standard errors, those of the items' parameters included. None for the reference group, whose mean 0 and
        standard deviation 1 make the scale and are not estimated.
    undefined : dict of str to Reason
        For each attribute that is None, why: too few candidates, all of them with everything right or everything
        wrong, or no item that ties the group to the scale. The items are then estimated as if it were N(0, 1).
    """

    label: str | int | float | None
    n: int
    mean: float | None
    sd: float | None
    se_mean: float | None
    se_sd: float | None
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


def check_groups(groups: ArrayLike | None, n_candidates: int) -> tuple[tuple, NDArray[np.intp]]:
    """Labels in sort order, and the number of the label of each candidate.

    Raises
    ------
    ValueError
        If there is not exactly one label for each candidate, or the labels cannot be sorted (None or NaN among them).
    """
    if groups is None:
        return (None,), np.zeros(n_candidates, np.intp)
    labels = np.asarray(groups)
    if labels.shape != (n_candidates,):
        raise ValueError(f"{n_candidates} candidates need as many groups, not shape {labels.shape}")
    if np.not_equal(labels, labels).any():
        raise ValueError("a group is not a number (NaN)")
    try:
        found, numbers = np.unique(labels, return_inverse=True)
    except TypeError as error:
        raise ValueError("the labels of the groups cannot be sorted") from error
    return (tuple(found.tolist()) or (None,)), numbers.ravel()


def why_not_free(
    answers: Answers, n_groups: int, held: NDArray[np.bool_] | None
) -> list[Reason | None]:  # fmt: skip
    """For each group, why its mean and standard deviation cannot be estimated; None where they can.

    The scale is that of the items that are held, shape (k,), or where that is None of the first group: a group must
    share items with it, if only through other groups.
    """
    if n_groups == 1 and held is None:
        return [None]  # the scale is its own
    reasons: list[Reason | None] = []
    tied = _tied(answers, n_groups, held)
    for group in range(n_groups):
        rows = answers.paper_groups[answers.paper_of] == group
        counts = answers.papers.sum(axis=1)[answers.paper_of[rows]]
        rights = answers.right[rows].sum(axis=1)
        has_spread = bool(((rights > 0) & (rights < counts)).any()) or (rights.any() and (rights < counts).any())
        if (counts > 0).sum() < 2:
            reasons.append(Reason.TOO_FEW_CANDIDATES)
        elif not has_spread:
            reasons.append(Reason.CONSTANT_SCORE)
        else:
            reasons.append(None if tied[group] else Reason.PAPERS_DIFFER)
    return reasons


def _tied(answers: Answers, n_groups: int, held: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
    met = np.stack([answers.papers[answers.paper_groups == group].any(axis=0) for group in range(n_groups)])
    items = (met[0] if held is None else held).copy()
    tied = np.zeros(n_groups, dtype=bool)
    for _round in range(n_groups):
        tied = (met & items).any(axis=1)
        items |= met[tied].any(axis=0)
    return tied


def fit_normal(weights: NDArray[np.float64], quadrature: Quadrature) -> tuple[float, float]:
    """The mean and standard deviation that make expected numbers of candidates at the nodes likeliest, shape (q,).

    Almost the moments of the numbers; on nodes that end, the distribution whose own moments these are. Newton's method
    in the natural parameters ``mean / sd^2`` and ``-1 / (2 sd^2)``. Neither leaves the nodes: ``|mean|`` stays one
    below the last, the standard deviation between one step of the nodes and half their reach.
    """
    nodes = quadrature.nodes
    share = weights / weights.sum()
    powers = np.stack([nodes, nodes**2])
    wanted = share @ powers.T
    variance = max(wanted[1] - wanted[0] ** 2, 1e-4)
    natural = np.array([wanted[0] / variance, -0.5 / variance])
    for _step in range(NEWTON_STEPS):
        logs = natural @ powers
        own = np.exp(logs - logs.max())
        own /= own.sum()
        expected = powers @ own
        spread = (powers * own) @ powers.T - np.outer(expected, expected)
        step = np.linalg.lstsq(spread, wanted - expected, rcond=None)[0]
        if not natural[1] + step[1] < 0:
            break
        natural = natural + step
        if (np.abs(step) < SETTLED * (1.0 + np.abs(natural))).all():
            break
    sd = float((-0.5 / natural[1]) ** 0.5)
    return _within(float(natural[0]) * sd**2, sd, nodes)


def _within(mean: float, sd: float, nodes: NDArray[np.float64]) -> tuple[float, float]:
    low, high = float(nodes[0]) + 1.0, float(nodes[-1]) - 1.0
    return min(max(mean, low), high), min(max(sd, float(nodes[1] - nodes[0])), float(nodes[-1] - nodes[0]) / 4)
