"""How a bank works, and who beyond its lecturers and head may see it, write in it or review it."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from exambank import audit
from exambank.accounts import service as accounts
from exambank.accounts.models import User
from exambank.bank.models import BankRight, BankSettings
from exambank.bank.rules import settings as rules
from exambank.courses.models import CourseModule
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.permissions import Actor, Role

RIGHTS = ("see", "write", "review")
_HOLDERS = frozenset({Role.LECTURER, Role.DEPARTMENT_HEAD})


def settings_of(course_module: CourseModule | int) -> rules.Settings:
    """The settings of a module's bank; the defaults where nobody chose."""
    module_id = course_module if isinstance(course_module, int) else course_module.id
    row = db.session.get(BankSettings, module_id)
    return _as_settings(row) if row else rules.DEFAULTS


def _as_settings(row: BankSettings) -> rules.Settings:
    names = ("approvals_needed", "review_months", "reading_limit", "change_limit")
    return rules.Settings(gate=dict(row.gate), **{name: getattr(row, name) for name in names})


def change_settings(
    *,
    actor: Actor,
    now: datetime,
    course_module: CourseModule,
    approvals_needed: int,
    review_months: int,
    reading_limit: int,
    change_limit: int,
    gate: Mapping[str, str],
) -> rules.Settings:
    """Set how a bank works; what is out of bounds is refused as a whole."""
    wanted = rules.Settings(approvals_needed, dict(gate), review_months, reading_limit, change_limit)
    if rules.refusals_of(wanted):
        raise InvalidInput(_("One of these settings is out of its bounds. Nothing was changed."))
    values = {
        "approvals_needed": approvals_needed, "review_months": review_months, "reading_limit": reading_limit,
        "change_limit": change_limit, "gate": rules.own_choices(gate),
    }  # fmt: skip
    with unit_of_work() as session:
        lock(course_module)
        row = session.get(BankSettings, course_module.id)
        before = _values(_as_settings(row) if row else rules.DEFAULTS)
        if row is None:
            row = BankSettings(course_module_id=course_module.id)
            session.add(row)
        for name, value in {**values, "changed_by_id": actor.user_id, "changed_at": now}.items():
            setattr(row, name, value)
        audit.record(actor, "bank.settings_changed", course_module, before=before, after=values)
    return settings_of(course_module)


def _values(settings: rules.Settings) -> dict:
    return {
        "approvals_needed": settings.approvals_needed, "review_months": settings.review_months,
        "reading_limit": settings.reading_limit, "change_limit": settings.change_limit, "gate": dict(settings.gate),
    }  # fmt: skip


def list_rights(course_module: CourseModule) -> list[BankRight]:
    """The rights granted in this bank, by person."""
    query = select(BankRight).join(BankRight.user).where(BankRight.course_module_id == course_module.id)
    query = query.options(joinedload(BankRight.user)).order_by(User.sort_key, BankRight.right)
    return list(db.session.scalars(query))


def find_holders(search: str, limit: int = 20) -> list[User]:
    """Lecturers and heads found by a part of their name or their code: whoever a right may be granted to."""
    if not search.strip():
        return []
    found = {}
    for role in sorted(_HOLDERS):
        found |= {user.id: user for user in accounts.list_people(search, role).items}
    return sorted(found.values(), key=lambda user: (user.sort_key, user.id))[:limit]


def get_right(public_id: str) -> BankRight:
    """A granted right; NotFound when there is none."""
    right = db.session.scalar(
        select(BankRight).where(BankRight.public_id == public_id).options(joinedload(BankRight.course_module))
    )
    if right is None:
        raise NotFound()
    return right


def grant_right(*, actor: Actor, now: datetime, course_module: CourseModule, user: User, right: str) -> BankRight:
    """Give a lecturer or head a right in this bank; given twice, it stands once."""
    if right not in RIGHTS:
        raise InvalidInput(_("Choose what the person may do: see, write or review."))
    if not _HOLDERS & {Role(grant.role) for grant in user.grants}:
        raise InvalidInput(_("Rights in a bank are for lecturers and heads of department."))
    with unit_of_work() as session:
        lock(course_module)
        query = select(BankRight).where(
            BankRight.course_module_id == course_module.id, BankRight.user_id == user.id, BankRight.right == right
        )
        if session.scalar(query) is not None:
            raise StateConflict(_("%(name)s has this right already.", name=user.full_name))
        granted = BankRight(
            course_module_id=course_module.id, user_id=user.id, right=right, granted_by_id=actor.user_id, granted_at=now
        )
        session.add(granted)
        audit.record(actor, "bank.right_granted", course_module, person=user.public_id, right=right)
    return granted


def withdraw_right(*, actor: Actor, now: datetime, right: BankRight) -> None:
    """Take a granted right back; what the person wrote stays."""
    with unit_of_work() as session:
        found = session.get(BankRight, right.id)
        if found is None:
            raise NotFound()
        module, person, name = found.course_module, found.user.public_id, found.right
        session.delete(found)
        audit.record(actor, "bank.right_withdrawn", module, person=person, right=name)
