"""What the candidate's page reports beside answers: that it was left."""

from exambank import web
from exambank.sittings import service
from exambank.sittings.rules import focus
from exambank.sittings.views import api
from exambank.sittings.views.blueprint import bp


@bp.context_processor
def _words() -> dict:
    return {"room_watch": lambda sitting: service.records_focus(service.find_place(sitting.public_id))}


@bp.post("/sit/<sitting>/events")
@web.csrf.exempt
@api.requires_seat
def report_events(call: api.Call):
    """Always 200: nothing of it may hold a candidate up."""
    return api.answer(server_ms=service.record_focus(call.place, call.seat, focus.read_events(call.body.get("events"))))
