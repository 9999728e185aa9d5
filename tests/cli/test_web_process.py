"""The web process takes saves although somebody holds connections open: half-open requests, slow and large bodies."""

import contextlib
import socket
import time

import pytest

from exambank.cli import web_process
from tests.cli.processes import exambank, serving

STRANGER = ("127.0.0.66", 0)  # an address of its own, as another machine has


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    done = exambank(folder, "init", "--school", "Trường Chính trị tỉnh An Bình")
    assert done.returncode == 0, done.stderr
    return folder


def half_open(server, head: bytes) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", server.port), source_address=STRANGER)
    line.sendall(head)
    return line


def test_half_open_requests_and_bodies_that_never_end_keep_nobody_waiting(prepared):
    heads = [
        b"",  # a browser that connects ahead
        b"GET /accounts/sign-in HTTP/1.1\r\nHost: x\r\n",
        b"POST /accounts/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n",
    ]
    with serving(prepared, "--no-worker", "--threads", "2") as server, contextlib.ExitStack() as open_lines:
        lines = [open_lines.enter_context(half_open(server, heads[at % 3])) for at in range(60)]
        connection = server.connect()
        for _request in range(3):
            connection.request("GET", "/accounts/sign-in")
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200
        connection.close()
        # of those that said something, an address may have so many read at a time
        too_many = 40 - web_process.HALF_SENT_OF_AN_ADDRESS
        assert count_shut(lines, too_many) == too_many

        connection = server.connect()
        connection.request("POST", "/accounts/sign-in", b"username=" + b"a" * 3_000_000)  # read whole, then refused
        assert 400 <= connection.getresponse().status < 500
        connection.close()


def count_shut(lines: list[socket.socket], wanted: int) -> int:
    """How many the server hung up, as soon as it is as many as it must be; the deadline is for a broken server."""
    until, shut = time.monotonic() + 60, set()
    while len(shut) < wanted and time.monotonic() < until:
        shut |= {line for line in lines if line not in shut and is_shut(line)}
    return len(shut)


def is_shut(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        return line.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True
