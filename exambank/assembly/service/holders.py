"""Holders: people with a key pair of their own, whose passphrase nobody else knows."""

import threading
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from exambank import audit, cores
from exambank.accounts import service as accounts
from exambank.accounts.models import User
from exambank.assembly import seal as crypto
from exambank.assembly.models import HolderKey, PaperSet
from exambank.assembly.seal import KeyPair, PassphraseFault, Protected
from exambank.courses import service as courses
from exambank.db import db, new_public_id, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.permissions import Actor, Permission, allows

_AT_ONCE = threading.BoundedSemaphore(2)
"""argon2 computations of passphrases in this process, 64 MiB each: the exam room needs its memory."""


def find_holder_key(user_id: int) -> HolderKey | None:
    """The key this person has now."""
    query = select(HolderKey).where(HolderKey.user_id == user_id, HolderKey.replaced_at.is_(None))
    return db.session.execute(query.order_by(HolderKey.id.desc()).limit(1)).scalar_one_or_none()


def make_holder_key(*, actor: Actor, now: datetime, passphrase: str) -> HolderKey:
    """A key pair of the actor's own, under a new passphrase; one that was there is replaced for seals to come.

    InvalidInput (field "passphrase"): too short, or the password of signing in. NotFound: who may not hold papers.
    """
    if not allows(actor, Permission.PAPERS_HOLD):
        raise NotFound()
    _refuse_weak(actor.user_id, passphrase)
    public_id, pair = new_public_id(), crypto.new_pair()
    with _AT_ONCE, cores.on_all():
        kept = crypto.protect(pair, passphrase, public_id)
    key = HolderKey(
        public_id=public_id, user_id=actor.user_id, public_key=pair.public, private_key=kept.body, salt=kept.salt,
        cost=dict(kept.cost), made_at=now, rehearsed_at=now,
    )  # fmt: skip
    with unit_of_work() as session:
        session.get(User, actor.user_id, with_for_update=True)
        earlier = session.execute(
            select(HolderKey).where(HolderKey.user_id == actor.user_id, HolderKey.replaced_at.is_(None))
        ).scalars()
        replaced = [one.public_id for one in earlier.all() if _replace(one, now)]
        session.add(key)
        session.flush()
        audit.record(actor, "holder_key.made", key, at=now, replaced=replaced)
    return key


def _replace(key: HolderKey, now: datetime) -> bool:
    key.replaced_at = now
    return True


def _refuse_weak(user_id: int, passphrase: str) -> None:
    fault = crypto.check_passphrase(passphrase)
    if fault is not None:
        texts = {
            PassphraseFault.SHORT: _("The passphrase must have at least 10 characters; a short sentence is best."),
            PassphraseFault.LONG: _("The passphrase must have at most 200 characters."),
            PassphraseFault.MONOTONE: _("The passphrase repeats the same few letters. Use a short sentence."),
        }
        raise InvalidInput(texts[fault], field="passphrase")
    if accounts.is_own_password(user_id, crypto.tidy_passphrase(passphrase)):
        raise InvalidInput(
            _("This is your sign-in password. The passphrase must be another one."),
            field="passphrase",
        )


def rehearse_passphrase(*, actor: Actor, now: datetime, passphrase: str) -> None:
    """Prove that the actor still knows the own passphrase; recorded, nothing is opened."""
    key = find_holder_key(actor.user_id)
    if key is None:
        raise StateConflict(_("You have no key yet. Make one first."))
    recover_pair(actor=actor, now=now, key=key, passphrase=passphrase, field="passphrase")
    with unit_of_work() as session:
        session.get(HolderKey, key.id, with_for_update=True).rehearsed_at = now
        audit.record(actor, "holder_key.rehearsed", key, at=now)


def recover_pair(*, actor: Actor, now: datetime, key: HolderKey, passphrase: str, field: str) -> KeyPair:
    """The pair of ``key`` by its holder's passphrase, typed at the machine where ``actor`` is signed in.

    Tries are counted for this key and this actor as sign-ins are. InvalidInput names only ``field``; a wrong one is
    recorded. TooManyAttempts: that pair has to wait.
    """
    tried = accounts.begin_try(now=now, name=f"holder:{key.public_id}", place=actor.public_id)
    kept = Protected(key.private_key, key.salt, key.cost)
    try:
        with _AT_ONCE, cores.on_all():
            pair = crypto.recover(kept, passphrase, key.public_id)
    except crypto.WrongKey:
        with unit_of_work():
            audit.record(actor, "holder_key.passphrase_wrong", key, at=now, failures=tried.failures)
        raise InvalidInput(
            _("This is not the passphrase of %(name)s's key. Mind capital letters.", name=key.user.full_name),
            field=field,
        ) from None
    accounts.end_try(tried)
    return pair


@dataclass(frozen=True)
class PossibleHolder:
    """Somebody who can be named a holder of a set: with a key, the right, and some distance to the class."""

    user: User
    key: HolderKey

    @property
    def rehearsed_at(self) -> datetime | None:
        return self.key.rehearsed_at


def list_possible_holders(paper_set: PaperSet) -> list[PossibleHolder]:
    """Who may hold this set, by name: active people with a current key; no technician, no lecturer of the module."""
    query = (
        select(HolderKey)
        .join(HolderKey.user)
        .where(HolderKey.replaced_at.is_(None), User.is_active)
        .options(joinedload(HolderKey.user))
        .order_by(User.sort_key, User.id)
    )
    return [
        PossibleHolder(key.user, key)
        for key in db.session.execute(query).scalars()
        if allows(courses.actor_for(key.user.id, key.user.session_version), Permission.PAPERS_HOLD, paper_set)
    ]
