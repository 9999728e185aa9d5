"""The check-in page of a room: recognise candidates and let them in; plain forms, quicker with htmx."""

from flask import redirect, render_template, request, url_for

from exambank import clock, web
from exambank.errors import DomainError
from exambank.exams.rules import Conduct
from exambank.permissions import Permission
from exambank.sittings import service
from exambank.sittings.service import door
from exambank.sittings.views.blueprint import bp
from exambank.sittings.views.room import load_room, load_seat


@bp.get("/room/<room>/check-in")
@web.requires(Permission.ROOM_RUN, of=load_room)
def show_check_in(room):
    return _page(room)


def _page(room, refusal: DomainError | None = None, at: str = ""):
    """``refusal`` is shown on the line of the sitting ``at``, or on top of the list."""
    search = web.clean_text(request.values.get("q", ""))[:100]
    everybody = door.list_door(room)
    page = render_template(
        "sittings/check_in.html", room=room, exam=room.exam, conduct=Conduct.parse(room.exam.conduct), search=search,
        lines=door.list_door(room, search) if search else everybody, counts=door.count_door(everybody),
        is_late=door.is_entry_over(room.exam, clock.now()), refusal=refusal, at=at,
    )  # fmt: skip
    return page, refusal.status if refusal else 200


def _act(command, sitting, **values):
    """Run one command on a candidate and go back to its line; what was refused stands there."""
    room = service.find_room(sitting.candidacy.room.public_id)
    try:
        command(actor=web.actor(), now=clock.now(), sitting=sitting, **values)
    except DomainError as refusal:
        return _page(room, refusal, sitting.public_id)
    service.forget_summary(room.id)
    query = request.form.get("q") or None
    return redirect(url_for("sittings.show_check_in", room=room.public_id, q=query, _anchor=f"c-{sitting.public_id}"))


@bp.post("/room/seat/<sitting>/identity/confirm")
@web.requires(Permission.ROOM_RUN, of=load_seat)
def confirm_identity(sitting):
    return _act(door.confirm_identity, sitting)


@bp.post("/room/seat/<sitting>/identity/reject")
@web.requires(Permission.ROOM_RUN, of=load_seat)
def reject_identity(sitting):
    return _act(door.reject_identity, sitting, reason=web.clean_text(request.form.get("reason", "")))


@bp.post("/room/seat/<sitting>/identity/undo")
@web.requires(Permission.ROOM_RUN, of=load_seat)
def undo_identity(sitting):
    return _act(door.undo_identity, sitting)


@bp.post("/room/seat/<sitting>/admit")
@web.requires(Permission.ROOM_RUN, of=load_seat)
def admit(sitting):
    return _act(door.admit, sitting, reason=web.clean_text(request.form.get("reason", "")))


@bp.post("/room/seat/<sitting>/admit/back")
@web.requires(Permission.ROOM_RUN, of=load_seat)
def take_admission_back(sitting):
    return _act(door.take_admission_back, sitting)


@bp.post("/room/<room>/admit")
@web.requires(Permission.ROOM_RUN, of=load_room)
def admit_confirmed(room):
    try:
        door.admit_confirmed(actor=web.actor(), now=clock.now(), room=room)
    except DomainError as refusal:
        return _page(room, refusal)
    service.forget_summary(room.id)
    return redirect(url_for("sittings.show_check_in", room=room.public_id))


@bp.get("/room/seat/<sitting>/photo")
@web.requires(Permission.ROOM_RUN, of=load_seat)
def show_seat_photo(sitting):
    """For who runs this candidate's room; the address names a sitting, never a person."""
    return web.send_photo(door.find_photo(sitting))
