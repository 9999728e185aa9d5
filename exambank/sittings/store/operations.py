"""Save, poll and flag as operations, and the slow path that says why a save was not let through."""

import json
from collections.abc import Iterable
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

_NO_QUESTION = 1 << 15  # beyond every paper
_OVER = {Verdict.COLLECTING, Verdict.SECTION_OVER}
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
    notice: int = 0
    locked_ms: int | None = None
    section: int = 0
    section_deadline_ms: int | None = None
    open_from: int = 1
    open_to: int = 0

    @property
    def remaining_ms(self) -> int:
        return max((self.deadline_ms or 0) - (self.paused_ms or self.server_ms), 0)

    def as_dict(self) -> dict:
        lost = self.server_ms - self.paused_ms if self.paused_ms else 0
        ends = self.section_deadline_ms
        return {
            "state": self.state,
            "epoch": self.epoch,
            "generation": self.generation,
            "server_ms": self.server_ms,
            "deadline_ms": None if self.deadline_ms is None else self.deadline_ms + lost,
            "remaining_ms": self.remaining_ms,
            "paused": self.paused_ms is not None,
            "notice": self.notice,
            "locked": self.locked_ms is not None,
            "section": self.section,
            "section_deadline_ms": None if ends is None else ends + lost,
            "open": [self.open_from, self.open_to],
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
    """Store these answers (at most one a question) if the guard lets them through; else say why and keep them.

    Of a batch that reaches beyond the open questions the open ones are stored all the same.
    """
    for _attempt in (1, 2):  # a second time when an extension or resume came between guard and explanation
        given = {answer.question: rules.make_seq(epoch, answer.n) for answer in answers}
        attempt = _save_on_sqlite if run.dialect == "sqlite" else _save_on_postgresql
        parameters = {**_identity(seat), **_reach(given), "epoch": epoch, "blurs": blurs}
        found = attempt(run, parameters, answers, given)
        if found is not None:
            sitting_id, moment, saved = found
            stored, newer = _stored_now(run, sitting_id, given, saved)
            return Outcome(None, moment, stored, newer)
        refusal = _explain(run, seat, epoch, answers, given)
        if refusal is not None:
            return _save_open_ones(run, seat, epoch, answers, refusal)
    return Outcome("busy")


def _reach(questions: Iterable[int]) -> dict:
    """The first and last of these questions; of none what the guard lets through anywhere."""
    return {"first": min(questions, default=_NO_QUESTION), "last": max(questions, default=0)}


def _save_open_ones(run: Run, seat: Seat, epoch: int, answers: tuple[Answer, ...], refusal: Outcome) -> Outcome:
    """After a refusal for closed questions (they are stored from before or in the quarantine now): all the others."""
    if refusal.error != Verdict.NOT_HERE:
        return refusal
    here = tuple(one for one in answers if refusal.clock.open_from <= one.question <= refusal.clock.open_to)
    inner = save(run, seat, epoch, here) if here else Outcome(None, refusal.clock)
    if inner.error is not None and inner.clock is None:
        return inner  # busy or signed out: nothing is settled, the browser sends all of it again
    quarantined = (*refusal.quarantined, *inner.quarantined)
    error = inner.error or (refusal.error if quarantined else None)
    return Outcome(error, inner.clock, {**refusal.stored, **inner.stored}, inner.newer, quarantined)


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
    rows = run(statements.EXPLAIN, {"sitting": seat.sitting, "user": seat.user_id, "version": seat.version})
    if not rows:
        return Outcome(UNKNOWN)
    sitting_id, *clock, owner, browser, contact, silent, is_signed_in = rows[0]
    if not is_signed_in:
        return Outcome(SIGNED_OUT)
    if owner != seat.user_id:
        return Outcome(UNKNOWN)
    moment = Clock(*clock)
    facts = rules.SeatFacts(
        state=moment.state, epoch=moment.epoch, is_same_browser=_is_same(browser, seat.browser),
        deadline_at=_moment(moment.deadline_ms), last_contact_at=_moment(contact),
        is_paused=moment.paused_ms is not None, silent_at_deadline=bool(silent),
        is_locked=moment.locked_ms is not None, open_from=moment.open_from, open_to=moment.open_to,
        section_deadline_at=_moment(moment.section_deadline_ms),
    )  # fmt: skip
    verdict = rules.accepts(
        facts, epoch, from_milliseconds(moment.server_ms), timedelta(milliseconds=seat.flush_ms),
        timedelta(milliseconds=seat.grace_ms), given,
    )  # fmt: skip
    if verdict is Verdict.STORE:
        return None
    if verdict in {Verdict.RE_ENTER, Verdict.NOT_ENTERED}:
        return Outcome(verdict.value, moment)
    if verdict is Verdict.NOT_HERE:
        answers = tuple(one for one in answers if not moment.open_from <= one.question <= moment.open_to)
    return _keep(run, sitting_id, verdict, moment, contact, epoch, answers)


def _is_same(holder: str | None, browser: str | None) -> bool:
    """A restored database may not know the seat yet: any browser with a seat cookie of ours may then ask to enter."""
    return holder == browser if holder else browser is not None


def _moment(milliseconds: int | None):
    return None if milliseconds is None else from_milliseconds(milliseconds)


_KEPT_BECAUSE = {Verdict.CLOSED: "closed", Verdict.LOCKED: "locked", Verdict.NOT_HERE: "not_here"}


def _keep(run, sitting_id, verdict, moment, contact, epoch, answers) -> Outcome:
    """Put into the quarantine what was never stored; what had been stored before is told as stored."""
    given = {answer.question: rules.make_seq(epoch, answer.n) for answer in answers}
    known = {(question, seq) for question, seq in run(statements.LOGGED, {"id": sitting_id})}
    stored = {question: seq for question, seq in given.items() if (question, seq) in known}
    if verdict in _OVER and len(stored) == len(given):
        return Outcome(None, moment, stored)
    reason = "older_epoch" if epoch < moment.epoch else _KEPT_BECAUSE.get(verdict, "after_deadline")
    kept = [answer for answer in answers if answer.question not in stored]
    ((count,),) = run(statements.COUNT_QUARANTINED, {"id": sitting_id}) if kept else ((0,),)
    kept = kept[: max(QUARANTINE_LIMIT - count, 0)]
    for answer in kept:
        run(
            statements.QUARANTINE,
            {
                "public_id": new_public_id(), "id": sitting_id, "question": answer.question,
                "seq": given[answer.question], "payload": answer.payload, "reason": reason, "contact": contact,
                "claimed": answer.claimed_ms,
            },
        )  # fmt: skip
    return Outcome(verdict.value, moment, stored, {}, tuple(answer.question for answer in kept))


def touch(run: Run, seat: Seat) -> Outcome:
    """A poll: counts as contact, tells clock and the seqs stored."""
    parameters = _identity(seat)
    if run.dialect == "sqlite":
        rows = run(statements.SQLITE_POLL, parameters)
        if rows:
            _id, *moment, stored = rows[0]
            return Outcome(None, Clock(*moment), _seqs(json.loads(stored)))
    else:
        rows = run(statements.POSTGRESQL_POLL, parameters)
        if rows:
            _id, *moment, stored, _setting = rows[0]
            return Outcome(None, Clock(*moment), _seqs(stored or {}))
    return _explain_poll(run, seat)


def _seqs(stored: dict[str, int]) -> dict[int, int]:
    return {int(question): seq for question, seq in stored.items()}


def _explain_poll(run: Run, seat: Seat) -> Outcome:
    refused = _explain(run, seat, 0, (), {})
    if refused is None:
        return Outcome("busy")
    if refused.error in {Verdict.RE_ENTER, Verdict.NOT_ENTERED, Verdict.CLOSED, Verdict.LOCKED}:
        return Outcome(None, refused.clock)  # not at work: only the clock is told
    return refused


def flag(run: Run, seat: Seat, epoch: int, flags: list[int]) -> Outcome:
    """Remember which questions the candidate wants to return to."""
    parameters = {**_identity(seat), **_reach(flags), "epoch": epoch, "flags": json.dumps(flags)}
    rows = run(statements.FLAG, parameters)
    if rows:
        return Outcome(None, Clock(*rows[0][1:]))
    refusal = _explain(run, seat, epoch, (), {})
    if refusal is not None:
        return refusal
    return Outcome((Verdict.NOT_HERE if flags else Verdict.COLLECTING).value)
