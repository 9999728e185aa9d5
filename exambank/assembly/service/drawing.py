"""From a blueprint and a seed to papers: the bank is read, the engine draws, options are put in order, the report made.

Nothing is stored here. The same seed over the same bank gives the same papers.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from exambank.assembly import engine, rules
from exambank.assembly.engine import Assembled, Infeasible, NotFound, Spec
from exambank.assembly.engine.why import explain
from exambank.assembly.models import BlueprintItem, ExamBlueprint
from exambank.assembly.rules.demands import Demands
from exambank.assembly.service.arranging import Arrangeable, arrange_options
from exambank.assembly.service.blueprints import specs_of
from exambank.assembly.service.fairness import make_report
from exambank.assembly.service.outcomes import say_infeasible, say_not_found
from exambank.assembly.service.pool import (
    KnownItem,
    choices_in,
    contents_of,
    engine_pool,
    know_bank,
    machine_marked,
    used_lately,
)
from exambank.bank.models import Item
from exambank.db import db
from exambank.errors import InvalidInput

SECONDS = 30.0
"""How much work the engine may do, as an ordinary core's time: counted, not clocked, so that a seed can be repeated."""

QUICK_SECONDS = 1.5  # for a person who waits before a page


@dataclass(frozen=True)
class Draw:
    """What was drawn: questions by paper code, points of a paper, the fairness report."""

    layouts: dict[str, list[dict[str, Any]]]
    total_points: Decimal
    report: dict[str, Any]


@dataclass(frozen=True)
class _Question:
    """The draw's inputs, read from the database once."""

    cells: list[rules.CellSpec]
    demands: Demands
    known: list[KnownItem]
    contents: dict[int, dict[str, Any]]
    fixed: dict[int, int | None]  # version -> its place


def draw_papers(
    blueprint: ExamBlueprint, count: int, seed: str, demands: Demands, now: datetime,
    progress: Callable[[int], None] = lambda done: None,
) -> Draw:  # fmt: skip
    """``count`` papers by ``blueprint`` and ``demands``; ``progress`` is told per cent.

    InvalidInput says in words which cells and rules stand in the way and the least that would have to change.
    """
    asked = _read(blueprint, demands, now)
    progress(10)
    found = _assemble(asked, count, seed, now)
    progress(80)
    drawn = _lay_out(asked, found.papers, seed)
    deviation = found.figures.max_deviation if found.figures.labels else None
    report = make_report(
        blueprint.course_module_id, drawn, demands=demands, fixed=frozenset(asked.fixed), max_deviation=deviation,
        known=asked.known,
    )  # fmt: skip
    progress(95)
    return Draw(drawn, rules.total_points(asked.cells), report)


def why_not(blueprint: ExamBlueprint, count: int, demands: Demands, now: datetime) -> str | None:
    """Whether ``count`` papers can be had under every hard rule: empty if they can, else why not and the least change
    that would do; None where ``QUICK_SECONDS`` did not suffice to tell. Nothing is drawn."""
    try:
        asked = _read(blueprint, demands, now)
    except InvalidInput as refused:
        return refused.message
    pool = engine_pool(asked.known, now, demands, asked.contents)
    found = explain(pool, _spec(asked, count, any(item.answer for item in pool)), count, seconds=QUICK_SECONDS)
    if isinstance(found, Infeasible):
        return say_infeasible(found, asked.cells, count)
    return None if found is None else ""


def _read(blueprint: ExamBlueprint, demands: Demands, now: datetime) -> _Question:
    cells = specs_of(blueprint)
    if not cells:
        raise InvalidInput(_("The blueprint has no rows yet: say how many questions of what."))
    known = know_bank(blueprint.course_module_id)
    fixed = _fixed(blueprint, known)
    if demands.sittings_apart:
        barred = used_lately(blueprint.course_module_id, demands.sittings_apart)
        known = [one for one in known if one.item.item_id not in barred or one.item.version_id in fixed]
    contents = choices_in(known) if demands.max_same_key_run is not None else {}
    return _Question(cells, demands, known, contents, fixed)


def _fixed(blueprint: ExamBlueprint, known: list[KnownItem]) -> dict[int, int | None]:
    versions = {one.item.item_id: one.item.version_id for one in known}
    query = (
        select(BlueprintItem.item_id, BlueprintItem.place, Item.code)
        .join(Item, Item.id == BlueprintItem.item_id)
        .where(BlueprintItem.blueprint_id == blueprint.id)
    )
    rows = db.session.execute(query).all()
    gone = sorted(row.code for row in rows if row.item_id not in versions)
    if gone:
        raise InvalidInput(
            _(
                "%(codes)s: these questions are to stand in every paper and are not accepted any more. Copy the "
                "blueprint and choose others.",
                codes=", ".join(gone),
            )
        )
    return {versions[row.item_id]: row.place for row in rows}


def _assemble(asked: _Question, count: int, seed: str, now: datetime) -> Assembled:
    """The engine's papers; of those that are not alike enough the best, which the report then keeps from release."""
    pool = engine_pool(asked.known, now, asked.demands, asked.contents)
    spec = _spec(asked, count, any(item.answer for item in pool))
    found = engine.assemble(pool, spec, count, seed, seconds=SECONDS)
    if not isinstance(found, Assembled) and spec.order.max_same_key_run is not None:
        # locked options may leave no way round a run of keys: that is told in the report, it keeps nobody from an exam
        loose = replace(spec, order=replace(spec.order, max_same_key_run=None))
        other = engine.assemble(pool, loose, count, seed, seconds=SECONDS)
        found = other if isinstance(other, Assembled) else found
    if isinstance(found, Infeasible):
        raise InvalidInput(say_infeasible(found, asked.cells, count))
    if isinstance(found, NotFound) and found.best is None:
        raise InvalidInput(say_not_found(found, count, asked.demands.tolerance))
    return found.best if isinstance(found, NotFound) else found


def _spec(asked: _Question, count: int, has_still_keys: bool) -> Spec:
    demands, machine = asked.demands, machine_marked()
    return Spec(
        cells=tuple(
            engine.Cell(
                cell.count, _name(cell.topic_id), _name(cell.level_id), cell.kind, cell.tag, cell.not_tag,
                kinds=machine if cell.kind is None else None, part=cell.part,
            )
            for cell in asked.cells
        ),
        balance=engine.Balance(demands.balance, demands.theta, demands.tolerance)
        if demands.balance and count > 1
        else None,
        limits=engine.Limits(
            demands.papers_per_item, demands.overlap, demands.days_apart, demands.max_use_count, demands.distinct_items
        ),
        order=engine.Order(demands.max_same_key_run if has_still_keys else None, demands.shuffle_items),
        fixed=tuple(str(version) for version, place in asked.fixed.items() if place is None),
        pinned={str(version): place for version, place in asked.fixed.items() if place is not None},
    )  # fmt: skip


def _name(number: int | None) -> str | None:
    return None if number is None else str(number)


def _lay_out(asked: _Question, papers: tuple[engine.Paper, ...], seed: str) -> dict[str, list[dict[str, Any]]]:
    kinds = {one.item.version_id: one.item.kind for one in asked.known}
    carried = {int(name) for paper in papers for name in paper.items}
    contents = {**asked.contents, **contents_of(carried - asked.contents.keys())}
    known = {version: Arrangeable(kinds[version], contents[version]) for version in carried}
    layouts = {}
    for code, paper in zip(asked.demands.codes(len(papers)), papers, strict=True):
        versions = [int(name) for name in paper.items]
        options = arrange_options(seed, code, versions, known, asked.demands)
        layouts[code] = [
            _question(version, asked.cells[cell], cell, tokens)
            for version, cell, tokens in zip(versions, paper.cells, options, strict=True)
        ]
    return layouts


def _question(version: int, cell: rules.CellSpec, at: int, tokens: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "version": version, "points": format(cell.points.normalize(), "f"), "cell": at + 1, "options": tokens,
    }  # fmt: skip
    if not cell.is_scored:
        found["scored"] = False
    if cell.part > 1:
        found["part"] = cell.part
    return found
