"""Whether papers exist under a set of rules, and such papers.

1. Uses of the types added up over all papers (an integer programme of a few dozen variables). Infeasible: proven.
2. Feasible, and no stimuli, disjoint sets of enemies, keys of no matter: papers exist. The uses are a bipartite
   multigraph of enemy sets and lone items (degree at most K) against places of a paper (degree K), and by Koenig's
   theorem its edges fall into K matchings, each a paper.
3. Where nothing ties papers together one paper decides, and its programme is exact.
4. Otherwise papers are split off one by one while the rest still adds up; if that gets stuck, all at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from time import monotonic

import numpy as np

from exambank.assembly.engine.why.demands import ACROSS, Rule
from exambank.assembly.engine.why.facts import Facts
from exambank.assembly.engine.why.model import FEASIBLE, UNDECIDED, Block, Papers
from exambank.assembly.engine.why.units import SHAPING, UnitType, group
from exambank.assembly.engine.why.writing import PaperItems, Taken, coloured, written_out

MOST_TOGETHER = 60_000
"""Variables beyond which all papers at once are not tried."""


class Deadline:
    """A stopwatch: how many seconds are left."""

    def __init__(self, seconds: float):
        self._ends = monotonic() + seconds

    @property
    def left(self) -> float:
        return max(0.0, self._ends - monotonic())

    @property
    def is_over(self) -> bool:
        return self.left <= 0


@dataclass(frozen=True)
class Verdict:
    """``answer``: True, False, or None where time ran out; ``papers`` where they exist and were asked for."""

    answer: bool | None
    papers: tuple[PaperItems, ...] = ()


class Decider:
    """Answers for sets of rules of one problem."""

    def __init__(self, facts: Facts, deadline: Deadline, with_keys: bool = False):
        self.facts, self.deadline, self.with_keys = facts, deadline, with_keys
        self._groups: dict[tuple, list[UnitType]] = {}

    def types(self, rules: frozenset[Rule]) -> list[UnitType]:
        """The types under these rules. Many sets of rules are asked about that differ in their cells only."""
        with_keys = self.with_keys and Rule("max_same_key_run") in rules
        shaping = frozenset(rule for rule in rules if rule.kind in SHAPING)
        if (shaping, with_keys) not in self._groups:
            self._groups[shaping, with_keys] = group(self.facts, shaping, with_keys)
        return self._groups[shaping, with_keys]

    def papers_to_tie(self, rules: frozenset[Rule]) -> int:
        """How many papers have to be thought of at once: one, where nothing ties them together."""
        is_tied = self.facts.cap(rules) < self.facts.papers
        return self.facts.papers if is_tied else 1

    def adds_up(self, rules: Iterable[Rule]) -> bool | None:
        """Step 1 alone: False is a proof, True is not."""
        return self._sum(frozenset(rules))[0]

    def decide(self, rules: Iterable[Rule], with_papers: bool = False) -> Verdict:
        """Steps 1 to 4."""
        rules, rest = frozenset(rules), len(self.facts.spec.cells)
        answer, model, values, block, in_use = self._sum(rules)
        if answer is not FEASIBLE:
            return Verdict(answer)
        if not with_papers and (model.papers == 1 or _falls_apart(model)):
            return Verdict(FEASIBLE)
        types = _only_used(model.types, values, in_use)
        if model.papers == 1:
            return Verdict(FEASIBLE, written_out(types, [_read(block, values)] * self.facts.papers, rest))
        if _falls_apart(model):
            return Verdict(FEASIBLE, coloured(types, _read(block, values), model.papers, rest))
        papers = self._split(model, rules, types)
        return Verdict(FEASIBLE, written_out(types, papers, rest)) if papers else self._together(model, rules)

    def most_filled(self, rules: frozenset[Rule], wanted: set[int], papers: int) -> int | None:
        """The most places of the ``wanted`` cells that papers can fill, were fewer enough; None: not told."""
        model = self._model(rules, self.types(rules), papers)
        block = model.add_block(papers, at_most=True)
        model.tie([block])
        for (_kind, cell), flow in block.flows.items():
            model.programme.costs[flow] = -1.0 if cell in wanted else 0.0
        _answer, values = model.programme.solve(self.deadline.left + 1)
        if not model.programme.is_best:
            return None
        return sum(int(values[flow]) for (_kind, cell), flow in block.flows.items() if cell in wanted)

    def _sum(self, rules: frozenset[Rule]):
        papers = self.papers_to_tie(rules)
        model = self._model(rules, self.types(rules), papers)
        block = model.add_block(papers)
        in_use = model.tie([block])
        answer, values = model.programme.solve(self.deadline.left)
        return answer, model, values, block, in_use

    def _model(self, rules: frozenset[Rule], types: list[UnitType], papers: int) -> Papers:
        return Papers(self.facts, rules, types, papers, min(papers, self.facts.cap(rules)))

    def _split(self, model: Papers, rules: frozenset[Rule], types: list[UnitType]) -> list[Taken] | None:
        """Step 4: one paper at a time, so that the rest still adds up. None: stuck, which proves nothing."""
        left = [model.cap * len(one.units) for one in types]
        papers = []
        for rest in range(model.papers - 1, -1, -1):
            step = self._model(rules, types, model.papers)
            blocks = [step.add_block(size) for size in (1, rest) if size]
            step.tie(blocks, left)
            answer, values = step.programme.solve(self.deadline.left)
            if answer is not FEASIBLE:
                return None
            papers.append(_read(blocks[0], values))
            left = [had - used for had, used in zip(left, papers[-1][0], strict=True)]
        return papers

    def _together(self, model: Papers, rules: frozenset[Rule]) -> Verdict:
        """All papers at once: exact, if there is time."""
        if len(model.programme.costs) * model.papers > MOST_TOGETHER or self.deadline.is_over:
            return Verdict(UNDECIDED)
        whole = self._model(rules, model.types, model.papers)
        blocks = [whole.add_block(1) for _paper in range(model.papers)]
        in_use = whole.tie(blocks)
        answer, values = whole.programme.solve(self.deadline.left)
        if answer is not FEASIBLE:
            return Verdict(answer)
        types = _only_used(model.types, values, in_use)
        papers = [_read(block, values) for block in blocks]
        return Verdict(FEASIBLE, written_out(types, papers, len(self.facts.spec.cells)))


def _falls_apart(model: Papers) -> bool:
    """Whether Koenig's theorem holds: lone items, each in one set of enemies at most."""
    return not model.with_keys and all(one.size == 1 and len(one.enemies) <= 1 for one in model.types)


def _read(block: Block, values: np.ndarray) -> Taken:
    units = [int(values[variable]) for variable in block.units]
    return units, {flow: int(values[variable]) for flow, variable in block.flows.items() if values[variable] > 0}


def _only_used(types: list[UnitType], values: np.ndarray, in_use: list[int]) -> list[UnitType]:
    """The types cut down to as many units as the programme took into use, where that number is limited."""
    if not in_use:
        return types
    used = iter(int(values[variable]) for variable in in_use)
    cut = [one.units if one.is_forced else one.units[: next(used)] for one in types]
    return [UnitType(one.looks, one.is_forced, units) for one, units in zip(types, cut, strict=True)]


def is_tied_across(rules: Iterable[Rule]) -> bool:
    """Whether one of these rules ties papers to one another."""
    return any(rule.kind in ACROSS for rule in rules)
