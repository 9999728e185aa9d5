"""Standard setting: where the pass mark should lie, and how surely it parts those who know from those who do not.

Judges look at the items (`angoff`), or at classes of items (`ebel`), with the borderline candidate in mind: one who
just deserves to pass. Or they look at candidates, and the marks follow (`borderline_regression`). All three give a cut
score with its standard error over judges or candidates: evidence for whoever decides, no decision.
`decision_consistency` says how often a cut errs, and how often two exams would agree.

Reasons here: NO_RESPONSES, nobody judged it; NOT_DETERMINED, the judgements (too few, or all alike) leave it open.
"""

from exambank.psychometrics.standards.angoff import Angoff, Judge, JudgedItem, angoff
from exambank.psychometrics.standards.borderline import BorderlineRegression, borderline_regression
from exambank.psychometrics.standards.consistency import DecisionConsistency, decision_consistency
from exambank.psychometrics.standards.ebel import Ebel, EbelCell, ebel
from exambank.psychometrics.standards.true_scores import TrueScores

__all__ = [
    "Angoff",
    "BorderlineRegression",
    "DecisionConsistency",
    "Ebel",
    "EbelCell",
    "Judge",
    "JudgedItem",
    "TrueScores",
    "angoff",
    "borderline_regression",
    "decision_consistency",
    "ebel",
]
