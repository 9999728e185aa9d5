"""PURE. Papers as a set: their codes, how much they share, where their keys stand, the states of a set."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

PAPERS_ALLOWED = 500
FIRST_CODE = 101

PAPER_SET_STATES: dict[str, frozenset[str]] = {
    "waiting": frozenset({"dealt", "refused"}),  # the worker deals
    "refused": frozenset({"withdrawn"}),  # nothing could be dealt; ``refusal`` says why
    "dealt": frozenset({"approved", "withdrawn"}),
    "approved": frozenset({"withdrawn"}),
    "withdrawn": frozenset(),
}


def paper_codes(count: int, first: int = FIRST_CODE) -> list[str]:
    """Mã đề: 101, 102, ..."""
    return [str(first + at) for at in range(count)]


@dataclass(frozen=True)
class Overlap:
    """How many items two papers of a set share: least, mean, most; and over how many papers the items are spread."""

    least: int
    mean: float
    most: int
    items: int
    most_used: int


def overlap(papers: Sequence[Iterable[int]]) -> Overlap:
    """Compare every two papers of a set by their item versions."""
    sets = [frozenset(paper) for paper in papers]
    shared = [len(one & other) for one, other in combinations(sets, 2)] or [0]
    uses = Counter(version_id for paper in sets for version_id in paper)
    return Overlap(min(shared), sum(shared) / len(shared), max(shared), len(uses), max(uses.values(), default=0))


@dataclass(frozen=True)
class KeyBalance:
    """Where the keys stand: ``counts[0]`` is how often the first position is the right one."""

    counts: tuple[int, ...]
    longest_run: int

    @property
    def total(self) -> int:
        return sum(self.counts)


def key_balance(papers: Sequence[Sequence[int | None]]) -> KeyBalance:
    """Key positions of all papers; a question without one single key (None) is left out and ends a run."""
    counts: dict[int, int] = defaultdict(int)
    longest = 0
    for positions in papers:
        run, previous = 0, None
        for position in positions:
            run = run + 1 if position is not None and position == previous else int(position is not None)
            longest, previous = max(longest, run), position
            if position is not None:
                counts[position] += 1
    return KeyBalance(tuple(counts[at] for at in range(max(counts, default=-1) + 1)), longest)
