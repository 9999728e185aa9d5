"""When, for whom and by which rules an exam is held."""

import random
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from exambank import audit
from exambank.assembly.models import PaperSet
from exambank.courses.models import CourseModule, Offering, Regulation
from exambank.courses.rules import RegulationRules
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import rules
from exambank.exams.models import Exam, ExamRoom
from exambank.exams.service.papers import check_paper_set, plan_opening
from exambank.exams.service.rooms import clean_room_names
from exambank.permissions import Actor

DEFAULT_RELEASE = {"mark": "published", "review": "never"}


def schedule_exam(
    *,
    actor: Actor,
    now: datetime,
    offering: Offering | None = None,
    course_module: CourseModule | None = None,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    duration_seconds: int,
    start_mode: str = "uniform",
    paper_set: PaperSet | None = None,
    release: dict[str, str] | None = None,
    room_names: Sequence[str] = (),
) -> Exam:
    """Schedule an exam. The Regulation of its class (or the programme's latest) is frozen as the rules of the room."""
    course_module = course_module or (offering.course_module if offering else None)
    if course_module is None or (offering is not None and offering.course_module_id != course_module.id):
        raise InvalidInput(_("Choose a class that is taught this course module."))
    release = _check(title, opens_at, closes_at, duration_seconds, start_mode, release)
    if closes_at <= now:
        raise InvalidInput(_("The window of this exam is over already. Choose a later time."))
    names = clean_room_names(room_names)
    if paper_set is not None:
        check_paper_set(paper_set, course_module.id)
    regulation = _regulation(offering, course_module)
    room = RegulationRules.parse(regulation.rules).room().as_dict()
    values = {
        "course_module_id": course_module.id, "offering_id": offering.id if offering else None,
        "paper_set_id": paper_set.id if paper_set else None, "regulation_id": regulation.id,
    }  # fmt: skip
    with unit_of_work() as session:
        exam = Exam(
            **values, title=title.strip(), opens_at=opens_at, closes_at=closes_at, duration_seconds=duration_seconds,
            start_mode=start_mode, rules=room, release=release, created_by_id=actor.user_id, created_at=now,
            session_code=rules.session_code(random.SystemRandom()), sitting_counts={},
        )  # fmt: skip
        exam.rooms = [ExamRoom(name=name) for name in names]
        session.add(exam)
        session.flush()
        audit.record(
            actor, "exam.scheduled", exam, title=exam.title, opens_at=opens_at, closes_at=closes_at,
            duration_seconds=duration_seconds, start_mode=start_mode, release=release, rooms=names, rules=room,
        )  # fmt: skip
    return exam


def change_schedule(
    *,
    actor: Actor,
    now: datetime,
    exam: Exam,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    duration_seconds: int,
    start_mode: str,
    release: dict[str, str] | None = None,
) -> None:
    """Change title and times until the exam is opened."""
    release = _check(title, opens_at, closes_at, duration_seconds, start_mode, release or exam.release)
    if closes_at <= now:
        raise InvalidInput(_("The window of this exam is over already. Choose a later time."))
    values = {
        "title": title.strip(), "opens_at": opens_at, "closes_at": closes_at, "duration_seconds": duration_seconds,
        "start_mode": start_mode, "release": release,
    }  # fmt: skip
    with unit_of_work():
        lock(exam)
        if exam.state not in {"draft", "ready"}:
            raise StateConflict(_("This exam was opened already: its times stay as they are."))
        before = {name: getattr(exam, name) for name in values if getattr(exam, name) != values[name]}
        for name, value in values.items():
            setattr(exam, name, value)
        if exam.sealed_seed is not None:
            plan_opening(exam.paper_set)
        audit.record(actor, "exam.changed", exam, before=before, after={name: values[name] for name in before})


def change_release(*, actor: Actor, now: datetime, exam: Exam, release: dict[str, str]) -> None:
    """Decide when learners see their mark and their paper."""
    release = _release(release)
    with unit_of_work():
        lock(exam)
        if exam.state == "cancelled":
            raise StateConflict(_("This exam was cancelled."))
        before, exam.release = exam.release, release
        audit.record(actor, "exam.release_changed", exam, before=before, after=release, at=now)


def _check(title, opens_at, closes_at, duration_seconds, start_mode, release) -> dict[str, str]:
    if not title.strip():
        raise InvalidInput(_("Give the exam a title."))
    problems = rules.check_schedule(opens_at, closes_at, duration_seconds, start_mode)
    if problems:
        raise InvalidInput(" ".join(schedule_problem(problem) for problem in problems))
    return _release(release)


def schedule_problem(code: str) -> str:
    """What is wrong with the times of an exam and what to do."""
    texts: dict[str, Any] = {
        "duration_not_positive": _("The duration must be at least one minute."),
        "duration_too_long": _("An exam lasts at most 24 hours."),
        "window_too_short": _("The window must be at least as long as the exam itself: choose a later end."),
        "start_mode_unknown": _("Choose how the time is counted."),
    }
    return texts[code]


def _release(release: dict[str, str] | None) -> dict[str, str]:
    release = {**DEFAULT_RELEASE, **(release or {})}
    if (
        set(release) != set(DEFAULT_RELEASE)
        or release["mark"] not in rules.MARK_RELEASES
        or release["review"] not in rules.REVIEW_RELEASES
    ):
        raise InvalidInput(_("Choose when learners see their mark and their paper."))
    return release


def _regulation(offering: Offering | None, course_module: CourseModule) -> Regulation:
    if offering is not None:
        return offering.cohort.regulation
    query = (
        select(Regulation)
        .where(Regulation.programme_id == course_module.programme_id, Regulation.adopted_at.is_not(None))
        .order_by(Regulation.version.desc())
        .limit(1)
    )
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise InvalidInput(_("This programme has no adopted Regulation yet: adopt one first."))
    return found
