"""A CSV file as rows with their lines, read a piece at a time so that a large one needs no room of its own.

UTF-8, or UTF-16 with its mark; comma, semicolon or tab between the cells, told by the first line. Rows that are empty
count for nothing; every other must have as many cells as the first.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate, chain, islice
from pathlib import Path
from typing import NoReturn, TextIO

from exambank.analysis.external.records import UnusableFile
from exambank.text import nfc, strip_control

ROWS_AT_A_TIME = 200  # more wake the garbage collector again and again: three times slower
MOST_BYTES = 400 * 1024 * 1024
LONGEST_HEADING = 1_000_000
LONGEST_NAME = 200
LINE_END = re.compile(r"\r\n|\r|\n")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a sheet, of equal length, and the line in which each begins."""

    rows: list[list[str]]
    lines: Sequence[int]

    def refuse(self, fault: UnusableFile, columns: Sequence[int], names: Sequence[str]) -> NoReturn:
        """Raise the fault with the place of its cell, the first one in these columns with this text."""
        for row, line in zip(self.rows, self.lines, strict=True):
            for column in columns:
                if row[column] == fault.cell:
                    fault.line, fault.column = line, column_name(names, column)
                    raise fault
        raise fault


class Sheet:
    """The rows of one file below its heading; they can be read once.

    Attributes
    ----------
    names : tuple of str
        The heading; only the first may be empty.
    line : int
        The line of the heading.
    separator : str
    """

    def __init__(self, text: TextIO):
        first, skipped = _first_line(text)
        self.separator = _separator(first)
        self._reader = csv.reader(chain([first], text), delimiter=self.separator, strict=True, skipinitialspace=True)
        self._skipped = skipped
        self.line = skipped + 1
        [heading], _lines = self._take(1)
        self._width = len(heading)
        self.names = self._check_heading([clean_name(cell, self.line) for cell in heading])

    def _check_heading(self, names: list[str]) -> tuple[str, ...]:
        while len(names) > 1 and not names[-1]:
            names.pop()
        if "" in names[1:]:
            raise UnusableFile("column_without_name", self.line, str(names.index("", 1) + 1))
        return tuple(names)

    def pieces(self) -> Iterator[Piece]:
        """The rows that are not empty; one of another length than the heading is refused."""
        while True:
            rows, lines = self._take(ROWS_AT_A_TIME)
            if not rows:
                return
            if not all(row and row[0] for row in rows):
                kept = [at for at, row in enumerate(rows) if any(map(str.strip, row))]
                rows, lines = [rows[at] for at in kept], [lines[at] for at in kept]
            self._check_lengths(rows, lines)
            if rows:
                yield Piece(rows, lines)

    def _take(self, most: int) -> tuple[list[list[str]], Sequence[int]]:
        """The next rows and their lines; none at the end of the file."""
        before, rows = self._skipped + self._reader.line_num, []
        try:
            rows.extend(islice(self._reader, most))  # keeps what came before an error
        except csv.Error as error:
            raise _not_read(error, _begins(rows, before)[-1]) from None
        except UnicodeError:
            raise UnusableFile("not_utf8", _begins(rows, before)[-1]) from None
        after = self._skipped + self._reader.line_num
        if after - before == len(rows):
            return rows, range(before + 1, after + 1)
        return rows, _begins(rows, before)[:-1]

    def _check_lengths(self, rows: list[list[str]], lines: Sequence[int]) -> None:
        if any(len(row) != self._width for row in rows):
            row, line = next(pair for pair in zip(rows, lines, strict=True) if len(pair[0]) != self._width)
            raise UnusableFile("ragged", line, cells=len(row), columns=self._width)
        used = len(self.names)
        if used == self._width:
            return
        for row, line in zip(rows, lines, strict=True):
            if any(map(str.strip, row[used:])):
                raise UnusableFile("cell_without_name", line, str(used + 1))
            del row[used:]


@contextmanager
def open_sheet(path: Path) -> Iterator[Sheet]:
    """The file as a sheet; whatever is refused while it is open is given its name.

    Raises
    ------
    UnusableFile
    OSError
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UnusableFile("too_large", limit=MOST_BYTES // 1024 // 1024)
        with path.open("rb") as raw:
            encoding = _encoding(raw.peek(4))
            with io.TextIOWrapper(raw, encoding, errors="surrogateescape", newline="") as text:
                yield Sheet(text)
    except UnusableFile as fault:
        fault.file = path.name
        raise


def _encoding(beginning: bytes) -> str:
    if beginning.startswith(_WORKBOOKS):
        raise UnusableFile("workbook")
    return "utf-16" if beginning.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"


def _first_line(text: TextIO) -> tuple[str, int]:
    """The first line that is not empty, and how many came before it."""
    skipped = 0
    try:
        while line := text.readline(LONGEST_HEADING):
            if "\0" in line:
                raise UnusableFile("not_text", skipped + 1)
            if len(line) >= LONGEST_HEADING:
                raise UnusableFile("heading_too_long", skipped + 1)
            if line.strip() and not line.startswith("sep="):  # a hint to Excel, no heading
                return line, skipped
            skipped += 1
    except UnicodeError:
        raise UnusableFile("not_utf8", skipped + 1) from None
    raise UnusableFile("empty")


def _separator(line: str) -> str:
    """Whichever of comma, semicolon and tab stands most often outside quotes."""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(",;\t", key=bare.count)


def _not_read(error: csv.Error, line: int) -> UnusableFile:
    if "field limit" in str(error):
        return UnusableFile("cell_too_long", line, limit=csv.field_size_limit())
    return UnusableFile("broken_quotes", line)


def _begins(rows: list[list[str]], before: int) -> list[int]:
    """The line in which each row begins, and the one after them all: a cell may hold line breaks."""
    lengths = (1 + sum(len(LINE_END.findall(cell)) for cell in row) for row in rows)
    return list(accumulate(lengths, initial=before + 1))


def clean(text: str) -> str:
    """The text of a cell: NFC, without spaces around it or what nobody can see; what is no text is refused."""
    if text.isascii():
        if "\0" in text:
            raise UnusableFile("not_text")
        return text.strip()
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise UnusableFile("not_utf8")
    return strip_control(nfc(text)).strip()


def clean_name(text: str, line: int | None = None) -> str:
    """A name of a column, candidate or item, in one line."""
    try:
        name = " ".join(clean(text).split())
        if len(name) > LONGEST_NAME:
            raise UnusableFile("name_too_long", limit=LONGEST_NAME)
    except UnusableFile as fault:
        fault.line = line
        raise
    return name


def column_name(names: Sequence[str], column: int) -> str:
    """What a person finds a column by: its heading, or its number where there is none."""
    return names[column] or str(column + 1)


def refuse_twins(names: Sequence[str], line: int) -> None:
    """Refuse a heading that names two columns alike."""
    first: dict[str, int] = {}
    for column, name in enumerate(names):
        if name in first:
            raise UnusableFile("column_twice", line, name, first=first[name] + 1, second=column + 1)
        first[name] = column


def find_column(names: Sequence[str], *wanted: str) -> int | None:
    """The first column with one of these headings, however it is spelt in capitals; None if there is none."""
    folded = [name.casefold() for name in names]
    return next((folded.index(word) for word in wanted if word in folded), None)
