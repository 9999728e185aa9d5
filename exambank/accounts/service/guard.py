"""Who may give out names, roles and passwords: asked here once more, whoever calls."""

from exambank.errors import NotFound
from exambank.permissions import SYSTEM, Actor, Permission, allows


def must_manage_people(actor: Actor) -> None:
    """The system itself (init, demo) or somebody with the right to manage people."""
    if actor != SYSTEM and not allows(actor, Permission.PEOPLE_MANAGE):
        raise NotFound()
