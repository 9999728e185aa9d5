"""Grades of real rows: computed, followed, taken over, published, frozen."""

from decimal import Decimal

import pytest

from exambank import audit, clock, jobs
from exambank.courses import service as courses
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import service as exams
from exambank.grades import service
from exambank.grades.models import Grade
from tests.grades.factories import (
    enrol,
    list_ineligible,
    make_exam_of,
    make_other_class,
    set_component,
    set_total,
)
from tests.people import actor_of

pytestmark = pytest.mark.usefixtures("people")


def make_graded(people):
    set_component(people.offering, people.learner, "8")
    set_component(people.offering, people.second_learner, "7")
    exam = make_exam_of(people, {people.learner: "7.5", people.second_learner: "3"})
    service.compute_grades(exam)
    return exam


def grades_by_code(exam) -> dict[str, Grade]:
    return {grade.user.code: grade for grade in service.list_grades(exams.get_exam(exam.public_id))}


def act(people, who="officer") -> dict:
    return {"actor": actor_of(getattr(people, who)), "now": clock.now()}


def test_grades_join_marks_by_the_regulation(any_app, people):
    grades = grades_by_code(make_graded(people))
    assert [(code, grades[code].value, grades[code].is_pass) for code in ("HV001", "HV002")] == [
        ("HV001", Decimal("7.7"), True),
        ("HV002", Decimal("4.6"), False),
    ]
    assert grades["HV001"].components == {"process": "8"}


def test_computing_again_changes_and_records_nothing(any_app, people):
    exam = make_graded(people)
    before = audit.head().number
    assert service.compute_grades(exam) == 0
    assert audit.head().number == before


def test_states_without_a_mark_are_told_apart(any_app, people):
    set_component(people.offering, people.learner, "8")
    exam = make_exam_of(people, {people.learner: None})
    list_ineligible(exam, people.second_learner)
    service.compute_grades(exam)
    grades = grades_by_code(exam)
    assert (grades["HV001"].value, grades["HV001"].remark) == (Decimal("3.2"), "absent")
    assert (grades["HV002"].value, grades["HV002"].remark) == (None, "not_eligible")


def test_a_learner_of_another_class_follows_the_own_regulation(any_app, people):
    cohort, offering = make_other_class(
        people, exam_weight="0.5", components=[{"code": "test", "name": "Kiểm tra", "weight": "0.5"}],
        rounding={"exam": "0.25", "module": "0.5"}, pass_mark="4.0",
    )  # fmt: skip
    enrol(cohort, people.second_learner)
    set_component(offering, people.second_learner, "5", "test")
    set_component(people.offering, people.learner, "8")
    exam = make_exam_of(people, {people.learner: "7.5", people.second_learner: "3.15"})
    service.compute_grades(exam)
    other = grades_by_code(exam)["HV002"]
    assert (other.exam_mark, other.value, other.is_pass) == (Decimal("3.25"), Decimal("4"), True)
    assert (other.offering_id, other.regulation_id) == (offering.id, cohort.regulation_id)


def test_draft_grades_follow_the_marks_by_themselves(any_app, people):
    exam = make_graded(people)
    set_total(exam, people.second_learner, "9")
    with unit_of_work():
        jobs.publish("marks.changed", exam.public_id)
    jobs.run_due()
    assert grades_by_code(exam)["HV002"].value == Decimal("8.2")


def test_closing_an_exam_marks_and_computes(any_app, people):
    set_component(people.offering, people.learner, "8")
    exam = make_exam_of(people, {people.learner: "7.5"})
    with unit_of_work():
        jobs.publish("exam.closed", exam.public_id)
    jobs.run_due()
    assert grades_by_code(exam)["HV001"].value == Decimal("7.7")


def test_published_grades_wait_for_a_person(any_app, people):
    exam = make_graded(people)
    service.publish(**act(people), exam=exam)
    set_total(exam, people.second_learner, "9")
    with unit_of_work():
        jobs.publish("marks.changed", exam.public_id)
    jobs.run_due()
    assert grades_by_code(exam)["HV002"].value == Decimal("4.6")
    exam = exams.get_exam(exam.public_id)
    [difference] = service.find_differences(exam)
    assert difference.crosses_pass
    with pytest.raises(StateConflict):
        service.compute_grades(exam)
    with pytest.raises(StateConflict):
        service.freeze(**act(people), exam=exam, signature="Phạm Thị Lan")
    book = service.get_gradebook(exam)
    assert service.recompute(**act(people), exam=exam, seen=book.planned) == 1
    assert grades_by_code(exam)["HV002"].value == Decimal("8.2")


def test_what_was_not_shown_is_not_taken_over(any_app, people):
    exam = make_graded(people)
    seen = service.get_gradebook(exam).planned
    set_total(exam, people.second_learner, "9")
    with pytest.raises(StateConflict):
        service.recompute(**act(people), exam=exams.get_exam(exam.public_id), seen=seen)
    assert grades_by_code(exam)["HV002"].value == Decimal("4.6")


def test_publishing_tells_exams_and_the_others(any_app, people):
    exam = make_graded(people)
    service.publish(**act(people), exam=exam, seen=service.get_gradebook(exam).digest)
    assert exams.get_exam(exam.public_id).result_state == "published"
    assert "grades.published" in [event.verb for event in audit.list_for(exam)]
    with pytest.raises(StateConflict):
        service.publish(**act(people), exam=exam)


def test_nothing_is_published_unseen_or_out_of_date(any_app, people):
    exam = make_graded(people)
    with pytest.raises(StateConflict):
        service.publish(**act(people), exam=exam, seen="0" * 64)
    set_component(people.offering, people.learner, "9")
    with pytest.raises(StateConflict):
        service.publish(**act(people), exam=exams.get_exam(exam.public_id))
    assert exams.get_exam(exam.public_id).result_state == "draft"


def test_an_exam_without_grades_is_not_published(any_app, people):
    exam = make_exam_of(people, {people.learner: "7"})
    with pytest.raises(StateConflict):
        service.publish(**act(people), exam=exam)


def test_an_exam_still_on_has_no_grades(any_app, people):
    exam = make_exam_of(people, {people.learner: "7"}, state="open")
    with pytest.raises(StateConflict):
        service.compute_grades(exam)
    assert service.list_grades(exam) == []


def test_freezing_needs_the_own_name_as_signature(any_app, people):
    exam = make_graded(people)
    service.publish(**act(people), exam=exam)
    with pytest.raises(InvalidInput):
        service.freeze(**act(people), exam=exam, signature="Lan")
    assert exams.get_exam(exam.public_id).result_state == "published"


def test_after_freezing_nothing_moves(any_app, people):
    exam = make_graded(people)
    service.publish(**act(people), exam=exam)
    digest = service.freeze(**act(people, "leader"), exam=exam, signature="lê văn đạo")
    set_total(exam, people.second_learner, "9")
    exam = exams.get_exam(exam.public_id)
    assert exam.result_state == "frozen"
    for attempt in (service.compute_grades, lambda one: service.recompute(**act(people), exam=one)):
        with pytest.raises(StateConflict):
            attempt(exam)
    with unit_of_work():
        jobs.publish("marks.changed", exam.public_id)
    jobs.run_due()
    assert service.fingerprint_of(service.list_grades(exam)) == digest
    with pytest.raises(StateConflict):
        courses.set_component_marks(
            **act(people), offering=people.offering, marks={people.learner.id: {"process": Decimal("1")}}
        )


def test_a_candidate_without_a_class_is_named_and_not_graded(any_app, people):
    set_component(people.offering, people.learner, "8")
    exam = make_exam_of(people, {people.learner: "7"})
    with unit_of_work():
        db.session.get(type(exam), exam.id).offering_id = None
    list_ineligible(exam, people.inspector)
    exam = exams.get_exam(exam.public_id)
    assert service.compute_grades(exam) == 1
    assert service.get_gradebook(exam).homeless == ["Đinh Công Lý"]


def test_learners_see_their_own_published_grades_only(any_app, people):
    exam = make_graded(people)
    assert service.list_for_learner(people.learner.id) == []
    service.publish(**act(people), exam=exam)
    [own] = service.list_for_learner(people.learner.id)
    assert (own.grade.value, own.sum.rounded) == (Decimal("7.7"), Decimal("7.7"))


def test_a_mark_that_is_never_shown_stays_hidden_behind_the_grade(any_app, people):
    set_component(people.offering, people.learner, "8")
    exam = make_exam_of(people, {people.learner: "7.5"}, release={"mark": "never", "review": "never"})
    service.compute_grades(exam)
    service.publish(**act(people), exam=exam)
    [own] = service.list_for_learner(people.learner.id)
    assert (own.shows_mark, own.sum) == (False, None)


def test_lists_hold_what_the_actor_may_see(any_app, people):
    make_graded(people)
    [row] = service.list_exams_for(actor_of(people.officer))
    assert (row.listed, row.graded, row.passed) == (2, 2, 1)
    assert service.list_exams_for(actor_of(people.officer), search="xay dung") != []
    assert service.list_exams_for(actor_of(people.officer), search="dan van") == []
    assert len(service.list_exams_for(actor_of(people.lecturer))) == 1
    assert service.list_exams_for(actor_of(people.stranger)) == []


def test_names_are_listed_the_vietnamese_way(any_app, people):
    grades = service.list_grades(make_graded(people))
    assert [grade.user.full_name for grade in grades] == ["Nguyễn Thị Thu Hường", "Lò Văn Ưởng"]
