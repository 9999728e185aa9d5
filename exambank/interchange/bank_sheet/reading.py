"""PURE. A whole file into rows of drafts: the right sheet, headings, merged cells, duplicates."""

import re
from collections.abc import Sequence
from dataclasses import replace

from exambank.interchange.bank_sheet.headers import Columns, find_header
from exambank.interchange.bank_sheet.keys import fold
from exambank.interchange.bank_sheet.records import WARNING, BankReading, Problem, RowReading
from exambank.interchange.bank_sheet.rows import Locks, read_row
from exambank.interchange.sheet import Sheet, UnreadableSheet

ITEM_LIMIT = 5_000
_HEADING = re.compile(r"^(chuong|bai|phan|chu de|chuyen de|hang muc|muc|chapter|part|section|topic)\b")
_FILLED_DOWN = ("chapter", "chapter_name", "topic", "level")


def read_bank(sheets: Sequence[Sheet], locks: Locks) -> BankReading:
    """Read the first sheet with a known header. ``locks`` says which of the options may not move.

    UnreadableSheet ("no_header", "no_key_column", "no_items", "too_many_items") when there is nothing to read.
    """
    found = [(sheet, *header) for sheet in sheets if (header := find_header(sheet.rows))]
    if not found:
        raise UnreadableSheet("no_header")
    sheet, at, columns = found[0]
    if "key" not in columns.fields:
        raise UnreadableSheet("no_key_column", sheet=sheet.name)
    rows = _mark_duplicates(_read_rows(sheet, at, columns, locks))
    if not rows:
        raise UnreadableSheet("no_items", sheet=sheet.name)
    if len(rows) > ITEM_LIMIT:
        raise UnreadableSheet("too_many_items", count=len(rows), limit=ITEM_LIMIT)
    return BankReading(sheet.name, at + 1, tuple(rows), tuple(_notices(sheet, columns, found[1:])))


def _notices(sheet: Sheet, columns: Columns, others: list) -> list[tuple[str, dict]]:
    notices = list(sheet.notices)
    if columns.ignored:
        notices.append(("ignored_columns", {"headers": ", ".join(columns.ignored)[:500]}))
    if others:
        notices.append(("other_sheets", {"sheets": ", ".join(other.name for other, *_ in others)[:500]}))
    return notices


def _read_rows(sheet: Sheet, at: int, columns: Columns, locks: Locks) -> list[RowReading]:
    merged = _merged_values(sheet, columns)
    rows, heading = [], {}
    for index in range(at + 1, len(sheet.rows)):
        cells = sheet.rows[index]
        if not any(cells) or cells[: len(columns.headers)] == list(columns.headers):
            continue  # blank, or the header again on the next page
        title = _heading(cells, columns)
        if title:
            heading = {"topic": title}
            continue
        rows.append(read_row(columns, cells, index + 1, locks, {**heading, **merged.get(index, {})}))
    return rows


def _heading(cells: list[str], columns: Columns) -> str:
    """A line such as "CHƯƠNG 1. ..." across the table, where no column tells the topic."""
    if {"topic", "chapter", "chapter_name"} & columns.fields.keys():
        return ""
    filled = [cell for cell in cells if cell]
    return filled[0][:300] if len(filled) == 1 and _HEADING.match(fold(filled[0])) else ""


def _merged_values(sheet: Sheet, columns: Columns) -> dict[int, dict[str, str]]:
    """What a cell merged over several rows says of each of them; only for topic and level."""
    names = {columns.fields[name]: name for name in _FILLED_DOWN if name in columns.fields}
    values: dict[int, dict[str, str]] = {}
    for column, first, last in sheet.merged:
        if column in names and first < len(sheet.rows) and column < len(sheet.rows[first]):
            for index in range(first, min(last + 1, len(sheet.rows))):
                values.setdefault(index, {})[names[column]] = sheet.rows[first][column]
    return values


def _mark_duplicates(rows: list[RowReading]) -> list[RowReading]:
    """Warn of an item that stands twice, and of a question that does with other options or another picture."""
    by_stem: dict[str, RowReading] = {}
    by_item: dict[tuple, RowReading] = {}
    marked = []
    for row in rows:
        if row.draft is None:
            marked.append(row)
            continue
        stem = fold(row.draft.stem)
        item = (stem, row.draft.picture_name, tuple(sorted(fold(option.text) for option in row.draft.options)))
        earlier = by_item.get(item)
        if earlier:
            code = "duplicate" if _right(earlier) == _right(row) else "duplicate_other_key"
        else:
            earlier, code = by_stem.get(stem), "same_stem"
        if earlier and stem:
            problem = Problem(code, WARNING, values={"row": earlier.row})
            marked.append(replace(row, problems=(*row.problems, problem)))
        else:
            marked.append(row)
        by_stem.setdefault(stem, row)
        by_item.setdefault(item, row)
    return marked


def _right(row: RowReading) -> set[str]:
    return {fold(option.text) for option in row.draft.options if option.is_key}
