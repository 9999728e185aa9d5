"""PURE. A matrix as lecturers draw it: topics down, levels across, kinds and measures in the header or in the rows."""

import re
from dataclasses import dataclass
from decimal import Decimal

from exambank import text
from exambank.interchange.blueprints import words
from exambank.interchange.blueprints.grid import Grid
from exambank.interchange.blueprints.listing import lines_of, part_number, shortened
from exambank.interchange.blueprints.plan import LONGEST_TEXT, Claim, PlanCell, tidy_points
from exambank.interchange.blueprints.values import Value, read_value

_HEAD_ROWS = 20
_MOST_ABOVE, _MOST_BELOW = 4, 3
_PART = re.compile(r"(?:phan|part)\s+([ivx]+|\d+)\b")
_SHARE_BESIDE = re.compile(r"\s*\([^()]*\)|\s*\d+(?:[.,]\d+)?\s*%")
_HEAD_WORDS = re.compile(r"^(?:muc do|cap do|tong|so cau|so diem|ti le|ty le|noi dung|chu de|chuong|yeu cau|hinh thuc)")


@dataclass(frozen=True)
class _Column:
    """A column of numbers: its level and kind by the header's words, and what is counted in it."""

    at: int
    level: str
    kind: str
    measure: str
    is_total: bool


@dataclass(frozen=True)
class _Head:
    level_row: int
    last_row: int
    columns: tuple[_Column, ...]
    topic: int
    unit: int | None
    requirement: int | None


def find_head(grid: Grid, known: frozenset[str]) -> _Head | None:
    """The header of a matrix: the row that names two levels or more; None for a table that is none."""
    for at, row in enumerate(grid.rows[:_HEAD_ROWS]):
        named = {words.level_key(one) for one in row if words.level_named(one, known)}
        if len(named) >= 2:
            return _head(grid, at, known)
    return None


def _head(grid: Grid, level_row: int, known: frozenset[str]) -> _Head | None:
    first = level_row
    while first > max(0, level_row - _MOST_ABOVE) and _is_head_row(grid.rows[first - 1]):
        first -= 1
    last = level_row
    while last < min(level_row + _MOST_BELOW, len(grid.rows) - 1) and _is_sub_head(grid.rows[last + 1]):
        last += 1
    stacks = _stacks(grid, first, last)
    columns = [_column(at, stack, known) for at, stack in enumerate(stacks)]
    counted = tuple(one for one in columns if one.level or one.is_total)
    leading = [at for at in range(counted[0].at) if stacks[at]] if counted else []
    topic = next((at for at in leading if any(map(words.is_topic_head, stacks[at]))), None)
    if topic is None:
        topic = next((at for at in range(counted[0].at) if not any(map(words.is_serial_head, stacks[at]))), None)
    if topic is None or not any(one.level for one in counted):
        return None
    unit = next((at for at in leading if at > topic and any(map(words.is_unit_head, stacks[at]))), None)
    asked = [at for at in leading if at not in (topic, unit) and any(map(words.is_requirement_head, stacks[at]))]
    return _Head(level_row, last, counted, topic, unit, asked[0] if asked else None)


def _is_head_row(row: list[str]) -> bool:
    told = [one for one in row if one]
    return len(told) > 1 and any(
        words.is_topic_head(one) or words.is_serial_head(one) or words.kind_named(one) is not None
        or _HEAD_WORDS.match(words.fold(one))
        for one in told
    )  # fmt: skip


def _is_sub_head(row: list[str]) -> bool:
    told = [one for one in row if one.strip()]
    return bool(told) and all(
        (words.kind_named(one) is not None or words.measure_named(one)) and not re.search(r"\d", one) for one in told
    )


def _stacks(grid: Grid, first: int, last: int) -> list[list[str]]:
    """For each column the header's words from top to bottom, merged cells standing over all their columns."""
    filled = [list(grid.rows[row]) for row in range(first, last + 1)]
    for at, line in enumerate(filled):
        for column in range(1, len(line)):
            if line[column] or not line[column - 1]:
                continue
            if _is_under_one(grid, first + at, column) and not _begins_above(grid, first, first + at, column):
                line[column] = line[column - 1]
    return [[line[column] for line in filled if line[column]] for column in range(grid.width)]


def _is_under_one(grid: Grid, row: int, column: int) -> bool:
    """Whether the empty header cell belongs to the one on its left."""
    if grid.across is not None:
        return (row, column) not in grid.across
    below = [line[column] for line in grid.rows[row + 1 : row + 1 + _MOST_ABOVE]]
    return any(below[: _MOST_BELOW + 1])


def _begins_above(grid: Grid, first: int, row: int, column: int) -> bool:
    return any(grid.rows[above][column] for above in range(first, row))


def _column(at: int, stack: list[str], known: frozenset[str]) -> _Column:
    level = next((one for one in reversed(stack) if words.level_named(one, known)), "")
    level = _SHARE_BESIDE.sub("", level[:LONGEST_TEXT])
    kinds = [found for one in stack if (found := words.kind_named(one)) is not None]
    measures = [found for one in stack if (found := words.measure_named(one))]
    total = any(words.is_total(one) for one in stack)
    return _Column(at, " ".join(level.split()), next((one for one in reversed(kinds) if one), ""),
                   measures[-1] if measures else "", total)  # fmt: skip


# --- the rows ---


class CrossReading:
    """Reads the rows below the header of one matrix; ``cells``, ``claims`` and ``notices`` are what it found."""

    def __init__(self, grid: Grid, head: _Head, topics: frozenset[str]):
        self._grid, self._head, self._known_topics = grid, head, topics
        self._found: dict[tuple, list] = {}  # (part, topic, level, kind): [count, points, requirement]
        self._claimed: dict[tuple[str, str, str], Decimal] = {}
        self._worth: dict[tuple[str, str], Decimal] = {}  # (level, kind): the points of a whole column
        self._chapter = self._topic = self._kind = ""
        self._part = 1
        self.notices: list[tuple[str, dict]] = []

    def read(self) -> "CrossReading":
        head, start = self._head, self._head.last_row + 1
        topics = self._grid.column_down(head.topic, 0)
        units = self._grid.column_down(head.unit, 0) if head.unit is not None else topics
        asked = self._grid.column_down(head.requirement, 0) if head.requirement is not None else None
        for number in range(start, len(self._grid.rows)):
            row = self._grid.rows[number]
            if any(row):
                self._row(number, row, topics[number], units[number], asked[number] if asked else "")
        return self

    def _row(self, number: int, row: list[str], topic: str, unit: str, asked: str) -> None:
        leading = [one for one in (*row[: self._head.columns[0].at], topic) if one]
        if not self._has_values(row) and self._is_part(_first(leading)):
            return
        measure = _first(found for one in leading if one is not asked and (found := words.measure_named(one)))
        if measure == "share" or any(map(words.is_share_row, leading)):
            return
        if any(map(words.is_total_row, leading)):
            self._totals(row, measure)
            return
        named = [one for one in (topic, unit) if one and not words.measure_named(one)]
        if named:
            self._chapter = topic if topic in named else self._chapter
            self._topic = self._name(self._chapter, unit)
        if self._topic:
            self._values(number, row, measure, lines_of(asked))

    def _is_part(self, heading: str) -> bool:
        """ "PHẦN II. TỰ LUẬN" over the rows of a part."""
        folded = text.search_key(heading)
        part = _PART.match(folded)
        if part:
            self._part, self._kind = part_number(part[1]), "essay" if "tu luan" in folded else ""
        return bool(part)

    def _has_values(self, row: list[str]) -> bool:
        return any(row[one.at] for one in self._head.columns)

    def _name(self, topic: str, unit: str) -> str:
        """The topic's words; those of its part where only these are known in the module."""
        plain = [" ".join(one.split())[:LONGEST_TEXT] for one in (topic, unit) if one and not words.measure_named(one)]
        return next((one for one in plain if text.search_key(one) in self._known_topics), plain[0])

    def _values(self, number: int, row: list[str], measure: str, asked: str) -> None:
        for column in self._head.columns:
            said = row[column.at]
            value = read_value(said, measure or column.measure)
            if not value.is_clear or value.disagrees:
                code = "matrix_unread" if not value.is_clear else "matrix_labels_differ"
                self.notices.append((code, {"row": number + 1, "words": " ".join(said.split())[:80]}))
            if column.is_total:
                self._claim("topic", self._topic, value)
            elif not value.is_empty:
                self._add(column, value, shortened(_about(asked, column.level), number, self.notices))

    def _add(self, column: _Column, value: Value, asked: str) -> None:
        kept = self._found.setdefault((self._part, self._topic, column.level, column.kind or self._kind), [0, None, ""])
        kept[0] += value.count or 0
        if value.points is not None:
            kept[1] = (kept[1] or Decimal(0)) + value.points
        if asked and asked not in kept[2]:
            kept[2] = f"{kept[2]}\n{asked}".strip()[:LONGEST_TEXT]

    def _totals(self, row: list[str], measure: str) -> None:
        """The first row of sums counts; a second one ("Tổng chung") repeats it in another shape."""
        told: dict[tuple[str, str, str], Decimal] = {}
        for column in self._head.columns:
            value = read_value(row[column.at], measure or column.measure)
            key = ("whole", "") if column.is_total else ("level", column.level)
            _add_up(told, key, value)
            if value.points and not column.is_total:
                self._worth.setdefault((column.level, column.kind), value.points)
        for key, value in told.items():
            self._claimed.setdefault(key, value)

    def _claim(self, of: str, name: str, value: Value) -> None:
        _add_up(self._claimed, (of, name), value)

    # --- what was found ---

    @property
    def cells(self) -> list[PlanCell]:
        """Cells with a number of questions; points without a number are told."""
        each_of = self._points_by_column()
        found = []
        for (part, topic, level, kind), (count, points, asked) in self._found.items():
            about = {"topic": topic[:120], "level": level[:60]}
            if not count:
                self.notices.append(("matrix_points_alone", about))
                continue
            each = tidy_points(points / count) if points else each_of.get((level, kind))
            if points and each * count != points:
                self.notices.append(("matrix_points_rounded", about))
            found.append(PlanCell(count, topic, level, kind, points=each, part=part, requirement=asked))
        return found

    def _points_by_column(self) -> dict[tuple[str, str], Decimal]:
        """Points of a question of a column of which only the sum is told, as "Tổng số điểm" does."""
        counts: dict[tuple[str, str], int] = {}
        for (_part, _topic, level, kind), (count, _points, _asked) in self._found.items():
            counts[level, kind] = counts.get((level, kind), 0) + count
        return {key: tidy_points(worth / counts[key]) for key, worth in self._worth.items() if counts.get(key)}

    @property
    def claims(self) -> list[Claim]:
        """The sums that the file states, as they are: a total column split by kinds is added up."""
        return [Claim(of, name, what, value) for (of, name, what), value in self._claimed.items()]


def _first(found):
    return next(iter(found), "")


def _add_up(told: dict, key: tuple[str, str], value: Value) -> None:
    for what in ("count", "points"):
        said = getattr(value, what)
        if said is not None:
            told[*key, what] = told.get((*key, what), Decimal(0)) + Decimal(said)


def _about(asked: str, level: str) -> str:
    """The part of a requirement that is about one level ("Nhận biết: ... Thông hiểu: ..."), or all of it."""
    parts: dict[str, list[str]] = {}
    at = ""
    for line in asked.split("\n"):
        head, sign, rest = line.lstrip("-*+•– ").partition(":")
        if words.level_named(head):
            at, line = words.level_key(head), rest.strip() if sign else ""
        if line:
            parts.setdefault(at, []).append(line)
    own = parts.get(words.level_key(level), []) if set(parts) - {""} else parts.get("", [])
    return "\n".join(own)
