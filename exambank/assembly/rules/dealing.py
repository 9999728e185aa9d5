"""PURE. How papers are dealt."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from exambank.assembly.rules.apart import seat_apart
from exambank.assembly.rules.cells import CellSpec, PoolItem, cells_of
from exambank.assembly.rules.feasibility import Infeasible, check_feasibility


@dataclass(frozen=True)
class Pick:
    """One question of a paper: the item version, the cell (numbered from 1) it serves, its points."""

    version_id: int
    cell: int
    points: Decimal


def seed_number(*parts: Any) -> int:
    """The number that belongs to these words: the same on every machine, to seed a generator with."""
    return int.from_bytes(hashlib.sha256("/".join(str(part) for part in parts).encode()).digest(), "big")


def deal(
    pool: Iterable[PoolItem],
    cells: Sequence[CellSpec],
    papers: int,
    rng: Any,
    apart: Mapping[int, frozenset[int]] | None = None,
) -> list[tuple[Pick, ...]]:
    """Deal ``papers`` papers; the same pool and the same state of ``rng`` give the same papers.

    Each paper takes the items used least so far, ties broken by ``rng`` (a ``random.Random`` or numpy Generator): items
    are offered in that order and kept when they can be seated, which by the theory of matroids gives the least used
    selection of all. Items that ``apart`` names for each other never meet in a paper. Raises ``Infeasible``, naming the
    short cells.
    """
    pool = sorted(pool, key=lambda item: item.version_id)
    feasibility = check_feasibility(pool, cells, apart)
    if not feasibility.is_feasible:
        raise Infeasible(feasibility)
    served = {item.version_id: found for item in pool if (found := cells_of(item, cells))}
    uses: Counter[int] = Counter()
    dealt = []
    for _paper in range(papers):
        order = sorted((uses[version_id], rng.random(), version_id) for version_id in served)
        offered = [version_id for _uses, _tie, version_id in order]
        chosen = seat_apart(offered, served, [cell.count for cell in cells], apart or {}).items_by_cell
        uses.update(version_id for found in chosen for version_id in found)
        dealt.append(_lay_out(chosen, cells, rng))
    return dealt


def _lay_out(chosen: Sequence[list[int]], cells: Sequence[CellSpec], rng: Any) -> tuple[Pick, ...]:
    """Cells keep their order in the paper, items are shuffled inside their cell."""
    picks = []
    for at, found in enumerate(chosen):
        shuffled = sorted(found)
        rng.shuffle(shuffled)
        picks += [Pick(version_id, at + 1, cells[at].points) for version_id in shuffled]
    return tuple(picks)
