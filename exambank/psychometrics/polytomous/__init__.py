"""Item response theory for items that give part of the points: essays by levels, several right boxes, rubrics.

Two models of a score in ordered categories: the graded response model (each score is a row of thresholds passed) and
the generalised partial credit model (each score is a row of steps taken). Both are the two-parameter logistic model
where an item has two categories, and both are fitted by marginal maximum likelihood with abilities ~ N(0, 1) and exact
standard errors by Louis's identity. Papers may differ between candidates (NaN = not presented).
"""

from exambank.psychometrics.polytomous.abilities import polytomous_abilities
from exambank.psychometrics.polytomous.fitting import CategoryCurve, PolytomousFit, fit_polytomous
from exambank.psychometrics.polytomous.information import (
    polytomous_chances,
    polytomous_information,
    polytomous_reliability,
)
from exambank.psychometrics.polytomous.maximisation import PolytomousPrior

__all__ = [
    "CategoryCurve",
    "PolytomousFit",
    "PolytomousPrior",
    "fit_polytomous",
    "polytomous_abilities",
    "polytomous_chances",
    "polytomous_information",
    "polytomous_reliability",
]
