"""The whole room comes in at once: 60 candidates within 5 seconds on a real server, over HTTP.

    python -m bench.herd [--candidates 60] [--within 5] [--database postgresql://...]

Reported, not asserted (target: page 1 complete within 3 s of its request on two cores). The last line is one JSON
object; only a candidate who gets no page 1 exits with 1.
"""

import argparse
import json
import random
import re
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from bench import bank_file, sample_bank, school
from bench.candidates import Candidate, Tally
from bench.person import Failed
from bench.road import SEED, Road
from bench.server import prepared_instance, running
from bench.statements import statements_per_entry

_ASSET = re.compile(r'(?:src|href)="(/static/[^"]+\.(?:js|css))"')
ARRIVING_AT_ONCE = 20


class Entrant(Candidate):
    """A candidate whose browser knows nothing yet: it loads the page's script and style too."""

    def enter(self, code: str) -> None:
        before = self.person.requests
        started = time.perf_counter()
        waiting = self.person.get(f"/sit/{self.sitting}")
        self._load_assets(waiting.text, known=set())
        self._take(self._answer("enter", {"code": code}))
        page = self.person.get(f"/sit/{self.sitting}")
        self._load_assets(page.text, known=set(_ASSET.findall(waiting.text)))
        self.seconds_to_page = time.perf_counter() - started
        self.requests_to_page = self.person.requests - before
        self.read(page.text)

    def _load_assets(self, html: str, known: set[str]) -> None:
        for url in sorted(set(_ASSET.findall(html)) - known):
            self.person.get(url)


def run(options: argparse.Namespace) -> dict:
    with prepared_instance(options.database) as (instance, environment):
        path = sample_bank.write(instance / "bank.xlsx")
        items = bank_file.read(path)
        people = school.prepare(instance, environment, options.candidates + 1, "Học phần của bài đo")
        with running(instance, environment) as server:
            road = Road(server, people, path, items, options.candidates + 1, 0.0)
            road.import_items()
            road.make_papers()
            road.schedule()
            result = _enter_together(road, options)
        spare, _password = people.learners[-1]  # the one who did not come in is counted statement by statement
        result["statements_per_entry"] = statements_per_entry(spare)
    return result


def _enter_together(road: Road, options: argparse.Namespace) -> dict:
    rng = random.Random(SEED)
    room = [
        Entrant(road.server.address, who, 0.0, "none", SEED + at, Tally())
        for at, who in enumerate(road.school.learners[: options.candidates])
    ]
    started = time.perf_counter()
    with ThreadPoolExecutor(ARRIVING_AT_ONCE) as pool:
        list(pool.map(Entrant.arrive, room))
    sign_in = time.perf_counter() - started
    code = road.open()
    time.sleep(2.5)  # the scheduled start is two seconds after the plan was made
    offsets = sorted(rng.uniform(0, options.within) for _one in room)
    cpu, start = road.server.cpu_seconds(), time.perf_counter()
    with ThreadPoolExecutor(len(room)) as pool:
        list(pool.map(lambda one, offset: _enter_at(one, start + offset, code), room, offsets))
    elapsed = time.perf_counter() - start
    cpu = road.server.cpu_seconds() - cpu
    seconds = sorted(one.seconds_to_page for one in room)
    return {
        "candidates": len(room), "within_seconds": options.within,
        "requests": sum(one.requests_to_page for one in room),
        "page_1_slowest_s": round(seconds[-1], 3), "page_1_median_s": round(statistics.median(seconds), 3),
        "page_1_of_the_last_s": round(room[-1].seconds_to_page, 3), "all_in_after_s": round(elapsed, 2),
        "cpu_ms_per_entry": round(cpu * 1000 / len(room), 1), "sign_in_all_s": round(sign_in, 2),
    }  # fmt: skip


def _enter_at(one: Entrant, moment: float, code: str) -> None:
    time.sleep(max(moment - time.perf_counter(), 0))
    one.enter(code)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--candidates", type=int, default=60)
    parser.add_argument("--within", type=float, default=5.0, help="seconds within which all of them come")
    parser.add_argument("--database")
    options = parser.parse_args()
    try:
        result = run(options)
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    print(json.dumps(result, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
