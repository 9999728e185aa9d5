"""Errors that people see, and the one place that turns them into a page or JSON."""

import logging
import secrets

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from exambank.db import db

log = logging.getLogger("exambank")


class DomainError(Exception):
    """The request was understood and refused; ``message`` is for the user, in the user's language.

    ``status`` is the HTTP answer, ``code`` a stable word for machines, ``details`` plain data for JSON.
    """

    status = 422
    code = "refused"

    def __init__(self, message: str, **details):
        super().__init__(message)
        self.message = message
        self.details = details


class InvalidInput(DomainError):
    """What was given cannot be used: wrong file, wrong number, unknown option."""

    code = "invalid"


class StateConflict(DomainError):
    """The thing is no longer, or not yet, in a state that allows this."""

    status = 409
    code = "conflict"


class NotFound(DomainError):
    """Unknown and forbidden look the same."""

    status = 404
    code = "not_found"

    def __init__(self, message: str = "", **details):
        super().__init__(message or _("There is no such page, or it is not open to you."), **details)


class TooManyAttempts(DomainError):
    status = 429
    code = "wait"


def wants_json() -> bool:
    return (
        request.is_json or request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    )


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, _show_domain_error)
    app.register_error_handler(CSRFError, _show_expired_form)
    app.register_error_handler(HTTPException, _show_http_error)
    app.register_error_handler(Exception, _show_unexpected)


def _answer(status: int, code: str, message: str, **details) -> tuple[Response | str, int]:
    if wants_json():
        return jsonify(error=code, message=message, **details), status
    known = status if status in {400, 404, 409, 413, 429, 500} else (400 if status < 500 else 500)
    return render_template(f"errors/{known}.html", message=message, **details), status


def _show_domain_error(error: DomainError):
    return _answer(error.status, error.code, error.message, **error.details)


def _show_expired_form(error: CSRFError):
    return _answer(400, "expired_form", _("This form has expired. Go back, reload the page and send it again."))


def _show_http_error(error: HTTPException):
    if error.code in {401, 403}:
        return _show_domain_error(NotFound())
    if error.code is None or error.code < 400:
        return error
    messages = {
        404: _("There is no such page, or it is not open to you."),
        405: _("This address does not take that kind of request."),
        413: _("The file is too large for this server."),
        429: _("Too many attempts. Wait a little and try again."),
    }
    return _answer(
        error.code,
        error.name.lower().replace(" ", "_"),
        messages.get(error.code, _("The request cannot be read.")),
    )


def _show_unexpected(error: Exception):
    """Nothing of the error reaches the browser but a code that the log can be searched for."""
    db.session.rollback()
    incident = secrets.token_hex(4).upper()
    log.exception("incident %s", incident, extra={"incident": incident, "endpoint": request.endpoint})
    if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS", True):
        raise error
    return _answer(
        500,
        "incident",
        _("Something went wrong on the server. Incident code: %(code)s.", code=incident),
        incident=incident,
    )
