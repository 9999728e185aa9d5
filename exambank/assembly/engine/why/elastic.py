"""The elastic programme: the rules of all papers added up, each of which may be broken at a cost."""

from collections import defaultdict

import numpy as np

from exambank.assembly.engine.records import Relaxation
from exambank.assembly.engine.why.deciding import Deadline
from exambank.assembly.engine.why.demands import Rule
from exambank.assembly.engine.why.facts import Facts
from exambank.assembly.engine.why.model import FEASIBLE, Programme, bits
from exambank.assembly.engine.why.units import UnitType, group

COSTS = {
    "cell": 1.0, "rest": 0.99, "papers_per_item": 0.9, "distinct_items": 0.1, "min_days_since_use": 0.8,
    "max_use_count": 0.85, "enemies": 0.95, "stimulus": 0.96, "fixed": 0.98,
}  # fmt: skip
"""Of one step: an item less in a cell of every paper; a higher limit on papers for an item; a limit on earlier use
given up; two enemies that may meet; a stimulus taken apart; a fixed item left out. About equal, so that the fewest
steps win; where one step of several kinds would do, a limit on use goes before the content of the papers."""
COST_OF_NO_ITEMS = 1000.0
COST_OF_A_USE = 0.02
"""How high the limit on papers for an item becomes matters little beside that it is raised at all."""

Term = tuple[int, float]


def least_changes(facts: Facts, deadline: Deadline, is_for_one: bool) -> tuple[Relaxation, float] | None:
    """The cheapest changes after which the sums add up, and their cost; None if there was no time.

    ``is_for_one``: for a single paper, which all papers may repeat once items may stand in all of them.
    """
    elastic = _Elastic(facts, is_for_one)
    answer, values = elastic.programme.solve(deadline.left)
    if answer is not FEASIBLE:
        return None
    return elastic.read(values), float(np.dot(elastic.programme.costs, values) - elastic.free_cost)


class _Elastic:
    def __init__(self, facts: Facts, is_for_one: bool):
        self.facts, self.is_for_one = facts, is_for_one
        self.cap = facts.papers if is_for_one else facts.cap(frozenset(facts.rules))
        self.papers = 1 if is_for_one or self.cap == facts.papers else facts.papers
        self.cap = min(self.cap, self.papers)
        self.programme = Programme()
        self.supply: dict[int, list[Term]] = defaultdict(list)
        self.sets: dict[str, list[Term]] = defaultdict(list)
        self.in_use: list[Term] = []
        self._switches()
        self._units()
        self._cells()
        self._apart()
        if self.more is not None:
            self.programme.rows.add([*self.in_use, (self.more, -1)], -np.inf, facts.spec.limits.distinct_items)

    def _switches(self) -> None:
        make, facts, rules = self.programme.variable, self.facts, set(self.facts.rules)
        self.late = make(0, 1, COSTS["min_days_since_use"]) if Rule("min_days_since_use") in rules else None
        self.worn = make(0, 1, COSTS["max_use_count"]) if Rule("max_use_count") in rules else None
        self.uses = self._raised() if self.cap < self.papers else None
        self.free_cost = self.cap * COST_OF_A_USE if self.uses is not None else 0.0
        has_most = facts.spec.limits.distinct_items is not None
        self.more = make(0, len(facts.pool), COSTS["distinct_items"]) if has_most else None
        self.short = [
            make(0, count, COSTS["rest" if at == len(facts.counts) - 1 else "cell"])
            for at, count in enumerate(facts.counts)
        ]
        self.meet = {name: make(0, 1, COSTS["enemies"]) for name in facts.enemies}
        self.split = {name: make(0, 1, COSTS["stimulus"]) for name in facts.stimuli}
        self.left_out = {at: make(0, 1, COSTS["fixed"]) for at in facts.fixed.values()}

    def _raised(self) -> int:
        """In how many papers an item may stand, if that limit is raised."""
        uses = self.programme.variable(self.cap, self.papers, COST_OF_A_USE)
        raised = self.programme.variable(0, 1, COSTS["papers_per_item"])
        self.programme.rows.add([(uses, 1), (raised, self.cap - self.papers)], -np.inf, self.cap)
        return uses

    def _units(self) -> None:
        facts = self.facts
        kept = frozenset(rule for rule in facts.rules if rule.kind in ("fixed", "stimulus", "enemies", "points"))
        for one in group(facts, kept, tell=self._flags):
            variable = self.programme.variable(0, self.papers * len(one.units))
            self._offer(variable, one)
            if one.is_forced:
                self._force(variable, one)
            else:
                self._limit(variable, one)
                self._gate(variable, self._flags(one.units[0]), self.papers * len(one.units))
            if one.size > 1:  # taken apart or whole
                names = {facts.pool[unit[0]].stimulus for unit in one.units}
                terms = [(self.split[name], self.papers) for name in names]
                self.programme.rows.add([(variable, 1), *terms], -np.inf, self.papers * len(one.units))
        alone = frozenset(rule for rule in kept if rule.kind != "stimulus")
        for one in group(facts, alone, tell=lambda unit: (*self._flags(unit), facts.pool[unit[0]].stimulus)):
            name = facts.pool[one.units[0][0]].stimulus
            if name in self.split:
                self._offer_apart(one, name)

    def _flags(self, unit: tuple[int, ...]) -> tuple[bool, bool]:
        return any(self.facts.late[at] for at in unit), any(self.facts.worn[at] for at in unit)

    def _offer(self, variable: int, one: UnitType) -> None:
        for (mask, _key), many in one.kinds.items():
            self.supply[mask].append((variable, many))
        for name, many in one.enemies.items():
            self.sets[name].append((variable, many))

    def _offer_apart(self, one: UnitType, name: str) -> None:
        """Items of a stimulus by themselves, if it is taken apart."""
        most = self.papers * len(one.units)
        variable = self.programme.variable(0, most)
        self._offer(variable, one)
        self.programme.rows.add([(variable, 1), (self.split[name], -most)], -np.inf, 0)
        if one.is_forced:  # then it stands there alone, or is left out
            out = self.left_out[one.units[0][0]]
            self.programme.rows.add([(variable, 1), (self.split[name], -most), (out, most)], 0, np.inf)
        else:
            self._limit(variable, one)
            self._gate(variable, self._flags(one.units[0]), most)

    def _force(self, variable: int, one: UnitType) -> None:
        """In every paper, unless its fixed items are left out or (of a stimulus) it is taken apart."""
        fixed = [at for at in one.units[0] if at in self.left_out]
        name = self.facts.pool[fixed[0]].stimulus
        apart = [(self.split[name], self.papers)] if one.size > 1 else []
        for at in fixed:
            out = (self.left_out[at], self.papers)
            self.programme.rows.add([(variable, 1), out, *apart], self.papers, np.inf)
            self.programme.rows.add([(variable, 1), out], -np.inf, self.papers)

    def _limit(self, variable: int, one: UnitType) -> None:
        many = len(one.units)
        if self.uses is not None:
            self.programme.rows.add([(variable, 1), (self.uses, -many)], -np.inf, 0)
        if self.more is None:
            return
        used = self.programme.variable(0, many)
        self.in_use.append((used, one.size))
        if self.uses is None:
            self.programme.rows.add([(variable, 1), (used, -self.cap)], -np.inf, 0)
        else:  # cap * used is exact while the cap stays, and generous when it is raised
            terms = [(variable, 1), (used, -self.cap), (self.uses, -many)]
            self.programme.rows.add(terms, -np.inf, -self.cap * many)

    def _gate(self, variable: int, flags: tuple[bool, bool], most: int) -> None:
        for is_barred, switch in zip(flags, (self.late, self.worn), strict=True):
            if is_barred and switch is not None:
                self.programme.rows.add([(variable, 1), (switch, -most)], -np.inf, 0)

    def _cells(self) -> None:
        served: dict[int, list[Term]] = defaultdict(list)
        for mask, terms in self.supply.items():
            flows = {cell: self.programme.variable(0, np.inf) for cell in bits(mask)}
            self.programme.rows.add([*terms, *[(flow, -1) for flow in flows.values()]], 0, 0)
            for cell, flow in flows.items():
                served[cell].append((flow, 1))
        for cell, count in enumerate(self.facts.counts):
            whole = count * self.papers
            self.programme.rows.add([*served[cell], (self.short[cell], self.papers)], whole, whole)
        nothing = self.programme.variable(0, 1, COST_OF_NO_ITEMS)  # a paper without items is the last resort
        terms = [*[(short, 1) for short in self.short], (nothing, -1)]
        self.programme.rows.add(terms, -np.inf, sum(self.facts.counts) - 1)

    def _apart(self) -> None:
        for name, terms in self.sets.items():
            most = self.papers * len(self.facts.enemies[name])
            self.programme.rows.add([*terms, (self.meet[name], -most)], -np.inf, self.papers)

    def read(self, values: np.ndarray) -> Relaxation:
        """The changes that these values stand for."""
        facts, spec = self.facts, self.facts.spec
        limits: dict[str, int | None] = {}
        for name, switch in (("min_days_since_use", self.late), ("max_use_count", self.worn)):
            if switch is not None and values[switch]:
                limits[name] = None
        uses = facts.papers if self.is_for_one else int(values[self.uses]) if self.uses is not None else None
        if uses is not None and uses > facts.cap(frozenset(facts.rules)):
            limits |= {"papers_per_item": uses} if Rule("papers_per_item") in facts.rules else {}
            limits |= {"overlap": None} if Rule("overlap") in facts.rules else {}
        if self.more is not None and values[self.more]:
            limits["distinct_items"] = spec.limits.distinct_items + int(values[self.more])
        return Relaxation(
            cell_counts={
                at: facts.counts[at] - int(values[variable])
                for at, variable in enumerate(self.short) if values[variable]
            },
            limits=limits,
            enemies=tuple(name for name, variable in self.meet.items() if values[variable]),
            stimuli=tuple(name for name, variable in self.split.items() if values[variable]),
            fixed=tuple(facts.pool[at].name for at, variable in self.left_out.items() if values[variable]),
        )  # fmt: skip
