"""``exambank worker``: what is owed to events, and periodic work; beside the server, at lower priority.

huey's one thread does all of it, so that this process writes one transaction at a time (the 20 ms rule counts on it).
A second thread only looks after the clock: the heartbeat, the next round, and whether the server is still there.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import click
from flask import Flask, current_app

from exambank import jobs
from exambank.cli import locks
from exambank.cli.language import _
from exambank.db import write_beside_server
from exambank.errors import StateConflict

ROUND_SECONDS = 5.0
HEARTBEAT_SECONDS = 15.0
HEARTBEAT = "worker-heartbeat"

log = logging.getLogger("exambank.worker")


@click.command(help=_("Run the background work: marking, statistics, documents."))
@click.option("--beside", type=int, hidden=True, help="End when this server is gone.")
def worker(beside: int | None) -> None:
    app = current_app._get_current_object()
    lock = locks.hold(Path(app.instance_path), locks.WORKER, shared=True)
    if lock is None:
        raise StateConflict(_("A restore is at work. Start the worker after it."))
    write_beside_server()
    huey = jobs.waker().huey
    next_round = huey.task(name="exambank_round")(_round_in(app))
    stopping = threading.Event()
    clock = threading.Thread(target=_tick, args=(app, stopping, beside, huey, next_round), daemon=True)
    clock.start()
    try:
        huey.create_consumer(
            workers=1, periodic=False, initial_delay=0.1, max_delay=0.2, graceful_signal="TERM", shutdown_timeout=30
        ).run()
    finally:
        stopping.set()
        clock.join()
        lock.close()


def _round_in(app: Flask) -> Callable[[], None]:
    def one_round() -> None:
        """What no nudge told of, and periodic work."""
        with app.app_context():
            jobs.run_due()
            jobs.run_periodic()

    return one_round


def _tick(app: Flask, stopping: threading.Event, beside: int | None, huey, next_round: Callable[[], None]) -> None:
    round_at = beat_at = 0.0
    while not stopping.wait(0.5):
        if beside is not None and os.getppid() != beside:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        now = time.monotonic()
        try:
            if now >= beat_at:
                beat_at = now + HEARTBEAT_SECONDS
                _beat(app)
            if now >= round_at and huey.pending_count() == 0:
                round_at = now + ROUND_SECONDS
                next_round()
        except Exception:  # a database that is away now is not the end of the worker
            log.exception("the worker's clock failed a beat")


def _beat(app: Flask) -> None:
    with app.app_context():
        jobs.take_lease(HEARTBEAT, timedelta(0), holder=f"pid-{os.getpid()}")


commands = [worker]
