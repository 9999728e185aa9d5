"""One exam from a bank file to module grades, on a real server, over HTTP.

    python -m bench.road --bank FILE.xlsx [--candidates 60] [--database postgresql://...] [--pace SECONDS]

The last line is one JSON object. Any loss, any different mark, any count short of what was asked exits with 1.
"""

import argparse
import json
import random
import re
import statistics
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

from bench import bank_file, school
from bench.candidates import TROUBLES, Candidate, Tally
from bench.check import Books
from bench.person import Failed, Person
from bench.server import Server, prepared_instance, running
from bench.statements import statements_per_save

SEED = 20261121
DURATION_MINUTES = "1,5"


@dataclass
class Road:
    """The exam on its way; ``seconds`` holds how long each part took."""

    server: Server
    school: school.School
    path: Path
    items: list
    candidates: int
    pace: float
    minutes: str = DURATION_MINUTES
    seconds: dict = field(default_factory=dict)
    report: dict = field(default_factory=dict)

    def person(self, role: str) -> Person:
        return Person(self.server.address).sign_in(*self.school.staff[role])

    def part(self, name: str):
        return _Timed(self.seconds, name)

    # --- the bank ---

    def import_items(self) -> None:
        lecturer = self.person("lecturer")
        lecturer.get("/interchange/bank")
        answer = lecturer.upload(
            "/interchange/bank", {"module": self.school.module}, "file", self.path.name, self.path.read_bytes(),
            Accept="application/json",
        ).json  # fmt: skip
        batch = f"/interchange/batches/{answer['batch']}"
        self.report = self._wait_for_reading(lecturer, batch)
        accepted = lecturer.post(f"{batch}/accept", {"topics": "create"}, Accept="application/json").json
        if accepted["imported"] != len(self.items):
            raise Failed(f"{accepted['imported']} of {len(self.items)} items imported: {self.report}")
        self._move(lecturer, "submit")
        self._move(self.person("quality"), "approve")

    def _wait_for_reading(self, person: Person, batch: str) -> dict:
        """The worker reads the file."""
        for _look in range(900):
            told = person.get_json(batch)
            if told["state"] != "reading":
                return told["report"]
            time.sleep(0.2)
        raise Failed("the file is still being read after three minutes")

    def _move(self, person: Person, act: str) -> None:
        bank = f"/bank/modules/{self.school.module}"
        person.get(bank)
        ids = person.post(f"{bank}/moves", {"act": act, "all": "1"}, Accept="application/json").json["ids"]
        moved = person.post(f"{bank}/moves/confirmed", {"act": act, "ids": ids}, Accept="application/json").json[
            "moved"
        ]
        if moved != len(self.items):
            raise Failed(f"{act}: {moved} of {len(self.items)} items moved")

    # --- the papers ---

    def make_papers(self) -> None:
        quality = self.person("quality")
        url = f"/assembly/modules/{self.school.module}/new"
        page = quality.get(url)
        options = re.findall(r'<option value="([0-9a-f-]{36})"[^>]*>([^<]+)</option>', page.text)
        topics = {unescape(name).strip(): public_id for public_id, name in options}
        fields = {"name": "Ma trận của bài đo", "save": "1"}
        for at, cell in enumerate(self.cells()):
            topic = _find_topic(topics, cell["topic"])
            fields |= {f"rows-{at}-{name}": value for name, value in {**cell, "topic": topic, "points": "1"}.items()}
        blueprint = quality.post(url, fields).find(r"/assembly/blueprints/([0-9a-f-]{36})")
        deal = f"/assembly/blueprints/{blueprint}/deal"
        quality.get(deal)
        paper_set = quality.post(deal, {"count": self.candidates, "seed": str(SEED) * 2}).find(
            r"/assembly/sets/([0-9a-f-]{36})"
        )
        leader = self.person("leader")
        for _look in range(600):  # the worker deals
            if 'id="dealing"' not in leader.get(f"/assembly/sets/{paper_set}").text:
                break
            time.sleep(0.2)
        leader.post(f"/assembly/sets/{paper_set}/approve", {"mode": "none"})
        self.paper_set = paper_set

    def cells(self) -> list[dict]:
        if any(item.is_fatal for item in self.items):
            return bank_file.class_b_cells()
        return bank_file.proportional_cells(self.items, 20)

    @property
    def questions(self) -> int:
        return sum(cell["count"] for cell in self.cells())

    # --- the exam ---

    def schedule(self) -> None:
        officer = self.person("officer")
        officer.get("/exams/new")
        start = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")) + timedelta(seconds=2)
        page = officer.post("/exams/new", {
            "title": "Thi kết thúc học phần", "offering": self.school.offering, "rooms": "Phòng máy 1",
            "opens_at": start.strftime("%Y-%m-%dT%H:%M:%S"), "minutes": self.minutes, "start_mode": "uniform",
            "closes_at": (start + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S"),
            "mark": "published", "review": "never",
        })  # fmt: skip
        self.exam = page.find(r"/exams/([0-9a-f-]{36})/")
        base = f"/exams/{self.exam}"
        officer.get(f"{base}/candidates")
        officer.post(f"{base}/candidates/class")
        officer.post(f"{base}/candidates/number")
        rooms = officer.get(f"{base}/rooms")
        officer.post(f"{base}/rooms/split")
        self.room = rooms.find(r"/exams/rooms/([0-9a-f-]{36})/")
        page = officer.get(f"/exams/rooms/{self.room}/invigilators")
        officer.post(
            f"/exams/rooms/{self.room}/invigilators",
            {"people": page.find(r'name="people"[^>]*value="([0-9a-f-]{36})"')},
        )
        officer.get(f"{base}/papers")
        officer.post(f"{base}/papers", {"paper_set": self.paper_set})
        officer.post(f"{base}/ready")

    def open(self) -> str:
        self.invigilator = self.person("invigilator")
        self.invigilator.get(f"/room/{self.room}")
        code = self.person("officer").get(f"/exams/{self.exam}").find(r'class="eb-figure eb-num">([A-Z0-9]{6})<')
        self.invigilator.post(f"/room/{self.room}/open", {"code": code})
        return code

    def sit(self, books: Books, tally: Tally) -> list[Candidate]:
        rng = random.Random(SEED)
        room = [
            Candidate(self.server.address, who, rng.gauss(0, 1), TROUBLES[at % len(TROUBLES)], SEED + at, tally)
            for at, who in enumerate(self.school.learners)
        ]
        with ThreadPoolExecutor(20) as pool:
            list(pool.map(lambda one: one.arrive(), room))
        for one in room:
            one.keys = books.keys_of(one.sitting)
        code = self.open()
        time.sleep(2.1)  # the scheduled start is two seconds after the plan was made
        with self.part("enter"), ThreadPoolExecutor(len(room)) as pool:
            list(pool.map(lambda one: one.enter(code), room))
        cpu, saves = self.server.cpu_seconds(), tally.saves
        with self.part("answer"):
            together([lambda one=one: one.answer_all(self.pace) for one in room])
        self.cpu_ms = (self.server.cpu_seconds() - cpu) * 1000 / max(tally.saves - saves, 1)
        for one in room:
            if one.trouble == "takes_over":
                one.move_to_other_machine(self._takeover_code(one))
        with self.part("submit"):
            together([one.finish for one in room])
        return room

    def _takeover_code(self, one: Candidate) -> str:
        page = self.invigilator.post(f"/room/seat/{one.sitting}/takeover-code")
        return page.find(r'<span class="eb-code">([^<]+)</span>')

    def wait_until_closed(self, books: Books) -> None:
        """The sweeper closes who never came back, at the deadline and its grace; nobody asks it to."""
        limit = time.monotonic() + 180
        while books.state() != "closed":
            if time.monotonic() > limit:
                raise Failed(f"the exam is still {books.state()}")
            time.sleep(0.5)

    def results(self, books: Books) -> dict:
        quality, officer = self.person("quality"), self.person("officer")
        report = self._wait_for_report(quality)
        officer.get(f"/grades/exams/{self.exam}")
        gradebook = officer.get(f"/interchange/exams/{self.exam}/results.xlsx")
        if not gradebook.body.startswith(b"PK"):
            raise Failed("the result list is no spreadsheet")
        self._write_result_list(officer)
        return report

    def _wait_for_report(self, quality: Person) -> dict:
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            answer = quality.send(f"/analysis/exams/{self.exam}")
            if answer.status == 200 and answer.json.get("n"):
                return answer.json
            time.sleep(0.5)
        raise Failed("no statistics after a minute")

    def _write_result_list(self, officer: Person) -> None:
        page = officer.get(f"/documents/exams/{self.exam}")
        link = page.find(r'action="(/documents/rooms/[^"]+result[^"]*)"')
        if not officer.post(link).body.startswith(b"%PDF"):
            raise Failed("the result list is no PDF")


class _Timed:
    def __init__(self, seconds: dict, name: str):
        self._seconds, self._name = seconds, name

    def __enter__(self):
        self._start = time.perf_counter()

    def __exit__(self, *_):
        self._seconds[self._name] = round(time.perf_counter() - self._start, 2)


def _find_topic(topics: dict[str, str], wanted: str) -> str:
    if not wanted:
        return ""
    for name, public_id in topics.items():
        if name == wanted or name.startswith(f"Chương {wanted}."):
            return public_id
    raise Failed(f"no topic {wanted} among {list(topics)}")


def together(acts: list) -> None:
    """All at once, a thread each; the first failure is raised when all are done."""
    failures: list[BaseException] = []

    def run(act) -> None:
        try:
            act()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def travel(options: argparse.Namespace) -> dict:
    items = bank_file.read(options.bank)
    with prepared_instance(options.database) as (instance, environment):
        database = options.database or f"sqlite:///{instance / 'exambank.sqlite'}"
        people = school.prepare(instance, environment, options.candidates, "Học phần của bài đo")
        with running(instance, environment) as server:
            road = Road(server, people, options.bank, items, options.candidates, options.pace)
            tally, result = Tally(), {}
            with road.part("import"):
                road.import_items()
            with road.part("papers"):
                road.make_papers()
            with road.part("schedule"):
                road.schedule()
            books = Books(database, road.exam, items)
            room = road.sit(books, tally)
            with road.part("close"):
                road.wait_until_closed(books)
            with road.part("results"):
                road.results(books)
            result = _result(road, books, tally, room)
        result["statements_per_save"] = statements_per_save()
    return {name: result[name] for name in ORDER}


ORDER = (
    "items", "papers", "saves_acknowledged", "saves_stored", "lost", "marks_compared", "marks_different", "correlation",
    "cpu_ms_per_save", "statements_per_save", "seconds",
)  # fmt: skip


def _result(road: Road, books: Books, tally: Tally, room: list[Candidate]) -> dict:
    found = books.compare(tally.acknowledged)
    totals = books.totals()
    marks = [totals.get(one.sitting, 0.0) for one in room]
    road.seconds["slowest_page_1"] = round(max(one.seconds_to_page for one in room), 2)
    return {
        "items": road.report["accepted"] + road.report["warning"], "papers": len(books.papers),
        "saves_acknowledged": len(tally.acknowledged), "saves_stored": found.stored, "lost": len(found.lost),
        "marks_compared": found.compared, "marks_different": len(found.different),
        "correlation": round(statistics.correlation([one.ability for one in room], marks), 3),
        "cpu_ms_per_save": round(road.cpu_ms, 2), "seconds": road.seconds,
    }  # fmt: skip


def is_whole(result: dict, items: int, candidates: int, responses: int) -> bool:
    return (
        result["items"] == items and result["papers"] == candidates and result["lost"] == 0
        and result["marks_compared"] == responses and result["marks_different"] == 0
        and result["saves_stored"] == result["saves_acknowledged"] > 0
    )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bank", type=Path, required=True)
    parser.add_argument("--candidates", type=int, default=60)
    parser.add_argument("--database")
    parser.add_argument("--pace", type=float, default=0.3, help="mean pause between two answers, in seconds")
    options = parser.parse_args()
    items = bank_file.read(options.bank)
    questions = 30 if any(item.is_fatal for item in items) else 20
    try:
        result = travel(options)
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    print(json.dumps(result, ensure_ascii=False))
    return 0 if is_whole(result, len(items), options.candidates, options.candidates * questions) else 1


if __name__ == "__main__":
    sys.exit(main())
