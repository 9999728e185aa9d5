"""``exambank serve``: the web process (gunicorn) with a worker beside it; one Ctrl-C ends both."""

import gc
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

import click
from flask import Flask, current_app
from gunicorn.app.base import BaseApplication

from exambank import create_app
from exambank.cli import certificates, locks
from exambank.cli.language import _
from exambank.cli.plain_door import PlainDoor, listen, make_pages
from exambank.config import ConfigError
from exambank.db import db, write_beside_server
from exambank.sittings import sweeper

PREDECESSOR_SECONDS = 30
WORKER_STOPS_SECONDS = 35
WORKER_RESTARTS_SECONDS = 5


@click.command(help=_("Serve the web pages, with a worker beside them."))
@click.option("--host", default="127.0.0.1", show_default=True, help=_("Address to listen on."))
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help=_("Port to listen on."))
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64),
    help=_("Web processes (PostgreSQL only; SQLite takes one)."),
)  # fmt: skip
@click.option(
    "--threads", default=8, show_default=True, type=click.IntRange(2, 256), help=_("Threads of each web process.")
)
@click.option("--no-worker", is_flag=True, help=_("Serve the web pages only."))
@click.option(
    "--plain-http", is_flag=True,
    help=_("Serve other machines without HTTPS: answers cross the room readable, and the room's browsers keep their "
           "journal without encryption and cannot reload without the network."),
)  # fmt: skip
@click.option(
    "--certificate-port", type=click.IntRange(1, 65535),
    help=_("Hand out the school's certificate without HTTPS on this port as well, such as 80, so that a machine finds "
           "it before it trusts it. Nothing else is answered there."),
)  # fmt: skip
def serve(
    host: str, port: int, workers: int, threads: int, no_worker: bool, plain_http: bool, certificate_port: int | None
) -> None:
    app = current_app._get_current_object()
    instance = Path(app.instance_path)
    if not app.config["SECRET_KEY"]:
        raise ConfigError(_("No secret key. Run `exambank init` once; it writes instance/secrets/secret_key."))
    if app.config["IS_SQLITE"] and workers != 1:
        raise ConfigError(_("SQLite takes exactly one web process. Use PostgreSQL for more."))
    is_local = _is_loopback(host)
    is_secure = not is_local and not plain_http
    if certificate_port and not is_secure:
        raise ConfigError(_("--certificate-port belongs to HTTPS: without it there is no certificate to trust."))
    options = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}", "workers": workers, "threads": threads,
        **(_certificate(instance, host) if is_secure else {}),
    }  # fmt: skip
    with _hold_web_lock(app, instance):
        _refuse_taken_port(host, port)
        door = _plain_door(app, host, port, certificate_port) if certificate_port and is_secure else None
        _tell(host, port, is_secure, is_local)
        db.session.remove()
        db.engine.dispose()  # a connection that crosses the fork would break SQLite's locks
        beside = None if no_worker else _Beside()
        try:
            _Server(options, is_secure).run()
        finally:
            if beside:
                beside.stop()
            if door:
                door.stop()


def _plain_door(app: Flask, host: str, port: int, certificate_port: int) -> PlainDoor:
    """Starts before the server has connections and threads: it is a fork that must inherit none."""
    name = (certificates.own_addresses() or [host])[0] if host in {"0.0.0.0", "::"} else host
    plain = f"http://{name}" if certificate_port == 80 else f"http://{name}:{certificate_port}"
    listener = listen(make_pages(app, plain, f"https://{name}:{port}/"), host, certificate_port, port)
    click.echo(_("The certificate is handed out on %(url)s", url=f"{plain}/ca"))
    return PlainDoor(listener)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _certificate(instance: Path, host: str) -> dict:
    """gunicorn's options for HTTPS; a certificate near its end, or without an address of ours, is renewed first."""
    folder = instance / "certificates"
    if not (folder / "server.pem").exists() or not (folder / "server.key").exists():
        raise ConfigError(
            _("There is no certificate, and other machines are served by HTTPS. Make one with: exambank init --name "
              "ADDRESS (this machine's address in the room). Or add --plain-http and read in --help what is lost then.")
        )  # fmt: skip
    certificates.refresh(folder, *([] if host in {"0.0.0.0", "::"} else [host]))
    return {"certfile": str(folder / "server.pem"), "keyfile": str(folder / "server.key")}


def _hold_web_lock(app: Flask, instance: Path) -> IO:
    """One web process writes SQLite; a successor waits for its predecessor. On PostgreSQL only a restore is alone."""
    lock = locks.hold(instance, locks.WEB, shared=not app.config["IS_SQLITE"], wait=PREDECESSOR_SECONDS)
    if lock is None:
        raise ConfigError(_("Another exambank serves this database, or a restore is at work. Stop it first."))
    return lock


def _refuse_taken_port(host: str, port: int) -> None:
    family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise ConfigError(
                _("%(host)s, port %(port)s cannot be used: %(reason)s. Choose another with --port.", host=host,
                  port=port, reason=error.strerror)
            ) from None  # fmt: skip


def _tell(host: str, port: int, is_secure: bool, is_local: bool) -> None:
    names = certificates.own_addresses() or [host] if host == "0.0.0.0" else [f"[{host}]" if ":" in host else host]
    for name in names:
        click.echo(_("Serving on %(url)s (Ctrl-C stops everything).",
                     url=f"http{'s' if is_secure else ''}://{name}:{port}"))  # fmt: skip
    if not is_secure and not is_local:
        click.echo(
            _("Without HTTPS: whoever is on this network can read and change what crosses it, and the room's browsers "
              "keep their journal unencrypted and cannot reload without the network."), err=True
        )  # fmt: skip


_FIXED = {
    "worker_class": "exambank.cli.web_process.RoomWorker", "keepalive": 30, "timeout": 60, "graceful_timeout": 20,
    "control_socket_disable": True, "loglevel": "warning", "preload_app": False, "proc_name": "exambank",
}  # fmt: skip


class _Server(BaseApplication):
    """gunicorn without its own command line. Everything of ours is assembled after the fork, in the web process."""

    def __init__(self, options: dict, is_secure: bool):
        self._options, self._is_secure, self._app = options, is_secure, None
        super().__init__()

    def load_config(self) -> None:
        for name, value in {**_FIXED, **self._options, "worker_exit": _end_room}.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        write_beside_server(False)
        self._app = create_app({"SESSION_COOKIE_SECURE": True} if self._is_secure else None)
        sweeper.start_sweeper(self._app)
        gc.collect()
        gc.freeze()  # what is loaded by now stays: to look at it again and again took a third of an entry's time
        return self._app

    def end_room(self) -> None:
        if self._app is not None:
            sweeper.stop_room(self._app)


def _end_room(_arbiter, web_process) -> None:
    web_process.app.end_room()


class _Beside:
    """The worker's process: lower priority, started again should it die, ended with the server."""

    def __init__(self):
        self._stopping = threading.Event()
        self._process = self._start()
        self._watch = threading.Thread(target=self._keep_alive, daemon=True)
        self._watch.start()

    def _start(self) -> subprocess.Popen:
        command = [sys.executable, "-m", "exambank.cli", "worker", "--beside", str(os.getpid())]
        return subprocess.Popen(command, preexec_fn=_lower_priority)

    def _keep_alive(self) -> None:
        while not self._stopping.wait(WORKER_RESTARTS_SECONDS):
            if self._process.poll() is not None:
                self._process = self._start()

    def stop(self) -> None:
        """In order; whoever presses Ctrl-C again does not want to wait for the work in hand."""
        self._stopping.set()
        self._watch.join()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._process.terminate()
        try:
            self._process.wait(timeout=WORKER_STOPS_SECONDS)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            self._process.kill()


def _lower_priority() -> None:
    os.nice(10)  # statistics and documents must not slow a save
    os.setpgid(0, 0)  # Ctrl-C reaches the web process; it stops the worker in order


commands = [serve]
