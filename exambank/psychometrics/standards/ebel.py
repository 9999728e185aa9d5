"""The Ebel method: judges sort items by relevance and difficulty, and say what share of each class suffices."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from exambank.psychometrics.arrays import Interval, Reason, check_confidence
from exambank.psychometrics.standards.judgements import as_numbers, check_judgements, cut_score, spreads


@dataclass(frozen=True, slots=True)
class EbelCell:
    """A class of items that has any. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    relevance, difficulty : int
        Row and column of the table.
    n_items : int
    points : float
        The most its items can give.
    n : int
        Judges who rated it.
    share : float or None
        Mean of the shares that judges expect of a borderline candidate, 0..1.
    sd : float or None
        Over judges (divisor n-1).
    undefined : dict of str to Reason
    """

    relevance: int
    difficulty: int
    n_items: int
    points: float
    n: int
    share: float | None
    sd: float | None
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Ebel:
    """A cut score by Ebel's method. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n_judges, n_items : int
        Judges who rated a class that has items, items in all classes.
    max_points : float
        The most the test can give.
    cut : float or None
        In points.
    cut_share : float or None
        As a share of the most, 0..1.
    se : float or None
        Standard error of the cut over judges, in points.
    cut_ci : Interval or None
        Student's interval, within 0 and the most.
    cells : tuple of EbelCell
        The classes that have items, row by row.
    undefined : dict of str to Reason
        For each attribute that is None, why.
    """

    n_judges: int
    n_items: int
    max_points: float
    cut: float | None
    cut_share: float | None
    se: float | None
    cut_ci: Interval | None
    cells: tuple[EbelCell, ...]
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


def ebel(
    item_counts: ArrayLike, shares: ArrayLike, *, max_points: ArrayLike | None = None, confidence: float = 0.95
) -> Ebel:
    """The cut score that judges set by classes of items.

    Parameters
    ----------
    item_counts : array_like of int, shape (r, d)
        Items in each class of relevance (rows) and difficulty (columns).
    shares : array_like of float, shape (j, r, d), or (r, d) where the judges spoke with one voice
        Share of the class that a borderline candidate should master, 0..1; NaN where a judge did not say. What is said
        of classes without items does not count.
    max_points : array_like of float, shape (r, d), optional
        The most the items of each class can give together; one point an item unless told.
    confidence : float, default 0.95
        Level of the interval.

    Returns
    -------
    Ebel

    Raises
    ------
    ValueError
        If the shapes do not fit, a count is no whole number from 0 on, or a share is not from 0 to 1.

    Notes
    -----
    ``cut = sum over classes of points * mean share``. The standard error covers the judges' shares, not the sorting of
    items into classes, which is taken as agreed.

    References
    ----------
    Ebel, R. L. (1972). Essentials of Educational Measurement, 492-494. Cizek, G. J. & Bunch, M. B. (2007). Standard
    Setting, ch. 5.
    """
    confidence = check_confidence(confidence)
    counts = _check_counts(item_counts)
    points = counts if max_points is None else as_numbers(max_points, "points")
    said = as_numbers(shares, "shares")
    said = said[np.newaxis] if said.ndim == 2 else said
    if said.ndim != 3 or said.shape[1:] != counts.shape or points.shape != counts.shape:
        raise ValueError(f"shares and points need one cell for each of the {counts.shape} classes")
    is_used = counts > 0
    if not (np.isfinite(points) & (points > 0))[is_used].all():
        raise ValueError("the points of a class with items must be a number above 0")
    judgements = check_judgements(said[:, is_used])
    own_points = points[is_used]
    cut = cut_score(judgements, own_points, confidence)
    cut_share = None if cut.value is None else cut.value / float(own_points.sum())
    cells = tuple(
        _cell(place, *numbers)
        for place, *numbers in zip(
            np.argwhere(is_used).tolist(), counts[is_used].tolist(), own_points.tolist(), judgements.counts.tolist(),
            judgements.means.tolist(), spreads(judgements).tolist(), strict=True,
        )
    )  # fmt: skip
    return Ebel(
        len(judgements.rows), int(counts.sum()), float(own_points.sum()), cut.value, cut_share, cut.se, cut.interval,
        cells, cut.undefined,
    )  # fmt: skip


def _check_counts(item_counts: ArrayLike) -> NDArray[np.float64]:
    counts = as_numbers(item_counts, "counts")
    if counts.ndim != 2:
        raise ValueError(f"counts need two dimensions, relevance and difficulty, not {counts.ndim}")
    if not (np.isfinite(counts) & (counts >= 0) & (counts == np.floor(counts))).all():
        raise ValueError("a count of items is a whole number from 0 on")
    return counts


def _cell(place: list[int], n_items: float, points: float, n: int, share: float, sd: float) -> EbelCell:
    undefined = {}
    if n < 2:
        undefined["sd"] = Reason.NOT_DETERMINED if n else Reason.NO_RESPONSES
    if not n:
        undefined["share"] = Reason.NO_RESPONSES
    return EbelCell(*place, int(n_items), points, n, share if n else None, sd if n > 1 else None, undefined)
