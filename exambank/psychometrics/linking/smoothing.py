"""Distributions of scores, as observed or smoothed by a log-linear model."""

from dataclasses import dataclass

import numpy as np
from numpy.polynomial.legendre import legvander
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

MAX_DEGREE = 10
MAX_ITERATIONS = 200


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """Shares of n candidates at the k scores of a paper.

    Attributes
    ----------
    shares : float array, shape (k,)
        Observed or fitted, 0..1, with the sum 1.
    n : int
        Candidates.
    root : float array, shape (k, degree), or None
        ``root @ root.T`` is the covariance of the fitted shares; None for observed ones.
    """

    shares: NDArray[np.float64]
    n: int
    root: NDArray[np.float64] | None

    def upside_down(self) -> "Distribution":
        """Give the distribution of the points that were lost."""
        return Distribution(self.shares[::-1], self.n, None if self.root is None else self.root[::-1])


def distribution(counts: NDArray[np.float64], degree: int | None) -> Distribution | None:
    """Observed shares, or fitted ones.

    Parameters
    ----------
    counts : float array, shape (k,)
        Candidates at each score, at least one of them.
    degree : int or None
        Of the log-linear model, from 1; None: the observed shares.

    Returns
    -------
    Distribution or None
        None where a model of this degree has no fit.

    Notes
    -----
    ``log E(count at x) = b_0 + b_1 x + ... + b_degree x^degree``, by maximum likelihood for Poisson counts; the fit
    keeps the first `degree` moments. With U the centred powers of the score and D the shares on a diagonal, the
    covariance of the fitted shares is ``D U (U' D U)^-1 U' D / n``.

    References
    ----------
    Holland, P. W. & Thayer, D. T. (2000). Univariate and bivariate loglinear models for discrete test score
    distributions. Journal of Educational and Behavioral Statistics 25, 133-183.
    """
    n = int(counts.sum())
    return Distribution(counts / n, n, None) if degree is None else _smooth(counts, degree)


def _smooth(counts: NDArray[np.float64], degree: int) -> Distribution | None:
    """Fit a polynomial to the logarithms of expected counts, by Newton's method for the Poisson likelihood.

    The fit exists where more than `degree` different scores were observed: fewer points lie on a face of the
    hull of the moments, and the likelihood has no maximum.
    """
    n = counts.sum()
    if (counts > 0).sum() <= degree:
        return None
    powers = _orthonormal_powers(counts, degree)
    guess = np.log((counts + 0.5) / (n + 0.5 * len(counts)) * n)
    weights = np.sqrt(counts + 0.5)
    coefficients = np.linalg.lstsq(powers * weights[:, np.newaxis], guess * weights)[0]
    for _ in range(MAX_ITERATIONS):
        expected = _expected(powers @ coefficients)
        gradient = powers.T @ (counts - expected)
        if np.abs(gradient).max() <= 1e-11 * n:
            return _fitted(expected / expected.sum(), powers, int(n))
        direction = np.linalg.lstsq(powers.T @ (powers * expected[:, np.newaxis]), gradient)[0]
        coefficients = _climb(coefficients, direction, powers, counts)
    return None


def _orthonormal_powers(counts: NDArray[np.float64], degree: int) -> NDArray[np.float64]:
    """Polynomials of the score, 1 first, that are orthonormal where the candidates are: a well-posed fit."""
    raw = legvander(np.linspace(-1.0, 1.0, len(counts)), degree)
    weights = np.sqrt((counts + 0.5) / (counts + 0.5).sum())
    upper = np.linalg.qr(raw * weights[:, np.newaxis], mode="r")
    return solve_triangular(upper, raw.T, trans="T").T


def _expected(logarithms: NDArray[np.float64]) -> NDArray[np.float64]:
    # A step too far is taken back; until then it must not overflow.
    return np.exp(np.clip(logarithms, -700.0, 700.0))


def _climb(
    coefficients: NDArray[np.float64],
    direction: NDArray[np.float64],
    powers: NDArray[np.float64],
    counts: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Step forward, by half as much as long as the likelihood does not grow."""

    def likelihood(at: NDArray[np.float64]) -> float:
        logarithms = powers @ at
        return float(counts @ logarithms - _expected(logarithms).sum())

    here = likelihood(coefficients)
    length = 1.0
    while length > 1e-6 and likelihood(coefficients + length * direction) < here - 1e-12 * abs(here):
        length /= 2
    return coefficients + length * direction


def _fitted(shares: NDArray[np.float64], powers: NDArray[np.float64], n: int) -> Distribution:
    centred = powers[:, 1:] - shares @ powers[:, 1:]
    tangent = centred * shares[:, np.newaxis]
    lower = np.linalg.cholesky(centred.T @ tangent)
    return Distribution(shares, n, solve_triangular(lower, tangent.T, lower=True).T / np.sqrt(n))
