"""PURE. Rows into an xlsx or csv file that stays inert: a text never becomes a formula."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from exambank import text
from exambank.interchange.sheet import CELL_TEXT_LIMIT, FORMULA_STARTS

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# how a workbook spells letters that XML cannot hold; a text that happens to look so is spelled so itself
_SPELLED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_BOLD, _WRAPPED = Font(bold=True), Alignment(wrap_text=True, vertical="top")
_MADE_AT = datetime(2026, 1, 1)  # noqa: DTZ001 (openpyxl wants no zone)
_MODIFIED = re.compile(rb"(?<=W3CDTF\">)[^<]*(?=</dcterms:modified>)")


@dataclass(frozen=True)
class Table:
    """What goes into a sheet: lines above the table, headers, rows, widths in letters."""

    name: str
    headers: Sequence[str]
    rows: Iterable[Sequence]
    titles: Sequence[str] = field(default_factory=tuple)
    widths: Sequence[int] = field(default_factory=tuple)


def write_xlsx(*tables: Table) -> bytes:
    """The tables as the sheets of an xlsx file; numbers stay numbers, texts stay texts."""
    book = Workbook()
    for at, table in enumerate(tables):
        _fill(book.active if at == 0 else book.create_sheet(), table)
    return body_of(book)


def _fill(sheet, table: Table) -> None:
    sheet.title = "".join(" " if letter in "[]:*?/\\" else letter for letter in table.name)[:31] or "Sheet"
    for at, title in enumerate(table.titles, start=1):
        put_inert(sheet.cell(at, 1), title, bold=True)
    top = len(table.titles) + (2 if table.titles else 1)
    for column, header in enumerate(table.headers, start=1):
        put_inert(sheet.cell(top, column), header, bold=True)
    for at, row in enumerate(table.rows, start=top + 1):
        for column, value in enumerate(row, start=1):
            put_inert(sheet.cell(at, column), value)
    for column, width in enumerate(table.widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = sheet.cell(top + 1, 1)


def body_of(book: Workbook, change: Callable[[str, bytes], bytes] = lambda _name, part: part) -> bytes:
    """The workbook as a file, each part as ``change`` leaves it. Equal workbooks give equal bytes: openpyxl writes the
    time of the writing into the archive and, whatever the book says, into its properties.
    """
    book.properties.created = _MADE_AT
    saved, target = io.BytesIO(), io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as given, zipfile.ZipFile(target, "w") as archive:
        for entry in given.infolist():
            part = given.read(entry)
            if entry.filename == "docProps/core.xml":
                part = _MODIFIED.sub(_MADE_AT.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), part)
            made = zipfile.ZipInfo(entry.filename, _MADE_AT.timetuple()[:6])
            made.compress_type, made.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(made, change(entry.filename, part))
    return target.getvalue()


def put_inert(cell, value, bold: bool = False) -> None:
    """Fill a cell of a workbook: a number stays a number, any text a text, never a formula."""
    if value is None:
        return
    if isinstance(value, Decimal | int | float):
        cell.value = value
        return
    plain = text.nfc(text.strip_control(str(value)))[:CELL_TEXT_LIMIT]
    cell.value = _SPELLED.sub("_x005F_", plain)
    cell.data_type = "s"  # openpyxl would make a formula of "=..."
    if plain.startswith(FORMULA_STARTS):
        cell.style = "Normal"
        cell.quotePrefix = True  # stays text also when somebody edits the cell in Excel
    if bold:
        cell.font = _BOLD
    cell.alignment = _WRAPPED


def write_csv(table: Table) -> bytes:
    """The table as UTF-8 CSV with the mark that Excel needs; what could be a formula begins with an apostrophe."""
    target = io.StringIO(newline="")
    # every cell in quotation marks: signs within the texts cannot be taken for the separator
    writer = csv.writer(target, quoting=csv.QUOTE_ALL)
    writer.writerow([_inert(header) for header in table.headers])
    writer.writerows([_inert(value) for value in row] for row in table.rows)
    return target.getvalue().encode("utf-8-sig")


def _inert(value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal | int | float):
        return str(value)
    plain = text.nfc(text.strip_control(str(value)))
    return f"'{plain}" if plain.lstrip("'").startswith(FORMULA_STARTS) else plain
