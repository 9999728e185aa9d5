"""The worker drains what is owed, beats, finishes the work in hand when it is told to stop."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta

import pytest
from flask import current_app

from exambank import clock, jobs
from exambank.cli import worker
from exambank.db import db, new_public_id, unit_of_work
from exambank.jobs import Lease
from tests.cli.processes import _environment, exambank, wait_until

SLOW_WORKER = """
import time
from pathlib import Path

from exambank import jobs
from exambank.cli import main


@jobs.on("slow.thing")
def slow(subject):
    Path(subject + ".begun").touch()
    time.sleep(2)
    Path(subject + ".done").touch()


main(["worker"])
"""


@pytest.fixture
def publish(monkeypatch):
    monkeypatch.setattr(jobs, "_subscribers", type(jobs._subscribers)(list))

    def put(event, subject="s-1"):
        with unit_of_work():
            jobs.publish(event, subject)

    return put


def test_a_round_does_what_is_owed_and_what_is_periodic(any_app, publish, monkeypatch):
    done = []
    monkeypatch.setattr(jobs, "_periodic", [("tests.tick", timedelta(seconds=30), lambda: done.append("tick"))])
    jobs.on("thing.done")(done.append)
    publish("thing.done")
    db.session.remove()
    one_round = worker._round_in(current_app._get_current_object())
    one_round()
    one_round()
    assert done == ["s-1", "tick"]  # owed once; the periodic one holds its lease


def test_the_heartbeat_is_a_lease_that_tells_the_time(any_app):
    worker._beat(current_app._get_current_object())
    first = db.session.get(Lease, worker.HEARTBEAT).until
    assert clock.now() - first < timedelta(seconds=30)
    clock.shift(timedelta(minutes=5))
    db.session.remove()
    worker._beat(current_app._get_current_object())
    assert db.session.get(Lease, worker.HEARTBEAT).until - first >= timedelta(minutes=5)


def put_job(instance, subscriber, event, subject) -> None:
    with closing(sqlite3.connect(instance / "exambank.sqlite", timeout=20, isolation_level=None)) as connection:
        connection.execute(
            "INSERT INTO job (public_id, event, subject, subscriber, state, attempts, published_at, run_at) "
            "VALUES (?, ?, ?, ?, 'queued', 0, 0, 0)",
            [new_public_id(), event, subject, subscriber],
        )


def test_the_work_in_hand_is_finished_when_the_worker_is_told_to_stop(tmp_path):
    instance = tmp_path / "i"
    assert exambank(instance, "init").returncode == 0
    put_job(instance, "__main__.slow", "slow.thing", str(tmp_path / "job"))
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-c", SLOW_WORKER], env=_environment(instance, {}), stderr=log)
    try:
        wait_until((tmp_path / "job.begun").exists)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0, (tmp_path / "log").read_text()
    finally:
        process.kill()
        process.wait()
    assert (tmp_path / "job.done").exists()
    with closing(sqlite3.connect(instance / "exambank.sqlite")) as connection:
        assert connection.execute("SELECT state, attempts FROM job").fetchall()[-1] == ("done", 1)
