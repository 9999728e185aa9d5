"""The test as a whole: how its totals are distributed, and how reliable they are by several measures."""

from dataclasses import dataclass, field
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from exambank.psychometrics.arrays import (
    NO_SPREAD,
    Interval,
    Reason,
    Scores,
    check_confidence,
    check_scores,
)
from exambank.psychometrics.biserial import dichotomous_items
from exambank.psychometrics.correlation import PERFECT
from exambank.psychometrics.factor import FEWEST_ITEMS, one_factor
from exambank.psychometrics.moments import deviation_products
from exambank.psychometrics.reliability import CANCELLED, Reliability, alpha

# Below this smallest eigenvalue an item is the sum of others but for rounding, and its correlations cannot be inverted.
SINGULAR = 1e-10

Figure = float | Interval | Reason  # a value, or why there is none


@dataclass(frozen=True, slots=True)
class WholeTest:
    """What one sitting tells about a test. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n : int
        Candidates who met all items of the set; totals are theirs.
    n_items : int
        Items that were presented to somebody.
    mean, median, minimum, maximum : float or None
        Of the total, in points.
    sd : float or None
        Standard deviation of the total (divisor n-1), in points.
    skewness : float or None
        Above 0 where the long tail is that of the strong.
    kurtosis : float or None
        Excess over the normal distribution, -2 or more; above 0 where the tails are heavy.
    skewness_se, kurtosis_se : float or None
        How far these two stray from 0 by chance where the totals are normal: standard errors for that case only.
    alpha, alpha_ci, sem : float, Interval, float, or None
        Cronbach's alpha, Feldt's interval and the standard error of measurement in points, as `alpha` gives them.
    kr20 : float or None
        Alpha, where every score is 0 or the item's maximum.
    kr21 : float or None
        What KR-20 would be if all items were equally difficult; the lower, the more they differ.
    lambda2 : float or None
        Guttman's second lower bound, at least alpha and at most 1.
    lambda6 : float or None
        Guttman's sixth lower bound, of the standardised items, below 1. Flattered where n is not far above k.
    omega_total : float or None
        McDonald's omega of one factor, of the standardised items, 0..1.
    split_half : float or None
        Correlation of the odd with the even items, stepped up to the full length; at most 1.
    undefined : dict of str to Reason
        For each attribute that is None, why.
    """

    n: int
    n_items: int
    mean: float | None
    sd: float | None
    median: float | None
    minimum: float | None
    maximum: float | None
    skewness: float | None
    kurtosis: float | None
    skewness_se: float | None
    kurtosis_se: float | None
    alpha: float | None
    alpha_ci: Interval | None
    sem: float | None
    kr20: float | None
    kr21: float | None
    lambda2: float | None
    lambda6: float | None
    omega_total: float | None
    split_half: float | None
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


def whole_test_statistics(
    scores: ArrayLike, *, max_scores: ArrayLike | None = None, confidence: float = 0.95
) -> WholeTest:
    """Distribution of the totals and reliability of a test that all candidates sat.

    Parameters
    ----------
    scores : array_like of float, shape (n, k)
        Points of n candidates on k items, 0 to the item's maximum; NaN = not presented; omitted = scored.
    max_scores : array_like of float, shape (k,), or one number, optional
        The most each item can give; 1 unless told.
    confidence : float, default 0.95
        Level of the interval of alpha.

    Returns
    -------
    WholeTest

    Raises
    ------
    ValueError
        If the shapes do not fit, or a score is not a number from 0 to the maximum.

    Notes
    -----
    With the total T of those who met all items, m2, m3, m4 its central moments (divisor n), s its standard
    deviation (divisor n-1), C the covariances and R the correlations of the k items, w what one item gives:

    * ``skewness = m3 / m2^1.5``, ``kurtosis = m4 / m2^2 - 3``, with Fisher's exact errors under normality,
      ``6 (n-2) / ((n+1)(n+3))`` and ``24 n (n-2)(n-3) / ((n+1)^2 (n+3)(n+5))``, squared;
    * ``kr21 = k / (k-1) (1 - M (k w - M) / (k s^2))``, M the mean, for items that all give 0 or the same w;
    * ``lambda2 = (sum of C off its diagonal + sqrt(k / (k-1) sum of their squares)) / s^2``;
    * ``lambda6 = 1 - sum(1 / diag(R^-1)) / sum(R)``: each item by its multiple correlation with the others;
    * ``omega_total = (sum l)^2 / ((sum l)^2 + sum u)``, l and u the loadings and uniquenesses of one factor fitted
      to R by maximum likelihood;
    * ``split_half = 2 r / (1 + r)``, r the correlation of the columns 1, 3, 5, ... with 2, 4, 6, ...; another
      order of the columns gives another value.

    R takes every item varied and more candidates than items; lambda6 and omega_total do not exist otherwise. Where
    some candidates missed an item, alpha bridges the gap (see `alpha`), while all else leaves these candidates out.
    Where papers differ by design there is no common total, and nothing exists (`Reason.PAPERS_DIFFER`).

    References
    ----------
    Kuder, G. F. & Richardson, M. W. (1937). The theory of the estimation of test reliability. Psychometrika 2,
    151-160.
    Fisher, R. A. (1930). The moments of the distribution for normal samples of measures of departure from normality.
    Proceedings of the Royal Society of London A 130, 16-28.
    Guttman, L. (1945). A basis for analyzing test-retest reliability. Psychometrika 10, 255-282.
    McDonald, R. P. (1999). Test theory: a unified treatment, ch. 6.

    Examples
    --------
    >>> test = whole_test_statistics([[1, 1], [0, 0], [1, 1], [0, 0]])
    >>> test.mean, test.kurtosis, test.lambda2
    (1.0, -2.0, 1.0)
    """
    confidence = check_confidence(confidence)
    checked = check_scores(scores, max_scores)
    reliability = alpha(scores, max_scores=max_scores, confidence=confidence)
    is_dichotomous = bool(dichotomous_items(checked).all())
    points, max_points = complete_papers(checked)
    figures = _of_alpha(reliability, is_dichotomous) | _of_totals(points, max_points, is_dichotomous)
    figures = _of_one_paper(figures, reliability, len(points))
    undefined = {name: figure for name, figure in figures.items() if isinstance(figure, Reason)}
    figures |= dict.fromkeys(undefined)
    return WholeTest(n=len(points), n_items=len(max_points), undefined=undefined, **figures)


def complete_papers(scores: Scores) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points of those who met every item that anybody met, and the most these items give."""
    if scores.is_complete:
        return scores.points, scores.max_points
    items = scores.presented.any(axis=0)
    candidates = scores.presented.any(axis=1) & scores.presented[:, items].all(axis=1)
    return scores.points[np.ix_(candidates, items)], scores.max_points[items]


def _of_one_paper(figures: dict[str, Figure], reliability: Reliability, n: int) -> dict[str, Figure]:
    """Withdraw every figure where there is no common paper, and those of the totals where nobody met all of it."""
    if reliability.n == 0:
        return dict.fromkeys(figures, Reason.NO_RESPONSES)
    if reliability.undefined.get("alpha") is Reason.PAPERS_DIFFER:
        return dict.fromkeys(figures, Reason.PAPERS_DIFFER)
    if n:
        return figures
    kept = ("alpha", "alpha_ci", "sem", "kr20")
    return {name: figure if name in kept else Reason.PAPERS_DIFFER for name, figure in figures.items()}


def _of_alpha(reliability: Reliability, is_dichotomous: bool) -> dict[str, Figure]:
    names = ("alpha", "alpha_ci", "sem")
    figures = {name: reliability.undefined.get(name, getattr(reliability, name)) for name in names}
    figures["kr20"] = figures["alpha"] if is_dichotomous else Reason.NOT_DICHOTOMOUS
    return figures


def _of_totals(points: NDArray[np.float64], max_points: NDArray[np.float64], is_dichotomous: bool) -> dict[str, Figure]:
    if not len(points):
        points = np.zeros((1, len(max_points)))  # nobody: the figures are withdrawn, they must only have names
    totals = points.sum(axis=1)
    figures = _distribution(totals, max_points.sum())
    figures["kr21"] = _kr21(totals, max_points, is_dichotomous)
    products = deviation_products(points)
    figures["lambda2"] = _lambda2(products, len(points), max_points)
    figures["split_half"] = _split_half(points, max_points)
    return figures | _of_correlations(products, len(points), max_points)


def _distribution(totals: NDArray[np.float64], max_total: float) -> dict[str, Figure]:
    deviations = totals - totals.mean()
    n, squares = len(totals), float(deviations @ deviations)
    figures: dict[str, Figure] = {
        "mean": float(totals.mean()),
        "median": float(np.median(totals)),
        "minimum": float(totals.min()),
        "maximum": float(totals.max()),
        "sd": sqrt(squares / (n - 1)) if n > 1 else Reason.TOO_FEW_CANDIDATES,
        "skewness": Reason.TOO_FEW_CANDIDATES if n < 2 else Reason.CONSTANT_SCORE,
        "kurtosis": Reason.TOO_FEW_CANDIDATES if n < 2 else Reason.CONSTANT_SCORE,
    }
    if squares > n * NO_SPREAD * max_total**2:
        standard = deviations / sqrt(squares / n)
        figures["skewness"] = float((standard**3).mean())
        figures["kurtosis"] = float((standard**4).mean() - 3)
    return figures | _errors_of_shape(n, figures["skewness"])


def _errors_of_shape(n: int, skewness: Figure) -> dict[str, Figure]:
    """Standard errors of skewness and kurtosis in samples of normal totals."""
    names = ("skewness_se", "kurtosis_se")
    if isinstance(skewness, Reason):
        return dict.fromkeys(names, skewness)
    of_skewness = 6 * (n - 2) / ((n + 1) * (n + 3))
    of_kurtosis = 24 * n * (n - 2) * (n - 3) / ((n + 1) ** 2 * (n + 3) * (n + 5))
    few = Reason.TOO_FEW_CANDIDATES  # with 2 and 3 these figures can take one value only
    return dict(zip(names, (sqrt(of_skewness) if n > 2 else few, sqrt(of_kurtosis) if n > 3 else few), strict=True))


def _kr21(totals: NDArray[np.float64], max_points: NDArray[np.float64], is_dichotomous: bool) -> Figure:
    n_items = len(max_points)
    reason = _too_few(len(totals), n_items)
    if reason:
        return reason
    if not is_dichotomous:
        return Reason.NOT_DICHOTOMOUS
    if (max_points != max_points[0]).any():
        return Reason.MAXIMA_DIFFER
    max_total, mean, variance = max_points.sum(), totals.mean(), totals.var(ddof=1)
    if variance <= NO_SPREAD * max_total**2:
        return Reason.CONSTANT_SCORE
    return float(n_items / (n_items - 1) * (1 - mean * (max_total - mean) / (n_items * variance)))


def _lambda2(products: NDArray[np.float64], n: int, max_points: NDArray[np.float64]) -> Figure:
    n_items = len(max_points)
    reason = _too_few(n, n_items)
    if reason:
        return reason
    covariances = products / (n - 1)
    own = np.trace(covariances)
    total = covariances.sum()
    if own <= NO_SPREAD * max_points.max() ** 2 or total <= CANCELLED * own:
        return Reason.CONSTANT_SCORE
    shared = covariances - np.diag(np.diag(covariances))
    return float(min((shared.sum() + sqrt(n_items / (n_items - 1) * (shared**2).sum())) / total, 1.0))


def _split_half(points: NDArray[np.float64], max_points: NDArray[np.float64]) -> Figure:
    reason = _too_few(*points.shape)
    if reason:
        return reason
    halves = np.stack([points[:, start::2].sum(axis=1) for start in (0, 1)])
    centred = halves - halves.mean(axis=1, keepdims=True)
    products = centred @ centred.T
    if np.diag(products).min() <= len(points) * NO_SPREAD * max_points.sum() ** 2:
        return Reason.CONSTANT_SCORE
    r = min(float(products[0, 1] / sqrt(products[0, 0] * products[1, 1])), 1.0)
    # Halves that contradict each other wholly: the formula divides by nothing.
    return 2 * r / (1 + r) if r > -PERFECT else Reason.NOT_DETERMINED


def _of_correlations(products: NDArray[np.float64], n: int, max_points: NDArray[np.float64]) -> dict[str, Figure]:
    correlations = _correlations(products, n, max_points)
    if isinstance(correlations, Reason):
        return {"lambda6": correlations, "omega_total": correlations}
    own = 1 / np.diag(np.linalg.inv(correlations))
    lambda6 = float(1 - own.sum() / correlations.sum())
    if len(correlations) < FEWEST_ITEMS:
        return {"lambda6": lambda6, "omega_total": Reason.TOO_FEW_ITEMS}
    factor = one_factor(correlations)
    return {"lambda6": lambda6, "omega_total": factor.omega_total if factor else Reason.NOT_DETERMINED}


def _correlations(
    products: NDArray[np.float64], n: int, max_points: NDArray[np.float64]
) -> NDArray[np.float64] | Reason:
    """Correlations of the items, or why they do not exist or cannot be inverted."""
    n_items = len(max_points)
    reason = _too_few(n, n_items)
    if reason:
        return reason
    squares = np.diag(products)
    if (squares <= n * NO_SPREAD * max_points**2).any():
        return Reason.CONSTANT_ITEM
    if n <= n_items:
        return Reason.TOO_FEW_CANDIDATES
    scale = np.sqrt(squares)
    correlations = products / np.outer(scale, scale)
    return correlations if np.linalg.eigvalsh(correlations)[0] > SINGULAR else Reason.NOT_DETERMINED


def _too_few(n: int, n_items: int) -> Reason | None:
    if n_items < 2:
        return Reason.TOO_FEW_ITEMS
    return Reason.TOO_FEW_CANDIDATES if n < 2 else None
