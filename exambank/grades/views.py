"""Pages of grades: gradebooks for staff, own grades for learners."""

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.errors import InvalidInput, StateConflict, wants_json
from exambank.exams import service as exams
from exambank.exams.models import Exam
from exambank.grades import service
from exambank.grades.forms import ConfirmForm, SignForm
from exambank.grades.service import wording
from exambank.marking import service as marking
from exambank.permissions import Permission
from exambank.web import requires

bp = Blueprint("grades", __name__, url_prefix="/grades")

web.add_navigation(60, "grades", lambda: _("Gradebook"), "grades.list_exams", Permission.GRADES_SEE)
web.add_navigation(60, "grades", lambda: _("My grades"), "grades.my_grades", Permission.OWN_RESULT_SEE)

RESULT_STATES = ("draft", "published", "frozen")


@bp.context_processor
def _words() -> dict:
    return {
        "mark": wording.show_mark,
        "weight": wording.show_weight,
        "exact": wording.show_exact,
        "sum_sentence": wording.sum_sentence,
        "remark_label": wording.remark_label,
        "result_label": wording.result_label,
        "result_squares": wording.RESULT_SQUARES,
        "tally_sentence": wording.tally_sentence,
        "result_states": RESULT_STATES,
        "has_page": lambda endpoint: endpoint in current_app.view_functions,
    }


def load_exam(exam: str) -> Exam:
    return exams.get_exam(exam)


@bp.get("/")
@requires(Permission.GRADES_SEE)
def list_exams():
    search, state = web.clean_text(request.args.get("q", ""))[:200], request.args.get("state", "")
    chosen = state if state in RESULT_STATES else ""
    rows = service.list_exams_for(web.actor(), search=search, result_state=chosen)
    return render_template("grades/list_exams.html", rows=rows, search_text=search, chosen=chosen)


@bp.get("/exams/<exam>")
@requires(Permission.GRADES_SEE, of=load_exam)
def show_exam(exam: Exam):
    marking.refuse_blind(web.actor(), exam)
    book = service.get_gradebook(exam)
    if wants_json():
        return jsonify(_as_json(book))
    return render_template("grades/show_exam.html", book=book, exam=exam)


def _as_json(book: service.Gradebook) -> dict:
    return {
        "exam": book.exam.public_id,
        "result_state": book.exam.result_state,
        "passed": book.tally.passed,
        "failed": book.tally.failed,
        "without": book.tally.waiting,
        "outdated": len(book.differences),
        "being_marked": book.being_marked.scripts,
        "grades": [
            {
                "code": line.grade.user.code,
                "number": line.number,
                "exam_mark": _text(line.grade.exam_mark),
                "components": line.grade.components,
                "value": _text(line.grade.value),
                "letter": line.grade.letter,
                "classification": line.grade.classification,
                "is_pass": line.grade.is_pass,
                "remark": line.grade.remark,
            }
            for line in book.lines
        ],
    }


def _text(value) -> str | None:
    return None if value is None else f"{value.normalize():f}"


@bp.post("/exams/<exam>/recompute")
@requires(Permission.GRADES_MANAGE, of=load_exam)
def recompute(exam: Exam):
    count = service.recompute(
        actor=web.actor(), now=clock.now(), exam=exam, seen=request.form.get("seen", "")[:64] or None
    )
    flash(_("Computed: %(count)s grades changed.", count=count), "success")
    return redirect(url_for("grades.show_exam", exam=exam.public_id))


@bp.route("/exams/<exam>/publish", methods=["GET", "POST"])
@requires(Permission.GRADES_MANAGE, of=load_exam)
def publish(exam: Exam):
    form, book = ConfirmForm(), service.get_gradebook(exam)
    if exam.result_state != "draft":
        raise StateConflict(_("These results are published already."))
    if form.validate_on_submit():
        service.publish(actor=web.actor(), now=clock.now(), exam=exam, seen=form.seen.data)
        flash(_("Published. Every learner now sees the own grade."), "success")
        return redirect(url_for("grades.show_exam", exam=exam.public_id))
    return render_template("grades/publish.html", form=form, book=book, exam=exam)


@bp.route("/exams/<exam>/freeze", methods=["GET", "POST"])
@requires(Permission.GRADES_FREEZE, of=load_exam)
def freeze(exam: Exam):
    form, book = SignForm(), service.get_gradebook(exam)
    if exam.result_state != "published":
        raise StateConflict(_("Only published results that are not final yet can be made final."))
    if form.validate_on_submit():
        try:
            service.freeze(
                actor=web.actor(), now=clock.now(), exam=exam, signature=form.signature.data, seen=form.seen.data
            )
        except InvalidInput as error:
            form.signature.errors = [error.message]
        else:
            flash(_("Signed. These results are final."), "success")
            return redirect(url_for("grades.show_exam", exam=exam.public_id))
    return render_template("grades/freeze.html", form=form, book=book, exam=exam)


@bp.get("/mine")
@requires(Permission.OWN_RESULT_SEE)
def my_grades():
    return render_template("grades/my_grades.html", grades=service.list_for_learner(web.actor().user_id))
