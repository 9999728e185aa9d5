"""PURE. What a table is for: a question a row, statements to tick, a frame around questions and options, or data."""

import re
from dataclasses import dataclass, field

from exambank.interchange.bank_sheet.headers import Columns, read_columns
from exambank.interchange.formats.word.exam import keylists
from exambank.interchange.formats.word.exam.words import NUMBERED, question_start
from exambank.interchange.formats.word.parts.blocks import Cell, Paragraph, Table
from exambank.interchange.formats.word.parts.rich import Rich, join_rich, plain_rich
from exambank.interchange.neutral import Place

OPTION_START = re.compile(r"\s*[*#]?\s*[(\[]?[A-Ja-j]\s*[.)\]:/]\s*\S")
_LABEL_CELL = re.compile(r"\s*(?:[*]?\s*[(\[]?[A-Ja-j]\s*[.)\]:/]?|(?:câu\s*)?\d{1,4}\s*[.):/]?)\s*", re.IGNORECASE)
_FIELD_CELL = re.compile(
    r"(?:answer|đáp\s*án|mark|unit|mix choices|điểm|mức\s*độ|chương|lời\s*giải|giải\s*thích|hướng\s*dẫn"
    r"|qn\s*=\s*\d+|clo|nguồn)\s*[:.]?",
    re.IGNORECASE,
)
_TICK = re.compile(r"[xX✓✔√☑☒✗v]")
_RIGHT, _WRONG = ("đúng", "đ", "true", "t", "right"), ("sai", "s", "false", "f", "wrong")
_EXPLAINS = re.compile(r"giải thích|lời giải|hướng dẫn|explanation|gợi ý", re.IGNORECASE)


@dataclass
class Record:
    """A row that is a question."""

    place: Place
    number: str
    stem: list[Paragraph]
    options: list[tuple[str, Rich]] = field(default_factory=list)
    option_lines: list[Rich] = field(default_factory=list)
    key: str = ""
    level: str = ""
    topic: str = ""
    explanation: Rich | None = None


@dataclass
class Statement:
    place: Place
    letter: str
    rich: Rich
    truth: bool | None


def records_of(table: Table) -> list[Record] | None:
    """The questions of a table with a header ("STT, Câu hỏi, A, B, C, D, Đáp án"); None for another table."""
    for at, row in enumerate(table.rows[:3]):
        columns = read_columns([cell.text for cell in row])
        if columns.is_bank and _has_questions(table.rows[at + 1 :], columns):
            return _records(table, at + 1, columns)
    return None


def _has_questions(rows: list[list[Cell]], columns: Columns) -> bool:
    stem = columns.fields["stem"]
    texts = [row[stem].text for row in rows if stem < len(row)]
    if sum(bool(re.search(r"[^\W\d_]{2}", text)) for text in texts) * 2 > len(texts) > 0:
        return True
    places = [at for _label, at in columns.options]  # "1 + 1 = ?" has no word, but options beside it
    whole = [row for row in rows if len(row) > max([stem, *places])]
    full = sum(bool(row[stem].text) and all(row[at].text for at in places[:2]) for row in whole)
    return len(places) >= 2 and full * 2 > len(rows)


def _records(table: Table, start: int, columns: Columns) -> list[Record]:
    found: list[Record] = []
    for number, row in enumerate(table.rows[start:], start=start + 1):
        place = Place("table", {"table": table.number, "row": number})
        stem = _cell(row, columns, "stem")
        if stem is None or not any(not one.rich.is_empty for one in stem.paragraphs):
            if found and len(row) == len(table.rows[start - 1]):
                _continue(found[-1], row, columns)
            continue
        record = Record(place, _words(row, columns, "number").strip(".) "), list(stem.paragraphs))
        record.options = [(label, _rich(row[at])) for label, at in columns.options if at < len(row) and row[at].text]
        options = _cell(row, columns, "options")
        if options is not None:
            record.option_lines = [one for paragraph in options.paragraphs for one in paragraph.rich.lines()]
        record.key, record.level = _words(row, columns, "key"), _words(row, columns, "level")
        record.topic = _words(row, columns, "topic") or _words(row, columns, "chapter_name")
        for at, header in enumerate(columns.headers):
            if at < len(row) and _EXPLAINS.search(header):
                record.explanation = _rich(row[at])
        found.append(record)
    return found


def _continue(record: Record, row: list[Cell], columns: Columns) -> None:
    """A row below a merged cell: one more option of the same question."""
    options = _cell(row, columns, "options")
    if options is not None:
        record.option_lines += [one for paragraph in options.paragraphs for one in paragraph.rich.lines()]


def _cell(row: list[Cell], columns: Columns, name: str) -> Cell | None:
    at = columns.fields.get(name)
    return row[at] if at is not None and at < len(row) else None


def _words(row: list[Cell], columns: Columns, name: str) -> str:
    cell = _cell(row, columns, name)
    return "" if cell is None else cell.text


def _rich(cell: Cell) -> Rich:
    return join_rich(one.rich for one in cell.paragraphs if not one.rich.is_empty)


def statements_of(table: Table) -> list[Statement] | None:
    """Statements with two columns to tick, "Đúng" and "Sai"; None for another table."""
    if len(table.rows) < 3:
        return None
    headers = [cell.text.strip().lower() for cell in table.rows[0]]
    right = next((at for at, header in enumerate(headers) if header in _RIGHT), None)
    wrong = next((at for at, header in enumerate(headers) if header in _WRONG), None)
    if right is None or wrong is None or min(right, wrong) == 0:
        return None
    at = min(right, wrong) - 1
    found = []
    for number, row in enumerate(table.rows[1:], start=2):
        if len(row) <= max(right, wrong) or row[at].text == "":
            continue
        ticks = [bool(_TICK.search(row[one].text)) for one in (right, wrong)]
        truth = ticks[0] if ticks[0] != ticks[1] else None
        rich, letter = _rich(row[at]).strip(), chr(ord("a") + len(found))
        label = OPTION_START.match(rich.text)
        rich = rich[label.end() - 1 :] if label else rich
        found.append(Statement(Place("table", {"table": table.number, "row": number}), letter, rich, truth))
    return found if 2 <= len(found) <= 10 else None


def is_layout(table: Table) -> bool:
    """Whether its cells are lines of the paper: questions or options put into a frame."""
    cells = [cell for row in table.rows for cell in row if cell.text]
    if not cells:
        return False
    starts = sum(
        any(
            bool(question_start(line.text)) or _is_option(line.text)
            for one in cell.paragraphs for line in one.rich.lines()
        )
        for cell in cells
    )  # fmt: skip
    labels = sum(bool(_LABEL_CELL.fullmatch(cell.text)) and not cell.text.strip().isdigit() for cell in cells)
    if keylists.names_keys([[cell.text.strip() for cell in row] for row in table.rows]):
        return False
    if any(len(keylists.truths_of(value)) > 1 for _number, value, _code in keylists.table_entries(table)):
        return False
    inner = any(not isinstance(block, Paragraph) for cell in cells for block in cell.blocks)
    if inner and len(cells) <= 2:
        return True
    if _are_numbered_rows(table):
        return True
    single = [cell.text.strip() for cell in cells]
    if all(re.fullmatch(r"(?:câu\s*)?\d{0,4}\s*[-.:)]?\s*[A-Ja-j]?", one, re.IGNORECASE) for one in single):
        return False  # a table of keys
    rows = [row for row in table.rows if any(cell.text for cell in row)]
    named = sum(
        bool(len(row) > 1 and (_LABEL_CELL.fullmatch(row[0].text) or _FIELD_CELL.fullmatch(row[0].text)))
        for row in rows
    )
    has_letters = sum(bool(re.fullmatch(r"\s*[(\[]?[A-Ja-j]\s*[.)\]:/]?\s*", row[0].text)) for row in rows)
    if has_letters >= 2 and named * 2 >= len(rows):
        return True
    return starts >= 2 or (starts and len(cells) <= 2) or (labels >= 2 and labels * 2 >= len(cells))


def _is_option(line: str) -> bool:
    return (bool(OPTION_START.match(line)) and not re.fullmatch(r"\s*[A-J]\s*[.)]\s*\d{1,3}\s*", line)) or bool(
        re.match(r"\s*[A-D]\s*[.)]\s*\S", line)
    )


def _are_numbered_rows(table: Table) -> bool:
    """A number in the first column, a question with its options in the next."""
    rows = [row for row in table.rows if len(row) >= 2 and row[0].text.strip(". )").isdigit()]
    with_options = [row for row in rows if sum(_is_option(one.rich.text) for one in row[1].paragraphs) >= 2]
    return bool(with_options) and len(with_options) * 2 >= len(table.rows)


def joined_cells(table: Table) -> list[list[Cell]]:
    """The rows, a cell that holds only a label put before the text of the next: "A." "Hà Nội"."""
    found = []
    for row in table.rows:
        cells: list[Cell] = []
        for cell in row:
            last = cells[-1] if cells else None
            is_label = last is not None and bool(_LABEL_CELL.fullmatch(last.text) or _FIELD_CELL.fullmatch(last.text))
            if is_label and cell.text and last.text:
                cells[-1] = _joined(last, cell)
            else:
                cells.append(cell)
        found.append(cells)
    return found


def _joined(label: Cell, cell: Cell) -> Cell:
    words = next(one for one in label.paragraphs if not one.rich.is_empty)
    first = next((one for one in cell.blocks if isinstance(one, Paragraph) and not one.rich.is_empty), None)
    if first is None:
        return cell
    sign = label.text.strip()
    head = words.rich.strip() + plain_rich(" " if sign[-1:] in ".):/]" else ". ")
    if _FIELD_CELL.fullmatch(label.text) and sign[-1:] != ":":
        head = words.rich.strip() + plain_rich(": ")
    new = Paragraph(first.place, [], words.label or first.label, None, head + first.rich)
    return Cell([new if one is first else one for one in cell.blocks], cell.width)


__all__ = [
    "NUMBERED",
    "OPTION_START",
    "Record",
    "Statement",
    "is_layout",
    "joined_cells",
    "records_of",
    "statements_of",
]
