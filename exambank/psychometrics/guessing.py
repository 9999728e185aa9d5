"""Difficulty corrected for guessing: the share who knew, where some of the others hit the key by chance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from exambank.psychometrics.arrays import Interval, Reason, check_confidence, check_scores
from exambank.psychometrics.biserial import dichotomous_items
from exambank.psychometrics.intervals import wilson


@dataclass(frozen=True, slots=True)
class CorrectedDifficulty:
    """Difficulty of one item, corrected for guessing. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n : int
        Candidates who were presented with the item.
    value : float or None
        At most 1; high = easy. Not clipped: below 0 fewer were right than by blind guessing, so that something
        misleads (a wrong key, a tempting distractor), or n is small.
    interval : Interval or None
        Wilson's interval of the share, carried over.
    reason : Reason or None
        Why there is no value.
    """

    n: int
    value: float | None
    interval: Interval | None
    reason: Reason | None = None


def guess_corrected_difficulty(
    scores: ArrayLike,
    n_options: ArrayLike,
    *,
    max_scores: ArrayLike | None = None,
    confidence: float = 0.95,
) -> tuple[CorrectedDifficulty, ...]:
    """Difficulty of every right-or-wrong item, corrected for guessing.

    Parameters
    ----------
    scores : array_like of float, shape (n, k)
        Points of n candidates on k items, 0 to the item's maximum; NaN = not presented; omitted = scored.
    n_options : array_like of float, shape (k,), or one number
        How many answers a guesser picks from, at least 2; infinity for an item that nobody solves by guessing.
    max_scores : array_like of float, shape (k,), or one number, optional
        The most each item can give; 1 unless told.
    confidence : float, default 0.95
        Level of the intervals.

    Returns
    -------
    tuple of CorrectedDifficulty, length k
        In the order of the columns. Items with partial credit have none (`Reason.NOT_DICHOTOMOUS`).

    Raises
    ------
    ValueError
        If the shapes do not fit, a score is not a number from 0 to the maximum, or an item has fewer than 2 options.

    Notes
    -----
    ``(p - 1/m) / (1 - 1/m)``, with p the share who solved the item and m the number of options. It takes for
    granted that whoever does not know picks blindly among all m; who can rule out some, or leaves the item blank,
    is not like that, so read it beside p, not in its place.

    References
    ----------
    Guilford, J. P. (1936). The determination of item difficulty when chance success is a factor. Psychometrika 1,
    259-264.

    Examples
    --------
    >>> guess_corrected_difficulty([[1, 1], [1, 0], [1, 0], [0, 0]], 4)[0].value
    0.6666666666666666
    """
    confidence = check_confidence(confidence)
    checked = check_scores(scores, max_scores)
    n = checked.presented.sum(axis=0)
    n_right = (checked.points > 0).sum(axis=0)
    chances = _chances(n_options, len(n))
    columns = zip(n.tolist(), n_right.tolist(), chances.tolist(), dichotomous_items(checked).tolist(), strict=True)
    return tuple(_correct(*column, confidence) for column in columns)


def _chances(n_options: ArrayLike, n_items: int) -> NDArray[np.float64]:
    """Give the chance that a guess at each item is right, shape (k,)."""
    try:
        options = np.array(n_options, dtype=np.float64)
    except TypeError as error:
        raise ValueError("numbers of options must be numbers") from error
    if options.ndim == 0:
        options = np.full(n_items, options)
    if options.shape != (n_items,):
        raise ValueError(f"{n_items} items need as many numbers of options, not shape {options.shape}")
    if not (options >= 2).all():
        raise ValueError("an item to choose from has at least 2 options")
    return 1 / options


def _correct(n: int, n_right: int, chance: float, is_dichotomous: bool, confidence: float) -> CorrectedDifficulty:
    if n == 0:
        return CorrectedDifficulty(0, None, None, Reason.NO_RESPONSES)
    if not is_dichotomous:
        return CorrectedDifficulty(n, None, None, Reason.NOT_DICHOTOMOUS)
    share = n_right / n
    raw = wilson(share, n, confidence)
    value, low, high = ((figure - chance) / (1 - chance) for figure in (share, raw.low, raw.high))
    return CorrectedDifficulty(n, value, Interval(low, high, confidence))
