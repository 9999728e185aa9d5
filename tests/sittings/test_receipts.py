"""Receipts: what was handed in has one text and one hash, and the page says whether the server still holds it."""

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank import clock
from exambank.db import db, to_milliseconds, unit_of_work
from exambank.errors import InvalidInput, TooManyAttempts
from exambank.sittings import service
from exambank.sittings.models import QuarantinedSave, ResponseEvent, Sitting
from exambank.sittings.rules import chain
from exambank.sittings.rules.receipts import (
    Receipt,
    clean_code,
    find_submission,
    is_proof,
    receipt_hash,
    receipt_text,
)
from tests.people import actor_of
from tests.sittings.factories import fresh, pass_time

PRINTED = Receipt("0190-sitting", "SBD 001", "0190-exam", 1_700_000_000_000, "K7Q2-9F3M")


def test_the_text_of_a_receipt_is_lines_anybody_can_hash():
    text = receipt_text(PRINTED, "ab" * 32, 39)
    assert text.splitlines() == [
        "exambank receipt 1", "sitting 0190-sitting", "candidate SBD 001", "exam 0190-exam", "closed 1700000000000",
        f"head {'ab' * 32}", "answered 39", "code K7Q2-9F3M",
    ]  # fmt: skip
    assert receipt_hash(PRINTED, "ab" * 32, 39) == hashlib.sha256(text.encode()).hexdigest()


EVENTS = st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["A", "B", ""])), max_size=12)


def _numbered(pairs):
    return [(at, question, at, payload, 1000 + at) for at, (question, payload) in enumerate(pairs, start=1)]


def _answered(events):
    last = {question: payload for _id, question, _seq, payload, _at in events}
    return sum(bool(payload) for payload in last.values())


@settings(max_examples=40)
@given(EVENTS, EVENTS, st.data())
def test_a_submission_is_found_whatever_came_after_it_and_never_when_one_of_its_events_is_another(first, later, data):
    events = _numbered([*first, *later])
    own = events[: len(first)]
    wanted = receipt_hash(PRINTED, chain(None, own), _answered(own))
    held = find_submission(PRINTED, wanted, events, lambda _question, payload: not payload)
    assert (held.events, held.later, held.answered) == (len(first), len(later), _answered(own))
    if own:
        at = data.draw(st.integers(0, len(own) - 1))
        event = list(events[at])
        event[data.draw(st.sampled_from([1, 2, 4]))] += 1
        forged = [*events[:at], tuple(event), *events[at + 1 :]]
        assert find_submission(PRINTED, wanted, forged, lambda _question, payload: not payload) is None
        cut = [*events[:at], *events[at + 1 :]]
        assert find_submission(PRINTED, wanted, cut, lambda _question, payload: not payload) is None


@pytest.mark.parametrize(
    ("typed", "is_right"),
    [("SBD 001", True), ("sbd 001", True), ("ABCD EF01", True), ("abcdef0", False), ("abcdef02", False), ("", False),
     ("SBD 002", False), ("ghijklmn", False)],
)  # fmt: skip
def test_proof_is_the_candidate_number_or_eight_signs_of_the_seal(typed, is_right):
    assert is_proof(typed, "SBD 001", "abcdef01" + "0" * 56) is is_right


def test_who_has_no_number_cannot_be_proven_by_giving_none():
    assert not is_proof("", "", "abcdef01" + "0" * 56)
    assert not is_proof("", None, None)


def test_a_code_is_known_however_it_was_typed():
    assert clean_code(" k7q2 9f3m ") == clean_code("K7Q2-9F3M") == "K7Q2-9F3M"


def _handed_in(candidate) -> Sitting:
    candidate.entered()
    candidate.save_one(1, 0)
    candidate.save_one(2, 1)
    candidate.save_one(2, 2)
    pass_time(minutes=45)
    assert candidate.submit().status_code == 200
    return candidate.sitting()


def test_the_server_says_that_it_holds_a_submission_and_that_it_does_not_once_an_answer_is_another(candidate, app):
    anybody = app.test_client()
    sitting = _handed_in(candidate)
    code, number = sitting.receipt, sitting.candidacy.number
    page = candidate.client.get(f"/sit/{sitting.public_id}").text
    assert sitting.receipt_hash[:8] in page
    assert "data:image/svg+xml" in page

    answer = anybody.post("/receipt", data={"code": code.lower(), "proof": sitting.receipt_hash[:8]})
    assert answer.status_code == 200
    assert "Máy chủ còn giữ đúng bài nộp này" in answer.text
    assert sitting.user.full_name not in answer.text
    filled = anybody.get("/receipt", query_string={"code": code, "proof": number}).text
    assert f'value="{code}"' in filled
    assert "Máy chủ còn giữ" not in filled  # opening the address asks nothing

    unknown = anybody.post("/receipt", data={"code": "AAAA-AAAA", "proof": number})
    wrong = anybody.post("/receipt", data={"code": code, "proof": "SBD-X"})
    assert unknown.status_code == wrong.status_code == 422
    for proof in ("SBD-X", "0" * 8):
        with pytest.raises(InvalidInput) as refused:
            service.check_receipt(now=clock.now(), code=code, proof=proof, address="10.0.0.9")
        with pytest.raises(InvalidInput) as not_known:
            service.check_receipt(now=clock.now(), code="BBBB-BBBB", proof=proof, address="10.0.0.9")
        assert refused.value.message == not_known.value.message

    with unit_of_work() as session:
        event = session.query(ResponseEvent).filter_by(sitting_id=sitting.id, question=1).one()
        event.payload = json.dumps({"choice": candidate.questions[0].tokens[1]})
    assert (
        "Máy chủ không còn giữ đúng bài nộp này" in anybody.post("/receipt", data={"code": code, "proof": number}).text
    )


def test_guessing_receipts_has_to_wait(candidate):
    sitting = _handed_in(candidate)
    with pytest.raises(TooManyAttempts):
        for _try in range(30):
            try:
                service.check_receipt(now=clock.now(), code=sitting.receipt, proof="000000000", address="10.0.0.7")
            except InvalidInput:
                continue
    assert service.check_receipt(  # somebody elsewhere is not locked out
        now=clock.now(), code=sitting.receipt, proof=sitting.candidacy.number, address="10.0.0.8"
    ).held


def test_a_receipt_stays_good_when_a_late_answer_is_accepted_and_when_the_paper_is_opened_again(candidate, people):
    first = _handed_in(candidate)
    code, number = first.receipt, first.candidacy.number
    candidate.save_one(3, 0)
    kept = db.session.query(QuarantinedSave).filter_by(sitting_id=first.id).all()
    now = clock.now()
    service.decide(
        actor=actor_of(people.officer), now=now, sitting=candidate.sitting(), kept=kept, accept=True, reason="mạng hỏng"
    )
    asked = service.check_receipt(now=now, code=code, proof=number, address="10.0.0.1")
    assert (asked.held.answered, asked.held.later, asked.is_replaced) == (2, 1, False)

    service.reopen(actor=actor_of(people.officer), now=now, sitting=candidate.sitting(), minutes=10, reason="nộp nhầm")
    candidate.entered()
    candidate.save_one(4, 0)
    assert candidate.submit().status_code == 200
    again = fresh(candidate.sitting())
    assert again.receipt != code
    old = service.check_receipt(now=clock.now(), code=code, proof=number, address="10.0.0.1")
    new = service.check_receipt(now=clock.now(), code=again.receipt, proof=number, address="10.0.0.1")
    assert (old.is_replaced, old.held.answered) == (True, 2)
    assert (new.is_replaced, new.held.answered, new.held.later) == (False, 4, 0)
    assert new.closed_at == again.closed_at
    assert service.verify_history(again)
    assert to_milliseconds(old.closed_at) < to_milliseconds(new.closed_at)
