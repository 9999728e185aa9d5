"""Statistics of tests and items, for anyone who has a matrix of scores.

Pure numpy and scipy: arrays in, frozen records out; nothing here knows exams, people or databases, and nothing is
imported from the rest of the project. Three promises hold for every function:

* NaN in the scores means NOT PRESENTED. Papers differ between candidates, and an item a candidate never saw is
  left out, not counted as wrong. What was presented and left blank has a score.
* NaN never comes out. A value that does not exist is None, and the record's `undefined` says why (`Reason`).
* What a value rests on stands beside it: the number of candidates, and an interval.

`item_statistics` (difficulty, discrimination), `option_statistics` (who chose what), `alpha` (reliability),
`whole_test_statistics`, `biserial`, `guess_corrected_difficulty`; `fit_logistic` (item response curves), `abilities`,
`test_information`; `stocking_lord` and others (one scale for two calibrations), `anchor_drift`, equating of papers;
`mantel_haenszel`, `logistic_dif`, `purified` (items that work differently for a group).
"""

from exambank.psychometrics.arrays import Interval, Reason
from exambank.psychometrics.biserial import Biserial, biserial
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
from exambank.psychometrics.reliability import Reliability, alpha
from exambank.psychometrics.whole import WholeTest, whole_test_statistics

__all__ = [
    "Ability",
    "Biserial",
    "CorrectedDifficulty",
    "Equating",
    "Interval",
    "ItemCurve",
    "ItemOptions",
    "ItemStatistic",
    "Link",
    "LogisticDif",
    "LogisticFit",
    "MantelHaenszel",
    "OptionStatistic",
    "Prior",
    "Purification",
    "Reason",
    "Reliability",
    "TestInformation",
    "WholeTest",
    "abilities",
    "alpha",
    "anchor_drift",
    "biserial",
    "equipercentile_equating",
    "fit_logistic",
    "guess_corrected_difficulty",
    "haebara",
    "item_curves",
    "item_statistics",
    "linear_equating",
    "logistic_dif",
    "mantel_haenszel",
    "marginal_reliability",
    "mean_mean",
    "mean_sigma",
    "option_statistics",
    "purified",
    "stocking_lord",
    "test_information",
    "transform_abilities",
    "transform_curves",
    "whole_test_statistics",
]
