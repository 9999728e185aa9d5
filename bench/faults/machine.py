"""The server's machine: ``exambank serve`` as a school starts it, to be killed, stopped, starved and started again."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from bench.faults.troubles import Troubles

UP_SECONDS = 60.0


def steady_port() -> int:
    """A free port below those that the kernel lends to clients: who knocks at a dead server must not become it."""
    for _attempt in range(100):
        port = random.randint(15_000, 30_000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no free port")


class Host:
    """One instance folder on one port; everything that it starts it can name and end."""

    def __init__(self, instance: Path, database: str | None, port: int | None = None):
        self.instance, self.database, self.port = instance, database, port or steady_port()
        self.troubles: Troubles | None = None
        self.process: subprocess.Popen | None = None
        self.log = instance / "server.log"

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("EXAMBANK_")}
        own = {"EXAMBANK_INSTANCE": str(self.instance), "EXAMBANK_LANG": "en", "HOME": str(self.instance)}
        if self.database:
            own["EXAMBANK_DATABASE_URL"] = self.database
        return {**kept, **own, **(self.troubles.environment if self.troubles else {})}

    # --- starting and ending ---

    def start(self, *options: str) -> "Host":
        """``exambank serve``, up when it answers."""
        self.process = self._popen("serve", "--port", str(self.port), "--no-worker", *options)
        until = time.monotonic() + UP_SECONDS
        while not self.is_up():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the server does not come up: {self.log.read_text()[-2000:]}")
            time.sleep(0.05)
        return self

    def _popen(self, *words: str) -> subprocess.Popen:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "exambank.cli", *words], env=self.environment, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def popen(self, *words: str) -> subprocess.Popen:
        """Another command beside the server; whoever asks ends it."""
        return self._popen(*words)

    def command(self, *words: str, seconds: float = 120) -> subprocess.CompletedProcess:
        """Run one command of ``exambank`` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "exambank.cli", *words], env=self.environment, capture_output=True, text=True,
            check=False, timeout=seconds,
        )  # fmt: skip

    def is_up(self) -> bool:
        with contextlib.suppress(OSError):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/sit/shell", timeout=2).close()
            except urllib.error.HTTPError as error:
                error.close()
            return True
        return False

    def stop(self) -> None:
        """In order, as Ctrl-C does."""
        if self.process and self.process.poll() is None:
            self.resume()
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                self.kill_all()
        self._gone()

    def _gone(self) -> None:
        if self.process:
            self.process.wait()
            self.process = None

    # --- faults ---

    def web_processes(self) -> list[int]:
        """gunicorn's workers."""
        pid = self.process.pid
        with contextlib.suppress(FileNotFoundError):
            return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return []

    def kill_worker(self) -> None:
        """kill -9 of one web process; gunicorn starts the next."""
        for pid in self.web_processes()[:1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def kill_master(self) -> None:
        """kill -9 of gunicorn's first process alone; what it leaves behind must not harm."""
        self.process.kill()
        self._gone()

    def kill_all(self) -> None:
        """The plug is pulled: everything at once."""
        for pid in [*self.web_processes(), self.process.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._gone()

    def pause(self) -> None:
        """Nothing of it runs."""
        for pid in [self.process.pid, *self.web_processes()]:
            os.kill(pid, signal.SIGSTOP)

    def resume(self) -> None:
        for pid in [self.process.pid, *self.web_processes()]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
