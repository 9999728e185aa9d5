"""The door as the candidate meets it: let in one by one, identity wanted, late by a person's decision, no session code."""

from datetime import timedelta

from sqlalchemy import event

from exambank import clock
from exambank.db import db
from exambank.permissions import SYSTEM
from exambank.sittings import service
from tests.people import actor_of
from tests.sittings.factories import HEADERS, Candidate, make_room, move_to


def door(candidate) -> dict:
    return candidate.client.get(f"{candidate.url}/door", headers=HEADERS).json


def test_who_is_let_in_one_by_one_waits_and_has_the_full_time_from_the_entry(people, sign_in, room_closer):
    conduct = {"needs_identity": True, "needs_code": False}
    exam = make_room(people, conduct=conduct, start_mode="admitted")
    invigilator = actor_of(people.invigilator)
    candidate = Candidate(sign_in(people.learner), exam, people.learner)
    asked = door(candidate)
    assert (asked["state"], asked["may_enter"], asked["reason"]) == ("ready", False, "identity")
    assert asked["message"]
    assert candidate.enter("").json["error"] == "identity"
    service.reject_identity(actor=invigilator, now=clock.now(), sitting=candidate.sitting(), reason="ảnh khác người")
    assert door(candidate)["reason"] == "identity_rejected"
    assert candidate.enter("").json["error"] == "identity_rejected"
    service.confirm_identity(actor=invigilator, now=clock.now(), sitting=candidate.sitting())
    assert candidate.enter("").json["error"] == door(candidate)["reason"] == "admission"
    move_to(exam.opens_at, minutes=20)  # ten minutes past the end of entry of a uniform start
    service.admit(actor=invigilator, now=clock.now(), sitting=candidate.sitting())
    assert door(candidate)["may_enter"] is True
    assert candidate.enter("").status_code == 200
    row = candidate.sitting()
    assert row.deadline_at == row.entered_at + timedelta(hours=1)
    assert door(candidate)["state"] == "open"


def test_the_door_costs_one_query_and_writes_nothing(people, sign_in, room_closer):
    exam = make_room(people)
    candidate = Candidate(sign_in(people.learner), exam, people.learner)
    door(candidate)
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    assert door(candidate)["reason"] == "ok"
    event.remove(db.engine, "before_cursor_execute", note)
    about = [one for one in sent if "FROM sitting" in one]
    assert len(about) == 1, sent
    assert not [one for one in sent if one.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]
    other = sign_in(people.second_learner).get(f"{candidate.url}/door", headers=HEADERS)
    assert (other.status_code, other.json["error"]) == (404, "not_found")


def test_a_late_comer_enters_by_a_persons_decision_with_its_reason(people, sign_in, room_closer):
    exam = make_room(people)
    candidate = Candidate(sign_in(people.learner), exam, people.learner)
    move_to(exam.opens_at, minutes=11)
    assert candidate.enter().json["error"] == door(candidate)["reason"] == "too_late"
    service.admit(
        actor=actor_of(people.invigilator), now=clock.now(), sitting=candidate.sitting(), reason="xe buýt hỏng"
    )
    assert candidate.enter().status_code == 200
    assert candidate.sitting().deadline_at == exam.opens_at + timedelta(hours=1)  # the room's end stays
    assert service.lock(actor=SYSTEM, now=clock.now(), sitting=candidate.sitting(), reason="identity")
