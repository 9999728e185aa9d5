"""The E-step: what the answers say of abilities under given item parameters, summed up for the M-step.

With a logistic model ``logit P = slope * theta + intercept`` the log-likelihood of a candidate at a node is
``theta * s_i + u_i - C`` with s_i the sum of the slopes and u_i of the intercepts of the items answered right, and C
a sum over the paper's items that does not depend on the answers. So an E-step costs n (k + q) and not n k q, and all
that the M-step needs of the answers are the weighted abilities behind each item's right answers. Guessing breaks this:
then an E-step is two products of matrices.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from exambank.psychometrics.irt.answers import Answers
from exambank.psychometrics.irt.parameters import Parameters, chances
from exambank.psychometrics.irt.quadrature import Quadrature

__all__ = ["Expectation", "Moments", "Posteriors", "chances"]

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
    by_group : float array, shape (g, q)
        Candidates expected at each node, of those of the group who met any item.
    right : float array, shape (k, q), or None
        Right answers expected at each node; None without guessing, which does not need them.
    """

    expected: NDArray[np.float64]
    right_ability: NDArray[np.float64]
    log_likelihood: float
    by_group: NDArray[np.float64]
    right: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Posteriors:
    """Of a block of candidates: `rows` (a slice) and `weights`, shape (b, q), whose rows sum to 1."""

    rows: slice
    weights: NDArray[np.float64]
    log_likelihood: float


class Expectation:
    """The answers, made ready for many E-steps; with several groups the quadrature of each, all on the same nodes."""

    def __init__(self, answers: Answers, quadrature: Quadrature, *further: Quadrature):
        self.answers, self.quadratures = answers, (quadrature, *further)
        is_sparse = answers.papers.mean() < SPARSE_SHARE if answers.papers.size else False
        self._matrices = _sparse(answers) if is_sparse else (answers.right, answers.papers, answers.papers.T)

    @property
    def quadrature(self) -> Quadrature:
        """Of the first group: the nodes are those of all."""
        return self.quadratures[0]

    @property
    def right(self):
        """The right answers, shape (n, k), a sparse array where few items were presented."""
        return self._matrices[0]

    @property
    def is_sparse(self) -> bool:
        return isinstance(self.right, csr_array)

    def under(self, quadratures: Sequence[Quadrature]) -> "Expectation":
        """The same answers with other distributions of the groups."""
        other = Expectation.__new__(Expectation)
        other.answers, other.quadratures, other._matrices = self.answers, tuple(quadratures), self._matrices
        return other

    def posteriors(
        self, slopes: NDArray[np.float64], intercepts: NDArray[np.float64], guessing: NDArray[np.float64] | None = None
    ) -> Iterator[Posteriors]:
        """Block by block, so that memory does not grow with the candidates."""
        nodes, paper_of, one_paper = self.quadrature.nodes, self.answers.paper_of, len(self.answers.papers) == 1
        own = Parameters(slopes, intercepts, np.zeros(0) if guessing is None else guessing)
        gain, of_wrong = own.log_odds(nodes)
        log_weights = np.stack([one.log_weights for one in self.quadratures])
        base = log_weights[self.answers.paper_groups] + self._matrices[1] @ of_wrong
        for first in range(0, len(paper_of), BLOCK):
            rows = slice(first, first + BLOCK)
            right = self.right[rows]
            weights = right @ gain if own.has_guessing else (right @ slopes)[:, np.newaxis] * nodes
            weights += base if one_paper else base[paper_of[rows]]
            largest = weights.max(axis=1)
            weights -= largest[:, np.newaxis]
            np.exp(weights, out=weights)
            sums = weights.sum(axis=1)
            weights /= sums[:, np.newaxis]
            constant = 0.0 if own.has_guessing else (right @ intercepts).sum()
            yield Posteriors(rows, weights, float(np.log(sums).sum() + largest.sum() + constant))

    def moments(
        self, slopes: NDArray[np.float64], intercepts: NDArray[np.float64], guessing: NDArray[np.float64] | None = None
    ) -> Moments:
        """One E-step; with `guessing`, be it 0, also the right answers expected at each node."""
        nodes, answers = self.quadrature.nodes, self.answers
        by_paper = np.zeros((len(answers.papers), len(nodes)))
        right_ability, log_likelihood = np.zeros(len(slopes)), 0.0
        expected_right = None if guessing is None else np.zeros((len(slopes), len(nodes)))
        for block in self.posteriors(slopes, intercepts, guessing):
            turned = self.right[block.rows].T
            right_ability += turned @ (block.weights @ nodes)
            if expected_right is not None:
                expected_right += turned @ block.weights
            log_likelihood += block.log_likelihood
            add_by_paper(by_paper, answers, block)
        expected = by_paper if answers.is_complete else self._matrices[2] @ by_paper
        return Moments(expected, right_ability, log_likelihood, answers.by_group @ by_paper, expected_right)


def add_by_paper(total: NDArray[np.float64], answers: Answers, block: Posteriors) -> None:
    """Add the weights of a block of candidates to the rows of their papers."""
    if len(total) == 1:
        total[0] += block.weights.sum(axis=0)
        return
    papers = answers.paper_of[block.rows]
    if len(total) == len(answers.paper_of):  # every candidate has a paper of their own
        total[papers] = block.weights
        return
    ones, places = np.ones(len(papers)), np.arange(len(papers) + 1)
    total += csr_array((ones, papers, places), shape=(len(papers), len(total))).T @ block.weights


def _sparse(answers: Answers):
    """The right answers, the papers, and the papers of each item, as sparse arrays."""
    places, items = answers.places
    starts = np.concatenate([[0], np.cumsum(np.bincount(places, minlength=len(answers.papers)))])
    papers = csr_array((np.ones(len(items)), items, starts), shape=answers.papers.shape)
    right = papers[answers.paper_of]
    candidates = np.repeat(np.arange(len(answers.right)), np.diff(right.indptr))
    right.data = answers.right[candidates, right.indices]
    right.eliminate_zeros()
    return right, papers, papers.T.tocsr()
