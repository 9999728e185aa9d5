"""An exam whose paper is drawn by lot: choosing the lot, and the reserve in place of the paper."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.assembly import service as assembly
from exambank.exams import service
from exambank.exams.forms import ReasonForm
from exambank.exams.views.blueprint import attempt, bp, load_exam
from exambank.permissions import Permission
from exambank.web import requires


@bp.context_processor
def _lot_words() -> dict:
    return {
        "usable_lots": service.list_usable_lots,
        "used_envelope": assembly.current_entry,
        "next_envelope": assembly.next_reserve_entry,
    }


@bp.post("/<exam_id>/lot")
@requires(Permission.EXAM_MANAGE, of=load_exam)
def bind_lot(exam):
    """Give every candidate a paper of the set drawn in this lot."""
    chosen = request.form.get("lot", "")
    lot = next((one for one in service.list_usable_lots(exam) if one.public_id == chosen), None)
    if lot is None:
        flash(_("Choose a lot that is drawn."), "refusal")
        return redirect(url_for(".bind_papers", exam_id=exam.public_id))
    message = _("The paper drawn by lot is given to every candidate.")
    is_bound = attempt(service.bind_lot, message, actor=web.actor(), now=clock.now(), exam=exam, lot=lot)
    return redirect(url_for(".show_exam" if is_bound else ".bind_papers", exam_id=exam.public_id))


@bp.post("/<exam_id>/reserve")
@requires(Permission.EXAM_MANAGE, of=load_exam)
def use_reserve(exam):
    """Set the drawn paper aside; every candidate gets the reserve."""
    reason = ReasonForm().reason.data or ""
    message = _("The reserve is used now: every candidate gets its paper when it is opened.")
    if not reason:
        flash(_("Say why the reserve is used."), "refusal")
    else:
        attempt(service.use_reserve, message, actor=web.actor(), now=clock.now(), exam=exam, reason=reason)
    return redirect(url_for(".show_exam", exam_id=exam.public_id))
