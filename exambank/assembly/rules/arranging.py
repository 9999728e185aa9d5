"""PURE. Where the keys of a paper stand, the order of its options, and which question of one code is which of another.

Keys stand at A, B, C, D as evenly as can be and no more than so many at one letter in a row, in an order that follows
no pattern. Locked options ("all of the above") keep their place; a key among them stands where it stands.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_TRIES = 40


@dataclass(frozen=True)
class Choice:
    """The options of a question with one right answer: tokens in the bank's order, and those that keep their place."""

    tokens: tuple[str, ...]
    key: str
    locked: frozenset[str] = frozenset()

    @property
    def places(self) -> tuple[int, ...]:
        """Where (from 0) the key may stand."""
        if self.key in self.locked:
            return (self.tokens.index(self.key),)
        return tuple(at for at, token in enumerate(self.tokens) if token not in self.locked)

    def order(self, place: int, rng: Any) -> list[str]:
        """The tokens with the key at ``place``, locked ones where they were, the others in a random order."""
        others = [token for token in self.tokens if token not in self.locked and token != self.key]
        rng.shuffle(others)
        rest = iter(others)
        return [
            self.key if at == place else token if token in self.locked else next(rest)
            for at, token in enumerate(self.tokens)
        ]


def place_keys(allowed: Sequence[Sequence[int]], most_run: int | None, rng: Any) -> list[int | None]:
    """A place for the key of each question of a paper, in its order.

    ``allowed``: the places it may have (none: no single key; that ends a run). ``rng``: random.Random. As even over the
    places as can be; no more than ``most_run`` equal ones in a row where that can be had: if not, the fewest too many
    that were found (see ``longest_run``).
    """
    free = [at for at, places in enumerate(allowed) if len(places) > 1]
    chosen: list[int | None] = [places[0] if len(places) == 1 else None for places in allowed]
    counts: dict[int, int] = defaultdict(int)
    for place in chosen:
        if place is not None:
            counts[place] += 1
    mixed = sorted(free, key=lambda at: (len(allowed[at]), rng.random()))
    for at in mixed:
        chosen[at] = min(allowed[at], key=lambda place: (counts[place], rng.random()))
        counts[chosen[at]] += 1
    while _even_out(allowed, chosen, counts, mixed):
        pass
    if most_run is not None:
        _break_runs(allowed, chosen, free, most_run, rng)
    return chosen


def _even_out(allowed: Sequence, chosen: list, counts: dict[int, int], free: Sequence[int]) -> bool:
    """Move one key from a fuller place to one that has two fewer, over others if need be; False: nothing to gain."""
    moves = defaultdict(list)
    for at in free:
        for place in allowed[at]:
            if place != chosen[at]:
                moves[chosen[at]].append((place, at))
    for full in sorted(counts, key=lambda place: -counts[place]):
        came: dict[int, tuple[int, int] | None] = {full: None}
        queue = [full]
        for place in queue:
            for target, at in moves[place]:
                if target not in came:
                    came[target] = (place, at)
                    queue.append(target)
        emptiest = min(queue, key=lambda place: counts[place])
        if counts[full] - counts[emptiest] >= 2:
            place = emptiest
            while came[place] is not None:
                before, at = came[place]
                chosen[at], place = place, before
            counts[full] -= 1
            counts[emptiest] += 1
            return True
    return False


def _break_runs(allowed: Sequence, chosen: list, free: Sequence[int], most_run: int, rng: Any) -> None:
    """Exchange places of two questions, or else move one key, as long as fewer keys stand in a row too many."""
    left = too_many(chosen, most_run)
    for _try in range(_TRIES * len(free)):
        if not left:
            return
        at = rng.choice(_inside_runs(chosen, most_run, free) or list(free))
        other = rng.choice(free)
        before = chosen[at], chosen[other]
        if chosen[other] in allowed[at] and chosen[at] in allowed[other]:
            chosen[at], chosen[other] = chosen[other], chosen[at]
        elif _try > _TRIES * len(free) // 2:
            chosen[at] = rng.choice(allowed[at])
        found = too_many(chosen, most_run)
        if found > left:
            chosen[at], chosen[other] = before
        left = min(left, found)


def _inside_runs(chosen: Sequence, most_run: int, free: Sequence[int]) -> list[int]:
    movable, found, start = frozenset(free), [], 0
    for at in range(1, len(chosen) + 1):
        if at == len(chosen) or chosen[at] is None or chosen[at] != chosen[start]:
            if at - start > most_run and chosen[start] is not None:
                found += [one for one in range(start, at) if one in movable]
            start = at
    return found


def too_many(places: Sequence[int | None], most_run: int) -> int:
    """How many keys stand in a row beyond ``most_run``, all runs added up."""
    return sum(max(0, length - most_run) for length in _runs(places))


def longest_run(places: Sequence[int | None]) -> int:
    """The most equal keys in a row; a question without a single key (None) ends a run."""
    return max(_runs(places), default=0)


def _runs(places: Sequence[int | None]) -> list[int]:
    lengths, previous = [], None
    for place in places:
        if place is not None and place == previous:
            lengths[-1] += 1
        elif place is not None:
            lengths.append(1)
        previous = place
    return lengths


@dataclass(frozen=True)
class MapRow:
    """One item: under which number it stands in each code, 0 where it does not."""

    version: int
    numbers: tuple[int, ...]

    @property
    def papers(self) -> int:
        return sum(number > 0 for number in self.numbers)


@dataclass(frozen=True)
class CodeMap:
    """Question n of one code is question m of another: ``rows`` in the order of the first code, then of the next."""

    codes: tuple[str, ...]
    rows: tuple[MapRow, ...]


def map_codes(papers: Mapping[str, Sequence[int]]) -> CodeMap:
    """Lay papers (code -> versions in their order) side by side."""
    numbers = {code: {version: at for at, version in enumerate(found, 1)} for code, found in papers.items()}
    versions = dict.fromkeys(version for found in papers.values() for version in found)
    rows = [MapRow(version, tuple(numbers[code].get(version, 0) for code in papers)) for version in versions]
    return CodeMap(tuple(papers), tuple(rows))
