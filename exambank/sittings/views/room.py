"""The invigilator's room: what is shown. One summary for all who look; it can be switched off."""

from flask import current_app, render_template, request

from exambank import clock, web
from exambank.exams import service as exams
from exambank.permissions import Permission, allows
from exambank.sittings import rules, service
from exambank.sittings.forms import ActForm, ExtendForm, OpenForm, ReasonForm
from exambank.sittings.views.blueprint import bp


def load_room(room: str):
    return service.find_room(room)


def load_seat(sitting: str):
    """A candidate's sitting, for the invigilator of its room."""
    return service.find_sitting(sitting)


@bp.get("/room/")
@web.requires(Permission.ROOM_WATCH)
def list_rooms():
    return render_template("sittings/list_rooms.html", rooms=service.list_rooms(web.actor()), now=clock.now())


@bp.get("/room/<room>")
@web.requires(Permission.ROOM_WATCH, of=load_room)
def show_room_live(room):
    return render_template("sittings/show_room_live.html", **picture(room), open_form=OpenForm(formdata=None))


@bp.get("/room/<room>/live")
@web.requires(Permission.ROOM_WATCH, of=load_room)
def show_live(room):
    """The part that htmx fetches again every few seconds."""
    return render_template("sittings/_live.html", **picture(room))


def picture(room) -> dict:
    """Everything the room's page shows."""
    now = clock.now()
    summary = service.summarise(room, now)
    deadline = summary.deadline_at
    actor = web.actor()
    return {
        "room": room, "exam": room.exam, "summary": summary, "now": now, "events": service.list_events(room, 12),
        "invigilators": service.list_invigilators(room), "is_live": current_app.config["LIVE_ROOM_VIEW"],
        "left": rules.as_clock(rules.remaining(deadline, None, now)) if deadline else None, "deadline_at": deadline,
        "is_frozen": room.exam_id in service.list_frozen(), "waiting": service.count_quarantine(room.exam),
        "code_is_shown": service.may_see_code(actor, room.exam, now),
        "may_run": allows(actor, Permission.ROOM_RUN, room),
        "may_decide": allows(actor, Permission.QUARANTINE_DECIDE, None), "act": ActForm(),
        "seal_notice": exams.seal_notice(room.exam) if room.exam.state == "ready" else "",
        "search": request.args.get("q", ""), "is_protected": web.is_protected(),
    }  # fmt: skip


@bp.get("/room/seat/<sitting>")
@web.requires(Permission.ROOM_WATCH, of=load_seat)
def show_seat(sitting):
    return seat_page(sitting)


def seat_page(sitting, extend_form=None, close_form=None, code=None, status=200):
    """One candidate: how it stands, what can be done, the log."""
    now = clock.now()
    page = render_template(
        "sittings/show_seat.html", sitting=sitting, exam=sitting.exam, now=now, code=code,
        extend_form=extend_form or ExtendForm(formdata=None),
        close_form=close_form or ReasonForm(formdata=None, prefix="close"),
        answered=service.count_answered(sitting), events=service.list_sitting_events(sitting), act=ActForm(),
        is_lost=rules.is_disconnected(sitting.state, sitting.last_contact_at, now),
        may_run=allows(web.actor(), Permission.ROOM_RUN, sitting),
        left=rules.as_clock(rules.remaining(sitting.deadline_at, sitting.paused_at, now)),
    )  # fmt: skip
    return page, status


@bp.get("/room/<room>/close")
@web.requires(Permission.ROOM_RUN, of=load_room)
def ask_close(room):
    summary = service.summarise(room, clock.now())
    working = [seat for seat in summary.seats if seat.state in {"open", "lost", "paused", "collecting"}]
    coming = [seat for seat in summary.seats if seat.state == "ready"]
    return render_template(
        "sittings/ask_close.html", room=room, exam=room.exam, working=working, coming=coming,
        form=ReasonForm(formdata=None),
    )  # fmt: skip


@bp.get("/room/<room>/time")
@web.requires(Permission.ROOM_RUN, of=load_room)
def ask_time(room):
    return render_template(
        "sittings/ask_time.html", room=room, exam=room.exam, summary=service.summarise(room, clock.now()),
        form=ExtendForm(formdata=None), pause_form=ReasonForm(formdata=None, prefix="pause"), act=ActForm(),
    )  # fmt: skip
