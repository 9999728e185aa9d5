"""``exambank serve`` and ``exambank worker``: the web process (gunicorn), the worker beside it, one Ctrl-C for both."""

import fcntl
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import click
from flask import Flask, current_app
from gunicorn.app.base import BaseApplication

from exambank import config, create_app, jobs
from exambank.cli.language import _
from exambank.config import ConfigError
from exambank.db import write_beside_server
from exambank.sittings import sweeper

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
LOCK_WAIT_SECONDS = 30
WORKER_ROUND_SECONDS = 5.0
HEARTBEAT = "worker-heartbeat"

log = logging.getLogger("exambank.serve")


@click.command(help=_("Serve the web pages, with a worker beside them."))
@click.option("--host", default="127.0.0.1", show_default=True, help=_("Address to listen on."))
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, help=_("Web processes (PostgreSQL only; SQLite takes one)."))
@click.option("--threads", default=16, show_default=True, help=_("Threads of each web process."))
@click.option("--no-worker", is_flag=True, help=_("Serve the web pages only."))
@click.option(
    "--plain-http", is_flag=True,
    help=_("Serve other machines without HTTPS: answers cross the room readable, and the room's browsers keep their "
           "journal without encryption and cannot reload without the network."),
)  # fmt: skip
def serve(host: str, port: int, workers: int, threads: int, no_worker: bool, plain_http: bool) -> None:
    app = current_app._get_current_object()
    config.require_secret(app)
    if app.config["IS_SQLITE"] and workers != 1:
        raise ConfigError(_("SQLite takes exactly one web process. Use PostgreSQL for more."))
    secure = host not in LOOPBACK and not plain_http
    options = _gunicorn_options(app, host, port, workers, threads, secure)
    web_lock = _hold_web_lock(app) if app.config["IS_SQLITE"] else None
    beside = None if no_worker else _start_worker()
    click.echo(_("Serving on %(url)s (Ctrl-C stops everything).", url=f"http{'s' if secure else ''}://{host}:{port}"))
    try:
        _Server(options, secure).run()
    finally:
        _stop(beside)
        del web_lock


def _gunicorn_options(app: Flask, host: str, port: int, workers: int, threads: int, secure: bool) -> dict:
    options = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": workers, "threads": threads, "worker_class": "gthread", "keepalive": 30, "timeout": 60,
        "graceful_timeout": 20, "control_socket_disable": True, "loglevel": "warning", "preload_app": False,
        "limit_request_line": 8190, "proc_name": "exambank",
    }  # fmt: skip
    if secure:
        folder = Path(app.instance_path) / "certificates"
        if not (folder / "server.pem").exists():
            raise ConfigError(_("No certificate. Run `exambank init --name ADDRESS` once, or serve with --plain-http."))
        options |= {"certfile": str(folder / "server.pem"), "keyfile": str(folder / "server.key")}
    return options


def _hold_web_lock(app: Flask):
    """One web process writes SQLite: the lock dies with the process, and a successor waits for its predecessor."""
    file = (Path(app.instance_path) / "web.lock").open("w")
    deadline = time.monotonic() + LOCK_WAIT_SECONDS
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise ConfigError(_("Another exambank serves this database. Stop it first.")) from None
            time.sleep(0.2)


def is_served(instance: Path) -> bool:
    """Whether a web process holds the lock of this instance now."""
    path = instance / "web.lock"
    if not path.exists():
        return False
    with path.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


class _Server(BaseApplication):
    """gunicorn without its own command line."""

    def __init__(self, options: dict, secure: bool):
        self._options, self._secure = options, secure
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        app = create_app({"SESSION_COOKIE_SECURE": True} if self._secure else None)
        if app.config["RUN_SWEEPER"]:
            sweeper.start_sweeper(app)
        return app


def _start_worker() -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-m", "exambank.cli", "worker"], preexec_fn=_lower_priority)


def _lower_priority() -> None:
    os.nice(10)  # statistics and documents must not slow a save
    os.setpgid(0, 0)  # Ctrl-C reaches the web process; it stops the worker in order


def _stop(beside: subprocess.Popen | None) -> None:
    if beside is None or beside.poll() is not None:
        return
    beside.terminate()
    try:
        beside.wait(timeout=35)
    except subprocess.TimeoutExpired:
        beside.kill()


@click.command(help=_("Run the background work: marking, statistics, documents."))
def worker() -> None:
    app = current_app._get_current_object()
    write_beside_server()
    stopping = threading.Event()
    threading.Thread(target=_rounds, args=(app, stopping, os.getppid()), daemon=True).start()
    huey = jobs.waker().huey
    try:
        huey.create_consumer(
            workers=1, periodic=False, initial_delay=0.1, max_delay=0.2, graceful_signal="TERM", shutdown_timeout=30
        ).run()
    finally:
        stopping.set()


def _rounds(app: Flask, stopping: threading.Event, parent: int) -> None:
    """What huey was not told about, and periodic work; ends the worker when the server that started it is gone."""
    while not stopping.wait(WORKER_ROUND_SECONDS):
        if os.getppid() != parent and parent != 1:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        with app.app_context():
            try:
                jobs.take_lease(HEARTBEAT, timedelta(seconds=0), holder=f"pid-{os.getpid()}")
                jobs.run_due()
                jobs.run_periodic()
            except Exception:  # a locked database now is not the end of the worker
                log.exception("worker round failed")
