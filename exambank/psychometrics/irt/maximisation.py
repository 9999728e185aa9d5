"""The M-step: the item parameters that fit expected counts best, by Newton's method, with priors where wanted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exambank.psychometrics.irt.answers import Answers
from exambank.psychometrics.irt.expectation import Moments
from exambank.psychometrics.irt.parameters import Parameters, chances

__all__ = ["Parameters", "Prior", "derivatives", "maximise"]

NEWTON_STEPS = 25
SETTLED = 1e-6  # Newton doubles the digits: the step after one so short is exact
LEAST_SLOPE = 1e-3  # under a prior of log slopes
LARGEST_STEP = 1.0  # in logits: far from the maximum Newton's own step may lead away


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed of items before they were answered: normal log slopes and intercepts around 0.

    At some 300 answers an item a plain two-parameter model gives exploding difficulties where discrimination is low.
    The estimate is the mode in the logarithm of the slope; slopes are above 0 then.

    Attributes
    ----------
    log_slope_sd, intercept_sd : float
        Standard deviations, above 0.
    """

    log_slope_sd: float = 0.5
    intercept_sd: float = 2.0

    def log_density(self, slopes: NDArray[np.float64], intercepts: NDArray[np.float64]) -> float:
        """Of all items together, constants left out."""
        logs = np.log(slopes)
        return float(
            -0.5 * (logs / self.log_slope_sd) @ (logs / self.log_slope_sd)
            - 0.5 * (intercepts / self.intercept_sd) @ (intercepts / self.intercept_sd)
        )  # fmt: skip

    def slope_terms(self, slopes: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """First and minus second derivative of the log density in each slope."""
        logs, variance = np.log(slopes), self.log_slope_sd**2
        first = -(logs / variance) / slopes
        return first, (1.0 / variance - logs / variance) / slopes**2

    def intercept_terms(self, intercepts: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
        """The same in each intercept."""
        variance = self.intercept_sd**2
        return -intercepts / variance, 1.0 / variance


def maximise(
    answers: Answers, moments: Moments, nodes: NDArray[np.float64], start: Parameters, *, is_common: bool,
    prior: Prior | None, held: NDArray[np.bool_] | None = None,
) -> Parameters:  # fmt: skip
    """The parameters with the largest expected log-likelihood (plus log prior), from `start` on.

    ``is_common``: one slope for all items (Rasch with N(0, 1) abilities); its prior does not apply then. ``held``,
    shape (k,): items that keep their values; a common slope is theirs.
    """
    slopes, intercepts = start.slopes.copy(), start.intercepts.copy()
    free = np.ones(len(slopes), dtype=bool) if held is None else ~held
    make_steps = _own_steps if not is_common else _common_step if free.all() else _intercept_steps
    for _step in range(NEWTON_STEPS):
        gradients, curvatures = derivatives(answers, moments, nodes, slopes, intercepts, None if is_common else prior)
        by_slope, by_intercept = (step * free for step in make_steps(gradients, curvatures))
        largest = max(np.abs(by_slope).max(initial=0.0), np.abs(by_intercept).max(initial=0.0))
        share = min(1.0, LARGEST_STEP / largest) if largest > 0 else 1.0
        slopes, intercepts = slopes + share * by_slope, intercepts + share * by_intercept
        if prior is not None:
            slopes = np.where(free, np.maximum(slopes, LEAST_SLOPE), slopes)
        if largest < SETTLED:
            break
    return Parameters(slopes, intercepts)


def derivatives(answers, moments, nodes, slopes, intercepts, prior):
    """Gradients (slope, intercept) and minus second derivatives (slope, both, intercept) of each item."""
    right = chances(slopes, intercepts, nodes)
    expected_right = moments.expected * right
    spread = expected_right * (1.0 - right)
    gradients = [moments.right_ability - expected_right @ nodes, answers.right_counts - expected_right.sum(axis=1)]
    curvatures = [spread @ nodes**2, spread @ nodes, spread.sum(axis=1)]
    if prior is not None:
        for place, (first, second) in ((0, prior.slope_terms(slopes)), (1, prior.intercept_terms(intercepts))):
            gradients[place] = gradients[place] + first
            curvatures[2 * place] = curvatures[2 * place] + second
    return gradients, curvatures


def _own_steps(gradients, curvatures):
    """Newton's step of each item, two by two; towards the maximum also where the prior's curvature is negative."""
    (by_slope, by_intercept), (slope2, both, intercept2) = gradients, curvatures
    intercept2 = np.maximum(intercept2, 1e-10)
    slope2 = np.maximum(slope2, both**2 / intercept2 * (1 + 1e-9) + 1e-10)
    determinant = slope2 * intercept2 - both**2
    return (
        (intercept2 * by_slope - both * by_intercept) / determinant,
        (slope2 * by_intercept - both * by_slope) / determinant,
    )


def _common_step(gradients, curvatures):
    """One step for the slope of all, given the best answer of each intercept to it."""
    (by_slope, by_intercept), (slope2, both, intercept2) = gradients, curvatures
    intercept2 = np.maximum(intercept2, 1e-10)
    curvature = max(slope2.sum() - (both**2 / intercept2).sum(), 1e-10)
    step = (by_slope.sum() - (both * by_intercept / intercept2).sum()) / curvature
    return np.full_like(by_slope, step), (by_intercept - both * step) / intercept2


def _intercept_steps(gradients, curvatures):
    """The slope is given: each intercept on its own."""
    (_by_slope, by_intercept), (_slope2, _both, intercept2) = gradients, curvatures
    return np.zeros_like(by_intercept), by_intercept / np.maximum(intercept2, 1e-10)
