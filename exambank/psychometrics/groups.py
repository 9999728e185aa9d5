"""Groups of candidates by score: the upper and lower 27 %, and equal parts by quantiles."""

import numpy as np
from numpy.typing import NDArray

from exambank.psychometrics.arrays import Scores

UPPER_LOWER_SHARE = 0.27


def upper_lower_shares(
    scores: Scores, totals: NDArray[np.float64], strata: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Mean share earned on each item by the best and the weakest 27 % of those who were presented with it.

    Parameters
    ----------
    scores : Scores
        Of n candidates on k items.
    totals : float array, shape (n,)
        The score by which candidates are ranked, equal floats being ties.
    strata : int array, shape (n,)
        The groups are formed within each stratum and put together.

    Returns
    -------
    upper, lower : float arrays, shape (k,)
        0..1; 0 where nobody was presented with the item.
    places : float array, shape (k,)
        Candidates in each group, 0.27 n; not rounded, so that the group is 27 % for every n.
    separable : bool array, shape (k,)
        Whether the totals differ anywhere, so that there is an upper and a lower.

    Notes
    -----
    Candidates tied at the cut share the places that are left equally: with 10 places and 8 candidates above
    a tie of 5, each of the 5 counts 2/5. The result does not depend on the order of the rows.
    """
    n_items = scores.points.shape[1]
    upper, lower, places = (np.zeros(n_items) for _ in range(3))
    separable = np.zeros(n_items, dtype=bool)
    for stratum in np.unique(strata):
        counts, sums = _tie_blocks(scores, totals, strata == stratum)
        stratum_places = UPPER_LOWER_SHARE * counts.sum(axis=0)
        lower += _sum_of_first(counts, sums, stratum_places)
        upper += _sum_of_first(counts[::-1], sums[::-1], stratum_places)
        places += stratum_places
        separable |= (counts > 0).sum(axis=0) > 1
    divisor = np.where(places > 0, places, 1.0)
    return upper / divisor, lower / divisor, places, separable


def upper_lower_weights(
    totals: NDArray[np.float64], strata: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64], bool]:
    """For papers that all candidates share: how much of each belongs to the upper and to the lower group.

    Returns
    -------
    upper, lower : float arrays, shape (n,)
        0..1; what is between stands for a candidate tied at the cut.
    separable : bool
        Whether the totals differ anywhere within a stratum.
    """
    upper, lower = np.zeros(len(totals)), np.zeros(len(totals))
    separable = False
    for stratum in np.unique(strata):
        rows = np.flatnonzero(strata == stratum)
        found, back, counts = np.unique(totals[rows], return_inverse=True, return_counts=True)
        lower[rows] = _share_among_first(counts, len(rows))[back]
        upper[rows] = _share_among_first(counts[::-1], len(rows))[::-1][back]
        separable |= len(found) > 1
    return upper, lower, separable


def _share_among_first(counts: NDArray[np.intp], n: int) -> NDArray[np.float64]:
    """Tell which part of each block of ties, the first counted first, is among the first 27 %."""
    before = np.cumsum(counts) - counts
    return np.clip(UPPER_LOWER_SHARE * n - before, 0.0, counts) / counts


def _tie_blocks(scores, totals, rows):
    """Count the candidates, and sum their shares, of each total (lowest first) on each item."""
    order = np.argsort(totals[rows], kind="stable")
    first = np.flatnonzero(np.diff(totals[rows][order], prepend=-1.0))
    counts = np.add.reduceat(scores.presented[rows][order], first, axis=0, dtype=np.float64)
    sums = np.add.reduceat(scores.shares[rows][order], first, axis=0)
    return counts, sums


def _sum_of_first(counts, sums, places):
    """Sum the shares of the first `places` candidates; the block at the cut is taken in part."""
    before = np.cumsum(counts, axis=0) - counts
    taken = np.clip(places - before, 0.0, counts)
    return (sums * np.divide(taken, counts, out=np.zeros_like(taken), where=counts > 0)).sum(axis=0)


def quantile_groups(totals: NDArray[np.float64], strata: NDArray[np.intp], n_groups: int) -> NDArray[np.intp]:
    """Sort candidates into groups of about equal size, 0 the weakest, by the quantiles of their own stratum.

    Parameters
    ----------
    totals : float array, shape (n,)
    strata : int array, shape (n,)
    n_groups : int
        At least 1.

    Returns
    -------
    int array, shape (n,)
        0..n_groups-1. Equal totals are never parted, so that groups differ in size or stay empty.

    Notes
    -----
    The cuts are quantiles of type 7 (Hyndman and Fan 1996, the default of R and numpy); a total at a cut
    belongs to the group below it: ``cut(x, quantile(x, (0:g)/g), include.lowest = TRUE)`` in R.
    """
    groups = np.zeros(len(totals), dtype=np.intp)
    for stratum in np.unique(strata):
        rows = strata == stratum
        groups[rows] = np.searchsorted(_cuts(totals[rows], n_groups), totals[rows], side="left")
    return groups


def _cuts(totals: NDArray[np.float64], n_groups: int) -> NDArray[np.float64]:
    ordered = np.sort(totals)
    # Multiplied before divided: a cut that falls on a candidate must hit that total exactly.
    position = np.arange(1, n_groups) * (len(ordered) - 1) / n_groups
    below = np.floor(position).astype(np.intp)
    above = np.minimum(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])
