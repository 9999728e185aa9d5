"""The blueprint of courses, its place in the menu, and what every template may ask about the school."""

from flask import Blueprint, flash, g
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from exambank import web
from exambank.courses import service
from exambank.db import db
from exambank.errors import InvalidInput
from exambank.permissions import Permission

bp = Blueprint("courses", __name__, url_prefix="/courses")

web.add_navigation(90, "courses", lambda: _("Teaching and classes"), "courses.list_offerings", Permission.COURSES_SEE)


@bp.app_context_processor
def _school_in_templates() -> dict:
    return {"school_name": _school_name(), "school_word": service.label}


def _school_name() -> str:
    """The name in every page's head, read once a request; an error page must not need the database."""
    if "school_name" not in g:
        try:
            g.school_name = service.school().name
        except SQLAlchemyError:
            db.session.rollback()
            g.school_name = ""
    return g.school_name


def put_error(form, error: InvalidInput) -> None:
    """A refusal of the service beside its field, or on top where the form has no such field."""
    field = form._fields.get(error.details.get("field", ""))
    if field is None:
        form.form_errors = [*form.form_errors, error.message]
    else:
        field.errors = [*field.errors, error.message]


def say(message: str) -> None:
    flash(message, "success")
