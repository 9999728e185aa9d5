"""The door to grades: compute, publish, freeze, and the gradebook."""

from exambank.grades.service.computing import Difference, compute_grades, find_differences, recompute
from exambank.grades.service.publishing import freeze, publish
from exambank.grades.service.reading import (
    Gradebook,
    GradeLine,
    ResultRow,
    explain,
    fingerprint_of,
    get_gradebook,
    list_exams_for,
    list_for_learner,
    list_grades,
)
from exambank.grades.service.wording import remark_label, result_label, tally_sentence

__all__ = [
    "Difference",
    "GradeLine",
    "Gradebook",
    "ResultRow",
    "compute_grades",
    "explain",
    "find_differences",
    "fingerprint_of",
    "freeze",
    "get_gradebook",
    "list_exams_for",
    "list_for_learner",
    "list_grades",
    "publish",
    "recompute",
    "remark_label",
    "result_label",
    "tally_sentence",
]
