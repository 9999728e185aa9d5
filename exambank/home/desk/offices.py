"""The training office and the leadership: exams to prepare, to watch, to publish, to make final."""

from collections import Counter

from flask_babel import gettext as _

from exambank import web
from exambank.exams.models import Exam
from exambank.home.desk.looking import AHEAD, Look, link
from exambank.home.desk.teaching import coming_exams, exam_name, papers_to_approve, seals_to_tend
from exambank.home.rules import NOW, TODAY, WAITING, Desk, Task
from exambank.marking import service as marking
from exambank.sittings import service as sittings


def of_training_office(look: Look) -> Desk:
    """What an exam still lacks, rooms that are open, grades to publish."""
    return Desk(
        tasks=[
            *open_exams(look),
            *seals_to_tend(look),
            *_time_requests(look),
            *_late_answers(look),
            *_to_prepare(look),
            *_to_open(look),
            *_to_mark(look),
            *_to_publish(look),
        ],
        coming=coming_exams(look),
    )


def of_leadership(look: Look) -> Desk:
    """Papers to approve, results to make final."""
    return Desk(
        tasks=[
            *open_exams(look), *seals_to_tend(look), *_late_answers(look), *papers_to_approve(look), *_to_freeze(look),
        ],
        coming=coming_exams(look),
    )  # fmt: skip


def open_exams(look: Look) -> list[Task]:
    """Rooms where candidates are at work."""
    tasks = []
    for exam in look.exams:
        if exam.state == "open":
            counts = Counter(exam.sitting_counts or {})
            tasks.append(
                Task(
                    NOW, "half", exam_name(exam),
                    _("Open since %(time)s: %(working)s working, %(done)s handed in.",
                      time=web.show_moment(exam.opened_at, "time"), working=counts["open"] + counts["collecting"],
                      done=counts["closed"]),
                    _("Watch the rooms"), link("sittings.list_rooms"), exam.opens_at,
                )
            )  # fmt: skip
    return tasks


def _time_requests(look: Look) -> list[Task]:
    """Time above the cap that was asked for: the candidates' clocks run meanwhile."""
    waiting = sittings.count_asked_by_exam([exam.id for exam in look.exams if exam.state == "open"])
    return [
        Task(
            NOW, "cut", _("Requests for time wait: %(exam)s", exam=exam_name(exam)),
            _("%(count)s requests above the Regulation's cap need a second person.", count=waiting[exam.id]),
            _("Decide"), link("sittings.list_grants", exam=exam.public_id), exam.opens_at,
        )
        for exam in look.exams
        if exam.id in waiting
    ]  # fmt: skip


def _late_answers(look: Look) -> list[Task]:
    """Answers in the quarantine that wait for a person."""
    waiting = sittings.count_waiting([exam.id for exam in look.exams])
    return [
        Task(
            TODAY, "hatched", _("Decide on late answers of %(exam)s", exam=exam_name(exam)),
            _("%(count)s answers came too late to count by themselves.", count=waiting[exam.id]),
            _("Look at them"), link("sittings.list_exam_quarantine", exam=exam.public_id), exam.closes_at,
        )
        for exam in look.exams
        if exam.id in waiting
    ]  # fmt: skip


def _to_prepare(look: Look) -> list[Task]:
    tasks = []
    for exam in look.exams:
        if exam.state == "draft" and look.now < exam.closes_at and exam.opens_at <= look.now + AHEAD:
            is_today = look.is_today(exam.opens_at)
            tasks.append(
                Task(
                    TODAY if is_today else WAITING, "crossed" if is_today else "half",
                    _("Prepare %(exam)s", exam=exam_name(exam)),
                    _("On %(date)s. %(missing)s", date=web.show_moment(exam.opens_at), missing=_missing(look, exam)),
                    _("See the exam"), link("exams.show_exam", exam_id=exam.public_id), exam.opens_at,
                )
            )  # fmt: skip
    return tasks


def _missing(look: Look, exam: Exam) -> str:
    """What an exam still lacks, in a sentence."""
    lacks = []
    if not look.candidates[exam.id]:
        lacks.append(_("candidates"))
    if not exam.rooms:
        lacks.append(_("a room"))
    elif any(room.id not in look.watched_rooms for room in exam.rooms):
        lacks.append(_("invigilators"))
    if exam.paper_set_id is None:
        lacks.append(_("papers"))
    if not lacks:
        return _("Everything is there: check it and make it ready.")
    return _("Still missing: %(things)s.", things=", ".join(lacks))


def _to_open(look: Look) -> list[Task]:
    """Ready exams whose time has come, and ready ones with a room nobody watches."""
    tasks = []
    for exam in look.exams:
        if exam.state == "ready" and exam.opens_at <= look.now < exam.closes_at:
            tasks.append(
                Task(
                    NOW, "cut", _("Open %(exam)s", exam=exam_name(exam)),
                    _("It was to begin at %(time)s and nobody has opened it.",
                      time=web.show_moment(exam.opens_at, "time")),
                    _("Go to the rooms"), link("sittings.list_rooms"), exam.opens_at,
                )
            )  # fmt: skip
        elif exam.state == "ready" and look.now < exam.opens_at and _unwatched(look, exam):
            tasks.append(
                Task(
                    TODAY if look.is_today(exam.opens_at) else WAITING, "half",
                    _("Name invigilators for %(exam)s", exam=exam_name(exam)),
                    _("On %(date)s. Nobody watches: %(rooms)s.", date=web.show_moment(exam.opens_at),
                      rooms=", ".join(_unwatched(look, exam))),
                    _("See the exam"), link("exams.show_exam", exam_id=exam.public_id), exam.opens_at,
                )
            )  # fmt: skip
    return tasks


def _unwatched(look: Look, exam: Exam) -> list[str]:
    return [room.name for room in exam.rooms if room.id not in look.watched_rooms]


def _to_mark(look: Look) -> list[Task]:
    """Exams whose written answers people are marking; without a marker nobody is."""
    tasks = []
    for exam in look.exams:
        if exam.id in look.being_marked:
            waiting, has_markers = look.being_marked[exam.id], bool(marking.list_markers(exam))
            tasks.append(
                Task(
                    WAITING if has_markers else TODAY, "half" if has_markers else "crossed",
                    _("Answers of %(exam)s are being marked", exam=exam_name(exam)) if has_markers
                    else _("Name markers for %(exam)s", exam=exam_name(exam)),
                    _("%(done)s of %(all)s answers are marked.", done=waiting.finished, all=waiting.total),
                    _("See the marking") if has_markers else _("Name markers"),
                    link("marking.show_exam" if has_markers else "marking.name_markers", exam=exam.public_id),
                    exam.closed_at or exam.closes_at,
                )
            )  # fmt: skip
    return tasks


def _to_publish(look: Look) -> list[Task]:
    return [
        Task(
            WAITING, "half", _("Publish the grades of %(exam)s", exam=exam_name(exam)),
            _("The exam was closed on %(date)s; learners do not see their grades yet.",
              date=web.show_moment(exam.closed_at or exam.closes_at, "date")),
            _("Open the gradebook"), link("grades.show_exam", exam=exam.public_id), exam.closed_at or exam.closes_at,
        )
        for exam in look.exams
        if exam.state == "closed" and exam.result_state == "draft" and exam.id not in look.being_marked
    ]  # fmt: skip


def _to_freeze(look: Look) -> list[Task]:
    return [
        Task(
            WAITING, "full", _("Make the results of %(exam)s final", exam=exam_name(exam)),
            _("They are published. Signed, they take no more change."),
            _("Open the gradebook"), link("grades.show_exam", exam=exam.public_id), exam.closed_at or exam.closes_at,
        )
        for exam in look.exams
        if exam.state == "closed" and exam.result_state == "published"
    ]  # fmt: skip
