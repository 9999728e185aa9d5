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

    def log_density(self, values: NDArray[np.float64], *, is_common: bool = False) -> NDArray[np.float64]:
        """Of each item, constants left out, shape (g,); `values` as in `models`.

        ``is_common``: the items have one slope, which is believed in once; each carries its part.
        """
        logs, intercepts = np.log(values[:, 0]) / self.log_slope_sd, values[:, 1:] / self.intercept_sd
        return -0.5 * logs**2 / _sharers(values, is_common) - 0.5 * (intercepts**2).sum(axis=1)

    def gradient(self, values: NDArray[np.float64], *, is_common: bool = False) -> NDArray[np.float64]:
        """Of the log density in each value, shape (g, c)."""
        gradient = -values / self.intercept_sd**2
        gradient[:, 0] = -np.log(values[:, 0]) / self.log_slope_sd**2 / values[:, 0] / _sharers(values, is_common)
        return gradient

    def curvature(self, values: NDArray[np.float64], *, is_common: bool = False) -> NDArray[np.float64]:
        """Minus the second derivative in each value, shape (g, c): below 0 where a slope is above e."""
        curvature = np.full_like(values, 1.0 / self.intercept_sd**2)
        of_slope = (1.0 - np.log(values[:, 0])) / self.log_slope_sd**2 / values[:, 0] ** 2
        curvature[:, 0] = of_slope / _sharers(values, is_common)
        return curvature


def _sharers(values: NDArray[np.float64], is_common: bool) -> int:
    return len(values) if is_common else 1


def maximise(
    model: CategoryModel, nodes: NDArray[np.float64], counts: NDArray[np.float64], start: NDArray[np.float64],
    prior: PolytomousPrior | None, *, is_common: bool = False,
) -> NDArray[np.float64]:  # fmt: skip
    """The values with the largest ``sum counts * log chance`` (plus log prior) of g items at once, from `start` on.

    Concave in both models, so that Newton's step always points uphill; a step too long is halved until it has climbed
    and until the model exists where it leads. A few steps do: the E-step that follows moves the maximum anyway.
    ``is_common``: the g items have one slope, and climb together.
    """
    hill = _Hill(model, nodes, counts, prior, is_common)
    values = start
    height = hill.height(values)
    for _step in range(NEWTON_STEPS):
        better, height = _climb(hill, values, height, hill.newton(values))
        moved = np.abs(better - values).max(initial=0.0)
        values = better
        if moved < SETTLED:
            break
    return values


@dataclass(frozen=True, slots=True, eq=False)
class _Hill:
    """What g items climb: each its own, or with a common slope one for all, whose height each of them is told."""

    model: CategoryModel
    nodes: NDArray[np.float64]
    counts: NDArray[np.float64]
    prior: PolytomousPrior | None
    is_common: bool

    def height(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        height = (self.counts * self.model.log_chances(values, self.nodes)).sum(axis=(1, 2))
        if self.prior is not None:
            height += self.prior.log_density(values, is_common=self.is_common)
        return np.full(len(values), height.sum()) if self.is_common else height

    def is_open(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether the model, and the prior, exist there."""
        allowed = is_allowed(self.model, values, self.prior)
        return np.full(len(values), allowed.all()) if self.is_common else allowed

    def newton(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The step of each item, shape (g, c); no longer than ``LARGEST_STEP``."""
        gradient = np.einsum("gpcq,gcq->gp", self.model.scores(values, self.nodes), self.counts)
        curvature = self.model.curvature(values, self.nodes, self.counts)
        own = np.arange(values.shape[1])
        if self.prior is not None:
            gradient += self.prior.gradient(values, is_common=self.is_common)
            curvature[:, own, own] += np.maximum(self.prior.curvature(values, is_common=self.is_common), 0.0)
        curvature[:, own, own] += 1e-12 * curvature[:, own, own] + 1e-10
        if self.is_common:
            step = _common_step(gradient, curvature)
            gain, longest = np.array([(gradient * step).sum()]), np.abs(step).max(initial=0.0, keepdims=True)
        else:
            step = np.linalg.solve(curvature, gradient[:, :, np.newaxis])[:, :, 0]
            gain, longest = (gradient * step).sum(axis=1), np.abs(step).max(axis=1, keepdims=True)
        step *= (gain > NO_GAIN)[:, np.newaxis]
        return step * np.minimum(1.0, LARGEST_STEP / np.maximum(longest, 1e-300))


def _common_step(gradient: NDArray[np.float64], curvature: NDArray[np.float64]) -> NDArray[np.float64]:
    """One step for the slope of all, given the best answer of each item's intercepts to it."""
    both = curvature[:, 1:, 0]
    answers = np.linalg.solve(curvature[:, 1:, 1:], np.stack([gradient[:, 1:], both], axis=2))
    alone, to_slope = answers[:, :, 0], answers[:, :, 1]
    of_slope = (gradient[:, 0] - (both * alone).sum(axis=1)).sum()
    of_slope /= (curvature[:, 0, 0] - (both * to_slope).sum(axis=1)).sum()
    return np.column_stack([np.full(len(gradient), of_slope), alone - to_slope * of_slope])


def _climb(hill: _Hill, values, height, step):
    """Each item along its step, halved as often as it must be; an item that cannot climb stays."""
    is_left = np.ones(len(values), dtype=bool)
    for _halving in range(HALVINGS):
        aim = values + step
        is_open = is_left & hill.is_open(aim)
        aim = np.where(is_open[:, np.newaxis], aim, values)
        found = hill.height(aim)
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
