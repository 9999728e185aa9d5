"""Holding a sitting's row until the commit; and stopping a seat, so that its answers wait for a person."""

import functools
from datetime import datetime

from sqlalchemy import Select, bindparam, inspect, select
from sqlalchemy.orm import joinedload

from exambank import audit
from exambank.db import db, unit_of_work
from exambank.errors import StateConflict
from exambank.permissions import Actor
from exambank.sittings import rules
from exambank.sittings.models import RoomEvent, Sitting
from exambank.sittings.rules import Act
from exambank.sittings.service import words


def lock_sitting(sitting: Sitting | int) -> Sitting:
    """Read the sitting (row or key) anew and hold it; with it, unheld, the exam and candidacy that every act asks."""
    key = sitting if isinstance(sitting, int) else inspect(sitting).identity[0]  # reading ``.id`` would load it twice
    return db.session.execute(_held_sitting(), {"key": key}).scalar_one()


@functools.cache
def _held_sitting() -> Select:
    query = select(Sitting).where(Sitting.id == bindparam("key")).with_for_update(of=Sitting)
    query = query.options(joinedload(Sitting.exam, innerjoin=True), joinedload(Sitting.candidacy, innerjoin=True))
    return query.execution_options(populate_existing=True)


def lock_sittings(*conditions) -> list[Sitting]:
    """The same for many, in the order of their keys: two who hold many wait for each other and never in a circle."""
    query = select(Sitting).where(*conditions).order_by(Sitting.id).with_for_update(of=Sitting)
    return list(db.session.execute(query.execution_options(populate_existing=True)).scalars())


def room_event(row: Sitting, kind: str, now: datetime, actor: Actor, **details) -> RoomEvent:
    """A line of the room's log about this sitting."""
    return RoomEvent(
        exam_id=row.exam_id, room_id=row.room_id, sitting_id=row.id, kind=kind, at=now, actor=actor.public_id,
        details=details,
    )  # fmt: skip


def lock(*, actor: Actor, now: datetime, sitting: Sitting | int, reason: str) -> bool:
    """Stop this seat: from now on its answers are kept for a person. Harmless when it does not work or is stopped.

    ``reason``: a code ("seb", "identity", "offence"). Returns whether it was stopped now.
    """
    with unit_of_work() as session:
        row = lock_sitting(sitting)
        if not lock_row(session, row, reason, now, actor):
            return False
        audit.record(actor, "sitting.locked", row, reason=reason)
    return True


def lock_row(session, row: Sitting, reason: str, now: datetime, actor: Actor) -> bool:
    """The same inside the caller's unit of work, on a row that is held; the audit record is the caller's."""
    if not rules.may(row.state, Act.LOCK) or row.locked_at is not None:
        return False
    row.locked_at, row.locked_reason = now, reason
    session.add(room_event(row, "locked", now, actor, reason=reason))
    return True


def unlock(*, actor: Actor, now: datetime, sitting: Sitting | int, reason: str = "") -> Sitting:
    """A person has looked: the seat goes on, and its browser sends again what was kept meanwhile."""
    with unit_of_work() as session:
        row = lock_sitting(sitting)
        if row.locked_at is None or not rules.may(row.state, Act.UNLOCK):
            raise StateConflict(words.not_locked())
        cause = row.locked_reason
        unlock_row(session, row, now, actor, reason)
        audit.record(actor, "sitting.unlocked", row, cause=cause, reason=reason)
    return row


def unlock_row(session, row: Sitting, now: datetime, actor: Actor, reason: str = "") -> bool:
    """The same inside the caller's unit of work; False when it was not stopped."""
    if row.locked_at is None:
        return False
    session.add(room_event(row, "unlocked", now, actor, cause=row.locked_reason, reason=reason))
    row.locked_at, row.locked_reason = None, None
    return True
