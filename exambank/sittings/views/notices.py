"""The candidate's side of messages and reports: read what the room says, say it was shown, report a question.

Asked for rarely (when CLOCK.notice rises, when somebody reports a question), so the ordinary guard may load the actor.
"""

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.db import to_milliseconds
from exambank.errors import DomainError
from exambank.permissions import Permission
from exambank.sittings import service
from exambank.sittings.forms import ActForm
from exambank.sittings.views import api
from exambank.sittings.views.blueprint import bp
from exambank.sittings.views.candidate import load_sitting


def _moment(value) -> int | None:
    return None if value is None else to_milliseconds(value)


def _objection(one) -> dict:
    return {
        "id": one.public_id, "q": one.question, "text": one.text, "state": one.state, "reply": one.reply,
        "raised_ms": _moment(one.raised_at), "answered_ms": _moment(one.answered_at),
    }  # fmt: skip


def _answer(**values):
    return api.answer(server_ms=to_milliseconds(clock.now()), **values)


@bp.get("/sit/<sitting>/notices")
@web.requires(Permission.SITTING_TAKE, of=load_sitting)
def show_notices(sitting):
    """What the room said to this candidate, and what became of the own reports."""
    notices = service.list_notices(sitting)
    messages = [
        {"id": one.public_id, "kind": one.kind, "text": one.text, "sent_ms": _moment(one.sent_at), "seen": one.is_seen}
        for one in notices.messages
    ]
    return _answer(
        notice=sitting.notice_no, messages=messages, objections=[_objection(one) for one in notices.objections]
    )


@bp.post("/sit/<sitting>/notices/seen")
@web.csrf.exempt
@web.requires(Permission.SITTING_TAKE, of=load_sitting)
@api.answers_unfit
def mark_seen(sitting):
    if not api.is_json_call():
        return _form_of(sitting, lambda: service.mark_seen(now=clock.now(), sitting=sitting, ids=_ids_of_form()))
    ids = api.read_body().get("ids")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        return api.answer(422, error="invalid")
    return _answer(seen=service.mark_seen(now=clock.now(), sitting=sitting, ids=ids))


def _ids_of_form() -> list[str]:
    return request.form.getlist("id")


@bp.post("/sit/<sitting>/objection")
@web.csrf.exempt
@web.requires(Permission.SITTING_TAKE, of=load_sitting)
@api.answers_unfit
def raise_objection(sitting):
    if not api.is_json_call():
        return _form_of(
            sitting,
            lambda: _raise(sitting, request.form.get("q", 0, int), request.form.get("text", "")),
            _("Your report is with the invigilators. Go on working."),
        )
    body = api.read_body()
    question, text = body.get("q"), body.get("text")
    if type(question) is not int or not isinstance(text, str):
        return api.answer(422, error="invalid")
    raised = _raise(sitting, question, text)
    all_of_them = service.list_notices(sitting).objections
    return _answer(objection=_objection(raised), objections=[_objection(one) for one in all_of_them])


def _raise(sitting, question: int, text: str):
    return service.raise_objection(
        actor=web.actor(), now=clock.now(), sitting=sitting, question=question, text=web.clean_text(text)
    )


def _form_of(sitting, act, done: str = ""):
    """The same by a plain form, which brings its token: do it and go back to where the form stood."""
    if not ActForm().validate_on_submit():
        abort(400)
    try:
        act()
        if done:
            flash(done, "success")
    except DomainError as error:
        flash(error.message, "refusal")
    target = web.local_target(request.form.get("next"))
    return redirect(target or url_for("sittings.show_sitting", sitting=sitting.public_id))
