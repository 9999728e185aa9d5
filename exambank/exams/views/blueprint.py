"""The blueprint of exams, its place in the menu, loaders and the words its templates use."""

from flask import Blueprint, current_app, flash, url_for
from flask_babel import gettext as _

from exambank import web
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import rules, service
from exambank.permissions import Permission

bp = Blueprint("exams", __name__, url_prefix="/exams")
web.add_navigation(30, "exams", lambda: _("Exams"), "exams.list_exams", Permission.EXAM_SEE)

STATE_SQUARES = {"draft": "half", "ready": "full", "open": "cut", "closed": "ticked", "cancelled": "dashed"}


@bp.context_processor
def _words() -> dict:
    return {
        "state_label": service.state_label,
        "state_square": STATE_SQUARES.get,
        "result_label": service.result_label,
        "start_mode_label": service.start_mode_label,
        "navigation_label": service.navigation_label,
        "release_label": service.release_label,
        "reason_text": service.reason_text,
        "step_label": service.step_label,
        "link": link,
        "OPENING_LEAD_MINUTES": int(rules.OPENING_LEAD.total_seconds() // 60),
        "CODE_LEAD_MINUTES": int(rules.CODE_LEAD.total_seconds() // 60),
    }


def link(endpoint: str, **values) -> str | None:
    """The address of another package's page, where that package has it."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def load_exam(exam_id: str):
    """The exam; the rehearsal is none that anybody runs."""
    exam = service.get_exam(exam_id)
    return None if exam.is_rehearsal else exam


def load_candidacy(candidacy_id: str):
    return service.get_candidacy(candidacy_id)


def load_room(room_id: str):
    return service.get_room(room_id)


def attempt(act, message: str, **values) -> bool:
    """Run a command from a form without fields of its own to complain at; says what happened either way."""
    try:
        act(**values)
    except (InvalidInput, StateConflict) as refused:
        flash(refused.message, "refusal")
        return False
    flash(message, "success")
    return True
