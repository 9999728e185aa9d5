"""What the statistics share: checked input, the reasons why a value does not exist, intervals.

A matrix of scores has one row for each candidate and one column for each item, in points. NaN means that the item
was NOT PRESENTED to the candidate: papers differ, and an item missing by design is not a wrong one. An item that
was presented and left blank, or not reached, has a score (0, or what the regulation says), never NaN.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Shares and scaled scores lie in 0..1. A mean square below this is rounding noise, no spread.
NO_SPREAD = 1e-24


class Reason(StrEnum):
    """Why a statistic has no value."""

    NO_RESPONSES = "no_responses"  # nobody was presented with the item
    TOO_FEW_CANDIDATES = "too_few_candidates"
    TOO_FEW_ITEMS = "too_few_items"
    CONSTANT_ITEM = "constant_item"  # everybody got the same points for the item, or chose or left the option
    CONSTANT_SCORE = "constant_score"  # everybody has the same total, or the same score on the other items
    PERFECT_CORRELATION = "perfect_correlation"  # the value stands, but has no Fisher interval
    NOT_DETERMINED = "not_determined"  # the answers leave it open
    PAPERS_DIFFER = "papers_differ"  # too few candidates saw the same items
    NOT_DICHOTOMOUS = "not_dichotomous"  # some scores lie between 0 and the maximum
    MAXIMA_DIFFER = "maxima_differ"  # the items do not all give the same points
    NO_KEY = "no_key"  # the item names no right answer


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval.

    Attributes
    ----------
    low, high : float
        The ends, in the unit of the statistic.
    confidence : float
        The level, 0..1.
    """

    low: float
    high: float
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """A checked matrix of scores of n candidates on k items.

    Attributes
    ----------
    points : float array, shape (n, k)
        Points, 0 where the item was not presented.
    presented : bool array, shape (n, k)
        Whether the candidate was presented with the item.
    max_points : float array, shape (k,)
        The most an item can give.
    """

    points: NDArray[np.float64]
    presented: NDArray[np.bool_]
    max_points: NDArray[np.float64]

    @property
    def is_complete(self) -> bool:
        """Whether every candidate was presented with every item, and there is somebody and something."""
        return self.presented.size > 0 and bool(self.presented.all())

    @property
    def shares(self) -> NDArray[np.float64]:
        """Points as shares of the most, 0..1, shape (n, k); 0 where not presented."""
        return self.points / self.max_points


def check_scores(scores: ArrayLike, max_scores: ArrayLike | None = None) -> Scores:
    """Check a matrix of scores once, at the door of every public function.

    Parameters
    ----------
    scores : array_like of float, shape (n, k)
        Points, from 0 to the item's maximum; NaN (or None) where the item was not presented.
    max_scores : array_like of float, shape (k,), or one number, optional
        The most each item can give, above 0. 1 for every item unless told.

    Returns
    -------
    Scores

    Raises
    ------
    ValueError
        If the matrix is not two-dimensional, holds text or infinity or points outside 0..maximum, or if the
        maxima do not fit.
    """
    try:
        points = np.array(scores, dtype=np.float64)
        max_points = np.array(1.0 if max_scores is None else max_scores, dtype=np.float64)
    except TypeError as error:
        raise ValueError("scores must be numbers") from error
    if points.ndim != 2:
        raise ValueError(f"scores need two dimensions, candidates and items, not {points.ndim}")
    max_points = _fit_to_items(max_points, points.shape[1])
    presented = ~np.isnan(points)
    if not presented.all():
        points[~presented] = 0.0
    if points.size and (points.min() < 0 or (points.max(axis=0) > max_points * (1 + 1e-12)).any()):
        raise ValueError("a score lies outside 0 and the item's maximum")
    return Scores(points, presented, max_points)


def _fit_to_items(max_points: NDArray[np.float64], n_items: int) -> NDArray[np.float64]:
    if max_points.ndim == 0:
        max_points = np.full(n_items, max_points)
    if max_points.shape != (n_items,):
        raise ValueError(f"{n_items} items need as many maxima, not shape {max_points.shape}")
    if not (np.isfinite(max_points) & (max_points > 0)).all():
        raise ValueError("an item's maximum must be a number above 0")
    return max_points


def check_strata(strata: ArrayLike | None, n_candidates: int) -> NDArray[np.intp]:
    """Number the strata, the sittings or classes within which candidates are compared, from 0.

    Parameters
    ----------
    strata : array_like, shape (n,), optional
        One label for each candidate. None: all candidates form one stratum.
    n_candidates : int
        How many labels there must be.

    Returns
    -------
    int array, shape (n,)

    Raises
    ------
    ValueError
        If there is not exactly one label for each candidate, or a label is NaN.
    """
    if strata is None:
        return np.zeros(n_candidates, dtype=np.intp)
    labels = np.asarray(strata)
    if labels.shape != (n_candidates,):
        raise ValueError(f"{n_candidates} candidates need as many strata, not shape {labels.shape}")
    if np.not_equal(labels, labels).any():
        raise ValueError("a stratum is not a number (NaN)")
    numbers: dict = {}
    return np.array([numbers.setdefault(label, len(numbers)) for label in labels.tolist()], dtype=np.intp)


def check_confidence(confidence: float) -> float:
    """Give back a confidence level that lies between 0 and 1, or raise ValueError."""
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not at {confidence}")
    return float(confidence)
