"""One client's connection to the web process, told as a story that pauses wherever it would have to wait.

A connection's life is a generator: shake hands, receive a head and a body, have the request answered, send the answer,
begin again. Wherever the client must do something first the generator yields the event that it waits for and until when
it may wait, and whichever thread of ``web_process`` hears of the event goes on with it. So no client ever holds a
thread: not by sending slowly, nor by not reading its answer, which is kept (on disk when it is long) until it is taken.
The socket never blocks. What a request means is left to gunicorn's parser, which gets the head as soon as it is whole.
"""

import contextlib
import io
import os
import re
import socket
import ssl
import tempfile
from collections.abc import Callable, Generator
from functools import partial
from math import inf
from select import EPOLLIN, EPOLLOUT
from time import monotonic
from typing import IO, TYPE_CHECKING, TypeVar

from gunicorn import util
from gunicorn.http import Request
from gunicorn.http.body import ChunkedReader
from gunicorn.http.errors import LimitRequestHeaders, NoMoreData

if TYPE_CHECKING:
    from exambank.cli.web_process import RoomWorker

HEAD_SECONDS = 10.0  # for the head, and for a small body
SLOWEST_BYTES = 4096  # a second, of a large body
WRITE_SECONDS = 20.0  # in which a client takes nothing of its answer
FAREWELL_SECONDS = 2.0  # in which it hangs up, having heard that it should
HEAD_BYTES = 64 * 1024
LARGEST_BYTES = 64 * 1024 * 1024  # more is refused by the application unread
IN_MEMORY_BYTES = 1024 * 1024
_STEP = 64 * 1024
_CHUNK_LINE = 8190  # what gunicorn allows
_HEAD_END = re.compile(rb"\n\r?\n")  # gunicorn refuses the second without a return before it

T = TypeVar("T")
Waiting = Generator[tuple[int, float], None, T]  # yields what it waits for, and until when


class Gone(Exception):
    """The client hung up, or we do with it: nothing more is to be said."""


class TooLarge(Exception):
    """A body without a declared length went on and on."""


class Outbox:
    """An answer on its way. For gunicorn it is the socket; what the client does not take at once is kept."""

    def __init__(self, sock: socket.socket):
        self._sock, self._kept = sock, _paper()
        self._block, self._taken, self._length = memoryview(b""), 0, 0
        self.is_begun = False  # whether the client may have seen something of it

    @property
    def left(self) -> int:
        return len(self._block) + self._length - self._taken

    def sendall(self, data: bytes) -> None:
        """Called by gunicorn, piece by piece; a long answer begins to leave before it is complete."""
        if self._taken == self._length:
            self._taken = self._length = 0  # from the file's beginning: it is as long as the client is behind
        self._kept.seek(self._length)
        self._kept.write(data)
        self._length += len(data)
        try:
            while self.left >= _STEP:
                self.send_some()
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except OSError as error:
            raise Gone from error

    def send_some(self) -> None:
        if not self._block:
            self._kept.seek(self._taken)
            self._block = memoryview(self._kept.read(min(_STEP, self._length - self._taken)))
            self._taken += len(self._block)
        self._block = self._block[self._sock.send(self._block) :]
        self.is_begun = True

    def gettimeout(self) -> float:
        """gunicorn asks before it writes an error page."""
        return 0.0


class Stretch:
    """A body of known length."""

    def __init__(self, length: int):
        self.length = self._left = length

    @property
    def is_whole(self) -> bool:
        return not self._left

    def take(self, data: bytearray) -> int:
        """How many of these bytes are the body's."""
        taken = min(self._left, len(data))
        self._left -= taken
        return taken


class Chunks:
    """Where a chunked body ends. A line that makes no sense is an end too: gunicorn says then what is wrong with it."""

    def __init__(self):
        self.length, self.is_whole = 0, False
        self._skipped, self._line, self._is_trailer = 0, b"", False

    def take(self, data: bytearray) -> int:
        at = 0
        while at < len(data) and not self.is_whole:
            if self._skipped:
                step = min(self._skipped, len(data) - at)
                self._skipped -= step
                at += step
            else:
                end = data.find(b"\n", at) + 1
                self._line += data[at : end or len(data)]
                at = end or len(data)
                if end or len(self._line) > _CHUNK_LINE:
                    self._read_line()
        self.length += at
        return at

    def _read_line(self) -> None:
        line, self._line = self._line.strip(), b""
        if self._is_trailer:
            self.is_whole = not line
            return
        try:
            size = int(line.partition(b";")[0], 16)
        except ValueError:
            size = -1
        self.is_whole, self._is_trailer = size < 0, size == 0
        self._skipped = size + 2 if size > 0 else 0


class Connection:
    """It belongs to the thread that goes on with its ``life``; nobody else may close it."""

    def __init__(self, worker: "RoomWorker", sock: socket.socket, client, server):
        sock.setblocking(False)
        self.sock, self.client, self.server = sock, client, server
        self.number = sock.fileno()
        self.until = inf  # when it is cut off; never while a thread is at work on it
        self.is_idle = False  # waits between two requests
        self.is_half_sent = False  # counts against its address
        self._worker, self._received = worker, bytearray()
        self.life = self._live()

    @property
    def address(self) -> str:
        return self.client[0] if isinstance(self.client, tuple) else ""

    def cut_off(self) -> None:
        """The thread that hears of it closes it. TLS is passed by: that thread may be about to use it."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def _live(self) -> Waiting[None]:
        with contextlib.suppress(Gone):
            if self._worker.tls:
                yield from self._shake_hands()
            while (yield from self._serve()):
                pass
            yield from self._part()

    def _shake_hands(self) -> Waiting[None]:
        yield self._idle()
        until = monotonic() + HEAD_SECONDS
        self._worker.count_in(self)
        try:
            self.sock = self._worker.tls.wrap_socket(self.sock, server_side=True, do_handshake_on_connect=False)
        except OSError as error:
            raise Gone from error
        yield from _patiently(self.sock.do_handshake, EPOLLIN, until)
        self._worker.count_out(self)  # who only said hello waits like everybody else

    def _serve(self) -> Waiting[bool]:
        """One request and its answer; whether another may follow."""
        request, is_kept = None, False
        self.out = Outbox(self.sock)
        try:
            head = yield from self._receive_head()
            request = next(self._worker.parser(self._worker.cfg, [head], self.client))
            yield from self._receive_body(request)
            self._worker.count_out(self)
            is_kept = self._worker.answer(request, self)
        except TooLarge:
            util.write_error(self.out, 413, "Content Too Large", "")
        except (Gone, NoMoreData) as error:
            raise Gone from error
        except (Exception, SystemExit) as error:
            is_begun, self.out = self.out.is_begun, Outbox(self.sock)
            self._worker.handle_error(request, self.out, self.client, error)
            if is_begun:
                raise Gone from error  # half an answer cannot be taken back
        yield from self._send()
        return is_kept

    def _receive_head(self) -> Waiting[bytes]:
        if not self._received:
            yield self._idle()
            yield from self._receive(inf)
        until, looked, longest_line = monotonic() + HEAD_SECONDS, 0, self._worker.cfg.limit_request_line + 2
        while not (found := _HEAD_END.search(self._received, max(0, looked - 2))):
            looked = len(self._received)
            if looked > longest_line and self._received.find(b"\n", 0, longest_line) < 0:
                break  # gunicorn refuses it
            if looked > HEAD_BYTES:
                raise LimitRequestHeaders("limit request headers size")
            yield from self._wait_for_more(until)
        end = found.end() if found else looked
        head = bytes(self._received[:end])
        del self._received[:end]
        return head

    def _receive_body(self, request: Request) -> Waiting[None]:
        """Have the whole body here before the application begins."""
        reader = request.body.reader
        is_chunked = isinstance(reader, ChunkedReader)
        is_continued, request._expected_100_continue = request._expected_100_continue, False
        if not is_chunked and reader.length > LARGEST_BYTES:
            request.force_close()
        elif is_chunked or reader.length:
            if is_continued:
                self.out.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                yield from self._send()
                self.out = Outbox(self.sock)
            kept = yield from self._collect(Chunks() if is_chunked else Stretch(reader.length))
            request.body.reader = _decode(request, kept) if is_chunked else kept

    def _collect(self, body: Stretch | Chunks) -> Waiting[IO[bytes]]:
        kept, begun = _paper(), monotonic()
        while True:
            taken = body.take(self._received)
            kept.write(self._received[:taken])
            del self._received[:taken]
            if body.is_whole:
                kept.seek(0)
                return kept
            if body.length > LARGEST_BYTES:
                raise TooLarge
            yield from self._wait_for_more(begun + HEAD_SECONDS + body.length / SLOWEST_BYTES)

    def _send(self) -> Waiting[None]:
        while self.out.left:
            yield from _patiently(self.out.send_some, EPOLLOUT, monotonic() + WRITE_SECONDS)

    def _part(self) -> Waiting[None]:
        """Let the client hang up first: bytes that nobody reads would make the system take the answer back."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_WR)
        until = monotonic() + FAREWELL_SECONDS
        while True:
            self.is_idle = True
            yield EPOLLIN, until
            yield from self._receive(until)
            self._received.clear()

    def _idle(self) -> tuple[int, float]:
        self.is_idle = True
        return EPOLLIN, monotonic() + self._worker.cfg.keepalive

    def _wait_for_more(self, until: float) -> Waiting[None]:
        """In the midst of a request."""
        self._worker.count_in(self)
        yield EPOLLIN, until
        yield from self._receive(until)

    def _receive(self, until: float) -> Waiting[None]:
        data = yield from _patiently(partial(self.sock.recv, _STEP), EPOLLIN, until)
        if not data:
            raise Gone
        self._received += data
        while self._worker.tls and self.sock.pending():  # in OpenSSL's hands already: no event would tell of it
            self._received += self.sock.recv(_STEP)


def _paper() -> IO[bytes]:
    """Bytes are kept in memory while they are few, else in a file that goes with the last who holds it."""
    return tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)


def _patiently(act: Callable[[], T], event: int, until: float) -> Waiting[T]:
    """Do it as soon as the other side lets us."""
    while True:
        try:
            return act()
        except BlockingIOError:
            awaited = event
        except ssl.SSLWantReadError:
            awaited = EPOLLIN
        except ssl.SSLWantWriteError:
            awaited = EPOLLOUT
        except OSError as error:
            raise Gone from error
        yield awaited, until


def _decode(request: Request, kept: IO[bytes]) -> IO[bytes]:
    """What a chunked body says, read by gunicorn to its end: so that its errors are found before the application."""
    request.unreader.iter = iter(partial(kept.read, io.DEFAULT_BUFFER_SIZE), b"")
    decoded = _paper()
    while block := request.body.read(_STEP):
        decoded.write(block)
    decoded.seek(0, os.SEEK_SET)
    return decoded
