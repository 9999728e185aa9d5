"""Statistics of tests and items, for anyone who has a matrix of scores.

Pure numpy and scipy: arrays in, frozen records out; nothing here knows exams, people or databases, and nothing is
imported from the rest of the project. Three promises hold for every function:

* NaN in the scores means NOT PRESENTED. Papers differ between candidates, and an item a candidate never saw is
  left out, not counted as wrong. What was presented and left blank has a score.
* NaN never comes out. A value that does not exist is None, and the record's `undefined` says why (`Reason`).
* What a value rests on stands beside it: the number of candidates, and an interval.

Items: `item_statistics` (difficulty, discrimination), `option_statistics` (who chose what), `key_suspicions` (is the
key wrong?), `set_statistics` (checkbox items), `biserial`, `guess_corrected_difficulty`, `effective_weights`,
`completion` and `time_statistics` (was the time too short?). Tests: `alpha`, `whole_test_statistics`; `angoff`,
`ebel`, `borderline_regression`, `decision_consistency` (where a pass mark lies, and how often it errs). Curves:
`fit_logistic` (one, two or three parameters, groups, items held fixed), `abilities`, `test_information`,
`fit_polytomous` (items with several levels), `item_fit`, `person_fit`, `m2` (does the model hold?). Scales:
`stocking_lord` and others (one scale for two calibrations), `anchor_drift`, equating of papers. Fairness:
`mantel_haenszel`, `logistic_dif`, `purified` (items that work differently for a group), `answer_similarity` (pairs
that agree too often).
"""

from exambank.psychometrics.arrays import Interval, Reason
from exambank.psychometrics.biserial import Biserial, biserial
from exambank.psychometrics.completion import Completion, ItemCompletion, completion
from exambank.psychometrics.ctt import ItemStatistic, item_statistics
from exambank.psychometrics.dif import (
    LogisticDif,
    MantelHaenszel,
    Purification,
    logistic_dif,
    mantel_haenszel,
    purified,
)
from exambank.psychometrics.distractors import ItemOptions, OptionStatistic, option_statistics
from exambank.psychometrics.guessing import CorrectedDifficulty, guess_corrected_difficulty
from exambank.psychometrics.irt import (
    Ability,
    GroupDistribution,
    GuessingPrior,
    ItemCurve,
    LogisticFit,
    Prior,
    TestInformation,
    abilities,
    fit_logistic,
    marginal_reliability,
    test_information,
)
from exambank.psychometrics.linking import (
    Equating,
    Link,
    anchor_drift,
    equipercentile_equating,
    haebara,
    item_curves,
    linear_equating,
    mean_mean,
    mean_sigma,
    stocking_lord,
    transform_abilities,
    transform_curves,
)
from exambank.psychometrics.modelfit import (
    EmpiricalPoint,
    ItemFit,
    ModelFit,
    PersonFit,
    empirical_points,
    item_fit,
    m2,
    person_fit,
)
from exambank.psychometrics.polytomous import (
    CategoryCurve,
    PolytomousFit,
    PolytomousPrior,
    fit_polytomous,
    polytomous_abilities,
    polytomous_information,
    polytomous_reliability,
)
from exambank.psychometrics.reliability import Reliability, alpha
from exambank.psychometrics.sets import SetOption, SetScoring, SetStatistic, WrongSet, set_statistics
from exambank.psychometrics.similarity import AnswerSimilarity, SimilarPair, answer_similarity
from exambank.psychometrics.standards import (
    Angoff,
    BorderlineRegression,
    DecisionConsistency,
    Ebel,
    angoff,
    borderline_regression,
    decision_consistency,
    ebel,
)
from exambank.psychometrics.suspicion import ItemSuspicion, Rivalry, key_suspicions, pool_rivalries
from exambank.psychometrics.times import ItemTimes, time_statistics
from exambank.psychometrics.weights import EffectiveWeight, effective_weights
from exambank.psychometrics.whole import WholeTest, whole_test_statistics

__all__ = [
    "Ability",
    "Angoff",
    "AnswerSimilarity",
    "Biserial",
    "BorderlineRegression",
    "CategoryCurve",
    "Completion",
    "CorrectedDifficulty",
    "DecisionConsistency",
    "Ebel",
    "EffectiveWeight",
    "EmpiricalPoint",
    "Equating",
    "GroupDistribution",
    "GuessingPrior",
    "Interval",
    "ItemCompletion",
    "ItemCurve",
    "ItemFit",
    "ItemOptions",
    "ItemStatistic",
    "ItemSuspicion",
    "ItemTimes",
    "Link",
    "LogisticDif",
    "LogisticFit",
    "MantelHaenszel",
    "ModelFit",
    "OptionStatistic",
    "PersonFit",
    "PolytomousFit",
    "PolytomousPrior",
    "Prior",
    "Purification",
    "Reason",
    "Reliability",
    "Rivalry",
    "SetOption",
    "SetScoring",
    "SetStatistic",
    "SimilarPair",
    "TestInformation",
    "WholeTest",
    "WrongSet",
    "abilities",
    "alpha",
    "anchor_drift",
    "angoff",
    "answer_similarity",
    "biserial",
    "borderline_regression",
    "completion",
    "decision_consistency",
    "ebel",
    "effective_weights",
    "empirical_points",
    "equipercentile_equating",
    "fit_logistic",
    "fit_polytomous",
    "guess_corrected_difficulty",
    "haebara",
    "item_curves",
    "item_fit",
    "item_statistics",
    "key_suspicions",
    "linear_equating",
    "logistic_dif",
    "m2",
    "mantel_haenszel",
    "marginal_reliability",
    "mean_mean",
    "mean_sigma",
    "option_statistics",
    "person_fit",
    "polytomous_abilities",
    "polytomous_information",
    "polytomous_reliability",
    "pool_rivalries",
    "purified",
    "set_statistics",
    "stocking_lord",
    "test_information",
    "time_statistics",
    "transform_abilities",
    "transform_curves",
    "whole_test_statistics",
]
