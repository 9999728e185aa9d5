"""What a candidate does in the browser, and what a test waits for; nothing here waits for a length of time."""

import contextlib
import re
from collections.abc import Callable, Iterator

from playwright.sync_api import Error, Locator, Page, expect

FULL, HATCHED, EMPTY = re.compile("is-full"), re.compile("is-hatched"), re.compile("is-empty")


@contextlib.contextmanager
def unless_it_navigates() -> Iterator[None]:
    """A page that found out by itself, and goes on to another address while it is asked, is no failure."""
    try:
        yield
    except Error as error:
        if "because of a navigation" not in str(error):
            raise


def enter(page: Page, room, code: str | None = None) -> Page:
    """From the cover into the room."""
    page.goto(f"/sit/{room.public_id}")
    page.get_by_label("Mã ca thi").or_(page.locator("#code")).first.fill(code or room.exam_code)
    page.locator("main form button").click()
    return ready(page)


def ready(page: Page) -> Page:
    """The script has furnished the room."""
    page.locator("html[data-room=ready]").wait_for()
    return page


def cell(page: Page, number: int) -> Locator:
    return page.locator(f"[data-cell='{number}']")


def go(page: Page, number: int) -> Locator:
    """Open a question by its square."""
    cell(page, number).click()
    section = page.locator(f"#q-{number}")
    expect(section).to_be_visible()
    return section


def choose(page: Page, number: int, option: int = 0) -> None:
    """Choose an option of a question, whichever question is shown."""
    go(page, number).locator(".eb-option").nth(option).click()


def expect_saved(page: Page, *numbers: int) -> None:
    for number in numbers:
        expect(cell(page, number)).to_have_class(FULL)


def expect_local(page: Page, *numbers: int) -> None:
    for number in numbers:
        expect(cell(page, number)).to_have_class(HATCHED)


def hand_in(page: Page) -> None:
    ready(page)
    page.locator("[data-go=review]").click()
    page.locator("[data-submit]").click()


def expect_receipt(page: Page) -> None:
    expect(page.locator("[data-closed-sitting]")).to_be_visible()


def look_now(page: Page) -> None:
    """Let the page ask the server now, not at its next poll."""
    with unless_it_navigates():
        page.evaluate("dispatchEvent(new Event('online'))")


def banner(page: Page, name: str) -> Locator:
    return page.locator(f"[data-banner={name}]")


def until(page: Page, is_so: Callable[[], bool], seconds: float = 60.0) -> None:
    """Let the page run until the server has it so; the limit is for what never comes, on however busy a machine."""
    for _round in range(int(seconds * 20)):
        with unless_it_navigates():
            if is_so():
                return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come about")
