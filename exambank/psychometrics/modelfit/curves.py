"""The curves of a fitted model, whichever it is, and what they expect of the candidates."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from exambank.psychometrics.irt.abilities import abilities
from exambank.psychometrics.irt.fitting import LogisticFit

BLOCK = 4096  # candidates at a time, so that memory does not grow with them
CERTAIN = 1e-12  # a chance nearer to 0 or 1 is taken for this: its logarithm must exist
VERY_FAR = 20.0
BEYOND = 0.1  # an ability without a maximum lies this far beyond the outermost that has one, as in R's mirt


@dataclass(frozen=True, slots=True, eq=False)
class FittedCurves:
    """``P = c + (1 - c) / (1 + exp(-(slope * theta + intercept)))`` of m items, shape (m,) each."""

    slopes: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    guessing: NDArray[np.float64]

    def chances(self, thetas: NDArray[np.float64]) -> NDArray[np.float64]:
        """Chance of a right answer at each ability, shape (t, m), strictly between 0 and 1."""
        knowing = expit(thetas[:, np.newaxis] * self.slopes + self.intercepts)
        return np.clip(self.guessing + (1.0 - self.guessing) * knowing, CERTAIN, 1.0 - CERTAIN)

    def gradients(self, thetas: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        """How the chances move with slope, intercept and guessing, shape (t, m) each."""
        knowing = expit(thetas[:, np.newaxis] * self.slopes + self.intercepts)
        by_intercept = (1.0 - self.guessing) * knowing * (1.0 - knowing)
        return by_intercept * thetas[:, np.newaxis], by_intercept, 1.0 - knowing


def curves_of(fit: LogisticFit) -> FittedCurves:
    """The curves of the items that have one, in the order of `fit.columns`."""
    own = [fit.items[column] for column in fit.columns.tolist()]
    values = ([getattr(item, name) for item in own] for name in ("slope", "intercept", "guessing"))
    return FittedCurves(*(np.array(column, dtype=np.float64) for column in values))


def parameters_per_item(fit: LogisticFit) -> int:
    """Slope and intercept, and guessing where the model has it; a common slope counts in every item."""
    return 3 if fit.model == "3pl" else 2


def complete_rows(fit: LogisticFit) -> NDArray[np.intp]:
    """The candidates who met every item that has a curve."""
    met_all = fit.answers.papers.all(axis=1)[fit.answers.paper_of]
    return np.flatnonzero(met_all) if len(fit.columns) else np.zeros(0, dtype=np.intp)


def groups_of(fit: LogisticFit, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """The group of each of these candidates, by its place in `fit.groups`."""
    return fit.answers.paper_groups[fit.answers.paper_of[rows]]


def node_weights(fit: LogisticFit, group: int = 0) -> NDArray[np.float64]:
    """The group's distribution over the nodes of the quadrature; sums to 1."""
    weights = np.exp(fit.quadratures[group].log_weights)
    return weights / weights.sum()


def estimated_thetas(fit: LogisticFit, method: str) -> NDArray[np.float64]:
    """One finite ability for every candidate, shape (n,); NaN for who met no item.

    All right or all wrong, or with guessing no more right than guesses, has no likeliest ability: such a candidate is
    placed a little beyond the outermost that have one, and at 0 where nobody has.
    """
    found = abilities(fit, method=method)
    thetas = np.array([np.nan if one.theta is None else one.theta for one in found], dtype=np.float64)
    has_met = np.array([one.n > 0 for one in found], dtype=bool)
    is_lost = has_met & np.isnan(thetas)
    if is_lost.any():
        finite = thetas[~np.isnan(thetas)]
        lowest, highest = (finite.min() - BEYOND, finite.max() + BEYOND) if len(finite) else (0.0, 0.0)
        thetas[is_lost] = np.where(_is_high(fit, is_lost), highest, lowest)
    return thetas


def _is_high(fit: LogisticFit, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether their answers are likelier at a very high ability than at a very low one, where guesses are right too."""
    right, met = fit.answers.right[chosen], fit.answers.papers[fit.answers.paper_of[chosen]]
    chances = curves_of(fit).chances(np.array([-VERY_FAR, VERY_FAR]))
    low, high = (right @ (np.log(chances) - np.log1p(-chances)).T + met @ np.log1p(-chances).T).T
    return high > low


def blocks(n: int) -> Iterator[slice]:
    """Slices of the candidates."""
    return (slice(first, first + BLOCK) for first in range(0, n, BLOCK))
