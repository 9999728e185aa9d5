"""Safe Exam Browser in a real browser: its headers put on by the test, its script API by a stand-in. No real SEB."""

import re

import pytest
from flask import current_app
from playwright.sync_api import BrowserContext, expect

from exambank import clock
from exambank.accounts.models import User
from exambank.db import db
from exambank.exams import seb
from exambank.exams import service as exams
from exambank.sittings import service
from exambank.sittings.models import FocusEvent
from exambank.sittings.service import settled
from tests.browser.candidate import choose, enter, expect_saved, look_now, ready, until
from tests.people import actor_of

pytestmark = pytest.mark.browser

# What the modern engine offers a page: keys hashed with its address, there only after they were asked for.
SCRIPT_API = """
const key = "KEY";
window.SafeExamBrowser = { version: "SEB_macOS_3.4_1_org.safeexambrowser", security: {
  configKey: "", browserExamKey: "",
  updateKeys(done) {
    const page = new TextEncoder().encode(location.href.split("#")[0] + key);
    crypto.subtle.digest("SHA-256", page).then((hash) => {
      this.configKey = [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      done();
    });
  } } };
"""


def lock_machines(site, room, lockdown="seb") -> str:
    """The exam's machines locked as the office does it; the key of the settings."""
    exam, office = room.sitting.exam, db.session.query(User).filter_by(username="lien").one_or_none()
    actor = actor_of(office or db.session.get(User, exam.created_by_id))
    wish = exams.LockdownWish(lockdown=lockdown, address=site.url)
    exams.set_lockdown(actor=actor, now=clock.now(), exam=exam, wish=wish, reason="thử")
    current_app.extensions.pop(settled.KEY, None)
    return room.sitting.exam.conduct.get("config_key", "")


class Headers:
    """Puts on each request of a browser what SEB's own engine does."""

    def __init__(self, context: BrowserContext, key: str):
        self.key, self.is_on = key, True
        context.route(re.compile("/sit/"), self._send)

    def _send(self, route) -> None:
        proof = {"X-SafeExamBrowser-ConfigKeyHash": seb.header_value(route.request.url, self.key)} if self.is_on else {}
        route.continue_(headers={**route.request.headers, **proof})


def test_by_headers_the_room_works_leaving_locks_the_seat_and_a_person_lets_it_go_on(site, room):
    key = lock_machines(site, room)
    bare = site.page()
    bare.goto(f"/sit/{room.public_id}")
    link = bare.locator("main a[href^='seb']")
    assert link.get_attribute("href").startswith(site.url.replace("http", "seb"))

    context = site.context(service_workers="block")
    headers = Headers(context, key)
    page = enter(context.new_page(), room)
    choose(page, 1, 0)
    expect_saved(page, 1)
    headers.is_on = False
    choose(page, 2, 1)
    until(page, lambda: room.sitting.locked_at is not None)
    assert 2 in room.stored()  # what was written is kept first
    sheet = page.locator("[data-locked-why]")
    look_now(page)
    expect(sheet).to_be_visible()
    headers.is_on = True
    service.unlock(actor=room.invigilator(), now=clock.now(), sitting=room.sitting, reason="đã kiểm tra")
    look_now(page)
    expect(sheet).to_be_hidden()
    choose(page, 3, 0)
    expect_saved(page, 1, 2, 3)
    assert room.sitting.locked_at is None


def test_by_script_alone_the_held_back_page_proves_itself_and_the_room_works(site, room):
    key = lock_machines(site, room)
    context = site.context()
    context.add_init_script(SCRIPT_API.replace("KEY", key))
    page = enter(context.new_page(), room)
    choose(page, 1, 0)
    choose(page, 2, 0)
    expect_saved(page, 1, 2)
    page.reload()
    ready(page)
    choose(page, 3, 0)
    expect_saved(page, 1, 2, 3)
    assert room.sitting.locked_at is None
    context.add_init_script("window.SafeExamBrowser.security.updateKeys = (done) => done();")  # it is no SEB any more
    context.clear_cookies(name="exambank_seb")
    page.reload()
    until(page, lambda: room.sitting.locked_reason == "seb")
    assert set(room.stored()) == {1, 2, 3}


def test_leaving_the_page_is_reported_merged_and_work_goes_on(site, room):
    lock_machines(site, room, "watch")
    page = enter(site.page(), room)
    expect(page.locator("[data-fullscreen]")).to_be_visible()
    for _time in range(40):
        page.evaluate("dispatchEvent(new Event('blur')); dispatchEvent(new Event('focus'))")
    choose(page, 1, 0)
    expect_saved(page, 1)

    def events():
        db.session.rollback()
        return db.session.query(FocusEvent).all()

    until(page, lambda: len(events()) > 0)
    assert [(one.kind, one.count) for one in events()] == [("blur", 40)]
    assert room.sitting.state == "open"
