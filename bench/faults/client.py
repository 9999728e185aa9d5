"""The page of the room, told in Python: the same journal, order, re-entry and patience, ten times as fast.

It follows ``static/js/sittings/{sync,journal,wire,room}.js`` line by line where a decision is made: what is given goes
to the machine's disk first; one request at a time; whatever fails is tried again with growing pauses; an answer of
another generation or a refusal ``re_enter`` makes it enter again and send what the server lacks; an acknowledged answer
stays in the journal until the paper is closed.
"""

import http.client
import json
import random
import threading
import time
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from bench.faults.ledger import Ledger

EPOCH = 1 << 32
STEP = 1024
QUIET = 0.05  # the page: 1 s after the last key
POLL = (0.5, 0.8)  # the page: 8 to 9.5 s
BACK_OFF = (0.1, 0.2, 0.4, 0.8)  # the page: 1, 2, 4, 8 s
PORTION = 50


class Unreachable(Exception):
    """No answer, or one that is not the server's."""


class Refused(Exception):
    """The server said no, and why."""

    def __init__(self, status: int, body: dict):
        super().__init__(f"{status} {body.get('error')}")
        self.status, self.body = status, body


@dataclass
class Machine:
    """A computer of the room: its cookies and the folder in which journals lie."""

    address: tuple[str, int]
    folder: Path
    cookies: dict[str, str] = field(default_factory=dict)
    clock_error: float = 0.0  # seconds by which its clock is wrong

    def journal_of(self, sitting: str) -> Path:
        return self.folder / f"{sitting}.jsonl"


@dataclass
class Entry:
    seq: int
    payload: dict
    at: object
    gave: float
    is_saved: bool = False
    is_late: bool = False
    saved_at: float = 0.0


def read_journal(path: Path) -> dict[int, Entry]:
    """The newest entry of each question; a line cut off by a crash is no line."""
    found: dict[int, Entry] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            question, seq, payload, at, gave = json.loads(line)
        except ValueError:
            continue
        found[question] = Entry(seq, payload, at, gave)
    return found


class Browser:
    """One tab of one candidate."""

    def __init__(self, machine: Machine, sitting: str, ledger: Ledger, seed: object, *, limit: float = 2.0):
        self.machine, self.sitting, self.ledger = machine, sitting, ledger
        self.rng, self.limit = random.Random(str(seed)), limit
        self.epoch, self.counter, self.generation = 0, 0, None
        self.given: dict[int, Entry] = {}
        self.clock: dict = {}
        self.is_up, self.must_enter, self.ended = True, False, ""
        self.receipt = ""
        self.failures, self.next_contact = 0, 0.0
        self.lock = threading.RLock()
        self._connection: http.client.HTTPConnection | None = None

    # --- requests (wire.js) ---

    def send(self, act: str, body: dict | None = None) -> dict:
        saves = [(one["q"], self.epoch * EPOCH + one["n"]) for one in (body or {}).get("saves", [])]
        ask = self.ledger.ask(self.sitting, act, saves)
        try:
            status, answer = self._exchange(act, body)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.drop()
            ask.end(0, repr(error)[:80])
            raise Unreachable(repr(error)) from error
        ask.end(status, str(answer.get("error", ""))[:80])
        if status >= 500 or answer.get("error") == "garbled":
            raise Unreachable(f"HTTP {status}")
        if status >= 300:
            raise Refused(status, answer)
        if not isinstance(answer.get("server_ms"), int):
            raise Unreachable("another server's answer")
        return answer

    def _exchange(self, act: str, body: dict | None) -> tuple[int, dict]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "X-Exambank": "1", "Accept": "application/json"}
        if data is not None:
            headers["X-Exambank-Sum"] = f"{zlib.crc32(data):08x}"
        if self.machine.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.machine.cookies.items())
        if self._connection is None:
            self._connection = http.client.HTTPConnection(*self.machine.address, timeout=self.limit)
        self._connection.request("GET" if data is None else "POST", f"/sit/{self.sitting}/{act}", data, headers)
        response = self._connection.getresponse()
        content = response.read()
        told = response.getheader("X-Exambank-Sum")
        if told is not None and told != f"{zlib.crc32(content):08x}":
            raise ValueError("the answer came garbled")
        parsed = json.loads(content)
        if not isinstance(parsed, dict):
            raise ValueError("no answer of ours")
        self._keep_cookies(response)
        return response.status, parsed

    def drop(self) -> None:
        """Let the connection go, as a browser does after an error."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # --- entering (sync.adopt) ---

    def arrive(self) -> None:
        """Open the cover: this browser is named before anything hangs on it."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.machine.cookies.items())}
        try:
            connection = http.client.HTTPConnection(*self.machine.address, timeout=20)
            connection.request("GET", f"/sit/{self.sitting}", headers=headers)
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(repr(error)) from error
        finally:
            connection.close()
        self._keep_cookies(response)

    def _keep_cookies(self, response: http.client.HTTPResponse) -> None:
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.machine.cookies[key] = rest.split(";", 1)[0]

    def enter(self, code: str = "") -> None:
        """Take the seat; Refused and Unreachable are the caller's."""
        self.adopt(self.send("enter", {"code": code} if code else {}))

    def adopt(self, entered: dict) -> None:
        known = read_journal(self.machine.journal_of(self.sitting))
        for question, entry in self.given.items():
            if question not in known or known[question].seq <= entry.seq:
                known[question] = entry
        self.epoch, self.generation, self.counter = entered["epoch"], entered["generation"], 0
        self.must_enter, self.given = False, {}
        for name, (seq, payload) in entered["stored"].items():
            question = int(name)
            self._leap(seq)
            gave = self.ledger.gave(self.sitting, question, seq)
            self.given[question] = Entry(seq, payload, 0, gave, is_saved=True, saved_at=time.monotonic())
            if question not in known or known[question].seq < seq:
                self._write(question, self.given[question])
        for entry in known.values():
            self._leap(entry.seq)
        for question, entry in known.items():
            if question not in self.given or self.given[question].seq < entry.seq:
                self._put(question, entry.payload, entry.at, entry.gave)
        self._hear(entered)

    def adopt_offline(self) -> None:
        """Reloaded without network: the journal alone is what the page knows; the first contact is an entry."""
        known = read_journal(self.machine.journal_of(self.sitting))
        self.epoch = max([self.epoch, *(entry.seq // EPOCH for entry in known.values())])
        self.given = known
        for entry in known.values():
            self._leap(entry.seq)
        self.must_enter, self.is_up = True, False

    def _leap(self, seq: int) -> None:
        if seq // EPOCH == self.epoch:
            self.counter = max(self.counter, seq % EPOCH)

    def _put(self, question: int, payload: dict, at: object, gave: float) -> None:
        self.counter = (self.counter // STEP + 1) * STEP
        entry = Entry(self.epoch * EPOCH + self.counter, payload, at, gave)
        self.given[question] = entry
        self.ledger.give(self.sitting, question, entry.seq, payload, gave)
        self._write(question, entry)

    def _write(self, question: int, entry: Entry) -> None:
        with self.machine.journal_of(self.sitting).open("a", encoding="utf-8") as file:
            file.write(json.dumps([question, entry.seq, entry.payload, entry.at, entry.gave]) + "\n")

    # --- answering and saving ---

    def give(self, question: int, payload: dict, at: object = None) -> None:
        """The candidate chooses; on the machine first."""
        with self.lock:
            present = self.given.get(question)
            if self.ended or (present and not present.is_late and present.payload == payload):
                return
            now = time.time()
            self._put(question, payload, int((now + self.machine.clock_error) * 1000) if at is None else at, now)

    def unsent(self) -> list[tuple[int, Entry]]:
        found = [(q, entry) for q, entry in self.given.items() if not entry.is_saved and not entry.is_late]
        return sorted(found, key=lambda one: one[1].seq)

    def body(self, batch: list[tuple[int, Entry]]) -> dict:
        saves = [{"q": q, "n": one.seq % EPOCH, "payload": one.payload, "at": one.at} for q, one in batch]
        return {"epoch": self.epoch, "generation": self.generation, "saves": saves, "contact": {"blurs": 0}}

    def flush(self) -> None:
        """Send the next portion, if the page believes that somebody hears it."""
        with self.lock:
            batch = self.unsent()[:PORTION]
            if batch and self.is_up and not self.must_enter and not self.ended:
                self._attempt(lambda: self._save(batch), batch)

    def _save(self, batch: list[tuple[int, Entry]]) -> None:
        answer = self.send("save", self.body(batch))
        self._acknowledge(batch, answer)
        self._reached(answer)

    def _acknowledge(self, batch: list[tuple[int, Entry]], answer: dict) -> None:
        for question, sent in batch:
            seq = answer.get("saved", {}).get(str(question))
            if seq is None:
                continue
            self._leap(seq)
            if seq == sent.seq:
                sent.is_saved, sent.saved_at = True, time.monotonic()
                self.ledger.acknowledge(self.sitting, question, seq, answer.get("generation"))
            elif str(question) in answer.get("newer", {}) and self.given[question].seq <= seq:
                gave = self.ledger.gave(self.sitting, question, seq)
                taken = Entry(seq, answer["newer"][str(question)], 0, gave, is_saved=True, saved_at=time.monotonic())
                self.given[question] = taken
                self._write(question, taken)

    def poll(self) -> None:
        """The heartbeat: an entry after an offline reload, else a look at the state."""
        with self.lock:
            if self.ended or time.monotonic() < self.next_contact:
                return
            if self.must_enter:
                self._attempt(self.enter)
            else:
                self._attempt(self._look)

    def look(self) -> None:
        """Ask now, whatever the heartbeat says."""
        self.next_contact = 0.0
        self.poll()

    def _look(self) -> None:
        asked = time.monotonic()
        answer = self.send("state")
        self._reached(answer, asked)

    def _reached(self, answer: dict, asked: float = 0.0) -> None:
        self._hear(answer)
        if answer.get("state") == "closed":
            self.ended = "" if self.unsent() else "closed"
            return
        if self.generation and answer.get("generation") != self.generation:
            self.enter()
        elif "stored" in answer and asked:
            self._compare(answer["stored"], asked)

    def _hear(self, answer: dict) -> None:
        was_over = self.is_over
        self.clock = answer
        self.failures, self.is_up = 0, True
        self.next_contact = time.monotonic() + self.rng.uniform(*POLL)
        if was_over and not self.is_over:  # time was given back: what had come too late counts again
            for entry in self.given.values():
                entry.is_late = False

    def turn_away(self, refused: Refused) -> None:
        """The server did not let this page in: its own page would say why, or it is opened again."""
        why = refused.body.get("error")
        self.ended = why if why in {"closed", "seat_held"} else "gone"

    @property
    def is_over(self) -> bool:
        """The page takes no more editing; it opens again when the server says so."""
        return bool(self.clock) and (self.clock.get("state") != "open" or self.clock.get("remaining_ms", 1) == 0)

    def _compare(self, stored: dict, asked: float) -> None:
        for question, entry in list(self.given.items()):
            held = stored.get(str(question), -1)
            if entry.is_saved and entry.saved_at <= asked and held < entry.seq:
                self._put(question, entry.payload, entry.at, entry.gave)
        if any(int(q) not in self.given or seq > self.given[int(q)].seq for q, seq in stored.items()):
            self.enter()

    # --- what goes wrong ---

    def _attempt(self, act, batch: list | None = None) -> None:
        try:
            act()
        except Unreachable:
            self.lose()
        except Refused as refused:
            self._refused(refused, batch or [])

    def lose(self) -> None:
        self.is_up = False
        pause = BACK_OFF[min(self.failures, len(BACK_OFF) - 1)]
        self.failures += 1
        self.next_contact = time.monotonic() + pause * self.rng.uniform(0.75, 1.25)

    def _refused(self, refused: Refused, batch: list[tuple[int, Entry]]) -> None:
        why = refused.body.get("error")
        self.failures, self.is_up = 0, True
        self.next_contact = time.monotonic() + self.rng.uniform(*POLL)
        if why == "re_enter":
            self._attempt(self.enter)
        elif why in {"collecting", "closed", "seat_taken", "seat_held", "locked", "not_here", "section_over"}:
            self._too_late(why, refused.body, batch)
        elif refused.status in {401, 404}:
            self.ended = "sign_in" if refused.status == 401 else "gone"

    def _too_late(self, why: str, body: dict, batch: list[tuple[int, Entry]]) -> None:
        for question, sent in batch:
            if body.get("saved", {}).get(str(question)) == sent.seq:
                sent.is_saved = True
                self.ledger.acknowledge(self.sitting, question, sent.seq, body.get("generation"))
            else:
                sent.is_late = True
        if "state" in body:
            self.clock = {**self.clock, **body}
        left = self.unsent()[:PORTION]
        if left and batch:
            self._attempt(lambda: self._save(left), left)
        elif why in {"closed", "seat_taken", "seat_held"}:
            self.ended = why

    # --- handing in ---

    def submit(self) -> None:
        """Hand in what is there; a wish that could not be carried out is kept by the caller."""
        with self.lock:
            if self.ended:
                return
            batch = self.unsent()[:PORTION]
            try:
                answer = self.send("submit", self.body(batch))
            except Unreachable:
                self.lose()
                return
            except Refused as refused:
                self._refused(refused, batch)
                return
            self._acknowledge(batch, answer)
            self.ended, self.receipt = "closed", answer["receipt"]
