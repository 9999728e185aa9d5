"""The JSON protocol of the room, described in the package's docstring. No template, no user row on this path."""

import functools
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Response, request, session, url_for
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge

from exambank import clock, web
from exambank.db import to_milliseconds
from exambank.errors import DomainError
from exambank.permissions import Permission
from exambank.sittings import service
from exambank.sittings.store import Outcome, Seat
from exambank.sittings.views import machines, seats
from exambank.sittings.views.blueprint import bp
from exambank.sittings.views.parts import open_questions, question_html

BODY_LIMIT = 256 * 1024
_KEPT = {"collecting", "closed", "seat_taken", "locked", "not_here", "section_over"}
_MAY_MOVE = {None, "not_here", "section_over"}  # what came too late is kept; one moves on all the same
_SUM = "X-Exambank-Sum"  # CRC-32 of the body: on plain http nothing else notices a byte that came over wrong
_STATUS = {"sign_in": 401, "not_found": 404, "busy": 503}


@dataclass(frozen=True)
class Call:
    """What a request of the room's script brought, its form checked."""

    place: Any
    seat: Seat
    body: dict


class Unfit(Exception):
    """A call of the room's script that cannot be read; it is answered with the status and the word."""

    def __init__(self, status: int, error: str):
        super().__init__(error)
        self.status, self.error = status, error


def answer(status: int = 200, **values) -> Response:
    """A JSON answer."""
    body = json.dumps(values, ensure_ascii=False).encode()
    return Response(body, status, {_SUM: _sum(body)}, mimetype="application/json")


def _sum(body: bytes) -> str:
    return f"{zlib.crc32(body):08x}"


def requires_seat(view: Callable[[Call], Response]) -> Callable:
    """The guard of the hot path: own sitting by the signed cookie; the store's statement checks the rest.

    It stands for ``web.requires(Permission.SITTING_TAKE)``, whose actor would cost two queries a save.
    """

    @functools.wraps(view)
    def guarded(sitting: str):
        try:
            web.refuse_odd_ids({"sitting": sitting})
            body = read_body()
            if "user_id" not in session:
                raise Unfit(401, "sign_in")
            place = service.find_place(sitting)
            if place is None or place.user_id != session["user_id"]:
                raise Unfit(404, "not_found")
            refuse_unreadable_seat()
            seat = service.seat_of(place, session.get("version", -1), seats.browser(sitting))
            return view(Call(place, seat, body))
        except Unfit as unfit:
            return answer(unfit.status, error=unfit.error)
        except DomainError as error:
            return answer(error.status, error=error.code, message=error.message, **error.details)

    guarded.permission = Permission.SITTING_TAKE
    guarded.loads = True
    return guarded


def read_body() -> dict:
    """The request's JSON object, if it really comes from a page of ours."""
    refuse_strangers()
    if request.method == "GET":
        return {}
    if request.mimetype != "application/json":
        raise Unfit(415, "json_wanted")
    request.max_content_length = BODY_LIMIT
    try:
        sent = request.get_data(cache=False)
        if request.headers.get(_SUM, type=str.lower) not in {None, _sum(sent)}:
            raise Unfit(400, "garbled")
        body = json.loads(sent, parse_constant=_refuse_constant)
    except RequestEntityTooLarge:
        raise Unfit(413, "too_large") from None
    except (ValueError, RecursionError):
        raise Unfit(422, "invalid") from None
    if not isinstance(body, dict):
        raise Unfit(422, "invalid")
    return body


def _refuse_constant(name: str):
    raise ValueError(name)  # NaN and the infinities are no JSON


def refuse_strangers() -> None:
    """What a page of another site cannot send: our header; what a browser adds to its requests: where it comes from."""
    origin = request.headers.get("Origin")
    is_foreign = request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}
    if is_foreign or (origin is not None and urlsplit(origin).netloc != request.host):
        raise Unfit(403, "cross_origin")
    if request.headers.get("X-Exambank") != "1":
        raise Unfit(403, "header")


def refuse_unreadable_seat() -> None:
    """It tells of no other browser: the same request comes again, and nothing goes to the quarantine meanwhile."""
    if seats.is_unreadable():
        raise Unfit(400, "garbled")


def read_epoch(body: dict) -> int:
    """The epoch a request claims."""
    epoch = body.get("epoch")
    if not isinstance(epoch, int) or isinstance(epoch, bool) or not 0 <= epoch < 1 << 31:
        raise Unfit(422, "invalid")
    return epoch


def refused(outcome: Outcome) -> Response:
    """The answer to a request that the guard did not let through."""
    values: dict[str, Any] = {"error": outcome.error}
    if outcome.clock is not None:
        values.update(outcome.clock.as_dict())
    if outcome.error in _KEPT:
        values.update(quarantined=list(outcome.quarantined), saved=outcome.stored, newer=_newer(outcome))
    return answer(_STATUS.get(outcome.error, 409), **values)


def _accepted(outcome: Outcome) -> dict:
    return {**outcome.clock.as_dict(), "saved": outcome.stored, "newer": _newer(outcome)}


def _newer(outcome: Outcome) -> dict:
    return {question: json.loads(payload) for question, payload in outcome.newer.items()}


def _blurs(body: dict) -> int:
    contact = body.get("contact")
    count = contact.get("blurs") if isinstance(contact, dict) else 0
    return min(count, 100_000) if isinstance(count, int) and not isinstance(count, bool) and count > 0 else 0


@bp.post("/sit/<sitting>/save")
@web.csrf.exempt
@requires_seat
def save(call: Call):
    answers = service.parse_answers(call.place, call.body.get("saves"))
    outcome = service.save(call.seat, read_epoch(call.body), answers, _blurs(call.body))
    return refused(outcome) if outcome.error else answer(**_accepted(outcome))


@bp.get("/sit/<sitting>/state")
@requires_seat
def show_state(call: Call):
    outcome = service.poll(call.seat)
    return refused(outcome) if outcome.error else answer(**outcome.clock.as_dict(), stored=outcome.stored)


@bp.post("/sit/<sitting>/flags")
@web.csrf.exempt
@requires_seat
def set_flags(call: Call):
    given = call.body.get("flags")
    count = len(service.paper_of(call.place))
    if not isinstance(given, list) or any(type(one) is not int or not 1 <= one <= count for one in given):
        raise Unfit(422, "invalid")
    flags = sorted(set(given))
    outcome = service.set_flags(call.seat, read_epoch(call.body), flags)
    return refused(outcome) if outcome.error else answer(**outcome.clock.as_dict(), flags=flags)


@bp.post("/sit/<sitting>/go")
@web.csrf.exempt
@requires_seat
def go(call: Call):
    """One step on in a paper that is not open as a whole; asking for what is open tells how things stand."""
    to, section, epoch = _place_in(call.body, "to"), _place_in(call.body, "section"), read_epoch(call.body)
    if to is None and section is None:
        raise Unfit(422, "invalid")
    outcome = service.save(call.seat, epoch, service.parse_answers(call.place, call.body.get("saves", [])))
    if outcome.error not in _MAY_MOVE:
        return refused(outcome)
    now = clock.now()
    moved = service.go(
        actor=web.actor(), now=now, sitting=call.place.sitting_id, epoch=epoch, browser=call.seat.browser, to=to,
        section=section,
    )  # fmt: skip
    opened = [{"q": one.number, "html": str(question_html(moved, one))} for one in open_questions(moved)]
    return answer(
        **service.clock_of(moved, now).as_dict(), saved=outcome.stored, newer=_newer(outcome),
        quarantined=list(outcome.quarantined), questions=opened,
    )  # fmt: skip


def _place_in(body: dict, name: str) -> int | None:
    value = body.get(name)
    if value is not None and (type(value) is not int or not 0 <= value < 1 << 15):
        raise Unfit(422, "invalid")
    return value


@bp.get("/sit/<sitting>/door")
@requires_seat
def show_door(call: Call):
    """Whether the candidate may enter now: what the cover asks again and again, by one short query."""
    now = clock.now()
    door = service.door_state(call.place.public_id, call.place.user_id, session.get("version", -1), now)
    if door is None:
        raise Unfit(401, "sign_in")
    return answer(
        state=door.state, may_enter=door.may_enter, reason=door.reason, message=door.message,
        start_ms=to_milliseconds(door.start_at), server_ms=to_milliseconds(now),
    )  # fmt: skip


def answers_unfit(view: Callable) -> Callable:
    """For views behind the ordinary guard: a call that cannot be read is told so."""

    @functools.wraps(view)
    def answering(*args, **kwargs):
        try:
            return view(*args, **kwargs)
        except Unfit as unfit:
            return answer(unfit.status, error=unfit.error)

    return answering


@answers_unfit
def enter_as_json(sitting):
    """The JSON half of POST /sit/<sitting>/enter; candidate.enter decides which half it is."""
    code = read_body().get("code", "")
    refuse_unreadable_seat()
    entry = service.enter(
        actor=web.actor(), now=clock.now(), sitting=sitting, browser=seats.claim(sitting.public_id),
        code=web.clean_text(code) if isinstance(code, str) else "", address=request.remote_addr,
        entered_before=seats.entered_before(sitting.public_id), machine_id=machines.current_id(),
    )  # fmt: skip
    return seats.keep(answer(**_told(sitting, entry)), sitting.public_id, sitting.entered_at)


def entry_block(sitting, entry: service.Entry) -> Markup:
    """The same within the page that follows an entry by form, with its sum: a page may come over wrong as well."""
    told = htmlsafe_json_dumps(_told(sitting, entry), ensure_ascii=False)
    block = Markup('<script type="application/json" id="entry" data-sum="{}">{}</script>')
    return block.format(_sum(told.encode()), told)


def _told(sitting, entry: service.Entry) -> dict:
    """What a browser is told when it takes its seat."""
    return {
        **entry.clock.as_dict(), "journal_key": entry.journal_key, "stored": entry.stored, "flags": entry.flags,
        "questions": entry.questions, "url": url_for("sittings.show_sitting", sitting=sitting.public_id),
        "exam": sitting.exam.public_id, "rescue_key": sitting.exam.rescue_public,
    }  # fmt: skip


@answers_unfit
def submit_as_json(sitting):
    """The JSON half of POST /sit/<sitting>/submit: store what is sent along, then hand in."""
    body = read_body()
    epoch = read_epoch(body)
    refuse_unreadable_seat()
    place = service.find_place(sitting.public_id)
    seat = service.seat_of(place, session.get("version", -1), seats.browser(sitting.public_id))
    outcome = service.save(seat, epoch, service.parse_answers(place, body.get("saves", [])))
    if outcome.error not in {None, "collecting", "closed", "not_here", "section_over"}:
        return refused(outcome)
    now = clock.now()
    done = service.submit(actor=web.actor(), now=now, sitting=sitting, epoch=epoch, browser=seat.browser)
    return answer(
        **service.clock_of(done, now).as_dict(), receipt=done.receipt, submitted_ms=to_milliseconds(done.closed_at),
        answered=service.count_answered(done), saved=outcome.stored, quarantined=list(outcome.quarantined),
        newer=_newer(outcome),
        url=url_for("sittings.show_sitting", sitting=done.public_id),
    )  # fmt: skip


def is_json_call() -> bool:
    """Whether the room's script asks, rather than a form."""
    return request.mimetype == "application/json"
