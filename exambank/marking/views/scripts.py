"""The marker's pages: what there is to mark, one script after another. Nothing here names a candidate."""

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.errors import DomainError, InvalidInput, StateConflict
from exambank.exams.models import Exam
from exambank.marking import rules, service
from exambank.marking.forms import ReopenForm
from exambank.marking.models import Script
from exambank.marking.views.blueprint import (
    ExamPicture,
    ExamScript,
    bp,
    load_exam,
    load_picture,
    load_script,
    marker_html,
)
from exambank.permissions import Permission
from exambank.web import requires

POINTS = "p-"
"""What the fields of a rubric's rows begin with."""


@bp.get("/scripts")
@requires(Permission.SCRIPTS_MARK)
def list_work():
    return render_template("marking/list_work.html", rows=service.list_work(web.actor()))


@bp.get("/scripts/<exam>")
@requires(Permission.SCRIPTS_MARK, of=load_exam)
def show_work(exam: Exam):
    return render_template("marking/show_work.html", exam=exam, tasks=service.list_tasks(exam, web.actor()))


@bp.post("/scripts/<exam>/next")
@requires(Permission.SCRIPTS_MARK, of=load_exam)
def take_next(exam: Exam):
    return _go_on(exam, request.form.get("task", ""))


def _go_on(exam: Exam, key: str):
    """To the next script: of this question as long as there is one, then of the next question."""
    task = next((one for one in service.list_tasks(exam, web.actor()) if one.key == key), None)
    chosen = {"version_id": task.version.id, "part": task.part} if task else {}
    script = service.take_next(actor=web.actor(), now=clock.now(), exam=exam, **chosen)
    if script is None:
        flash(_("Nothing is left for you here: what is not finished is in the hands of others."), "success")
        return redirect(url_for("marking.show_work", exam=exam.public_id))
    return redirect(url_for("marking.mark_script", exam=exam.public_id, code=script.code))


@bp.post("/scripts/<exam>/open")
@requires(Permission.SCRIPTS_MARK, of=load_exam)
def open_by_code(exam: Exam):
    script = service.find_script(exam, web.clean_text(request.form.get("code", ""))[:20])
    if script is None:
        flash(_("No answer of this exam has that code. Read it from the draw list again."), "refusal")
        return redirect(url_for("marking.show_work", exam=exam.public_id))
    service.take(actor=web.actor(), now=clock.now(), script=script)
    return redirect(url_for("marking.mark_script", exam=exam.public_id, code=script.code))


@bp.get("/scripts/<exam>/pictures/<media>")
@requires(Permission.SCRIPTS_MARK, of=load_picture)
def show_picture(picture: ExamPicture):
    response = make_response(picture.media.body)
    response.headers["Content-Type"] = picture.media.media_type
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = "inline"
    return response


@bp.get("/scripts/<exam>/<code>")
@requires(Permission.SCRIPTS_MARK, of=load_script)
def mark_script(thing: ExamScript):
    if thing.script.marker_id != web.actor().user_id:
        flash(_("This answer is not in your hands. Take one from the list, or open it by its code."), "caution")
        return redirect(url_for("marking.show_work", exam=thing.exam.public_id))
    return _page(thing.script, thing.script.rubric, thing.script.comment)


def _page(script: Script, given: dict, comment: str, problem: DomainError | None = None):
    exam, criteria = script.exam, service.criteria_of(script)
    tasks = service.list_tasks(exam, web.actor())
    here = next(one for one in tasks if (one.version.id, one.part) == (script.item_version_id, script.part))
    return render_template(
        "marking/mark_script.html",
        exam=exam, script=script, asked=service.asked_of(script), answer=service.payload_of(script),
        criteria=criteria, rubric_total=rules.rubric_total(criteria), given=given, comment=comment, task=here,
        left=sum(task.left for task in tasks), problem=problem, reopening=ReopenForm(formdata=None),
        shown=marker_html(exam), version=script.item_version, whole=rules.WHOLE,
    ), (problem.status if problem else 200)  # fmt: skip


@bp.post("/scripts/<exam>/<code>")
@requires(Permission.SCRIPTS_MARK, of=load_script)
def save_script(thing: ExamScript):
    form, script = request.form, thing.script
    given = {name[len(POINTS) :]: form[name] for name in form if name.startswith(POINTS)}
    acts = {"finish": service.finish, "later": service.set_aside, "keep": service.save_draft}
    go, comment = form.get("go", "keep"), web.clean_text(form.get("comment", ""))
    if go == "release":
        service.release(actor=web.actor(), now=clock.now(), script=script)
        return redirect(url_for("marking.show_work", exam=thing.exam.public_id))
    try:
        acts.get(go, service.save_draft)(
            actor=web.actor(), now=clock.now(), script=script, given=given, comment=comment,
            revision=_whole_number(form.get("revision", "")),
        )  # fmt: skip
    except (InvalidInput, service.Elsewhere) as problem:
        return _page(script, given, comment, problem)
    if go in {"finish", "later"}:
        return _go_on(thing.exam, f"{script.item_version.public_id}.{script.part}")
    flash(_("Kept. The answer is not finished yet."), "success")
    return redirect(url_for("marking.show_work", exam=thing.exam.public_id))


def _whole_number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else -1


@bp.post("/scripts/<exam>/<code>/draft")
@requires(Permission.SCRIPTS_MARK, of=load_script)
def keep_draft(thing: ExamScript):
    """What the page's script sends while points are being given."""
    sent = request.get_json(silent=True)
    given = sent.get("given") if isinstance(sent, dict) else None
    if not isinstance(given, dict) or not isinstance(sent.get("revision"), int):
        raise InvalidInput(_("These points do not fit the rubric. Nothing was saved."))
    revision = service.save_draft(
        actor=web.actor(), now=clock.now(), script=thing.script, given=given,
        comment=web.clean_text(str(sent.get("comment") or "")), revision=sent["revision"],
    )  # fmt: skip
    return jsonify(revision=revision)


@bp.post("/scripts/<exam>/<code>/reopen")
@requires(Permission.SCRIPTS_MARK, of=load_script)
def reopen_script(thing: ExamScript):
    form = ReopenForm()
    if not form.validate():
        raise InvalidInput(_("The reason is too long."))
    if thing.script.marker_id != web.actor().user_id:
        raise StateConflict(_("Another marker finished this script."))
    service.reopen(actor=web.actor(), now=clock.now(), script=thing.script, reason=form.reason.data or "")
    return redirect(url_for("marking.mark_script", exam=thing.exam.public_id, code=thing.script.code))
