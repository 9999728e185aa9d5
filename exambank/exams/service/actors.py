"""Who is signed in, with the rooms this person watches."""

from dataclasses import replace

from sqlalchemy import select

from exambank.bank import service as bank
from exambank.db import db
from exambank.exams.models import Invigilation
from exambank.permissions import Actor, Role


def actor_for(user_id: int, session_version: int) -> Actor | None:
    """The signed-in actor with the rooms this person watches (the bank knows nothing of rooms)."""
    actor = bank.actor_for(user_id, session_version)
    if actor is None or not actor.has(Role.INVIGILATOR):
        return actor
    rooms = db.session.execute(select(Invigilation.room_id).where(Invigilation.user_id == user_id)).scalars()
    return replace(actor, room_ids=frozenset(rooms))
