"""PURE. Cells of a blueprint: what they ask for, and what is wrong with them whatever the bank holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

ITEMS_ALLOWED = 300
PARTS_ALLOWED = 9

ASKED_BY_NAME = frozenset({"essay", "oral", "case"})
"""Kinds that a person has to mark, or may have to."""


class PoolItem(Protocol):
    """What dealing must know of an item; ``bank.service.list_pool`` gives such records."""

    version_id: int
    topic_id: int | None
    level_id: int | None
    kind: str
    tags: frozenset[str]


@dataclass(frozen=True)
class CellSpec:
    """So many items of a topic, level and kind, with a tag and without another; None matches any.

    Without a kind it takes what a machine can mark: an essay does not slip into a paper unasked.
    """

    count: int
    points: Decimal = Decimal(1)
    topic_id: int | None = None
    level_id: int | None = None
    kind: str | None = None
    tag: str | None = None
    not_tag: str | None = None
    requirement: str = ""  # yêu cầu cần đạt: what these questions ask of the learner
    part: int = 1  # phần I, II, ... of the paper
    is_scored: bool = True  # False: pretest, answered but not marked

    def matches(self, item: PoolItem) -> bool:
        """Whether this item may serve this cell."""
        return (
            self.topic_id in (None, item.topic_id)
            and self.level_id in (None, item.level_id)
            and (self.kind == item.kind or (self.kind is None and item.kind not in ASKED_BY_NAME))
            and (self.tag is None or self.tag in item.tags)
            and (self.not_tag is None or self.not_tag not in item.tags)
        )


def cells_of(item: PoolItem, cells: Sequence[CellSpec]) -> frozenset[int]:
    """The places (from 0) of the cells that this item may serve."""
    return frozenset(at for at, cell in enumerate(cells) if cell.matches(item))


@dataclass(frozen=True)
class CellProblem:
    """Something wrong with a typed cell: its row (from 1), the field and a code that the service puts into words."""

    row: int
    field: str
    code: str


def check_cells(cells: Sequence[CellSpec]) -> list[CellProblem]:
    """What is wrong with these cells, whatever the bank holds."""
    problems = []
    for row, cell in enumerate(cells, start=1):
        if not 0 < cell.count <= ITEMS_ALLOWED:
            problems.append(CellProblem(row, "count", "count_range"))
        if cell.points <= 0 or cell.points > 1000 or cell.points != cell.points.quantize(Decimal("0.0001")):
            problems.append(CellProblem(row, "points", "points_range"))
        if cell.tag is not None and cell.tag == cell.not_tag:
            problems.append(CellProblem(row, "not_tag", "tag_and_not_tag"))
        if not 0 < cell.part <= PARTS_ALLOWED:
            problems.append(CellProblem(row, "part", "part_range"))
    if not cells:
        problems.append(CellProblem(0, "count", "no_cells"))
    elif sum(cell.count for cell in cells) > ITEMS_ALLOWED:
        problems.append(CellProblem(0, "count", "too_many"))
    return problems


def total_points(cells: Iterable[CellSpec]) -> Decimal:
    """What a whole paper is worth; pretest questions are worth nothing."""
    return sum((cell.points * cell.count for cell in cells if cell.is_scored), Decimal(0))
