"""Rooms, how candidates are split over them, who watches."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.errors import InvalidInput
from exambank.exams import service
from exambank.exams.forms import InvigilatorsForm, RoomsForm
from exambank.exams.views.blueprint import attempt, bp, load_exam, load_room
from exambank.permissions import Permission
from exambank.web import requires


def _to_rooms(exam):
    return redirect(url_for(".list_rooms", exam_id=exam.public_id))


@bp.get("/<exam_id>/rooms")
@requires(Permission.EXAM_SEE, of=load_exam)
def list_rooms(exam):
    return render_template("exams/list_rooms.html", exam=exam, tally=service.tally(exam), form=RoomsForm(formdata=None))


@bp.post("/<exam_id>/rooms/add")
@requires(Permission.EXAM_MANAGE, of=load_exam)
def add_rooms(exam):
    form = RoomsForm()
    names = (form.names.data or "").splitlines()
    attempt(service.add_rooms, _("The rooms are added."), actor=web.actor(), now=clock.now(), exam=exam, names=names)
    return _to_rooms(exam)


@bp.post("/<exam_id>/rooms/split")
@requires(Permission.EXAM_MANAGE, of=load_exam)
def split_rooms(exam):
    """Evenly, or by the seats typed beside each room."""
    seats = {room.id: request.form.get(f"seats-{room.public_id}", "").strip() for room in exam.rooms}
    if any(value and not (value.isascii() and value.isdigit() and len(value) < 5) for value in seats.values()):
        flash(
            _("Write the seats of each room as a whole number, or leave all of them empty to split evenly."), "refusal"
        )
        return _to_rooms(exam)
    capacities = {room_id: int(value or 0) for room_id, value in seats.items()} if any(seats.values()) else None
    attempt(
        service.split_rooms, _("The candidates are placed by number."), actor=web.actor(), now=clock.now(), exam=exam,
        capacities=capacities,
    )  # fmt: skip
    return _to_rooms(exam)


@bp.post("/rooms/<room_id>/remove")
@requires(Permission.EXAM_MANAGE, of=load_room)
def remove_room(room):
    exam = room.exam
    attempt(service.remove_room, _("The room is removed."), actor=web.actor(), now=clock.now(), room=room)
    return _to_rooms(exam)


@bp.route("/rooms/<room_id>/invigilators", methods=["GET", "POST"])
@requires(Permission.EXAM_MANAGE, of=load_room)
def assign_invigilators(room):
    users, form = service.list_invigilators(), InvigilatorsForm()
    form.offer(users)
    if request.method == "GET":
        form.people.data = [one.user.public_id for one in room.invigilations]
    elif form.validate():
        chosen = [user for user in users if user.public_id in (form.people.data or [])]
        try:
            warnings = service.assign_invigilators(actor=web.actor(), now=clock.now(), room=room, users=chosen)
        except InvalidInput as refused:
            form.people.errors = [refused.message]
        else:
            flash(_("The invigilators of %(room)s are named.", room=room.name), "success")
            for warning in warnings:
                flash(warning, "caution")
            return _to_rooms(room.exam)
    return render_template("exams/assign_invigilators.html", room=room, exam=room.exam, form=form, users=users)
