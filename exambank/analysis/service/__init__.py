"""The door to analysis: run, ask for a run, read what was found, say it in sentences."""

from exambank.analysis.service.reading import (
    ExamRow,
    ItemReport,
    Report,
    get_item,
    get_item_report,
    get_report,
    is_run_waiting,
    latest_run,
    list_exams_for,
    list_notices_for,
)
from exambank.analysis.service.running import request_run, run_analysis

__all__ = [
    "ExamRow",
    "ItemReport",
    "Report",
    "get_item",
    "get_item_report",
    "get_report",
    "is_run_waiting",
    "latest_run",
    "list_exams_for",
    "list_notices_for",
    "request_run",
    "run_analysis",
]
