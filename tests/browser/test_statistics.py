"""The quality office reads the report of the demonstration's exam: the planted mistake is found and settled."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PLANTED = "Biện pháp nào bảo vệ tài khoản công vụ tốt nhất khi mật khẩu đã bị lộ?"  # keyed to a distractor, on purpose


@pytest.fixture
def report(demonstration):
    """The report of the exam that is over, on the quality office's screen."""
    page = demonstration.page("KT01")
    demonstration.complaints.clear()
    page.set_viewport_size({"width": 1366, "height": 900})
    page.goto("/analysis/")
    page.get_by_role("link", name=re.compile("Thi kết thúc học phần Kỹ năng số")).click()
    yield page
    assert demonstration.complaints == []


def test_the_planted_mistake_is_found_and_waits_for_review_with_its_evidence(report):
    suspects = report.locator("section", has=report.get_by_role("heading", name="Cần xem xét lại trước khi dùng tiếp"))
    expect(suspects).to_contain_text("nghiêng về phương án B hơn đáp án")
    suspects.get_by_role("link", name=re.compile(r"KNS-\d+")).first.click()
    expect(report.locator("main")).to_contain_text(PLANTED)
    report.get_by_role("link", name="đang xem xét lại").click()
    expect(report.get_by_role("heading", level=1)).to_contain_text("có còn đạt")
    expect(report.locator("main")).to_contain_text("Tương quan của phương án trừ tương quan của đáp án")
    expect(report.locator("main")).to_contain_text("58 lượt trả lời")


def test_an_item_that_somebody_doubts_is_sent_to_review_and_kept_with_a_reason(report):
    report.locator("#items tbody tr").nth(4).get_by_role("link").first.click()
    code = re.search(r"KNS-\d+", report.get_by_role("heading", level=1).inner_text()).group()
    report.get_by_role("link", name="Mở trong ngân hàng").click()
    report.get_by_role("link", name=re.compile("Đề nghị xem xét lại")).click()
    report.get_by_label("Cần xem xét điều gì?").fill("Phương án C cũng đúng theo quy định mới.")
    report.locator("main form").get_by_role("button").click()
    expect(report.locator("main")).to_contain_text("Phương án C cũng đúng theo quy định mới.")
    report.goto("/bank/concerns")
    expect(report.locator("main")).to_contain_text(code)
    report.locator("li", has_text=code).get_by_role("link").click()
    report.get_by_label("Lý do").fill("Quy định mới chưa có hiệu lực.")
    report.get_by_role("button", name="Tiếp tục dùng câu hỏi").click()
    report.goto("/bank/concerns?state=settled")
    expect(report.locator("li", has_text=code)).to_contain_text("Quy định mới chưa có hiệu lực.")


def test_every_chart_of_the_report_has_its_table(report):
    charts, tables = report.locator("svg.eb-chart"), report.get_by_text("Số liệu của biểu đồ dạng bảng")
    assert charts.count() == tables.count() >= 3
    for at in range(tables.count()):
        tables.nth(at).click()
    assert report.locator("details[open] table").count() == charts.count()


# --- the map of items, explored ---


@pytest.fixture
def explored(report):
    """The map of the report's items, opened to be explored."""
    report.locator("[data-explore-open]").click()
    yield report.locator("[data-explore]")
    report.set_viewport_size({"width": 1366, "height": 900})


def squares(explored):
    return explored.locator(".eb-explore-sound path, .eb-explore-poor path")


def test_who_points_at_the_planted_item_reads_its_figures_and_a_click_opens_its_page(report, explored):
    assert squares(explored).count() == 30
    told = explored.locator("[data-explore-told]")
    expect(told).not_to_contain_text("KNS-")
    explored.locator(".eb-explore-poor path").hover()
    expect(told).to_contain_text(PLANTED)
    expect(told).to_contain_text(
        re.compile(r"0,14 từ 0,07 đến 0,25.*−0,35 từ −0,55 đến −0,10.*58.*nghi sai đáp án", re.S)
    )
    code = told.get_by_role("link").first.inner_text()
    expect(explored.locator(".eb-explore-tip")).to_have_text(code)
    expect(explored.locator(".eb-explore-interval")).to_have_count(2)
    assert explored.evaluate("host => host.querySelector('.eb-explore-still').checkVisibility()") is False
    explored.locator(".eb-explore-poor path").click(force=True)
    expect(report.get_by_role("heading", level=1)).to_contain_text(code)
    expect(report.locator("main")).to_contain_text(PLANTED)


def test_filters_narrow_the_map_and_its_table_and_the_crowd_is_enlarged(explored):
    rows = explored.locator("[data-explore-table] tbody tr:not([hidden])")
    explored.get_by_label("Dấu hiệu cần lưu ý").select_option("*")
    expect(squares(explored)).to_have_count(3)
    assert rows.count() == 3
    explored.get_by_label("Loại câu hỏi").select_option("Đúng hoặc sai")
    expect(squares(explored)).to_have_count(1)
    explored.get_by_label("Dấu hiệu cần lưu ý").select_option("")
    kind = squares(explored).count()
    assert 1 < kind == rows.count() < 30
    explored.get_by_label("Loại câu hỏi").select_option("")
    explored.locator("[data-explore-zoom]").click()
    assert kind < squares(explored).count() < 30
    expect(explored.locator(".eb-explore-poor path")).to_have_count(0)
    explored.locator("[data-explore-zoom]").click()
    expect(squares(explored)).to_have_count(30)
    explored.locator("[data-explore-open]").click()
    assert rows.count() == 30
    expect(explored.locator("svg.eb-chart")).to_be_visible()
    expect(explored.locator("[data-explore-figure]")).to_be_hidden()


def test_the_keyboard_goes_through_the_items_one_by_one(report, explored):
    explored.locator("[data-explore-item]").focus()
    codes = []
    for _step in range(3):
        report.keyboard.press("ArrowDown")
        codes.append(explored.locator(".eb-explore-name a").inner_text())
        expect(explored.locator(".eb-explore-tip")).to_have_text(codes[-1])
    assert codes == sorted(set(codes))


@pytest.mark.parametrize("width", [1366, 390])
def test_the_explored_map_is_fit_for_everybody_on_a_desk_and_on_a_phone(report, explored, width):
    report.set_viewport_size({"width": width, "height": 900})
    explored.locator("[data-explore-item]").select_option(index=5)
    expect(explored.locator(".eb-explore-name")).to_be_visible()
    assert report.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    figure = explored.locator("[data-explore-figure]").bounding_box()
    assert figure["x"] >= 0
    assert figure["x"] + figure["width"] <= width
    found = Axe().run(report).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == []


def test_a_finger_shows_an_item_and_follows_the_link_beside_the_map(report, demonstration):
    context = demonstration.browser.new_context(
        storage_state=report.context.storage_state(), viewport={"width": 390, "height": 844}, has_touch=True
    )
    page = context.new_page()
    page.goto(report.url)
    page.locator("[data-explore-open]").tap()
    page.locator(".eb-explore-poor path").tap()
    told = page.locator("[data-explore-told]")
    expect(told).to_contain_text(PLANTED)
    assert page.url == report.url
    told.get_by_role("link").first.tap()
    expect(page.locator("main")).to_contain_text(PLANTED)
    context.close()


def test_without_script_the_map_and_its_table_are_there(report, demonstration):
    context = demonstration.browser.new_context(storage_state=report.context.storage_state(), java_script_enabled=False)
    page = context.new_page()
    page.goto(report.url)
    whole = page.locator("[data-explore]")
    expect(whole.locator("svg.eb-chart")).to_be_visible()
    expect(whole.get_by_role("button")).to_have_count(0)
    expect(whole.get_by_role("combobox")).to_have_count(0)
    whole.get_by_text("Số liệu của biểu đồ dạng bảng").click()
    expect(whole.locator("tbody tr:visible")).to_have_count(30)
    context.close()


def test_where_drawing_fails_the_map_that_came_with_the_page_is_there_again(report, demonstration):
    report.locator("[data-explore]").evaluate("host => host.removeAttribute('data-limits')")
    report.locator("[data-explore-open]").click()
    expect(report.locator("[data-explore] svg.eb-chart")).to_be_visible()
    expect(report.locator("[data-explore-open]")).to_be_hidden()
    assert len(demonstration.complaints) == 1
    demonstration.complaints.clear()
