"""PURE. Which items a blueprint can have, which it lacks, and how papers are dealt.

An item serves at most one cell of a paper, and cells may overlap ("any topic with the tag" beside "topic 1"). Counting
cell by cell would then promise too much and picking greedily could get stuck, so both questions are answered by
matching cells to items: exact, and able to say which cells compete. Items that match the same cells are alike for the
matching; a school's thousands of items become a handful of such groups.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any, Protocol

BANK_RATIO_WANTED = 3
"""A bank is called rich when it holds this many times what a paper needs; less is a notice, never a refusal."""

PAPERS_ALLOWED = 500
ITEMS_ALLOWED = 300
FIRST_CODE = 101

PAPER_SET_STATES: dict[str, frozenset[str]] = {
    "dealt": frozenset({"approved", "withdrawn"}),
    "approved": frozenset({"withdrawn"}),
    "withdrawn": frozenset(),
}


class PoolItem(Protocol):
    """What dealing must know of an item; ``bank.service.list_pool`` gives such records."""

    version_id: int
    topic_id: int | None
    level_id: int | None
    kind: str
    tags: frozenset[str]


@dataclass(frozen=True)
class CellSpec:
    """So many items of a topic, level and kind, with a tag and without another; None matches any."""

    count: int
    points: Decimal = Decimal(1)
    topic_id: int | None = None
    level_id: int | None = None
    kind: str | None = None
    tag: str | None = None
    not_tag: str | None = None

    def matches(self, item: PoolItem) -> bool:
        """Whether this item may serve this cell."""
        return (
            self.topic_id in (None, item.topic_id)
            and self.level_id in (None, item.level_id)
            and self.kind in (None, item.kind)
            and (self.tag is None or self.tag in item.tags)
            and (self.not_tag is None or self.not_tag not in item.tags)
        )


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
    sentence: str = ""

    @property
    def short_cells(self) -> tuple[CellCheck, ...]:
        return tuple(check for check in self.cells if check.missing)

    @property
    def is_feasible(self) -> bool:
        return bool(self.cells) and not self.short_cells and not self.conflicts

    def conflict_of(self, position: int) -> Conflict | None:
        """The competition that this cell takes part in, if any."""
        return next((one for one in self.conflicts if position in one.positions), None)


class Infeasible(ValueError):
    """No paper can be made; ``feasibility`` names the short cells."""

    def __init__(self, feasibility: Feasibility):
        self.feasibility = feasibility
        parts = [
            f"cell {check.position}: {check.wanted} wanted, {check.available} there"
            for check in feasibility.short_cells
        ]
        parts += [
            f"cells {', '.join(map(str, one.positions))} together: {one.wanted} wanted, {one.available} there"
            for one in feasibility.conflicts
        ]
        super().__init__("; ".join(parts) or "the blueprint has no cells")


@dataclass(frozen=True)
class Pick:
    """One question of a paper: the item version, the cell (numbered from 1) it serves, its points."""

    version_id: int
    cell: int
    points: Decimal


class _Matching:
    """Cells with seats, items that sit on them; ``seat`` moves others aside when that makes room."""

    def __init__(self, wanted: Sequence[int]):
        self._free = list(wanted)
        self._seated: list[list[tuple[int, frozenset[int]]]] = [[] for _ in wanted]

    def seat(self, item: int, cells: frozenset[int]) -> bool:
        """Give ``item`` a seat in one of its ``cells``; False when no rearrangement makes room."""
        came_from: dict[int, tuple[int, int] | None] = dict.fromkeys(sorted(cells))
        queue = list(came_from)
        for cell in queue:
            if self._free[cell]:
                self._shift(cell, came_from, item, cells)
                return True
            for at, (_item, others) in enumerate(self._seated[cell]):
                for other in sorted(others - came_from.keys()):
                    came_from[other] = (cell, at)
                    queue.append(other)
        return False

    def _shift(self, cell: int, came_from: Mapping, item: int, cells: frozenset[int]) -> None:
        self._free[cell] -= 1
        step = came_from[cell]
        while step is not None:
            previous, at = step
            self._seated[cell].append(self._seated[previous].pop(at))
            cell, step = previous, came_from[previous]
        self._seated[cell].append((item, cells))

    def short_cells(self) -> list[int]:
        return [cell for cell, free in enumerate(self._free) if free]

    def rivals_of(self, cell: int) -> set[int]:
        """The cells that hold an item which ``cell`` could use, or which such a cell could use, and so on."""
        reached, queue = {cell}, [cell]
        for current in queue:
            holders = {
                other
                for other, seated in enumerate(self._seated)
                if other not in reached and any(current in cells for _item, cells in seated)
            }
            reached |= holders
            queue += sorted(holders)
        return reached

    def items_by_cell(self) -> list[list[int]]:
        return [[item for item, _cells in seated] for seated in self._seated]


def _cells_of(item: PoolItem, cells: Sequence[CellSpec]) -> frozenset[int]:
    return frozenset(at for at, cell in enumerate(cells) if cell.matches(item))


def check_feasibility(pool: Iterable[PoolItem], cells: Sequence[CellSpec]) -> Feasibility:
    """Whether ``pool`` can fill ``cells``, each item used once; otherwise which cells are short or compete."""
    served = {item.version_id: _cells_of(item, cells) for item in pool}
    available = Counter(cell for found in served.values() for cell in found)
    checks = tuple(CellCheck(at + 1, cell, cell.count, available[at]) for at, cell in enumerate(cells))
    # a cell that is short by itself is named for that; only what it can have takes part in the competition
    matching = _Matching([min(check.wanted, check.available) for check in checks])
    full: set[frozenset[int]] = set()
    for version_id in sorted(served):
        if served[version_id] and served[version_id] not in full and not matching.seat(version_id, served[version_id]):
            full.add(served[version_id])
    return Feasibility(checks, _conflicts(matching, checks, served.values()))


def _conflicts(matching: _Matching, checks: Sequence[CellCheck], served: Iterable[frozenset[int]]) -> tuple:
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


def seed_number(*parts: Any) -> int:
    """The number that belongs to these words: the same on every machine, to seed a generator with."""
    return int.from_bytes(hashlib.sha256("/".join(str(part) for part in parts).encode()).digest(), "big")


def deal(pool: Iterable[PoolItem], cells: Sequence[CellSpec], papers: int, rng: Any) -> list[tuple[Pick, ...]]:
    """Deal ``papers`` papers; the same pool and the same state of ``rng`` give the same papers.

    Each paper takes the items used least so far, ties broken by ``rng`` (a ``random.Random`` or numpy Generator): items
    are offered in that order and kept when they can be seated, which by the theory of matroids gives the least used
    selection of all. Raises ``Infeasible``, naming the short cells.
    """
    pool = sorted(pool, key=lambda item: item.version_id)
    feasibility = check_feasibility(pool, cells)
    if not feasibility.is_feasible:
        raise Infeasible(feasibility)
    served = {item.version_id: found for item in pool if (found := _cells_of(item, cells))}
    uses: Counter[int] = Counter()
    dealt = []
    for _paper in range(papers):
        order = sorted((uses[version_id], rng.random(), version_id) for version_id in served)
        chosen = _deal_one([version_id for _uses, _tie, version_id in order], served, cells)
        uses.update(version_id for found in chosen for version_id in found)
        dealt.append(_lay_out(chosen, cells, rng))
    return dealt


def _deal_one(order: Sequence[int], served: Mapping[int, frozenset[int]], cells: Sequence[CellSpec]) -> list:
    matching, full = _Matching([cell.count for cell in cells]), set()
    left = sum(cell.count for cell in cells)
    for version_id in order:
        found = served[version_id]
        if found in full:  # one like it could not be seated, and room never comes back
            continue
        if matching.seat(version_id, found):
            left -= 1
            if not left:
                break
        else:
            full.add(found)
    return matching.items_by_cell()


def _lay_out(chosen: Sequence[list[int]], cells: Sequence[CellSpec], rng: Any) -> tuple[Pick, ...]:
    """Cells keep their order in the paper, items are shuffled inside their cell."""
    picks = []
    for at, found in enumerate(chosen):
        shuffled = sorted(found)
        rng.shuffle(shuffled)
        picks += [Pick(version_id, at + 1, cells[at].points) for version_id in shuffled]
    return tuple(picks)


def paper_codes(count: int, first: int = FIRST_CODE) -> list[str]:
    """Mã đề: 101, 102, ..."""
    return [str(first + at) for at in range(count)]


def total_points(cells: Iterable[CellSpec]) -> Decimal:
    """What a whole paper is worth."""
    return sum((cell.points * cell.count for cell in cells), Decimal(0))


@dataclass(frozen=True)
class Overlap:
    """How many items two papers of a set share: least, mean, most; and over how many papers the items are spread."""

    least: int
    mean: float
    most: int
    items: int
    most_used: int


def overlap(papers: Sequence[Iterable[int]]) -> Overlap:
    """Compare every two papers of a set by their item versions."""
    sets = [frozenset(paper) for paper in papers]
    shared = [len(one & other) for one, other in combinations(sets, 2)] or [0]
    uses = Counter(version_id for paper in sets for version_id in paper)
    return Overlap(min(shared), sum(shared) / len(shared), max(shared), len(uses), max(uses.values(), default=0))


@dataclass(frozen=True)
class KeyBalance:
    """Where the keys stand: ``counts[0]`` is how often the first position is the right one."""

    counts: tuple[int, ...]
    longest_run: int

    @property
    def total(self) -> int:
        return sum(self.counts)


def key_balance(papers: Sequence[Sequence[int | None]]) -> KeyBalance:
    """Key positions of all papers; a question without one single key (None) is left out and ends a run."""
    counts: dict[int, int] = defaultdict(int)
    longest = 0
    for positions in papers:
        run, previous = 0, None
        for position in positions:
            run = run + 1 if position is not None and position == previous else int(position is not None)
            longest, previous = max(longest, run), position
            if position is not None:
                counts[position] += 1
    return KeyBalance(tuple(counts[at] for at in range(max(counts, default=-1) + 1)), longest)


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
    if not cells:
        problems.append(CellProblem(0, "count", "no_cells"))
    elif sum(cell.count for cell in cells) > ITEMS_ALLOWED:
        problems.append(CellProblem(0, "count", "too_many"))
    return problems
