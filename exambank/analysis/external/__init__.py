"""PURE. Answers and scores from elsewhere (paper exams, other systems) as files, and the report on them.

`read_responses` takes a matrix of answers or scores from a CSV file in either of two shapes, `read_keys` and
`read_groups` what belongs to it, `mark` turns answers into scores by their keys, and `build_report` gives the report
`exambank.analysis/1` as plain data. What cannot be used raises `UnusableFile`, what can be used with a reservation
leaves a `Note`: both are codes with numbers; the words for people are the caller's.
"""

from exambank.analysis.external.answers import read_responses
from exambank.analysis.external.groups import read_groups
from exambank.analysis.external.keys import read_keys
from exambank.analysis.external.records import Note, Responses, UnusableFile
from exambank.analysis.external.report import build_report
from exambank.analysis.external.scoring import Marked, as_scores, mark
from exambank.analysis.external.wishes import Unfit, Wishes

__all__ = [
    "Marked",
    "Note",
    "Responses",
    "Unfit",
    "UnusableFile",
    "Wishes",
    "as_scores",
    "build_report",
    "mark",
    "read_groups",
    "read_keys",
    "read_responses",
]
