"""Exact standard errors: the observed information of the marginal likelihood, by Louis's identity."""

import numpy as np
from numpy.typing import NDArray

from exambank.psychometrics.irt.expectation import Expectation, chances
from exambank.psychometrics.irt.maximisation import Parameters, Prior, derivatives


def observed_information(
    expectation: Expectation, parameters: Parameters, prior: Prior | None = None
) -> NDArray[np.float64]:
    """Minus the second derivatives of the marginal log-likelihood (plus log prior), slopes first, then intercepts.

    Shape (2k, 2k). Louis (1982): the information of answers with known abilities, less the variance of the score that
    unknown abilities leave. Summed over candidates that is a handful of products of matrices, and no derivative is
    approximated.

    References
    ----------
    Louis, T. A. (1982). Finding the observed information matrix when using the EM algorithm. JRSS B 44, 226-233.
    """
    slopes, intercepts = parameters.slopes, parameters.intercepts
    moments = expectation.moments(slopes, intercepts)
    nodes = expectation.quadrature.nodes
    _first, (slope2, both, intercept2) = derivatives(
        expectation.answers, moments, nodes, slopes, intercepts, prior
    )  # fmt: skip
    known = np.block([[np.diag(slope2), np.diag(both)], [np.diag(both), np.diag(intercept2)]])
    return known - _lost_to_unknown_abilities(expectation, parameters)


def _lost_to_unknown_abilities(expectation: Expectation, parameters: Parameters) -> NDArray[np.float64]:
    """Sum over candidates of the posterior covariance of ``(answer - chance) * (theta, 1)`` of all items."""
    answers, nodes = expectation.answers, expectation.quadrature.nodes
    slopes, intercepts = parameters.slopes, parameters.intercepts
    k = len(slopes)
    right_chance = chances(slopes, intercepts, nodes)
    powers = [(right_chance * nodes**power).T for power in range(3)]
    squares = [np.zeros((k, k)) for _power in range(3)]
    means = np.zeros((2 * k, 2 * k))
    by_paper = np.zeros((len(answers.papers), len(nodes)))
    for block in expectation.posteriors(slopes, intercepts):
        right, paper_of = answers.right[block.rows], answers.paper_of[block.rows]
        met = 1.0 if answers.is_complete else answers.papers[paper_of]
        np.add.at(by_paper, paper_of, block.weights)
        for power in range(3):
            ability = block.weights @ nodes**power
            cross = right.T @ (met * (block.weights @ powers[power]))
            squares[power] += (right * ability[:, np.newaxis]).T @ right - cross - cross.T
        mean_ability = (block.weights @ nodes)[:, np.newaxis]
        score = np.hstack(
            [right * mean_ability - met * (block.weights @ powers[1]), right - met * (block.weights @ powers[0])]
        )  # fmt: skip
        means += score.T @ score
    for power in range(3):
        squares[power] += _chance_products(answers.papers, by_paper * nodes**power, right_chance)
    return np.block([[squares[2], squares[1]], [squares[1].T, squares[0]]]) - means


def _chance_products(papers, weights, right_chance):
    """Sum over papers and nodes of weight times the chances of two items that both are on the paper."""
    if len(papers) == 1 and papers.all():
        return (right_chance * weights[0]) @ right_chance.T
    total = np.zeros((len(right_chance), len(right_chance)))
    for paper, weight in zip(papers, weights, strict=True):
        items = np.flatnonzero(paper)
        own = right_chance[items]
        total[np.ix_(items, items)] += (own * weight) @ own.T
    return total
