"""How much a test tells of an ability, and how reliable that makes it in a group."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from exambank.psychometrics.irt.expectation import chances
from exambank.psychometrics.irt.fitting import LogisticFit


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
    ``I = sum slope^2 P (1 - P)``.

    References
    ----------
    Lord, F. M. (1980). Applications of item response theory to practical testing problems, ch. 5.
    """
    thetas = np.atleast_1d(np.asarray(at, dtype=np.float64))
    own = fit.parameters
    right = chances(own.slopes, own.intercepts, thetas)
    information = own.slopes**2 @ (right * (1.0 - right))
    columns = zip(thetas.tolist(), information.tolist(), right.sum(axis=0).tolist(), strict=True)
    return tuple(TestInformation(*column) for column in columns)


test_information.__test__ = False


def marginal_reliability(fit: LogisticFit) -> float | None:
    """Share of the variance of estimated abilities that is true, averaged over the group; None without items.

    Notes
    -----
    ``integral of I / (I + 1) g``, with g the group's distribution: what takes alpha's place where papers differ.

    References
    ----------
    Green, B. F., Bock, R. D., Humphreys, L. G., Linn, R. L. & Reckase, M. D. (1984). Technical guidelines for assessing
    computerized adaptive tests. Journal of Educational Measurement 21, 347-360.
    """
    if not len(fit.columns):
        return None
    own, nodes = fit.parameters, fit.quadrature.nodes
    right = chances(own.slopes, own.intercepts, nodes)
    information = own.slopes**2 @ (right * (1.0 - right))
    return float(np.exp(fit.quadrature.log_weights) @ (information / (information + 1.0)))
