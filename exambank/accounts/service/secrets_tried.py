"""Trying a secret that is no password (a holder's passphrase): counted as sign-ins are, in the same table."""

from datetime import datetime

from exambank.accounts.models import User
from exambank.accounts.service import throttle
from exambank.accounts.service.own import too_many_message
from exambank.accounts.service.passwords import hasher
from exambank.accounts.service.throttle import Try
from exambank.db import db, unit_of_work
from exambank.errors import TooManyAttempts


def begin_try(*, now: datetime, name: str, place: str) -> Try:
    """Count a try of the secret called ``name`` before it is made; TooManyAttempts when that pair has to wait.

    ``place`` is who or what tries: waiting is for the pair, so that nobody locks another person out. A good try is
    taken back by ``end_try``.
    """
    tried = throttle.count_try(name, place, now)
    if tried.pair_wait or tried.address_wait:
        wait = max(tried.pair_wait, tried.address_wait)
        raise TooManyAttempts(too_many_message(wait), seconds=wait)
    return tried


def end_try(tried: Try) -> None:
    """The secret was right."""
    with unit_of_work() as session:
        throttle.forget(session, tried)


def is_own_password(user_id: int, typed: str) -> bool:
    """Whether this is the password with which the person signs in: another secret must be another."""
    user = db.session.get(User, user_id)
    return user is not None and hasher().verify(user.password_hash, typed)
