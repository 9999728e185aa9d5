"""Exam cards: the code, signing in with it, how far such a session reaches, and when it ends."""

from datetime import timedelta

import pytest
from flask import current_app
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from exambank import clock
from exambank.accounts.models import SignInThrottle
from exambank.audit import AuditDetail, AuditEvent
from exambank.db import db, unit_of_work
from exambank.documents.service.cards import content_of
from exambank.exams import rules
from exambank.exams import service as exams
from exambank.exams.models import Exam
from tests.exams.factories import make_ready_exam
from tests.sittings.factories import HEADERS, Candidate, fresh, pass_time, sitting_of


@settings(max_examples=40)
@given(st.binary(min_size=32, max_size=32), st.sampled_from(["{}", "{} ", " {}\n"]))
def test_a_code_is_read_however_it_is_typed(digest, frame):
    code = rules.card_code(digest)
    assert len(code) == 8
    assert set(code) <= set(rules.cards.CARD_LETTERS)
    assert rules.read_card(frame.format(rules.show_card(code).lower())) == code


def test_what_cannot_be_a_card_is_none():
    for typed in ("", "K7QA9F3", "K7QA9F3MM", "0OI15SZ2", "ĐĐĐĐĐĐĐĐ", "K7QA-9F3!" * 50):
        assert rules.read_card(typed) is None


# --- signing in ---


@pytest.fixture
def machine(exam):
    """A machine of the room; nobody is signed in on it."""
    return current_app._get_current_object().test_client()


def card_of(exam, user) -> str:
    return exams.card_of(exams.find_candidacy(exam.id, user.id))


def use(client, card, code):
    return client.post("/sit/card", data={"card": card, "code": code})


def test_card_and_session_code_open_the_candidates_own_exam_and_nothing_else(exam, machine, people):
    sitting = sitting_of(exam, people.learner).public_id
    other = sitting_of(exam, people.second_learner).public_id
    came = use(machine, card_of(exam, people.learner).lower(), exam.session_code)
    assert (came.status_code, came.location) == (302, f"/sit/{sitting}")
    cover = machine.get(f"/sit/{sitting}").text
    assert f'value="{exam.session_code}"' in cover  # typed once already
    for away in ("/", "/sit/", "/accounts/profile", "/accounts/password", "/exams/", f"/sit/{other}"):
        assert machine.get(away).location == f"/sit/{sitting}", away
    assert machine.get(f"/sit/{other}/state", headers=HEADERS).status_code == 404
    assert machine.post("/accounts/profile/end-sessions").status_code == 404
    for is_open in ("/sit/shell", "/machine", "/accounts/sign-in"):
        assert machine.get(is_open).status_code == 200
    candidate = Candidate(machine, exam, people.learner).entered()
    assert candidate.save_one(1, 2).status_code == 200
    event = db.session.execute(select(AuditEvent).where(AuditEvent.verb == "signed_in")).scalar_one()
    details = db.session.execute(select(AuditDetail.details).where(AuditDetail.number == event.number)).scalar_one()
    assert "exam_card" in details
    assert card_of(exam, people.learner) not in details


def test_the_session_of_a_card_ends_soon_after_the_receipt(exam, machine, people):
    use(machine, card_of(exam, people.learner), exam.session_code)
    candidate = Candidate(machine, exam, people.learner).entered()
    pass_time(minutes=50)
    assert candidate.submit().status_code == 200
    receipt = candidate.sitting().receipt
    assert receipt in machine.get(candidate.url).text
    pass_time(minutes=14)
    assert receipt in machine.get(candidate.url).text
    pass_time(minutes=2)
    assert machine.get(candidate.url).location == "/sit/card"
    assert machine.get(candidate.url).location.startswith("/accounts/sign-in")


def test_whatever_is_wrong_the_answer_is_the_same(exam, machine, people):
    card = card_of(exam, people.learner)
    with unit_of_work() as session:
        session.get(type(people.second_learner), people.second_learner.id).is_active = False
    tries = [
        (card, "WRONG1"), ("K7QA9F3M", exam.session_code), ("K7QA9F3M", "WRONG1"), ("x", ""), (card, ""),
        (card_of(exam, people.second_learner), exam.session_code),
    ]  # fmt: skip
    answers = [use(machine, *one) for one in tries]
    assert {answer.status_code for answer in answers} == {422}
    assert len({answer.text.split("eb-notice-body")[1].split("</div>")[0] for answer in answers}) == 1


def test_guessing_one_card_waits_and_does_not_lock_its_neighbours(exam, machine, people):
    card = card_of(exam, people.learner)
    statuses = [use(machine, card, "WRONG1").status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    waits = use(machine, card, exam.session_code)
    assert waits.status_code == 429
    assert int(waits.headers["Retry-After"]) > 0
    neighbour = use(machine, card_of(exam, people.second_learner), exam.session_code)
    assert neighbour.status_code == 302
    pass_time(minutes=2)
    assert use(machine, card, exam.session_code).status_code == 302
    stored = db.session.execute(select(SignInThrottle.account, SignInThrottle.address)).all()
    assert card not in str(stored)
    assert all(address.startswith("card ") for _account, address in stored)


def test_a_guesser_in_the_building_cannot_shut_the_room_out(exam, machine, people):
    now = clock.now()
    with unit_of_work() as session:
        whole = SignInThrottle(
            account="*", address="card 127.0.0.1", failures=300, window_started_at=now, last_failure_at=now,
            blocked_until=now + timedelta(seconds=30),
        )  # fmt: skip
        session.add(whole)
    assert use(machine, "K7QA9F3M", "WRONG1").status_code == 429
    assert use(machine, card_of(exam, people.learner), exam.session_code).status_code == 302


def test_a_card_made_worthless_opens_nothing_and_ends_what_it_opened(exam, machine, people, sign_in):
    card = card_of(exam, people.learner)
    use(machine, card, exam.session_code)
    candidate = Candidate(machine, exam, people.learner).entered()
    candidacy = exams.find_candidacy(exam.id, people.learner.id)
    assert sign_in(people.officer).post(f"/exams/candidates/{candidacy.public_id}/card/revoke").status_code == 302
    db.session.expire_all()
    assert candidate.save_one(1, 1).status_code == 401
    assert use(machine, card, exam.session_code).status_code == 422
    again = card_of(exam, people.learner)
    assert again != card
    assert use(machine, again, exam.session_code).status_code == 302
    assert candidate.save_one(1, 1).status_code == 200  # the machine still holds its seat


def test_without_a_session_code_the_card_alone_opens_and_after_the_close_none_does(exam, machine, people):
    with unit_of_work() as session:
        session.get(Exam, exam.id).conduct = {"needs_code": False}
    card = card_of(exam, people.learner)
    assert use(machine, card, "").status_code == 302
    with unit_of_work() as session:
        session.get(Exam, exam.id).state = "closed"
    assert use(machine, card, "").status_code == 422


# --- the printed card ---


def test_cards_are_printed_by_the_office_with_seat_and_code_and_no_code_is_recorded(exam, people, sign_in):
    candidacy = exams.find_candidacy(exam.id, people.learner.id)
    with unit_of_work() as session:
        session.get(type(candidacy), candidacy.id).seat = "07"
    candidacy = fresh(candidacy)
    content = content_of(fresh(exam), [candidacy], "https://thi.lan:8000")
    (card,) = content["cards"]
    assert card["code"] == rules.show_card(exams.card_of(candidacy))
    assert (card["number"], card["seat"], card["name"]) == (candidacy.number, "07", "Nguyễn Thị Thu Hường")
    assert content["address"] == "https://thi.lan:8000/sit/card"
    address = f"/documents/exams/{exam.public_id}/cards"
    for stranger in (people.invigilator, people.lecturer, people.technician, people.quality):
        assert sign_in(stranger).post(address).status_code == 404
    officer = sign_in(people.officer)
    assert officer.post(address, data={"address": "https://thi.lan:8000"}).data.startswith(b"%PDF")
    assert officer.post(address, data={"candidacy": candidacy.public_id}).data.startswith(b"%PDF")
    assert officer.post(address, data={"address": "javascript:alert(1)"}).status_code == 422
    details = "".join(db.session.execute(select(AuditDetail.details)).scalars())
    assert exams.card_of(candidacy) not in details


# --- seats ---


def test_seats_by_lot_come_out_the_same_for_whoever_has_the_seed(people, app):
    candidates = [f"{at:032x}" for at in range(30)]
    drawn = rules.seats_by_lot(candidates, "5eed")
    assert sorted(drawn.values()) == rules.seats_in_order(30)
    assert rules.seats_by_lot(candidates[::-1], "5eed") == drawn
    assert rules.seats_by_lot(candidates, "other") != drawn
    assert rules.seats_in_order(100)[-1] == "100"
    assert rules.seats_in_order(3) == ["01", "02", "03"]


def test_the_office_gives_seats_by_number_or_lot_and_the_cover_shows_them(people, sign_in):
    exam = make_ready_exam(people, room_names=["Phòng máy 1"])
    officer = sign_in(people.officer)
    page = f"/exams/{exam.public_id}/seats"
    assert officer.post(page, data={"by": "number"}).status_code == 302
    assert [one.seat for one in exams.list_candidates(fresh(exam))] == ["01", "02"]
    assert fresh(exam).seat_seed is None
    officer.post(page, data={"by": "lot"})
    row = fresh(exam)
    given = {one.public_id: one.seat for one in exams.list_candidates(row)}
    assert given == rules.seats_by_lot(list(given), row.seat_seed)
    assert row.seat_seed in officer.get(f"/exams/{exam.public_id}/rooms").text
    first, second = exams.list_candidates(row)
    taken = officer.post(f"/exams/candidates/{first.public_id}/seat", data={"seat": second.seat}, follow_redirects=True)
    assert second.number in taken.text
    assert fresh(first).seat == given[first.public_id]
    officer.post(f"/exams/candidates/{first.public_id}/seat", data={"seat": "b-12"})
    assert fresh(first).seat == "B-12"
