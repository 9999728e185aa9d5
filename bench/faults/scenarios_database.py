"""The database and what lies under it: killed, full, locked, lost and restored elsewhere."""

import time

from bench.faults.machine import Host
from bench.faults.registry import BOTH, POSTGRESQL, SQLITE, scenario
from bench.faults.stage import Stage, connect_sqlite


@scenario(POSTGRESQL)
def postgresql_killed(stage: Stage) -> None:
    """kill -9 of PostgreSQL with all its processes, twice; it recovers from its log (fsync on)."""
    stage.open()
    stage.seat()
    cluster = stage.workshop.cluster
    with stage.working():
        for _time in range(2):
            time.sleep(3)
            with stage.outage():
                cluster.kill()
                time.sleep(1)
                cluster.start()
        time.sleep(3)
    stage.settle()


@scenario(SQLITE)
def disk_full(stage: Stage) -> None:
    """The disk is full for six seconds: nothing is acknowledged meanwhile, nothing is broken after."""
    troubles = stage.with_troubles()
    stage.open()
    stage.seat()
    with stage.working():
        time.sleep(2)
        troubles.fill_disk(True)
        time.sleep(6)
        acknowledged = len(stage.ledger.acks)
        time.sleep(0.5)
        stage.expect(len(stage.ledger.acks) == acknowledged, "a save was acknowledged on a full disk")
        troubles.fill_disk(False)
        time.sleep(2.5)
    stage.settle()
    with connect_sqlite(stage.database) as connection:
        (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    stage.expect(found == "ok", f"the file is damaged: {found}")


@scenario(SQLITE)
def database_locked(stage: Stage) -> None:
    """Another process holds the write lock for twelve seconds: saves wait or are told busy, then go on."""
    stage.open()
    stage.seat()
    with stage.working():
        time.sleep(2)
        connection = connect_sqlite(stage.database)
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(12)
        connection.execute("COMMIT")
        connection.close()
        time.sleep(3)
    stage.settle()
    stage.expect(not stage.desk.is_frozen(), "a slow database was taken for a clock that jumped")


@scenario(*BOTH)
def restored_elsewhere(stage: Stage) -> None:
    """The server dies at minute 30; the backup of minute 20 comes back on another machine: every answer comes again."""
    stage.open()
    stage.seat()
    passphrase = stage.folder / "passphrase"
    passphrase.write_text("an hour of bad luck\n")
    backup = stage.folder / "minute-20.backup"
    stage.work(4)
    with stage.working():
        made = stage.host.command("backup", str(backup), "--passphrase-file", str(passphrase))
        stage.expect(made.returncode == 0, f"the backup failed: {made.stderr[-300:]}")
        time.sleep(5)
    before = stage.books()
    with stage.working():
        time.sleep(1)
        stage.host.kill_all()
        restore_on_another_machine(stage, backup, passphrase)
        time.sleep(4)
    stage.settle()
    after = stage.books()
    missing = [key for key in before.responses if key not in after.responses]
    stage.expect(not missing, f"{len(missing)} answers of before did not come again")
    stage.expect(before.generation != after.generation, "the restored database has its old name")


def restore_on_another_machine(stage: Stage, backup, passphrase) -> None:
    """A machine that never saw this school: set up, restored, and given the old one's address."""
    folder = stage.folder / "other"
    folder.mkdir()
    database = None
    if stage.kind == POSTGRESQL:
        name = f"{stage.name}_other_{stage.workshop.count}"
        database = stage.workshop.cluster.create(name)
        stage.keep(_Dropped(stage.workshop.cluster, name))
    else:
        stage.database = f"sqlite:///{folder / 'exambank.sqlite'}"
    other = stage.add_host(Host(folder, database, stage.host.port))
    done = other.command("init", "--school", "Trường Chính trị tỉnh An Bình")
    stage.expect(done.returncode == 0, f"init failed: {done.stderr[-300:]}")
    done = other.command(
        "restore", str(backup), "--passphrase-file", str(passphrase), "--secrets", f"{backup}.secrets", "--yes"
    )
    stage.expect(done.returncode == 0, f"restore failed: {done.stderr[-300:]}")
    stage.database = database or stage.database
    with stage.outage():
        other.start()


class _Dropped:
    """The other machine's database goes with the stage."""

    def __init__(self, cluster, name: str):
        self._cluster, self._name = cluster, name

    def __enter__(self) -> "_Dropped":
        return self

    def __exit__(self, *_) -> None:
        self._cluster.drop(self._name)


@scenario(SQLITE)
def backup_while_saving(stage: Stage) -> None:
    """Backups are made all the time while everybody saves."""
    stage.open()
    stage.seat()
    with stage.working():
        for at in range(3):
            made = stage.host.command("backup", str(stage.folder / f"{at}.backup"), "--plain")
            stage.expect(made.returncode == 0, f"a backup failed: {made.stderr[-300:]}")
    stage.settle()
