"""Signing in with an exam card; and the hook that keeps such a session inside its exam's pages."""

from datetime import timedelta

from flask import current_app, g, jsonify, redirect, render_template, request, session, url_for

from exambank import clock, web
from exambank.db import from_milliseconds, to_milliseconds
from exambank.errors import InvalidInput, NotFound, StateConflict, TooManyAttempts, wants_json
from exambank.permissions import Permission
from exambank.sittings.forms import CardForm
from exambank.sittings.service import cards
from exambank.sittings.views.blueprint import bp

AFTER_RECEIPT = timedelta(minutes=15)  # to read the receipt, to reload it, to write its code down
CARD = "card"  # in the session: the public id of the one sitting it is for
ENDS = "card_ends"  # milliseconds; set when the receipt is first shown
CODE = "card_code"  # the session code that was typed with the card: it is not asked again at the entry


@bp.before_app_request
def _stay_in_the_exam():
    """A session made by a card reaches its own sitting and what is open to everybody; it asks no database."""
    if CARD not in session:
        return None
    sitting = session[CARD]
    if ENDS in session and clock.now() > from_milliseconds(session[ENDS]):
        session.clear()
        g.pop("actor", None)
        if wants_json():
            return jsonify(error="sign_in"), 401
        return redirect(url_for("sittings.sign_in_by_card"))
    if _is_open(sitting):
        return None
    if wants_json():
        return jsonify(error="not_found"), 404
    if request.method == "GET":
        return redirect(url_for("sittings.show_sitting", sitting=sitting))
    raise NotFound()


def _is_open(sitting: str) -> bool:
    rule = request.url_rule
    if rule is None or request.endpoint == "static":
        return True
    view = current_app.view_functions[request.endpoint]
    is_own = rule.rule.startswith("/sit/<sitting>") and (request.view_args or {}).get("sitting") == sitting
    return is_own or request.endpoint == "sittings.set_display" or view.permission is Permission.PUBLIC


def note_end() -> None:
    """The receipt is shown: a session made by a card ends a little later, so that it can be read and reloaded."""
    if CARD in session and ENDS not in session:
        session[ENDS] = to_milliseconds(clock.now() + AFTER_RECEIPT)


def forget_end() -> None:
    """The paper was opened again after its receipt: such a session lasts until the next one."""
    session.pop(ENDS, None)


def typed_code() -> str:
    """The session code that came with the card; empty for who signed in another way."""
    return session.get(CODE, "") if CARD in session else ""


@bp.route("/sit/card", methods=["GET", "POST"])
@web.requires(Permission.PUBLIC)
def sign_in_by_card():
    form, status, headers = CardForm(), 200, {}
    if form.validate_on_submit():
        try:
            came, sitting = cards.sign_in_by_card(
                now=clock.now(), card=form.card.data, code=form.code.data or "", address=request.remote_addr or ""
            )
        except (InvalidInput, StateConflict, TooManyAttempts) as refusal:
            form.form_errors.append(refusal.message)
            status = refusal.status
            headers = {"Retry-After": str(refusal.details["seconds"])} if "seconds" in refusal.details else {}
        else:
            return _begin_session(came, sitting, form.code.data or "")
    page = render_template("sittings/sign_in_by_card.html", form=form, now=clock.now())
    return page, 422 if form.errors and status == 200 else status, headers


def _begin_session(came, sitting: str, code: str):
    language = session.get("language") or came.locale
    session.clear()
    session.permanent = True
    session.update(user_id=came.user_id, version=came.session_version, language=language)
    session[CARD], session[CODE] = sitting, code
    return redirect(url_for("sittings.show_sitting", sitting=sitting))
