"""What a fitted model says of each candidate's ability, and how sure that is."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from exambank.psychometrics.arrays import Reason
from exambank.psychometrics.irt.expectation import BLOCK, Expectation
from exambank.psychometrics.irt.fitting import LogisticFit
from exambank.psychometrics.irt.parameters import Parameters, chances

METHODS = ("eap", "map", "ml")
NEWTON_STEPS = 100
SETTLED = 1e-10
LARGEST_STEP = 1.0
FARTHEST = 20.0  # a maximum beyond is none: all answers right, or all wrong


@dataclass(frozen=True, slots=True)
class Ability:
    """One candidate. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n : int
        Items with a curve that the candidate met.
    theta : float or None
        In standard deviations of the reference group, its mean at 0, or on the scale of the items that were held.
    se : float or None
        Posterior standard deviation for "eap", from the information for "map" and "ml".
    undefined : dict of str to Reason
        For each attribute that is None, why.
    """

    n: int
    theta: float | None
    se: float | None
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


def abilities(fit: LogisticFit, *, method: str = "eap") -> tuple[Ability, ...]:
    """Estimate the ability of every candidate the model was fitted to, in their order.

    Parameters
    ----------
    fit : LogisticFit
    method : "eap", "map" or "ml"
        Posterior mean; posterior mode; the value that makes the answers likeliest, which does not exist for a
        candidate with everything right or everything wrong.

    Raises
    ------
    ValueError
        If the method is unknown.

    Notes
    -----
    Posterior under the distribution of the candidate's own group; for "eap" under its weights at the nodes. With sd
    its standard deviation, ``se = 1 / sqrt(I + 1 / sd^2)`` for "map" and ``1 / sqrt(I)`` for "ml", I being the observed
    information of the answers at the estimate: the test information where nobody guesses. Under guessing the
    likelihood may have several maxima; the search starts from the best node.

    References
    ----------
    Bock, R. D. & Mislevy, R. J. (1982). Adaptive EAP estimation of ability in a microcomputer environment. Applied
    Psychological Measurement 6, 431-444.
    """
    if method not in METHODS:
        raise ValueError(f"the method is one of {', '.join(METHODS)}, not {method!r}")
    if not len(fit.columns):
        return (_without_items(),) * len(fit.answers.right)
    counts = fit.answers.papers.sum(axis=1)[fit.answers.paper_of]
    values, errors = _eap(fit) if method == "eap" else _mode(fit, has_prior=method == "map")
    columns = zip(counts.astype(int).tolist(), values.tolist(), errors.tolist(), strict=True)
    return tuple(_gather(*column) for column in columns)


def _without_items() -> Ability:
    return Ability(0, None, None, dict.fromkeys(("theta", "se"), Reason.TOO_FEW_ITEMS))


def _gather(n: int, theta: float, se: float) -> Ability:
    if not n:
        return _without_items()
    if not np.isfinite(theta):
        return Ability(n, None, None, dict.fromkeys(("theta", "se"), Reason.CONSTANT_SCORE))
    return Ability(n, theta, se)


def _eap(fit: LogisticFit) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    expectation, nodes = Expectation(fit.answers, *fit.quadratures), fit.quadrature.nodes
    means, deviations = np.empty(len(fit.answers.right)), np.empty(len(fit.answers.right))
    own = fit.parameters
    for block in expectation.posteriors(own.slopes, own.intercepts, own.guessing):
        mean = block.weights @ nodes
        means[block.rows] = mean
        squares = block.weights @ nodes**2 - mean**2
        deviations[block.rows] = np.sqrt(np.maximum(squares, 0.0))
    return means, deviations


def _mode(fit: LogisticFit, *, has_prior: bool):
    """Newton's method, block by block; infinity where the likelihood has no maximum."""
    answers, own = fit.answers, fit.parameters
    groups = answers.paper_groups[answers.paper_of]
    middle = np.array([group.mean or 0.0 for group in fit.groups])[groups]
    precision = np.array([(group.sd or 1.0) ** -2.0 for group in fit.groups])[groups] * has_prior
    theta, errors = np.zeros(len(answers.right)), np.zeros(len(answers.right))
    for first in range(0, len(theta), BLOCK):
        rows = slice(first, first + BLOCK)
        right, met = answers.right[rows], answers.papers[answers.paper_of[rows]]
        search = _Search(own, fit.quadrature.nodes, right, met, middle[rows], precision[rows])
        theta[rows], errors[rows] = search.mode()
    return theta, errors


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """For the modes of b candidates: right answers and items met, shape (b, k); centre and precision of the prior."""

    items: Parameters
    nodes: NDArray[np.float64]
    right: NDArray[np.float64]
    met: NDArray[np.float64]
    middle: NDArray[np.float64]
    precision: NDArray[np.float64]

    def mode(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        theta = self._best_node() if self.items.has_guessing else np.zeros(len(self.right))
        moving = np.arange(len(theta))
        for _step in range(NEWTON_STEPS):
            own = self._only(moving)
            gradient, observed, expected = own._derivatives(theta[moving])
            curvature = np.where(observed > 0.1 * expected, observed, expected)  # uphill also where it is not concave
            step = np.clip(gradient / np.maximum(curvature, 1e-10), -LARGEST_STEP, LARGEST_STEP)
            before = theta[moving]
            theta[moving] = np.clip(before + step, -FARTHEST, FARTHEST)
            moving = moving[np.abs(theta[moving] - before) >= SETTLED]
            if not len(moving):
                break
        _gradient, observed, _expected = self._derivatives(theta)
        is_lost = (np.abs(theta) >= FARTHEST) | (observed < 1e-10)
        return np.where(is_lost, np.inf, theta), 1.0 / np.sqrt(np.maximum(observed, 1e-10))

    def _only(self, rows: NDArray[np.intp]) -> "_Search":
        if len(rows) == len(self.right):
            return self
        return _Search(
            self.items, self.nodes, self.right[rows], self.met[rows], self.middle[rows], self.precision[rows]
        )  # fmt: skip

    def _derivatives(self, theta):
        """Gradient, minus second derivative, and the expected value of the latter."""
        slopes, guessing = self.items.slopes, self.items.guessing
        right = self.items.chances(theta).T
        knowing = chances(slopes, self.items.intercepts, theta).T
        share = np.divide(knowing, right, out=np.ones_like(right), where=right > 0)  # of right answers that know
        by_prior = -(theta - self.middle) * self.precision
        gradient = (self.right * share - self.met * knowing) @ slopes + by_prior
        bend = knowing * (1.0 - knowing)
        guesses = np.divide(guessing, right, out=np.zeros_like(right), where=right > 0)
        guessed = guesses * share * (1.0 - knowing)
        observed = (self.met * bend - self.right * guessed) @ slopes**2
        expected = (self.met * bend * share * (1.0 - guessing)) @ slopes**2
        return gradient, observed + self.precision, expected + self.precision

    def _best_node(self):
        gain, of_wrong = self.items.log_odds(self.nodes)
        values = self.right @ gain + self.met @ of_wrong
        values -= 0.5 * self.precision[:, np.newaxis] * (self.nodes - self.middle[:, np.newaxis]) ** 2
        return self.nodes[values.argmax(axis=1)]
