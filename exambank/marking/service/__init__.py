"""The door to marking."""

from exambank.marking.service.automatic import ensure_marked, mark_sitting
from exambank.marking.service.correcting import correct, preview_correction, preview_undo, undo_correction
from exambank.marking.service.late import take_late_answers
from exambank.marking.service.reading import (
    exam_marks,
    get_correction,
    list_corrections,
    list_exams_for,
    list_items,
    marks_of,
    result_of,
    sheet_of,
)

__all__ = [
    "correct",
    "ensure_marked",
    "exam_marks",
    "get_correction",
    "list_corrections",
    "list_exams_for",
    "list_items",
    "mark_sitting",
    "marks_of",
    "preview_correction",
    "preview_undo",
    "result_of",
    "sheet_of",
    "take_late_answers",
    "undo_correction",
]
