"""Late answers: told with what the server saw, decided together with one reason, never counted by themselves."""

import json
import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank import audit, clock
from exambank.db import db, from_milliseconds, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.exams.models import Exam
from exambank.jobs import Job
from exambank.sittings import service, versions
from exambank.sittings.models import ContactGap, QuarantinedSave, Response, ResponseEvent, RoomEvent, Sitting
from tests.people import actor_of
from tests.sittings.factories import fresh, pass_time


@pytest.fixture
def closed(candidate):
    """Handed in; question 2 has an answer. What comes now comes too late."""
    candidate.entered()
    candidate.save_one(2, 0)
    pass_time(minutes=41)
    assert candidate.submit().status_code == 200
    return candidate


def all_kept():
    db.session.rollback()
    return db.session.query(QuarantinedSave).order_by(QuarantinedSave.question, QuarantinedSave.seq).all()


def decide(people, kept, accept=True, reason="mất mạng"):
    return service.decide(
        actor=actor_of(people.officer), now=clock.now(), sitting=kept[0].sitting, kept=kept, accept=accept,
        reason=reason,
    )  # fmt: skip


@pytest.mark.usefixtures("any_app")
def test_accepted_late_answers_count_beside_the_history_of_what_counted_before(closed, people):
    closed.save(closed.answer(2, 3), closed.answer(4, 1))
    closed.save(closed.answer(2, 2))
    first, second, third = all_kept()
    assert service.count_quarantine(closed.exam) == service.count_waiting([closed.exam.id])[closed.exam.id] == 3
    assert decide(people, [first, second, third], reason="mất mạng cả phòng") == 2
    assert closed.stored() == {2: 2, 4: 1}  # of two late values of a question the last one
    events = db.session.query(ResponseEvent).filter_by(question=2).order_by(ResponseEvent.id).all()
    assert [json.loads(event.payload)["choice"] for event in events] == [
        closed.questions[1].tokens[option] for option in (0, 2)
    ]
    assert events[1].seq > events[0].seq
    assert service.verify_history(closed.sitting())
    assert db.session.query(Job).filter_by(event="sitting.changed").count() == 1
    assert {one.decision_reason for one in all_kept()} == {"mất mạng cả phòng"}
    assert db.session.query(RoomEvent).filter_by(kind="quarantine_accepted").one().details == {"question": "2, 4"}
    with pytest.raises(StateConflict):
        decide(people, [first], accept=False)
    assert service.count_quarantine(closed.exam) == 0
    assert audit.verify().problems == ()


@pytest.mark.usefixtures("app")
def test_a_refused_answer_stays_on_record_and_takes_its_repetitions_with_it(closed, people):
    first, second = closed.answer(2, 3), closed.answer(2, 3)  # the same value again, as after a reload
    closed.save(first)
    closed.save(second)
    (seat,) = service.list_late(closed.exam)
    (line,) = seat.waiting
    assert line.repeats == 2
    assert service.count_quarantine(closed.exam) == 1
    decide(people, [line.kept], accept=False, reason="quá giờ")
    assert closed.stored() == {2: 0}
    assert [one.decision for one in all_kept()] == ["refused", "refused"]


@pytest.mark.usefixtures("app")
def test_a_decision_needs_a_reason_a_choice_a_closed_paper_and_open_results(closed, people, exam):
    closed.save_one(2, 3)
    (kept,) = all_kept()
    with pytest.raises(InvalidInput):
        decide(people, [kept], reason=" ")
    with pytest.raises(InvalidInput):
        service.decide(
            actor=actor_of(people.officer), now=clock.now(), sitting=kept.sitting, kept=[], accept=True, reason="x"
        )
    with unit_of_work() as session:
        session.get(Exam, exam.id).result_state = "published"
    with pytest.raises(StateConflict):
        decide(people, [kept])
    with unit_of_work() as session:
        session.get(Sitting, kept.sitting_id).state = "open"
    with pytest.raises(StateConflict):
        decide(people, [kept], accept=False)
    assert fresh(kept).decision is None
    assert db.session.query(Job).filter_by(event="sitting.changed").count() == 0
    with unit_of_work() as session:
        session.get(Sitting, kept.sitting_id).state = "closed"
    decide(people, [kept], accept=False)  # after publication refusing alone stays possible
    assert closed.stored() == {2: 0}


@pytest.mark.usefixtures("app")
def test_the_screen_shows_the_evidence_and_the_office_decides_in_one_act(closed, people, sign_in, exam):
    sitting = closed.sitting()
    last_contact = sitting.last_contact_at
    pass_time(minutes=3)
    late, other = closed.answer(2, 3), closed.answer(5, 1)
    late["at"] = other["at"] = int((sitting.closed_at - timedelta(minutes=1)).timestamp() * 1000)
    closed.save(late, other)
    with unit_of_work() as session:
        session.add(
            ContactGap(
                sitting_id=sitting.id, began_at=sitting.closed_at - timedelta(minutes=7), ended_at=sitting.closed_at
            )
        )
    (seat,) = service.list_late(exam)
    assert (len(seat.gaps), len(seat.waiting), seat.is_closed) == (1, 2, True)
    assert seat.waiting[0].kept.contact_at == last_contact
    assert seat.waiting[0].kept.claimed_at == from_milliseconds(late["at"])
    room = f"/room/{sitting.candidacy.room.public_id}/quarantine"
    office, invigilator = sign_in(people.officer), sign_in(people.invigilator)
    assert invigilator.get(room).status_code == 404
    assert invigilator.get(f"/room/exams/{exam.public_id}/quarantine").status_code == 404
    page = office.get(room).text
    act = re.search(r'action="(/room/seat/[^"]+/late)"', page).group(1)
    chosen = re.findall(r'name="kept" value="([^"]+)"', page)
    assert len(chosen) == 2
    values = {"kept": chosen, "reason": "mất mạng", "decision": "accept"}
    assert invigilator.post(act, data=values).status_code == 404
    assert office.post(act, data={**values, "reason": ""}).status_code == 422
    assert office.post(act, data=values).status_code == 302
    assert closed.stored() == {2: 3, 5: 1}
    after = office.get(f"/room/exams/{exam.public_id}/quarantine").text
    assert 'name="kept"' not in after
    assert "is-ticked" in after
    assert "mất mạng" in after


@pytest.mark.usefixtures("app")
def test_what_was_stored_after_all_needs_no_decision(candidate, exam, people):
    candidate.entered()
    answer = candidate.answer(3, 1)
    pass_time(seconds=3590)
    candidate.state()  # the server hears of it to the end: no silence lets it in
    pass_time(seconds=60)
    assert candidate.save(answer).json["quarantined"] == [3]
    assert service.count_quarantine(exam) == 1
    service.extend(
        actor=actor_of(people.invigilator), now=clock.now(), sitting=candidate.sitting(), seconds=600, reason="mất điện"
    )
    assert candidate.save(answer).status_code == 200
    (seat,) = service.list_late(exam)
    assert (seat.waiting, len(seat.settled)) == ([], 1)
    assert service.count_quarantine(exam) == 0


# --- the versions of a typed answer ---


@settings(max_examples=40)
@given(old=st.text("ab \n.", max_size=60), new=st.text("ab \n.", max_size=60))
def test_a_difference_tells_both_versions_letter_by_letter(old, new):
    changes = versions.differences(old, new)
    assert "".join(text for kind, text in changes if kind != "added") == old
    assert "".join(text for kind, text in changes if kind != "removed") == new


def test_a_difference_names_whole_words_and_gives_up_on_what_nobody_writes():
    assert versions.differences("Đảng lãnh đạo", "Đảng ta lãnh đạo") == [
        ("same", "Đảng "), ("added", "ta "), ("same", "lãnh đạo"),
    ]  # fmt: skip
    assert versions.differences("", "") == []
    assert versions.differences("a " * 30_000, "b") == [("removed", "a " * 30_000), ("added", "b")]


def test_parts_of_an_essay_and_of_a_case_are_read_in_the_papers_order():
    essay = {"kind": "essay", "prompts": [{"token": "x"}, {"token": "y"}]}
    case = {"kind": "case", "questions": [{"token": "p", **essay}, {"token": "q", "kind": "short_text"}]}
    parts = {"parts": {"y": "hai", "x": "một"}}
    assert versions.words_of(essay, parts) == "một\nhai"
    assert versions.words_of(case, {"questions": {"q": {"text": "ba"}, "p": parts}}) == "một\nhai\nba"
    assert versions.words_of({"kind": "single_choice"}, {"choice": "a"}) == ""


@pytest.mark.usefixtures("app")
def test_a_dispute_reads_the_versions_and_the_room_sees_no_words(closed, people, sign_in, monkeypatch):
    sitting = closed.sitting()
    monkeypatch.setattr(type(closed.questions[0]), "is_typed", property(lambda one: one.number == 6))
    with unit_of_work() as session:
        for at, words in enumerate(("Nguyên tắc", "Nguyên tắc tập trung dân chủ", "Nguyên tắc dân chủ"), start=1):
            session.add(
                ResponseEvent(
                    sitting_id=sitting.id, question=6, seq=(1 << 32) + at, payload=json.dumps({"text": words}),
                    received_at=sitting.entered_at + timedelta(seconds=20 * at),
                )
            )  # fmt: skip
    url = f"/room/seat/{closed.public_id}/versions"
    office, room = sign_in(people.officer).get(url), sign_in(people.invigilator).get(url)
    assert (office.status_code, room.status_code) == (200, 200)
    assert "<del>" in office.text
    assert "dân chủ" in office.text
    assert "Nguyên tắc" not in room.text
    assert "+18" in room.text  # how much was written is told to the room
    assert sign_in(people.officer).get(f"{url}?question=6&version=1").text.count("<del>") == 0
    assert sign_in(people.officer).get(f"{url}?question=1").status_code == 404
    assert sign_in(people.learner).get(url).status_code == 404
    with unit_of_work() as session:
        session.get(Sitting, sitting.id).state = "open"
    assert "Nguyên tắc" not in sign_in(people.officer).get(url).text  # nobody reads along while it is written
    assert db.session.query(Response).filter_by(question=6).count() == 0
