"""How much a test tells of an ability, and how reliable that makes it in a group."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from exambank.psychometrics.irt.distributions import GroupDistribution
from exambank.psychometrics.irt.fitting import LogisticFit

PAPERS = 4096  # at a time


@dataclass(frozen=True, slots=True)
class TestInformation:
    """The test at one ability.

    Attributes
    ----------
    theta : float
    information : float
        Fisher's, of all items together; the standard error there is ``1 / sqrt(information)``.
    expected_score : float
        Of all items together, in points.
    """

    __test__ = False  # pytest: the field's word, not a test

    theta: float
    information: float
    expected_score: float


def test_information(fit: LogisticFit, at: ArrayLike) -> tuple[TestInformation, ...]:
    """Information and expected score of all items that have a curve, at each of these abilities.

    Notes
    -----
    ``I = sum slope^2 (Q / P) ((P - c) / (1 - c))^2`` with Q = 1 - P and c the guessing; without it
    ``sum slope^2 P Q``.

    References
    ----------
    Lord, F. M. (1980). Applications of item response theory to practical testing problems, ch. 5.
    """
    thetas = np.atleast_1d(np.asarray(at, dtype=np.float64))
    own = fit.parameters
    information, right = own.information(thetas).sum(axis=0), own.chances(thetas)
    columns = zip(thetas.tolist(), information.tolist(), right.sum(axis=0).tolist(), strict=True)
    return tuple(TestInformation(*column) for column in columns)


test_information.__test__ = False


def marginal_reliability(fit: LogisticFit) -> float | None:
    """Share of the variance of estimated abilities that is true, averaged over the candidates; None without items.

    Each candidate counts with the items that they met and the distribution of their own group.

    Notes
    -----
    ``integral of I / (I + 1 / sd^2) g``, with g the group's distribution and sd^2 its variance: what takes alpha's
    place where papers differ.

    References
    ----------
    Green, B. F., Bock, R. D., Humphreys, L. G., Linn, R. L. & Reckase, M. D. (1984). Technical guidelines for assessing
    computerized adaptive tests. Journal of Educational Measurement 21, 347-360.
    """
    answers, own, nodes = fit.answers, fit.parameters, fit.quadrature.nodes
    counted = answers.sizes * answers.papers.any(axis=1)
    if not counted.any():
        return None
    weights = np.exp([quadrature.log_weights for quadrature in fit.quadratures])
    needed = np.array([_variance(group) ** -1 for group in fit.groups])
    of_items, total = own.information(nodes), 0.0
    for first in range(0, len(counted), PAPERS):
        part = slice(first, first + PAPERS)
        groups, information = answers.paper_groups[part], answers.papers[part] @ of_items
        shares = information / (information + needed[groups, np.newaxis])
        total += float(counted[part] @ (weights[groups] * shares).sum(axis=1))
    return total / float(counted.sum())


def _variance(group: GroupDistribution) -> float:
    return group.sd**2 if group.sd else 1.0
