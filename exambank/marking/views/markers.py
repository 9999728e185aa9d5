"""Who marks an exam, and how far they are: pages of the office."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.errors import InvalidInput
from exambank.exams.models import Exam
from exambank.marking import service
from exambank.marking.views.blueprint import ExamMarker, ExamScript, bp, load_exam, load_marker, load_script
from exambank.permissions import Permission
from exambank.web import requires


@bp.route("/<exam>/markers", methods=["GET", "POST"])
@requires(Permission.SCRIPTS_ASSIGN, of=load_exam)
def name_markers(exam: Exam):
    possible, problem = service.list_possible_markers(exam), None
    if request.method == "POST":
        chosen = set(request.form.getlist("people"))
        try:
            count = service.name_markers(
                actor=web.actor(), now=clock.now(), exam=exam,
                users=[row.user for row in possible if row.user.public_id in chosen],
            )  # fmt: skip
            flash(_('%(count)s markers named. They find the answers under "Answers to mark".', count=count), "success")
            return redirect(url_for("marking.name_markers", exam=exam.public_id))
        except InvalidInput as error:
            problem = error.message
    return render_template(
        "marking/name_markers.html", exam=exam, markers=service.list_markers(exam), possible=possible,
        problem=problem, open_scripts=service.open_scripts(exam),
    ), (422 if problem else 200)  # fmt: skip


@bp.post("/<exam>/markers/<person>/remove")
@requires(Permission.SCRIPTS_ASSIGN, of=load_marker)
def remove_marker(thing: ExamMarker):
    count = service.remove_marker(actor=web.actor(), now=clock.now(), exam=thing.exam, grant=thing.grant)
    flash(_("Taken from the list; %(count)s unfinished answers went back to the others.", count=count), "success")
    return redirect(url_for("marking.name_markers", exam=thing.exam.public_id))


@bp.get("/<exam>/scripts")
@requires(Permission.MARKS_SEE, of=load_exam)
def show_scripts(exam: Exam):
    return render_template(
        "marking/show_scripts.html", exam=exam, rows=service.list_scripts(exam),
        open_scripts=service.open_scripts(exam), markers=service.list_markers(exam),
    )  # fmt: skip


@bp.post("/<exam>/scripts/<code>/release")
@requires(Permission.SCRIPTS_ASSIGN, of=load_script)
def release_script(thing: ExamScript):
    service.release(actor=web.actor(), now=clock.now(), script=thing.script)
    flash(_("Given back: another marker can take it."), "success")
    return redirect(url_for("marking.show_scripts", exam=thing.exam.public_id))
