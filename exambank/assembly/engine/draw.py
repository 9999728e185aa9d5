"""PURE. The first papers: each takes what stands in the fewest papers so far, ties broken by the generator."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np

from exambank.assembly.engine.matching import Matching
from exambank.assembly.engine.units import Units

_ORDERS_TRIED = 12  # orders in which the units are offered to one paper before the draw gives up


@dataclass(frozen=True)
class Seated:
    """One paper: its units with the cells that their members serve, and the cell of each fixed item."""

    units: tuple[tuple[int, tuple[int, ...]], ...]
    fixed: tuple[int, ...]


def draw(units: Units, rng: np.random.Generator, *, room: np.ndarray | None = None, meet: bool = False):
    """The papers, or None where one could not be filled in the orders tried (which proves nothing).

    ``room``: the units that may be taken (bool). Enemies meet only where a paper cannot be filled otherwise, or with
    ``meet`` as if there were none: the search takes them apart again. Use caps and cells are kept in any case.
    """
    problem = units.problem
    uses = np.zeros(len(units.members), dtype=np.int64)
    papers = []
    for _paper in range(problem.papers):
        allowed = uses < problem.cap
        if room is not None:
            allowed &= room
        seated = _fill(units, uses, allowed, rng, meet)
        if seated is None:
            return None
        papers.append(seated)
        uses[[unit for unit, _cells in seated.units]] += 1
    return papers


def _fill(units: Units, uses: np.ndarray, allowed: np.ndarray, rng, meet: bool) -> Seated | None:
    """Least used first; where stimuli leave gaps that nothing fits, other orders, in which the large come first."""
    for attempt in range(1 if units.is_plain else _ORDERS_TRIED):
        ties = rng.random(len(uses))
        order = np.lexsort((ties, uses))
        if attempt >= _ORDERS_TRIED // 2:
            order = np.lexsort((ties, -units.size))
        order = order[allowed[order]].tolist()
        seated = _Filling(units)
        if seated.fixed_fit and seated.offer(order, meet):
            return seated.result()
        if not seated.fixed_fit:
            return None
    return None


class _Filling:
    def __init__(self, units: Units):
        self.units, problem = units, units.problem
        self.matching = Matching(problem.wanted)
        self.fixed_fit = all(
            units.cells_of[item] and self.matching.seat(item, units.cells_of[item]) for item in problem.fixed
        )
        self.left = sum(problem.wanted) - len(problem.fixed)
        self.chosen: set[int] = set()

    def offer(self, order: Sequence[int], meet: bool) -> bool:
        """Seat units as they come; first only those that meet no enemy, then, if need be, the others."""
        skipped = self._offer(order, meet)
        if self.left and not meet:
            self._offer(skipped, True)
        return not self.left

    def _offer(self, order: Iterable[int], meet: bool) -> list[int]:
        units, full, met, skipped = self.units, set(), set(), []
        enemies, none = units.enemy_lists, len(units.problem.enemy_sets)
        for unit in order:
            if not self.left:
                break
            items = units.members[unit]
            cells = units.cells_of[items[0]]
            if cells in full:
                continue
            if not meet and any(name in met for name in enemies[unit] if name != none):
                skipped.append(unit)
                continue
            if len(items) == 1 and not self.matching.seat(items[0], cells):
                full.add(cells)  # one like it could not be seated, and room never comes back
            elif len(items) == 1 or self._seat_all(items):
                self.left -= len(items)
                met.update(enemies[unit])
                self.chosen.add(unit)
        return skipped

    def _seat_all(self, items: Sequence[int]) -> bool:
        if len(items) > self.left:
            return False
        before = deepcopy(self.matching)
        if all(self.matching.seat(item, self.units.cells_of[item]) for item in items):
            return True
        self.matching = before
        return False

    def result(self) -> Seated:
        cell_of = {item: cell for cell, items in enumerate(self.matching.items_by_cell()) for item in items}
        return Seated(
            tuple((unit, tuple(cell_of[item] for item in self.units.members[unit])) for unit in sorted(self.chosen)),
            tuple(cell_of[item] for item in self.units.problem.fixed),
        )


def draw_room(units: Units, rng: np.random.Generator) -> np.ndarray | None:
    """The units that a room gets to see where it may see so many items only (bool); None: all.

    A paper as large as the room is drawn: its cells hold what use caps demand at the least, the others by their share.
    """
    most = units.problem.spec.limits.distinct_items
    if most is None or most >= units.size.sum():
        return None
    seats = _seats_of_room(units, most)
    matching, room = Matching(seats), np.zeros(len(units.members), dtype=bool)
    for unit in np.argsort(rng.random(len(room)), kind="stable").tolist():
        before = deepcopy(matching) if units.size[unit] > 1 else None
        room[unit] = all(matching.seat(item, units.cells_of[item]) for item in units.members[unit])
        if before is not None and not room[unit]:
            matching = before
    return room


def _seats_of_room(units: Units, most: int) -> list[int]:
    problem = units.problem
    wanted = _wanted_beside_fixed(units)
    least = [max(count, -(-problem.papers * count // problem.cap)) if problem.cap else count for count in wanted]
    supply = problem.serves[:, [item for items in units.members for item in items]].sum(axis=1).tolist()
    seats = list(least)
    if sum(least) > most:
        return [0] * len(least)
    for _seat in range(most - sum(least)):
        growing = [at for at, count in enumerate(wanted) if count and seats[at] < supply[at]]
        if not growing:
            break
        seats[min(growing, key=lambda at: seats[at] / wanted[at])] += 1
    return seats


def _wanted_beside_fixed(units: Units) -> list[int]:
    seated = _Filling(units)
    wanted = list(units.problem.wanted)
    for cell, items in enumerate(seated.matching.items_by_cell()):
        wanted[cell] -= len(items)
    return wanted
