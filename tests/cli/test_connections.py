"""What the web process answers, byte by byte, and that a client which dawdles keeps nobody waiting."""

import contextlib
import socket
import ssl

import pytest

from exambank.cli import certificates, connections
from tests.cli.processes import PATIENCE_SECONDS, wait_until
from tests.cli.small_room import BIG, read_answer, room

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
STRANGER = "127.0.0.66"  # an address of its own, as another machine has


def post(body: bytes, *lines: bytes) -> bytes:
    head = [b"POST / HTTP/1.1", b"Host: x", b"Content-Length: %d" % len(body), *lines]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


CHUNKED = (
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5;name=value\r\nhello\r\n1\r\n\n\r\n6\r\n world\r\n0\r\nX-Trailer: a\r\n\r\n"
)


@pytest.fixture(scope="module")
def tls_files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificates")
    certificates.ensure(folder, "Trường Chính trị tỉnh An Bình", ("exam.test",))
    return folder


@pytest.fixture(scope="module")
def rooms(tls_files):
    """Three processes, started side by side: as usual, with short limits, with TLS."""
    hasty = {"HEAD_SECONDS": 0.2, "WRITE_SECONDS": 0.2, "FAREWELL_SECONDS": 0.2}
    files = {"certfile": str(tls_files / "server.pem"), "keyfile": str(tls_files / "server.key")}
    with room() as usual, room(hasty, keepalive=1) as quick, room(**files) as secure:
        yield {"usual": usual, "hasty": quick, "tls": secure}


@pytest.fixture
def usual(rooms):
    return rooms["usual"]


@pytest.fixture
def line(usual):
    with usual.connect() as opened:
        yield opened


@pytest.fixture
def trust(tls_files):
    return ssl.create_default_context(cafile=tls_files / "ca.pem")


def ask(line: socket.socket, *pieces: bytes, method: str = "GET"):
    for piece in pieces:
        line.sendall(piece)
    return read_answer(line.makefile("rb"), method)


def is_hung_up(line: socket.socket) -> bool:
    """As soon as it is; a server that does not is told by the line's own deadline."""
    try:
        while line.recv(65536):
            pass
    except ConnectionResetError:
        pass
    return True


# --- requests, however they come


def test_a_head_that_comes_byte_by_byte_is_answered(line):
    assert ask(line, *(bytes([byte]) for byte in GET))[0] == 200


def test_a_body_in_two_pieces_keeps_nobody_waiting(usual, line):
    whole = post(b"first second")
    line.sendall(whole[:-6])
    with usual.connect() as other:
        assert ask(other, GET)[0] == 200
    assert ask(line, whole[-6:])[2] == b"first second"


def test_requests_sent_at_once_are_answered_in_their_order(line):
    line.sendall(post(b"one") + CHUNKED + post(b"two"))
    file = line.makefile("rb")
    assert [read_answer(file)[2] for _request in range(3)] == [b"one", b"hello\n world", b"two"]


def test_a_chunked_body_is_joined_wherever_it_is_cut(line):
    for cut in range(60, len(CHUNKED), 7):
        assert ask(line, CHUNKED[:cut], CHUNKED[cut:])[2] == b"hello\n world"


@pytest.mark.parametrize("step", range(1, 9))
def test_the_end_of_a_chunked_body_is_found_however_it_comes(step):
    body = CHUNKED.partition(b"\r\n\r\n")[2]
    chunks, data, taken = connections.Chunks(), bytearray(body + GET), 0
    while not chunks.is_whole:
        piece = data[taken : taken + step]
        assert piece
        taken += chunks.take(piece)
    assert taken == len(body)


def test_a_large_body_comes_back_whole(line):
    body = bytes(range(256)) * 12_000  # more than is kept in memory
    assert ask(line, post(body))[2] == body
    assert ask(line, GET)[0] == 200


def test_who_asks_first_is_told_to_go_on(line):
    whole = post(b"hello", b"Expect: 100-continue")
    line.sendall(whole[:-5])
    file = line.makefile("rb")
    assert read_answer(file)[0] == 100
    line.sendall(b"hello")
    assert read_answer(file)[::2] == (200, b"hello")


def test_a_body_beyond_all_measure_is_not_awaited(line):
    status, headers, body = ask(line, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\nabc")
    assert (status, headers["connection"], body) == (200, "close", b"")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET /" + b"a" * 5000, 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 12_000, 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 200 + b"\r\n", 431),
        (b"GET / HTTP/1.1\nHost: x\n\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\naab0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        (post(b"", b"Expect: a miracle"), 417),
    ],
)
def test_what_is_no_request_is_refused_and_the_line_closed(line, request_, status):
    assert ask(line, request_)[0] == status
    line.shutdown(socket.SHUT_WR)
    assert is_hung_up(line)


# --- answers


def test_head_and_304_carry_no_body_and_the_line_is_kept(line):
    assert ask(line, b"HEAD /file HTTP/1.1\r\nHost: x\r\n\r\n", method="HEAD")[0] == 200
    assert ask(line, b"GET /unchanged HTTP/1.1\r\nHost: x\r\n\r\n")[0] == 304
    assert ask(line, GET)[1]["connection"] == "keep-alive"


@pytest.mark.parametrize(
    "request_", [b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"]
)
def test_who_wants_one_answer_only_gets_one(line, request_):
    status, headers, _body = ask(line, request_)
    assert (status, headers["connection"]) == (200, "close")
    assert is_hung_up(line)


def test_a_file_and_an_answer_of_unknown_length(line):
    assert b"def answer(environ" in ask(line, b"GET /file HTTP/1.1\r\nHost: x\r\n\r\n")[2]
    assert ask(line, post(b"hello").replace(b"/ ", b"/streams ", 1))[2] == b"hello"


def test_an_application_that_fails_is_told_as_500_and_half_an_answer_ends_there(usual):
    with usual.connect() as line:
        assert ask(line, b"GET /fails HTTP/1.1\r\nHost: x\r\n\r\n")[0] == 500
        assert is_hung_up(line)
    with usual.connect() as line:
        status, _headers, body = ask(line, b"GET /half HTTP/1.1\r\nHost: x\r\n\r\n")
        assert status == 200
        assert len(body) < BIG


def test_clients_that_do_not_read_their_answers_keep_nobody_waiting(usual):
    wanted = b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n"
    with contextlib.ExitStack() as open_lines:
        lines = [open_lines.enter_context(usual.connect()) for _line in range(4)]  # twice as many as threads
        for line in lines:
            line.sendall(wanted)
        with usual.connect() as other:
            assert ask(other, GET)[0] == 200
        assert len(read_answer(lines[0].makefile("rb"))[2]) == BIG  # late, but whole
    with usual.connect() as other:  # and the others hung up in the midst of theirs
        assert ask(other, GET)[0] == 200


# --- who is cut off, and who stays


@pytest.mark.parametrize("said", [b"", b"GET / HT", post(b"ab")[:-1], GET])
def test_who_says_no_more_is_hung_up(rooms, said):
    with rooms["hasty"].connect() as line:
        line.sendall(said)
        assert is_hung_up(line)


def test_who_does_not_read_is_hung_up(rooms):
    hasty = rooms["hasty"]
    with hasty.connect() as line:
        assert ask(line, GET)[0] == 200
        before = hasty.count_lines()
        line.sendall(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n")
        wait_until(lambda: hasty.count_lines() < before)


def test_when_all_places_are_taken_the_silent_make_way():
    with room(worker_connections=16) as narrow, contextlib.ExitStack() as open_lines:
        for _line in range(40):
            open_lines.enter_context(narrow.connect(STRANGER))
        with narrow.connect() as line:
            assert ask(line, GET)[0] == 200


def test_a_request_in_hand_is_answered_when_the_server_stops(tmp_path):
    with room() as ending, ending.connect() as line, ending.connect() as idle:
        line.sendall(b"GET /waits?%s HTTP/1.1\r\nHost: x\r\n\r\n" % bytes(tmp_path))
        wait_until((tmp_path / "begun").exists)
        ending.process.terminate()
        assert is_hung_up(idle)
        (tmp_path / "go").touch()
        assert ask(line)[0] == 200
        line.close()
        ending.process.join(PATIENCE_SECONDS)
        assert ending.process.exitcode == 0


# --- TLS


def test_silent_lines_with_tls_keep_nobody_waiting(rooms, trust):
    with contextlib.ExitStack() as open_lines:
        for at in range(60):
            raw = open_lines.enter_context(rooms["tls"].connect(STRANGER))
            if at % 2:
                open_lines.enter_context(trust.wrap_socket(raw, server_hostname="exam.test"))
        raw = open_lines.enter_context(rooms["tls"].connect(STRANGER))
        with trust.wrap_socket(raw, server_hostname="exam.test") as line:
            body = bytes(range(256)) * 12_000
            assert ask(line, post(body))[2] == body
            line.sendall(GET + GET)
            file = line.makefile("rb")
            assert [read_answer(file)[0] for _request in range(2)] == [200, 200]


def test_a_hello_in_pieces_is_understood(rooms, trust):
    said, heard = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = trust.wrap_bio(heard, said, server_hostname="exam.test")
    with rooms["tls"].connect() as line:
        while True:
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                for byte in said.read():
                    line.sendall(bytes([byte]))
                heard.write(line.recv(65536))
        tls.write(GET)
        line.sendall(said.read())
        heard.write(line.recv(65536))
        assert b" 200 OK" in read_tls(tls, heard, line)


def read_tls(tls, heard, line) -> bytes:
    """The first record that is the application's."""
    while True:
        try:
            return tls.read()
        except ssl.SSLWantReadError:
            heard.write(line.recv(65536))


def test_plain_http_to_a_tls_port_is_hung_up(rooms):
    with rooms["tls"].connect() as line:
        line.sendall(GET)
        assert is_hung_up(line)
