"""Who is signed in, with the exams whose scripts this person marks."""

from dataclasses import replace

from sqlalchemy import select

from exambank.db import db
from exambank.exams import service as exams
from exambank.marking.models import MarkerGrant
from exambank.permissions import Actor, Role

MARKING_ROLES = (Role.MARKER, Role.LECTURER)


def actor_for(user_id: int, session_version: int) -> Actor | None:
    """The signed-in actor with the exams this person marks (exams knows nothing of markers)."""
    actor = exams.actor_for(user_id, session_version)
    if actor is None or not actor.has(*MARKING_ROLES):
        return actor
    marked = db.session.execute(select(MarkerGrant.exam_id).where(MarkerGrant.user_id == user_id)).scalars()
    return replace(actor, marked_exam_ids=frozenset(marked))
