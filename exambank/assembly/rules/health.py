"""PURE. How a bank stands to what its blueprints need, how worn its items are, and how far its plan is."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from exambank.assembly.rules.cells import CellSpec
from exambank.assembly.rules.feasibility import BANK_RATIO_WANTED

Place = tuple[int | None, int | None]
"""Topic id and level id; None: not chosen (of an item), any (of a cell)."""


@dataclass(frozen=True)
class Stock:
    """One cell of the matrix topic x level: items by state, and the most that one blueprint asks of it."""

    counts: Mapping[str, int]
    needed: int = 0

    @property
    def ready(self) -> int:
        return self.counts.get("accepted", 0)

    @property
    def on_the_way(self) -> int:
        return self.counts.get("draft", 0) + self.counts.get("review", 0)

    @property
    def ratio(self) -> float | None:
        """Ready items for each one that a paper needs; None where no blueprint asks for any."""
        return self.ready / self.needed if self.needed else None

    @property
    def grade(self) -> str:
        """unasked, none, short (not one paper), thin (under three times), good."""
        if not self.needed:
            return "unasked"
        if not self.ready:
            return "none"
        if self.ready < self.needed:
            return "short"
        return "good" if self.ready >= BANK_RATIO_WANTED * self.needed else "thin"


def needs_of(blueprints: Iterable[Sequence[CellSpec]]) -> dict[Place, int]:
    """For each topic and level the most items that one of the blueprints asks for.

    A cell without a topic or level may be filled from anywhere, so it asks nothing of a single place.
    """
    needed: dict[Place, int] = {}
    for cells in blueprints:
        own: Counter[Place] = Counter()
        for cell in cells:
            if cell.topic_id is not None and cell.level_id is not None:
                own[(cell.topic_id, cell.level_id)] += cell.count
        for place, count in own.items():
            needed[place] = max(needed.get(place, 0), count)
    return needed


def stock_matrix(counts: Mapping[Place, Mapping[str, int]], needed: Mapping[Place, int]) -> dict[Place, Stock]:
    """What stands in each place that has items or is asked for some."""
    return {place: Stock(counts.get(place, {}), needed.get(place, 0)) for place in counts.keys() | needed.keys()}


@dataclass(frozen=True)
class Exposure:
    """How often the items that papers may use were used. ``by_uses``: number of items by number of papers, 3 is 3+."""

    never: int
    most: int
    by_uses: tuple[int, int, int, int]

    @property
    def total(self) -> int:
        return sum(self.by_uses)


def exposure(uses: Iterable[int]) -> Exposure:
    """Sum up how many papers carried each item."""
    found = list(uses)
    counts = Counter(min(count, 3) for count in found)
    return Exposure(counts[0], max(found, default=0), tuple(counts[at] for at in range(4)))


@dataclass(frozen=True)
class Verdict:
    """Whether a module can be examined: ``code`` is no_blueprint, no_items, cannot, thin or ready."""

    code: str
    blueprints: int = 0
    feasible: int = 0
    thin_cells: int = 0


def judge(*, ready: int, feasible: Sequence[bool], thin_cells: int) -> Verdict:
    """Judge a bank by its accepted items, which of its blueprints can be dealt, and its thin cells."""
    if not ready:
        return Verdict("no_items", len(feasible))
    if not feasible:
        return Verdict("no_blueprint")
    dealt = sum(feasible)
    code = "cannot" if dealt < len(feasible) else ("thin" if thin_cells else "ready")
    return Verdict(code, len(feasible), dealt, thin_cells)


@dataclass(frozen=True)
class TaskProgress:
    """A line of the plan on a day: ``state`` is done, due (within a week), late or open."""

    wanted: int
    written: int
    state: str
    days_left: int

    @property
    def missing(self) -> int:
        return max(0, self.wanted - self.written)


def progress_of(*, wanted: int, written: int, due_on: date, today: date) -> TaskProgress:
    """How far a line of the plan is; what is written early counts, what is late is named late."""
    days = (due_on - today).days
    if written >= wanted:
        state = "done"
    elif days < 0:
        state = "late"
    else:
        state = "due" if days <= 7 else "open"
    return TaskProgress(wanted, written, state, days)


@dataclass(frozen=True)
class AuthorWork:
    """What one author has in the bank, by state."""

    author_id: int
    full_name: str
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())
