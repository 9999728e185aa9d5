"""The save over HTTP, on both databases: order, idempotence, strangers, the deadline, the quarantine."""

import json
import threading

import pytest
from flask import current_app
from sqlalchemy import event

from exambank import clock
from exambank.accounts.models import User
from exambank.db import db, from_milliseconds, to_milliseconds, unit_of_work
from exambank.sittings import service, store
from exambank.sittings.models import QuarantinedSave, Response, ResponseEvent
from tests.people import actor_of
from tests.sittings.factories import HEADERS, move_to, pass_time

pytestmark = pytest.mark.usefixtures("any_app")


def quarantined():
    db.session.rollback()
    return [(row.question, row.reason) for row in db.session.query(QuarantinedSave).order_by(QuarantinedSave.id)]


def events():
    db.session.rollback()
    return db.session.query(ResponseEvent).count()


def test_a_save_is_stored_acknowledged_and_written_into_the_history(candidate):
    candidate.entered()
    answer = candidate.save_one(1, 2)
    assert answer.status_code == 200
    assert answer.json["saved"] == {"1": candidate.epoch << 32 | 1}
    assert answer.json["state"] == "open"
    assert 0 < answer.json["remaining_ms"] <= 3_600_000
    assert candidate.stored() == {1: 2}
    assert events() == 1


def test_the_same_save_again_is_success_and_changes_nothing(candidate):
    candidate.entered()
    sent = candidate.answer(1, 2)
    first, second = candidate.save(sent), candidate.save(sent)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json["saved"] == second.json["saved"]
    assert second.json["newer"] == {}
    assert events() == 1


def test_an_older_save_that_arrives_late_loses_and_is_told_the_newer(candidate):
    candidate.entered()
    older, newer = candidate.answer(1, 0), candidate.answer(1, 3)
    candidate.save(newer)
    late = candidate.save(older)
    assert late.status_code == 200
    assert late.json["saved"] == {"1": candidate.epoch << 32 | newer["n"]}
    assert late.json["newer"] == {"1": newer["payload"]}
    assert candidate.stored() == {1: 3}


def test_who_is_signed_out_or_revoked_or_inactive_saves_nothing(candidate, people):
    candidate.entered()
    nobody = current_app.test_client()
    sent = {"epoch": 1, "saves": [candidate.answer(1, 0)]}
    assert nobody.post(f"{candidate.url}/save", json=sent, headers=HEADERS).status_code == 401
    with unit_of_work() as session:
        session.get(User, people.learner.id).session_version += 1
    assert candidate.save_one().status_code == 401
    assert candidate.state().status_code == 401
    with unit_of_work() as session:
        user = session.get(User, people.learner.id)
        user.session_version, user.is_active = people.learner.session_version - 1, False
    assert candidate.save_one().status_code == 401
    assert candidate.stored() == {}


def test_the_deadline_itself_still_counts_and_the_flush_window_after_it(candidate):
    candidate.entered()
    deadline = candidate.sitting().deadline_at
    for question, seconds, status in [(1, -1, 200), (2, 0, 200), (3, 9, 200), (4, 11, 409), (5, 170, 409)]:
        move_to(deadline, seconds=seconds)
        candidate.state()
        assert candidate.save_one(question).status_code == status, seconds
    assert set(candidate.stored()) == {1, 2, 3}
    assert quarantined() == [(4, "after_deadline"), (5, "after_deadline")]


def test_the_statement_decides_to_the_millisecond_as_the_rule_does(candidate):
    candidate.entered()
    place = service.find_place(candidate.public_id)
    sitting = candidate.sitting()
    seat = service.seat_of(place, 1, sitting.browser)
    for shift, question, error in [(-1, 1, None), (0, 2, None), (10_000, 3, None), (10_001, 4, "collecting")]:
        limits = {"flush": 10_000, "grace": 180_000}
        assert limits == {"flush": place.flush_ms, "grace": place.grace_ms}
        with unit_of_work() as session:
            row = session.merge(candidate.sitting())
            row.state, row.last_contact_at = "open", row.entered_at
        exact = to_milliseconds(sitting.deadline_at) + shift
        answer = (store.Answer(question, 1, '{"choice":null}'),)

        def at_exactly(run, exact=exact, answer=answer):
            def frozen(statement, parameters):
                return run(statement.replace("{now}", str(exact)), parameters)

            frozen.dialect = run.dialect
            return store.save(frozen, seat, candidate.epoch, answer)

        with unit_of_work() as session:  # in touch a moment ago, so that silence does not open the grace
            session.merge(candidate.sitting()).last_contact_at = from_milliseconds(exact - 1000)
        outcome = store.store().perform(at_exactly)
        assert outcome.error == error, shift


def test_a_seat_that_the_server_saw_silent_may_bring_its_journal_within_the_grace(candidate):
    candidate.entered()
    candidate.save_one(1, 0)
    deadline = candidate.sitting().deadline_at
    move_to(deadline, seconds=100)  # no contact since the start
    assert candidate.save_one(2, 1).status_code == 200
    assert candidate.sitting().state == "collecting"
    assert candidate.sitting().silent_at_deadline
    move_to(deadline, seconds=120)  # this very contact has not wiped out the silence
    assert candidate.save_one(3, 1).status_code == 200
    assert candidate.save_one(1, 3, n=1).status_code == 200  # what was stored before counts, what is behind does not
    move_to(deadline, seconds=181)
    late = candidate.save_one(4, 1)
    assert (late.status_code, late.json["error"], late.json["quarantined"]) == (409, "collecting", [4])
    assert candidate.stored() == {1: 0, 2: 1, 3: 1}


def test_a_save_repeated_too_late_is_told_as_stored_and_not_quarantined(candidate):
    candidate.entered()
    sent = candidate.answer(1, 2)
    candidate.save(sent)
    deadline = candidate.sitting().deadline_at
    move_to(deadline, seconds=-2)
    candidate.state()
    move_to(deadline, seconds=30)
    assert candidate.save(sent).status_code == 200
    mixed = candidate.save(sent, candidate.answer(2, 1))
    assert mixed.status_code == 409
    assert mixed.json["saved"] == {"1": candidate.epoch << 32 | 1}
    assert mixed.json["quarantined"] == [2]
    assert candidate.save(sent, {**candidate.answer(2, 1), "n": 2}).status_code == 409
    assert quarantined() == [(2, "after_deadline")]  # the same once more is kept once


def test_after_the_close_everything_new_is_kept_for_a_decision(candidate):
    candidate.entered()
    pass_time(minutes=50)
    candidate.submit(candidate.answer(1, 1))
    late = candidate.save_one(2, 1)
    assert (late.status_code, late.json["error"], late.json["quarantined"]) == (409, "closed", [2])
    assert quarantined() == [(2, "closed")]
    assert candidate.stored() == {1: 1}


def test_after_a_restore_the_browser_enters_by_itself_and_the_generation_is_new(candidate):
    candidate.entered()
    before = candidate.save_one(1, 1).json["generation"]
    service.raise_epochs_after_restore()
    refused = candidate.save_one(2, 1)
    assert (refused.status_code, refused.json["error"]) == (409, "re_enter")
    assert refused.json["generation"] != before
    assert candidate.enter("").status_code == 200
    assert candidate.epoch == 1002
    assert candidate.save_one(2, 1).status_code == 200


def test_a_poll_is_a_contact_tells_what_is_stored_and_takes_two_statements_at_most(candidate):
    candidate.entered()
    candidate.save_one(3, 1)
    before = candidate.sitting().last_contact_at
    pass_time(seconds=10)
    counters = store.store().counters
    statements = counters["statements"]
    told = candidate.state()
    assert told.json["stored"] == {"3": candidate.epoch << 32 | 1}
    assert counters["statements"] - statements <= 2
    assert candidate.sitting().last_contact_at > before


def test_a_save_takes_three_statements_at_most_and_loads_no_user_row(candidate):
    candidate.entered()
    candidate.save_one(1, 0)
    counters = store.store().counters
    before = counters["statements"]
    seen = []
    listen = lambda conn, cursor, statement, *rest: seen.append(statement)  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listen)
    candidate.save(*[candidate.answer(number, 1) for number in range(1, 11)])
    event.remove(db.engine, "before_cursor_execute", listen)
    assert counters["statements"] - before <= 3
    assert seen == []


def test_fifty_saves_at_once_store_the_newest_and_a_whole_history(candidate):
    candidate.entered()
    app = current_app._get_current_object()
    place = service.find_place(candidate.public_id)
    seat = service.seat_of(place, 1, candidate.sitting().browser)
    tokens = candidate.questions[0].tokens
    outcomes = []

    def save(n):
        with app.app_context():
            answer = store.Answer(1, n, json.dumps({"choice": tokens[n % 4]}))
            outcomes.append(service.save(seat, candidate.epoch, (answer,)))

    threads = [threading.Thread(target=save, args=(n,)) for n in range(1, 51)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert [outcome.error for outcome in outcomes] == [None] * 50
    row = service.stored_of(candidate.sitting())[1]
    assert row.seq == candidate.epoch << 32 | 50
    assert json.loads(row.payload) == {"choice": tokens[50 % 4]}
    assert 1 <= events() <= 50


def test_a_seat_cookie_that_came_over_wrong_tells_of_no_other_browser(candidate):
    """On plain http a byte may change on the way: the page sends again, and a person has nothing to decide."""
    candidate.entered()
    cookies = [one for one in candidate.client._cookies.values() if one.decoded_key.startswith("exambank_")]
    assert len(cookies) == 2
    for one in cookies:
        candidate.client.set_cookie(one.decoded_key, one.decoded_value[:-3] + "xyz", path=one.path)
    for told in (candidate.save_one(1, 2, n=7), candidate.state(), candidate.submit(), candidate.enter()):
        assert (told.status_code, told.json["error"]) == (400, "garbled")
    for one in cookies:
        candidate.client.set_cookie(one.decoded_key, one.decoded_value, path=one.path)
    raw = "; ".join(f"{one.decoded_key}={one.decoded_value}" for one in candidate.client._cookies.values())
    for wrong in ("r ", "=", '"'):  # for what parts the two seat cookies
        sent = raw.replace("; exambank_entry", f"{wrong}exambank_entry")
        sent = sent if sent != raw else raw.replace("; exambank_seat", f"{wrong}exambank_seat")
        told = current_app.test_client(use_cookies=False).get(
            f"{candidate.url}/state", headers={**HEADERS, "Cookie": sent}
        )
        assert (told.status_code, told.json["error"]) == (400, "garbled"), wrong
    assert quarantined() == []
    assert candidate.save_one(1, 2, n=7).status_code == 200
    assert candidate.stored() == {1: 2}


def test_fifty_entries_at_once_make_one_sitting_and_whole_epochs(candidate, people):
    app = current_app._get_current_object()
    user_id, version = people.learner.id, people.learner.session_version
    seat = candidate.client.get(candidate.url).headers["Set-Cookie"].split(";")[0].split("=", 1)
    url, code, epochs = candidate.url, candidate.exam.session_code, []

    def enter():
        client = app.test_client()
        with client.session_transaction() as session:
            session["user_id"], session["version"] = user_id, version
        client.set_cookie(seat[0], seat[1], path="/sit/")
        with app.app_context():
            response = client.post(f"{url}/enter", json={"code": code}, headers=HEADERS)
        epochs.append((response.status_code, response.json.get("epoch")))

    threads = [threading.Thread(target=enter) for _ in range(50)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(epochs) == [(200, epoch) for epoch in range(1, 51)]
    sitting = candidate.sitting()
    assert (sitting.state, sitting.epoch) == ("open", 50)
    assert db.session.query(Response).count() == 0


def test_a_pause_takes_saves_even_past_the_deadline(candidate, people):
    candidate.entered()
    deadline = candidate.sitting().deadline_at
    move_to(deadline, seconds=-5)
    service.pause(actor=actor_of(people.invigilator), now=clock.now(), sitting=candidate.sitting(), reason="mất điện")
    move_to(deadline, seconds=300)
    told = candidate.save_one(1, 1)
    assert told.status_code == 200
    assert told.json["paused"] is True
    assert 4_000 < told.json["remaining_ms"] <= 5_000
