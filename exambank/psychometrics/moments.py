"""Sums over complete scores, block by block: with 50,000 candidates no second matrix of that size is made."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Numbers in a block of rows: it stays in the cache between the steps.
BLOCK = 2**17

# With more strata than this, their sums by one product each cost more than sorting the rows.
MOST_STRATA = 16


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Sums over n candidates for each of k columns.

    Attributes
    ----------
    means : float array, shape (s, k)
        In each of s strata.
    squares : float array, shape (k,)
        Squared deviations from the mean of the stratum.
    overall_squares : float array, shape (k,)
        Squared deviations from the mean of all.
    products : float array, shape (m, k)
        Deviations from the mean of the stratum, weighted by each of m rows of weights.
    """

    means: NDArray[np.float64]
    squares: NDArray[np.float64]
    overall_squares: NDArray[np.float64]
    products: NDArray[np.float64]


def moments(points: NDArray[np.float64], strata: NDArray[np.intp], weights: NDArray[np.float64]) -> Moments:
    """Sum squared and weighted deviations of every column.

    Parameters
    ----------
    points : float array, shape (n, k)
        n at least 1, nothing missing.
    strata : int array, shape (n,)
        0..s-1, none empty.
    weights : float array, shape (m, n)

    Notes
    -----
    Means first, deviations second: sums of squares less squares of sums would lose what little the scores differ.
    """
    sizes = np.bincount(strata)
    members = (strata == np.arange(len(sizes))[:, np.newaxis]).astype(np.float64)
    means = members @ points / sizes[:, np.newaxis]
    n, n_columns = points.shape
    squares, products = np.zeros(n_columns), np.zeros((len(weights), n_columns))
    for rows in blocks(points):
        deviations = points[rows] - (means if len(means) == 1 else means[strata[rows]])
        squares += np.einsum("ij,ij->j", deviations, deviations)
        products += weights[:, rows] @ deviations
    between = sizes @ (means - sizes @ means / n) ** 2
    return Moments(means, squares, squares + between, products)


def deviation_products(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum the products of the deviations of every two columns, shape (k, k); n at least 1, nothing missing."""
    means = points.mean(axis=0)
    products = np.zeros((len(means), len(means)))
    for rows in blocks(points):
        deviations = points[rows] - means
        products += deviations.T @ deviations
    return products


def blocks(points: NDArray[np.float64]) -> Iterator[slice]:
    """Cut the rows of a matrix into blocks that stay in the cache."""
    n_rows = max(BLOCK // max(points.shape[1], 1), 1)
    return (slice(start, start + n_rows) for start in range(0, len(points), n_rows))


def within_strata(values: NDArray[np.float64], strata: NDArray[np.intp]) -> NDArray[np.float64]:
    """Subtract from each value, shape (n,), the mean of its stratum."""
    return values - (np.bincount(strata, values) / np.bincount(strata))[strata]
