"""The integer programmes behind ``why``: how many units of each type papers take, and which cells they fill.

Variables stand in blocks. A block of size k is the sum of k papers: (K,) is the aggregated problem, which every real
set of papers satisfies; (1,) * K the papers themselves; (1, K - 1) one paper whose rest still adds up.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from exambank.assembly.engine.why.demands import Rule
from exambank.assembly.engine.why.facts import Facts
from exambank.assembly.engine.why.units import UnitType

Kind = tuple[int, str | None]
"""Of an item: the cells that it may serve, its key (None where keys do not matter)."""
FEASIBLE, INFEASIBLE, UNDECIDED = True, False, None
_SOLVED, _PROVEN_INFEASIBLE = 0, 2  # scipy.optimize.milp's status


class Rows:
    """Sparse rows of a programme, added one by one."""

    def __init__(self) -> None:
        self.at, self.column, self.value, self.low, self.high = [], [], [], [], []

    def add(self, terms: Sequence[tuple[int, float]], low: float, high: float) -> None:
        """low <= sum of value * variable <= high."""
        self.at += [len(self.low)] * len(terms)
        self.column += [column for column, _value in terms]
        self.value += [value for _column, value in terms]
        self.low.append(low)
        self.high.append(high)


class Programme:
    """Integer variables with bounds and costs, and rows over them."""

    def __init__(self) -> None:
        self.rows, self.lowest, self.highest, self.costs = Rows(), [], [], []
        self.is_best = False  # whether what was found last is proven to be the cheapest

    def variable(self, low: float, high: float, cost: float = 0.0) -> int:
        """A new integer variable's number."""
        self.lowest.append(low)
        self.highest.append(high)
        self.costs.append(cost)
        return len(self.costs) - 1

    def solve(self, seconds: float) -> tuple[bool | None, np.ndarray | None]:
        """Feasible with the best values found, infeasible, or undecided in that time."""
        if not self.costs:
            self.is_best = True
            feasible = all(low <= 0 <= high for low, high in zip(self.rows.low, self.rows.high, strict=True))
            return feasible, np.zeros(0) if feasible else None
        shape = (len(self.rows.low), len(self.costs))
        rows = coo_array((self.rows.value, (self.rows.at, self.rows.column)), shape=shape).tocsr()
        limits = [LinearConstraint(rows, self.rows.low, self.rows.high)] if self.rows.low else []
        found = milp(
            np.array(self.costs), integrality=np.ones(len(self.costs)), bounds=Bounds(self.lowest, self.highest),
            constraints=limits, options={"time_limit": max(seconds, 0.01), "mip_rel_gap": 0.0},
        )  # fmt: skip
        self.is_best = found.status == _SOLVED
        if found.x is not None:
            return FEASIBLE, np.rint(found.x)
        return (INFEASIBLE if found.status == _PROVEN_INFEASIBLE else UNDECIDED), None


@dataclass
class Block:
    """Variables of so many papers: per type its units, per (kind, cell) the items of this kind that serve the cell."""

    size: int
    units: list[int]
    flows: dict[tuple[Kind, int], int]


def bits(mask: int) -> list[int]:
    """Numbers of the cells in a mask."""
    return [at for at in range(mask.bit_length()) if mask >> at & 1]


class Papers:
    """A programme of papers under some of the rules."""

    def __init__(self, facts: Facts, rules: frozenset[Rule], types: list[UnitType], papers: int, cap: int):
        self.facts, self.rules, self.types, self.papers, self.cap = facts, rules, types, papers, cap
        self.programme = Programme()
        self.kinds = list(dict.fromkeys(kind for one in types for kind in one.kinds))
        self.with_keys = any(key is not None for _mask, key in self.kinds)
        self.limit = facts.spec.limits.distinct_items if Rule("distinct_items") in rules else None

    def add_block(self, size: int, at_most: bool = False) -> Block:
        """Papers that keep every rule inside a paper, added up. ``at_most``: their cells may stay short."""
        make = self.programme.variable
        units = [
            make(size, size) if one.is_forced else make(0, min(one.most_in_paper * size, self.cap * len(one.units)))
            for one in self.types
        ]
        flows = {(kind, cell): make(0, np.inf) for kind in self.kinds for cell in bits(kind[0])}
        block = Block(size, units, flows)
        self._supply(block)
        self._demand(block, at_most)
        self._apart(block)
        if self.with_keys:
            self._mix_keys(block)
        return block

    def _supply(self, block: Block) -> None:
        terms: dict[Kind, list] = {kind: [] for kind in self.kinds}
        for one, variable in zip(self.types, block.units, strict=True):
            for kind, many in one.kinds.items():
                terms[kind].append((variable, many))
        for (kind, _cell), flow in block.flows.items():
            terms[kind].append((flow, -1))
        for row in terms.values():
            self.programme.rows.add(row, 0, 0)

    def _demand(self, block: Block, at_most: bool) -> None:
        rest = len(self.facts.counts) - 1
        for cell, count in enumerate(self.facts.counts):
            rule = Rule("items") if cell == rest else Rule("cell", cell)
            if rule in self.rules:
                terms = [(flow, 1) for (_kind, served), flow in block.flows.items() if served == cell]
                self.programme.rows.add(terms, 0 if at_most else count * block.size, count * block.size)

    def _apart(self, block: Block) -> None:
        sets: dict[str, list] = {}
        for one, variable in zip(self.types, block.units, strict=True):
            for name, many in one.enemies.items():
                sets.setdefault(name, []).append((variable, many))
        for terms in sets.values():
            self.programme.rows.add(terms, 0, block.size)

    def _mix_keys(self, block: Block) -> None:
        """m <= run * (size - m + 1) for each key in each part; a part's size is what it holds."""
        run = self.facts.spec.order.max_same_key_run
        for part in sorted(set(self.facts.parts)):
            flows = [(flow, kind[1]) for (kind, cell), flow in block.flows.items() if self.facts.parts[cell] == part]
            for key in sorted({key for _flow, key in flows if key is not None}):
                terms = [(flow, -run + (run + 1) * (held == key)) for flow, held in flows]
                self.programme.rows.add(terms, -np.inf, run * block.size)

    def tie(self, blocks: list[Block], left: list[int] | None = None) -> list[int]:
        """The rules across papers. ``left``: uses that each type still has. Gives the variables of what is in use."""
        rows, in_use = self.programme.rows, []
        for at, one in enumerate(self.types):
            if one.is_forced:
                continue
            terms = [(block.units[at], 1) for block in blocks]
            if self.limit is not None and left is None:
                used = self.programme.variable(0, len(one.units))
                in_use.append((used, one.size))
                rows.add([*terms, (used, -self.cap)], -np.inf, 0)
                for block in blocks:
                    rows.add([(block.units[at], 1), (used, -block.size)], -np.inf, 0)
            elif len(blocks) > 1 or left is not None:
                rows.add(terms, 0, self.cap * len(one.units) if left is None else left[at])
        if in_use:
            rows.add(in_use, 0, self.limit)
        return [used for used, _size in in_use]
