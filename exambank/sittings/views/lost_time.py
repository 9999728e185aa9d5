"""Lost time of a room: what the server measured, and a person's decision on it."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.errors import DomainError
from exambank.permissions import Permission, allows
from exambank.sittings import service
from exambank.sittings.forms import GiveBackForm
from exambank.sittings.views.blueprint import bp
from exambank.sittings.views.room import load_room


@bp.get("/room/<room>/lost-time")
@web.requires(Permission.ROOM_WATCH, of=load_room)
def show_lost_time(room):
    return _page(room)


def _page(room, form=None, failed=None, status=200):
    page = render_template(
        "sittings/show_lost_time.html", room=room, exam=room.exam, outages=service.list_outages(room), now=clock.now(),
        form=form or GiveBackForm(formdata=None), failed=failed, may_run=allows(web.actor(), Permission.ROOM_RUN, room),
    )  # fmt: skip
    return page, status


@bp.post("/room/<room>/lost-time")
@web.requires(Permission.ROOM_RUN, of=load_room)
def decide_lost_time(room):
    """``gap`` names the chosen ones; ``act`` is give or dismiss."""
    keys = request.form.getlist("gap", type=int)
    if request.form.get("act") == "dismiss":
        return _done(room, lambda: _dismiss(room, keys))
    form = GiveBackForm()
    if not form.validate_on_submit():
        return _page(room, form, set(keys), 422)
    return _done(room, lambda: _give(room, keys, form))


def _give(room, keys: list[int], form: GiveBackForm) -> str:
    seconds = _median(room, keys) if form.mode.data == "median" else None
    grants = service.give_back(
        actor=web.actor(), now=clock.now(), room=room, keys=keys, reason=form.reason.data, seconds=seconds
    )
    waiting = sum(grant.state == "waiting" for grant in grants)
    done = _("Time given back to %(count)s candidates.", count=len(grants) - waiting)
    if not waiting:
        return done
    more = _("%(count)s wait for a second person, being above the Regulation's limit.", count=waiting)
    return f"{done} {more}" if waiting < len(grants) else more


def _median(room, keys: list[int]) -> int | None:
    """The median of the outage that the chosen gaps belong to, as the page showed it."""
    chosen = set(keys)
    for outage in service.list_outages(room):
        if chosen & {one.key for one in outage.proposals}:
            return outage.median_seconds
    return None


def _dismiss(room, keys: list[int]) -> str:
    count = service.dismiss(actor=web.actor(), now=clock.now(), room=room, keys=keys)
    return _("%(count)s gaps are put away: no time was lost.", count=count)


def _done(room, act):
    try:
        flash(act(), "success")
    except DomainError as error:
        flash(error.message, "refusal")
    service.forget_summary(room.id)
    return redirect(url_for("sittings.show_lost_time", room=room.public_id))
