"""Taking over a list of people: new ones get a first password, known ones are corrected, nobody is doubled."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from exambank import audit
from exambank.accounts import rules
from exambank.accounts.models import Department, RoleGrant, User
from exambank.accounts.rules import PersonRow, RowProblem, Slip, username_of
from exambank.accounts.service.guard import must_handle, must_manage_people
from exambank.accounts.service.labels import row_problem_message
from exambank.accounts.service.passwords import hasher, new_first_password
from exambank.accounts.service.people import name_columns, wanted_grants
from exambank.db import db, new_public_id, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.permissions import Actor

_CHUNK = 500  # names asked for in one statement


@dataclass(frozen=True)
class PersonPlan:
    """What the import would do with a row; for the preview."""

    row: PersonRow
    is_new: bool
    known_name: str | None
    problems: tuple[RowProblem, ...]


def plan_import(rows: list[PersonRow]) -> list[PersonPlan]:
    """Say for each row what an import would do: create, correct (with the name we have), or refuse."""
    known = _find_known(db.session(), rows)
    problems: dict[int, list[RowProblem]] = {}
    for problem in rules.check_people(rows, _department_codes()):
        problems.setdefault(problem.index, []).append(problem)
    return [
        PersonPlan(
            row,
            is_new=username_of(row.code) not in known,
            known_name=known[username_of(row.code)].full_name if username_of(row.code) in known else None,
            problems=tuple(problems.get(index, ())),
        )
        for index, row in enumerate(rows)
    ]


def import_people(*, actor: Actor, now: datetime, rows: list[PersonRow]) -> list[Slip]:
    """Take over a whole list or nothing of it. Returns the slips of the people who are new, in the order of the list.

    A known code keeps its password and its roles and gains the roles of its row. Passwords are hashed before the
    transaction: that takes seconds, and nobody else may wait for it.
    """
    must_manage_people(actor)
    _refuse_faulty(rows)
    known_before = _find_known(db.session(), rows)
    must_handle(actor, {str(role) for row in rows for role in row.roles})
    new_rows = [row for row in rows if username_of(row.code) not in known_before]
    passwords = {username_of(row.code): new_first_password() for row in new_rows}
    hashes = dict(zip(passwords, hasher().hash_many(list(passwords.values())), strict=True))
    with unit_of_work() as session:
        known = _find_known(session, rows, hold=True)
        _refuse_moved_ground(known.keys() & hashes.keys(), known_before.keys() - known.keys())
        for row in rows:
            if username_of(row.code) in known:
                _correct(known[username_of(row.code)], row)
        session.flush()
        if new_rows:
            session.execute(insert(User), [_new_user(row, hashes[username_of(row.code)], now) for row in new_rows])
        granted = _grant(session, rows, now)
        audit.record(
            actor, "people.imported", "people", created=len(new_rows), corrected=len(known), grants=granted,
            codes=[row.code for row in rows],
        )  # fmt: skip
    return [
        Slip(rules.tidy(row.code), rules.tidy(row.full_name), row.unit_name, passwords[username_of(row.code)])
        for row in new_rows
    ]


def _refuse_faulty(rows: list[PersonRow]) -> None:
    problems = rules.check_people(rows, _department_codes())
    if problems:
        first = problems[0]
        raise InvalidInput(
            _(
                "Nothing was taken over: %(count)s problems. The first is in row %(row)s: %(problem)s",
                count=len(problems), row=first.index + 1, problem=row_problem_message(first),
            )
        )  # fmt: skip


def _refuse_moved_ground(appeared: set[str], vanished: set[str]) -> None:
    if appeared or vanished:
        raise StateConflict(
            _("Somebody changed the list of people meanwhile. Nothing was taken over; please try again.")
        )


def _department_codes() -> frozenset[str]:
    return frozenset(db.session.execute(select(Department.code)).scalars())


def _find_known(session: Session, rows: list[PersonRow], hold: bool = False) -> dict[str, User]:
    names = [username_of(row.code) for row in rows]
    found = {}
    for start in range(0, len(names), _CHUNK):
        query = select(User).where(User.username.in_(names[start : start + _CHUNK])).order_by(User.id)
        query = query.with_for_update() if hold else query
        found |= {user.username: user for user in session.execute(query).scalars()}
    return found


def _correct(user: User, row: PersonRow) -> None:
    for column, value in name_columns(rules.tidy(row.full_name)).items():
        setattr(user, column, value)
    user.birth_date = row.birth_date or user.birth_date
    user.gender = row.gender or user.gender
    user.unit_name = row.unit_name or user.unit_name
    user.email = row.email or user.email


def _new_user(row: PersonRow, password_hash: str, now: datetime) -> dict:
    return {
        "public_id": new_public_id(), "username": username_of(row.code), "code": rules.tidy(row.code),
        **name_columns(rules.tidy(row.full_name)),
        "birth_date": row.birth_date, "gender": row.gender, "unit_name": row.unit_name, "email": row.email,
        "locale": "vi",
        "password_hash": password_hash, "must_change_password": True, "session_version": 1, "is_active": True,
        "created_at": now,
    }  # fmt: skip


def _grant(session: Session, rows: list[PersonRow], now: datetime) -> dict[str, int]:
    """Add the roles that are missing; returns how many of each, for the audit record."""
    ids = {username: user.id for username, user in _find_known(session, rows).items()}
    held = set()
    for start in range(0, len(ids), _CHUNK):
        some = list(ids.values())[start : start + _CHUNK]
        query = select(RoleGrant.user_id, RoleGrant.role, RoleGrant.department_id).where(RoleGrant.user_id.in_(some))
        held |= {tuple(grant) for grant in session.execute(query)}
    added: list[dict] = []
    names: dict[str, int] = {}
    kinds: dict[tuple, dict] = {}
    for row in rows:
        kind = (row.roles, row.department_codes)
        if kind not in kinds:
            kinds[kind] = wanted_grants(session, row.roles, row.department_codes)
        for (role, department_id), name in kinds[kind].items():
            user_id = ids[username_of(row.code)]
            if (user_id, role, department_id) not in held:
                added.append({"user_id": user_id, "role": role, "department_id": department_id, "granted_at": now})
                names[name] = names.get(name, 0) + 1
    if added:
        session.execute(insert(RoleGrant), added)
    return names
