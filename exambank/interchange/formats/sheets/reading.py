"""PURE. A file of rows into a reading: the right sheets, their headers, what is said of the file as a whole."""

import re
from collections.abc import Sequence

from exambank import text
from exambank.interchange import sheet
from exambank.interchange.bank_sheet.headers import Columns, find_header
from exambank.interchange.formats.sheets.table import Part, read_parts, remarks, row_place
from exambank.interchange.neutral import Place, Reading, Source
from exambank.interchange.sheet import Sheet, UnreadableSheet

ITEM_LIMIT = 5_000
_NAMED_BY_NOBODY = re.compile(r"(sheet|trang tinh|trang|bang|table|worksheet)?[\s_]*\d*")
_TOPICS = frozenset({"topic", "chapter", "chapter_name"})


def read_file(source: Source) -> Reading:
    """Every row of the first sheet whose header is known, and of the others with the same headers."""
    name = "xlsx" if source.body.startswith(b"PK") else "csv"
    return read_sheets(sheet.read(source.body, source.name), name, source)


def read_sheets(sheets: Sequence[Sheet], name: str, source: Source) -> Reading:
    """UnreadableSheet ("no_header", "no_key_column", "no_items", "too_many_items") when there is nothing to read."""
    found = [(one, *header) for one in sheets if (header := find_header(one.rows))]
    if not found:
        raise UnreadableSheet("no_header")
    usable = [one for one in found if _has_key(one[2])] or [one for one in found if one[2].options]
    if not usable:
        raise UnreadableSheet("no_key_column", sheet=found[0][0].name)
    chosen = usable[0]
    alike = [one for one in found if _meaning(one[2]) == _meaning(chosen[2])]
    parts = _parts([one for one in alike if any(map(any, one[0].rows[one[1] + 1 :]))])
    if not parts:
        raise UnreadableSheet("no_items", sheet=chosen[0].name)
    filled = sum(any(row) for part in parts for row in part.sheet.rows[part.at + 1 :])
    if filled > ITEM_LIMIT:
        raise UnreadableSheet("too_many_items", count=filled, limit=ITEM_LIMIT)
    entries = read_parts(parts, source.progress)
    if not entries:
        raise UnreadableSheet("no_items", sheet=parts[0].sheet.name)
    others = [one.name for one, _at, columns in found if _meaning(columns) != _meaning(chosen[2])]
    first = parts[0]
    facts = {"sheet": ", ".join(part.sheet.name for part in parts)[:300], "header_row": first.at + 1}
    return Reading(name, tuple(entries), notices=tuple(_notices(parts, others)), title=first.sheet.name, facts=facts)


def _has_key(columns: Columns) -> bool:
    return bool({"key", "kind"} & columns.fields.keys())


def _meaning(columns: Columns) -> tuple:
    """What the headers of a sheet say, however its columns are ordered."""
    return frozenset(columns.fields), tuple(label for label, _column in columns.options)


def _parts(found: Sequence[tuple[Sheet, int, Columns]]) -> list[Part]:
    """One sheet as it is; of several each names its places and, where no column does, the topic."""
    if len(found) < 2:
        return [Part(*one) for one in found]
    return [Part(one, at, columns, _place_on(one.name), _topic(one.name, columns)) for one, at, columns in found]


def _place_on(name: str):
    return lambda number: Place("sheet_row", {**row_place(number).values, "sheet": name})


def _topic(name: str, columns: Columns) -> str:
    is_named = not _NAMED_BY_NOBODY.fullmatch(text.search_key(name).strip())
    return name if is_named and not _TOPICS & columns.fields.keys() else ""


def _notices(parts: Sequence[Part], others: Sequence[str]) -> list[tuple[str, dict]]:
    notices = list({repr(one): one for part in parts for one in part.sheet.notices}.values())
    ignored = dict.fromkeys(header for part in parts for header in part.columns.ignored)
    if ignored:
        notices.append(("ignored_columns", {"headers": ", ".join(ignored)[:500]}))
    if not _has_key(parts[0].columns):
        notices.append(("sheet_without_keys", {}))
    named = [part.place_of(number).values for part in parts for number in remarks(part)]
    if named:
        rows = [f"{one['row']} ({one['sheet']})" if "sheet" in one else str(one["row"]) for one in named]
        notices.append(("sheet_remarks", {"rows": ", ".join(rows)[:500]}))
    if others:
        notices.append(("other_sheets", {"sheets": ", ".join(others)[:500]}))
    return notices
