"""The exam room's pages: the candidate's, the JSON protocol, the way without JavaScript, the invigilator's room."""

from flask_babel import gettext as _

from exambank import web
from exambank.permissions import Permission
from exambank.sittings import service
from exambank.sittings.views import api, candidate, decisions, leftovers, plain, room, room_acts  # noqa: F401 (their routes)
from exambank.sittings.views.blueprint import bp

web.add_navigation(40, "sittings", lambda: _("Exam room"), "sittings.list_rooms", Permission.ROOM_WATCH)
web.add_navigation(41, "sittings", lambda: _("My exams"), "sittings.list_own", Permission.SITTING_TAKE)

bp.add_app_template_filter(lambda event: service.event_label(event.kind, event.details), "room_event")
bp.add_app_template_filter(service.quarantine_reason, "quarantine_reason")

__all__ = ["bp"]
