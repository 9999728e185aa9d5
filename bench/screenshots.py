"""Pictures of the main pages of a demonstration school, into ``screenshots/``.

    python -m bench.screenshots [--only PART_OF_A_NAME] [--into FOLDER]

Fills a temporary instance with ``exambank demo``, serves it on 127.0.0.1 and drives a headless Chromium as each role.
Vietnamese at 1366x768, some at 390x844 (``-phone``), a handful in English (``-en``). A page that cannot be reached is
named on standard error and makes the exit status 1; the others are taken all the same.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, sync_playwright
from sqlalchemy import create_engine, text

from bench.server import prepared_instance, running
from bench.shots import LEARNERS, PLACES, STAFF, Shot, shots

PASSWORD = "exambank-demo"
TALLEST = 2600
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"


class Studio:
    """A browser with one signed-in context for each role, language and size."""

    def __init__(self, browser: Browser, port: int, places: dict[str, str], codes: dict[str, str], into: Path):
        self._browser, self._base, self._into = browser, f"http://127.0.0.1:{port}", into
        self._places, self._codes = places, codes
        self._contexts: dict = {}
        self.failed: list[str] = []

    def take(self, shot: Shot) -> None:
        page = None
        try:
            page = self._page(shot)
            answer = page.goto(self._base + shot.path.format(**self._places))
            if answer is not None and answer.status >= 400 and shot.name != "not-found":
                raise Error(f"answered {answer.status}")
            if shot.act:
                shot.act(page)
            page.wait_for_load_state()
            self._keep(page, shot)
        except (Error, KeyError) as error:
            self.failed.append(f"{shot.name}: {shot.path}: {str(error).splitlines()[0]}")
        finally:
            if page is not None:
                page.context.set_offline(False)
                page.close()

    def _keep(self, page: Page, shot: Shot) -> None:
        if shot.is_whole:
            height = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": shot.size[0], "height": max(min(height, TALLEST), shot.size[1])})
        page.screenshot(path=self._into / f"{shot.name}.png")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            print(f"  {shot.name}: {wide} px wider than the window", file=sys.stderr)

    def _page(self, shot: Shot) -> Page:
        # a candidate keeps one browser: another one would be a second machine
        key = (shot.who, "" if shot.who == "newcomer" else shot.language)
        if key not in self._contexts:
            self._contexts[key] = self._browser.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
            if shot.who:
                self._sign_in(self._contexts[key], shot.who)
        page = self._contexts[key].new_page()
        page.session_code = self._places.get("code", "")
        page.set_default_timeout(10_000)
        page.set_viewport_size({"width": shot.size[0], "height": shot.size[1]})
        page.on("console", lambda message: self._complain(shot, message))
        self._speak(page, shot)
        return page

    def _complain(self, shot: Shot, message) -> None:
        if message.type == "error" and shot.name not in {"not-found", "room-offline"}:
            print(f"  {shot.name}: {message.text}", file=sys.stderr)

    def _sign_in(self, context, who: str) -> None:
        page = context.new_page()
        page.goto(f"{self._base}/accounts/sign-in")
        page.locator("input[name=username]").fill(self._codes[who])
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("button.is-primary").click()
        page.wait_for_url(lambda url: "sign-in" not in url)
        page.close()

    def _speak(self, page: Page, shot: Shot) -> None:
        """Switch the interface's language where the picture wants another one."""
        page.goto(self._base + ("/accounts/profile" if shot.who else "/accounts/sign-in"))
        if page.locator("html").get_attribute("lang") != shot.language:
            button = page.locator(f"button[name=language][value={shot.language}]").first
            button.evaluate("button => button.form.requestSubmit(button)")
            page.locator(f"html[lang={shot.language}]").wait_for(state="attached")

    def take_pdf(self, kind: str) -> None:
        """The first page of a printed document, drawn by pdftoppm where that is there."""
        name, path = f"print-{kind.replace('_', '-')}", "/documents/exams/{closed}"
        if shutil.which("pdftoppm") is None:
            print(f"  {name}: left out, pdftoppm is not there", file=sys.stderr)
            return
        page = self._page(Shot(name, "officer", path))
        try:
            page.goto(self._base + path.format(**self._places))
            form = page.locator(f"form[action$='/{kind}']").first
            fields = {"csrf_token": form.locator("[name=csrf_token]").input_value()}
            answer = page.context.request.post(self._base + form.get_attribute("action"), form=fields)
            target = self._into / name
            target.with_suffix(".pdf").write_bytes(answer.body())
            subprocess.run(["pdftoppm", "-png", "-r", "80", "-singlefile", f"{target}.pdf", str(target)], check=True)
            target.with_suffix(".pdf").unlink()
        except (Error, subprocess.CalledProcessError) as error:
            self.failed.append(f"{name}: {str(error).splitlines()[0]}")
        finally:
            page.close()


PRINTED = ("candidate_list", "minutes", "mark_sheet", "result_list", "grade_sheet")


def look_up(database: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Public ids of what is shown, and the codes of the people who look at it."""
    engine = create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:

        def first(query: str):
            return connection.execute(text(query)).scalars().first()

        places = {name: found for name, query in PLACES.items() if (found := first(query))}
        learners = {name: found for name, query in LEARNERS.items() if (found := first(query))}
        own = "SELECT s.public_id FROM sitting s JOIN \"user\" u ON u.id = s.user_id JOIN exam e ON e.id = s.exam_id " \
              "WHERE e.state = 'open' AND u.code = :code"  # fmt: skip
        places["own"] = connection.execute(text(own), {"code": learners.get("newcomer")}).scalars().first() or ""
        places["code"] = first("SELECT session_code FROM exam WHERE state = 'open'") or ""
    engine.dispose()
    return places, {**STAFF, **learners}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="take only pictures whose name holds this")
    parser.add_argument("--into", type=Path, default=Path("screenshots"))
    options = parser.parse_args()
    options.into.mkdir(parents=True, exist_ok=True)
    wanted = [shot for shot in shots() if options.only in shot.name]
    with prepared_instance(None) as (instance, environment):
        command = [sys.executable, "-m", "exambank.cli", "demo", "--password", PASSWORD]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        places, codes = look_up(instance / "exambank.sqlite")
        with running(instance, environment) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            studio = Studio(browser, server.port, places, codes, options.into)
            for shot in wanted:
                studio.take(shot)
            for kind in PRINTED:
                if options.only in f"print-{kind}":
                    studio.take_pdf(kind)
            browser.close()
    for line in studio.failed:
        print(f"not taken: {line}", file=sys.stderr)
    print(f"{len(wanted)} pictures, {len(studio.failed)} not taken, in {options.into}/")
    return 1 if studio.failed else 0


if __name__ == "__main__":
    sys.exit(main())
