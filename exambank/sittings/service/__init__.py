"""The door to the exam room: entering, saving, handing in, the invigilator's acts, and what marking reads."""

from exambank.sittings.service.answers import describe_answer
from exambank.sittings.service.closing import (
    chain_running,
    close_overdue,
    close_room,
    close_sitting,
    count_states,
    list_running_exams,
    settle_exam,
    start_collecting,
    submit,
)
from exambank.sittings.service.entering import (
    Entry,
    browser_hash,
    clock_of,
    earliest_submit,
    enter,
    issue_takeover_code,
    limits_of,
)
from exambank.sittings.service.history import verify_history
from exambank.sittings.service.preparing import begin_generation, generation, prepare, raise_epochs_after_restore
from exambank.sittings.service.quarantine import (
    count_quarantine,
    decide,
    find_quarantined,
    list_quarantine,
    stored_payload,
)
from exambank.sittings.service.reading import (
    ResponseRow,
    Summary,
    answered_of,
    count_answered,
    find_media,
    find_picture,
    find_room,
    find_sitting,
    forget_summary,
    get_sitting,
    is_mark_open,
    list_closed,
    list_events,
    list_invigilators,
    list_own,
    list_rooms,
    list_sitting_events,
    list_sittings,
    questions_of,
    responses_of,
    responses_of_sitting,
    start_of,
    started_ms,
    stored_of,
    summarise,
)
from exambank.sittings.service.refusals import EntryRefused, SeatHeld, SeatTaken, TooEarly, UnfitAnswer, WrongCode
from exambank.sittings.service.saving import (
    find_place,
    is_untouched,
    paper_of,
    parse_answers,
    poll,
    read_form_answer,
    read_typed,
    refuse_unsaved,
    save,
    seat_of,
    set_flags,
)
from exambank.sittings.service.timing import (
    extend,
    extend_room,
    list_frozen,
    may_see_code,
    open_exam,
    pause,
    pause_room,
    raise_clock_alarm,
    release_clock,
    resume,
    resume_room,
)
from exambank.sittings.service.words import event_label, quarantine_reason

__all__ = [
    "Entry", "EntryRefused", "ResponseRow", "SeatHeld", "SeatTaken", "Summary", "TooEarly", "UnfitAnswer",
    "WrongCode", "answered_of", "begin_generation", "browser_hash", "chain_running", "clock_of", "close_overdue",
    "close_room", "close_sitting", "count_answered", "count_quarantine", "count_states", "decide", "describe_answer",
    "earliest_submit", "enter", "event_label", "extend", "extend_room", "find_media", "find_picture",
    "find_place", "find_quarantined", "find_room", "find_sitting", "forget_summary", "generation", "get_sitting",
    "is_mark_open",
    "is_untouched", "issue_takeover_code", "limits_of", "list_closed", "list_events", "list_frozen",
    "list_invigilators", "list_own", "list_quarantine", "list_rooms", "list_running_exams", "list_sitting_events",
    "list_sittings", "may_see_code", "open_exam", "paper_of", "parse_answers", "pause", "pause_room", "poll",
    "prepare", "quarantine_reason", "questions_of", "raise_clock_alarm", "raise_epochs_after_restore",
    "read_form_answer", "read_typed", "refuse_unsaved", "release_clock", "responses_of", "responses_of_sitting",
    "resume",
    "resume_room", "save", "seat_of", "set_flags", "settle_exam", "start_collecting", "start_of", "started_ms",
    "stored_of", "stored_payload", "submit", "summarise", "verify_history",
]  # fmt: skip
