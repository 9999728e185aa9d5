"""The quality office reads the report of the demonstration's exam: the planted mistake is found and settled."""

import re

import pytest
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
    suspects = report.locator("section", has=report.get_by_role("heading", name="Cần rà soát trước khi dùng lại"))
    expect(suspects).to_contain_text("nghiêng về phương án B hơn là đáp án")
    suspects.get_by_role("link", name=re.compile(r"KNS-\d+")).first.click()
    expect(report.locator("main")).to_contain_text(PLANTED)
    report.get_by_role("link", name="đang xem xét lại").click()
    expect(report.get_by_role("heading", level=1)).to_contain_text("có còn đạt")
    expect(report.locator("main")).to_contain_text("Tương quan của phương án trừ tương quan của đáp án")
    expect(report.locator("main")).to_contain_text("n = 58")


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
