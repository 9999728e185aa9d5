"""Exact standard errors: the observed information of the marginal likelihood, by Louis's identity."""

import numpy as np
from numpy.typing import NDArray

from exambank.psychometrics.polytomous.expectation import Expectation, Posteriors
from exambank.psychometrics.polytomous.maximisation import PolytomousPrior

NEGLIGIBLE = 1e-15  # posterior weight: what it adds is below the rounding of the sums
NOT_DETERMINED = 1e-9  # the smallest eigenvalue of the scaled information that still counts as above 0


def observed_information(
    expectation: Expectation, values: NDArray[np.float64], prior: PolytomousPrior | None = None, *,
    is_common: bool = False,
) -> NDArray[np.float64]:  # fmt: skip
    """Minus the second derivatives of the marginal log-likelihood (plus log prior), shape (p, p).

    Item after item: its slope, its intercepts. Louis (1982): the information of scores with known abilities, less the
    variance of the gradient that unknown abilities leave. No derivative is approximated. ``is_common``: items with as
    many categories have one slope, of which each row here is one item's part; their sum is that of the slope.

    References
    ----------
    Louis, T. A. (1982). Finding the observed information matrix when using the EM algorithm. JRSS B 44, 226-233.
    """
    model, nodes = expectation.model, expectation.quadrature.nodes
    counts, _log_likelihood = expectation.counts(values)
    known = np.zeros((len(values),) * 2)
    for group in expectation.ratings.groups:
        own, at = values[group.places], group.places
        curvature = model.curvature(own, nodes, counts[at])
        if prior is not None:
            curvature[:, np.arange(at.shape[1]), np.arange(at.shape[1])] += prior.curvature(own, is_common=is_common)
        known[at[:, :, np.newaxis], at[:, np.newaxis]] = curvature
    return known - _lost_to_unknown_abilities(expectation, values)


def _lost_to_unknown_abilities(expectation: Expectation, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum over candidates of the posterior covariance of the gradients of all items."""
    model, nodes, groups = expectation.model, expectation.quadrature.nodes, expectation.ratings.groups
    gradients = [(group.places, model.scores(values[group.places], nodes)) for group in groups]
    lost = np.zeros((len(values),) * 2)
    for block in expectation.posteriors(values):
        for node, weight in enumerate(block.weights.T):
            rows = np.flatnonzero(weight > NEGLIGIBLE)
            own = block.chosen[rows] * np.sqrt(weight[rows])[:, np.newaxis]
            pairs = own.T @ own  # how often two categories were chosen by one candidate of this ability
            lost += _carried(gradients, node, _carried(gradients, node, pairs).T)
        means = _means(expectation, gradients, block)
        lost -= means.T @ means
    return lost


def _carried(gradients, node: int, table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows of categories turned into rows of parameters: a product with a matrix that is 0 outside of own items."""
    carried = np.empty_like(table)
    for places, scores in gradients:
        carried[places] = scores[:, :, :, node] @ table[places]
    return carried


def _means(expectation: Expectation, gradients, block: Posteriors) -> NDArray[np.float64]:
    """Posterior mean of each candidate's gradient, shape (b, p)."""
    means, first = np.zeros_like(block.chosen), expectation.ratings.first
    table = np.zeros((block.chosen.shape[1], block.weights.shape[1]))
    for place in range(max(places.shape[1] for places, _scores in gradients)):
        table[:] = 0.0
        for places, scores in gradients:
            if place < places.shape[1]:
                table[places] = scores[:, place]
        sums = np.add.reduceat(block.chosen * (block.weights @ table.T), first, axis=1)
        has_place = np.concatenate([np.diff(first), [len(table) - first[-1]]]) > place
        means[:, first[has_place] + place] = sums[:, has_place]
    return means


def inverse(information: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """The covariance of the estimates; None where the scores do not determine them all."""
    diagonal = np.diag(information)
    if not len(diagonal) or not (diagonal > 0).all():
        return None
    scale = 1.0 / np.sqrt(diagonal)
    sizes, axes = np.linalg.eigh(information * scale * scale[:, np.newaxis])
    if sizes[0] < NOT_DETERMINED:
        return None
    half = axes / np.sqrt(sizes) * scale[:, np.newaxis]
    return half @ half.T
