"""The pages: cover, room, the way without JavaScript, receipt, the invigilator's room; and who may not see them."""

import json
import re
import zlib
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import current_app
from sqlalchemy import select

from exambank import clock
from exambank.assembly import service as assembly
from exambank.assembly.rules import CellSpec
from exambank.bank.models import ItemVersion
from exambank.db import db, unit_of_work
from exambank.exams import service as exams
from exambank.permissions import SYSTEM
from exambank.sittings import service
from exambank.sittings.models import QuarantinedSave
from tests.bank.factories import make_accepted
from tests.exams.factories import make_ready_exam
from tests.people import actor_of
from tests.sittings.factories import Candidate, fresh, make_room, move_to, pass_time, sitting_of

pytestmark = pytest.mark.usefixtures("app")


def get(candidate, path=""):
    return candidate.client.get(candidate.url + path)


def fields(page) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


# --- what the candidate sees ---


def test_my_exams_lists_own_sittings_only(candidate, people, sign_in):
    page = candidate.client.get("/sit/").text
    assert candidate.public_id in page
    assert page.count("/sit/0") == 1
    assert sign_in(people.marker).get("/sit/").status_code == 404


def test_the_cover_shows_the_rules_and_no_question(candidate):
    page = get(candidate).text
    assert "Nguyên tắc tập trung dân chủ" not in page
    assert "data-question" not in page
    assert 'name="code"' in page
    assert candidate.exam.session_code not in page
    for path in ("/q/1", "/review", "/media/1"):
        assert get(candidate, path).status_code in {302, 404}


def test_entering_by_form_leads_to_the_room_and_a_wrong_code_says_so(candidate, exam):
    wrong = candidate.client.post(f"{candidate.url}/enter", data={"code": "WRONG"})
    assert wrong.status_code == 422
    assert 'value="WRONG"' in wrong.text
    right = candidate.client.post(f"{candidate.url}/enter", data={"code": exam.session_code})
    assert right.headers["Location"] == candidate.url
    page = get(candidate).text
    assert page.count("<section id=") == 10
    assert 'data-state="open"' in page
    assert page.count('type="radio"') == 40


ENTRY_BLOCK = re.compile(r'<script type="application/json" id="entry" data-sum="(\w{8})">(.*?)</script>')


def test_the_first_page_after_an_entry_by_form_brings_what_it_told_and_the_second_does_not(candidate, exam):
    candidate.client.post(f"{candidate.url}/enter", data={"code": exam.session_code})
    page = get(candidate)
    (found,) = ENTRY_BLOCK.findall(page.text)
    told = json.loads(found[1])
    assert found[0] == f"{zlib.crc32(found[1].encode()):08x}"
    assert told["epoch"] == candidate.sitting().epoch == 1
    assert not ENTRY_BLOCK.search(get(candidate).text)
    entered = candidate.enter().get_json()
    assert entered.keys() == told.keys()
    assert entered["journal_key"] == told["journal_key"]


def test_an_entry_that_counts_no_more_does_not_come_with_the_page(candidate, exam):
    candidate.client.post(f"{candidate.url}/enter", data={"code": exam.session_code})
    candidate.enter()  # another tab was faster: its epoch counts
    assert not ENTRY_BLOCK.search(get(candidate).text)


def test_the_room_shows_the_options_in_the_papers_order(candidate):
    candidate.entered()
    page = get(candidate).text
    for question in candidate.questions:
        shown = re.findall(rf'name="r-{question.number}" value="(\w+)"', page)
        assert tuple(shown) == question.tokens


def test_no_byte_tells_the_key(people, sign_in, room_closer):
    """Two copies of an exam that differ in nothing but the keys and staff notes give the same pages."""
    exam = make_room(people)
    candidate = Candidate(sign_in(people.learner), exam, people.learner).entered()

    def bytes_of_everything():
        current_app.extensions.pop("exambank_sittings_papers", None)
        moving = r'\d{13}|\d\d:\d\d(:\d\d)?|value="\d+"|name="csrf_token" value="[^"]*"|"remaining_ms": \d+'
        found = [get(candidate, path).text for path in ("", "/q/1", "/q/2", "/review")]
        return [re.sub(moving, "", page) for page in [*found, candidate.state().text]]

    before = bytes_of_everything()
    table = ItemVersion.__table__
    with unit_of_work() as session:
        for row in session.execute(select(table.c.id, table.c.content)).all():
            options = [{**option, "is_key": not option["is_key"]} for option in row.content["options"]]
            content = {**row.content, "options": options, "explanation": "DAPAN-DAUHIEU"}
            session.execute(table.update().where(table.c.id == row.id).values(content=content))
    assert bytes_of_everything() == before
    everything = "".join(before)
    assert "DAPAN-DAUHIEU" not in everything
    for word in ("is_key", "is_locked", "scoring", "points", "weight", "difficulty"):
        assert word not in everything
    versions = {version.public_id for version in db.session.query(ItemVersion)}
    assert not any(public_id in everything for public_id in versions)


def test_pages_are_not_stored_by_browsers(candidate):
    candidate.entered()
    for path in ("", "/q/1", "/review", "/state"):
        assert get(candidate, path).headers["Cache-Control"] == "no-store"


def test_another_browser_gets_the_door_and_no_question(candidate, second_machine):
    candidate.entered()
    other = second_machine()
    page = get(other).text
    assert "data-question" not in page
    assert get(other, "/q/1").status_code == 302
    assert get(other, "/media/1").status_code == 404


def test_after_the_deadline_the_room_can_be_read_and_not_edited(candidate):
    candidate.entered()
    move_to(candidate.sitting().deadline_at, seconds=5)
    page = get(candidate).text
    assert 'data-state="collecting"' in page
    assert page.count("<fieldset disabled>") == 10
    assert re.search(r'data-go="review"([^>]*)', page)[1] == " disabled"  # the script frees it if time is given back
    assert get(candidate, "/q/1").status_code == 302


def test_the_receipt_shows_code_and_seal_and_no_mark(candidate):
    candidate.entered()
    candidate.save_one(1, 1)
    pass_time(minutes=41)
    code = candidate.submit().json["receipt"]
    page = get(candidate).text
    assert code in page
    assert candidate.sitting().chain_head[:12] in page
    assert f'data-closed-sitting="{candidate.public_id}"' in page
    assert get(candidate, "/q/1").status_code == 302


def test_the_shell_holds_nobodys_data_and_needs_no_sign_in(app):
    page = app.test_client().get("/sit/shell")
    assert page.status_code == 200
    assert "data-shell" in page.text
    assert "data-sitting" not in page.text


def test_the_service_worker_may_speak_for_the_exam_pages(app):
    response = app.test_client().get("/sw.js")
    if response.status_code == 200:
        assert response.headers["Service-Worker-Allowed"] == "/sit/"
        assert response.headers["Cache-Control"] == "no-cache"
    response.close()


def test_text_size_and_contrast_are_kept(candidate):
    candidate.client.post("/sit/display", data={"size": "125", "theme": "contrast", "next": candidate.url})
    assert '<html lang="vi" data-size="125" data-theme="contrast">' in get(candidate).text
    away = candidate.client.post("/sit/display", data={"size": "100", "next": "https://example.org"})
    assert away.headers["Location"] == "/sit/"


# --- without JavaScript ---


def test_a_sitting_can_be_done_without_javascript(candidate):
    candidate.client.post(f"{candidate.url}/enter", data={"code": candidate.exam.session_code})
    for number in range(1, 11):
        page = get(candidate, f"/q/{number}").text
        token = candidate.questions[number - 1].tokens[number % 4]
        response = candidate.client.post(
            f"{candidate.url}/q/{number}", data={**fields(page), f"r-{number}": token, "go": "next"}
        )
        target = f"/q/{number + 1}" if number < 10 else "/review"
        assert response.headers["Location"] == candidate.url + target
    assert candidate.stored() == {number: number % 4 for number in range(1, 11)}
    assert "checked" in get(candidate, "/q/4").text
    review = get(candidate, "/review").text
    assert review.count("eb-cell is-full") == 10
    early = candidate.client.post(f"{candidate.url}/submit", data=fields(review))
    assert early.headers["Location"] == f"{candidate.url}/review"
    pass_time(minutes=41)
    done = candidate.client.post(f"{candidate.url}/submit", data=fields(get(candidate, "/review").text))
    assert done.headers["Location"] == candidate.url
    assert candidate.sitting().closed_by == "candidate"


def test_a_plain_page_opened_earlier_does_not_push_out_a_later_answer(candidate):
    candidate.entered()
    tokens = candidate.questions[0].tokens
    old = fields(get(candidate, "/q/1").text)
    candidate.client.post(f"{candidate.url}/q/1", data={**old, "r-1": tokens[1], "go": "next"})
    back = candidate.client.post(f"{candidate.url}/q/1", data={**old, "r-1": tokens[2], "go": "next"})
    assert back.headers["Location"] == f"{candidate.url}/q/1"
    assert "eb-room-banner" in get(candidate, "/q/1").text
    assert candidate.stored() == {1: 1}


def test_what_was_typed_comes_back_where_the_button_may_be_pressed_again(candidate, people):
    candidate.entered()
    tokens = candidate.questions[0].tokens

    def press(page, option):
        return candidate.client.post(f"{candidate.url}/q/1", data={**fields(page), "r-1": tokens[option], "go": "next"})

    def is_shown(answer, option):
        return f'value="{tokens[option]}" checked' in answer.text and "<fieldset disabled" not in answer.text

    old = get(candidate, "/q/1").text
    candidate.entered()  # the same browser, once more
    refused = press(old, 2)
    assert refused.status_code == 409
    assert is_shown(refused, 2)
    assert press(refused.text, 2).status_code == 302
    assert candidate.stored() == {1: 2}

    service.lock(actor=SYSTEM, now=clock.now(), sitting=candidate.sitting(), reason="seb")
    refused = press(refused.text, 3)
    assert refused.status_code == 409
    assert is_shown(refused, 3)
    service.unlock(actor=actor_of(people.invigilator), now=clock.now(), sitting=candidate.sitting(), reason="đã xem")
    assert press(refused.text, 3).status_code == 302
    assert candidate.stored() == {1: 3}


def test_turning_the_pages_stores_nothing_and_the_overview_leads_anywhere(candidate):
    candidate.entered()
    page = fields(get(candidate, "/q/3").text)
    assert candidate.client.post(f"{candidate.url}/q/3", data={**page, "go": "7"}).headers["Location"].endswith("/q/7")
    assert (
        candidate.client.post(f"{candidate.url}/q/3", data={**page, "go": "99"}).headers["Location"].endswith("/q/10")
    )
    assert (
        candidate.client.post(f"{candidate.url}/q/3", data={**page, "go": "prev"}).headers["Location"].endswith("/q/2")
    )
    assert candidate.stored() == {}


def test_a_flag_is_set_without_javascript(candidate):
    candidate.entered()
    page = fields(get(candidate, "/q/3").text)
    candidate.client.post(f"{candidate.url}/q/3", data={**page, "flag": "on"})
    assert candidate.sitting().flags == [3]
    assert "is-cut" in get(candidate, "/q/3").text
    candidate.client.post(f"{candidate.url}/q/3", data={**fields(get(candidate, "/q/3").text), "flag": "off"})
    assert candidate.sitting().flags == []


def test_an_option_that_is_not_there_is_refused_on_the_plain_page_too(candidate):
    candidate.entered()
    page = fields(get(candidate, "/q/1").text)
    candidate.client.post(f"{candidate.url}/q/1", data={**page, "r-1": "deadbeef", "go": "next"})
    assert candidate.stored() == {}


def test_a_plain_save_after_the_end_is_kept_and_told(candidate):
    candidate.entered()
    page = fields(get(candidate, "/q/1").text)
    deadline = candidate.sitting().deadline_at
    move_to(deadline, seconds=-1)
    candidate.state()
    move_to(deadline, seconds=30)
    candidate.client.post(
        f"{candidate.url}/q/1", data={**page, "r-1": candidate.questions[0].tokens[0], "go": "next"}
    )  # fmt: skip
    assert candidate.stored() == {}
    db.session.rollback()
    assert db.session.query(QuarantinedSave).count() == 1


def test_every_kind_of_item_can_be_answered_on_both_pages(people, sign_in, room_closer):
    four = [("Một", True), ("Hai", False), ("Ba", True), ("Bốn", False)]
    make_accepted(people, kind="multiple_choice", options=four, stem="Những số nào lẻ?")
    make_accepted(people, kind="true_false", options=[("Đúng", True), ("Sai", False)], stem="Một là số lẻ.")
    make_accepted(people, kind="true_false_cluster", options=four, stem="Mỗi số sau lẻ hay không?")
    exam = _exam_of_kinds(people)
    candidate = Candidate(sign_in(people.learner), exam, people.learner).entered()
    page = get(candidate).text
    by_kind = {question.kind: question for question in candidate.questions}
    assert set(by_kind) == {"multiple_choice", "true_false", "true_false_cluster"}
    several, cluster, single = (by_kind[k] for k in ("multiple_choice", "true_false_cluster", "true_false"))
    assert page.count('type="checkbox"') == 4
    assert f'name="r-{cluster.number}-{cluster.tokens[0]}" value="true"' in page

    def post(question, **given):
        data = {**fields(get(candidate, f"/q/{question.number}").text), **given, "go": "review"}
        return candidate.client.post(f"{candidate.url}/q/{question.number}", data=data)

    post(several, **{f"r-{several.number}": list(several.tokens[:2])})
    post(single, **{f"r-{single.number}": "true"})
    post(cluster, **{f"r-{cluster.number}-{cluster.tokens[1]}": "false"})
    stored = {number: json.loads(row.payload) for number, row in service.stored_of(candidate.sitting()).items()}
    assert set(stored[several.number]["choices"]) == set(several.tokens[:2])
    assert stored[single.number] == {"choice": "true"}
    assert stored[cluster.number]["statements"][cluster.tokens[1]] is False
    for question in candidate.questions:
        assert "checked" in get(candidate, f"/q/{question.number}").text
        assert service.describe_answer(question, service.stored_of(candidate.sitting())[question.number].payload)


def _exam_of_kinds(people):
    blueprint = assembly.write_blueprint(
        actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, name="Ba loại",
        cells=[CellSpec(count=3, points=Decimal(1), topic_id=people.topics[0].id)],
    )  # fmt: skip
    papers = assembly.deal_papers(
        actor=actor_of(people.quality), now=clock.now(), blueprint=blueprint, count=1, seed="x"
    )
    assembly.approve_papers(actor=actor_of(people.head), now=clock.now(), paper_set=papers)
    return make_room(people)


# --- the invigilator ---


@pytest.fixture
def room_url(exam):
    return f"/room/{exam.rooms[0].public_id}"


@pytest.fixture
def invigilator(people, exam, sign_in):
    return sign_in(people.invigilator)


def test_the_room_is_shown_to_its_people_and_to_nobody_else(exam, room_url, people, sign_in):
    for user in (people.invigilator, people.officer, people.quality, people.leader, people.inspector):
        assert sign_in(user).get(room_url).status_code == 200, user.username
        assert sign_in(user).get("/room/").status_code == 200
    for user in (people.learner, people.lecturer, people.head, people.technician, people.marker):
        assert sign_in(user).get(room_url).status_code == 404, user.username
    assert sign_in(people.invigilator).get("/room/no-such-room").status_code == 404


def test_an_invigilator_of_another_room_can_do_nothing_here(people, sign_in, room_closer):
    exam = make_ready_exam(people)  # the invigilator watches the first of two rooms
    service.prepare(exam.public_id)
    other = exam.rooms[1]
    client = sign_in(people.invigilator)
    assert client.get(f"/room/{other.public_id}").status_code == 404
    for act in ("open", "extend", "pause", "resume", "close", "release-clock"):
        assert client.post(f"/room/{other.public_id}/{act}", data={"minutes": 5, "reason": "x"}).status_code == 404
    seat = next(row for row in service.list_sittings(exam) if row.room_id == other.id)
    for act in ("extend", "pause", "resume", "close", "takeover-code"):
        assert client.post(f"/room/seat/{seat.public_id}/{act}", data={"minutes": 5, "reason": "x"}).status_code == 404
    assert fresh(exam).state == "ready"


def test_who_only_watches_cannot_act(exam, room_url, people, sign_in, candidate):
    candidate.entered()
    for user in (people.inspector, people.quality):
        client = sign_in(user)
        assert client.post(f"{room_url}/pause", data={"pause-reason": "x"}).status_code == 404
        assert client.post(f"/room/seat/{candidate.public_id}/close", data={"close-reason": "x"}).status_code == 404
        assert "takeover-code" not in client.get(f"/room/seat/{candidate.public_id}").text


def test_the_exam_is_opened_with_the_code_from_the_slip(people, sign_in, room_closer):
    exam = make_ready_exam(people, room_names=["A"])
    service.prepare(exam.public_id)
    client, url = sign_in(people.invigilator), f"/room/{exam.rooms[0].public_id}"
    wrong = client.post(f"{url}/open", data={"code": "WRONG"})
    assert wrong.status_code == 422
    assert fresh(exam).state == "ready"
    assert client.post(f"{url}/open", data={"code": exam.session_code}).status_code == 302
    assert fresh(exam).state == "open"
    assert exam.session_code in client.get(url).text


def test_the_room_shows_each_candidates_state(candidate, exam, room_url, invigilator, people):
    assert invigilator.get(room_url).text.count("eb-seat is-waiting") == 2
    candidate.entered()
    candidate.save(*[candidate.answer(number, 0) for number in (1, 2, 3)], candidate.answer(4, None))
    pass_time(seconds=3)
    page = invigilator.get(f"{room_url}/live").text
    assert '<progress class="eb-progress" max="10" value="3"' in page
    pass_time(seconds=26)
    page = invigilator.get(f"{room_url}/live").text
    assert "eb-seat is-lost" in page
    assert "eb-attention" in page
    assert "Nguyên tắc tập trung" not in page


def test_the_summary_is_made_once_for_all_who_look(candidate, exam, people):
    candidate.entered()
    room = exam.rooms[0]
    now = clock.now()
    first = service.summarise(room, now)
    assert service.summarise(room, now + timedelta(seconds=1)) is first
    assert service.summarise(room, now + timedelta(seconds=3)) is not first


def test_the_live_view_can_be_switched_off(exam, room_url, invigilator):
    assert 'hx-trigger="every 5s"' in invigilator.get(room_url).text
    current_app.config["LIVE_ROOM_VIEW"] = False
    assert "hx-trigger" not in invigilator.get(room_url).text


def test_the_invigilator_extends_pauses_and_resumes_one_candidate(candidate, invigilator):
    candidate.entered()
    before = candidate.sitting().deadline_at
    url = f"/room/seat/{candidate.public_id}"
    assert invigilator.get(url).status_code == 200
    assert invigilator.post(f"{url}/extend", data={"minutes": "5", "reason": "đổi máy"}).status_code == 302
    assert candidate.sitting().deadline_at == before + timedelta(minutes=5)
    for wrong in ({"minutes": "-5", "reason": "x"}, {"minutes": "1000000", "reason": "x"}, {"minutes": "5"}):
        assert invigilator.post(f"{url}/extend", data=wrong).status_code == 422
    assert candidate.sitting().deadline_at == before + timedelta(minutes=5)
    assert invigilator.post(f"{url}/pause").status_code == 302
    assert invigilator.post(f"{url}/pause").status_code == 409
    assert invigilator.post(f"{url}/resume").status_code == 302
    assert invigilator.get(url).status_code == 200
    assert invigilator.post(f"{url}/close", data={}).status_code == 422
    assert invigilator.post(f"{url}/close", data={"close-reason": "ốm"}).status_code == 302
    assert candidate.sitting().closed_by == "invigilator"
    assert invigilator.post(f"{url}/close", data={"close-reason": "ốm"}).status_code == 409


def test_the_takeover_code_is_shown_once_and_opens_the_other_machine(candidate, second_machine, invigilator):
    candidate.entered()
    url = f"/room/seat/{candidate.public_id}"
    page = invigilator.post(f"{url}/takeover-code").text
    code = re.search(r'eb-code">(\w+)<', page).group(1)
    assert code not in invigilator.get(url).text
    other = second_machine()
    moved = other.client.post(f"{other.url}/enter", data={"code": code})
    assert moved.headers["Location"] == other.url
    assert "data-question" in get(other).text
    assert "data-question" not in get(candidate).text


def test_a_takeover_code_is_bound_to_its_sitting_and_ends_after_ten_minutes(
    candidate, second_machine, exam, people, sign_in
):
    candidate.entered()
    other = Candidate(sign_in(people.second_learner), exam, people.second_learner).entered()
    code = service.issue_takeover_code(
        actor=actor_of(people.invigilator), now=clock.now(), sitting=candidate.sitting()
    ).code
    second_of_other = Candidate(sign_in(people.second_learner), exam, people.second_learner)
    assert second_of_other.enter(code).status_code == 422
    pass_time(minutes=10, seconds=1)
    assert second_machine().enter(code).status_code == 422
    assert other.state().status_code == 200


def test_closing_the_room_first_shows_who_is_still_working(candidate, exam, room_url, invigilator):
    candidate.entered()
    asked = invigilator.get(f"{room_url}/close").text
    assert "Nguyễn Thị Thu Hường" in asked
    assert candidate.sitting().state == "open"
    assert invigilator.post(f"{room_url}/close", data={"reason": ""}).status_code == 422
    assert invigilator.post(f"{room_url}/close", data={"reason": "hết người làm bài"}).status_code == 302
    assert candidate.sitting().closed_by == "invigilator"
    assert fresh(exam).state == "closed"
    assert invigilator.get(room_url).status_code == 200


def test_the_room_is_extended_and_paused_from_one_page(candidate, exam, room_url, invigilator):
    candidate.entered()
    assert invigilator.get(f"{room_url}/time").status_code == 200
    assert invigilator.post(f"{room_url}/extend", data={"minutes": "3", "reason": "mạng"}).status_code == 302
    assert invigilator.post(f"{room_url}/extend", data={"minutes": "3"}).status_code == 422
    assert invigilator.post(f"{room_url}/pause", data={}).status_code == 422
    assert invigilator.post(f"{room_url}/pause", data={"pause-reason": "mất điện"}).status_code == 302
    assert candidate.state().json["paused"] is True
    assert get(candidate).text.count("eb-room-banner") >= 1
    assert invigilator.get(f"{room_url}/time").status_code == 200
    assert invigilator.post(f"{room_url}/resume").status_code == 302
    assert candidate.state().json["paused"] is False


def test_a_clock_alarm_is_shown_and_released_by_a_person(candidate, exam, room_url, invigilator):
    candidate.entered()
    service.raise_clock_alarm(30.0, clock.now())
    assert "release-clock" in invigilator.get(room_url).text
    assert invigilator.post(f"{room_url}/release-clock").status_code == 302
    assert "release-clock" not in invigilator.get(room_url).text


def test_the_log_names_what_happened(candidate, exam, room_url, invigilator, people):
    candidate.entered()
    service.extend(
        actor=actor_of(people.invigilator), now=clock.now(), sitting=candidate.sitting(), seconds=300, reason="đổi máy"
    )
    page = invigilator.get(f"{room_url}/live").text
    assert "đổi máy" in page
    assert "Vũ Thị Hằng" in page


def test_everything_that_changes_state_is_a_post(app):
    for rule in app.url_map.iter_rules():
        # forms that come back on their own page with what was typed
        own_page = {"sittings.sign_in_by_card", "sittings.reopen", "sittings.check_machine", "sittings.check_receipt"}
        if rule.endpoint.startswith("sittings.") and "POST" in rule.methods and rule.endpoint not in own_page:
            assert "GET" not in rule.methods, rule.rule


def test_a_sitting_row_belongs_to_one_candidate(exam, people):
    assert sitting_of(exam, people.learner).user_id == people.learner.id
    assert exams.find_candidacy(exam.id, people.learner.id).paper_id == sitting_of(exam, people.learner).paper_id


@pytest.mark.parametrize(
    ("address", "is_warned"),
    [("http://localhost", False), ("https://192.168.1.10", False), ("http://192.168.1.10:8000", True)],
)
def test_the_invigilator_is_told_when_the_connection_is_not_protected(people, room_url, address, is_warned):
    client = current_app.test_client()
    with client.session_transaction(base_url=address) as session:
        session["user_id"], session["version"] = people.invigilator.id, people.invigilator.session_version
    page = client.get(room_url, base_url=address)
    assert page.status_code == 200
    assert ("Kết nối chưa được bảo vệ" in page.text) is is_warned
