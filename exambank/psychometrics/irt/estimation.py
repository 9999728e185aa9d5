"""Marginal maximum likelihood by accelerated EM: items and distributions of groups together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from exambank.psychometrics.irt.acceleration import climb
from exambank.psychometrics.irt.answers import Answers
from exambank.psychometrics.irt.distributions import fit_normal
from exambank.psychometrics.irt.expectation import Expectation, Moments
from exambank.psychometrics.irt.maximisation import LEAST_SLOPE, Prior, maximise
from exambank.psychometrics.irt.parameters import Parameters
from exambank.psychometrics.irt.three_parameter import GuessingPrior, maximise_guessing

FARTHEST = {"1pl": 50.0, "2pl": 50.0, "3pl": 30.0}  # beyond, an accelerated step is not believed


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What is to be estimated, of k items and g groups.

    Attributes
    ----------
    model : "1pl", "2pl" or "3pl"
    expectation : Expectation
        The answers, and the distributions that the groups start from; those that are not free keep them.
    start : Parameters
        Of all items; those that are held keep them.
    held : bool array, shape (k,)
    free_groups : int array
        Groups whose mean and standard deviation are estimated.
    prior, guessing_prior : Prior and GuessingPrior, or None
        The latter for "3pl" alone, always.
    """

    model: str
    expectation: Expectation
    start: Parameters
    held: NDArray[np.bool_]
    free_groups: NDArray[np.intp]
    prior: Prior | None = None
    guessing_prior: GuessingPrior | None = None

    @property
    def n_parameters(self) -> int:
        free, is_tied = int((~self.held).sum()), self.model == "1pl" and not self.held.any()
        per_item = {"1pl": 1, "2pl": 2, "3pl": 3}[self.model]
        return per_item * free + (1 if is_tied and free else 0) + 2 * len(self.free_groups)

    def pack(self, values: NDArray[np.float64], groups: NDArray[np.float64]) -> NDArray[np.float64]:
        """One vector of what is estimated: of the free items the rows of `values`, then means and log deviations."""
        return np.concatenate([values[:, ~self.held].ravel(), groups.ravel()])

    def unpack(self, point: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Slopes, intercepts and for "3pl" logits of guessing of all items, (2 or 3, k); means and log deviations."""
        values = self.start_values()
        size = len(point) - 2 * len(self.free_groups)
        values[:, ~self.held] = point[:size].reshape(len(values), -1)
        return values, point[size:].reshape(2, -1)

    def start_values(self) -> NDArray[np.float64]:
        rows = [self.start.slopes, self.start.intercepts]
        return np.stack([*rows, logit(self.start.guessing)] if self.model == "3pl" else rows)

    def parameters(self, values: NDArray[np.float64]) -> Parameters:
        return Parameters(values[0], values[1], expit(values[2]) if len(values) == 3 else np.zeros(values.shape[1]))

    def under(self, groups: NDArray[np.float64]) -> Expectation:
        """The answers with the groups of these means and log deviations, shape (2, free groups)."""
        quadratures = list(self.expectation.quadratures)
        for group, mean, log_sd in zip(self.free_groups.tolist(), *groups.tolist(), strict=True):
            quadratures[group] = quadratures[group].normal(mean, float(np.exp(log_sd)))
        return self.expectation.under(quadratures)

    def log_prior(self, values: NDArray[np.float64]) -> float:
        """Of the free items."""
        free = values[:, ~self.held]
        density = self.prior.log_density(free[0], free[1]) if self.prior else 0.0
        return density + (self.guessing_prior.log_density(free[2]) if self.guessing_prior else 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """Where the climb ended.

    Attributes
    ----------
    values : float array, shape (2 or 3, k)
        Slopes, intercepts, and logits of guessing.
    parameters : Parameters
    groups : float array, shape (2, free groups)
        Means and standard deviations.
    expectation : Expectation
        The answers under these distributions.
    moments : Moments
        The last E-step, with the marginal log-likelihood.
    steps, is_converged
    path : tuple of float
        The log-likelihood plus log prior of every point on the way; it never falls.
    """

    values: NDArray[np.float64]
    parameters: Parameters
    groups: NDArray[np.float64]
    expectation: Expectation
    moments: Moments
    steps: int
    is_converged: bool
    path: tuple[float, ...]


def start_of(answers: Answers, model: str, guessing_prior: GuessingPrior | None = None) -> Parameters:
    """From the shares of right answers, as if abilities were known to be normal."""
    share = (answers.right_counts + 0.5) / (answers.counts + 1.0)
    intercepts = 1.1 * np.log(share / (1.0 - share))
    if model != "3pl":
        return Parameters(np.ones(len(share)), intercepts)
    guessing = np.full(len(share), expit(guessing_prior.logit))
    return Parameters(np.full(len(share), 1.2), intercepts - 0.3, guessing)  # guessing had flattened them


def estimate(problem: Problem, *, tolerance: float, most: int) -> Estimate:
    """Climb from the start until no step of a parameter is longer than `tolerance`."""
    nothing = np.stack([np.zeros(len(problem.free_groups))] * 2)
    start = problem.pack(problem.start_values(), nothing)

    def step(point):
        values, groups = problem.unpack(point)
        moments = _moments(problem, values, groups)
        better = _better_items(problem, moments, values), _better_groups(problem, moments)
        return problem.pack(*better), moments.log_likelihood + problem.log_prior(values)

    point, steps, is_converged, path = climb(
        step, start, is_allowed=lambda at: _is_allowed(problem, at), tolerance=tolerance, most=most
    )
    values, groups = problem.unpack(point)
    moments = _moments(problem, values, groups)
    deviations = np.stack([groups[0], np.exp(groups[1])])
    return Estimate(
        values, problem.parameters(values), deviations, problem.under(groups), moments, steps, is_converged, tuple(path)
    )


def _moments(problem: Problem, values: NDArray[np.float64], groups: NDArray[np.float64]) -> Moments:
    own = problem.parameters(values)
    return problem.under(groups).moments(own.slopes, own.intercepts, own.guessing if len(values) == 3 else None)


def _better_items(problem: Problem, moments: Moments, values: NDArray[np.float64]) -> NDArray[np.float64]:
    expectation, held = problem.expectation, problem.held
    nodes = expectation.quadrature.nodes
    if problem.model == "3pl":
        return maximise_guessing(
            moments, nodes, values, guessing_prior=problem.guessing_prior, prior=problem.prior, held=held
        )
    better = maximise(
        expectation.answers, moments, nodes, Parameters(values[0], values[1]), is_common=problem.model == "1pl",
        prior=problem.prior, held=held,
    )  # fmt: skip
    return np.stack([better.slopes, better.intercepts])


def _better_groups(problem: Problem, moments: Moments) -> NDArray[np.float64]:
    better = np.zeros((2, len(problem.free_groups)))
    for place, group in enumerate(problem.free_groups.tolist()):
        mean, sd = fit_normal(moments.by_group[group], problem.expectation.quadrature)
        better[:, place] = mean, np.log(sd)
    return better


def _is_allowed(problem: Problem, point: NDArray[np.float64]) -> bool:
    if not np.isfinite(point).all() or (np.abs(point) >= FARTHEST[problem.model]).any():
        return False
    values, groups = problem.unpack(point)
    nodes = problem.expectation.quadrature.nodes
    has_room = (groups[0] > nodes[0]) & (groups[0] < nodes[-1]) & (np.exp(groups[1]) > nodes[1] - nodes[0])
    return bool(has_room.all() and (not problem.prior or (values[0][~problem.held] > LEAST_SLOPE).all()))
