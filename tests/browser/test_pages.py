"""The main pages over the demonstration's school: no violation of the content policy, no serious finding of axe, and
nothing that runs out of the page, on a desk and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.pages import PAGES

pytestmark = pytest.mark.browser

WIDTHS = (1366, 390)
# elements that reach beyond the page and are not inside something that scrolls by itself
RUNS_OUT = """() => {
  const edge = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= edge) return [];
  const isHeld = (node) => {
    for (let up = node.parentElement; up && up !== document.documentElement; up = up.parentElement)
      if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(up).overflowX)) return true;
    return false;
  };
  return [...document.body.querySelectorAll("*")]
    .filter((node) => node.getBoundingClientRect().right > edge + 1 && !isHeld(node))
    .slice(0, 3).map((node) => node.outerHTML.slice(0, 120));
}"""


def findings(page) -> list[str]:
    """What axe calls serious or critical, with the first elements concerned."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_fit_for_everybody_on_desk_and_phone(demonstration, name):
    code, url, status = PAGES[name]
    names = demonstration.names
    page = demonstration.page(code.format(**names) if code else None)
    demonstration.complaints.clear()
    faults = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if width == WIDTHS[0]:
            answer = page.goto(url.format(**names))
            assert answer.status == status
        faults += [f"{width} px: {fault}" for fault in findings(page)]
        faults += [f"{width} px runs out: {fault}" for fault in page.evaluate(RUNS_OUT)]
    assert faults == []
    assert demonstration.complaints == []
