"""The invigilator's room in a browser, on a laptop and on a phone: it keeps itself fresh and everything is two presses away."""

from datetime import timedelta

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from exambank import clock
from exambank.db import db, unit_of_work
from exambank.exams.models import Exam
from exambank.sittings import service
from exambank.sittings.models import ContactGap, Incident, Machine, Offence, RoomMessage, Sitting
from tests.people import actor_of

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]


def at_work(exam: Exam) -> list[Sitting]:
    """Two at work: one was away and is back, one is silent now."""
    now = clock.now()
    with unit_of_work() as session:
        machine = Machine(name="Máy 07", token_hash="a" * 64, first_seen_at=now)
        session.add(machine)
        session.flush()
        rows = session.query(Sitting).filter_by(exam_id=exam.id).order_by(Sitting.id).all()
        for row in rows:
            row.state, row.entered_at, row.deadline_at = "open", now, now + timedelta(minutes=40)
            row.last_contact_at, row.machine_id = now + timedelta(minutes=30), machine.id
        rows[1].last_contact_at = now - timedelta(seconds=90)
        session.add(
            ContactGap(
                sitting_id=rows[0].id, began_at=now - timedelta(seconds=300), ended_at=now - timedelta(seconds=60)
            )
        )
    return rows


def test_a_laptop_shows_the_room_and_acts_are_two_presses_away(site, room):
    exam = db.session.query(Exam).one()
    first, second = at_work(exam)
    public_id = exam.rooms[0].public_id
    page = site.page("hang", viewport={"width": 1366, "height": 768})
    page.goto(f"/room/{public_id}")
    expect(page.locator("#needs")).to_contain_text(second.user.full_name)
    expect(page.locator("#needs h2")).to_contain_text("2")
    assert violations(page) == []

    # it keeps itself fresh, and whoever works with the keyboard keeps the place
    page.locator(f"#s-{first.public_id} a").focus()
    service.raise_objection(
        actor=actor_of(first.user), now=clock.now(), sitting=first, question=3, text="<b>Sai</b> đáp án"
    )
    service.forget_summary(exam.rooms[0].id)
    expect(page.locator("#needs")).to_contain_text(first.user.full_name)
    assert page.evaluate("document.activeElement.closest('li').id") == f"s-{first.public_id}"

    page.get_by_role("link", name="Đọc và trả lời").click()
    expect(page.locator(".eb-quote")).to_have_text("<b>Sai</b> đáp án")
    assert violations(page) == []
    page.get_by_label("Trả lời").fill("Làm theo đề.")
    page.get_by_role("button", name="Trả lời thí sinh này").click()
    expect(page.locator("main")).to_contain_text("đã trả lời")

    page.goto(f"/room/{public_id}/messages")
    assert violations(page) == []
    page.get_by_role("button", name="Còn").click()  # one press: the time left
    expect(page.locator("main")).to_contain_text("0 trên 2 đã đọc")

    page.goto(f"/room/{public_id}/lost-time")
    assert violations(page) == []
    page.get_by_role("button", name="Bù 4 phút 0 giây").click()
    expect(page.locator("main")).to_contain_text("đã bù 4 phút 0 giây")
    db.session.rollback()
    db.session.expire_all()
    assert db.session.get(Sitting, first.id).incident_seconds == 240
    assert db.session.query(RoomMessage).count() == 2


def test_at_the_door_a_press_confirms_the_identity_and_another_takes_it_back(site, room):
    exam = db.session.query(Exam).one()
    line = exam.rooms[0].public_id
    page = site.page("hang", **PHONE)
    page.goto(f"/room/{line}/check-in")
    page.evaluate("window.isSamePage = true")
    confirmed, first = page.locator("#door-counts b").first, page.locator(".eb-door-line").first
    expect(confirmed).to_have_text("0")
    first.get_by_role("button", name="Đúng thí sinh").click()
    expect(confirmed).to_have_text("1")
    first.get_by_role("button", name="Hoàn tác").click()
    expect(confirmed).to_have_text("0")
    expect(first.get_by_role("button", name="Đúng thí sinh")).to_be_visible()
    assert page.evaluate("window.isSamePage")  # only the line and the counts were changed


def test_a_phone_records_an_offence_and_an_incident_without_scrolling_sideways(site, room):
    exam = db.session.query(Exam).one()
    first, _second = at_work(exam)
    public_id = exam.rooms[0].public_id
    page = site.page("hang", **PHONE)
    for path in ("", "/messages", "/objections", "/incidents", "/offences", "/lost-time", "/close", "/signatures"):
        page.goto(f"/room/{public_id}{path}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    page.goto(f"/room/{public_id}/offences?whom={first.public_id}")
    assert violations(page) == []
    page.get_by_label("Khiển trách").check()  # candidate and time are there already
    page.get_by_label("Việc đã xảy ra").fill("Nhìn bài của bạn")
    page.get_by_role("button", name="Ghi vào biên bản").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Khiển trách")
    assert violations(page) == []
    page.goto(f"/room/{public_id}/incidents")
    page.get_by_label("Mất điện").check()
    page.get_by_role("button", name="Ghi vào biên bản").click()
    expect(page.locator("main")).to_contain_text("chưa kết thúc")
    db.session.rollback()
    assert db.session.query(Offence).one().sitting_id == first.id
    assert db.session.query(Incident).one().kind == "power"


def test_without_script_the_room_is_found_filtered_and_told(site, room):
    exam = db.session.query(Exam).one()
    first, second = at_work(exam)
    page = site.page("hang", java_script_enabled=False)
    page.goto(f"/room/{exam.rooms[0].public_id}")
    page.locator(".eb-counts").get_by_role("link", name="Mất kết nối").click()
    expect(page.locator("#seats > li")).to_have_count(1)
    expect(page.locator("#seats")).to_contain_text(second.candidacy.number)
    page.get_by_role("link", name="hiện tất cả").click()
    page.get_by_role("searchbox").fill(first.user.full_name)
    page.get_by_role("button", name="Xem").click()
    expect(page.locator("#seats > li")).to_have_count(1)
    page.get_by_role("link", name="Thông báo").first.click()
    page.get_by_role("button", name="giữ trật tự").click()
    expect(page.locator("main")).to_contain_text("0 trên 2 đã đọc")
