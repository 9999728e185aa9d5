"""What candidates gave, asked and were told: written down by the bench itself, never read by the product."""

import threading
import time
from dataclasses import dataclass, field


@dataclass
class Given:
    """An answer under one seq. ``gave``: when the candidate chose it, by the bench's own clock."""

    payload: dict
    gave: float


@dataclass
class Ask:
    """One request, with its times by the bench's own clock; ``status`` 0: no answer came."""

    sitting: str
    act: str
    saves: list[tuple[int, int]]
    sent: float
    received: float | None = None
    status: int = 0
    error: str = ""

    def end(self, status: int, error: str) -> None:
        self.received, self.status, self.error = time.time(), status, error


@dataclass(frozen=True)
class Ack:
    sitting: str
    question: int
    seq: int
    generation: str | None


@dataclass
class Ledger:
    """Everything of one scenario, under one lock."""

    given: dict[tuple[str, int, int], Given] = field(default_factory=dict)
    acks: set[Ack] = field(default_factory=set)
    asks: list[Ask] = field(default_factory=list)
    moves: list[tuple[float, str, int]] = field(default_factory=list)  # when, whose deadline, by how many milliseconds
    outages: list[tuple[float, float]] = field(default_factory=list)  # when no server ran
    lock: threading.Lock = field(default_factory=threading.Lock)

    def give(self, sitting: str, question: int, seq: int, payload: dict, gave: float) -> None:
        with self.lock:
            self.given[sitting, question, seq] = Given(payload, gave)

    def gave(self, sitting: str, question: int, seq: int) -> float:
        """When the answer under this seq was chosen; 0 for one the bench does not know."""
        found = self.given.get((sitting, question, seq))
        return found.gave if found else 0.0

    def acknowledge(self, sitting: str, question: int, seq: int, generation: str | None) -> None:
        with self.lock:
            self.acks.add(Ack(sitting, question, seq, generation))

    def ask(self, sitting: str, act: str, saves: list[tuple[int, int]]) -> Ask:
        asked = Ask(sitting, act, saves, time.time())
        with self.lock:
            self.asks.append(asked)
        return asked

    def move(self, sitting: str, milliseconds: int) -> None:
        """An invigilator gave time, or a pause gave it back."""
        self.moves.append((time.time() * 1000, sitting, milliseconds))

    def moved(self, sitting: str, at: float = float("inf")) -> int:
        """By how much this deadline had moved at that moment, in milliseconds."""
        return sum(by for when, whose, by in self.moves if whose == sitting and when <= at)

    def note_outage(self, since: float) -> None:
        with self.lock:
            self.outages.append((since, time.time()))
