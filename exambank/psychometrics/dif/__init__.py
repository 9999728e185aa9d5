"""Differential item functioning: items that are harder for one of two groups than for equals in the other.

`mantel_haenszel` tests each item and classes the difference, `logistic_dif` finds differences that change with the
score as well, `purified` keeps unequal items out of the matching score. Which groups are compared, and which of them is
the reference, is the caller's business. A difference is no proof of bias: it is a reason to read the item.
"""

from exambank.psychometrics.dif.logistic import LogisticDif, logistic_dif
from exambank.psychometrics.dif.mantel_haenszel import MantelHaenszel, mantel_haenszel
from exambank.psychometrics.dif.purification import Purification, purified, purified_matching

__all__ = [
    "LogisticDif",
    "MantelHaenszel",
    "Purification",
    "logistic_dif",
    "mantel_haenszel",
    "purified",
    "purified_matching",
]
