"""The blueprint of the bank, its place in the menu, loaders and the words its templates use."""

from flask import Blueprint, url_for
from flask_babel import format_datetime, format_decimal
from flask_babel import gettext as _

from exambank import web
from exambank.bank import labels, rules, service
from exambank.bank.interactions import REGISTRY
from exambank.bank.rules.figures import FLAGS, split_flags
from exambank.bank.views.showing import places_of
from exambank.courses import service as courses
from exambank.errors import NotFound
from exambank.permissions import Permission

bp = Blueprint("bank", __name__, url_prefix="/bank")

web.add_navigation(10, "bank", lambda: _("Question bank"), "bank.list_items", Permission.BANK_SEE)


@bp.context_processor
def _words() -> dict:
    return {
        "REGISTRY": REGISTRY,
        "kind_label": labels.kind_label,
        "state_label": labels.state_label,
        "state_square": labels.STATE_SQUARES.get,
        "decision_label": labels.decision_label,
        "difference_label": labels.difference_label,
        "refusal_label": labels.refusal_label,
        "picture_address": lambda public_id: url_for("bank.show_picture", picture_id=public_id),
        "places_of": places_of,
        "plain_text": rules.plain_text,
        "figure": show_figure,
        "MINIMUM_N": rules.MINIMUM_N,
        "FLAGS": FLAGS,
        "flag_label": labels.flag_label,
        "split_flags": split_flags,
    }


def show_figure(value: float | None, places: int = 2) -> str:
    """A statistic with the reader's decimal sign and a true minus."""
    if value is None:
        return ""
    return format_decimal(round(value, places) + 0.0, format=f"0.{'0' * places}").replace("-", "\u2212")


@bp.app_template_filter("eb_date")
def _date(moment) -> str:
    """A day in the reader's own time zone."""
    return "" if moment is None else format_datetime(moment, "dd/MM/yyyy")


def load_bank(module_id: str):
    return courses.get_module(module_id)


def load_item(item_id: str):
    return service.get_item(item_id)


def load_review(item_id: str):
    return service.get_review_task(item_id, web.actor())


def load_comment(comment_id: str):
    return service.get_comment(comment_id)


def load_concern(concern_id: str):
    return service.get_concern(concern_id)


def load_right(right_id: str):
    return service.get_right(right_id)


def load_picture(picture_id: str):
    if len(picture_id) != 36:
        raise NotFound()
    return service.get_media(picture_id)
