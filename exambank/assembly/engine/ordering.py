"""PURE. The order of a paper: parts, cells or chance, stimuli whole, pins at their number, no long runs of a key."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from exambank.assembly.engine.problem import Problem

Placed = tuple[int, int]  # an item and the cell that it serves

_SHUFFLES = 30  # orders tried as they fall before items are moved out of theirs
_STEPS = 20_000  # of the search that moves them; without parts and pins it never has to turn back


def order_paper(problem: Problem, paper: Sequence[Placed], rng: np.random.Generator) -> list[Placed]:
    """The items of ``paper`` in their order.

    Parts follow each other; inside of a part the cells follow each other, or all is shuffled, as the specification
    says; what belongs to a stimulus stands together; pinned items stand at their number. No key stands in a row more
    often than allowed: where shuffling alone does not see to it, as few items as possible leave their place, be it
    inside of a stimulus or a cell, never their part. Where parts and pins leave no such order, the last one tried is
    given back (``longest_run`` tells).
    """
    run = problem.spec.order.max_same_key_run
    for _shuffle in range(_SHUFFLES):
        wished = _shuffled(problem, paper, rng)
        found = _with_pins(problem, wished)
        if run is None or longest_run(problem, found) <= run:
            return found
    return _Rows(problem, wished, run).build() or found


def longest_run(problem: Problem, paper: Sequence[Placed]) -> int:
    """The most equal keys in a row; an item without a key ends a run."""
    longest = length = 0
    previous = None
    for item, _cell in paper:
        answer = problem.items[item].answer
        length = 0 if answer is None else length + 1 if answer == previous else 1
        longest, previous = max(longest, length), answer
    return longest


def _shuffled(problem: Problem, paper: Sequence[Placed], rng: np.random.Generator) -> list[Placed]:
    """By part, then by cell or not, then by chance; a block of a stimulus goes by its first cell."""
    blocks = defaultdict(list)
    for item, cell in sorted(paper):
        stimulus = problem.items[item].stimulus
        blocks[problem.parts[cell], item if stimulus is None else stimulus].append((item, cell))
    ties = rng.random(len(blocks)).tolist()
    ordered = []
    for tie, ((part, _name), members) in zip(ties, blocks.items(), strict=True):
        first = 0 if problem.spec.order.shuffle else min(cell for _item, cell in members)
        ordered.append((part, first, tie, members))
    return [placed for *_rank, members in sorted(ordered) for placed in members]


def _pins(problem: Problem) -> dict[str, int]:
    return {name: number - 1 for name, number in problem.spec.pinned.items()}


def _with_pins(problem: Problem, wished: Sequence[Placed]) -> list[Placed]:
    pins = _pins(problem)
    if not pins:
        return list(wished)
    found: list[Placed | None] = [None] * len(wished)
    for placed in wished:
        name = problem.items[placed[0]].name
        if name in pins:
            found[pins[name]] = placed
    free = iter([placed for placed in wished if problem.items[placed[0]].name not in pins])
    return [placed if placed is not None else next(free) for placed in found]


class _Rows:
    """Goes through the numbers of the paper and takes the first item wished for that leaves an order for the rest."""

    def __init__(self, problem: Problem, wished: Sequence[Placed], run: int):
        self.problem, self.run, self.steps = problem, run, 0
        pins = _pins(problem)
        self.order: list[Placed | None] = [None] * len(wished)
        self.loose: list[Placed] = []
        for placed in wished:
            number = pins.get(problem.items[placed[0]].name)
            if number is None:
                self.loose.append(placed)
            else:
                self.order[number] = placed
        self.pinned = [placed is not None for placed in self.order]
        self.left = Counter(self._key(placed) for placed in wished)

    def _key(self, placed: Placed) -> str | None:
        return self.problem.items[placed[0]].answer

    def build(self) -> list[Placed] | None:
        """The order, or None where there is none or it was not found in the steps allowed."""
        return list(self.order) if self._from(0, None, 0) else None

    def _from(self, number: int, last: str | None, length: int) -> bool:
        """Depth first; each number holds either its pinned item or the first loose one, of its part, of each key."""
        if number == len(self.order):
            return True
        self.steps += 1
        if self.steps > _STEPS:
            return False
        choices = [self.order[number]] if self.pinned[number] else self._choices()
        for placed in choices:
            key = self._key(placed)
            row = 0 if key is None else length + 1 if key == last else 1
            if row > self.run:
                continue
            at = self._take(number, placed, key)
            if self._leaves_an_order(key, row) and self._from(number + 1, key, row):
                return True
            self._give_back(number, placed, key, at)
        return False

    def _choices(self) -> list[Placed]:
        part = self.problem.parts[self.loose[0][1]]
        first: dict[str | None, Placed] = {}
        for placed in self.loose:
            if self.problem.parts[placed[1]] != part:
                break
            first.setdefault(self._key(placed), placed)
        return list(first.values())

    def _take(self, number: int, placed: Placed, key: str | None) -> int:
        """Where among the loose ones it was."""
        self.left[key] -= 1
        if self.pinned[number]:
            return -1
        self.order[number] = placed
        at = self.loose.index(placed)
        del self.loose[at]
        return at

    def _give_back(self, number: int, placed: Placed, key: str | None, at: int) -> None:
        self.left[key] += 1
        if at >= 0:
            self.order[number] = None
            self.loose.insert(at, placed)

    def _leaves_an_order(self, key: str | None, row: int) -> bool:
        """m equal keys need others between them: m <= run * (others + 1); those of the current row have less room."""
        total = sum(self.left.values())
        return all(
            count <= self.run * (total - count) + (self.run - row if name == key else self.run)
            for name, count in self.left.items()
            if name is not None
        )
