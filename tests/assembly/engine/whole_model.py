"""The straightforward model: one 0/1 variable for each item, cell and paper, all rules written down, solved by HiGHS.

It knows nothing of types, sums or matchings, so it can judge them.
"""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from tests.assembly.engine.checking import _earlier_use, _fixed, _serves, information


class _Model:
    def __init__(self, pool, spec, papers: int):
        self.pool, self.spec, self.papers = list(pool), spec, papers
        rest = 0 if spec.items is None else spec.items - sum(cell.count for cell in spec.cells)
        self.counts = [cell.count for cell in spec.cells] + ([rest] if rest else [])
        self.at, self.column, self.value, self.low, self.high = [], [], [], [], []
        self.x = [
            {(i, c): (k, i, c) for i, item in enumerate(self.pool) for c in range(len(self.counts))
             if c == len(spec.cells) or _serves(spec.cells[c], item)}
            for k in range(papers)
        ]  # fmt: skip
        self.number = {name: n for n, name in enumerate(name for one in self.x for name in one.values())}
        self.columns = len(self.number)
        self.of_item = [[[] for _item in self.pool] for _paper in range(papers)]
        for (k, i, _c), n in self.number.items():
            self.of_item[k][i].append((n, 1))

    def add(self, terms, low, high) -> None:
        self.at += [len(self.low)] * len(terms)
        self.column += [column for column, _value in terms]
        self.value += [value for _column, value in terms]
        self.low.append(low)
        self.high.append(high)

    def new(self, many: int = 1) -> int:
        self.columns += many
        return self.columns - many

    def build(self) -> None:
        forced, limits = _fixed({item.name: item for item in self.pool}, self.spec), self.spec.limits
        is_forced = [item.name in forced for item in self.pool]
        for k in range(self.papers):
            self._paper(k, is_forced)
        for i, _item in enumerate(self.pool):
            if limits.papers_per_item is not None and not is_forced[i]:
                self.add([term for k in range(self.papers) for term in self.of_item[k][i]], 0, limits.papers_per_item)
        if limits.distinct_items is not None:
            used = [self.new() for _item in self.pool]
            for i, one in enumerate(used):
                for k in range(self.papers):
                    self.add([*self.of_item[k][i], (one, -1)], -np.inf, 0)
            self.add([(one, 1) for i, one in enumerate(used) if not is_forced[i]], 0, limits.distinct_items)
        if limits.overlap is not None:
            self._overlap(limits.overlap, is_forced)

    def _paper(self, k: int, is_forced: list[bool]) -> None:
        items = self.of_item[k]
        for c, count in enumerate(self.counts):
            self.add(
                [(self.number[k, i, c], 1) for i, _item in enumerate(self.pool) if (k, i, c) in self.number],
                count,
                count,
            )
        groups: dict[tuple, list[int]] = {}
        for i, item in enumerate(self.pool):
            least = 1 if is_forced[i] else 0
            most = 0 if not is_forced[i] and list(_earlier_use(self.spec.limits, item)) else 1
            self.add(items[i], least, most)
            for name in item.enemies:
                groups.setdefault(("enemies", name), []).append(i)
            if item.stimulus is not None:
                groups.setdefault(("stimulus", item.stimulus), []).append(i)
            groups.setdefault(("key", item.answer), []).append(i)
        for (kind, name), members in groups.items():
            together = [term for i in members for term in items[i]]
            if kind == "enemies":
                self.add(together, 0, 1)
            elif kind == "stimulus":
                for i in members[1:]:
                    self.add([*items[members[0]], *[(n, -1) for n, _one in items[i]]], 0, 0)
            elif name is not None and self.spec.order.max_same_key_run is not None:
                run = self.spec.order.max_same_key_run
                self.add(together, 0, run * (sum(self.counts) + 1) // (run + 1))

    def _overlap(self, most: int, is_forced: list[bool]) -> None:
        for k in range(self.papers):
            for other in range(k):
                both = []
                for i, _item in enumerate(self.pool):
                    if not is_forced[i]:
                        both.append((self.new(), 1))
                        terms = [*self.of_item[k][i], *self.of_item[other][i], (both[-1][0], -1)]
                        self.add(terms, -np.inf, 1)
                self.add(both, 0, most)

    def within(self, tolerance: float, theta: tuple[float, ...], targets: list[float]) -> None:
        """Information of each paper at each ability within the tolerance of a target."""
        for point, target in zip(theta, targets, strict=True):
            told = [information(item, point) for item in self.pool]
            for k in range(self.papers):
                terms = [(n, told[i]) for i, _item in enumerate(self.pool) for n, _one in self.of_item[k][i]]
                self.add(terms, target * (1 - tolerance), target * (1 + tolerance))

    def solve(self, seconds: float) -> bool | None:
        if not self.columns:
            return all(low <= 0 <= high for low, high in zip(self.low, self.high, strict=True))
        rows = coo_array((self.value, (self.at, self.column)), shape=(len(self.low), self.columns)).tocsr()
        found = milp(
            np.zeros(self.columns), integrality=np.ones(self.columns), bounds=Bounds(0, 1),
            constraints=[LinearConstraint(rows, self.low, self.high)], options={"time_limit": seconds},
        )  # fmt: skip
        return True if found.x is not None else False if found.status == 2 else None


def is_possible(pool, spec, papers: int, seconds: float = 20.0) -> bool | None:
    """Whether such papers exist (tolerance and places left aside); None: not told in time."""
    model = _Model(pool, spec, papers)
    model.build()
    return model.solve(seconds)


def solve_within(pool, spec, papers: int, targets: list[float], seconds: float) -> bool | None:
    """The same, with information within the spec's tolerance of these targets."""
    model = _Model(pool, spec, papers)
    model.build()
    model.within(spec.balance.tolerance, spec.balance.theta, targets)
    return model.solve(seconds)
