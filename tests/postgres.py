"""One PostgreSQL server for a test run, started as the package's own user where we are root (it refuses root)."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


@dataclass
class Server:
    port: int
    data: Path

    @property
    def pid(self) -> int:
        """The first process, whose children are all the others."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://exam@127.0.0.1:{self.port}/{name}"

    def create(self, name: str, template: str = "template0") -> str:
        strategy = " STRATEGY file_copy" if template != "template0" else ""
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}{strategy}")
        return self.url(name)

    def drop(self, name: str) -> None:
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with psycopg.connect(f"postgresql://exam@127.0.0.1:{self.port}/postgres", autocommit=True) as connection:
            connection.execute(statement)


@contextlib.contextmanager
def running_server(settings: str = FAST) -> Iterator[Server]:
    """``settings``: options of the server; the default loses everything when the machine stops, as tests may."""
    if not BINARIES:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql-15 (make test does it)")
    folder = Path(tempfile.mkdtemp(prefix="exambank-pg-", dir="/tmp"))
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    data, port = folder / "data", _free_port()
    try:
        _call([*as_user, BINARIES[-1] / "initdb", "-D", data, "-A", "trust", "-U", "exam", "--no-sync",
               "--locale=C.UTF-8", "-E", "UTF8"])  # fmt: skip
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 {settings}"
        _call([*as_user, BINARIES[-1] / "pg_ctl", "-s", "-w", "-D", data, "-l", folder / "log", "-o", options, "start"])
        yield Server(port, data)
    finally:
        subprocess.run(
            [*as_user, BINARIES[-1] / "pg_ctl", "-s", "-D", data, "-m", "immediate", "stop"], cwd="/", check=False
        )
        shutil.rmtree(folder, ignore_errors=True)


def _call(command: list) -> None:
    subprocess.run([str(part) for part in command], cwd="/", check=True, stdout=subprocess.DEVNULL, timeout=60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
