"""One-time cards at the door: a learner who cannot sign in gets a code that works once, for a quarter of an hour."""

import functools
import secrets
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.orm import Session

from exambank import audit
from exambank.accounts import rules
from exambank.accounts.models import DoorCard, RoleGrant, User
from exambank.accounts.service import throttle
from exambank.accounts.service.passwords import card_digest
from exambank.accounts.service.people import matching
from exambank.db import db, lock, unit_of_work
from exambank.errors import NotFound, StateConflict
from exambank.permissions import SYSTEM, Actor, Permission, Role, allows

LISTED = 12


def find_learners(search: str) -> list[User]:
    """Active people who may have a card, by name without marks or by code: the first few."""
    query = (
        select(User)
        .where(User.is_active, User.grants.any(RoleGrant.role == Role.LEARNER))
        .where(~User.grants.any(RoleGrant.role != Role.LEARNER))
        .order_by(User.sort_key, User.id)
        .limit(LISTED)
    )
    return list(db.session.execute(matching(query, search)).scalars()) if search.strip() else []


def issue_door_card(*, actor: Actor, now: datetime, user: User) -> str:
    """Give a learner a code that opens the sign-in once within 15 minutes; earlier cards stop working.

    The password stays as it is, and failed tries are forgotten: a person stands there and vouches.
    """
    if actor != SYSTEM and not allows(actor, Permission.DOOR_CARD_ISSUE):
        raise NotFound()
    code = rules.readable_code(secrets.SystemRandom(), rules.CARD_LENGTH)
    with unit_of_work() as session:
        user = lock(session.get(User, user.id))
        if not user.is_active or not rules.may_have_card(_roles(session, user)):
            raise StateConflict(_("Only learners who may sign in can get a card."))
        _revoke_cards(session, user, now)
        card = DoorCard(
            user_id=user.id, code_hash=card_digest(code), issued_by_id=actor.user_id, issued_at=now,
            expires_at=now + rules.CARD_LIFETIME,
        )  # fmt: skip
        session.add(card)
        session.flush()
        throttle.forget_account(session, user.username)
        audit.record(actor, "door_card.issued", user, card=card.public_id)
    return code


def _roles(session: Session, user: User) -> list[str]:
    return list(session.execute(select(RoleGrant.role).where(RoleGrant.user_id == user.id)).scalars())


def _revoke_cards(session: Session, user: User, now: datetime) -> None:
    live = (DoorCard.user_id == user.id) & DoorCard.used_at.is_(None) & DoorCard.revoked_at.is_(None)
    session.execute(update(DoorCard).where(live).values(revoked_at=now))


def has_card(user_id: int, typed: str, now: datetime) -> bool:
    """Whether what was typed is a live card of this person. The same query is made whoever asks."""
    asked = {"user_id": user_id, "digest": card_digest(rules.read_card_code(typed) or ""), "now": now}
    return db.session.execute(_live_card(), asked).first() is not None


@functools.cache  # every sign-in asks: making the statement takes longer than running it
def _live_card() -> Select:
    return select(DoorCard.id).where(_live(bindparam("user_id"), bindparam("digest"), bindparam("now")))


def use_card(session: Session, user: User, typed: str, now: datetime) -> str | None:
    """Use the card up, inside the caller's unit of work; its public id, or None when somebody was faster."""
    if not rules.may_have_card(_roles(session, user)):
        return None
    digest = card_digest(rules.read_card_code(typed) or "")
    guarded = update(DoorCard).where(_live(user.id, digest, now)).values(used_at=now).returning(DoorCard.public_id)
    return session.execute(guarded).scalar_one_or_none()


def _live(user_id: Any, digest: Any, now: Any):
    return (
        (DoorCard.user_id == user_id)
        & (DoorCard.code_hash == digest)
        & DoorCard.used_at.is_(None)
        & DoorCard.revoked_at.is_(None)
        & (DoorCard.expires_at > now)
    )
