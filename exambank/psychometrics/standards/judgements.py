"""What judges' ratings add up to: a cut score with its error, and how far the judges agree."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from exambank.psychometrics.arrays import NO_SPREAD, Interval, Reason

ROUNDING = 1e-12  # a share of 1 that was computed may lie a rounding error above


@dataclass(frozen=True, slots=True, eq=False)
class Judgements:
    """Ratings of j judges on k items, without the judges who rated nothing.

    Attributes
    ----------
    shares : float array, shape (j, k)
        0..1; 0 where not rated.
    rated : bool array, shape (j, k)
    rows : int array, shape (j,)
        The judges' rows in the input.
    """

    shares: NDArray[np.float64]
    rated: NDArray[np.bool_]
    rows: NDArray[np.intp]

    @property
    def counts(self) -> NDArray[np.intp]:
        """How many judges rated each item, shape (k,)."""
        return self.rated.sum(axis=0)

    @property
    def means(self) -> NDArray[np.float64]:
        """Mean rating of each item, shape (k,); 0 where nobody rated it."""
        return self.shares.sum(axis=0) / np.maximum(self.counts, 1)

    @property
    def deviations(self) -> NDArray[np.float64]:
        """Of each rating from its item's mean, shape (j, k); 0 where not rated."""
        return np.where(self.rated, self.shares - self.means, 0.0)


@dataclass(frozen=True, slots=True)
class Cut:
    """A cut score in points, its error, and why one of them does not exist."""

    value: float | None
    se: float | None
    interval: Interval | None
    undefined: dict[str, Reason]


def as_numbers(values: ArrayLike, what: str) -> NDArray[np.float64]:
    """A new array of floats, None as NaN; ValueError where there is something else than numbers."""
    try:
        return np.array(values, dtype=np.float64)
    except TypeError as error:
        raise ValueError(f"{what} must be numbers") from error


def check_judgements(shares: ArrayLike) -> Judgements:
    """Check a matrix of shares 0..1, judges by items, with NaN for what a judge did not rate.

    Raises
    ------
    ValueError
        If the matrix is not two-dimensional, or holds text or a number outside 0..1.
    """
    checked = as_numbers(shares, "ratings")
    if checked.ndim != 2:
        raise ValueError(f"ratings need two dimensions, judges and items, not {checked.ndim}")
    rated = ~np.isnan(checked)
    checked[~rated] = 0.0
    if ((checked < 0) | (checked > 1 + ROUNDING)).any():
        raise ValueError("a rating is the share of borderline candidates expected to be right, from 0 to 1")
    rows = np.flatnonzero(rated.any(axis=1))
    return Judgements(np.minimum(checked[rows], 1.0), rated[rows], rows)


def spreads(judgements: Judgements) -> NDArray[np.float64]:
    """Standard deviation over judges of each item's ratings (divisor n-1), shape (k,); 0 with fewer than two."""
    return np.sqrt((judgements.deviations**2).sum(axis=0) / np.maximum(judgements.counts - 1, 1))


def cut_score(judgements: Judgements, points: NDArray[np.float64], confidence: float) -> Cut:
    """Sum of the items' mean ratings times their points, with its standard error over judges.

    With every item rated by all j judges the error is that of the mean of the judges' own cut scores, ``sd / sqrt(j)``;
    where judges rated different items, each item's mean carries the deviations of its own judges, and those of one
    judge on several items are not taken as independent. The interval is Student's with j - 1 degrees of freedom.
    """
    counts = judgements.counts
    if not len(counts) or (counts == 0).any():
        return Cut(None, None, None, dict.fromkeys(("cut", "cut_share", "se", "cut_ci"), Reason.NO_RESPONSES))
    value = float(judgements.means @ points)
    if (counts < 2).any():
        return Cut(value, None, None, dict.fromkeys(("se", "cut_ci"), Reason.NOT_DETERMINED))
    by_judge = judgements.deviations @ (points / np.sqrt(counts * (counts - 1.0)))
    se = sqrt(float(by_judge @ by_judge))
    margin = float(stdtrit(len(by_judge) - 1, (1 + confidence) / 2)) * se
    interval = Interval(max(value - margin, 0.0), min(value + margin, float(points.sum())), confidence)
    return Cut(value, se, interval, {})


def intraclass(shares: NDArray[np.float64]) -> tuple[float | None, float | None]:
    """Agreement of j judges on k items that all of them rated: of one judge, and of the mean of all.

    Parameters
    ----------
    shares : float array, shape (j, k)

    Returns
    -------
    single, mean : float or None
        At most 1, below 0 where judges agree less than by chance; None with fewer than two judges or items, or where
        nothing varies.

    Notes
    -----
    Two-way random effects, absolute agreement: ICC(2,1) and ICC(2,j) of Shrout and Fleiss. A judge who is stricter
    throughout lowers them, as the cut depends on who judges.

    References
    ----------
    Shrout, P. E. & Fleiss, J. L. (1979). Intraclass correlations: uses in assessing rater reliability. Psychological
    Bulletin 86, 420-428.
    """
    judges, items = shares.shape
    if judges < 2 or items < 2:
        return None, None
    of_items, of_judges = shares.mean(axis=0), shares.mean(axis=1)
    between_items = judges * ((of_items - shares.mean()) ** 2).sum() / (items - 1)
    between_judges = items * ((of_judges - shares.mean()) ** 2).sum() / (judges - 1)
    rest = shares - of_items - of_judges[:, np.newaxis] + shares.mean()
    error = (rest**2).sum() / ((items - 1) * (judges - 1))
    true, lean = between_items - error, (between_judges - error) / items
    single, mean = true + judges * (error + lean), true + error + lean
    if between_items + between_judges + error < NO_SPREAD:
        return None, None
    return _share(true, single), _share(true, mean)


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole > NO_SPREAD else None
