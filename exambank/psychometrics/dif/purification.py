"""Purified matching: items that treat groups unequally must not take part in the score that equates them."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from exambank.psychometrics.correlation import SHARE_DIGITS
from exambank.psychometrics.dif.mantel_haenszel import (
    LEAST_PER_GROUP,
    MantelHaenszel,
    check_right_or_wrong,
    mantel_haenszel,
)

MOST_ROUNDS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Purification:
    """The last round of a purification.

    Attributes
    ----------
    items : tuple of MantelHaenszel, length k
        Matched without `left_out`.
    left_out : tuple of int
        Columns of the items that were kept out of the matching score, in rising order.
    flagged : tuple of int
        Columns of the items whose class is B or C in `items`; the same as `left_out` if the rounds have converged.
    rounds : int
        How often the matching score was changed; 0 if no item was flagged at first.
    is_converged : bool
        Whether the set of items is stable. If not, the rounds came back to a set they had left, or to their limit.
    matching : float array, shape (n, k)
        The matching scores, for instance for `logistic_dif`; meaningless where the item was not presented.
    """

    items: tuple[MantelHaenszel, ...]
    left_out: tuple[int, ...]
    flagged: tuple[int, ...]
    rounds: int
    is_converged: bool
    matching: NDArray[np.float64]


def purified(
    scores: ArrayLike,
    focal: ArrayLike,
    *,
    least_per_group: int = LEAST_PER_GROUP,
    confidence: float = 0.95,
    most_rounds: int = MOST_ROUNDS,
) -> Purification:
    """Repeat `mantel_haenszel` with the items of class B and C left out of the matching score, until they stay.

    Parameters
    ----------
    scores : array_like of float, shape (n, k)
        1 right, 0 wrong (or omitted), NaN not presented.
    focal : array_like of bool or float, shape (n,)
        1 for the focal group, 0 for the reference group; NaN or None: unknown, the candidate is left out.
    least_per_group : int, default 20
        With fewer matched candidates in a group the values are None, and the item stays in the matching score.
    confidence : float, default 0.95
        Level of the intervals.
    most_rounds : int, default 10
        How often the matching score may be changed.

    Returns
    -------
    Purification

    Raises
    ------
    ValueError
        As in `mantel_haenszel`, or if `most_rounds` is below 0.

    Notes
    -----
    The studied item is part of its own matching score in every round: without it an item that treats all alike
    would seem to favour the weaker group.

    References
    ----------
    Holland, P. W. & Thayer, D. T. (1988). Differential item performance and the Mantel-Haenszel procedure. In Wainer
    & Braun (eds.), Test validity, 129-145.
    Clauser, B., Mazor, K. & Hambleton, R. K. (1993). The effects of purification of the matching criterion on the
    identification of DIF using the Mantel-Haenszel procedure. Applied Measurement in Education 6, 269-279.
    """
    if most_rounds < 0:
        raise ValueError(f"the matching score cannot be changed {most_rounds} times")
    left_out: tuple[int, ...] = ()
    seen: set[tuple[int, ...]] = set()
    while True:
        rounds = len(seen)
        matching = purified_matching(scores, left_out)
        items = mantel_haenszel(
            scores, focal, matching=matching, least_per_group=least_per_group, confidence=confidence
        )
        flagged = tuple(column for column, item in enumerate(items) if item.ets_class in ("B", "C"))
        seen.add(left_out)
        # Each set determines the next: whatever comes back would come back for ever.
        if flagged in seen or rounds >= most_rounds:
            return Purification(items, left_out, flagged, rounds, flagged == left_out, matching)
        left_out = flagged


def purified_matching(scores: ArrayLike, left_out: Collection[int]) -> NDArray[np.float64]:
    """Share of the points earned on the items that are not left out, and on the studied item.

    Parameters
    ----------
    scores : array_like of float, shape (n, k)
        1 right, 0 wrong (or omitted), NaN not presented.
    left_out : collection of int
        Columns that count in their own matching score alone.

    Returns
    -------
    float array, shape (n, k)
        0..1: the score of each candidate for each studied item; meaningless where that was not presented.

    Raises
    ------
    ValueError
        If a score is neither 0, 1 nor NaN, or a column does not exist.
    """
    checked = check_right_or_wrong(scores)
    n_items = checked.points.shape[1]
    if not all(0 <= column < n_items for column in left_out):
        raise ValueError(f"an item to leave out is not among the {n_items}")
    is_out = np.zeros(n_items, dtype=bool)
    is_out[list(left_out)] = True
    earned = checked.points[:, ~is_out].sum(axis=1, keepdims=True) + checked.points * is_out
    possible = checked.presented[:, ~is_out].sum(axis=1, keepdims=True) + checked.presented * is_out
    return np.round(earned / np.maximum(possible, 1), SHARE_DIGITS)
