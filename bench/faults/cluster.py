"""A PostgreSQL server of the bench's own: durable (fsync on), to be killed and started again."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg

from bench.faults.machine import steady_port
from tests.postgres import BINARIES


class Cluster:
    """One data folder; ``start`` after a kill is crash recovery."""

    def __init__(self, environment: dict[str, str] | None = None):
        if not BINARIES:
            raise RuntimeError("PostgreSQL is not installed (apt-get install postgresql-15)")
        self.folder = Path(tempfile.mkdtemp(prefix="exambank-faults-pg-", dir="/tmp"))
        self._as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self._as_user:
            shutil.chown(self.folder, "postgres")
        self.port, self._environment = steady_port(), {**os.environ, **(environment or {})}
        self._call("initdb", "-A", "trust", "-U", "exam", "--locale=C.UTF-8", "-E", "UTF8")
        self.start()

    def _call(self, tool: str, *words: str) -> None:
        command = [*self._as_user, str(BINARIES[-1] / tool), "-D", str(self.folder / "data"), *words]
        subprocess.run(
            command, cwd="/", check=True, stdout=subprocess.DEVNULL, timeout=120, env=self._environment,
        )  # fmt: skip

    def start(self) -> None:
        options = (
            f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=on -c synchronous_commit=on "
            "-c max_connections=100 -c shared_buffers=32MB"
        )
        self._call("pg_ctl", "-s", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def kill(self) -> None:
        """kill -9 of the postmaster; its children die with it or right after it, as when the machine loses power."""
        lines = (self.folder / "data" / "postmaster.pid").read_text().split()
        postmaster = int(lines[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for pid in [postmaster, *map(int, children)]:
            os.kill(pid, signal.SIGKILL)
        while any(Path(f"/proc/{pid}").exists() and not _is_zombie(pid) for pid in [postmaster, *map(int, children)]):
            pass
        # as after a start of the machine: whoever collects the dead may be slow, and they would seem to be alive
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)
        (self.folder / f".s.PGSQL.{self.port}.lock").unlink(missing_ok=True)

    def stop(self) -> None:
        subprocess.run(
            [*self._as_user, str(BINARIES[-1] / "pg_ctl"), "-s", "-D", str(self.folder / "data"), "-m", "immediate",
             "stop"], cwd="/", check=False, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://exam@127.0.0.1:{self.port}/{name}"

    def create(self, name: str, template: str = "template0") -> str:
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def drop(self, name: str) -> None:
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def run(self, statement: str) -> None:
        address = f"postgresql://exam@127.0.0.1:{self.port}/postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True
