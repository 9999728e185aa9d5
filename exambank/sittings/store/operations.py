"""Save, poll and flag as operations, and the slow path that says why a save was not let through."""

import json
from dataclasses import dataclass, field
from datetime import timedelta

from exambank.db import from_milliseconds, new_public_id
from exambank.sittings import rules
from exambank.sittings.rules import Verdict
from exambank.sittings.store import statements
from exambank.sittings.store.run import Run

SIGNED_OUT = "sign_in"
UNKNOWN = "not_found"
QUARANTINE_LIMIT = 2000  # rows a sitting; nobody honest comes near

_SILENCE = rules.SILENCE // timedelta(milliseconds=1)
_SPACING = rules.TYPED_SPACING // timedelta(milliseconds=1)


@dataclass(frozen=True)
class Seat:
    """Who asks, from the signed cookie alone, and the limits that were frozen for this sitting's room."""

    sitting: str
    user_id: int
    version: int
    browser: str | None
    flush_ms: int
    grace_ms: int


@dataclass(frozen=True)
class Answer:
    """One answer, checked. ``is_typed``: text that is saved as it is typed, so that the history takes it in steps."""

    question: int
    n: int
    payload: str
    claimed_ms: int | None = None
    is_blank: bool = False
    is_typed: bool = False


@dataclass(frozen=True)
class Clock:
    """What every answer of the server tells about time and seat."""

    state: str
    epoch: int
    deadline_ms: int | None
    paused_ms: int | None
    server_ms: int
    generation: str | None

    @property
    def remaining_ms(self) -> int:
        return max((self.deadline_ms or 0) - (self.paused_ms or self.server_ms), 0)

    def as_dict(self) -> dict:
        lost = self.server_ms - self.paused_ms if self.paused_ms else 0
        return {
            "state": self.state,
            "epoch": self.epoch,
            "generation": self.generation,
            "server_ms": self.server_ms,
            "deadline_ms": None if self.deadline_ms is None else self.deadline_ms + lost,
            "remaining_ms": self.remaining_ms,
            "paused": self.paused_ms is not None,
        }


@dataclass(frozen=True)
class Outcome:
    """``error`` is None when the guard let the request through."""

    error: str | None = None
    clock: Clock | None = None
    stored: dict[int, int] = field(default_factory=dict)
    newer: dict[int, str] = field(default_factory=dict)
    quarantined: tuple[int, ...] = ()


def save(run: Run, seat: Seat, epoch: int, answers: tuple[Answer, ...], blurs: int = 0) -> Outcome:
    """Store these answers (at most one a question) if the guard lets them through; else say why and keep them."""
    for _attempt in (1, 2):  # a second time when an extension or resume came between guard and explanation
        given = {answer.question: rules.make_seq(epoch, answer.n) for answer in answers}
        attempt = _save_on_sqlite if run.dialect == "sqlite" else _save_on_postgresql
        found = attempt(run, {**_identity(seat), "epoch": epoch, "blurs": blurs}, answers, given)
        if found is not None:
            sitting_id, moment, saved = found
            stored, newer = _stored_now(run, sitting_id, given, saved)
            return Outcome(None, moment, stored, newer)
        refusal = _explain(run, seat, epoch, answers, given)
        if refusal is not None:
            return refusal
    return Outcome("busy")


def _identity(seat: Seat) -> dict:
    return {
        "sitting": seat.sitting, "user": seat.user_id, "version": seat.version, "browser": seat.browser,
        "flush": seat.flush_ms, "grace": seat.grace_ms, "silence": _SILENCE,
    }  # fmt: skip


def _save_on_sqlite(run: Run, parameters: dict, answers: tuple[Answer, ...], given: dict[int, int]):
    rows = run(statements.GUARD, parameters)
    if not rows:
        return None
    sitting_id, *moment = rows[0]
    saved: dict[int, int] = {}
    if answers:
        body = [[one.question, given[one.question], one.payload, one.is_blank] for one in answers]
        rows = run(
            statements.SQLITE_UPSERT,
            {"id": sitting_id, "answers": json.dumps(body), "typed": json.dumps(_typed(answers)), "spacing": _SPACING},
        )
        saved = {question: seq for question, seq, _is_due in rows}
        due = {question for question, _seq, is_due in rows if is_due}
        if due:
            fresh = json.dumps([row for row in body if row[0] in due])
            run(statements.SQLITE_LOG, {"id": sitting_id, "answers": fresh})
    return sitting_id, Clock(*moment), saved


def _typed(answers: tuple[Answer, ...]) -> list[int]:
    return [answer.question for answer in answers if answer.is_typed]


def _save_on_postgresql(run: Run, parameters: dict, answers: tuple[Answer, ...], given: dict[int, int]):
    rows = run(
        statements.POSTGRESQL_SAVE,
        {
            **parameters,
            "questions": list(given),
            "seqs": list(given.values()),
            "payloads": [answer.payload for answer in answers],
            "blanks": [answer.is_blank for answer in answers],
            "typed": _typed(answers),
            "spacing": _SPACING,
        },
    )
    if not rows:
        return None
    sitting_id, *moment, _question, _seq = rows[0]
    return sitting_id, Clock(*moment), {row[-2]: row[-1] for row in rows if row[-1] is not None}


def _stored_now(run: Run, sitting_id: int, given: dict[int, int], saved: dict[int, int]):
    """The seq stored now for each question, and the payload where somebody else's is newer."""
    stored, newer = dict(saved), {}
    if len(saved) < len(given):
        for question, seq, payload in run(statements.STORED, {"id": sitting_id}):
            if question in given and question not in saved:
                stored[question] = seq
                if seq > given[question]:
                    newer[question] = payload
    return stored, newer


def _explain(run: Run, seat: Seat, epoch: int, answers: tuple[Answer, ...], given: dict[int, int]) -> Outcome | None:
    """Why the guard let nothing through; None when it would now."""
    rows = run(
        statements.EXPLAIN, {"sitting": seat.sitting, "user": seat.user_id, "version": seat.version}
    )  # fmt: skip
    if not rows:
        return Outcome(UNKNOWN)
    sitting_id, state, current, deadline, paused, server, generation, owner, browser, contact, silent, signed_in = rows[
        0
    ]
    if not signed_in:
        return Outcome(SIGNED_OUT)
    if owner != seat.user_id:
        return Outcome(UNKNOWN)
    facts = rules.SeatFacts(
        state=state, epoch=current, is_same_browser=_is_same(browser, seat.browser),
        deadline_at=_moment(deadline), last_contact_at=_moment(contact), is_paused=paused is not None,
        silent_at_deadline=bool(silent),
    )  # fmt: skip
    verdict = rules.accepts(
        facts, epoch, from_milliseconds(server), timedelta(milliseconds=seat.flush_ms),
        timedelta(milliseconds=seat.grace_ms),
    )  # fmt: skip
    moment = Clock(state, current, deadline, paused, server, generation)
    if verdict is Verdict.STORE:
        return None
    if verdict in {Verdict.RE_ENTER, Verdict.NOT_ENTERED}:
        return Outcome(verdict.value, moment)
    return _keep(run, sitting_id, verdict, moment, epoch, answers, given)


def _is_same(holder: str | None, browser: str | None) -> bool:
    """A restored database may not know the seat yet: any browser with a seat cookie of ours may then ask to enter."""
    return holder == browser if holder else browser is not None


def _moment(milliseconds: int | None):
    return None if milliseconds is None else from_milliseconds(milliseconds)


def _keep(run, sitting_id, verdict, moment, epoch, answers, given) -> Outcome:
    """Put into the quarantine what was never stored; what had been stored before is told as stored."""
    known = {(question, seq) for question, seq in run(statements.LOGGED, {"id": sitting_id})}
    stored = {question: seq for question, seq in given.items() if (question, seq) in known}
    if verdict is Verdict.COLLECTING and len(stored) == len(given):
        return Outcome(None, moment, stored)
    late = "closed" if verdict is Verdict.CLOSED else "after_deadline"
    reason = "older_epoch" if epoch < moment.epoch else late
    kept = [answer for answer in answers if answer.question not in stored]
    ((count,),) = run(statements.COUNT_QUARANTINED, {"id": sitting_id}) if kept else ((0,),)
    for answer in kept[: max(QUARANTINE_LIMIT - count, 0)]:
        run(
            statements.QUARANTINE,
            {
                "public_id": new_public_id(), "id": sitting_id, "question": answer.question,
                "seq": given[answer.question], "payload": answer.payload, "reason": reason,
                "claimed": answer.claimed_ms,
            },
        )  # fmt: skip
    return Outcome(verdict.value, moment, stored, {}, tuple(answer.question for answer in kept))


def touch(run: Run, seat: Seat) -> Outcome:
    """A poll: counts as contact, tells clock and the seqs stored."""
    parameters = _identity(seat)
    if run.dialect == "sqlite":
        rows = run(statements.POLL, parameters)
        if rows:
            sitting_id, *moment = rows[0]
            stored = run(statements.STORED, {"id": sitting_id})
            return Outcome(None, Clock(*moment), {question: seq for question, seq, _payload in stored})
    else:
        rows = run(statements.POSTGRESQL_POLL, parameters)
        if rows:
            return Outcome(None, Clock(*rows[0][1:7]), {row[7]: row[8] for row in rows if row[7] is not None})
    return _explain_poll(run, seat)


def _explain_poll(run: Run, seat: Seat) -> Outcome:
    refused = _explain(run, seat, 0, (), {})
    if refused is None:
        return Outcome("busy")
    if refused.error in {Verdict.RE_ENTER, Verdict.NOT_ENTERED, Verdict.CLOSED}:
        return Outcome(None, refused.clock)  # not at work: only the clock is told
    return refused


def flag(run: Run, seat: Seat, epoch: int, flags: list[int]) -> Outcome:
    """Remember which questions the candidate wants to return to."""
    rows = run(statements.FLAG, {**_identity(seat), "epoch": epoch, "flags": json.dumps(flags)})
    if rows:
        return Outcome(None, Clock(*rows[0][1:]))
    return _explain(run, seat, epoch, (), {}) or Outcome(Verdict.COLLECTING.value)
