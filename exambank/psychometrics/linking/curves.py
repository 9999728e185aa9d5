"""The curves of logistic items, and the points of the ability scale at which two sets of curves are compared."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Checked parameters of k logistic items, ``P = c + (1 - c) / (1 + exp(-(a theta + d)))``.

    Attributes
    ----------
    slopes, intercepts : float array, shape (k,)
        a and d; NaN where the item has no calibration.
    guessing : float array, shape (k,)
        c, 0..1 without 1; 0 for items of one or two parameters.
    """

    slopes: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    guessing: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.slopes)

    @property
    def calibrated(self) -> NDArray[np.bool_]:
        """Whether the item has parameters and a slope other than 0, so that it has a difficulty; shape (k,)."""
        return ~np.isnan(self.slopes) & ~np.isnan(self.intercepts) & (self.slopes != 0)

    @property
    def difficulties(self) -> NDArray[np.float64]:
        """``b = -d / a`` of items that are all calibrated, on the ability scale, shape (k,)."""
        return -self.intercepts / self.slopes

    def pick(self, items: NDArray) -> "Curves":
        """Give the curves of some of the items, by their numbers or by a mask."""
        return Curves(self.slopes[items], self.intercepts[items], self.guessing[items])

    def probabilities(self, abilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """P of each item at each ability, 0..1, shape (q, k)."""
        logits = np.outer(abilities, self.slopes) + self.intercepts
        return self.guessing + (1 - self.guessing) * expit(logits)


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """Points of the target's ability scale, and how much a difference at each of them counts.

    Attributes
    ----------
    abilities : float array, shape (q,)
        The points.
    weights : float array, shape (q,)
        Not negative, with the sum 1.

    Raises
    ------
    ValueError
        If there are fewer than two points, or the weights do not fit.
    """

    abilities: NDArray[np.float64]
    weights: NDArray[np.float64]

    def __post_init__(self):
        if self.abilities.ndim != 1 or self.abilities.shape != self.weights.shape or len(self.abilities) < 2:
            raise ValueError("nodes need at least two points with a weight each")
        if not np.isfinite(self.abilities).all() or not (self.weights >= 0).all():
            raise ValueError("nodes must be finite, and weights not negative")
        if abs(self.weights.sum() - 1) > 1e-9:
            raise ValueError(f"the weights of nodes add up to 1, not to {self.weights.sum()}")


def normal_nodes(n: int = 161, reach: float = 4.0) -> Nodes:
    """Equally spaced points from -reach to reach, weighted by the density of N(0, 1).

    Parameters
    ----------
    n : int, default 161
        How many, at least 2.
    reach : float, default 4
        The last point, above 0.

    Returns
    -------
    Nodes
    """
    abilities = np.linspace(-reach, reach, n)
    densities = np.exp(-(abilities**2) / 2)
    return Nodes(abilities, densities / densities.sum())


NORMAL_161 = normal_nodes()


def item_curves(slopes: ArrayLike, intercepts: ArrayLike, guessing: ArrayLike | None = None) -> Curves:
    """Check item parameters once, before curves are linked.

    Parameters
    ----------
    slopes, intercepts : array_like of float, shape (k,)
        a and d in ``logit P = a theta + d``; NaN (or None) where the item has no calibration.
    guessing : array_like of float, shape (k,), or one number, optional
        The lower asymptote c, from 0 to below 1. 0 unless told.

    Returns
    -------
    Curves

    Raises
    ------
    ValueError
        If the shapes differ, a parameter is infinite or text, or an asymptote lies outside 0..1.

    Examples
    --------
    >>> item_curves([1.0, 2.0], [0.5, -1.0]).difficulties.tolist()
    [-0.5, 0.5]
    """
    a, d = (_check_line(values, name) for values, name in ((slopes, "slopes"), (intercepts, "intercepts")))
    if a.shape != d.shape:
        raise ValueError(f"{len(a)} slopes need as many intercepts, not {len(d)}")
    try:
        c = np.array(0.0 if guessing is None else guessing, dtype=np.float64)
    except TypeError as error:
        raise ValueError("guessing must be numbers") from error
    c = np.full(a.shape, c) if c.ndim == 0 else c
    # An item without a calibration has no asymptote either.
    c = np.where(np.isnan(a) | np.isnan(d), 0.0, c) if c.shape == a.shape else c
    if c.shape != a.shape or not ((c >= 0) & (c < 1)).all():
        raise ValueError("guessing needs one number from 0 to below 1 for each item")
    return Curves(a, d, c)


def _check_line(values: ArrayLike, name: str) -> NDArray[np.float64]:
    try:
        line = np.array(values, dtype=np.float64)
    except TypeError as error:
        raise ValueError(f"{name} must be numbers") from error
    if line.ndim != 1:
        raise ValueError(f"{name} need one dimension, the items, not {line.ndim}")
    if np.isinf(line).any():
        raise ValueError(f"{name} must be finite")
    return line
