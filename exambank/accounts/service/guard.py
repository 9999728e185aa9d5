"""Who may give out names, roles and passwords: asked here once more, whoever calls."""

from collections.abc import Iterable

from flask_babel import gettext as _

from exambank.accounts import rules
from exambank.errors import NotFound, StateConflict
from exambank.permissions import SYSTEM, Actor, Permission, allows


def must_manage_people(actor: Actor) -> None:
    """The system itself (init, demo) or somebody with the right to manage people."""
    if actor != SYSTEM and not allows(actor, Permission.PEOPLE_MANAGE):
        raise NotFound()


def must_handle(actor: Actor, roles: Iterable[str]) -> None:
    """Roles that see content are the training office's to give, and so are the passwords of whoever holds them:
    a technician who could hand them out would hold them all.
    """
    if actor != SYSTEM and not rules.may_handle(actor.roles, roles):
        raise StateConflict(
            _("Only the training office gives roles that see questions or marks, and passwords to whoever has them.")
        )


def must_not_raise_oneself(actor: Actor, user_id: int, added: list[str]) -> None:
    """Nobody gives a role to himself: somebody else has to agree."""
    if added and actor.user_id == user_id:
        raise StateConflict(_("Nobody gives a role to himself. Ask a colleague who manages people."))
