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
    log_weights = -0.5 * ((at - mean) / sd) ** 2
    return Quadrature(at, log_weights - np.log(np.exp(log_weights - log_weights.max()).sum()) - log_weights.max())
