"""The three-parameter logistic model: a chance to be right by guessing, held by a prior.

``P = c + (1 - c) / (1 + exp(-(slope * theta + intercept)))`` with c the guessing parameter. Answers say little of c:
without a prior the likelihood may climb for ever, so there always is one, on the logit of c.
"""

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from exambank.psychometrics.irt.expectation import Moments
from exambank.psychometrics.irt.maximisation import LEAST_SLOPE, Prior

SCORING_STEPS = 10  # of each M-step: the next one goes on where this one ended
SETTLED = 1e-11
LARGEST_STEP = 1.0


@dataclass(frozen=True, slots=True)
class GuessingPrior:
    """What is believed of guessing before an item was answered: its logit ~ N(logit, sd).

    Attributes
    ----------
    logit : float
        0.2 as a logit unless told: five options, or four and a little knowledge.
    sd : float
        Above 0.
    """

    logit: float = log(0.2 / 0.8)
    sd: float = 0.5

    def log_density(self, logits: NDArray[np.float64]) -> float:
        """Of all items together, constants left out."""
        away = (logits - self.logit) / self.sd
        return -0.5 * float(away @ away)


@dataclass(frozen=True, slots=True, eq=False)
class Derivatives:
    """What moves the chance P of k items at q nodes, by slope, intercept and logit of guessing.

    All are divided by P and by 1 - P, in a form that holds where these are too small to be told from 0.

    Attributes
    ----------
    over_right, over_wrong : float array, shape (3, k, q)
        First derivatives of P.
    second_over_right, second_over_wrong : dict of (int, int) to float array, shape (k, q)
        Second derivatives of P by the pairs of parameters.
    """

    over_right: NDArray[np.float64]
    over_wrong: NDArray[np.float64]
    second_over_right: dict[tuple[int, int], NDArray[np.float64]]
    second_over_wrong: dict[tuple[int, int], NDArray[np.float64]]


def derivatives_at(values: NDArray[np.float64], nodes: NDArray[np.float64]) -> Derivatives:
    """Of the items with these slopes, intercepts and logits of guessing, shape (3, k)."""
    slopes, intercepts, logits = values[:, :, np.newaxis]
    at = slopes * nodes + intercepts
    guessing, knowing = expit(logits), expit(at)
    wrong, right = (1.0 - guessing) * expit(-at), guessing + (1.0 - guessing) * knowing
    shares = np.ones_like(right), np.zeros_like(right)  # of right answers: of those who know, and who guess or know
    for share, part in zip(shares, (knowing, guessing), strict=True):
        np.divide(part, right, out=share, where=right > 0)
    knows, guesses = shares
    by_logit = knows * wrong
    over_right = np.stack([by_logit * nodes, by_logit, guesses * wrong])
    over_wrong = np.stack([knowing * nodes, knowing, guessing * np.ones_like(knowing)])
    bend = 1.0 - 2.0 * knowing
    return Derivatives(over_right, over_wrong, *(
        {(0, 0): by * bend * nodes**2, (0, 1): by * bend * nodes, (1, 1): by * bend,
         (0, 2): -guessing * by * nodes, (1, 2): -guessing * by, (2, 2): guess * (1.0 - 2.0 * guessing)}
        for _of_slope, by, guess in (over_right, over_wrong)
    ))  # fmt: skip


def maximise_guessing(
    moments: Moments, nodes: NDArray[np.float64], start: NDArray[np.float64], *, guessing_prior: GuessingPrior,
    prior: Prior | None = None, held: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:  # fmt: skip
    """The M-step, by Fisher scoring: each item's three parameters given the expected counts, shape (3, k).

    ``held``, shape (k,): items that keep their values.
    """
    values, free = start.copy(), np.ones(start.shape[1], dtype=bool) if held is None else ~held
    own, met = values[:, free], np.broadcast_to(moments.expected, moments.right.shape)[free]
    for _step in range(SCORING_STEPS):
        gradient, information = _scores(own, met, moments.right[free], nodes, guessing_prior, prior)
        step = np.linalg.solve(information, gradient.T[:, :, np.newaxis])[:, :, 0].T
        step *= np.minimum(1.0, LARGEST_STEP / np.maximum(np.abs(step).max(axis=0), 1e-300))
        own = own + step
        if prior is not None:
            own[0] = np.maximum(own[0], LEAST_SLOPE)
        if np.abs(step).max(initial=0.0) < SETTLED:
            break
    values[:, free] = own
    return values


def _scores(values, met, right, nodes, guessing_prior, prior):
    """Gradient (3, k) and expected information (k, 3, 3) of each item."""
    here = derivatives_at(values, nodes)
    gradient = _pull(here.over_right, here.over_wrong, met, right)
    gradient[2] -= (values[2] - guessing_prior.logit) / guessing_prior.sd**2
    information = np.einsum("ajq,bjq,jq->jab", here.over_right, here.over_wrong, met, optimize=True)
    information[:, 2, 2] += 1.0 / guessing_prior.sd**2
    if prior is not None:
        for place, (first, second) in enumerate((prior.slope_terms(values[0]), prior.intercept_terms(values[1]))):
            gradient[place] += first
            information[:, place, place] += np.maximum(second, 0.0)
    information[:, [0, 1, 2], [0, 1, 2]] += 1e-10
    return gradient, information


def _pull(if_right, if_wrong, met, right):
    return (if_right * right - if_wrong * (met - right)).sum(axis=-1)


def gradient_of(values, moments, nodes, guessing_prior, prior=None):
    """Of the marginal log-likelihood plus log prior, shape (3, k), by Fisher's identity."""
    return _scores(values, moments.expected, moments.right, nodes, guessing_prior, prior)[0]


def known_information(
    values: NDArray[np.float64], moments: Moments, nodes: NDArray[np.float64], guessing_prior: GuessingPrior,
    prior: Prior | None = None,
) -> dict[tuple[int, int], NDArray[np.float64]]:  # fmt: skip
    """What the information of each item would be if the abilities were known, shape (k,) by pairs of its parameters."""
    here = derivatives_at(values, nodes)
    right, wrong = moments.right, moments.expected - moments.right
    known = {}
    for a, b in here.second_over_right:
        own = here.over_right[a] * here.over_right[b] - here.second_over_right[a, b]
        other = here.over_wrong[a] * here.over_wrong[b] + here.second_over_wrong[a, b]
        known[a, b] = (right * own + wrong * other).sum(axis=1)
    known[2, 2] += 1.0 / guessing_prior.sd**2
    if prior is not None:
        known[0, 0] += prior.slope_terms(values[0])[1]
        known[1, 1] += prior.intercept_terms(values[1])[1]
    return known
