"""What lies on the desk of each role, and what looking costs."""

from datetime import timedelta

import pytest
from flask import current_app
from flask_babel import force_locale
from sqlalchemy import event

from exambank import clock
from exambank.accounts.models import RoleGrant
from exambank.db import db, unit_of_work
from exambank.exams.models import Exam
from exambank.grades import service as grades
from exambank.home import desk
from exambank.home.rules import NOW
from exambank.permissions import Role
from tests.documents.factories import enrol_all, finish
from tests.home.factories import make_busy_school
from tests.people import THEN, actor_of

ROLES = [
    "lecturer", "head", "officer", "quality", "invigilator", "marker", "leader", "technician", "inspector", "learner",
]  # fmt: skip


@pytest.fixture
def school(people):
    return make_busy_school(people)


def look(user):
    with current_app.test_request_context("/"), force_locale("en"):
        return desk.build(actor_of(user), clock.now())


def titles(found) -> str:
    return " | ".join(task.title for task in found.tasks)


def test_a_lecturer_finds_returned_items_drafts_and_missing_component_marks(school, people):
    found = look(people.lecturer)
    assert "Mend questions that were sent back" in titles(found)
    assert "Finish your drafts of Xây dựng Đảng" in titles(found)
    assert "Enter the component marks of Lớp K75" in titles(found)
    assert "Review" not in titles(found), "nobody reviews own work"


def test_a_colleague_and_the_head_find_the_review(school, people):
    for user in (people.other_lecturer, people.head, people.quality):
        assert "Review 1 questions of Xây dựng Đảng" in titles(look(user))
    assert look(people.stranger).tasks == []


def test_the_training_office_finds_what_an_exam_lacks_what_is_open_and_what_to_publish(school, people):
    found = look(people.officer)
    assert found.tasks[0].urgency == NOW
    prepare = next(task for task in found.tasks if task.title.startswith("Prepare"))
    assert "invigilators, papers" in prepare.text
    assert "Publish the grades" in titles(found)


def test_the_leadership_finds_results_to_make_final(school, people):
    with unit_of_work() as session:
        session.get(Exam, school["held"].id).result_state = "published"
    assert "Make the results of" in titles(look(people.leader))


def test_an_invigilator_finds_the_open_room_first(school, people):
    found = look(people.invigilator)
    assert found.tasks[0].url == f"/room/{school['open'].rooms[0].public_id}"
    assert [one.title for one in found.coming] == ["Phòng máy 1: Thi lại học phần Xây dựng Đảng, K75"]


def test_an_invigilator_finds_the_lists_to_sign_right_after_the_exam(school, people):
    clock.shift(-timedelta(days=2, hours=20))
    assert any(task.url.startswith("/documents/") for task in look(people.invigilator).tasks)


def test_a_learner_finds_the_open_exam_and_the_one_to_come(school, people):
    found = look(people.learner)
    assert found.tasks[0].button == "Enter the exam"
    assert found.tasks[0].url.startswith("/sit/")
    assert found.coming == [], "an exam that is still being prepared is not announced"


def test_a_learner_finds_published_results_only(school, people):
    held = school["held"]
    finish(held)
    learner = held.candidacies[1].user
    enrol_all(people, held)
    grades.compute_grades(held)
    assert look(learner).news == []
    with unit_of_work() as session:
        session.get(Exam, held.id).result_state = "published"
    assert "passed" in look(learner).news[0].text


def test_the_marker_is_told_that_nothing_waits(school, people):
    found = look(people.marker)
    assert found.tasks == []
    assert "Nothing waits to be marked by you" in found.notes[0]


def test_the_technician_finds_a_silent_worker_and_a_missing_backup(school, people):
    found = look(people.technician)
    assert {"Worker", "Backup"} <= {task.title for task in found.tasks}


def test_the_inspector_finds_exams_and_the_head_of_the_chain(school, people):
    found = look(people.inspector)
    assert found.tasks == []
    assert {one.url for one in found.news} == {"/audit", "/exams/"}


def test_several_roles_give_one_list(school, people):
    with unit_of_work() as session:
        session.add(RoleGrant(user_id=people.lecturer.id, role=Role.TRAINING_OFFICE, granted_at=THEN))
    found = titles(look(people.lecturer))
    assert "Publish the grades" in found
    assert "Finish your drafts" in found


@pytest.mark.postgresql
def test_every_desk_can_be_laid_on_postgresql(postgresql_app, people):
    make_busy_school(people)
    assert "Mend questions that were sent back" in titles(look(people.lecturer))
    for role in ROLES:
        look(getattr(people, role))


BUDGETS = {
    "lecturer": 14, "head": 13, "officer": 10, "quality": 13, "invigilator": 4, "marker": 0, "leader": 11,
    "technician": 6, "inspector": 8, "learner": 6,
}  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_a_desk_costs_a_bounded_number_of_queries(school, people, role):
    user = getattr(people, role)
    actor, now = actor_of(user), clock.now()
    db.session.rollback()
    db.session.expunge_all()
    statements = []

    def count(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        with current_app.test_request_context("/"):
            desk.build(actor, now)
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    assert len(statements) <= BUDGETS[role], "\n".join(statements)
