"""Linking two separate calibrations through their common items: one line between two ability scales."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from math import exp, log, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import least_squares
from scipy.special import expit

from exambank.psychometrics.arrays import NO_SPREAD, Reason
from exambank.psychometrics.linking.curves import NORMAL_161, Curves, Nodes

# Two calibrations of one population differ by a factor near 1. A factor beyond these is no link but a search
# that ran away, because the curves leave the line open (flat items, slopes of opposite sign).
LARGEST_FACTOR = 1e3


class LinkMethod(StrEnum):
    """How a link was found."""

    MEAN_SIGMA = "mean_sigma"
    MEAN_MEAN = "mean_mean"
    HAEBARA = "haebara"
    STOCKING_LORD = "stocking_lord"


@dataclass(frozen=True, slots=True)
class Link:
    """The line ``theta_target = slope * theta_source + intercept``. Never NaN: what does not exist is None.

    Attributes
    ----------
    method : LinkMethod
        How it was found.
    slope, intercept : float or None
        A (above 0) and B.
    loss : float or None
        For `haebara` and `stocking_lord` what the method made smallest. The mean methods make nothing smallest;
        theirs is the Stocking-Lord loss of their line, so that it compares.
    n_anchors : int
        Common items with parameters and a slope other than 0 in both calibrations: those the link rests on.
    undefined : dict of str to Reason
        For each attribute that is None, why.
    """

    method: LinkMethod
    slope: float | None
    intercept: float | None
    loss: float | None
    n_anchors: int
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


def mean_sigma(source: Curves, target: Curves) -> Link:
    """Link by mean and standard deviation of the anchors' difficulties.

    Parameters
    ----------
    source, target : Curves of k items
        The anchors, in the same order, in the calibration to be moved and in that which stays.

    Returns
    -------
    Link
        Undefined with fewer than two anchors, or where all are equally difficult in one calibration.

    Raises
    ------
    ValueError
        If the two have not the same number of items.

    Notes
    -----
    ``A = sd(b_target) / sd(b_source)``, ``B = mean(b_target) - A mean(b_source)``. One anchor with a small slope,
    whose difficulty is poorly known, can move it far: use it as a start only.

    References
    ----------
    Marco, G. L. (1977). Item characteristic curve solutions to three intractable testing problems. Journal of
    Educational Measurement 14, 139-160.

    Examples
    --------
    >>> from exambank.psychometrics.linking.curves import item_curves
    >>> link = mean_sigma(item_curves([1, 1], [0, 1]), item_curves([0.5, 0.5], [0, 1]))
    >>> link.slope, link.intercept
    (2.0, 0.0)
    """
    source, target = _anchors(source, target)
    if len(source) < 2:
        return _no_link(LinkMethod.MEAN_SIGMA, len(source), Reason.TOO_FEW_ITEMS)
    spread, target_spread = source.difficulties.var(), target.difficulties.var()
    if min(spread, target_spread) < NO_SPREAD:
        return _no_link(LinkMethod.MEAN_SIGMA, len(source), Reason.NOT_DETERMINED)
    return _through_the_means(LinkMethod.MEAN_SIGMA, source, target, sqrt(target_spread / spread))


def mean_mean(source: Curves, target: Curves) -> Link:
    """Link by the means of the anchors' slopes and difficulties.

    Parameters
    ----------
    source, target : Curves of k items
        The anchors, in the same order, in the calibration to be moved and in that which stays.

    Returns
    -------
    Link
        Undefined without an anchor, or where the mean slopes have not the same sign.

    Raises
    ------
    ValueError
        If the two have not the same number of items.

    Notes
    -----
    ``A = mean(a_source) / mean(a_target)``, ``B = mean(b_target) - A mean(b_source)``.

    References
    ----------
    Loyd, B. H. & Hoover, H. D. (1980). Vertical equating using the Rasch model. Journal of Educational
    Measurement 17, 179-193.
    """
    source, target = _anchors(source, target)
    if len(source) == 0:
        return _no_link(LinkMethod.MEAN_MEAN, 0, Reason.TOO_FEW_ITEMS)
    slope = _ratio(source.slopes.sum(), target.slopes.sum())
    if slope is None:
        return _no_link(LinkMethod.MEAN_MEAN, len(source), Reason.NOT_DETERMINED)
    return _through_the_means(LinkMethod.MEAN_MEAN, source, target, slope)


def haebara(source: Curves, target: Curves, *, nodes: Nodes = NORMAL_161) -> Link:
    """Link by the smallest squared differences between the curves of each anchor.

    Parameters
    ----------
    source, target : Curves of k items
        The anchors, in the same order, in the calibration to be moved and in that which stays.
    nodes : Nodes, default 161 points on [-4, 4] with normal weights
        Where on the target's scale the curves are compared.

    Returns
    -------
    Link
        Undefined without an anchor, or where the curves leave the line open.

    Raises
    ------
    ValueError
        If the two have not the same number of items.

    Notes
    -----
    The loss is ``sum_q w_q sum_j (P_j(theta_q) - P*_j(theta_q))^2``, with P* the source's curves on the target's
    scale: ``a* = a / A``, ``d* = d - a B / A``. It looks from the target's scale only; exchanging source and target
    gives a slightly different line.

    References
    ----------
    Haebara, T. (1980). Equating logistic ability scales by a weighted least squares method. Japanese
    Psychological Research 22, 144-149.
    """
    source, target = _anchors(source, target)
    return _closest_curves(LinkMethod.HAEBARA, source, target, nodes)


def stocking_lord(source: Curves, target: Curves, *, nodes: Nodes = NORMAL_161) -> Link:
    """Link by the smallest squared differences between the test curves of all anchors together.

    Parameters
    ----------
    source, target : Curves of k items
        The anchors, in the same order, in the calibration to be moved and in that which stays.
    nodes : Nodes, default 161 points on [-4, 4] with normal weights
        Where on the target's scale the test curves are compared.

    Returns
    -------
    Link
        Undefined without an anchor, or where the curves leave the line open.

    Raises
    ------
    ValueError
        If the two have not the same number of items.

    Notes
    -----
    The loss is ``sum_q w_q (sum_j P_j(theta_q) - sum_j P*_j(theta_q))^2``, with P* the source's curves on the
    target's scale, in points squared. It looks from the target's scale only, as `haebara` does.

    References
    ----------
    Stocking, M. L. & Lord, F. M. (1983). Developing a common metric in item response theory. Applied
    Psychological Measurement 7, 201-210.
    """
    source, target = _anchors(source, target)
    return _closest_curves(LinkMethod.STOCKING_LORD, source, target, nodes)


def transform_curves(curves: Curves, link: Link) -> Curves:
    """Put the source's curves on the target's scale, where ``P*(A theta + B) = P(theta)``.

    Parameters
    ----------
    curves : Curves of k items
        On the source's scale; all of its items, not only the anchors.
    link : Link
        A defined one.

    Returns
    -------
    Curves
        ``a* = a / A``, ``d* = d - a B / A``, c as it was.

    Raises
    ------
    ValueError
        If the link is undefined.
    """
    slope, intercept = _line(link)
    return _moved(curves, slope, intercept)


def transform_abilities(abilities: ArrayLike, link: Link) -> NDArray[np.float64]:
    """Put abilities on the target's scale; their standard errors are to be multiplied by ``link.slope``.

    Parameters
    ----------
    abilities : array_like of float, any shape
        On the source's scale.
    link : Link
        A defined one.

    Returns
    -------
    float array of the same shape
        ``A theta + B``.

    Raises
    ------
    ValueError
        If the link is undefined, or an ability is not a finite number.
    """
    slope, intercept = _line(link)
    values = np.array(abilities, dtype=np.float64)
    if not np.isfinite(values).all():
        raise ValueError("an ability must be a finite number")
    return slope * values + intercept


def _line(link: Link) -> tuple[float, float]:
    if link.slope is None or link.intercept is None:
        raise ValueError("the link is undefined")
    return link.slope, link.intercept


def _moved(curves: Curves, slope: float, intercept: float) -> Curves:
    slopes = curves.slopes / slope
    return Curves(slopes, curves.intercepts - slopes * intercept, curves.guessing)


def _anchors(source: Curves, target: Curves) -> tuple[Curves, Curves]:
    """Leave out the pairs of which one has no difficulty."""
    if len(source) != len(target):
        raise ValueError(f"{len(source)} anchors of the source do not pair with {len(target)} of the target")
    both = source.calibrated & target.calibrated
    return source.pick(both), target.pick(both)


def _ratio(top: float, bottom: float) -> float | None:
    """Divide, where the result is a factor between two scales: above 0 and of reasonable size."""
    if top * bottom <= 0 or not 1 / LARGEST_FACTOR <= abs(top) / abs(bottom) <= LARGEST_FACTOR:
        return None
    return float(top / bottom)


def _no_link(method: LinkMethod, n_anchors: int, reason: Reason) -> Link:
    return Link(method, None, None, None, n_anchors, dict.fromkeys(("slope", "intercept", "loss"), reason))


def _through_the_means(method: LinkMethod, source: Curves, target: Curves, slope: float) -> Link:
    intercept = float(target.difficulties.mean() - slope * source.difficulties.mean())
    differences = _curve_differences(_moved(source, slope, intercept), target, NORMAL_161)
    loss = float(NORMAL_161.weights @ differences.sum(axis=1) ** 2)
    return Link(method, slope, intercept, loss, len(source))


def _curve_differences(moved: Curves, target: Curves, nodes: Nodes) -> NDArray[np.float64]:
    return target.probabilities(nodes.abilities) - moved.probabilities(nodes.abilities)


def _closest_curves(method: LinkMethod, source: Curves, target: Curves, nodes: Nodes) -> Link:
    """Find the line that makes the weighted squares smallest, from where mean/sigma says that it lies."""
    if len(source) == 0:
        return _no_link(method, 0, Reason.TOO_FEW_ITEMS)
    residuals, gradients = _residuals(method, source, target, nodes)
    start = _start(source, target)
    best = least_squares(residuals, start, gradients, method="lm", xtol=1e-14, ftol=1e-15, gtol=1e-15)
    scale, intercept = best.x
    # Where the columns of the gradient are nearly 0 or multiples of one another, many lines fit alike.
    singular = np.linalg.svd(gradients(best.x), compute_uv=False)
    if abs(scale) > log(LARGEST_FACTOR) or singular[-1] <= 1e-8 * max(singular[0], 1.0):
        return _no_link(method, len(source), Reason.NOT_DETERMINED)
    return Link(method, exp(scale), float(intercept), float(2 * best.cost), len(source))


def _start(source: Curves, target: Curves) -> tuple[float, float]:
    """Where the search starts, (log A, B): mean/sigma, or what stands in for it."""
    for link in (mean_sigma(source, target), mean_mean(source, target)):
        if link.slope is not None and 1 / 10 <= link.slope <= 10 and abs(link.intercept) <= 10:
            return log(link.slope), link.intercept
    return 0.0, 0.0


Line = NDArray[np.float64]


def _residuals(
    method: LinkMethod, source: Curves, target: Curves, nodes: Nodes
) -> tuple[Callable[[Line], NDArray[np.float64]], Callable[[Line], NDArray[np.float64]]]:
    """The weighted differences as a function of (log A, B), and their derivatives."""
    roots = np.sqrt(nodes.weights)[:, np.newaxis]
    target_curves = target.probabilities(nodes.abilities)

    def gather(per_item: NDArray[np.float64]) -> NDArray[np.float64]:
        if method == LinkMethod.STOCKING_LORD:
            return (roots * per_item.sum(axis=1, keepdims=True)).ravel()
        return (roots * per_item).ravel()

    def abilities_on_source_scale(line: Line) -> tuple[NDArray[np.float64], float]:
        # The search may look far away; a bound keeps exp from overflowing there.
        factor = exp(min(max(line[0], -50.0), 50.0))
        return (nodes.abilities - line[1]) / factor, factor

    def residuals(line: Line) -> NDArray[np.float64]:
        abilities, _ = abilities_on_source_scale(line)
        return gather(target_curves - source.probabilities(abilities))

    def gradients(line: Line) -> NDArray[np.float64]:
        abilities, factor = abilities_on_source_scale(line)
        share = expit(np.outer(abilities, source.slopes) + source.intercepts)
        steepness = (1 - source.guessing) * share * (1 - share) * source.slopes
        return np.column_stack([gather(steepness * abilities[:, np.newaxis]), gather(steepness / factor)])

    return residuals, gradients
