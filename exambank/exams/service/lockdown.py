"""What keeps candidates in the exam's pages: nothing, a record of who leaves them, or Safe Exam Browser.

SEB's settings are ours: made here, kept as the very bytes its machines read, so that their key stays the same. What is
handed out is the plain file, or the same locked with a password (the password itself is kept nowhere).
"""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from exambank import audit
from exambank.db import lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import rules, seb
from exambank.exams.models import Exam
from exambank.permissions import Actor

KEYS_ALLOWED = 50


@dataclass(frozen=True)
class LockdownWish:
    """What the office asked for. Empty passwords leave what is there; ``is_sealed``: the file handed out wants one.

    ``file``: settings that the school made itself, with the password they are locked with.
    """

    lockdown: str
    address: str = ""
    browser_exam_keys: str = ""
    quit_password: str = ""
    is_sealed: bool = False
    file_password: str = ""
    file: bytes | None = None
    own_password: str = ""


def set_lockdown(*, actor: Actor, now: datetime, exam: Exam, wish: LockdownWish, reason: str = "") -> None:
    """Decide how the exam's machines are locked. New settings have a new key: files handed out before are refused.

    While the exam is open it takes a reason: it is for the morning on which SEB does not start.
    """
    if wish.lockdown not in rules.LOCKDOWNS:
        raise InvalidInput(_("Choose how the machines are locked."))
    values = _settle(exam, wish) if wish.lockdown == "seb" else {"config_key": ""}
    files = {name: values.pop(name) for name in ("seb_file", "seb_sealed") if name in values}
    with unit_of_work():
        lock(exam)
        if exam.state in {"closed", "cancelled"}:
            raise StateConflict(_("This exam is over."))
        if exam.state == "open" and not reason.strip():
            raise InvalidInput(_("The exam is open. Say why its lockdown changes now."))
        before = rules.Conduct.parse(exam.conduct)
        conduct = replace(before, lockdown=wish.lockdown, **values)
        exam.conduct = conduct.as_dict()
        for name, body in files.items():
            setattr(exam, name, body)
        audit.record(
            actor, "exam.lockdown_set", exam, at=now, reason=reason.strip(), before=before.lockdown,
            lockdown=conduct.lockdown, config_key=conduct.config_key, address=conduct.address,
            browser_exam_keys=list(conduct.browser_exam_keys), is_sealed=exam.seb_sealed is not None,
        )  # fmt: skip


def _settle(exam: Exam, wish: LockdownWish) -> dict[str, Any]:
    """What SEB needs, computed before the transaction."""
    known = read_settings(exam)
    settings = _read_own(wish) if wish.file else _write(known, wish)
    plain = exam.seb_file if settings == known else seb.pack(settings)
    return {
        "address": _origin(settings.get("startURL", "") if wish.file else wish.address),
        "browser_exam_keys": _keys(wish.browser_exam_keys),
        "config_key": seb.config_key(settings),
        "seb_file": plain,
        "seb_sealed": _sealed(exam, wish, plain),
    }


def read_settings(exam: Exam) -> dict[str, Any] | None:
    """SEB's settings for this exam; None before there are any."""
    return seb.read_settings(exam.seb_file) if exam.seb_file else None


def _origin(address: str) -> str:
    try:
        return seb.origin_of(address)
    except ValueError:
        raise InvalidInput(
            _("Write the address of this server as the candidates' machines open it, such as https://192.168.1.10.")
        ) from None


def _write(known: dict[str, Any] | None, wish: LockdownWish) -> dict[str, Any]:
    """Settings of our own; salt and quit password stay when nothing new is asked for."""
    salt = (known or {}).get("examKeySalt") or secrets.token_bytes(32)
    settings = seb.exam_settings(_origin(wish.address), wish.quit_password, salt)
    kept = (known or {}).get("hashedQuitPassword")
    if kept and not wish.quit_password:
        settings = {**settings, "hashedQuitPassword": kept, "allowQuit": True}
    return settings


def _read_own(wish: LockdownWish) -> dict[str, Any]:
    try:
        settings = seb.read_settings(wish.file or b"", wish.own_password)
    except seb.SebFileError as error:
        raise InvalidInput(file_problem(error.code)) from error
    if settings.get("sendBrowserExamKey") is not True:
        raise InvalidInput(_("In this file SEB does not send its keys. Switch on “Use Browser & Config Keys” there."))
    return settings


def file_problem(code: str) -> str:
    """Why a settings file cannot be used and what to do."""
    return {
        "too_large": _("This file is too large for settings of Safe Exam Browser (1 MB)."),
        "password_wanted": _("This file is locked. Type its password too."),
        "wrong_password": _("The password does not open this file, or the file is damaged."),
        "other_lock": _("This file is locked with a certificate, or configures machines. Save it for starting an exam, "
                        "without a certificate."),
    }.get(code, _("This is no settings file of Safe Exam Browser (.seb)."))  # fmt: skip


def _keys(typed: str) -> tuple[str, ...]:
    keys = tuple(dict.fromkeys(re.split(r"[\s,;]+", typed.strip().lower()))) if typed.strip() else ()
    wrong = next((key for key in keys if not seb.KEY_SHAPE.fullmatch(key)), None)
    if wrong is not None:
        raise InvalidInput(_("“%(what)s” is no browser exam key: it has 64 digits 0-9 and a-f.", what=wrong[:20]))
    if len(keys) > KEYS_ALLOWED:
        raise InvalidInput(_("At most %(most)s browser exam keys can be named.", most=KEYS_ALLOWED))
    return keys


def _sealed(exam: Exam, wish: LockdownWish, plain: bytes) -> bytes | None:
    if not wish.is_sealed:
        return None
    if wish.file_password:
        return seb.seal(plain, wish.file_password, secrets.token_bytes(32))
    if exam.seb_sealed is None or plain != exam.seb_file:
        raise InvalidInput(_("The settings are new: type the password that is to lock the file."))
    return exam.seb_sealed


def locked_copy(exam: Exam, password: str) -> bytes:
    """The settings file locked with a password of its own, for one download."""
    if exam.seb_file is None:
        raise StateConflict(_("There are no settings of Safe Exam Browser for this exam yet."))
    if not password:
        raise InvalidInput(_("Type the password that is to lock the file."))
    return seb.seal(exam.seb_file, password, secrets.token_bytes(32))


def file_for_machines(exam: Exam | None) -> bytes | None:
    """What SEB fetches by the start link: only from the day the exam is ready until it is over."""
    if exam is None or exam.state not in {"ready", "open"} or not rules.Conduct.parse(exam.conduct).is_seb:
        return None
    return exam.seb_sealed or exam.seb_file


def lockdown_label(lockdown: str) -> str:
    """How the machines are locked, in words."""
    return {
        "none": _("Nothing: an ordinary browser"),
        "watch": _("Ordinary browser; leaving the page is recorded as a hint"),
        "seb": _("Safe Exam Browser only"),
    }[lockdown]
