"""How the room of an exam is run: start, door, movement in the paper, time of its parts."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.errors import DomainError
from exambank.exams import rules, service
from exambank.exams.forms import ConductForm
from exambank.exams.views.blueprint import bp, load_exam
from exambank.permissions import Permission
from exambank.web import requires


@bp.route("/<exam_id>/conduct", methods=["GET", "POST"])
@requires(Permission.EXAM_MANAGE, of=load_exam)
def edit_conduct(exam):
    """Until the exam is open; afterwards the page tells how it is."""
    conduct = rules.Conduct.parse(exam.conduct)
    form = ConductForm(
        data={
            "start_mode": exam.start_mode, "needs_code": conduct.needs_code, "needs_identity": conduct.needs_identity,
            "navigation": conduct.navigation, "minutes": " ".join(str(one) for one in conduct.section_minutes),
        }
    )  # fmt: skip
    if form.validate_on_submit():
        try:
            service.set_conduct(actor=web.actor(), now=clock.now(), exam=exam, **form.wish())
        except DomainError as refused:
            form.form_errors.append(refused.message)
        else:
            flash(_("How the room is run is settled."), "success")
            return redirect(url_for(".show_exam", exam_id=exam.public_id))
    page = render_template(
        "exams/edit_conduct.html", exam=exam, form=form, conduct=conduct, parts=service.parts_of(exam),
        may_change=exam.state in {"draft", "ready"}, minutes=exam.duration_seconds // 60,
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200
