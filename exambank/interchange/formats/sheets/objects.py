"""PURE. A plain JSON list of questions, read as the table that it is: every name in it a header, every object a row."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from exambank.interchange.bank_sheet import LABELS
from exambank.interchange.bank_sheet.headers import Columns, fold, read_columns
from exambank.interchange.formats.sheets.reading import ITEM_LIMIT
from exambank.interchange.formats.sheets.table import read_table
from exambank.interchange.neutral import REFUSED, WARNING, Entry, Place, Problem, Reading, Source, UnreadableFile
from exambank.interchange.sheet import CELL_TEXT_LIMIT, COLUMN_LIMIT, Sheet, clean

_LISTS = ("questions", "items", "quiz", "data", "cauhoi", "cau_hoi", "bank", "results")
_TEXTS = ("text", "html", "content", "option", "answer", "label", "value", "noi_dung")
_RIGHT = ("correct", "is_correct", "iscorrect", "isright", "right", "is_key", "iskey", "is_answer", "dung")


def find_objects(data: Any) -> Sequence | None:
    """The list of questions in parsed JSON: the whole, or the one that a name such as "questions" holds; or None."""
    candidates = [data]
    if isinstance(data, Mapping):
        named = {name.lower(): value for name, value in data.items()}
        candidates = [named[name] for name in _LISTS if name in named] + list(data.values())
    return next((one for one in candidates if _is_bank(one)), None)


def _is_bank(value: Any) -> bool:
    if not isinstance(value, list) or not value:
        return False
    objects = [one for one in value if isinstance(one, Mapping)]
    return len(objects) * 2 >= len(value) and _columns(objects[:20]) is not None


def _columns(objects: Sequence[Mapping]) -> Columns | None:
    names = list(dict.fromkeys(name for one in objects for name in one))[:COLUMN_LIMIT]
    columns = read_columns([clean(name) for name in names])
    return columns if columns.is_bank else None


def read_objects(objects: Sequence, source: Source) -> Reading:
    """One entry for each of the objects, in their order."""
    if len(objects) > ITEM_LIMIT:
        raise UnreadableFile("json_too_many", count=len(objects), limit=ITEM_LIMIT)
    rows = [one if isinstance(one, Mapping) else {} for one in objects]
    names = list(dict.fromkeys(name for one in rows for name in one))[:COLUMN_LIMIT]
    fields = read_columns([clean(name) for name in names]).fields
    options, key = (names[fields[name]] if name in fields else "" for name in ("options", "key"))
    base = _base(rows, options, key)
    others = [name for name in names if name not in (options, key)]
    most = max([0, *(len(_options(one.get(options))) for one in rows)]) if options else 0
    headers = [clean(name) for name in others] + [f"Phương án {label}" for label in LABELS[:most]] + ["Đáp án đúng"]
    cells = [_cells(one, others, options, key, base, min(most, len(LABELS))) for one in rows]
    columns = read_columns(headers)
    entries = read_table(Sheet(source.name, [headers, *cells]), 0, columns, source.progress, _place)
    found = {entry.place.values["number"]: entry for entry in entries}
    whole = [found.get(number) or _no_item(number) for number in range(1, len(objects) + 1)]
    doubtful = base is None and any(_is_whole(one.get(key)) for one in rows)
    if doubtful:
        whole = [_doubted(entry, clean(key)) for entry in whole]
    notices = (("ignored_columns", {"headers": ", ".join(columns.ignored)[:500]}),) if columns.ignored else ()
    return Reading("json", tuple(whole), notices=notices, title=source.name.rpartition(".")[0])


def _place(row: int) -> Place:
    return Place("entry", {"number": row - 1})


def _no_item(number: int) -> Entry:
    return Entry(_place(number + 1), str(number), problems=(Problem("json_no_item", REFUSED),))


def _doubted(entry: Entry, header: str) -> Entry:
    problems = tuple(one for one in entry.problems if one.code != "no_right_answer")
    return replace(entry, problems=(*problems, Problem("json_key_base", WARNING, header)))


# --- cells ---


def _cells(one: Mapping, others: Sequence[str], options: str, key: str, base: int | None, most: int) -> list[str]:
    texts = _options(one.get(options))[:most] if options else []
    given = one.get(key) if key else None
    cell = _key(given, base) if given is not None else _marked(one.get(options))
    return [*(_cell(one.get(name)) for name in others), *texts, *[""] * (most - len(texts)), cell]


def _cell(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return "x" if value else ""
    if isinstance(value, list):
        return "; ".join(filter(None, map(_cell, value)))[:CELL_TEXT_LIMIT]
    if isinstance(value, Mapping):  # {"A1": true, "B1": false} names what is so
        shown = [name if one is True else f"{name}: {_cell(one)}" for name, one in value.items() if one]
        return clean("; ".join(shown)[:CELL_TEXT_LIMIT])
    return clean(str(value)[:CELL_TEXT_LIMIT])


def _options(value: Any) -> list[str]:
    """The texts of the options: a list of texts or of objects with a text, or an object by letters."""
    if isinstance(value, Mapping):
        return [_cell(one) for one in value.values()]
    if not isinstance(value, list):
        return []
    return [_text(one) if isinstance(one, Mapping) else _cell(one) for one in value]


def _text(one: Mapping) -> str:
    named = {name.lower(): value for name, value in one.items()}
    return next((_cell(named[name]) for name in _TEXTS if isinstance(named.get(name), str | int | float)), "")


def _marked(options: Any) -> str:
    """The key as letters where the options themselves say whether they are right."""
    rows = options if isinstance(options, list) else []
    right = [
        label
        for label, one in zip(LABELS, rows, strict=False)
        if isinstance(one, Mapping) and any(one[name] is True for name in one if fold(name).replace(" ", "_") in _RIGHT)
    ]
    return ", ".join(right)


# --- keys that are numbers ---


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _numbers(value: Any) -> list[int]:
    return [one for one in (value if isinstance(value, list) else [value]) if _is_whole(one)]


def _base(rows: Sequence[Mapping], options: str, key: str) -> int | None:
    """Whether the file counts options from 0 or from 1: only one of the two may fit; None when both or none do."""
    pairs = [(number, len(_options(one.get(options)))) for one in rows for number in _numbers(one.get(key))]
    from_zero = all(0 <= number < count for number, count in pairs)
    from_one = all(1 <= number <= count for number, count in pairs)
    return (0 if from_zero else 1) if from_zero != from_one else None


def _key(value: Any, base: int | None) -> str:
    """A key as letters, truths or words."""
    if isinstance(value, bool):
        return "Đúng" if value else "Sai"
    if isinstance(value, list):
        if value and all(isinstance(one, bool) for one in value):
            return ", ".join("Đ" if one else "S" for one in value)
        return ("; " if any(isinstance(one, str) and len(one) > 1 for one in value) else ", ").join(
            filter(None, (_key(one, base) for one in value))
        )
    if _is_whole(value):
        place = value - base if base is not None else -1
        return LABELS[place] if 0 <= place < len(LABELS) else ""
    return _cell(value)
