"""The blueprint of assembly, its place in the menu, loaders and the words its templates use."""

from flask import Blueprint, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from exambank import text, web
from exambank.assembly import service
from exambank.courses import service as courses
from exambank.permissions import Permission

bp = Blueprint("assembly", __name__, url_prefix="/assembly")
web.add_navigation(
    20, "assembly", lambda: _("Blueprints and papers"), "assembly.list_blueprints", Permission.BLUEPRINT_SEE
)


@bp.context_processor
def _words() -> dict:
    squares = {
        "draft": "half", "used": "full", "retired": "dashed", "dealt": "half", "approved": "ticked",
        "withdrawn": "crossed", "waiting": "empty", "refused": "crossed",
    }  # fmt: skip
    return {
        "kind_label": service.kind_label,
        "picture_address": lambda picture_id: url_for("bank.show_picture", picture_id=picture_id),
        "state_label": service.state_label,
        "state_square": squares.get,
        "describe_cell": service.describe_cell,
        "figure": service.shown,
        "stock_text": service.stock_text,
        "stock_details": service.stock_details,
        "points": lambda value: text.format_points(value, str(get_locale())),
    }


def load_module(module_id: str):
    return courses.get_module(module_id)


def load_blueprint(blueprint_id: str):
    return service.get_blueprint(blueprint_id)


def load_paper_set(set_id: str):
    return service.get_paper_set(set_id)


def load_paper(paper_id: str):
    return service.get_paper(paper_id)


def load_writing_task(task_id: str):
    return service.get_writing_task(task_id)
