"""What must not lose an answer: a cut cable, two tabs, two machines, a restored database, the end of the time."""

import shutil
import sqlite3

import pytest
from playwright.sync_api import expect

from exambank import clock
from exambank.db import db
from exambank.sittings import service, store
from tests.browser.candidate import (
    banner,
    choose,
    enter,
    expect_local,
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

KEPT = """async () => {
  const names = (await indexedDB.databases()).map((one) => one.name);
  if (!names.includes("exambank-room")) return { entries: 0, pages: 0, session: sessionStorage.length };
  const database = await new Promise((resolve, reject) => {
    const opening = indexedDB.open("exambank-room");
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const count = (name) => new Promise((resolve) => {
    database.transaction(name).objectStore(name).count().onsuccess = (event) => resolve(event.target.result);
  });
  const kept = { entries: await count("entries"), pages: await count("pages"), session: sessionStorage.length };
  database.close();
  return kept;
}"""
NOTHING = {"entries": 0, "pages": 0, "session": 0}


def choose_all(page, numbers, option: int = 0) -> None:
    """Many answers quickly, by the page's own events."""
    page.evaluate(
        """([numbers, option]) => numbers.forEach((number) =>
             document.querySelectorAll(`#q-${number} input`)[option].click())""",
        [list(numbers), option],
    )


def test_work_goes_on_without_network_through_a_reload_and_nothing_is_lost(site_each_way, room, way):
    context = site_each_way.context()
    page = enter(context.new_page(), room)
    choose(page, 1)
    expect_saved(page, 1)
    is_kept = way != "http"
    if is_kept:
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        until(
            page, lambda: page.evaluate(KEPT)["pages"] == 3
        )  # the page, to whom a rescue file is sealed, and the entry

    site_each_way.cut(context)
    expect(banner(page, "offline")).to_be_visible()
    choose(page, 2)
    choose(page, 3)
    expect_local(page, 2, 3)
    if is_kept:
        page.reload()
        ready(page)
        expect(banner(page, "offline")).to_be_visible()
        expect(page.locator("#q-3 input").first).to_be_checked()
        expect_local(page, 1, 2, 3)
        choose(page, 4)
        expect_local(page, 4)
    assert list(room.stored()) == [1]

    site_each_way.mend(context)
    wanted = [1, 2, 3, 4] if is_kept else [1, 2, 3]
    expect_saved(page, *wanted)
    expect(banner(page, "offline")).to_have_count(0)
    until(page, lambda: sorted(room.stored()) == wanted)
    assert room.quarantined() == {}


def test_a_server_that_does_not_answer_is_told_within_fifteen_seconds(site, room):
    page = site.page()
    page.clock.install()
    enter(page, room)
    page.route("**/state", lambda _route: None)  # the request is never answered
    choose(page, 1)
    expect_saved(page, 1)
    page.clock.run_for(15_000)
    expect(banner(page, "offline")).to_be_visible()


def test_the_newer_tab_works_and_the_older_says_so(site, room):
    context = site.context()
    older = enter(context.new_page(), room)
    choose(older, 1)
    newer = context.new_page()
    newer.goto(f"/sit/{room.public_id}")
    ready(newer)
    expect(banner(older, "lock")).to_be_visible()
    expect(older.locator("#q-1 input").first).to_be_disabled()
    expect_saved(newer, 1)
    choose(newer, 1, 1)
    choose(newer, 2, 1)
    expect_saved(newer, 1, 2)
    until(newer, lambda: room.token(1, 1) in room.stored()[1])
    assert room.quarantined() == {}


def test_a_second_machine_takes_over_and_the_first_ones_unsent_answers_wait_for_a_person(site, room):
    first_context = site.context()
    first = enter(first_context.new_page(), room)
    choose_all(first, range(1, 21))
    expect_saved(first, *range(1, 21))
    until(first, lambda: len(room.stored()) == 20)
    first_context.set_offline(True)
    choose_all(first, range(21, 26))
    expect_local(first, *range(21, 26))

    second = enter(site.page(), room, room.takeover_code())
    expect_saved(second, *range(1, 21))
    choose_all(second, range(1, 21), option=1)
    until(second, lambda: all(room.token(at, 1) in room.stored()[at] for at in range(1, 21)))

    first_context.set_offline(False)
    expect(banner(first, "lock")).to_be_visible()
    until(first, lambda: sorted(room.quarantined()) == list(range(21, 26)))
    assert sorted(room.stored()) == list(range(1, 21))
    assert all(room.token(at, 1) in payload for at, payload in room.stored().items())
    choose(second, 30)
    expect_saved(second, 30)


def test_answers_left_on_a_dead_machine_are_handed_up_when_their_owner_returns_there(site, room):
    context = site.context()
    page = enter(context.new_page(), room)
    choose(page, 1)
    expect_saved(page, 1)
    site.cut(context)  # the server itself: a page that is being closed sends once more, and offline is only emulated
    choose(page, 2)
    expect_local(page, 2)
    until(page, lambda: page.evaluate(KEPT)["entries"] == 2)
    page.close()
    site.mend(context)

    second = enter(site.page(), room, room.takeover_code())
    pass_time(minutes=45)
    hand_in(second)
    expect_receipt(second)

    stranger = context.new_page()
    site.sign_in(context, "hv002")
    stranger.goto("/sit/")
    until(stranger, lambda: stranger.evaluate(KEPT)["entries"] == 2)
    site.sign_in(context, "hv001")
    stranger.goto("/sit/")
    until(stranger, lambda: list(room.quarantined()) == [2])
    until(stranger, lambda: stranger.evaluate(KEPT) == NOTHING)


def test_at_the_deadline_the_page_locks_and_after_the_close_nothing_stays(site, room):
    page = enter(site.page(), room)
    choose(page, 1)
    expect_saved(page, 1)
    room.pass_deadline()
    choose(page, 2)  # the server's clock has moved, this page does not know it yet; the flush window still counts
    expect(banner(page, "over")).to_be_visible()
    expect(page.locator("#q-2 input").first).to_be_disabled()
    room.sweep()
    assert room.sitting.state == "collecting"
    pass_time(minutes=4)
    room.sweep()
    look_now(page)
    expect_receipt(page)
    assert sorted(room.stored()) == [1, 2]
    until(page, lambda: page.evaluate(KEPT) == NOTHING)
    page.go_back()
    expect(page.get_by_text("Câu số")).to_have_count(0)


def test_time_given_back_after_the_deadline_opens_the_page_again(site, room):
    page = enter(site.page(), room)
    room.pass_deadline(seconds=-5)
    choose(page, 2)
    expect_saved(page, 2)
    room.pass_deadline(seconds=30)
    choose(page, 1)  # too late: kept for a person
    expect(banner(page, "late")).to_be_visible()
    assert list(room.quarantined()) == [1]
    service.extend(
        actor=room.invigilator(), now=clock.now(), sitting=room.sitting, seconds=600, reason="thay máy"
    )  # fmt: skip
    look_now(page)
    expect(banner(page, "over")).to_have_count(0)
    expect_saved(page, 1)
    choose(page, 3)
    expect_saved(page, 3)


def test_a_pause_stops_the_clock_and_saves_go_on(site, room):
    page = enter(site.page(), room)
    service.pause(actor=room.invigilator(), now=clock.now(), sitting=room.sitting, reason="mất điện")
    look_now(page)
    expect(banner(page, "pause")).to_be_visible()
    choose(page, 1)
    expect_saved(page, 1)
    service.resume(actor=room.invigilator(), now=clock.now(), sitting=room.sitting)
    look_now(page)
    expect(banner(page, "pause")).to_have_count(0)


def test_after_a_restored_backup_the_page_enters_by_itself_and_sends_what_is_missing(
    site_each_way, room, way, instance
):
    page = enter(site_each_way.page(), room)
    choose_all(page, range(1, 6))
    expect_saved(page, *range(1, 6))
    until(page, lambda: len(room.stored()) == 5)
    backup = instance / "backup.sqlite"
    copy(instance / "exambank.sqlite", backup)
    choose_all(page, range(4, 13), option=1)
    expect_saved(page, *range(4, 13))
    until(page, lambda: len(room.stored()) == 12)

    restore(site_each_way.app, backup, instance)
    assert sorted(room.stored()) == list(range(1, 6))
    look_now(page)
    until(page, lambda: len(room.stored()) == 12)
    choose(page, 13)
    expect_saved(page, *range(1, 14))
    until(page, lambda: len(room.stored()) == 13)
    assert all(room.token(at, 0) in room.stored()[at] for at in (1, 2, 3, 13))
    assert all(room.token(at, 1) in room.stored()[at] for at in range(4, 13))


def copy(source, target) -> None:
    with sqlite3.connect(source) as live, sqlite3.connect(target) as kept:
        live.backup(kept)
    live.close()
    kept.close()


def restore(app, backup, instance) -> None:
    """The server goes down, an older file takes the place of its own, it comes up again."""
    db.session.rollback()
    db.session.remove()
    store.close_store(app)
    db.engine.dispose()
    for old in instance.glob("exambank.sqlite*"):
        old.unlink()
    shutil.copy(backup, instance / "exambank.sqlite")
    service.raise_epochs_after_restore()


def test_handing_in_without_network_waits_and_is_done_when_it_is_back(site, room):
    context = site.context()
    page = enter(context.new_page(), room)
    choose(page, 1)
    expect_saved(page, 1)
    pass_time(minutes=45)
    context.set_offline(True)
    choose(page, 2)
    hand_in(page)
    expect(page.locator("[data-problem]")).not_to_be_empty()
    assert room.sitting.state == "open"
    context.set_offline(False)
    expect_receipt(page)
    assert sorted(room.stored()) == [1, 2]


def test_somebody_signed_out_signs_in_again_and_finds_the_unsent_answer(site, room):
    context = site.context()
    page = enter(context.new_page(), room)
    context.clear_cookies(name="exambank")
    choose(page, 1)
    expect(banner(page, "lock")).to_be_visible()
    assert room.stored() == {}
    site.sign_in(context, "hv001")
    page.goto(f"/sit/{room.public_id}")
    ready(page)
    expect_saved(page, 1)
    until(page, lambda: list(room.stored()) == [1])


def test_a_browser_that_keeps_nothing_sends_at_once_and_says_so(site, room):
    context = site.context()
    context.add_init_script("Object.defineProperty(window, 'indexedDB', {get() { throw new DOMException('denied'); }})")
    page = enter(context.new_page(), room)
    expect(banner(page, "journal")).to_be_visible()
    choose(page, 1)
    expect_saved(page, 1)
    until(page, lambda: list(room.stored()) == [1])
    pass_time(minutes=45)
    hand_in(page)
    expect_receipt(page)


def test_the_journal_on_the_disk_is_sealed(site, room):
    page = enter(site.page(), room)
    choose(page, 1)
    expect_saved(page, 1)
    kinds = page.evaluate("""async () => {
      const opening = indexedDB.open("exambank-room");
      const database = await new Promise((resolve) => { opening.onsuccess = () => resolve(opening.result); });
      const rows = await new Promise((resolve) => {
        database.transaction("entries").objectStore("entries").getAll().onsuccess = (event) => resolve(event.target.result);
      });
      database.close();
      return rows.map((row) => [row.question, row.body.sealed instanceof ArrayBuffer]);
    }""")
    assert kinds == [[1, True]]


def test_a_question_in_the_plain_pages_is_never_overtaken_by_an_older_click(site, room):
    page = enter(site.page(), room)
    choose(page, 1)
    expect_saved(page, 1)
    go(page, 1)
    page.goto(f"/sit/{room.public_id}/q/1")
    page.locator(".eb-option").nth(2).click()
    page.locator("button[name=go][value=next]").first.click()
    expect(page.locator("input[name=r-2]").first).to_be_attached()
    page.goto(f"/sit/{room.public_id}")
    ready(page)
    expect_saved(page, 1)
    assert room.token(1, 2) in room.stored()[1]
