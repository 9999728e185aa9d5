"""Abuse and faults 1-14: whoever tries to gain time, and whatever takes it away. The number is the case's."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest

import exambank.sittings
from exambank import clock, create_app
from exambank.db import db, to_milliseconds
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import rules as exam_rules
from exambank.exams import service as exams
from exambank.sittings import rules, service, sweeper
from exambank.sittings.models import QuarantinedSave
from exambank.sittings.rules import Verdict
from tests.conftest import TEST_CONFIG
from tests.exams.factories import make_ready_exam
from tests.people import actor_of
from tests.sittings.factories import Candidate, move_to, pass_time

pytestmark = pytest.mark.usefixtures("app")
MILLISECOND = timedelta(milliseconds=1)


def waiting(reason=None) -> list[int]:
    """The questions whose late answers wait for a person."""
    db.session.rollback()
    rows = db.session.query(QuarantinedSave).filter_by(decision=None)
    return [row.question for row in rows if reason in {None, row.reason}]


def test_01_a_machine_clock_set_back_wins_no_time(at_work):
    half_an_hour_ago = to_milliseconds(clock.now() - timedelta(minutes=30))
    told = at_work.save({**at_work.answer(1, 0), "at": half_an_hour_ago}).json
    assert told["deadline_ms"] == to_milliseconds(at_work.sitting().deadline_at)
    move_to(at_work.sitting().deadline_at, seconds=-1)
    at_work.state()  # in touch to the end: the server saw no silence
    pass_time(seconds=60)
    late = at_work.save({**at_work.answer(2, 0), "at": half_an_hour_ago})
    assert (late.status_code, late.json["quarantined"]) == (409, [2])
    assert at_work.stored() == {1: 0}


def test_02_a_stopped_timer_in_the_page_changes_nothing(at_work):
    at_work.save_one(1, 1)
    move_to(at_work.sitting().deadline_at, seconds=181)
    sweeper.sweep()
    sweeper.sweep()
    assert at_work.sitting().state == "closed"
    assert at_work.save_one(1, 2).status_code == 409
    assert at_work.stored() == {1: 1}


def test_03_the_deadline_itself_counts_and_the_flush_window_ends_to_the_millisecond(at_work):
    deadline, flush, grace = at_work.sitting().deadline_at, timedelta(seconds=10), timedelta(seconds=180)
    facts = rules.SeatFacts(
        state="open", epoch=1, is_same_browser=True, deadline_at=deadline, last_contact_at=deadline
    )  # fmt: skip
    after = (-timedelta(seconds=1), timedelta(), timedelta(seconds=1), flush, flush + MILLISECOND)
    verdicts = [rules.accepts(facts, 1, deadline + span, flush, grace) for span in after]
    assert verdicts == [Verdict.STORE] * 4 + [Verdict.COLLECTING]
    move_to(deadline, seconds=-1)
    assert at_work.save_one(1, 0).status_code == 200  # the statement decides alike (test_views_save compares them)
    pass_time(seconds=12)
    assert at_work.save_one(1, 1).status_code == 409


def test_04_a_save_after_the_grace_is_kept_and_never_merged_by_itself(at_work):
    move_to(at_work.sitting().deadline_at, seconds=200)
    assert at_work.save_one(3, 1).status_code == 409
    for _round in range(3):
        sweeper.sweep()
        sweeper.settle()
    assert waiting() == [3]
    assert at_work.stored() == {}


def test_04_a_time_that_no_calendar_has_does_not_stop_the_decision_on_the_others(at_work, exam, people, sign_in):
    move_to(at_work.sitting().deadline_at, seconds=200)
    at_work.save({**at_work.answer(3, 1), "at": 900_000_000_000_000})
    assert waiting() == [3]
    page = sign_in(people.officer).get(f"/room/exams/{exam.public_id}/quarantine")
    assert page.status_code == 200


def test_05_no_question_leaves_the_server_before_the_entry(candidate):
    for path in ("", "/q/1", "/review", "/media/1", "/state", "/journal"):
        answer = candidate.client.get(candidate.url + path, headers={"X-Exambank": "1"})
        assert "Nguyên tắc" not in answer.text
        assert "data-question" not in answer.text
    assert candidate.save({"q": 1, "n": 1, "payload": {"choice": None}}, epoch=1).status_code in {404, 409}
    assert candidate.stored() == {}
    assert candidate.sitting().entered_at is None


def test_06_leaving_five_seconds_before_the_end_and_coming_back_after_it_gives_nothing(at_work):
    move_to(at_work.sitting().deadline_at, seconds=-5)
    at_work.save_one(1, 0)
    pass_time(seconds=30)
    at_work.enter("")
    page = at_work.client.get(at_work.url).text
    assert "<fieldset disabled>" in page
    assert at_work.client.get(f"{at_work.url}/q/1").status_code == 302
    assert at_work.save_one(1, 1).status_code == 409
    assert at_work.stored() == {1: 0}


def test_07_who_starts_five_minutes_before_the_end_of_the_window_gets_five_minutes_and_is_told_before(people, sign_in):
    exam = make_ready_exam(people, start_mode="personal", room_names=["A"])
    service.prepare(exam.public_id)
    exams.open_exam(actor=actor_of(people.officer), now=clock.now(), exam=exam)
    move_to(exam.closes_at, minutes=-5)
    candidate = Candidate(sign_in(people.learner), exam, people.learner)
    local = exam.closes_at + timedelta(hours=7)
    assert f"{local:%H:%M}" in candidate.client.get(candidate.url).text
    assert candidate.entered().sitting().deadline_at == exam.closes_at


def test_08_a_browser_that_never_returns_is_collected_with_what_it_saved(at_work):
    at_work.save_one(1, 2)
    move_to(at_work.sitting().deadline_at, seconds=181)
    sweeper.sweep()
    sweeper.sweep()
    sitting = at_work.sitting()
    assert (sitting.state, sitting.closed_by) == ("closed", "deadline")
    assert at_work.stored() == {1: 2}


def test_09_an_extension_in_the_last_moment_is_read_by_the_sweeper(at_work, invigilator):
    deadline = at_work.sitting().deadline_at
    move_to(deadline, seconds=185)
    moment = clock.now()
    service.start_collecting(moment)
    service.extend(actor=invigilator, now=moment, sitting=at_work.sitting(), seconds=600, reason="máy hỏng")
    service.close_overdue(moment)
    assert at_work.sitting().state == "open"
    assert at_work.sitting().deadline_at == deadline + timedelta(minutes=10)


def test_10_time_after_the_collection_needs_reopening_and_the_old_submission_stays(at_work, officer, invigilator):
    at_work.save_one(1, 1)
    move_to(at_work.sitting().deadline_at, seconds=181)
    sweeper.sweep()
    sweeper.sweep()
    closed = at_work.sitting()
    receipt = closed.receipt
    with pytest.raises(StateConflict):
        service.extend(actor=invigilator, now=clock.now(), sitting=closed, seconds=600, reason="mất điện")
    service.reopen(actor=officer, now=clock.now(), sitting=closed, minutes=10, reason="mất điện cả phòng")
    again = at_work.sitting()
    assert again.state == "open"
    (kept,) = service.list_submissions(again)
    assert (kept.receipt, kept.closed_by) == (receipt, "deadline")
    assert again.deadline_at - clock.now() <= timedelta(minutes=10)


def test_11_a_pause_of_95_seconds_gives_95_seconds_once(at_work, invigilator):
    deadline = at_work.sitting().deadline_at
    service.pause(actor=invigilator, now=clock.now(), sitting=at_work.sitting(), reason="mất điện")
    since = at_work.sitting().paused_at
    resumed = since + timedelta(seconds=95)
    move_to(resumed)
    service.resume(actor=invigilator, now=resumed, sitting=at_work.sitting())
    with pytest.raises(StateConflict):
        service.resume(actor=invigilator, now=resumed, sitting=at_work.sitting())
    assert at_work.sitting().deadline_at == deadline + timedelta(seconds=95)
    assert at_work.sitting().paused_seconds == 95


def test_12_extra_time_incident_time_and_pause_add_up_and_nonsense_is_refused(people, sign_in, exam, invigilator):
    timing = exam_rules.Timing(opens_at=exam.opens_at, closes_at=exam.closes_at, duration_seconds=3600)
    end = exam_rules.deadline(timing, extra_seconds=1800, incident_seconds=420, paused_seconds=95)
    assert end == exam.opens_at + timedelta(seconds=3600 + 1800 + 420 + 95)
    with pytest.raises(ValueError, match="only ever added"):
        exam_rules.deadline(timing, incident_seconds=-1)
    candidate = Candidate(sign_in(people.learner), exam, people.learner).entered()
    deadline = candidate.sitting().deadline_at
    for seconds in (-60, 0, 60_000_000):
        with pytest.raises(InvalidInput):
            service.extend(actor=invigilator, now=clock.now(), sitting=candidate.sitting(), seconds=seconds, reason="x")
    assert candidate.sitting().deadline_at == deadline


def test_13_a_restart_in_another_time_zone_moves_no_deadline(at_work, instance):
    before = at_work.sitting().deadline_at
    elsewhere = create_app({**TEST_CONFIG, "TIMEZONE": "America/New_York"})
    with elsewhere.app_context():
        after = service.get_sitting(at_work.public_id)
        assert after.deadline_at == before
        assert service.clock_of(after, clock.now()).deadline_ms == to_milliseconds(before)
        db.session.remove()
        db.engine.dispose()


def test_14_no_decision_of_the_room_asks_the_servers_own_clock():
    """Two hosts whose clocks differ decide alike: the room reads the present from the database alone.

    Of the views only the life of a cookie is counted by the host itself; it decides nothing about time or answers.
    """
    asked, folder = [], Path(exambank.sittings.__file__).parent
    for path in (one for one in folder.rglob("*.py") if one.parent.name != "views"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and (
                node.attr in {"utcnow", "today"}
                or (node.attr == "now" and isinstance(node.value, ast.Name) and node.value.id == "datetime")
                or (node.attr in {"time", "time_ns"} and isinstance(node.value, ast.Name) and node.value.id == "time")
            ):
                asked.append(f"{path.name}:{node.lineno}")
    assert asked == []
