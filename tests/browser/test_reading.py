"""The room fits the candidate: size, colours, spacing, reading line, keys, clock; kept for the session, heard as it is seen."""

import gzip
import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from exambank.sittings.views.display import SETTINGS
from tests.browser.candidate import (
    FULL,
    banner,
    cell,
    enter,
    expect_saved,
    look_now,
    until,
)
from tests.browser.school import pass_time

pytestmark = pytest.mark.browser

DIST = Path(__file__).parents[2] / "static" / "dist"
LIMIT_BYTES = 60 * 1024
NARROW = {"width": 320, "height": 640}
CONTRAST = {"runOnly": ["color-contrast"]}
# whether something a candidate needs is cut off at the right edge of the window
CUT = """() => [...document.querySelectorAll('.eb-room-header *, .eb-bar *, .eb-sheet *, #answer *, main *')].filter((node) => {
  const box = node.getBoundingClientRect();
  const isShown = box.width > 1 && !node.closest('.eb-hidden-text, svg, details:not([open]) > :not(summary)');
  return isShown && (box.right > innerWidth + 1 || box.left < -1);
}).map((node) => node.outerHTML.slice(0, 120))"""
# what can be pushed sideways: the page itself or a part that scrolls
SIDEWAYS = """() => [...document.querySelectorAll('html, .eb-work-scroll, .eb-room-margin, [open] > .eb-menu-panel')]
  .filter((node) => node.scrollWidth > node.clientWidth).map((node) => node.className || node.localName)"""


def set_looks(page, **looks) -> None:
    page.evaluate("looks => Object.assign(document.documentElement.dataset, looks)", looks)


def findings(page, options=None) -> list[str]:
    """What axe calls serious or critical, with the first element concerned."""
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found if one["impact"] in {"serious", "critical"}
    ]


def test_every_state_of_the_room_is_readable_in_every_theme_and_at_the_largest_letters_on_320_pixels(site, room):
    page = site.page(viewport=NARROW, reduced_motion="reduce")
    seen = {}

    def look(name):
        for theme in SETTINGS["theme"]:
            set_looks(page, theme=theme)
            seen[name, theme] = findings(page, None if theme == "light" else CONTRAST)
        seen[name, "plain"] = page.evaluate(CUT) + page.evaluate(SIDEWAYS)
        set_looks(page, size="200", spacing="wide", targets="large")
        seen[name, "largest"] = page.evaluate(CUT) + page.evaluate(SIDEWAYS)
        set_looks(page, theme="light", size="100", spacing="normal", targets="normal")

    page.goto(f"/sit/{room.public_id}")
    look("cover")
    enter(page, room)
    page.evaluate("document.querySelectorAll('#q-1 input')[1].click()")
    look("question")
    page.locator("#q-1").focus()
    page.keyboard.press("?")
    look("keys")
    page.keyboard.press("Escape")
    page.evaluate("document.querySelector('[data-sheet-open=objection]').click()")
    look("report")
    page.keyboard.press("Escape")
    page.evaluate("document.querySelector('[data-go=review]').click()")
    look("review")
    page.locator(".eb-room-menu summary").click()
    look("settings")
    page.goto(f"/sit/{room.public_id}/q/{room.number_of('true_false_cluster')}")
    look("simple page")
    assert {name: found for name, found in seen.items() if found} == {}
    print(f"\naxe: {len(seen)} looks at {len(seen) // 6} states, nothing serious")


def test_what_a_candidate_chooses_holds_at_once_on_the_next_page_and_on_the_simple_pages(site, room):
    page = enter(site.page(), room)
    page.locator(".eb-room-menu summary").click()
    chosen = {"size": "125", "theme": "dark", "spacing": "wide", "targets": "large", "timer": "hidden", "keys": "off"}
    for name, value in chosen.items():
        with page.expect_response("**/sit/display"):
            page.locator(f"#display button[name={name}][value='{value}']").click()
    expect(page.locator("#display button[name=theme][value=dark]")).to_have_attribute("aria-pressed", "true")
    for path in ("", "/q/1", "/review"):
        page.goto(f"/sit/{room.public_id}{path}")
        assert page.evaluate("({...document.documentElement.dataset})").items() >= chosen.items()
    page.goto(f"/sit/{room.public_id}/q/1")
    expect(page.locator("#display button[name=ruler]")).to_have_count(0)  # nothing there could move it
    page.locator(".eb-room-menu summary").click()
    page.locator("#display button[name=theme][value=light]").click()
    expect(page.locator("html[data-theme]")).to_have_count(0)
    expect(page.locator("html[data-size='125']")).to_have_count(1)


def test_the_reading_line_follows_pointer_focus_and_arrows_and_goes_away(site, room):
    page = enter(site.page(), room)
    page.locator("#q-1").focus()
    page.keyboard.press("l")
    line = page.locator(".eb-ruler")
    expect(line).to_be_visible()

    def middle() -> float:
        box = line.bounding_box()
        return box["y"] + box["height"] / 2

    page.mouse.move(400, 300)
    assert abs(middle() - 300) < 1
    page.keyboard.press("Alt+ArrowDown")
    assert 310 < middle() < 360  # one line of text
    page.keyboard.press("Tab")
    box = page.locator("#q-1 .eb-option").first.bounding_box()
    assert box["y"] <= middle() <= box["y"] + box["height"]
    assert line.evaluate("node => getComputedStyle(node).pointerEvents") == "none"
    page.keyboard.press("l")
    expect(line).to_have_count(0)


def test_single_keys_take_a_candidate_through_and_never_act_on_writing(site, room):
    page = enter(site.page(), room)
    first = [room.questions[number - 1] for number in (1, 2)]
    assert [one.kind for one in first] == ["single_choice"] * 2
    page.locator("#q-1").focus()
    for key in ("2", "m", "n", "c"):
        page.keyboard.press(key)
    expect_saved(page, 1, 2)
    until(page, lambda: len(room.stored()) == 2 and room.sitting.flags == [1])
    assert json.loads(room.stored()[1]) == {"choice": room.token(1, 1)}
    assert json.loads(room.stored()[2]) == {"choice": room.token(2, 2)}
    page.keyboard.press("p")
    expect(page.locator("#q-1")).to_be_focused()

    # Unikey sends what it has put together without a key of its own; nothing acts on it
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'á', code: '', bubbles: true}))"
    )
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'a', code: '', bubbles: true}))"
    )
    expect(page.locator("#q-1 input").nth(1)).to_be_checked()

    page.keyboard.press("q")
    page.keyboard.type("37")  # a number, not two options
    page.keyboard.press("Enter")
    expect(page.locator("#q-37")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("h1")).to_be_focused()
    page.keyboard.press("n")  # behind the sheet nothing moves
    page.keyboard.press("Escape")
    expect(page.locator("#q-37")).to_be_focused()
    page.locator("[data-sheet-open=objection]").first.click()
    page.locator("#objection").press_sequentially("an12?")
    expect(page.locator("#objection")).to_have_value("an12?")
    page.keyboard.press("Escape")
    expect(cell(page, 37)).not_to_have_class(FULL)

    page.keyboard.press("?")
    page.locator("[data-keys-switch]").click()
    page.keyboard.press("Escape")
    page.locator("#q-37").focus()
    page.keyboard.press("n")
    expect(page.locator("#q-37")).to_be_visible()
    page.keyboard.press("Control+Enter")  # stays, also while writing
    expect(page.locator("#q-38")).to_be_focused()


def test_time_is_told_politely_also_where_the_clock_is_hidden(site, room):
    page = enter(site.page(), room)
    expect(page.locator("[data-clock=exam]")).to_be_visible()
    expect(page).to_have_title(re.compile("60"))
    page.evaluate("document.querySelector('#display button[name=timer][value=hidden]').click()")
    expect(page.locator("[data-clock=exam]")).not_to_be_visible()
    expect(page.locator("#time-bar")).not_to_be_visible()
    expect(page).not_to_have_title(re.compile("60"))
    assert page.locator("[role=timer]").first.get_attribute("aria-live") == "off"
    region = page.locator("#announcements[role=status][aria-live=polite]")
    page.locator("#q-1 input").first.focus()
    for minutes, spent in (("15", 45), ("5", 10), ("1", 4)):
        pass_time(minutes=spent, seconds=5)
        look_now(page)
        expect(region).to_contain_text(re.compile(rf"\b{minutes} phút"))
        expect(page.locator("#q-1 input").first).to_be_focused()
    page.keyboard.press("t")
    expect(banner(page, "notice")).to_contain_text(re.compile(r"\b1 phút"))


def test_a_screen_reader_hears_names_states_and_order(site, room):
    page = enter(site.page(), room)
    question = room.questions[0]
    stem = re.sub("<[^>]+>", "", question.view["stem"])
    group = page.get_by_role("group", name=re.compile(re.escape(stem[:20])))
    expect(group.get_by_role("radio")).to_have_count(len(question.options))
    expect(group.get_by_role("radio", name=re.compile(re.escape(question.options[0]["html"][3:13])))).to_have_count(1)
    expect(page.get_by_role("region", name="Câu 1")).to_be_visible()
    group.get_by_role("radio").first.check(force=True)
    expect(page.get_by_role("button", name=re.compile("Câu 1: đã lưu"))).to_have_attribute("aria-current", "true")
    page.keyboard.press("m")
    expect(page.get_by_role("button", name=re.compile("Câu 1: .*cờ"))).to_be_visible()
    expect(page.get_by_role("complementary")).to_have_attribute("aria-label", re.compile("."))
    order = page.evaluate(
        """() => ['.eb-skip', '#connection', '#banner', '#q-1', '.eb-bar', '#overview', '[data-sheet-open=notices]']
             .map((one) => document.querySelector(one)).every((one, at, all) =>
               !at || all[at - 1].compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING)"""
    )
    assert order
    page.keyboard.press("?")
    expect(page.locator("[data-sheet-open-now]").get_by_role("heading", level=1)).to_be_focused()
    assert page.locator("#q-1").get_by_role("radio").count() == 0  # what is covered is not read


def test_the_first_load_is_small(site, room):
    manifest = json.loads((DIST / "manifest.json").read_text())
    sizes = {name: (DIST / f"{manifest[name]}.gz").stat().st_size for name in ("room.js", "room.css")}
    page = site.page()
    page.goto(f"/sit/{room.public_id}")
    page.locator("#code").fill(room.exam_code)
    with page.expect_response(lambda answer: answer.url.endswith(room.public_id)) as answer:
        page.locator("main form button").click()
    sizes["page of 40 questions"] = len(gzip.compress(answer.value.body()))
    total = sum(sizes.values())
    print(f"\nfirst load, compressed: {sizes}, together {total} bytes of {LIMIT_BYTES}")
    assert total <= LIMIT_BYTES, sizes
