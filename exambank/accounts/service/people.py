"""People: finding them, creating and correcting them, their roles, their first passwords."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, selectinload

from exambank import audit, text
from exambank.accounts import rules
from exambank.accounts.models import Department, RoleGrant, User
from exambank.accounts.rules import PersonRow, username_of
from exambank.accounts.service import throttle
from exambank.accounts.service.guard import must_handle, must_manage_people, must_not_raise_oneself
from exambank.accounts.service.labels import row_problem_message
from exambank.accounts.service.passwords import hasher, new_first_password
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.permissions import Actor, Role

PAGE_SIZE = 50

_FIELD_OF = {
    "code": {rules.RowFault.NO_CODE, rules.RowFault.LONG_CODE, rules.RowFault.REPEATED_CODE},
    "full_name": {rules.RowFault.NO_NAME, rules.RowFault.LONG_NAME},
    "birth_date": {rules.RowFault.BAD_BIRTH_DATE},
    "gender": {rules.RowFault.BAD_GENDER},
    "email": {rules.RowFault.BAD_EMAIL},
    "roles": {rules.RowFault.NO_ROLE},
    "departments": {rules.RowFault.NO_DEPARTMENT, rules.RowFault.UNKNOWN_DEPARTMENT},
}


@dataclass(frozen=True)
class PersonDetails:
    """All that the form of a person holds."""

    code: str
    full_name: str
    roles: tuple[Role, ...]
    department_codes: tuple[str, ...] = ()
    birth_date: str | None = None
    unit_name: str | None = None
    email: str | None = None
    is_active: bool = True
    gender: str | None = None


# --- queries ---


def get_user(public_id: str) -> User:
    """The person, or NotFound."""
    found = db.session.execute(select(User).where(User.public_id == public_id)).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def find_user(code: str) -> User | None:
    """The person with this code, whatever its capitals."""
    return db.session.execute(select(User).where(User.username == username_of(code))).scalar_one_or_none()


def list_people(search: str = "", role: str | None = None, page: int = 1) -> Pagination:
    """A page of people by given name; ``search`` finds parts of names without marks, and codes."""
    query = select(User).options(selectinload(User.grants)).order_by(User.sort_key, User.id)
    if role:
        query = query.where(User.grants.any(RoleGrant.role == role))
    return db.paginate(matching(query, search), page=page, per_page=PAGE_SIZE, error_out=False)


def matching(query, search: str):
    """Narrow a query of people to those whose name has every word of ``search``, or whose code begins with it."""
    words = text.search_key(search[:200]).split()
    if not words:
        return query
    in_name = [User.search_key.contains(word, autoescape=True) for word in words]
    code = username_of(search[:200])
    return query.where(or_(User.username.startswith(code, autoescape=True), and_(*in_name)))


# --- commands ---


def create_user(
    *, actor: Actor, now: datetime, code: str, full_name: str, roles: Iterable[Role],
    department_codes: Iterable[str] = (), birth_date: str | None = None, unit_name: str | None = None,
    email: str | None = None, gender: str | None = None,
) -> tuple[User, str]:  # fmt: skip
    """Add a person; returns it with the first password, which is told once and must be changed."""
    must_manage_people(actor)
    details = PersonDetails(
        rules.tidy(code), rules.tidy(full_name), tuple(roles), tuple(department_codes), birth_date, unit_name, email,
        gender=gender,
    )  # fmt: skip
    check_details(details)
    must_handle(actor, details.roles)
    password = new_first_password()
    password_hash = hasher().hash(password)
    with unit_of_work() as session:
        refuse_taken_code(session, details.code)
        user = User(password_hash=password_hash, created_at=now, grants=[])
        _fill(user, details)
        session.add(user)
        added, _removed = _set_roles(session, user, details, now)
        audit.record(actor, "person.created", user, code=user.code, full_name=user.full_name, roles=added)
    return user, password


def update_user(*, actor: Actor, now: datetime, user: User, details: PersonDetails) -> User:
    """Correct a person's data, roles and whether he may sign in. The last one who manages people stays so."""
    must_manage_people(actor)
    check_details(details)
    with unit_of_work() as session:
        managers = _lock_managers(session)
        user = db.session.get(User, user.id)
        must_handle(actor, [*details.roles, *(grant.role for grant in user.grants)])
        _refuse_losing_last_manager(user, details, managers)
        if username_of(details.code) != user.username:
            refuse_taken_code(session, details.code)
        if user.is_active and not details.is_active:
            user.session_version += 1
        _fill(user, details)
        user.is_active = details.is_active
        added, removed = _set_roles(session, user, details, now)
        must_not_raise_oneself(actor, user.id, added)
        audit.record(
            actor, "person.updated", user, code=user.code, full_name=user.full_name, is_active=user.is_active,
            roles_added=added, roles_removed=removed,
        )  # fmt: skip
    return user


def reset_password(*, actor: Actor, now: datetime, user: User) -> str:
    """Give a new first password, end the person's sessions and let him try at once."""
    must_manage_people(actor)
    must_handle(actor, [grant.role for grant in user.grants])
    password = new_first_password()
    password_hash = hasher().hash(password)
    with unit_of_work() as session:
        user = session.get(User, user.id)
        user.password_hash, user.must_change_password = password_hash, True
        user.session_version += 1
        throttle.forget_account(session, user.username)
        audit.record(actor, "password.reset", user)
    return password


# --- what the commands share ---


def check_details(details: PersonDetails) -> None:
    """Raise InvalidInput with the first fault and its field."""
    row = PersonRow(
        details.code, details.full_name, details.roles, details.birth_date, details.unit_name, details.email,
        details.department_codes, details.gender,
    )  # fmt: skip
    known = frozenset(db.session.execute(select(Department.code)).scalars())
    for problem in rules.check_people([row], known):
        field = next(name for name, faults in _FIELD_OF.items() if problem.fault in faults)
        raise InvalidInput(row_problem_message(problem), field=field)


def refuse_taken_code(session: Session, code: str) -> None:
    if session.execute(select(User.id).where(User.username == username_of(code))).first():
        raise InvalidInput(_("Somebody already has the code %(code)s.", code=code), field="code")


def name_columns(full_name: str) -> dict[str, str]:
    """A name with its keys, cut to their columns: a foreign letter takes more room in them than a Vietnamese one."""
    return {
        "full_name": full_name,
        "sort_key": text.name_sort_key(full_name)[:900],
        "search_key": text.search_key(full_name)[:400],
    }


def _fill(user: User, details: PersonDetails) -> None:
    user.code, user.username = details.code, username_of(details.code)
    for column, value in name_columns(details.full_name).items():
        setattr(user, column, value)
    user.birth_date, user.gender = details.birth_date, details.gender
    user.unit_name, user.email = details.unit_name, details.email


def _set_roles(session: Session, user: User, details: PersonDetails, now: datetime) -> tuple[list[str], list[str]]:
    """Make the person's roles these; returns what was added and removed, for the audit record."""
    wanted = wanted_grants(session, details.roles, details.department_codes)
    held = {(grant.role, grant.department_id): grant for grant in user.grants}
    for key in held.keys() - wanted.keys():
        user.grants.remove(held[key])
    for role, department_id in wanted.keys() - held.keys():
        user.grants.append(RoleGrant(role=role, department_id=department_id, granted_at=now))
    names = wanted | {key: _grant_name(grant) for key, grant in held.items()}
    return (
        sorted(names[key] for key in wanted.keys() - held.keys()),
        sorted(names[key] for key in held.keys() - wanted.keys()),
    )


def wanted_grants(
    session: Session, roles: Iterable[Role], department_codes: Iterable[str]
) -> dict[tuple[str, int | None], str]:
    """Role and department of each grant, with the name it has in the audit record."""
    codes = set(department_codes)
    rows = session.execute(select(Department.id, Department.code).where(Department.code.in_(codes))).all()
    grants = {}
    for role in set(roles):
        if role == Role.DEPARTMENT_HEAD:
            grants |= {(str(role), row.id): f"{role}:{row.code}" for row in rows}
        else:
            grants[(str(role), None)] = str(role)
    return grants


def _grant_name(grant: RoleGrant) -> str:
    return f"{grant.role}:{grant.department.code}" if grant.department else grant.role


def _lock_managers(session: Session) -> set[int]:
    """Who manages people now, held until the commit: two of them must not strike each other off at the same time."""
    managing = User.grants.any(RoleGrant.role.in_(rules.MANAGING_ROLES))
    query = select(User.id).where(User.is_active, managing).order_by(User.id).with_for_update()
    return set(session.execute(query).scalars())


def _refuse_losing_last_manager(user: User, details: PersonDetails, managers: set[int]) -> None:
    stays = details.is_active and rules.manages_people(details.roles)
    if managers == {user.id} and not stays:
        raise StateConflict(
            _(
                "%(name)s is the last active person who may manage people. First give somebody else the role of "
                "training office or IT administrator.",
                name=user.full_name,
            )
        )
