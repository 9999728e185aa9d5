"""The whole room at once, on a real server over HTTP: everybody presses Start, later everybody hands in.

    python -m bench.herd [--candidates 200] [--within 5] [--database postgresql://...]

Signed in and waiting on the cover, they press Start within five seconds: the form, page 1, what it loads, the entry of
its own script. Then everybody hands in within five seconds. Both are reported with their CPU. A candidate without page
1 or receipt, or more than 25 ms of CPU for a Start, exits with 1. The last line is one JSON object.
"""

import argparse
import json
import random
import re
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bench import bank_file, sample_bank, school
from bench.candidates import Candidate, Tally
from bench.cpu import step_aside
from bench.person import Failed
from bench.road import SEED, Road
from bench.server import prepared_instance, running
from bench.statements import statements_per_entry

_ASSET = re.compile(r'(?:src|href)="(/static/[^"]+\.(?:js|css))"')
ARRIVING_AT_ONCE = 20
START_MS = 25.0  # the server's CPU for one Start


class Entrant(Candidate):
    """A candidate whose browser knows nothing yet: it loads the pages' scripts and styles too."""

    def wait_at_the_door(self) -> None:
        """Look at the cover until the code is announced."""
        cover = self.person.get(f"/sit/{self.sitting}")
        self.known = set()
        self._load_assets(cover.text)

    def press_start(self, code: str) -> None:
        """As a browser does: the form, and the room's page, whose script takes up the entry that came with it."""
        before = self.person.requests
        started = time.perf_counter()
        page = self.person.post(f"/sit/{self.sitting}/enter", {"code": code})
        self._load_assets(page.text)
        self.seconds_to_page = time.perf_counter() - started
        self._take(json.loads(page.find(r'<script type="application/json" id="entry"[^>]*>(.*?)</script>')))
        self.requests_to_page = self.person.requests - before
        self.read(page.text)

    def enter(self, code: str) -> None:
        self.wait_at_the_door()
        self.press_start(code)

    def hand_in(self) -> None:
        """The answer to the button, and the receipt's page."""
        started = time.perf_counter()
        self._answer("submit", {"epoch": self.epoch, "generation": self.generation, "saves": []})
        self.seconds_to_receipt = time.perf_counter() - started
        self.person.get(f"/sit/{self.sitting}").find(r'class="eb-code">([A-Z0-9]{4}-[A-Z0-9]{4})<')

    def _load_assets(self, html: str) -> None:
        for url in sorted(set(_ASSET.findall(html)) - self.known):
            self.person.get(url)
            self.known.add(url)


def run(options: argparse.Namespace) -> dict:
    with prepared_instance(options.database) as (instance, environment):
        path = sample_bank.write(instance / "bank.xlsx")
        items = bank_file.read(path)
        people = school.prepare(instance, environment, options.candidates + 1, "Học phần của bài đo")
        with running(instance, environment) as server:
            road = Road(server, people, path, items, options.candidates + 1, 0.0, "60")
            road.import_items()
            road.make_papers()
            road.schedule()
            result = _herd(road, options)
        spare, _password = people.learners[-1]  # the one who did not come in is counted statement by statement
        result["statements_per_entry"] = statements_per_entry(spare)
    return result


def _herd(road: Road, options: argparse.Namespace) -> dict:
    step_aside()
    room = [
        Entrant(road.server.address, who, 0.0, "none", SEED + at, Tally())
        for at, who in enumerate(road.school.learners[: options.candidates])
    ]
    started = time.perf_counter()
    with ThreadPoolExecutor(ARRIVING_AT_ONCE) as pool:
        list(pool.map(Entrant.arrive, room))
        list(pool.map(Entrant.wait_at_the_door, room))
    arrived = time.perf_counter() - started
    code = road.open()
    time.sleep(2.5)  # the scheduled start is two seconds after the plan was made
    start, start_cpu = _burst(road, room, options.within, lambda one: one.press_start(code))
    submit, submit_cpu = _burst(road, room, options.within, Entrant.hand_in)
    to_page, to_receipt = [sorted(found) for found in zip(*(_seconds(one) for one in room), strict=True)]
    return {
        "candidates": len(room), "within_seconds": options.within, "errors": len(start) + len(submit),
        "requests": sum(one.requests_to_page for one in room),
        "page_1_median_s": round(statistics.median(to_page), 3), "page_1_p99_s": round(_p99(to_page), 3),
        "page_1_slowest_s": round(to_page[-1], 3), "cpu_ms_per_entry": round(start_cpu * 1000 / len(room), 1),
        "receipt_median_s": round(statistics.median(to_receipt), 3), "receipt_p99_s": round(_p99(to_receipt), 3),
        "receipt_slowest_s": round(to_receipt[-1], 3), "cpu_ms_per_submit": round(submit_cpu * 1000 / len(room), 1),
        "sign_in_all_s": round(arrived, 2), "problems": [*start, *submit][:3],
    }  # fmt: skip


def _seconds(one: Entrant) -> tuple[float, float]:
    return one.seconds_to_page, getattr(one, "seconds_to_receipt", 0.0)


def _p99(found: list[float]) -> float:
    return found[int(len(found) * 0.99)]


def _burst(road: Road, room: list[Entrant], within: float, act: Callable[[Entrant], object]) -> tuple[list, float]:
    """Everybody once, at moments of their own within so many seconds: the failures and the server's CPU seconds."""
    rng = random.Random(SEED)
    offsets = sorted(rng.uniform(0, within) for _one in room)
    failures: list[str] = []
    cpu, begun = road.server.cpu_seconds(), time.perf_counter()

    def at_moment(one: Entrant, moment: float) -> None:
        time.sleep(max(moment - time.perf_counter(), 0))
        try:
            act(one)
        except (Failed, OSError) as error:
            failures.append(str(error)[:300])

    with ThreadPoolExecutor(len(room)) as pool:
        list(pool.map(lambda one, offset: at_moment(one, begun + offset), room, offsets))
    return failures, road.server.cpu_seconds() - cpu


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--candidates", type=int, default=200)
    parser.add_argument("--within", type=float, default=5.0, help="seconds within which all of them come")
    parser.add_argument("--database")
    options = parser.parse_args()
    try:
        result = run(options)
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    if result["cpu_ms_per_entry"] > START_MS:
        print(f"missed: a Start costs {result['cpu_ms_per_entry']} ms, not {START_MS}", file=sys.stderr)
    print(json.dumps(result, ensure_ascii=False))
    return 1 if result["errors"] or result["cpu_ms_per_entry"] > START_MS else 0


if __name__ == "__main__":
    sys.exit(main())
