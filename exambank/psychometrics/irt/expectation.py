"""The E-step: what the answers say of abilities under given item parameters, summed up for the M-step.

With a logistic model ``logit P = slope * theta + intercept`` the log-likelihood of a candidate at a node is
``theta * s_i + u_i - C`` with s_i the sum of the slopes and u_i of the intercepts of the items answered right, and C
a sum over the paper's items that does not depend on the answers. So an E-step costs n (k + q) and not n k q, and all
that the M-step needs of the answers are the weighted abilities behind each item's right answers.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import expit

from exambank.psychometrics.irt.answers import Answers
from exambank.psychometrics.irt.quadrature import Quadrature

BLOCK = 4096  # candidates at a time: a block of posteriors stays in the processor's cache
SPARSE_SHARE = 0.3  # below this share of presented answers the sums run over these alone


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """What the M-step needs.

    Attributes
    ----------
    expected : float array, shape (1, q) or (k, q)
        Candidates expected at each node, of those who met the item; one row where all met all.
    right_ability : float array, shape (k,)
        Sum of the posterior means of the abilities of those who answered the item right.
    log_likelihood : float
        Marginal, at the parameters that the posteriors were computed with.
    mean, variance : float
        Of the expected abilities over all candidates.
    """

    expected: NDArray[np.float64]
    right_ability: NDArray[np.float64]
    log_likelihood: float
    mean: float
    variance: float


@dataclass(frozen=True, slots=True, eq=False)
class Posteriors:
    """Of a block of candidates: `rows` (a slice) and `weights`, shape (b, q), whose rows sum to 1."""

    rows: slice
    weights: NDArray[np.float64]
    log_likelihood: float


class Expectation:
    """The answers, made ready for many E-steps."""

    def __init__(self, answers: Answers, quadrature: Quadrature):
        self.answers, self.quadrature = answers, quadrature
        is_sparse = answers.papers.mean() < SPARSE_SHARE if answers.papers.size else False
        self.right = csr_array(answers.right) if is_sparse else answers.right
        self._papers = csr_array(answers.papers) if is_sparse else answers.papers
        self._papers_of_items = csr_array(answers.papers.T) if is_sparse else answers.papers.T

    def posteriors(self, slopes: NDArray[np.float64], intercepts: NDArray[np.float64]) -> Iterator[Posteriors]:
        """Block by block, so that memory does not grow with the candidates."""
        nodes = self.quadrature.nodes
        normaliser = np.logaddexp(0.0, slopes[:, np.newaxis] * nodes + intercepts[:, np.newaxis])
        base = self.quadrature.log_weights - self._papers @ normaliser
        paper_of, one_paper = self.answers.paper_of, len(self.answers.papers) == 1
        for first in range(0, len(paper_of), BLOCK):
            rows = slice(first, first + BLOCK)
            right = self.right[rows]
            weights = (right @ slopes)[:, np.newaxis] * nodes
            weights += base if one_paper else base[paper_of[rows]]
            largest = weights.max(axis=1)
            weights -= largest[:, np.newaxis]
            np.exp(weights, out=weights)
            sums = weights.sum(axis=1)
            weights /= sums[:, np.newaxis]
            yield Posteriors(rows, weights, float(np.log(sums).sum() + largest.sum() + (right @ intercepts).sum()))

    def moments(self, slopes: NDArray[np.float64], intercepts: NDArray[np.float64]) -> Moments:
        """One E-step."""
        nodes, n_papers = self.quadrature.nodes, len(self.answers.papers)
        by_paper = np.zeros((n_papers, len(nodes)))
        right_ability, log_likelihood = np.zeros(len(slopes)), 0.0
        for block in self.posteriors(slopes, intercepts):
            right_ability += self.right[block.rows].T @ (block.weights @ nodes)
            log_likelihood += block.log_likelihood
            if n_papers == 1:
                by_paper[0] += block.weights.sum(axis=0)
            else:
                np.add.at(by_paper, self.answers.paper_of[block.rows], block.weights)
        expected = by_paper if self.answers.is_complete else self._papers_of_items @ by_paper
        everywhere = by_paper.sum(axis=0) / max(len(self.answers.paper_of), 1)
        mean = float(everywhere @ nodes)
        return Moments(expected, right_ability, log_likelihood, mean, float(everywhere @ (nodes - mean) ** 2))


def chances(slopes: NDArray[np.float64], intercepts: NDArray[np.float64], nodes: NDArray[np.float64]):
    """Chance of a right answer to each item at each node, shape (k, q)."""
    return expit(slopes[:, np.newaxis] * nodes + intercepts[:, np.newaxis])
