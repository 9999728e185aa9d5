"""The page of the editor: what is pasted, what stands beside the form, what is kept, and that everybody can use it."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from exambank.bank import service
from exambank.bank.models import EditBuffer, Item
from exambank.courses.models import CourseModule
from exambank.db import db
from tests.browser import word
from tests.browser.test_pages import RUNS_OUT
from tests.browser.writing import Writing, newest

pytestmark = pytest.mark.browser


@pytest.fixture
def writing(site):
    return Writing(site)


# --- pasting ---


def test_words_structure_comes_along_and_its_junk_does_not(writing):
    writing.paste(word.TEXT)
    assert writing.value() == (
        "<h3>Chương 1. Đảng</h3><p>Đoạn một có chữ <strong>đậm</strong>, <em>nghiêng</em>, <u>gạch chân</u> và "
        "<strong>đậm kiểu khác</strong>.</p><p>H<sub>2</sub>O, m<sup>2</sup></p>"
    )
    expect(writing.page.locator(".eb-field-notice")).to_contain_text("2")


def test_words_lists_and_tables_are_real_ones(writing):
    writing.paste(word.LISTS)
    assert writing.value() == (
        "<p>Các bước:</p><ol><li>Chuẩn bị<ul><li>văn kiện</li><li>hội trường</li></ul></li><li>Tiến hành</li></ol>"
        '<table class="eb-grid"><tbody><tr><td><strong>Cấp</strong></td><td colspan="2">Nhiệm kỳ</td></tr>'
        "<tr><td>Chi bộ</td><td>5</td><td>năm</td></tr></tbody></table>"
    )


def test_pasted_options_go_into_their_fields_when_that_is_wanted(writing):
    writing.paste(word.OPTIONS)
    expect(writing.dialog.locator("li.is-key")).to_have_text("Tập trung dân chủ")
    writing.press("Enter")
    assert writing.value() == "Nguyên tắc tổ chức cơ bản của Đảng là gì?"
    assert writing.values() == ["Tự phê bình", "Tập trung dân chủ", "Kỷ luật <em>nghiêm minh</em>", "Gắn bó với dân"]
    assert writing.page.locator("[name=key]:checked").get_attribute("value") == "options-1"


def test_pasted_options_stay_in_the_text_when_that_is_wanted(writing):
    writing.paste(word.OPTIONS)
    writing.press("Escape")
    expect(writing.dialog).to_have_count(0)
    assert "B. Tập trung dân chủ" in writing.value()
    assert writing.values() == ["", "", "", ""]


def test_options_that_word_numbers_itself_are_found_with_the_key_below_them(writing):
    writing.paste(word.NUMBERED_OPTIONS)
    writing.press("Enter")
    assert writing.value() == "Cơ quan lãnh đạo cao nhất?"
    assert writing.values()[:3] == ["Đại hội", "Ban Chấp hành", "Bộ Chính trị"]
    assert writing.page.locator("[name=key]:checked").get_attribute("value") == "options-0"


def test_plain_text_with_more_options_than_rows_adds_rows(writing):
    lines = ["Câu 3: Chọn ý đúng", "A. một", "B. hai", "*C. ba", "D. bốn", "E. năm", "F. sáu"]
    writing.paste(text="\n".join(lines))
    writing.press("Enter")
    assert writing.value() == "Chọn ý đúng"
    assert writing.values() == ["một", "hai", "ba", "bốn", "năm", "sáu"]
    assert writing.page.locator("[name=key]:checked").get_attribute("value") == "options-2"


def test_what_is_pasted_never_runs(writing):
    writing.paste(
        "<p onclick=alert(1)>a<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>b</a>"
        "<iframe src=/></iframe><svg onload=alert(1)></svg><style>*{}</style></p>"
    )
    assert writing.value() == "ab"


# --- beside the form ---


def test_preview_checks_and_likenesses_follow_the_text(site):
    known = db.session.query(Item).filter_by(kind="single_choice").first()
    version = service.get_newest_version(known)
    writing = Writing(site)
    writing.stem.focus()
    writing.type(version.stem)
    for place, row in enumerate(version.content["options"]):
        writing.option(place).focus()
        writing.type(row["html"])
    live = writing.page.locator("#live")
    expect(live.locator("[data-live=preview]")).to_contain_text(version.stem)
    expect(live.locator("[data-live=kin]")).to_contain_text("%")
    writing.option(1).focus()
    writing.press("Control+a")
    writing.type(version.content["options"][0]["html"])
    link = live.locator("[data-live=checks] [data-go-part^='option:']").first
    link.click()
    assert writing.page.evaluate("document.activeElement.closest('[data-row]') !== null")


# --- kept ---


def test_a_new_item_survives_a_reload(writing):
    writing.stem.focus()
    writing.type("Câu đang viết dở")
    writing.option(0).focus()
    writing.type("Phương án")
    writing.expect_kept()
    writing.page.reload()
    expect(writing.stem).to_have_text("Câu đang viết dở")
    assert writing.values()[0] == "Phương án"
    writing.save()
    assert newest().stem == "Câu đang viết dở"


def test_without_network_the_text_stays_and_is_sent_later(site, writing):
    site.cut(writing.context)
    writing.stem.focus()
    writing.type("Viết khi mất mạng")
    state = writing.page.locator("[data-typing-state]")
    expect(state).to_have_class("is-lost")
    questions = []
    writing.page.on("dialog", lambda dialog: (questions.append(dialog.type), dialog.dismiss()))
    with writing.page.expect_event("dialog"):
        writing.page.evaluate("location.assign('/bank/')")
    assert questions == ["beforeunload"]
    site.mend(writing.context)
    writing.expect_kept()
    assert any("Viết khi mất mạng" in json.dumps(row.form, ensure_ascii=False) for row in db.session.query(EditBuffer))


def test_two_editors_of_one_item_are_told_and_nobody_loses_text(site):
    item = db.session.query(Item).filter_by(kind="single_choice").first()
    mine, theirs = Writing(site, "nguyet", item), Writing(site, "huy", item)
    theirs.stem.focus()
    theirs.press("Control+End")
    theirs.type(" (trưởng khoa)")
    theirs.expect_kept()
    mine.stem.focus()
    mine.press("Control+End")
    mine.type(" (tác giả)")
    expect(mine.page.locator("[data-typing-others]")).to_contain_text("Bùi Quang Huy")
    theirs.save()
    mine.type("!")
    expect(mine.page.locator("#overtaken")).to_contain_text("Bùi Quang Huy")
    mine.page.locator(".eb-submit-row [name=go][value=save]").click()
    expect(mine.page.locator("#content")).to_contain_text("(trưởng khoa)")
    assert "(tác giả)!" in mine.value()
    db.session.rollback()
    assert "(trưởng khoa)" in service.get_newest_version(item).stem


# --- for everybody ---


def findings(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found if one["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("width", [1440, 320])
def test_the_editor_is_fit_for_everybody(site, width):
    writing = Writing(site, viewport={"width": width, "height": 800})
    writing.stem.focus()
    writing.type("Câu hỏi với một từ rất dài " + "a" * 60)
    writing.tool("table").click()
    writing.page.locator(".eb-toolbar-popup button:not(:disabled)").first.click()
    writing.expect_kept()
    faults = findings(writing.page) + writing.page.evaluate(RUNS_OUT)
    writing.tool("symbols").click()
    faults += findings(writing.page) + writing.page.evaluate(RUNS_OUT)
    writing.press("Escape")
    writing.tool("formula").click()
    faults += findings(writing.page) + writing.page.evaluate(RUNS_OUT)
    writing.press("Escape")
    writing.drop_picture()
    faults += findings(writing.page) + writing.page.evaluate(RUNS_OUT)
    assert faults == []


@pytest.mark.parametrize(
    "kind", ["multiple_choice", "true_false_cluster", "short_text", "matching", "ordering", "essay"]
)
def test_enter_adds_a_row_whatever_the_kind(site, kind):
    writing = Writing(site, kind=kind)
    rows = writing.page.locator("[data-rows]").first.locator("> [data-row]")
    if rows.count() == 0:
        writing.page.locator("[data-add]").first.click()
    else:
        rows.first.locator(".eb-rich-text, input.eb-input:not([type])").first.focus()
    before = rows.count()
    for _row in range(before):
        writing.type("chữ")
        writing.press("Enter")
    assert rows.count() == before + 1


def test_questions_of_a_case_change_places_with_all_that_belongs_to_them(site):
    writing = Writing(site, kind="case")
    page = writing.page
    page.locator("[name=go][value=add-questions]").click()
    questions = page.locator("[data-rows=questions] > [data-row]")
    expect(questions).to_have_count(2)
    for place, words in enumerate(("Câu thứ nhất", "Câu thứ hai")):
        questions.nth(place).locator(".eb-rich-text").first.focus()
        writing.type(words)
        questions.nth(place).locator("[data-letter]").nth(place).click()
    questions.nth(1).locator("[data-move=up]").first.click()
    assert [writing.value(f"questions-{place}-stem") for place in (0, 1)] == ["Câu thứ hai", "Câu thứ nhất"]
    chosen = [page.locator(f"[name=questions-{place}-key]:checked").get_attribute("value") for place in (0, 1)]
    assert chosen == ["questions-0-options-1", "questions-1-options-0"]
    questions.nth(0).locator("[data-add]").click()
    assert page.evaluate("document.activeElement.closest('[data-row]').querySelector('textarea').name").startswith(
        "questions-0-options-"
    )


def test_without_script_the_same_form_does_the_same(site):
    page = site.page("nguyet", java_script_enabled=False)
    module = db.session.query(CourseModule).filter_by(code="XDD").one().public_id
    page.goto(f"/bank/modules/{module}/items/new?kind=single_choice")
    page.locator("#stem").fill("Không có script")
    expect(page.locator("#live")).to_be_hidden()
    page.locator(".eb-submit-row [name=go][value=save]").click()
    page.wait_for_url("**/bank/items/*")
    assert newest().stem == "Không có script"
