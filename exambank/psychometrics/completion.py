"""How far candidates came: what they left out, what they did not reach, and whether the time was too short."""

from dataclasses import dataclass, field
from math import exp, log, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from exambank.psychometrics.arrays import Interval, Reason, check_confidence, check_scores
from exambank.psychometrics.intervals import wilson

REACHING_SHARE = 0.8  # of the candidates should come to their last question
MOST_OF_THE_PAPER = 0.75  # and practically everybody this far


@dataclass(frozen=True, slots=True)
class ItemCompletion:
    """Blanks of one item. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n : int
        Candidates who were presented with the item.
    omitted, not_reached : int
        Candidates who left it blank, by whether they had come to it.
    omitted_share, not_reached_share : float or None
        Out of n, 0..1; None where n is 0.
    omitted_ci, not_reached_ci : Interval or None
        Wilson's intervals.
    """

    n: int
    omitted: int
    not_reached: int
    omitted_share: float | None
    omitted_ci: Interval | None
    not_reached_share: float | None
    not_reached_ci: Interval | None


@dataclass(frozen=True, slots=True)
class Completion:
    """How far candidates came on their papers. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n : int
        Candidates who were presented with something.
    items : tuple of ItemCompletion, length k
    reached_last, reached_last_ci : float, Interval, or None
        Share of the candidates who came to the last question of their paper.
    reached_most, reached_most_ci : float, Interval, or None
        Share who came as far as three quarters of it.
    answered_all, answered_all_ci : float, Interval, or None
        Share who left nothing blank.
    stafford, stafford_ci : float, Interval, or None
        Stafford's quotient: share of what was not reached in all that is not right, 0..1.
    gulliksen, gulliksen_ci : float, Interval, or None
        Gulliksen's ratio: variance of the number not reached over the variance of the number not right. Near 0 the
        test measures power, near 1 or above it speed.
    is_speeded : bool or None
        By the rule of thumb of ETS: True where surely fewer than 80 % came to the last question, False where surely
        more did, None where the candidates are too few to tell.
    undefined : dict of str to Reason
        For each attribute that is None, why; `is_speeded` is not determined.
    """

    n: int
    items: tuple[ItemCompletion, ...]
    reached_last: float | None
    reached_last_ci: Interval | None
    reached_most: float | None
    reached_most_ci: Interval | None
    answered_all: float | None
    answered_all_ci: Interval | None
    stafford: float | None
    stafford_ci: Interval | None
    gulliksen: float | None
    gulliksen_ci: Interval | None
    is_speeded: bool | None
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


def completion(
    answered: ArrayLike,
    *,
    order: ArrayLike | None = None,
    right: ArrayLike | None = None,
    next_was_read: bool = False,
    confidence: float = 0.95,
) -> Completion:
    """Part blanks into omitted and not reached, and tell whether the time sufficed.

    Parameters
    ----------
    answered : array_like of float, shape (n, k)
        1 answered, 0 left blank, NaN not presented. One column for each item.
    order : array_like of float, shape (n, k), optional
        The place of each item on the candidate's own paper: numbers that rise, none twice in a row, anything where the
        item was not presented. The order of the columns unless told.
    right : array_like of float, shape (n, k), optional
        Share of the points, 0..1, for Stafford's and Gulliksen's figures; NaN = not presented.
    next_was_read : bool, default False
        Whether the first blank after the last answer counts as omitted: that question the candidate may well have
        read (so do NAEP and PISA).
    confidence : float, default 0.95
        Level of all intervals.

    Returns
    -------
    Completion

    Raises
    ------
    ValueError
        If the shapes do not fit, an entry is not 0, 1 or NaN, a place is missing or taken twice, or a blank is right.

    Notes
    -----
    Not reached is what is blank after the last answer, in the order of the candidate's own paper. Who answered nothing
    reached nothing. ``stafford = sum U / sum X`` and ``gulliksen = var U / var X``, U the number of items that a
    candidate did not reach and X the number not right, omitted and not reached among them; their intervals are of the
    delta method, the second on the logarithm. A candidate who did not reach an item but would have got it wrong looks
    slow here, and one who guessed in haste to the end looks fast: read `time_statistics` beside it.

    References
    ----------
    Gulliksen, H. (1950). Theory of mental tests, ch. 17.
    Swineford, F. (1956). Technical manual for users of test analyses. Educational Testing Service SR-56-42.
    Stafford, R. E. (1971). The speededness quotient: a new descriptive statistic for tests. Journal of Educational
    Measurement 8, 275-277.

    Examples
    --------
    >>> found = completion([[1, 0, 1, 0], [1, 1, 0, 0]])
    >>> [item.omitted for item in found.items], [item.not_reached for item in found.items]
    ([0, 1, 0, 0], [0, 0, 1, 2])
    """
    confidence = check_confidence(confidence)
    checked = check_scores(answered)
    presented, given = checked.presented, checked.points > 0
    if ((checked.points != 0) & (checked.points != 1)).any():
        raise ValueError("an item is answered (1) or blank (0)")
    places = _check_places(order, presented)
    missed = not_reached(given, presented, places, next_was_read=next_was_read)
    wrong = _wrong(right, given, presented)
    items = _by_item(presented, presented & ~given & ~missed, missed, confidence)
    met = presented.any(axis=1)
    figures = _of_candidates(presented[met], given[met], missed[met], confidence)
    figures |= _of_errors(missed[met].sum(axis=1), None if wrong is None else wrong[met].sum(axis=1), confidence)
    undefined = {name: figure for name, figure in figures.items() if isinstance(figure, Reason)}
    return Completion(int(met.sum()), items, **figures | dict.fromkeys(undefined), undefined=undefined)


def not_reached(
    given: NDArray[np.bool_], presented: NDArray[np.bool_], places: NDArray[np.float64], *, next_was_read: bool
) -> NDArray[np.bool_]:
    """Tell what each candidate did not come to, shape (n, k); see `completion`."""
    last_answer = np.where(presented & given, places, -np.inf).max(axis=1, initial=-np.inf, keepdims=True)
    after = presented & (places > last_answer)
    if next_was_read:
        after &= places > np.where(after, places, np.inf).min(axis=1, initial=np.inf, keepdims=True)
    return after


def _check_places(order: ArrayLike | None, presented: NDArray[np.bool_]) -> NDArray[np.float64]:
    if order is None:
        return np.broadcast_to(np.arange(presented.shape[1], dtype=np.float64), presented.shape)
    places = np.array(order, dtype=np.float64)
    if places.shape != presented.shape:
        raise ValueError(f"places need the shape of the answers, {presented.shape}, not {places.shape}")
    places[~presented] = np.inf
    in_order = np.sort(places, axis=1)
    taken_twice = (in_order[:, 1:] == in_order[:, :-1]) & np.isfinite(in_order[:, 1:])
    if not np.isfinite(places[presented]).all() or taken_twice.any():
        raise ValueError("every item presented needs a place of its own on the paper")
    return places


def _wrong(
    right: ArrayLike | None, given: NDArray[np.bool_], presented: NDArray[np.bool_]
) -> NDArray[np.float64] | None:
    """What each answer lacks to be right, 0..1; 0 where the item was not presented."""
    if right is None:
        return None
    checked = check_scores(right)
    if checked.points.shape != presented.shape or (checked.presented != presented).any():
        raise ValueError("what is right must be told of the items that were presented")
    if (checked.points[~given] > 0).any():
        raise ValueError("a blank cannot be right")
    return presented - checked.points


def _by_item(presented, omitted, missed, confidence) -> tuple[ItemCompletion, ...]:
    counts = zip(*(cells.sum(axis=0).tolist() for cells in (presented, omitted, missed)), strict=True)
    return tuple(
        ItemCompletion(n, left, late, *_share(left, n, confidence), *_share(late, n, confidence))
        for n, left, late in counts
    )


def _share(count: int, n: int, confidence: float) -> tuple[float | None, Interval | None]:
    return (count / n, wilson(count / n, n, confidence)) if n else (None, None)


def _of_candidates(presented, given, missed, confidence) -> dict[str, float | Interval | bool | Reason | None]:
    """Shares of the candidates who came so far, and the rule of thumb."""
    n, met = len(presented), presented.sum(axis=1)
    left = missed.sum(axis=1)
    counts = {
        "reached_last": (left == 0).sum(),
        # As numbers of questions: three quarters of 10 are 8.
        "reached_most": (met - left >= np.ceil(MOST_OF_THE_PAPER * met)).sum(),
        "answered_all": (given.sum(axis=1) == met).sum(),
    }
    figures: dict[str, float | Interval | bool | Reason | None] = {}
    for name, count in counts.items():
        share, interval = _share(int(count), n, confidence)
        figures[name] = Reason.NO_RESPONSES if share is None else share
        figures[f"{name}_ci"] = interval or Reason.NO_RESPONSES
    return figures | {"is_speeded": _is_speeded(figures["reached_last_ci"])}


def _is_speeded(reached_last: Interval | Reason) -> bool | Reason:
    if isinstance(reached_last, Reason):
        return reached_last
    if reached_last.high < REACHING_SHARE:
        return True
    return False if reached_last.low > REACHING_SHARE else Reason.NOT_DETERMINED


def _of_errors(
    late: NDArray[np.intp], wrong: NDArray[np.float64] | None, confidence: float
) -> dict[str, float | Interval | Reason]:
    """Stafford's and Gulliksen's figures from the numbers of each candidate."""
    names = ("stafford", "stafford_ci", "gulliksen", "gulliksen_ci")
    if wrong is None or not len(late):
        return dict.fromkeys(names, Reason.NO_RESPONSES)
    if not wrong.any():
        return dict.fromkeys(names, Reason.CONSTANT_SCORE)
    stafford, gulliksen = _quotient(late, wrong, confidence), _ratio(late, wrong, confidence)
    return dict(zip(names, (*stafford, *gulliksen), strict=True))


def _quotient(late, wrong, confidence) -> tuple[float, Interval | Reason]:
    n, quotient = len(late), float(late.sum() / wrong.sum())
    if n < 2:
        return quotient, Reason.TOO_FEW_CANDIDATES
    error = (late - quotient * wrong).std(ddof=1) / wrong.mean() / sqrt(n)
    margin = float(ndtri((1 + confidence) / 2) * error)
    return quotient, Interval(max(quotient - margin, 0.0), min(quotient + margin, 1.0), confidence)


def _ratio(late, wrong, confidence) -> tuple[float | Reason, Interval | Reason]:
    if len(late) < 2:
        return Reason.TOO_FEW_CANDIDATES, Reason.TOO_FEW_CANDIDATES
    late, wrong = late - late.mean(), wrong - wrong.mean()
    squares = float(wrong @ wrong)
    if squares <= 1e-12 * len(wrong):
        return Reason.CONSTANT_SCORE, Reason.CONSTANT_SCORE
    ratio = float(late @ late) / squares
    if ratio == 0:
        return 0.0, Reason.CONSTANT_ITEM  # everybody reached the same number: there is no logarithm
    influence = late**2 / (late @ late) - wrong**2 / squares
    margin = float(ndtri((1 + confidence) / 2) * sqrt(influence @ influence))
    return ratio, Interval(exp(log(ratio) - margin), exp(log(ratio) + margin), confidence)
