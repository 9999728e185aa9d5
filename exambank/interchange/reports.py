"""What became of every item of a file, in the stable form of the command line and of JSON answers, with sentences."""

from typing import Any

from exambank.interchange import messages
from exambank.interchange.neutral import REFUSED, Entry, Problem, Reading, UnreadableFile


def report_of(reading: Reading) -> dict[str, Any]:
    """Counts (disjoint, together all items of the source) and every problem with its place and what to do."""
    problems = [_told(entry, problem) for entry in reading.entries for problem in entry.problems]
    return {
        "format": reading.format, "items": len(reading.entries), **reading.counts(), "problems": problems,
        "notices": [messages.notice_message(code, values) for code, values in reading.notices],
    }  # fmt: skip


def _told(entry: Entry, problem: Problem) -> dict[str, str]:
    where = ", ".join(filter(None, (messages.place_words(problem.place or entry.place), problem.column)))
    return {
        "item": entry.name or where, "where": where, "severity": problem.severity, "code": problem.code,
        "message": messages.problem_message(problem),
    }  # fmt: skip


def report_of_failure(file_format: str, code: str, message: str) -> dict[str, Any]:
    """The same form for a file that could not be used at all."""
    problem = {"item": "", "where": "", "severity": REFUSED, "code": code, "message": message}
    return {
        "format": file_format, "items": 0, "accepted": 0, "warning": 0, "raw": 0, "refused": 0, "problems": [problem],
        "notices": [],
    }  # fmt: skip


def report_of_refusal(file_format: str, error: UnreadableFile) -> dict[str, Any]:
    """The same form for a file that its reader refused."""
    return report_of_failure(file_format, error.code, messages.file_message(error))
