"""Rescue files: the format by vectors and by force; brought to the room, taken up once, and never counted by itself."""

import base64
import hashlib
import io
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank import audit, clock
from exambank.db import db, new_public_id, to_milliseconds
from exambank.errors import InvalidInput
from exambank.exams import service as exams
from exambank.exams.models import Exam
from exambank.sittings import rescue, rules, service
from exambank.sittings.models import QuarantinedSave, RescueFile, RoomEvent
from tests.people import actor_of
from tests.sittings.factories import Candidate, make_room, pass_time

EXAM, SITTING = "01890000-0000-7000-8000-000000000001", "01890000-0000-7000-8000-000000000002"
PRIVATE, EPHEMERAL, IV = bytes([7]) * 32, bytes([9]) * 32, bytes(range(12))


def point_of(private: bytes) -> bytes:
    """The public half, told by a file that was sealed with this number as its ephemeral one."""
    body = rescue.seal_file(
        rescue.new_pair()[1], exam=EXAM, sitting=SITTING, sealed_ms=1, content=b"", private=private
    )  # fmt: skip
    return rescue.read_header(body).point


def sealed(content: bytes, **values) -> bytes:
    given_values = {"exam": EXAM, "sitting": SITTING, "sealed_ms": 1700000000000} | values
    return rescue.seal_file(point_of(PRIVATE), content=content, **given_values)


# --- the format ---


def test_the_vector_that_the_browser_must_meet():
    body = sealed(b'{"entries":[]}', private=EPHEMERAL, iv=IV)
    assert json.loads(body)["body"] == "+UgKZfPryzSp/1p9Q0atb22bpOkn5qwza3zgjvEE"
    assert hashlib.sha256(body).hexdigest() == "850dcab43114406c68910e049267ed109bf86dce99b9f717c05a89b4854bddc1"
    assert rescue.check_code(body) == "BFJU-MP4H-DQG6"


@settings(max_examples=30)
@given(content=st.binary(max_size=200), at=st.integers(0, rules.LATEST_MILLISECONDS))
def test_what_is_sealed_opens_with_the_exams_key_alone(content, at):
    body = sealed(content, sealed_ms=at)
    header = rescue.read_header(body)
    assert (header.exam, header.sitting, header.sealed_ms) == (EXAM, SITTING, at)
    assert rescue.open_file(PRIVATE, header) == content
    with pytest.raises(rescue.WrongSeal):
        rescue.open_file(bytes([8]) * 32, header)


@settings(max_examples=40)
@given(data=st.data())
def test_no_changed_letter_of_a_file_opens(data):
    body = sealed(b'{"entries":[]}', private=EPHEMERAL, iv=IV)
    at = data.draw(st.integers(0, len(body) - 1))
    changed = body[:at] + bytes([body[at] ^ data.draw(st.integers(1, 127))]) + body[at + 1 :]
    try:
        opened = rescue.open_file(PRIVATE, rescue.read_header(changed))
    except (rescue.BadFile, rescue.WrongSeal):
        opened = None
    same_bytes = opened is not None and rescue.read_header(changed) == rescue.read_header(body)
    assert opened is None or same_bytes  # a letter of base64 may stand for the same bits
    assert rescue.check_code(changed) != rescue.check_code(body)


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"\xff\xfe", b"[" * 5000, b"null", b'{"format":"exambank-rescue","version":2}', b"\x00" * 10],
)
def test_what_is_no_rescue_file_is_said_to_be_none(body):
    with pytest.raises(rescue.BadFile):
        rescue.read_header(body)


def test_the_check_code_may_be_noted_carelessly():
    code = rescue.check_code(b"one file")
    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{4}(-[2-9A-HJKMNP-Z]{4}){2}", code)
    assert rescue.same_check_code(f" {code.lower().replace('-', ' ')} ", code)
    assert not rescue.same_check_code(code[:-1], code)


def test_entries_that_cannot_be_read_do_not_hold_up_the_others():
    found = list(
        rescue.read_entries(
            json.dumps({"entries": [
                {"q": 1, "seq": 5, "at": 9, "payload": {"choice": "a"}}, {"q": 2}, 7, {"q": "3", "seq": 5, "payload": 1},
                {"q": 4, "seq": 1 << 63, "payload": {}}, {"q": 5, "seq": 5, "at": -1, "payload": None},
                {"q": 6, "seq": 5, "iv": "AAAA", "sealed": "AAAA"},
            ]}).encode(),
            b"k" * 32,
        )
    )  # fmt: skip
    assert found[0] == rescue.Entry(1, 5, 9, {"choice": "a"})
    assert [type(one) for one in found[1:]] == [rescue.UnreadableEntry] * 4 + [rescue.Entry, rescue.UnreadableEntry]
    assert [one.question for one in found] == [1, 2, None, None, 4, 5, 6]


# --- in the room ---


@pytest.fixture
def seat(candidate):
    """Question 1 is on the server; the machine also holds 2 and 3, then the network is gone."""
    candidate.entered()
    assert candidate.save_one(1, 0).status_code == 200
    return candidate


def entries_of(seat: Candidate, *answers) -> list[dict]:
    return [
        {"q": one["q"], "seq": rules.make_seq(seat.epoch, one["n"]), "at": to_milliseconds(clock.now()),
         "payload": one["payload"]}
        for one in answers
    ]  # fmt: skip


def file_of(seat: Candidate, entries, *, exam=None, sitting=None, at=None) -> bytes:
    exam = exam or seat.exam
    return rescue.seal_file(
        base64.b64decode(seat.exam.rescue_public), exam=exam.public_id, sitting=sitting or seat.public_id,
        sealed_ms=to_milliseconds(at or clock.now()), content=json.dumps({"entries": entries}).encode(),
    )  # fmt: skip


def bring(seat: Candidate, people, body: bytes, **values):
    return service.bring_rescue_file(
        actor=actor_of(people.invigilator), now=clock.now(), room=seat.sitting().candidacy.room, body=body, **values
    )


def quarantined():
    return [
        (row.question, row.reason)
        for row in db.session.query(QuarantinedSave).order_by(QuarantinedSave.question, QuarantinedSave.id)
    ]


@pytest.mark.usefixtures("any_app")
def test_a_brought_file_waits_for_a_decision_and_is_taken_up_once(seat, people):
    first, *others = (seat.answer(number, 2) for number in (1, 2, 3))
    stored = entries_of(seat, seat.answer(1, 0, n=1))
    body = file_of(seat, stored + entries_of(seat, *others, seat.answer(3, 1)) + [{"q": 99, "seq": 9, "payload": {}}])
    brought = bring(seat, people, body, noted=rescue.check_code(body).lower())
    assert (brought.file.answers, brought.file.new_answers, brought.unreadable) == (4, 3, 1)
    assert not brought.is_late
    assert not brought.is_repeated
    assert quarantined() == [(2, "rescue_file"), (3, "rescue_file"), (3, "rescue_file")]
    assert seat.stored() == {1: 0}
    row = db.session.query(QuarantinedSave).first()
    assert (row.contact_at, row.claimed_at is not None) == (seat.sitting().last_contact_at, True)
    again = bring(seat, people, body)
    assert again.is_repeated
    assert again.file.id == brought.file.id
    other = bring(seat, people, file_of(seat, entries_of(seat, *others)))  # sealed anew: known answers are not doubled
    assert (other.is_repeated, other.file.new_answers) == (False, 0)
    assert len(quarantined()) == 3
    assert db.session.query(RoomEvent).filter_by(kind="rescue_brought").count() == 2
    assert audit.verify().problems == ()
    # the machine comes back after all and sends them in time: nothing is left to decide
    assert seat.save(first, *others).status_code == 200
    assert service.count_quarantine(seat.exam) == 1  # of question 3 another value had been written


@pytest.mark.usefixtures("app")
def test_what_is_wrong_with_a_file_is_said_and_nothing_of_it_kept(seat, people, sign_in):
    good = file_of(seat, entries_of(seat, seat.answer(2, 1)))
    values = json.loads(good)
    other = Candidate(sign_in(people.second_learner), seat.exam, people.second_learner)
    far = make_room(people, title="Thi lần 2")
    wrong = [
        b"not a file",
        good.replace(b'"sealed_ms":1', b'"sealed_ms":2'),
        json.dumps(values | {"sitting": other.public_id}).encode(),  # another candidate's name written on it
        json.dumps(values | {"exam": far.public_id}).encode(),
        json.dumps(values | {"sitting": new_public_id()}).encode(),
        file_of(seat, entries_of(seat, seat.answer(2, 1)), exam=far),
        file_of(seat, "nothing"),
    ]
    for body in wrong:
        with pytest.raises(InvalidInput):
            bring(seat, people, body)
    with pytest.raises(InvalidInput):
        bring(seat, people, good, noted="AAAA-BBBB-CCCC")
    with pytest.raises(InvalidInput):  # of this exam, but brought in another exam's room
        service.bring_rescue_file(actor=actor_of(people.invigilator), now=clock.now(), room=far.rooms[0], body=good)
    assert quarantined() == []
    assert db.session.query(RescueFile).count() == 0


@pytest.mark.usefixtures("app")
def test_the_journal_as_it_lies_opens_with_the_sittings_own_key(seat, people):
    key = base64.b64decode(seat.sitting().journal_key)
    answer = seat.answer(4, 1)
    (plain,) = entries_of(seat, answer)
    iv = b"i" * 12
    sealed_entry = rescue.sealing.AESGCM(key).encrypt(iv, json.dumps(answer["payload"]).encode(), None)
    entry = {"q": 4, "seq": plain["seq"], "at": 1, "iv": base64.b64encode(iv).decode(),
             "sealed": base64.b64encode(sealed_entry).decode()}  # fmt: skip
    assert bring(seat, people, file_of(seat, [entry])).file.new_answers == 1
    assert quarantined() == [(4, "rescue_file")]


@pytest.mark.usefixtures("app")
def test_the_invigilator_brings_a_file_and_reads_what_became_of_it(seat, people, sign_in):
    room = f"/room/{seat.sitting().candidacy.room.public_id}/rescue"
    invigilator, officer = sign_in(people.invigilator), sign_in(people.officer)
    assert sign_in(people.learner).get(room).status_code == 404
    assert invigilator.get(room).status_code == 200
    pass_time(minutes=70)
    body = file_of(seat, entries_of(seat, seat.answer(2, 1)))

    def post(client, content, **values):
        return client.post(room, data={"file": (io.BytesIO(content), "bai-thi.exambank"), **values})

    assert post(invigilator, b"x").status_code == 422
    assert invigilator.post(room, data={}).status_code == 422
    page = post(invigilator, body, noted=rescue.check_code(body))
    assert page.status_code == 200
    assert rescue.check_code(body) in page.text
    assert "is-caution" in page.text  # sealed after the deadline, by its own word
    assert people.learner.full_name in page.text
    assert f'"{room[:-7]}/quarantine"' not in page.text  # who decides is the office, and it is shown the way
    assert f'"{room[:-7]}/quarantine"' in officer.get(room).text
    late = officer.get(f"/room/exams/{seat.exam.public_id}/quarantine").text
    assert rescue.check_code(body) in late


@pytest.mark.usefixtures("app")
def test_an_exam_has_one_pair_whose_private_half_lies_locked_and_the_seat_gets_the_point(candidate, exam):
    entry = candidate.enter().json
    assert (entry["exam"], entry["rescue_key"]) == (exam.public_id, exam.rescue_public)
    private = exams.rescue_key_of(exam)
    assert point_of(private) == base64.b64decode(exam.rescue_public)
    assert private not in exam.rescue_private
    before = exam.rescue_private
    exams.ensure_rescue_keys(exam)
    assert db.session.get(Exam, exam.id).rescue_private == before
