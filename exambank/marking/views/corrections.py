"""Corrections of an item for a whole exam: previewed, made, undone."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.errors import InvalidInput
from exambank.exams.models import Exam
from exambank.marking import service
from exambank.marking.forms import CorrectionForm, UndoForm
from exambank.marking.models import Correction
from exambank.marking.rules import ACCEPT_ANSWER, answer_lines
from exambank.marking.views.blueprint import ExamItem, bp, load_correction, load_exam, load_exam_item, staff_html
from exambank.permissions import Permission
from exambank.web import requires


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
            "kind": form.kind.data, "options": form.further(thing.version),
        }  # fmt: skip
        if form.step.data == "make":
            service.correct(**act, reason=form.reason.data)
            flash(_("The correction is made; marks and grades follow it."), "success")
            return redirect(url_for("marking.show_exam", exam=thing.exam.public_id))
        try:
            preview = service.preview_correction(**act)
        except InvalidInput as problem:
            field = form.answers if form.kind.data == ACCEPT_ANSWER else form.options
            field.errors = [problem.message]
    return render_template(
        "marking/correct_item.html", exam=thing.exam, version=thing.version, form=form, preview=preview,
        lines=answer_lines(thing.version.item.kind, thing.version.content, None), shown=staff_html,
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
