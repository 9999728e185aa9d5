"""A second, plain-http address that hands out the school's certificate and nothing else.

A machine that does not trust the certificate yet meets a warning at the exam's own address. Here it meets none: the
page with the steps, the certificate, the styles of the page; everything else is sent on to the exam's address. The
pages are made once, before the server starts; the process that serves them holds no database and no secret, and reads
no cookie. What crosses the room in plain could be exchanged on its way: hence the fingerprint on paper.
"""

import os
import signal
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from flask import Flask

from exambank.cli.language import _
from exambank.config import ConfigError

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
}  # fmt: skip
PAGES = ("/ca", "/ca.pem")
_HIGHEST_FILE = 65536
_SECONDS = 10  # of one request: whoever sends slower is cut off
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


@dataclass(frozen=True)
class Page:
    """What is answered at one path."""

    content_type: str
    body: bytes
    file_name: str = ""


def make_pages(app: Flask, plain_address: str, exam_address: str) -> dict[str, Page]:
    """The certificate's pages as the application shows them at ``plain_address``, and the files they need."""
    client, pages = app.test_client(), {}
    for path in PAGES:
        answer = client.get(path, base_url=plain_address, environ_overrides={"exambank.exam_address": exam_address})
        if answer.status_code != 200:
            raise ConfigError(_("There is no certificate to hand out. Make one with: exambank init"))
        disposition = answer.headers.get("Content-Disposition", "")
        pages[path] = Page(answer.content_type, answer.data, disposition)
    static = Path(app.static_folder)
    for file in [*(static / "dist").glob("*"), *(static / "img").glob("*")]:
        if file.suffix in _TYPES:
            pages[f"/static/{file.relative_to(static).as_posix()}"] = Page(_TYPES[file.suffix], file.read_bytes())
    return pages


class _Handler(BaseHTTPRequestHandler):
    """GET of a known path; "/" leads to the page, every other path to the same path of the exam's address."""

    timeout = _SECONDS
    server_version, sys_version = "exambank", ""
    pages: dict[str, Page] = {}
    port = 0

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        page = self.pages.get(path)
        if page is None:
            return self._send_on("/ca" if path == "/" else self._secure_address())
        self._answer(200, page.content_type, page.body, page.file_name)

    do_HEAD = do_GET

    def _secure_address(self) -> str:
        """The exam's first page under the name this browser used; the path is not carried over from plain http."""
        name = urlsplit(f"//{self.headers.get('Host', '')}").hostname or ""
        is_name = name and all(letter.isalnum() or letter in ".-:" for letter in name)
        return f"https://{f'[{name}]' if ':' in name else name}:{self.port}/" if is_name else "/ca"

    def _send_on(self, target: str) -> None:
        self.send_response(302)
        self.send_header("Location", target)
        self._finish(0)

    def _answer(self, status: int, content_type: str, body: bytes, disposition: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        if disposition:
            self.send_header("Content-Disposition", disposition)
        self._finish(len(body))
        if self.command == "GET":
            self.wfile.write(body)

    def _finish(self, length: int) -> None:
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_arguments) -> None:
        """Nothing is logged: who fetched a certificate is nobody's business."""


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64


def listen(pages: dict[str, Page], host: str, port: int, secure_port: int) -> ThreadingHTTPServer:
    """Take the address; ConfigError when somebody has it."""
    handler = type("Handler", (_Handler,), {"pages": pages, "port": secure_port})
    try:
        return _Listener((host, port), handler)
    except OSError as error:
        raise ConfigError(
            _("%(host)s, port %(port)s cannot be used: %(reason)s. Choose another with --certificate-port.", host=host,
              port=port, reason=error.strerror)
        ) from None  # fmt: skip


class PlainDoor:
    """The process beside the server: it ends with it, whatever ends it."""

    def __init__(self, listener: ThreadingHTTPServer):
        self._listener, parent = listener, os.getpid()
        self._pid = os.fork()
        if self._pid == 0:
            _serve_for(listener, parent)
        listener.server_close()  # the child has it

    def stop(self) -> None:
        """End it; harmless when it is gone."""
        try:
            os.kill(self._pid, signal.SIGTERM)
            os.waitpid(self._pid, 0)
        except (ProcessLookupError, ChildProcessError):
            return


def _serve_for(listener: ThreadingHTTPServer, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    signal.signal(signal.SIGTERM, lambda *_arguments: os._exit(0))
    _let_go_but(listener.fileno())
    os.nice(10)
    Thread(target=listener.serve_forever, daemon=True).start()
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


def _let_go_but(kept: int) -> None:
    """Of all that was open at the fork: the lock of the database must not live on here, nor a connection to it."""
    os.closerange(3, kept)
    os.closerange(kept + 1, _HIGHEST_FILE)
