"""The seat cookie: which browser holds which seat. Signed, for the exam pages alone, and older than a sign-in.

It is a cookie of its own because the session is begun anew at every sign-in, and a candidate who signs in again on the
same machine, or whose machine restarted, must find the seat without calling the invigilator. It also says when this
browser entered: the proof that a database restored to before the entry can rest on.
"""

import secrets
from datetime import datetime

from flask import Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from exambank.db import from_milliseconds, to_milliseconds
from exambank.sittings import service

COOKIE = "exambank_seats"
_LIFE_SECONDS = 24 * 3600
_SEATS_KEPT = 6


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key, salt="exambank.seats")


def _seats() -> dict[str, list]:
    if "seats" not in g:
        try:
            g.seats = _signer().loads(request.cookies.get(COOKIE, ""))
        except BadSignature:
            g.seats = {}
    return g.seats


def browser(sitting: str) -> str | None:
    """The hash by which the database knows this browser in this sitting; None for a browser never seen."""
    kept = _seats().get(sitting)
    return service.browser_hash(kept[0]) if kept else None


def entered_before(sitting: str) -> datetime | None:
    """When this browser entered, by its own signed cookie."""
    kept = _seats().get(sitting)
    return from_milliseconds(kept[1]) if kept and kept[1] else None


def claim(sitting: str) -> str:
    """This browser's hash, made at the first need. ``keep`` must follow, else the browser forgets it."""
    if sitting not in _seats():
        _seats()[sitting] = [secrets.token_hex(32), None]
    return browser(sitting)


def keep(response: Response, sitting: str, entered_at: datetime | None = None) -> Response:
    """Put the seat into the answer, with the time of entry once there is one."""
    seats = _seats()
    kept = seats.pop(sitting)
    seats[sitting] = [kept[0], to_milliseconds(entered_at) if entered_at else kept[1]]
    newest = dict(list(seats.items())[-_SEATS_KEPT:])
    response.set_cookie(
        COOKIE, _signer().dumps(newest), max_age=_LIFE_SECONDS, path="/sit/", httponly=True, samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )  # fmt: skip
    return response
