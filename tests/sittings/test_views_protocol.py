"""The protocol over HTTP: what is refused, what is ignored, who is a stranger, changing machines."""

import json

import pytest

from exambank import clock
from exambank.db import db, to_milliseconds, unit_of_work
from exambank.sittings import service
from exambank.sittings.models import QuarantinedSave, ResponseEvent
from tests.people import actor_of
from tests.sittings.factories import HEADERS, Candidate, fresh, make_room, move_to, pass_time, sitting_of

pytestmark = pytest.mark.usefixtures("app")


def quarantined():
    db.session.rollback()
    return [(row.question, row.reason) for row in db.session.query(QuarantinedSave).order_by(QuarantinedSave.id)]


def events():
    db.session.rollback()
    return db.session.query(ResponseEvent).count()


def test_many_answers_go_in_one_request_and_the_newest_of_a_question_counts(candidate):
    candidate.entered()
    answers = [candidate.answer(number, number % 4) for number in range(1, 11)]
    again = candidate.answer(3, 1)
    response = candidate.save(*answers, again)
    assert response.status_code == 200
    assert len(response.json["saved"]) == 10
    assert candidate.stored()[3] == 1


def test_a_blank_takes_an_answer_back(candidate):
    candidate.entered()
    candidate.save_one(1, 2)
    candidate.save_one(1, None)
    assert candidate.stored() == {1: None}
    assert service.count_answered(candidate.sitting()) == 0


def test_a_strangers_sitting_does_not_exist(candidate, exam, people, sign_in):
    candidate.entered()
    stranger = sign_in(people.second_learner)
    sent = {"epoch": 1, "saves": [candidate.answer(1, 0)]}
    for path in ("save", "enter", "submit", "flags"):
        assert stranger.post(f"{candidate.url}/{path}", json=sent, headers=HEADERS).status_code == 404
    for path in ("", "/state", "/q/1", "/review", "/media/1"):
        assert stranger.get(candidate.url + path, headers=HEADERS).status_code == 404
    assert stranger.post("/sit/no-such-sitting/save", json=sent, headers=HEADERS).status_code == 404
    assert candidate.stored() == {}


WRONG = [
    {"q": 11, "n": 1, "payload": {"choice": None}},
    {"q": 0, "n": 1, "payload": {"choice": None}},
    {"q": True, "n": 1, "payload": {"choice": None}},
    {"q": "1", "n": 1, "payload": {"choice": None}},
    {"q": 2, "n": 0, "payload": {"choice": None}},
    {"q": 2, "n": 1 << 32, "payload": {"choice": None}},
    {"q": 2, "n": 1.5, "payload": {"choice": None}},
    {"q": 2, "n": 1, "payload": {"choice": "deadbeef"}},
    {"q": 2, "n": 1, "payload": {"choice": ["a"]}},
    {"q": 2, "n": 1, "payload": {"choice": None, "score": 10}},
    {"q": 2, "n": 1, "payload": {"choices": []}},
    {"q": 2, "n": 1, "payload": {"choice": "x" * 30_000}},
    {"q": 2, "n": 1, "payload": "choice"},
    {"q": 2, "n": 1},
    7,
]


def test_an_answer_that_the_paper_has_no_place_for_refuses_the_whole_request(candidate):
    candidate.entered()
    for wrong in WRONG:
        response = candidate.save(candidate.answer(1, 0), wrong)
        assert response.status_code == 422, wrong
        if isinstance(wrong, dict):
            assert response.json["question"] == wrong["q"]
    assert candidate.stored() == {}
    assert events() == 0


def test_what_is_no_json_or_nan_or_too_large_is_refused(candidate):
    candidate.entered()

    def send(body, kind="application/json"):
        return candidate.client.post(f"{candidate.url}/save", data=body, content_type=kind, headers=HEADERS).status_code

    nan = json.dumps({"epoch": 1, "saves": [{"q": 1, "n": 1, "payload": {"choice": float("nan")}}]})
    assert send(nan) == 422
    assert send("{") == 422
    assert send("[1]") == 422
    assert send("[" * 100_000) == 422
    assert send(json.dumps({"epoch": 1, "saves": [], "x": "x" * 300_000})) == 413
    assert send("{}", "text/plain") == 415
    assert candidate.save(*[{"q": 1, "n": 1, "payload": {"choice": None}}] * 101).status_code == 422
    assert candidate.stored() == {}


def test_fields_that_are_not_the_candidates_to_set_are_ignored(candidate, people):
    candidate.entered()
    answer = {
        **candidate.answer(1, 1),
        "score": 10,
        "received_at": 0,
        "user_id": people.second_learner.id,
        "seq": 1 << 60,
    }
    response = candidate.save(answer, user_id=people.second_learner.id, state="closed", deadline_at=1 << 50)
    assert response.status_code == 200
    row = service.stored_of(candidate.sitting())[1]
    assert row.seq == candidate.epoch << 32 | answer["n"]
    assert to_milliseconds(row.received_at) > 1_700_000_000_000
    assert candidate.sitting().state == "open"


def test_a_page_of_another_site_cannot_save(candidate):
    candidate.entered()
    body = {"epoch": candidate.epoch, "saves": [candidate.answer(1, 0)]}

    def send(**headers):
        return candidate.client.post(f"{candidate.url}/save", json=body, headers=headers).status_code

    assert send() == 403
    assert send(**HEADERS, Origin="https://example.org") == 403
    assert send(**HEADERS, **{"Sec-Fetch-Site": "cross-site"}) == 403
    assert candidate.stored() == {}
    assert send(**HEADERS, Origin="http://localhost") == 200


def test_twenty_answers_move_to_another_machine_and_the_five_left_behind_are_kept(
    candidate, second_machine, people, sign_in
):
    old = candidate.entered()
    old.save(*[old.answer(number, 0) for number in range(1, 11)])
    code = service.issue_takeover_code(actor=actor_of(people.invigilator), now=clock.now(), sitting=old.sitting()).code
    new = second_machine()
    assert new.enter("").json["error"] == "seat_held"
    taken = new.enter(code)
    assert taken.status_code == 200
    assert {
        q: new.questions[int(q) - 1].tokens.index(pair[1]["choice"]) for q, pair in taken.json["stored"].items()
    } == {str(number): 0 for number in range(1, 11)}
    new.save(*[new.answer(number, 1) for number in range(1, 11)])
    behind = old.save(*[old.answer(number, 2) for number in range(1, 6)])
    assert (behind.status_code, behind.json["error"]) == (409, "seat_taken")
    assert sorted(behind.json["quarantined"]) == [1, 2, 3, 4, 5]
    assert old.state().status_code == 409
    assert new.stored() == dict.fromkeys(range(1, 11), 1)
    assert quarantined() == [(number, "older_epoch") for number in range(1, 6)]
    assert second_machine().enter(code).status_code == 422  # the code worked once


def test_the_same_browser_after_a_reload_is_asked_to_enter_again(candidate):
    candidate.entered()
    first = candidate.epoch
    candidate.enter("")
    assert candidate.epoch == first + 1
    old = candidate.save_one(1, 1, epoch=first)
    assert (old.status_code, old.json["error"]) == (409, "re_enter")
    assert quarantined() == []
    assert candidate.save_one(1, 1).status_code == 200


def test_a_restore_to_before_the_entry_lets_the_same_browser_in_without_the_code_and_late(candidate, second_machine):
    candidate.entered()
    entered_at = candidate.sitting().entered_at
    with unit_of_work() as session:  # as a backup from before the bell has it
        row = session.merge(candidate.sitting())
        row.state, row.epoch, row.browser, row.entered_at, row.deadline_at = "ready", 0, None, None, None
    service.raise_epochs_after_restore()
    pass_time(minutes=30)
    assert candidate.save_one(1, 1).json["error"] == "re_enter"
    assert second_machine().enter().status_code == 409  # late entry is over for whoever was not in
    assert candidate.enter("").status_code == 200
    assert candidate.sitting().entered_at == entered_at
    assert candidate.epoch == 1001


def test_flags_are_kept(candidate):
    candidate.entered()
    assert candidate.post("flags", {"epoch": candidate.epoch, "flags": [3, 1, 3]}).json["flags"] == [1, 3]
    assert candidate.sitting().flags == [1, 3]
    assert candidate.post("flags", {"epoch": candidate.epoch, "flags": [99]}).status_code == 422
    assert candidate.post("flags", {"epoch": 99, "flags": [1]}).status_code == 409


def test_focus_losses_are_counted_upwards_only_and_never_in_the_way(candidate):
    candidate.entered()
    assert candidate.save(contact={"blurs": 5}).status_code == 200
    assert candidate.save(contact={"blurs": 3}).status_code == 200
    assert candidate.save(contact="nonsense").status_code == 200
    assert candidate.save(contact={"blurs": -1}).status_code == 200
    assert candidate.sitting().focus_losses == 5


def test_the_exam_of_somebody_else_is_not_reached_by_a_shared_cookie(candidate, exam, people, sign_in):
    """A seat cookie says which browser it is, never whose sitting it may touch."""
    candidate.entered()
    other = Candidate(sign_in(people.second_learner), exam, people.second_learner)
    cookie = candidate.client.get_cookie("exambank_entry", path=candidate.url)
    other.client.set_cookie("exambank_entry", cookie.value, path="/sit/")
    assert other.save_one(1, 0, epoch=candidate.epoch).status_code == 409
    assert sitting_of(exam, people.second_learner).state == "ready"
    assert fresh(candidate.sitting()).state == "open"


def cookies_of(response) -> list[tuple[str, str, str]]:
    """What a browser would store from an answer: name, value, path."""
    found = []
    for header in response.headers.getlist("Set-Cookie"):
        first, *rest = [part.strip() for part in header.split(";")]
        path = next(part.split("=", 1)[1] for part in rest if part.lower().startswith("path="))
        found.append((*first.split("=", 1), path))
    return found


def test_an_entry_is_not_forgotten_when_a_page_asked_for_before_it_arrives_after_it(candidate, people, sign_in):
    """Two tabs: the cover is answered first and arrives last. What it brings must not undo what entering brought."""
    other_tab = sign_in(people.learner)
    cover = candidate.client.get(candidate.url)
    for name, value, path in cookies_of(cover):
        other_tab.set_cookie(name, value, path=path)
    late = other_tab.get(candidate.url)  # answered before the entry ...
    first_visit = sign_in(people.learner).get(candidate.url)  # ... as is one that knew no cookie at all
    candidate.entered()
    for response in (late, first_visit):
        for name, value, path in cookies_of(response):  # ... and stored after it
            candidate.client.set_cookie(name, value, path=path)
    told = candidate.client.get(f"{candidate.url}/journal", headers=HEADERS)
    assert (told.status_code, told.json["is_seat"]) == (200, True)
    assert candidate.save_one(1, 2).status_code == 200
    assert candidate.enter(code="").status_code == 200


def test_entering_another_exam_at_the_same_moment_does_not_undo_an_entry(candidate, people, sign_in):
    """Both answers were made from the cookies as they were before either of them."""
    before = cookies_of(candidate.client.get(candidate.url))
    candidate.entered()
    second_exam = make_room(people, title="Thi lần 2")
    move_to(second_exam.opens_at, seconds=1)
    other = Candidate(sign_in(people.learner), second_exam, people.learner)
    for name, value, path in before:
        other.client.set_cookie(name, value, path=path)
    other.client.get(other.url)
    entered = other.enter()
    assert entered.status_code == 200, entered.text
    for name, value, path in cookies_of(entered):
        candidate.client.set_cookie(name, value, path=path)
    for one in (candidate, other):
        told = candidate.client.get(f"{one.url}/journal", headers=HEADERS)
        assert (told.status_code, told.json["is_seat"]) == (200, True)


def test_only_a_browser_that_has_entered_is_told_the_journals_key(candidate, second_machine, people, sign_in):
    journal = f"{candidate.url}/journal"
    assert candidate.client.get(journal, headers=HEADERS).status_code == 404
    candidate.entered()
    told = candidate.client.get(journal, headers=HEADERS)
    assert told.status_code == 200
    assert told.json["journal_key"] == candidate.sitting().journal_key
    assert told.json["is_seat"] is True
    looked_in = second_machine()
    looked_in.client.get(candidate.url)
    assert looked_in.client.get(journal, headers=HEADERS).status_code == 404
    assert sign_in(people.second_learner).get(journal, headers=HEADERS).status_code == 404
