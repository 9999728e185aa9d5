"""The room's summary: what it tells of each candidate, what it costs however many look, and that it can be switched off."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import current_app
from sqlalchemy import event

from exambank import clock
from exambank.db import db, unit_of_work
from exambank.sittings import service, store
from exambank.sittings.models import Machine, Sitting
from exambank.sittings.service import summary
from exambank.sittings.service.summary import SeatLine, Summary
from tests.people import actor_of
from tests.sittings.factories import Candidate, pass_time, sitting_of


@pytest.fixture
def statements():
    """Every statement that reaches the database through SQLAlchemy."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def seats_of(room) -> dict:
    service.forget_summary(room.id)
    db.session.rollback()
    return {seat.name: seat for seat in service.summarise(room, clock.now()).seats}


def test_each_seat_tells_state_machine_identity_and_what_waits(any_app, exam, people, sign_in):
    room, hang = exam.rooms[0], actor_of(people.invigilator)
    mine = Candidate(sign_in(people.learner), exam, people.learner)
    assert {seat.state for seat in seats_of(room).values()} == {"ready"}
    mine.entered()
    mine.save_one(1)
    mine.save_one(2, option=None)  # a blank is no answer
    key = mine.sitting().id
    with unit_of_work() as session:
        machine = Machine(name="Máy 07", token_hash="a" * 64, first_seen_at=clock.now())
        session.add(machine)
        session.flush()
        row = session.get(Sitting, key)
        row.machine_id, row.identity, row.candidacy.seat = machine.id, "confirmed", "B3"
    seat = seats_of(room)[people.learner.full_name]
    assert (seat.state, seat.answered, seat.questions) == ("open", 1, 10)
    assert (seat.machine, seat.seat, seat.identity) == ("Máy 07", "B3", "confirmed")
    assert seat.needs == []

    service.raise_objection(
        actor=actor_of(people.learner), now=clock.now(), sitting=mine.sitting(), question=1, text="sai"
    )
    pass_time(seconds=26)
    seat = seats_of(room)[people.learner.full_name]
    assert (seat.state, seat.needs, seat.objections) == ("lost", ["lost", "objection"], 1)
    service.pause(actor=hang, now=clock.now(), sitting=mine.sitting(), reason="")
    assert seats_of(room)[people.learner.full_name].state == "paused"
    service.lock(actor=hang, now=clock.now(), sitting=mine.sitting(), reason="seb")
    assert seats_of(room)[people.learner.full_name].needs[0] == "locked"
    glance = service.glance([room], clock.now())[room.id]
    assert (glance.count("locked"), glance.count("ready")) == (1, 1)
    assert glance.alarms == ["locked", "objections"]
    service.close_room(actor=hang, now=clock.now(), room=room, reason="xong")
    states = {name: seat.state for name, seat in seats_of(room).items()}
    assert states[people.learner.full_name] == "closed"


def seat_line(number: int, silent: int | None, now) -> SeatLine:
    """A candidate who has been silent for so many seconds, or works."""
    return SeatLine(
        public_id=f"s{number}", number=f"{number:03}", name=f"Thí sinh {number}", seat=None, machine=None,
        state="open" if silent is None else "lost", identity="confirmed", answered=0, questions=10, entered_at=now,
        closed_at=None, last_save_at=None, last_contact_at=now - timedelta(seconds=silent or 0), deadline_at=now,
        paused_at=None, locked_at=None, locked_reason=None, focus_losses=0, objections=0, gaps=0, offences=0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("silent", "together"),
    [
        ([None, 40, 50], []),
        ([40, 70, 60, None], [2, 3, 1]),  # thirty seconds apart
        ([40, 71, 60], []),
        ([300, 310, 320, 40, 45], [3, 2, 1]),
    ],
)
def test_three_who_fall_silent_within_half_a_minute_are_one_outage(silent, together):
    now = datetime(2026, 11, 12, 8, 30, tzinfo=UTC)
    seats = tuple(seat_line(number, one, now) for number, one in enumerate(silent, start=1))
    assert [int(seat.number) for seat in Summary(now, seats).outage] == together


def test_an_outage_stands_first_with_what_can_be_done(app, exam, people, candidate, sign_in, monkeypatch):
    monkeypatch.setattr(summary, "OUTAGE_SEATS", 1)
    candidate.entered()
    pass_time(seconds=40)
    page = sign_in(people.invigilator).get(f"/room/{exam.rooms[0].public_id}").text
    first = page[page.index('id="n-outage"') : page.index('id="n-' + candidate.public_id)]
    assert all(f"/room/{exam.rooms[0].public_id}/{path}" in first for path in ("time", "incidents", "lost-time"))
    lost = sign_in(people.invigilator).get(f"/room/{exam.rooms[0].public_id}/lost-time").text
    assert "mất kết nối" in lost[lost.index("<h1>") : lost.index("</h1>")]
    assert "…</td>" not in lost


def test_ten_who_look_cost_one_summary_and_no_save_waits_for_it(app, exam, people, candidate, sign_in, statements):
    candidate.entered()
    viewers = [sign_in(people.invigilator) for _viewer in range(10)]
    address = f"/room/{exam.rooms[0].public_id}/live"
    assert viewers[0].get(address).status_code == 200
    made = "response.is_blank"  # stands in the summary's one query over the candidates and nowhere else
    written = dict(store.store().counters)
    statements.clear()
    for viewer in viewers:
        assert viewer.get(address).status_code == 200
    summaries = [one for one in statements if made in one]
    assert len(summaries) <= 1
    own = (len(statements) - len(summaries)) / len(viewers)
    assert own <= 8  # who it is and which room; nothing that grows with the candidates
    assert all(one.lstrip().upper().startswith(("SELECT", "BEGIN")) for one in statements)
    assert store.store().counters == written  # the saves' own connection was not touched

    statements.clear()
    assert candidate.save_one(1).status_code == 200
    assert not [one for one in statements if "room_event" in one or made in one]


def test_a_summary_is_made_anew_only_after_a_while_or_an_act(app, exam, people, candidate):
    candidate.entered()
    room, now = exam.rooms[0], clock.now()
    first = service.summarise(room, now)
    assert service.summarise(room, now + timedelta(seconds=2)) is first
    later = service.summarise(room, now + timedelta(seconds=3))
    assert later is not first
    service.forget_summary(room.id)
    assert service.summarise(room, now + timedelta(seconds=3)) is not later


def test_the_room_is_searched_sorted_and_filtered_without_script(app, exam, people, candidate, sign_in):
    candidate.entered()
    hang, room = sign_in(people.invigilator), exam.rooms[0].public_id
    other = sitting_of(exam, people.second_learner).public_id

    def shown(query: str) -> list[str]:
        page = hang.get(f"/room/{room}{query}").text
        board = page[page.index('id="seats"') : page.index('id="room-log"')]
        return [one for one in (candidate.public_id, other) if one in board]

    assert shown("") == [candidate.public_id, other]
    assert shown("?state=open,collecting") == [candidate.public_id]
    assert shown("?state=ready") == [other]
    assert shown("?state=attention") == []
    assert shown(f"?q={people.second_learner.full_name}") == [other]
    board = hang.get(f"/room/{room}?sort=state").text
    assert board.index(candidate.public_id) < board.index(other)


def test_the_live_view_is_switched_off_by_a_file_while_the_server_runs(
    app, exam, people, candidate, sign_in, statements
):
    candidate.entered()
    hang, room = sign_in(people.invigilator), exam.rooms[0].public_id
    switch = Path(current_app.instance_path) / "live_view.off"
    assert hang.get(f"/room/{room}/live").status_code == 200
    assert 'hx-trigger="every 5s"' in hang.get(f"/room/{room}").text
    switch.touch()
    statements.clear()
    service.forget_summary(exam.rooms[0].id)
    assert hang.get(f"/room/{room}/live").status_code == 204
    assert not [one for one in statements if "response.is_blank" in one]
    assert 'hx-trigger="every 5s"' not in hang.get(f"/room/{room}").text
    switch.unlink()
    assert hang.get(f"/room/{room}/live").status_code == 200


def test_who_tries_a_room_that_is_not_his_is_refused_and_noted_once(app, exam, people, candidate, sign_in, caplog):
    candidate.entered()
    with caplog.at_level(logging.WARNING, logger="exambank.refused"):
        stranger = sign_in(people.lecturer)
        for _try in range(3):
            data = {"minutes": "60", "reason": "x"}
            assert stranger.post(f"/room/seat/{candidate.public_id}/extend", data=data).status_code == 404
        assert stranger.get(f"/room/{exam.rooms[0].public_id}").status_code == 404
    noted = [(record.actor, record.endpoint) for record in caplog.records if record.name == "exambank.refused"]
    who = people.lecturer.public_id
    assert noted == [(who, "sittings.extend_seat"), (who, "sittings.show_room_live")]
    assert candidate.sitting().incident_seconds == 0
