"""The quarantine: what came too late, and a person's decision on each."""

from types import SimpleNamespace

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.errors import DomainError
from exambank.permissions import Permission
from exambank.sittings import service
from exambank.sittings.forms import DecisionForm
from exambank.sittings.views.blueprint import bp
from exambank.sittings.views.room import load_room


def load_kept(kept: str):
    """A quarantined save, for the guard."""
    return service.find_quarantined(kept)


@bp.get("/room/<room>/quarantine")
@web.requires(Permission.QUARANTINE_DECIDE, of=load_room)
def list_quarantine(room):
    return _page(room)


def _page(room, form=None, of=None, status=200):
    lines = [_line(kept) for kept in service.list_quarantine(room.exam)]
    page = render_template(
        "sittings/list_quarantine.html", room=room, exam=room.exam, lines=lines, failed=of,
        form=form or DecisionForm(formdata=None),
    )  # fmt: skip
    return page, status


def _line(kept):
    question = service.questions_of(kept.sitting)[kept.question - 1]
    return SimpleNamespace(
        kept=kept,
        late=service.describe_answer(question, kept.payload),
        stored=service.describe_answer(question, service.stored_payload(kept)),
    )


@bp.post("/room/quarantine/<kept>")
@web.requires(Permission.QUARANTINE_DECIDE, of=load_kept)
def decide(kept):
    room = kept.sitting.candidacy.room
    form = DecisionForm()
    if not form.validate_on_submit():
        return _page(room, form, kept.public_id, 422)
    accept = request.form.get("decision") == "accept"
    try:
        service.decide(actor=web.actor(), now=clock.now(), kept=kept, accept=accept, reason=form.reason.data)
        flash(
            _("The late answer counts now.") if accept else _("The late answer is refused; it stays on record."),
            "success",
        )
    except DomainError as error:
        flash(error.message, "refusal")
    return redirect(url_for("sittings.list_quarantine", room=room.public_id))
