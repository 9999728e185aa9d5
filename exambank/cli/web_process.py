"""gunicorn's threaded web process, in which a slow or hostile client cannot hold what saves need.

gunicorn reads head and body of a request in the few threads that also run the application: sixteen half-open requests,
sixteen browsers that connect ahead and say nothing yet, and no save is taken (measured: none in ten seconds). Here a
connection without a byte waits in the poller, each request is read whole by a thread of its own with a time limit and a
limit for one address, and only then gets one of the application's places. Nor does the main loop wait, as gunicorn's
does, up to two seconds for each client that does not hang up by itself.
"""

import contextlib
import selectors
import socket
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import IO, Any

from gunicorn import util
from gunicorn.workers.gthread import _DEFER, TConn, ThreadWorker

READERS = 256  # threads are made when they are needed; one that only reads costs next to nothing
READERS_OF_AN_ADDRESS = 32
HEAD_SECONDS = 10.0  # for the head, and for a small body
SLOWEST_BYTES = 4096  # a second, of a large body
WRITE_SECONDS = 20.0  # for a client that does not read its answer
LARGEST_BYTES = 64 * 1024 * 1024  # more is refused by the application unread
IN_MEMORY_BYTES = 1024 * 1024
_STEP = 64 * 1024
_PROXY = "127.0.0.1"  # a proxy on this machine brings everybody under one address


class _Connection(TConn):
    """A connection whose end nobody waits for in the main loop."""

    def __init__(self, pool: ThreadPoolExecutor, *given):
        super().__init__(*given)
        self._pool, self.is_welcome = pool, True

    @property
    def address(self) -> str:
        return self.client[0] if isinstance(self.client, tuple) else _PROXY

    def close(self, graceful: bool = False) -> None:
        if graceful and self.is_welcome:
            self._pool.submit(util.close_graceful, self.sock)
        else:
            util.close(self.sock)


class RoomWorker(ThreadWorker):
    """The web process of ``exambank serve``."""

    def get_thread_pool(self) -> ThreadPoolExecutor:
        self._places = threading.BoundedSemaphore(self.cfg.threads)
        self._reading: dict[_Connection, float] = {}  # until when its request must be here
        self._lock = threading.Lock()
        return ThreadPoolExecutor(READERS)

    def accept(self, listener) -> None:
        """A new connection waits in the poller until it says something."""
        try:
            client, address = listener.accept()
        except OSError:
            return  # it hung up, or another process was faster
        self.nr_conns += 1
        connection = _Connection(self.tpool, self.cfg, client, address, listener.getsockname())
        connection.timeout = time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(connection)
        self.poller.register(client, selectors.EVENT_READ, partial(self.on_pending_socket_readable, connection))

    def handle(self, conn: _Connection) -> Any:
        if not self._begin_reading(conn):
            conn.is_welcome = False
            return False
        try:
            if self.cfg.is_ssl and not conn.initialized and not self._is_request_behind(conn):
                return _DEFER
            return super().handle(conn)
        finally:
            self._end_reading(conn)

    def _is_request_behind(self, conn: _Connection) -> bool:
        """Shake hands; with TLS the first bytes are no request, and who only said hello waits like everybody else."""
        with contextlib.suppress(OSError):  # ssl.SSLError among them: gunicorn meets it again and lets the client go
            conn.sock.setblocking(True)
            conn.init()
            return conn.is_http2 or bool(conn.sock.pending())
        return True

    def handle_request(self, req, conn: _Connection) -> Any:
        """The request's head is here; take the body too, then a place in the application."""
        self._read_body(req, conn)
        self._end_reading(conn)
        with self._places:
            conn.sock.settimeout(WRITE_SECONDS)
            return super().handle_request(req, conn)

    def murder_pending(self) -> None:
        """Called by the main loop each second: also whoever sends too slowly is cut off."""
        super().murder_pending()
        now = time.monotonic()
        with self._lock:
            late = [conn for conn, until in self._reading.items() if until < now]
        for conn in late:
            with contextlib.suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RDWR)  # the thread that reads it hears of it

    def _begin_reading(self, conn: _Connection) -> bool:
        is_anybody = conn.address == _PROXY or bool(self.wsgi.config["TRUSTED_PROXIES"])
        with self._lock:
            if not is_anybody and sum(one.address == conn.address for one in self._reading) >= READERS_OF_AN_ADDRESS:
                return False
            self._reading[conn] = time.monotonic() + HEAD_SECONDS
        return True

    def _end_reading(self, conn: _Connection) -> None:
        with self._lock:
            self._reading.pop(conn, None)

    def _read_body(self, req, conn: _Connection) -> None:
        """Have the whole body here before the application begins."""
        headers = dict(req.headers)
        length = headers.get("CONTENT-LENGTH", "0")
        wanted = int(length) if length.isdigit() else 0
        if wanted > LARGEST_BYTES or "EXPECT" in headers or not (wanted or "TRANSFER-ENCODING" in headers):
            return
        with self._lock:
            self._reading[conn] = time.monotonic() + HEAD_SECONDS + wanted / SLOWEST_BYTES
        kept: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115 - the request's, to its end
        while kept.tell() <= LARGEST_BYTES and (block := req.body.read(_STEP)):
            kept.write(block)
        kept.seek(0)
        req.body.reader = kept
