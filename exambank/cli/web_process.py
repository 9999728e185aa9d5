"""gunicorn's web process, in which whoever hears of a request answers it, and no client holds what saves need.

gunicorn's own threaded worker passes each request from a polling thread to a pool and back, which costs more than to
parse and answer it, and reads it in the few threads that run the application: sixteen half-open requests and no save is
taken (measured: none in ten seconds). Here all threads wait on one epoll. A connection is armed for a single event; the
thread that is woken receives what is there, answers when the request is whole, and arms the connection again (see
``connections``). Between the two the connection is that thread's alone, and only that thread closes it: a number that
the system gives out again can never be taken for the client that had it before. The main thread tells gunicorn that the
process lives, and cuts off each second who is over time: it shuts the line, which wakes the thread that closes it.
"""

import contextlib
import os
import resource
import select
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import cache, lru_cache
from math import inf
from time import monotonic, time

from gunicorn.http import Request, RequestParser, wsgi
from gunicorn.http.message import _ip_in_allow_list
from gunicorn.http.wsgi import WSGIErrorsWrapper
from gunicorn.sock import ssl_context
from gunicorn.util import http_date
from gunicorn.workers.base import Worker

from exambank import cores
from exambank.cli.connections import Connection, Gone

SWEEP_SECONDS = 1.0
HALF_SENT_OF_AN_ADDRESS = 32  # requests of which some but not all is here
STOPPING_SECONDS = 0.5  # for a request that is on its way when the server stops
_FILES_OF_THE_APPLICATION = 256  # of those that the system lets a process open
_THIS_MACHINE = {"127.0.0.1", "::1", ""}  # a proxy here brings everybody under one address


class _Request(Request):
    """Asks once for each address, not with each request, whether gunicorn trusts it as a proxy."""

    def _peer_is_trusted_proxy(self) -> bool:
        return _is_trusted(self.cfg, self.peer_addr[0] if isinstance(self.peer_addr, tuple) else "")


class _Parser(RequestParser):
    mesg_class = _Request


class _Response(wsgi.Response):
    """Writes the date once a second, not with each answer."""

    def default_headers(self) -> list[str]:
        return [
            f"HTTP/{self.req.version[0]}.{self.req.version[1]} {self.status}\r\n", f"Server: {self.version}\r\n",
            f"Date: {_date(int(time()))}\r\n", f"Connection: {'close' if self.should_close() else 'keep-alive'}\r\n",
            *(["Transfer-Encoding: chunked\r\n"] if self.chunked else []),
        ]  # fmt: skip


@lru_cache(maxsize=1024)
def _is_trusted(cfg, address: str) -> bool:
    return not address or _ip_in_allow_list(address, cfg.forwarded_allow_ips, cfg.forwarded_allow_networks())


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return http_date(second)


class RoomWorker(Worker):
    """The web process of ``exambank serve``."""

    parser = _Parser

    def __init__(self, *given):
        super().__init__(*given)
        self.tls, self._certificate = None, None
        self._connections: dict[int, Connection] = {}
        self._half_sent: Counter[str] = Counter()
        self._lock = threading.Lock()
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        self._places = max(16, min(self.cfg.worker_connections, files - _FILES_OF_THE_APPLICATION))

    def init_process(self) -> None:
        """Called by gunicorn in the new process, before the application is loaded and starts threads of its own."""
        cores.stay(self.age)
        super().init_process()

    def run(self) -> None:
        """Called by gunicorn in the new process, when the application is loaded."""
        self._takes_all = bool(getattr(self.wsgi, "config", {}).get("TRUSTED_PROXIES"))
        self._settle()
        self._load_certificate()
        self._epoll = select.epoll()
        self._listeners = {listener.fileno(): listener for listener in self.sockets}
        for number in self._listeners:
            # told once a connection, one thread of one process: they all wait for the same
            self._epoll.register(number, select.EPOLLIN | select.EPOLLET | select.EPOLLEXCLUSIVE)
        for _place in range(self.cfg.threads):
            threading.Thread(target=self._work, daemon=True).start()
        while self.alive and self.ppid == os.getppid():
            self._rest(SWEEP_SECONDS)
            self._sweep(monotonic())
            with contextlib.suppress(OSError):  # half written: the next second sees it whole
                self._load_certificate()
            for listener in self._listeners.values():
                self._accept(listener)  # who came when there was no place
        self._stop()

    def _settle(self) -> None:
        """What gunicorn looks up and makes anew for each request, though it stays the same: a quarter of the cost."""
        lasting = [name for name in self.cfg.settings if not hasattr(type(self.cfg), name)]
        vars(self.cfg).update({name: getattr(self.cfg, name) for name in lasting})
        wsgi.WSGIErrorsWrapper = cache(WSGIErrorsWrapper)

    def _rest(self, seconds: float) -> None:
        self.notify()
        if select.select([self.PIPE[0]], [], [], seconds)[0]:  # a signal came
            os.read(self.PIPE[0], 64)

    def _stop(self) -> None:
        """Requests in hand are answered, and told to be the last."""
        self.alive = False
        for number in self._listeners:
            self._epoll.unregister(number)
        begun = monotonic()
        while self._connections and monotonic() < begun + self.cfg.graceful_timeout:
            self._rest(SWEEP_SECONDS / 20)
            self._sweep(monotonic(), is_idle_late=monotonic() > begun + STOPPING_SECONDS)
        for listener in self.sockets:
            listener.close()

    def _work(self) -> None:
        """A thread's whole life; it keeps its database session from one request to the next."""
        while True:
            try:
                for number, _event in self._epoll.poll(None, 1):
                    if number in self._listeners:
                        self._accept(self._listeners[number])
                    else:
                        self._go_on(self._connections[number], self._epoll.modify)
            except Exception:
                self.log.exception("A thread of the web process goes on after an error")

    def _accept(self, listener) -> None:
        while self.alive and len(self._connections) < self._places:
            try:
                sock, client = listener.accept()
            except OSError:
                return  # nobody is left, or it hung up meanwhile
            connection = Connection(self, sock, client, listener.getsockname())
            self._connections[connection.number] = connection
            self._go_on(connection, self._epoll.register)

    def _go_on(self, connection: Connection, arm: Callable[[int, int], None]) -> None:
        connection.until, connection.is_idle = inf, False
        try:
            event, until = next(connection.life)
        except Exception as error:
            if not isinstance(error, StopIteration):
                self.log.exception("A connection ended by an error")
            return self._close(connection)
        connection.until = until
        arm(connection.number, event | select.EPOLLONESHOT)  # from here on it may be another thread's

    def _close(self, connection: Connection) -> None:
        self.count_out(connection)
        with self._lock:
            del self._connections[connection.number]
            connection.sock.close()

    def answer(self, request: Request, connection: Connection) -> bool:
        """Have the application answer; whether the connection may carry another request."""
        begun = monotonic()
        response, environ = wsgi.create(
            request, connection.out, connection.client, connection.server, self.cfg, _Response
        )
        environ["wsgi.multithread"] = True
        if not self.alive or not self.cfg.keepalive:
            response.force_close()
        found = self.wsgi(environ, response.start_response)
        try:
            for piece in found:
                response.write(piece)
            response.close()
        finally:
            self.log.access(response, request, environ, timedelta(seconds=monotonic() - begun))
            if hasattr(found, "close"):
                found.close()
        return not response.should_close()

    def count_in(self, connection: Connection) -> None:
        """Some of its request is here and some is not: an address may have only so many of those."""
        address = connection.address
        if connection.is_half_sent or self._takes_all or address in _THIS_MACHINE:
            return
        with self._lock:
            if self._half_sent[address] >= HALF_SENT_OF_AN_ADDRESS:
                raise Gone
            self._half_sent[address] += 1
            connection.is_half_sent = True

    def count_out(self, connection: Connection) -> None:
        if not connection.is_half_sent:
            return
        with self._lock:
            self._half_sent[connection.address] -= 1
            if not self._half_sent[connection.address]:
                del self._half_sent[connection.address]
            connection.is_half_sent = False

    def _sweep(self, now: float, is_idle_late: bool = False) -> None:
        """Shut the lines of those over time, and when all places are taken, of those who have said nothing longest."""
        there = list(self._connections.values())
        idle = sorted((one for one in there if one.is_idle), key=lambda one: one.until)
        late = [one for one in there if one.until < now]
        if is_idle_late:
            late += idle
        elif len(there) >= self._places:
            late += idle[: self._places // 4]
        for connection in late:
            with self._lock:  # its number stays its own as long
                if self._connections.get(connection.number) is connection:
                    connection.cut_off()

    def _load_certificate(self) -> None:
        """Once for all connections; again when it has been renewed."""
        files = [name for name in (self.cfg.certfile, self.cfg.keyfile) if name]
        stamp = [os.stat(name).st_mtime_ns for name in files]
        if stamp != self._certificate:
            self.tls, self._certificate = ssl_context(self.cfg) if self.cfg.is_ssl else None, stamp
