"""Concurrency by force: fifty at once Start, take over, extend and submit the same sitting while the sweeper closes it.

    python -m bench.concurrency [--rounds 100] [--at-once 50] [--database postgresql://...]

Each round takes a fresh sitting and checks what must hold whatever came first: one sitting, every entry counted once, a
takeover code used once, the deadline moved by exactly what was granted, one submission with one receipt. The last line
is one JSON object; any violation exits with 1.
"""

import argparse
import json
import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import func, select

from bench.server import prepared_instance
from exambank import create_app
from exambank.db import db
from exambank.errors import DomainError
from exambank.exams import rules as exam_rules
from exambank.exams import service as exams
from exambank.exams.models import Exam
from exambank.jobs import Job
from exambank.permissions import Actor
from exambank.sittings import service, store
from exambank.sittings.models import RoomEvent, Sitting, TakeoverCode, TimeGrant
from tests.exams.factories import enrol, make_ready_exam
from tests.people import People, actor_of

SEED = 20261124
STEP = 60  # seconds of one extension


@dataclass
class Room:
    """An open exam with sittings that nobody has entered, and who acts in it."""

    app: Flask
    exam_id: int
    sittings: list[int]
    candidates: list[Actor]
    invigilator: Actor

    @classmethod
    def open(cls, app: Flask, people: People, candidates: int) -> "Room":
        """Inside an application context, on an empty database with the school's people."""
        users = enrol(people, candidates)
        exam = make_ready_exam(people, room_names=["Phòng máy 1"])
        service.prepare(exam.public_id)
        exams.open_exam(actor=actor_of(people.officer), now=exam.opens_at, exam=exam)
        ids = dict(db.session.execute(select(Sitting.user_id, Sitting.id).where(Sitting.exam_id == exam.id)).all())
        actors = [actor_of(user) for user in users]
        return cls(
            app, exam.id, [ids[user.user_id] for user in actors], actors, actor_of(people.invigilator),
        )  # fmt: skip


@dataclass
class Round:
    """One sitting and everything that happens to it; ``wrong`` collects what must not be."""

    room: Room
    at: int
    at_once: int
    rng: random.Random
    wrong: list[str] = field(default_factory=list)
    outcomes: Counter = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def play(self) -> list[str]:
        """All of it; returns what was wrong."""
        exam = self._read(lambda: db.session.get(Exam, self.room.exam_id))
        self.begun = exam_rules.start_of(exam) + timedelta(minutes=1)
        self.code = exam.session_code
        self._public = self._row().public_id
        self._start()
        self._take_over_and_extend()
        self._submit()
        return [f"round {self.at}: {text}" for text in self.wrong]

    def _start(self) -> None:
        self._together([lambda: self._enter("home", self.code, self.begun)] * self.at_once)
        row = self._row()
        self._expect((row.state, row.epoch), ("open", self.at_once), "state and epoch after the entries")
        self._expect(self._count(Sitting, Sitting.candidacy_id == row.candidacy_id), 1, "sittings of the candidate")
        self.deadline = row.deadline_at
        exam = self._read(lambda: db.session.get(Exam, self.room.exam_id))
        self._expect(row.deadline_at, exam_rules.deadline(exam), "deadline at the entry")

    def _take_over_and_extend(self) -> None:
        """The sweeper's clock stands just past the deadline: whoever is first, the times must add up."""
        issued = self._act(lambda: service.issue_takeover_code(
            actor=self.room.invigilator, now=self.begun, sitting=self.room.sittings[self.at]
        ).code)  # fmt: skip
        past = self.deadline + timedelta(seconds=1)
        others = range(self.at_once // 2)
        acts: list[Callable] = [
            lambda n=n: self._enter(f"other {n}", issued, self.begun + timedelta(minutes=1)) for n in others
        ]
        acts += [lambda: self._extend(past) for _n in range(self.at_once // 2)]
        acts += [lambda: _sweep(past) for _n in range(5)]
        self._together(acts)
        row = self._row()
        used = self._count(TakeoverCode, TakeoverCode.sitting_id == row.id, TakeoverCode.used_at.is_not(None))
        self._expect((used, row.epoch), (1, self.at_once + 1), "takeovers and the epoch after them")
        self._check_time(row)
        self._expect(row.state, "open", "state with time given back")

    def _submit(self) -> None:
        """Fifty submits, extensions, and a sweeper whose clock says that even the grace is over."""
        row = self._row()
        late = row.deadline_at + timedelta(seconds=180 + STEP // 2)
        acts: list[Callable] = [lambda: self._hand_in(row.epoch, row.browser, late)] * self.at_once
        acts += [lambda: self._extend(late) for _n in range(6)]  # the last passes the cap, where fifty started
        acts += [lambda: _sweep(late) for _n in range(5)]
        self._together(acts)
        row = self._row()
        self._check_time(row)
        receipts = {receipt for kind, receipt in self.outcomes if kind == "receipt"}
        self._expect((row.state, receipts), ("closed", {row.receipt}), "one submission, one receipt")
        ends = ("submitted", "closed_deadline")
        closings = self._count(RoomEvent, RoomEvent.sitting_id == row.id, RoomEvent.kind.in_(ends))
        self._expect(closings, 1, "closings in the room's log")
        query = select(Job.subscriber).where(Job.event == "sitting.closed", Job.subject == row.public_id)
        told = self._read(lambda: list(db.session.execute(query).scalars()))
        self._expect(len(told), len(set(told)) or 1, "news of the close")
        if row.closed_by == "deadline" and not row.deadline_at + timedelta(seconds=180) < late:
            self.wrong.append("closed by the clock before its time")

    def _check_time(self, row: Sitting) -> None:
        query = select(TimeGrant.seconds).where(TimeGrant.sitting_id == row.id, TimeGrant.state == "granted")
        given = sum(self._read(lambda: list(db.session.execute(query).scalars())))
        self._expect(row.deadline_at, self.deadline + timedelta(seconds=given), "deadline and what was granted")
        self._expect(row.incident_seconds, given, "incident time and what was granted")

    # --- the acts ---

    def _enter(self, browser: str, code: str, now: datetime) -> None:
        service.enter(
            actor=self.room.candidates[self.at], now=now, sitting=service.get_sitting(self._public), code=code,
            browser=service.browser_hash(browser),
        )  # fmt: skip

    def _extend(self, now: datetime) -> None:
        sitting = db.session.get_one(Sitting, self.room.sittings[self.at])
        service.extend(actor=self.room.invigilator, now=now, sitting=sitting, seconds=STEP, reason="cưỡng bức")

    def _hand_in(self, epoch: int, browser: str, now: datetime) -> None:
        done = service.submit(
            actor=self.room.candidates[self.at], now=now, sitting=service.get_sitting(self._public), epoch=epoch,
            browser=browser,
        )  # fmt: skip
        with self._lock:
            self.outcomes["receipt", done.receipt] += 1

    # --- running and reading ---

    def _together(self, acts: list[Callable]) -> None:
        """All at one moment, in any order."""
        acts = list(acts)
        self.rng.shuffle(acts)
        gate = threading.Barrier(len(acts))
        threads = [threading.Thread(target=self._one, args=(act, gate)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _one(self, act: Callable, gate: threading.Barrier) -> None:
        with self.room.app.app_context():
            gate.wait()
            try:
                act()
            except DomainError as refused:
                with self._lock:
                    self.outcomes["refused", type(refused).__name__] += 1
            except Exception as error:  # whatever it is, it must not have happened
                with self._lock:
                    self.wrong.append(f"{type(error).__name__}: {error}"[:300])
            finally:
                db.session.remove()

    def _act(self, act: Callable):
        with self.room.app.app_context():
            try:
                return act()
            finally:
                db.session.remove()

    _read = _act

    def _row(self) -> Sitting:
        return self._read(lambda: db.session.get_one(Sitting, self.room.sittings[self.at]))

    def _count(self, table, *conditions) -> int:
        query = select(func.count()).select_from(table).where(*conditions)
        return self._read(lambda: db.session.execute(query).scalar_one())

    def _expect(self, found, wanted, what: str) -> None:
        if found != wanted:
            self.wrong.append(f"{what}: {found!r}, not {wanted!r}")


def _sweep(now: datetime) -> None:
    """What the sweeper does to sittings; it does not settle the exam, whose other candidates are still to come."""
    service.start_collecting(now)
    service.close_overdue(now)


def run(options: argparse.Namespace) -> dict:
    with prepared_instance(options.database) as (_instance, environment):
        os.environ.update({name: value for name, value in environment.items() if name.startswith("EXAMBANK_")})
        app = create_app({"RUN_SWEEPER": False, "NUDGE_WORKER": False})
        with app.app_context():
            db.create_all()
            room = Room.open(app, People.build(), options.rounds)
            db.session.remove()
        wrong, outcomes, started = [], Counter(), time.perf_counter()
        for at in range(options.rounds):
            one = Round(room, at, options.at_once, random.Random(SEED + at))
            wrong += one.play()
            outcomes.update({f"{kind} {name}" if kind == "refused" else kind: n for (kind, name), n in
                             one.outcomes.items()})  # fmt: skip
        elapsed = time.perf_counter() - started
        store.close_store(app)
        with app.app_context():
            db.engine.dispose()
    for line in wrong[:20]:
        print(line, file=sys.stderr)
    return {
        "rounds": options.rounds, "at_once": options.at_once, "violations": len(wrong),
        "seconds_per_round": round(elapsed / options.rounds, 2), "outcomes": dict(sorted(outcomes.items())),
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--at-once", type=int, default=50)
    parser.add_argument("--database")
    result = run(parser.parse_args())
    print(json.dumps(result, ensure_ascii=False))
    return 1 if result["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
