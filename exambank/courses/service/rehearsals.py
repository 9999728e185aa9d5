"""The ground that a rehearsal of the exam room stands on: a course module of nobody, which no list shows.

An exam belongs to a course module and a Regulation. Both are made at the first rehearsal, under a code that no school
writes; every list of programmes, departments and modules leaves that code out.
"""

from datetime import datetime

from sqlalchemy import select

from exambank import audit
from exambank.accounts.models import Department
from exambank.accounts.rules import REHEARSAL_CODE
from exambank.courses.models import CourseModule, Programme, Regulation
from exambank.courses.rules import default_rules
from exambank.db import db, unit_of_work
from exambank.permissions import Actor

_NAME = "Thi thử phòng máy"


def find_rehearsal_ground() -> tuple[CourseModule, Regulation] | None:
    """Its module and Regulation, once somebody has rehearsed."""
    row = db.session.execute(
        select(CourseModule, Regulation)
        .join(Regulation, Regulation.programme_id == CourseModule.programme_id)
        .where(CourseModule.code == REHEARSAL_CODE)
    ).first()
    return None if row is None else (row[0], row[1])


def lay_rehearsal_ground(*, actor: Actor, now: datetime) -> tuple[CourseModule, Regulation]:
    """Make them; inside a unit of work of whoever calls."""
    with unit_of_work() as session:
        programme = Programme(code=REHEARSAL_CODE, name=_NAME)
        department = Department(code=REHEARSAL_CODE, name=_NAME, sort_key=REHEARSAL_CODE)
        session.add_all([programme, department])
        session.flush()
        module = CourseModule(
            code=REHEARSAL_CODE, name=_NAME, sort_key=REHEARSAL_CODE, search_key="", programme_id=programme.id,
            department_id=department.id, is_active=False,
        )  # fmt: skip
        regulation = Regulation(
            programme_id=programme.id, version=1, title=_NAME, rules=default_rules(), adopted_at=now,
            adopted_by_id=actor.user_id,
        )  # fmt: skip
        session.add_all([module, regulation])
        session.flush()
        audit.record(actor, "rehearsal.laid", module, at=now)
    return module, regulation
