"""Statistics of tests and items, for anyone who has a matrix of scores.

Pure numpy and scipy: arrays in, frozen records out; nothing here knows exams, people or databases, and nothing is
imported from the rest of the project. Three promises hold for every function:

* NaN in the scores means NOT PRESENTED. Papers differ between candidates, and an item a candidate never saw is
  left out, not counted as wrong. What was presented and left blank has a score.
* NaN never comes out. A value that does not exist is None, and the record's `undefined` says why (`Reason`).
* What a value rests on stands beside it: the number of candidates, and an interval.

`item_statistics` (difficulty, discrimination), `option_statistics` (who chose what), `alpha` (reliability).
"""

from exambank.psychometrics.arrays import Interval, Reason
from exambank.psychometrics.ctt import ItemStatistic, item_statistics
from exambank.psychometrics.distractors import ItemOptions, OptionStatistic, option_statistics
from exambank.psychometrics.reliability import Reliability, alpha

__all__ = [
    "Interval",
    "ItemOptions",
    "ItemStatistic",
    "OptionStatistic",
    "Reason",
    "Reliability",
    "alpha",
    "item_statistics",
    "option_statistics",
]
