"""GROUPS.csv: to which groups the candidates belong."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from exambank.analysis.external.answers import CANDIDATE_WORDS, NOT_PRESENTED_TEXT
from exambank.analysis.external.records import Note, UnusableFile
from exambank.analysis.external.sheets import Piece, clean_name, column_name, find_column, open_sheet, refuse_twins

MOST_VALUES = 20
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Grouping:
    """One way to group the candidates.

    Attributes
    ----------
    name : str
        The heading of its column.
    values : tuple of str
        The groups in their order, numbers by their size; the first is the reference.
    members : tuple of (str or None)
        The group of each candidate; None where it is not known.
    """

    name: str
    values: tuple[str, ...]
    members: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """The groupings of a file that can be compared, and what there is to say of the others."""

    groupings: tuple[Grouping, ...]
    notes: tuple[Note, ...]


def read_groups(path: Path, candidates: Sequence[str]) -> Groups:
    """Read the groups of these candidates; the order of the file does not matter.

    Raises
    ------
    UnusableFile
    OSError
    """
    with open_sheet(path) as sheet:
        refuse_twins(sheet.names, sheet.line)
        at_candidate = find_column(sheet.names, *CANDIDATE_WORDS) or 0
        columns = [at for at in range(len(sheet.names)) if at != at_candidate]
        if not columns:
            raise UnusableFile("no_groups", sheet.line)
        rows: dict[str, list[str]] = {}
        lines: dict[str, int] = {}
        for piece in sheet.pieces():
            _take(piece, at_candidate, columns, sheet.names, rows, lines)
        known = rows.keys() & set(candidates)
        if not known:
            raise UnusableFile("groups_of_others", sheet.line, column_name(sheet.names, at_candidate))
    notes = [Note("candidates_without_group", {"count": len(candidates) - len(known)})] * (len(known) < len(candidates))
    notes += [Note("groups_of_strangers", {"count": len(rows) - len(known)})] * (len(known) < len(rows))
    groupings = []
    for place, column in enumerate(columns):
        members = tuple(rows[name][place] or None if name in rows else None for name in candidates)
        values = sorted({member for member in members if member})
        if 2 <= len(values) <= MOST_VALUES:
            groupings.append(Grouping(sheet.names[column], _in_order(values), members))
        else:
            code = "too_many_groups" if len(values) > MOST_VALUES else "only_one_group"
            told = {"column": sheet.names[column], "count": len(values), "limit": MOST_VALUES}
            notes.append(Note(code, told))
    return Groups(tuple(groupings), tuple(notes))


def _take(piece: Piece, at_candidate: int, columns, names, rows: dict[str, list[str]], lines: dict[str, int]) -> None:
    for row, line in zip(piece.rows, piece.lines, strict=True):
        name = clean_name(row[at_candidate], line)
        if not name:
            raise UnusableFile("no_candidate_name", line, column_name(names, at_candidate))
        if name in rows:
            place = column_name(names, at_candidate)
            raise UnusableFile("candidate_twice", line, place, candidate=name, first=lines[name])
        values = (clean_name(row[at], line) for at in columns)
        rows[name], lines[name] = ["" if value == NOT_PRESENTED_TEXT else value for value in values], line


def _in_order(values: Sequence[str]) -> tuple[str, ...]:
    """Numbers by their size, text as it sorts."""
    if all(_NUMBER.fullmatch(value) for value in values):
        return tuple(sorted(values, key=lambda value: (float(value.replace(",", ".")), value)))
    return tuple(sorted(values))
