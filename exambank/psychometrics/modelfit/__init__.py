"""Does a fitted model hold: for each item, for each candidate, and as a whole?

The definitions and numbers are those of R's mirt (`itemfit`, `personfit`, `M2`), for all models of `fit_logistic`.
"""

from exambank.psychometrics.modelfit.items import ItemFit, item_fit
from exambank.psychometrics.modelfit.moments import ModelFit, m2
from exambank.psychometrics.modelfit.persons import PersonFit, person_fit
from exambank.psychometrics.modelfit.points import EmpiricalPoint, empirical_points

__all__ = ["EmpiricalPoint", "ItemFit", "ModelFit", "PersonFit", "empirical_points", "item_fit", "m2", "person_fit"]
