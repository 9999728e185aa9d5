"""PURE. The exam room's decisions: a sitting's life, the order of saves, what counts after the deadline, moving on."""

from exambank.sittings.rules.life import (
    AT_WORK,
    TRANSITIONS,
    Act,
    State,
    Transition,
    markdown,
    may,
    target,
)
from exambank.sittings.rules.moving import (
    Way,
    Window,
    first_window,
    next_section,
    next_window,
    section_deadline,
    section_seconds,
    sections_of,
)
from exambank.sittings.rules.records import (
    CODE_LETTERS,
    CODE_LIFE,
    GENESIS,
    WRONG_CODES_ALLOWED,
    ExamProgress,
    chain,
    may_finish,
    receipt_code,
)
from exambank.sittings.rules.saving import (
    COUNTER_LIMIT,
    LATEST_MILLISECONDS,
    RESTORE_STEP,
    SAVES_PER_REQUEST,
    SILENCE,
    TYPED_SPACING,
    SeatFacts,
    Verdict,
    accepted_seq,
    accepts,
    make_seq,
    split_seq,
    was_silent,
)
from exambank.sittings.rules.times import (
    CLOCK_STEP_ALLOWED_SECONDS,
    DISCONNECTED_AFTER,
    EXTENSION_LIMIT,
    as_clock,
    clock_step,
    earliest_submit_at,
    is_clock_alarm,
    is_disconnected,
    needs_second_person,
    remaining,
)

__all__ = [
    "AT_WORK", "CLOCK_STEP_ALLOWED_SECONDS", "CODE_LETTERS", "CODE_LIFE", "COUNTER_LIMIT", "DISCONNECTED_AFTER",
    "EXTENSION_LIMIT", "GENESIS",
    "LATEST_MILLISECONDS", "RESTORE_STEP", "SAVES_PER_REQUEST", "SILENCE", "TRANSITIONS", "TYPED_SPACING",
    "WRONG_CODES_ALLOWED", "Act", "ExamProgress", "SeatFacts", "State", "Transition", "Verdict", "Way", "Window",
    "accepted_seq", "accepts", "as_clock", "chain", "clock_step", "earliest_submit_at", "first_window",
    "is_clock_alarm", "is_disconnected", "make_seq", "markdown", "may", "may_finish", "needs_second_person",
    "next_section", "next_window", "receipt_code", "remaining", "section_deadline", "section_seconds", "sections_of",
    "split_seq", "target", "was_silent",
]  # fmt: skip
