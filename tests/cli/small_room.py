"""A web process with a small application, for tests of its connections: started by ``room``, with limits of their own."""

import contextlib
import multiprocessing
import os
import signal
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gunicorn.app.base import BaseApplication

from exambank.cli import connections, web_process
from tests.cli.processes import PATIENCE_SECONDS, free_port, wait_until

BIG = 16 * 1024 * 1024


def answer(environ, start_response):
    """POST comes back; the other paths do what they are called."""
    path, body = environ["PATH_INFO"], environ["wsgi.input"].read()
    if path == "/fails":
        raise ValueError("meant")
    if path == "/unchanged":
        start_response("304 Not Modified", [("ETag", '"a"')])
        return []
    if path == "/big":
        start_response("200 OK", [("Content-Length", str(BIG))])
        return (b"x" * 8192 for _block in range(BIG // 8192))
    if path == "/half":
        start_response("200 OK", [("Content-Length", str(BIG))])
        return (b"x" * (65536 // (at < 10)) for at in range(20))
    if path == "/file":
        start_response("200 OK", [("Content-Length", str(Path(__file__).stat().st_size))])
        return environ["wsgi.file_wrapper"](Path(__file__).open("rb"))
    if path == "/waits":
        folder = Path(environ["QUERY_STRING"])
        (folder / "begun").touch()
        wait_until((folder / "go").exists)
    start_response("200 OK", [("Content-Length", str(len(body)))] if path != "/streams" else [])
    return [body]


class _Room(BaseApplication):
    def __init__(self, settings: dict):
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self):
        return answer


@dataclass
class Room:
    process: multiprocessing.Process
    port: int
    is_up: bool = False

    def connect(self, source: str = "127.0.0.1") -> socket.socket:
        if not self.is_up:
            wait_until(self._is_listening)
            self.is_up = True
        line = socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS, (source, 0))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line

    def count_lines(self) -> int:
        """The open sockets of the web process."""
        web = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()[0]
        found = 0
        for file in Path(f"/proc/{web}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):  # closed since it was listed
                found += os.readlink(file).startswith("socket:")
        return found

    def _is_listening(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
            return True
        return False


@contextlib.contextmanager
def room(limits: dict | None = None, **settings) -> Iterator[Room]:
    """``limits`` are constants of ``connections``, the others settings of gunicorn. The first line waits until it is up."""
    port = free_port()
    given = {
        "bind": f"127.0.0.1:{port}", "threads": 2, "keepalive": 30, "loglevel": "critical",
        "control_socket_disable": True, "worker_class": "exambank.cli.web_process.RoomWorker", **settings,
    }  # fmt: skip
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(given, limits or {}))
    process.start()
    try:
        yield Room(process, port)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGQUIT)
        process.join(PATIENCE_SECONDS)


def _serve(settings: dict, limits: dict) -> None:
    web_process.SWEEP_SECONDS = 0.05
    for name, seconds in limits.items():
        setattr(connections, name, seconds)
    _Room(settings).run()


def read_answer(file, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    """One answer of a line's file; status 0 when the server has hung up."""
    status = file.readline()
    if not status:
        return 0, {}, b""
    headers = {}
    while line := file.readline().decode().strip():
        name, _, value = line.partition(": ")
        headers[name.lower()] = value
    code = int(status.split()[1])
    if method == "HEAD" or code in {100, 304}:
        return code, headers, b""
    if headers.get("transfer-encoding") != "chunked":
        return code, headers, file.read(int(headers["content-length"]))
    body = b""
    while size := int(file.readline(), 16):
        body += file.read(size)
        file.readline()
    file.readline()
    return code, headers, body
