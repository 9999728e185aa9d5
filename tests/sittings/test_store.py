"""The SQLite writer: batches, errors that stay with their owner, draining, and what a crash leaves behind."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from exambank.sittings.store import Busy
from exambank.sittings.store.sqlite import SqliteStore

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "writer.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE answer (n INTEGER PRIMARY KEY)")
    connection.close()
    return file


@pytest.fixture
def writer(path):
    opened = SqliteStore(f"sqlite:///{path}")
    yield opened
    opened.close()


def stored(path) -> set[int]:
    connection = sqlite3.connect(path)
    try:
        return {row[0] for row in connection.execute("SELECT n FROM answer")}
    finally:
        connection.close()


def insert(n):
    def operation(run):
        run("INSERT INTO answer (n) VALUES (:n)", {"n": n})
        return n

    return operation


def test_what_waits_together_is_committed_together(writer, path):
    gate, inside = threading.Event(), threading.Event()

    def hold(run):
        inside.set()
        gate.wait(5)

    first = threading.Thread(target=writer.perform, args=(hold,))
    first.start()
    inside.wait(5)
    others = [threading.Thread(target=writer.perform, args=(insert(n),)) for n in range(20)]
    [thread.start() for thread in others]
    while len(writer._waiting) < 20:
        time.sleep(0.001)
    gate.set()
    [thread.join() for thread in [first, *others]]
    assert stored(path) == set(range(20))
    assert writer.counters["batches"] == 2
    assert writer.counters["operations"] == 21


def test_an_error_belongs_to_the_one_who_made_it(writer, path):
    writer.perform(insert(1))
    results = {}

    def attempt(name, operation):
        try:
            results[name] = writer.perform(operation)
        except sqlite3.IntegrityError:
            results[name] = "refused"

    threads = [threading.Thread(target=attempt, args=(name, insert(n))) for name, n in [("a", 2), ("b", 1), ("c", 3)]]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert results == {"a": 2, "b": "refused", "c": 3}
    assert stored(path) == {1, 2, 3}


def test_half_an_operation_is_never_stored(writer, path):
    def broken(run):
        run("INSERT INTO answer (n) VALUES (:n)", {"n": 7})
        raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        writer.perform(broken)
    writer.perform(insert(8))
    assert stored(path) == {8}


def test_another_writer_is_waited_for(writer, path):
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.1, other.execute, ("COMMIT",))
    timer.start()
    assert writer.perform(insert(1)) == 1
    timer.join()
    other.close()


def test_a_lock_that_is_never_given_back_is_told_and_the_writer_lives_on(writer, path, monkeypatch):
    monkeypatch.setattr("exambank.sittings.store.sqlite.LOCK_WAIT_SECONDS", 0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy):
        writer.perform(insert(1))
    other.execute("COMMIT")
    other.close()
    assert writer.perform(insert(2)) == 2
    assert stored(path) == {2}


class Held:
    """Somebody writes and does not come to an end; whatever begins meanwhile waits behind, in this order."""

    def __init__(self, writer):
        self.writer, self.gate, self.results = writer, threading.Event(), {}
        inside = threading.Event()
        self.threads = [
            threading.Thread(target=writer.perform, args=(lambda _run: (inside.set(), self.gate.wait(30)),))
        ]
        self.threads[0].start()
        inside.wait(30)

    def queue(self, name, operation) -> None:
        def attempt():
            try:
                self.results[name] = self.writer.perform(operation)
            except BaseException as error:
                self.results[name] = type(error)

        self.threads.append(threading.Thread(target=attempt))
        self.threads[-1].start()
        while len(self.writer._waiting) < len(self.threads) - 1:
            time.sleep(0.001)

    def let_go(self) -> dict:
        self.gate.set()
        for thread in self.threads:
            thread.join()
        return self.results


def test_who_waited_too_long_is_told_and_is_not_written_afterwards(writer, path, monkeypatch):
    monkeypatch.setattr("exambank.sittings.store.sqlite.ANSWER_WAIT_SECONDS", 0.05)
    held = Held(writer)
    with pytest.raises(Busy):
        writer.perform(insert(1))
    assert held.let_go() == {}
    assert writer.perform(insert(2)) == 2
    assert stored(path) == {2}


def test_a_writer_that_is_killed_amidst_acknowledges_nobody_and_the_next_one_writes(writer, path):
    def killed(run):
        run("INSERT INTO answer (n) VALUES (:n)", {"n": 1})
        raise SystemExit

    held = Held(writer)
    held.queue("killed", killed)
    held.queue("beside it", insert(2))
    assert held.let_go() == {"killed": SystemExit, "beside it": Busy}
    assert writer.perform(insert(3)) == 3
    assert stored(path) == {3}


def test_nobody_is_forgotten_when_the_writer_changes(writer, path):
    threads = [
        threading.Thread(target=lambda start=start: [writer.perform(insert(n)) for n in range(start, 400, 8)])
        for start in range(8)
    ]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert stored(path) == set(range(400))
    assert not writer._waiting
    assert writer.counters["operations"] == 400


def test_closing_answers_who_waits_and_takes_nobody_more(path):
    writer = SqliteStore(f"sqlite:///{path}")
    threads = [threading.Thread(target=writer.perform, args=(insert(n),)) for n in range(10)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    writer.close()
    assert stored(path) == set(range(10))
    with pytest.raises(Busy):
        writer.perform(insert(11))


CRASH = """
import sys, threading
from exambank.sittings.store.sqlite import SqliteStore
writer = SqliteStore("sqlite:///" + sys.argv[1])
def work(start):
    for n in range(start, 10**9, 8):
        writer.perform(lambda run: run("INSERT INTO answer (n) VALUES (:n)", {"n": n}))
        sys.stdout.write(f"{n}\\n"); sys.stdout.flush()
for start in range(8):
    threading.Thread(target=work, args=(start,)).start()
"""


def test_everything_acknowledged_before_a_kill_is_in_the_file(path):
    process = subprocess.Popen(
        [sys.executable, "-c", CRASH, str(path)], stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ}, text=True
    )
    acknowledged = {int(process.stdout.readline()) for _ in range(200)}
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read().split("\n")
    process.stdout.close()
    process.wait()
    acknowledged |= {int(line) for line in rest[:-1] if line.isdigit()}
    assert acknowledged <= stored(path)
