"""Real processes for tests: ``exambank`` as people start it, watched from outside."""

import contextlib
import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE_SECONDS = 60  # other work may share the machine; nothing here waits as long when all is well


def exambank(instance: Path, *words: str, **settings: str) -> subprocess.CompletedProcess:
    """Run one command to its end."""
    return subprocess.run(
        _command(*words), env=_environment(instance, settings), capture_output=True, text=True, check=False, timeout=120
    )


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "exambank.cli", *words]


def _environment(instance: Path, settings: dict[str, str]) -> dict[str, str]:
    given = {name: value for name, value in os.environ.items() if not name.startswith("EXAMBANK_")}
    return {**given, "EXAMBANK_INSTANCE": str(instance), "EXAMBANK_LANG": "en", "HOME": str(instance), **settings}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.05)


@dataclass
class Running:
    """A started ``exambank``."""

    process: subprocess.Popen
    log: Path
    port: int = 0
    tls: ssl.SSLContext | None = None
    open: list = field(default_factory=list)

    def connect(self) -> http.client.HTTPConnection:
        if self.tls:
            return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=self.tls)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def is_up(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        connection = self.connect()
        try:
            connection.request("GET", "/accounts/sign-in")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def children(self) -> dict[int, str]:
        """The processes it started, with their command lines."""
        listed = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        found = {}
        for pid in [int(pid) for path in listed for pid in path.read_text().split()]:
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # gone since it was listed
                found[pid] = Path(f"/proc/{pid}/cmdline").read_bytes().decode().replace("\0", " ")
        return found

    def worker(self) -> int:
        return next(pid for pid, line in self.children().items() if "cli worker" in line)

    def web_processes(self) -> set[int]:
        return {pid for pid, line in self.children().items() if "cli serve" in line}

    def end(self, by: signal.Signals) -> int:
        self.process.send_signal(by)
        return self.process.wait(timeout=PATIENCE_SECONDS)


@contextlib.contextmanager
def running(instance: Path, *words: str, port: int = 0, tls=None, **settings: str) -> Iterator[Running]:
    """Start a command; whatever still runs at the end is killed."""
    log = instance / f"log-{time.monotonic_ns()}"
    with log.open("wb") as file:
        process = subprocess.Popen(
            _command(*words), env=_environment(instance, settings), stdout=file, stderr=file, start_new_session=True
        )
    started = Running(process, log, port, tls)
    try:
        yield started
    finally:
        left = [] if process.poll() is not None else [*started.children(), process.pid]
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()


@contextlib.contextmanager
def serving(instance: Path, *words: str, tls=None, **settings: str) -> Iterator[Running]:
    port = free_port()
    with running(instance, "serve", "--port", str(port), *words, port=port, tls=tls, **settings) as server:
        wait_until(server.is_up)
        yield server


def is_alive(pid: int) -> bool:
    """A zombie that nobody has collected yet is dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
