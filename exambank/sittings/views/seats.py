"""The seat cookies: which browser holds which seat. Signed, for one sitting's pages alone, and older than a sign-in.

They are cookies of their own because the session is begun anew at every sign-in, and a candidate who signs in again on
the same machine, or whose machine restarted, must find the seat without calling the invigilator.

There are two, each written by one kind of answer only, so that answers which overtake each other cannot undo one
another (a browser keeps whichever arrives last). The *claim* names the browser and is set once, by whatever page it
sees first. The *entry* is set by entering alone and says with which name and when this browser entered: the proof that
a database restored to before the entry can rest on. Where there is an entry, it counts.

A third one lives for half a minute: that the entry was by form, and the page to come shall bring what it told.
"""

import functools
import secrets
from datetime import datetime

from flask import Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from exambank.db import from_milliseconds, to_milliseconds
from exambank.sittings import service

CLAIM = "exambank_seat"
ENTRY = "exambank_entry"
FRESH = "exambank_fresh"  # the epoch of an entry by form that no page's script has taken up yet
_LIFE_SECONDS = 24 * 3600
_FRESH_SECONDS = 30


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key, salt="exambank.seats")


@functools.lru_cache(maxsize=4096)
def _verified(_key: str, cookie: str) -> tuple:
    """What a cookie says whose signature was found good: every heartbeat brings the same one, and it never expires."""
    named, token, at = _signer().loads(cookie)
    return named, token, at


def _said(cookie: str) -> tuple | None:
    """What a cookie of ours says, whichever sitting it is for; None when it is not there or cannot be read."""
    try:
        return _verified(current_app.secret_key, request.cookies.get(cookie, ""))
    except (BadSignature, ValueError, TypeError):
        return None


def _read(cookie: str, sitting: str) -> tuple | None:
    """The token and the time in a cookie of ours for this very sitting."""
    said = _said(cookie)
    return said[1:] if said is not None and said[0] == sitting else None


def _token(sitting: str) -> str | None:
    fresh = g.get("claimed_seat")
    if fresh is not None and fresh[0] == sitting:
        return fresh[1]
    known = _read(ENTRY, sitting) or _read(CLAIM, sitting)
    return known[0] if known else None


def is_unreadable() -> bool:
    """Whether a seat cookie was sent and none can be read: on plain http a byte of it may have come over wrong.

    Asked of the line as it came: what is no cookie any more (its end, its name changed) is dropped by who parses it.
    """
    sent = request.headers.get("Cookie", "")
    return any(one in sent for one in (CLAIM, ENTRY)) and _said(CLAIM) is None and _said(ENTRY) is None


def browser(sitting: str) -> str | None:
    """The hash by which the database knows this browser in this sitting; None for a browser never seen."""
    token = _token(sitting)
    return service.browser_hash(token) if token else None


def entered_before(sitting: str) -> datetime | None:
    """When this browser entered, by its own signed cookie."""
    known = _read(ENTRY, sitting)
    return from_milliseconds(known[1]) if known else None


def claim(sitting: str) -> str:
    """This browser's hash, made at the first need. ``keep`` must follow, else the browser forgets it."""
    if _token(sitting) is None:
        g.claimed_seat = (sitting, secrets.token_hex(32))
    return browser(sitting)


def keep(response: Response, sitting: str, entered_at: datetime | None = None) -> Response:
    """Put into the answer what this browser does not have yet: its claim, and the entry once it has entered."""
    if g.get("claimed_seat"):
        _set(response, CLAIM, [sitting, _token(sitting), None])
    if entered_at is not None:
        _set(response, ENTRY, [sitting, _token(sitting), to_milliseconds(entered_at)])
    return response


def _set(response: Response, cookie: str, value: list) -> None:
    response.set_cookie(
        cookie, _signer().dumps(value), max_age=_LIFE_SECONDS, path=f"/sit/{value[0]}", httponly=True, samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )  # fmt: skip


def hand_over(response: Response, sitting) -> Response:
    """After an entry by form: the page that follows takes it up, and its script need not enter once more."""
    response.set_cookie(
        FRESH, str(sitting.epoch), max_age=_FRESH_SECONDS, path=f"/sit/{sitting.public_id}", httponly=True,
        samesite="Lax", secure=current_app.config["SESSION_COOKIE_SECURE"],
    )  # fmt: skip
    return response


def is_handed_over(sitting) -> bool:
    """Whether this page is the first after the entry by form that still counts."""
    return request.cookies.get(FRESH) == str(sitting.epoch)


def take_up(response: Response, sitting) -> Response:
    """The page holds the entry now: no other one gets it."""
    response.delete_cookie(FRESH, path=f"/sit/{sitting.public_id}")
    return response
