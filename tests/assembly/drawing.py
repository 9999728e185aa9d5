"""Plain questions of the tests of rules, dealt by the engine."""

from collections.abc import Sequence
from dataclasses import dataclass

from exambank.assembly import engine
from exambank.assembly.rules import ASKED_BY_NAME, CellSpec


@dataclass(frozen=True)
class Pick:
    """A question of a paper and the cell (from 1) that it serves."""

    version_id: int
    cell: int


def deal(pool: Sequence, cells: Sequence[CellSpec], papers: int, seed: int | str, apart=None):
    """Papers as tuples of picks, or the engine's ``Infeasible``. ``apart``: version -> versions it never meets."""
    apart = apart or {}
    found = engine.assemble([_item(one, apart) for one in pool], _spec(pool, cells), papers, seed)
    if isinstance(found, engine.Infeasible):
        return found
    return [
        tuple(Pick(int(name), cell + 1) for name, cell in zip(paper.items, paper.cells, strict=True))
        for paper in found.papers
    ]


def _item(one, apart) -> engine.PoolItem:
    pairs = {f"{min(one.version_id, other)} {max(one.version_id, other)}" for other in apart.get(one.version_id, ())}
    return engine.PoolItem(
        str(one.version_id), _name(one.topic_id), _name(one.level_id), one.kind, one.tags, enemies=frozenset(pairs)
    )


def _spec(pool: Sequence, cells: Sequence[CellSpec]) -> engine.Spec:
    machine = frozenset({one.kind for one in pool} - ASKED_BY_NAME)
    return engine.Spec(
        tuple(
            engine.Cell(
                cell.count, _name(cell.topic_id), _name(cell.level_id), cell.kind, cell.tag, cell.not_tag,
                kinds=None if cell.kind else machine,
            )
            for cell in cells
        )
    )  # fmt: skip


def _name(number: int | None) -> str | None:
    return None if number is None else str(number)
