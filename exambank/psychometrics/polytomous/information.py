"""How much items with several categories tell of an ability, and how reliable that makes the test in a group."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from exambank.psychometrics.irt.information import TestInformation
from exambank.psychometrics.polytomous.fitting import PolytomousFit
from exambank.psychometrics.polytomous.models import MODELS

PAPERS = 1024  # at a time, where candidates met different items


def polytomous_information(fit: PolytomousFit, at: ArrayLike) -> tuple[TestInformation, ...]:
    """Information and expected score of all items that have a curve, at each of these abilities.

    Parameters
    ----------
    fit : PolytomousFit
    at : array_like of float, shape (q,), or one number
        Abilities, in standard deviations of the group that the model was fitted to.

    Returns
    -------
    tuple of TestInformation, length q
        The expected score in points: scores that nobody got count in none, those in use with what they give.

    Notes
    -----
    ``I = sum over items of slope^2 sum over categories of P pull^2``, with pull the derivative of ``log P`` in ``slope
    * theta``: Fisher's information.

    References
    ----------
    Samejima, F. (1969). Estimation of latent ability using a response pattern of graded scores. Psychometrika
    Monograph 17.
    """
    thetas = np.atleast_1d(np.asarray(at, dtype=np.float64))
    information, expected = information_by_item(fit, thetas)
    columns = zip(thetas.tolist(), information.sum(axis=0).tolist(), expected.sum(axis=0).tolist(), strict=True)
    return tuple(TestInformation(*column) for column in columns)


def polytomous_chances(fit: PolytomousFit, at: ArrayLike) -> NDArray[np.float64]:
    """The chance of every category of every item that has a curve, item after item, at each ability, shape (p, q).

    ``fit.ratings.first`` says where the categories of each item begin.
    """
    thetas = np.atleast_1d(np.asarray(at, dtype=np.float64))
    chances = np.empty((len(fit.values), len(thetas)))
    for group in fit.ratings.groups:
        chances[group.places] = np.exp(MODELS[fit.model].log_chances(fit.values[group.places], thetas))
    return chances


def polytomous_reliability(fit: PolytomousFit) -> float | None:
    """Share of the variance of estimated abilities that is true, averaged over the candidates; None without items.

    Each candidate counts with the items that they met.

    Notes
    -----
    ``integral of I / (I + 1) g``, with g the group's distribution, as ``marginal_reliability`` for items scored 0 or 1.

    References
    ----------
    Green, B. F., Bock, R. D., Humphreys, L. G., Linn, R. L. & Reckase, M. D. (1984). Technical guidelines for assessing
    computerized adaptive tests. Journal of Educational Measurement 21, 347-360.
    """
    papers, counts = fit.ratings.papers
    counts = counts * papers.any(axis=1)
    if not counts.any():
        return None
    of_items, _expected = information_by_item(fit, fit.quadrature.nodes)
    weights, total = np.exp(fit.quadrature.log_weights), 0.0
    for first in range(0, len(papers), PAPERS):
        part = slice(first, first + PAPERS)
        information = papers[part] @ of_items
        total += float(counts[part] @ (information / (information + 1.0)) @ weights)
    return total / float(counts.sum())


def information_by_item(
    fit: PolytomousFit, thetas: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Information and expected score of each item with a curve at each ability, shape (m, q) each."""
    model = MODELS[fit.model]
    information, expected = np.zeros((2, len(fit.columns), len(thetas)))
    for group in fit.ratings.groups:
        own = fit.values[group.places]
        chances = np.exp(model.log_chances(own, thetas))
        pulls = (chances * model.pulls(own, thetas) ** 2).sum(axis=1)
        information[group.items] = own[:, :1] ** 2 * pulls
        expected[group.items] = np.einsum("gc,gcq->gq", fit.ratings.points[group.places], chances)
    return information, expected
