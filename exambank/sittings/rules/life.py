"""The life of a sitting as one table: in which state which act is open, to whom, under which guard, and where it leads.

Beside its state a sitting may be *paused* (its clock stands still) or *locked* (its answers wait for a person): both
leave the state as it is. Every command asks this table under the sitting's row lock; the statements of the hot path
(``store``) hold the guards of ``save`` and ``time_over`` as SQL. ``markdown`` is the table as it stands in STATES.md.
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    READY = "ready"
    OPEN = "open"
    COLLECTING = "collecting"
    CLOSED = "closed"


class Act(StrEnum):
    ADMIT = "admit"
    ENTER = "enter"
    RE_ENTER = "re_enter"
    TAKE_OVER = "take_over"
    SAVE = "save"
    MOVE_ON = "move_on"
    EXTEND = "extend"
    PAUSE = "pause"
    RESUME = "resume"
    LOCK = "lock"
    UNLOCK = "unlock"
    TIME_OVER = "time_over"
    TIME_BACK = "time_back"
    SUBMIT = "submit"
    COLLECT = "collect"
    CLOSE = "close"
    RECORD_ABSENT = "record_absent"
    REOPEN = "reopen"


AT_WORK = (State.OPEN, State.COLLECTING)


@dataclass(frozen=True)
class Transition:
    """Where an act may lead, who does it and what must hold besides the state."""

    to: tuple[State, ...]
    who: str
    guard: str


_READY, _OPEN, _COLLECTING, _CLOSED = (State.READY,), (State.OPEN,), (State.COLLECTING,), (State.CLOSED,)
_SEAT = "own seat: signed in, same browser, same epoch; not locked"
_TAKEN = "an unused code of the invigilator, not older than ten minutes"
_INVIGILATOR = "invigilator"
_ABOVE = "a positive time with a reason; above the Regulation's cap a second person agrees"

TRANSITIONS: dict[tuple[State, Act], Transition] = {
    (State.READY, Act.ADMIT): Transition(_READY, _INVIGILATOR, "identity not rejected; late: with a reason"),
    (State.READY, Act.ENTER): Transition(
        _OPEN, "candidate",
        "exam open and begun, eligible, room not closed, identity confirmed and admitted where the exam wants it, "
        "in time or admitted late, session code where the exam has one",
    ),
    (State.READY, Act.EXTEND): Transition(_READY, _INVIGILATOR, _ABOVE),
    (State.READY, Act.RECORD_ABSENT): Transition(
        _CLOSED, "server", "nobody at work, and entry over by the clock or every room closed"
    ),
    (State.OPEN, Act.RE_ENTER): Transition((*_OPEN, *_COLLECTING), "candidate", "the browser that holds the seat"),
    (State.OPEN, Act.TAKE_OVER): Transition((*_OPEN, *_COLLECTING), "candidate", _TAKEN),
    (State.OPEN, Act.SAVE): Transition(
        (*_OPEN, *_COLLECTING), "candidate",
        f"{_SEAT}; only open questions; paused, or within deadline and section + flush, or the grace after silence",
    ),
    (State.OPEN, Act.MOVE_ON): Transition(
        _OPEN, "candidate, server", f"candidate: {_SEAT}, by one step; server: the section's end + flush has passed"
    ),
    (State.OPEN, Act.EXTEND): Transition(_OPEN, _INVIGILATOR, _ABOVE),
    (State.OPEN, Act.PAUSE): Transition(_OPEN, _INVIGILATOR, "not paused, deadline not passed"),
    (State.OPEN, Act.RESUME): Transition(_OPEN, _INVIGILATOR, "paused"),
    (State.OPEN, Act.LOCK): Transition(_OPEN, "invigilator, server", "not locked"),
    (State.OPEN, Act.UNLOCK): Transition(_OPEN, _INVIGILATOR, "locked"),
    (State.OPEN, Act.TIME_OVER): Transition(_COLLECTING, "server", "not paused, deadline passed"),
    (State.OPEN, Act.SUBMIT): Transition(_CLOSED, "candidate", f"{_SEAT}; earliest leave reached"),
    (State.OPEN, Act.COLLECT): Transition(_CLOSED, _INVIGILATOR, "a reason"),
    (State.COLLECTING, Act.RE_ENTER): Transition(_COLLECTING, "candidate", "the browser that holds the seat"),
    (State.COLLECTING, Act.TAKE_OVER): Transition(_COLLECTING, "candidate", _TAKEN),
    (State.COLLECTING, Act.SAVE): Transition(
        _COLLECTING, "candidate", f"{_SEAT}; only open questions; within the flush window, or the grace after silence"
    ),
    (State.COLLECTING, Act.EXTEND): Transition(
        (*_OPEN, *_COLLECTING), _INVIGILATOR, f"{_ABOVE}; open again when the new deadline lies ahead"
    ),
    (State.COLLECTING, Act.TIME_BACK): Transition(
        _OPEN, "server", "not paused, deadline not reached: the clock had run ahead and was set right"
    ),
    (State.COLLECTING, Act.LOCK): Transition(_COLLECTING, "invigilator, server", "not locked"),
    (State.COLLECTING, Act.UNLOCK): Transition(_COLLECTING, _INVIGILATOR, "locked"),
    (State.COLLECTING, Act.SUBMIT): Transition(_CLOSED, "candidate", _SEAT),
    (State.COLLECTING, Act.COLLECT): Transition(_CLOSED, _INVIGILATOR, "a reason"),
    (State.COLLECTING, Act.CLOSE): Transition(_CLOSED, "server", "deadline + grace has passed"),
    (State.CLOSED, Act.REOPEN): Transition(
        _OPEN, "exam office", "was there; a reason and a time; results not published; the old submission is kept"
    ),
}  # fmt: skip


def may(state: str, act: Act) -> bool:
    """Whether this act is open to somebody in this state (the guard is asked besides)."""
    return (State(state), act) in TRANSITIONS


def target(state: str, act: Act) -> State:
    """Where the act leads; of two ends the first. ValueError when the table does not know it: a mistake of ours."""
    if not may(state, act):
        raise ValueError(f"no {act} in the state {state}")
    return TRANSITIONS[State(state), act].to[0]


def markdown() -> str:
    """The table as Markdown, a line a transition."""
    lines = ["| state | act | leads to | who | guard |", "|---|---|---|---|---|"]
    lines += [
        f"| {state} | {act} | {' or '.join(step.to)} | {step.who} | {step.guard} |"
        for (state, act), step in TRANSITIONS.items()
    ]
    return "\n".join(lines)
