"""The page itself in a real Chromium, where the browser matters: killed, reloaded without network, its server replaced.

The proxy in between reads what page and server say to each other; from that the ledger knows what was given and what
was acknowledged, as if the page had told it.
"""

import contextlib
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from bench.faults import school
from bench.faults.client import EPOCH
from bench.faults.ledger import Ledger
from bench.faults.proxy import LINE_END, Proxy
from bench.faults.registry import SQLITE, scenario
from bench.faults.scenarios_database import restore_on_another_machine
from bench.faults.stage import Stage
from tests.browser.candidate import choose, enter, expect_local, expect_saved, ready

PATIENCE_MS = 60_000
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-quic",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass
class Room:
    """What the page helpers of the browser tests ask for."""

    public_id: str
    exam_code: str


class Chromium:
    """A browser with a profile on the disk, as on a machine of the room."""

    def __init__(self, stage: Stage, proxy: Proxy):
        self.stage, self.seat = stage, stage.template.seats[0]
        self.room = Room(self.seat.sitting, stage.template.code)
        self.url = f"http://127.0.0.1:{proxy.address[1]}"
        self.profile = stage.folder / "profile"
        self._playwright = None

    def open(self) -> Page:
        """Start it; the learner is signed in."""
        if self._playwright is None:
            self._playwright = sync_playwright().start()
        self.context: BrowserContext = self._playwright.chromium.launch_persistent_context(
            str(self.profile), executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS,
            headless=True, base_url=self.url, locale="vi-VN",
        )  # fmt: skip
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.add_cookies(
            [{"name": name, "value": value, "url": self.url} for name, value in self.seat.cookies.items()]
        )
        return self.context.pages[0] if self.context.pages else self.context.new_page()

    def kill(self) -> None:
        """kill -9 of every process of this browser: those that name its profile, and theirs."""
        for pid in _naming(str(self.profile)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(Exception):  # whatever the driver says of a browser that is gone
            self.context.close()

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.context.close()
        if self._playwright is not None:
            self._playwright.stop()


def _naming(text: str) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if text.encode() in path.read_bytes() and int(path.parent.name) != os.getpid():
                found.append(int(path.parent.name))
    return found


@contextlib.contextmanager
def _at_a_machine(stage: Stage) -> Iterator[tuple[Chromium, Proxy]]:
    """The exam is open, a proxy stands between; the browser is not started yet."""
    stage.open(seconds=1800)
    expect.set_options(timeout=PATIENCE_MS)
    with Proxy(stage.host.address, stage.seed, observe=_listener(stage.ledger)) as proxy:
        browser = Chromium(stage, proxy)
        try:
            yield browser, proxy
        finally:
            browser.close()


def _listener(ledger: Ledger) -> Callable[[bytes, bytes], None]:
    """Write down what the page sends and what it is told."""
    first: dict[tuple, tuple[dict, float]] = {}

    def hear(request: bytes, answer: bytes) -> None:
        head, _end, body = request.partition(LINE_END)
        words = head.split(b" ", 2)[1].decode().split("/")
        if words[1:2] != ["sit"] or words[-1] not in {"save", "submit"} or not body.startswith(b"{"):
            return
        sent, told = json.loads(body), _json(answer)
        for one in sent["saves"]:
            question, seq = one["q"], sent["epoch"] * EPOCH + one["n"]
            known = first.get((words[2], question))
            if known is None or known[0] != one["payload"]:
                known = first[words[2], question] = (one["payload"], time.time())
            ledger.give(words[2], question, seq, *known)
            if told.get("saved", {}).get(str(question)) == seq:
                ledger.acknowledge(words[2], question, seq, told.get("generation"))

    return hear


def _json(answer: bytes) -> dict:
    try:
        return json.loads(answer.partition(LINE_END)[2])
    except ValueError:
        return {}


def _choices(seat: school.Seat) -> list[int]:
    return [question for question, tokens in seat.tokens.items() if tokens]


def _expect_stored(stage: Stage, browser: Chromium, option_of: dict[int, int]) -> None:
    """Each of these questions has, on the server, the option that was clicked last."""

    def is_so() -> bool:
        rows = stage.books().responses
        return all(
            (browser.seat.sitting, question) in rows
            and browser.seat.tokens[question][option] in rows[browser.seat.sitting, question]["payload"]
            for question, option in option_of.items()
        )

    stage.wait_for(is_so, f"the options clicked in Chromium are stored: {option_of}", 60)


@scenario(SQLITE)
def chromium_killed(stage: Stage) -> None:
    """Chromium is killed while offline with answers not sent; started again it brings them back."""
    with _at_a_machine(stage) as (browser, proxy):
        page = enter(browser.open(), browser.room)
        saved, local = _choices(browser.seat)[:5], _choices(browser.seat)[5:9]
        for question in saved:
            choose(page, question, 1)
        expect_saved(page, *saved)
        proxy.change(is_down=True)
        for question in [*local, saved[0]]:
            choose(page, question, 2)
        expect_local(page, *local)
        time.sleep(1)
        browser.kill()
        proxy.change()
        page = browser.open()
        page.goto(f"/sit/{browser.room.public_id}")
        _take_seat_again(stage, page, browser)
        expect_saved(page, *saved, *local)
        _expect_stored(stage, browser, {**dict.fromkeys(saved, 1), **dict.fromkeys([*local, saved[0]], 2)})


def _take_seat_again(stage: Stage, page: Page, browser: Chromium) -> None:
    """By itself where the machine kept its seat cookie; else with the invigilator's code."""
    page.locator("html[data-room=ready], #code").first.wait_for(state="attached")
    if page.locator("html[data-room=ready]").count() == 0:
        stage.notes["seat cookie"] = "lost with the browser, invigilator's code used"
        page.locator("#code").fill(stage.desk.takeover_code(browser.room.public_id))
        page.locator("main form button").first.click()
    ready(page)


@scenario(SQLITE)
def chromium_reloaded_offline(stage: Stage) -> None:
    """F5 without network: the service worker and the journal bring the room back; work goes on and arrives later."""
    with _at_a_machine(stage) as (browser, proxy):
        page = enter(browser.open(), browser.room)
        first, second, third = _choices(browser.seat)[:3], _choices(browser.seat)[3:6], _choices(browser.seat)[6:8]
        for question in first:
            choose(page, question, 0)
        expect_saved(page, *first)
        page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
        page.reload()
        ready(page)
        proxy.change(is_down=True)
        for question in second:
            choose(page, question, 1)
        expect_local(page, *second)
        page.reload()
        ready(page)
        expect_local(page, *second)
        for question in third:
            choose(page, question, 3)
        proxy.change()
        expect_saved(page, *first, *second, *third)
        _expect_stored(
            stage, browser, {**dict.fromkeys(first, 0), **dict.fromkeys(second, 1), **dict.fromkeys(third, 3)}
        )


@scenario(SQLITE)
def chromium_server_replaced(stage: Stage) -> None:
    """The server dies; an older backup comes back on another machine at its address: the open page sends all again."""
    with _at_a_machine(stage) as (browser, _proxy):
        page = enter(browser.open(), browser.room)
        early, late = _choices(browser.seat)[:4], _choices(browser.seat)[4:9]
        for question in early:
            choose(page, question, 0)
        expect_saved(page, *early)
        passphrase, backup = stage.folder / "passphrase", stage.folder / "minute-20.backup"
        passphrase.write_text("an hour of bad luck\n")
        stage.host.command("backup", str(backup), "--passphrase-file", str(passphrase))
        for question in [*late, early[0]]:
            choose(page, question, 2)
        expect_saved(page, *late, *early)
        _expect_stored(stage, browser, dict.fromkeys([*late, early[0]], 2))
        stage.host.kill_all()
        restore_on_another_machine(stage, backup, passphrase)
        _expect_stored(stage, browser, {**dict.fromkeys(early, 0), **dict.fromkeys([*late, early[0]], 2)})
        choose(page, _choices(browser.seat)[9], 1)
        expect_saved(page, *early, *late, _choices(browser.seat)[9])
