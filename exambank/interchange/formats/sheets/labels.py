"""PURE. What an item belongs to, in the columns of a table: topic, level, tags, source, time."""

import re
from collections.abc import Mapping
from typing import Any, Protocol

from exambank import text
from exambank.interchange.bank_sheet import FATAL_TAG, keys
from exambank.interchange.bank_sheet.levels import LEVELS
from exambank.interchange.formats.sheets.figures import decimal_of, figure
from exambank.interchange.formats.sheets.marks import BAR, SEMICOLON, closed, guard, has, split
from exambank.interchange.formats.sheets.texts import is_markup
from exambank.interchange.neutral import REFUSED, WARNING, Draft

TOPIC_LIMIT, TAG_LIMIT, LINE_LIMIT, NOTE_LIMIT = 300, 60, 300, 2_000
_NO_WORDS = {"", "0", "khong", "no", "false", "n", "k", "-", "–", "none", "ko"}
_LINES = ("level", "outcome", "name", "identifier", "source", "source_chapter", "source_page", "contributors",
          "licence", "picture_alt")  # fmt: skip


class _Row(Protocol):
    def get(self, name: str) -> str: ...
    def header(self, name: str) -> str: ...
    def say(self, severity: str, code: str, name: str = "", /, **values) -> None: ...


def read_labels(row: _Row) -> dict[str, Any]:
    """The labels of a draft."""
    topics = topic_names(row.get("chapter"), row.get("chapter_name"), row.get("topic"))
    if topics and len(topics[0]) > TOPIC_LIMIT:
        row.say(REFUSED, "topic_too_long", "topic", limit=TOPIC_LIMIT)
        topics = tuple(one[:TOPIC_LIMIT] for one in topics)
    aliases = [one.strip() for one in split(row.get("topic_aliases"), BAR) if one.strip()]
    picture = row.get("picture")[:LINE_LIMIT]
    if picture:
        row.say(WARNING, "picture_absent", "picture", name=picture[:100])
    return {
        "topic_names": (*topics, *(one for one in aliases if one not in topics)),
        "tags": _tags(row),
        "picture_name": picture,
        "note": row.get("note")[:NOTE_LIMIT],
        "points": decimal_of(row.get("points")) if row.get("points") else "",
        "expected_seconds": _seconds(row),
        **{name: row.get(name)[:LINE_LIMIT] for name in _LINES},
        "level": _level(row),
    }


def _level(row: _Row) -> str:
    """The level; typed as initials ("VDC") it gets its name, so that a bank says the same here and in Word."""
    cell = row.get("level")[:LINE_LIMIT]
    is_initials = len(cell) <= 3 and cell.isalpha() and cell.isupper() and is_markup(row.get("format")) is None
    return LEVELS.get(text.search_key(cell), cell) if is_initials else cell


def topic_names(chapter: str, chapter_name: str, topic: str) -> tuple[str, ...]:
    """Join chapter and name: ("1", "Quy định") gives "Chương 1. Quy định", also known by either part."""
    name = " ".join((chapter_name or topic).split())
    chapter = " ".join(chapter.split())
    if chapter and re.fullmatch(r"\d{1,3}|[IVXLC]{1,6}", chapter):
        chapter = f"Chương {chapter}"
    if not chapter or not name:
        return (chapter or name,) if chapter or name else ()
    if keys.fold(name) in keys.fold(chapter):
        return (chapter,)
    if keys.fold(name).startswith(keys.fold(chapter)):
        return (name,)
    return (f"{chapter.rstrip('.: ')}. {name}", name, chapter)


def _tags(row: _Row) -> tuple[str, ...]:
    cell = row.get("tags")
    sign = next((one for one in (SEMICOLON, r"\n", BAR) if has(cell, one)), "," if "\\;" not in cell else SEMICOLON)
    found = [" ".join(tag.split()) for tag in split(cell, sign)]
    if any(len(tag) > TAG_LIMIT for tag in found):
        row.say(WARNING, "tag_cut", "tags", limit=TAG_LIMIT)
    if text.search_key(row.get("fatal")) not in _NO_WORDS:
        found.append(FATAL_TAG)
    return tuple(dict.fromkeys(tag[:TAG_LIMIT].strip() for tag in found if tag))


def _seconds(row: _Row) -> int | None:
    """A time in seconds: by the word behind the number, else by the header, else minutes."""
    cell = text.search_key(row.get("seconds"))
    clock = re.fullmatch(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})", cell)
    if clock:
        return int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + int(clock[3])
    found = re.fullmatch(r"(\d{1,5}(?:[.,]\d{1,2})?)\s*(giay|s|sec|seconds?|phut|p|m|min|minutes?|')?\.?", cell)
    if not found:
        if cell:
            row.say(WARNING, "sheet_time_unknown", "seconds", words=row.get("seconds")[:40])
        return None
    unit = found[2] or ("giay" if re.search(r"giay|\bsec", text.search_key(row.header("seconds"))) else "phut")
    seconds = float(found[1].replace(",", ".")) * (1 if unit.startswith(("giay", "s")) else 60)
    return round(seconds) or None


def write_labels(draft: Draft) -> Mapping[str, str]:
    """The cells of a draft's labels, by field."""
    found = {name: getattr(draft, name) for name in (*_LINES, "note")}
    found["topic"] = draft.topic_names[0] if draft.topic_names else ""
    found["topic_aliases"] = " | ".join(guard(one, BAR) for one in draft.topic_names[1:])
    found["tags"] = _written_tags(draft.tags)
    found["points"] = figure(draft.points)
    found["seconds"] = f"{draft.expected_seconds} giây" if draft.expected_seconds else ""
    found["picture"] = draft.picture_name
    return found


def _written_tags(tags: tuple[str, ...]) -> str:
    """Tags between semicolons; one that is alone gets a semicolon when it could be taken for several."""
    joined = "; ".join(closed(guard(tag, SEMICOLON)) for tag in tags)
    is_unclear = len(tags) == 1 and (re.search(r"[,|\n\\;]", joined) is not None)
    return f"{joined};" if is_unclear else joined
