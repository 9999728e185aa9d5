"""The journal through everything that happens to a machine: killed, restarted without network, changed, locked, wiped."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from exambank import clock
from exambank.db import db
from exambank.exams.models import ExamRoom
from exambank.permissions import SYSTEM
from exambank.sittings import rescue, service
from exambank.sittings.models import RescueFile
from tests.browser.candidate import (
    banner,
    choose,
    enter,
    expect_local,
    expect_receipt,
    expect_saved,
    hand_in,
    look_now,
    ready,
    until,
)
from tests.browser.school import pass_time

pytestmark = pytest.mark.browser

DUMP = """async () => {
  const rows = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((resolve) => { indexedDB.open(name).onsuccess = (event) => resolve(event.target.result); });
    for (const store of database.objectStoreNames) {
      const found = await new Promise((resolve) => {
        database.transaction(store).objectStore(store).getAll().onsuccess = (event) => resolve(event.target.result);
      });
      rows.push(...found.map((row) => JSON.stringify(row)));
    }
    database.close();
  }
  const cached = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const kept = await cache.match(request);
      cached.push([new URL(request.url).pathname, /html/.test(kept.headers.get("Content-Type")) ? await kept.text() : ""]);
    }
  }
  return { rows, cached, session: { ...sessionStorage }, local: { ...localStorage }, cookies: document.cookie };
}"""


def bring(room, body: bytes, noted: str):
    """What the room's invigilator uploads; the web server may be away from the candidates all the while."""
    there = db.session.query(ExamRoom).one()
    return service.bring_rescue_file(
        actor=room.invigilator(), now=clock.now(), room=there, body=body, noted=noted
    )  # fmt: skip


def write_rescue(page) -> tuple[bytes, str]:
    """Press the button; the file that the browser saved, and the code on the screen."""
    with page.expect_download() as download:
        page.locator("[data-rescue]").click()
    told = page.locator("[data-rescue-code]:not([data-rescue-code=''])")
    told.wait_for()
    assert download.value.suggested_filename.endswith(".exambank")
    return Path(download.value.path()).read_bytes(), told.get_attribute("data-rescue-code")


def test_handing_in_without_a_server_gives_a_sealed_file_that_the_server_takes_up_once(site, room):
    context = site.context()
    page = enter(context.new_page(), room)
    choose(page, 1)
    expect_saved(page, 1)
    pass_time(minutes=45)
    site.cut(context)
    choose(page, 2)
    expect_local(page, 2)
    assert page.locator("[data-rescue]").count() == 0  # a moment without network is no reason to carry files
    hand_in(page)
    expect(banner(page, "rescue")).to_be_visible()
    body, code = write_rescue(page)
    assert code == rescue.check_code(body)
    assert room.token(2, 0).encode() not in body
    brought = bring(room, body, noted=code)
    assert (brought.file.answers, brought.file.new_answers, brought.is_late) == (2, 1, False)
    assert list(room.quarantined()) == [2]
    assert bring(room, body, noted=code).is_repeated

    site.mend(context)
    expect_receipt(page)
    assert sorted(room.stored()) == [1, 2]
    assert service.count_quarantine(room.sitting.exam) == 0  # it came by itself after all: nothing is left to decide


def test_a_wish_to_hand_in_ends_with_the_review_that_shows_it(site, room):
    context = site.context()
    page = enter(context.new_page(), room)
    choose(page, 1)
    expect_saved(page, 1)
    pass_time(minutes=45)
    look_now(page)
    site.cut(context)
    choose(page, 2)
    hand_in(page)
    expect(page.locator("#review [data-problem]")).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(page.locator("#q-2")).to_be_visible()
    page.reload()  # what outlives the page does not hand in either
    ready(page)
    expect_local(page, 2)
    site.mend(context)
    expect_saved(page, 1, 2)
    page.wait_for_timeout(2500)  # FLUSH_SPREAD_MS of the page: as late as it would hand in
    assert room.sitting.state == "open"

    held = []
    page.route("**/submit", lambda route: held.append(route))
    hand_in(page)
    until(page, lambda: held)
    page.keyboard.press("Escape")  # on its way: the question is not given back
    page.locator("[data-sheet-open=keys]").click()
    expect(page.locator("#review [data-submit]")).to_be_disabled()
    held.pop().abort()
    expect(page.locator("#review [data-problem]")).not_to_be_empty()
    until(page, lambda: look_now(page) or held)  # it goes once more by itself, for the review is still open
    held.pop().continue_()
    expect_receipt(page)


def test_handing_in_before_this_page_could_enter_leaves_the_page_alive(site, room):
    page = enter(site.page(), room)
    page.route("**/enter", lambda route: route.abort())
    page.reload()
    ready(page)
    for number in (1, 2):  # together more than one request takes
        page.locator(f"#q-{number} input").first.evaluate("(input) => (input.value = 'x'.repeat(40_000))")
        choose(page, number)
    expect_local(page, 1, 2)
    hand_in(page)
    expect(page.locator("#review [data-problem]")).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(page.locator("#q-2")).to_be_visible()


def test_two_minutes_without_a_server_and_past_the_deadline_the_page_tells_and_keeps_the_time(site, room):
    context = site.context()
    page = context.new_page()
    page.clock.install()
    enter(page, room)
    choose(page, 1)
    expect_saved(page, 1)
    site.cut(context)
    page.clock.run_for(15_000)
    expect(banner(page, "offline")).to_be_visible()  # it moves what lies below: nobody clicks in that instant
    choose(page, 2)
    expect_local(page, 2)
    page.clock.run_for(120_000)
    expect(banner(page, "rescue")).to_be_visible()
    choose(page, 3)  # work goes on
    expect_local(page, 2, 3)
    page.clock.fast_forward("01:00:00")
    expect(banner(page, "over")).to_be_visible()
    expect(page.locator("#q-3 input").first).to_be_disabled()
    room.pass_deadline(
        seconds=60
    )  # the server saw the seat cut off before the end: what it brings within the grace counts
    site.mend(context)
    until(page, lambda: page.clock.run_for(2_000) or sorted(room.stored()) == [1, 2, 3])
    assert room.quarantined() == {}


def test_a_killed_browser_returns_and_even_without_a_server_its_answers_can_be_carried_away(site, room, machine):
    start, kill = machine
    context = start()
    site.sign_in(context, "hv001")
    page = enter(context.new_page(), room)
    choose(page, 1)
    expect_saved(page, 1)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(page, lambda: len(page.evaluate(DUMP)["cached"]) > 3)
    site.server.stop()
    choose(page, 2)
    expect_local(page, 2)
    until(page, lambda: sum('"question"' in row for row in page.evaluate(DUMP)["rows"]) == 2)
    lasting = [cookie for cookie in context.cookies() if cookie["expires"] > 0]  # the seat's; signing in does not last
    kill()

    context = start()
    context.add_cookies(lasting)  # Chromium takes half a minute to write them to the disk, this test is quicker
    page = context.new_page()
    page.goto(f"/sit/{room.public_id}")  # from the service worker: the key is lost, the answers are there
    body, code = write_rescue(page)
    brought = bring(room, body, noted=code)
    assert (brought.file.new_answers, brought.unreadable) == (1, 0)

    site.server.start()
    site.sign_in(context, "hv001")
    page.goto(f"/sit/{room.public_id}")
    ready(page)
    expect_saved(page, 1, 2)
    until(page, lambda: sorted(room.stored()) == [1, 2])
    assert db.session.query(RescueFile).count() == 1


def test_a_new_tab_that_cannot_enter_yet_writes_nothing_open_and_loses_neither_old_nor_new(site, room):
    context = site.context()
    page = enter(context.new_page(), room)
    choose(page, 1)
    expect_saved(page, 1)
    site.cut(context)
    choose(page, 2)
    expect_local(page, 2)
    until(page, lambda: sum('"question"' in row for row in page.evaluate(DUMP)["rows"]) == 2)
    page.close()
    site.mend(context)

    page = context.new_page()  # the key of the journal went with the old tab
    page.route("**/enter", lambda route: route.abort())
    page.goto(f"/sit/{room.public_id}")
    ready(page)
    expect(banner(page, "journal")).to_be_visible()
    choose(page, 1, 1)
    choose(page, 3)
    expect_local(page, 1, 3)
    rows = page.evaluate(DUMP)["rows"]
    assert sum('"question"' in row for row in rows) == 2
    assert all(room.token(number, option) not in row for row in rows for number, option in ((1, 1), (3, 0)))
    page.unroute("**/enter")
    look_now(page)
    expect_saved(page, 1, 2, 3)
    expect(banner(page, "journal")).to_have_count(0)
    assert any(name.endswith("-key") for name in page.evaluate(DUMP)["session"])
    until(page, lambda: sorted(room.stored()) == [1, 2, 3] and room.token(1, 1) in room.stored()[1])
    assert room.quarantined() == {}


def test_a_machine_is_changed_and_changed_back_and_nothing_is_lost(site, room):
    first_context = site.context()
    first = enter(first_context.new_page(), room)
    choose(first, 1)
    expect_saved(first, 1)
    first_context.set_offline(True)
    expect(banner(first, "offline")).to_be_visible()
    choose(first, 2)
    choose(first, 3)
    expect_local(first, 2, 3)

    second = enter(site.page(), room, room.takeover_code())
    expect_saved(second, 1)
    choose(second, 3, 1)
    expect_saved(second, 3)
    first_context.set_offline(False)
    expect(banner(first, "lock")).to_be_visible()
    until(first, lambda: sorted(room.quarantined()) == [2, 3])

    enter(first, room, room.takeover_code())
    expect_saved(first, 1, 3)
    expect(first.locator("#q-3 input").nth(1)).to_be_checked()
    choose(first, 2, 2)
    choose(first, 4)
    expect_saved(first, 2, 4)
    look_now(second)
    expect(banner(second, "lock")).to_be_visible()
    expect(second.locator("#q-4 input").first).to_be_disabled()
    stored = room.stored()
    assert sorted(stored) == [1, 2, 3, 4]
    assert room.token(3, 1) in stored[3]
    assert room.token(2, 2) in stored[2]
    assert sorted(room.quarantined()) == [2, 3]


def test_what_is_given_while_locked_waits_and_counts_once_somebody_has_unlocked(site, room):
    page = enter(site.page(), room)
    choose(page, 1)
    expect_saved(page, 1)
    service.lock(actor=SYSTEM, now=clock.now(), sitting=room.sitting, reason="seb")
    choose(page, 2)
    until(page, lambda: list(room.quarantined()) == [2])
    assert sorted(room.stored()) == [1]
    service.unlock(actor=room.invigilator(), now=clock.now(), sitting=room.sitting, reason="máy đúng")
    look_now(page)
    until(page, lambda: sorted(room.stored()) == [1, 2])
    expect_saved(page, 1, 2)
    assert service.count_quarantine(room.sitting.exam) == 0


@pytest.mark.parametrize("way", ["http", "https"])
def test_after_the_close_the_machine_holds_no_trace_and_back_shows_nothing(site_each_way, room, way):
    context = site_each_way.context()
    page = context.new_page()
    pages = []
    page.on(
        "response", lambda response: pages.append(response) if response.request.resource_type == "document" else None
    )
    enter(page, room)
    question = page.locator("#q-1 .eb-stem, #q-1").first.inner_text().split("\n")[-1].strip()
    choose(page, 1)
    expect_saved(page, 1)
    if way != "http":
        until(page, lambda: len(page.evaluate(DUMP)["rows"]) == 4)
        held = page.evaluate(DUMP)
        assert all(question not in row and room.token(1, 0) not in row for row in held["rows"])  # sealed
    pass_time(minutes=45)
    hand_in(page)
    expect_receipt(page)
    if way != "http":
        left = page.evaluate(DUMP)
        assert (left["rows"], left["session"], left["local"], left["cookies"]) == ([], {}, {}, "")
        name = room.sitting.user.full_name
        assert all(question not in text and name not in text for _path, text in left["cached"])
        assert {path for path, _text in left["cached"] if not path.startswith("/static/dist/")} == {"/sit/shell"}
    page.go_back()
    expect(page.locator("#room section[data-question]")).to_have_count(0)
    assert question not in page.content()
    assert pages
    for response in pages:
        assert re.search("no-store", response.header_value("cache-control") or ""), response.url


STRUCK = "() => getComputedStyle(document.querySelector('.eb-work-scroll')).pointerEvents"


def test_a_banner_that_moves_the_question_lets_no_click_fall_on_another_option(site, room):
    context = site.context()
    page = enter(context.new_page(), room)
    page.evaluate(
        f"""() => {{
            const place = document.querySelector("#banner");
            window.atOnce = new Promise((told) =>
                new MutationObserver(() => told(({STRUCK})())).observe(place, {{ childList: true }}));
        }}"""
    )
    site.cut(context)
    choose(page, 1)
    expect(banner(page, "offline")).to_be_visible()
    assert page.evaluate("() => window.atOnce") == "none"
    page.wait_for_function(f"() => ({STRUCK})() === 'auto'")
    choose(page, 2)
    expect_local(page, 1, 2)
