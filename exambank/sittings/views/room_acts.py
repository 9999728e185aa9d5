"""The invigilator's acts. Each is a POST that calls one command and goes back to the room."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.errors import DomainError
from exambank.permissions import Permission
from exambank.sittings import service
from exambank.sittings.forms import ActForm, ExtendForm, OpenForm, ReasonForm
from exambank.sittings.views.blueprint import bp
from exambank.sittings.views.granting import given_text
from exambank.sittings.views.room import close_page, load_room, load_seat, picture, seat_page


def _back_to_room(room, message: str | None = None):
    service.forget_summary(room.id)
    if message:
        flash(message, "success")
    return redirect(url_for("sittings.show_room_live", room=room.public_id))


def _back_to_seat(sitting, message: str):
    service.forget_summary(sitting.room_id)
    flash(message, "success")
    return redirect(url_for("sittings.show_seat", sitting=sitting.public_id))


@bp.post("/room/<room>/open")
@web.requires(Permission.ROOM_RUN, of=load_room)
def open_exam(room):
    form, status = OpenForm(), 422
    if form.validate_on_submit():
        try:
            service.open_exam(actor=web.actor(), now=clock.now(), room=room, code=form.code.data)
            return _back_to_room(room, _("The exam is open. Announce the session code."))
        except DomainError as error:
            form.code.errors = [*form.code.errors, error.message]
            status = error.status
    return render_template("sittings/show_room_live.html", **picture(room), open_form=form), status


@bp.post("/room/<room>/extend")
@web.requires(Permission.ROOM_RUN, of=load_room)
def extend_room(room):
    form = ExtendForm()
    if not form.validate_on_submit():
        return _time_page(room, form), 422
    given = service.extend_room(
        actor=web.actor(), now=clock.now(), room=room, seconds=form.minutes.data * 60, reason=form.reason.data
    )
    return _back_to_room(room, given_text(form.minutes.data, given))


def _time_page(room, form=None, pause_form=None):
    return render_template(
        "sittings/ask_time.html", room=room, exam=room.exam, summary=service.summarise(room, clock.now()),
        form=form or ExtendForm(formdata=None), pause_form=pause_form or ReasonForm(formdata=None, prefix="pause"),
        act=ActForm(), cap_minutes=service.cap_minutes(room.exam),
    )  # fmt: skip


@bp.post("/room/<room>/pause")
@web.requires(Permission.ROOM_RUN, of=load_room)
def pause_room(room):
    form = ReasonForm(prefix="pause")
    if not form.validate_on_submit():
        return _time_page(room, pause_form=form), 422
    count = service.pause_room(actor=web.actor(), now=clock.now(), room=room, reason=form.reason.data)
    return _back_to_room(room, _("The clock of %(count)s candidates stands still.", count=count))


@bp.post("/room/<room>/resume")
@web.requires(Permission.ROOM_RUN, of=load_room)
def resume_room(room):
    count = service.resume_room(actor=web.actor(), now=clock.now(), room=room)
    return _back_to_room(room, _("The clock of %(count)s candidates runs again.", count=count))


@bp.post("/room/<room>/close")
@web.requires(Permission.ROOM_RUN, of=load_room)
def close_room(room):
    form = ReasonForm()
    if not form.validate_on_submit():
        return close_page(room, form, 422)
    count = service.close_room(actor=web.actor(), now=clock.now(), room=room, reason=form.reason.data)
    return _back_to_room(room, _("The room is closed; %(count)s exam papers were collected.", count=count))


@bp.post("/room/<room>/signatures")
@web.requires(Permission.ROOM_RUN, of=load_room)
def tick_signatures(room):
    """The ticked have signed the printed list, the others have not."""
    if not ActForm().validate_on_submit():
        abort(400)
    signed = request.form.getlist("signed")
    count = service.tick_signatures(actor=web.actor(), now=clock.now(), room=room, signed=signed)
    flash(_("%(count)s signatures are on record.", count=count), "success")
    return redirect(url_for("sittings.ask_signatures", room=room.public_id))


@bp.post("/room/<room>/release-clock")
@web.requires(Permission.ROOM_RUN, of=load_room)
def release_clock(room):
    service.release_clock(actor=web.actor(), now=clock.now(), exam=room.exam)
    return _back_to_room(room, _("Automatic closing runs again."))


@bp.post("/room/seat/<sitting>/extend")
@web.requires(Permission.ROOM_RUN, of=load_seat)
def extend_seat(sitting):
    form = ExtendForm()
    if not form.validate_on_submit():
        return seat_page(sitting, extend_form=form, status=422)
    grant = service.extend(
        actor=web.actor(), now=clock.now(), sitting=sitting, seconds=form.minutes.data * 60, reason=form.reason.data
    )
    if grant.state == "waiting":
        return _back_to_seat(sitting, _("This passes the Regulation's cap: the training office has been asked."))
    return _back_to_seat(sitting, _("%(minutes)s minutes added.", minutes=form.minutes.data))


@bp.post("/room/seat/<sitting>/pause")
@web.requires(Permission.ROOM_RUN, of=load_seat)
def pause_seat(sitting):
    service.pause(actor=web.actor(), now=clock.now(), sitting=sitting, reason="")
    return _back_to_seat(
        sitting, _("The clock of this candidate stands still. It takes effect when the page is online.")
    )


@bp.post("/room/seat/<sitting>/resume")
@web.requires(Permission.ROOM_RUN, of=load_seat)
def resume_seat(sitting):
    service.resume(actor=web.actor(), now=clock.now(), sitting=sitting)
    return _back_to_seat(sitting, _("The clock of this candidate runs again; the pause was given back."))


@bp.post("/room/seat/<sitting>/takeover-code")
@web.requires(Permission.ROOM_RUN, of=load_seat)
def issue_takeover_code(sitting):
    """The code is in this answer and nowhere else."""
    issued = service.issue_takeover_code(actor=web.actor(), now=clock.now(), sitting=sitting)
    return seat_page(sitting, code=issued)


@bp.post("/room/seat/<sitting>/close")
@web.requires(Permission.ROOM_RUN, of=load_seat)
def close_seat(sitting):
    form = ReasonForm(prefix="close")  # the page has two reasons
    if not form.validate_on_submit():
        return seat_page(sitting, close_form=form, status=422)
    service.close_sitting(actor=web.actor(), now=clock.now(), sitting=sitting, reason=form.reason.data)
    return _back_to_seat(sitting, _("The exam paper is collected."))
