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
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Browser, Error, Page, sync_playwright
from sqlalchemy import create_engine, text

from bench import sample_bank
from bench.server import prepared_instance, running

PASSWORD = "exambank-demo"
DESK, PHONE = (1366, 768), (390, 844)
TALLEST = 2600
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"

# What the pictures are of, as queries on the demonstration's database; {name} in a path below.
PLACES = {
    "module": "SELECT m.public_id FROM course_module m JOIN item i ON i.course_module_id = m.id GROUP BY m.id "
    "ORDER BY count(*) DESC",
    "item": "SELECT i.public_id FROM item i JOIN item_statistic s ON s.item_version_id = i.accepted_version_id "
    "WHERE i.kind = 'single_choice' ORDER BY i.id",
    "cluster": "SELECT public_id FROM item WHERE kind = 'true_false_cluster' AND state = 'accepted' ORDER BY id",
    "draft": "SELECT public_id FROM item WHERE state = 'draft' ORDER BY id",
    "review": "SELECT public_id FROM item WHERE state = 'review' ORDER BY id",
    "blueprint": "SELECT public_id FROM exam_blueprint ORDER BY id DESC",
    "set": "SELECT public_id FROM paper_set WHERE state = 'approved' ORDER BY id",
    "waiting_set": "SELECT public_id FROM paper_set WHERE state = 'dealt' ORDER BY id",
    "paper": "SELECT public_id FROM exam_paper ORDER BY id",
    "closed": "SELECT public_id FROM exam WHERE state = 'closed' ORDER BY id",
    "open": "SELECT public_id FROM exam WHERE state = 'open' ORDER BY id",
    "coming": "SELECT public_id FROM exam WHERE state = 'ready' ORDER BY id",
    "planned": "SELECT public_id FROM exam WHERE state = 'draft' ORDER BY id",
    "room": "SELECT r.public_id FROM exam_room r JOIN exam e ON e.id = r.exam_id WHERE e.state = 'open' ORDER BY r.id",
    "seat": "SELECT public_id FROM sitting WHERE state = 'open' ORDER BY id",
    "story": "SELECT s.public_id FROM mark_line l JOIN sitting s ON s.id = l.sitting_id ORDER BY l.id",
    "version": "SELECT v.public_id FROM correction c JOIN item_version v ON v.id = c.item_version_id ORDER BY c.id",
    "other_version": "SELECT v.public_id FROM analysis_item a JOIN item_version v ON v.id = a.item_version_id "
    "JOIN item i ON i.id = v.item_id WHERE i.kind = 'single_choice' ORDER BY a.id",
    "correction": "SELECT public_id FROM correction ORDER BY id",
    "offering": "SELECT o.public_id FROM offering o JOIN exam e ON e.offering_id = o.id WHERE e.state = 'closed'",
    "cohort": "SELECT c.public_id FROM cohort c ORDER BY c.id",
    "regulation": "SELECT public_id FROM regulation ORDER BY id",
    "person": "SELECT public_id FROM \"user\" WHERE code = 'GV01'",
    "candidacy": "SELECT c.public_id FROM candidacy c JOIN exam e ON e.id = c.exam_id WHERE e.state = 'closed' "
    "ORDER BY c.number",
}
STAFF = {
    "lecturer": "GV01", "head": "TK01", "officer": "DT01", "quality": "KT01", "invigilator": "CT01", "marker": "CH01",
    "leader": "LD01", "technician": "IT01", "inspector": "TT01",
}  # fmt: skip
LEARNERS = {
    "newcomer": "SELECT u.code FROM sitting s JOIN \"user\" u ON u.id = s.user_id JOIN exam e ON e.id = s.exam_id "
    "WHERE s.state = 'ready' AND e.state = 'open' ORDER BY s.id",
    "graduate": "SELECT u.code FROM mark_line l JOIN sitting s ON s.id = l.sitting_id JOIN \"user\" u "
    "ON u.id = s.user_id ORDER BY l.id",
}  # fmt: skip


@dataclass(frozen=True)
class Shot:
    """One picture: whose page, where, what is done there first."""

    name: str
    who: str | None
    path: str
    act: Callable[[Page], None] | None = None
    size: tuple[int, int] = DESK
    language: str = "vi"
    is_whole: bool = True  # down to the foot of the page, not only what the window shows


def shots() -> list[Shot]:
    staff = [
        Shot("sign-in", None, "/accounts/sign-in", is_whole=False),
        Shot("certificate", None, "/ca"),
        *(Shot(f"desk-{role}", role, "/") for role in (*STAFF, "graduate")),
        Shot("bank-list", "lecturer", "/bank/modules/{module}"),
        Shot("bank-overview", "lecturer", "/bank/modules/{module}/overview"),
        Shot("bank-item", "lecturer", "/bank/items/{item}"),
        Shot("bank-cluster", "lecturer", "/bank/items/{cluster}"),
        Shot("bank-history", "lecturer", "/bank/items/{item}/history"),
        Shot("bank-preview", "lecturer", "/bank/items/{cluster}/preview"),
        Shot("bank-editor", "lecturer", "/bank/items/{draft}/edit"),
        Shot("bank-new", "lecturer", "/bank/modules/{module}/items/new"),
        Shot("bank-reviews", "quality", "/bank/reviews"),
        Shot("bank-review", "quality", "/bank/items/{review}/review"),
        Shot("import-upload", "lecturer", "/interchange/bank"),
        Shot("import-preview", "lecturer", "/interchange/bank", _upload_bank),
        Shot("blueprints", "quality", "/assembly/"),
        Shot("blueprint", "quality", "/assembly/blueprints/{blueprint}"),
        Shot("blueprint-editor", "quality", "/assembly/modules/{module}/new"),
        Shot("blueprint-deal", "quality", "/assembly/blueprints/{blueprint}/deal"),
        Shot("paper-set", "quality", "/assembly/sets/{set}"),
        Shot("paper-set-waiting", "leader", "/assembly/sets/{waiting_set}"),
        Shot("paper", "quality", "/assembly/papers/{paper}"),
        Shot("exams", "officer", "/exams/"),
        Shot("exam", "officer", "/exams/{coming}"),
        Shot("exam-planned", "officer", "/exams/{planned}"),
        Shot("exam-closed", "officer", "/exams/{closed}"),
        Shot("exam-new", "officer", "/exams/new"),
        Shot("exam-papers", "officer", "/exams/{planned}/papers"),
        Shot("candidates", "officer", "/exams/{closed}/candidates"),
        Shot("candidate", "officer", "/exams/candidates/{candidacy}"),
        Shot("rooms", "officer", "/exams/{closed}/rooms"),
        Shot("invigilator-rooms", "invigilator", "/room/"),
        Shot("invigilator-room", "invigilator", "/room/{room}"),
        Shot("invigilator-seat", "invigilator", "/room/seat/{seat}"),
        Shot("invigilator-close", "invigilator", "/room/{room}/close"),
        Shot("invigilator-time", "invigilator", "/room/{room}/time"),
        Shot("quarantine", "officer", "/room/{room}/quarantine"),
        Shot("mark-exams", "quality", "/marking/"),
        Shot("mark-sheet", "quality", "/marking/{closed}"),
        Shot("mark-story", "quality", "/marking/sittings/{story}"),
        Shot("mark-items", "quality", "/marking/{closed}/items"),
        Shot("mark-correction", "quality", "/marking/{closed}/items/{other_version}"),
        Shot("mark-correction-preview", "quality", "/marking/{closed}/items/{other_version}", _preview_correction),
        Shot("mark-undo", "quality", "/marking/corrections/{correction}/undo"),
        Shot("gradebooks", "officer", "/grades/"),
        Shot("gradebook", "officer", "/grades/exams/{closed}"),
        Shot("gradebook-freeze", "officer", "/grades/exams/{closed}/freeze"),
        Shot("reports", "quality", "/analysis/"),
        Shot("report-exam", "quality", "/analysis/exams/{closed}"),
        Shot("report-item", "quality", "/analysis/exams/{closed}/items/{version}"),
        Shot("documents-exams", "officer", "/documents/"),
        Shot("documents", "officer", "/documents/exams/{closed}"),
        Shot("people", "officer", "/accounts/people"),
        Shot("person", "officer", "/accounts/people/{person}"),
        Shot("people-import", "officer", "/interchange/people"),
        Shot("door-cards", "invigilator", "/accounts/door-cards"),
        Shot("offerings", "officer", "/courses/"),
        Shot("offering", "officer", "/courses/offerings/{offering}"),
        Shot("classes", "officer", "/courses/classes"),
        Shot("class", "officer", "/courses/classes/{cohort}"),
        Shot("modules", "officer", "/courses/modules"),
        Shot("module", "lecturer", "/courses/modules/{module}"),
        Shot("programmes", "officer", "/courses/programmes"),
        Shot("regulation", "officer", "/courses/regulations/{regulation}"),
        Shot("system", "technician", "/system"),
        Shot("audit", "inspector", "/audit"),
        Shot("not-found", "lecturer", "/exams/0"),
        Shot("learner-mark", "graduate", "/marking/my/{story}"),
        Shot("learner-grades", "graduate", "/grades/mine"),
        Shot("learner-exams", "newcomer", "/sit/"),
        Shot("room-cover", "newcomer", "/sit/{own}"),
        Shot("room-question", "newcomer", "/sit/{own}", _enter_and_answer, is_whole=False),
        Shot("room-question-phone", "newcomer", "/sit/{own}", _wait_for_room, PHONE, is_whole=False),
        Shot("room-question-en", "newcomer", "/sit/{own}", _wait_for_room, DESK, "en", is_whole=False),
        Shot("room-offline", "newcomer", "/sit/{own}", _lose_network, is_whole=False),
        Shot("room-review", "newcomer", "/sit/{own}", _look_over),
        Shot("room-review-phone", "newcomer", "/sit/{own}", _look_over, PHONE),
        Shot("room-too-early", "newcomer", "/sit/{own}", _hand_in, is_whole=False),
        Shot("room-receipt", "graduate", "/sit/{story}"),
        Shot("room-receipt-phone", "graduate", "/sit/{story}", None, PHONE),
    ]
    return [*staff, *_again(staff)]


def _again(staff: list[Shot]) -> list[Shot]:
    """Some of them on a phone, some in English."""
    phone = ("sign-in", "desk-lecturer", "desk-graduate", "bank-list", "bank-item", "blueprint", "candidates", "exam",
             "invigilator-room", "mark-sheet", "mark-story", "gradebook", "report-exam", "report-item", "people",
             "learner-grades", "import-upload", "documents")  # fmt: skip
    english = ("sign-in", "desk-lecturer", "bank-list", "bank-item", "blueprint", "exam", "invigilator-room",
               "mark-story", "gradebook", "report-item", "regulation", "documents")  # fmt: skip
    known = {shot.name: shot for shot in staff}
    small = [Shot(f"{name}-phone", known[name].who, known[name].path, known[name].act, PHONE) for name in phone]
    return small + [
        Shot(f"{name}-en", known[name].who, known[name].path, known[name].act, DESK, "en") for name in english
    ]


# --- what is done on a page before its picture ---


def _upload_bank(page: Page) -> None:
    """A file of twelve items, two of them with mistakes."""
    with tempfile.TemporaryDirectory() as folder:
        path = sample_bank.write(Path(folder) / "ngan-hang.xlsx", 12)
        book = load_workbook(path)
        book.active["J5"], book.active["F8"], book.active["G8"] = "E", "42", "42"
        book.save(path)
        page.locator("input[type=file]").set_input_files(path)
        page.locator("main form button[type=submit], main form button.is-primary").first.click()
        page.wait_for_url("**/interchange/batches/**")


def _preview_correction(page: Page) -> None:
    page.locator("input[name=kind]").first.check()
    page.locator("textarea[name=reason]").fill("Hai phương án cùng đúng; kết luận của hội đồng ngày 24/11.")
    page.locator("main form button.is-primary").first.click()
    page.wait_for_load_state()


def _wait_for_room(page: Page) -> None:
    page.locator("html[data-room=ready]").wait_for()


def _enter_and_answer(page: Page) -> None:
    page.locator("#code").fill(page.session_code)
    page.locator("main form button").click()
    _wait_for_room(page)
    for number in range(1, 9):
        page.locator(f"[data-cell='{number}']").click()
        question = page.locator(f"#q-{number}")
        question.wait_for()
        if number in {3, 7}:
            continue
        if question.locator(".eb-option").count():
            question.locator(".eb-option").nth(number % 2).click()
        else:
            question.locator(".eb-pair").first.click()
    page.locator("[data-cell='8'].is-full").wait_for(timeout=8000)
    page.locator("[data-cell='5']").click()


def _lose_network(page: Page) -> None:
    _wait_for_room(page)
    page.context.set_offline(True)
    page.locator("[data-cell='7']").click()
    page.locator("#q-7 .eb-option, #q-7 .eb-pair").first.click()
    page.wait_for_timeout(16_000)  # the room says so within 15 seconds


def _look_over(page: Page) -> None:
    page.context.set_offline(False)
    _wait_for_room(page)
    if page.locator("a[href='#overview']").is_visible():  # on a phone the overview is a sheet of its own
        page.locator("a[href='#overview']").click()
    page.locator("[data-go=review]").click()
    page.locator("[data-submit]:visible").wait_for()


def _hand_in(page: Page) -> None:
    """Before the time at which the Regulation lets people leave: the room says so and keeps the work."""
    _look_over(page)
    page.locator("[data-submit]").click()
    page.wait_for_timeout(1500)


# --- taking them ---


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
