"""Settings: the defaults here, ``instance/config.py``, ``EXAMBANK_*`` variables, what ``create_app`` is given."""

import os
from pathlib import Path

from flask import Flask

# Where the database lives; empty means SQLite in the instance folder, ``postgresql://...`` means a server.
DATABASE_URL = ""
# Signs cookies and tokens; empty means the file that ``exambank init`` wrote in ``instance/secrets/``.
SECRET_KEY = ""
# Wraps the keys of papers not opened yet; empty means ``instance/secrets/papers_key``, made where it is missing.
PAPERS_KEY = ""
# The languages of the interface, the first one being the default.
LANGUAGES = ("vi", "en")
# The time zone in which people read and type times; inside, everything is UTC.
TIMEZONE = "Asia/Ho_Chi_Minh"
# The largest request the server reads, in bytes (a bank file with pictures; a save is capped far lower).
MAX_CONTENT_LENGTH = 32 * 1024 * 1024
# The largest form text outside files, in bytes.
MAX_FORM_MEMORY_SIZE = 4 * 1024 * 1024
# How many minutes a signed-in browser may stay idle before it must sign in again.
SIGN_IN_IDLE_MINUTES = 12 * 60
# Failed sign-ins of one account from one address before that pair has to wait.
SIGN_IN_FAILURES_ALLOWED = 5
# How long that pair waits, in seconds; it doubles with every further failure, up to an hour.
SIGN_IN_WAIT_SECONDS = 30
# How many argon2 computations run at once (each takes 19 MiB of memory).
PASSWORD_HASHES_AT_ONCE = 4
# Proxies in front of us whose X-Forwarded-* we believe; 0 means none.
TRUSTED_PROXIES = 0
# True sends cookies only over HTTPS; ``serve`` sets it by itself when it serves HTTPS.
SESSION_COOKIE_SECURE = False
# Tell huey at once that a job waits (False: the worker finds it within a minute; tests run jobs themselves).
NUDGE_WORKER = True
# Read files that people bring in a process of their own, with limits (False: tests do without, to save time).
READ_FILES_APART = True
# Run the sweeper that closes sittings inside this web process.
RUN_SWEEPER = True
# Seconds between two rounds of the sweeper.
SWEEP_SECONDS = 1.0
# Refresh the invigilator's page by itself every few seconds (False: only on reload; saves go on either way).
LIVE_ROOM_VIEW = True
# Take reports of candidates' pages being left, in exams that want it (False: they are dropped; saves go on either way).
RECORD_FOCUS = True

_NUMBERS = {
    "MAX_CONTENT_LENGTH",
    "MAX_FORM_MEMORY_SIZE",
    "SIGN_IN_IDLE_MINUTES",
    "SIGN_IN_FAILURES_ALLOWED",
    "SIGN_IN_WAIT_SECONDS",
    "PASSWORD_HASHES_AT_ONCE",
    "TRUSTED_PROXIES",
}
_SWITCHES = {
    "SESSION_COOKIE_SECURE",
    "NUDGE_WORKER",
    "READ_FILES_APART",
    "RUN_SWEEPER",
    "LIVE_ROOM_VIEW",
    "RECORD_FOCUS",
}


class ConfigError(RuntimeError):
    """A setting is missing or unusable; the text says which and what to do."""


def load(app: Flask, given: dict | None) -> None:
    """Fill ``app.config``; reads files but writes none."""
    for name, value in globals().items():
        if name.isupper():
            app.config[name] = value
    app.config.from_pyfile("config.py", silent=True)
    for name in [key for key in app.config if f"EXAMBANK_{key}" in os.environ]:
        app.config[name] = _from_text(name, os.environ[f"EXAMBANK_{name}"])
    app.config.update(given or {})
    _derive(app)


def _from_text(name: str, text: str):
    if name in _NUMBERS:
        return int(text)
    if name in _SWITCHES:
        return text.strip().lower() in {"1", "true", "yes", "on"}
    return float(text) if name == "SWEEP_SECONDS" else text


def _derive(app: Flask) -> None:
    config = app.config
    instance = Path(app.instance_path)
    config["DATABASE_URL"] = config["DATABASE_URL"] or f"sqlite:///{instance / 'exambank.sqlite'}"
    config["SQLALCHEMY_DATABASE_URI"] = config["DATABASE_URL"]
    config["IS_SQLITE"] = config["DATABASE_URL"].startswith("sqlite")
    config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(config["IS_SQLITE"])
    config["SECRET_KEY"] = config["SECRET_KEY"] or _read_secret(instance / "secrets" / "secret_key")
    config["SESSION_COOKIE_NAME"] = "exambank"
    config["SESSION_COOKIE_HTTPONLY"] = True
    config["SESSION_COOKIE_SAMESITE"] = "Lax"
    config["WTF_CSRF_TIME_LIMIT"] = None  # a form typed for hours must still be accepted; the session ends it
    config["BABEL_DEFAULT_LOCALE"] = config["LANGUAGES"][0]
    config["BABEL_DEFAULT_TIMEZONE"] = config["TIMEZONE"]


def _engine_options(is_sqlite: bool) -> dict:
    if is_sqlite:
        return {"connect_args": {"timeout": 10, "check_same_thread": False}}
    return {
        "pool_size": 16,
        "max_overflow": 8,
        "connect_args": {"prepare_threshold": None, "connect_timeout": 5},
    }


def _read_secret(path: Path) -> str | None:
    return path.read_text(encoding="ascii").strip() if path.is_file() else None


def require_secret(app: Flask) -> None:
    """Refuse to serve without a key of our own: a known key lets anybody forge a sign-in."""
    if not app.config["SECRET_KEY"]:
        raise ConfigError("No secret key. Run `exambank init` once; it writes instance/secrets/secret_key.")
