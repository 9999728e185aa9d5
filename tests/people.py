"""The people and things that most tests need, named once. Rows are written directly: services are what is tested."""

from dataclasses import dataclass
from datetime import UTC, datetime

from exambank import text
from exambank.accounts.models import Department, RoleGrant, User
from exambank.courses.models import (
    CognitiveLevel,
    Cohort,
    CourseModule,
    Enrolment,
    Offering,
    Programme,
    Regulation,
    School,
    Teaching,
    Term,
    Topic,
)
from exambank.db import unit_of_work
from exambank.marking.service import actor_for
from exambank.permissions import Actor, Role

THEN = datetime(2026, 9, 1, tzinfo=UTC)

RULES = {
    "pass_mark": "5.0",
    "scale_max": "10",
    "components": [
        {"code": "process", "name": "Điểm quá trình", "weight": "0.4"},
    ],
    "exam_weight": "0.6",
    "rounding": {"exam": "0.1", "module": "0.1"},
    "letters": [["8.5", "A"], ["7.0", "B"], ["5.5", "C"], ["4.0", "D"], ["0", "F"]],
    "classification": [["9", "Xuất sắc"], ["8", "Giỏi"], ["7", "Khá"], ["5", "Trung bình"], ["4", "Yếu"], ["0", "Kém"]],
    "minimum_attendance": "0.8",
    "minimum_component": None,
    "attempts": 2,
    "late_entry_seconds": 600,
    "earliest_leave_share": "0.6667",
    "flush_window_seconds": 10,
    "grace_seconds": 180,
}


def make_user(username: str, full_name: str, *roles: Role, department: Department | None = None, **values) -> User:
    with unit_of_work() as session:
        user = User(
            username=username, code=username.upper(), full_name=full_name, sort_key=text.name_sort_key(full_name),
            search_key=text.search_key(full_name), created_at=THEN, must_change_password=False, **values,
        )  # fmt: skip
        user.grants = [
            RoleGrant(role=role, granted_at=THEN, department=department if role is Role.DEPARTMENT_HEAD else None)
            for role in roles
        ]
        session.add(user)
    return user


def actor_of(user: User) -> Actor:
    """The actor as the guard would load it."""
    return actor_for(user.id, user.session_version)


@dataclass
class People:
    department: Department
    lecturer: User
    other_lecturer: User
    stranger: User  # a lecturer of another module
    head: User
    officer: User  # training office
    quality: User
    invigilator: User
    marker: User
    leader: User
    technician: User  # IT
    inspector: User
    learner: User
    second_learner: User
    programme: Programme
    regulation: Regulation
    module: CourseModule
    other_module: CourseModule
    topics: list[Topic]
    levels: list[CognitiveLevel]
    term: Term
    cohort: Cohort
    offering: Offering

    @classmethod
    def build(cls) -> "People":
        with unit_of_work():
            return cls(**_build())


def _build() -> dict:
    with unit_of_work() as session:
        department = Department(code="XDD", name="Xây dựng Đảng", sort_key=text.sort_key("Xây dựng Đảng"))
        programme = Programme(code="TCLLCT", name="Trung cấp lý luận chính trị")
        session.add_all(
            [
                department,
                programme,
                School(
                    name="Trường Chính trị tỉnh An Bình", governing_body="Tỉnh ủy An Bình", place="An Bình", labels={}
                ),
            ]
        )
        session.flush()
        regulation = Regulation(
            programme_id=programme.id, version=1, title="Quy chế 2026", rules=RULES, adopted_at=THEN
        )
        modules = [
            CourseModule(
                code=code,
                name=name,
                sort_key=text.sort_key(name),
                search_key=text.search_key(name),
                credits=3,
                programme_id=programme.id,
                department_id=department.id,
            )
            for code, name in [("XDD", "Xây dựng Đảng"), ("DV", "Công tác dân vận")]
        ]
        term = Term(code="2026-1", name="Học kỳ 1, 2026")
        levels = [
            CognitiveLevel(name=name, position=at) for at, name in enumerate(["Nhận biết", "Thông hiểu", "Vận dụng"])
        ]
        session.add_all([regulation, *modules, term, *levels])
        session.flush()
        topics = [Topic(course_module_id=modules[0].id, name=f"Chương {at}", position=at) for at in (1, 2, 3)]
        cohort = Cohort(code="K75", name="Lớp K75", programme_id=programme.id, regulation_id=regulation.id)
        session.add_all([*topics, cohort])
        session.flush()
        staff = {
            "lecturer": make_user("nguyet", "Đỗ Thị Minh Nguyệt", Role.LECTURER),
            "other_lecturer": make_user("binh", "Trần Văn Bình", Role.LECTURER),
            "stranger": make_user("xa", "Lý Văn Xa", Role.LECTURER),
            "head": make_user("huy", "Bùi Quang Huy", Role.DEPARTMENT_HEAD, department=department),
            "officer": make_user("lan", "Phạm Thị Lan", Role.TRAINING_OFFICE),
            "quality": make_user("khai", "Ngô Văn Khải", Role.QUALITY_OFFICE),
            "invigilator": make_user("hang", "Vũ Thị Hằng", Role.INVIGILATOR),
            "marker": make_user("cham", "Hồ Thị Chăm", Role.MARKER),
            "leader": make_user("lanhdao", "Lê Văn Đạo", Role.LEADERSHIP),
            "technician": make_user("minh", "Trần Đức Minh", Role.IT),
            "inspector": make_user("thanhtra", "Đinh Công Lý", Role.INSPECTOR),
            "learner": make_user("hv001", "Nguyễn Thị Thu Hường", Role.LEARNER),
            "second_learner": make_user("hv002", "Lò Văn Ưởng", Role.LEARNER),
        }
        offering = Offering(cohort_id=cohort.id, course_module_id=modules[0].id, term_id=term.id, periods=45)
        other = Offering(cohort_id=cohort.id, course_module_id=modules[1].id, term_id=term.id, periods=30)
        offering.teachings = [Teaching(user_id=staff["lecturer"].id), Teaching(user_id=staff["other_lecturer"].id)]
        other.teachings = [Teaching(user_id=staff["stranger"].id)]
        session.add_all([offering, other])
        session.add_all(
            Enrolment(cohort_id=cohort.id, user_id=staff[name].id, enrolled_at=THEN)
            for name in ("learner", "second_learner")
        )
        session.flush()
        return {
            **staff, "department": department, "programme": programme, "regulation": regulation, "module": modules[0],
            "other_module": modules[1], "topics": topics, "levels": levels, "term": term, "cohort": cohort,
            "offering": offering,
        }  # fmt: skip
