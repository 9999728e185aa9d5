"""The quarantine: what came too late, the evidence, and a person's decision on it."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import ngettext

from exambank import clock, web
from exambank.errors import DomainError
from exambank.permissions import Permission
from exambank.sittings import service
from exambank.sittings.forms import DecisionForm
from exambank.sittings.views.blueprint import bp
from exambank.sittings.views.room import load_exam, load_room, load_seat


@bp.get("/room/<room>/quarantine")
@web.requires(Permission.QUARANTINE_DECIDE, of=load_room)
def list_quarantine(room):
    return _page(room.exam, room)


@bp.get("/room/exams/<exam>/quarantine")
@web.requires(Permission.QUARANTINE_DECIDE, of=load_exam)
def list_exam_quarantine(exam):
    return _page(exam)


def _page(exam, room=None, form=None, of=None, status=200):
    seats = service.list_late(exam, room)
    page = render_template(
        "sittings/list_quarantine.html", exam=exam, room=room, seats=seats, failed=of,
        waiting=sum(len(seat.waiting) for seat in seats), form=form or DecisionForm(formdata=None),
    )  # fmt: skip
    return page, status


@bp.post("/room/seat/<sitting>/late")
@web.requires(Permission.QUARANTINE_DECIDE, of=load_seat)
def decide(sitting):
    """Some or all late answers of one candidate, with one reason."""
    form = DecisionForm()
    chosen = request.form.getlist("kept")
    if not form.validate_on_submit():
        return _page(sitting.exam, None, form, sitting.public_id, 422)
    accept = request.form.get("decision") == "accept"
    try:
        count = service.decide(
            actor=web.actor(), now=clock.now(), sitting=sitting, kept=service.list_kept(sitting, chosen),
            accept=accept, reason=form.reason.data,
        )  # fmt: skip
        flash(_told(accept, count), "success")
    except DomainError as error:
        flash(error.message, "refusal")
    return redirect(url_for("sittings.list_exam_quarantine", exam=sitting.exam.public_id))


def _told(accept: bool, count: int) -> str:
    if accept:
        return ngettext("%(num)s late answer counts now.", "%(num)s late answers count now.", count)
    return ngettext(
        "%(num)s late answer is refused; it stays on record.",
        "%(num)s late answers are refused; they stay on record.",
        count,
    )
