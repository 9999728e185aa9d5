"""Fitting the one- and two-parameter logistic models by marginal maximum likelihood."""

from dataclasses import dataclass, field
from math import log

import numpy as np
from numpy.typing import ArrayLike, NDArray

from exambank.psychometrics.arrays import Reason
from exambank.psychometrics.irt.acceleration import climb
from exambank.psychometrics.irt.answers import Answers, check_answers
from exambank.psychometrics.irt.errors import observed_information
from exambank.psychometrics.irt.expectation import Expectation
from exambank.psychometrics.irt.maximisation import Parameters, Prior, maximise
from exambank.psychometrics.irt.quadrature import Quadrature, normal_quadrature

TOLERANCE = 1e-8
MOST_STEPS = 2000
MODELS = ("1pl", "2pl")


@dataclass(frozen=True, slots=True)
class ItemCurve:
    """One item under a logistic model. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n : int
        Candidates who met it.
    slope, intercept : float or None
        ``logit P = slope * theta + intercept``.
    difficulty : float or None
        ``-intercept / slope``: the ability at which half answer it right.
    guessing : float
        Lower asymptote; 0 in these models.
    se_slope, se_intercept, se_difficulty : float or None
        Standard errors from the observed information; that of the difficulty by the delta method.
    undefined : dict of str to Reason
        For each attribute that is None, why.
    """

    n: int
    slope: float | None
    intercept: float | None
    difficulty: float | None
    guessing: float
    se_slope: float | None
    se_intercept: float | None
    se_difficulty: float | None
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, eq=False)
class LogisticFit:
    """A fitted model.

    Attributes
    ----------
    model : str
        "1pl" or "2pl".
    n, n_parameters : int
        Candidates who met at least one item; parameters that were estimated.
    log_likelihood, aic, bic : float
        Marginal, without the prior's density.
    is_converged : bool
    steps : int
        Steps of the EM algorithm.
    items : tuple of ItemCurve, length k
    quadrature : Quadrature
    answers : Answers
        What it was fitted to, without the items that have no curve.
    columns : int array
        The columns of the items that have a curve.
    covariance : float array, shape (2m, 2m), or None
        Of the estimates, slopes first (with a common slope: shape (m + 1, m + 1), the slope first).
    """

    model: str
    n: int
    n_parameters: int
    log_likelihood: float
    aic: float
    bic: float
    is_converged: bool
    steps: int
    items: tuple[ItemCurve, ...]
    quadrature: Quadrature
    answers: Answers
    columns: NDArray[np.intp]
    covariance: NDArray[np.float64] | None

    @property
    def parameters(self) -> Parameters:
        """Slopes and intercepts of the items that have a curve."""
        own = [self.items[column] for column in self.columns]
        return Parameters(np.array([one.slope for one in own]), np.array([one.intercept for one in own]))


def fit_logistic(
    scores: ArrayLike, *, model: str = "2pl", prior: Prior | None = None, quadrature: Quadrature | None = None,
    standard_errors: bool = True, tolerance: float = TOLERANCE, most_steps: int = MOST_STEPS,
) -> LogisticFit:  # fmt: skip
    """Fit ``logit P(right) = slope * theta + intercept`` with theta ~ N(0, 1) by marginal maximum likelihood.

    Parameters
    ----------
    scores : array_like of float, shape (n, k)
        1 right, 0 wrong (or omitted), NaN not presented: papers may differ between candidates.
    model : "1pl" or "2pl"
        One slope for all items, or one for each.
    prior : Prior, optional
        Makes the estimates those of the largest posterior density; for "2pl" alone.
    quadrature : Quadrature, optional
        61 nodes on [-6, 6] with the weights of N(0, 1) unless told.
    standard_errors : bool, default True
    tolerance : float, default 1e-8
        The longest step of a parameter at which the iteration ends.
    most_steps : int, default 2000

    Returns
    -------
    LogisticFit
        Items that nobody met have no curve, nor have, without a prior, items that all answered alike.

    Raises
    ------
    ValueError
        If the scores are not 0, 1 or NaN, the model is unknown, or a prior is given for "1pl".

    Notes
    -----
    EM of Bock and Aitkin with Anderson's acceleration, safeguarded so that the likelihood never falls. Slopes may come
    out negative: a miskeyed item has one.

    References
    ----------
    Bock, R. D. & Aitkin, M. (1981). Marginal maximum likelihood estimation of item parameters: application of an EM
    algorithm. Psychometrika 46, 443-459.
    """
    if model not in MODELS:
        raise ValueError(f"the model is one of {', '.join(MODELS)}, not {model!r}")
    if model == "1pl" and prior is not None:
        raise ValueError("the prior is for the model with a slope for each item")
    answers = check_answers(scores)
    counts, rights = answers.counts, answers.right_counts
    reasons = [_reason(met, right, prior) for met, right in zip(counts.tolist(), rights.tolist(), strict=True)]
    columns = np.flatnonzero([reason is None for reason in reasons])
    usable = _only(answers, columns)
    expectation = Expectation(usable, quadrature or normal_quadrature())
    parameters, steps, is_converged, value = _fit(expectation, model, prior, tolerance, most_steps)
    covariance = _covariance(expectation, parameters, model, prior) if standard_errors and len(columns) else None
    items = _curves(counts, reasons, columns, parameters, covariance, model)
    n = int((answers.papers[answers.paper_of][:, columns].any(axis=1)).sum()) if len(columns) else 0
    n_parameters = 2 * len(columns) if model == "2pl" else len(columns) + 1 if len(columns) else 0
    return LogisticFit(
        model, n, n_parameters, value, 2 * n_parameters - 2 * value, n_parameters * log(max(n, 1)) - 2 * value,
        is_converged, steps, items, expectation.quadrature, usable, columns, covariance,
    )  # fmt: skip


def _reason(met: float, right: float, prior: Prior | None) -> Reason | None:
    if met == 0:
        return Reason.NO_RESPONSES
    return Reason.CONSTANT_ITEM if prior is None and right in {0, met} else None


def _only(answers: Answers, columns: NDArray[np.intp]) -> Answers:
    if len(columns) == answers.right.shape[1]:
        return answers
    return Answers(answers.right[:, columns], answers.papers[:, columns], answers.paper_of)


def _start(answers: Answers) -> Parameters:
    """From the shares of right answers, as if abilities were known to be normal."""
    share = (answers.right_counts + 0.5) / (answers.counts + 1.0)
    return Parameters(np.ones(len(share)), 1.1 * np.log(share / (1.0 - share)))


def _fit(expectation: Expectation, model: str, prior: Prior | None, tolerance: float, most: int):
    answers, nodes, k = expectation.answers, expectation.quadrature.nodes, expectation.answers.right.shape[1]
    if not k:
        return Parameters(np.zeros(0), np.zeros(0)), 0, True, 0.0

    def step(point):
        here = Parameters(point[:k], point[k:])
        moments = expectation.moments(here.slopes, here.intercepts)
        better = maximise(answers, moments, nodes, here, is_common=model == "1pl", prior=prior)
        value = moments.log_likelihood + (prior.log_density(here.slopes, here.intercepts) if prior else 0.0)
        return better.as_vector(), value

    def is_allowed(point):
        return bool(np.isfinite(point).all() and (np.abs(point) < 50).all() and (not prior or (point[:k] > 1e-3).all()))

    point, steps, is_converged, _values = climb(
        step, _start(answers).as_vector(), is_allowed=is_allowed, tolerance=tolerance, most=most
    )
    parameters = Parameters(point[:k], point[k:])
    return parameters, steps, is_converged, expectation.moments(point[:k], point[k:]).log_likelihood


def _covariance(expectation: Expectation, parameters: Parameters, model: str, prior: Prior | None):
    """The inverse of the observed information; None where the answers do not determine the parameters."""
    information = observed_information(expectation, parameters, prior)
    if model == "1pl":
        k = len(parameters.slopes)
        spread = np.zeros((2 * k, k + 1))
        spread[:k, 0], spread[k:, 1:] = 1.0, np.eye(k)
        information = spread.T @ information @ spread
    try:
        covariance = np.linalg.inv(information)
    except np.linalg.LinAlgError:
        return None
    return covariance if (np.diag(covariance) > 0).all() else None


def _curves(counts, reasons, columns, parameters, covariance, model) -> tuple[ItemCurve, ...]:
    curves = [
        ItemCurve(int(met), None, None, None, 0.0, None, None, None, undefined=_all_for(reason))
        for met, reason in zip(counts.tolist(), reasons, strict=True)
    ]
    errors = _Errors(covariance, len(columns), is_common=model == "1pl")
    for place, column in enumerate(columns.tolist()):
        slope, intercept = float(parameters.slopes[place]), float(parameters.intercepts[place])
        values = {"slope": slope, "intercept": intercept, "difficulty": -intercept / slope if slope else None}
        values |= errors.of(place, slope, values["difficulty"])
        undefined = {name: Reason.NOT_DETERMINED for name, value in values.items() if value is None}
        curves[column] = ItemCurve(int(counts[column]), guessing=0.0, undefined=undefined, **values)
    return tuple(curves)


def _all_for(reason: Reason | None) -> dict[str, Reason]:
    names = ("slope", "intercept", "difficulty", "se_slope", "se_intercept", "se_difficulty")
    return dict.fromkeys(names, reason) if reason else {}


class _Errors:
    """Reads standard errors out of the covariance of the estimates: slopes (or the common one) first."""

    def __init__(self, covariance: NDArray[np.float64] | None, n_items: int, *, is_common: bool):
        self._covariance, self._n_slopes, self._is_common = covariance, 1 if is_common else n_items, is_common

    def of(self, place: int, slope: float, difficulty: float | None) -> dict[str, float | None]:
        if self._covariance is None:
            return {"se_slope": None, "se_intercept": None, "se_difficulty": None}
        pair = [0 if self._is_common else place, self._n_slopes + place]
        (slope2, both), (_both, intercept2) = self._covariance[np.ix_(pair, pair)].tolist()
        by_delta = None
        if difficulty is not None:
            variance = (intercept2 + 2 * difficulty * both + difficulty**2 * slope2) / slope**2
            by_delta = max(variance, 0.0) ** 0.5
        return {"se_slope": slope2**0.5, "se_intercept": intercept2**0.5, "se_difficulty": by_delta}
