"""Whether the key of an item is the wrong one: another option beats it, or the strong keep away from it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import atanh, sqrt, tanh

import numpy as np
from numpy.typing import ArrayLike, NDArray

from exambank.psychometrics.arrays import Interval, Reason, check_confidence, check_scores, check_strata
from exambank.psychometrics.choices import (
    OMITTED,
    Chosen,
    CodedResponses,
    choice_sums,
    code_responses,
    list_labels,
)
from exambank.psychometrics.correlation import PERFECT, RestShares, Within, correlate_choices
from exambank.psychometrics.distractors import check_length, key_set
from exambank.psychometrics.intervals import fisher_z, shared_part, zou

# Below this the simulation behind the rule says nothing, and chance makes every item look strange.
FEWEST_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class Rivalry:
    """One option against the key of its item. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    option : str
    count : int
        Candidates who chose it.
    option_rest : float or None
        Correlation of choosing it with the score on the other items, -1..1.
    difference : float or None
        `option_rest` less that of the key, -2..2: above 0 where the option does better what a key should do.
    variance : float or None
        Of the difference, the square of its standard error.
    interval : Interval or None
        Zou's interval of the difference.
    reason : Reason or None
        Why something is missing.
    """

    option: str
    count: int
    option_rest: float | None
    difference: float | None
    variance: float | None
    interval: Interval | None
    reason: Reason | None = None

    @property
    def beats_key(self) -> bool:
        """Whether the difference lies above 0 beyond doubt."""
        return self.interval is not None and self.interval.low > 0


@dataclass(frozen=True, slots=True)
class ItemSuspicion:
    """What speaks against the key of one item. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n : int
        Candidates who answered the item or left it blank, and met another one.
    degrees : int
        n less 2 and less the number of strata, at least 0: the weight of the correlations.
    key_count : int
        Candidates who chose the key, or one of several.
    key_rest : float or None
        Correlation of choosing the key with the score on the other items, -1..1.
    key_rest_ci : Interval or None
        Fisher's interval.
    rivals : tuple of Rivalry
        The other options in their order; a blank is none.
    reason : Reason or None
        Why the key has no correlation or no interval.
    """

    n: int
    degrees: int
    key_count: int
    key_rest: float | None
    key_rest_ci: Interval | None
    rivals: tuple[Rivalry, ...]
    reason: Reason | None = None

    @property
    def better_options(self) -> tuple[Rivalry, ...]:
        """The options that beat the key beyond doubt, the best first."""
        return tuple(sorted((one for one in self.rivals if one.beats_key), key=lambda one: -one.difference))

    @property
    def is_negative(self) -> bool:
        """Whether the strong keep away from the key beyond doubt."""
        return self.key_rest_ci is not None and self.key_rest_ci.high < 0

    @property
    def needs_review(self) -> bool:
        """Whether somebody should look at the key: one of the two above, and at least 20 candidates."""
        return self.n >= FEWEST_CANDIDATES and (self.is_negative or bool(self.better_options))


def key_suspicions(
    responses: ArrayLike | CodedResponses,
    scores: ArrayLike,
    keys: Sequence[str | Collection[str] | None],
    *,
    options: Sequence[Sequence[str]] | None = None,
    max_scores: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    confidence: float = 0.9,
) -> tuple[ItemSuspicion, ...]:
    """Compare every other option of every item with the key: which of them do the strong choose?

    Parameters
    ----------
    responses : array_like of str, shape (n, k), or CodedResponses
        The one label each candidate chose, "" for a blank, None or NaN for not presented.
    scores : array_like of float, shape (n, k)
        The points for these responses, as for `item_statistics`; NaN = not presented.
    keys : sequence of length k
        For each item its key, several keys that count as right, or None, which leaves nothing to suspect.
    options : sequence of length k of sequences of str, optional
        The labels of each item, so that one that nobody chose is seen.
    max_scores, strata
        As for `item_statistics`. Correlations are formed within strata and pooled.
    confidence : float, default 0.9
        Level of all intervals. Only one end decides, so that 0.9 lets 5 in 100 comparisons of equals pass.

    Returns
    -------
    tuple of ItemSuspicion, length k

    Raises
    ------
    ValueError
        If the shapes do not fit, or a score is not a number from 0 to the maximum.

    Notes
    -----
    ``difference = corr(option chosen, rest) - corr(key chosen, rest)``, chosen being 1 or 0 and rest the share of the
    points earned on the OTHER items. The two correlations share the rest score, and who chooses one option does not
    choose the other: Zou's interval takes account of both, with the covariance of Olkin and Siotani. Where nobody
    chose the key, it ranks nobody, and the option is compared with 0.

    Chosen by simulation (`bench.false_alarms`): with 30 candidates the true difference lies below the interval as
    often as it should, also for options that 1 or 2 of them chose, while errors estimated without the assumption of
    normality are too small there. That an item has several options is not made up for by a stricter level: sound keys
    lie well above their rivals, so that of 30 sound items 0.7 in 100 come under suspicion with 30 candidates, less
    with more. Taking suspected items out of the rest score was tried: nothing is gained while one
    key in ten is wrong, and little where one in three is.

    References
    ----------
    Zou, G. Y. (2007). Toward using confidence intervals to compare correlations. Psychological Methods 12, 399-413.
    Olkin, I. & Siotani, M. (1976). Asymptotic distribution of functions of a correlation matrix.
    Attali, Y. & Fraenkel, T. (2000). The point-biserial as a discrimination index for distractors in multiple-choice
    items: deficiencies in usage and an alternative. Journal of Educational Measurement 37, 77-86.
    """
    confidence = check_confidence(confidence)
    checked = check_scores(scores, max_scores)
    n, n_items = checked.points.shape
    answers = code_responses(responses, (n, n_items))
    keys = [key_set(key) for key in check_length(keys, n_items, "keys")]
    options = check_length([()] * n_items if options is None else options, n_items, "lists of options")
    strata = check_strata(strata, n)
    rest_shares = RestShares(checked)
    found = []
    for item in range(n_items):
        rest, exists = rest_shares.of_item(item)
        rows = np.flatnonzero(exists & answers.answered(item))
        chosen = answers.chosen(item, rows)
        labels = list_labels(chosen, options[item], keys[item])
        found.append(_suspect(chosen, labels, keys[item], rest[rows], strata[rows], confidence))
    return tuple(found)


def _suspect(
    chosen: Chosen,
    labels: list[str],
    key: frozenset[str],
    rest: NDArray[np.float64],
    strata: NDArray[np.intp],
    confidence: float,
) -> ItemSuspicion:
    if not key:
        return ItemSuspicion(len(rest), 0, 0, None, None, (), Reason.NO_KEY)
    rivals = [label for label in labels if label not in key and label != OMITTED]
    numbers = dict.fromkeys(key, 0) | {label: at for at, label in enumerate([*rivals, OMITTED], 1)}
    sums = choice_sums(chosen.numbered(numbers), len(rivals) + 2, rest, strata)
    within = correlate_choices(sums)
    of_key, *counts = sums.counts[:-1].tolist()
    return ItemSuspicion(
        within.n,
        max(within.degrees, 0),
        of_key,
        *_of_key(within, confidence),
        tuple(_oppose(within, 2 + at, *one, confidence) for at, one in enumerate(zip(rivals, counts, strict=True))),
        _missing(within, 1),
    )


def _of_key(within: Within, confidence: float) -> tuple[float | None, Interval | None]:
    reason = _missing(within, 1)
    value = float(within.correlations[0, 1])
    if reason:
        return (value if reason is Reason.PERFECT_CORRELATION else None), None
    return value, fisher_z(value, within.degrees, confidence)


def _missing(within: Within, column: int) -> Reason | None:
    """Why the correlation of a column with the rest, the first of all, or its interval does not exist."""
    reasons = {
        Reason.NO_RESPONSES: within.n == 0,
        Reason.TOO_FEW_CANDIDATES: within.degrees < 1,
        Reason.CONSTANT_SCORE: not within.varies[0],
        Reason.CONSTANT_ITEM: not within.varies[column],
        Reason.PERFECT_CORRELATION: abs(within.correlations[0, column]) > PERFECT,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _oppose(within: Within, column: int, option: str, count: int, confidence: float) -> Rivalry:
    reason, reason_of_key = _missing(within, column), _missing(within, 1)
    if reason:
        return Rivalry(option, count, None, None, None, None, reason)
    rival, key, mutual = (float(within.correlations[at]) for at in ((0, column), (0, 1), (1, column)))
    if reason_of_key is Reason.PERFECT_CORRELATION:
        return Rivalry(option, count, rival, rival - key, None, None, reason_of_key)
    if reason_of_key is Reason.CONSTANT_ITEM:
        # Nobody chose the key (where everybody did, the rival does not vary either): it ranks nobody.
        variance = (1 - rival**2) ** 2 / within.degrees
        return Rivalry(option, count, rival, rival, variance, fisher_z(rival, within.degrees, confidence))
    own, of_key = 1 - rival**2, 1 - key**2
    variance = (own**2 + of_key**2 - 2 * shared_part(rival, key, mutual) * own * of_key) / within.degrees
    return Rivalry(option, count, rival, rival - key, variance, zou(rival, key, mutual, within.degrees, confidence))


def pool_rivalries(suspicions: Sequence[ItemSuspicion]) -> ItemSuspicion:
    """Put together what several sittings tell about the key of ONE item.

    Parameters
    ----------
    suspicions : sequence of ItemSuspicion
        Of the same item with the same key, one for each sitting, all at the same level of confidence.

    Returns
    -------
    ItemSuspicion
        Options in the order in which they first occur. One sitting alone comes back as it was.

    Raises
    ------
    ValueError
        If there is none, or the levels differ.

    Notes
    -----
    Sittings are weighted by their degrees, the inverse of the variance that a difference has where the item works
    alike in all of them. The inverse of the variance that each sitting ESTIMATES for itself would give the most weight
    to small sittings with extreme correlations, which seem the surest: in simulations of sittings of 8 to 30 it doubled
    the errors. The interval puts together those of the sittings, each end apart, as Zou's does with those of two
    correlations: ``d - sqrt(sum(w_i^2 (d_i - low_i)^2))`` with the weights w adding up to 1; correlations are pooled
    as Fisher's z. A sitting that has no interval for an option says nothing about it.

    References
    ----------
    Zou, G. Y., Huang, W. & Zhang, X. (2009). A note on confidence interval estimation for a linear function of
    binomial proportions. Computational Statistics & Data Analysis 53, 1080-1085.
    """
    if not suspicions:
        raise ValueError("there is nothing to pool")
    if len(suspicions) == 1:
        return suspicions[0]
    levels = {one.confidence for one in _intervals(suspicions)}
    if len(levels) > 1:
        raise ValueError("intervals of different levels cannot be pooled")
    level = levels.pop() if levels else 0.0  # without an interval nothing asks for it
    labels = dict.fromkeys(rival.option for one in suspicions for rival in one.rivals)
    told = [(one.key_rest, one.degrees) for one in suspicions if one.key_rest_ci]
    key_rest, sum_of_degrees = _pool_correlations(told), sum(degrees for _, degrees in told)
    return ItemSuspicion(
        sum(one.n for one in suspicions),
        sum_of_degrees,
        sum(one.key_count for one in suspicions),
        key_rest,
        fisher_z(key_rest, sum_of_degrees, level) if told else None,
        tuple(_pool_option(label, suspicions, level) for label in labels),
        None if told else suspicions[0].reason,
    )


def _intervals(suspicions: Sequence[ItemSuspicion]) -> list[Interval]:
    every = [[one.key_rest_ci, *(rival.interval for rival in one.rivals)] for one in suspicions]
    return [interval for intervals in every for interval in intervals if interval]


def _pool_correlations(told: list[tuple[float, int]]) -> float | None:
    """Mean of correlations as Fisher's z, weighted by their degrees."""
    if not told:
        return None
    return tanh(sum(atanh(value) * degrees for value, degrees in told) / sum(degrees for _, degrees in told))


def _pool_option(label: str, suspicions: Sequence[ItemSuspicion], level: float) -> Rivalry:
    met = [(rival, one.degrees) for one in suspicions for rival in one.rivals if rival.option == label]
    count = sum(rival.count for rival, _ in met)
    told = [(rival, degrees) for rival, degrees in met if rival.interval]
    if not told:
        return Rivalry(label, count, None, None, None, None, met[0][0].reason)
    sum_of_degrees = sum(degrees for _, degrees in told)
    weighted = [(degrees / sum_of_degrees, rival) for rival, degrees in told]
    difference = sum(weight * rival.difference for weight, rival in weighted)
    variance = sum(weight**2 * rival.variance for weight, rival in weighted)
    down = sqrt(sum((weight * (rival.difference - rival.interval.low)) ** 2 for weight, rival in weighted))
    up = sqrt(sum((weight * (rival.interval.high - rival.difference)) ** 2 for weight, rival in weighted))
    option_rest = _pool_correlations([(rival.option_rest, degrees) for rival, degrees in told])
    return Rivalry(label, count, option_rest, difference, variance, Interval(difference - down, difference + up, level))
