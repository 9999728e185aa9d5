"""The learner's desk: the exam that is open, those to come, the results that are out."""

from flask_babel import gettext as _

from exambank import web
from exambank.exams import service as exams
from exambank.exams.service import LearnerExam
from exambank.grades import service as grades
from exambank.home.desk.looking import Look, link
from exambank.home.rules import NOW, TODAY, Coming, Desk, News, Task
from exambank.sittings import service as sittings

RESULTS_SHOWN = 3


def of_learner(look: Look) -> Desk:
    """For a learner this page is where everything begins."""
    own = {sitting.candidacy.public_id: sitting for sitting in sittings.list_own(look.actor)}
    desk = Desk(news=_results(look))
    for exam in exams.list_for_learner(look.actor.user_id, look.now):
        sitting = own.get(exam.candidacy_id)
        if exam.when == "past" or exam.state == "cancelled":
            continue
        if not exam.is_eligible:
            desk.coming.append(_coming(exam, _barred(exam)))
        elif exam.when == "open":
            desk.tasks += _open_exam(exam, sitting)
        else:
            desk.coming.append(_coming(exam, _place(exam)))
            if look.is_today(exam.opens_at) and sitting is not None:
                desk.tasks.append(
                    Task(
                        TODAY, "empty", exam.title, _("Today. %(place)s", place=_place(exam)), _("Read the rules"),
                        link("sittings.show_sitting", sitting=sitting.public_id), exam.opens_at,
                    )
                )  # fmt: skip
    if not desk.tasks and not desk.coming:
        desk.notes.append(_("No exam is announced for you. As soon as one is ready, it appears here."))
    return desk


def _open_exam(exam: LearnerExam, sitting) -> list[Task]:
    """The way in; whoever has handed in has nothing more to do."""
    if sitting is None or sitting.state == "closed":
        return []
    is_in = sitting.state != "ready"
    return [
        Task(
            NOW, "half" if is_in else "full", exam.title,
            _("You are in: go on where you were.") if is_in else _("Open now. %(place)s", place=_place(exam)),
            _("Continue the exam") if is_in else _("Enter the exam"),
            link("sittings.show_sitting", sitting=sitting.public_id), exam.opens_at,
        )
    ]  # fmt: skip


def _place(exam: LearnerExam) -> str:
    parts = [web.show_moment(exam.opens_at, "time"), _("%(minutes)s minutes", minutes=exam.duration_seconds // 60)]
    if exam.room:
        parts.append(exam.room)
    if exam.number:
        parts.append(_("candidate number %(number)s", number=exam.number))
    return ", ".join(parts)


def _barred(exam: LearnerExam) -> str:
    reasons = " ".join(exams.reason_text(reason) for reason in exam.reasons)
    return _("You may not sit this exam. %(reasons)s", reasons=reasons)


def _coming(exam: LearnerExam, text: str) -> Coming:
    return Coming(exam.opens_at, exam.title, text)


def _results(look: Look) -> list[News]:
    found = []
    for own in grades.list_for_learner(look.actor.user_id)[:RESULTS_SHOWN]:
        grade = own.grade
        if grade.value is None:
            text = grades.remark_label(grade.remark)
        else:
            shown = web.show_points(grade.value, 1)
            text = (
                _("Module grade %(grade)s: passed.", grade=shown)
                if grade.is_pass
                else _("Module grade %(grade)s: not passed.", grade=shown)
            )
        found.append(News(grade.exam.title, text, _("See how it was computed"), link("grades.my_grades")))
    return found
