"""PURE. A plan as a workbook: the matrix and its list for people, every cell and rule for machines."""

from collections.abc import Sequence
from decimal import Decimal

from lxml import etree
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from exambank.interchange.blueprints.layout import (
    HEADERS,
    Cross,
    cell_row,
    cross_of,
    specification_heads,
    specification_row,
    total_points,
)
from exambank.interchange.blueprints.plan import Plan
from exambank.interchange.blueprints.rules_table import HEADERS as RULE_HEADERS
from exambank.interchange.blueprints.rules_table import rules_rows
from exambank.interchange.blueprints.sheet_head import ANY, Heading, points_words
from exambank.interchange.workbook import body_of, put_inert

_MATRIX = "xl/worksheets/sheet1.xml"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_THIN = Side(style="thin")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_WIDTHS = (6, 34, 16, 24, 18, 18, 9, 13, 8, 11, 60)


def write_xlsx(plan: Plan, heading: Heading, level_order: Sequence[str] = ()) -> bytes:
    """The workbook; sums are live formulas that carry their value, so that no program has to compute them to read.
    A text of ours never becomes a formula. Equal plans give equal bytes.
    """
    book = Workbook()
    matrix = _Matrix(book.active, plan, heading, cross_of(plan, level_order))
    matrix.write()
    _specification(book.create_sheet("Bảng đặc tả"), plan, heading)
    details = [cell_row(number, cell) for number, cell in enumerate(plan.cells, start=1)]
    _list(book.create_sheet("Chi tiết"), HEADERS, details, _WIDTHS)
    _list(book.create_sheet("Quy tắc"), RULE_HEADERS, rules_rows(plan), (44, 40, 20))
    return body_of(book, lambda name, part: _valued(part, matrix.values) if name == _MATRIX else part)


class _Matrix:
    """The first sheet. ``values`` are what its formulas give, by cell."""

    def __init__(self, sheet, plan: Plan, heading: Heading, cross: Cross):
        self._sheet, self._plan, self._heading, self._cross = sheet, plan, heading, cross
        self._last = 2 + 2 * len(cross.columns) + 3
        self.values: dict[str, Decimal] = {}

    def write(self) -> None:
        self._sheet.title = "Ma trận"
        self._sheet.page_setup.orientation, self._sheet.page_setup.paperSize = "landscape", 9
        self._sheet.page_setup.fitToHeight = 0
        self._sheet.sheet_properties.pageSetUpPr.fitToPage = True
        top = _head(self._sheet, self._heading, "MA TRẬN ĐỀ THI", _about(self._plan), self._last)
        first = self._header(top)
        last = self._topics(first)
        self._sums(first, last)
        for column, width in enumerate([5, 34, *[8] * (self._last - 2)], start=1):
            self._sheet.column_dimensions[get_column_letter(column)].width = width
        self._sheet.freeze_panes = self._sheet.cell(first, 3)

    def _header(self, row: int) -> int:
        """Levels, families where there are several, and what is counted; the row after it."""
        depth = 3 if self._cross.has_families else 2
        for column, words in ((1, "TT"), (2, "Chủ đề")):
            self._box(row, column, words, down=depth)
        column = 3
        for level, many in self._cross.levels:
            self._box(row, column, level or ANY, across=2 * many)
            column += 2 * many
        self._box(row, column, "Tổng", across=3, down=depth - 1)
        for place, (_level, family) in enumerate(self._cross.columns):
            if depth == 3:
                self._box(row + 1, 3 + 2 * place, family, across=2)
            for more, words in enumerate(("Số câu", "Điểm")):
                self._box(row + depth - 1, 3 + 2 * place + more, words)
        for more, words in enumerate(("Số câu", "Điểm", "Tỉ lệ %")):
            self._box(row + depth - 1, column + more, words)
        return row + depth

    def _box(self, row: int, column: int, words, *, across: int = 1, down: int = 1) -> None:
        put_inert(self._sheet.cell(row, column), words, bold=True)
        self._sheet.cell(row, column).alignment = _CENTRE
        for line in range(row, row + down):
            for place in range(column, column + across):
                self._sheet.cell(line, place).border = _BOX
        if across > 1 or down > 1:
            self._sheet.merge_cells(
                start_row=row, start_column=column, end_row=row + down - 1, end_column=column + across - 1
            )

    def _topics(self, first: int) -> int:
        row, whole = first - 1, total_points(self._plan)
        for row, topic in enumerate(self._cross.topics, start=first):
            self._value(row, 1, row - first + 1)
            self._value(row, 2, topic or ANY)
            counts, points = [], []
            for place, column in enumerate(self._cross.columns):
                count, worth = self._cross.counts.get((topic, column)), self._cross.points.get((topic, column))
                self._value(row, 3 + 2 * place, count)
                self._value(row, 4 + 2 * place, worth)
                counts.append(count or 0)
                points.append(worth or Decimal(0))
            self._across(row, sum(counts), sum(points, Decimal(0)), whole, first + len(self._cross.topics))
        return row

    def _across(self, row: int, count: int, points: Decimal, whole: Decimal, total_row: int) -> None:
        """The sums of a row: questions, points, and its share of the paper."""
        places = range(len(self._cross.columns))
        end = self._last
        self._formula(row, end - 2, "+".join(_at(row, 3 + 2 * place) for place in places), Decimal(count))
        self._formula(row, end - 1, "+".join(_at(row, 4 + 2 * place) for place in places), points)
        share = points * 100 / whole if whole else Decimal(0)
        total = f"{get_column_letter(end - 1)}${total_row}"
        self._formula(row, end, f"IF({total}=0,0,{_at(row, end - 1)}*100/{total})", share)
        self._sheet.cell(row, end).number_format = "0.0"

    def _sums(self, first: int, last: int) -> None:
        row, whole = last + 1, total_points(self._plan)
        self._value(row, 2, "Tổng")
        for column in range(3, self._last + 1):
            values = [self._number(line, column) for line in range(first, last + 1)]
            letter = get_column_letter(column)
            self._formula(row, column, f"SUM({letter}{first}:{letter}{last})", sum(values, Decimal(0)))
            self._sheet.cell(row, column).font = Font(bold=True)
        self._sheet.cell(row, self._last).number_format = "0.0"
        self._value(row + 1, 2, "Tỉ lệ %")
        for place in range(len(self._cross.columns)):
            column, total = 4 + 2 * place, f"${get_column_letter(self._last - 1)}{row}"
            share = self._number(row, column) * 100 / whole if whole else Decimal(0)
            self._formula(row + 1, column, f"IF({total}=0,0,{_at(row, column)}*100/{total})", share)
            self._sheet.cell(row + 1, column).number_format = "0.0"
        for column in range(1, self._last + 1):
            self._sheet.cell(row + 1, column).border = self._sheet.cell(row, column).border = _BOX

    def _number(self, row: int, column: int) -> Decimal:
        at = _at(row, column)
        return self.values[at] if at in self.values else Decimal(self._sheet.cell(row, column).value or 0)

    def _value(self, row: int, column: int, value) -> None:
        put_inert(self._sheet.cell(row, column), value)
        self._sheet.cell(row, column).border = _BOX

    def _formula(self, row: int, column: int, formula: str, value: Decimal) -> None:
        self._sheet.cell(row, column).value = f"={formula}"
        self._sheet.cell(row, column).border = _BOX
        self.values[_at(row, column)] = value


def _at(row: int, column: int) -> str:
    return f"{get_column_letter(column)}{row}"


def _about(plan: Plan) -> list[str]:
    facts = [f"Thời gian làm bài: {plan.duration_minutes} phút"] if plan.duration_minutes else []
    facts += [f"Số câu: {plan.count}", f"Tổng điểm: {points_words(total_points(plan))}"]
    return [plan.name, "; ".join(facts)]


def _head(sheet, heading: Heading, title: str, about: Sequence[str], width: int) -> int:
    """The school's header over the table; the row where the table begins."""
    lines = [(heading.governing_body.upper(), False), (heading.school.upper(), True), (heading.department, True)]
    row = 1
    for words, is_bold in lines:
        if words:
            put_inert(sheet.cell(row, 1), words, bold=is_bold)
            sheet.cell(row, 1).alignment = Alignment()
            row += 1
    for words in (title, heading.module, *about):
        row += 1 if words == title else 0
        if words:
            put_inert(sheet.cell(row, 1), words, bold=words == title)
            sheet.cell(row, 1).alignment = Alignment(horizontal="center")
            sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
            row += 1
    return row + 1


def _specification(sheet, plan: Plan, heading: Heading) -> None:
    heads = specification_heads(plan)
    top = _head(sheet, heading, "BẢNG ĐẶC TẢ ĐỀ THI", _about(plan), len(heads))
    rows = [specification_row(number, cell, heads) for number, cell in enumerate(plan.cells, start=1)]
    _list(sheet, heads, rows, [60 if head == "Yêu cầu cần đạt" else 14 for head in heads], top=top)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9


def _list(sheet, heads: Sequence[str], rows, widths: Sequence[int], *, top: int = 1) -> None:
    for at, row in enumerate([heads, *rows], start=top):
        for column, value in enumerate(row, start=1):
            put_inert(sheet.cell(at, column), value, bold=at == top)
            sheet.cell(at, column).border = _BOX
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = sheet.cell(top + 1, 1)


def _valued(part: bytes, values: dict[str, Decimal]) -> bytes:
    """The sheet with the value of every formula beside it: openpyxl writes none, and readers do not compute."""
    root = etree.fromstring(part)
    for cell in root.iter(_MAIN + "c"):
        if cell.find(_MAIN + "f") is not None:
            value = cell.find(_MAIN + "v")
            value = etree.SubElement(cell, _MAIN + "v") if value is None else value
            value.text = format(values[cell.get("r")].quantize(Decimal("0.000001")).normalize(), "f")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
