"""PURE. Our own file into entries: every item one, whatever somebody did to the file."""

import json
from collections.abc import Mapping
from typing import Any

from exambank import text
from exambank.bank import rules
from exambank.bank.interactions import REGISTRY
from exambank.interchange.formats.own_json.parsing import names_twice
from exambank.interchange.formats.own_json.pictures import Inside, Pictures, bytes_of
from exambank.interchange.formats.own_json.schema import ITEM, RAW, TEXT, VERSIONS
from exambank.interchange.formats.own_json.tokens import with_safe_tokens
from exambank.interchange.neutral import (
    NOTICE,
    REFUSED,
    WARNING,
    Draft,
    Entry,
    Place,
    Problem,
    Reading,
    Source,
    UnreadableFile,
    draft_of,
)
from exambank.interchange.neutral import RAW as KEPT_RAW
from exambank.interchange.neutral import Raw as RawItem

ITEM_LIMIT = 20_000
SOURCE_LETTERS = 2_000
_LABELS = ("level", "source", "source_chapter", "source_page", "contributors", "licence", "points", "note")
_HISTORY = ("version", "state", "author", "created_at", "content_hash")
_LONGEST = 300


def read_own(whole: Mapping, inside: Inside, source: Source) -> Reading:
    """The entries of a parsed file; ``inside`` gives the bytes of a file that lies beside it in the zip."""
    version = whole.get("version")
    if version not in VERSIONS or isinstance(version, bool):
        raise UnreadableFile("json_version", version=str(version)[:20], known=max(VERSIONS))
    items, raws = _list(whole.get("items")), _list(whole.get("raw"))
    if len(items) + len(raws) > ITEM_LIMIT:
        raise UnreadableFile("json_too_many", count=len(items) + len(raws), limit=ITEM_LIMIT)
    if not items and not raws:
        raise UnreadableFile("no_questions")
    pictures, entries = Pictures(whole.get("media"), inside), []
    for number, item in enumerate([*items, *raws], start=1):
        is_item = number <= len(items)
        entries.append(_read_item(item, number, pictures) if is_item else _read_raw(item, number, inside))
        if number % 20 == 0:
            source.progress(number, len(items) + len(raws))
    return Reading("json", tuple(entries), pictures.files, title=_title(whole))


def _list(value: Any) -> list:
    return value if isinstance(value, list) else []


def _title(whole: Mapping) -> str:
    module = whole["module"] if isinstance(whole.get("module"), Mapping) else {}
    return next((_line(one) for one in (whole.get("title"), module.get("name"), module.get("code")) if _line(one)), "")


def _line(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return " ".join(text.nfc(text.strip_control(value[:3000])).split())[:_LONGEST] if isinstance(value, str) else ""


# --- items ---


def _read_item(item: Any, number: int, pictures: Pictures) -> Entry:
    place = Place("entry", {"number": number})
    if not isinstance(item, Mapping):
        return Entry(place, str(number), problems=(Problem("json_no_item", REFUSED),))
    name = _line(item.get("code")) or _line(item.get("id")) or str(number)
    kind, current = item.get("kind"), item.get("text")
    if not isinstance(kind, str) or not isinstance(current, Mapping):
        return Entry(place, name, problems=(Problem("json_no_item", REFUSED),), source=_shown(item))
    if kind not in REGISTRY:
        problem = Problem("json_kind", KEPT_RAW, values={"kind": kind[:60]})
        return Entry(place, name, raw=_as_raw(item, name), problems=(problem,), source=_shown(item))
    problems: list[Problem] = []
    draft = _draft(kind, item, current, pictures, problems)
    problems += _said_of_names(item)
    return Entry(place, name, draft, problems=tuple(problems), source=_shown(item, draft))


def _as_raw(item: Mapping, name: str) -> RawItem:
    body = json.dumps(item, ensure_ascii=False, indent=1, allow_nan=False, default=str).encode("utf-8", "replace")
    return RawItem("json", body, ".json", name, _line(item.get("id")))


def _said_of_names(item: Mapping) -> list[Problem]:
    found = []
    twice = names_twice(item)
    if twice:
        found.append(Problem("json_twice", WARNING, values={"names": _line(", ".join(twice))}))
    unknown = [_line(name) for name in item if name not in ITEM]
    unknown += [f"text.{_line(name)}" for name in item["text"] if name not in TEXT]
    if unknown:
        found.append(Problem("json_unknown", NOTICE, values={"names": ", ".join(unknown)[:200]}))
    wrong = [name for name, (types, _needed) in ITEM.items() if name in item and not isinstance(item[name], types)]
    if wrong:
        found.append(Problem("json_wrong_type", WARNING, values={"names": ", ".join(wrong)}))
    return found


def _draft(kind: str, item: Mapping, current: Mapping, pictures: Pictures, problems: list[Problem]) -> Draft:
    stem, content = _texts(kind, current, pictures, problems)
    if not rules.plain_text(rules.sanitize_html(stem)) and not rules.pictures_in(stem):
        problems.append(Problem("no_stem", REFUSED))
    beside = current.get("media") if isinstance(current.get("media"), str) else ""
    return draft_of(
        kind, stem, content,
        name=_line(item.get("code")), identifier=_line(item.get("id")), topic_names=_topics(item),
        outcome=_line(_mapping(item.get("outcome")).get("code")), tags=_words(item.get("tags"), 100),
        expected_seconds=_seconds(item.get("expected_seconds")),
        picture=(pictures.find(beside, problems) or "") if beside else "",
        picture_alt=_line(current.get("media_alt")) or _line(pictures.alt_of(beside)),
        picture_name=_line(current.get("picture_name")), extra=_extra(kind, item, current, pictures),
        **{name: _line(item.get(name)) for name in _LABELS},
    )  # fmt: skip


def _texts(kind: str, current: Mapping, pictures: Pictures, problems: list[Problem]) -> tuple[str, Any]:
    given = current.get("stem") if isinstance(current.get("stem"), str) else ""
    stem, content = with_safe_tokens(kind, given, current.get("content"))
    return pictures.renamed(stem, problems), pictures.renamed(content if isinstance(content, Mapping) else {}, problems)


def _mapping(value: Any) -> Mapping:
    return value if isinstance(value, Mapping) else {}


def _words(value: Any, most: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for one in _list(value)[:most] if (word := _line(one))))


def _topics(item: Mapping) -> tuple[str, ...]:
    found = _words(item.get("topics"), 10)
    topic = _line(item.get("topic"))
    return found if not topic or topic in found else (topic, *found)


def _seconds(value: Any) -> int | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and 0 < value <= 86_400 else None


def _extra(kind: str, item: Mapping, current: Mapping, pictures: Pictures) -> dict:
    """What stood around the item at home: shown in the preview, and handed on when the file is written again."""
    found: dict[str, Any] = {name: _line(item.get(name)) for name in ("state", "author")}
    found["outcome_text"] = _line(_mapping(item.get("outcome")).get("text"))
    found["history"] = _history(current)
    in_force = item.get("text_in_force")
    if isinstance(in_force, Mapping):
        unheard: list[Problem] = []
        stem, content = _texts(kind, in_force, pictures, unheard)
        kept = draft_of(kind, stem, content)
        found["text_in_force"] = {"stem": kept.stem, "content": kept.content, **_history(in_force)}
    for name, value in _mapping(item.get("extra")).items():
        if isinstance(value, str | int | float | bool) and len(found) < 50:
            found.setdefault(_line(name)[:60], value if isinstance(value, bool) else _line(value))
    return {name: value for name, value in found.items() if value or value is False}


def _history(current: Mapping) -> dict:
    values = {name: current.get(name) for name in _HISTORY}
    return {
        name: value if isinstance(value, int) else _line(value)
        for name, value in values.items()
        if _line(value) and not isinstance(value, bool)
    }


def _shown(item: Mapping, draft: Draft | None = None) -> tuple[tuple[str, str], ...]:
    """How the file has it, for the preview: names as in the file, texts plain."""
    current = _mapping(item.get("text"))
    rows = [(name, _line(item.get(name))) for name in ("code", "kind", "state", "author", "topic", "level")]
    stem = current.get("stem")
    rows.append(("stem", rules.plain_text(stem[:20_000]) if isinstance(stem, str) else ""))
    if draft is not None:
        rows.append(("content", "\n".join(map(rules.plain_text, REGISTRY[draft.kind].texts(draft.content)))))
    return tuple((name, words[:SOURCE_LETTERS]) for name, words in rows if words)


# --- items kept as they came ---


def _read_raw(row: Any, number: int, inside: Inside) -> Entry:
    place = Place("entry", {"number": number})
    body = bytes_of(row, inside) if isinstance(row, Mapping) else None
    if body is None or not isinstance(row.get("format"), str):
        return Entry(place, str(number), problems=(Problem("json_raw_broken", REFUSED),))
    files = [(one.get("path"), bytes_of(one, inside)) for one in _list(row.get("files")) if isinstance(one, Mapping)]
    kept = tuple((_line(path), data) for path, data in files if _line(path) and data is not None)
    suffix = _line(row.get("suffix"))[:20]
    raw = RawItem(_line(row["format"])[:40], body, suffix, _line(row.get("name")), _line(row.get("identifier")), kept)
    problems = [Problem("json_raw", KEPT_RAW, values={"format": raw.format})]
    if len(kept) < len(_list(row.get("files"))):
        problems.append(Problem("json_raw_files", KEPT_RAW))
    if any(name not in RAW for name in row):
        problems.append(Problem("json_unknown", NOTICE, values={"names": ", ".join(map(_line, row))[:200]}))
    return Entry(place, raw.name or raw.identifier or str(number), raw=raw, problems=tuple(problems))
