"""The sheet of an exam and the story of one mark."""

from flask import current_app, render_template
from markupsafe import Markup

from exambank import web
from exambank.exams import rules as exam_rules
from exambank.exams.models import Exam
from exambank.marking import service
from exambank.marking.views.blueprint import bp, load_exam, load_sitting, staff_html
from exambank.permissions import Permission, allows
from exambank.sittings.models import Sitting
from exambank.web import requires


@bp.get("/")
@requires(Permission.MARKS_SEE)
def list_exams():
    return render_template("marking/list_exams.html", exams=service.list_exams_for(web.actor()))


@bp.get("/<exam>")
@requires(Permission.MARKS_SEE, of=load_exam)
def show_exam(exam: Exam):
    is_blind, rows = service.is_blind(web.actor(), exam), service.sheet_of(exam)
    return render_template(
        "marking/show_exam.html",
        exam=exam,
        rows=service.blinded(rows) if is_blind else rows,
        corrections=service.list_corrections(exam),
        open_scripts=service.open_scripts(exam),
        markers=service.list_markers(exam),
        has=current_app.view_functions,
    )


@bp.get("/sittings/<sitting>")
@requires(Permission.MARKS_SEE, of=load_sitting)
def show_mark(sitting: Sitting):
    return _story(sitting, is_staff=True)


@bp.get("/my/<sitting>")
@requires(Permission.OWN_RESULT_SEE, of=load_sitting)
def my_result(sitting: Sitting):
    return _story(sitting, is_staff=False)


def _story(sitting: Sitting, *, is_staff: bool):
    """A candidate sees the mark, and the answers with their keys, only when the exam's release rules say so."""
    exam = sitting.exam

    def is_open(what: str) -> bool:
        if what == "review" and exam.state != "closed":
            return False  # somebody may still be sitting: no key leaves before the last one is in
        if sitting.state != "closed" and not is_staff:
            return False  # opened again: the mark of what was handed in before does not count
        if is_staff:
            return what == "mark" or allows(web.actor(), Permission.ITEM_SEE, exam)
        return exam_rules.is_review_open(exam.release, what, exam.state, exam.result_state)

    story = service.result_of(sitting)
    if is_staff and story.scripts:
        service.refuse_blind(web.actor(), exam)
    is_shown = is_open("mark") and (is_staff or not story.is_being_marked)
    return render_template(
        "marking/show_mark.html",
        sitting=sitting, story=story, mark=story.mark if is_shown else None, exam=exam, is_staff=is_staff,
        shows_answers=is_open("review"), shown=staff_html if is_staff else _without_pictures,
    )  # fmt: skip


def _without_pictures(stored: str) -> Markup:
    """A candidate reads a picture's alternative text here: the room that served the picture is closed."""
    return Markup(stored or "")
