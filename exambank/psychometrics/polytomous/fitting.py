"""Fitting the graded response and the generalised partial credit model by marginal maximum likelihood."""

from dataclasses import dataclass, field
from math import log

import numpy as np
from numpy.typing import ArrayLike, NDArray

from exambank.psychometrics.arrays import Reason
from exambank.psychometrics.irt.acceleration import climb
from exambank.psychometrics.irt.quadrature import Quadrature, normal_quadrature
from exambank.psychometrics.polytomous.categories import Ratings, check_categories, rate, used_scores
from exambank.psychometrics.polytomous.errors import inverse, observed_information
from exambank.psychometrics.polytomous.expectation import Expectation
from exambank.psychometrics.polytomous.maximisation import PolytomousPrior, is_allowed, maximise
from exambank.psychometrics.polytomous.models import MODELS

TOLERANCE = 1e-8
MOST_STEPS = 2000
RUNAWAY = 30.0  # in logits: no answers tell such a value from infinity
SLOPES = ("own", "common")
VALUES = ("slope", "intercepts", "thresholds", "se_slope", "se_intercepts", "se_thresholds")


@dataclass(frozen=True, slots=True)
class CategoryCurve:
    """One item under a model of ordered categories. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n : int
        Candidates who met it.
    categories : tuple of int
        The scores that somebody got, rising. Scores in between that nobody got are merged out: the model numbers the
        categories 0, 1, 2, ... in this order, and an expected score counts with the scores themselves.
    unused : tuple of int
        The scores between 0 and the highest that nobody got: where not empty, the parameters speak of other steps
        than the marking scheme.
    slope : float or None
    intercepts : tuple of float, or None
        d_1, d_2, ...: one fewer than categories.
    thresholds : tuple of float, or None
        ``-d_k / slope``: the ability at which half pass the threshold into category k (graded), or at which category
        k becomes as likely as the one before (partial credit).
    se_slope : float or None
    se_intercepts, se_thresholds : tuple of float, or None
        Standard errors from the observed information; those of the thresholds by the delta method.
    undefined : dict of str to Reason
        For each attribute that is None, why.
    """

    n: int
    categories: tuple[int, ...]
    unused: tuple[int, ...]
    slope: float | None
    intercepts: tuple[float, ...] | None
    thresholds: tuple[float, ...] | None
    se_slope: float | None
    se_intercepts: tuple[float, ...] | None
    se_thresholds: tuple[float, ...] | None
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, eq=False)
class PolytomousFit:
    """A fitted model.

    Attributes
    ----------
    model : str
        "grm" or "gpcm".
    slopes : str
        "own" or "common".
    n, n_parameters : int
        Candidates who met at least one item with a curve; parameters that were estimated.
    log_likelihood, aic, bic : float
        Marginal, without the prior's density.
    is_converged : bool
    steps : int
        Steps of the EM algorithm.
    items : tuple of CategoryCurve, length k
    quadrature : Quadrature
    ratings : Ratings
        What it was fitted to, without the items that have no curve.
    columns : int array
        The columns of the items that have a curve.
    values : float array, shape (p,)
        The parameters of these items, item after item: its slope, its intercepts.
    covariance : float array, shape (p, p), or None
        Of the estimates in this order. Rows of items whose values ran away are 0.
    """

    model: str
    slopes: str
    n: int
    n_parameters: int
    log_likelihood: float
    aic: float
    bic: float
    is_converged: bool
    steps: int
    items: tuple[CategoryCurve, ...]
    quadrature: Quadrature
    ratings: Ratings
    columns: NDArray[np.intp]
    values: NDArray[np.float64]
    covariance: NDArray[np.float64] | None


def fit_polytomous(
    scores: ArrayLike, *, model: str = "grm", slopes: str = "own", prior: PolytomousPrior | None = None,
    quadrature: Quadrature | None = None, standard_errors: bool = True, tolerance: float = TOLERANCE,
    most_steps: int = MOST_STEPS,
) -> PolytomousFit:  # fmt: skip
    """Fit a model of scores in ordered categories with theta ~ N(0, 1) by marginal maximum likelihood.

    Parameters
    ----------
    scores : array_like of float, shape (n, k)
        Whole numbers 0 to 19, items may differ in how many they use; NaN not presented: papers may differ between
        candidates. Points in halves, or out of 50, must be numbered 0, 1, 2, ... by levels first.
    model : "grm" or "gpcm"
        Graded response, or generalised partial credit.
    slopes : "own" or "common"
        One for each item, or one for all items with as many categories: with few answers a slope of its own cannot be
        told. With "gpcm" and items of one size that is the partial credit model, with two categories Rasch's.
    prior : PolytomousPrior, optional
        Makes the estimates those of the largest posterior density. Of a common slope it is believed once.
    quadrature : Quadrature, optional
        61 nodes on [-6, 6] with the weights of N(0, 1) unless told.
    standard_errors : bool, default True
    tolerance : float, default 1e-8
        The longest step of a parameter at which the iteration ends.
    most_steps : int, default 2000

    Returns
    -------
    PolytomousFit
        Items that nobody met or on which all scored alike have no curve; nor has, without a prior, an item that stands
        alone, as its answers do not determine a slope.

    Raises
    ------
    ValueError
        If a score is no whole number from 0 to 19, or the model or the kind of slopes is unknown.

    Notes
    -----
    Graded response: ``P(X >= k) = expit(a theta + d_k)``, d_1 > d_2 > ...; R's mirt ("graded") calls these a1, d1, d2,
    ... Partial credit: ``P(X = k)`` proportional to ``exp(sum over v <= k of (a theta + d_v))``; mirt ("gpcm") has
    ``a1 = a``, ``ak_k = k``, ``d0 = 0`` and the sums ``d_1 + ... + d_k`` for its d_k. With two categories both are the
    two-parameter logistic model. An item whose scores are turned round has the slope -a in both; slopes may come out
    negative without a prior.

    EM of Bock and Aitkin with Anderson's acceleration, safeguarded so that the likelihood never falls; each M-step is
    a concave problem, solved by Newton's method. Values that would climb for ever stop at 50 logits, and have no error.

    References
    ----------
    Samejima, F. (1969). Estimation of latent ability using a response pattern of graded scores. Psychometrika
    Monograph 17. Muraki, E. (1992). A generalized partial credit model: application of an EM algorithm. Applied
    Psychological Measurement 16, 159-176. Masters, G. N. (1982). A Rasch model for partial credit scoring.
    Psychometrika 47, 149-174.
    """
    if model not in MODELS:
        raise ValueError(f"the model is one of {', '.join(MODELS)}, not {model!r}")
    if slopes not in SLOPES:
        raise ValueError(f"slopes are one of {', '.join(SLOPES)}, not {slopes!r}")
    checked = check_categories(scores)
    used = used_scores(checked)
    reasons = _reasons(used, prior)
    columns = np.array([place for place, reason in enumerate(reasons) if reason is None], dtype=np.intp)
    ratings = rate(checked[:, columns], [used[column] for column in columns.tolist()])
    expectation = Expectation(ratings, MODELS[model], quadrature or normal_quadrature())
    is_common = slopes == "common"
    values, steps, is_converged, value = _fit(expectation, prior, is_common, tolerance, most_steps)
    owners = _owners(ratings, is_common)
    covariance = _covariance(expectation, values, prior, owners, is_common) if standard_errors else None
    items = _curves(checked, used, reasons, columns, ratings, values, covariance)
    n, p = int(ratings.met.any(axis=1).sum()), len(np.unique(owners))
    return PolytomousFit(
        model, slopes, n, p, value, 2 * p - 2 * value, p * log(max(n, 1)) - 2 * value, is_converged, steps, items,
        expectation.quadrature, ratings, columns, values, covariance,
    )  # fmt: skip


def _reasons(used: list[tuple[int, ...]], prior: PolytomousPrior | None) -> list[Reason | None]:
    """Why an item has no curve."""
    by_size = {0: Reason.NO_RESPONSES, 1: Reason.CONSTANT_ITEM}
    reasons = [by_size.get(len(own)) for own in used]
    is_alone = prior is None and reasons.count(None) == 1
    return [Reason.TOO_FEW_ITEMS if is_alone and reason is None else reason for reason in reasons]


def _owners(ratings: Ratings, is_common: bool) -> NDArray[np.intp]:
    """For each value the place of the parameter that it is, shape (p,): a common slope is that of the first item."""
    owners = np.arange(len(ratings.counts))
    if is_common:
        for group in ratings.groups:
            owners[group.places[:, 0]] = group.places[0, 0]
    return owners


def _fit(expectation: Expectation, prior: PolytomousPrior | None, is_common: bool, tolerance: float, most: int):
    ratings, model, nodes = expectation.ratings, expectation.model, expectation.quadrature.nodes
    start = np.zeros(len(ratings.counts))
    if not len(start):
        return start, 0, True, 0.0
    for group in ratings.groups:
        start[group.places] = model.start(ratings.counts[group.places])

    def step(point):
        counts, value = expectation.counts(point)
        better = np.empty_like(point)
        for group in ratings.groups:
            own = point[group.places]
            better[group.places] = maximise(model, nodes, counts[group.places], own, prior, is_common=is_common)
            value += prior.log_density(own, is_common=is_common).sum() if prior else 0.0
        return better, value

    def may_stand(point):
        return all(is_allowed(model, point[group.places], prior).all() for group in ratings.groups)

    point, steps, is_converged, _values = climb(step, start, is_allowed=may_stand, tolerance=tolerance, most=most)
    return point, steps, is_converged, expectation.counts(point)[1]


def _covariance(expectation: Expectation, values, prior: PolytomousPrior | None, owners, is_common: bool):
    """The inverse of the observed information of the items whose values did not run away; None without one."""
    is_held = np.zeros(len(values), dtype=bool)
    for group in expectation.ratings.groups:
        is_held[group.places] = (np.abs(values[group.places]) < RUNAWAY).all(axis=1, keepdims=True)
    held = np.ix_(is_held, is_held)
    if not is_held.any():
        return None
    carry = np.equal.outer(owners[is_held], np.unique(owners[is_held])).astype(np.float64)
    information = observed_information(expectation, values, prior, is_common=is_common)[held]
    own = inverse(carry.T @ information @ carry)
    if own is None:
        return None
    covariance = np.zeros((len(values),) * 2)
    covariance[held] = carry @ own @ carry.T
    return covariance


def _curves(scores, used, reasons, columns, ratings, values, covariance) -> tuple[CategoryCurve, ...]:
    counts = (~np.isnan(scores)).sum(axis=0).tolist()
    places = dict(zip(columns.tolist(), ratings.first.tolist(), strict=True))
    curves = []
    for column, (own, reason) in enumerate(zip(used, reasons, strict=True)):
        found = dict.fromkeys(VALUES)
        if column in places:
            at = slice(places[column], places[column] + len(own))
            found |= _described(values[at], None if covariance is None else covariance[at, at])
        undefined = {name: reason or Reason.NOT_DETERMINED for name, value in found.items() if value is None}
        unused = tuple(sorted(set(range(own[-1])) - set(own))) if own else ()
        curves.append(CategoryCurve(counts[column], own, unused, undefined=undefined, **found))
    return tuple(curves)


def _described(values: NDArray[np.float64], covariance: NDArray[np.float64] | None) -> dict:
    """What a record says of an item's slope and intercepts, as far as it exists."""
    slope, intercepts = float(values[0]), values[1:]
    found = {"slope": slope, "intercepts": tuple(intercepts.tolist())}
    if slope:
        found["thresholds"] = tuple((-intercepts / slope).tolist())
    variances = np.zeros(len(values)) if covariance is None else np.diag(covariance)
    if not (variances > 0).all():
        return found
    errors = np.sqrt(variances).tolist()
    found |= {"se_slope": errors[0], "se_intercepts": tuple(errors[1:])}
    if slope:
        thresholds = -intercepts / slope
        by_delta = variances[1:] + 2 * thresholds * covariance[0, 1:] + thresholds**2 * variances[0]
        found["se_thresholds"] = tuple((np.sqrt(np.maximum(by_delta, 0.0)) / abs(slope)).tolist())
    return found
