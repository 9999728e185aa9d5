"""The M-step: the parameters that fit expected counts best, by Newton's method, with priors where wanted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exambank.psychometrics.polytomous.models import CategoryModel

NEWTON_STEPS = 10
SETTLED = 1e-9  # Newton's method squares its error: after a step this short nothing is left
LARGEST_STEP = 1.0  # in logits: far from the maximum Newton's own step may lead away
HALVINGS = 12
NO_GAIN = 1e-16  # in log-likelihood: on a plateau Newton's steps would wander without end
FARTHEST = 50.0  # in logits: a likelihood that climbs for ever is left there
SMALLEST_SLOPE = 1e-3  # with a prior on its logarithm


@dataclass(frozen=True, slots=True)
class PolytomousPrior:
    """What is believed of items before they were answered: normal log slopes and category intercepts around 0.

    With few answers a category, a plain fit gives exploding thresholds where discrimination is low. The estimate is the
    mode in the logarithm of the slope; slopes are above 0 then.

    Attributes
    ----------
    log_slope_sd, intercept_sd : float
        Standard deviations, above 0. The same as for items scored 0 or 1.

    Raises
    ------
    ValueError
        If a standard deviation is not above 0.
    """

    log_slope_sd: float = 0.5
    intercept_sd: float = 2.0

    def __post_init__(self):
        if not (self.log_slope_sd > 0 and self.intercept_sd > 0):
            raise ValueError("a prior needs standard deviations above 0")

    def log_density(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of each item, constants left out, shape (g,); `values` as in `models`."""
        logs, intercepts = np.log(values[:, 0]) / self.log_slope_sd, values[:, 1:] / self.intercept_sd
        return -0.5 * logs**2 - 0.5 * (intercepts**2).sum(axis=1)

    def gradient(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of the log density in each value, shape (g, c)."""
        gradient = -values / self.intercept_sd**2
        gradient[:, 0] = -np.log(values[:, 0]) / self.log_slope_sd**2 / values[:, 0]
        return gradient

    def curvature(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Minus the second derivative in each value, shape (g, c): below 0 where a slope is above e."""
        curvature = np.full_like(values, 1.0 / self.intercept_sd**2)
        curvature[:, 0] = (1.0 - np.log(values[:, 0])) / self.log_slope_sd**2 / values[:, 0] ** 2
        return curvature


def maximise(
    model: CategoryModel, nodes: NDArray[np.float64], counts: NDArray[np.float64], start: NDArray[np.float64],
    prior: PolytomousPrior | None,
) -> NDArray[np.float64]:  # fmt: skip
    """The values with the largest ``sum counts * log chance`` (plus log prior) of g items at once, from `start` on.

    Concave in both models, so that Newton's step always points uphill; a step too long is halved until it has climbed
    and until the model exists where it leads. A few steps do: the E-step that follows moves the maximum anyway.
    """
    values = start
    height = _height(model, nodes, counts, values, prior)
    for _step in range(NEWTON_STEPS):
        step = _newton(model, nodes, counts, values, prior)
        better, height = _climb(model, nodes, counts, values, height, step, prior)
        moved = np.abs(better - values).max(initial=0.0)
        values = better
        if moved < SETTLED:
            break
    return values


def _height(model, nodes, counts, values, prior):
    height = (counts * model.log_chances(values, nodes)).sum(axis=(1, 2))
    return height if prior is None else height + prior.log_density(values)


def _newton(model, nodes, counts, values, prior):
    gradient = np.einsum("gpcq,gcq->gp", model.scores(values, nodes), counts)
    curvature = model.curvature(values, nodes, counts)
    own = np.arange(values.shape[1])
    if prior is not None:
        gradient += prior.gradient(values)
        curvature[:, own, own] += np.maximum(prior.curvature(values), 0.0)
    curvature[:, own, own] += 1e-12 * curvature[:, own, own] + 1e-10
    step = np.linalg.solve(curvature, gradient[:, :, np.newaxis])[:, :, 0]
    step *= ((gradient * step).sum(axis=1) > NO_GAIN)[:, np.newaxis]
    longest = np.abs(step).max(axis=1, keepdims=True)
    return step * np.minimum(1.0, LARGEST_STEP / np.maximum(longest, 1e-300))


def _climb(model, nodes, counts, values, height, step, prior):
    """Each item along its step, halved as often as it must be; an item that cannot climb stays."""
    is_left = np.ones(len(values), dtype=bool)
    for _halving in range(HALVINGS):
        aim = values + step
        is_open = is_left & is_allowed(model, aim, prior)
        aim = np.where(is_open[:, np.newaxis], aim, values)
        found = _height(model, nodes, counts, aim, prior)
        has_climbed = is_open & (found >= height - 1e-13 * np.abs(height))
        values = np.where(has_climbed[:, np.newaxis], aim, values)
        height = np.where(has_climbed, found, height)
        is_left &= ~has_climbed
        if not is_left.any():
            break
        step = step / 2
    return values, height


def is_allowed(model: CategoryModel, values: NDArray[np.float64], prior: PolytomousPrior | None) -> NDArray[np.bool_]:
    """Whether the model, and the prior, exist at the values of each item, shape (g,)."""
    allowed = (np.abs(values) <= FARTHEST).all(axis=1) & model.is_valid(values)
    return allowed & (values[:, 0] > SMALLEST_SLOPE) if prior is not None else allowed
