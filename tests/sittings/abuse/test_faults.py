"""Abuse and faults 69-82: cables, machines, servers and crowds. What a browser does is in tests/browser, what takes
whole servers and minutes in bench/faults; here is what the server itself promises in each case.
"""

import base64
import json
import re
import socket
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import event

from exambank import clock, jobs
from exambank.accounts.service import passwords
from exambank.cli import schema
from exambank.db import db, to_milliseconds
from exambank.errors import InvalidInput, StateConflict
from exambank.sittings import rescue, rules, service, store, sweeper
from exambank.sittings.models import QuarantinedSave
from tests.sittings.abuse.test_integrity import at_once
from tests.sittings.factories import HEADERS, move_to, pass_time

pytestmark = pytest.mark.usefixtures("app")


def quarantined() -> list[int]:
    db.session.rollback()
    return sorted(row.question for row in db.session.query(QuarantinedSave))


@pytest.mark.parametrize("minutes", [0.1, 2, 20])
def test_69_after_a_cut_within_the_time_the_journal_is_taken_whole(at_work, minutes):
    at_work.save_one(1, 0)
    pass_time(minutes=minutes)
    offline = [at_work.answer(number, 1) for number in range(1, 11)]
    assert at_work.save(*offline).status_code == 200
    assert at_work.stored() == dict.fromkeys(range(1, 11), 1)


def test_69_after_a_cut_to_the_end_the_servers_own_silence_decides(at_work, neighbour):
    neighbour.entered()
    deadline = at_work.sitting().deadline_at
    move_to(deadline, seconds=-20)
    at_work.state()  # the last contact of the one that is cut off
    move_to(deadline, seconds=-2)
    neighbour.state()  # the other one is in touch to the end
    move_to(deadline, seconds=60)
    assert at_work.save_one(1, 1).status_code == 200
    assert neighbour.save_one(1, 1).status_code == 409
    assert quarantined() == [1]


def test_70_who_comes_back_six_minutes_late_keeps_what_was_saved_in_time(at_work):
    at_work.save_one(1, 1)
    move_to(at_work.sitting().deadline_at, minutes=6)
    sweeper.sweep()
    sweeper.sweep()
    assert at_work.save_one(2, 1).status_code == 409
    (row,) = [row for row in service.responses_of_sitting(at_work.sitting()) if row.payload]
    assert row.question == 1


def test_71_a_journal_left_on_a_machine_is_handed_up_at_the_next_sign_in_there(at_work):
    at_work.save_one(1, 1)
    left = at_work.answer(2, 1)
    move_to(at_work.sitting().deadline_at, minutes=6)
    sweeper.sweep()
    sweeper.sweep()
    key = at_work.client.get(f"{at_work.url}/journal", headers=HEADERS)
    assert key.json["journal_key"]
    assert at_work.save(left).json["quarantined"] == [2]
    assert quarantined() == [2]


def test_73_on_another_machine_answers_flags_and_time_are_as_they_were(at_work, second_machine, invigilator):
    at_work.save(at_work.answer(1, 0), at_work.answer(2, 3))
    at_work.post("flags", {"epoch": at_work.epoch, "flags": [2, 5]})
    before = at_work.state().json["deadline_ms"]
    code = service.issue_takeover_code(actor=invigilator, now=clock.now(), sitting=at_work.sitting()).code
    taken = second_machine().enter(code).json
    assert sorted(taken["stored"]) == ["1", "2"]
    assert taken["flags"] == [2, 5]
    assert taken["deadline_ms"] == before


def test_74_a_database_that_cannot_store_acknowledges_nothing_and_recovers(at_work, monkeypatch, app):
    monkeypatch.setattr("exambank.sittings.store.sqlite.LOCK_WAIT_SECONDS", 0.05)
    path = app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    sent = at_work.answer(1, 1)
    db.session.rollback()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = at_work.client.post(
            f"{at_work.url}/save", json={"epoch": at_work.epoch, "generation": "", "saves": [sent]}, headers=HEADERS
        )
        other.execute("ROLLBACK")
    assert (refused.status_code, refused.json["error"]) == (503, "busy")
    assert at_work.save(sent).status_code == 200
    assert at_work.stored() == {1: 1}


def test_75_an_acknowledged_answer_survives_a_power_cut_and_the_room_gets_its_time_back(at_work, exam, invigilator):
    connection = store.store()
    synchronous = connection.perform(lambda run: run("PRAGMA synchronous", {}))
    assert [tuple(row) for row in synchronous] == [(2,)]  # FULL: the commit waits for the disk
    deadline = at_work.sitting().deadline_at
    assert (
        service.extend_room(
            actor=invigilator, now=clock.now(), room=exam.rooms[0], seconds=420, reason="mất điện"
        ).at_once
        == 2
    )
    assert (at_work.sitting().deadline_at - deadline).total_seconds() == 420


def test_76_work_in_the_background_that_fails_or_waits_touches_no_save(at_work, monkeypatch):
    monkeypatch.setattr(jobs, "_subscribers", type(jobs._subscribers)(list))

    def hang(_subject):
        raise RuntimeError("statistics ate the machine")

    jobs.on("sitting.closed")(hang)
    assert at_work.save_one(1, 1).status_code == 200
    pass_time(minutes=41)
    assert at_work.submit().json["receipt"]


def test_77_a_whole_sitting_needs_nobody_outside(candidate, monkeypatch):
    def refuse(self, address):
        raise AssertionError(f"asked {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    candidate.entered()
    candidate.client.get(candidate.url)
    candidate.save_one(1, 1)
    pass_time(minutes=41)
    assert candidate.submit().status_code == 200


def test_78_a_crowd_that_saves_and_hands_in_in_the_same_second_gets_no_error(at_work, people):
    sitting = at_work.sitting()
    seat = service.seat_of(service.find_place(at_work.public_id), 1, sitting.browser)
    tokens = at_work.questions[0].tokens

    def save(number):
        answer = store.Answer(number % 10 + 1, number + 1, json.dumps({"choice": tokens[0]}))
        return service.save(seat, sitting.epoch, (answer,)).error

    assert at_once(save, times=60) == [None] * 60


def test_79_looking_at_the_start_page_again_and_again_writes_nothing(candidate):
    candidate.client.get(candidate.url)
    written = []

    def listen(_connection, _cursor, statement, *_rest):
        if not statement.lstrip().upper().startswith(("SELECT", "BEGIN", "PRAGMA", "ROLLBACK", "COMMIT")):
            written.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    for _look in range(5):
        assert candidate.client.get(candidate.url).status_code == 200
        assert candidate.client.get(f"{candidate.url}/door", headers=HEADERS).status_code == 200
    event.remove(db.engine, "before_cursor_execute", listen)
    assert written == []


def test_80_a_flood_of_sign_ins_leaves_running_sittings_alone(at_work):
    hasher = passwords.hasher()
    for _place in range(hasher.at_once):
        hasher._places.acquire()
    try:
        assert at_work.save_one(1, 1).status_code == 200
        assert at_work.state().status_code == 200
    finally:
        for _place in range(hasher.at_once):
            hasher._places.release()


def test_81_nobody_changes_the_schema_while_an_exam_is_open(at_work, monkeypatch):
    monkeypatch.setattr(schema, "standing", lambda _found: schema.OLDER)  # as after an update of the program
    with pytest.raises(StateConflict):
        schema.upgrade()


def test_82_times_are_shown_as_the_school_counts_them_whatever_the_machine_believes(at_work):
    page = at_work.client.get(at_work.url).text
    deadline = at_work.sitting().deadline_at
    from_utc = f"{(deadline.hour + 7) % 24:02d}:{deadline.minute:02d}"
    assert from_utc in page
    assert re.search(r'data-server-ms="\d{13}"', page)
    assert re.search(r'data-deadline-ms="\d{13}"', page)


def test_72_a_rescue_file_counts_for_its_own_candidate_once_and_never_by_itself(at_work, neighbour, exam, invigilator):
    at_work.save_one(1, 0)
    given = at_work.answer(2, 1)
    entry = {"q": 2, "seq": rules.make_seq(at_work.epoch, given["n"]), "at": 1, "payload": given["payload"]}
    file = rescue.seal_file(
        base64.b64decode(exam.rescue_public), exam=exam.public_id, sitting=at_work.public_id,
        sealed_ms=to_milliseconds(clock.now()), content=json.dumps({"entries": [entry]}).encode(),
    )  # fmt: skip
    room = exam.rooms[0]
    for wrong in (file.replace(at_work.public_id.encode(), neighbour.public_id.encode()), file[:-9] + b'AAAAAAA"}'):
        with pytest.raises(InvalidInput):
            service.bring_rescue_file(actor=invigilator, now=clock.now(), room=room, body=wrong)
    for _time in range(2):
        service.bring_rescue_file(actor=invigilator, now=clock.now(), room=room, body=file)
    assert quarantined() == [2]
    assert at_work.stored() == {1: 0}
