"""The exam room in a browser five years old: Chromium 92, as computer rooms still have it."""

import os
import stat
from pathlib import Path

import brotli
import pytest
from playwright.sync_api import Error

from tests.browser.candidate import until
from tests.browser.school import pass_time

pytestmark = pytest.mark.browser

PACKED = Path(__file__).parent / "five_years" / "node_modules" / "@sparticuz" / "chromium" / "bin" / "chromium.br"


@pytest.fixture(scope="module")
def old_chromium(tmp_path_factory, playwright):
    """Chromium 92, unpacked from the npm package that ``make test`` brings."""
    if not PACKED.is_file():
        if os.environ.get("CI"):
            pytest.fail(f"{PACKED} is missing: npm ci in tests/browser/five_years")
        pytest.skip("the old browser is not there: npm ci in tests/browser/five_years")
    program = tmp_path_factory.mktemp("old") / "chromium"
    program.write_bytes(brotli.decompress(PACKED.read_bytes()))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    browser = playwright.chromium.launch(
        executable_path=str(program),
        args=["--headless", "--no-sandbox", "--disable-gpu", "--single-process", "--no-zygote", "--no-first-run"],
    )
    yield browser
    browser.close()
    program.unlink()


class Hands:
    """Mouse, keyboard and eyes without Playwright's locators, which need what this browser does not have yet."""

    def __init__(self, page):
        self.page = page

    def wait(self, expression: str) -> None:
        def holds() -> bool:
            try:
                return self.page.evaluate(f"Boolean({expression})")
            except Error:  # the page is just being left for another
                return False

        until(self.page, holds)

    def press(self, selector: str) -> None:
        self.wait(f"document.querySelector(`{selector}`)?.getClientRects().length > 0")
        x, y = self.page.evaluate(
            """selector => {
              const node = document.querySelector(selector);
              node.scrollIntoView({ block: "center" });
              const box = node.getBoundingClientRect();
              return [box.x + box.width / 2, box.y + box.height / 2];
            }""",
            selector,
        )
        self.page.mouse.click(x, y)

    def ready(self) -> None:
        self.wait("document.documentElement.dataset.room === 'ready'")

    def choose(self, number: int, option: int) -> None:
        self.press(f"[data-cell='{number}']")
        self.press(f"#q-{number} .eb-option:nth-child({option})")

    def see(self, number: int, square: str) -> None:
        self.wait(f"document.querySelector(`[data-cell='{number}']`).classList.contains('is-{square}')")


def test_a_browser_five_years_old_enters_answers_loses_the_network_and_hands_in(site, room, old_chromium):
    assert old_chromium.version.startswith("92.")
    site.new_context = old_chromium.new_context
    context = site.context()
    page = context.new_page()
    hands = Hands(page)
    page.goto(f"/sit/{room.public_id}")
    hands.press("#code")
    page.keyboard.type(room.exam_code)
    page.keyboard.press("Enter")
    hands.ready()
    hands.choose(1, option=2)
    hands.see(1, "full")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    site.cut(context)
    hands.choose(2, option=1)
    hands.wait("document.querySelector('[data-banner=offline]')")
    hands.see(2, "hatched")
    page.reload()
    hands.ready()
    hands.wait("document.querySelector('#q-2 input').checked")
    hands.see(1, "hatched")
    assert list(room.stored()) == [1]
    site.mend(context)
    hands.see(2, "full")
    hands.wait("!document.querySelector('[data-banner=offline]')")

    page.keyboard.press("?")
    hands.wait("document.activeElement.matches('[data-sheet-open-now=keys] h1')")
    page.keyboard.press("Escape")
    pass_time(minutes=45)
    hands.press("[data-go=review]")
    hands.press("[data-submit]")
    hands.wait("document.querySelector('[data-closed-sitting]')")
    assert room.sitting.closed_by == "candidate"
    assert sorted(room.stored()) == [1, 2]
    context.close()
