"""``exambank serve`` as it is started: web and worker come and go together, one server a database, HTTPS on the LAN."""

import contextlib
import os
import signal
import socket
import sqlite3
import ssl
from contextlib import closing

import psycopg
import pytest
from click.testing import CliRunner

from exambank import create_app
from exambank.cli import locks, main, serve
from exambank.config import ConfigError
from tests.cli.processes import exambank, free_port, is_alive, running, serving, wait_until
from tests.conftest import TEST_CONFIG


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """An instance after ``exambank init``; the servers of this file come one after the other."""
    folder = tmp_path_factory.mktemp("served")
    done = exambank(folder, "init", "--school", "Trường Chính trị tỉnh An Bình")
    assert done.returncode == 0, done.stderr
    return folder


def ask(instance, query):
    with closing(sqlite3.connect(instance / "exambank.sqlite", timeout=20)) as connection:
        return connection.execute(query).fetchone()


def test_web_and_worker_come_up_together_and_ctrl_c_ends_both(prepared):
    with serving(prepared) as server:
        worker, web = server.worker(), server.web_processes()
        assert len(web) == 1
        assert os.getpriority(os.PRIO_PROCESS, worker) == os.getpriority(os.PRIO_PROCESS, server.process.pid) + 10
        assert locks.is_held(prepared, locks.WEB)
        wait_until(lambda: locks.is_held(prepared, locks.WORKER))
        wait_until(lambda: ask(prepared, "SELECT holder FROM lease WHERE name = 'worker-heartbeat'") is not None)
        wait_until(lambda: ask(prepared, "SELECT holder FROM lease WHERE name = 'sweeper'") is not None)
        holder = ask(prepared, "SELECT holder FROM lease WHERE name = 'sweeper'")[0]
        assert holder.endswith(f"-{next(iter(web))}")  # the web process sweeps, not the one that started it
        assert server.end(signal.SIGINT) == 0
        assert not any(is_alive(pid) for pid in (worker, *web))
    assert not locks.is_held(prepared, locks.WEB)
    assert not locks.is_held(prepared, locks.WORKER)
    assert not (prepared / ".gunicorn").exists()  # no control socket in the home directory


def test_one_connection_carries_many_requests(prepared):
    with serving(prepared, "--no-worker") as server:
        connection = server.connect()
        for _request in range(3):
            connection.request("GET", "/accounts/sign-in")
            answer = connection.getresponse()
            answer.read()
            assert (answer.status, answer.version) == (200, 11)
            assert connection.sock is not None  # kept open by the server
        connection.close()
        assert server.end(signal.SIGTERM) == 0


def test_a_killed_server_takes_everything_with_it_and_its_successor_waited(prepared):
    with serving(prepared) as first:
        left = {first.worker(), *first.web_processes()}
        wait_until(lambda: locks.is_held(prepared, locks.WORKER))
        port = free_port()
        with running(prepared, "serve", "--port", str(port), port=port) as second:
            wait_until(lambda: open_lock(second.process.pid, prepared))
            assert not second.is_up()
            os.kill(first.process.pid, signal.SIGKILL)
            first.process.wait()
            wait_until(lambda: not any(is_alive(pid) for pid in left))
            wait_until(second.is_up)
            assert second.end(signal.SIGTERM) == 0


def open_lock(pid: int, instance) -> bool:
    """Whether the process has come as far as asking for the lock."""
    files = []
    for name in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):  # closed since it was listed
            files.append(os.readlink(f"/proc/{pid}/fd/{name}"))
    return str(instance / locks.WEB) in files


def test_a_worker_that_dies_is_started_again(prepared):
    with serving(prepared) as server:
        first = server.worker()
        wait_until(lambda: locks.is_held(prepared, locks.WORKER))
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: any("cli worker" in line and pid != first for pid, line in server.children().items()))
        assert server.end(signal.SIGTERM) == 0


def test_other_machines_are_served_by_https_with_secure_cookies(prepared):
    trust = ssl.create_default_context(cafile=prepared / "certificates" / "ca.pem")
    with serving(prepared, "--host", "0.0.0.0", "--no-worker", tls=trust) as server:
        connection = server.connect()
        connection.request("GET", "/accounts/sign-in")
        answer = connection.getresponse()
        assert answer.status == 200
        assert "Secure" in answer.headers["Set-Cookie"]
        connection.close()
        assert server.end(signal.SIGTERM) == 0
        assert "https://" in server.log.read_text()


def test_plain_http_to_other_machines_says_what_is_lost(prepared):
    with serving(prepared, "--host", "0.0.0.0", "--plain-http", "--no-worker") as server:
        assert server.end(signal.SIGTERM) == 0
        assert "Without HTTPS" in server.log.read_text()


@pytest.mark.postgresql
def test_postgresql_is_served_by_several_web_processes(postgresql_server, tmp_path):
    url = postgresql_server.create("served")
    try:
        assert exambank(tmp_path, "init", EXAMBANK_DATABASE_URL=url).returncode == 0
        with serving(tmp_path, "--workers", "2", EXAMBANK_DATABASE_URL=url) as server:
            wait_until(lambda: len(server.web_processes()) == 2)
            plain = url.replace("+psycopg", "")
            with psycopg.connect(plain, autocommit=True) as connection:
                wait_until(lambda: connection.execute("SELECT holder FROM lease WHERE name = 'sweeper'").fetchone())
                wait_until(lambda: connection.execute("SELECT 1 FROM lease WHERE name LIKE 'worker%'").fetchone())
            assert server.end(signal.SIGTERM) == 0
        refused = exambank(tmp_path, "backup", str(tmp_path / "b"), "--plain", EXAMBANK_DATABASE_URL=url)
        assert refused.returncode == 0, refused.stderr
    finally:
        postgresql_server.drop("served")


# --- what is refused, without a server


@pytest.fixture
def command(prepared, monkeypatch):
    """The command line in this process, on the prepared instance."""
    monkeypatch.setenv("EXAMBANK_INSTANCE", str(prepared))
    monkeypatch.setenv("EXAMBANK_LANG", "en")
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


def test_sqlite_takes_one_web_process(command):
    result = command("serve", "--workers", "2")
    assert result.exit_code == 1
    assert "SQLite" in result.stderr


def test_other_machines_are_not_served_without_a_certificate(command, prepared):
    (prepared / "certificates").rename(prepared / "away")
    try:
        result = command("serve", "--host", "0.0.0.0", "--port", free_port())
    finally:
        (prepared / "away").rename(prepared / "certificates")
    assert result.exit_code == 1
    assert "exambank init --name" in result.stderr
    assert "--plain-http" in result.stderr


def test_a_taken_port_is_told(command):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = command("serve", "--port", taken.getsockname()[1])
    assert result.exit_code == 1
    assert "--port" in result.stderr


def test_a_second_server_is_refused_when_the_first_stays(instance, monkeypatch):
    app = create_app(TEST_CONFIG)
    monkeypatch.setattr(serve, "PREDECESSOR_SECONDS", 0.2)
    with app.app_context(), serve._hold_web_lock(app, instance), pytest.raises(ConfigError):
        serve._hold_web_lock(app, instance)


@pytest.mark.parametrize(
    ("host", "is_local"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False),
     ("192.168.1.10", False), ("exam.lan", False)],
)  # fmt: skip
def test_only_loopback_is_served_plainly(host, is_local):
    assert serve._is_loopback(host) is is_local
