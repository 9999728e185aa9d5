"""Departments: khoa and phòng of the school."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from exambank import audit, text
from exambank.accounts import rules
from exambank.accounts.models import Department
from exambank.accounts.service.guard import must_manage_people
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, NotFound
from exambank.permissions import Actor


def list_departments() -> list[Department]:
    """All departments in the order of their names."""
    query = select(Department).where(Department.code != rules.REHEARSAL_CODE).order_by(Department.sort_key)
    return list(db.session.execute(query).scalars())


def get_department(public_id: str) -> Department:
    """The department, or NotFound."""
    found = db.session.execute(select(Department).where(Department.public_id == public_id)).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def create_department(*, actor: Actor, now: datetime, code: str, name: str) -> Department:
    """Add a department; its code is its own."""
    must_manage_people(actor)
    with unit_of_work() as session:
        _refuse_taken(code)
        department = Department(code=code, name=name, sort_key=text.sort_key(name)[:600])
        session.add(department)
        session.flush()
        audit.record(actor, "department.created", department, code=code, name=name)
    return department


def update_department(*, actor: Actor, now: datetime, department: Department, code: str, name: str) -> Department:
    """Correct the code or the name of a department."""
    must_manage_people(actor)
    with unit_of_work() as session:
        department = session.get(Department, department.id)
        if code != department.code:
            _refuse_taken(code)
        department.code, department.name, department.sort_key = code, name, text.sort_key(name)[:600]
        audit.record(actor, "department.updated", department, code=code, name=name)
    return department


def _refuse_taken(code: str) -> None:
    if db.session.execute(select(Department.id).where(Department.code == code)).first():
        raise InvalidInput(_("There is already a department with the code %(code)s.", code=code), field="code")
