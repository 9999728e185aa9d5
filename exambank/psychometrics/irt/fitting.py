"""Fitting the one-, two- and three-parameter logistic models by marginal maximum likelihood."""

from collections.abc import Iterable, Mapping, Sequence
from math import log

import numpy as np
from numpy.typing import ArrayLike, NDArray

from exambank.psychometrics.arrays import Reason
from exambank.psychometrics.irt.answers import Answers, check_answers
from exambank.psychometrics.irt.curves import ItemCurve, ItemErrors, LogisticFit, curve, without_curve
from exambank.psychometrics.irt.distributions import GroupDistribution, check_groups, why_not_free
from exambank.psychometrics.irt.errors import observed_information, products_of, root_of_covariance
from exambank.psychometrics.irt.estimation import Estimate, Problem, estimate, start_of
from exambank.psychometrics.irt.expectation import Expectation
from exambank.psychometrics.irt.fixed import GivenCurve, check_fixed
from exambank.psychometrics.irt.maximisation import Prior
from exambank.psychometrics.irt.parameters import Parameters
from exambank.psychometrics.irt.quadrature import Quadrature, normal_quadrature
from exambank.psychometrics.irt.three_parameter import GuessingPrior

__all__ = ["ItemCurve", "LogisticFit", "fit_logistic"]

TOLERANCE = 1e-8
MOST_STEPS = 2000
MODELS = ("1pl", "2pl", "3pl")
DESCRIBED = ("mean", "sd", "se_mean", "se_sd")


def fit_logistic(
    scores: ArrayLike, *, model: str = "2pl", prior: Prior | None = None, guessing_prior: GuessingPrior | None = None,
    groups: ArrayLike | None = None, fixed: Mapping[int, ItemCurve | Sequence[float]] | None = None,
    quadrature: Quadrature | None = None, standard_errors: bool = True, tolerance: float = TOLERANCE,
    most_steps: int = MOST_STEPS,
) -> LogisticFit:  # fmt: skip
    """Fit ``P(right) = c + (1 - c) / (1 + exp(-(slope * theta + intercept)))`` by marginal maximum likelihood.

    Parameters
    ----------
    scores : array_like of float, shape (n, k)
        1 right, 0 wrong (or omitted), NaN not presented: papers may differ between candidates.
    model : "1pl", "2pl" or "3pl"
        One slope for all items; one for each; and a chance c for each to be right by guessing, which is 0 otherwise.
    prior : Prior, optional
        Of slopes and intercepts. Makes the estimates those of the largest posterior density; not for "1pl".
    guessing_prior : GuessingPrior, optional
        For "3pl", which always has one: ``logit c ~ N(logit 0.2, 0.5)`` unless told.
    groups : array_like, shape (n,), optional
        A label for each candidate, such as the sitting or the intake. The first label in sort order is the reference
        group with abilities ~ N(0, 1); every other has its own mean and standard deviation, estimated together with
        the items (concurrent calibration). Groups must share items. None: all are one group.
    fixed : mapping of int to ItemCurve or (slope, intercept) or (slope, intercept, guessing), optional
        Columns whose curves are known: they keep these values, the other items come out on their scale, and the means
        and standard deviations of all groups are estimated (fixed-item calibration).
    quadrature : Quadrature, optional
        61 nodes on [-6, 6] with the weights of N(0, 1) unless told. Groups other than the reference are normal on its
        nodes.
    standard_errors : bool, default True
    tolerance : float, default 1e-8
        The longest step of a parameter at which the iteration ends.
    most_steps : int, default 2000

    Returns
    -------
    LogisticFit
        Items that nobody met have no curve, nor have, without a prior of slopes and intercepts, items that all answered
        alike (in no group can they be told from infinitely easy or hard ones), nor an item that stands alone, as its
        answers do not determine a slope.

    Raises
    ------
    ValueError
        If the scores are not 0, 1 or NaN, the model is unknown, a prior is given that the model does not take, there is
        not a label for each candidate, or a fixed curve is none.

    Notes
    -----
    EM of Bock and Aitkin with Anderson's acceleration, safeguarded so that the likelihood never falls. Slopes may come
    out negative: a miskeyed item has one. Standard errors come from the exact observed information of everything that
    is estimated, distributions of groups included.

    References
    ----------
    Bock, R. D. & Aitkin, M. (1981). Marginal maximum likelihood estimation of item parameters: application of an EM
    algorithm. Psychometrika 46, 443-459.
    Bock, R. D. & Zimowski, M. F. (1997). Multiple group IRT. In van der Linden & Hambleton (eds.), Handbook of modern
    item response theory, 433-448.
    Kim, S. (2006). A comparative study of IRT fixed parameter calibration methods. Journal of Educational Measurement
    43, 355-381: here the distribution is updated in every step, which recovers the scale best.
    """
    _check_model(model, prior, guessing_prior)
    answers = check_answers(scores)
    labels, group_of = check_groups(groups, len(answers.right))
    given = check_fixed(fixed, answers.right.shape[1], model)
    answers = answers if len(labels) == 1 else answers.in_groups(group_of)
    reasons = _reasons(answers, given, prior)
    columns = np.flatnonzero([reason is None for reason in reasons])
    held = {place: given[column] for place, column in enumerate(columns.tolist()) if column in given}
    usable = answers.only(columns)
    unfree = why_not_free(usable, len(labels), _mask(held, len(columns)) if given else None)
    problem = _problem(
        usable, model, held, quadrature, prior, (guessing_prior or GuessingPrior()) if model == "3pl" else None,
        free_groups=np.array([place for place, why in enumerate(unfree) if why is None and (given or place)], np.intp),
        n_groups=len(labels),
    )  # fmt: skip
    found = estimate(problem, tolerance=tolerance, most=most_steps)
    root = _covariance_root(problem, found) if standard_errors else None
    items = _items(answers, reasons, columns, given, problem, found, root)
    reference = (None, None) if given else quadrature.moments() if quadrature else (0.0, 1.0)
    value, n, n_parameters = found.moments.log_likelihood, usable.n_with_items, problem.n_parameters
    return LogisticFit(
        model, n, n_parameters, value, 2 * n_parameters - 2 * value, n_parameters * log(max(n, 1)) - 2 * value,
        found.is_converged, found.steps, items, found.expectation.quadratures, usable, columns, root,
        _distributions(labels, problem, found, root, unfree, reference),
    )  # fmt: skip


def _check_model(model: str, prior: Prior | None, guessing_prior: GuessingPrior | None) -> None:
    if model not in MODELS:
        raise ValueError(f"the model is one of {', '.join(MODELS)}, not {model!r}")
    if model == "1pl" and prior is not None:
        raise ValueError("the prior is for the model with a slope for each item")
    if model != "3pl" and guessing_prior is not None:
        raise ValueError("a prior of guessing is for the three-parameter model")
    if guessing_prior is not None and not guessing_prior.sd > 0:
        raise ValueError("the standard deviation of a prior lies above 0")


def _reasons(answers: Answers, given: dict[int, GivenCurve], prior: Prior | None) -> list[Reason | None]:
    """Why an item has no part in the fit; None where it has."""
    counts, rights = answers.counts.tolist(), answers.right_counts.tolist()
    reasons: list[Reason | None] = []
    for column, (met, right) in enumerate(zip(counts, rights, strict=True)):
        is_constant = prior is None and column not in given and right in {0, met}
        reasons.append(Reason.NO_RESPONSES if met == 0 else Reason.CONSTANT_ITEM if is_constant else None)
    is_alone = prior is None and not given and reasons.count(None) == 1
    return [Reason.TOO_FEW_ITEMS if is_alone and reason is None else reason for reason in reasons]


def _mask(places: Iterable[int], size: int) -> NDArray[np.bool_]:
    mask = np.zeros(size, dtype=bool)
    mask[list(places)] = True
    return mask


def _problem(usable, model, held, quadrature, prior, guessing_prior, *, free_groups, n_groups) -> Problem:
    """What is to be estimated, and where to start."""
    first, start = quadrature or normal_quadrature(), start_of(usable, model, guessing_prior)
    expectation = Expectation(usable, first, *[first.normal(0.0, 1.0)] * (n_groups - 1))
    rows = np.stack([start.slopes, start.intercepts, start.guessing])
    for place, one in held.items():
        rows[:, place] = one.slope, one.intercept, one.guessing
    if model == "1pl" and held:
        rows[0] = next(iter(held.values())).slope
    is_held = _mask(held, len(start.slopes))
    return Problem(model, expectation, Parameters(*rows), is_held, free_groups, prior, guessing_prior)


def _covariance_root(problem: Problem, found: Estimate) -> NDArray[np.float64] | None:
    """Of the covariance of what is estimated; None where the answers do not determine it."""
    if not problem.n_parameters:
        return None
    information = observed_information(
        found.expectation, found.parameters, problem.prior, guessing_prior=problem.guessing_prior,
        free_groups=problem.free_groups, moments=found.moments,
    )  # fmt: skip
    if problem.held.any():
        estimated = np.tile(~problem.held, len(found.values))
        if problem.model == "1pl":
            estimated[: len(problem.held)] = False
        estimated = np.concatenate([estimated, np.ones(2 * len(problem.free_groups), dtype=bool)])
        information = information[np.ix_(estimated, estimated)]
    elif problem.model == "1pl":
        k = len(problem.held)
        information = np.vstack([information[:k].sum(axis=0), information[k:]])
        information = np.column_stack([information[:, :k].sum(axis=1), information[:, k:]])
    return root_of_covariance(information)


def _items(answers, reasons, columns, given, problem, found, root) -> tuple[ItemCurve, ...]:
    curves: list[ItemCurve] = []
    for column, (n, reason) in enumerate(zip(answers.counts.astype(int).tolist(), reasons, strict=True)):
        known = column in given
        curves.append(given[column].met_by(n) if known else without_curve(n, reason, model=problem.model))
    free = np.flatnonzero(~problem.held)
    own, errors = found.parameters, _errors(root, len(free), problem)
    rows = zip(*(values[free].tolist() for values in (own.slopes, own.intercepts, own.guessing)), strict=True)
    for place, values, error in zip(free.tolist(), rows, errors, strict=True):
        column = int(columns[place])
        curves[column] = curve(curves[column].n, *values, error)
    return tuple(curves)


def _errors(root: NDArray[np.float64] | None, n_free: int, problem: Problem) -> list[ItemErrors | None]:
    """For each free item; a common slope has one row, and where it is held none and no error."""
    if root is None:
        return [None] * n_free
    own, zeros, is_common = products_of(root), np.zeros(n_free), problem.model == "1pl"
    if is_common and problem.held.any():
        rows = [zeros, zeros, own[:n_free]]
    else:
        after = 1 if is_common else n_free
        slopes, intercepts = slice(after), slice(after, after + n_free)
        rows = [zeros + own[slopes], products_of(root, slopes, intercepts), own[intercepts]]
    of_guessing = own[2 * n_free : 3 * n_free].tolist() if problem.model == "3pl" else [None] * n_free
    return [ItemErrors(*row) for row in zip(*(values.tolist() for values in rows), of_guessing, strict=True)]


def _distributions(labels, problem, found, root, unfree, reference) -> tuple[GroupDistribution, ...]:
    answers, free = problem.expectation.answers, problem.free_groups.tolist()
    counted = answers.sizes * answers.papers.any(axis=1)
    errors = None if root is None else np.sqrt(products_of(root)[len(root) - 2 * len(free) :]).tolist()
    described = []
    for group, label in enumerate(labels):
        values: list[float | None] = [None] * 4
        if group in free:
            place = free.index(group)
            values[:2] = found.groups[:, place].tolist()
            values[2:] = values[2:] if errors is None else errors[2 * place : 2 * place + 2]
        elif group == 0:
            values[:2] = reference
        missing = [name for name, value in zip(DESCRIBED, values, strict=True) if value is None]
        n = int(counted[answers.paper_groups == group].sum())
        undefined = dict.fromkeys(missing, unfree[group] or Reason.NOT_DETERMINED)
        described.append(GroupDistribution(label, n, *values, undefined))
    return tuple(described)
