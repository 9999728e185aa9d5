"""Saves while the worker writes statistics: 2,000 sittings are analysed and graded, 100 saves/s go on over HTTP.

    python -m bench.background [--sittings 2000] [--rate 100] [--database postgresql://...]

Reported, not asserted (target on SQLite: the worst save under 300 ms). The last line is one JSON object; only a save
that was acknowledged and is not there exits with 1.
"""

import argparse
import json
import random
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from sqlalchemy import select

from bench import bank_file, past_exam, sample_bank, school
from bench.candidates import Candidate, Tally
from bench.check import Books
from bench.person import Failed
from bench.road import SEED, Road
from bench.server import prepared_instance, running
from exambank import create_app, jobs
from exambank.db import db, unit_of_work, write_beside_server
from exambank.jobs import Job

CANDIDATES = 36
QUESTIONS = 40
CALM_SECONDS = 5.0  # saves alone, to compare with
LEAST_SECONDS, MOST_SECONDS = 20.0, 60.0
MINUTES = "4"


@dataclass
class Load:
    """Saves at a steady rate, each candidate in a thread of its own as in a room."""

    room: list[Candidate]
    rate: float
    stopping: threading.Event = field(default_factory=threading.Event)
    saves: list[tuple[float, float]] = field(default_factory=list)  # when sent, how long until the answer
    refused: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.threads = [threading.Thread(target=self._work, args=(at,)) for at in range(len(self.room))]
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def _work(self, at: int) -> None:
        one, interval = self.room[at], len(self.room) / self.rate
        questions, rng = list(one.questions), random.Random(at)
        due = time.perf_counter() + interval * at / len(self.room)
        while not self.stopping.wait(max(due - time.perf_counter(), 0)):
            question = rng.choice(questions)
            payload = {"choice": rng.choice(list(one.questions[question]["options"]))}
            sent = time.perf_counter()
            try:
                one.save({question: payload})
            except (Failed, OSError) as error:
                self.refused.append(str(error))
            self.saves.append((sent, time.perf_counter() - sent))
            due += interval * rng.uniform(0.5, 1.5)


def run(options: argparse.Namespace) -> dict:
    with prepared_instance(options.database) as (instance, environment):
        database = options.database or f"sqlite:///{instance / 'exambank.sqlite'}"
        path = sample_bank.write(instance / "bank.xlsx")
        items = bank_file.read(path)
        people = school.prepare(instance, environment, CANDIDATES, "Học phần của bài đo")
        app = create_app({"RUN_SWEEPER": False})
        write_beside_server()
        with running(instance, environment) as server, app.app_context():
            road = Road(server, people, path, items, CANDIDATES, 0.0, MINUTES)
            road.import_items()
            road.make_papers()
            past = past_exam.write(options.sittings, QUESTIONS)
            road.schedule()
            tally = Tally()
            result = _measure(Load(sit_down(road, tally), options.rate), road, past)
            lost = Books(database, road.exam, items).compare(tally.acknowledged).lost
            db.session.remove()
            db.engine.dispose()
        return {**result, "saves_acknowledged": tally.saves, "lost": len(lost)}


def sit_down(road: Road, tally: Tally) -> list[Candidate]:
    room = [
        Candidate(road.server.address, who, 0.0, "none", SEED + at, tally)
        for at, who in enumerate(road.school.learners)
    ]
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(Candidate.arrive, room))
        code = road.open()
        time.sleep(2.5)  # the scheduled start is two seconds after the plan was made
        list(pool.map(lambda one: one.enter(code), room))
    return room


def _measure(load: Load, road: Road, past: str) -> dict:
    cpu, start = road.server.cpu_seconds(), time.perf_counter()
    load.start()
    time.sleep(CALM_SECONDS)
    asked = time.perf_counter()
    with unit_of_work():
        jobs.publish("exam.closed", past)
    took = _wait_for_jobs(past, asked)
    done = time.perf_counter()
    time.sleep(max(start + LEAST_SECONDS - done, 0))
    load.stop()
    elapsed = time.perf_counter() - start
    cpu = road.server.cpu_seconds() - cpu
    during = [seconds for sent, seconds in load.saves if asked <= sent <= done]
    calm = [seconds for sent, seconds in load.saves if sent < asked]
    _tell_slowest(load, asked)
    return {
        "seconds": round(elapsed, 1), "saves_per_second": round(len(load.saves) / elapsed, 1),
        "during": spread(during), "calm": spread(calm), "refused": len(load.refused),
        "cpu_ms_per_save": round(cpu * 1000 / len(load.saves), 2), "jobs_seconds": took,
    }  # fmt: skip


def _wait_for_jobs(subject: str, asked: float) -> dict[str, float | None]:
    """Seconds until each subscriber had done its work; None for one that had not when the time was up."""
    took: dict[str, float | None] = {}
    query = select(Job.subscriber, Job.state).where(Job.subject == subject)
    while time.perf_counter() < asked + MOST_SECONDS:
        for name, state in db.session.execute(query):
            took.setdefault(name, None)
            if state in {"done", "failed"} and took[name] is None:
                took[name] = round(time.perf_counter() - asked, 1)
        db.session.rollback()
        if all(took.values()):
            break
        time.sleep(0.25)
    return {name.removeprefix("exambank."): seconds for name, seconds in took.items()}


def spread(seconds: list[float]) -> dict:
    """In milliseconds."""
    found = sorted(one * 1000 for one in seconds)
    return {
        "saves": len(found), "p50_ms": round(found[len(found) // 2], 1),
        "p99_ms": round(found[int(len(found) * 0.99)], 1), "worst_ms": round(found[-1], 1),
    }  # fmt: skip


def _tell_slowest(load: Load, asked: float) -> None:
    """For whoever looks for the cause: the slowest saves with their time after the job was queued."""
    for sent, seconds in sorted(load.saves, key=lambda one: -one[1])[:8]:
        print(f"  {seconds * 1000:7.1f} ms, sent {sent - asked:+7.2f} s after the job was queued", file=sys.stderr)
    for refusal in load.refused[:5]:
        print(f"  refused: {refusal}", file=sys.stderr)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sittings", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=100.0, help="saves a second, of all candidates together")
    parser.add_argument("--database")
    options = parser.parse_args()
    try:
        result = run(options)
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    print(json.dumps(result, ensure_ascii=False))
    return 0 if result["lost"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
