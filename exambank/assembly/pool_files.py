"""PURE. The files of ``exambank assemble``: POOL.csv and SPEC.toml in, PAPERS.json out.

POOL.csv has the columns of ``COLUMNS``; only ``item`` is required and an empty cell is unknown. Several tags, and
several sets of enemies, are separated by semicolons. Comma, semicolon or tab separate columns, and numbers may have a
decimal comma. A file that cannot be used raises ``UnusableFile``, which says where and why by a code; the words for
people are the caller's.
"""

import csv
import io
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation

from exambank.assembly.engine.records import PoolItem

COLUMNS = (
    "item", "topic", "level", "type", "tags", "points", "difficulty", "a", "b", "c", "enemy_set", "stimulus",
    "seconds", "use_count", "last_used_days", "answer",
)  # fmt: skip
MOST_BYTES = 64 * 1024 * 1024
LONGEST_NAME = 200


class UnusableFile(ValueError):
    """``code`` says what is wrong, ``values`` with what, ``line`` (from 1) and ``column`` where, if that is known."""

    def __init__(self, code: str, line: int | None = None, column: str | None = None, **values):
        super().__init__(f"{code} {line or ''} {column or ''} {values or ''}")
        self.code, self.line, self.column, self.values = code, line, column, values


def text_of(body: bytes) -> str:
    """The text of a file: UTF-8, or UTF-16 with its mark; NFC."""
    if len(body) > MOST_BYTES:
        raise UnusableFile("too_large", limit=MOST_BYTES // 1024 // 1024)
    encoding = "utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnusableFile("not_utf8", line=body[: error.start].count(b"\n") + 1) from None
    if "\0" in text:
        raise UnusableFile("not_text", line=text[: text.index("\0")].count("\n") + 1)
    return unicodedata.normalize("NFC", text)


def read_pool(text: str) -> tuple[tuple[PoolItem, ...], tuple[str, ...]]:
    """The items of POOL.csv in their order, and its columns that mean nothing here."""
    rows = _rows(text)
    heading_line, heading = next(rows, (1, []))
    names = [name.strip().lower() for name in heading]
    if "item" not in names:
        raise UnusableFile("no_item_column", line=heading_line)
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if twice:
        raise UnusableFile("column_twice", line=heading_line, column=twice[0])
    items, seen = [], {}
    for line, row in rows:
        if len(row) > len(names) and any(cell.strip() for cell in row[len(names) :]):
            raise UnusableFile("too_many_cells", line=line, cells=len(row), columns=len(names))
        item = _item(line, {name: cell.strip() for name, cell in zip(names, row, strict=False) if name in COLUMNS})
        if item.name in seen:
            raise UnusableFile("item_twice", line=line, column="item", item=item.name, first=seen[item.name])
        seen[item.name] = line
        items.append(item)
    if not items:
        raise UnusableFile("no_items", line=heading_line)
    return tuple(items), tuple(name for name in dict.fromkeys(names) if name and name not in COLUMNS)


def _rows(text: str):
    """(line, cells) of every row that is not empty."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise UnusableFile("broken_quotes", line=line) from None
        if any(cell.strip() for cell in row):
            yield line, row


def _delimiter(text: str) -> str:
    """Whichever of comma, semicolon and tab makes the most known columns of the first line."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    known = {mark: sum(name.strip(' "').lower() in COLUMNS for name in first.split(mark)) for mark in ",;\t"}
    return max(known, key=known.__getitem__)


def _item(line: int, cells: dict[str, str]) -> PoolItem:
    name = cells.get("item", "")
    if not name:
        raise UnusableFile("no_name", line=line, column="item")
    if len(name) > LONGEST_NAME:
        raise UnusableFile("name_too_long", line=line, column="item", limit=LONGEST_NAME)

    def told(column: str) -> str | None:
        return cells.get(column) or None

    def number(column: str, read: Callable, low: float, high: float = math.inf):
        return _number(line, column, cells.get(column, ""), read, low, high)

    return PoolItem(
        name=name, topic=told("topic"), level=told("level"), kind=told("type"), tags=_names(cells.get("tags", "")),
        points=number("points", Decimal, 0), difficulty=number("difficulty", float, 0, 1),
        a=number("a", float, -math.inf), b=number("b", float, -math.inf), c=_guess(line, cells),
        enemies=_names(cells.get("enemy_set", "")), stimulus=told("stimulus"), seconds=number("seconds", _rounded, 0),
        use_count=number("use_count", _whole, 0), last_used_days=number("last_used_days", _whole, 0),
        answer=told("answer"),
    )  # fmt: skip


def _names(cell: str) -> frozenset[str]:
    return frozenset(name.strip() for name in cell.split(";") if name.strip())


def _guess(line: int, cells: dict[str, str]) -> float | None:
    found = _number(line, "c", cells.get("c", ""), float, 0, 1)
    if found == 1:  # everybody guesses right: such an item tells nothing, and its information is 0/0
        raise UnusableFile("out_of_range", line=line, column="c", value="1", low="0", high="0.99")
    return found


def _whole(text: str) -> int:
    found = Decimal(text)
    if found != found.to_integral_value():
        raise ValueError(text)
    return int(found)


def _rounded(text: str) -> int:
    return int(Decimal(text).to_integral_value())


def _number(line: int, column: str, text: str, read: Callable, low: float, high: float):
    if not text:
        return None
    plain = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", plain):
        raise UnusableFile("not_a_number", line=line, column=column, value=text[:40])
    try:
        found = read(plain)
    except (ValueError, InvalidOperation, OverflowError):
        raise UnusableFile("not_whole", line=line, column=column, value=text[:40]) from None
    if not low <= found <= high or not math.isfinite(found) or abs(found) > 1e9:
        shown = ["" if math.isinf(bound) else f"{bound:g}" for bound in (low, high)]
        raise UnusableFile("out_of_range", line=line, column=column, value=text[:40], low=shown[0], high=shown[1])
    return found


def unknown_fixed(pool: Sequence[PoolItem], names: Sequence[str]) -> list[str]:
    """Names that the pool does not hold."""
    known = {item.name for item in pool}
    return [name for name in dict.fromkeys(names) if name not in known]
