"""Differential item functioning by logistic regression: uniform, and changing with the score."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, expit, xlogy

from exambank.psychometrics.arrays import Reason
from exambank.psychometrics.dif.mantel_haenszel import (
    LEAST_PER_GROUP,
    SIGNIFICANT,
    MatchedCounts,
    check_least,
    count_matched,
)

# Columns of the three models: intercept, score; the group; score times group.
SCORE_ONLY, UNIFORM, NONUNIFORM = 2, 3, 4
JODOIN_GIERL = (0.035, 0.07)
ZUMBO_THOMAS = (0.13, 0.26)
ZUMBO_THOMAS_SIGNIFICANT = 0.01
# Newton's decrement is twice the likelihood still to be gained; it is squared by the step that follows.
SMALLEST_DECREMENT = 1e-10
RIDGE = 1e-12  # keeps a nearly flat likelihood from stopping the solver; too small to move the maximum
MOST_STEPS = 100
MOST_HALVINGS = 40


@dataclass(frozen=True, slots=True)
class LogisticDif:
    """Whether group membership adds to the score in predicting the answers to one item. Never NaN.

    Attributes
    ----------
    lr_uniform, lr_nonuniform, lr_both : float or None
        Likelihood ratio chi2 of the group (1 degree of freedom), of its product with the score beyond it (1), and of
        both together (2).
    p_uniform, p_nonuniform, p_both : float or None
        Their levels, 0..1.
    delta_r2_uniform, delta_r2_nonuniform, delta_r2_both : float or None
        What they add to Nagelkerke's R2, 0..1.
    jodoin_gierl_class, zumbo_thomas_class : "A", "B", "C" or None
        Negligible, moderate, large by `delta_r2_both` (see `logistic_dif`).
    n_reference, n_focal : int
        Candidates who met the item and have a matching score.
    undefined : dict of str to Reason
        For each attribute that is None, why.
    """

    lr_uniform: float | None
    p_uniform: float | None
    lr_nonuniform: float | None
    p_nonuniform: float | None
    lr_both: float | None
    p_both: float | None
    delta_r2_uniform: float | None
    delta_r2_nonuniform: float | None
    delta_r2_both: float | None
    jodoin_gierl_class: str | None
    zumbo_thomas_class: str | None
    n_reference: int
    n_focal: int
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


def logistic_dif(
    scores: ArrayLike,
    focal: ArrayLike,
    *,
    matching: ArrayLike | None = None,
    least_per_group: int = LEAST_PER_GROUP,
) -> tuple[LogisticDif, ...]:
    """Compare three logistic regressions of the answers to each item: on the score, the group and their product.

    Parameters
    ----------
    scores : array_like of float, shape (n, k)
        1 right, 0 wrong (or omitted), NaN not presented.
    focal : array_like of bool or float, shape (n,)
        1 for the focal group, 0 for the reference group; NaN or None: unknown, the candidate is left out.
    matching : array_like of float, shape (n,) or (n, k), optional
        The score, in any unit; with two dimensions each item has its own. NaN: unknown, the candidate is left out.
        Unless told, the share of the points earned on all that was presented, the item included.
    least_per_group : int, default 20
        With fewer candidates in a group the values are None. (Nobody needs a match: the score is a line here.)

    Returns
    -------
    tuple of LogisticDif, length k
        In the order of the columns. `Reason.NOT_DETERMINED` stands where a model has no finite estimates, because
        score and group tell right from wrong without error, or do so in one group.

    Raises
    ------
    ValueError
        If the shapes do not fit, a score or group is neither 0, 1 nor NaN, or a matching score is infinite.

    Notes
    -----
    ``logit P = b0 + b1 score``; ``+ b2 group``; ``+ b3 score group``. The likelihood ratio statistics are twice the
    differences of the log-likelihoods. Nagelkerke's ``R2 = (1 - (L0/L)^(2/n)) / (1 - L0^(2/n))``, with L0 the
    likelihood of the intercept alone.

    Jodoin and Gierl: A if p_both >= 0.05 or R2 grows by less than 0.035, B below 0.07, C from there. Zumbo and Thomas:
    A if p_both > 0.01 or R2 grows by less than 0.13, B below 0.26, C from there: they rarely call an item large.

    References
    ----------
    Swaminathan, H. & Rogers, H. J. (1990). Detecting differential item functioning using logistic regression
    procedures. Journal of Educational Measurement 27, 361-370.
    Nagelkerke, N. J. D. (1991). A note on a general definition of the coefficient of determination. Biometrika 78,
    691-692.
    Albert, A. & Anderson, J. A. (1984). On the existence of maximum likelihood estimates in logistic regression
    models. Biometrika 71, 1-10.
    Zumbo, B. D. (1999). A handbook on the theory and methods of differential item functioning. Ottawa.
    Jodoin, M. G. & Gierl, M. J. (2001). Evaluating type I error and power rates using an effect size measure with the
    logistic regression procedure for DIF detection. Applied Measurement in Education 14, 329-349.
    """
    check_least(least_per_group)
    matched = count_matched(scores, focal, matching)
    n = matched.counts.sum(axis=(1, 3))
    null = _null_log_likelihood(matched.counts.sum(axis=(1, 2)))
    reasons = _reasons(matched, n, least_per_group)
    columns = zip(*_log_likelihoods(matched), null.tolist(), n.astype(int).tolist(), reasons, strict=True)
    return tuple(_judge(*column) for column in columns)


def _log_likelihoods(matched: MatchedCounts) -> list[list[float | None]]:
    """Log-likelihood of each item under the three models; None where no finite estimates exist."""
    cells = _occupied_cells(matched)
    estimates = np.zeros((len(matched.counts), NONUNIFORM))
    found: list[list[float | None]] = []
    for columns in (SCORE_ONLY, UNIFORM, NONUNIFORM):
        items = np.flatnonzero(_is_estimable(matched, columns))
        # What is estimable in a larger model is so in a smaller one, whose estimates are a good start.
        estimates[items], values, converged = _maximise(cells.of(items), estimates[items], columns)
        fits = zip(items.tolist(), values.tolist(), converged.tolist(), strict=True)
        by_item = {item: value for item, value, is_converged in fits if is_converged}
        found.append([by_item.get(item) for item in range(len(estimates))])
    return found


def _is_estimable(matched: MatchedCounts, columns: int) -> NDArray[np.bool_]:
    """Whether right and wrong answers overlap, so that the likelihood has its maximum at finite estimates.

    Notes
    -----
    Albert and Anderson's condition for an intercept and one slope is that neither all the right answers have scores
    at or above those of the wrong ones, nor at or below. With the product in the model each group has its own line
    and must overlap by itself. With one slope for two intercepts, both groups would have to be parted in the same
    direction, or one of them to have right or wrong answers alone.
    """
    counts = matched.counts.sum(axis=2, keepdims=True) if columns == SCORE_ONLY else matched.counts
    level = matched.levels[..., np.newaxis, np.newaxis]
    lowest = np.where(counts > 0, level, np.inf).min(axis=1, initial=np.inf)
    highest = np.where(counts > 0, level, -np.inf).max(axis=1, initial=-np.inf)
    (low_wrong, low_right), (high_wrong, high_right) = np.moveaxis(lowest, 2, 0), np.moveaxis(highest, 2, 0)
    rises, falls = high_wrong <= low_right, high_right <= low_wrong
    if columns == UNIFORM:
        has_both = np.isfinite(low_wrong) & np.isfinite(low_right)
        return has_both.all(axis=1) & ~rises.all(axis=1) & ~falls.all(axis=1)
    return ~(rises | falls).any(axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Candidates of one score and group together: right answers and all, shape (k, c), design, shape (k, c, 4)."""

    right: NDArray[np.float64]
    total: NDArray[np.float64]
    design: NDArray[np.float64]

    def of(self, items: NDArray[np.intp]) -> "_Cells":
        return _Cells(self.right[items], self.total[items], self.design[items])


def _occupied_cells(matched: MatchedCounts) -> _Cells:
    """Put the cells that hold anybody side by side: with a matching score of many values most hold nobody."""
    n_items, n_levels = matched.levels.shape
    total = matched.counts.sum(axis=3).reshape(n_items, 2 * n_levels)
    width = int((total > 0).sum(axis=1).max(initial=0))
    order = np.argsort(total == 0, axis=1, kind="stable")[:, :width]
    right = np.take_along_axis(matched.counts[..., 1].reshape(total.shape), order, axis=1)
    total = np.take_along_axis(total, order, axis=1)
    score = _standardised(np.take_along_axis(matched.levels, order // 2, axis=1), total)
    is_focal = order % 2
    return _Cells(right, total, np.stack([np.ones_like(score), score, is_focal, score * is_focal], axis=2))


def _standardised(score: NDArray[np.float64], n: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores with mean 0 and standard deviation 1: the fit is the same, and well-conditioned in every unit."""
    n_all = np.maximum(n.sum(axis=1, keepdims=True), 1.0)
    deviations = np.where(n > 0, score - (n * score).sum(axis=1, keepdims=True) / n_all, 0.0)
    sd = np.sqrt((n * deviations**2).sum(axis=1, keepdims=True) / n_all)
    return np.divide(deviations, sd, out=np.zeros_like(deviations), where=sd > 0)


def _maximise(
    cells: _Cells, start: NDArray[np.float64], columns: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Newton's method (iteratively reweighted least squares) for all items at once.

    Returns
    -------
    estimates, shape (k, 4); log-likelihoods, shape (k,); whether they have converged, shape (k,)
    """
    estimates, values = start.copy(), _log_likelihood(start, cells)
    active = np.arange(len(start))
    for _step in range(MOST_STEPS):
        if not len(active):
            break
        own = cells.of(active) if len(active) < len(start) else cells
        gradient, information = _derivatives(estimates[active], own, columns)
        information += RIDGE * (1 + np.trace(information, axis1=1, axis2=2))[:, None, None] * np.eye(columns)
        step = np.zeros((len(active), NONUNIFORM))
        step[:, :columns] = np.linalg.solve(information, gradient[..., np.newaxis])[..., 0]
        decrement = (gradient * step[:, :columns]).sum(axis=1)
        estimates[active], values[active] = _climb(estimates[active], step, values[active], own)
        active = active[decrement >= SMALLEST_DECREMENT]
    converged = np.ones(len(start), dtype=bool)
    converged[active] = False
    return estimates, values, converged


def _climb(estimates, step, value, cells):
    """Go as far in the direction as the likelihood does not fall, in halves."""
    for _halving in range(MOST_HALVINGS):
        reached = _log_likelihood(estimates + step, cells)
        falls = reached < value - 1e-12 * np.abs(value)
        if not falls.any():
            return estimates + step, reached
        step[falls] /= 2
    return np.where(falls[:, np.newaxis], estimates, estimates + step), np.where(falls, value, reached)


def _linear_predictor(estimates: NDArray[np.float64], cells: _Cells) -> NDArray[np.float64]:
    return (cells.design @ estimates[..., np.newaxis])[..., 0]


def _log_likelihood(estimates: NDArray[np.float64], cells: _Cells) -> NDArray[np.float64]:
    eta = _linear_predictor(estimates, cells)
    return (cells.right * eta - cells.total * np.logaddexp(0.0, eta)).sum(axis=1)


def _derivatives(
    estimates: NDArray[np.float64], cells: _Cells, columns: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gradient, shape (k, columns), and information, shape (k, columns, columns)."""
    share = expit(_linear_predictor(estimates, cells))
    design = cells.design[..., :columns]
    transposed = design.swapaxes(1, 2)
    gradient = (transposed @ (cells.right - cells.total * share)[..., np.newaxis])[..., 0]
    return gradient, transposed @ ((cells.total * share * (1 - share))[..., np.newaxis] * design)


def _null_log_likelihood(answers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-likelihood of the intercept alone, from the wrong and right answers to each item."""
    n = np.maximum(answers.sum(axis=1, keepdims=True), 1.0)
    return xlogy(answers, answers / n).sum(axis=1)


def _reasons(matched: MatchedCounts, n: NDArray[np.float64], least_per_group: int) -> list[Reason | None]:
    """Why an item has no values at all; None where it may have some."""
    by_answer = matched.counts.sum(axis=(1, 2))
    n_scores = (matched.counts.sum(axis=(2, 3)) > 0).sum(axis=1)
    conditions = [n.sum(axis=1) == 0, n.min(axis=1) < least_per_group, (by_answer == 0).any(axis=1), n_scores < 2]
    names = (Reason.NO_RESPONSES, Reason.TOO_FEW_CANDIDATES, Reason.CONSTANT_ITEM, Reason.CONSTANT_SCORE)
    return [
        next((name for name, holds in zip(names, item, strict=True) if holds), None)
        for item in zip(*conditions, strict=True)
    ]


def _judge(score_only, uniform, nonuniform, null, n, reason) -> LogisticDif:
    """Compare the log-likelihoods of one item; `n`: candidates in the reference and the focal group."""
    names = [f"{kind}_{what}" for what in ("uniform", "nonuniform", "both") for kind in ("lr", "p", "delta_r2")]
    values = dict.fromkeys([*names, "jodoin_gierl_class", "zumbo_thomas_class"])
    if reason is None:
        values |= _compare("uniform", score_only, uniform, null, n, 1)
        values |= _compare("nonuniform", uniform, nonuniform, null, n, 1)
        values |= _compare("both", score_only, nonuniform, null, n, 2)
    if (growth := values["delta_r2_both"]) is not None:
        p = values["p_both"]
        values["jodoin_gierl_class"] = _class_by_r2(growth, JODOIN_GIERL, is_significant=p < SIGNIFICANT)
        values["zumbo_thomas_class"] = _class_by_r2(growth, ZUMBO_THOMAS, is_significant=p <= ZUMBO_THOMAS_SIGNIFICANT)
    undefined = {name: reason or Reason.NOT_DETERMINED for name, value in values.items() if value is None}
    return LogisticDif(n_reference=n[0], n_focal=n[1], undefined=undefined, **values)


def _compare(what, smaller, larger, null, n, degrees) -> dict:
    """Likelihood ratio, its level, and the growth of R2 from one model to a larger one, if both exist."""
    if smaller is None or larger is None:
        return {}
    ratio = max(2 * (larger - smaller), 0.0)
    n_all = sum(n)
    # (L0/L1)^(2/n) - (L0/L2)^(2/n), written so that nothing is lost when the two are close
    growth = -np.exp(2 * (null - smaller) / n_all) * np.expm1(-ratio / n_all) / -np.expm1(2 * null / n_all)
    return {f"lr_{what}": ratio, f"p_{what}": float(chdtrc(degrees, ratio)), f"delta_r2_{what}": float(growth)}


def _class_by_r2(growth: float, bounds: tuple[float, float], *, is_significant: bool) -> str:
    if not is_significant or growth < bounds[0]:
        return "A"
    return "B" if growth < bounds[1] else "C"
