"""Abuse and faults 15-30: two of everything at once, somebody else's things, what the body should not say."""

import json
import threading
from datetime import timedelta

import pytest
from flask import current_app

from exambank import clock
from exambank.accounts.models import User
from exambank.db import db, unit_of_work
from exambank.errors import DomainError, StateConflict
from exambank.exams import service as exams
from exambank.sittings import service
from exambank.sittings.models import ResponseEvent, RoomEvent, Sitting
from tests.people import actor_of
from tests.sittings.factories import HEADERS, Candidate, make_room, pass_time

pytestmark = pytest.mark.usefixtures("app")


def at_once(act, times: int = 12) -> list:
    """Run it in so many threads; what each gave or raised."""
    app, found = current_app._get_current_object(), []

    def run(number):
        with app.app_context():
            try:
                found.append(act(number))
            except DomainError as error:
                found.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return found


def test_15_many_starts_at_once_make_one_sitting_with_one_paper(candidate, exam, people):
    actor, paper = actor_of(people.learner), candidate.sitting().paper_id

    def start(_number):
        sitting = service.get_sitting(candidate.public_id)
        return service.enter(actor=actor, now=clock.now(), sitting=sitting, browser="b", code=exam.session_code)

    entries = at_once(start)
    assert sorted(entry.clock.epoch for entry in entries) == list(range(1, 13))
    db.session.rollback()
    (sitting,) = db.session.query(Sitting).filter_by(user_id=people.learner.id)
    assert (sitting.state, sitting.paper_id) == ("open", paper)


def test_16_many_submits_at_once_give_one_receipt(at_work, people):
    pass_time(minutes=41)
    actor, held = actor_of(people.learner), at_work.sitting()

    def hand_in(_number):
        sitting = service.get_sitting(at_work.public_id)
        return service.submit(
            actor=actor, now=clock.now(), sitting=sitting, epoch=held.epoch, browser=held.browser
        ).receipt

    receipts = at_once(hand_in)
    assert len(set(receipts)) == 1
    db.session.rollback()
    assert db.session.query(RoomEvent).filter_by(kind="submitted").count() == 1


def test_17_of_saves_from_two_tabs_the_newest_wins_and_the_history_keeps_both(at_work):
    first = at_work.save_one(1, 0)
    at_work.enter("")
    second = at_work.save_one(1, 2)
    assert (first.status_code, second.status_code) == (200, 200)
    assert at_work.stored() == {1: 2}
    assert db.session.query(ResponseEvent).count() == 2


def test_18_an_older_save_that_the_network_brings_later_is_ignored(at_work):
    older, newer = at_work.answer(1, 0), at_work.answer(1, 1)
    at_work.save(newer)
    assert at_work.save(older).json["newer"] == {"1": newer["payload"]}
    assert at_work.stored() == {1: 1}


def test_19_a_save_played_back_has_no_effect(at_work):
    earlier = at_work.answer(1, 0)
    at_work.save(earlier)
    at_work.save_one(1, 3)
    events = db.session.query(ResponseEvent).count()
    assert at_work.save(earlier).status_code == 200
    assert at_work.stored() == {1: 3}
    assert db.session.query(ResponseEvent).count() == events


def test_20_there_is_no_second_attempt_by_a_direct_address(at_work):
    pass_time(minutes=41)
    at_work.submit()
    count = db.session.query(Sitting).count()
    assert at_work.enter().json["error"] == "closed"
    assert at_work.client.post(f"{at_work.url}/enter", data={"code": at_work.exam.session_code}).status_code == 409
    assert db.session.query(Sitting).count() == count


def test_21_refreshing_the_cover_fishes_for_no_easier_paper(candidate):
    papers = set()
    for _look in range(3):
        candidate.client.get(candidate.url)
        papers.add(candidate.sitting().paper_id)
    candidate.entered()
    assert papers == {candidate.sitting().paper_id}


def test_22_a_second_machine_needs_the_invigilators_code_and_the_first_is_told(at_work, second_machine, invigilator):
    other = second_machine()
    assert other.enter("").json["error"] == "seat_held"
    code = service.issue_takeover_code(actor=invigilator, now=clock.now(), sitting=at_work.sitting()).code
    assert other.enter(code).status_code == 200
    assert at_work.state().json["error"] == "seat_taken"
    logged = [row.kind for row in db.session.query(RoomEvent).filter_by(sitting_id=at_work.sitting().id)]
    assert {"takeover_issued", "taken_over"} <= set(logged)


@pytest.mark.parametrize(
    "unfit",
    [
        {"q": 99, "n": 1, "payload": {"choice": None}},
        {"q": 1, "n": 1, "payload": {"choice": "nobody"}},
        {"q": 1, "n": -1, "payload": {"choice": None}},
        {"q": 1, "n": 1, "payload": {"choice": {"deep": {"deeper": []}}}},
        {"q": 1, "n": 1, "payload": {"choice": "x" * 10_000_000}},
        {"q": True, "n": 1.5, "payload": []},
    ],
)
def test_24_an_answer_that_fits_nothing_leaves_everything_as_it_was(at_work, unfit):
    at_work.save_one(1, 1)
    assert at_work.save(unfit).status_code in {413, 422}
    nan = json.dumps({"epoch": at_work.epoch, "saves": [{"q": 1, "n": float("nan"), "payload": {}}]})
    sent = at_work.client.post(
        f"{at_work.url}/save", data=nan, content_type="application/json", headers=HEADERS
    )  # fmt: skip
    assert sent.status_code == 422
    assert at_work.stored() == {1: 1}


def test_25_what_the_body_claims_beyond_the_answer_is_ignored(at_work, people):
    claimed = {"score": 10, "is_correct": True, "user_id": people.second_learner.id, "started_at": 0}
    before = at_work.sitting()
    assert at_work.save({**at_work.answer(1, 1), **claimed}, **claimed).status_code == 200
    after = at_work.sitting()
    assert (after.user_id, after.entered_at, after.deadline_at) == (
        before.user_id,
        before.entered_at,
        before.deadline_at,
    )
    assert at_work.stored() == {1: 1}


def test_26_nothing_of_somebody_elses_sitting_exists(at_work, neighbour):
    stranger = neighbour.client
    for path in ("", "/q/1", "/review", "/media/1", "/state", "/journal"):
        assert stranger.get(at_work.url + path, headers=HEADERS).status_code == 404
    for path in ("enter", "save", "submit", "flags"):
        sent = stranger.post(f"{at_work.url}/{path}", json={"epoch": 1, "saves": [], "flags": []}, headers=HEADERS)
        assert sent.status_code == 404
    assert stranger.post(f"{at_work.url}/submit").status_code == 404
    assert at_work.sitting().state == "open"


def test_27_a_lecturer_of_another_module_finds_nothing_of_this_exam(exam, people, sign_in):
    client = sign_in(people.stranger)
    room = exam.rooms[0].public_id
    for path in (f"/exams/{exam.public_id}", f"/room/{room}", f"/room/{room}/live", f"/room/{room}/quarantine"):
        assert client.get(path).status_code == 404


def test_28_who_is_suspended_is_refused_at_the_next_request(at_work, people):
    with unit_of_work() as session:
        session.get(User, people.learner.id).is_active = False
    assert at_work.save_one(1, 0).status_code == 401
    assert at_work.client.get(at_work.url).status_code in {302, 404}
    assert at_work.stored() == {}


def test_29_forward_only_holds_on_every_endpoint(people, sign_in):
    exam = make_room(people, conduct={"navigation": "forward"})
    candidate = Candidate(sign_in(people.learner), exam, people.learner).entered()
    page = candidate.client.get(candidate.url).text
    assert page.count("data-question=") == 1
    assert candidate.save_one(3, 0).json["error"] == "not_here"
    assert candidate.client.get(f"{candidate.url}/q/3").status_code in {302, 404}
    assert candidate.client.get(f"{candidate.url}/media/3").status_code == 404
    skipping = candidate.post("go", {"epoch": candidate.epoch, "generation": "", "saves": [], "to": 3})
    assert candidate.sitting().open_to < 3 or skipping.status_code == 409
    candidate.save_one(1, 1)
    assert candidate.post("go", {"epoch": candidate.epoch, "generation": "", "saves": [], "to": 2}).status_code == 200
    assert candidate.save_one(1, 0).json["error"] == "not_here"
    assert candidate.client.get(f"{candidate.url}/q/1").status_code in {302, 404}
    assert candidate.stored() == {1: 1}


def test_30_what_is_changed_around_a_running_exam_follows_the_rule_and_breaks_nothing(at_work, exam, officer):
    with pytest.raises(StateConflict):
        exams.cancel(actor=officer, now=clock.now(), exam=exam, reason="nhầm")
    deadline = at_work.sitting().deadline_at
    with unit_of_work() as session:  # as if somebody moved the window behind the application's back
        session.get(type(exam), exam.id).closes_at = exam.opens_at + timedelta(minutes=10)
    assert at_work.save_one(1, 1).status_code == 200
    assert at_work.client.get(at_work.url).status_code == 200
    assert at_work.sitting().deadline_at == deadline
