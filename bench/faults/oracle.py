"""Who is right: what candidates gave and were told, against the database, against the rules of time.

The rules are told here once more, in plain words and on plain numbers, on purpose: an answer counts to the end of the
flush window after the deadline; from a seat that was silent for fifteen seconds before the deadline to the end of the
grace; a paper closes by itself after the grace, not before, and soon after.
"""

import json
from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import create_engine, text

from bench.faults.ledger import Ledger

EPOCH = 1 << 32
SILENCE_MS = 15_000
BLUR_MS = 60  # two processes read one clock at different moments
SLACK_MS = 6_000  # until the sweeper's next round on a machine that others use too


@dataclass(frozen=True)
class Times:
    """Of the scenario's exam, in milliseconds."""

    deadline: int
    flush: int
    grace: int


@dataclass
class Verdict:
    """What one scenario came to; ``problems`` says what was lost or wrong, for the one who has to mend it."""

    acknowledged: int = 0
    stored: int = 0
    lost: int = 0
    wrong: int = 0
    quarantined: int = 0
    refused: int = 0
    unanswered: int = 0
    problems: list[str] = field(default_factory=list)

    def lose(self, text: str) -> None:
        self.lost += 1
        self.problems.append(f"lost: {text}")

    def err(self, text: str) -> None:
        self.wrong += 1
        self.problems.append(f"wrong: {text}")


class Books:
    """What the database holds, read beside the product."""

    def __init__(self, database: str):
        engine = create_engine(database)
        with engine.connect() as connection:

            def read(query: str) -> list:
                return [row._asdict() for row in connection.execute(text(query))]

            self.sittings = {row["public_id"]: row for row in read("SELECT * FROM sitting")}
            name = {row["id"]: public for public, row in self.sittings.items()}
            self.responses = {(name[r["sitting_id"]], r["question"]): r for r in read("SELECT * FROM response")}
            self.events = [{**row, "sitting": name[row["sitting_id"]]} for row in read("SELECT * FROM response_event")]
            self.kept = [{**row, "sitting": name[row["sitting_id"]]} for row in read("SELECT * FROM quarantined_save")]
            self.generation = read("SELECT value FROM generation")[0]["value"]
            self.exam = read("SELECT * FROM exam")[0]
            self.room_log = read("SELECT kind, sitting_id, at FROM room_event ORDER BY id")
            self.room_events = [row["kind"] for row in self.room_log]
        engine.dispose()


def judge(ledger: Ledger, books: Books, times: Times, *, may_judge_times: bool = True) -> Verdict:
    """Compare everything. ``may_judge_times`` is off where the server's own clock was wrong."""
    verdict = Verdict(
        acknowledged=len(ledger.acks), quarantined=len(books.kept),
        refused=sum(ask.status >= 400 and bool(ask.saves) for ask in ledger.asks),
        unanswered=sum(ask.status == 0 for ask in ledger.asks),
    )  # fmt: skip
    _judge_values(ledger, books, verdict)
    _judge_history(ledger, books, verdict)
    if may_judge_times:
        _judge_saves(ledger, books, times, verdict)
        judge_closings(ledger, books, times, verdict)
    return verdict


# --- what was acknowledged is there ---


def _judge_values(ledger: Ledger, books: Books, verdict: Verdict) -> None:
    acked = defaultdict(list)
    for ack in ledger.acks:
        acked[ack.sitting, ack.question].append(ack)
    for (sitting, question), acks in acked.items():
        row = books.responses.get((sitting, question))
        problem = _problem(ledger, row, acks)
        if problem:
            for ack in acks:
                verdict.lose(f"{sitting} question {question} seq {ack.seq}: {problem}")
        else:
            verdict.stored += len(acks)


def _problem(ledger: Ledger, row: dict | None, acks: list) -> str | None:
    if row is None:
        return "nothing is stored"
    given = ledger.given.get((acks[0].sitting, acks[0].question, row["seq"]))
    if given is None:
        return f"seq {row['seq']} is stored, which nobody gave"
    if json.loads(row["payload"]) != given.payload:
        return f"{row['payload'][:60]} is stored and {given.payload} was given"
    newest = max(ledger.given[ack.sitting, ack.question, ack.seq].gave for ack in acks)
    return "an older answer took the place of an acknowledged one" if given.gave < newest else None


def _judge_history(ledger: Ledger, books: Books, verdict: Verdict) -> None:
    """Of this life of the database every acknowledged choice is in the history; and nothing that nobody gave."""
    logged = {(row["sitting"], row["question"], row["seq"]): row["payload"] for row in books.events}
    for ack in ledger.acks:
        given = ledger.given[ack.sitting, ack.question, ack.seq]
        key = (ack.sitting, ack.question, ack.seq)
        if ack.generation == books.generation and "choice" in given.payload and key not in logged:
            verdict.lose(f"{key} is not in the history")
    kept = {(row["sitting"], row["question"], row["seq"]): row["payload"] for row in books.kept}
    for key, payload in [*logged.items(), *kept.items()]:
        given = ledger.given.get(key)
        if given is None or json.loads(payload) != given.payload:
            verdict.lose(f"{key} holds {payload[:60]}, which nobody gave")


# --- decisions about time ---


def _judge_saves(ledger: Ledger, books: Books, times: Times, verdict: Verdict) -> None:
    asked = defaultdict(list)
    for ask in ledger.asks:
        asked[ask.sitting].append(ask)
    for row in books.events:
        at, deadline = row["received_at"], times.deadline + ledger.moved(row["sitting"], row["received_at"])
        is_late = at > deadline + times.flush + BLUR_MS
        is_excused = at <= deadline + times.grace + BLUR_MS and _may_be_silent(asked[row["sitting"]], deadline)
        if is_late and not is_excused:
            verdict.err(f"{row['sitting']} question {row['question']} was taken {at - deadline} ms after the deadline")
    for row in books.kept:
        at, deadline = row["received_at"], times.deadline + ledger.moved(row["sitting"], row["received_at"])
        if row["reason"] not in {"after_deadline", "closed"} or _was_ended(books, row):
            continue
        is_silent = _is_silent(asked[row["sitting"]], deadline)
        if at <= deadline + times.flush - BLUR_MS or (is_silent and at <= deadline + times.grace - BLUR_MS):
            verdict.err(f"{row['sitting']} question {row['question']} was refused {at - deadline} ms past the deadline")


def _was_ended(books: Books, row: dict) -> bool:
    """Handed in or collected before the save came."""
    sitting = books.sittings[row["sitting"]]
    by_hand = sitting["closed_by"] in {"candidate", "invigilator"}
    return by_hand and sitting["closed_at"] <= row["received_at"] + BLUR_MS


def _contacts(asks: list, deadline: int) -> list:
    first, last = deadline - SILENCE_MS, deadline
    return [
        one for one in asks
        if one.sent * 1000 <= last + BLUR_MS and (one.received or 1e12) * 1000 >= first - BLUR_MS
    ]  # fmt: skip


def _is_silent(asks: list, deadline: int) -> bool:
    """For certain: not one request was under way in the seconds before the deadline."""
    return not _contacts(asks, deadline)


def _may_be_silent(asks: list, deadline: int) -> bool:
    """Perhaps: whatever was under way may never have arrived, or earlier."""
    first = deadline - SILENCE_MS
    return not any(
        one.status and one.sent * 1000 >= first + BLUR_MS and one.received * 1000 <= deadline - BLUR_MS
        for one in _contacts(asks, deadline)
    )


def judge_closings(ledger: Ledger, books: Books, times: Times, verdict: Verdict) -> None:
    """No deadline moved by itself; no paper closed early, late or not at all."""
    now = max([ask.sent for ask in ledger.asks], default=0) * 1000
    for name, row in books.sittings.items():
        deadline = times.deadline + ledger.moved(name)
        if row["deadline_at"] is not None and abs(row["deadline_at"] - deadline) > BLUR_MS:
            verdict.err(f"{name}: the deadline moved by {row['deadline_at'] - deadline} ms")
        due = deadline + times.grace
        if row["closed_by"] == "deadline":
            if row["closed_at"] < due - BLUR_MS:
                verdict.err(f"{name} was closed {due - row['closed_at']} ms early")
            if row["closed_at"] > due + SLACK_MS + _out(ledger, due):
                verdict.err(f"{name} was closed {row['closed_at'] - due} ms late")
        elif row["state"] in {"open", "collecting"} and now > due + SLACK_MS + _out(ledger, due):
            verdict.err(f"{name} is still {row['state']} {now - due:.0f} ms after the grace")


def _out(ledger: Ledger, moment: float) -> float:
    """How long after this moment no server ran."""
    return sum(max(end * 1000 - max(moment, since * 1000), 0) for since, end in ledger.outages)
