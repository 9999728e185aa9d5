"""PURE. A list with a row for each cell of a blueprint: our own "Chi tiết", and bảng đặc tả that have columns for the
topic, the level and the number of questions."""

import re
from collections.abc import Mapping
from decimal import Decimal

from exambank import text
from exambank.interchange.bank_sheet.kinds import UNKNOWN, read_kind
from exambank.interchange.blueprints.grid import Grid
from exambank.interchange.blueprints.layout import HEADERS, SPECIFICATION
from exambank.interchange.blueprints.plan import LONGEST_TAG, LONGEST_TEXT, MOST_QUESTIONS, Claim, PlanCell, tidy_points
from exambank.interchange.blueprints.values import read_value
from exambank.interchange.blueprints.words import fold, is_share_row, is_total_row, kind_named, list_field

_HEAD_ROWS = 15
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}
_NO = ("khong", "no", "0", "false", "k", "khong tinh")
_ANY = ("bat ky", "tat ca", "any")


def list_columns(grid: Grid) -> tuple[int, dict[str, int]] | None:
    """(row of the header, field -> column) of a list; None for a table that is none."""
    for at, row in enumerate(grid.rows[:_HEAD_ROWS]):
        columns: dict[str, int] = {}
        for column, words in enumerate(row):
            name = list_field(words)
            if name:
                columns.setdefault(name, column)
        if {"topic", "level", "count"} <= columns.keys() and len({columns[one] for one in columns}) == len(columns):
            return at, columns
    return None


def read_list(grid: Grid, at: int, columns: Mapping[str, int]) -> tuple[list[PlanCell], list[Claim], list]:
    """The cells below the header, the sums that the list states, and what was not understood."""
    topics, levels = (grid.column_down(columns[name], 0) for name in ("topic", "level"))
    cells: list[PlanCell] = []
    claims: list[Claim] = []
    notices: list[tuple[str, dict]] = []
    is_ours = _is_ours(grid.rows[at])
    for number, row in enumerate(grid.rows[at + 1 :], start=at + 1):
        told = {name: row[column] for name, column in columns.items()}
        told |= {"topic": topics[number], "level": levels[number]}
        if not is_ours and not told["topic"] and not told.get("serial") and cells:
            told["topic"] = cells[-1].topic  # written once over several rows
        count = read_value(told["count"], "count")
        leading = [one for one in row[: columns["count"]] if one]
        if not is_ours and any(map(is_total_row, leading)):
            claims += _total(told, count.count)
        elif not is_ours and any(map(is_share_row, leading)):
            continue
        elif count.count:
            cells.append(_cell(told, count.count, number, notices))
        elif told["count"].strip() and not count.is_clear:
            notices.append(("matrix_unread", {"row": number + 1, "words": told["count"][:80]}))
    return cells, claims, notices


def _is_ours(heads: list[str]) -> bool:
    """Our own lists have no rows of sums: a topic may be called "Tổng" there, an empty cell means any."""
    told = [words for words in heads if words]
    ordered = iter(SPECIFICATION)
    is_specification = {"Loại câu hỏi", "Điểm mỗi câu"} <= set(told) and all(words in ordered for words in told)
    return told == list(HEADERS) or is_specification


def _total(told: Mapping[str, str], count: int | None) -> list[Claim]:
    found = [] if count is None else [Claim("whole", "", "count", Decimal(count))]
    points = read_value(told.get("points", ""), "points").points
    return found if points is None else [*found, Claim("whole", "", "points", points)]


def _cell(told: Mapping[str, str], count: int, number: int, notices: list) -> PlanCell:
    each = read_value(told.get("each", ""), "points").points
    together = read_value(told.get("points", ""), "points").points
    if each is None and together is not None:
        each = together / count
    return PlanCell(
        count=min(count, MOST_QUESTIONS),
        topic=_named(told["topic"]),
        level=_named(told["level"]),
        kind=kind_of(told.get("kind", "")),
        tag=_line(told.get("tag", ""))[:LONGEST_TAG],
        not_tag=_line(told.get("not_tag", ""))[:LONGEST_TAG],
        points=None if each is None else tidy_points(each),
        part=part_number(told.get("part", "")),
        is_scored=fold(told.get("scored", "")) not in _NO,
        requirement=shortened(lines_of(told.get("requirement", "")), number, notices),
    )


def kind_of(words: str) -> str:
    """The kind that a cell names, its own words where they name none that is known, "" for any."""
    found = read_kind(words)
    if found != UNKNOWN:
        return found
    named = kind_named(words)
    return _named(words) if named is None else named


def part_number(words: str) -> int:
    """ "II", "2", "Phần 2": the number; 1 where none is told."""
    bare = re.sub(r"^phan\s*", "", fold(words))
    if bare in _ROMAN:
        return _ROMAN[bare]
    return int(bare) if bare.isdigit() and 0 < len(bare) < 3 and int(bare) else 1


def shortened(words: str, number: int, notices: list) -> str:
    """A requirement no longer than is kept; cutting it is told."""
    if len(words) > LONGEST_TEXT:
        notices.append(("matrix_text_cut", {"row": number + 1, "limit": LONGEST_TEXT}))
    return words[:LONGEST_TEXT]


def lines_of(words: str) -> str:
    """Several lines, each with single blanks, without empty ones."""
    lines = (" ".join(line.split()) for line in words.split("\n"))
    return "\n".join(line for line in lines if line)


def _line(words: str) -> str:
    return " ".join(words.split())


def _named(words: str) -> str:
    line = _line(words)
    return "" if text.search_key(line).strip("() ") in _ANY else line[:LONGEST_TEXT]
