"""Scores as categories: which ones each item has, and who got which."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

MOST_CATEGORIES = 20


@dataclass(frozen=True, slots=True, eq=False)
class Alike:
    """Items with the same number of categories, which are computed together.

    Attributes
    ----------
    items : int array, shape (g,)
        Their places among all items.
    places : int array, shape (g, c)
        Where the categories of each stand among the categories of all items; its parameters, a slope and c - 1
        intercepts, stand at the same places among the parameters of all items.
    """

    items: NDArray[np.intp]
    places: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Ratings:
    """Checked scores of n candidates on k items with p categories together.

    Attributes
    ----------
    chosen : bool array, shape (n, p)
        Whether the candidate's score is this category of this item: item after item, categories rising.
    used : tuple of tuple of int, length k
        The scores behind the categories of each item. Scores that nobody got are no categories.
    """

    chosen: NDArray[np.bool_]
    used: tuple[tuple[int, ...], ...]

    @cached_property
    def first(self) -> NDArray[np.intp]:
        """Where the categories of each item begin, shape (k,)."""
        sizes = np.array([len(scores) for scores in self.used], dtype=np.intp)
        return np.cumsum(sizes) - sizes

    @cached_property
    def counts(self) -> NDArray[np.float64]:
        """How many candidates have each category, shape (p,)."""
        return self.chosen.sum(axis=0, dtype=np.float64)

    @cached_property
    def points(self) -> NDArray[np.float64]:
        """The score behind each category, shape (p,)."""
        return np.array([score for scores in self.used for score in scores], dtype=np.float64)

    @cached_property
    def groups(self) -> tuple[Alike, ...]:
        """The items, sorted by their number of categories."""
        sizes = np.array([len(scores) for scores in self.used], dtype=np.intp)
        members = [(np.flatnonzero(sizes == size), size) for size in np.unique(sizes)]
        return tuple(Alike(items, self.first[items][:, np.newaxis] + np.arange(size)) for items, size in members)

    @cached_property
    def met(self) -> NDArray[np.bool_]:
        """Whether each candidate met each item, shape (n, k)."""
        if not self.used:
            return np.zeros((len(self.chosen), 0), dtype=bool)
        return np.logical_or.reduceat(self.chosen, self.first, axis=1)

    @cached_property
    def papers(self) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        """The different sets of items that candidates met, shape (s, k) of 1 and 0, and how many met each, (s,)."""
        if self.met.all():
            return np.ones((1, len(self.used))), np.array([len(self.chosen)])
        sets, counts = np.unique(self.met, axis=0, return_counts=True)
        return sets.astype(np.float64), counts


def check_categories(scores: ArrayLike) -> NDArray[np.float64]:
    """Check a matrix of whole scores, 0 to 19, with NaN for what was not presented.

    Parameters
    ----------
    scores : array_like of float, shape (n, k)

    Raises
    ------
    ValueError
        If the matrix is not two-dimensional, holds text, a fraction, a negative number, or a number above 19.
    """
    try:
        checked = np.array(scores, dtype=np.float64)
    except TypeError as error:
        raise ValueError("scores must be numbers") from error
    if checked.ndim != 2:
        raise ValueError(f"scores need two dimensions, candidates and items, not {checked.ndim}")
    given = checked[~np.isnan(checked)]
    if (given < 0).any() or (given != np.floor(given)).any():
        raise ValueError("this model takes whole scores from 0 on: number the levels of an item 0, 1, 2, ...")
    if (given >= MOST_CATEGORIES).any():
        raise ValueError(f"an item has at most {MOST_CATEGORIES} categories, scores 0 to {MOST_CATEGORIES - 1}")
    return checked


def used_scores(scores: NDArray[np.float64]) -> list[tuple[int, ...]]:
    """The different scores of each item, rising; an empty tuple where nobody met it."""
    return [tuple(int(one) for one in np.unique(column[~np.isnan(column)])) for column in scores.T]


def rate(scores: NDArray[np.float64], used: list[tuple[int, ...]]) -> Ratings:
    """Turn the checked scores of items into categories."""
    chosen = [column == one for column, own in zip(scores.T, used, strict=True) for one in own]
    table = np.stack(chosen, axis=1) if chosen else np.zeros((len(scores), 0), dtype=bool)
    return Ratings(table, tuple(used))
