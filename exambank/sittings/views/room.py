"""The invigilator's room: what is shown. One summary for all who look; it can be switched off.

``LIVE_ROOM_VIEW = False`` switches the refreshing off at the start; a file ``live_view.off`` in the instance
folder does so while the server runs, until it is removed. The pages then show the state at each reload.
"""

from pathlib import Path

from flask import current_app, render_template, request
from flask_babel import gettext as _

from exambank import clock, text, web
from exambank.exams import service as exams
from exambank.permissions import Permission, allows
from exambank.sittings import rules, service
from exambank.sittings.forms import ActForm, ExtendForm, OpenForm, ReasonForm
from exambank.sittings.views.blueprint import bp

SWITCH = "live_view.off"
AT_WORK = ("open", "lost", "locked", "paused", "collecting")
SORTS = ("number", "seat", "state", "answered")


def load_room(room: str):
    return service.find_room(room)


def load_exam(exam: str):
    """An exam, for the guard of what concerns all its rooms."""
    return exams.get_exam(exam)


def load_seat(sitting: str):
    """A candidate's sitting, for the invigilator of its room."""
    return service.find_sitting(sitting)


def is_live() -> bool:
    """Whether the pages refresh by themselves."""
    return current_app.config["LIVE_ROOM_VIEW"] and not (Path(current_app.instance_path) / SWITCH).exists()


@bp.get("/room/")
@web.requires(Permission.ROOM_WATCH)
def list_rooms():
    actor, now = web.actor(), clock.now()
    rooms = service.list_rooms(actor)
    running = {room.exam for room in rooms if room.exam.state in {"ready", "open"}}
    return render_template(
        "sittings/list_rooms.html", rooms=rooms, now=now, glances=service.glance(rooms, now), is_live=is_live(),
        exams=sorted(running, key=lambda exam: (exam.opens_at, exam.id)),
        may_manage={exam.id: allows(actor, Permission.EXAM_MANAGE, exam) for exam in running},
        may_see_items=allows(actor, Permission.QUARANTINE_DECIDE, None),
    )  # fmt: skip


@bp.get("/room/<room>")
@web.requires(Permission.ROOM_WATCH, of=load_room)
def show_room_live(room):
    return render_template("sittings/show_room_live.html", **picture(room), open_form=OpenForm(formdata=None))


@bp.get("/room/<room>/live")
@web.requires(Permission.ROOM_WATCH, of=load_room)
def show_live(room):
    """The part that is fetched again every few seconds; nothing is made, and nothing changes, while it is off."""
    return render_template("sittings/_live.html", **live_part(room)) if is_live() else ("", 204)


def live_part(room) -> dict:
    """What changes from second to second: the shared summary, arranged as this person wants it."""
    now = clock.now()
    summary = service.summarise(room, now)
    shown, sort = request.args.get("state", ""), request.args.get("sort", "")
    return {
        "room": room, "exam": room.exam, "summary": summary, "now": now, "is_live": is_live(),
        "seats": arranged(summary.seats, shown, sort, request.args.get("q", "")), "act": ActForm(),
        "shown": shown, "sort": sort if sort in SORTS else "number", "search": request.args.get("q", ""),
        "may_run": allows(web.actor(), Permission.ROOM_RUN, room),
    }  # fmt: skip


def arranged(seats, shown: str, sort: str, search: str) -> list:
    """The seats of these states (none: all; "attention": who needs a person), found by name, number or machine."""
    wanted = text.search_key(search)
    found = [
        seat for seat in seats
        if (not shown or seat.state in shown.split(",") or (shown == "attention" and seat.needs))
        and wanted in text.search_key(f"{seat.number} {seat.name} {seat.seat or ''} {seat.machine or ''}")
    ]  # fmt: skip
    keys = {
        "seat": lambda seat: (seat.seat is None, text.sort_key(seat.seat or ""), seat.number),
        "state": lambda seat: (service.SEAT_STATES.index(seat.state), seat.number),
        "answered": lambda seat: (seat.answered, seat.number),
    }
    return sorted(found, key=keys.get(sort, lambda seat: seat.number))


def picture(room) -> dict:
    """Everything the room's page shows."""
    part, actor = live_part(room), web.actor()
    now, deadline = part["now"], part["summary"].common_deadline_at
    return {
        **part,
        "invigilators": service.list_invigilators(room), "deadline_at": deadline,
        "left": rules.as_clock(rules.remaining(deadline, None, now)) if deadline else None,
        "code_is_shown": service.may_see_code(actor, room.exam, now),
        "may_decide": allows(actor, Permission.QUARANTINE_DECIDE, None),
        "may_manage": allows(actor, Permission.EXAM_MANAGE, room.exam),
        "may_print": allows(actor, Permission.DOCUMENTS_PRINT, room),
        "seal_notice": exams.seal_notice(room.exam) if room.exam.state == "ready" else "",
        "is_protected": web.is_protected(), "quick": service.quick_texts(),
        "is_done": room.exam.state in {"open", "closed"} and not part["summary"].count(*AT_WORK, "ready"),
    }  # fmt: skip


@bp.get("/room/seat/<sitting>")
@web.requires(Permission.ROOM_WATCH, of=load_seat)
def show_seat(sitting):
    return seat_page(sitting)


def seat_page(sitting, extend_form=None, close_form=None, code=None, status=200):
    """One candidate: how it stands, what can be done, the log."""
    now, actor = clock.now(), web.actor()
    page = render_template(
        "sittings/show_seat.html", sitting=sitting, exam=sitting.exam, now=now, code=code,
        extend_form=extend_form or ExtendForm(formdata=None),
        close_form=close_form or ReasonForm(formdata=None, prefix="close"),
        cap_minutes=service.cap_minutes(sitting.exam),
        answered=service.count_answered(sitting), events=service.list_sitting_events(sitting), act=ActForm(),
        is_lost=rules.is_disconnected(sitting.state, sitting.last_contact_at, now),
        may_run=allows(actor, Permission.ROOM_RUN, sitting), notices=service.list_notices(sitting),
        offences=service.list_offences(sitting.exam, sitting=sitting),
        left=rules.as_clock(rules.remaining(sitting.deadline_at, sitting.paused_at, now)),
    )  # fmt: skip
    return page, status


@bp.get("/room/<room>/close")
@web.requires(Permission.ROOM_RUN, of=load_room)
def ask_close(room):
    return close_page(room, ReasonForm(formdata=None))


def close_page(room, form, status=200):
    """Who would be collected, who would be absent, what would be left undone."""
    summary = service.summarise(room, clock.now())
    page = render_template(
        "sittings/ask_close.html", room=room, exam=room.exam, form=form, summary=summary,
        working=[seat for seat in summary.seats if seat.state in AT_WORK],
        coming=[seat for seat in summary.seats if seat.state == "ready"], undone=_undone(summary), now=summary.at,
    )  # fmt: skip
    return page, status


def _undone(summary) -> list[str]:
    """What still waits for a person in this room."""
    waiting = [
        (sum(seat.objections for seat in summary.seats), _("reports of questions without an answer")),
        (sum(seat.gaps for seat in summary.seats), _("gaps of contact that nobody has decided on")),
        (summary.late_answers, _("late answers that wait for a decision")),
    ]
    return [f"{count} {what}" for count, what in waiting if count]


@bp.get("/room/<room>/time")
@web.requires(Permission.ROOM_RUN, of=load_room)
def ask_time(room):
    return render_template(
        "sittings/ask_time.html", room=room, exam=room.exam, summary=service.summarise(room, clock.now()),
        form=ExtendForm(formdata=None), pause_form=ReasonForm(formdata=None, prefix="pause"), act=ActForm(),
    )  # fmt: skip


@bp.get("/room/<room>/signatures")
@web.requires(Permission.ROOM_RUN, of=load_room)
def ask_signatures(room):
    return render_template(
        "sittings/ask_signatures.html", room=room, exam=room.exam, sittings=service.list_to_sign(room), act=ActForm()
    )
