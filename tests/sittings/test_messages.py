"""What the room tells its candidates, who has seen it, and what candidates report: on both databases, and by HTTP."""

from datetime import timedelta

import pytest
from flask import current_app

from exambank import clock
from exambank.assembly.models import ExamPaper
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, StateConflict, TooManyAttempts
from exambank.exams import service as exams
from exambank.sittings import service
from exambank.sittings.models import MessageSeen, RoomMessage
from tests.exams.factories import make_ready_exam
from tests.people import actor_of
from tests.sittings.factories import HEADERS, Candidate, move_to, pass_time


@pytest.fixture
def two_rooms(people, room_closer):
    """The class in two rooms, one learner in each, both at work."""
    exam = make_ready_exam(people)
    service.prepare(exam.public_id)
    exams.open_exam(actor=actor_of(people.officer), now=clock.now(), exam=exam)
    move_to(exam.opens_at, seconds=1)
    return exam


def test_a_message_reaches_its_own_candidates_only_and_tells_who_has_seen_it(any_app, two_rooms, people, sign_in):
    exam, hang = two_rooms, actor_of(people.invigilator)
    one = Candidate(sign_in(people.learner), exam, people.learner).entered()
    two = Candidate(sign_in(people.second_learner), exam, people.second_learner).entered()
    room = one.sitting().candidacy.room
    assert room.id != two.sitting().candidacy.room.id
    now = clock.now()
    service.send_message(actor=hang, now=now, exam=exam, room=room, text=" <b>Trật tự</b> ")
    service.send_message(actor=hang, now=now, exam=exam, sitting=one.sitting(), text="Ngồi lại chỗ cũ")
    assert one.sitting().notice_no == 2
    assert two.sitting().notice_no == 0
    service.send_message(actor=actor_of(people.officer), now=now, exam=exam, text="Cả hai phòng")
    assert (one.sitting().notice_no, two.sitting().notice_no) == (3, 1)

    mine = [notice.text for notice in service.list_notices(one.sitting()).messages]
    assert mine == ["<b>Trật tự</b>", "Ngồi lại chỗ cũ", "Cả hai phòng"]
    theirs = service.list_notices(two.sitting())
    assert [notice.text for notice in theirs.messages] == ["Cả hai phòng"]

    ids = [row.public_id for row in db.session.query(RoomMessage).order_by(RoomMessage.id)]
    assert service.mark_seen(now=now, sitting=two.sitting(), ids=ids) == 1  # not what was said to the other room
    assert service.mark_seen(now=now, sitting=one.sitting(), ids=ids[:1]) == 1
    assert service.mark_seen(now=now, sitting=one.sitting(), ids=ids[:1]) == 0  # a repeated answer counts once
    assert [notice.is_seen for notice in service.list_notices(one.sitting()).messages] == [True, False, False]
    sent = {line.message.text: (line.seen, line.recipients) for line in service.list_messages(room)}
    assert sent == {"<b>Trật tự</b>": (1, 1), "Ngồi lại chỗ cũ": (0, 1), "Cả hai phòng": (0, 1)}
    assert db.session.query(MessageSeen).count() == 2


def test_messages_are_limited_and_end_with_the_exam(app, exam, people, candidate):
    candidate.entered()
    say = {"actor": actor_of(people.invigilator), "exam": exam, "room": exam.rooms[0]}
    for _time in range(20):
        service.send_message(**say, now=clock.now(), text="Còn 15 phút.")
    with pytest.raises(TooManyAttempts):
        service.send_message(**say, now=clock.now(), text="Còn 15 phút.")
    pass_time(seconds=61)
    service.send_message(**say, now=clock.now(), text="Còn 14 phút.")
    for text in ("  ", "x" * 1001):
        with pytest.raises(InvalidInput):
            service.send_message(**say, now=clock.now(), text=text)
    assert candidate.submit().status_code in {200, 409}
    service.close_room(actor=actor_of(people.invigilator), now=clock.now(), room=exam.rooms[0], reason="xong")
    db.session.expire_all()
    with pytest.raises(StateConflict):
        service.send_message(**say, now=clock.now(), text="muộn")


def test_the_candidates_page_reads_messages_and_reports_questions(app, exam, people, candidate, sign_in):
    candidate.entered()
    hang = sign_in(people.invigilator)
    room = exam.rooms[0].public_id
    assert hang.post(f"/room/{room}/messages", data={"text": "<script>alert(1)</script>"}).status_code == 302
    assert hang.post(f"/room/{room}/messages", data={"quick": "time"}).status_code == 302
    assert hang.post(f"/room/{room}/messages", data={"text": ""}).status_code == 422
    page = hang.get(f"/room/{room}/messages").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page

    answer = candidate.client.get(f"{candidate.url}/notices", headers=HEADERS).json
    kinds = [one["kind"] for one in answer["messages"]]
    assert (answer["notice"], kinds) == (2, ["message", "announcement"])
    assert "60" in answer["messages"][1]["text"] or "59" in answer["messages"][1]["text"]
    assert answer["messages"][0]["text"] == "<script>alert(1)</script>"
    ids = [one["id"] for one in answer["messages"]]
    assert candidate.post("notices/seen", {"ids": ids}).json["seen"] == 2
    assert candidate.post("notices/seen", {"ids": [5]}).status_code == 422

    said = {"q": 3, "text": "Phương án B và D giống nhau"}
    first = candidate.post("objection", said).json
    again = candidate.post("objection", said).json
    assert first["objection"]["id"] == again["objection"]["id"]
    assert len(again["objections"]) == 1
    assert candidate.post("objection", {"q": 99, "text": "x"}).status_code == 422
    assert candidate.post("objection", {"q": 1, "text": " "}).status_code == 422
    for number in (4, 5, 6, 7):
        assert candidate.post("objection", {"q": number, "text": "sai"}).status_code == 200
    assert candidate.post("objection", {"q": 8, "text": "sai"}).json["error"] == "wait"
    pass_time(minutes=11)
    form = candidate.client.post(
        f"{candidate.url}/objection", data={"q": "8", "text": "sai", "next": f"{candidate.url}/q/8"}
    )
    assert form.status_code == 302
    assert form.headers["Location"].endswith("/q/8")
    queue = hang.get(f"/room/{room}/objections").text
    assert queue.index("câu 3") < queue.index("câu 8")
    assert "Phương án B và D giống nhau" in queue
    stem = candidate.questions[2].view["stem"]
    assert stem not in queue  # the invigilator reads the candidate's words and a number, never the question


def test_an_answer_reaches_everybody_who_has_the_question_under_the_own_number(any_app, exam, people, sign_in):
    one = Candidate(sign_in(people.learner), exam, people.learner).entered()
    two = Candidate(sign_in(people.second_learner), exam, people.second_learner).entered()
    with unit_of_work() as session:  # the second paper becomes the first one backwards
        paper = session.get(ExamPaper, two.sitting().paper_id)
        paper.layout = list(reversed(one.sitting().paper.layout))
    current_app.extensions.pop("exambank_sittings_papers")
    mine, theirs = 3, 8
    act = {"actor": actor_of(people.invigilator), "now": clock.now()}
    report = service.raise_objection(
        actor=actor_of(people.learner), now=clock.now(), sitting=one.sitting(), question=mine, text="Không có đáp án"
    )
    answered, told = service.answer_objection(**act, objection=report, reply="Làm theo đề.", to_all=True)
    assert (answered.state, told) == ("answered", 2)
    assert f" {mine}:" in service.list_notices(one.sitting()).messages[0].text
    assert f" {theirs}:" in service.list_notices(two.sitting()).messages[0].text
    assert two.sitting().notice_no == 1
    with pytest.raises(StateConflict):
        service.answer_objection(**act, objection=report, reply="lần nữa")

    (item,) = service.list_reported_items(exam)
    numbers = dict(item.numbers)
    assert numbers[one.sitting().paper.code] == mine
    assert numbers[two.sitting().paper.code] == theirs
    assert item.version.id == one.sitting().paper.layout[mine - 1]["version"]


def test_the_announcement_counts_a_begun_minute_as_whole(app):
    now = clock.now()
    with app.test_request_context():
        assert service.time_left_text(now + timedelta(minutes=14, seconds=1), now).startswith("Còn 15 phút")
        assert service.time_left_text(now + timedelta(minutes=5), now).startswith("Còn 5 phút")


def test_nobody_reports_a_question_of_another_or_after_the_close(app, exam, people, candidate, sign_in):
    candidate.entered()
    stranger = sign_in(people.second_learner)
    for path, body in (("objection", {"q": 1, "text": "x"}), ("notices/seen", {"ids": []})):
        assert stranger.post(f"{candidate.url}/{path}", json=body, headers=HEADERS).status_code == 404
    assert stranger.get(f"{candidate.url}/notices", headers=HEADERS).status_code == 404
    service.close_room(actor=actor_of(people.invigilator), now=clock.now(), room=exam.rooms[0], reason="xong")
    assert candidate.post("objection", {"q": 1, "text": "x"}).json["error"] == "conflict"
