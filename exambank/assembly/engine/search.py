"""PURE numpy. Mends papers swap by swap until every rule is kept and every figure lies within the tolerance."""

from dataclasses import dataclass

import numpy as np

from exambank.assembly.engine.balance import deviations
from exambank.assembly.engine.swap import HURT, SHARED, Papers, Swap

WORK_PER_SECOND = 4e7  # numbers that an ordinary core touches; the budget is counted in them, never in time
_STEP = 20_000  # what a step costs beside the numbers it touches
_PARTNERS = 24  # papers with which one paper may exchange, at most, in one step
_PATIENCE = 150  # steps without a better state before the search goes back to the best and shakes it
_SHAKES = 300  # without a better state before it gives up
_MENDING = 0.1  # the share of the budget after which papers that still break a rule are left to the solver
_MARGIN = 1e-4  # aims so much inside of the tolerance: others compute the figures a little differently
_SHAKEN = 4  # swaps by chance after each fruitless stretch


@dataclass
class State:
    """A state of the papers and how good it is: rules broken, items shared too many (squared), greatest deviation.

    ``papers`` change while the search goes on; it leaves them in its best state.
    """

    papers: Papers
    holds: np.ndarray
    place: np.ndarray
    broken: int
    excess: int
    deviation: float

    @property
    def rank(self) -> tuple[int, int, float]:
        """Less is better."""
        return self.broken, self.excess, self.deviation


class Search:
    """``tolerance`` None: no figure counts. ``budget``: numbers to touch at most (see ``WORK_PER_SECOND``)."""

    def __init__(self, papers: Papers, tolerance: float | None, rng: np.random.Generator, budget: float):
        self.papers, self.rng, self.budget = papers, rng, budget
        self.aim = np.inf if tolerance is None else tolerance * (1 - _MARGIN)
        self.target = papers.figures().mean(axis=0)
        self.best = self._state()
        self.shakes = 0  # since the best state

    def run(self) -> State:
        """The best state found; the papers are left in it."""
        idle, stuck = 0, set()
        while not self._is_good(self.best) and self._may_go_on():
            self.papers.work += _STEP
            paper = self._worst(stuck)
            if paper is None or idle >= _PATIENCE:
                self._shake(idle)
                idle, stuck = 0, set()
                continue
            swap = self._best_replacement(paper) or self._best_exchange(paper)
            if swap is None:
                stuck.add(paper)
                idle += 1
                continue
            self.papers.do(swap)
            stuck.clear()
            idle = 0 if self._note() else idle + 1
        self._back()
        return self.best

    def _may_go_on(self) -> bool:
        budget = self.budget * (_MENDING if self.best.broken else 1)
        return self.papers.work < budget and self.shakes < _SHAKES

    def _is_good(self, state: State) -> bool:
        return not state.broken and not state.excess and state.deviation <= self.aim

    def _state(self) -> State:
        papers, figures = self.papers, self.papers.figures()
        deviation = float(deviations(figures, figures.mean(axis=0)).max(initial=0.0))
        broken, excess = int(papers.broken().sum()) + papers.beyond_room(), int(papers.excess().sum())
        return State(papers, papers.holds.copy(), papers.place.copy(), broken, excess, deviation)

    def _note(self) -> bool:
        """Keep the state if it is the best so far."""
        state = self._state()
        if state.rank < self.best.rank:
            self.best, self.shakes = state, 0
            return True
        return False

    def _back(self) -> None:
        self.papers.holds[:], self.papers.place[:] = self.best.holds, self.best.place
        self.papers.recount()

    def _worst(self, stuck: set[int]) -> int | None:
        """The paper to mend next; None where nothing can be mended any more."""
        urgent = self._urgency()
        if not urgent.any():  # all are near the target, yet not near their mean: the mean has moved
            self.target = self.papers.figures().mean(axis=0)
            urgent = self._urgency()
        urgent[list(stuck)] = 0
        paper = int(urgent.argmax())
        return paper if urgent[paper] > 0 else None

    def _urgency(self) -> np.ndarray:
        """For each paper how badly it wants mending; 0: it is as it should be."""
        papers = self.papers
        deviation = deviations(papers.figures(), self.target).max(axis=1, initial=0.0)
        deviation[deviation <= self.aim] = 0
        return HURT * papers.broken() + SHARED * papers.excess() + deviation

    def _best_replacement(self, paper: int) -> Swap | None:
        before = self.papers.costs(self.target)[paper]
        for fair in (True, False):
            slots, coming, costs = self.papers.replacements(paper, self.target, fair)
            if len(costs):
                at = int(costs.argmin())
                if costs[at] < before - 1e-12:
                    return Swap(paper, int(slots[at]), int(coming[at]))
        return None

    def _best_exchange(self, paper: int) -> Swap | None:
        costs = self.papers.costs(self.target)
        others = self._partners(paper)
        if not len(others):
            return None
        slots, others, theirs, ours, their = self.papers.exchanges(paper, others, self.target)
        if not len(slots):
            return None
        gain = np.maximum(costs[paper], costs[others]) - np.maximum(ours, their)
        at = int(gain.argmax())
        if gain[at] <= 1e-12:
            return None
        unit = self.papers.holds[others[at], theirs[at]]
        return Swap(paper, int(slots[at]), int(unit), int(others[at]), int(theirs[at]))

    def _partners(self, paper: int) -> np.ndarray:
        others = np.delete(np.arange(len(self.papers.holds)), paper)
        if len(others) > _PARTNERS:
            others = np.sort(others[np.argsort(self.rng.random(len(others)), kind="stable")[:_PARTNERS]])
        return others

    def _shake(self, idle: int) -> None:
        """Some swaps by chance that break nothing, now and then from the best state."""
        self.shakes += 1
        if idle >= _PATIENCE:
            self._back()
        for swap in range(_SHAKEN):
            paper = self._worst(set()) if swap % 2 else None
            if paper is None:
                paper = int(self.rng.random() * len(self.papers.holds))
            swap = self._any_replacement(paper) or self._any_exchange(paper)
            if swap is not None:
                self.papers.do(swap)

    def _any_replacement(self, paper: int) -> Swap | None:
        before = self.papers.costs(self.target)[paper]
        slots, coming, costs = self.papers.replacements(paper, self.target, False)
        at = self._any(costs, before)
        return None if at is None else Swap(paper, int(slots[at]), int(coming[at]))

    def _any_exchange(self, paper: int) -> Swap | None:
        before, others = self.papers.costs(self.target), self._partners(paper)
        if not len(others):
            return None
        slots, others, theirs, ours, their = self.papers.exchanges(paper, others, self.target)
        at = self._any(ours + their, before[paper] + before[others])
        if at is None:
            return None
        unit = self.papers.holds[others[at], theirs[at]]
        return Swap(paper, int(slots[at]), int(unit), int(others[at]), int(theirs[at]))

    def _any(self, costs: np.ndarray, before: np.ndarray | float) -> int | None:
        """One by chance of those that break no rule more than is broken now."""
        harmless = np.flatnonzero(costs < before + 1.0)
        return int(harmless[int(self.rng.random() * len(harmless))]) if len(harmless) else None
