"""The invigilator looks at a seat that the lockdown stopped, and lets it go on."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.errors import DomainError
from exambank.permissions import Permission
from exambank.sittings import service
from exambank.sittings.forms import ReasonForm
from exambank.sittings.views.blueprint import bp
from exambank.sittings.views.room import load_seat


@bp.context_processor
def _words() -> dict:
    return {"lock_reason": service.lock_reason, "list_focus": service.list_focus, "focus_label": service.focus_label,
            "unlock_form": lambda: ReasonForm(formdata=None, prefix="unlock"), "closes_seb": _closes_seb}  # fmt: skip


def _closes_seb(sitting) -> bool:
    """Whether the receipt shows the link that Safe Exam Browser closes at."""
    return service.lockdown_of(service.find_place(sitting.public_id)).is_seb


@bp.post("/room/seat/<sitting>/unlock")
@web.requires(Permission.ROOM_RUN, of=load_seat)
def unlock_seat(sitting):
    form = ReasonForm(prefix="unlock")
    if not form.validate_on_submit():
        flash(_("Give the reason, for example: computer replaced."), "refusal")
    else:
        try:
            service.unlock(actor=web.actor(), now=clock.now(), sitting=sitting, reason=form.reason.data)
            flash(_("The candidate goes on. What the machine kept meanwhile is sent again by itself."), "success")
        except DomainError as refused:
            flash(refused.message, "refusal")
        service.forget_summary(sitting.room_id)
    return redirect(url_for("sittings.show_seat", sitting=sitting.public_id))
