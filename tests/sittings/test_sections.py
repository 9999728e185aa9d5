"""Sections with a time of their own: boundaries, moving on by hand and by the clock, time given; on both databases."""

from datetime import timedelta

import pytest

from exambank import clock
from exambank.db import db, to_milliseconds, unit_of_work
from exambank.exams.models import Candidacy
from exambank.sittings import service, sweeper
from exambank.sittings.models import QuarantinedSave, RoomEvent
from tests.people import actor_of
from tests.sittings.factories import Candidate, make_room, move_to, pass_time

pytestmark = pytest.mark.usefixtures("any_app")

TEN = (10, 20, 30)  # minutes of the three sections
PARTS = (3, 3, 4)


def open_room(people, navigation="free", **values):
    conduct = {"section_minutes": list(TEN), "navigation": navigation}
    return make_room(people, conduct=conduct, parts=PARTS, **values)


def seated(people, sign_in, **values) -> Candidate:
    exam = open_room(people, **values)
    return Candidate(sign_in(people.learner), exam, people.learner).entered()


def minutes(candidate, moment) -> float:
    """After how many minutes of the exam."""
    return (moment - candidate.exam.opens_at) / timedelta(minutes=1)


def stands(candidate) -> tuple:
    row = candidate.sitting()
    return row.section, row.open_from, row.open_to, minutes(candidate, row.section_deadline_at)


def test_three_sections_pass_by_hand_and_each_has_its_own_time(people, sign_in, room_closer):
    candidate = seated(people, sign_in)
    assert stands(candidate) == (1, 1, 3, 10)
    entered = candidate.enter().json  # the clock of every answer tells the section
    assert (entered["section"], entered["open"]) == (1, [1, 3])
    assert entered["section_deadline_ms"] == to_milliseconds(candidate.sitting().section_deadline_at)

    refused = candidate.save(candidate.answer(3, 0), candidate.answer(4, 1))
    assert (refused.status_code, refused.json["error"], refused.json["quarantined"]) == (409, "not_here", [4])
    assert candidate.stored() == {3: 0}  # what was open is stored all the same
    kept = db.session.query(QuarantinedSave).one()
    assert (kept.question, kept.reason) == (4, "not_here")
    assert kept.contact_at is not None

    move_to(candidate.exam.opens_at, minutes=4)  # six minutes early: not carried over
    moved = candidate.go(4, candidate.answer(1, 2))
    assert moved.status_code == 200
    assert [one["q"] for one in moved.json["questions"]] == [4, 5, 6]
    assert (moved.json["section"], moved.json["open"], set(moved.json["saved"])) == (2, [4, 6], {"1"})
    assert stands(candidate)[3] == pytest.approx(24, abs=0.01)
    assert candidate.go(4).json["section"] == 2  # the same once more: nothing moves
    assert candidate.go(2).json["section"] == 2
    assert candidate.go(9).json["error"] == "not_here"
    assert candidate.post("go", {"epoch": candidate.epoch, "to": None, "section": 1}).json["section"] == 2
    assert candidate.post("go", {"epoch": candidate.epoch, "to": None}).status_code == 422

    assert candidate.save(candidate.answer(1, 3)).json["error"] == "not_here"  # nobody goes back
    assert candidate.stored() == {1: 2, 3: 0}
    third = candidate.post("go", {"epoch": candidate.epoch, "to": None, "section": 2}).json
    assert (third["section"], third["open"]) == (3, [7, 10])
    row = candidate.sitting()
    assert row.deadline_at == row.section_deadline_at  # the paper ends with its last section
    assert minutes(candidate, row.deadline_at) == pytest.approx(34, abs=0.01)
    assert candidate.go(11).json["error"] == "not_here"


def test_the_clock_moves_on_whoever_stays_and_the_flush_window_still_counts(people, sign_in, room_closer):
    candidate = seated(people, sign_in)
    end = candidate.sitting().section_deadline_at
    move_to(end, seconds=9)
    assert candidate.save_one(1, 1).status_code == 200
    sweeper.sweep(clock.now())
    assert candidate.sitting().section == 1
    move_to(end, seconds=11)
    over = candidate.save_one(2, 1)  # before the sweeper came
    assert (over.json["error"], over.json["quarantined"]) == ("section_over", [2])
    sweeper.sweep(clock.now())
    assert stands(candidate) == (2, 4, 6, 30)  # from the boundary on, not from when the server came to it
    assert candidate.save_one(3, 1).json["error"] == "not_here"
    moved = candidate.go(4)  # the page asks for what is open already
    assert (moved.status_code, moved.json["section"]) == (200, 2)
    kinds = [row.kind for row in db.session.query(RoomEvent).filter_by(sitting_id=candidate.sitting().id)]
    assert kinds.count("section_begun") == 1
    move_to(candidate.exam.opens_at, minutes=59)  # silent through the second
    sweeper.sweep(clock.now())
    assert stands(candidate) == (3, 7, 10, 60)
    move_to(candidate.exam.opens_at, minutes=60, seconds=5)
    assert candidate.save_one(7, 2).status_code == 200  # the last section ends as the paper does
    assert candidate.sitting().state == "collecting"
    assert candidate.stored() == {1: 1, 7: 2}


def test_given_time_and_pauses_move_every_clock_and_extra_time_is_shared(people, sign_in, room_closer):
    exam = open_room(people)
    invigilator = actor_of(people.invigilator)
    with unit_of_work() as session:
        session.query(Candidacy).filter_by(exam_id=exam.id, user_id=people.learner.id).one().extra_seconds = 600
    candidate = Candidate(sign_in(people.learner), exam, people.learner).entered()
    row = candidate.sitting()
    assert (minutes(candidate, row.deadline_at), stands(candidate)[3]) == (70, pytest.approx(11 + 2 / 3))

    def ends():
        row = candidate.sitting()
        return row.section_deadline_at, row.deadline_at

    before = ends()
    service.extend(actor=invigilator, now=clock.now(), sitting=row, seconds=300, reason="mất điện")
    assert ends() == tuple(one + timedelta(seconds=300) for one in before)
    stopped = clock.now()
    service.pause(actor=invigilator, now=stopped, sitting=row, reason="báo cháy")
    pass_time(minutes=30)
    assert sweeper.sweep(clock.now()) == []
    assert candidate.sitting().section == 1  # no section ends while the clock stands still
    assert candidate.save_one(1, 1).status_code == 200
    service.resume(actor=invigilator, now=stopped + timedelta(seconds=95), sitting=row)
    assert ends() == tuple(one + timedelta(seconds=395) for one in before)
    assert candidate.sitting().paused_seconds == 95
    service.pause(actor=invigilator, now=stopped + timedelta(seconds=100), sitting=row, reason="")
    move_to(stopped, seconds=190)
    assert candidate.state().json["section_deadline_ms"] >= to_milliseconds(ends()[0]) + 90_000
    service.resume(actor=invigilator, now=stopped + timedelta(seconds=200), sitting=row)
    left = candidate.go(4).json
    assert left["section"] == 2
    assert candidate.sitting().deadline_at == before[1] + timedelta(seconds=495)
