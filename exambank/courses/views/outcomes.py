"""Learning outcomes of a module."""

from flask import redirect, render_template, request, url_for

from exambank import clock, web
from exambank.courses import service
from exambank.courses.forms import OutcomeForm
from exambank.courses.views.blueprint import bp, put_error
from exambank.courses.views.modules import STEPS, load_module
from exambank.errors import InvalidInput
from exambank.permissions import Permission
from exambank.web import requires


def load_outcome(outcome: str):
    return service.get_outcome(outcome)


@bp.get("/modules/<module>/outcomes")
@requires(Permission.COURSES_SEE, of=load_module)
def list_outcomes(module):
    return _show_outcomes(module, OutcomeForm(formdata=None))


def _show_outcomes(module, form: OutcomeForm):
    outcomes = service.list_outcomes(module, with_retired=True)
    return render_template("courses/list_outcomes.html", module=module, outcomes=outcomes, form=form)


@bp.post("/modules/<module>/outcomes")
@requires(Permission.TOPICS_MANAGE, of=load_module)
def add_outcome(module):
    form = OutcomeForm()
    if form.validate_on_submit():
        try:
            service.add_outcome(
                actor=web.actor(), now=clock.now(), course_module=module, code=form.code.data, text=form.text.data
            )
        except InvalidInput as error:
            put_error(form, error)
        else:
            return _back(module)
    return _show_outcomes(module, form)


@bp.route("/outcomes/<outcome>/edit", methods=["GET", "POST"])
@requires(Permission.TOPICS_MANAGE, of=load_outcome)
def edit_outcome(outcome):
    form = OutcomeForm(obj=outcome)
    if form.validate_on_submit():
        try:
            service.edit_outcome(
                actor=web.actor(), now=clock.now(), outcome=outcome, code=form.code.data, text=form.text.data
            )
        except InvalidInput as error:
            put_error(form, error)
        else:
            return _back(outcome.course_module)
    return render_template("courses/edit_outcome.html", form=form, outcome=outcome)


def _back(module):
    return redirect(url_for("courses.list_outcomes", module=module.public_id))


@bp.post("/outcomes/<outcome>/move")
@requires(Permission.TOPICS_MANAGE, of=load_outcome)
def move_outcome(outcome):
    step = STEPS.get(request.form.get("direction", ""), 0)
    service.move_outcome(actor=web.actor(), now=clock.now(), outcome=outcome, step=step)
    return _back(outcome.course_module)


@bp.post("/outcomes/<outcome>/retire")
@requires(Permission.TOPICS_MANAGE, of=load_outcome)
def retire_outcome(outcome):
    service.retire_outcome(actor=web.actor(), now=clock.now(), outcome=outcome)
    return _back(outcome.course_module)


@bp.post("/outcomes/<outcome>/restore")
@requires(Permission.TOPICS_MANAGE, of=load_outcome)
def restore_outcome(outcome):
    service.restore_outcome(actor=web.actor(), now=clock.now(), outcome=outcome)
    return _back(outcome.course_module)
