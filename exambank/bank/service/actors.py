"""Who is signed in, with the rights given bank by bank."""

from dataclasses import replace

from sqlalchemy import select

from exambank.bank.models import BankRight
from exambank.courses import service as courses
from exambank.db import db
from exambank.permissions import Actor, Role


def actor_for(user_id: int, session_version: int) -> Actor | None:
    """The signed-in actor with the rights granted in single banks (courses knows nothing of banks)."""
    actor = courses.actor_for(user_id, session_version)
    if actor is None or not actor.has(Role.LECTURER, Role.DEPARTMENT_HEAD):
        return actor
    query = select(BankRight.course_module_id, BankRight.right).where(BankRight.user_id == user_id)
    return replace(actor, bank_rights=frozenset((row.course_module_id, row.right) for row in db.session.execute(query)))
