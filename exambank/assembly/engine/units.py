"""PURE numpy. What is taken or left as one, a single item or all items of a stimulus, and where it may stand."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from exambank.assembly.engine.balance import Scales
from exambank.assembly.engine.problem import Problem


class Units:
    """The units of a problem that papers may take beside the fixed items, as arrays.

    ``members``: the items of each unit, in the order of their signature (the set of cells they may serve). A *place* is
    what a unit fills in a paper: for a single item a cell, for the items of a stimulus one cell each. Places are
    numbered as they are met; units with the same signatures may stand at each other's place.
    """

    def __init__(self, problem: Problem, scales: Scales):
        self.problem, self.scales = problem, scales
        self.cells_of = _cells_of(problem)
        self.members = self._usable()
        self.size = np.array([len(items) for items in self.members], dtype=np.int64)
        self.terms = np.array([scales.terms[list(items)].sum(axis=0) for items in self.members])
        self.terms = self.terms.reshape(len(self.members), scales.terms.shape[1])
        self.is_plain = bool((self.size == 1).all())
        self._keys_found: dict[tuple[int, int], np.ndarray] = {}
        self._places: dict[tuple, int] = {}
        self.cells_at: list[tuple[int, ...]] = []  # of each place, in the order of the members
        self.fitting: list[np.ndarray] = []  # of each place: the units that may stand there

    def _usable(self) -> list[tuple[int, ...]]:
        problem, apart = self.problem, self._sets_of_item
        barred = set(problem.fixed)  # fixed items are no choice, and their enemies never are
        for _name, items in problem.enemy_sets:
            if not frozenset(items).isdisjoint(problem.fixed):
                barred.update(items)
        closed = [not is_open for is_open in problem.open.tolist()]
        barred.update(item for item, cells in enumerate(self.cells_of) if not cells or closed[item])
        usable, grouped = [], set()
        for _name, items in problem.stimuli:
            grouped.update(items)
            met = [name for item in items for name in apart.get(item, ())]
            if len(met) == len(set(met)) and barred.isdisjoint(items):
                usable.append(tuple(sorted(items, key=lambda item: (sorted(self.cells_of[item]), item))))
        usable += [(item,) for item in range(len(problem.items)) if item not in grouped and item not in barred]
        return sorted(usable)

    @cached_property
    def _sets_of_item(self) -> dict[int, list[int]]:
        found = defaultdict(list)
        for at, (_name, items) in enumerate(self.problem.enemy_sets):
            for item in items:
                found[item].append(at)
        return found

    @cached_property
    def unit_of(self) -> dict[int, int]:
        """The unit of each item that belongs to one."""
        return {item: unit for unit, items in enumerate(self.members) for item in items}

    @cached_property
    def enemies(self) -> np.ndarray:
        """Units x most sets of a unit: the enemy sets it belongs to, filled up with the number after the last set."""
        met = [sorted(name for item in items for name in self._sets_of_item.get(item, ())) for items in self.members]
        padded = np.full((len(met), max(map(len, met), default=0)), len(self.problem.enemy_sets), dtype=np.int64)
        for at, names in enumerate(met):
            padded[at, : len(names)] = names
        return padded

    @cached_property
    def enemy_lists(self) -> list[list[int]]:
        """The same as plain lists: made once, since a draw looks at them item by item for every paper."""
        return self.enemies.tolist()

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The names of keys; () where nothing is said about runs of them."""
        if self.problem.key_caps is None:
            return ()
        return tuple(sorted({item.answer for item in self.problem.items if item.answer is not None}))

    @cached_property
    def key_caps(self) -> np.ndarray:
        """So many of each (part, key) a paper can hold."""
        return np.repeat(np.array(self.problem.key_caps or (), dtype=np.int64), len(self.keys))

    def keys_at(self, items: Sequence[int], cells: Sequence[int]) -> np.ndarray:
        """How many of each (part, key) these items bring at these cells."""
        found = np.zeros(len(self.key_caps), dtype=np.int64)
        for item, cell in zip(items, cells, strict=True):
            answer = self.problem.items[item].answer
            if answer is not None and self.keys:
                found[self.problem.parts[cell] * len(self.keys) + self.keys.index(answer)] += 1
        return found

    def keys_of(self, units: np.ndarray, places: np.ndarray) -> np.ndarray:
        """The same for many units, each at its place: units x (part, key)."""
        pairs, back = np.unique(np.stack([units, places]), axis=1, return_inverse=True)
        found = [self._keys_by_pair(unit, place) for unit, place in pairs.T.tolist()]
        return np.array(found, dtype=np.int64).reshape(len(found), len(self.key_caps))[back.ravel()]

    def _keys_by_pair(self, unit: int, place: int) -> np.ndarray:
        if (unit, place) not in self._keys_found:
            self._keys_found[unit, place] = self.keys_at(self.members[unit], self.cells_at[place])
        return self._keys_found[unit, place]

    def place(self, unit: int, cells: tuple[int, ...]) -> int:
        """The number of the place where the members of ``unit`` serve ``cells``."""
        alike = tuple(self.cells_of[item] for item in self.members[unit]) if len(cells) > 1 else ()
        if (alike, cells) not in self._places:
            self._places[alike, cells] = len(self.cells_at)
            self.cells_at.append(cells)
            self.fitting.append(self._fitting(alike, cells))
        return self._places[alike, cells]

    def _fitting(self, alike: tuple, cells: tuple[int, ...]) -> np.ndarray:
        if len(cells) == 1:
            first = np.array([items[0] for items in self.members], dtype=np.int64)
            return np.flatnonzero(self.problem.serves[cells[0]][first] & (self.size == 1))
        large = np.flatnonzero(self.size == len(cells)).tolist()
        found = [at for at in large if tuple(self.cells_of[item] for item in self.members[at]) == alike]
        return np.array(found, dtype=np.int64)


def _cells_of(problem: Problem) -> list[frozenset[int]]:
    """For each item the cells it may serve; items alike share one set."""
    known: dict[bytes, frozenset[int]] = {}
    found = []
    for column in np.ascontiguousarray(problem.serves.T):
        look = column.tobytes()
        if look not in known:
            known[look] = frozenset(np.flatnonzero(column).tolist())
        found.append(known[look])
    return found
