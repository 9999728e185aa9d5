"""How the room of an exam is run: settled before the exam opens, the same for everybody who sits it."""

from dataclasses import replace
from datetime import datetime
from itertools import groupby

from flask_babel import gettext as _

from exambank import audit
from exambank.db import lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import rules
from exambank.exams.models import Exam
from exambank.exams.rules import Conduct
from exambank.permissions import Actor


def set_conduct(
    *, actor: Actor, now: datetime, exam: Exam, start_mode: str, needs_code: bool, needs_identity: bool,
    navigation: str, section_minutes: tuple[int, ...],
) -> None:  # fmt: skip
    """Settle start, door and movement in the paper; lockdown and networks have pages of their own and stay.

    InvalidInput in words when it does not fit the papers; StateConflict once the exam is open.
    """
    if start_mode not in rules.START_MODES:
        raise InvalidInput(_("Choose how the time is counted."))
    with unit_of_work():
        lock(exam)
        if exam.state not in {"draft", "ready"}:
            raise StateConflict(_("This exam was opened already: how its room is run stays as it is."))
        before = Conduct.parse(exam.conduct)
        wanted = replace(
            before, needs_code=needs_code, needs_identity=needs_identity, navigation=navigation,
            section_minutes=section_minutes,
        )  # fmt: skip
        problems = rules.check_conduct(wanted, len(section_minutes), exam.duration_seconds)
        if problems:
            raise InvalidInput(" ".join(conduct_problem(problem) for problem in problems))
        was, exam.start_mode, exam.conduct = exam.start_mode, start_mode, wanted.as_dict()
        misfit = check_sections(exam)
        if misfit:
            raise InvalidInput(misfit)
        audit.record(
            actor, "exam.conduct_set", exam, at=now, before={"start_mode": was, **before.as_dict()},
            after={"start_mode": start_mode, **wanted.as_dict()},
        )  # fmt: skip


def parts_of(exam: Exam) -> list[int]:
    """How many questions each part of the papers has, where they can be read and are all cut alike; else empty."""
    found = {tuple(sizes) for sizes in _sizes_of_all(exam)}
    return list(found.pop()) if len(found) == 1 else []


def _sizes_of_all(exam: Exam) -> list[list[int]]:
    papers = exam.paper_set.papers if exam.paper_set is not None else []
    cuts = [groupby(entry.get("part", 1) for entry in paper.layout) for paper in papers if paper.layout]
    return [[len(list(group)) for _part, group in cut] for cut in cuts]


def check_sections(exam: Exam) -> str:
    """Why these papers do not fit the times of the parts, in words; empty when they do or cannot be read yet."""
    conduct = Conduct.parse(exam.conduct)
    if not conduct.section_minutes:
        return ""
    problems = {
        problem: None
        for sizes in _sizes_of_all(exam)
        for problem in rules.check_conduct(conduct, len(sizes), exam.duration_seconds)
    }
    return " ".join(conduct_problem(problem) for problem in problems)


def conduct_problem(code: str) -> str:
    """What is wrong with the way a room is run, and what to do."""
    return {
        "navigation_unknown": _("Choose how candidates move in the paper."),
        "lockdown_unknown": _("Choose how the machines are locked."),
        "sections_differ": _("Give one time for each part of the paper, or none at all."),
        "sections_sum": _("The times of the parts together must be the duration of the exam."),
        "section_not_positive": _("Each part needs at least one minute."),
        "network_unreadable": _("One of the addresses cannot be read."),
    }[code]
