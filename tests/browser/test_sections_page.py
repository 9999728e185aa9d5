"""The candidate's page where not all is open: parts, forward only, the door, messages, reports, a locked seat."""

import json

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from exambank import clock
from exambank.assembly.models import ExamPaper
from exambank.db import db
from exambank.exams.models import Exam
from exambank.sittings import service, sweeper
from exambank.sittings.models import MessageSeen, Objection
from exambank.sittings.service import door
from tests.browser.candidate import (
    banner,
    cell,
    choose,
    enter,
    expect_receipt,
    expect_saved,
    go,
    hand_in,
    look_now,
    ready,
    until,
)
from tests.browser.school import pass_time

pytestmark = pytest.mark.browser

PARTS = (14, 28, 40)  # the last question of each
# what tells one sealed copy of the page from another
PAGE_COPY = """() => new Promise((resolve) => {
  indexedDB.open("exambank-room").onsuccess = ({ target: { result: database } }) => {
    database.transaction("pages").objectStore("pages").getAll().onsuccess = ({ target: { result: rows } }) => {
      database.close();
      resolve(rows.map((row) => [...(row.body?.iv || [])].join()).join());
    };
  };
})"""


def conduct(room, **values) -> None:
    """Run the exam so; ``section_minutes`` divide the paper into three parts."""
    exam = db.session.query(Exam).one()
    exam.conduct = values
    if "start_mode" in values:
        exam.start_mode = values.pop("start_mode")
    for paper in db.session.query(ExamPaper):
        paper.layout = [
            {**entry, "part": sum(number > last for last in PARTS) + 1} for number, entry in enumerate(paper.layout, 1)
        ]
    db.session.commit()


def stem(room, number: int) -> str:
    return room.questions[number - 1].view["stem"]


def sheet(page, name: str):
    return page.locator(f"[data-sheet-open-now={name}]")


def test_a_part_is_left_for_good_after_a_clear_warning_and_the_next_survives_a_reload_without_network(site, room):
    conduct(room, section_minutes=[20, 20, 20])
    context = site.context()
    page = context.new_page()
    bodies = []
    page.on("response", lambda answer: answer.status == 200 and "/sit/" in answer.url and bodies.append(answer.text()))
    enter(page, room)
    expect(page.locator("[data-cell]")).to_have_count(14)
    expect(page.locator("[data-part]")).to_contain_text("Phần 1 trên 3")
    expect(page.locator("[data-clock=section]")).to_contain_text("19:5")
    assert not any(stem(room, 15) in body for body in bodies)
    choose(page, 14, 1)
    expect_saved(page, 14)

    page.locator(".eb-bar [data-go=next]").click()
    expect(sheet(page, "next").locator("h1")).to_be_focused()
    expect(sheet(page, "next")).to_contain_text("13 câu")
    page.keyboard.press("Escape")
    expect(page.locator("#q-14")).to_be_visible()

    page.locator(".eb-bar [data-go=next]").click()
    site.cut(context)
    page.locator("[data-next-go]").click()
    expect(sheet(page, "next").locator("[data-problem]")).to_contain_text("mạng")
    assert room.sitting.section == 1
    site.mend(context)
    expect(banner(page, "offline")).to_have_count(0)
    copy = page.evaluate(PAGE_COPY)
    page.locator("[data-next-go]").click()
    expect(page.locator("#q-15")).to_be_focused()
    expect(page.locator("#q-14")).to_have_count(0)
    expect(page.locator("[data-part]")).to_contain_text("Phần 2 trên 3")
    assert [cell.get_attribute("data-cell") for cell in page.locator("[data-cell]").all()] == [
        str(number) for number in range(15, 29)
    ]
    choose(page, 15, 2)
    expect_saved(page, 15)

    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(page, lambda: page.evaluate(PAGE_COPY) != copy)
    site.cut(context)
    page.reload()
    ready(page)
    expect(page.locator("#q-15 input").nth(2)).to_be_checked()
    choose(page, 16)
    site.mend(context)
    expect_saved(page, 15, 16)
    page.goto(f"/sit/{room.public_id}/q/3")
    assert page.url.endswith("/q/15")  # no address leads back
    assert sorted(room.stored()) == [14, 15, 16]


def test_a_part_whose_time_is_over_gives_way_to_the_next_by_itself(site, room):
    conduct(room, section_minutes=[20, 20, 20])
    page = enter(site.page(), room)
    region = page.locator("#announcements")
    choose(page, 1, 1)
    pass_time(minutes=15, seconds=5)
    look_now(page)
    expect(region).to_contain_text("5 phút")
    pass_time(minutes=4, seconds=58)
    look_now(page)
    expect(page.locator("#q-15")).to_be_visible()
    expect(region).to_contain_text("15")
    choose(page, 15, 1)
    expect_saved(page, 15)

    # a machine that was away while the sweeper moved on finds what is open
    pass_time(minutes=21)
    db.session.rollback()
    sweeper.sweep()
    db.session.rollback()
    look_now(page)
    expect(page.locator("#q-29")).to_be_visible()
    assert room.sitting.section == 3
    hand_in(page)
    expect_receipt(page)
    assert sorted(room.stored()) == [1, 15]


def test_time_given_while_a_part_ended_without_network_is_not_thrown_away(site, room):
    conduct(room, section_minutes=[20, 20, 20])
    context = site.context()
    page = context.new_page()
    page.clock.install()
    enter(page, room)
    choose(page, 1, 1)
    expect_saved(page, 1)
    site.cut(context)
    page.clock.fast_forward("20:01")
    expect(banner(page, "part")).to_be_visible()
    expect(page.locator("#q-1 input").first).to_be_disabled()
    service.extend(
        actor=room.invigilator(), now=clock.now(), sitting=room.sitting, seconds=300, reason="mất điện"
    )  # fmt: skip
    pass_time(minutes=20, seconds=5)
    site.mend(context)
    until(page, lambda: page.clock.run_for(1_000) or page.locator("#q-1 input").first.is_enabled())
    page.clock.run_for(8_000)
    expect(banner(page, "part")).to_have_count(0)
    choose(page, 2, 1)
    until(page, lambda: page.clock.run_for(1_000) or sorted(room.stored()) == [1, 2])
    assert room.sitting.section == 1


def test_one_question_after_the_other_and_never_back(site, room):
    conduct(room, navigation="forward")
    page = enter(site.page(), room)
    expect(page.locator("section[data-question]")).to_have_count(1)
    expect(page.locator(".eb-bar [data-go=prev]")).to_be_disabled()
    page.locator("#q-1 .eb-option").nth(1).click()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#q-2")).to_be_focused()
    page.keyboard.press("n")  # nothing given: it is asked first
    expect(sheet(page, "next").locator("h1")).to_be_focused()
    page.locator("[data-next-go]").click()
    expect(page.locator("#q-3")).to_be_focused()
    assert room.sitting.open_from == 3
    assert json.loads(room.stored()[1]) == {"choice": room.token(1, 1)}
    page.reload()
    ready(page)
    expect(page.locator("#q-3")).to_be_visible()
    expect(page.locator("[data-part]")).to_contain_text("3")


def test_without_script_parts_messages_and_reports_work_as_well(site, room):
    conduct(room, section_minutes=[20, 20, 20])
    page = site.page(java_script_enabled=False)
    page.goto(f"/sit/{room.public_id}")
    page.locator("#code").fill(room.exam_code)
    page.locator("main form button").click()
    page.goto(f"/sit/{room.public_id}/q/30")
    assert page.url.endswith("/q/1")
    page.goto(f"/sit/{room.public_id}/q/14")
    expect(page.locator(".eb-cells button")).to_have_count(14)
    sitting = room.sitting
    service.send_message(
        actor=room.invigilator(), now=clock.now(), exam=sitting.exam, sitting=sitting, text="Câu 14 đã sửa."
    )
    page.locator(".eb-option input").nth(1).check(force=True)
    page.locator(".eb-bar button[value=next]").click()
    expect(page.locator("h1")).to_contain_text("phần sau")
    page.locator("main form button").click()
    page.wait_for_url("**/q/15")
    expect(page.locator(".eb-notices")).to_contain_text("Câu 14 đã sửa.")
    page.locator(".eb-notices button").click()
    expect(page.locator(".eb-notices")).to_have_count(0)
    page.locator(".eb-objection summary").click()
    page.locator(".eb-objection textarea").fill("Thiếu hình")
    page.locator(".eb-objection form button").click()
    page.wait_for_url("**/q/15")
    db.session.rollback()
    assert [one.text for one in db.session.scalars(select(Objection))] == ["Thiếu hình"]
    assert room.sitting.section == 2
    assert list(room.stored()) == [14]


def test_messages_come_without_taking_the_focus_and_stay_in_a_list(site, room):
    page = enter(site.page(), room)
    page.locator("#q-1 input").first.focus()
    sitting = room.sitting
    for text in ("Câu 5 thiếu dấu phẩy.", "<b>Còn 30 phút</b>"):
        service.send_message(actor=room.invigilator(), now=clock.now(), exam=sitting.exam, sitting=sitting, text=text)
        look_now(page)
        expect(banner(page, "message")).to_contain_text(text)
        expect(page.locator("#announcements")).to_contain_text(text)
    expect(page.locator("#q-1 input").first).to_be_focused()
    expect(page.locator("[data-unread]")).to_have_text("2")
    until(page, lambda: db.session.rollback() or len(db.session.scalars(select(MessageSeen)).all()) == 2)
    page.locator("[data-read]").click()
    expect(banner(page, "message")).to_have_count(0)
    expect(page.locator("[data-unread]")).to_be_hidden()
    page.locator("[data-sheet-open=notices]").click()
    expect(sheet(page, "notices").locator("[data-messages] li")).to_have_count(2)
    page.reload()
    ready(page)
    expect(banner(page, "message")).to_have_count(0)  # read is read


def test_a_report_waits_for_the_network_and_its_answer_is_shown(site, room):
    context = site.context()
    page = enter(context.new_page(), room)
    go(page, 3)
    site.cut(context)
    page.locator(".eb-bar [data-sheet-open=objection]").click()
    page.locator("#objection").fill("B và D giống nhau")
    page.locator("[data-objection] button").click()
    expect(sheet(page, "notices")).to_contain_text("B và D giống nhau")
    expect(sheet(page, "notices")).to_contain_text("khi có mạng")
    site.mend(context)
    look_now(page)
    until(page, lambda: db.session.rollback() or db.session.scalars(select(Objection)).all())
    report = db.session.scalars(select(Objection)).one()
    assert (report.question, report.text) == (3, "B và D giống nhau")
    service.answer_objection(actor=room.invigilator(), now=clock.now(), objection=report, reply="Cứ làm theo đề.")
    look_now(page)
    expect(banner(page, "message")).to_contain_text("Cứ làm theo đề.")
    page.keyboard.press("Escape")
    page.locator("[data-sheet-open=notices]").click()
    expect(sheet(page, "notices").locator("[data-objections]")).to_contain_text("Cứ làm theo đề.")
    page.keyboard.press("Escape")
    expect(page.locator("#q-3")).to_be_visible()


def test_a_locked_seat_covers_the_questions_and_goes_on_after_the_unlock_with_every_answer(site, room):
    page = enter(site.page(), room)
    choose(page, 1, 1)
    expect_saved(page, 1)
    service.lock(actor=room.invigilator(), now=clock.now(), sitting=room.sitting, reason="seb")
    page.locator("#q-1 .eb-option").nth(2).click()
    expect(sheet(page, "locked").locator("h1")).to_be_focused()
    expect(page.locator("#q-1")).not_to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(sheet(page, "locked")).to_be_visible()
    assert json.loads(room.stored()[1]) == {"choice": room.token(1, 1)}
    service.unlock(actor=room.invigilator(), now=clock.now(), sitting=room.sitting, reason="đã kiểm tra")
    look_now(page)
    expect(page.locator("#q-1")).to_be_visible()
    expect_saved(page, 1)
    until(page, lambda: json.loads(room.stored()[1]) == {"choice": room.token(1, 2)})


def test_the_cover_waits_counts_down_and_opens_without_a_reload_and_without_hammering(site, room):
    conduct(room, needs_code=False, needs_identity=True)
    pass_time(seconds=-4)
    page = site.page()
    asked = []
    page.on("request", lambda request: request.url.endswith(("/door", "/enter")) and asked.append(request.url))
    page.goto(f"/sit/{room.public_id}")
    expect(page.locator("[data-countdown]")).to_contain_text("00:0")
    expect(page.locator("#code")).to_have_count(0)
    page.locator("main form button").click()
    expect(page.locator("[data-door-problem]")).not_to_be_empty()
    assert asked == []  # pressed too early: no request
    expect(page.locator("[data-door-title]")).to_contain_text("giấy tờ")
    expect(page.locator("[data-countdown]")).to_be_hidden()
    door.confirm_identity(actor=room.invigilator(), now=clock.now(), sitting=room.sitting)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-door-title]")).to_contain_text("đã mở")
    assert 1 <= len(asked) <= 4
    page.locator("main form button").click()
    ready(page)
    assert room.sitting.state == "open"


def test_another_network_is_told_before_anything_of_the_exam(site, room):
    conduct(room, networks=["203.0.113.0/24"])
    page = site.page()
    answer = page.goto(f"/sit/{room.public_id}")
    assert answer.status == 403
    expect(page.locator("h1")).to_contain_text("mạng")
    expect(page.get_by_text("127.0.0.1")).to_be_visible()
    expect(cell(page, 1)).to_have_count(0)


def test_the_cover_tells_the_rules_of_this_exam_and_why_one_cannot_enter(site, room):
    page = site.page()
    conduct(room, section_minutes=[20, 20, 20], navigation="forward", lockdown="watch")
    pass_time(hours=2)
    page.goto(f"/sit/{room.public_id}")
    expect(page.locator("main")).to_contain_text("phần 2: 20 phút")
    expect(page.locator("main")).to_contain_text("Không mở lại được câu đã qua")
    expect(page.locator("form.eb-form")).to_have_count(0)  # too late: nothing to press
    page.goto("/sit/")
    expect(page.get_by_role("link", name="Mở bài thi thử")).to_be_visible()
