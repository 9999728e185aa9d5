"""A reviewer at the keyboard: through the queue, a comment on a part, one item sent back, one accepted."""

from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from exambank.accounts.models import User
from exambank.bank import service
from exambank.courses.models import CognitiveLevel, CourseModule, Topic
from exambank.db import db
from tests.bank.factories import make_review

pytestmark = pytest.mark.browser


@pytest.fixture
def items(app):
    """Three items in review, oldest first, by public id."""
    people = SimpleNamespace(
        lecturer=db.session.query(User).filter_by(username="nguyet").one(),
        module=db.session.query(CourseModule).filter_by(code="XDD").one(),
        topics=db.session.query(Topic).order_by(Topic.position).all(),
        levels=db.session.query(CognitiveLevel).order_by(CognitiveLevel.position).all(),
    )
    return [make_review(people, stem=f"Câu phản biện số {number} hỏi gì?").public_id for number in (1, 2, 3)]


@pytest.fixture
def page(site, items):
    """The reviewer's queue."""
    page = site.page("khai")
    page.goto("/bank/reviews")
    return page


def state_of(public_id):
    db.session.rollback()
    db.session.expire_all()
    return service.get_item(public_id).state


def test_a_reviewer_goes_through_the_queue_by_keyboard(page, items):
    steps = page.locator("[data-step]")
    expect(steps).to_have_count(3)
    page.keyboard.press("j")
    expect(steps.first).to_be_focused()
    page.keyboard.press("j")
    expect(steps.nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{items[0]}/review")
    page.keyboard.press("n")
    page.keyboard.press("n")
    page.keyboard.press("c")
    page.keyboard.type("a s j: phương án này quá dài")  # letters typed into a comment move nothing
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#comments")).to_contain_text("a s j: phương án này quá dài")
    page.locator("h1").click()
    page.keyboard.press("a")
    assert state_of(items[0]) == "review"
    page.keyboard.press("s")
    expect(page.locator("#comment")).to_be_focused()
    page.keyboard.type("Xem góp ý.")
    page.locator("[data-key=s]").press("Enter")
    page.wait_for_url(f"**/{items[1]}/review")
    assert state_of(items[0]) == "draft"
    page.keyboard.press("j")
    page.wait_for_url(f"**/{items[2]}/review")
    page.keyboard.press("k")
    page.wait_for_url(f"**/{items[1]}/review")
    page.keyboard.press("a")
    page.wait_for_url(f"**/{items[2]}/review")
    assert state_of(items[1]) == "accepted"


def test_the_keys_are_shown_and_can_be_turned_off_for_good(page, items):
    page.goto(f"/bank/items/{items[0]}/review")
    page.keyboard.press("?")
    dialog = page.locator("#review-keys")
    expect(dialog).to_be_visible()
    page.keyboard.press("a")
    dialog.locator("[data-keys-switch]").click()
    dialog.locator("[data-close]").click()
    page.reload()
    page.keyboard.press("a")
    page.keyboard.press("?")
    expect(dialog).to_be_hidden()
    assert state_of(items[0]) == "review"
    page.locator("[data-keys-button]").click()
    expect(dialog).to_be_visible()


@pytest.mark.parametrize("width", [1366, 320])
def test_review_pages_hold_no_serious_barrier(page, items, width):
    page.set_viewport_size({"width": width, "height": 800})
    for address in (f"/bank/items/{items[0]}/review", f"/bank/items/{items[0]}", f"/bank/items/{items[0]}/history"):
        page.goto(address)
        found = (
            Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}).response["violations"]
        )
        assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
