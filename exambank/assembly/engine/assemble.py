"""PURE. From a pool and a specification to papers, or to the reason why there are none."""

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from exambank.assembly.engine import why
from exambank.assembly.engine.balance import Scales, measure, scales_of
from exambank.assembly.engine.draw import Seated, draw, draw_room
from exambank.assembly.engine.ordering import Placed, longest_run, order_paper
from exambank.assembly.engine.problem import Problem, compile_problem
from exambank.assembly.engine.records import (
    Assembled,
    Balance,
    Figures,
    Infeasible,
    NotFound,
    Outcome,
    Paper,
    PoolItem,
    Relaxation,
    Spec,
)
from exambank.assembly.engine.search import WORK_PER_SECOND, Search, State
from exambank.assembly.engine.swap import SHARED, Papers, Swap
from exambank.assembly.engine.units import Units
from exambank.assembly.engine.why.facts import Facts
from exambank.assembly.engine.why.relaxation import lower_bound_of_overlap

_OTHERS = 60  # items that a paper without an order may have instead of one of its own
_DRAWS = 3  # draws of the papers before the question goes to the solver
_ANEW = 24  # further draws, where stimuli are and the search gave up before its budget was spent


def assemble(
    pool: Sequence[PoolItem],
    spec: Spec,
    papers: int,
    seed: int | str,
    *,
    seconds: float = 30.0,
    explain: bool = True,
    clock: Callable[[], float] | None = None,
) -> Outcome:
    """``papers`` papers by ``spec`` from ``pool``.

    The same pool (in any order), specification and seed give the same papers on every machine: ``seconds`` is a budget
    of so much work as an ordinary core does in that time, counted, not clocked. ``Infeasible`` is given back only where
    it is proven, ``NotFound`` where tolerance, balance or overlap was not reached. ``explain`` False spares the search
    for the least relaxation. ``clock`` gives seconds, for ``NotFound.tried_seconds`` alone. Raises ``ValueError`` where
    the question itself is wrong (names that are not there or twice, more in the cells than the paper holds).
    """
    return _Assembly(pool, spec, papers, seed, seconds, explain, clock or (lambda: 0.0)).run()


class _Assembly:
    def __init__(self, pool, spec, papers, seed, seconds, explain, clock):
        self.clock, self.started = clock, clock()
        self.problem: Problem = compile_problem(pool, spec, papers)
        self.scales: Scales = scales_of(self.problem, spec.balance)
        self.units = Units(self.problem, self.scales)
        self.tolerance = spec.balance.tolerance if self.scales.labels else None
        self.rng = np.random.Generator(np.random.PCG64(_seed_number(seed)))
        self.seconds, self.budget, self.explain = seconds, seconds * WORK_PER_SECOND, explain

    def run(self) -> Outcome:
        """Draw and mend; where a rule stays broken, let the solver decide, and begin anew from its papers."""
        best = self._drawn()
        if best is None or best.broken or (best.excess and self._must_share()):
            decided = why.explain(self.problem.items, self.problem.spec, self.problem.papers, **self._orders_for_why())
            if isinstance(decided, Infeasible):
                return _as_seen(decided, best)
            if decided is not None and (best is None or best.broken):
                best = self._mended(self._seated(decided.papers), self.budget)
        if best is None or best.broken:
            return NotFound(None, float("inf"), self._tried())
        return self._outcome(self._anew(best))

    def _anew(self, best: State) -> State:
        """The best of further draws, while work is left: a stimulus changes places only with one of the same cells, so
        where stimuli are a draw settles more than swaps can mend."""
        left = self.budget - best.papers.work
        for _draw in range(0 if self.units.is_plain else _ANEW):
            if left <= 0 or self._is_enough(best):
                break
            seated = draw(self.units, self.rng, room=draw_room(self.units, self.rng))
            if seated is None:
                continue
            found = self._mended(seated, left)
            left -= found.papers.work
            best = min(best, found, key=lambda state: state.rank)
        return best

    def _is_enough(self, state: State) -> bool:
        return not state.excess and (self.tolerance is None or state.deviation <= self.tolerance)

    def _orders_for_why(self) -> dict:
        return {"seconds": self.seconds, "with_relaxation": self.explain}

    def _must_share(self) -> bool:
        """Whether counting alone proves that no papers share so little."""
        problem = self.problem
        facts = Facts(problem.items, problem.spec, problem.papers)
        return lower_bound_of_overlap(facts) > problem.spec.limits.overlap

    def _tried(self) -> float:
        return self.clock() - self.started

    def _drawn(self) -> State | None:
        """The best papers from some draws; the first that keeps every rule has the whole budget."""
        best = None
        for attempt in range(_DRAWS):
            seated = draw(self.units, self.rng, room=draw_room(self.units, self.rng), meet=attempt == _DRAWS - 1)
            if seated is None:
                continue
            found = self._mended(seated, self.budget)
            if best is None or found.rank < best.rank:
                best = found
            if not found.broken:
                break
        return best

    def _mended(self, seated: Sequence[Seated], budget: float) -> State:
        papers = Papers(self.units, seated)
        return Search(papers, self.tolerance, self.rng, budget).run()

    def _seated(self, papers: Sequence[Sequence[tuple[int, int | None]]]) -> list[Seated]:
        """The solver's papers: (item, cell or None for the rest)."""
        rest, unit_of = len(self.problem.spec.cells), self.units.unit_of
        found = []
        for paper in papers:
            cell_of = {item: rest if cell is None else cell for item, cell in paper}
            taken = sorted({unit_of[item] for item in cell_of if item in unit_of})
            found.append(
                Seated(
                    tuple((unit, tuple(cell_of[item] for item in self.units.members[unit])) for unit in taken),
                    tuple(cell_of[item] for item in self.problem.fixed),
                )
            )
        return found

    def _outcome(self, best: State) -> Outcome:
        seated = best.papers.seated()
        papers = [self._ordered(best.papers, number, seated[number]) for number in range(self.problem.papers)]
        in_order = all(paper is not None for paper in papers)
        if not in_order:
            return NotFound(None, best.deviation, self._tried())
        figures = measure(self.scales, [sorted(item for item, _cell in paper) for paper in papers])
        named = tuple(self._named(paper) for paper in papers)
        found = Assembled(named, figures, best.papers.most_shared(), int(best.papers.uses.max(initial=0)))
        excess = bool(best.papers.excess().any())
        if not excess and (self.tolerance is None or figures.max_deviation <= self.tolerance):
            return found
        return NotFound(found, figures.max_deviation, self._tried())

    def _ordered(self, papers: Papers, number: int, seated: Seated) -> list[Placed] | None:
        """A paper in its order. Pins and parts may leave none; then another item in it does, or None."""
        run = self.problem.spec.order.max_same_key_run
        found = order_paper(self.problem, self._placed(seated), self.rng)
        if run is None or longest_run(self.problem, found) <= run:
            return found
        target = papers.figures().mean(axis=0)
        before = papers.costs(target)[number]
        slots, coming, costs = papers.replacements(number, target, False)
        for at in np.argsort(costs, kind="stable")[:_OTHERS]:
            if costs[at] >= before + SHARED:
                break
            going = int(papers.holds[number, slots[at]])
            papers.do(Swap(number, int(slots[at]), int(coming[at])))
            found = order_paper(self.problem, self._placed(papers.seated()[number]), self.rng)
            if longest_run(self.problem, found) <= run:
                return found
            papers.do(Swap(number, int(slots[at]), going))
        return None

    def _placed(self, paper: Seated) -> list[Placed]:
        placed = list(zip(self.problem.fixed, paper.fixed, strict=True))
        for unit, cells in paper.units:
            placed += zip(self.units.members[unit], cells, strict=True)
        return placed

    def _named(self, paper: Sequence[Placed]) -> Paper:
        rest = len(self.problem.spec.cells)
        return Paper(
            tuple(self.problem.items[item].name for item, _cell in paper),
            tuple(None if cell == rest else cell for _item, cell in paper),
        )


def _as_seen(refused: Infeasible, best: State | None) -> Infeasible:
    """Where the overlap alone is at fault: the overlap of the search's papers, if the solver's share more."""
    if best is None or best.broken or refused.relaxation is None:
        return refused
    if [one.rule for one in refused.shortages] != ["overlap"]:
        return refused
    least = min(best.papers.most_shared(), refused.relaxation.limits["overlap"])
    return Infeasible(refused.shortages, Relaxation(limits={"overlap": least}))


def _seed_number(seed: int | str) -> int:
    """The number that belongs to a seed, the same on every machine."""
    return int.from_bytes(hashlib.sha256(str(seed).encode()).digest(), "big")


def figures_of(
    pool: Sequence[PoolItem], papers: Sequence[Sequence[str]], balance: Balance, spec: Spec | None = None
) -> Figures:
    """The figures of papers (lists of item names) that stand already, beside their mean.

    What is unknown of an item takes the mean of the known ones of its cell in ``spec``, without it of the whole pool.
    Raises ``KeyError`` for a name that the pool does not hold.
    """
    size = max((len(paper) for paper in papers), default=0)
    cells = () if spec is None else spec.cells
    problem = compile_problem(pool, Spec(cells, max(size, sum(cell.count for cell in cells))), 1)
    index = {item.name: at for at, item in enumerate(problem.items)}
    return measure(scales_of(problem, balance, size), [sorted(index[name] for name in paper) for paper in papers])
