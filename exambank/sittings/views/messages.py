"""The room's messages, and what candidates reported: pages and acts of the invigilators and the exam office."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.errors import DomainError
from exambank.permissions import Permission, allows
from exambank.sittings import service
from exambank.sittings.forms import ActForm, MessageForm, ReplyForm
from exambank.sittings.views.blueprint import bp
from exambank.sittings.views.room import load_exam, load_room, load_seat


def load_objection(objection: str):
    """A candidate's report, for the invigilator of its room."""
    return service.find_objection(objection)


@bp.get("/room/<room>/messages")
@web.requires(Permission.ROOM_WATCH, of=load_room)
def show_messages(room):
    return _messages_page(room)


def _messages_page(room, form=None, status=200):
    page = render_template(
        "sittings/show_messages.html", room=room, exam=room.exam, form=form or MessageForm(formdata=None),
        sent=service.list_messages(room), quick=service.quick_texts(), act=ActForm(), time_left=_time_left(room),
        may_run=allows(web.actor(), Permission.ROOM_RUN, room),
        may_tell_all=allows(web.actor(), Permission.EXAM_MANAGE, room.exam) and len(room.exam.rooms) > 1,
    )  # fmt: skip
    return page, status


def _time_left(room) -> str:
    """The announcement as it would be sent now; empty when nobody works."""
    now = clock.now()
    deadline = service.summarise(room, now).common_deadline_at
    return service.time_left_text(deadline, now) if deadline and deadline > now else ""


@bp.post("/room/<room>/messages")
@web.requires(Permission.ROOM_RUN, of=load_room)
def tell_room(room):
    """What was typed, or one press: ``quick`` names a ready text, "time" the announcement of the time left."""
    quick = request.form.get("quick")
    if quick:
        text = _time_left(room) if quick == "time" else service.quick_texts().get(quick, "")
        kind = "announcement" if quick == "time" else "message"
        return _send(room, text, kind=kind)
    form = MessageForm()
    if not form.validate_on_submit():
        return _messages_page(room, form, 422)
    return _send(room, form.text.data)


def _send(room, text: str, kind: str = "message"):
    try:
        service.send_message(actor=web.actor(), now=clock.now(), exam=room.exam, room=room, text=text, kind=kind)
        flash(_("Sent to the room: %(text)s", text=text), "success")
    except DomainError as error:
        flash(error.message, "refusal")
    service.forget_summary(room.id)
    back = web.local_target(request.form.get("next"))
    return redirect(back or url_for("sittings.show_messages", room=room.public_id))


@bp.post("/room/exams/<exam>/messages")
@web.requires(Permission.EXAM_MANAGE, of=load_exam)
def tell_exam(exam):
    """To all rooms of the exam."""
    text = web.clean_text(request.form.get("text", ""))
    try:
        service.send_message(actor=web.actor(), now=clock.now(), exam=exam, text=text)
        flash(_("Sent to all rooms: %(text)s", text=text), "success")
    except DomainError as error:
        flash(error.message, "refusal")
    return redirect(web.local_target(request.form.get("next")) or url_for("sittings.list_rooms"))


@bp.post("/room/seat/<sitting>/message")
@web.requires(Permission.ROOM_RUN, of=load_seat)
def tell_seat(sitting):
    text = web.clean_text(request.form.get("text", ""))
    try:
        service.send_message(actor=web.actor(), now=clock.now(), exam=sitting.exam, sitting=sitting, text=text)
        flash(_("Sent to this candidate: %(text)s", text=text), "success")
    except DomainError as error:
        flash(error.message, "refusal")
    return redirect(url_for("sittings.show_seat", sitting=sitting.public_id))


# --- what candidates reported ---


@bp.get("/room/<room>/objections")
@web.requires(Permission.ROOM_WATCH, of=load_room)
def show_objections(room):
    return _objections_page(room)


def _objections_page(room, failed=None, form=None, status=200):
    page = render_template(
        "sittings/show_objections.html", room=room, exam=room.exam, objections=service.list_objections(room),
        failed=failed, form=form or ReplyForm(formdata=None), may_run=allows(web.actor(), Permission.ROOM_RUN, room),
        may_see_items=allows(web.actor(), Permission.QUARANTINE_DECIDE, None),
    )  # fmt: skip
    return page, status


@bp.post("/room/objections/<objection>")
@web.requires(Permission.ROOM_RUN, of=load_objection)
def answer_objection(objection):
    form, room = ReplyForm(), objection.sitting.candidacy.room
    if not form.validate_on_submit():
        return _objections_page(room, objection.public_id, form, 422)
    try:
        _answered, told = service.answer_objection(
            actor=web.actor(), now=clock.now(), objection=objection, reply=form.reply.data,
            to_all=request.form.get("to") == "all",
        )  # fmt: skip
        flash(_("Candidates who get the answer: %(count)s.", count=told), "success")
    except DomainError as error:
        flash(error.message, "refusal")
    service.forget_summary(room.id)
    return redirect(url_for("sittings.show_objections", room=room.public_id))


@bp.get("/room/exams/<exam>/objections")
@web.requires(Permission.QUARANTINE_DECIDE, of=load_exam)
def list_reported_items(exam):
    """For the office: the reported questions with their numbers on each paper; the words only for who may see them."""
    actor = web.actor()
    return render_template(
        "sittings/list_reported_items.html", exam=exam, items=service.list_reported_items(exam),
        may_see=lambda version: allows(actor, Permission.ITEM_SEE, version.item),
        may_correct=allows(actor, Permission.MARKS_CORRECT, exam),
    )  # fmt: skip
