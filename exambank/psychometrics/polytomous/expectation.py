"""The E-step: how many candidates of each ability are expected in each category, under given parameters."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exambank.psychometrics.irt.quadrature import Quadrature
from exambank.psychometrics.polytomous.categories import Ratings
from exambank.psychometrics.polytomous.models import CategoryModel

BLOCK = 4096  # candidates at a time: a block of posteriors stays in the processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class Posteriors:
    """Of a block of candidates: `chosen` as numbers, shape (b, p), and `weights`, shape (b, q), with rows of sum 1."""

    rows: slice
    chosen: NDArray[np.float64]
    weights: NDArray[np.float64]
    log_likelihood: float


@dataclass(frozen=True, slots=True, eq=False)
class Expectation:
    """The ratings, the model and the nodes of the abilities: what stays the same in all E-steps."""

    ratings: Ratings
    model: CategoryModel
    quadrature: Quadrature

    def log_chances(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of every category at every node, shape (p, q), from the parameters of all items, shape (p,)."""
        nodes = self.quadrature.nodes
        table = np.empty((len(values), len(nodes)))
        for group in self.ratings.groups:
            table[group.places] = self.model.log_chances(values[group.places], nodes)
        return table

    def posteriors(self, values: NDArray[np.float64]) -> Iterator[Posteriors]:
        """Block by block, so that memory does not grow with the candidates."""
        table = self.log_chances(values)
        for first in range(0, len(self.ratings.chosen), BLOCK):
            rows = slice(first, first + BLOCK)
            chosen = self.ratings.chosen[rows].astype(np.float64)
            weights = chosen @ table
            weights += self.quadrature.log_weights
            largest = weights.max(axis=1)
            weights -= largest[:, np.newaxis]
            np.exp(weights, out=weights)
            sums = weights.sum(axis=1)
            weights /= sums[:, np.newaxis]
            yield Posteriors(rows, chosen, weights, float(np.log(sums).sum() + largest.sum()))

    def counts(self, values: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
        """Candidates expected in each category at each node, shape (p, q), and the marginal log-likelihood."""
        expected, log_likelihood = np.zeros((len(values), len(self.quadrature.nodes))), 0.0
        for block in self.posteriors(values):
            expected += block.chosen.T @ block.weights
            log_likelihood += block.log_likelihood
        return expected, log_likelihood
