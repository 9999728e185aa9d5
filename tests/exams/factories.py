"""Exams for tests, made through the services: scheduled, listed, with papers, ready."""

from datetime import timedelta

from exambank import clock
from exambank.assembly import service as assembly
from exambank.courses.models import Enrolment
from exambank.db import unit_of_work
from exambank.exams import service
from exambank.permissions import Role
from tests.assembly.factories import fill_bank, make_approved_set
from tests.people import THEN, actor_of, make_user

NAMES = [
    "Nguyễn Văn An",
    "Trần Thị Bích",
    "Lê Văn Cường",
    "Phạm Thị Dung",
    "Hoàng Văn Đức",
    "Vũ Thị Em",
    "Đỗ Văn Giang",
]


def enrol(people, count: int):
    """``count`` more learners of the class K75."""
    users = [make_user(f"hv1{at:02d}", f"{NAMES[at % len(NAMES)]} {at:02d}", Role.LEARNER) for at in range(count)]
    with unit_of_work() as session:
        session.add_all(Enrolment(cohort_id=people.cohort.id, user_id=user.id, enrolled_at=THEN) for user in users)
    return users


def make_exam(people, starts_in=timedelta(minutes=10), **values):
    """An exam of an hour in two rooms, scheduled by the training office; nobody listed yet."""
    now = clock.now()
    opens_at = values.pop("opens_at", now + starts_in)
    return service.schedule_exam(
        actor=actor_of(people.officer),
        now=now,
        offering=values.pop("offering", people.offering),
        title=values.pop("title", "Thi kết thúc học phần Xây dựng Đảng"),
        opens_at=opens_at,
        closes_at=values.pop("closes_at", opens_at + timedelta(minutes=90)),
        duration_seconds=values.pop("duration_seconds", 3600),
        room_names=values.pop("room_names", ["Phòng máy 1", "Phòng máy 2"]),
        **values,
    )


def make_listed_exam(people, **values):
    """The same with the whole class listed, numbered and placed."""
    exam = make_exam(people, **values)
    service.add_candidates(actor=actor_of(people.officer), now=clock.now(), exam=exam, cohort=people.cohort)
    return exam


def make_ready_exam(people, papers: int = 4, **values):
    """The same with papers dealt, approved and bound, an invigilator in the first room, and ready to open."""
    if not assembly.list_approved_sets(people.module.id):
        fill_bank(people)
        make_approved_set(people, papers)
    exam = make_listed_exam(people, paper_set=assembly.list_approved_sets(people.module.id)[0], **values)
    officer = actor_of(people.officer)
    service.assign_invigilators(actor=officer, now=clock.now(), room=exam.rooms[0], users=[people.invigilator])
    service.bind_papers(actor=officer, now=clock.now(), exam=exam, seed="chia đề")
    service.make_ready(actor=officer, now=clock.now(), exam=exam)
    return exam


def make_open_exam(people, **values):
    """The same, opened."""
    exam = make_ready_exam(people, **values)
    service.open_exam(actor=actor_of(people.officer), now=clock.now(), exam=exam)
    return exam
