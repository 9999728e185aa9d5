"""RESPONSES.csv: a row for each candidate, or a row for each answer; answers to be marked, or scores.

Read by columns of pieces, and each different text once: a file holds millions of cells and few different texts.
"""

import re
from array import array
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exambank.analysis.external.records import NOT_PRESENTED, OMITTED, Note, Responses, UnusableFile
from exambank.analysis.external.sheets import (
    Piece,
    Sheet,
    clean,
    clean_name,
    column_name,
    find_column,
    open_sheet,
    refuse_twins,
)

MOST_CELLS = 20_000_000
MOST_TEXTS = 100_000
HIGHEST_SCORE = 1e6
NOT_PRESENTED_TEXT = "NA"
CANDIDATE_WORDS = ("candidate", "person")
_NUMBER = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d{1,3})?")


def read_responses(path: Path, *, are_answers: bool, keyed: Collection[str] = ()) -> Responses:
    """Read the matrix in the order of the file.

    Parameters
    ----------
    path : Path
    are_answers : bool
        Whether the cells hold answers; else scores.
    keyed : collection of str
        The items that have a key: a first column that is one of them names no candidate.

    Raises
    ------
    UnusableFile
    OSError
    """
    with open_sheet(path) as sheet:
        book = AnswerBook() if are_answers else ScoreBook()
        shape = _long_columns(sheet.names, are_answers)
        read = _read_wide(sheet, book, keyed) if shape is None else _read_long(sheet, book, shape)
        if not read.candidates:
            raise UnusableFile("no_candidates", sheet.line)
        return read


def _long_columns(names: Sequence[str], are_answers: bool) -> tuple[int, int, int] | None:
    """Where candidate, item and answer stand in a file of one answer a row; None if it is not one."""
    response, score, item = (find_column(names, word) for word in ("response", "score", "item"))
    first, second = (response, score) if are_answers else (score, response)
    answer = second if first is None else first
    if item is None or answer is None or len(names) < 3:
        return None
    candidate = find_column(names, *CANDIDATE_WORDS)
    if candidate is None:  # whatever its heading: the first that is neither
        candidate = next(at for at in range(3) if at not in (item, answer))
    return candidate, item, answer


class Book(dict[str, Any]):
    """What the texts of cells stand for: each text is looked at once, as long as there are not too many."""

    typecode: str  # of an array of what they stand for
    nothing: float | int  # what an item stands for that was not presented

    def look_at(self, text: str) -> float | int:
        raise NotImplementedError

    def __missing__(self, text: str) -> float | int:
        try:
            value = self.look_at(text)
        except UnusableFile as fault:
            fault.cell = text
            raise
        if len(self) >= MOST_TEXTS:
            self.clear()
        self[text] = value
        return value


class ScoreBook(Book):
    """Scores."""

    typecode, nothing = "d", float("nan")
    texts: tuple[str, ...] = ()

    def look_at(self, text: str) -> float:
        cell = clean(text)
        return self.nothing if cell == NOT_PRESENTED_TEXT else _score(cell) if cell else 0.0


def _score(cell: str) -> float:
    if not _NUMBER.fullmatch(cell):
        raise UnusableFile("not_a_score", value=cell[:40])
    value = float(cell.replace(",", "."))
    if value < 0:
        raise UnusableFile("score_below_0", value=cell[:40])
    if value > HIGHEST_SCORE:
        raise UnusableFile("score_too_high", value=cell[:40], limit=int(HIGHEST_SCORE))
    return value + 0.0  # no negative zero


class AnswerBook(Book):
    """Numbers of answers, by how they were written."""

    typecode, nothing = "i", NOT_PRESENTED

    def __init__(self) -> None:
        super().__init__()
        self._numbers = {NOT_PRESENTED_TEXT: NOT_PRESENTED, "": OMITTED}

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(self._numbers)

    def look_at(self, text: str) -> int:
        number = self._numbers.setdefault(" ".join(clean(text).split()), len(self._numbers))
        if number > MOST_TEXTS:
            raise UnusableFile("too_many_answers", limit=MOST_TEXTS)
        return number


class NameBook(Book):
    """Numbers of names, in the order of their first appearance."""

    typecode = "i"

    def __init__(self, fault: str):
        super().__init__()
        self.names: dict[str, int] = {}
        self._fault = fault

    def look_at(self, text: str) -> int:
        name = clean_name(text)
        if not name:
            raise UnusableFile(self._fault)
        return self.names.setdefault(name, len(self.names))


# --- a row for each candidate ---


def _read_wide(sheet: Sheet, book: Book, keyed: Collection[str]) -> Responses:
    names = sheet.names
    refuse_twins(names, sheet.line)
    if len(names) < 2:
        raise UnusableFile("no_items", sheet.line)
    first: list[str] = []
    lines, cells = array("q"), array(book.typecode)
    for piece in sheet.pieces():
        first.extend(row[0] for row in piece.rows)
        lines.extend(piece.lines)
        try:
            for row in piece.rows:
                cells.extend(map(book.__getitem__, row[1:]))
        except UnusableFile as fault:
            piece.refuse(fault, range(1, len(names)), names)
        _check_size(len(first), len(names))
    matrix = np.frombuffer(cells, dtype=cells.typecode).reshape(len(first), len(names) - 1)
    candidates, fault = _name_candidates(first, lines, column_name(names, 0))
    if _is_item(names, keyed, names_nobody=fault is not None):
        return _without_candidates(names, first, lines, matrix, book)
    if fault:
        raise fault
    return Responses(candidates, names[1:], matrix, book.texts)


def _check_size(n_candidates: int, n_items: int) -> None:
    if n_candidates * n_items > MOST_CELLS:
        raise UnusableFile("too_many_cells", limit=MOST_CELLS)


def _name_candidates(
    first: list[str], lines: Sequence[int], column: str
) -> tuple[tuple[str, ...], UnusableFile | None]:
    """The names of the candidates, and the fault if one has none or stands there twice."""
    seen: dict[str, int] = {}
    for text, line in zip(first, lines, strict=True):
        name = clean_name(text, line)
        if not name:
            return (), UnusableFile("no_candidate_name", line, column)
        if name in seen:
            return (), UnusableFile("candidate_twice", line, column, candidate=name, first=seen[name])
        seen[name] = line
    return tuple(seen), None


def _is_item(names: Sequence[str], keyed: Collection[str], *, names_nobody: bool) -> bool:
    """Whether the first column is an item too: it has a key, or repeats itself and is named like the second."""
    first, second = (re.sub(r"\d+", "0", name) for name in names[:2])
    return names[0] in keyed or (names_nobody and first == second and "0" in first)


def _without_candidates(names, first: list[str], lines: Sequence[int], matrix: NDArray, book: Book) -> Responses:
    """The first column is an item too, and the candidates are called by their number."""
    own = Piece([[text] for text in first], lines)
    try:
        column = np.array([book[text] for text in first], dtype=matrix.dtype)
    except UnusableFile as fault:
        own.refuse(fault, [0], names)
    candidates = tuple(str(number) for number in range(1, len(first) + 1))
    notes = (Note("no_candidate_column", {"item": names[0]}),)
    return Responses(candidates, tuple(names), np.column_stack([column, matrix]), book.texts, notes)


# --- a row for each answer ---


def _read_long(sheet: Sheet, book: Book, columns: tuple[int, int, int]) -> Responses:
    books = candidates, items, _book = NameBook("no_candidate_name"), NameBook("no_item_name"), book
    taken = tuple(array(one.typecode) for one in books)
    lines = array("i")
    for piece in sheet.pieces():
        by_column = list(zip(*piece.rows, strict=True))
        for column, one, store in zip(columns, books, taken, strict=True):
            try:
                store.extend(map(one.__getitem__, by_column[column]))
            except UnusableFile as fault:
                piece.refuse(fault, [column], sheet.names)
        lines.extend(piece.lines)
        _check_size(len(lines), 1)
        _check_size(len(candidates.names), len(items.names))
    names = tuple(candidates.names), tuple(items.names)
    matrix = _matrix(names, taken, lines, book)
    unused = [name for at, name in enumerate(sheet.names) if at not in columns]
    notes = (Note("columns_not_used", {"columns": unused}),) if unused else ()
    return Responses(*names, matrix, book.texts, notes)


def _matrix(names, taken, lines: array, book: Book) -> NDArray:
    """Put every answer into its place; a place that is taken twice is refused."""
    rows, columns, values = (np.frombuffer(one, dtype=one.typecode) if one else np.zeros(0, "i") for one in taken)
    shape = len(names[0]), len(names[1])
    places = rows * np.int32(shape[1])  # MOST_CELLS at most
    places += columns
    is_taken = np.zeros(shape[0] * shape[1], dtype=bool)
    is_taken[places] = True
    if is_taken.sum() < len(places):
        order = np.argsort(places, kind="stable")
        again = order[1:][np.diff(places[order]) == 0].min()
        first = np.flatnonzero(places == places[again])[0]
        told = {"candidate": names[0][rows[again]], "item": names[1][columns[again]], "first": lines[first]}
        raise UnusableFile("answer_twice", lines[again], **told)
    matrix = np.full(shape[0] * shape[1], book.nothing, dtype=book.typecode)
    matrix[places] = values
    return matrix.reshape(shape)
