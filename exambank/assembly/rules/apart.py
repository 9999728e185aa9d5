"""PURE. Seating items of which some never meet in a paper: enemies, and the variants of one slot.

Offered in order, an item is seated unless one that it must not meet sits already. Without such items this is the greedy
of a matroid, and exact. With them it may end with empty seats though a paper exists; then the same question goes to an
exact solver (integer programme, HiGHS), which also says how many seats stay empty at the least.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array

from exambank.assembly.engine.matching import Matching
from exambank.bank.rules import kinship_acts

SOLVER_SECONDS = 20
_EMPTY_SEAT = 1000.0  # what an empty seat costs beside the wish to take items in the order offered (at most 1 each)


class Kin(kinship_acts.Member, Protocol):
    """What must be known of an item to keep it apart from others; ``bank.service.list_pool`` gives such records."""

    version_id: int
    code: str


@dataclass(frozen=True)
class Meeting:
    """Two items in one paper that must not be: the paper's code and theirs."""

    paper: str
    codes: tuple[str, str]


@dataclass(frozen=True)
class Seating:
    """Items by cell; ``missing`` says how many seats of a cell (from 0) stay empty."""

    items_by_cell: list[list[int]]
    missing: dict[int, int] = field(default_factory=dict)


def kept_apart(pool: Iterable[Kin]) -> dict[int, frozenset[int]]:
    """For each version the versions that it never meets in a paper; versions without such are left out."""
    pool = list(pool)
    version_of = {item.item_id: item.version_id for item in pool}
    found: dict[int, set[int]] = defaultdict(set)
    for one, other in kinship_acts.forbidden_pairs(pool):
        found[version_of[one]].add(version_of[other])
        found[version_of[other]].add(version_of[one])
    return {version_id: frozenset(others) for version_id, others in found.items()}


def first_meeting(papers: Mapping[str, Collection[int]], pool: Iterable[Kin]) -> Meeting | None:
    """The first paper (its code and its versions) in which two items meet that never do; None where all is well."""
    pool = list(pool)
    apart, codes = kept_apart(pool), {item.version_id: item.code for item in pool}
    for paper, versions in sorted(papers.items()):
        for one in sorted(versions):
            met = sorted(apart.get(one, frozenset()) & frozenset(versions))
            if met:
                first, second = sorted((codes[one], codes[met[0]]))
                return Meeting(paper, (first, second))
    return None


def seat_apart(
    order: Sequence[int],
    served: Mapping[int, frozenset[int]],
    wanted: Sequence[int],
    apart: Mapping[int, frozenset[int]],
) -> Seating:
    """Fill the cells' seats with items in the ``order`` offered, none beside one it must not meet.

    ``served``: the cells (from 0) that an item may serve; ``wanted``: the seats of each cell.
    """
    seated = _seat_greedily(order, served, wanted, apart)
    if not seated.missing or not apart:
        return seated
    return _solve(order, served, wanted, apart)


def _seat_greedily(order: Sequence[int], served: Mapping, wanted: Sequence[int], apart: Mapping) -> Seating:
    matching, full, barred = Matching(wanted), set(), set()
    left = sum(wanted)
    for version_id in order:
        cells = served[version_id]
        if cells in full or version_id in barred:  # one like it could not be seated, and room never comes back
            continue
        if not left:
            break
        if matching.seat(version_id, cells):
            left -= 1
            barred |= apart.get(version_id, frozenset())
        else:
            full.add(cells)
    found = matching.items_by_cell()
    return Seating(found, _missing(found, wanted))


def _missing(found: Sequence[list[int]], wanted: Sequence[int]) -> dict[int, int]:
    return {at: count - len(found[at]) for at, count in enumerate(wanted) if len(found[at]) < count}


def _solve(order: Sequence[int], served: Mapping, wanted: Sequence[int], apart: Mapping) -> Seating:
    """The same as an integer programme: a variable for each item and cell it may serve, one for each empty seat."""
    rank = {version_id: at / len(order) for at, version_id in enumerate(order)}
    pairs = [(version_id, cell) for version_id in order for cell in sorted(served[version_id])]
    cost = np.array([rank[version_id] for version_id, _cell in pairs] + [_EMPTY_SEAT] * len(wanted))
    upper = np.concatenate([np.ones(len(pairs)), np.array(wanted, dtype=float)])
    solved = milp(
        cost,
        integrality=np.ones(len(cost)),
        bounds=Bounds(0, upper),
        constraints=[_seats(pairs, wanted), _meetings(pairs, order, apart, len(cost))],
        options={"time_limit": SOLVER_SECONDS},
    )
    found: list[list[int]] = [[] for _ in wanted]
    if solved.x is not None:
        for (version_id, cell), value in zip(pairs, solved.x, strict=False):
            if value > 0.5:
                found[cell].append(version_id)
    return Seating(found, _missing(found, wanted))


def _seats(pairs: Sequence[tuple[int, int]], wanted: Sequence[int]) -> LinearConstraint:
    """Each cell: the items on it and its empty seats are what it wants."""
    matrix = lil_array((len(wanted), len(pairs) + len(wanted)))
    for at, (_version_id, cell) in enumerate(pairs):
        matrix[cell, at] = 1
    for cell in range(len(wanted)):
        matrix[cell, len(pairs) + cell] = 1
    return LinearConstraint(matrix.tocsr(), np.array(wanted), np.array(wanted))


def _meetings(pairs: Sequence[tuple[int, int]], order: Sequence[int], apart: Mapping, width: int) -> LinearConstraint:
    """Each item at most once, and of two that never meet at most one."""
    places = defaultdict(list)
    for at, (version_id, _cell) in enumerate(pairs):
        places[version_id].append(at)
    rows = [(version_id,) for version_id in order]
    rows += [(one, other) for one in order for other in sorted(apart.get(one, ())) if one < other and other in places]
    matrix = lil_array((len(rows), width))
    for row, versions in enumerate(rows):
        for version_id in versions:
            for at in places[version_id]:
                matrix[row, at] = 1
    return LinearConstraint(matrix.tocsr(), -np.inf, 1)
