"""How often a pass mark errs, and how often two exams would decide alike: Livingston and Lewis, from one exam."""

from dataclasses import dataclass, field
from math import ceil

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc

from exambank.psychometrics.arrays import NO_SPREAD, Interval, Reason, check_confidence
from exambank.psychometrics.standards.judgements import as_numbers
from exambank.psychometrics.standards.true_scores import TrueScores, fit_true_scores

RESAMPLES = 200
FEWEST_DEFINED = 0.9  # of the resamples: an interval of those that happened to have a value would be too narrow
ROUNDING = 1e-9  # a cut at a whole score must count that score as passing
VALUES = (
    "length", "true_scores", "accuracy", "false_pass", "false_fail", "consistency", "chance_consistency", "kappa",
    "subkoviak", "expected_pass",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DecisionConsistency:
    """What a pass mark is worth. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n : int
        Candidates.
    observed_pass : float or None
        Share of them at or above the cut.
    expected_pass : float or None
        The same by the model: far from the observed share, the model does not describe the scores.
    length : int or None
        Effective test length: independent right-or-wrong items of equal difficulty that would be as reliable.
    true_scores : TrueScores or None
        The fitted distribution.
    accuracy : float or None
        Share of candidates decided as their true score deserves.
    false_pass, false_fail : float or None
        Share of all candidates who pass or fail against it; with accuracy they sum to 1.
    consistency : float or None
        Share who would be decided alike by two exams of this kind.
    chance_consistency, kappa : float or None
        The same if decisions were drawn by lot; how much of the rest the exam gains: ``(p - p_c) / (1 - p_c)``.
    accuracy_ci, consistency_ci : Interval or None
        Bootstrap over candidates at the given reliability, where asked for.
    subkoviak : float or None
        Consistency by another way, which asks for no distribution of true scores: where it differs much from
        `consistency`, trust neither to the second digit.
    undefined : dict of str to Reason
        For each attribute that is None, why.
    """

    n: int
    observed_pass: float | None
    expected_pass: float | None
    length: int | None
    true_scores: TrueScores | None
    accuracy: float | None
    false_pass: float | None
    false_fail: float | None
    consistency: float | None
    chance_consistency: float | None
    kappa: float | None
    accuracy_ci: Interval | None
    consistency_ci: Interval | None
    subkoviak: float | None
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


def decision_consistency(
    scores: ArrayLike, cut: float, *, reliability: float | None, max_score: float, min_score: float = 0.0,
    rng: np.random.Generator | None = None, confidence: float = 0.95,
) -> DecisionConsistency:  # fmt: skip
    """Accuracy and consistency of passing everybody at or above a cut, from the scores of one exam.

    Parameters
    ----------
    scores : array_like of float, shape (n,)
        Totals in points; NaN does not count. Items may give several points.
    cut : float
        The lowest passing score, above the least and at most the most possible.
    reliability : float or None
        Of the scores, such as alpha; the marginal reliability where papers differ. Without one above 0 and below 1,
        nothing is known of errors.
    max_score, min_score : float
        The most and the least that the exam can give, whether or not anybody got it.
    rng : numpy.random.Generator, optional
        Draws the 200 resamples behind the intervals; without one there are none.
    confidence : float, default 0.95
        Level of the intervals.

    Returns
    -------
    DecisionConsistency

    Raises
    ------
    ValueError
        If a score lies outside of the possible ones, the cut does, or the reliability is above 1 or not a number.

    Notes
    -----
    Effective length ``((m - min)(max - m) - r s^2) / (s^2 (1 - r))`` with divisor n-1 in s, rounded; scores are
    stretched to it. True scores: beta with four, three or two moments (`TrueScores`); errors: binomial. Consistency as
    in Hanson: two exams with independent errors. Subkoviak: each candidate's true score is drawn towards the mean by
    the reliability. All of it rests on the reliability: try its interval's ends.

    References
    ----------
    Livingston, S. A. & Lewis, C. (1995). Estimating the consistency and accuracy of classifications based on test
    scores. Journal of Educational Measurement 32, 179-197. Subkoviak, M. J. (1976). Estimating reliability from a
    single administration of a criterion-referenced test. Journal of Educational Measurement 13, 265-276. Hanson (1991),
    as in `fit_true_scores`.
    """
    confidence = check_confidence(confidence)
    shares = _check_shares(scores, max_score, min_score)
    if reliability is not None and not reliability <= 1:
        raise ValueError(f"a reliability is at most 1, not {reliability}")
    if not min_score < cut <= max_score:
        raise ValueError(f"a cut lies above {min_score} and at most at {max_score}, not at {cut}")
    cut_share = (cut - min_score) / (max_score - min_score)
    observed = float((shares >= cut_share - ROUNDING).mean()) if len(shares) else None
    found, reason = _model(shares, cut_share, reliability)
    found |= _intervals(shares, cut_share, reliability, rng if found["accuracy"] is not None else None, confidence)
    undefined = {name: reason for name, value in found.items() if value is None}
    if observed is None:
        undefined["observed_pass"] = Reason.NO_RESPONSES
    return DecisionConsistency(len(shares), observed, undefined=undefined, **found)


def _check_shares(scores: ArrayLike, max_score: float, min_score: float) -> NDArray[np.float64]:
    points = as_numbers(scores, "scores")
    if points.ndim != 1:
        raise ValueError(f"scores need one dimension, not {points.ndim}")
    if not (np.isfinite(max_score) and np.isfinite(min_score) and min_score < max_score):
        raise ValueError("the most points must be a number above the least")
    shares = (points[~np.isnan(points)] - min_score) / (max_score - min_score)
    if ((shares < -ROUNDING) | (shares > 1 + ROUNDING)).any():
        raise ValueError("a score lies outside of the possible ones")
    return np.clip(shares, 0.0, 1.0)


def _model(shares: NDArray[np.float64], cut_share: float, reliability: float | None):
    """The values of the record, and the reason for those that are None."""
    found = dict.fromkeys(VALUES)
    if len(shares) < 2:
        return found, Reason.TOO_FEW_CANDIDATES if len(shares) else Reason.NO_RESPONSES
    mean, variance = float(shares.mean()), float(shares.var(ddof=1))
    if variance < NO_SPREAD:
        return found, Reason.CONSTANT_SCORE
    if reliability is None or not 0 < reliability < 1:
        return found, Reason.NOT_DETERMINED
    length = round((mean * (1.0 - mean) - reliability * variance) / (variance * (1.0 - reliability)))
    if length < 2:
        return found, Reason.NOT_DETERMINED
    needed = max(ceil(cut_share * length - ROUNDING), 1)
    drawn = mean + reliability * (shares - mean)
    passing = _pass_chance(drawn, length, needed)
    found |= {"length": length, "subkoviak": float((passing**2 + (1.0 - passing) ** 2).mean())}
    found["true_scores"] = fit_true_scores(shares * length, length)
    if found["true_scores"] is not None:
        found |= _decisions(found["true_scores"], length, needed, cut_share)
    return found, Reason.NOT_DETERMINED


def _pass_chance(true_shares: NDArray[np.float64], length: int, needed: int) -> NDArray[np.float64]:
    """Chance of at least `needed` right answers of `length`; `needed` is at least 1."""
    return betainc(needed, length - needed + 1, true_shares)


def _decisions(true_scores: TrueScores, length: int, needed: int, cut_share: float) -> dict[str, float | None]:
    low, low_weights = true_scores.sample(0.0, cut_share)
    high, high_weights = true_scores.sample(cut_share, 1.0)
    of_low, of_high = _pass_chance(low, length, needed), _pass_chance(high, length, needed)
    false_pass, false_fail = float(low_weights @ of_low), float(high_weights @ (1.0 - of_high))
    passing = false_pass + float(high_weights @ of_high)
    apart = float(low_weights @ (of_low * (1.0 - of_low)) + high_weights @ (of_high * (1.0 - of_high)))
    consistency, by_lot = 1.0 - 2.0 * apart, passing**2 + (1.0 - passing) ** 2
    kappa = (consistency - by_lot) / (1.0 - by_lot) if by_lot < 1.0 - 1e-12 else None
    return {
        "accuracy": 1.0 - false_pass - false_fail, "false_pass": false_pass, "false_fail": false_fail,
        "consistency": consistency, "chance_consistency": by_lot, "kappa": kappa, "expected_pass": passing,
    }  # fmt: skip


def _intervals(shares, cut_share, reliability, rng, confidence) -> dict[str, Interval | None]:
    """Percentiles of the model fitted to candidates drawn again and again."""
    names = ("accuracy", "consistency")
    if rng is None:
        return {f"{name}_ci": None for name in names}
    drawn = [_model(rng.choice(shares, len(shares)), cut_share, reliability)[0] for _turn in range(RESAMPLES)]
    intervals = {}
    for name in names:
        values = [one[name] for one in drawn if one[name] is not None]
        is_enough = len(values) >= FEWEST_DEFINED * RESAMPLES
        ends = np.quantile(values, [(1 - confidence) / 2, (1 + confidence) / 2]).tolist() if is_enough else None
        intervals[f"{name}_ci"] = Interval(*ends, confidence) if ends else None
    return intervals
