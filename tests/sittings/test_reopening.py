"""A closed paper is opened again: the old submission is kept, the exam goes along, and the marks follow as lines."""

import pytest

from exambank import audit, clock, jobs
from exambank.bank.models import ItemVersion
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import service as exams
from exambank.exams.models import Exam
from exambank.marking import service as marking
from exambank.marking.models import MarkLine
from exambank.sittings import service, sweeper
from exambank.sittings.models import TimeGrant
from exambank.sittings.views import granting
from tests.people import actor_of
from tests.sittings.factories import Candidate, fresh, make_room, move_to, pass_time

pytestmark = pytest.mark.usefixtures("any_app")

BEFORE = "bấm nhầm nút nộp bài"


def key_of(question) -> str:
    return next(option["token"] for option in question_content(question)["options"] if option["is_key"])


def question_content(question) -> dict:
    return db.session.get_one(ItemVersion, question.version_id).content


def answered(candidate, right: bool, *numbers) -> list[dict]:
    """Right or wrong answers to these questions."""
    found = []
    for number in numbers:
        question = candidate.questions[number - 1]
        key = key_of(question)
        token = key if right else next(one for one in question.tokens if one != key)
        found.append({"q": number, "n": next(candidate.counter), "payload": {"choice": token}})
    return found


def test_the_old_submission_stays_the_exam_opens_with_it_and_the_marks_become_lines(people, sign_in, room_closer):
    exam = make_room(people)
    officer = actor_of(people.officer)
    candidate = Candidate(sign_in(people.learner), exam, people.learner).entered()
    with pytest.raises(StateConflict):
        service.reopen(actor=officer, now=clock.now(), sitting=candidate.sitting(), minutes=5, reason=BEFORE)
    move_to(exam.opens_at, minutes=41)
    first = candidate.submit(*answered(candidate, True, 1), *answered(candidate, False, 2)).json["receipt"]
    sweeper.settle(clock.now())  # the other one never came, and nobody can come any more
    assert (fresh(exam).state, fresh(exam).sitting_counts["closed"]) == ("closed", 2)
    old = marking.result_of(candidate.sitting()).mark
    absent = next(one for one in service.list_sittings(exam) if one.entered_at is None)
    for wrong, minutes, reason in (
        (absent, 5, BEFORE),
        (candidate.sitting(), 0, BEFORE),
        (candidate.sitting(), 5, " "),
    ):
        with pytest.raises((StateConflict, InvalidInput)):
            service.reopen(actor=officer, now=clock.now(), sitting=wrong, minutes=minutes, reason=reason)

    chained = candidate.sitting().chained_to
    service.reopen(actor=officer, now=clock.now(), sitting=candidate.sitting(), minutes=5, reason=BEFORE)
    row = candidate.sitting()
    assert (row.state, row.receipt, row.submitted_at, fresh(exam).state) == ("open", None, None, "open")
    (kept,) = service.list_submissions(row)
    assert (kept.number, kept.receipt, kept.closed_by, kept.chained_to) == (1, first, "candidate", chained)
    assert (kept.reason, kept.reopened_by_id) == (BEFORE, people.officer.id)
    with pytest.raises(StateConflict):  # nothing of this exam is published meanwhile
        exams.set_result_state(actor=officer, now=clock.now(), exam=fresh(exam), state="published")

    assert candidate.enter().status_code == 200  # the same browser, no code
    assert candidate.save(*answered(candidate, False, 1), *answered(candidate, True, 2, 3)).status_code == 200
    move_to(candidate.sitting().deadline_at, seconds=1)
    sweeper.sweep(clock.now())
    move_to(candidate.sitting().deadline_at, seconds=181)
    sweeper.sweep(clock.now())
    row = candidate.sitting()
    assert (row.state, row.closed_by, fresh(exam).state) == ("closed", "deadline", "closed")
    assert row.receipt != first
    assert service.verify_history(row)
    jobs.run_due()
    mark = marking.result_of(row).mark
    assert mark.raw_points == old.raw_points  # the raw mark is never written over
    assert mark.total_points == old.raw_points * 2  # one right answer became wrong, two became right
    lines = db.session.query(MarkLine).filter_by(sitting_id=row.id).order_by(MarkLine.question).all()
    assert [(line.question, line.points > 0, line.reason) for line in lines] == [
        (1, False, BEFORE), (2, True, BEFORE), (3, True, BEFORE),
    ]  # fmt: skip
    jobs.run_due()
    assert db.session.query(MarkLine).filter_by(sitting_id=row.id).count() == 3
    with unit_of_work() as session:
        session.get(Exam, exam.id).result_state = "published"
    with pytest.raises(StateConflict):
        service.reopen(actor=officer, now=clock.now(), sitting=candidate.sitting(), minutes=5, reason=BEFORE)
    assert not audit.verify().problems


def test_whoever_has_an_own_clock_gets_no_time_before_the_entry(people, sign_in):
    exam, invigilator = make_room(people, start_mode="personal"), actor_of(people.invigilator)
    inside = Candidate(sign_in(people.learner), exam, people.learner).entered()
    given = service.extend_room(actor=invigilator, now=clock.now(), room=exam.rooms[0], seconds=300, reason="mất điện")
    assert (given.at_once, given.waiting) == (1, 0)
    assert [grant.sitting_id for grant in db.session.query(TimeGrant)] == [inside.sitting().id]


def test_time_above_the_cap_waits_for_another_person_for_one_for_a_room_and_by_the_pages(people, sign_in, room_closer):
    exam = make_room(people)
    invigilator, officer = actor_of(people.invigilator), actor_of(people.officer)
    candidate = Candidate(sign_in(people.learner), exam, people.learner).entered()
    row, now = candidate.sitting(), clock.now()
    deadline = row.deadline_at

    def seconds_more() -> int:
        return (candidate.sitting().deadline_at - deadline).total_seconds()

    assert service.extend(actor=invigilator, now=now, sitting=row, seconds=1800, reason="mất điện").state == "granted"
    waiting = service.extend(actor=invigilator, now=now, sitting=row, seconds=60, reason="thêm một phút")
    assert (waiting.state, seconds_more()) == ("waiting", 1800)
    with pytest.raises(StateConflict):
        service.decide_grant(actor=invigilator, now=now, grant=waiting, give=True)
    given = service.extend_room(actor=invigilator, now=now, room=exam.rooms[0], seconds=120, reason="cả phòng")
    assert (given.at_once, given.waiting) == (1, 1)  # whoever has not come in yet had nothing so far

    office = sign_in(people.officer)
    page = office.get(f"/room/exams/{exam.public_id}/time").get_data(as_text=True)
    assert "thêm một phút" in page
    assert "cả phòng" in page
    assert sign_in(people.invigilator).get(f"/room/exams/{exam.public_id}/time").status_code == 404
    office.post(f"/room/grants/{waiting.public_id}", data={"decision": "give"})
    assert seconds_more() == 1860
    other = next(one for one in service.list_asked(exam))
    office.post(f"/room/grants/{other.grant.public_id}", data={"decision": "refuse"})
    assert (seconds_more(), service.count_asked([exam.id])) == (1860, 0)
    assert fresh(waiting).decided_by_id == people.officer.id

    office.post(f"/room/exams/{exam.public_id}/pause", data={"pause-reason": "báo cháy"})
    assert service.count_paused(exam) == 1
    pass_time(seconds=95)
    office.post(f"/room/exams/{exam.public_id}/resume")
    assert 95 <= seconds_more() - 1860 < 100
    office.post(f"/room/exams/{exam.public_id}/extend", data={"minutes": "1", "reason": "bù"})
    states = [one.state for one in db.session.query(TimeGrant).order_by(TimeGrant.id)]
    assert states == ["granted", "granted", "refused", "granted", "waiting", "granted"]
    own = db.session.query(TimeGrant).filter_by(state="waiting").one()
    with pytest.raises(StateConflict):  # the office itself needs a second person too
        service.decide_grant(actor=officer, now=now, grant=own, give=True)
    assert granting.given_text(1, given).count(".") == 2
    assert granting.given_text(1, service.Given(at_once=0, waiting=2)).count(".") == 1  # not that nobody got anything

    reason = "sập mạng"
    service.extend_room(actor=invigilator, now=now, room=exam.rooms[0], seconds=3600, reason=reason)
    asked = [one.grant.public_id for one in service.list_asked(exam) if one.grant.reason == reason]
    assert len(asked) == 2
    assert f"/room/exams/{exam.public_id}/time" in office.get("/").text  # on the desk: clocks run meanwhile
    page = office.get(f"/room/exams/{exam.public_id}/time").text
    assert all(page.count(f'name="grant" value="{key}"') == 1 for key in asked)
    before = seconds_more()
    office.post(f"/room/exams/{exam.public_id}/grants", data={"grant": asked, "decision": "give"})
    assert (round(seconds_more() - before), service.count_asked([exam.id])) == (3600, 1)
    newest = service.list_events(exam.rooms[0])[0]
    assert (newest.kind, newest.candidates) == ("extended", 2)  # one act, one line

    move_to(exam.opens_at, minutes=41)
    candidate.submit()
    with pytest.raises(StateConflict):
        service.decide_grant(actor=actor_of(people.officer), now=clock.now(), grant=own, give=True)
    shown = office.get(f"/room/seat/{candidate.public_id}/reopen")
    assert shown.status_code == 200
    assert (
        office.post(f"/room/seat/{candidate.public_id}/reopen", data={"minutes": "0", "reason": "x"}).status_code == 422
    )
    assert (
        office.post(f"/room/seat/{candidate.public_id}/reopen", data={"minutes": "3", "reason": "x"}).status_code == 302
    )
    assert candidate.sitting().state == "open"
    assert sign_in(people.invigilator).get(f"/room/seat/{candidate.public_id}/reopen").status_code == 404
