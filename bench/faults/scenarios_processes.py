"""Processes die, hang, stall and are started twice."""

import os
import signal
import subprocess
import sys
import time

from bench.faults.machine import steady_port
from bench.faults.registry import BOTH, POSTGRESQL, SQLITE, scenario
from bench.faults.stage import Stage, connect_sqlite


@scenario(*BOTH)
def worker_killed(stage: Stage) -> None:
    """kill -9 of the web process, four times while everybody saves."""
    stage.open()
    stage.seat()
    with stage.working():
        for _time in range(4):
            time.sleep(1.5)
            stage.host.kill_worker()
        time.sleep(1.5)
    stage.settle()


@scenario(*BOTH)
def master_killed(stage: Stage) -> None:
    """kill -9 of gunicorn's master; started again at once."""
    stage.open()
    stage.seat()
    with stage.working():
        time.sleep(2.5)
        with stage.outage():
            stage.host.kill_master()
            stage.host.start()
        time.sleep(2.5)
    stage.settle()


@scenario(*BOTH)
def plug_pulled(stage: Stage) -> None:
    """All processes of the server die in one instant, twice."""
    stage.open()
    stage.seat()
    with stage.working():
        for _time in range(2):
            time.sleep(2)
            with stage.outage():
                stage.host.kill_all()
                stage.host.start()
        time.sleep(2)
    stage.settle()


@scenario(*BOTH)
def stall_10_seconds(stage: Stage) -> None:
    """The server's machine stands still for ten seconds (SIGSTOP): no alarm, no second copy of anything."""
    stage.open()
    stage.seat()
    with stage.working():
        time.sleep(2.5)
        stage.host.pause()
        time.sleep(10)
        stage.host.resume()
        time.sleep(2.5)
    stage.settle()
    stage.expect(not stage.desk.is_frozen(), "a stall was taken for a clock that jumped")


@scenario(*BOTH)
def restart_while_collecting(stage: Stage) -> None:
    """The server is stopped and started between deadline and close; papers close by the clock all the same."""
    stage.open(seconds=12, flush=2, grace=12)
    stage.seat()
    with stage.working():
        stage.past_deadline(1500)
    with stage.outage():
        stage.host.stop()
        stage.host.start()
    stage.settle()
    stage.wait_for(lambda: stage.are_all("closed"), "every paper closed", 60)


@scenario(SQLITE)
def second_web_process(stage: Stage) -> None:
    """A second server on the same SQLite file is refused; the first goes on."""
    stage.open()
    stage.seat()
    with stage.working(0.15):
        second = stage.host.command("serve", "--port", str(steady_port()), "--no-worker")
    stage.settle()
    stage.expect(second.returncode == 1, f"the second server ended with {second.returncode}: {second.stderr[-200:]}")
    stage.expect(bool(second.stderr.strip()), "the second server does not say why")


@scenario(SQLITE)
def migration_refused(stage: Stage) -> None:
    """Migration and restore are refused while an exam is open; saves go on."""
    stage.open()
    stage.seat()
    with stage.working():
        backup = stage.folder / "noon.backup"
        made = stage.host.command("backup", str(backup), "--plain")
        with connect_sqlite(stage.database) as connection:
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            connection.execute("UPDATE alembic_version SET version_num = '0001'")
        migrated = stage.host.command("migrate")
        with connect_sqlite(stage.database) as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        restored = stage.host.command("restore", str(backup), "--yes")
    stage.settle()
    stage.expect(made.returncode == 0, f"the backup failed: {made.stderr[-200:]}")
    stage.expect(migrated.returncode == 1, f"migrate ended with {migrated.returncode}: {migrated.stdout[-200:]}")
    stage.expect(restored.returncode == 1, f"restore ended with {restored.returncode}: {restored.stdout[-200:]}")


@scenario(*BOTH)
def background_hangs(stage: Stage) -> None:
    """The worker hangs while two others eat the processors at its priority: saves are not slower for it."""
    stage.open()
    stage.seat()
    stage.work(3)
    calm = _slowest_of_a_hundred(stage, 0)
    seen = len(stage.ledger.asks)
    worker = stage.host.popen("worker")
    time.sleep(2)
    os.kill(worker.pid, signal.SIGSTOP)
    eaters = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"], preexec_fn=lambda: os.nice(10)) for _two in (1, 2)
    ]
    try:
        stage.work(5)
    finally:
        for one in [worker, *eaters]:
            one.kill()
            one.wait()
    stage.settle()
    loaded = _slowest_of_a_hundred(stage, seen)
    stage.notes["p99 calm"], stage.notes["p99 loaded"] = f"{calm * 1000:.0f} ms", f"{loaded * 1000:.0f} ms"
    stage.expect(loaded < max(4 * calm, 1.0), f"p99 of a save rose from {calm * 1000:.0f} to {loaded * 1000:.0f} ms")


def _slowest_of_a_hundred(stage: Stage, since: int) -> float:
    took = sorted(one.received - one.sent for one in stage.ledger.asks[since:] if one.act == "save" and one.status)
    return took[len(took) * 99 // 100]


@scenario(SQLITE)
def sweeper_lease_lost(stage: Stage) -> None:
    """Another process takes the sweeper's lease before the deadline and dies: papers close when it runs out, once."""
    stage.open(seconds=12, flush=2, grace=4)
    stage.seat()
    with stage.working():
        stage.past_deadline(-2000)
        since = time.time()
        with connect_sqlite(stage.database) as connection:
            connection.execute(
                "UPDATE lease SET holder = 'web-other-1', until = ? WHERE name = 'sweeper'",
                (int((since + 9) * 1000),),
            )
        stage.past_deadline(8000)
    stage.ledger.outages.append((since, since + 9 + 4))
    stage.wait_for(lambda: stage.are_all("closed"), "every paper closed", 30)
    _closed_once(stage)


@scenario(POSTGRESQL)
def one_of_two_processes_killed(stage: Stage) -> None:
    """Two web processes on PostgreSQL: the one that sweeps is killed just before the deadline; the other closes."""
    stage.open(seconds=14, flush=2, grace=4, options=("--workers", "2"))
    stage.seat()
    with stage.working():
        stage.past_deadline(-1500)
        holder = int(stage.desk.lease_holder("sweeper").rpartition("-")[2])
        since = time.time()
        stage.expect(holder in stage.host.web_processes(), "the sweeper's lease names no web process")
        os.kill(holder, signal.SIGKILL)
        stage.past_deadline(6000)
    stage.ledger.outages.append((since, since + 14))
    stage.wait_for(lambda: stage.are_all("closed"), "every paper closed", 30)
    _closed_once(stage)


def _closed_once(stage: Stage) -> None:
    closings = stage.books().room_events.count("closed_deadline")
    stage.expect(closings == len(stage.candidates), f"{closings} closings of {len(stage.candidates)} papers on record")
