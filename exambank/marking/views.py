"""Pages of marking: the sheet of an exam, corrections with their preview, the story of one mark."""

from dataclasses import dataclass

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.bank import service as bank
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import ItemVersion
from exambank.errors import NotFound
from exambank.exams import rules as exam_rules
from exambank.exams import service as exams
from exambank.exams.models import Exam
from exambank.marking import service
from exambank.marking.forms import CorrectionForm, UndoForm
from exambank.marking.models import Correction
from exambank.permissions import Permission, allows
from exambank.sittings import service as sittings
from exambank.sittings.models import Sitting
from exambank.web import requires

bp = Blueprint("marking", __name__, url_prefix="/marking")

web.add_navigation(50, "marking", lambda: _("Marking"), "marking.list_exams", Permission.MARKS_SEE)


@dataclass(frozen=True)
class ExamItem:
    """An item version as it stood in one exam; carries what the permission clauses ask for."""

    exam: Exam
    version: ItemVersion

    @property
    def course_module_id(self) -> int:
        return self.exam.course_module_id

    @property
    def department_id(self) -> int:
        return self.exam.department_id


def load_exam_item(exam: str, version: str) -> ExamItem:
    found_exam, found_version = exams.get_exam(exam), bank.get_version(version)
    if found_version.item.course_module_id != found_exam.course_module_id:
        raise NotFound()
    return ExamItem(found_exam, found_version)


def load_correction(correction: str) -> Correction:
    return service.get_correction(correction)


def load_exam(exam: str) -> Exam:
    return exams.get_exam(exam)


def load_sitting(sitting: str) -> Sitting:
    return sittings.get_sitting(sitting)


@bp.get("/")
@requires(Permission.MARKS_SEE)
def list_exams():
    found = service.list_exams_for(web.actor())
    return render_template("marking/list_exams.html", exams=found, exam_states=EXAM_STATES)


EXAM_STATES = {
    "open": ("half", lambda: _("open now")),
    "closed": ("full", lambda: _("closed")),
    "published": ("ticked", lambda: _("published")),
    "frozen": ("ticked", lambda: _("frozen")),
}
ROW_STATES = {
    "marked": ("ticked", lambda: _("marked")),
    "awaited": ("half", lambda: _("awaited")),
    "absent": ("dashed", lambda: _("absent")),
    "not_eligible": ("dashed", lambda: _("not eligible")),
}
OUTCOMES = {
    "right": ("ticked", lambda: _("right")),
    "partial": ("half", lambda: _("partly right")),
    "wrong": ("crossed", lambda: _("wrong")),
    "blank": ("empty", lambda: _("no answer")),
}


@bp.get("/<exam>")
@requires(Permission.MARKS_SEE, of=load_exam)
def show_exam(exam: Exam):
    return render_template(
        "marking/show_exam.html",
        exam=exam,
        rows=service.sheet_of(exam),
        corrections=service.list_corrections(exam),
        row_states=ROW_STATES,
        has=current_app.view_functions,
    )


@bp.get("/<exam>/items")
@requires(Permission.MARKS_CORRECT, of=load_exam)
def list_items(exam: Exam):
    return render_template("marking/list_items.html", exam=exam, rows=service.list_items(exam))


@bp.route("/<exam>/items/<version>", methods=["GET", "POST"])
@requires(Permission.MARKS_CORRECT, of=load_exam_item)
def correct_item(thing: ExamItem):
    form = CorrectionForm().fit(thing.version)
    preview = None
    if form.validate_on_submit():
        act = {
            "actor": web.actor(), "now": clock.now(), "exam": thing.exam, "version": thing.version,
            "kind": form.kind.data, "options": form.options.data or [],
        }  # fmt: skip
        if form.step.data == "make":
            service.correct(**act, reason=form.reason.data)
            flash(_("The correction is made; marks and grades follow it."), "success")
            return redirect(url_for("marking.show_exam", exam=thing.exam.public_id))
        preview = service.preview_correction(**act)
    return render_template(
        "marking/correct_item.html", exam=thing.exam, version=thing.version, form=form, preview=preview,
        options=REGISTRY[thing.version.item.kind].key_view(thing.version.content),
    )  # fmt: skip


@bp.route("/corrections/<correction>/undo", methods=["GET", "POST"])
@requires(Permission.MARKS_CORRECT, of=load_correction)
def undo_correction(correction: Correction):
    form = UndoForm()
    act = {"actor": web.actor(), "now": clock.now(), "correction": correction}
    if form.validate_on_submit():
        service.undo_correction(**act, reason=form.reason.data)
        flash(_("The correction is undone; marks and grades follow."), "success")
        return redirect(url_for("marking.show_exam", exam=correction.exam.public_id))
    preview = service.preview_undo(**act)
    return render_template("marking/undo_correction.html", correction=correction, form=form, preview=preview)


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
        if is_staff:
            return what == "mark" or allows(web.actor(), Permission.ITEM_SEE, exam)
        return exam_rules.is_review_open(exam.release, what, exam.state, exam.result_state)

    story = service.result_of(sitting) if is_open("mark") else None
    return render_template(
        "marking/show_mark.html",
        sitting=sitting, story=story, exam=exam, is_staff=is_staff, shows_answers=is_open("review"),
        outcomes=OUTCOMES, registry=REGISTRY,
    )  # fmt: skip
