"""Entering, handing in, time, closing by the clock, the quarantine: on both databases."""

from datetime import timedelta

import pytest
from flask import current_app

from exambank import audit, clock, jobs
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, StateConflict, TooManyAttempts
from exambank.exams import service as exams
from exambank.jobs import on
from exambank.sittings import service, sweeper
from exambank.sittings.models import ResponseEvent, RoomEvent, TimeGrant
from tests.exams.factories import make_ready_exam
from tests.people import actor_of
from tests.sittings.factories import Candidate, fresh, make_room, move_to, pass_time, sitting_of

pytestmark = pytest.mark.usefixtures("any_app")


@pytest.fixture
def published(monkeypatch):
    """Every event of the room, as its subscribers would hear it."""
    heard = []
    monkeypatch.setattr(jobs, "_subscribers", type(jobs._subscribers)(list))
    for name in ("sitting.submitted", "sitting.closed", "sitting.changed", "exam.closed"):

        def hear(subject, name=name):
            heard.append(name)

        hear.__qualname__ = f"hear_{name}"
        on(name, at_once=True)(hear)
    return heard


@pytest.fixture
def invigilator(exam, people):
    return actor_of(people.invigilator)


def kinds(exam):
    return [row.kind for row in db.session.query(RoomEvent).filter_by(exam_id=exam.id).order_by(RoomEvent.id)]


# --- before the bell ---


def test_preparing_twice_makes_one_sitting_for_each_candidate(people, room_closer):
    exam = make_ready_exam(people)
    assert service.prepare(exam.public_id) + service.prepare(exam.public_id) <= 2
    sittings = service.list_sittings(exam)
    assert [sitting.state for sitting in sittings] == ["ready", "ready"]
    assert {sitting.question_count for sitting in sittings} == {10}
    assert len({sitting.journal_key for sitting in sittings}) == 2
    assert service.generation()


def test_the_room_is_prepared_when_the_exam_becomes_ready(people, room_closer):
    exam = make_ready_exam(people)
    jobs.run_due()
    assert len(service.list_sittings(exam)) == 2


def test_nobody_enters_before_the_start_or_too_late_or_with_a_wrong_code(people, sign_in, room_closer):
    exam = make_ready_exam(people)
    service.prepare(exam.public_id)
    candidate = Candidate(sign_in(people.learner), exam, people.learner)
    assert candidate.enter().json["error"] == "not_open"
    exams.open_exam(actor=actor_of(people.officer), now=clock.now(), exam=exam)
    assert candidate.enter().json["error"] == "not_started"
    move_to(exam.opens_at, seconds=1)
    assert candidate.enter("WRONG").status_code == 422
    assert candidate.sitting().state == "ready"
    move_to(exam.opens_at, seconds=601)
    assert candidate.enter().json["error"] == "too_late"
    assert candidate.sitting().entered_at is None


def test_a_code_is_typed_with_spaces_and_small_letters_too(candidate, exam):
    code = exam.session_code
    assert candidate.enter(f" {code[:3].lower()}-{code[3:]} ").status_code == 200


def test_guessing_codes_is_stopped_for_this_sitting_only(candidate, exam, people, sign_in):
    for _try in range(10):
        assert candidate.enter("WRONG").status_code == 422
    assert candidate.enter().status_code == 429
    other = Candidate(sign_in(people.second_learner), exam, people.second_learner)
    assert other.enter().status_code == 200
    pass_time(minutes=9)
    with pytest.raises(TooManyAttempts):
        service.enter(
            actor=actor_of(people.learner), now=clock.now(), sitting=candidate.sitting(), browser="b",
            code=exam.session_code,
        )  # fmt: skip


def test_a_uniform_start_gives_late_comers_the_same_deadline(exam, people, sign_in):
    early = Candidate(sign_in(people.learner), exam, people.learner).entered()
    pass_time(minutes=5)
    late = Candidate(sign_in(people.second_learner), exam, people.second_learner).entered()
    assert early.sitting().deadline_at == late.sitting().deadline_at == exam.opens_at + timedelta(hours=1)


def test_a_personal_start_and_extra_time_give_each_their_own_deadline(people, sign_in, room_closer):
    exam = make_ready_exam(people, start_mode="personal", room_names=["A"])
    service.prepare(exam.public_id)
    mine = exams.find_candidacy(exam.id, people.learner.id)
    exams.set_extra_time(
        actor=actor_of(people.officer), now=clock.now(), candidacy=mine, seconds=600, reason="khiếm thị"
    )
    exams.open_exam(actor=actor_of(people.officer), now=clock.now(), exam=exam)
    move_to(exam.opens_at, minutes=20)
    candidate = Candidate(sign_in(people.learner), exam, people.learner).entered()
    assert candidate.sitting().deadline_at == candidate.sitting().entered_at + timedelta(minutes=70)


# --- handing in ---


def test_handing_in_too_early_is_refused_with_the_time_and_the_answers_sent_along_are_kept(candidate):
    candidate.entered()
    refused = candidate.submit(candidate.answer(1, 1))
    assert (refused.status_code, refused.json["error"]) == (409, "too_early")
    assert refused.json["allowed_ms"]
    assert candidate.stored() == {1: 1}
    assert candidate.sitting().state == "open"


def test_handing_in_gives_a_receipt_and_repeating_it_gives_the_same(candidate, exam, published):
    candidate.entered()
    pass_time(minutes=41)
    first = candidate.submit(candidate.answer(1, 1), candidate.answer(2, None))
    again = candidate.submit(candidate.answer(1, 1, n=1))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json["receipt"] == again.json["receipt"]
    assert first.json["answered"] == 1
    assert first.json["state"] == "closed"
    assert "score" not in first.text
    assert published == ["sitting.submitted", "sitting.closed"]
    assert kinds(exam).count("submitted") == 1
    sitting = candidate.sitting()
    assert (sitting.closed_by, sitting.receipt) == ("candidate", first.json["receipt"])
    assert audit.verify().problems == ()


def test_the_history_is_sealed_at_the_close_and_a_changed_row_shows(candidate):
    candidate.entered()
    candidate.save_one(1, 1)
    db.session.rollback()
    assert service.chain_running() == 1
    assert service.chain_running() == 0
    candidate.save_one(2, 1)
    pass_time(minutes=41)
    candidate.submit()
    sitting = candidate.sitting()
    assert service.verify_history(sitting)
    with unit_of_work() as session:
        session.query(ResponseEvent).filter_by(sitting_id=sitting.id, question=1).update({"payload": '{"choice":null}'})
    assert not service.verify_history(sitting)


def test_an_older_page_cannot_hand_in(candidate):
    candidate.entered()
    first = candidate.epoch
    candidate.enter("")
    pass_time(minutes=41)
    assert candidate.submit(epoch=first).json["error"] == "re_enter"
    assert candidate.sitting().state == "open"


# --- time in people's hands ---


def test_a_pause_of_95_seconds_gives_exactly_95_seconds_back_once(candidate, invigilator):
    candidate.entered()
    before = candidate.sitting().deadline_at
    start = clock.now()
    service.pause(actor=invigilator, now=start, sitting=candidate.sitting(), reason="mất điện")
    service.resume(actor=invigilator, now=start + timedelta(seconds=95), sitting=candidate.sitting())
    with pytest.raises(StateConflict):
        service.resume(actor=invigilator, now=start + timedelta(seconds=200), sitting=candidate.sitting())
    sitting = candidate.sitting()
    assert sitting.deadline_at == before + timedelta(seconds=95)
    assert sitting.paused_seconds == 95


def test_pausing_the_room_stops_only_who_works(exam, people, sign_in, invigilator):
    candidate = Candidate(sign_in(people.learner), exam, people.learner).entered()
    room = exam.rooms[0]
    assert service.pause_room(actor=invigilator, now=clock.now(), room=room, reason="mất điện") == 1
    with pytest.raises(StateConflict):
        service.pause(actor=invigilator, now=clock.now(), sitting=candidate.sitting(), reason="mất điện")
    pass_time(minutes=5)
    assert service.resume_room(actor=invigilator, now=clock.now(), room=room) == 1
    assert candidate.sitting().deadline_at >= exam.opens_at + timedelta(minutes=65)


def test_extra_time_incident_time_and_pause_are_separate_and_add_up(people, sign_in, room_closer):
    exam = make_room(people)
    mine = exams.find_candidacy(exam.id, people.learner.id)
    with unit_of_work():
        mine.extra_seconds = 1800
    candidate = Candidate(sign_in(people.learner), exam, people.learner).entered()
    actor = actor_of(people.invigilator)
    service.extend(actor=actor, now=clock.now(), sitting=candidate.sitting(), seconds=420, reason="đổi máy")
    now = clock.now()
    service.pause(actor=actor, now=now, sitting=candidate.sitting(), reason="mất điện")
    service.resume(actor=actor, now=now + timedelta(seconds=95), sitting=candidate.sitting())
    sitting = candidate.sitting()
    assert sitting.deadline_at == exam.opens_at + timedelta(seconds=3600 + 1800 + 420 + 95)
    assert (sitting.incident_seconds, sitting.paused_seconds) == (420, 95)
    assert db.session.query(TimeGrant).one().reason == "đổi máy"


@pytest.mark.parametrize(("seconds", "reason"), [(0, "x"), (-60, "x"), (10**6, "x"), (60, "  ")])
def test_an_unfit_extension_changes_nothing(candidate, invigilator, seconds, reason):
    candidate.entered()
    before = candidate.sitting().deadline_at
    with pytest.raises(InvalidInput):
        service.extend(
            actor=invigilator, now=clock.now(), sitting=candidate.sitting(), seconds=seconds, reason=reason
        )  # fmt: skip
    assert candidate.sitting().deadline_at == before


def test_time_given_before_the_entry_counts_at_the_entry(exam, people, sign_in, invigilator):
    service.extend_room(actor=invigilator, now=clock.now(), room=exam.rooms[0], seconds=300, reason="mạng chậm")
    candidate = Candidate(sign_in(people.learner), exam, people.learner).entered()
    assert candidate.sitting().deadline_at == exam.opens_at + timedelta(minutes=65)


# --- closing by the clock ---


def test_the_sweeper_collects_at_the_deadline_and_closes_at_the_end_of_the_grace(candidate, exam, published):
    candidate.entered()
    candidate.save_one(1, 1)
    deadline = candidate.sitting().deadline_at
    sweeper.sweep(deadline)
    assert candidate.sitting().state == "open"
    sweeper.sweep(deadline + timedelta(milliseconds=1))
    sitting = candidate.sitting()
    assert (sitting.state, sitting.silent_at_deadline) == ("collecting", True)
    sweeper.sweep(deadline + timedelta(seconds=180))
    assert candidate.sitting().state == "collecting"
    sweeper.sweep(deadline + timedelta(seconds=180, milliseconds=1))
    sitting = candidate.sitting()
    assert (sitting.state, sitting.closed_by) == ("closed", "deadline")
    assert sitting.receipt
    assert service.verify_history(sitting)
    assert published == ["sitting.closed", "exam.closed"]
    assert fresh(exam).state == "closed"
    absent = [row for row in service.list_sittings(exam) if row.closed_by == "absent"]
    assert [row.user_id for row in absent] == [row.user_id for row in service.list_sittings(exam) if row.epoch == 0]
    assert sweeper.sweep(deadline + timedelta(hours=1)) == []


def test_a_seat_in_touch_at_the_deadline_is_not_noted_as_silent(candidate):
    candidate.entered()
    deadline = candidate.sitting().deadline_at
    move_to(deadline, seconds=-3)
    candidate.state()
    sweeper.sweep(deadline + timedelta(seconds=1))
    assert candidate.sitting().silent_at_deadline is False


def test_an_extension_given_in_the_last_moment_is_seen(candidate, invigilator):
    candidate.entered()
    deadline = candidate.sitting().deadline_at
    sweeper.sweep(deadline + timedelta(seconds=1))
    assert candidate.sitting().state == "collecting"
    move_to(deadline, seconds=170)
    service.extend(actor=invigilator, now=clock.now(), sitting=candidate.sitting(), seconds=600, reason="đổi máy")
    assert candidate.sitting().state == "open"
    sweeper.sweep(deadline + timedelta(seconds=181))
    assert candidate.sitting().state == "open"
    assert candidate.save_one(1, 1).status_code == 200


def test_a_paused_sitting_is_never_collected(candidate, invigilator):
    candidate.entered()
    service.pause(actor=invigilator, now=clock.now(), sitting=candidate.sitting(), reason="mất điện")
    sweeper.sweep(candidate.sitting().deadline_at + timedelta(hours=1))
    assert candidate.sitting().state == "open"


def test_the_exam_waits_for_late_entry_and_closes_when_all_who_came_are_in(exam, people, sign_in):
    first = Candidate(sign_in(people.learner), exam, people.learner).entered()
    pass_time(minutes=41)
    first.submit()
    sweeper.settle()
    assert fresh(exam).state == "closed"
    assert dict(fresh(exam).sitting_counts) == {"ready": 0, "open": 0, "collecting": 0, "closed": 2}


def test_the_exam_does_not_close_while_somebody_may_still_enter(people, sign_in, room_closer):
    exam = make_room(people)
    with unit_of_work():
        exam.rules = {**exam.rules, "earliest_leave_share": "0"}
    first = Candidate(sign_in(people.learner), exam, people.learner).entered()
    first.submit()
    sweeper.settle()
    assert fresh(exam).state == "open"
    assert sitting_of(exam, people.second_learner).state == "ready"
    move_to(exam.opens_at, seconds=601)
    sweeper.settle()
    assert fresh(exam).state == "closed"
    assert sitting_of(exam, people.second_learner).closed_by == "absent"


def test_an_exam_that_nobody_came_to_waits_to_its_end_and_closes_with_everybody_absent(exam):
    move_to(exam.opens_at, seconds=601)  # entry is over; but the room's power may have failed with the bell
    sweeper.settle()
    assert fresh(exam).state == "open"
    move_to(exam.opens_at, seconds=3601)
    sweeper.settle()
    assert fresh(exam).state == "closed"
    assert {row.closed_by for row in service.list_sittings(exam)} == {"absent"}
    assert service.list_closed(exam) == []
    assert service.responses_of(exam) == []


def test_the_invigilator_closes_the_room_and_nobody_enters_after(candidate, exam, people, sign_in, invigilator):
    candidate.entered()
    candidate.save_one(1, 1)
    other = Candidate(sign_in(people.second_learner), exam, people.second_learner)
    assert service.close_room(actor=invigilator, now=clock.now(), room=exam.rooms[0], reason="hết người") == 1
    assert candidate.sitting().closed_by == "invigilator"
    assert fresh(exam).state == "closed"
    assert other.enter().status_code == 409
    assert sitting_of(exam, people.second_learner).closed_by == "absent"


def test_a_clock_that_jumped_stops_automatic_closing_until_a_person_releases_it(candidate, exam, invigilator):
    candidate.entered()
    now, deadline = clock.now(), candidate.sitting().deadline_at
    watchdog = sweeper.Watchdog()
    assert watchdog.check(now, 100.0) is None
    assert watchdog.check(now + timedelta(seconds=2), 101.0) is None
    step = watchdog.check(now + timedelta(hours=2), 102.0)
    assert step == pytest.approx(7197.0)
    assert watchdog.check(now + timedelta(hours=2, seconds=1), 103.0) is None
    assert service.raise_clock_alarm(step, now) == 1
    sweeper.sweep(deadline + timedelta(hours=1))
    assert candidate.sitting().state == "open"
    assert service.list_frozen() == {exam.id}
    service.release_clock(actor=invigilator, now=clock.now(), exam=exam)
    with pytest.raises(StateConflict):
        service.release_clock(actor=invigilator, now=clock.now(), exam=exam)
    sweeper.sweep(deadline + timedelta(hours=1))
    assert candidate.sitting().state == "closed"


def test_the_sweeper_thread_closes_a_sitting_whose_browser_is_gone(candidate):
    candidate.entered()
    app = current_app._get_current_object()
    app.config["RUN_SWEEPER"], app.config["SWEEP_SECONDS"] = True, 0.01
    move_to(candidate.sitting().deadline_at, seconds=181)
    db.session.remove()
    running = sweeper.start_sweeper(app)
    for _round in range(1000):
        if candidate.sitting().state == "closed":
            break
        running.join(0.01)
    db.session.remove()
    sweeper.stop_room(app)
    assert candidate.sitting().closed_by == "deadline"
    assert not running.is_alive()


# --- what marking reads ---


def test_marking_gets_a_row_for_every_question_of_every_closed_sitting(candidate, exam):
    candidate.entered()
    candidate.save_one(3, 2)
    pass_time(minutes=41)
    candidate.submit()
    rows = service.responses_of(exam)
    assert [row.question for row in rows] == list(range(1, 11))
    assert {row.sitting for row in rows} == {candidate.public_id}
    assert [row.question for row in rows if row.payload] == [3]
    assert rows[2].options == candidate.questions[2].tokens
    assert service.list_closed(exam)[0].public_id == candidate.public_id
