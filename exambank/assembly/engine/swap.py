"""PURE numpy. Papers under change: what stands where, which rules are hurt, how far figures lie off, and every swap
that a paper could make, measured at once.

Cells, use caps and the room's items are kept by every swap. Enemies, runs of keys and overlap may be hurt for a while
and weigh more than any deviation: a swap counts as better if it hurts less, then if the figures come nearer to the
target.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from exambank.assembly.engine.balance import Metric
from exambank.assembly.engine.draw import Seated
from exambank.assembly.engine.units import Units

HURT = 1000.0  # one broken rule
SHARED = 20.0  # one item shared too many
_NONE = -1
_SAMPLED = 4  # papers whose swaps tell how figures hang together


@dataclass(frozen=True)
class Swap:
    """Unit at ``slot`` of ``paper`` goes; ``unit`` comes, from ``other``'s ``other_slot`` if it is an exchange."""

    paper: int
    slot: int
    unit: int
    other: int = _NONE
    other_slot: int = _NONE


class Papers:
    """``holds`` and ``place``: papers x slots (-1: no such slot), the unit and the number of its place."""

    def __init__(self, units: Units, seated: Sequence[Seated]):
        self.units, problem = units, units.problem
        count, width = len(seated), max((len(paper.units) for paper in seated), default=0)
        self.holds = np.full((count, width), _NONE, dtype=np.int64)
        self.place = np.full((count, width), _NONE, dtype=np.int64)
        for at, paper in enumerate(seated):
            for slot, (unit, cells) in enumerate(sorted(paper.units, key=lambda pair: (pair[1], pair[0]))):
                self.holds[at, slot], self.place[at, slot] = unit, units.place(unit, cells)
        self.fixed = [paper.fixed for paper in seated]
        self.overlap_cap = problem.spec.limits.overlap if count > 1 else None
        self._pairs: dict[bytes, tuple[np.ndarray, np.ndarray, np.ndarray]] = {}
        self.work = 0  # numbers touched so far: the budget of a search that must not look at a clock
        self.recount()
        self.metric = self._metric()

    # -- what is counted ------------------------------------------------------------------------------------------

    def recount(self) -> None:
        """Everything that follows from ``holds`` and ``place``."""
        units, problem = self.units, self.units.problem
        count = len(self.holds)
        self.inside = np.zeros((count, len(units.members)), dtype=bool)
        for at, row in enumerate(self.holds):
            self.inside[at, row[row >= 0]] = True
        self.uses = self.inside.sum(axis=0)
        self.sums = np.array([units.terms[row[row >= 0]].sum(axis=0) for row in self.holds])
        self.sums += units.scales.terms[list(problem.fixed)].sum(axis=0)
        with_fixed = [len(frozenset(items).intersection(problem.fixed)) for _name, items in problem.enemy_sets]
        self.met = np.tile(np.array([*with_fixed, 0], dtype=np.int64), (count, 1))
        self.keys = np.zeros((count, len(units.key_caps)), dtype=np.int64)
        for at, row in enumerate(self.holds):
            np.add.at(self.met[at], units.enemies[row[row >= 0]].ravel(), 1)
            if units.keys:
                self.keys[at] = units.keys_at(problem.fixed, self.fixed[at])
                for unit, place in zip(row, self.place[at], strict=True):
                    if unit >= 0:
                        self.keys[at] += units.keys_at(units.members[unit], units.cells_at[place])
        self.met[:, -1] = 0
        self._excess = np.zeros(count, dtype=np.int64)
        if self.overlap_cap is not None:
            self.shared = self._count_shared()
            self._excess = _too_many(self.shared - self.overlap_cap, axis=1)

    def broken(self) -> np.ndarray:
        """For each paper how many rules it breaks: enemies met, keys too many."""
        return np.maximum(self.met - 1, 0).sum(axis=1) + np.maximum(self.keys - self.units.key_caps, 0).sum(axis=1)

    def beyond_room(self) -> int:
        """Items of all papers beyond what the room may see."""
        most = self.units.problem.spec.limits.distinct_items
        return 0 if most is None else max(0, int((self.units.size * (self.uses > 0)).sum()) - most)

    def excess(self) -> np.ndarray:
        """For each paper how many items it shares too many, squared: two papers alike are worse than many a little."""
        return self._excess.copy()

    def most_shared(self) -> int:
        """The most items that two papers share, fixed ones aside."""
        return int(self._count_shared().max(initial=0))

    def _count_shared(self) -> np.ndarray:
        """Papers x papers: the items that they share, 0 with themselves. Bits, since a product of matrices would keep
        several cores busy for nothing."""
        again = np.flatnonzero(self.uses > 1)
        bits = np.packbits(np.repeat(self.inside[:, again], self.units.size[again], axis=1), axis=1)
        shared = np.array([np.bitwise_count(bits & row).sum(axis=1, dtype=np.int64) for row in bits])
        np.fill_diagonal(shared, 0)
        return shared

    def figures(self) -> np.ndarray:
        """Papers x figures."""
        return self.units.scales.figures(self.sums)

    def off(self, sums: np.ndarray, target: np.ndarray) -> np.ndarray:
        """How far papers with these sums lie off, all figures together."""
        if not len(target):
            return np.zeros(sums.shape[:-1])
        return self.metric(self.units.scales.figures(sums), target)

    def _metric(self) -> Metric:
        """From all swaps that some papers could make."""
        figures, changes = self.units.scales.figures, []
        for paper in range(min(len(self.holds), _SAMPLED)):
            slots, _coming, terms = self._candidates(paper)
            after = figures(self.sums[paper] - self.units.terms[self.holds[paper][slots]] + terms)
            before = figures(self.sums[paper])
            changes.append((after - before) / np.where(before != 0, before, 1.0))
        return Metric(np.concatenate(changes))

    def costs(self, target: np.ndarray) -> np.ndarray:
        """For each paper what a search should mend first."""
        return HURT * self.broken() + SHARED * self.excess() + self.off(self.sums, target)

    # -- replacing a unit by one that is not in the paper ------------------------------------------------------------

    def replacements(self, paper: int, target: np.ndarray, fair: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Slots, units to come, and the paper's costs then. ``fair``: only units that stand in no more papers."""
        units, (slots, coming, fits_terms) = self.units, self._candidates(paper)
        going = self.holds[paper][slots]
        allowed = ~self.inside[paper][coming] & (self.uses[coming] < units.problem.cap)
        if fair:
            allowed &= self.uses[coming] < self.uses[going]
        room = units.problem.spec.limits.distinct_items
        if room is not None:
            taken = int((units.size * (self.uses > 0)).sum())
            grows = units.size[coming] * (self.uses[coming] == 0) - units.size[going] * (self.uses[going] == 1)
            allowed &= (taken + grows <= room) | (grows <= 0)
        chosen = np.flatnonzero(allowed)
        slots, coming, going = slots[chosen], coming[chosen], going[chosen]
        sums = self.sums[paper] - units.terms[going] + fits_terms[chosen]
        cost = self.off(sums, target) + HURT * self._broken_after(paper, slots, going, coming)
        if self.overlap_cap is not None:
            cost += SHARED * self._excess_after(paper, going, coming)
        self.work += len(allowed) + len(chosen) * (2 + units.terms.shape[1])
        return slots, coming, cost

    def _candidates(self, paper: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        places = self.place[paper]
        pattern = places.tobytes()
        if pattern not in self._pairs:
            filled = np.flatnonzero(places >= 0)
            fitting = [self.units.fitting[places[slot]] for slot in filled]
            coming = np.concatenate(fitting) if fitting else np.zeros(0, dtype=np.int64)
            slots = np.repeat(filled, [len(found) for found in fitting])
            self._pairs[pattern] = slots, coming, self.units.terms[coming]
        return self._pairs[pattern]

    def _broken_after(self, paper: int, slots: np.ndarray, going: np.ndarray, coming: np.ndarray) -> np.ndarray:
        """How many rules ``paper`` breaks if ``going`` were replaced by ``coming``, pair by pair."""
        found = np.full(len(going), np.maximum(self.met[paper] - 1, 0).sum())
        enemies, met = self.units.enemies, self.met[paper]
        if enemies.shape[1]:
            found -= (met > 1)[enemies].sum(axis=1)[going]
            found += (met > 0)[enemies].sum(axis=1)[coming]
            hit = np.flatnonzero((met == 1)[enemies].any(axis=1)[coming])
            same = enemies[going[hit]][:, :, None] == enemies[coming[hit]][:, None, :]
            found[hit] -= (same & (met == 1)[enemies[coming[hit]]][:, None, :]).sum(axis=(1, 2))
        if self.units.keys:
            found += self._keys_after(paper, slots, going, coming)
        return found

    def _keys_after(self, paper: int, slots: np.ndarray, going: np.ndarray, coming: np.ndarray) -> np.ndarray:
        most = int(self.units.size.max(initial=1))
        if (self.keys[paper] + most <= self.units.key_caps).all():
            return np.zeros(len(going), dtype=np.int64)
        places = self.place[paper][slots]
        after = self.keys[paper] - self._keys(going, places) + self._keys(coming, places)
        return np.maximum(after - self.units.key_caps, 0).sum(axis=1)

    def _keys(self, units: np.ndarray, places: np.ndarray) -> np.ndarray:
        return self.units.keys_of(units, places)

    def _excess_after(self, paper: int, going: np.ndarray, coming: np.ndarray) -> np.ndarray:
        """Items that ``paper`` would share too many; only papers near the cap can change that."""
        size, cap = self.units.size, self.overlap_cap
        shared = self.shared[paper]
        near = np.flatnonzero(shared > cap - int(size.max(initial=1)))
        near = near[near != paper]
        if not len(near):
            return np.zeros(len(going))
        inside = self.inside[near] * size
        after = shared[near][:, None] - inside[:, going] + self.inside[near][:, coming] * size[coming]
        self.work += after.size
        return _too_many(after - cap, axis=0)

    # -- exchanging units of two papers ----------------------------------------------------------------------------

    def exchanges(self, paper: int, others: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, ...]:
        """Slots, other papers, their slots, and the greater and the sum of both papers' costs then."""
        mine = self.place[paper]
        slots, which, theirs = np.nonzero(
            (mine[:, None, None] == self.place[others][None]) & (mine >= 0)[:, None, None]
        )
        others = others[which]
        going, coming = self.holds[paper][slots], self.holds[others, theirs]
        allowed = ~self.inside[others, going] & ~self.inside[paper][coming]
        slots, others, theirs = slots[allowed], others[allowed], theirs[allowed]
        going, coming = going[allowed], coming[allowed]
        change = self.units.terms[coming] - self.units.terms[going]
        ours = self.off(self.sums[paper] + change, target) + HURT * self._broken_after(paper, slots, going, coming)
        their = self.off(self.sums[others] - change, target)
        for other in np.unique(others):
            at = np.flatnonzero(others == other)
            their[at] += HURT * self._broken_after(other, theirs[at], coming[at], going[at])
        if self.overlap_cap is not None:
            more, their_more = self._excess_exchanged(paper, others, going, coming)
            ours, their = ours + SHARED * more, their + SHARED * their_more
        self.work += len(allowed) + 4 * len(slots) * (2 + change.shape[1])
        return slots, others, theirs, ours, their

    def _excess_exchanged(self, paper: int, others: np.ndarray, going: np.ndarray, coming: np.ndarray):
        change = (self.inside[:, coming] * self.units.size[coming] - self.inside[:, going] * self.units.size[going]).T
        at = np.arange(len(others))
        change[at, others] = 0
        change[:, paper] = 0
        ours = _too_many(self.shared[paper] + change - self.overlap_cap, axis=1)
        their = _too_many(self.shared[others] - change - self.overlap_cap, axis=1)
        self.work += 3 * change.size
        return ours, their

    # -- doing it ------------------------------------------------------------------------------------------------------

    def do(self, swap: Swap) -> None:
        """Carry a swap out and keep every count right."""
        going = int(self.holds[swap.paper, swap.slot])
        self._put(swap.paper, swap.slot, going, swap.unit)
        if swap.other != _NONE:
            self._put(swap.other, swap.other_slot, swap.unit, going)

    def _put(self, paper: int, slot: int, going: int, coming: int) -> None:
        units, place = self.units, self.place[paper, slot]
        self.holds[paper, slot] = coming
        if self.overlap_cap is not None:
            self._share(paper, self.inside[:, coming] * units.size[coming] - self.inside[:, going] * units.size[going])
        self.inside[paper, going], self.inside[paper, coming] = False, True
        self.uses[going] -= 1
        self.uses[coming] += 1
        self.sums[paper] += units.terms[coming] - units.terms[going]
        np.add.at(self.met[paper], units.enemies[going], -1)
        np.add.at(self.met[paper], units.enemies[coming], 1)
        self.met[paper, -1] = 0
        if units.keys:
            here = np.array([place])
            self.keys[paper] += (self._keys(np.array([coming]), here) - self._keys(np.array([going]), here))[0]

    def _share(self, paper: int, change: np.ndarray) -> None:
        """Paper by paper, ``paper`` shares so many items more: of the whole table one row and one column change."""
        before = np.maximum(self.shared[paper] - self.overlap_cap, 0) ** 2
        self.shared[paper] += change
        self.shared[:, paper] += change
        self.shared[paper, paper] = 0
        after = np.maximum(self.shared[paper] - self.overlap_cap, 0) ** 2
        self._excess += after - before
        self._excess[paper] = after.sum()

    def seated(self) -> list[Seated]:
        """The papers as plain values."""
        return [
            Seated(
                tuple(
                    (int(unit), self.units.cells_at[place])
                    for unit, place in zip(self.holds[at], self.place[at], strict=True)
                    if unit >= 0
                ),
                self.fixed[at],
            )
            for at in range(len(self.holds))
        ]


def _too_many(beyond: np.ndarray, axis: int) -> np.ndarray:
    return (np.maximum(beyond, 0) ** 2).sum(axis=axis)
