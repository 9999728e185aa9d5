"""Abuse and faults 50, 53 and 57-68: forged requests, guessed codes, identity, other rooms, lockdown, focus."""

import hashlib

import pytest
from flask import current_app

from exambank import clock
from exambank.db import db
from exambank.sittings import service
from exambank.sittings.models import FocusEvent, QuarantinedSave, RoomEvent, TimeGrant
from tests.exams.factories import make_ready_exam
from tests.people import actor_of
from tests.sittings.factories import HEADERS, Candidate, make_room, pass_time

pytestmark = pytest.mark.usefixtures("app")


def kinds_of(sitting) -> list[str]:
    db.session.rollback()
    return [row.kind for row in db.session.query(RoomEvent).filter_by(sitting_id=sitting.id).order_by(RoomEvent.id)]


def test_50_a_page_of_another_site_can_do_nothing_in_the_room(at_work, exam, people, sign_in):
    body = {"epoch": at_work.epoch, "saves": [at_work.answer(1, 0)]}
    for headers in ({}, {**HEADERS, "Origin": "https://example.org"}, {**HEADERS, "Sec-Fetch-Site": "cross-site"}):
        for path in ("save", "submit", "flags"):
            assert at_work.client.post(f"{at_work.url}/{path}", json=body, headers=headers).status_code == 403
    current_app.config["WTF_CSRF_ENABLED"] = True
    watcher, room = sign_in(people.invigilator), exam.rooms[0].public_id
    sent = watcher.post(f"/room/{room}/extend", data={"minutes": "5", "reason": "x"})
    assert sent.status_code == 400
    headers = watcher.get(f"/room/{room}").headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert at_work.stored() == {}
    assert at_work.sitting().state == "open"


def test_53_guessed_codes_lock_out_the_guesser_and_nobody_else(candidate, neighbour, exam):
    for _try in range(10):
        assert candidate.enter("WRONG").status_code == 422
    assert candidate.enter().status_code == 429
    assert candidate.client.post(f"{candidate.url}/enter", data={"code": exam.session_code}).status_code == 429
    assert neighbour.enter().status_code == 200


def test_53_guessed_passwords_block_one_account_from_one_address_only(people):
    def sign_in_as(username, address):
        client = current_app.test_client()
        return client.post(
            "/accounts/sign-in", data={"username": username, "password": "wrong"}, environ_overrides={"REMOTE_ADDR": address}
        )  # fmt: skip

    answers = [sign_in_as(people.learner.username, "10.0.0.66") for _try in range(7)]
    assert answers[-1].status_code == 429
    assert sign_in_as(people.learner.username, "10.0.0.7").status_code != 429
    assert sign_in_as(people.second_learner.username, "10.0.0.66").status_code != 429


def test_57_nobody_starts_before_the_invigilator_has_confirmed_who_it_is(people, sign_in):
    exam = make_room(people, conduct={"needs_identity": True})
    candidate = Candidate(sign_in(people.learner), exam, people.learner)
    assert candidate.enter().json["error"] == "identity"
    assert candidate.sitting().state == "ready"
    service.confirm_identity(actor=actor_of(people.invigilator), now=clock.now(), sitting=candidate.sitting())
    assert candidate.enter().status_code == 200


def test_58_the_wrong_person_at_the_seat_is_stopped_and_the_answers_are_kept(at_work, invigilator):
    at_work.save_one(1, 1)
    service.reject_identity(actor=invigilator, now=clock.now(), sitting=at_work.sitting(), reason="không đúng ảnh")
    sitting = at_work.sitting()
    assert (sitting.identity, sitting.identity_by_id) == ("rejected", invigilator.user_id)
    assert sitting.locked_at is not None
    assert at_work.save_one(1, 2).json["error"] == "locked"
    assert at_work.stored() == {1: 1}
    assert any("identity" in kind for kind in kinds_of(sitting))


def test_59_a_code_for_another_machine_works_once_here_and_for_ten_minutes(
    at_work, second_machine, neighbour, invigilator
):
    def issue():
        return service.issue_takeover_code(actor=invigilator, now=clock.now(), sitting=at_work.sitting()).code

    code = issue()
    assert second_machine().enter(code).status_code == 200
    assert second_machine().enter(code).status_code == 422
    neighbour.entered()
    other = Candidate(current_app.test_client(), at_work.exam, at_work.user)
    other.client = second_machine().client
    stranger_code = issue()
    assert neighbour.sitting().browser is not None
    assert service.get_sitting(neighbour.public_id).epoch == 1
    assert neighbour.enter(stranger_code).status_code == 200  # its own browser needs none, and takes nothing over
    expired = issue()
    pass_time(minutes=11)
    assert second_machine().enter(expired).status_code == 422


def test_60_an_invigilator_of_another_room_is_unknown_there_and_sees_no_question(people, sign_in, room_closer):
    exam = make_ready_exam(people, room_names=["Phòng máy 1", "Phòng máy 2"])
    service.prepare(exam.public_id)
    client, own, other = sign_in(people.invigilator), exam.rooms[0].public_id, exam.rooms[1].public_id
    assert client.get(f"/room/{own}").status_code == 200
    assert client.get(f"/room/{other}").status_code == 404
    for act in ("extend", "pause", "close", "open"):
        assert client.post(f"/room/{other}/{act}", data={"minutes": "5", "reason": "x", "code": "x"}).status_code == 404
    everything = "".join(client.get(f"/room/{own}{path}").text for path in ("", "/live", "/time", "/close"))
    assert "Nguyên tắc" not in everything


def test_61_a_friend_gets_no_hour_without_a_second_person(at_work, exam, invigilator, officer):
    deadline = at_work.sitting().deadline_at
    for _time in range(3):
        service.extend(actor=invigilator, now=clock.now(), sitting=at_work.sitting(), seconds=1200, reason="máy hỏng")
    given = at_work.sitting().deadline_at - deadline
    assert given.total_seconds() <= 1800
    db.session.rollback()
    grants = db.session.query(TimeGrant).order_by(TimeGrant.id).all()
    assert {grant.state for grant in grants} == {"granted", "waiting"}
    assert all(grant.reason == "máy hỏng" and grant.granted_by_id == invigilator.user_id for grant in grants)


KEY = "ab" * 32


def seb_headers(url: str, key: str = KEY) -> dict[str, str]:
    """What Safe Exam Browser adds: SHA-256 over the address without its fragment, and the key."""
    hashed = hashlib.sha256(f"{url.split('#')[0]}{key}".encode()).hexdigest()
    return {"X-SafeExamBrowser-ConfigKeyHash": hashed}


@pytest.fixture
def locked_down(people, sign_in):
    """An exam in Safe Exam Browser, and a candidate whose client sends what it is told."""
    exam = make_room(people, conduct={"lockdown": "seb", "config_key": KEY})
    return Candidate(sign_in(people.learner), exam, people.learner)


def ask(candidate, path="", method="get", body=None, headers=None):
    address = f"http://localhost{candidate.url}{path}"
    given = {**HEADERS, **(seb_headers(address) if headers is None else headers)}
    kwargs = {} if body is None else {"json": body}
    answer = getattr(candidate.client, method)(candidate.url + path, headers=given, **kwargs)
    db.session.rollback()
    return answer


def enter_in_seb(candidate):
    answer = ask(candidate, "/enter", "post", {"code": candidate.exam.session_code})
    assert answer.status_code == 200
    candidate.epoch = answer.json["epoch"]


def save_in_seb(candidate, n, option, headers=None):
    body = {"epoch": candidate.epoch, "generation": "", "saves": [candidate.answer(1, option, n)]}
    return ask(candidate, "/save", "post", body, headers)


def test_62_calling_oneself_seb_is_not_being_it(locked_down):
    disguised = {"User-Agent": "Mozilla/5.0 SEB/3.5.0"}
    assert ask(locked_down, headers=disguised).status_code == 403
    assert ask(locked_down, "/enter", "post", {"code": locked_down.exam.session_code}, disguised).status_code == 403
    assert locked_down.sitting().state == "ready"


def test_63_only_the_hash_of_this_very_address_is_taken(locked_down, people, sign_in):
    address = f"http://localhost{locked_down.url}"
    good = seb_headers(address)["X-SafeExamBrowser-ConfigKeyHash"]
    neighbours = service.list_sittings(locked_down.exam)[1].public_id
    for wrong in (
        None, "", "0" * 64, good.upper(), seb_headers(f"{address}/q/1")["X-SafeExamBrowser-ConfigKeyHash"],
        seb_headers(address.replace("http:", "https:"))["X-SafeExamBrowser-ConfigKeyHash"],
        seb_headers(f"http://localhost/sit/{neighbours}")["X-SafeExamBrowser-ConfigKeyHash"],
    ):  # fmt: skip
        headers = {} if wrong is None else {"X-SafeExamBrowser-ConfigKeyHash": wrong}
        assert ask(locked_down, headers=headers).status_code == 403
    assert ask(locked_down, headers=seb_headers(f"{address}#q3")).status_code == 200


def test_23_and_64_a_seat_that_leaves_seb_keeps_its_save_and_stops_until_a_person_unlocks(locked_down, people):
    enter_in_seb(locked_down)
    assert save_in_seb(locked_down, 1001, 0).status_code == 200
    outside = save_in_seb(locked_down, 1002, 1, headers={})
    assert locked_down.sitting().locked_at is not None
    assert locked_down.stored() == {1: 1}
    assert outside.status_code in {200, 409}
    assert save_in_seb(locked_down, 1003, 2).json["error"] == "locked"
    db.session.rollback()
    assert [row.reason for row in db.session.query(QuarantinedSave)] == ["locked"]
    service.unlock(
        actor=actor_of(people.invigilator), now=clock.now(), sitting=locked_down.sitting(), reason="đã kiểm tra máy"
    )  # fmt: skip
    assert save_in_seb(locked_down, 1003, 2).status_code == 200
    assert locked_down.stored() == {1: 2}


def test_23_a_cookie_carried_from_seb_to_another_browser_opens_nothing(locked_down):
    enter_in_seb(locked_down)
    page = ask(locked_down, headers={})
    assert "data-question" not in page.text
    assert locked_down.sitting().locked_at is not None


def test_65_a_forged_value_of_the_javascript_interface_is_refused(locked_down):
    page = f"http://localhost{locked_down.url}"
    forged = {"X-Exambank-Seb": "0" * 64, "X-Exambank-Page": page}
    assert ask(locked_down, "/enter", "post", {"code": locked_down.exam.session_code}, forged).status_code == 403
    elsewhere = "http://localhost/sit/01930000-0000-7000-8000-000000000000"
    other = {
        "X-Exambank-Seb": seb_headers(elsewhere)["X-SafeExamBrowser-ConfigKeyHash"], "X-Exambank-Page": elsewhere,
    }  # fmt: skip
    assert ask(locked_down, "/enter", "post", {"code": locked_down.exam.session_code}, other).status_code == 403
    assert locked_down.sitting().state == "ready"


def test_66_an_old_configuration_gets_a_page_that_says_so_and_costs_no_time(locked_down):
    old = seb_headers(f"http://localhost{locked_down.url}", "cd" * 32)
    page = ask(locked_down, headers=old)
    assert page.status_code == 403
    assert "data-question" not in page.text
    assert locked_down.sitting().deadline_at is None
    enter_in_seb(locked_down)
    assert locked_down.sitting().deadline_at is not None


def storm(candidate, count: int, kind="blur"):
    events = [{"kind": kind, "ago_ms": 0, "ms": 1500, "count": 1}] * count
    return candidate.post("events", {"epoch": candidate.epoch, "events": events})


def test_67_a_storm_of_focus_events_is_merged_limited_and_never_in_the_way(people, sign_in):
    exam = make_room(people, conduct={"lockdown": "watch"})
    candidate = Candidate(sign_in(people.learner), exam, people.learner).entered()
    for _burst in range(25):
        assert storm(candidate, 20).status_code in {200, 204, 422, 429}
    assert candidate.save_one(1, 1).status_code == 200
    db.session.rollback()
    assert db.session.query(FocusEvent).count() <= 60


def test_68_a_false_focus_loss_is_on_record_and_costs_nothing(people, sign_in):
    exam = make_room(people, conduct={"lockdown": "watch"})
    candidate = Candidate(sign_in(people.learner), exam, people.learner).entered()
    before = candidate.sitting()
    assert storm(candidate, 1).status_code in {200, 204}
    after = candidate.sitting()
    assert db.session.query(FocusEvent).count() == 1
    assert (after.state, after.deadline_at, after.locked_at) == (before.state, before.deadline_at, None)
