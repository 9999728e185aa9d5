"""Item response theory: curves of items, abilities of candidates, information of tests.

``P(right) = c + (1 - c) / (1 + exp(-(slope * theta + intercept)))``, fitted by marginal maximum likelihood with
abilities ~ N(0, 1), or in several groups with a mean and a standard deviation each; exact standard errors by Louis's
identity. Papers may differ between candidates (NaN = not presented).
"""

from exambank.psychometrics.irt.abilities import Ability, abilities
from exambank.psychometrics.irt.distributions import GroupDistribution
from exambank.psychometrics.irt.fitting import ItemCurve, LogisticFit, fit_logistic
from exambank.psychometrics.irt.information import TestInformation, marginal_reliability, test_information
from exambank.psychometrics.irt.maximisation import Prior
from exambank.psychometrics.irt.quadrature import Quadrature, normal_quadrature
from exambank.psychometrics.irt.three_parameter import GuessingPrior

__all__ = [
    "Ability",
    "GroupDistribution",
    "GuessingPrior",
    "ItemCurve",
    "LogisticFit",
    "Prior",
    "Quadrature",
    "TestInformation",
    "abilities",
    "fit_logistic",
    "marginal_reliability",
    "normal_quadrature",
    "test_information",
]
