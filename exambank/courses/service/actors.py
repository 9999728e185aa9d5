"""Who is signed in, with what they teach and head."""

import functools

from sqlalchemy import Select, bindparam, select

from exambank.accounts.models import RoleGrant, User
from exambank.courses.models import Offering, Teaching
from exambank.courses.service.schools import school_settings
from exambank.db import db
from exambank.permissions import Actor, Role


def actor_for(user_id: int, session_version: int) -> Actor | None:
    """Who is signed in, as plain values; None when the person is gone, inactive or the session was revoked."""
    rows = db.session.execute(_person_with_roles(), {"user_id": user_id, "version": session_version}).all()
    if not rows:
        return None
    user, grants = rows[0], [row for row in rows if row.role is not None]
    roles = frozenset(Role(grant.role) for grant in grants)
    taught = _taught(user_id) if Role.LECTURER in roles else []
    # only a lecturer with an office as well can be in doubt; everybody else is spared the question
    own_papers = bool(taught) and len(roles) > 1 and school_settings().own_lecturer_sees_papers
    return Actor(
        user_id=user.id, public_id=user.public_id, full_name=user.full_name, roles=roles, locale=user.locale,
        must_change_password=user.must_change_password, session_version=user.session_version,
        department_ids=frozenset(
            grant.department_id for grant in grants if grant.role == Role.DEPARTMENT_HEAD and grant.department_id
        ),
        module_ids=frozenset(row.course_module_id for row in taught),
        cohort_ids=frozenset(row.cohort_id for row in taught),
        extra={"own_papers": True} if own_papers else {},
    )  # fmt: skip


@functools.cache  # every request asks this: making the statement takes longer than running it
def _person_with_roles() -> Select:
    return (
        select(
            User.id, User.public_id, User.full_name, User.locale, User.must_change_password, User.session_version,
            RoleGrant.role, RoleGrant.department_id,
        )
        .outerjoin(RoleGrant, RoleGrant.user_id == User.id)
        .where(User.id == bindparam("user_id"), User.is_active, User.session_version == bindparam("version"))
    )  # fmt: skip


def _taught(user_id: int) -> list:
    query = select(Offering.course_module_id, Offering.cohort_id).join(Teaching).where(Teaching.user_id == user_id)
    return list(db.session.execute(query).all())
