"""PURE. Drawing by lot: from a seed and the number on each envelope to one order that anybody can work out again.

For each envelope the text ``seed/number`` (the seed as it stands in the minutes, a slash, the number; UTF-8, no line
end) is hashed with SHA-256. The envelope whose 64 hexadecimal digits come first (0 before 9, 9 before a) is used, the
next one is the first reserve, and so on. With any tool: ``printf '%s' 'SEED/1' | sha256sum``.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEAST_SETS = 2
USUAL_SETS = 3
MOST_SETS = 12
LEAST_WITNESSES = 2
LONGEST_SEED = 64

LOT_STATES: dict[str, frozenset[str]] = {
    "prepared": frozenset({"drawn", "withdrawn"}),
    "drawn": frozenset({"declassified"}),
    "declassified": frozenset(),
    "withdrawn": frozenset(),
}
"""From state to the states that may follow. A draw is never repeated: what was drawn stays drawn."""


@dataclass(frozen=True)
class Drawn:
    """An envelope after the draw: its number, its rank (0 is used, 1 the first reserve) and the digest that says so."""

    number: int
    rank: int
    digest: str


def digest_of(seed: str, number: int) -> str:
    """64 hexadecimal digits: SHA-256 of ``seed/number``."""
    return hashlib.sha256(f"{seed}/{number}".encode()).hexdigest()


def draw(seed: str, numbers: Iterable[int]) -> list[Drawn]:
    """The envelopes in the order drawn, the one to be used first; the order in which they are given does not matter.

    ValueError when a number stands twice or the seed is empty or longer than 64 characters.
    """
    numbers = list(numbers)
    if len(set(numbers)) < len(numbers):
        raise ValueError("two envelopes have the same number")
    if not 0 < len(seed) <= LONGEST_SEED:
        raise ValueError("a seed has from 1 to 64 characters")
    ordered = sorted((digest_of(seed, number), number) for number in numbers)
    return [Drawn(number, rank, digest) for rank, (digest, number) in enumerate(ordered)]


@dataclass(frozen=True)
class Place:
    """A set in a lot, as far as the next act depends on it."""

    number: int
    rank: int | None
    is_set_aside: bool = False
    is_kept: bool = False  # given back: it may lie in a later lot


def current(places: Sequence[Place]) -> Place | None:
    """The envelope in use: the lowest rank that was not set aside; None before the draw or when none is left."""
    left = _left(places)
    return left[0] if left else None


def next_reserve(places: Sequence[Place]) -> Place | None:
    """The reserve that would take the place of the one in use."""
    left = _left(places)
    return left[1] if len(left) > 1 else None


def _left(places: Sequence[Place]) -> list[Place]:
    drawn = [one for one in places if one.rank is not None and not one.is_set_aside and not one.is_kept]
    return sorted(drawn, key=lambda one: one.rank)


def holds(state: str, place: Place, is_opened: bool) -> bool:
    """Whether a lot in this state still holds the set in this place, so that it can lie in no other lot.

    A withdrawn lot holds nothing; a reserve that was given back unopened is free; what was used, set aside or opened
    is never drawn again.
    """
    if state == "withdrawn":
        return False
    return is_opened or not place.is_kept
