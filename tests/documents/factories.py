"""A held exam in two rooms with long and short names, written as rows: documents are what is tested."""

from datetime import timedelta
from decimal import Decimal

from exambank import text
from exambank.accounts.models import User
from exambank.courses.models import ComponentMark, Enrolment
from exambank.db import unit_of_work
from exambank.exams.models import Candidacy, Exam, ExamRoom, Invigilation
from exambank.marking.models import SittingMark
from exambank.permissions import Role
from exambank.sittings.models import RoomEvent, Sitting
from tests.marking.factories import make_exam, make_paper_set, make_version
from tests.people import THEN, People, make_user

FAMILY = ["Nguyễn Thị Thu", "Trần", "Lê Hoàng Ngọc Phương", "Hoàng Văn", "Ksor H'", "Lò Văn", "Tôn Nữ Hoàng Thị Bảo"]
GIVEN = ["Hường", "Ánh", "Thuỳ", "Ưởng", "Nhiên", "Đức", "Quỳnh", "Xuân", "Ễnh"]
UNITS = [
    "Sở Nội vụ", "Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân tỉnh", "Đảng ủy xã Phú Xuân",
    "Ban Chỉ huy Quân sự thị xã Tân Châu", None,
]  # fmt: skip
START = THEN + timedelta(hours=1)


def make_held_exam(people: People, count: int = 12, state: str = "closed") -> Exam:
    """Two rooms; in each the first candidate is absent, the second still awaited, the others are marked."""
    papers = make_paper_set(people, [[make_version(people, f"Q{at}")] for at in range(3)])
    exam = make_exam(people, papers, state=state)
    with unit_of_work() as session:
        exam = session.get(Exam, exam.id)
        exam.opens_at, exam.opened_at, exam.closes_at = START, START, START + timedelta(hours=2)
        rooms = [ExamRoom(exam_id=exam.id, name=f"Phòng máy {number}") for number in (1, 2)]
        session.add_all(rooms)
        session.flush()
        session.add(Invigilation(room_id=rooms[0].id, user_id=people.invigilator.id))
        session.add(RoomEvent(exam_id=exam.id, kind="opened", at=START, actor=people.invigilator.public_id))
    for at in range(count):
        _add(people, exam, rooms[at * 2 // count], papers.papers[at % 3], at, count)
    return exam


def _add(people: People, exam: Exam, room: ExamRoom, paper, at: int, count: int) -> None:
    name = f"{FAMILY[at % len(FAMILY)]} {GIVEN[at % len(GIVEN)]}"
    user = make_user(
        f"tt{at:03d}", name, Role.LEARNER, birth_date=["12/03/1984", "1978"][at % 2], unit_name=UNITS[at % len(UNITS)]
    )
    place = at % (count // 2)
    with unit_of_work() as session:
        candidacy = Candidacy(
            exam_id=exam.id, user_id=user.id, number=f"{at + 1:03d}", paper_id=paper.id, room_id=room.id,
            extra_seconds=600 if place == 2 else 0,
        )  # fmt: skip
        session.add(candidacy)
        session.flush()
        sitting = Sitting(
            candidacy_id=candidacy.id, exam_id=exam.id, user_id=user.id, paper_id=paper.id, room_id=room.id,
            question_count=40, journal_key="k", epoch=1, deadline_at=START + timedelta(hours=1),
            state="collecting" if place == 1 else "closed", closed_by=None if place == 1 else "candidate",
            entered_at=START, closed_at=None if place == 1 else START + timedelta(minutes=40 + place),
        )  # fmt: skip
        if place == 0:
            sitting.entered_at, sitting.closed_by = None, "absent"
        session.add(sitting)
        session.flush()
        if place > 1:
            mark = Decimal(at % 41) / 4
            session.add(
                SittingMark(
                    sitting_id=sitting.id, exam_id=exam.id, raw_points=mark, max_points=Decimal(10), total_points=mark,
                    scaled=mark, marked_at=START,
                )
            )  # fmt: skip
        if place == 3:
            session.add(
                RoomEvent(
                    exam_id=exam.id, room_id=room.id, sitting_id=sitting.id, kind="extended",
                    at=START + timedelta(minutes=20), actor=people.invigilator.public_id,
                    details={"seconds": 240, "reason": "Máy 17 hỏng, chuyển sang máy 36"},
                )
            )  # fmt: skip


def close_room(exam: Exam, room: ExamRoom) -> None:
    """As the invigilator's act leaves it in the log."""
    with unit_of_work() as session:
        session.add(RoomEvent(exam_id=exam.id, room_id=room.id, kind="room_closed", at=START, actor="system"))


def finish(exam: Exam) -> None:
    """Everybody awaited is in and marked."""
    with unit_of_work() as session:
        for sitting in session.query(Sitting).filter_by(exam_id=exam.id, state="collecting"):
            sitting.state, sitting.closed_by, sitting.closed_at = "closed", "deadline", START + timedelta(hours=1)
            session.add(
                SittingMark(
                    sitting_id=sitting.id, exam_id=exam.id, raw_points=Decimal(5), max_points=Decimal(10),
                    total_points=Decimal(5), scaled=Decimal(5), marked_at=START,
                )
            )  # fmt: skip


def enrol_all(people: People, exam: Exam) -> None:
    """Every candidate in the class, with a component mark of 7,5."""
    with unit_of_work() as session:
        for candidacy in session.get(Exam, exam.id).candidacies:
            session.add(Enrolment(cohort_id=people.cohort.id, user_id=candidacy.user_id, enrolled_at=THEN))
            session.add(
                ComponentMark(
                    offering_id=people.offering.id, user_id=candidacy.user_id, component="process",
                    points=Decimal("7.5"), entered_at=THEN,
                )
            )  # fmt: skip


def rename(user: User, full_name: str) -> None:
    with unit_of_work() as session:
        row = session.get(User, user.id)
        row.full_name, row.sort_key = full_name, text.name_sort_key(full_name)
