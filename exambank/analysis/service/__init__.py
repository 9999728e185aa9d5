"""The door to analysis: run, ask for a run, read what was found, say it in sentences."""

from exambank.analysis.service.calibrating import calibrate_bank, calibrate_bank_of, latest_calibration
from exambank.analysis.service.concerns import tell_concerns
from exambank.analysis.service.pooled import pool_reported, pool_versions, priors_of
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
    "calibrate_bank",
    "calibrate_bank_of",
    "get_item",
    "get_item_report",
    "get_report",
    "is_run_waiting",
    "latest_calibration",
    "latest_run",
    "list_exams_for",
    "list_notices_for",
    "pool_reported",
    "pool_versions",
    "priors_of",
    "request_run",
    "run_analysis",
    "tell_concerns",
]
