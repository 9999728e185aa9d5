"""PURE. What a bank has for each place of a matrix, and where a question that is short could go instead."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np

from exambank.assembly.rules.cells import ASKED_BY_NAME, CellSpec
from exambank.assembly.rules.feasibility import BANK_RATIO_WANTED
from exambank.bank.rules import MINIMUM_N
from exambank.bank.rules.figures import LOW_DISCRIMINATION

NONE = -1
FRESH_DAYS = 180
"""An item not used for so long counts as unused, where the blueprint demands nothing else."""


class KnownItem(Protocol):
    """What must be known of an accepted item; ``bank.service.list_pool`` gives such records."""

    topic_id: int | None
    level_id: int | None
    kind: str
    tags: frozenset[str]
    use_count: int
    last_used_at: datetime | None
    pooled_n: int
    pooled_difficulty: float | None
    pooled_discrimination: float | None
    flags: frozenset[str]


@dataclass(frozen=True)
class Supply:
    """Accepted items that match: ``unused`` were never used, or not lately; ``sound`` proved themselves in exams."""

    available: int = 0
    unused: int = 0
    sound: int = 0


def is_sound(item: KnownItem) -> bool:
    """Enough answers, difficulty known, discrimination not poor, no flag (limits: bank.rules.figures)."""
    return (
        not item.flags
        and item.pooled_n >= MINIMUM_N
        and item.pooled_difficulty is not None
        and (item.pooled_discrimination is None or item.pooled_discrimination >= LOW_DISCRIMINATION)
    )


class BankTable:
    """A bank as columns, so that every place of a matrix is counted in one sweep each.

    ``fresh_since``: what was used before this moment counts as unused again.
    """

    def __init__(self, pool: Sequence[KnownItem], fresh_since: datetime):
        self._topics = np.array([NONE if one.topic_id is None else one.topic_id for one in pool], dtype=np.int64)
        self._levels = np.array([NONE if one.level_id is None else one.level_id for one in pool], dtype=np.int64)
        self._kinds = np.array([one.kind for one in pool], dtype=object)
        self._tags = [one.tags for one in pool]
        self._unused = np.array([_is_unused(one, fresh_since) for one in pool], dtype=bool)
        self._sound = np.array([is_sound(one) for one in pool], dtype=bool)
        self._known: dict[tuple, np.ndarray] = {}

    def supply(self, cell: CellSpec) -> Supply:
        """How many items match this cell, whatever its count."""
        found = self._matches(cell)
        return Supply(
            int(found.sum()), int((found & self._unused).sum()), int((found & self._sound).sum())
        )  # fmt: skip

    def _matches(self, cell: CellSpec) -> np.ndarray:
        found = self._column("kind", cell.kind)
        if cell.topic_id is not None:
            found = found & self._column("topic", cell.topic_id)
        if cell.level_id is not None:
            found = found & self._column("level", cell.level_id)
        if cell.tag is not None:
            found = found & self._column("tag", cell.tag)
        if cell.not_tag is not None:
            found = found & ~self._column("tag", cell.not_tag)
        return found

    def _column(self, name: str, value) -> np.ndarray:
        if (name, value) not in self._known:
            self._known[name, value] = self._compare(name, value)
        return self._known[name, value]

    def _compare(self, name: str, value) -> np.ndarray:
        if name == "topic":
            return self._topics == value
        if name == "level":
            return self._levels == value
        if name == "tag":
            return np.array([value in tags for tags in self._tags], dtype=bool)
        if value is None:  # what a machine can mark
            return ~np.isin(self._kinds, list(ASKED_BY_NAME)) if len(self._kinds) else np.zeros(0, dtype=bool)
        return self._kinds == value


def _is_unused(item: KnownItem, fresh_since: datetime) -> bool:
    return not item.use_count or (item.last_used_at is not None and item.last_used_at < fresh_since)


@dataclass(frozen=True)
class Line:
    """A row of the matrix as it is counted: ``cell.count`` may be 0 (a place where nothing is asked for).

    ``beside``: what other rows ask of the very same items, such as another entry of the place.
    """

    cell: CellSpec
    supply: Supply
    beside: int = 0

    @property
    def missing(self) -> int:
        return max(0, self.cell.count - self.supply.available)

    @property
    def mark(self) -> int:
        """The stock wanted: three times what a paper takes of these items."""
        return BANK_RATIO_WANTED * self.taken

    @property
    def taken(self) -> int:
        """What a paper takes of these items; 0 where nothing is asked for."""
        return self.cell.count + self.beside if self.cell.count else 0

    @property
    def state(self) -> str:
        """zero (nothing asked), none (not one item), short (not one paper), thin (under three times), good."""
        if not self.cell.count:
            return "zero"
        if self.missing:
            return "short" if self.supply.available else "none"
        return "good" if self.supply.available >= self.mark else "thin"


def count_lines(table: BankTable, rows: Mapping[int, CellSpec]) -> dict[int, Line]:
    """A line for every row: what the bank has, and what other rows ask of the same items."""
    asked: Counter[tuple] = Counter()
    for cell in rows.values():
        asked[_criteria(cell)] += cell.count
    return {row: Line(cell, table.supply(cell), asked[_criteria(cell)] - cell.count) for row, cell in rows.items()}


def _criteria(cell: CellSpec) -> tuple:
    return cell.topic_id, cell.level_id, cell.kind, cell.tag, cell.not_tag


def find_move(lines: Mapping[int, Line], short: int) -> int | None:
    """Where the questions missing in row ``short`` could be asked instead: the row of the same level and the same
    points, of another topic, that keeps most items beyond what it gives already; None where there is none."""
    line = lines[short]
    best, most = None, -1
    for row, other in lines.items():
        spare = other.supply.available - other.cell.count - other.beside - line.missing
        is_alike = other.cell.level_id == line.cell.level_id and other.cell.points == line.cell.points
        if is_alike and other.cell.topic_id not in (None, line.cell.topic_id) and spare > most:
            best, most = row, spare
    return best
