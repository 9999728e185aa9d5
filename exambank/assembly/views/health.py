"""How banks stand to what papers need, and the plan of who writes what by when."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.assembly import service
from exambank.assembly.forms import WritingTaskForm
from exambank.assembly.views.blueprint import bp, load_module, load_writing_task
from exambank.courses import service as courses
from exambank.errors import InvalidInput
from exambank.permissions import Permission
from exambank.web import requires


@bp.get("/health")
@requires(Permission.BLUEPRINT_SEE)
def list_health():
    """Every module at a glance: can it be examined?"""
    return render_template("assembly/list_health.html", rows=service.list_health(web.actor()))


@bp.get("/modules/<module_id>/health")
@requires(Permission.BLUEPRINT_SEE, of=load_module)
def show_health(course_module):
    return _show(course_module, _form(course_module))


@bp.post("/modules/<module_id>/plan")
@requires(Permission.BANK_MANAGE, of=load_module)
def set_writing_task(course_module):
    form = _form(course_module)
    if form.validate():
        try:
            service.set_writing_task(
                actor=web.actor(), now=clock.now(), today=web.today(), course_module=course_module, **form.task()
            )
        except InvalidInput as refused:
            form.form_errors.append(refused.message)
        else:
            flash(_("The line stands in the plan; the writer sees it on the desk."), "success")
            return _back(course_module)
    return _show(course_module, form), 422


@bp.post("/plan/<task_id>/withdraw")
@requires(Permission.BANK_MANAGE, of=load_writing_task)
def withdraw_writing_task(task):
    service.withdraw_writing_task(actor=web.actor(), now=clock.now(), task=task)
    flash(_("The line is out of the plan. What was written stays."), "success")
    return _back(task.course_module)


def _form(course_module) -> WritingTaskForm:
    form = WritingTaskForm(request.form or None)
    form.offer(service.list_writers(course_module), courses.list_topics(course_module), courses.list_levels())
    return form


def _back(course_module):
    return redirect(url_for(".show_health", module_id=course_module.public_id, _anchor="plan"))


def _show(course_module, form: WritingTaskForm):
    return render_template(
        "assembly/show_health.html",
        course_module=course_module,
        health=service.bank_health(course_module, clock.now()),
        plan=service.list_plan(course_module, web.today()),
        topics=courses.list_topics(course_module, with_retired=True),
        levels=courses.list_levels(with_retired=True),
        form=form,
    )
