"""What is settled for the door before the day: addresses, seats, exam cards."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.errors import DomainError
from exambank.exams import service
from exambank.exams.forms import RoomsForm
from exambank.exams.views.blueprint import attempt, bp, load_candidacy, load_exam
from exambank.permissions import Permission
from exambank.web import requires


def _to_rooms(exam):
    return redirect(url_for(".list_rooms", exam_id=exam.public_id))


def _to_candidate(candidacy):
    return redirect(url_for(".show_candidate", candidacy_id=candidacy.public_id))


@bp.post("/<exam_id>/networks")
@requires(Permission.EXAM_MANAGE, of=load_exam)
def set_networks(exam):
    """The lists of the exam and its rooms at once; what cannot be read comes back as it was typed."""
    typed = {room.public_id: request.form.get(f"networks-{room.public_id}", "") for room in exam.rooms}
    of_exam = request.form.get("networks", "")
    try:
        service.set_networks(actor=web.actor(), now=clock.now(), exam=exam, of_exam=of_exam, of_rooms=typed)
    except DomainError as refused:
        page = render_template(
            "exams/list_rooms.html", exam=exam, tally=service.tally(exam), form=RoomsForm(formdata=None),
            typed={**typed, "": of_exam}, network_error=refused.message,
        )  # fmt: skip
        return page, refused.status
    flash(_("The addresses are kept. They count within ten seconds, also while the exam runs."), "success")
    return _to_rooms(exam)


@bp.post("/<exam_id>/seats")
@requires(Permission.EXAM_MANAGE, of=load_exam)
def assign_seats(exam):
    """By number, or by lot with a new seed."""
    seed = service.new_seat_seed() if request.form.get("by") == "lot" else None
    message = _("The seats are drawn by lot, seed %(seed)s.", seed=seed) if seed else _("The seats follow the numbers.")
    attempt(service.assign_seats, message, actor=web.actor(), now=clock.now(), exam=exam, seed=seed)
    return _to_rooms(exam)


@bp.post("/candidates/<candidacy_id>/seat")
@requires(Permission.EXAM_MANAGE, of=load_candidacy)
def set_seat(candidacy):
    seat = web.clean_text(request.form.get("seat", ""))
    attempt(
        service.set_seat, _("The seat is changed."), actor=web.actor(), now=clock.now(), candidacy=candidacy, seat=seat
    )
    return _to_candidate(candidacy)


@bp.post("/candidates/<candidacy_id>/card/revoke")
@requires(Permission.EXAM_MANAGE, of=load_candidacy)
def revoke_card(candidacy):
    message = _("The card that was printed opens nothing any more. Print a new one.")
    attempt(service.revoke_card, message, actor=web.actor(), now=clock.now(), candidacy=candidacy)
    return _to_candidate(candidacy)
