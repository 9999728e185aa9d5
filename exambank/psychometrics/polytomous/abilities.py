"""What a fitted model of ordered categories says of each candidate's ability, and how sure that is."""

import numpy as np
from numpy.typing import NDArray

from exambank.psychometrics.arrays import Reason
from exambank.psychometrics.irt.abilities import Ability
from exambank.psychometrics.polytomous.expectation import Expectation
from exambank.psychometrics.polytomous.fitting import PolytomousFit
from exambank.psychometrics.polytomous.models import MODELS

METHODS = ("eap", "map")
BLOCK = 4096
MOST_STEPS = 200
SETTLED = 1e-10
SHRINKS = 0.9  # each Newton's step at least by this much, or it may go to and fro


def polytomous_abilities(fit: PolytomousFit, *, method: str = "eap") -> tuple[Ability, ...]:
    """Estimate the ability of every candidate the model was fitted to, in their order.

    Parameters
    ----------
    fit : PolytomousFit
    method : "eap" or "map"
        Posterior mean or posterior mode; both exist for whoever met an item with a curve.

    Returns
    -------
    tuple of Ability, length n
        ``n`` counts the items with a curve that the candidate met.

    Raises
    ------
    ValueError
        If the method is unknown.

    Notes
    -----
    Posterior under the quadrature's weights for "eap", under N(0, 1) for "map". The error is the posterior's standard
    deviation for "eap" and ``1 / sqrt(I + 1)`` for "map", with I Fisher's information of the items the candidate met.

    References
    ----------
    Bock, R. D. & Mislevy, R. J. (1982). Adaptive EAP estimation of ability in a microcomputer environment. Applied
    Psychological Measurement 6, 431-444.
    """
    if method not in METHODS:
        raise ValueError(f"the method is one of {', '.join(METHODS)}, not {method!r}")
    values, errors = _eap(fit) if method == "eap" else _mode(fit)
    columns = zip(fit.ratings.met.sum(axis=1).tolist(), values.tolist(), errors.tolist(), strict=True)
    return tuple(_gather(*column) for column in columns)


def _gather(n: int, theta: float, se: float) -> Ability:
    if n:
        return Ability(n, theta, se)
    return Ability(0, None, None, dict.fromkeys(("theta", "se"), Reason.TOO_FEW_ITEMS))


def _eap(fit: PolytomousFit) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    expectation, nodes = Expectation(fit.ratings, MODELS[fit.model], fit.quadrature), fit.quadrature.nodes
    means, deviations = np.zeros(len(fit.ratings.chosen)), np.zeros(len(fit.ratings.chosen))
    for block in expectation.posteriors(fit.values):
        mean = block.weights @ nodes
        away = nodes - mean[:, np.newaxis]
        means[block.rows] = mean
        deviations[block.rows] = np.sqrt((block.weights * away**2).sum(axis=1))
    return means, deviations


def _mode(fit: PolytomousFit) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    modes, errors = np.zeros(len(fit.ratings.chosen)), np.zeros(len(fit.ratings.chosen))
    for first in range(0, len(modes), BLOCK):
        rows = slice(first, first + BLOCK)
        modes[rows], errors[rows] = _mode_of(fit, fit.ratings.chosen[rows])
    return modes, errors


def _mode_of(fit: PolytomousFit, chosen: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For a block of candidates at once. The log posterior is concave in both models, so that the sign of its slope
    says on which side the mode lies: Newton's step is taken while it stays between the bounds and shrinks, and the
    middle of the bounds otherwise. With steep curves Newton's method alone may jump to and fro for ever.
    """
    # No item pulls harder than its slope for each of its categories, and theta itself pulls back.
    sizes = np.array([len(own) for own in fit.ratings.used], dtype=np.float64)
    bound = 1.0 + float(np.abs(fit.values[fit.ratings.first]) @ sizes)
    theta, moved = np.zeros(len(chosen)), np.full(len(chosen), np.inf)
    low, high = np.full(len(chosen), -bound), np.full(len(chosen), bound)
    left = np.arange(len(chosen))
    for _step in range(MOST_STEPS):
        here = theta[left]
        gradient, curvature = _slope_of_posterior(fit, chosen[left], here)
        low[left], high[left] = np.where(gradient > 0, here, low[left]), np.where(gradient > 0, high[left], here)
        step = gradient / curvature
        is_newton = (here + step >= low[left]) & (here + step <= high[left]) & (np.abs(step) <= SHRINKS * moved[left])
        step = np.where(is_newton, step, (low[left] + high[left]) / 2 - here)
        theta[left], moved[left] = here + step, np.abs(step)
        left = left[np.abs(step) >= SETTLED]
        if not len(left):
            break
    return theta, 1.0 / np.sqrt(_information_of_met(fit, chosen, theta) + 1.0)


def _slope_of_posterior(fit, chosen, theta):
    """First and minus second derivative of each candidate's log posterior at the own ability."""
    model = MODELS[fit.model]
    gradient, curvature = -theta, np.ones(len(theta))
    for group in fit.ratings.groups:
        own = fit.values[group.places]
        marked = np.moveaxis(chosen[:, group.places], 0, 2)
        slopes = own[:, 0]
        gradient = gradient + slopes @ (marked * model.pulls(own, theta)).sum(axis=1)
        curvature = curvature + slopes**2 @ (marked * model.bends(own, theta)).sum(axis=1)
    return gradient, curvature


def _information_of_met(fit, chosen, theta):
    model = MODELS[fit.model]
    information = np.zeros(len(theta))
    for group in fit.ratings.groups:
        own = fit.values[group.places]
        by_item = (np.exp(model.log_chances(own, theta)) * model.pulls(own, theta) ** 2).sum(axis=1)
        is_met = chosen[:, group.places].any(axis=2).T
        information += own[:, 0] ** 2 @ (by_item * is_met)
    return information
