"""A bad network between candidates and server: a proxy that understands just enough HTTP to spoil it.

What befalls a request hangs on the seed, on who sends it where and on how many went that way before: the same run
spoils the same requests, whichever thread is faster.
"""

import contextlib
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

LINE_END = b"\r\n\r\n"
HOLE_SECONDS = 30.0


@dataclass
class Weather:
    """What the network does now; shares are of requests."""

    is_down: bool = False  # connections are refused and those that stand break
    is_hole: bool = False  # packets vanish: nobody hears anything
    latency: float = 0.0  # seconds each way
    bytes_per_second: float = 0.0  # 0: as fast as it goes
    held: float = 0.0  # share that arrives much later, when the page has given up and sent newer ones
    held_seconds: float = 0.0
    doubled: float = 0.0  # share that arrives twice, the second time later
    unanswered: float = 0.0  # share that arrives and whose answer is lost
    garbled: float = 0.0  # share of which a byte changes, there or back


@dataclass
class Proxy:
    """Listens on a port of its own in front of ``target``; ``with Proxy(...) as proxy``."""

    target: tuple[str, int]
    seed: object
    weather: Weather = field(default_factory=Weather)
    names: dict[str, str] = field(default_factory=dict)  # what changes from run to run in an address -> what does not
    observe: Callable[[bytes, bytes], None] | None = None  # told every request that arrived, and its answer
    happened: Counter = field(default_factory=Counter)

    def __enter__(self) -> "Proxy":
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self._seen: Counter = Counter()
        self._lock, self._open, self._is_closed = threading.Lock(), set(), False
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self._is_closed = True
        self._listener.close()
        self.break_all()

    @property
    def address(self) -> tuple[str, int]:
        return self._listener.getsockname()[:2]

    def change(self, **weather) -> None:
        """The weather from now on; whatever is not named is fine."""
        self.weather = Weather(**weather)
        if self.weather.is_down:
            self.break_all()

    def break_all(self) -> None:
        """Every connection that stands breaks."""
        with self._lock:
            standing, self._open = self._open, set()
        for one in standing:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        while not self._is_closed:
            with contextlib.suppress(OSError):
                client, _address = self._listener.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        """All requests of one connection, one after another."""
        line = _Line(client)
        server = None
        with self._lock:
            self._open.add(client)
        try:
            while request := line.message():
                weather, rng = self.weather, self._fate(request)
                if weather.is_down:
                    break
                if weather.is_hole:
                    self._vanish()
                    break
                server = server or _Line(socket.create_connection(self.target, timeout=60))
                answer = self._deliver(server, request, weather, rng)
                if answer is None:
                    break
                _trickle(client, answer, weather)
        except OSError:
            pass
        finally:
            with self._lock:
                self._open.discard(client)
            client.close()
            if server:
                server.close()

    def _vanish(self) -> None:
        self.happened["vanished"] += 1
        until = time.monotonic() + HOLE_SECONDS
        while self.weather.is_hole and time.monotonic() < until and not self._is_closed:
            time.sleep(0.02)

    def _fate(self, request: bytes) -> random.Random:
        """What is to befall this request: its own dice."""
        path = request.split(b" ", 2)[1].decode(errors="replace") if b" " in request[:2000] else ""
        path = "/".join(self.names.get(part, part) for part in path.split("/"))
        with self._lock:
            self._seen[path] += 1
            return random.Random(f"{self.seed}|{path}|{self._seen[path]}")

    def _deliver(self, server: "_Line", request: bytes, weather: Weather, rng: random.Random) -> bytes | None:
        """The answer; None when the client hears nothing of it."""
        if rng.random() < weather.held:
            self.happened["held"] += 1
            self._later(request, weather.held_seconds)
            time.sleep(weather.held_seconds)  # the page gives up before that
            return None
        if rng.random() < weather.doubled:
            self.happened["doubled"] += 1
            self._later(request, rng.choice([0.0, 0.0, 0.3, 1.0]))
        is_garbled = rng.random() < weather.garbled
        is_there = rng.random() < 0.6
        if is_garbled and is_there:
            self.happened["garbled requests"] += 1
            request = _garble(request, rng)
        time.sleep(weather.latency)
        _trickle(server.socket, request, weather)
        answer = server.message()
        if self.observe:
            self.observe(request, answer)
        time.sleep(weather.latency)
        if rng.random() < weather.unanswered:
            self.happened["answers lost"] += 1
            return None
        if is_garbled and not is_there and answer:
            self.happened["garbled answers"] += 1
            answer = _garble(answer, rng)
        return answer or None

    def _later(self, request: bytes, seconds: float) -> None:
        """This request arrives on a connection of its own, and nobody reads the answer."""

        def arrive() -> None:
            with contextlib.suppress(OSError), socket.create_connection(self.target, timeout=20) as server:
                server.sendall(request)
                _Line(server).message()

        timer = threading.Timer(seconds, arrive)
        timer.daemon = True
        timer.start()


class _Line:
    """A connection from which whole HTTP messages are read."""

    def __init__(self, connection: socket.socket):
        self.socket, self._rest = connection, b""

    def close(self) -> None:
        self.socket.close()

    def message(self) -> bytes:
        """The next message, head and body; nothing at the end of the connection."""
        while LINE_END not in self._rest:
            if not self._more():
                return b""
        head, _end, self._rest = self._rest.partition(LINE_END)
        length = _length(head)
        if length is None:  # neither ours nor short: all there is
            while self._more():
                pass
            body, self._rest = self._rest, b""
            return head + LINE_END + body
        while len(self._rest) < length:
            if not self._more():
                return b""
        body, self._rest = self._rest[:length], self._rest[length:]
        return head + LINE_END + body

    def _more(self) -> bool:
        block = self.socket.recv(65536)
        self._rest += block
        return bool(block)


def _length(head: bytes) -> int | None:
    lines = head.lower().split(b"\r\n")
    for line in lines[1:]:
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    is_answer = lines[0].startswith(b"http/")
    return None if is_answer and b" 304" not in lines[0] and b" 204" not in lines[0] else 0


def _trickle(connection: socket.socket, data: bytes, weather: Weather) -> None:
    if not weather.bytes_per_second:
        connection.sendall(data)
        return
    portion = max(int(weather.bytes_per_second / 50), 1)
    for at in range(0, len(data), portion):
        connection.sendall(data[at : at + portion])
        time.sleep(0.02)


def _garble(message: bytes, rng: random.Random) -> bytes:
    """One byte of it comes over wrong: mostly in the body, now and then in the head."""
    head_length = message.index(LINE_END) + len(LINE_END)
    in_body = len(message) > head_length and rng.random() < 0.8
    at = rng.randrange(head_length, len(message)) if in_body else rng.randrange(0, head_length - len(LINE_END))
    # a letter or digit becomes another one as often as not: what still reads well is what could pass unnoticed
    others = [byte for byte in b"0123456789abcdefghijklmnopqrstuvwxyz" if byte != message[at]]
    wrong = rng.choice(others) if rng.random() < 0.7 else message[at] ^ (1 << rng.randrange(8))
    return message[:at] + bytes([wrong]) + message[at + 1 :]
