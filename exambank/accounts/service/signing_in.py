"""Signing in: one answer and one amount of work, be the name unknown, the person inactive or the password wrong."""

import functools
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, select

from exambank import audit
from exambank.accounts import rules
from exambank.accounts.models import User
from exambank.accounts.service import cards, throttle
from exambank.accounts.service.own import too_many_message
from exambank.accounts.service.passwords import hasher, hidden_name
from exambank.accounts.service.throttle import Try
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, TooManyAttempts
from exambank.permissions import Actor


@dataclass(frozen=True)
class SignedIn:
    """Who came in: what the browser's session is made of."""

    user_id: int
    session_version: int
    locale: str
    must_change_password: bool  # now: whoever came with a card goes on without
    by_card: bool


def sign_in(*, actor: Actor, now: datetime, username: str, password: str, address: str) -> SignedIn:
    """Let somebody in by password or door card. InvalidInput when wrong, TooManyAttempts when he has to wait.

    ``actor`` is who asks before it is known who that is: the system. The try is counted before it is made.
    """
    name = rules.username_of(username)[: rules.CODE_LENGTH]
    user = db.session.execute(_active_user(), {"name": name}).scalar_one_or_none()
    tried = throttle.count_try(user.username if user else hidden_name(name), rules.address_key(address), now)
    if tried.pair_wait:
        raise TooManyAttempts(too_many_message(tried.pair_wait), seconds=tried.pair_wait)
    password = password[: rules.PASSWORD_LONGEST]
    # Beyond the ceiling of its address only a card is looked at: an invigilator vouched for it.
    known_hash = user.password_hash if user else None
    by_password = not tried.address_wait and hasher().verify(known_hash, password)
    by_card = cards.has_card(user.id if user else 0, password, now)
    if user is not None and (by_password or by_card):
        signed_in = _let_in(user.id, known_hash if by_password else None, password, tried, now)
        if signed_in:
            return signed_in
    raise _refusal(actor, user, tried)


@functools.cache  # a whole class signs in together: making the statement takes longer than running it
def _active_user() -> Select:
    return select(User).where(User.username == bindparam("name"), User.is_active)


def let_in_by_card(*, now: datetime, user_id: int, tried: Try, card: str) -> SignedIn | None:
    """Somebody whose exam card was right (``card``: which, for the record); None for whoever may not sign in now.

    A first password is not asked to be changed: the session it makes reaches that exam's pages alone.
    """
    with unit_of_work() as session:
        user = session.get(User, user_id, with_for_update=True)
        if not user.is_active:
            return None
        throttle.forget(session, tried)
        user.last_sign_in_at = now
        person = Actor(user.id, user.public_id, user.full_name, frozenset())
        audit.record(person, "signed_in", user, address=tried.address, by="exam_card", card=card)
        return SignedIn(user.id, user.session_version, user.locale, must_change_password=False, by_card=True)


def _let_in(user_id: int, known_hash: str | None, password: str, tried: Try, now: datetime) -> SignedIn | None:
    """Decide once more on rows that are held, and write it down; ``known_hash`` is None for a card."""
    with unit_of_work() as session:
        user = session.get(User, user_id, with_for_update=True)
        if not user.is_active:
            return None
        card = None
        if known_hash is None:
            card = cards.use_card(session, user, password, now)
        if card is None and (known_hash is None or user.password_hash != known_hash):
            return None
        throttle.forget(session, tried)
        user.last_sign_in_at = now
        person = Actor(user.id, user.public_id, user.full_name, frozenset())
        way = {"by": "card", "card": card} if card else {"by": "password"}
        audit.record(person, "signed_in", user, address=tried.address, **way)
        must_change = user.must_change_password and card is None
        return SignedIn(user.id, user.session_version, user.locale, must_change, by_card=card is not None)


def _refusal(actor: Actor, user: User | None, tried: Try) -> Exception:
    if tried.wait_if_wrong or tried.is_ceiling:
        verb = "sign_in.blocked" if tried.wait_if_wrong else "sign_in.address_blocked"
        with unit_of_work():
            thing = user if user is not None and tried.wait_if_wrong else "sign_in"
            audit.record(
                actor, verb, thing, address=tried.address, failures=tried.failures, seconds=tried.wait_if_wrong
            )
    if tried.address_wait:
        return TooManyAttempts(
            _(
                "Too many wrong passwords from this place. Wait half a minute and try again; in the exam room, ask the "
                "invigilator for a card."
            ),
            seconds=tried.address_wait,
        )
    return InvalidInput(_("The code or the password is not right. Check the code and type the password again."))
