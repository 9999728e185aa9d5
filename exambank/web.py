"""What every view stands on: the guard that loads, forms, paging, the signed-in actor, security headers, assets."""

import functools
import json
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel import support
from flask import (
    Flask,
    Request,
    Response,
    abort,
    current_app,
    flash,
    g,
    redirect,
    request,
    send_from_directory,
    session,
    url_for,
)
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_babel import Babel, format_datetime, get_domain, get_locale
from flask_babel import gettext as _
from flask_wtf import CSRFProtect, FlaskForm
from itsdangerous import BadSignature
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup
from wtforms import PasswordField, StringField

from exambank import clock, text
from exambank.errors import NotFound, wants_json
from exambank.permissions import Actor, Permission, allows

log = logging.getLogger("exambank.refused")

REFUSAL_SECONDS = 60.0
REFUSALS_KEPT = 10_000

csrf = CSRFProtect()
babel = Babel()

_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src-elem 'self'{styles}; style-src-attr 'none'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
CONTENT_SECURITY_POLICY = _POLICY.format(styles="")
# Observable Plot puts a style sheet into each of its drawings. The hash is of version 0.6.17, as package.json pins it.
POLICY_WITH_PLOT = _POLICY.format(styles=" 'sha256-jSYQUrW7J0b3jPqhZP9C2Xh1PyJKHKXd4s0fpGGKrww='")

_HARDENING = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY), ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
)  # fmt: skip


def requires(permission: Permission, of: Callable[..., Any] | None = None) -> Callable:
    """Guard a view. ``of`` loads its object from the URL's values; the view receives the object and never the ids.

    A loader returns None (or raises NotFound) for what does not exist; forbidden gives the same answer.
    """

    def decorate(view: Callable) -> Callable:
        @functools.wraps(view)
        def guarded(**url_values):
            refuse_odd_ids(url_values)
            actor = current_actor()
            if permission is not Permission.PUBLIC and actor is None:
                return ask_to_sign_in()
            if of is None:
                if not allows(actor, permission):
                    raise NotFound()
                return view(**url_values)
            thing = of(**url_values)
            if thing is None or not allows(actor, permission, thing):
                if thing is not None:
                    _note_refusal(actor, permission)
                raise NotFound()
            return view(thing)

        guarded.permission = permission
        guarded.loads = of is not None
        return guarded

    return decorate


def _note_refusal(actor: Actor | None, permission: Permission) -> None:
    """Somebody tried what exists and is not theirs: a line of the log, at most one a minute for person and page."""
    who = actor.public_id if actor is not None else request.remote_addr
    noted = current_app.extensions.setdefault("exambank_refusals", {})
    key, now = (who, request.endpoint), time.monotonic()
    if now - noted.get(key, -REFUSAL_SECONDS) < REFUSAL_SECONDS:
        return
    if len(noted) > REFUSALS_KEPT:
        noted.clear()
    noted[key] = now
    log.warning("refused", extra={"actor": who, "permission": permission.value, "endpoint": request.endpoint,
                                  "path": request.path})  # fmt: skip


def refuse_odd_ids(url_values: dict) -> None:
    """No id of ours holds a NUL, and PostgreSQL takes none."""
    if any("\0" in str(value) for value in url_values.values()):
        raise NotFound()


def ask_to_sign_in():
    if wants_json():
        abort(Response(json.dumps({"error": "sign_in"}), 401, mimetype="application/json"))
    if request.method != "GET":
        flash(
            _("Your sign-in has ended. Nothing of what you sent was saved. Sign in again, then repeat it."), "caution"
        )
    return redirect(url_for("accounts.sign_in", next=request.full_path if request.method == "GET" else None))


def current_actor() -> Actor | None:
    """Who is signed in, loaded at the first question and kept for the request."""
    if "actor" not in g:
        load = current_app.extensions["exambank_actor_loader"]
        g.actor = load(session["user_id"], session.get("version", -1)) if "user_id" in session else None
    return g.actor


def actor() -> Actor:
    """The signed-in actor of a guarded view."""
    found = current_actor()
    if found is None:
        raise NotFound()
    return found


def local_target(target: str | None) -> str | None:
    """``next=`` only ever leads to a page of ours."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc or any(ord(letter) < 32 for letter in target) else target


def is_protected() -> bool:
    """Whether what this page's server sends cannot be read on its way: HTTPS, or no way at all (this very machine)."""
    host = urlsplit(f"//{request.host}").hostname or ""
    return request.is_secure or host in {"localhost", "127.0.0.1", "::1"}


def read_page() -> int:
    """The page number of a list, whatever somebody typed into the address."""
    typed = request.args.get("page", "1")
    return max(int(typed), 1) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 1


class BaseForm(FlaskForm):
    """A form whose texts arrive in NFC, trimmed, without control characters."""

    class Meta(FlaskForm.Meta):
        def bind_field(self, form, unbound_field, options):
            filters = list(unbound_field.kwargs.get("filters", []))
            if _is_text(unbound_field.field_class):
                filters.insert(0, clean_text)
            return (
                unbound_field.bind(form=form, filters=filters, **options)
                if filters
                else unbound_field.bind(form=form, **options)
            )


def _is_text(field_class: type) -> bool:
    return issubclass(field_class, StringField) and not issubclass(field_class, PasswordField)


def clean_text(value: Any) -> Any:
    return text.nfc(text.strip_control(value)).strip() if isinstance(value, str) else value


@dataclass(frozen=True)
class NavigationEntry:
    label: str
    url: str
    active: bool = False
    count: int | None = None


_navigation: list[tuple[int, str, Callable[[], str], str, Permission]] = []


def add_navigation(
    position: int, blueprint: str, label: Callable[[], str], endpoint: str, permission: Permission
) -> None:
    """A package's place on the road of the menu; shown to whoever holds ``permission`` on anything."""
    entry = (position, blueprint, label, endpoint, permission)
    if all((known[0], known[3]) != (position, endpoint) for known in _navigation):
        _navigation.append(entry)
        _navigation.sort(key=lambda one: one[0])


def navigation() -> list[NavigationEntry]:
    """The menu of this person; the entry of the very page is marked, else the one of its package."""
    person = current_actor()
    shown = [entry for entry in _navigation if person is not None and allows(person, entry[4])]
    here = [endpoint for _position, blueprint, _label, endpoint, _permission in shown if blueprint == request.blueprint]
    marked = request.endpoint if request.endpoint in here else next(iter(here), None)
    return [
        NavigationEntry(str(label()), url_for(endpoint), active=endpoint == marked)
        for _position, _blueprint, label, endpoint, _permission in shown
    ]


def show_points(value: Decimal | None, places: int = 0) -> str:
    """Points for people: a decimal comma in Vietnamese, a dash where there are none."""
    return "–" if value is None else text.format_points(value, str(get_locale()), places)


def show_moment(value: datetime | None, form: str = "short") -> str:
    """A time of ours in the school's zone; ``form``: short, time, date."""
    if value is None:
        return "–"
    patterns = {"short": "HH:mm, dd/MM/yyyy", "time": "HH:mm", "seconds": "HH:mm:ss", "date": "dd/MM/yyyy"}
    return format_datetime(value, patterns[form])


def today() -> date:
    """The day it is in the school's zone."""
    return clock.now().astimezone(ZoneInfo(current_app.config["TIMEZONE"])).date()


def pick_locale() -> str:
    languages = current_app.config["LANGUAGES"]
    chosen = session.get("language") if request else None
    return chosen if chosen in languages else languages[0]


@pass_eval_context
def _translate(evaluating: EvalContext, message: str, **values: Any) -> str:
    """``_()`` of the templates: what Jinja's own does (always a format, values escaped) at a tenth of its cost.

    A page says hundreds of things. Jinja's own copies the whole context for each one within a loop or a block, and
    Flask-Babel asks anew each time which request, which domain and which language it is.
    """
    words = _catalogue().ugettext(message)
    if evaluating.autoescape:
        words = Markup(words)
    return words % values if values or "%" in words else words


def _catalogue() -> support.NullTranslations:
    """The messages in this request's language; another one within ``force_locale``."""
    known, language = current_app.extensions.setdefault("exambank_catalogues", {}), get_locale().language
    if language not in known:
        known[language] = get_domain().get_translations()
    return known[language]


def constant_html(template: str) -> Markup:
    """A template that says the same to everybody, drawn once in each language."""
    known, name = current_app.extensions.setdefault("exambank_constant_html", {}), (template, get_locale().language)
    if name not in known:
        known[name] = Markup(current_app.jinja_env.get_template(template).render())
    return known[name]


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookie, renewed only now and then while somebody is at work.

    Flask would sign and send a new one with every answer, 160 times in a sitting. Renewed after a twentieth of the idle
    time it still ends whoever is idle, at most that twentieth early.
    """

    renewals = 20

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if not app.secret_key:
            return None
        life = int(app.permanent_session_lifetime.total_seconds())
        cookie = request.cookies.get(self.get_cookie_name(app), "")
        try:
            values, signed_at = self._verified(
                app, (app.secret_key, *(app.config["SECRET_KEY_FALLBACKS"] or ())), cookie
            )
        except BadSignature:
            return self.session_class()
        age = time.time() - signed_at
        if age > life:  # one signed in the future stays: the clock was set back, and nobody is signed out for it
            return self.session_class()
        opened = self.session_class(self.serializer.loads(values))
        opened.is_fresh = 0 <= age < life / self.renewals
        return opened

    @functools.lru_cache(maxsize=4096)  # noqa: B019 - there is one for each application
    def _verified(self, app: Flask, _keys: tuple, cookie: str) -> tuple[str, float]:
        """What a cookie with a good signature says, and when it was signed: every heartbeat brings the same one."""
        values, signed_at = self.get_signing_serializer(app).loads(cookie, return_timestamp=True)
        return self.serializer.dumps(values), signed_at.timestamp()

    def should_set_cookie(self, app: Flask, session: SecureCookieSession) -> bool:
        return session.modified or (session.permanent and not getattr(session, "is_fresh", False))


class Assets:
    """Built files by their plain names, from ``static/dist/manifest.json``; read again only when it changes."""

    def __init__(self, folder: Path):
        self._manifest, self._stamp, self._names = folder / "dist" / "manifest.json", None, {}

    def url(self, name: str) -> str:
        stamp = self._manifest.stat().st_mtime_ns if self._manifest.is_file() else None
        if stamp != self._stamp:
            self._stamp, self._names = stamp, json.loads(self._manifest.read_text()) if stamp else {}
        return url_for("static", filename=f"dist/{self._names.get(name, name)}")


# Said here, because a bare machine's own table may not know them.
_TYPES = {".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml",
          ".woff2": "font/woff2"}  # fmt: skip
_NAMED_BY_CONTENT = re.compile(r"dist/.*-[0-9A-Z]{8}\.\w+")


def send_static(filename: str) -> Response:
    """A file of ``static``; the packed one that the build put beside it where the browser can unpack it."""
    folder, kind = Path(current_app.static_folder), _TYPES.get(Path(filename).suffix)
    is_built = filename.startswith("dist/") and ".." not in filename and not filename.endswith(".gz")
    is_packed = is_built and (folder / f"{filename}.gz").is_file()
    if is_packed and request.accept_encodings["gzip"]:
        response = send_from_directory(folder, f"{filename}.gz", mimetype=kind)
        response.content_encoding = "gzip"
    else:
        response = send_from_directory(folder, filename, mimetype=kind)
    if is_packed:
        response.vary.add("Accept-Encoding")
    if _NAMED_BY_CONTENT.fullmatch(filename):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def send_photo(photo: Any | None) -> Response:
    """A person's photo (``media_type``, ``body``), as a picture and nothing else; 404 where there is none."""
    if photo is None:
        raise NotFound()
    response = Response(photo.body, mimetype=photo.media_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = "inline"
    return response


def init_app(app: Flask, load_actor: Callable[[int, int], Actor | None]) -> None:
    app.extensions["exambank_actor_loader"] = load_actor
    csrf.init_app(app)
    babel.init_app(
        app,
        locale_selector=pick_locale,
        default_translation_directories=str(Path(app.root_path) / "translations"),
    )
    app.session_interface = Sessions()
    app.view_functions["static"] = send_static
    assets = Assets(Path(app.static_folder))
    app.jinja_env.globals.update(
        _=_translate,
        asset=assets.url,
        constant_html=constant_html,
        allows=lambda name, thing=None: allows(current_actor(), Permission(name), thing),
        has_page=lambda endpoint: endpoint in app.view_functions,
    )
    app.jinja_env.filters.update(points=show_points, moment=show_moment)
    app.context_processor(
        lambda: {
            "current_actor": current_actor(),
            "navigation": navigation(),
            "language": str(get_locale()),
        }
    )
    app.after_request(_harden)


def _harden(response: Response) -> Response:
    headers = response.headers
    is_own = "Content-Security-Policy" in headers  # a picture's, stricter than a page's
    headers.extend([pair for pair in _HARDENING if pair[0] not in headers] if is_own else _HARDENING)
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    return response
