"""From solutions of the programmes to papers: which items, in which cells."""

from collections import defaultdict
from collections.abc import Sequence

from exambank.assembly.engine.why.model import Kind
from exambank.assembly.engine.why.units import UnitType

_SCATTER = 2_654_435_761  # Knuth's multiplicative hash

Taken = tuple[list[int], dict[tuple[Kind, int], int]]
"""Units of each type, and for (kind, cell) the items of this kind that serve the cell."""
PaperItems = tuple[tuple[int, int | None], ...]
"""(index into the pool, cell from 0 or None for the rest) of each item."""


def written_out(types: Sequence[UnitType], papers: Sequence[Taken], rest: int) -> tuple[PaperItems, ...]:
    """The items of papers of which it is known what each takes; ``rest`` is the cell that stands for the rest.

    A paper takes the least used units of a type, so that their uses never differ by more than one: with at most m of m
    units in a paper and cap * m over all papers, none comes twice in a paper nor in more than ``cap`` papers.
    """
    uses = [[0] * len(one.units) for one in types]
    written = []
    for number, (units, flows) in enumerate(papers, 1):
        places = _places(flows, rest)
        items = []
        for one, used, many in zip(types, uses, units, strict=True):
            for at in _least_used(used, number, many):
                used[at] += 1
                items += [
                    (item, places[look[0], look[2]].pop()) for item, look in zip(one.units[at], one.looks, strict=True)
                ]
        written.append(tuple(sorted(items, key=lambda one: one[0])))
    return tuple(written)


def _places(flows: dict[tuple[Kind, int], int], rest: int) -> dict[Kind, list[int | None]]:
    places = defaultdict(list)
    for (kind, cell), many in flows.items():
        places[kind].extend([None if cell == rest else cell] * many)
    return places


def _least_used(used: list[int], number: int, many: int) -> list[int]:
    """So many units; those of equal use in an order of each paper's own, lest papers repeat one another."""
    if not many:
        return []
    return sorted(range(len(used)), key=lambda at: (used[at], (at + 1) * (number + 6) * _SCATTER % 2**32))[:many]


def coloured(types: Sequence[UnitType], taken: Taken, papers: int, rest: int) -> tuple[PaperItems, ...]:
    """Papers out of what all of them take together, where no unit is larger than one item and no item in two sets.

    An edge is a use of an item; it joins the item (or its set of enemies: at most ``papers`` uses) to a place of the
    cell that it serves (exactly ``papers`` uses). Such a graph can be coloured with one colour for each paper so that
    no two edges of one colour meet (Koenig 1916), here by alternating paths.
    """
    edges = _edges(types, taken, papers, rest)
    ends: list[dict] = [{}, {}]  # for both sides: (node, colour) -> edge
    colours = [0] * len(edges)
    for at, (left, right, _item, _cell) in enumerate(edges):
        free = next(colour for colour in range(papers) if (left, colour) not in ends[0])
        other = next(colour for colour in range(papers) if (right, colour) not in ends[1])
        if free != other and (right, free) in ends[1]:
            _turn(edges, ends, colours, right, (free, other))
        colours[at] = free
        ends[0][left, free] = ends[1][right, free] = at
    written = [[] for _paper in range(papers)]
    for (_left, _right, item, cell), colour in zip(edges, colours, strict=True):
        written[colour].append((item, cell))
    return tuple(tuple(sorted(items, key=lambda one: one[0])) for items in written)


def _turn(edges: list, ends: list[dict], colours: list[int], node, pair: tuple[int, int]) -> None:
    """Exchange two colours along the path that begins at this node of the right side with the first of them."""
    path, side, (colour, other) = [], 1, pair
    while (edge := ends[side].get((node, colour))) is not None:
        path.append(edge)
        side = 1 - side
        node, colour, other = edges[edge][side], other, colour
    for edge in path:
        for side in (0, 1):
            del ends[side][edges[edge][side], colours[edge]]
    for edge in path:
        colours[edge] = pair[0] + pair[1] - colours[edge]
        for side in (0, 1):
            ends[side][edges[edge][side], colours[edge]] = edge


def _edges(types: Sequence[UnitType], taken: Taken, papers: int, rest: int) -> list[tuple]:
    """(left node, right node, item, cell) of every use; uses of a type are spread evenly over its items."""
    units, flows = taken
    cells = _places(flows, rest)
    filled: dict[int | None, int] = defaultdict(int)
    edges = []
    for one, many in zip(types, units, strict=True):
        mask, enemies, key = one.looks[0]
        for step in range(many):
            item, cell = one.units[step % len(one.units)][0], cells[mask, key].pop()
            place = (cell, filled[cell] // papers)
            filled[cell] += 1
            edges.append((next(iter(enemies)) if enemies else item, place, item, cell))
    return edges
