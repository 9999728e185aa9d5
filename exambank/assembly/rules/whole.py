"""PURE. A whole paper as it is written by hand: chosen items in their order, with points and parts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import Any

from exambank.assembly.rules.cells import ITEMS_ALLOWED

MOST_POINTS = Decimal(1000)
MOST_PARTS = 9
MOST_CODES = 24


@dataclass(frozen=True)
class ChosenItem:
    """A question as the writer placed it; ``item``: the item's public id."""

    item: str
    points: Decimal = Decimal(1)
    part: int = 1


@dataclass(frozen=True)
class WholeProblem:
    """What keeps a whole paper from being stored: no_items, too_many, twice, points, part, unknown, codes.

    ``rows`` are the places (from 1) concerned.
    """

    code: str
    rows: tuple[int, ...] = ()


def add(chosen: Sequence[ChosenItem], item: str) -> list[ChosenItem]:
    """The same with this item at the end, with the points and the part of the last; one that is there already stays.

    A paper that is full stays as it is.
    """
    if any(one.item == item for one in chosen) or len(chosen) >= ITEMS_ALLOWED:
        return list(chosen)
    last = chosen[-1] if chosen else ChosenItem(item)
    return [*chosen, replace(last, item=item)]


def move(chosen: Sequence[ChosenItem], place: int, by: int) -> list[ChosenItem]:
    """The question at ``place`` (from 0) one up (-1) or down (+1); at the edge it stays. It takes on no other part."""
    found, to = list(chosen), place + by
    if 0 <= place < len(found) and 0 <= to < len(found):
        found[place], found[to] = found[to], found[place]
    return found


def remove(chosen: Sequence[ChosenItem], place: int) -> list[ChosenItem]:
    """Without the question at ``place`` (from 0)."""
    return [one for at, one in enumerate(chosen) if at != place]


def by_part(chosen: Iterable[ChosenItem]) -> list[ChosenItem]:
    """Part I first, then part II; inside a part the order given."""
    return sorted(chosen, key=lambda one: one.part)


def check(chosen: Sequence[ChosenItem], known: Iterable[str], codes: int) -> list[WholeProblem]:
    """What is wrong; ``known``: public ids of the module's accepted items."""
    known, seen = set(known), set()
    twice = tuple(at for at, one in enumerate(chosen, 1) if one.item in seen or seen.add(one.item))
    unknown = tuple(at for at, one in enumerate(chosen, 1) if one.item not in known)
    points = tuple(at for at, one in enumerate(chosen, 1) if not _is_points(one.points))
    part = tuple(at for at, one in enumerate(chosen, 1) if not 0 < one.part <= MOST_PARTS)
    found = [
        WholeProblem("no_items") if not chosen else None,
        WholeProblem("too_many") if len(chosen) > ITEMS_ALLOWED else None,
        WholeProblem("codes") if not 0 < codes <= MOST_CODES else None,
        *(
            WholeProblem(code, rows) if rows else None
            for code, rows in (("twice", twice), ("unknown", unknown), ("points", points), ("part", part))
        ),
    ]
    return [one for one in found if one is not None]


def _is_points(points: Decimal) -> bool:
    scaled = points * 10_000
    return 0 < points <= MOST_POINTS and scaled == scaled.to_integral_value()


def total(chosen: Iterable[ChosenItem]) -> Decimal:
    """What the paper is worth."""
    return sum((one.points for one in chosen), Decimal(0))


def order_of_code(chosen: Sequence[ChosenItem], is_first: bool, rng: Any) -> list[ChosenItem]:
    """The order of one code: the first keeps the writer's, the others are shuffled inside their part by ``rng``."""
    ordered = by_part(chosen)
    if is_first:
        return ordered
    found = []
    for _part, group in groupby(ordered, key=lambda one: one.part):
        group = list(group)
        rng.shuffle(group)
        found += group
    return found


def lay_out(
    ordered: Sequence[ChosenItem], versions: Mapping[str, int], options: Mapping[str, list[str]]
) -> list[dict[str, Any]]:
    """The layout of a code: ``versions`` and ``options`` (tokens in the order shown) by the item's public id."""
    return [
        {
            "version": versions[one.item],
            "points": format(one.points.normalize(), "f"),
            "cell": one.part,
            "options": options[one.item],
            **({"part": one.part} if one.part > 1 else {}),
        }
        for one in ordered
    ]
