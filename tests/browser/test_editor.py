"""Writing in the editor of items in a real browser: by keyboard, by toolbar, with formulas and pictures."""

import pytest
from playwright.sync_api import expect

from exambank.accounts.models import User
from exambank.bank import service
from exambank.bank.models import Item
from exambank.db import db
from tests.browser.writing import Writing, newest
from tests.people import actor_of

pytestmark = pytest.mark.browser


@pytest.fixture
def writing(site):
    return Writing(site)


# --- typing ---


def test_an_item_is_written_by_keyboard_alone(writing):
    writing.stem.focus()
    writing.type("Chi bộ họp mấy tháng một lần?")
    writing.option(0).focus()
    for words in ("Một tháng", "Hai tháng", "Ba tháng", "Sáu tháng", "Một năm"):
        writing.type(words)
        writing.press("Enter")
    assert writing.options.count() == 6
    writing.press("Backspace")
    assert writing.options.count() == 5
    writing.press("Alt+ArrowUp")
    assert writing.values() == ["Một tháng", "Hai tháng", "Ba tháng", "Một năm", "Sáu tháng"]
    writing.option(1).focus()
    writing.press("Alt+k")
    writing.option(0).focus()
    writing.press("Control+Enter")
    writing.save()
    version = newest()
    assert version.stem == "Chi bộ họp mấy tháng một lần?"
    assert [row["is_key"] for row in version.content["options"]] == [True, False, False, False, False]
    assert [row["html"] for row in version.content["options"]][3] == "Một năm"
    assert service.list_buffers(actor_of(version.author), version.item.course_module) == []


def test_a_click_on_the_letter_marks_the_key_and_letters_follow_the_rows(writing):
    writing.option(0).focus()
    writing.type("Một")
    writing.options.nth(2).locator("[data-letter]").click()
    assert writing.page.locator("[name=key]:checked").get_attribute("value") == "options-2"
    writing.options.nth(2).locator("[data-move=up]").click()
    assert writing.page.locator("[name=key]:checked").get_attribute("value") == "options-1"
    assert writing.page.locator("[data-rows=options] [data-letter]").all_inner_texts() == ["A", "B", "C", "D"]
    writing.options.nth(3).locator("[data-remove]").click()
    writing.page.locator("[data-add=options]").click()
    writing.type("Mới")
    assert writing.values() == ["Một", "", "", "Mới"]
    assert writing.options.nth(3).get_attribute("aria-label").endswith(" D")


def test_vietnamese_that_an_input_method_composes_arrives_as_it_was_composed(writing):
    client = writing.context.new_cdp_session(writing.page)
    writing.stem.focus()
    writing.type("Đảng ")
    for shown in ("v", "vi", "vie", "viê", "viêt", "việt"):
        client.send(
            "Input.imeSetComposition", {"text": shown, "selectionStart": len(shown), "selectionEnd": len(shown)}
        )
    client.send("Input.insertText", {"text": "viện"})
    # Unikey: takes back letters and types the marked ones
    writing.type(" truong")
    writing.press("Backspace", "Backspace", "Backspace", "Backspace")
    writing.page.keyboard.insert_text("ường")
    writing.page.keyboard.insert_text(" ho\u0323c")  # a keyboard that gives combining marks
    assert writing.value() == "Đảng viện trường học"


def test_signs_of_other_editors_do_nothing_while_typing(writing):
    writing.stem.focus()
    writing.type("**đậm** 1. một # hai (c) -- a < b & c")
    assert writing.value() == "**đậm** 1. một # hai (c) -- a < b & c"
    writing.option(0).focus()
    writing.type("<b>x</b>")
    assert writing.value("options-0-text") == "<p>&lt;b&gt;x&lt;/b&gt;</p>"


def test_what_stands_comes_back_unchanged_when_nothing_is_typed(site):
    html = (
        '<p>Một <strong>hai</strong> H<sub>2</sub>O <span data-tex="x^2"></span></p><ul><li>ba</li></ul>'
        '<table class="eb-grid"><tbody><tr><th>A</th><td>B</td></tr></tbody></table>'
    )
    item = db.session.query(Item).filter_by(kind="single_choice").first()
    writer = db.session.get(User, item.author_id)
    version = service.get_newest_version(item)
    service.revise_item(
        actor=actor_of(writer), now=version.created_at, item=item, base=version.public_id, revision=version.revision,
        stem=html, content=version.content,
    )  # fmt: skip
    writing = Writing(site, writer.username, item)
    assert writing.value() == html
    writing.stem.click()
    writing.press("Control+End")
    writing.page.keyboard.insert_text("!")
    writing.press("Backspace")
    assert writing.value() == html


# --- the toolbar ---


def test_the_toolbar_is_one_stop_and_works_by_keyboard(writing):
    writing.stem.focus()
    writing.type("chữ ")
    writing.press("Alt+F10")
    expect(writing.tool("bold")).to_be_focused()
    writing.press("Enter")
    expect(writing.tool("bold")).to_have_attribute("aria-pressed", "true")
    writing.type("đậm")
    writing.press("Alt+F10", "ArrowRight", "ArrowRight")
    expect(writing.tool("underline")).to_be_focused()
    writing.press("Escape")
    expect(writing.stem).to_be_focused()
    writing.press("Alt+F10", "End")
    expect(writing.tool("redo")).to_be_focused()
    assert writing.page.locator(".eb-tool[tabindex='0']").count() == 1
    assert writing.value() == "chữ <strong>đậm</strong>"


@pytest.mark.parametrize(
    ("tool", "html"),
    [
        ("italic", "<em>chữ</em>"),
        ("underline", "<u>chữ</u>"),
        ("subscript", "<sub>chữ</sub>"),
        ("superscript", "<sup>chữ</sup>"),
        ("heading3", "<h3>chữ</h3>"),
        ("heading4", "<h4>chữ</h4>"),
        ("bullets", "<ul><li>chữ</li></ul>"),
        ("numbers", "<ol><li>chữ</li></ol>"),
    ],
)
def test_a_tool_formats_what_is_chosen_and_undo_takes_it_back(writing, tool, html):
    writing.stem.focus()
    writing.type("chữ")
    writing.press("Control+a")
    writing.tool(tool).click()
    assert writing.value() == html
    writing.tool("undo").click()
    assert writing.value() == "chữ"
    writing.tool("redo").click()
    assert writing.value() == html


def test_a_table_is_made_and_changed_without_a_style(writing):
    writing.stem.focus()
    writing.tool("table").click()
    writing.press("Enter")
    writing.type("Cấp")
    menu = writing.page.locator(".eb-toolbar-popup")
    for entry in (6, 3, 8 - 1):  # column away, row away, header row off
        writing.tool("table").click()
        menu.locator("button").nth(entry).click()
    value = writing.value()
    assert value.startswith('<table class="eb-grid"><tbody>')
    assert value.count("<tr>") == 2
    assert "style" not in value
    assert "style" not in writing.stem.evaluate("node => node.innerHTML")


def test_a_sign_from_the_palette_lands_at_the_caret(writing):
    writing.stem.focus()
    writing.type("x ")
    writing.tool("symbols").click()
    writing.page.locator(".eb-toolbar-popup button", has_text="≤").click()
    writing.type(" y")
    assert writing.value() == "x ≤ y"


def test_a_gap_is_offered_where_the_text_may_have_gaps_only(site):
    writing = Writing(site, kind="fill_in")
    writing.stem.focus()
    writing.type("Thủ đô là ")
    writing.tool("gap").click()
    writing.type("Hà Nội")
    assert writing.value() == "Thủ đô là [[Hà Nội]]"
    other = Writing(site, context=writing.context)
    expect(other.tool("gap")).to_be_hidden()


# --- formulas and pictures ---


def test_a_formula_is_drawn_while_it_is_typed_and_changed_by_enter(writing):
    writing.stem.focus()
    writing.type("Tính ")
    writing.tool("formula").click()
    writing.type("\\frac{1")
    expect(writing.dialog.locator(".eb-tex-problem")).not_to_be_empty()
    writing.press("Enter")
    expect(writing.dialog).to_be_visible()
    writing.type("}{2}")
    expect(writing.dialog.locator(".eb-tex-shown .katex")).to_be_visible()
    writing.press("Enter")
    expect(writing.dialog).to_have_count(0)
    assert writing.value() == 'Tính <span data-tex="\\frac{1}{2}"></span>'
    expect(writing.stem.locator(".eb-atom .katex")).to_be_visible()
    writing.stem.locator(".eb-atom").dblclick()
    writing.press("Control+a")
    writing.type("x^2")
    writing.dialog.locator("button.is-primary").click()
    assert writing.value() == 'Tính <span data-tex="x^2"></span>'
    expect(writing.page.locator("[data-live=preview] .katex")).to_be_visible()


def test_common_parts_help_with_a_formula(writing):
    writing.stem.focus()
    writing.tool("formula").click()
    writing.dialog.locator(".eb-tex-common button").first.click()
    writing.type("a")
    assert writing.dialog.locator("[name=tex]").input_value() == "\\frac{a}{}"
    writing.press("Escape")
    assert writing.value() == ""


def test_a_dropped_picture_is_sent_with_its_description(writing):
    writing.stem.focus()
    writing.drop_picture()
    writing.dialog.locator("button.is-primary").click()
    expect(writing.dialog.locator(".eb-error")).not_to_be_empty()
    writing.dialog.locator("[name=alt]").fill("Sơ đồ tổ chức")
    writing.dialog.locator("button.is-primary").click()
    expect(writing.dialog).to_have_count(0)
    expect(writing.stem.locator("img[src]")).to_have_js_property("naturalWidth", 40)
    assert 'alt="Sơ đồ tổ chức"' in writing.value()
    assert "src" not in writing.value()
    expect(writing.page.locator("[data-live=preview] img")).to_have_js_property("naturalWidth", 40)


def test_a_picture_that_cannot_be_sent_stays_in_its_question(writing):
    writing.stem.focus()
    writing.drop_picture()
    writing.dialog.locator("[name=alt]").fill("Sơ đồ")
    writing.context.set_offline(True)
    writing.dialog.locator("button.is-primary").click()
    expect(writing.dialog.locator(".eb-error")).not_to_be_empty()
    writing.context.set_offline(False)
    writing.dialog.locator("button.is-primary").click()
    expect(writing.stem.locator("img[src]")).to_be_visible()
