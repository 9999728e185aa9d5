"""Exact standard errors: the observed information of the marginal likelihood, by Louis's identity."""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack
from scipy.special import logit

from exambank.psychometrics.irt.expectation import Expectation, Moments
from exambank.psychometrics.irt.lost import Scores, lost_of_groups, lost_to_unknown_abilities
from exambank.psychometrics.irt.maximisation import Prior, derivatives
from exambank.psychometrics.irt.parameters import Parameters
from exambank.psychometrics.irt.three_parameter import GuessingPrior, known_information


def observed_information(
    expectation: Expectation, parameters: Parameters, prior: Prior | None = None, *,
    guessing_prior: GuessingPrior | None = None, free_groups: NDArray[np.intp] | tuple[int, ...] = (),
    moments: Moments | None = None,
) -> NDArray[np.float64]:  # fmt: skip
    """Minus the second derivatives of the marginal log-likelihood (plus log prior).

    Of the slopes of all items, their intercepts, with a `guessing_prior` the logits of their guessing, and for each of
    the `free_groups` its mean and standard deviation; shape (2k, 2k) or (3k, 3k), two more for each group. Those of
    the groups hold at the estimates of the groups.

    Louis (1982): the information of answers with known abilities, less the variance of the score that unknown abilities
    leave. Summed over candidates that is products of matrices, and no derivative is approximated.

    Parameters
    ----------
    moments : Moments, optional
        The E-step at these parameters, where it is known.

    References
    ----------
    Louis, T. A. (1982). Finding the observed information matrix when using the EM algorithm. JRSS B 44, 226-233.
    """
    slopes, intercepts, nodes = parameters.slopes, parameters.intercepts, expectation.quadrature.nodes
    guessing = parameters.guessing if guessing_prior else None
    moments = moments or expectation.moments(slopes, intercepts, guessing)
    scores = Scores.of(parameters, nodes, has_guessing=guessing_prior is not None)
    information = lost_to_unknown_abilities(expectation, parameters, scores)
    np.negative(information, out=information)
    if guessing_prior is None:
        known = _known(expectation, moments, parameters, prior)
    else:
        values = np.stack([slopes, intercepts, logit(parameters.guessing)])
        known = known_information(values, moments, nodes, guessing_prior, prior)
    k, at = len(slopes), np.arange(len(slopes))
    for (a, b), values in known.items():  # with known abilities the items do not know of each other
        information[at + a * k, at + b * k] += values
        if a != b:
            information[at + b * k, at + a * k] += values
    if not len(free_groups):
        return information
    return _with_groups(expectation, parameters, scores, moments, information, free_groups)


def _known(expectation: Expectation, moments: Moments, parameters: Parameters, prior: Prior | None):
    """What the information of each item would be if the abilities were known, by pairs of its parameters."""
    _first, (slope2, both, intercept2) = derivatives(
        expectation.answers, moments, expectation.quadrature.nodes, parameters.slopes, parameters.intercepts, prior
    )
    return {(0, 0): slope2, (0, 1): both, (1, 1): intercept2}


def _with_groups(expectation, parameters, scores, moments, items, free_groups):
    """Rows for means and standard deviations, from the natural parameters of their normal distributions."""
    size = len(items)
    whole = np.zeros((size + 2 * len(free_groups),) * 2)
    whole[:size, :size] = items
    lost_with_items, lost = lost_of_groups(expectation, parameters, scores, free_groups)
    nodes = expectation.quadrature.nodes
    powers = np.stack([nodes, nodes**2])
    for place, group in enumerate(free_groups):
        weights = np.exp(expectation.quadratures[group].log_weights)
        middle = powers @ weights
        known = moments.by_group[group].sum() * ((powers * weights) @ powers.T - np.outer(middle, middle))
        turn = _turn(*expectation.quadratures[group].normal_parameters())
        own = slice(size + 2 * place, size + 2 * place + 2)
        whole[own, own] = turn.T @ (known - lost[place]) @ turn
        whole[:size, own] = -lost_with_items[place] @ turn
        whole[own, :size] = whole[:size, own].T
    return whole


def _turn(mean: float, sd: float) -> NDArray[np.float64]:
    """Derivatives of ``mean / sd^2`` and ``-1 / (2 sd^2)`` by the mean and the standard deviation."""
    return np.array([[1.0 / sd**2, -2.0 * mean / sd**3], [0.0, 1.0 / sd**3]])


def root_of_covariance(information: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """An upper triangular W so that ``W @ W.T`` is the inverse, made in the place of `information`.

    None where the answers do not determine the parameters. Standard errors need no more than a few of the products of
    its rows, which spares a third of inverting.
    """
    if not len(information) or not np.isfinite(information).all():
        return None
    factor, failed = lapack.dpotrf(information.T, lower=True, clean=True, overwrite_a=True)
    if failed:
        return None
    inverse, failed = lapack.dtrtri(factor, lower=True, overwrite_c=True)
    squares = products_of(inverse.T)
    if failed or not (np.isfinite(squares) & (squares > 0)).all():
        return None
    return inverse.T


def products_of(
    root: NDArray[np.float64], rows: slice = slice(None), columns: slice = slice(None)
) -> NDArray[np.float64]:
    """Covariances of some parameters with as many others (or one with all of them): variances, unless told."""
    return np.einsum("im,im->i", root[rows], root[columns])
