"""Every kind of question in a real browser: answered by the keyboard alone, found again, fit for everybody."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.candidate import banner, cell, enter, expect_local, expect_saved, ready, until
from tests.browser.conftest import fill_school
from tests.browser.test_manners import findings, fits
from tests.sittings.kinds import GAP_LIST, GAP_TEXT, PARTS, TARGET, make_kinds_exam

pytestmark = pytest.mark.browser

VIETNAMESE = "Tập trung dân chủ là nguyên tắc tổ chức cơ bản."


@pytest.fixture(scope="session")
def filled_template(sqlite_template, tmp_path_factory):
    """A school whose exam asks one question of every kind."""
    return fill_school(sqlite_template, tmp_path_factory.mktemp("kinds"), make_kinds_exam)


def open_question(page: Page, number: int):
    """By the keyboard, from wherever the focus is; the section then has the focus."""
    cell(page, number).focus()
    page.keyboard.press("Enter")
    section = page.locator(f"#q-{number}")
    expect(section).to_be_focused()
    return section


def step_to(page: Page, selector: str) -> None:
    """Tab until an element that fits has the focus."""
    for _step in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def type_into(page: Page, selector: str, text: str) -> None:
    step_to(page, selector)
    page.keyboard.type(text)


def pick(page: Page, selector: str, beginning: str) -> None:
    """Choose from a list by typing the beginning of an entry."""
    step_to(page, selector)
    page.keyboard.type(beginning)


def press(page: Page, selector: str) -> None:
    step_to(page, selector)
    page.keyboard.press("Space")


ACTS = {
    "single_choice": lambda page, _name: press(page, "input[type=radio]"),
    "true_false": lambda page, _name: press(page, "input[type=radio]"),
    "multiple_choice": lambda page, _name: [press(page, "input[type=checkbox]"), press(page, "input[type=checkbox]")],
    "true_false_cluster": lambda page, _name: [press(page, "input[type=radio]") for _row in range(4)],
    "short_text": lambda page, _name: type_into(page, "input.eb-answer-input", "Hà Nội"),
    "numeric": lambda page, _name: [type_into(page, "input.is-number", "3,14"), type_into(page, "input.is-unit", "kg")],
    "matching": lambda page, _name: [pick(page, "select", "A"), pick(page, "select", "C")],
    "ordering": lambda page, _name: press(page, "[data-order=down]"),
    "fill_in": lambda page, _name: [type_into(page, "input.eb-gap", "tập trung"), pick(page, "select.eb-gap", "t")],
    "oral": lambda page, _name: type_into(page, "textarea", "ba ý chính"),
    "case": lambda page, name: [
        press(page, f"[name='{name}.{PARTS['first']}']"),
        type_into(page, f"[name='{name}.{PARTS['second']}']", "dân chủ"),
        press(page, "[data-order=up]"),
    ],
}


def answer(page: Page, question) -> None:
    open_question(page, question.number)
    if question.kind == "essay":
        for _part in question.tokens or [None]:
            type_into(page, "textarea", VIETNAMESE)
        return
    ACTS[question.kind](page, f"r-{question.number}")


def test_every_kind_is_answered_by_the_keyboard_alone_and_found_again(site, room):
    page = enter(site.page(viewport={"width": 1366, "height": 768}), room)
    for question in room.questions:
        answer(page, question)
    numbers = [question.number for question in room.questions]
    expect_saved(page, *numbers)
    until(page, lambda: len(room.stored()) == len(numbers))
    page.keyboard.press("Control+Enter")  # leaving the last field sends it at once
    expected = {
        "short_text": {"text": "Hà Nội"},
        "numeric": {"value": "3,14", "unit": "kg"},
        "oral": {"text": "ba ý chính"},
        "fill_in": {"gaps": {GAP_TEXT: "tập trung", GAP_LIST: "dddd2222"}},
    }
    stored = {number: json.loads(payload) for number, payload in room.stored().items()}
    for kind, payload in expected.items():
        assert stored[room.number_of(kind)] == payload
    ordering = room.number_of("ordering")
    first, second, *others = room.questions[ordering - 1].tokens
    assert sorted(stored[ordering]["places"], key=stored[ordering]["places"].get) == [second, first, *others]
    letters = [row["token"] for row in room.questions[room.number_of("matching") - 1].view["targets"]]
    assert list(stored[room.number_of("matching")]["pairs"].values()) == [letters[0], letters[2]]
    assert set(letters) == set(TARGET.values())

    before = room.stored()
    page.reload()
    ready(page)
    expect_saved(page, *numbers)
    shown = page.evaluate(
        "name => [...document.querySelectorAll(`[data-name='${name}'] .eb-order-row`)].map((row) => row.dataset.token)",
        f"r-{ordering}",
    )
    assert shown == [second, first, *others]
    essay = page.locator(f"#q-{room.number_of('essay')} textarea").first
    assert essay.input_value() == VIETNAMESE
    assert room.stored() == before


def test_a_moved_row_keeps_the_focus_and_says_its_place_and_nothing_is_given_before_an_act(site, room):
    page = enter(site.page(), room)
    number = room.number_of("ordering")
    section = open_question(page, number)
    expect(section.locator("[data-unanswered]")).to_be_visible()
    step_to(page, "[data-order=down]")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    moved = room.questions[number - 1].tokens[0]
    has_focus = "document.activeElement.closest('.eb-order-row')?.dataset.token"
    assert page.evaluate(has_focus) == moved
    expect(section.locator("[data-said]")).to_contain_text("3")
    expect(section.locator("[data-unanswered]")).to_be_hidden()
    expect_saved(page, number)
    section.locator("[data-order=clear]").press("Enter")
    expect(section.locator("[data-unanswered]")).to_be_visible()
    until(page, lambda: set(json.loads(room.stored()[number])["places"].values()) == {None})
    section.locator("[data-order=keep]").press("Enter")
    until(page, lambda: set(json.loads(room.stored()[number])["places"].values()) == {1, 2, 3, 4})
    section.locator("select").last.select_option("1")  # the lists work with the script as well
    until(page, lambda: json.loads(room.stored()[number])["places"][room.questions[number - 1].tokens[3]] == 1)


def test_the_caret_stays_where_it_is_when_the_server_answers(site, room):
    page = enter(site.page(), room)
    number = next(one.number for one in room.questions if one.kind == "essay" and not one.tokens)
    open_question(page, number)
    type_into(page, "textarea", "một ba ")
    expect_saved(page, number)
    for _letter in range(3):
        page.keyboard.press("ArrowLeft")
    page.keyboard.type("hai ")
    until(page, lambda: "một hai ba" in room.stored()[number])
    expect_saved(page, number)
    page.keyboard.type("và ")
    until(page, lambda: "một hai và ba" in room.stored()[number])
    assert page.evaluate("document.activeElement.selectionStart") == len("một hai và ")


def test_letters_being_composed_are_neither_sent_nor_rewritten(site, room):
    page = enter(site.page(), room)
    number = room.number_of("short_text")
    open_question(page, number)
    step_to(page, "input.eb-answer-input")
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "Viê", "selectionStart": 3, "selectionEnd": 3})
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_function("performance.now() > 0")
    assert page.evaluate("document.activeElement.value") == "Viê"
    assert number not in room.stored()
    keyboard.send("Input.imeSetComposition", {"text": "Việt", "selectionStart": 4, "selectionEnd": 4})
    keyboard.send("Input.insertText", {"text": "Việt"})
    expect_saved(page, number)
    until(page, lambda: json.loads(room.stored()[number]) == {"text": "Việt"})


def test_what_is_typed_without_network_waits_in_the_journal_and_survives_a_reload(site, room):
    context = site.context()
    page = enter(context.new_page(), room)
    number = next(one.number for one in room.questions if one.kind == "essay" and one.tokens)
    context.set_offline(True)
    open_question(page, number)
    type_into(page, "textarea", "ý thứ nhất")
    expect_local(page, number)
    context.set_offline(False)
    page.reload()
    ready(page)
    expect_saved(page, number)
    until(page, lambda: "ý thứ nhất" in room.stored().get(number, ""))


def test_a_text_too_long_for_the_server_stays_on_the_page_and_is_told_until_it_is_shortened(site, room):
    page = enter(site.page(), room)
    number = next(one.number for one in room.questions if one.kind == "essay" and not one.tokens)
    section = open_question(page, number)
    area = section.locator("textarea")
    area.fill("chữ " * 30_000)
    expect(banner(page, "invalid")).to_be_visible()
    expect_local(page, number)
    assert len(area.input_value()) == 120_000
    area.fill("đã rút ngắn")
    expect_saved(page, number)
    expect(banner(page, "invalid")).to_have_count(0)


@pytest.mark.parametrize(
    ("width", "looks"),
    [(1440, {}), (320, {}), (360, {"size": "150", "theme": "contrast"})],
    ids=["wide", "320 px", "large and contrast"],
)
def test_every_kind_is_fit_for_everybody(site, room, width, looks):
    page = enter(site.page(viewport={"width": width, "height": 800}), room)
    page.evaluate("looks => Object.assign(document.documentElement.dataset, looks)", looks)
    seen = {}
    for question in room.questions:
        page.evaluate("number => document.querySelector(`[data-cell='${number}']`).click()", question.number)
        seen[question.kind] = (findings(page), fits(page), holds_its_width(page))
    assert {kind: found for kind, found in seen.items() if found != ([], True, True)} == {}


def holds_its_width(page: Page) -> bool:
    return page.evaluate(
        "(() => { const box = document.querySelector('.eb-work-scroll'); return box.scrollWidth <= box.clientWidth; })()"
    )


def test_without_script_matching_ordering_and_gaps_are_answered_on_the_plain_pages(site, room):
    page = site.page(java_script_enabled=False)
    page.goto(f"/sit/{room.public_id}")
    page.locator("#code").fill(room.exam_code)
    page.locator("main form button").click()
    matching, ordering, fill_in = (room.number_of(kind) for kind in ("matching", "ordering", "fill_in"))
    page.goto(f"/sit/{room.public_id}/q/{matching}")
    page.locator("select").first.select_option(index=1)
    page.locator(".eb-bar button[value=next]").click()
    page.goto(f"/sit/{room.public_id}/q/{ordering}")
    for place, row in enumerate(page.locator(".eb-order-row select").all(), start=1):
        row.select_option(str(5 - place))
    page.locator(".eb-bar button[value=next]").click()
    page.goto(f"/sit/{room.public_id}/q/{ordering}")
    tokens = room.questions[ordering - 1].tokens
    shown = [row.get_attribute("data-token") for row in page.locator(".eb-order-row").all()]
    assert shown == [*reversed(tokens)]
    expect(page.locator(".eb-order-acts").first).to_be_hidden()
    page.goto(f"/sit/{room.public_id}/q/{fill_in}")
    page.locator("input.eb-gap").fill("tập trung dân chủ")
    page.locator("input.eb-gap").press("Enter")  # saves and stays
    assert page.url.endswith(f"/q/{fill_in}")
    assert page.locator("input.eb-gap").input_value() == "tập trung dân chủ"
    assert sorted(room.stored()) == sorted([matching, ordering, fill_in])
