"""The event on both databases: scheduled, listed, numbered, placed, papers bound, opened, closed."""

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select, update

from exambank import audit, clock, jobs
from exambank.assembly import service as assembly
from exambank.courses.models import Attendance, CourseModule
from exambank.courses.rules import RoomRules
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.exams import rules, service
from exambank.exams.rules import ListedCode
from exambank.jobs import Job
from exambank.permissions import Role
from tests.assembly.factories import fill_bank, make_approved_set, make_paper_set
from tests.exams.factories import enrol, make_exam, make_listed_exam, make_open_exam, make_ready_exam
from tests.people import RULES, actor_of, make_user


def listen(subject):
    """A subscriber of these tests: what was published waits for it in the outbox."""


for event in ("exam.ready", "exam.opened", "exam.closed"):
    jobs.on(event)(listen)


def heard():
    """Events published so far, oldest first."""
    query = select(Job.event).where(Job.subscriber.endswith(".listen")).order_by(Job.id)
    return list(db.session.execute(query).scalars())


def by(person):
    return {"actor": actor_of(person), "now": clock.now()}


def candidate(exam, user):
    return service.find_candidacy(exam.id, user.id)


def absent(people, user, periods):
    with unit_of_work() as session:
        session.add(Attendance(offering_id=people.offering.id, user_id=user.id, periods_absent=periods))


def test_scheduling_freezes_the_rules_of_the_room_and_makes_a_session_code(any_app, people):
    exam = service.get_exam(make_exam(people).public_id)
    assert service.room_rules(exam) == RoomRules.parse(
        {
            name: RULES[name]
            for name in ("late_entry_seconds", "earliest_leave_share", "flush_window_seconds", "grace_seconds")
        }
    )
    assert len(exam.session_code) == 6
    assert exam.release == {"mark": "published", "review": "never"}
    assert [room.name for room in exam.rooms] == ["Phòng máy 1", "Phòng máy 2"]
    assert exam.state == exam.result_state == "draft"
    assert [event.verb for event in audit.list_for(exam)] == ["exam.scheduled"]


@pytest.mark.parametrize(
    "values",
    [
        {"title": " "},
        {"duration_seconds": 0},
        {"duration_seconds": 5401},
        {"start_mode": "sometime"},
        {"release": {"mark": "tomorrow"}},
        {"release": {"key": "at_once"}},
        {"room_names": ["Phòng 1", "Phòng 1 "]},
        {"starts_in": timedelta(days=-1)},
    ],
)
def test_a_schedule_that_cannot_be_held_is_refused(app, people, values):
    with pytest.raises(InvalidInput):
        make_exam(people, **values)
    assert service.list_exams_for(actor_of(people.officer)) == []


def test_a_programme_without_an_adopted_regulation_cannot_be_examined(app, people):
    with unit_of_work():
        people.regulation.adopted_at = None
    with pytest.raises(InvalidInput, match=r"Regulation|[Qq]uy chế"):
        make_exam(people, offering=None, course_module=people.module)


def test_times_change_until_the_exam_is_opened(any_app, people):
    exam = make_ready_exam(people)
    values = {
        "exam": exam, "title": "Ca 2", "opens_at": clock.now(), "closes_at": clock.now() + timedelta(hours=3),
        "duration_seconds": 90, "start_mode": "personal",
    }  # fmt: skip
    service.change_schedule(**by(people.officer), **values)
    assert (exam.title, exam.duration_seconds, exam.start_mode) == ("Ca 2", 90, "personal")
    service.open_exam(**by(people.officer), exam=exam)
    with pytest.raises(StateConflict):
        service.change_schedule(**by(people.officer), **values)


def test_the_class_is_listed_by_vietnamese_names_with_numbers_and_rooms(any_app, people):
    enrol(people, 5)
    exam = make_listed_exam(people)
    found = service.list_candidates(exam)
    names = [one.user.sort_key for one in found]
    assert names == sorted(names)
    assert [one.number for one in found] == ["001", "002", "003", "004", "005", "006", "007"]
    assert [one.room_id for one in found] == [exam.rooms[0].id] * 4 + [exam.rooms[1].id] * 3
    count = service.tally(exam)
    assert (count.listed, count.eligible, count.numbered, count.placed, count.bound) == (7, 7, 7, 7, 0)


def test_who_was_absent_too_often_is_listed_with_the_reason_and_gets_nothing(any_app, people):
    absent(people, people.learner, 10)
    exam = make_listed_exam(people)
    barred = candidate(exam, people.learner)
    assert (barred.is_eligible, barred.number, barred.room_id) == (False, None, None)
    assert [reason["code"] for reason in barred.ineligible_reasons] == ["attendance_low"]
    text = service.reason_text(barred.ineligible_reasons[0])
    assert "10" in text
    assert "45" in text
    assert candidate(exam, people.second_learner).number == "001"


def test_a_person_admits_with_a_reason_against_the_rule(any_app, people):
    absent(people, people.learner, 10)
    exam = make_listed_exam(people)
    barred = candidate(exam, people.learner)
    with pytest.raises(InvalidInput):
        service.admit_candidate(**by(people.officer), candidacy=barred, reason="")
    service.admit_candidate(**by(people.officer), candidacy=barred, reason="Quyết định 12/QĐ")
    assert (barred.is_eligible, barred.number, barred.admitted_reason) == (True, "002", "Quyết định 12/QĐ")
    assert barred.room_id is not None
    assert [reason["code"] for reason in barred.ineligible_reasons] == ["attendance_low"]
    with pytest.raises(StateConflict):
        service.admit_candidate(**by(people.officer), candidacy=barred, reason="lại")


def test_eligibility_is_compared_again_when_attendance_was_corrected(any_app, people):
    absent(people, people.learner, 10)
    exam = make_listed_exam(people)
    with unit_of_work() as session:
        session.execute(update(Attendance).values(periods_absent=2))
    assert service.judge_again(**by(people.officer), exam=exam) == 1
    assert candidate(exam, people.learner).number == "002"
    assert service.judge_again(**by(people.officer), exam=exam) == 0


def test_listing_twice_adds_nobody_twice(any_app, people):
    exam = make_listed_exam(people)
    again = service.add_candidates(**by(people.officer), exam=exam, cohort=people.cohort)
    assert (again.eligible, again.ineligible, again.known) == ((), (), 2)
    assert service.tally(exam).listed == 2


def test_a_duplicate_number_is_refused_by_name_and_nobody_is_added(any_app, people):
    exam = make_exam(people)
    rows = [ListedCode(1, "HV001", "007"), ListedCode(2, "hv002", "007")]
    with pytest.raises(InvalidInput, match="007") as refused:
        service.import_candidates(**by(people.officer), exam=exam, rows=rows)
    assert "Nguyễn Thị Thu Hường" in refused.value.message
    assert "Lò Văn Ưởng" in refused.value.message
    assert service.tally(exam).listed == 0


def test_a_pasted_list_names_every_wrong_line_and_adds_nobody(any_app, people):
    exam = make_exam(people)
    rows = rules.parse_codes("HV001\nHV999\nHV002\t0 0\nhv001\n")
    with pytest.raises(InvalidInput) as refused:
        service.import_candidates(**by(people.officer), exam=exam, rows=rows)
    assert "HV999" in refused.value.message
    assert "0 0" in refused.value.message
    assert service.tally(exam).listed == 0
    service.import_candidates(**by(people.officer), exam=exam, rows=rules.parse_codes("hv002;A-2\nHV001"))
    assert {one.user_id: one.number for one in service.list_candidates(exam)} == {
        people.second_learner.id: "A-2",
        people.learner.id: "001",
    }


def test_one_number_is_changed_unless_somebody_has_it(any_app, people):
    exam = make_listed_exam(people)
    first, second = service.list_candidates(exam)
    service.set_number(**by(people.officer), candidacy=first, number="100")
    assert first.number == "100"
    for number in ("002", "", "no spaces"):
        with pytest.raises(InvalidInput):
            service.set_number(**by(people.officer), candidacy=first, number=number)
    service.number_candidates(**by(people.officer), exam=exam)
    assert sorted((first.number, second.number)) == ["001", "002"]


def test_a_candidate_is_removed_before_the_exam_is_ready_only(any_app, people):
    exam = make_listed_exam(people)
    service.remove_candidate(**by(people.officer), candidacy=candidate(exam, people.learner))
    assert service.tally(exam).listed == 1
    ready = make_ready_exam(people)
    with pytest.raises(StateConflict):
        service.remove_candidate(**by(people.officer), candidacy=candidate(ready, people.learner))


def test_a_second_exam_of_the_same_class_is_the_second_attempt_and_a_third_is_barred(any_app, people):
    make_listed_exam(people)
    second = make_listed_exam(people, starts_in=timedelta(days=7))
    assert {one.attempt_no for one in service.list_candidates(second)} == {2}
    third = make_listed_exam(people, starts_in=timedelta(days=14))
    assert {one.ineligible_reasons[0]["code"] for one in service.list_candidates(third)} == {"attempts_used"}


def test_extra_time_needs_a_reason_and_a_sane_amount(any_app, people):
    exam = make_ready_exam(people)
    one = candidate(exam, people.learner)
    for seconds in (0, -60, 3601, 60 * 10**6):
        with pytest.raises(InvalidInput):
            service.set_extra_time(**by(people.officer), candidacy=one, seconds=seconds, reason="khuyết tật")
    with pytest.raises(InvalidInput):
        service.set_extra_time(**by(people.officer), candidacy=one, seconds=60, reason="")
    service.set_extra_time(**by(people.officer), candidacy=one, seconds=1800, reason="Tay bị thương")
    assert (one.extra_seconds, one.extra_reason) == (1800, "Tay bị thương")
    service.open_exam(**by(people.officer), exam=exam)
    with pytest.raises(StateConflict):
        service.remove_extra_time(**by(people.officer), candidacy=one)


def test_rooms_are_split_by_seats_or_refused(any_app, people):
    enrol(people, 4)
    exam = make_listed_exam(people)
    one, two = (room.id for room in exam.rooms)
    service.split_rooms(**by(people.officer), exam=exam, capacities={one: 5, two: 5})
    assert service.tally(exam).by_room == {one: 5, two: 1}
    with pytest.raises(InvalidInput, match="6"):
        service.split_rooms(**by(people.officer), exam=exam, capacities={one: 2, two: 2})
    service.split_rooms(**by(people.officer), exam=exam)
    assert service.tally(exam).by_room == {one: 3, two: 3}
    last = service.list_candidates(exam)[-1]
    service.move_candidate(**by(people.officer), candidacy=last, room=exam.rooms[0])
    assert service.tally(exam).by_room == {one: 4, two: 2}


def test_a_room_with_candidates_is_not_removed(any_app, people):
    exam = make_listed_exam(people)
    service.add_rooms(**by(people.officer), exam=exam, names=["Phòng dự phòng"])
    empty = service.get_exam(exam.public_id).rooms[-1]
    service.remove_room(**by(people.officer), room=empty)
    with pytest.raises(StateConflict):
        service.remove_room(**by(people.officer), room=service.get_exam(exam.public_id).rooms[0])
    with pytest.raises(InvalidInput):
        service.add_rooms(**by(people.officer), exam=exam, names=["Phòng máy 1"])


def test_a_lecturer_of_the_class_may_not_watch_it_and_a_lecturer_of_another_module_is_noticed(any_app, people):
    exam = make_exam(people)
    watching = make_user("coithi", "Mai Văn Coi", Role.INVIGILATOR, Role.LECTURER)
    with unit_of_work() as session:
        lecturer, stranger = session.merge(people.lecturer), session.merge(people.stranger)
        lecturer.grants.append(type(watching.grants[0])(role=Role.INVIGILATOR, granted_at=clock.now()))
        stranger.grants.append(type(watching.grants[0])(role=Role.INVIGILATOR, granted_at=clock.now()))
    with pytest.raises(InvalidInput, match="Nguyệt"):
        service.assign_invigilators(**by(people.officer), room=exam.rooms[0], users=[people.lecturer])
    with pytest.raises(InvalidInput, match="Hường"):
        service.assign_invigilators(**by(people.officer), room=exam.rooms[0], users=[people.learner])
    warnings = service.assign_invigilators(
        **by(people.officer), room=exam.rooms[0], users=[people.invigilator, people.stranger]
    )
    assert len(warnings) == 1
    assert actor_of(people.invigilator).room_ids == {exam.rooms[0].id}
    with pytest.raises(InvalidInput):
        service.assign_invigilators(**by(people.officer), room=exam.rooms[1], users=[people.invigilator])
    service.assign_invigilators(**by(people.officer), room=exam.rooms[0], users=[watching])
    assert actor_of(people.invigilator).room_ids == frozenset()
    other = make_exam(people, title="Ca khác")
    (warning,) = service.assign_invigilators(**by(people.officer), room=other.rooms[0], users=[watching])
    assert exam.title in warning


def test_papers_of_another_module_or_not_approved_are_refused(any_app, people):
    fill_bank(people)
    dealt = make_paper_set(people)
    with pytest.raises(InvalidInput):
        make_exam(people, paper_set=dealt)
    approved = make_approved_set(people)
    with pytest.raises(InvalidInput):
        make_exam(
            people,
            offering=None,
            course_module=db.session.get(CourseModule, people.other_module.id),
            paper_set=approved,
        )
    exam = make_exam(people)
    with pytest.raises(StateConflict):
        service.bind_papers(**by(people.officer), exam=exam)


def test_neighbours_get_different_papers_and_the_seed_is_recorded(any_app, people):
    enrol(people, 10)
    exam = make_ready_exam(people, papers=3)
    papers = [one.paper_id for one in service.list_candidates(exam)]
    assert None not in papers
    assert all(one != other for one, other in pairwise(papers))
    assert exam.paper_seed == "chia đề"
    assert exam.paper_set.bound_at is not None
    with pytest.raises(StateConflict):
        assembly.withdraw_papers(**by(people.quality), paper_set=exam.paper_set, reason="x")


def test_an_exam_is_ready_only_when_nothing_is_missing(any_app, people):
    fill_bank(people)
    exam = make_exam(people, room_names=[])
    assert len(service.find_obstacles(exam, clock.now())) == 3
    with pytest.raises(StateConflict):
        service.make_ready(**by(people.officer), exam=exam)
    service.add_candidates(**by(people.officer), exam=exam, cohort=people.cohort)
    service.add_rooms(**by(people.officer), exam=exam, names=["Phòng 1"])
    assert service.tally(exam).placed == 2
    service.bind_papers(**by(people.officer), exam=exam, paper_set=make_approved_set(people))
    assert heard() == []
    service.make_ready(**by(people.officer), exam=exam)
    assert (exam.state, heard()) == ("ready", ["exam.ready"])
    with pytest.raises(StateConflict):
        service.make_ready(**by(people.officer), exam=exam)


def test_somebody_added_to_a_ready_exam_gets_number_room_and_paper_and_sittings_is_told_again(any_app, people):
    exam = make_ready_exam(people)
    late = make_user("hv900", "Bùi Văn Muộn", Role.LEARNER)
    service.add_candidates(**by(people.officer), exam=exam, users=[late])
    one = candidate(exam, late)
    assert one.number == "003"
    assert one.room_id is not None
    assert one.paper_id is not None
    assert one.paper_id != service.list_candidates(exam)[1].paper_id
    assert heard() == ["exam.ready", "exam.ready"]


def test_opening_takes_the_right_code_at_the_right_time(any_app, people):
    exam = make_ready_exam(people, starts_in=timedelta(minutes=20))
    with pytest.raises(StateConflict):
        service.open_exam(**by(people.invigilator), exam=exam, code=exam.session_code)
    clock.shift(timedelta(minutes=6))
    with pytest.raises(InvalidInput):
        service.open_exam(**by(people.invigilator), exam=exam, code="AAAAAA")
    assert not service.is_any_exam_open()
    service.open_exam(**by(people.invigilator), exam=exam, code=exam.session_code.lower())
    assert exam.state == "open"
    assert exam.opened_at < exam.opens_at
    assert service.is_any_exam_open()
    assert heard() == ["exam.ready", "exam.opened"]
    with pytest.raises(StateConflict):
        service.open_exam(**by(people.invigilator), exam=exam)


def test_closing_waits_for_the_sittings_that_are_reported(any_app, people):
    exam = make_open_exam(people)
    service.record_sitting_counts(exam.id, {"ready": 0, "open": 1, "closed": 1})
    with pytest.raises(StateConflict):
        service.close_exam(**by(people.officer), exam=exam)
    service.record_sitting_counts(exam.id, {"ready": 1, "closed": 1})
    with pytest.raises(StateConflict):
        service.close_exam(**by(people.officer), exam=exam)
    service.close_exam(**by(people.officer), exam=exam, early=True)
    assert exam.state == "closed"
    assert exam.closed_at is not None
    assert heard() == ["exam.ready", "exam.opened", "exam.closed"]
    assert not service.is_any_exam_open()


def test_an_exam_is_cancelled_with_a_reason_before_it_is_opened(any_app, people):
    exam = make_exam(people)
    with pytest.raises(InvalidInput):
        service.cancel(**by(people.officer), exam=exam, reason="")
    service.cancel(**by(people.officer), exam=exam, reason="Bão số 5")
    assert (exam.state, exam.cancelled_reason) == ("cancelled", "Bão số 5")
    with pytest.raises(StateConflict):
        service.cancel(**by(people.officer), exam=make_open_exam(people), reason="muộn")


def test_results_are_published_then_frozen_and_only_after_the_close(any_app, people):
    exam = make_open_exam(people)
    with pytest.raises(StateConflict):
        service.set_result_state(**by(people.officer), exam=exam, state="published")
    service.record_sitting_counts(exam.id, {"closed": 2})
    service.close_exam(**by(people.officer), exam=exam)
    with pytest.raises(StateConflict):
        service.set_result_state(**by(people.officer), exam=exam, state="frozen")
    service.set_result_state(**by(people.officer), exam=exam, state="published")
    service.set_result_state(**by(people.officer), exam=exam, state="frozen")
    assert exam.result_state == "frozen"
    with pytest.raises(StateConflict):
        service.set_result_state(**by(people.officer), exam=exam, state="draft")


def test_everybody_lists_the_exams_that_concern_them(any_app, people):
    exam = make_ready_exam(people)
    for person in (people.officer, people.quality, people.leader, people.head, people.lecturer, people.invigilator):
        assert service.list_exams_for(actor_of(person)) == [exam], person.username
    for person in (people.stranger, people.technician, people.learner):
        assert service.list_exams_for(actor_of(person)) == [], person.username


def test_a_learner_sees_own_exams_once_they_are_ready(any_app, people):
    make_listed_exam(people, title="còn là nháp")
    exam = make_ready_exam(people, starts_in=timedelta(minutes=12))
    (mine,) = service.list_for_learner(people.learner.id, clock.now())
    assert (mine.exam_id, mine.number, mine.room, mine.when) == (exam.public_id, "001", "Phòng máy 1", "upcoming")
    assert mine.is_eligible
    service.open_exam(**by(people.officer), exam=exam)
    assert service.list_for_learner(people.learner.id, clock.now())[0].when == "open"
    assert service.list_for_learner(people.lecturer.id, clock.now()) == []


def test_release_rules_are_changed_with_a_record(any_app, people):
    exam = make_exam(people)
    service.change_release(**by(people.leader), exam=exam, release={"mark": "at_once", "review": "published"})
    assert exam.release == {"mark": "at_once", "review": "published"}
    assert audit.list_for(exam)[0].verb == "exam.release_changed"


def test_unknown_things_are_not_found(app, people):
    for get in (service.get_exam, service.get_room, service.get_candidacy):
        with pytest.raises(NotFound):
            get("nobody")
