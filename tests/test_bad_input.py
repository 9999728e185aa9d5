"""What goes wrong in a school: each time a clear message in the reader's language, and nothing has changed."""

import io
import json

import pytest
from flask import current_app
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from exambank import clock, jobs
from exambank.assembly.rules import CellSpec
from exambank.bank.models import Item
from exambank.db import db, unit_of_work
from exambank.exams import service as exams
from exambank.interchange.rules import UPLOAD_LIMIT
from exambank.sittings import store, sweeper
from exambank.sittings.models import QuarantinedSave, Response
from tests.assembly.factories import fill_bank, make_blueprint
from tests.bank.factories import make_draft
from tests.exams.factories import make_exam
from tests.interchange.factories import bank_file
from tests.people import actor_of
from tests.road.room import SCRIPT, hidden
from tests.road.said import check_told, holdings
from tests.sittings.factories import Candidate, make_room, move_to, sitting_of

JSON = {"Accept": "application/json"}
MEGABYTE = 1024 * 1024


@pytest.fixture(params=["vi", "en"])
def language(request) -> str:
    return request.param


@pytest.fixture
def reader(sign_in, language):
    """A browser signed in as somebody who reads this language."""

    def signed_in(user):
        client = sign_in(user)
        with client.session_transaction() as session:
            session["language"] = language
        return client

    return signed_in


@pytest.fixture
def room(people):
    """An exam of the class that has just begun, ten single-choice questions."""
    yield make_room(people)
    store.close_store(current_app._get_current_object())


def upload(client, url: str, body: bytes, name: str = "bank.xlsx", headers=None, **fields):
    boundary, data = encode_multipart({**fields, "file": FileStorage(io.BytesIO(body), name)})
    return client.post(url, data=data, content_type=f"multipart/form-data; boundary={boundary}", headers=headers)


# --- files ---


def broken_xlsx() -> bytes:
    """Cut in half, as after a broken download."""
    body = bank_file()
    return body[: len(body) // 2]


@pytest.mark.parametrize("who_and_where", ["officer people", "lecturer marks"])
def test_a_broken_workbook_is_refused_and_says_what_to_do(people, reader, language, who_and_where):
    who, where = who_and_where.split()
    url = {
        "people": "/interchange/people",
        "marks": f"/interchange/offerings/{people.offering.public_id}/components",
    }[where]  # fmt: skip
    client, before = reader(getattr(people, who)), holdings()
    for headers in (None, JSON):
        answer = upload(client, url, broken_xlsx(), headers=headers)
        assert answer.status_code == 422
        check_told(answer, language, "save it again")
    assert holdings() == before


def test_a_broken_file_of_questions_is_kept_with_the_reason_and_changes_no_bank(people, reader, language):
    """It is read by the worker; the page of the file says what was wrong and what to do."""
    client = reader(people.lecturer)
    url = upload(client, "/interchange/bank", broken_xlsx(), module=people.module.public_id).location
    jobs.run_due()
    check_told(client.get(url), language, "Copy or download it again")
    assert db.session.scalar(select(func.count()).select_from(Item)) == 0


class Zeros(io.RawIOBase):
    """A stream of so many bytes that nobody keeps in memory; ``given`` counts what was really read."""

    def __init__(self, size: int):
        self.left, self.given = size, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        count = min(len(buffer), self.left)
        buffer[:count] = bytes(count)
        self.left -= count
        self.given += count
        return count


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_file_of_eighty_megabytes_is_refused_before_it_is_read(people, reader, language, is_chunked):
    """By its announced length at once; without one (chunked) as soon as the limit is reached."""
    client, before, stream = reader(people.lecturer), holdings(), Zeros(80 * MEGABYTE)
    current_app.config["WTF_CSRF_ENABLED"] = True  # as in the real application, where the token is looked for first
    announced = {"wsgi.input_terminated": True} if is_chunked else {"CONTENT_LENGTH": str(80 * MEGABYTE)}
    answer = client.post(
        "/interchange/bank",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"wsgi.input": stream, **announced},
    )
    assert answer.status_code == 413
    check_told(answer, language, "too large")
    assert stream.given <= (UPLOAD_LIMIT + 5 * MEGABYTE if is_chunked else 0)
    assert holdings() == before


# --- lists ---


def test_a_number_given_twice_in_a_list_names_both_learners(people, reader, language):
    exam, client = make_exam(people), reader(people.officer)
    before = holdings()
    answer = client.post(f"/exams/{exam.public_id}/candidates/import", data={"codes": "HV001, 007\nHV002, 007"})
    assert answer.status_code in {200, 422}
    assert "HV001, 007" in answer.text  # what was typed is still there
    check_told(answer, language, "is given twice", "007", "Nguyễn Thị Thu Hường", "Lò Văn Ưởng")
    assert holdings() == before


def test_a_number_that_another_candidate_has_is_refused(people, reader, language):
    exam = make_exam(people)
    exams.add_candidates(actor=actor_of(people.officer), now=clock.now(), exam=exam, cohort=people.cohort)
    first, second = exams.list_candidates(exam)
    before = holdings()
    answer = reader(people.officer).post(f"/exams/candidates/{second.public_id}/number", data={"number": first.number})
    assert answer.status_code in {200, 422}
    check_told(answer, language, "is given twice", first.number)
    assert holdings() == before


# --- blueprints ---


@pytest.fixture
def short_blueprint(people):
    """Twelve wanted of chapter 1 where there are eleven, beside a row that has enough."""
    fill_bank(people, 33)
    cells = [CellSpec(count=2, topic_id=people.topics[1].id), CellSpec(count=12, topic_id=people.topics[0].id)]
    return make_blueprint(people, cells=cells)


def test_a_short_cell_is_named_with_both_numbers(people, reader, language, short_blueprint):
    url = f"/assembly/blueprints/{short_blueprint.public_id}"
    before = holdings()
    answer = reader(people.lecturer).get(url)
    check_told(answer, language, "12 wanted", "Chương 1", "12", "11")
    answer = reader(people.quality).post(f"{url}/deal", data={"count": "4"})
    assert answer.status_code in {200, 409, 422}
    check_told(answer, language, "12 wanted", "Chương 1", "12", "11")
    assert holdings() == before


# --- saves ---


def script_saves(candidate: Candidate, *saves, epoch=None):
    return candidate.post("save", {"epoch": epoch or candidate.epoch, "generation": "", "saves": list(saves)})


def plain_form(candidate: Candidate, number: int = 1) -> dict:
    """The fields of the page without script, as it was opened."""
    page = candidate.client.get(f"{candidate.url}/q/{number}").text
    return {**hidden(page, "//form[@id='answer']"), "go": "next"}


def test_a_save_for_another_s_sitting_finds_nothing(people, reader, language, room):
    owner = Candidate(reader(people.learner), room, people.learner).entered()
    client = reader(people.second_learner)
    Candidate(client, room, people.second_learner).entered()
    form = plain_form(owner) | {"r-1": owner.questions[0].tokens[0]}
    before = holdings()
    answer = client.post(f"{owner.url}/save", json={"epoch": 1, "saves": [owner.answer(1, 0)]}, headers=SCRIPT)
    assert (answer.status_code, answer.json["error"]) == (404, "not_found")
    answer = client.post(f"{owner.url}/q/1", data=form)
    assert answer.status_code == 404
    check_told(answer, language, "There is no such page")
    assert holdings() == before


def stored(candidate: Candidate) -> list[tuple]:
    db.session.rollback()
    query = db.session.query(Response).filter_by(sitting_id=sitting_of(candidate.exam, candidate.user).id)
    return sorted((row.question, row.seq, row.payload) for row in query)


@pytest.mark.parametrize("seconds_late", [30, 300])
def test_an_answer_after_the_deadline_does_not_count(people, reader, language, room, seconds_late):
    """Past the flush window, and past the grace when the sitting is closed: it is kept for a person, and that is said."""
    candidate = Candidate(reader(people.learner), room, people.learner).entered()
    assert candidate.save_one(1, 0).status_code == 200
    form = plain_form(candidate, 2) | {"r-2": candidate.questions[1].tokens[0]}
    deadline = candidate.sitting().deadline_at
    move_to(deadline, seconds=-5)
    assert candidate.state().status_code == 200  # in touch to the end: there is no silence that would excuse it
    move_to(deadline, seconds=seconds_late)
    sweeper.sweep()
    before, saved = holdings(but=("quarantined_save",)), stored(candidate)
    late = candidate.save_one(3, 1)
    assert late.status_code == 409
    assert late.json["quarantined"] == [3]
    answer = candidate.client.post(f"{candidate.url}/q/2", data=form)
    assert answer.status_code == 302
    assert stored(candidate) == saved
    assert holdings(but=("quarantined_save",)) == before
    assert [kept.question for kept in db.session.query(QuarantinedSave)] == [3, 2]
    page = candidate.client.get(answer.location, follow_redirects=True)
    check_told(page, language, "kept for a decision", vietnamese="giữ lại")


UNFIT_ANSWERS = (
    {"payload": {"choice": "ffffffff"}},
    {"payload": {"choices": ["x"]}},
    {"payload": {"choice": None, "points": 10}},
    {"payload": {"choice": ["a"]}},
    {"payload": "x"},
    {"payload": None},
    {"q": 99},
    {"q": 0},
    {"q": "1"},
    {"n": 0},
    {"n": -1},
    {"n": 1 << 40},
    {"n": True},
    {"n": None},
)
UNFIT_BODIES = ("", "[]", "null", "{", '{"epoch": NaN, "saves": []}', "[" * 5000, '"x"', "{}")


def test_an_answer_that_the_paper_has_no_place_for_is_refused_with_the_others(people, sign_in, room):
    candidate = Candidate(sign_in(people.learner), room, people.learner).entered()
    before = holdings()
    for wrong in UNFIT_ANSWERS:
        answer = script_saves(candidate, candidate.answer(2, 0), {**candidate.answer(1, 0), **wrong})
        assert (answer.status_code, answer.json["error"]) == (422, "invalid"), wrong
        assert answer.json["message"], wrong
    for body in UNFIT_BODIES:
        given = {"data": body, "content_type": "application/json", "headers": SCRIPT}
        assert candidate.client.post(f"{candidate.url}/save", **given).status_code == 422, body[:40]
    assert holdings() == before


def test_an_option_that_is_not_in_the_item_is_refused_by_both_ways(people, reader, language, room):
    candidate = Candidate(reader(people.learner), room, people.learner).entered()
    form = plain_form(candidate) | {"r-1": "ffffffff"}
    before = holdings()
    answer = script_saves(candidate, {**candidate.answer(1, 0), "payload": {"choice": "ffffffff"}})
    assert (answer.status_code, answer.json["question"]) == (422, 1)
    check_told(answer, language, "Nothing was changed")
    answer = candidate.client.post(f"{candidate.url}/q/1", data=form, follow_redirects=True)
    check_told(answer, language, "Nothing was changed")
    assert holdings() == before


# --- pressed twice ---


def test_taking_a_file_over_twice_takes_it_over_once(people, reader, language):
    client = reader(people.lecturer)
    url = upload(client, "/interchange/bank", bank_file(), module=people.module.public_id).location
    jobs.run_due()
    form = {"topics": "create", "level": "", "scope": "all"}
    assert client.post(f"{url}/accept", data=form).status_code == 302
    before = holdings()
    again = client.post(f"{url}/accept", data=form)
    assert again.status_code == 409
    check_told(again, language, "already")
    assert holdings() == before


def test_dealing_by_a_double_click_deals_one_set(people, reader, language):
    """The same form twice, as its page gave it: the second is refused, or leads to the set of the first."""
    fill_bank(people)
    client, url = reader(people.quality), f"/assembly/blueprints/{make_blueprint(people).public_id}/deal"
    form = hidden(client.get(url).text, "//main//form") | {"count": "4"}
    first = client.post(url, data=form)
    assert first.status_code == 302
    before = holdings()
    again = client.post(url, data=form)
    assert holdings() == before
    if again.status_code == 302:
        assert again.location == first.location
    else:
        assert again.status_code == 409
        check_told(again, language, "already")


def test_sending_an_item_to_review_twice_sends_it_once(people, reader, language):
    item, client = make_draft(people), reader(people.lecturer)
    url = f"/bank/items/{item.public_id}/submit"
    assert client.post(url).status_code == 302
    before = holdings()
    again = client.post(url)
    assert again.status_code == 409
    check_told(again, language, "review")
    assert holdings() == before


def test_handing_in_twice_gives_the_same_receipt_and_changes_nothing(people, reader, language, room):
    candidate = Candidate(reader(people.learner), room, people.learner).entered()
    form = {"epoch": candidate.epoch}
    move_to(room.opens_at, minutes=45)
    receipt = candidate.submit().json["receipt"]
    before = holdings()
    assert candidate.submit().json["receipt"] == receipt
    page = candidate.client.post(f"{candidate.url}/submit", data=form, follow_redirects=True)
    assert page.status_code == 200
    assert receipt in page.text
    assert ("Handed in" in page.text) == (language == "en")
    assert holdings() == before


# --- a sign-in that ended ---


def typed_item() -> dict:
    texts = {f"options-{at}-text": words for at, words in enumerate(["Bộ Chính trị", "Đại hội", "Ban Bí thư"])}
    return {"kind": "single_choice", "stem": "Cơ quan nào?", "key": "options-1", "go": "save", **texts}


@pytest.mark.parametrize("how", ["revoked", "cookie gone"])
def test_a_form_sent_after_the_sign_in_ended_asks_to_sign_in_and_says_why(people, reader, language, how):
    client = reader(people.lecturer)
    if how == "revoked":
        with unit_of_work():
            people.lecturer.session_version += 1
    else:
        with client.session_transaction() as session:
            session.pop("user_id")
    before = holdings()
    url = f"/bank/modules/{people.module.public_id}/items/new"
    answer = client.post(url, data=typed_item())
    assert answer.status_code == 302
    assert answer.location.startswith("/accounts/sign-in")
    check_told(client.get(answer.location), language, "Sign in again")
    as_json = client.post(url, data=typed_item(), headers=JSON)
    assert (as_json.status_code, as_json.json["error"]) == (401, "sign_in")
    assert holdings() == before


def test_a_form_whose_token_ended_says_what_to_do(people, reader, language):
    client, before = reader(people.lecturer), holdings()
    current_app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post(f"/bank/modules/{people.module.public_id}/items/new", data=typed_item())
    assert answer.status_code == 400
    check_told(answer, language, "reload the page")
    assert holdings() == before


def test_a_save_after_the_sign_in_ended_is_asked_to_sign_in_and_then_counts(people, sign_in, room):
    """Nothing typed is lost: the browser keeps it, signs in, enters again and sends it once more."""
    candidate = Candidate(sign_in(people.learner), room, people.learner).entered()
    with unit_of_work() as session:
        learner = session.get(type(people.learner), people.learner.id)
        learner.session_version += 1
    before = holdings()
    answer = candidate.save_one(1, 2)
    assert (answer.status_code, answer.json["error"]) == (401, "sign_in")
    assert holdings() == before
    with candidate.client.session_transaction() as session:
        session["version"] = learner.session_version
    assert candidate.enter().status_code == 200
    assert candidate.save_one(1, 2).status_code == 200
    assert [(number, json.loads(payload)) for number, _seq, payload in stored(candidate)] == [
        (1, {"choice": candidate.questions[0].tokens[2]})
    ]
