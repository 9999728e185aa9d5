"""The desk: for each role a function that asks the services below what waits for this person."""

from collections.abc import Callable
from datetime import datetime

from exambank.home.desk import learning, offices, rooms, teaching, technical
from exambank.home.desk.looking import Look
from exambank.home.rules import Desk, merge
from exambank.permissions import Actor, Role

__all__ = ["build"]

_PARTS: dict[Role, Callable[[Look], Desk]] = {
    Role.LEARNER: learning.of_learner,
    Role.INVIGILATOR: rooms.of_invigilator,
    Role.TRAINING_OFFICE: offices.of_training_office,
    Role.LEADERSHIP: offices.of_leadership,
    Role.QUALITY_OFFICE: teaching.of_quality_office,
    Role.DEPARTMENT_HEAD: teaching.of_head,
    Role.LECTURER: teaching.of_lecturer,
    Role.MARKER: teaching.of_marker,
    Role.IT: technical.of_technician,
    Role.INSPECTOR: technical.of_inspector,
}


def build(actor: Actor, now: datetime) -> Desk:
    """Everything that waits for this person, whatever roles it comes from."""
    look = Look(actor, now)
    return merge(part(look) for role, part in _PARTS.items() if actor.has(role))
