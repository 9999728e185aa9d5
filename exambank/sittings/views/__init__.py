"""The exam room's pages: the candidate's, the JSON protocol, the way without JavaScript, the invigilator's room."""

from flask_babel import gettext as _

from exambank import web
from exambank.permissions import Permission
from exambank.sittings import service
from exambank.sittings.rules.receipts import in_groups
from exambank.sittings.views import (  # noqa: F401 (their routes)  # noqa: F401 (their routes)  # noqa: F401 (their routes)  # noqa: F401 (their routes)  # noqa: F401 (their routes)
    api,
    candidate,
    cards,
    decisions,
    display,
    door,
    events,
    gate,
    granting,
    incidents,
    leftovers,
    lockdown,
    lost_time,
    machines,
    messages,
    notices,
    offences,
    plain,
    receipts,
    rehearsal,
    replay,
    rescue,
    room,
    room_acts,
)
from exambank.sittings.views.blueprint import bp

web.add_navigation(40, "sittings", lambda: _("Exam room"), "sittings.list_rooms", Permission.ROOM_WATCH)
web.add_navigation(41, "sittings", lambda: _("My exams"), "sittings.list_own", Permission.SITTING_TAKE)
web.add_navigation(43, "sittings", lambda: _("Rehearsal"), "sittings.show_rehearsal", Permission.SIGNED_IN)

bp.add_app_template_filter(lambda event: service.event_label(event.kind, event.details), "room_event")
bp.add_app_template_filter(in_groups, "in_groups")
bp.add_app_template_filter(service.quarantine_reason, "quarantine_reason")
bp.add_app_template_filter(service.incident_label, "incident_label")
bp.add_app_template_filter(service.need_label, "need_label")
bp.add_app_template_filter(service.state_word, "state_word")

__all__ = ["bp"]
