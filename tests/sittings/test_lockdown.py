"""Safe Exam Browser in the room: proven on every request, by header or by script; what happens when it is not."""

import time

import pytest
from flask import current_app

from exambank import clock
from exambank.db import db
from exambank.exams import seb
from exambank.exams import service as exams
from exambank.sittings import service
from exambank.sittings.models import QuarantinedSave
from exambank.sittings.service import settled
from exambank.sittings.views import gate
from tests.people import actor_of
from tests.sittings.factories import HEADERS, Candidate, fresh, make_room

ORIGIN = "https://thi.example"
BUILD = "ab" * 32
CONFIG, BROWSER = "X-SafeExamBrowser-ConfigKeyHash", "X-SafeExamBrowser-RequestHash"


def set_lockdown(people, exam, **values) -> str:
    """Lock the exam's machines; the key its settings have."""
    wish = exams.LockdownWish(**{"lockdown": "seb", "address": ORIGIN, **values})
    exams.set_lockdown(actor=actor_of(people.officer), now=clock.now(), exam=exam, wish=wish, reason="thử")
    current_app.extensions.pop(settled.KEY, None)
    return fresh(exam).conduct.get("config_key", "")


@pytest.fixture
def locked(people, sign_in, room_closer):
    """An open exam for SEB alone, and the first learner in it."""
    exam = make_room(people)
    key = set_lockdown(people, exam)
    return SebCandidate(sign_in(people.learner), exam, people.learner, key)


class SebCandidate(Candidate):
    """A candidate whose browser proves itself as SEB does."""

    def __init__(self, client, exam, user, key):
        super().__init__(client, exam, user)
        self.key = key

    def proof(self, path: str, key: str | None = None) -> dict:
        return {CONFIG: seb.header_value(f"{ORIGIN}{path}", key or self.key)}

    def get(self, path: str = "", **headers):
        given = headers or self.proof(self.url + path)
        return self.client.get(self.url + path, headers={k: v for k, v in given.items() if v is not None})

    def post(self, path, body, **headers):
        proof = {} if headers else self.proof(f"{self.url}/{path}")
        given = {name: value for name, value in headers.items() if value is not None}
        return super().post(path, body, **{**proof, **given})

    def save_by(self, headers: dict, question=1, option=0):
        body = {"epoch": self.epoch, "generation": "", "saves": [self.answer(question, option)]}
        return self.client.post(f"{self.url}/save", json=body, headers={**HEADERS, **headers})

    def by_script(self, page: str, key: str | None = None) -> dict:
        return {"X-Exambank-Seb": f"{seb.header_value(page, key or self.key)},", "X-Exambank-Page": page}


def test_another_browser_sees_what_is_wrong_and_the_link_and_loses_no_time(locked):
    bare = locked.client
    page = bare.get(locked.url, headers={"User-Agent": "Mozilla/5.0 SEB/3.5"})  # the name alone proves nothing
    assert page.status_code == 403
    assert f"sebs://thi.example/exams/start.seb?exam={locked.exam.public_id}" in page.text
    assert "no-store" in page.headers["Cache-Control"]
    assert locked.exam.session_code not in page.text
    form = bare.post(f"{locked.url}/enter", data={"code": locked.exam.session_code})
    assert form.status_code == 403
    refused = bare.post(f"{locked.url}/enter", json={"code": locked.exam.session_code}, headers=HEADERS)
    assert (refused.status_code, refused.json["error"]) == (403, "lockdown")
    assert locked.sitting().state == "ready"
    # after an edit the old settings are refused the same way; the link brings the new ones
    old = locked.key
    assert locked.get().status_code == 200
    assert locked.get(**{CONFIG: seb.header_value(f"{ORIGIN}{locked.url}", "cd" * 32)}).status_code == 403
    assert locked.enter().status_code == 200
    assert (locked.key, locked.sitting().locked_at) == (old, None)


def test_only_the_exact_value_for_this_very_address_opens_the_door(locked):
    path = f"{locked.url}/state"
    good = locked.proof(path)[CONFIG]
    wrong = [
        good.upper(),
        f"{good}0",
        "",
        locked.key,
        seb.header_value(f"http://thi.example{path}", locked.key),  # http for https
        seb.header_value(f"{ORIGIN}{path}x", locked.key),
        seb.header_value(f"{ORIGIN}/sit/another/state", locked.key),  # seen in another sitting
    ]
    said = {**HEADERS, "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example"}
    for value in wrong:
        assert locked.client.get(path, headers={**said, CONFIG: value}).status_code == 403, value
    # what a proxy says changes nothing: the address is the exam's own; a query belongs to it
    assert locked.client.get(path, headers={**said, CONFIG: good}).status_code == 200
    assert locked.client.get(f"{path}?t=1", headers={**said, CONFIG: good}).status_code == 403
    asked = seb.header_value(f"{ORIGIN}{path}?t=1", locked.key)
    assert locked.client.get(f"{path}?t=1", headers={**said, CONFIG: asked}).status_code == 200


def test_every_request_of_the_sitting_is_checked_and_a_stranger_still_finds_nothing(locked, people, sign_in):
    locked.entered()
    reads = ["", "/q/1", "/review", "/media/1", "/media/1/x", "/state", "/journal"]
    for path in reads:
        assert locked.client.get(locked.url + path).status_code == 403, path
    assert locked.sitting().locked_at is None  # a page that comes without any proof proves nothing
    assert locked.get("/q/1").status_code == 200
    assert sign_in(people.officer).get(locked.url).status_code == 404


@pytest.mark.usefixtures("any_app")
def test_a_save_that_is_not_proven_is_kept_then_the_seat_stops_until_somebody_looks(locked, people, sign_in):
    locked.entered()
    for number in range(1, 4):
        assert locked.save_one(number).status_code == 200
    kept = locked.save_by({}, question=4)  # copied into another browser
    assert (kept.status_code, kept.json["locked"]) == (200, True)
    assert set(locked.stored()) == {1, 2, 3, 4}
    assert locked.sitting().locked_reason == "seb"

    late = locked.save_one(5)
    assert (late.status_code, late.json["error"]) == (409, "locked")
    assert set(locked.stored()) == {1, 2, 3, 4}
    (waiting,) = db.session.query(QuarantinedSave).all()
    assert (waiting.question, waiting.reason) == (5, "locked")
    state = locked.get("/state", **HEADERS, **locked.proof(f"{locked.url}/state"))
    assert state.json["locked"] is True
    assert locked.submit().status_code == 409

    watcher, seat = sign_in(people.invigilator), f"/room/seat/{locked.public_id}"
    assert f"{seat}/unlock" in watcher.get(seat).text
    assert watcher.post(f"{seat}/unlock", data={"unlock-reason": ""}).status_code == 302
    assert locked.sitting().locked_at is not None
    watcher.post(f"{seat}/unlock", data={"unlock-reason": "Máy khởi động lại, đã kiểm tra"})
    assert locked.sitting().locked_at is None
    assert locked.save_one(5).status_code == 200
    assert set(locked.stored()) == {1, 2, 3, 4, 5}


def test_the_plain_page_saves_then_stops_and_another_machine_cannot_lock_the_seat(locked, people, sign_in):
    locked.entered()
    home = Candidate(sign_in(people.learner), locked.exam, people.learner)
    assert home.client.get(home.url).status_code == 403
    assert home.post("save", {"epoch": 1, "generation": "", "saves": []}).status_code == 403
    assert home.post("proof", {}).status_code == 403
    assert locked.sitting().locked_at is None
    token = locked.questions[0].tokens[1]
    answer = locked.client.post(f"{locked.url}/q/1", data={"epoch": locked.epoch, "n": 1, "r-1": token, "go": "next"})
    assert answer.status_code == 302
    assert locked.stored() == {1: 1}
    assert locked.sitting().locked_reason == "seb"


def test_the_modern_engine_proves_itself_by_script_for_pages_of_this_sitting_only(locked, people, sign_in):
    page = f"{ORIGIN}{locked.url}"
    assert locked.client.get(locked.url).status_code == 403
    forged = [
        {"X-Exambank-Seb": "ab" * 32 + ",", "X-Exambank-Page": page},
        locked.by_script(f"{ORIGIN}/sit/0192f0a0-0000-7000-8000-000000000000"),  # seen in another sitting
        locked.by_script(f"https://evil.example{locked.url}"),
        {**locked.by_script(page), "X-Exambank-Page": f"{page}?other=1"},
    ]
    for headers in forged:
        assert locked.client.post(f"{locked.url}/proof", json={}, headers={**HEADERS, **headers}).status_code == 403
    proven = locked.client.post(f"{locked.url}/proof", json={}, headers={**HEADERS, **locked.by_script(page)})
    assert proven.status_code == 200
    # what a browser fetches by itself passes for a while: the page and its entry form, never a call of the script
    assert locked.client.get(locked.url).status_code == 200
    code = {"code": locked.exam.session_code}
    assert locked.client.post(f"{locked.url}/enter", data=code).status_code == 302
    locked.epoch = locked.sitting().epoch
    assert locked.client.get(f"{locked.url}/q/1").status_code == 200
    assert locked.save_by(locked.by_script(page)).status_code == 200
    assert locked.sitting().locked_at is None
    stranger = sign_in(people.learner)
    assert stranger.get(locked.url).status_code == 403
    assert locked.save_by(forged[0], question=2).json["locked"] is True
    assert set(locked.stored()) == {1, 2}


def test_the_cookie_of_pages_ends_and_a_held_back_page_that_cannot_prove_itself_stops_the_seat(locked, monkeypatch):
    page = f"{ORIGIN}{locked.url}"
    locked.client.post(f"{locked.url}/proof", json={}, headers={**HEADERS, **locked.by_script(page)})
    locked.entered()
    later = time.time() + gate.LIFE_SECONDS + 1
    monkeypatch.setattr(gate.time, "time", lambda: later)
    assert locked.client.get(locked.url).status_code == 403
    assert locked.sitting().locked_at is None
    assert locked.client.post(f"{locked.url}/proof", json={}, headers=HEADERS).status_code == 403
    assert locked.sitting().locked_reason == "seb"


def test_a_browser_exam_key_is_checked_too_and_the_receipt_is_free(locked, people):
    build = seb.header_value(f"{ORIGIN}{locked.url}/state", BUILD)
    set_lockdown(people, locked.exam, browser_exam_keys=f"{'cd' * 32}\n{BUILD}")
    path = f"{locked.url}/state"
    assert locked.client.get(path, headers={**HEADERS, **locked.proof(path)}).status_code == 403
    assert locked.client.get(path, headers={**HEADERS, **locked.proof(path), BROWSER: build}).status_code == 200
    set_lockdown(people, locked.exam)
    locked.entered()
    assert locked.client.get(locked.url).status_code == 403
    service.close_sitting(actor=actor_of(people.invigilator), now=clock.now(), sitting=locked.sitting(), reason="thu")
    assert 'href="/seb/quit"' in locked.client.get(locked.url).text
    assert locked.client.get("/seb/quit").status_code == 200
