"""Incidents of a room: recorded with a few presses, ended with one."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from exambank import clock, web
from exambank.errors import DomainError
from exambank.permissions import Permission, allows
from exambank.sittings import service
from exambank.sittings.forms import ActForm, IncidentForm
from exambank.sittings.views.blueprint import bp
from exambank.sittings.views.room import load_room


def load_incident(incident: str):
    return service.find_incident(incident)


def of_today(typed: time | None, now: datetime) -> datetime | None:
    """A typed time of the school's clock: today's, or that of the day beside when an exam goes past midnight.

    Shortly before midnight a time shortly after it lies ahead, and is refused as one; it is not that of last night.
    The minute that is typed is the minute that has begun: now, when it is the present one.
    """
    if typed is None:
        return None
    local = now.astimezone(ZoneInfo(current_app.config["TIMEZONE"]))
    moment = local.replace(hour=typed.hour, minute=typed.minute, second=0, microsecond=0)
    if now - moment > timedelta(hours=18):
        return moment + timedelta(days=1)
    return moment - timedelta(days=1) if moment - now > timedelta(hours=12) else moment


def local_time(moment: datetime) -> time:
    return moment.astimezone(ZoneInfo(current_app.config["TIMEZONE"])).time().replace(second=0, microsecond=0)


def seat_choices(room, first: str) -> list[SelectChoice]:
    """The candidates of a room for a list to choose from, after a first line of its own."""
    seats = service.summarise(room, clock.now()).seats
    return [
        SelectChoice("", first), *(SelectChoice(seat.public_id, f"{seat.number} {seat.name}") for seat in seats)
    ]  # fmt: skip


@bp.get("/room/<room>/incidents")
@web.requires(Permission.ROOM_WATCH, of=load_room)
def show_incidents(room):
    return _page(room)


def _page(room, form=None, status=200):
    form = form or IncidentForm(formdata=None, began=local_time(clock.now()), whom=request.args.get("whom", ""))
    form.whom.choices = seat_choices(room, _("the whole room"))
    page = render_template(
        "sittings/show_incidents.html", room=room, exam=room.exam, form=form, act=ActForm(),
        incidents=service.list_incidents(room), may_run=allows(web.actor(), Permission.ROOM_RUN, room),
    )  # fmt: skip
    return page, status


@bp.post("/room/<room>/incidents")
@web.requires(Permission.ROOM_RUN, of=load_room)
def record_incident(room):
    form, now = IncidentForm(), clock.now()
    form.whom.choices = seat_choices(room, _("the whole room"))
    if not form.validate_on_submit():
        return _page(room, form, 422)
    try:
        service.record_incident(
            actor=web.actor(), now=now, room=room, kind=form.kind.data, text=form.text.data or "",
            began_at=of_today(form.began.data, now), ended_at=of_today(form.ended.data, now),
            sitting=service.find_sitting(form.whom.data) if form.whom.data else None,
        )  # fmt: skip
    except DomainError as error:
        form.began.errors = [*form.began.errors, error.message]
        return _page(room, form, error.status)
    flash(_("On record: it stands in the minutes of the room."), "success")
    return redirect(url_for("sittings.show_incidents", room=room.public_id))


@bp.post("/room/incidents/<incident>/end")
@web.requires(Permission.ROOM_RUN, of=load_incident)
def end_incident(incident):
    try:
        service.end_incident(actor=web.actor(), now=clock.now(), incident=incident)
        flash(_("The incident is over; its end is on record."), "success")
    except DomainError as error:
        flash(error.message, "refusal")
    return redirect(url_for("sittings.show_incidents", room=incident.room.public_id))
