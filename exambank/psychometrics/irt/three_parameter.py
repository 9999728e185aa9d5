"""The three-parameter logistic model: a chance to be right by guessing, held by a prior.

``P = c + (1 - c) / (1 + exp(-(slope * theta + intercept)))`` with c the guessing parameter. Answers say little of c:
without a prior the likelihood may climb for ever, so there always is one, on the logit of c.
"""

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from exambank.psychometrics.irt.acceleration import climb
from exambank.psychometrics.irt.answers import Answers
from exambank.psychometrics.irt.quadrature import Quadrature

SCORING_STEPS = 40
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


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Slopes, intercepts and logits of guessing of k items, shape (3, k)."""

    values: NDArray[np.float64]

    def chances(self, nodes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Chance of a right answer to each item at each node, shape (k, q)."""
        slopes, intercepts, logits = self.values[:, :, np.newaxis]
        guessing = expit(logits)
        return guessing + (1.0 - guessing) * expit(slopes * nodes + intercepts)


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Expected numbers at each node: of those who met the item, and of the right answers, shape (k, q) each."""

    met: NDArray[np.float64]
    right: NDArray[np.float64]
    log_likelihood: float


def posteriors(answers: Answers, quadrature: Quadrature, curves: Curves) -> tuple[NDArray[np.float64], float]:
    """Weights of the nodes for each candidate, shape (n, q), and the marginal log-likelihood."""
    right = curves.chances(quadrature.nodes)
    of_right, of_wrong = np.log(right), np.log1p(-right)
    weights = answers.right @ (of_right - of_wrong) + (answers.papers @ of_wrong)[answers.paper_of]
    weights += quadrature.log_weights
    largest = weights.max(axis=1, keepdims=True)
    np.exp(weights - largest, out=weights)
    sums = weights.sum(axis=1, keepdims=True)
    weights /= sums
    return weights, float(np.log(sums).sum() + largest.sum())


def count(answers: Answers, quadrature: Quadrature, curves: Curves) -> Counts:
    """The E-step."""
    weights, log_likelihood = posteriors(answers, quadrature, curves)
    by_paper = np.zeros((len(answers.papers), weights.shape[1]))
    np.add.at(by_paper, answers.paper_of, weights)
    return Counts(answers.papers.T @ by_paper, answers.right.T @ weights, log_likelihood)


def maximise(counts: Counts, nodes: NDArray[np.float64], start: Curves, prior: GuessingPrior) -> Curves:
    """The M-step, by Fisher scoring: each item's three parameters given the expected counts."""
    values = start.values.copy()
    for _step in range(SCORING_STEPS):
        right, first, _second = gradients(values, nodes)
        spread = right * (1.0 - right)
        pull = (counts.right - counts.met * right) / spread
        gradient = (first * pull).sum(axis=2)
        gradient[2] -= (values[2] - prior.logit) / prior.sd**2
        information = np.einsum("ajq,bjq,jq->jab", first, first, counts.met / spread, optimize=True)
        information[:, 2, 2] += 1.0 / prior.sd**2
        information[:, [0, 1, 2], [0, 1, 2]] += 1e-10
        step = np.linalg.solve(information, gradient.T[:, :, np.newaxis])[:, :, 0].T
        step *= np.minimum(1.0, LARGEST_STEP / np.maximum(np.abs(step).max(axis=0), 1e-300))
        values += step
        if np.abs(step).max(initial=0.0) < SETTLED:
            break
    return Curves(values)


def gradients(values: NDArray[np.float64], nodes: NDArray[np.float64]):
    """Chances (k, q), their first derivatives (3, k, q), and the second ones as a dictionary of pairs."""
    slopes, intercepts, logits = values[:, :, np.newaxis]
    guessing, knowing = expit(logits), expit(slopes * nodes + intercepts)
    right = guessing + (1.0 - guessing) * knowing
    bend = knowing * (1.0 - knowing)
    by_logit, by_guess = (1.0 - guessing) * bend, guessing * (1.0 - guessing) * (1.0 - knowing)
    first = np.stack([by_logit * nodes, by_logit, by_guess])
    twice, both = by_logit * (1.0 - 2.0 * knowing), -guessing * (1.0 - guessing) * bend
    second = {(0, 0): twice * nodes**2, (0, 1): twice * nodes, (1, 1): twice, (0, 2): both * nodes, (1, 2): both,
              (2, 2): by_guess * (1.0 - 2.0 * guessing)}  # fmt: skip
    return right, first, second


def fit_curves(
    answers: Answers, quadrature: Quadrature, start: Curves, prior: GuessingPrior, *, tolerance: float, most: int
) -> tuple[Curves, int, bool, float]:
    """Curves, steps, whether they converged, and the marginal log-likelihood (without the prior)."""
    k = start.values.shape[1]

    def step(point):
        curves = Curves(point.reshape(3, k))
        counts = count(answers, quadrature, curves)
        away = (curves.values[2] - prior.logit) / prior.sd
        value = counts.log_likelihood - 0.5 * float(away @ away)
        return maximise(counts, quadrature.nodes, curves, prior).values.ravel(), value

    def is_allowed(point):
        return bool(np.isfinite(point).all() and (np.abs(point) < 30).all())

    point, steps, is_converged, _values = climb(
        step, start.values.ravel(), is_allowed=is_allowed, tolerance=tolerance, most=most
    )
    curves = Curves(point.reshape(3, k))
    return curves, steps, is_converged, count(answers, quadrature, curves).log_likelihood


def observed_information(
    answers: Answers, quadrature: Quadrature, curves: Curves, prior: GuessingPrior
) -> NDArray[np.float64]:
    """Minus the second derivatives of the marginal log-likelihood plus log prior, shape (3k, 3k), by Louis's identity.

    In the order of `Curves.values`: all slopes, all intercepts, all logits of guessing.
    """
    k = curves.values.shape[1]
    weights, _log_likelihood = posteriors(answers, quadrature, curves)
    right, first, _second = gradients(curves.values, quadrature.nodes)
    if_right, if_wrong = first / right, -first / (1.0 - right)
    met = answers.papers[answers.paper_of].astype(bool)
    is_right = answers.right.astype(bool)
    squares, means = np.zeros((3 * k, 3 * k)), np.zeros((len(weights), 3 * k))
    for node in range(len(quadrature.nodes)):
        score = np.where(is_right[:, np.newaxis], if_right[:, :, node], if_wrong[:, :, node]) * met[:, np.newaxis]
        score = score.reshape(len(weights), 3 * k)
        weighted = score * weights[:, node, np.newaxis]
        squares += weighted.T @ score
        means += weighted
    return _known(answers, quadrature, curves, prior) - (squares - means.T @ means)


def _known(answers: Answers, quadrature: Quadrature, curves: Curves, prior: GuessingPrior) -> NDArray[np.float64]:
    """What the information would be if the abilities were known: item by item."""
    k = curves.values.shape[1]
    counts = count(answers, quadrature, curves)
    right, first, second = gradients(curves.values, quadrature.nodes)
    wrong = counts.met - counts.right
    pull = counts.right / right - wrong / (1.0 - right)
    bend = counts.right / right**2 + wrong / (1.0 - right) ** 2
    known = np.zeros((3 * k, 3 * k))
    at = np.arange(k)
    for a in range(3):
        for b in range(3):
            own = (bend * first[a] * first[b] - pull * second[min(a, b), max(a, b)]).sum(axis=1)
            known[at + a * k, at + b * k] = own
    known[at + 2 * k, at + 2 * k] += 1.0 / prior.sd**2
    return known


def start_of(answers: Answers, slopes: ArrayLike, intercepts: ArrayLike, prior: GuessingPrior) -> Curves:
    """From the curves without guessing: a little steeper, as guessing had flattened them."""
    slopes, intercepts = np.asarray(slopes, dtype=np.float64), np.asarray(intercepts, dtype=np.float64)
    return Curves(np.stack([slopes * 1.2, intercepts - 0.3, np.full(len(slopes), prior.logit)]))
