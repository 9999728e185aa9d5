"""A sitting played again: what stood at each minute, who may read it, and that looking is on record."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.audit import AuditEvent
from exambank.db import db, unit_of_work
from exambank.sittings import service
from exambank.sittings.models import ContactGap, ResponseEvent
from exambank.sittings.rules.replay import Given, Happening, Span, minutes, silent_seconds, standing, stretches
from tests.sittings.factories import pass_time

BEGAN = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def test_each_minute_tells_its_answers_in_order_and_how_many_stood_at_its_end():
    history = [Given(at(5), 1, "A"), Given(at(30), 2, "B"), Given(at(70), 1, "C"), Given(at(75), 2, "", is_blank=True)]
    found = minutes(BEGAN, at(200), history, [Happening(at(-3), "log", "entered"), Happening(at(61), "log", "paused")])
    assert [one.answered for one in found] == [2, 1, 1, 1]
    assert [[step.given.payload if step.given else step.happening.words for step in one.steps] for one in found] == [
        ["entered", "A", "B"], ["paused", "C", ""], [], [],
    ]  # fmt: skip
    assert [step.is_first for step in found[0].steps] == [False, True, True]
    assert not any(step.is_first for step in found[1].steps)
    assert {q: one.payload for q, one in standing(history, at(70)).items()} == {1: "C", 2: "B"}
    assert [(one.first.number, one.last.number) for one in stretches(found)] == [(0, 0), (1, 1), (2, 3)]
    assert len(stretches(found, lambda one: one.number == 2)) == 4


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(-10, 400), st.integers(0, 300)), max_size=6), st.integers(1, 7),
    st.lists(st.tuples(st.integers(0, 500), st.integers(1, 6)), max_size=20),
)  # fmt: skip
def test_minutes_add_up_to_the_whole_sitting(silences, length, answers):
    spans = [Span(at(began), at(began + seconds)) for began, seconds in silences]
    heard = {second for began, seconds in silences for second in range(began, began + seconds)}
    found = minutes(BEGAN, at(length * 60), [Given(at(s), q, "x") for s, q in sorted(answers)], [], spans)
    assert len(found) == length
    assert [one.silent_seconds for one in found] == [
        sum(second in heard for second in range(60 * n, 60 * n + 60)) for n in range(length)
    ]
    assert sum(len(one.steps) for one in found) == len(answers)
    assert found[-1].answered == len({question for _second, question in answers})


def test_a_silence_without_an_end_lasts():
    assert silent_seconds([Span(at(20), None)], BEGAN, at(60)) == 40


def _sat(candidate):
    candidate.entered()
    candidate.save_one(1, 0)
    pass_time(minutes=3)
    candidate.save_one(1, 2)
    pass_time(minutes=42)
    return candidate


def _opened() -> list[dict]:
    rows = db.session.query(AuditEvent).filter_by(verb="sitting.replayed").order_by(AuditEvent.number)
    return [one.actor for one in rows]


def test_the_office_reads_the_answers_after_the_close_the_room_only_that_they_changed(candidate, people, sign_in):
    _sat(candidate)
    address = f"/room/seat/{candidate.public_id}/replay"
    office, room = sign_in(people.officer), sign_in(people.invigilator)
    assert "Câu 1: A" not in office.get(address).text  # still working
    assert candidate.submit().status_code == 200

    seen = office.get(address).text
    assert "Câu 1: A" in seen
    assert "Câu 1 đổi thành: C" in seen
    earlier = office.get(f"{address}?minute=1").text
    assert earlier.count('<td class="eb-written">A</td>') == 1
    assert '<td class="eb-written">C</td>' not in earlier
    watched = room.get(address).text
    assert "Câu 1: đã đổi câu trả lời" in watched
    assert "eb-written" not in watched
    for stranger in (candidate.client, sign_in(people.lecturer), sign_in(people.second_learner)):
        assert stranger.get(address).status_code == 404
    assert _opened() == [people.officer.public_id] * 3 + [people.invigilator.public_id]


def test_the_view_says_when_the_history_was_changed_outside_and_shows_every_handing_in(candidate, people, sign_in):
    _sat(candidate)
    candidate.submit()
    sitting = candidate.sitting()
    with unit_of_work() as session:
        began = sitting.entered_at + timedelta(seconds=70)
        session.add(ContactGap(sitting_id=sitting.id, began_at=began, ended_at=began + timedelta(seconds=20)))
    played = service.play_again(sitting, sitting.closed_at)
    assert played.is_whole
    assert [(one.closing.receipt, one.held.answered) for one in played.handed] == [(sitting.receipt, 1)]
    assert [one.number for one in played.minutes if one.silent_seconds == 20] == [1]
    office = sign_in(people.officer)
    address = f"/room/seat/{candidate.public_id}/replay"
    assert "Lịch sử nguyên vẹn" in office.get(address).text

    with unit_of_work() as session:
        session.query(ResponseEvent).filter_by(sitting_id=sitting.id, question=1).first().received_at -= timedelta(
            seconds=9
        )
    assert "Lịch sử không cho ra đúng dấu niêm" in office.get(address).text
    assert service.play_again(candidate.sitting(), sitting.closed_at).handed[0].held is None
