"""Checkbox items: the answer is a set of options, right only as a whole."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from exambank.psychometrics.arrays import Interval, Reason, check_confidence, check_scores, check_strata
from exambank.psychometrics.correlation import Correlation, correlate, rest_shares
from exambank.psychometrics.distractors import check_length
from exambank.psychometrics.intervals import wilson

MOST_WRONG_SETS = 5


@dataclass(frozen=True, slots=True)
class SetOption:
    """One option of a checkbox item. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    option : str
    is_key : bool
        Whether the option belongs to the right answer.
    count : int
        Candidates who ticked it.
    share : float or None
        `count` out of those who were presented with the item, 0..1.
    share_ci : Interval or None
        Wilson's interval.
    chosen_though_wrong, left_though_right : int
        Candidates who erred on this option; one of the two is 0.
    option_rest : float or None
        Correlation of ticking it with the score on the other items: above 0 for a key, below for a distractor.
    option_rest_ci : Interval or None
        Fisher's interval.
    undefined : dict of str to Reason
        For each attribute that is None, why.
    """

    option: str
    is_key: bool
    count: int
    share: float | None
    share_ci: Interval | None
    chosen_though_wrong: int
    left_though_right: int
    option_rest: float | None
    option_rest_ci: Interval | None
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class WrongSet:
    """One wrong answer: the options ticked (none: a blank), how many gave it, and their mean share of the rest."""

    options: tuple[str, ...]
    count: int
    share: float
    mean_rest: float | None


@dataclass(frozen=True, slots=True)
class SetScoring:
    """One way of giving points for a set, and what it makes of the item.

    Attributes
    ----------
    rule : str
        "whole": 1 for the right set and nothing else. "each_option": the share of options treated rightly, ticked or
        left. "right_minus_wrong": share of the keys ticked less share of the distractors ticked, at least 0.
    mean : float or None
        Mean points, 0..1.
    item_rest : float or None
        Correlation of these points with the score on the other items.
    item_rest_ci : Interval or None
    reason : Reason or None
        Why something is missing.
    """

    rule: str
    mean: float | None
    item_rest: float | None
    item_rest_ci: Interval | None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class SetStatistic:
    """What candidates ticked in one checkbox item.

    Attributes
    ----------
    n : int
        Candidates who were presented with the item.
    blank : int
        Candidates who ticked nothing.
    right : int
        Candidates whose whole set is right; 0 without a key.
    right_share : float or None
        Out of n; None where n is 0 or there is no key.
    right_ci : Interval or None
        Wilson's interval.
    options : tuple of SetOption
        In the order given, then others that occurred.
    wrong_sets : tuple of WrongSet
        The most frequent wrong answers, at most 5; of equal ones the first in the order of the options.
    scorings : tuple of SetScoring
        The ways of giving points; empty without a key.
    """

    n: int
    blank: int
    right: int
    right_share: float | None
    right_ci: Interval | None
    options: tuple[SetOption, ...]
    wrong_sets: tuple[WrongSet, ...]
    scorings: tuple[SetScoring, ...]


def set_statistics(
    responses: Sequence[Sequence[Collection[str] | None]],
    scores: ArrayLike,
    keys: Sequence[Collection[str] | None],
    *,
    options: Sequence[Sequence[str]] | None = None,
    max_scores: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    confidence: float = 0.95,
) -> tuple[SetStatistic, ...]:
    """Tell of every checkbox item which options go wrong, which sets are chosen, and what partial credit would do.

    Parameters
    ----------
    responses : sequence of n rows of k answers
        The labels that the candidate ticked, as a collection of labels or a text of single letters ("BD"); "" or an
        empty collection is a blank, None or NaN not presented. The order of the labels says nothing.
    scores : array_like of float, shape (n, k)
        The points that were given, as for `item_statistics`: the score on the other items comes from them.
    keys : sequence of length k
        The labels of the right set, written likewise; None where there is none.
    options : sequence of length k of sequences of str, optional
        The labels of each item, so that one that nobody ticked is seen, and left rightly.
    max_scores, strata
        As for `item_statistics`. Correlations are formed within strata and pooled.
    confidence : float, default 0.95
        Level of all intervals.

    Returns
    -------
    tuple of SetStatistic, length k

    Raises
    ------
    ValueError
        If the shapes do not fit, an answer is neither labels nor missing, or a score is out of its bounds.

    Notes
    -----
    A set is compared as a whole: "DB" is "BD", and "B" is neither. With K the keys and D the distractors of an item,
    and T the options ticked, "each_option" gives ``(|T & K| + |D - T|) / |K + D|`` and "right_minus_wrong" gives
    ``max(0, |T & K| / |K| - |T & D| / |D|)``. The first gives points to whoever ticks nothing; the second does not.

    References
    ----------
    Albanese, M. A. & Sabers, D. L. (1988). Multiple true-false items: a study of interitem correlations, scoring
    alternatives, and reliability estimation. Journal of Educational Measurement 25, 111-123.

    Examples
    --------
    >>> [item, _] = set_statistics([["BD", "A"], ["DB", "B"], ["D", "A"]], [[1, 1], [1, 0], [0, 1]], ["BD", "A"])
    >>> item.right, [(wrong.options, wrong.count) for wrong in item.wrong_sets]
    (2, [(('D',), 1)])
    """
    confidence = check_confidence(confidence)
    checked = check_scores(scores, max_scores)
    n, n_items = checked.points.shape
    sets = _check_sets(responses, (n, n_items))
    keys = [None if key is None else _as_set(key) for key in check_length(keys, n_items, "keys")]
    options = check_length([()] * n_items if options is None else options, n_items, "lists of options")
    strata = check_strata(strata, n)
    rest, exists = rest_shares(checked)
    found = []
    for item in range(n_items):
        rows = [row for row in range(n) if checked.presented[row, item] and sets[row][item] is not None]
        ticked = [sets[row][item] for row in rows]
        others = sorted(set().union(*ticked, keys[item] or ()).difference(options[item]))
        answers = _Answers.of(ticked, list(dict.fromkeys([*options[item], *others])), keys[item])
        against_rest = _AgainstRest(rest[rows, item], exists[rows, item], strata[rows], confidence)
        found.append(_describe(answers, against_rest, confidence))
    return tuple(found)


def _check_sets(responses, shape: tuple[int, int]) -> list[list[frozenset[str] | None]]:
    rows = [list(row) for row in responses]
    if len(rows) != shape[0] or any(len(row) != shape[1] for row in rows):
        raise ValueError(f"responses need the shape of the scores, {shape}")
    known: dict[str, frozenset[str]] = {}  # candidates give the same few answers

    def read(answer: Collection[str] | float | None) -> frozenset[str] | None:
        if isinstance(answer, str):
            return known.get(answer) or known.setdefault(answer, frozenset(answer))
        return _as_set(answer)

    return [[read(answer) for answer in row] for row in rows]


def _as_set(answer: Collection[str] | float | None) -> frozenset[str] | None:
    if answer is None or (isinstance(answer, float) and answer != answer):
        return None
    if not isinstance(answer, Collection) or not all(isinstance(label, str) for label in answer):
        raise ValueError(f"a set of options is labels, not {answer!r}")
    return frozenset(answer)


@dataclass(frozen=True, slots=True, eq=False)
class _Answers:
    """The answers to one item: ticks (n x options), and which options are keys; None without a key."""

    labels: list[str]
    sets: list[frozenset[str]]
    ticks: NDArray[np.bool_]
    keys: NDArray[np.bool_] | None

    @classmethod
    def of(cls, sets: list[frozenset[str]], labels: list[str], key: frozenset[str] | None) -> "_Answers":
        number: dict[frozenset[str], int] = {}
        numbers = [number.setdefault(ticked, len(number)) for ticked in sets]
        ticks = np.array([[label in ticked for label in labels] for ticked in number], dtype=bool)
        ticks = ticks.reshape(len(number), len(labels))[np.array(numbers, dtype=np.intp)]
        keys = None if key is None else np.array([label in key for label in labels], dtype=bool)
        return cls(labels, sets, ticks, keys)

    @property
    def is_right(self) -> NDArray[np.bool_]:
        if self.keys is None:
            return np.zeros(len(self.sets), dtype=bool)
        return (self.ticks == self.keys).all(axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class _AgainstRest:
    """The scores on the other items of those who met one item, and for whom they exist."""

    rest: NDArray[np.float64]
    exists: NDArray[np.bool_]
    strata: NDArray[np.intp]
    confidence: float

    def correlate(self, columns: NDArray) -> list[Correlation]:
        if len(columns) and not self.exists.any():
            return [Correlation(None, None, Reason.TOO_FEW_ITEMS)] * columns.shape[1]
        wide = (np.broadcast_to(column[:, np.newaxis], columns.shape) for column in (self.rest, self.exists))
        return correlate(columns.astype(np.float64), *wide, self.strata, self.confidence)


def _describe(answers: _Answers, against_rest: _AgainstRest, confidence: float) -> SetStatistic:
    n = len(answers.sets)
    right = int(answers.is_right.sum())
    share = right / n if n and answers.keys is not None else None
    return SetStatistic(
        n,
        sum(not ticked for ticked in answers.sets),
        right,
        share,
        None if share is None else wilson(share, n, confidence),
        _options(answers, against_rest, confidence),
        _wrong_sets(answers, against_rest),
        _scorings(answers, against_rest),
    )


def _options(answers: _Answers, against_rest: _AgainstRest, confidence: float) -> tuple[SetOption, ...]:
    n, counts = len(answers.sets), answers.ticks.sum(axis=0).tolist()
    is_key = [False] * len(counts) if answers.keys is None else answers.keys.tolist()
    found = []
    for label, key, count, one in zip(
        answers.labels, is_key, counts, against_rest.correlate(answers.ticks), strict=True
    ):
        values = {
            "share": (count / n if n else None, Reason.NO_RESPONSES),
            "share_ci": (wilson(count / n, n, confidence) if n else None, Reason.NO_RESPONSES),
            "option_rest": (one.value, one.reason),
            "option_rest_ci": (one.interval, one.reason),
        }
        found.append(SetOption(
            label, key, count,
            chosen_though_wrong=0 if key or answers.keys is None else count,
            left_though_right=n - count if key else 0,
            **{name: value for name, (value, _) in values.items()},
            undefined={name: reason for name, (value, reason) in values.items() if value is None},
        ))  # fmt: skip
    return tuple(found)


def _wrong_sets(answers: _Answers, against_rest: _AgainstRest) -> tuple[WrongSet, ...]:
    if answers.keys is None:
        return ()
    wrong = [ticked for ticked, is_right in zip(answers.sets, answers.is_right, strict=True) if not is_right]

    def rank(counted: tuple[frozenset[str], int]) -> tuple[int, list[bool]]:
        """The most frequent first; between equals the order of the options decides, ticked before left."""
        return -counted[1], [label not in counted[0] for label in answers.labels]

    found = []
    for ticked, count in sorted(Counter(wrong).items(), key=rank)[:MOST_WRONG_SETS]:
        labels = tuple(label for label in answers.labels if label in ticked)
        rows = np.array([one == ticked for one in answers.sets]) & against_rest.exists
        mean = float(against_rest.rest[rows].mean()) if rows.any() else None
        found.append(WrongSet(labels, count, count / len(answers.sets), mean))
    return tuple(found)


def _each_option(ticks: NDArray[np.bool_], keys: NDArray[np.bool_]) -> NDArray[np.float64]:
    return (ticks == keys).mean(axis=1)


def _right_minus_wrong(ticks: NDArray[np.bool_], keys: NDArray[np.bool_]) -> NDArray[np.float64]:
    hits, slips = ticks[:, keys].sum(axis=1), ticks[:, ~keys].sum(axis=1)
    return np.maximum(hits / max(keys.sum(), 1) - slips / max((~keys).sum(), 1), 0.0)


def _whole(ticks: NDArray[np.bool_], keys: NDArray[np.bool_]) -> NDArray[np.float64]:
    return (ticks == keys).all(axis=1).astype(np.float64)


RULES: dict[str, Callable[[NDArray[np.bool_], NDArray[np.bool_]], NDArray[np.float64]]] = {
    "whole": _whole,
    "each_option": _each_option,
    "right_minus_wrong": _right_minus_wrong,
}


def _scorings(answers: _Answers, against_rest: _AgainstRest) -> tuple[SetScoring, ...]:
    if answers.keys is None or not answers.keys.any():
        return ()
    points = np.column_stack([rule(answers.ticks, answers.keys) for rule in RULES.values()])
    means = points.mean(axis=0).tolist() if len(points) else [None] * len(RULES)
    columns = zip(RULES, means, against_rest.correlate(points), strict=True)
    return tuple(SetScoring(rule, mean, one.value, one.interval, one.reason) for rule, mean, one in columns)
