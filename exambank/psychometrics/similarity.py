"""Answers of two candidates that agree more often than two such candidates agree by themselves.

Evidence for people to look at beside the seating plan, never a verdict: two who learnt together from one wrong source
agree as well. The test says nothing of who copied.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from exambank.psychometrics.arrays import Reason, Scores, check_scores, check_strata

LEAST_CANDIDATES = 20
LEAST_COMMON = 10
MOST_PAIRS = 100_000
LIMIT = 20
BLOCK = 1024  # pairs at a time, so that memory does not grow with them
STEPS, SETTLED, FARTHEST = 60, 1e-7, 15.0
NOTICEABLE = 2.0  # standard deviations
LEAST_CHANCE, UNIT = 0.01, 0.5  # of a rare answer, that it may not decide alone; and the grain of the weights


@dataclass(frozen=True, slots=True)
class SimilarPair:
    """Two candidates who agree more often than expected.

    Attributes
    ----------
    first, second : int
        Their rows, the lower first.
    n_common : int
        Items that both of them answered.
    n_same : int
        Of these, with the same option.
    n_same_wrong : int
        Of these, with the same wrong option.
    expected, expected_wrong : float
        What `n_same` and `n_same_wrong` are on average between two candidates of their scores who do not know each
        other's answers.
    p : float
        Chance that such two agree as tellingly as these, or more, 0..1: rare answers tell more (see
        `answer_similarity`).
    p_adjusted : float
        The same for all pairs together, by Holm: of 20 exams of honest candidates at most one shows a pair below 0.05.
    """

    first: int
    second: int
    n_common: int
    n_same: int
    n_same_wrong: int
    expected: float
    expected_wrong: float
    p: float
    p_adjusted: float


@dataclass(frozen=True, slots=True)
class AnswerSimilarity:
    """The pairs that agree most surprisingly, and out of how many.

    Attributes
    ----------
    n_candidates : int
        Who answered at least one item.
    n_pairs : int
        Pairs that were compared.
    pairs : tuple of SimilarPair or None
        Those that agree at least two standard deviations more than expected, the smallest p first.
    undefined : dict of str to Reason
        Why `pairs` is None: fewer than 20 candidates, or none with another in the room; or no two that answered enough
        items in common.
    """

    n_candidates: int
    n_pairs: int
    pairs: tuple[SimilarPair, ...] | None
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


def answer_similarity(
    responses: ArrayLike,
    scores: ArrayLike,
    *,
    max_scores: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    least_common: int = LEAST_COMMON,
    most_pairs: int = MOST_PAIRS,
    limit: int | None = LIMIT,
) -> AnswerSimilarity:
    """Compare the answers of all pairs of candidates, whatever papers they had.

    Parameters
    ----------
    responses : array_like of str, shape (n, k)
        The option each candidate chose, by its name in the bank and not by its place on the screen; "" for a blank,
        None or NaN for not presented. The answer to a multiple-response item is one label for the set ("BD").
    scores : array_like of float, shape (n, k)
        The points for these responses; NaN = not presented. Full points are right, all else is wrong.
    max_scores : array_like of float, shape (k,), or one number, optional
        As for `item_statistics`.
    strata : array_like, shape (n,), optional
        Rooms: only candidates of one room are compared. In an exam of 2,000 there are two million pairs, most of whom
        never saw each other, and so many comparisons hide the few that matter.
    least_common : int, default 10
        Pairs that answered fewer items in common are not compared.
    most_pairs : int, default 100,000
    limit : int, optional, default 20
        Pairs to give back at most; None for all that are noticeable.

    Raises
    ------
    ValueError
        If the shapes do not fit, a score is out of range, there are more than `most_pairs` pairs (give rooms), or
        `least_common` or `limit` is below 1.

    Notes
    -----
    Given the answers of one, the other gives the same answer to an item with the chance P if it is right, and
    ``(1 - P) q`` if it is wrong. P is the other's chance of a right answer in the Rasch model whose expected scores are
    the observed ones, of every candidate and of every item, over the items answered; q is the option's share of the
    wrong answers. As in Wollack's omega and the test of van der Linden and Sotaridona the items are then unequal coins.
    An agreement counts ``log(1 + 1/chance)``, in steps of 0.5: what it adds to the evidence that every second answer
    was copied, so that a rare wrong option tells more than a right answer to an easy item. The tail of the sum is
    computed exactly, in both directions, and p is the larger.

    Every choice errs towards silence: the pair's own answers count in the shares, the scores, which its agreement
    helped to make, are taken as given, and the less surprising direction decides. Blanks are no agreement: items that
    one of the two left out are not counted.

    Simulated (40 to 80 candidates, 40 items of 4 options, guessing, distractors that attract the weak and the strong
    unequally): at most 2 of 100 honest exams show a pair with ``p_adjusted < 0.05``; of pairs of which one copied 50,
    70 or 90 % of the answers, 35, 83 and 97 of 100 are found. Classes that were taught very differently agree within
    themselves (difficulties a whole logit apart: 1 of 10 exams of five classes shows a pair): compare each by itself.

    References
    ----------
    Wollack, J. A. (1997). A nominal response model approach for detecting answer copying. Applied Psychological
    Measurement 21, 307-320.
    van der Linden, W. J. & Sotaridona, L. (2006). Detecting answer copying when the regular response process follows a
    known response model. Journal of Educational and Behavioral Statistics 31, 283-304.
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6,
    65-70.
    """
    if least_common < 1 or (limit is not None and limit < 1):
        raise ValueError("the least number of items and the limit are at least 1")
    given = _check(responses, check_scores(scores, max_scores))
    rooms = check_strata(strata, len(given.options))
    has_answered = given.is_answered.any(axis=1)
    n_candidates = int(has_answered.sum())
    if n_candidates < LEAST_CANDIDATES:
        return AnswerSimilarity(n_candidates, 0, None, {"pairs": Reason.TOO_FEW_CANDIDATES})
    pairs = _pairs(rooms, has_answered, most_pairs)
    if not pairs.size:
        return AnswerSimilarity(n_candidates, 0, None, {"pairs": Reason.TOO_FEW_CANDIDATES})
    found = [
        _compare(given, pairs[:, first : first + BLOCK], least_common) for first in range(0, pairs.shape[1], BLOCK)
    ]  # fmt: skip
    n_pairs = sum(part.n_pairs for part in found)
    if not n_pairs:
        return AnswerSimilarity(n_candidates, 0, None, {"pairs": Reason.TOO_FEW_ITEMS})
    return AnswerSimilarity(n_candidates, n_pairs, _gather(found, n_pairs, limit))


@dataclass(frozen=True, slots=True, eq=False)
class _Given:
    """The answers, shape (n, k) each but the last, shape (k,).

    Attributes
    ----------
    options : int array
        Numbers of options, the same for the same label; -1 for none.
    is_answered, is_right : bool array
    chances : float array
        Of a right answer.
    shares : float array
        Of the candidate's own option among the wrong answers to the item; 0 for a right one.
    same_if_wrong : float array
        Chance that two wrong answers to an item are the same option: the sum of the squared shares.
    """

    options: NDArray[np.intp]
    is_answered: NDArray[np.bool_]
    is_right: NDArray[np.bool_]
    chances: NDArray[np.float64]
    shares: NDArray[np.float64]
    same_if_wrong: NDArray[np.float64]

    def chances_to_agree(self, given: NDArray[np.intp], other: NDArray[np.intp]) -> NDArray[np.float64]:
        """That the others answer as those in the rows `given` did, shape (pairs, k); 0 for items not in common."""
        if_wrong = (1.0 - self.chances[other]) * self.shares[given]
        agree = np.where(self.is_right[given], self.chances[other], if_wrong)
        return agree * (self.is_answered[given] & self.is_answered[other])


def _check(responses: ArrayLike, scores: Scores) -> _Given:
    labels = np.asarray(responses, dtype=object)
    if labels.shape != scores.points.shape:
        raise ValueError(f"responses need the shape of the scores, {scores.points.shape}, not {labels.shape}")
    numbers: dict[str, int] = {}
    flat = [
        numbers.setdefault(label, len(numbers)) if isinstance(label, str) and label else -1
        for label in labels.ravel().tolist()
    ]
    options = np.array(flat, dtype=np.intp).reshape(labels.shape)
    is_answered = scores.presented & (options >= 0)
    is_right = is_answered & (scores.shares >= 1.0 - 1e-12)
    chances = _right_chances(is_answered.astype(np.float64), is_right.astype(np.float64))
    return _Given(options, is_answered, is_right, chances, *_wrong_shares(options, is_answered & ~is_right))


def _right_chances(met: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of every candidate on every item, shape (n, k): Rasch's model with the observed scores as the expected ones.

    Newton's steps, candidates and items in turn. Those who have everything right or wrong run to the farthest ability.
    """
    abilities, easiness = np.zeros((len(met), 1)), np.zeros((1, met.shape[1]))
    for _step in range(STEPS):
        longest = 0.0
        for axis, values in ((1, abilities), (0, easiness)):
            chances = met * expit(abilities + easiness)
            spread = (chances * (1.0 - chances)).sum(axis=axis, keepdims=True)
            step = (right - chances).sum(axis=axis, keepdims=True) / np.maximum(spread, 1e-9)
            moved = np.clip(values + np.clip(step, -1.0, 1.0), -FARTHEST, FARTHEST)
            longest = max(longest, float(np.abs(moved - values).max(initial=0.0)))
            values[...] = moved
        if longest < SETTLED:
            break
    return expit(abilities + easiness)


def _wrong_shares(options: NDArray[np.intp], is_wrong: NDArray[np.bool_]):
    """`shares` and `same_if_wrong` of `_Given`."""
    shares, same_if_wrong = np.zeros(options.shape), np.zeros(options.shape[1])
    for column in np.flatnonzero(is_wrong.any(axis=0)).tolist():
        rows = is_wrong[:, column]
        chosen = options[rows, column]
        of_option = np.bincount(chosen) / len(chosen)
        shares[rows, column] = of_option[chosen]
        same_if_wrong[column] = of_option @ of_option
    return shares, same_if_wrong


def _pairs(rooms: NDArray[np.intp], has_answered: NDArray[np.bool_], most: int) -> NDArray[np.intp]:
    """The rows of all pairs within rooms, shape (2, pairs), the lower row first."""
    members = [np.flatnonzero((rooms == room) & has_answered) for room in range(rooms.max(initial=-1) + 1)]
    n_pairs = sum(len(own) * (len(own) - 1) // 2 for own in members)
    if n_pairs > most:
        raise ValueError(f"{n_pairs} pairs are more than {most}: compare candidates within rooms")
    chosen = [own[np.stack(np.triu_indices(len(own), 1))] for own in members]
    return np.hstack([np.zeros((2, 0), dtype=np.intp), *chosen])


@dataclass(frozen=True, slots=True, eq=False)
class _Noticeable:
    """Out of `n_pairs` compared, those that agree noticeably: rows, counts and expectations of `SimilarPair`, and p."""

    n_pairs: int
    rows: NDArray[np.intp]
    counts: NDArray[np.intp]
    expected: NDArray[np.float64]
    p: NDArray[np.float64]


def _compare(given: _Given, pairs: NDArray[np.intp], least_common: int) -> _Noticeable:
    common = given.is_answered[pairs[0]] & given.is_answered[pairs[1]]
    enough = common.sum(axis=1) >= least_common
    n_pairs, (first, second), common = int(enough.sum()), pairs[:, enough], common[enough]
    is_same = common & (given.options[first] == given.options[second])
    ways = [_Agreement(given.chances_to_agree(*way), is_same) for way in ((first, second), (second, first))]
    chosen = np.minimum(ways[0].deviation, ways[1].deviation) >= NOTICEABLE
    first, second, common, is_same = first[chosen], second[chosen], common[chosen], is_same[chosen]
    right_first, right_second = given.chances[first], given.chances[second]
    both_wrong = common * (1.0 - right_first) * (1.0 - right_second) * given.same_if_wrong
    both_right = common * right_first * right_second
    same_wrong = is_same & ~(given.is_right[first] & given.is_right[second])
    counts = np.stack([common.sum(axis=1), is_same.sum(axis=1), same_wrong.sum(axis=1)])
    expected = np.stack([(both_right + both_wrong).sum(axis=1), both_wrong.sum(axis=1)])
    p = np.maximum(ways[0].tails(chosen), ways[1].tails(chosen))
    return _Noticeable(n_pairs, np.stack([first, second]), counts, expected, p)


class _Agreement:
    """Weighted agreement of pairs, in one direction.

    Attributes
    ----------
    deviation : float array, shape (pairs,)
        How many standard deviations it lies above what is expected.
    """

    def __init__(self, chances: NDArray[np.float64], is_same: NDArray[np.bool_]):
        self._chances = chances
        weights = np.round(np.log1p(1.0 / np.maximum(chances, LEAST_CHANCE)) / UNIT)
        self._weights = (weights * (chances > 0)).astype(np.intp)
        self._reached = (self._weights * is_same).sum(axis=1)
        expected = (self._weights * chances).sum(axis=1)
        spread = np.sqrt((self._weights**2 * chances * (1.0 - chances)).sum(axis=1))
        self.deviation = (self._reached - expected) / np.maximum(spread, 1e-9)

    def tails(self, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Chance of at least the agreement reached, for the chosen pairs: the distribution item by item."""
        weights, chances, reached = self._weights[chosen], self._chances[chosen], self._reached[chosen]
        heaviest, most = int(weights.max(initial=0)), int(weights.sum(axis=1).max(initial=0))
        # as many empty places before the sum 0 as the heaviest item needs to be shifted by
        sums = np.zeros((len(reached), heaviest + most + 1))
        sums[:, heaviest] = 1.0
        places = np.arange(heaviest, heaviest + most + 1)
        for item in np.flatnonzero(weights.any(axis=0)).tolist():
            agree = chances[:, item, np.newaxis]
            shifted = np.take_along_axis(sums, places - weights[:, item, np.newaxis], axis=1)
            sums[:, heaviest:] = sums[:, heaviest:] * (1.0 - agree) + shifted * agree
        is_tail = np.arange(most + 1) >= reached[:, np.newaxis]
        return np.minimum((sums[:, heaviest:] * is_tail).sum(axis=1), 1.0)


def _gather(found: list[_Noticeable], n_pairs: int, limit: int | None) -> tuple[SimilarPair, ...]:
    """Sorted; where p is the same, by the number of wrong answers in common, then by rows."""
    rows, counts, expected, p = (
        np.concatenate([getattr(part, name) for part in found], axis=-1) for name in ("rows", "counts", "expected", "p")
    )
    order = np.lexsort((rows[1], rows[0], -counts[2], p))
    holm = np.minimum(np.maximum.accumulate(p[order] * (n_pairs - np.arange(len(order)))), 1.0)
    return tuple(
        SimilarPair(*rows[:, at].tolist(), *counts[:, at].tolist(), *expected[:, at].tolist(), float(p[at]), adjusted)
        for at, adjusted in zip(order[:limit].tolist(), holm[:limit].tolist(), strict=True)
    )
