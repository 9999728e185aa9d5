"""Abuse and faults 102: whoever needs the keyboard, large letters, a small screen or a slow line finishes the exam."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.candidate import expect_receipt, expect_saved, look_now, ready
from tests.browser.school import pass_time

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}
SLOW = {"offline": False, "latency": 200, "downloadThroughput": 32_000, "uploadThroughput": 32_000}  # 256 kbit/s


def tab_to(page, selector: str) -> None:
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never comes to {selector}")


def test_102_the_exam_is_finished_by_keyboard_in_the_largest_letters_on_320_pixels_over_a_slow_line(site, room):
    page = site.page(viewport=NARROW)
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    page.goto(f"/sit/{room.public_id}")
    tab_to(page, "#code")
    page.keyboard.type(room.exam_code)
    page.keyboard.press("Enter")
    ready(page)
    page.evaluate("document.documentElement.dataset.size = '200'")
    page.keyboard.press("2")
    page.keyboard.press("n")
    page.keyboard.press("1")
    expect_saved(page, 1, 2)
    held = page.evaluate("document.activeElement.name")
    pass_time(minutes=45, seconds=5)
    look_now(page)
    expect(page.locator("#announcements[role=status][aria-live=polite]")).to_contain_text(re.compile(r"\b15 phút"))
    assert page.evaluate("document.activeElement.name") == held  # announced, and the focus is where it was
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("k")
    expect(page.locator("#review h1")).to_be_focused()
    tab_to(page, "[data-submit]")
    page.keyboard.press("Enter")
    expect_receipt(page)
    assert len(room.stored()) == 2
