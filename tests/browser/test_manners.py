"""No key in any byte, no weight to carry, usable by everybody and without script."""

import gzip
import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.candidate import banner, choose, enter, expect_receipt, expect_saved, go, hand_in
from tests.browser.school import pass_time

pytestmark = pytest.mark.browser

DIST = Path(__file__).parents[2] / "static" / "dist"
LIMIT_BYTES = 60 * 1024
# what would tell a key: names of the bank's fields, and of what psychometrics knows of an item
FORBIDDEN = re.compile(
    rb"is_key|is_correct|isCorrect|correct|scoring|score|weight\b|explanation|difficulty|discrimination|\bp_value", re.I
)
STYLE = re.compile(rb"font-weight|fontWeight")


def test_no_byte_the_candidate_gets_tells_a_key(site, room):
    page = site.page()
    bodies: dict[str, bytes] = {}

    def keep(response):
        if response.status < 300:
            bodies[response.url] = response.body() + json.dumps(response.headers).encode()

    page.on("response", keep)
    enter(page, room)
    for kind in ("single_choice", "multiple_choice", "true_false"):
        choose(page, room.number_of(kind))
    expect_saved(page, room.number_of("true_false"))
    page.reload()
    page.locator("[data-cell='2']").click()
    page.goto(f"/sit/{room.public_id}/q/1")
    pass_time(minutes=45)
    page.goto(f"/sit/{room.public_id}")
    hand_in(page)
    expect_receipt(page)
    read = {url: body for url, body in bodies.items() if "/static/" not in url or "room-" in url}
    assert any(url.endswith("/enter") for url in read)
    assert any(url.endswith("/save") for url in read)
    told = {url: FORBIDDEN.findall(STYLE.sub(b"", body)) for url, body in read.items()}
    assert {url: words for url, words in told.items() if words} == {}


def test_the_room_is_small_enough_for_a_slow_network(site, room):
    manifest = json.loads((DIST / "manifest.json").read_text())
    files = [DIST / f"{manifest[name]}.gz" for name in ("room.js", "room.css")]
    page = site.page()
    with page.expect_response(lambda answer: answer.url.endswith(room.public_id)) as _cover:
        page.goto(f"/sit/{room.public_id}")
    page.locator("#code").fill(room.exam_code)
    with page.expect_response(lambda answer: answer.url.endswith(room.public_id)) as answer:
        page.locator("main form button").click()
    html = gzip.compress(answer.value.body())
    total = sum(file.stat().st_size for file in files) + len(html)
    assert total <= LIMIT_BYTES, f"{total} bytes of script, style and page"


def findings(page) -> list[str]:
    """What axe calls serious or critical, with the first element concerned."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found if one["impact"] in {"serious", "critical"}
    ]


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("width", [1366, 360])
def test_every_page_of_the_room_is_fit_for_everybody(site, room, width):
    context = site.context(viewport={"width": width, "height": 768})
    page = context.new_page()
    seen = {}

    def look(name):
        seen[name] = (findings(page), fits(page))

    page.goto("/sit/")
    look("own exams")
    page.goto(f"/sit/{room.public_id}")
    look("cover")
    enter(page, room)
    for kind in ("single_choice", "multiple_choice", "true_false", "true_false_cluster"):
        page.evaluate("number => document.querySelector(`[data-cell='${number}']`).click()", room.number_of(kind))
        look(kind)
    context.set_offline(True)
    expect(banner(page, "offline")).to_be_visible()
    look("offline")
    context.set_offline(False)
    expect(banner(page, "offline")).to_have_count(0)
    pass_time(minutes=45)
    page.evaluate("document.querySelector('[data-go=review]').click()")
    expect(page.locator("#review")).to_be_visible()
    look("review")
    page.locator("[data-submit]").click()
    expect_receipt(page)
    look("receipt")
    assert {name: found for name, found in seen.items() if found != ([], True)} == {}


def test_the_largest_letters_and_the_contrast_theme_still_fit(site, room):
    page = site.page(viewport={"width": 360, "height": 740})
    enter(page, room)
    page.evaluate("Object.assign(document.documentElement.dataset, {size: '150', theme: 'contrast'})")
    go_phone(page, room.number_of("true_false_cluster"))
    assert findings(page) == []
    assert fits(page)


def go_phone(page, number):
    page.locator("a[href='#overview']").click()
    return go(page, number)


def test_on_a_phone_the_overview_opens_and_closes_over_the_question(site, room):
    page = site.page(viewport={"width": 360, "height": 740})
    enter(page, room)
    expect(page.locator("#overview .eb-cells")).not_to_be_in_viewport()
    page.locator("a[href='#overview']").click()
    expect(page.locator("#overview .eb-cells")).to_be_in_viewport()
    go(page, 9)
    expect(page.locator("#overview .eb-cells")).not_to_be_in_viewport()
    page.locator("#q-9 .eb-option").first.click()
    page.locator("a[href='#overview']").click()
    expect_saved(page, 9)


def test_without_script_a_candidate_enters_answers_reviews_and_hands_in(site_each_way, room):
    page = site_each_way.page(java_script_enabled=False)
    page.goto(f"/sit/{room.public_id}")
    page.locator("#code").fill(room.exam_code)
    page.locator("main form button").click()
    page.goto(f"/sit/{room.public_id}/q/{room.number_of('single_choice')}")
    page.locator(".eb-option input").nth(1).check(force=True)
    page.locator(".eb-bar button[value=next]").click()
    cluster = room.number_of("true_false_cluster")
    page.locator(f".eb-cells button[value='{cluster}']").click()
    page.locator(".eb-pair input").first.check(force=True)
    page.locator(".eb-room-submit button[value=review]").click()
    expect(page.locator(".eb-cell.is-full")).to_have_count(2)
    pass_time(minutes=45)
    page.reload()
    page.locator("main form[action$=submit] button").click()
    expect_receipt(page)
    assert len(room.stored()) == 2


def test_the_page_leads_on_to_the_simple_pages_where_script_is_switched_off(site, room):
    page = site.page(java_script_enabled=False)
    page.goto(f"/sit/{room.public_id}")
    page.locator("#code").fill(room.exam_code)
    page.locator("main form button").click()
    page.wait_for_url("**/q/1")
