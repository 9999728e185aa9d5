"""The gate of the room: every request under /sit/<sitting> passes it, whatever page, save, poll or picture it is for.

It asks from where a request comes (networks) and whether it comes from Safe Exam Browser as set up for the exam. SEB
proves itself by two headers, bound to the address of the request; its modern engine sends none, there the page's script
brings the same values bound to the page's address (``seb.js``), and for what a browser fetches by itself, pages and
pictures, a signed cookie stands in for three minutes. The addresses are rebuilt from the exam's own address, so that
nothing depends on what a client or a proxy says about the host.

Who fails before the entry sees what is wrong and the link that starts SEB; no time is lost. A seat at work that fails
is locked until a person looks: what its save brought is stored first. A page that a browser fetches without a proof
that fits (a redirect, a service worker) is no offence yet: it gets no content, and its script proves itself or not.
"""

import time

from flask import Response, current_app, g, render_template, request, session, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer

from exambank import clock, web
from exambank.exams import rules as exam_rules
from exambank.permissions import SYSTEM, Permission
from exambank.sittings import service
from exambank.sittings.papers import Place
from exambank.sittings.views import api, seats
from exambank.sittings.views.blueprint import bp

COOKIE, LIFE_SECONDS, RENEW_SECONDS = "exambank_seb", 180, 60
_CONFIG, _BROWSER = "X-SafeExamBrowser-ConfigKeyHash", "X-SafeExamBrowser-RequestHash"
_SAVING = {"sittings.save", "sittings.save_question"}
# of a seat that is locked these answer by themselves that it is; they give nothing of the paper
_ANSWERING = {"sittings.show_state", "sittings.set_flags", "sittings.submit", "sittings.go"}


@bp.before_request
def _stand_at_the_gate():
    if request.url_rule is None or not request.url_rule.rule.startswith("/sit/<sitting>"):
        return None
    web.refuse_odd_ids(request.view_args)
    place = service.find_place(request.view_args["sitting"])
    if place is None or place.user_id != session.get("user_id") or request.endpoint == "sittings.prove":
        return None  # nobody's business: the view answers as to any stranger
    reason = refuse(place)
    if reason is None or service.is_over(place):
        return None
    return _refuse(place) if reason == "lockdown" else _turn_away(place, reason)


def refuse(place: Place) -> str | None:
    """Why this request may not pass: "network", "lockdown"; None lets it through. No query but every ten seconds."""
    if service.is_outside(place, request.remote_addr):
        return "network"
    conduct = service.lockdown_of(place)
    return "lockdown" if conduct.is_seb and not is_proven(place, conduct) else None


def is_proven(place: Place, conduct) -> bool:
    """Whether the request comes from SEB as configured, by header, by script, or by the cookie for pages."""
    if exam_rules.is_proven(_by_header(conduct), conduct.config_key, conduct.browser_exam_keys):
        return True
    given = _by_script(place, conduct)
    if given is not None and exam_rules.is_proven(given, conduct.config_key, conduct.browser_exam_keys):
        g.proven_by_script = place
        return True
    is_fetched = request.method == "GET" or (request.endpoint == "sittings.enter" and not _is_script())
    return is_fetched and not _is_script() and _cookie_age(place) < LIFE_SECONDS


def _by_header(conduct) -> exam_rules.Proof:
    environ = request.environ
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    query = request.query_string.decode("latin-1")
    address = exam_rules.request_address(_origin(conduct), request.root_path + request.path, raw, query)
    return exam_rules.Proof(address, request.headers.get(_CONFIG), request.headers.get(_BROWSER))


def _by_script(place: Place, conduct) -> exam_rules.Proof | None:
    """What the page's script brought, if the page it names is one of this very sitting."""
    page = request.headers.get("X-Exambank-Page", "")
    path = url_for("sittings.show_sitting", sitting=place.public_id)
    if not exam_rules.is_page_of(page, _origin(conduct), path):
        return None
    config, _comma, browser = request.headers.get("X-Exambank-Seb", "").partition(",")
    return exam_rules.Proof(page, config or None, browser or None)


def _origin(conduct) -> str:
    return conduct.address or request.host_url.rstrip("/")


def _is_script() -> bool:
    return request.headers.get("X-Exambank") == "1"


def _refuse(place: Place):
    is_at_work = service.is_seat_at_work(place, seats.browser(place.public_id))
    if is_at_work and request.endpoint in _SAVING:
        g.lock_after = place  # what was written is stored first
        return None
    if is_at_work and _is_script():
        _lock(place)
        if request.endpoint in _ANSWERING:
            return None
    return _turn_away(place, "lockdown")


def _lock(place: Place) -> None:
    if service.is_locked(place):  # a page that goes on asking must not write at every heartbeat
        return
    service.lock(actor=SYSTEM, now=clock.now(), sitting=place.sitting_id, reason="seb")


def _turn_away(place: Place, reason: str):
    if _is_script() or api.is_json_call():
        return api.answer(403, error=reason, message=_words(reason))
    sitting = service.get_sitting(place.public_id)
    page = render_template(
        "sittings/show_refused.html", sitting=sitting, exam=sitting.exam, reason=reason, message=_words(reason),
        start_url=_start_url(place, sitting.exam) if reason == "lockdown" else "",
        proof_url=url_for("sittings.prove", sitting=place.public_id) if reason == "lockdown" else "",
    )  # fmt: skip
    return Response(page, 403)


def _start_url(place: Place, exam) -> str:
    path = url_for("exams.start_file", exam=exam.public_id)
    return exam_rules.start_link(_origin(service.lockdown_of(place)), path)


def _words(reason: str) -> str:
    if reason == "network":
        return _("This exam cannot be sat from this machine's network address. Tell the invigilator.")
    return _(
        "This exam is sat in Safe Exam Browser with the settings of this exam. Start it again with the link; no time "
        "is lost and what is saved stays saved."
    )


@bp.after_request
def _afterwards(response: Response) -> Response:
    place = g.pop("lock_after", None)
    if place is not None and response.status_code < 500:
        _lock(place)
        if response.status_code == 200 and response.is_json:
            response = api.answer(**{**response.get_json(), "locked": True})
    proven = g.pop("proven_by_script", None)
    if proven is not None and _cookie_age(proven) > RENEW_SECONDS:
        set_cookie(response, proven)
    return response


# --- the cookie that stands in for the script where a browser fetches by itself


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key, salt="exambank.seb")


def _cookie_age(place: Place) -> float:
    """Seconds since this browser proved itself for this sitting; endless when it did not."""
    try:
        sitting, user, at = _signer().loads(request.cookies.get(COOKIE, ""))
    except (BadSignature, ValueError, TypeError):
        return float("inf")
    return time.time() - at if (sitting, user) == (place.public_id, place.user_id) else float("inf")


def set_cookie(response: Response, place: Place) -> None:
    """Remember for a short while that this browser has proven itself."""
    response.set_cookie(
        COOKIE, _signer().dumps([place.public_id, place.user_id, int(time.time())]), max_age=LIFE_SECONDS,
        path=url_for("sittings.show_sitting", sitting=place.public_id), httponly=True, samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )  # fmt: skip


@bp.post("/sit/<sitting>/proof")
@web.csrf.exempt
@api.requires_seat
def prove(call):
    """A page that the gate holds back proves itself by script. A seat at work that cannot is locked."""
    conduct = service.lockdown_of(call.place)
    if not conduct.is_seb or is_proven(call.place, conduct):
        response = api.answer(server_ms=api.to_milliseconds(clock.now()))
        set_cookie(response, call.place)
        return response
    if service.is_seat_at_work(call.place, seats.browser(call.place.public_id)):
        _lock(call.place)
    return api.answer(403, error="lockdown", message=_words("lockdown"))


@bp.get("/seb/quit")
@web.requires(Permission.PUBLIC)
def quit_seb():
    """Safe Exam Browser closes when it is sent here; any other browser is told so."""
    return render_template("sittings/quit_seb.html")
