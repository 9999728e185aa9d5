"""PURE. A file of rows (xlsx or csv) into rows of clean texts; formulas are never computed, macros never read.

An xlsx is hostile until shown otherwise: the zip is checked here, and calamine gets a copy made of the few parts it
needs, as large as what was really unpacked. What it would multiply in memory (a cell far out, a long text used a
million times) is counted before.
"""

import csv
import io
import itertools
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import python_calamine

from exambank import text
from exambank.interchange.neutral import UnreadableFile

__all__ = ["Sheet", "UnreadableSheet", "read"]

FILE_LIMIT = 20 * 1024 * 1024
UNPACKED_LIMIT = 100 * 1024 * 1024
RATIO_LIMIT = 200
ENTRY_LIMIT = 2_000
ROW_LIMIT = 20_000
COLUMN_LIMIT = 200
CELL_LIMIT = 4_000_000
TEXT_LIMIT = 100_000_000  # characters of all cells together
CELL_TEXT_LIMIT = 32_767  # what Excel itself allows in a cell

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_FILES = (
    (b"%PDF", "pdf"), (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"),
    (b"{\\rtf", "word"), (b"Rar!", "archive"), (b"7z\xbc\xaf", "archive"), (b"\x1f\x8b", "archive"),
)  # fmt: skip
_NESTED = (".zip", ".rar", ".7z", ".gz", ".bz2", ".xz", ".tar", ".jar")
_VIETNAMESE_ARTEFACTS = str.maketrans({"\u01a2": "Ư", "\u01a3": "ư", "\u00a0": " ", "\u2007": " ", "\u202f": " "})
_ARTEFACT = re.compile("[\u01a2\u01a3\u00a0\u2007\u202f]")


class UnreadableSheet(UnreadableFile):
    """The table as a whole cannot be used; ``code`` and ``values`` say why."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows from the first of the file, so that index + 1 is the row number people see."""

    name: str
    rows: list[list[str]]
    notices: list[tuple[str, dict]] = field(default_factory=list)
    merged: list[tuple[int, int, int]] = field(default_factory=list)  # (column, first row, last row), from 0


def read(body: bytes, file_name: str) -> list[Sheet]:
    """Read every visible sheet that holds anything. UnreadableSheet when the file cannot be used."""
    if len(body) > FILE_LIMIT:
        raise UnreadableSheet("too_large", megabytes=len(body) / 1024 / 1024, limit=FILE_LIMIT // 1024 // 1024)
    if not body.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise UnreadableSheet("empty_file")
    _refuse_other_files(body)
    if body.startswith(b"PK"):
        sheets = _read_xlsx(body)
    else:
        sheets = [_read_csv(body, file_name)]
    sheets = [sheet for sheet in sheets if sheet.rows]
    if not sheets:
        raise UnreadableSheet("empty_sheet")
    return sheets


def _refuse_other_files(body: bytes) -> None:
    if body.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in body:
            raise UnreadableSheet("password")
        is_word = "WordDocument".encode("utf-16-le") in body
        raise UnreadableSheet("old_word" if is_word else "old_excel")
    for start, kind in _OTHER_FILES:
        if body.startswith(start):
            raise UnreadableSheet("other_file", kind=kind)
    beginning = body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if beginning.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        raise UnreadableSheet("other_file", kind="web_page")


# --- xlsx ---


def _read_xlsx(body: bytes) -> list[Sheet]:
    parts = _unpack(body)
    _refuse_multiplying(parts)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(_pack(parts)))
        visible = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible is python_calamine.SheetVisibleEnum.Visible
            and sheet.typ is python_calamine.SheetTypeEnum.WorkSheet
        ]
        sheets = [book.get_sheet_by_name(name) for name in visible]
        grids = [(sheet.to_python(skip_empty_area=False), _merged_columns(sheet)) for sheet in sheets]
    except MemoryError:
        raise UnreadableSheet("too_much_inside") from None
    except BaseException as error:  # a panic of the reader is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        raise UnreadableSheet("broken_xlsx") from None
    return [
        Sheet(clean(name)[:100], _clean_grid(grid), merged=merged)
        for name, (grid, merged) in zip(visible, grids, strict=True)
    ]


def _merged_columns(sheet) -> list[tuple[int, int, int]]:
    ranges = (sheet.merged_cell_ranges or [])[:ROW_LIMIT]
    return [(left, top, bottom) for (top, left), (bottom, right) in ranges if left == right and bottom > top]


def _unpack(body: bytes) -> dict[str, bytes]:
    """The XML parts of the workbook, really unpacked and counted: what a zip says of itself may be a lie."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
        entries = archive.infolist()
        _check_entries(entries)
        parts, left = {}, UNPACKED_LIMIT
        for entry in entries:
            if entry.filename.lower().endswith((".xml", ".rels")):
                with archive.open(entry) as stream:
                    parts[entry.filename] = stream.read(left + 1)
                left -= len(parts[entry.filename])
                if left < 0:
                    raise UnreadableSheet("too_much_inside")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        if isinstance(error, UnreadableSheet):
            raise
        raise UnreadableSheet("broken_xlsx") from None
    if not any(name.lower().startswith("xl/") for name in parts):
        kind = "word" if any(name.lower().startswith("word/") for name in parts) else "archive"
        raise UnreadableSheet("other_file", kind=kind)
    if any(re.search(rb"<!DOCTYPE|<!ENTITY", part, re.IGNORECASE) for part in parts.values()):
        raise UnreadableSheet("suspicious_xlsx")
    return parts


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(names) > ENTRY_LIMIT:
        raise UnreadableSheet("too_much_inside")
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableSheet("password")
    if len(set(names)) != len(names) or any(_is_bad_path(name) for name in names):
        raise UnreadableSheet("suspicious_xlsx")
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if unpacked > UNPACKED_LIMIT or (unpacked > 1024 * 1024 and unpacked > RATIO_LIMIT * packed):
        raise UnreadableSheet("too_much_inside")


def _is_bad_path(name: str) -> bool:
    is_outside = name.startswith("/") or ".." in name.split("/") or re.search(r"[\\\0:]", name)
    return bool(is_outside) or name.lower().endswith(_NESTED)


_ROW = re.compile(rb"<(?:\w+:)?row\b")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)(?<!/)>")
_PLACE = re.compile(rb"\br\s*=\s*[\"']\s*\$?([A-Za-z]{0,9})\$?([0-9]{1,12})\s*[\"']")
_FILLED = re.compile(rb"<(?:\w+:)?(?:v|is)\b")
_LONG_TEXT = re.compile(rb"<(?:\w+:)?si\b.*?</(?:\w+:)?si\s*>", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)<(!?)")


def _refuse_multiplying(parts: dict[str, bytes]) -> None:
    """calamine makes a full rectangle up to the last cell, and a copy of the shared text for every cell."""
    shared = next((part for name, part in parts.items() if name.lower().endswith("sharedstrings.xml")), b"")
    lengths = [len(match.group()) for match in _LONG_TEXT.finditer(shared)]
    longest = max(lengths, default=0)
    copied = 0
    for name, part in parts.items():
        if not name.lower().startswith("xl/worksheets/"):
            continue
        _check_rectangle(part)
        for match in _VALUE.finditer(part):
            value, cdata = match.groups()
            if value.strip().isdigit() and len(value) < 10:
                copied += lengths[int(value)] if int(value) < len(lengths) else 0
            elif cdata or b"&" in value:
                copied += longest
        if copied > TEXT_LIMIT:
            raise UnreadableSheet("too_much_inside")


def _check_rectangle(part: bytes) -> None:
    """Only cells that hold something stretch the rectangle; formats painted down to the last row do not."""
    rows = columns = 0
    for number, chunk in enumerate(_ROW.split(part)[1:], start=1):
        if not _FILLED.search(chunk):
            continue
        beginning, _, _ = chunk.partition(b">")
        places = [_PLACE.search(cell) for cell in _CELL.findall(chunk)]
        numbers = [_PLACE.search(beginning), *places]
        rows = max([rows, number, *(int(place.group(2)) for place in numbers if place)])
        # a cell may leave out its place: then it stands beside the one before
        columns = max([columns, len(places), *(_column_number(place.group(1)) for place in places if place)])
    if rows > ROW_LIMIT:
        raise UnreadableSheet("too_many_rows", rows=rows, limit=ROW_LIMIT)
    if rows * columns > CELL_LIMIT:
        raise UnreadableSheet("too_much_inside")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _pack(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


# --- csv ---


def _read_csv(body: bytes, file_name: str) -> Sheet:
    content, notices = _decode(body)
    if "\0" in content:
        raise UnreadableSheet("not_a_table")
    content = content.replace("\r\n", "\n").replace("\r", "\n")
    delimiter, content = _delimiter(content)
    try:
        rows = list(csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise UnreadableSheet("open_quote") from None
        notices.append(("loose_quotes", {}))
        rows = _read_loosely(content, delimiter)
    name = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", clean(file_name))[:100]
    return Sheet(name or "csv", _clean_grid([[_without_guard(cell) for cell in row] for row in rows]), notices)


def _without_guard(cell: str) -> str:
    """The apostrophe that a csv of ours (and of many others) puts before a text that could be a formula."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA_STARTS) else cell


def _read_loosely(content: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(content, newline=""), delimiter=delimiter))
    except csv.Error:
        raise UnreadableSheet("not_a_table") from None


def _decode(body: bytes) -> tuple[str, list]:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if body.startswith(mark):
            return _decode_as(body, encoding), []
    nulls = body[:1000].count(0)
    if nulls > len(body[:1000]) // 5:  # UTF-16 without its mark: the zeros stand on one side of each pair
        is_big = body[:1000:2].count(0) > nulls // 2
        return _decode_as(body, "utf-16-be" if is_big else "utf-16-le"), []
    try:
        return body.decode("utf-8"), []
    except UnicodeDecodeError:
        return body.decode("cp1258", errors="replace"), [("guessed_encoding", {})]


def _decode_as(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableSheet("not_a_table") from None


def _delimiter(content: str) -> tuple[str, str]:
    """The separator that cuts the beginning into most cells; Excel's own first line ``sep=;`` decides."""
    told = re.match(r"\ufeff?sep=(.)\n", content)
    if told:
        return told.group(1), content[told.end() :]
    return max(",;\t", key=lambda sign: _regularity(content[:20_000], sign)), content


def _regularity(beginning: str, delimiter: str) -> tuple[int, int]:
    """How many of the first lines a separator cuts into the same number of cells, and into how many."""
    reader = csv.reader(io.StringIO(beginning, newline=""), delimiter=delimiter)
    try:
        widths = [len(row) for row in itertools.islice(reader, 40) if len(row) > 1]
    except csv.Error:
        widths = []
    if not widths:
        return 0, 0
    usual = max(set(widths), key=lambda width: (widths.count(width), width))
    return widths.count(usual), usual


# --- both ---


def _clean_grid(grid: list[list]) -> list[list[str]]:
    rows = [[_cell_text(cell) for cell in row[:COLUMN_LIMIT]] for row in grid]
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) > ROW_LIMIT:
        raise UnreadableSheet("too_many_rows", rows=len(rows), limit=ROW_LIMIT)
    return rows


def _cell_text(cell) -> str:
    if isinstance(cell, str):
        return clean(cell[:CELL_TEXT_LIMIT])
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime) and cell.time() != time():
        return cell.strftime("%d/%m/%Y %H:%M")
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    if isinstance(cell, time):
        return cell.strftime("%H:%M")
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else clean(str(cell))


def clean(value: str) -> str:
    """NFC, without hidden characters, artefacts of PDF ("ƣ" for "ư"), carriage returns and idle blanks at line ends."""
    value = text.strip_control(value).replace("\r\n", "\n").replace("\r", "\n")
    if _ARTEFACT.search(value):
        value = value.translate(_VIETNAMESE_ARTEFACTS)
    lines = text.nfc(value).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()
