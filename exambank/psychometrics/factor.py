"""One common factor behind the items, by maximum likelihood."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.optimize import OptimizeResult, minimize

# With two items every split of their correlation fits; three determine their loadings.
FEWEST_ITEMS = 3

# An item that the factor seems to explain wholly (a Heywood case) keeps this share of its own.
SMALLEST_UNIQUENESS = 0.005
LOWEST = np.log(SMALLEST_UNIQUENESS)

# Where all correlations are below this, the factor could be any one of the items.
NOTHING_COMMON = 1e-12

# Few answers without much in common have several maxima: the search also starts from the first components.
N_COMPONENTS = 3

# Slope of the likelihood at which the search has arrived; it usually ends below a thousandth of this.
ARRIVED = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class OneFactor:
    """One factor fitted to a correlation matrix.

    Attributes
    ----------
    loadings : float array, shape (k,)
        Correlation of each item with the factor; their sum is not negative.
    uniquenesses : float array, shape (k,)
        Share of each item's variance that the factor leaves, 0.005..1.
    """

    loadings: NDArray[np.float64]
    uniquenesses: NDArray[np.float64]

    @property
    def omega_total(self) -> float:
        """Share of the variance of the summed standardised items that is the factor's, 0..1."""
        common = self.loadings.sum() ** 2
        return float(common / (common + self.uniquenesses.sum()))


def one_factor(correlations: NDArray[np.float64]) -> OneFactor | None:
    """Fit one factor by maximum likelihood.

    Parameters
    ----------
    correlations : float array, shape (k, k)
        Correlations of at least 3 items; not singular.

    Returns
    -------
    OneFactor or None
        None if the search did not arrive.

    Notes
    -----
    For given uniquenesses u the best loadings are known: with e and v the largest eigenvalue and its vector of
    ``S = u^-1/2 R u^-1/2`` they are ``sqrt(u (e - 1)) v``. What is left to minimise over u is

    ``log |L| + tr(L^-1 R) = sum(log u + 1/u) + log e - e`` and a constant, with ``L = l l' + diag(u)``,

    and its slope along log u is ``1 - 1/u + (e - 1) v^2``. Only this one eigenvector is computed in each step. The
    first start and the lowest u are those of R's `factanal`. Where a few answers have little in common there may be
    several maxima of the likelihood; of those found the highest counts.

    References
    ----------
    Joreskog, K. G. (1967). Some contributions to maximum likelihood factor analysis. Psychometrika 32, 443-482.
    Lawley, D. N. & Maxwell, A. E. (1971). Factor analysis as a statistical method, 2nd ed.
    """
    n_items = len(correlations)
    if np.abs(correlations - np.eye(n_items)).max() < NOTHING_COMMON:
        return OneFactor(np.zeros(n_items), np.ones(n_items))
    found = [_search(correlations, start) for start in _starts(correlations)]
    arrived = [search for search in found if _steepest(search) <= ARRIVED]
    if not arrived:
        return None
    # Rounded, so that of equal ends the first is taken and not the one that rounding favours.
    uniquenesses = np.exp(min(arrived, key=lambda search: round(search.fun, 9)).x)
    largest, vector = _largest_eigen(uniquenesses, correlations)
    loadings = np.sqrt(uniquenesses * max(largest - 1, 0.0)) * vector
    return OneFactor(-loadings if loadings.sum() < 0 else loadings, uniquenesses)


def _starts(correlations: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Uniquenesses to start from: what the other items leave of each item, and what a principal component leaves."""
    own = 1 / np.diag(np.linalg.inv(correlations))
    values, vectors = eigh(correlations, check_finite=False)
    return [(1 - 0.5 / len(own)) * own, *(1 - values * vectors**2).T[: -N_COMPONENTS - 1 : -1]]


def _search(correlations: NDArray[np.float64], start: NDArray[np.float64]) -> OptimizeResult:
    return minimize(
        _misfit,
        np.log(np.clip(start, SMALLEST_UNIQUENESS, 1.0)),
        args=(correlations,),
        jac=True,
        method="L-BFGS-B",
        bounds=[(LOWEST, 0.0)] * len(start),
        # The slope decides, not the last digits of the misfit, and the search ends in any case.
        options={"maxiter": 1000, "maxfun": 5000, "maxcor": 20, "gtol": 1e-9, "ftol": 1e-16},
    )


def _misfit(log_uniquenesses, correlations):
    """Give minus twice the log-likelihood of one candidate, up to a constant, and its slope along log u."""
    uniquenesses = np.exp(log_uniquenesses)
    largest, vector = _largest_eigen(uniquenesses, correlations)
    misfit = (log_uniquenesses + 1 / uniquenesses).sum() + np.log(largest) - largest
    return misfit, 1 - 1 / uniquenesses + (largest - 1) * vector**2


def _largest_eigen(uniquenesses, correlations):
    scale = 1 / np.sqrt(uniquenesses)
    last = len(correlations) - 1
    values, vectors = eigh(correlations * np.outer(scale, scale), subset_by_index=[last, last], check_finite=False)
    return values[0], vectors[:, 0]


def _steepest(search: OptimizeResult) -> float:
    """Give the largest slope where the search ended, not counting those that only lead over the bounds."""
    return np.abs(search.x - np.clip(search.x - search.jac, LOWEST, 0.0)).max()
