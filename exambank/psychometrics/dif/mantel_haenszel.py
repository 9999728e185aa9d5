"""Differential item functioning by Mantel and Haenszel, and the counting of matched candidates.

Does an item treat two groups alike? Candidates of the reference and the focal group are compared only with those of
the same score (matching), so that a group that knows less is not taken for a group that is treated worse.
"""

from dataclasses import dataclass, field
from math import log, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, ndtri

from exambank.psychometrics.arrays import Interval, Reason, Scores, check_confidence, check_scores
from exambank.psychometrics.correlation import SHARE_DIGITS, total_shares

LEAST_PER_GROUP = 20
SIGNIFICANT = 0.05
DELTA_UNIT = -2.35  # turns a log odds ratio into the delta scale of item difficulties (mean 13, sd 4)
SLIGHT_DELTA, LARGE_DELTA = 1.0, 1.5


@dataclass(frozen=True, slots=True)
class MantelHaenszel:
    """Whether one item treats two groups alike. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    chi2, p : float or None
        Test of no difference, with continuity correction, 1 degree of freedom; and its level, 0..1.
    alpha : float or None
        Common odds ratio, above 0; above 1 the item is easier for the reference group.
    delta : float or None
        ``-2.35 ln alpha``; below 0 the item works against the focal group.
    delta_se : float or None
        Its standard error by Robins, Breslow and Greenland.
    delta_ci : Interval or None
    ets_class : "A", "B", "C" or None
        Negligible, moderate, large (see `mantel_haenszel`).
    n_reference, n_focal : int
        Candidates who met the item and have a match in the other group.
    undefined : dict of str to Reason
        For each attribute that is None, why.
    """

    chi2: float | None
    p: float | None
    alpha: float | None
    delta: float | None
    delta_se: float | None
    delta_ci: Interval | None
    ets_class: str | None
    n_reference: int
    n_focal: int
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


def mantel_haenszel(
    scores: ArrayLike,
    focal: ArrayLike,
    *,
    matching: ArrayLike | None = None,
    least_per_group: int = LEAST_PER_GROUP,
    confidence: float = 0.95,
) -> tuple[MantelHaenszel, ...]:
    """Compare the odds of a right answer between matched candidates of two groups, item by item.

    Parameters
    ----------
    scores : array_like of float, shape (n, k)
        1 right, 0 wrong (or omitted), NaN not presented.
    focal : array_like of bool or float, shape (n,)
        1 for the focal group, 0 for the reference group; NaN or None: unknown, the candidate is left out.
    matching : array_like of float, shape (n,) or (n, k), optional
        The score on which candidates are matched, equal numbers being a match; with two dimensions each item has
        its own. NaN: unknown, the candidate is left out. Unless told, the share of the points earned on all that was
        presented, the item included.
    least_per_group : int, default 20
        With fewer matched candidates in a group the values are None.
    confidence : float, default 0.95
        Level of the intervals.

    Returns
    -------
    tuple of MantelHaenszel, length k
        In the order of the columns.

    Raises
    ------
    ValueError
        If the shapes do not fit, a score or group is neither 0, 1 nor NaN, or a matching score is infinite.

    Notes
    -----
    At each score the reference group has A right and B wrong answers, the focal group C and D, T together, and
    A is expected to be ``E = (A+B)(A+C)/T``; scores at which only one group has candidates tell nothing and are left
    out. ``alpha = sum(AD/T) / sum(BC/T)`` and ``chi2 = (|sum(A-E)| - min(0.5, |sum(A-E)|))^2 / sum(var A)``.

    The classes are those of the Educational Testing Service. A: p >= 0.05 or ``|delta| < 1``. C: ``|delta| >= 1.5``
    and above 1 at the one-sided level 0.05. B: the others. A class is a reason to read the item, no verdict.

    Matched on shares, papers that differ meet in thin strata; a coarser `matching` may then use more candidates.

    References
    ----------
    Mantel, N. & Haenszel, W. (1959). Statistical aspects of the analysis of data from retrospective studies of
    disease. Journal of the National Cancer Institute 22, 719-748.
    Holland, P. W. & Thayer, D. T. (1988). Differential item performance and the Mantel-Haenszel procedure. In Wainer
    & Braun (eds.), Test validity, 129-145.
    Robins, J., Breslow, N. & Greenland, S. (1986). Estimators of the Mantel-Haenszel variance consistent in both
    sparse data and large-strata limiting models. Biometrics 42, 311-323.
    Zieky, M. (1993). Practical questions in the use of DIF statistics in test development. In Holland & Wainer
    (eds.), Differential item functioning, 337-347.
    """
    confidence = check_confidence(confidence)
    check_least(least_per_group)
    matched = count_matched(scores, focal, matching)
    columns = zip(*_sums(matched.counts), matched.counts.sum(axis=(1, 2)).tolist(), strict=True)
    return tuple(_judge(*column, least_per_group, confidence) for column in columns)


@dataclass(frozen=True, slots=True, eq=False)
class MatchedCounts:
    """How the candidates of two groups answered k items at each of m scores.

    Attributes
    ----------
    counts : float array, shape (k, m, 2, 2)
        Candidates by item, score, group (0 reference, 1 focal) and answer (0 wrong, 1 right).
    levels : float array, shape (k, m)
        The scores as shares of the largest, lowest first; meaningless where nobody is counted.
    """

    counts: NDArray[np.float64]
    levels: NDArray[np.float64]


def count_matched(scores: ArrayLike, focal: ArrayLike, matching: ArrayLike | None) -> MatchedCounts:
    """Check the input of `mantel_haenszel` and count the answers by score and group.

    Returns
    -------
    MatchedCounts
        Of the candidates with a group and a matching score, each on the items they were presented with.

    Raises
    ------
    ValueError
        As in `mantel_haenszel`.
    """
    checked = check_right_or_wrong(scores)
    n, n_items = checked.points.shape
    group = check_focal(focal, n)
    levels = _check_matching(matching, checked)
    members = ~np.isnan(group)
    group, levels = group[members].astype(np.intp), levels[members]
    right, usable = checked.points[members].astype(np.intp), checked.presented[members] & ~np.isnan(levels)
    levels = np.nan_to_num(levels)
    ranks = _ranks(levels)
    n_levels = int(ranks.max(initial=-1)) + 1
    cells = ((np.arange(n_items) * n_levels + ranks) * 2 + group[:, np.newaxis]) * 2 + right
    counts = np.bincount(cells[usable], minlength=n_items * n_levels * 4).astype(np.float64)
    table = np.zeros((levels.shape[1], n_levels))
    table[np.arange(levels.shape[1]), ranks] = levels
    return MatchedCounts(counts.reshape(n_items, n_levels, 2, 2), np.broadcast_to(table, (n_items, n_levels)))


def check_right_or_wrong(scores: ArrayLike) -> Scores:
    """Check a matrix of 0, 1 and NaN for not presented, or raise ValueError."""
    checked = check_scores(scores)
    if not np.isin(checked.points, (0.0, 1.0)).all():
        raise ValueError("differential functioning is judged on answers scored 0 or 1")
    return checked


def check_focal(focal: ArrayLike, n_candidates: int) -> NDArray[np.float64]:
    """Turn the membership of groups into 0 (reference), 1 (focal) and NaN (unknown), or raise ValueError."""
    try:
        group = np.array(focal, dtype=np.float64)
    except TypeError as error:
        raise ValueError("membership of the focal group is 0, 1 or NaN") from error
    if group.shape != (n_candidates,):
        raise ValueError(f"{n_candidates} candidates need as many groups, not shape {group.shape}")
    if not (np.isnan(group) | np.isin(group, (0.0, 1.0))).all():
        raise ValueError("membership of the focal group is 0, 1 or NaN")
    return group


def check_least(least_per_group: int) -> None:
    """Raise ValueError unless at least one candidate is asked for in each group."""
    if least_per_group < 1:
        raise ValueError(f"each group needs at least 1 candidate, not {least_per_group}")


def _check_matching(matching: ArrayLike | None, scores: Scores) -> NDArray[np.float64]:
    """Give the matching scores one column for all items, or a column for each."""
    if matching is None:
        return total_shares(scores)[:, np.newaxis]
    try:
        levels = np.array(matching, dtype=np.float64)
    except TypeError as error:
        raise ValueError("matching scores must be numbers") from error
    if levels.shape not in {scores.points.shape[:1], scores.points.shape}:
        raise ValueError(f"matching needs a score for each candidate, or for each and each item, not {levels.shape}")
    if np.isinf(levels).any():
        raise ValueError("a matching score is infinite")
    levels = levels[:, np.newaxis] if levels.ndim == 1 else levels
    largest = np.abs(np.nan_to_num(levels)).max(axis=0, initial=0.0)
    # Rounded as the total is, in every unit: equal sums reached in a different order must match.
    return np.round(levels / np.where(largest > 0, largest, 1.0), SHARE_DIGITS)


def _ranks(levels: NDArray[np.float64]) -> NDArray[np.intp]:
    """Number the different values of each column from 0, lowest first."""
    order = np.argsort(levels, axis=0)
    ordered = np.take_along_axis(levels, order, axis=0)
    ranks = np.zeros(levels.shape, dtype=np.intp)
    rises = np.cumsum(ordered[1:] > ordered[:-1], axis=0)
    np.put_along_axis(ranks, order[1:], rises, axis=0)
    return ranks


def _sums(counts: NDArray[np.float64]) -> tuple[list, ...]:
    """Sum over the scores at which both groups have candidates; each result has one entry an item.

    Returns
    -------
    n_reference, n_focal, n_right, excess, variance, favours, variance_terms
        Candidates; right answers; ``sum(A-E)`` and its variance; ``[sum R, sum S]`` with R = AD/T and S = BC/T; and
        ``[sum PR, sum PS + sum QR, sum QS]`` with P = (A+D)/T and Q = (B+C)/T.
    """
    counts = np.where((counts.sum(axis=3) > 0).all(axis=2)[..., np.newaxis, np.newaxis], counts, 0.0)
    (b, a), (d, c) = np.moveaxis(counts, (2, 3), (0, 1))
    reference, focal, right, wrong = a + b, c + d, a + c, b + d
    total = np.maximum(reference + focal, 2.0)  # the others hold nobody, and give 0 whatever the divisor
    r, s, p, q = a * d / total, b * c / total, (a + d) / total, (b + c) / total
    by_item = (
        reference, focal, right, a - reference * right / total,
        reference * focal * right * wrong / (total**2 * (total - 1)),
        np.array([r, s]), np.array([p * r, p * s + q * r, q * s]),
    )  # fmt: skip
    return tuple(np.moveaxis(part.sum(axis=-1), -1, 0).tolist() for part in by_item)


def _judge(
    n_reference, n_focal, n_right, excess, variance, favours, variance_terms, n_met, least_per_group, confidence
) -> MantelHaenszel:
    """Turn the sums of one item into its record; `n_met`: wrong and right answers before matching."""
    values = dict.fromkeys(("chi2", "p", "alpha", "delta", "delta_se", "delta_ci", "ets_class"))
    reason = Reason.NOT_DETERMINED
    if min(n_reference, n_focal) < least_per_group:
        reason = Reason.TOO_FEW_CANDIDATES if np.any(n_met) else Reason.NO_RESPONSES
    elif n_right in (0, n_reference + n_focal):
        reason = Reason.CONSTANT_ITEM
    elif variance > 0:
        distance = abs(excess)
        values["chi2"] = (distance - min(0.5, distance)) ** 2 / variance
        values["p"] = float(chdtrc(1, values["chi2"]))
        # Without right answers on one side or wrong ones on the other the odds ratio is 0 or infinite.
        if min(favours) > 0:
            values |= _effect(favours, variance_terms, values["p"], confidence)
    undefined = {name: reason for name, value in values.items() if value is None}
    return MantelHaenszel(n_reference=int(n_reference), n_focal=int(n_focal), undefined=undefined, **values)


def _effect(favours, variance_terms, p, confidence) -> dict:
    """Odds ratio, its logarithm on the delta scale with standard error and interval, and the class."""
    r, s = favours
    pr, mixed, qs = variance_terms
    delta = DELTA_UNIT * log(r / s)
    error = abs(DELTA_UNIT) * sqrt(pr / (2 * r * r) + mixed / (2 * r * s) + qs / (2 * s * s))
    margin = float(ndtri((1 + confidence) / 2)) * error
    return {
        "alpha": r / s,
        "delta": delta,
        "delta_se": error,
        "delta_ci": Interval(delta - margin, delta + margin, confidence),
        "ets_class": ets_class(delta, error, p),
    }


def ets_class(delta: float, delta_se: float, p: float) -> str:
    """Class of an item by the rule of the Educational Testing Service.

    Parameters
    ----------
    delta, delta_se : float
        Difference on the delta scale and its standard error.
    p : float
        Level of the test of no difference, 0..1.

    Returns
    -------
    "A", "B" or "C"
        Negligible, moderate, large.
    """
    size = abs(delta)
    if p >= SIGNIFICANT or size < SLIGHT_DELTA:
        return "A"
    lower_end = size - float(ndtri(1 - SIGNIFICANT)) * delta_se
    return "C" if size >= LARGE_DELTA and lower_end > SLIGHT_DELTA else "B"
