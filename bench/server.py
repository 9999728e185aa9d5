"""A throw-away server: an instance folder of its own, a prepared school, ``exambank serve`` on a free port."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import cpu


@dataclass
class Server:
    port: int
    instance: Path
    process: subprocess.Popen
    environment: dict

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def cpu_seconds(self) -> float:
        """User and system time of the web processes so far (the worker beside them is not counted)."""
        return sum(cpu.of_process(pid) for pid in [self.process.pid, *_web_children(self.process.pid)])


def _web_children(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children if b"\0worker\0" not in Path(f"/proc/{child}/cmdline").read_bytes()]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def prepared_instance(database: str | None) -> Iterator[tuple[Path, dict]]:
    """A temporary instance folder and the environment that points at it; the database must be empty."""
    with tempfile.TemporaryDirectory(prefix="exambank-bench-") as name:
        environment = {**os.environ, "EXAMBANK_INSTANCE": name, "EXAMBANK_LANG": "en"}
        if database:
            environment["EXAMBANK_DATABASE_URL"] = database
        yield Path(name), environment


@contextlib.contextmanager
def running(instance: Path, environment: dict, *options: str, port: int | None = None) -> Iterator[Server]:
    """Serve until the block ends; output goes to ``instance/server.log``."""
    port = port or free_port()
    with (instance / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "exambank.cli", "serve", "--port", str(port), *options],
            env=environment, stdout=log, stderr=log,
        )  # fmt: skip
    server = Server(port, instance, process, environment)
    try:
        _wait_until_up(server)
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_until_up(server: Server) -> None:
    url = f"http://127.0.0.1:{server.port}/accounts/sign-in"
    for _attempt in range(300):
        if server.process.poll() is not None:
            raise RuntimeError((server.instance / "server.log").read_text()[-3000:])
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not come up")
