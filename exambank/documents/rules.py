"""PURE. Which document can be printed now and why not, names in lists, the check code, dates as offices write."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

ROOM_KINDS = ("candidate_list", "draw_list", "result_list", "minutes")
EXAM_KINDS = ("mark_sheet", "grade_sheet")
KINDS = ROOM_KINDS + EXAM_KINDS

CODE_LENGTH = 12
WORD_LIMIT = 18
ZERO_WIDTH_SPACE = "\u200b"


@dataclass(frozen=True)
class Facts:
    """What decides whether a document can be printed: of one room, or of the whole exam."""

    exam_state: str
    listed: int = 0  # candidates with a number
    working: int = 0  # sittings that are open or being collected
    waiting: int = 0  # sittings of candidates who have not entered
    closed: int = 0
    is_room_closed: bool = False
    unmarked: int = 0
    being_marked: int = 0  # answers that wait for a marker
    is_oral: bool = False  # the papers are slips: somebody answers aloud
    graded: int = 0


@dataclass(frozen=True)
class Decision:
    """May it be printed? ``reason`` is a code, ``count`` the number it speaks of."""

    may: bool
    reason: str = "ok"
    count: int = 0


def may_print(kind: str, facts: Facts) -> Decision:
    """Reasons: ok, cancelled, nobody_listed, not_ready, not_held, still_working, being_marked, unmarked, no_grades."""
    if facts.exam_state == "cancelled":
        return Decision(False, "cancelled")
    if kind == "candidate_list":
        return Decision(True) if facts.listed else Decision(False, "nobody_listed")
    if kind == "draw_list":
        return _draw_is_done(facts)
    if facts.exam_state not in {"open", "closed"} or not facts.working + facts.waiting + facts.closed:
        return Decision(False, "not_held")
    if kind in ROOM_KINDS:
        return _room_is_done(facts)
    if facts.exam_state != "closed":
        return Decision(False, "still_working", facts.working + facts.waiting)
    if kind == "grade_sheet":
        return Decision(True) if facts.graded else Decision(False, "no_grades")
    if facts.being_marked:
        return Decision(False, "being_marked", facts.being_marked)
    return Decision(False, "unmarked", facts.unmarked) if facts.unmarked else Decision(True)


def kinds_for_room(facts: Facts) -> tuple[str, ...]:
    """The documents of a room; a draw list only where slips are drawn."""
    return tuple(kind for kind in ROOM_KINDS if kind != "draw_list" or facts.is_oral)


def _draw_is_done(facts: Facts) -> Decision:
    """Slips are dealt for good when the exam is made ready, and the codes are made then."""
    if not facts.listed:
        return Decision(False, "nobody_listed")
    if facts.exam_state == "draft" or not facts.is_oral:
        return Decision(False, "not_ready")
    return Decision(True)


def _room_is_done(facts: Facts) -> Decision:
    """All sittings of the room are closed, or the room is: those awaited are printed as such."""
    left = facts.working + facts.waiting
    if left == 0 or facts.is_room_closed or facts.exam_state == "closed":
        return Decision(True)
    return Decision(False, "still_working", left)


def split_name(full_name: str) -> tuple[str, str]:
    """Họ và chữ đệm, then the given name: the last word."""
    *before, given = full_name.split() or [""]
    return " ".join(before), given


def soften(text: str) -> str:
    """Let a word that no name has break inside its cell instead of running over the next one."""
    return " ".join(word if len(word) <= WORD_LIMIT else ZERO_WIDTH_SPACE.join(_pieces(word)) for word in text.split())


def _pieces(word: str) -> list[str]:
    return [word[at : at + WORD_LIMIT] for at in range(0, len(word), WORD_LIMIT)]


def check_code(content: Mapping[str, Any]) -> str:
    """Twelve characters of the content's SHA-256 in capitals; the printing itself (time, copy) is not part of it."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:CODE_LENGTH].upper()


def show_code(code: str) -> str:
    """In groups of four, to be read aloud."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def place_date(place: str, local: datetime) -> str:
    """An Bình, ngày 05 tháng 01 năm 2026: days below 10 and months 1 and 2 have a nought (decree 30/2020)."""
    month = f"{local.month:02d}" if local.month < 3 else str(local.month)
    date = f"ngày {local.day:02d} tháng {month} năm {local.year}"
    return f"{place}, {date}" if place else date.capitalize()


def file_name(*parts: str) -> str:
    """A name that every system keeps: a-z, 0-9 and hyphens."""
    plain = "-".join(parts).lower()
    words = "".join(char if char.isascii() and char.isalnum() else " " for char in plain).split()
    return "-".join(words)[:100] + ".pdf"
