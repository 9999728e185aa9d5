"""Trying a secret that is no password (a holder's passphrase): counted as sign-ins are, in the same table."""

from datetime import datetime

from exambank import audit
from exambank.accounts import rules
from exambank.accounts.models import User
from exambank.accounts.service import throttle
from exambank.accounts.service.own import too_many_message
from exambank.accounts.service.passwords import hasher, hidden_name
from exambank.accounts.service.throttle import Try
from exambank.db import db, unit_of_work
from exambank.errors import TooManyAttempts
from exambank.permissions import SYSTEM


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


def begin_card_try(*, now: datetime, typed: str, address: str) -> Try:
    """Count a try of an exam card before it is made. What was typed is kept as a keyed digest only.

    Cards have counts of their own beside passwords: neither can use up the other's. The caller asks ``pair_wait`` and
    ``address_wait``.
    """
    return throttle.count_try(hidden_name(typed), f"card {rules.address_key(address)}"[:64], now)


def note_wrong_card(tried: Try) -> None:
    """Put a card that now has to wait, or an address that reached its ceiling, into the audit chain."""
    if tried.wait_if_wrong or tried.is_ceiling:
        verb = "sign_in.blocked" if tried.wait_if_wrong else "sign_in.address_blocked"
        with unit_of_work():
            audit.record(
                SYSTEM, verb, "sign_in", address=tried.address, failures=tried.failures, seconds=tried.wait_if_wrong
            )


def is_own_password(user_id: int, typed: str) -> bool:
    """Whether this is the password with which the person signs in: another secret must be another."""
    user = db.session.get(User, user_id)
    return user is not None and hasher().verify(user.password_hash, typed)
