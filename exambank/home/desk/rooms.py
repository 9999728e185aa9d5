"""The invigilator's desk: today's rooms."""

from datetime import timedelta

from flask_babel import gettext as _

from exambank import web
from exambank.home.desk.looking import AHEAD, Look, link
from exambank.home.desk.teaching import exam_name
from exambank.home.rules import NOW, TODAY, Coming, Desk, Task

AFTERWARDS = timedelta(hours=12)


def of_invigilator(look: Look) -> Desk:
    """Rooms to watch now or today, papers to sign right after, and the days to come."""
    desk = Desk()
    for room in look.own_rooms:
        exam, title = room.exam, f"{room.name}: {exam_name(room.exam)}"
        if exam.state == "open":
            desk.tasks.append(
                Task(
                    NOW, "full", title, _("The exam is open. Watch the room."), _("Go to the room"),
                    link("sittings.show_room_live", room=room.public_id), exam.opens_at,
                )
            )  # fmt: skip
        elif exam.state == "ready" and exam.opens_at <= look.now < exam.closes_at:
            desk.tasks.append(
                Task(
                    NOW, "cut", title,
                    _("It was to begin at %(time)s: open it.", time=web.show_moment(exam.opens_at, "time")),
                    _("Go to the room"), link("sittings.show_room_live", room=room.public_id), exam.opens_at,
                )
            )  # fmt: skip
        elif exam.state == "ready" and look.is_today(exam.opens_at) and look.now < exam.opens_at:
            desk.tasks.append(
                Task(
                    TODAY, "half", title, _("Today at %(time)s.", time=web.show_moment(exam.opens_at, "time")),
                    _("Go to the room"), link("sittings.show_room_live", room=room.public_id), exam.opens_at,
                )
            )  # fmt: skip
        elif exam.state == "closed" and look.now - (exam.closed_at or exam.closes_at) < AFTERWARDS:
            desk.tasks.append(
                Task(
                    TODAY, "ticked", title, _("Over. Print the result list to be signed, and the minutes."),
                    _("Print"), link("documents.index", exam=exam.public_id), exam.opens_at,
                )
            )  # fmt: skip
        elif exam.state in {"draft", "ready"} and look.now < exam.opens_at <= look.now + AHEAD:
            desk.coming.append(
                Coming(
                    exam.opens_at, title, web.show_moment(exam.opens_at, "time"),
                    link("exams.show_exam", exam_id=exam.public_id),
                )
            )  # fmt: skip
    if not look.actor.room_ids:
        desk.notes.append(_("No room is assigned to you. The training office names who watches which room."))
    return desk
