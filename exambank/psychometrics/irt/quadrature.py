"""The nodes at which abilities are summed over, and the weights of a normal distribution there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NODES, REACH = 61, 6.0  # what R's mirt takes for one dimension


@dataclass(frozen=True, slots=True, eq=False)
class Quadrature:
    """Equally spaced nodes, and the logarithms of the weights of a normal distribution, which sum to 1.

    Attributes
    ----------
    nodes : float array, shape (q,)
        Abilities in standard deviations of the reference group.
    log_weights : float array, shape (q,)
    """

    nodes: NDArray[np.float64]
    log_weights: NDArray[np.float64]

    def normal(self, mean: float, sd: float) -> "Quadrature":
        """The same nodes with the weights of N(mean, sd)."""
        return Quadrature(self.nodes, _normalised(-0.5 * ((self.nodes - mean) / sd) ** 2))

    def normal_parameters(self) -> tuple[float, float]:
        """Mean and standard deviation of the normal distribution whose weights these are, also where the nodes end."""
        rise, step = np.diff(self.log_weights), float(self.nodes[1] - self.nodes[0])
        variance = -(step**2) / float(np.diff(rise).mean())
        return float((rise / step * variance + (self.nodes[1:] + self.nodes[:-1]) / 2).mean()), variance**0.5

    def moments(self) -> tuple[float, float]:
        """Mean and standard deviation of the weights."""
        weights = np.exp(self.log_weights)
        mean = float(weights @ self.nodes)
        return mean, float(weights @ (self.nodes - mean) ** 2) ** 0.5


def normal_quadrature(mean: float = 0.0, sd: float = 1.0, *, nodes: int = NODES, reach: float = REACH) -> Quadrature:
    """Nodes from -reach to reach with the weights of N(mean, sd).

    Parameters
    ----------
    mean, sd : float
        Of the group's abilities; sd above 0.
    nodes : int, default 61
    reach : float, default 6

    Raises
    ------
    ValueError
        If sd is not above 0, or there are fewer than 3 nodes.

    References
    ----------
    Bock, R. D. & Aitkin, M. (1981). Marginal maximum likelihood estimation of item parameters. Psychometrika 46,
    443-459.
    """
    if not sd > 0 or nodes < 3:
        raise ValueError("a normal distribution needs a standard deviation above 0 and at least 3 nodes")
    at = np.linspace(-reach, reach, nodes)
    return Quadrature(at, _normalised(-0.5 * ((at - mean) / sd) ** 2))


def _normalised(log_weights: NDArray[np.float64]) -> NDArray[np.float64]:
    largest = log_weights.max()
    return log_weights - np.log(np.exp(log_weights - largest).sum()) - largest
