"""A school at rest for the benches: people, a class, a Regulation of short times. What follows goes over HTTP."""

import os
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from sqlalchemy import update

from exambank import clock, create_app
from exambank.accounts import service as accounts
from exambank.accounts.models import User
from exambank.cli import setup
from exambank.courses import service as courses
from exambank.db import db, unit_of_work
from exambank.permissions import SYSTEM, Role

SHORT_TIMES = {
    "late_entry_seconds": 3600,
    "earliest_leave_share": "0",
    "flush_window_seconds": 3,
    "grace_seconds": 5,
}
STAFF = {
    "lecturer": ("GV01", "Đỗ Thị Minh Nguyệt", Role.LECTURER),
    "quality": ("KT01", "Ngô Văn Khải", Role.QUALITY_OFFICE),
    "leader": ("LD01", "Lê Văn Đạo", Role.LEADERSHIP),
    "officer": ("DT01", "Phạm Thị Lan", Role.TRAINING_OFFICE),
    "invigilator": ("CT01", "Vũ Thị Hằng", Role.INVIGILATOR),
}


@dataclass
class School:
    module: str
    offering: str
    staff: dict[str, tuple[str, str]]  # name and first password, which the bench need not change
    learners: list[tuple[str, str]]


def prepare(instance: Path, environment: dict, learners: int, module_name: str) -> School:
    """Fill an empty instance through the services; nothing runs meanwhile."""
    os.environ.update({name: value for name, value in environment.items() if name.startswith("EXAMBANK_")})
    app = create_app()
    with app.app_context():
        setup.prepare("Trường Chính trị tỉnh An Bình", "Tỉnh ủy An Bình", "An Bình")
        now = clock.now()
        offering = _teaching(now, module_name)
        staff = {role: _person(now, *who) for role, who in STAFF.items()}
        lecturer = accounts.find_user(STAFF["lecturer"][0])
        courses.edit_offering(actor=SYSTEM, now=now, offering=offering, periods=45, lecturers=[lecturer])
        people = _learners(now, learners)
        courses.enrol_learners(actor=SYSTEM, now=now, cohort=offering.cohort, codes=[code for code, _ in people])
        _component_marks(now, offering)
        _spare_first_passwords()
        school = School(offering.course_module.public_id, offering.public_id, staff, people)
        db.session.remove()
        db.engine.dispose()
    return school


def _teaching(now, module_name: str):
    act = {"actor": SYSTEM, "now": now}
    department = accounts.create_department(**act, code="K1", name="Khoa Nhà nước và pháp luật")
    programme = courses.create_programme(**act, code="CT1", name="Bồi dưỡng")
    regulation = courses.list_regulations(programme)[0]
    rules = {**regulation.rules, **SHORT_TIMES, "minimum_attendance": "0", "minimum_component": None}
    courses.edit_regulation(**act, regulation=regulation, title="Quy chế thời gian ngắn", rules=rules)
    courses.adopt_regulation(**act, regulation=regulation)
    term = courses.create_term(**act, code="HK1", name="Học kỳ 1")
    cohort = courses.create_cohort(**act, code="K75", name="Lớp K75", regulation=regulation)
    module = courses.create_module(
        **act, code="HP1", name=module_name, credits=3, programme=programme, department=department
    )
    return courses.create_offering(**act, cohort=cohort, course_module=module, term=term, periods=45)


def _person(now, code: str, name: str, role: Role) -> tuple[str, str]:
    _user, password = accounts.create_user(actor=SYSTEM, now=now, code=code, full_name=name, roles=[role])
    return code, password


def _learners(now, count: int) -> list[tuple[str, str]]:
    rows = [
        accounts.PersonRow(code=f"HV{at:03d}", full_name=f"Nguyễn Thị Thí Sinh {at:03d}", roles=(Role.LEARNER,))
        for at in range(1, count + 1)
    ]
    return [(slip.code, slip.password) for slip in accounts.import_people(actor=SYSTEM, now=now, rows=rows)]


def _component_marks(now, offering) -> None:
    codes = [component.code for component in courses.rules_for(offering).components]
    marks = {user.id: dict.fromkeys(codes, Decimal("7.5")) for user in courses.list_learners(offering.cohort)}
    courses.set_component_marks(actor=SYSTEM, now=now, offering=offering, marks=marks, absences={})


def _spare_first_passwords() -> None:
    """The forced change of a first password is tested elsewhere; here it would only add hashes."""
    with unit_of_work() as session:
        session.execute(update(User).values(must_change_password=False))
