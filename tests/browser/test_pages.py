"""The main pages over the demonstration's school: no violation of the content policy, no serious finding of axe, and
nothing that runs out of the page, on a desk and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from exambank import create_app
from exambank.accounts.models import User
from exambank.cli.demo import play
from exambank.db import db
from exambank.sittings import store
from tests.browser.conftest import CONFIG
from tests.browser.pages import PAGES, known
from tests.browser.server import serving

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


class Demonstration:
    """The served school and one browser for each person."""

    def __init__(self, app, browser, url: str):
        self.app, self.browser, self.url = app, browser, url
        self.complaints: list[str] = []
        self._pages = {}
        with app.app_context():
            self.names = known()

    def page(self, code: str | None):
        if code not in self._pages:
            context = self.browser.new_context(base_url=self.url, locale="vi-VN")
            context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))
            context.on("console", self._listen)
            if code:
                context.add_cookies([self._cookie(code)])
            self._pages[code] = context.new_page()
        return self._pages[code]

    def _cookie(self, code: str) -> dict:
        with self.app.app_context():
            user = db.session.query(User).filter_by(code=code).one()
            signer = self.app.session_interface.get_signing_serializer(self.app)
            value = signer.dumps({"user_id": user.id, "version": user.session_version})
        return {"name": self.app.config["SESSION_COOKIE_NAME"], "value": value, "url": self.url}

    def _listen(self, message) -> None:
        if message.type == "error" and "404 (NOT FOUND)" not in message.text:
            self.complaints.append(message.text)

    def close(self) -> None:
        for page in self._pages.values():
            page.context.close()


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory, browser):
    folder = tmp_path_factory.mktemp("demonstration")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXAMBANK_INSTANCE", str(folder))
        app = create_app(CONFIG)
        with app.app_context():
            play.fill("cho-trinh-duyet-xem", lambda _line: None)
            db.session.remove()
        with serving(app) as server:
            shown = Demonstration(app, browser, f"http://127.0.0.1:{server.port}")
            yield shown
            shown.close()
        store.close_store(app)
        with app.app_context():
            db.engine.dispose()


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
