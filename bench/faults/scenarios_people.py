"""What people do: change machines, open two tabs, press everything at once, fill the door with open connections."""

import contextlib
import http.client
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from bench.faults.client import Browser, Refused
from bench.faults.registry import BOTH, SQLITE, scenario
from bench.faults.stage import Stage

LORIS = 60


@scenario(*BOTH)
def machine_change_and_back(stage: Stage) -> None:
    """To another machine and back again, codes in hand; what the left machine still sends waits for a person."""
    stage.open()
    stage.seat(8)
    stage.work(3)
    first = list(stage.candidates)
    for one in first:  # given when the machine broke: these were never sent
        one.is_up = False
        one.give(*stage.choose(one))
    second = [_move(stage, at, one, "B") for at, one in enumerate(first)]
    stage.candidates = second
    stage.work(3)
    for one in first:
        one.is_up = True
        one.flush()
        one.look()
    stage.expect(all(one.ended == "seat_taken" for one in first), "a left machine still holds the seat")
    back = [_move(stage, at, one, "A", first[at].machine) for at, one in enumerate(second)]
    stage.candidates = back
    stage.work(3)
    stage.settle()


def _move(stage: Stage, at: int, old: Browser, name: str, machine=None) -> Browser:
    machine = machine or stage.machine(at, name)
    browser = Browser(machine, old.sitting, stage.ledger, f"{stage.seed}|{at}|{name}")
    with contextlib.suppress(Refused):
        browser.enter()
        stage.wrong("another machine took the seat without a code")
    browser.enter(stage.desk.takeover_code(old.sitting))
    try:
        browser.enter("ABCDEF")  # its own seat by now: the code does not matter
    except Refused:
        stage.wrong("the machine that holds the seat is asked for a code")
    return browser


@scenario(*BOTH)
def two_tabs(stage: Stage) -> None:
    """A second tab on the same machine takes over in mid-work; what the first one still sends arrives or waits."""
    stage.open()
    stage.seat()
    for _time in range(4):
        with stage.working(0.03):
            time.sleep(1.2)
            first = list(stage.candidates)
            tabs = [stage.reload(one) for one in first]  # the first tab is still sending at this moment
        stage.expect(not any(tab.ended for tab in tabs), "the second tab does not work")
    stage.settle()


@scenario(*BOTH)
def f5_storm(stage: Stage) -> None:
    """Everybody presses F5 again and again while saving."""
    stage.open()
    stage.seat()
    for _time in range(6):
        with stage.working(0.03):
            time.sleep(0.7)
        stage.each(_press_f5)
        stage.each(stage.reload)
    stage.settle()


def _press_f5(one: Browser) -> None:
    """The page itself, as the browser loads it."""
    cookies = "; ".join(f"{name}={value}" for name, value in one.machine.cookies.items())
    for _time in range(3):
        connection = http.client.HTTPConnection(*one.machine.address, timeout=20)
        connection.request("GET", f"/sit/{one.sitting}", headers={"Cookie": cookies})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 200:
            raise AssertionError(f"the page answered {answer.status}")


@scenario(*BOTH)
def submit_storm(stage: Stage) -> None:
    """Everybody hands in ten times at once, last answers in hand: one close, one receipt."""
    stage.open()
    stage.seat()
    stage.work(4)
    for one in stage.candidates:
        one.is_up = False
        for _three in range(3):
            one.give(*stage.choose(one))
    receipts = {one.sitting: set() for one in stage.candidates}

    def hand_in(one: Browser) -> None:
        body = one.body(one.unsent()[:50])

        def once(_time: int) -> None:
            twin = Browser(one.machine, one.sitting, stage.ledger, "twin", limit=20)
            twin.epoch, twin.given = one.epoch, dict(one.given)
            answer = twin.send("submit", body)
            twin._acknowledge(one.unsent()[:50], answer)
            receipts[one.sitting].add(answer["receipt"])

        with ThreadPoolExecutor(10) as pool:
            list(pool.map(once, range(10)))

    stage.each(hand_in)
    books = stage.books()
    several = [name for name, found in receipts.items() if len(found) != 1]
    stage.expect(not several, f"not exactly one receipt: {several}")
    stage.expect(stage.are_all("closed"), "a paper is open after handing in")
    submitted = books.room_events.count("submitted")
    stage.expect(submitted == len(stage.candidates), f"{submitted} submissions of {len(stage.candidates)} on record")


@scenario(SQLITE)
def slow_loris(stage: Stage) -> None:
    """Sixty half-open requests, huge and endless bodies at the door: saves go on."""
    stage.open()
    stage.seat()
    stage.work(2)
    stopping = threading.Event()
    threads = [threading.Thread(target=_hang_on, args=(stage, at, stopping)) for at in range(LORIS)]
    for thread in threads:
        thread.start()
    try:
        time.sleep(1)
        before = len(stage.ledger.acks)
        stage.work(10)
        during = len(stage.ledger.acks) - before
    finally:
        stopping.set()
        for thread in threads:
            thread.join()
    stage.settle()
    stage.notes["saves meanwhile"] = during
    stage.expect(during > 100, f"only {during} saves in ten seconds while connections were held open")


def _hang_on(stage: Stage, at: int, stopping: threading.Event) -> None:
    """A client that never finishes its request; as often as it is thrown out it comes again."""
    while not stopping.is_set():
        with (
            contextlib.suppress(OSError),
            socket.create_connection(stage.host.address, timeout=5, source_address=("127.0.0.66", 0)) as line,
        ):
            if at % 3 == 0:
                line.sendall(b"GET /accounts/sign-in HTTP/1.1\r\nHost: x\r\n")
            elif at % 3 == 1:
                line.sendall(b"POST /accounts/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n")
            else:
                line.sendall(
                    b"POST /sit/00000000-0000-7000-8000-000000000000/save HTTP/1.1\r\nHost: x\r\nX-Exambank: 1\r\n"
                    b"Content-Type: application/json\r\nContent-Length: 200000\r\n\r\n{"
                )
            while not stopping.wait(0.5):
                line.sendall(b"X-A: b\r\n" if at % 3 == 0 else b" ")


@scenario(SQLITE)
def odd_bodies(stage: Stage) -> None:
    """Saves too large, too deep, not JSON, for other people's papers: refused, and nothing stored is changed."""
    stage.open()
    stage.seat()
    with stage.working():
        time.sleep(1)
        for one in stage.candidates:
            _send_oddly(stage, one)
    stage.settle()


def _send_oddly(stage: Stage, one: Browser) -> None:
    head = {"Content-Type": "application/json", "X-Exambank": "1",
            "Cookie": "; ".join(f"{name}={value}" for name, value in one.machine.cookies.items())}  # fmt: skip
    other = next(seat for seat in stage.template.seats if seat.sitting != one.sitting)
    save = '{"epoch": 1, "generation": null, "saves": [{"q": %s, "n": %s, "payload": %s}]}'
    text = stage.template.seats[0].tokens
    essay = next(number for number, tokens in text.items() if not tokens)
    bodies = [
        (one.sitting, b"{" * 20_000), (one.sitting, b"[1, 2"), (one.sitting, b"\xff\xfe{}"), (one.sitting, b'"text"'),
        (one.sitting, (save % (1, 1, '{"choice": NaN}')).encode()), (one.sitting, b" " * 300_000),
        (one.sitting, (save % (99, 1, "{}")).encode()), (one.sitting, (save % (1, 1 << 40, "{}")).encode()),
        (one.sitting, (save % (essay, 1, '{"text": "' + "a" * 100_000 + '"}')).encode()),
        (other.sitting, (save % (1, 1, '{"choice": null}')).encode()),
    ]  # fmt: skip
    for sitting, body in bodies:
        connection = http.client.HTTPConnection(*one.machine.address, timeout=20)
        try:
            connection.request("POST", f"/sit/{sitting}/save", body, head)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            continue  # hung up: as good as refused
        finally:
            connection.close()
        stage.expect(400 <= status < 500, f"{body[:60]!r} got {status}")
