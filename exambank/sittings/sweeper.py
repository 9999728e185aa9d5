"""Closing by the clock: a thread of the web process under a lease, so that it depends neither on browsers nor worker.

Each round it compares the wall clock with one that only runs forward. A jump stops automatic closing in every open exam
until an invigilator or officer has looked: a wrong clock must not end an exam.
"""

import logging
import os
import socket
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy.exc import IntegrityError

from exambank import clock, jobs
from exambank.assembly import service as assembly
from exambank.db import db
from exambank.exams import service as exams
from exambank.sittings import rules, service, store

log = logging.getLogger("exambank.sittings")

LEASE = timedelta(seconds=10)
RENEW_SECONDS = 4.0
CHAIN_SECONDS = 60.0
SETTLE_SECONDS = 5.0
PROMPT_SECONDS = 0.5
AFTER_JUMP_SECONDS = 900.0
GAP_SECONDS = 2.0
AFTER_JUMP_GAPS_SECONDS = 60.0


def sweep(now: datetime | None = None) -> list[int]:
    """One round: move on whose section is over, collect, close what is over, settle the exams concerned.

    Returns the exams that changed.
    """
    now = now or clock.now()
    frozen = service.list_frozen()
    service.take_back_early(now)
    service.move_overdue(now, frozen)
    service.start_collecting(now, frozen)
    touched = set(service.close_overdue(now, frozen))
    for exam_id in sorted(touched):
        service.settle_exam(exam_id, now)
    return sorted(touched)


def settle(now: datetime | None = None) -> None:
    """Tell exams how far they are; close those in which nobody can come any more."""
    now = now or clock.now()
    frozen = service.list_frozen()
    for exam in service.list_running_exams():
        if exam.id not in frozen:
            service.settle_exam(exam.id, now)


def open_papers(now: datetime | None = None) -> int:
    """Open the papers that were sealed for the clock and whose time has come, worker or not; and give candidates what
    an opening did not come to give them, because its process died.
    """
    opened = assembly.open_due(now or clock.now())
    exams.hand_out_opened()
    return opened


@dataclass
class Watchdog:
    """Remembers both clocks between two rounds."""

    wall: datetime | None = None
    ran: float = 0.0

    def check(self, wall: datetime, ran: float) -> float | None:
        """The step in seconds when the wall clock jumped since the last round, else None."""
        step = 0.0 if self.wall is None else rules.clock_step(self.wall, wall, ran - self.ran)
        self.wall, self.ran = wall, ran
        return step if rules.is_clock_alarm(step) else None


class Sweeper(threading.Thread):
    """Runs until ``stop``; a round that fails is logged and the next one tries again."""

    def __init__(self, app: Flask):
        super().__init__(name="sittings-sweeper", daemon=True)
        self._app, self._stopped = app, threading.Event()
        self._holder = f"web-{socket.gethostname()}-{os.getpid()}"[:80]
        self._watchdog, self._gaps = Watchdog(), service.GapWatch()
        self._due = {"lease": 0.0, "chain": 0.0, "settle": 0.0, "papers": 0.0, "gaps": 0.0}
        self._has_lease = False

    def run(self) -> None:
        while not self._stopped.wait(self._app.config["SWEEP_SECONDS"]):
            try:
                with self._app.app_context():
                    self.round()
                    db.session.remove()
            except Exception:  # whatever it is, the room must go on being closed by the clock
                log.exception("a round of the sweeper failed")

    def stop(self) -> None:
        self._stopped.set()

    def round(self) -> None:
        """One round, if this process holds the lease."""
        if self._is_due("lease", RENEW_SECONDS):
            self._has_lease = self._take_lease()
        if not self._has_lease:
            self._gaps.forget()  # whoever has the lease measures; what is known here grows old
            return
        before = time.monotonic()
        now = clock.now()
        is_prompt = time.monotonic() - before < PROMPT_SECONDS  # a slow answer is not a clock that jumped
        step = self._watchdog.check(now, before) if is_prompt else None
        if step is not None:
            log.error("the server's clock jumped", extra={"seconds": round(step, 3)})
            service.raise_clock_alarm(step, now)
            # a clock that jumped ahead must not open papers either: somebody looks first (and may open by hand)
            self._due["papers"] = time.monotonic() + AFTER_JUMP_SECONDS
            # nor may everybody seem silent for as long as the clock jumped: wait until all have been heard again
            self._due["gaps"] = time.monotonic() + AFTER_JUMP_GAPS_SECONDS
            self._gaps.forget()
        if self._is_due("gaps", GAP_SECONDS):
            self._gaps.round(now)
        sweep(now)
        if self._is_due("settle", SETTLE_SECONDS):
            settle(now)
        if self._is_due("papers", SETTLE_SECONDS):
            open_papers(now)
        if self._is_due("chain", CHAIN_SECONDS):
            service.chain_running()

    def _is_due(self, name: str, seconds: float) -> bool:
        if time.monotonic() < self._due[name]:
            return False
        self._due[name] = time.monotonic() + seconds
        return True

    def _take_lease(self) -> bool:
        try:
            return jobs.take_lease("sweeper", LEASE, self._holder)
        except IntegrityError:  # two processes wrote the first lease at once; the other one has it
            db.session.rollback()
            return False


def start_sweeper(app: Flask) -> Sweeper | None:
    """Start it for this web process, if the settings want it; called by whoever serves."""
    if not app.config["RUN_SWEEPER"]:
        return None
    measure_downtime(app)
    sweeper = Sweeper(app)
    sweeper.start()
    app.extensions["exambank_sweeper"] = sweeper
    return sweeper


def measure_downtime(app: Flask) -> None:
    """Before the first request: whoever was not heard for too long lost contact with the server that was down.

    Later the first polls would have wiped out when that began.
    """
    try:
        with app.app_context():
            service.GapWatch().round(clock.now())
            db.session.remove()
    except Exception:  # a database that is not there yet, or has no tables: serving does not depend on it
        log.exception("the time without contact could not be measured at the start")


def stop_room(app: Flask) -> None:
    """Let the sweeper end and every waiting save be answered: the orderly end of a web process."""
    sweeper = app.extensions.pop("exambank_sweeper", None)
    if sweeper is not None:
        sweeper.stop()
        sweeper.join(timeout=10)
    store.close_store(app)
