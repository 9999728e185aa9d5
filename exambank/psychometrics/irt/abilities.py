"""What a fitted model says of each candidate's ability, and how sure that is."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from exambank.psychometrics.arrays import Reason
from exambank.psychometrics.irt.answers import Answers
from exambank.psychometrics.irt.expectation import Expectation, chances
from exambank.psychometrics.irt.fitting import LogisticFit
from exambank.psychometrics.irt.maximisation import Parameters

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
        In standard deviations of the group that the model was fitted to, its mean at 0.
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
    Posterior under N(0, 1), or the quadrature's own weights for "eap". ``se = 1 / sqrt(I + 1)`` for "map" and
    ``1 / sqrt(I)`` for "ml", with I the test information at the estimate.

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
    values, errors = _eap(fit) if method == "eap" else _mode(fit.answers, fit.parameters, has_prior=method == "map")
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
    expectation, nodes = Expectation(fit.answers, fit.quadrature), fit.quadrature.nodes
    means, deviations = np.empty(len(fit.answers.right)), np.empty(len(fit.answers.right))
    own = fit.parameters
    for block in expectation.posteriors(own.slopes, own.intercepts):
        mean = block.weights @ nodes
        means[block.rows] = mean
        squares = block.weights @ nodes**2 - mean**2
        deviations[block.rows] = np.sqrt(np.maximum(squares, 0.0))
    return means, deviations


def _mode(answers: Answers, own: Parameters, *, has_prior: bool):
    """Newton's method for all candidates at once; infinity where the likelihood has no maximum."""
    theta = np.zeros(len(answers.right))
    prior = 1.0 if has_prior else 0.0
    sums = answers.right @ own.slopes
    met = answers.papers[answers.paper_of]
    information = np.zeros_like(theta)
    for _step in range(NEWTON_STEPS):
        right = met * chances(own.slopes, own.intercepts, theta).T
        gradient = sums - right @ own.slopes - prior * theta
        information = (right * (1.0 - right)) @ own.slopes**2 + prior
        step = np.clip(gradient / np.maximum(information, 1e-10), -LARGEST_STEP, LARGEST_STEP)
        theta = np.clip(theta + step, -FARTHEST, FARTHEST)
        if np.abs(step).max(initial=0.0) < SETTLED:
            break
    is_lost = (np.abs(theta) >= FARTHEST) | (information < 1e-10)
    theta = np.where(is_lost, np.inf, theta)
    return theta, 1.0 / np.sqrt(np.maximum(information, 1e-10))
