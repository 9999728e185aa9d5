"""PURE. Which items a blueprint can have and which it lacks.

An item serves at most one cell of a paper, and cells may overlap ("any topic with the tag" beside "topic 1"). Counting
cell by cell would then promise too much and picking greedily could get stuck, so both questions are answered by
matching cells to items: exact, and able to say which cells compete. Items that match the same cells are alike for the
matching; a school's thousands of items become a handful of such groups.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from exambank.assembly.engine.matching import Matching
from exambank.assembly.rules.apart import seat_apart
from exambank.assembly.rules.cells import CellSpec, PoolItem, cells_of

BANK_RATIO_WANTED = 3
"""A bank is called rich when it holds this many times what a paper needs; less is a notice, never a refusal."""


@dataclass(frozen=True)
class CellCheck:
    """One cell against the bank: what alone it could have, overlap left aside."""

    position: int
    cell: CellSpec
    wanted: int
    available: int

    @property
    def missing(self) -> int:
        return max(0, self.wanted - self.available)

    @property
    def is_rich(self) -> bool:
        return self.available >= BANK_RATIO_WANTED * self.wanted


@dataclass(frozen=True)
class Conflict:
    """Cells that compete for the same items: together they want more than there is."""

    positions: tuple[int, ...]
    wanted: int
    available: int

    @property
    def missing(self) -> int:
        return self.wanted - self.available


@dataclass(frozen=True)
class Feasibility:
    """Whether one paper can be made, and what stands in the way; ``sentence`` is put into words by the service."""

    cells: tuple[CellCheck, ...]
    conflicts: tuple[Conflict, ...] = ()
    kept_apart: tuple[tuple[int, int], ...] = ()  # (row, missing) where items that never meet leave too few
    sentence: str = ""

    @property
    def short_cells(self) -> tuple[CellCheck, ...]:
        return tuple(check for check in self.cells if check.missing)

    @property
    def is_feasible(self) -> bool:
        return bool(self.cells) and not (self.short_cells or self.conflicts or self.kept_apart)

    def conflict_of(self, position: int) -> Conflict | None:
        """The competition that this cell takes part in, if any."""
        return next((one for one in self.conflicts if position in one.positions), None)


def check_feasibility(
    pool: Iterable[PoolItem], cells: Sequence[CellSpec], apart: Mapping[int, frozenset[int]] | None = None
) -> Feasibility:
    """Whether ``pool`` can fill ``cells``, each item used once; otherwise which cells are short or compete.

    ``apart``: for a version the versions that it never meets in a paper (enemies, variants of one slot).
    """
    served = _served(pool, cells)
    available = Counter(cell for found in served.values() for cell in found)
    checks = tuple(CellCheck(at + 1, cell, cell.count, available[at]) for at, cell in enumerate(cells))
    # a cell that is short by itself is named for that; only what it can have takes part in the competition
    matching = Matching([min(check.wanted, check.available) for check in checks])
    full: set[frozenset[int]] = set()
    for version_id in sorted(served):
        if served[version_id] and served[version_id] not in full and not matching.seat(version_id, served[version_id]):
            full.add(served[version_id])
    found = Feasibility(checks, _conflicts(matching, checks, served.values()))
    if not found.is_feasible or not apart:
        return found
    seated = seat_apart(sorted(served), served, [cell.count for cell in cells], apart)
    return replace(found, kept_apart=tuple((at + 1, missing) for at, missing in sorted(seated.missing.items())))


def _served(pool: Iterable[PoolItem], cells: Sequence[CellSpec]) -> dict[int, frozenset[int]]:
    """The cells each item may serve; items alike in all that the cells ask about are asked once."""
    asked = frozenset(tag for cell in cells for tag in (cell.tag, cell.not_tag) if tag is not None)
    known: dict[tuple, frozenset[int]] = {}
    served = {}
    for item in pool:
        alike = (item.topic_id, item.level_id, item.kind, item.tags & asked)
        if alike not in known:
            known[alike] = cells_of(item, cells)
        served[item.version_id] = known[alike]
    return served


def _conflicts(matching: Matching, checks: Sequence[CellCheck], served: Iterable[frozenset[int]]) -> tuple:
    served, rivalries = list(served), []
    for cell in matching.short_cells():
        rivals = matching.rivals_of(cell)
        joined = [known for known in rivalries if known & rivals]
        rivalries = [known for known in rivalries if not known & rivals] + [rivals.union(*joined)]
    return tuple(
        Conflict(
            positions=tuple(at + 1 for at in sorted(rivals)),
            wanted=sum(checks[at].wanted for at in rivals),
            available=sum(1 for found in served if found & rivals),
        )
        for rivals in rivalries
    )
