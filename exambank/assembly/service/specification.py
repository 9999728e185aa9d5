"""Bảng đặc tả: the cells of a blueprint topic by topic, with what each asks of the learner."""

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _

from exambank.assembly.models import BlueprintCell, ExamBlueprint
from exambank.assembly.rules.matrix import Sum, sum_up
from exambank.assembly.service.blueprints import specs_of


@dataclass(frozen=True)
class Block:
    """A topic of the table: its number, name and cells in the order of levels."""

    number: int
    name: str
    cells: list[BlueprintCell]
    whole: Sum


def specification(blueprint: ExamBlueprint) -> list[Block]:
    """The table's topics in the order of the syllabus, questions of any topic last."""
    specs = dict(zip((cell.position for cell in blueprint.cells), specs_of(blueprint), strict=True))
    found: dict[int | None, list[BlueprintCell]] = {}
    for cell in sorted(blueprint.cells, key=_order):
        found.setdefault(cell.topic_id, []).append(cell)
    return [
        Block(
            at, cells[0].topic.name if cells[0].topic else _("Any topic"), cells,
            sum_up([specs[cell.position] for cell in cells]).whole,
        )
        for at, cells in enumerate(found.values(), start=1)
    ]  # fmt: skip


def _order(cell: BlueprintCell) -> tuple:
    return (
        cell.topic is None, cell.topic.position if cell.topic else 0, cell.level is None,
        cell.level.position if cell.level else 0, cell.position,
    )  # fmt: skip


def points_of(cell: BlueprintCell) -> Decimal:
    """What the questions of a cell are worth together; pretest questions nothing."""
    return cell.points * cell.count if cell.is_scored else Decimal(0)
