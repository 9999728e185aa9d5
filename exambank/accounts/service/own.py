"""What people do with their own account: password, language, sessions."""

from datetime import datetime

from flask import current_app
from flask_babel import gettext as _

from exambank import audit, text
from exambank.accounts import rules
from exambank.accounts.models import User
from exambank.accounts.service import throttle
from exambank.accounts.service.guard import must_manage_people
from exambank.accounts.service.labels import weakness_message
from exambank.accounts.service.passwords import hasher
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, TooManyAttempts
from exambank.permissions import Actor

# In the throttle, the place of guesses made inside a session, apart from those made at the sign-in page.
_IN_SESSION = "session"


def change_password(*, actor: Actor, now: datetime, new_password: str, current_password: str | None = None) -> int:
    """Set the actor's own password; all other sessions end. Returns the session version that stays valid.

    ``current_password`` is None only for whoever must change a first password and signed in with it just now.
    """
    user = db.session.get(User, actor.user_id)
    _check_current(user, current_password, now)
    weakness = rules.password_weakness(text.nfc(new_password), code=user.code, full_name=user.full_name)
    if weakness:
        raise InvalidInput(weakness_message(weakness), field="new_password")
    known_hash = user.password_hash
    if hasher().verify(known_hash, new_password):
        raise InvalidInput(_("This is the password you have now. Choose another."), field="new_password")
    password_hash = hasher().hash(new_password)
    with unit_of_work() as session:
        user = session.get(User, actor.user_id, with_for_update=True)
        if user.password_hash != known_hash or not user.is_active:
            raise InvalidInput(_("Your password was changed meanwhile. Sign in again."), field="new_password")
        user.password_hash, user.must_change_password = password_hash, False
        user.session_version += 1
        throttle.forget_account(session, user.username)
        audit.record(actor, "password.changed", user)
        return user.session_version


def _check_current(user: User, current_password: str | None, now: datetime) -> None:
    if current_password is None:
        if not user.must_change_password:
            raise InvalidInput(_("Type your present password."), field="current_password")
        return
    tried = throttle.count_try(user.username, _IN_SESSION, now)
    if tried.pair_wait:
        raise TooManyAttempts(too_many_message(tried.pair_wait), seconds=tried.pair_wait)
    if not hasher().verify(user.password_hash, current_password):
        raise InvalidInput(_("This is not your present password."), field="current_password")
    with unit_of_work() as session:
        throttle.forget(session, tried)


def too_many_message(seconds: int) -> str:
    """How long to wait, in minutes once they are many."""
    if seconds > 120:
        return _("Too many wrong passwords. Wait %(count)s minutes and try again.", count=-(-seconds // 60))
    return _("Too many wrong passwords. Wait %(count)s seconds and try again.", count=seconds)


def set_language(*, actor: Actor, now: datetime, language: str) -> None:
    """Remember the language this person reads."""
    if language not in current_app.config["LANGUAGES"]:
        raise InvalidInput(_("This language is not available."))
    with unit_of_work() as session:
        user = session.get(User, actor.user_id)
        user.locale = language
        audit.record(actor, "person.language_set", user, language=language)


def revoke_sessions(*, actor: Actor, now: datetime, user: User) -> int:
    """End every session of a person (one's own, or as manager of people); returns the version that is valid now."""
    if actor.user_id != user.id:
        must_manage_people(actor)
    with unit_of_work() as session:
        user = session.get(User, user.id, with_for_update=True)
        user.session_version += 1
        audit.record(actor, "sessions.revoked", user)
        return user.session_version
