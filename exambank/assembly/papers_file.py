"""PURE. PAPERS.json of ``exambank assemble``: papers with their report, or why there are none."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from exambank.assembly.engine.records import (
    Assembled,
    Cell,
    Infeasible,
    NotFound,
    Outcome,
    Paper,
    PoolItem,
    Relaxation,
    Shortage,
    Spec,
)

SCHEMA = "exambank.papers/1"
FIRST_CODE = 101


def document_of(outcome: Outcome, pool: Sequence[PoolItem], spec: Spec, seed: int | str) -> dict[str, Any]:
    """The whole document. Cells are numbered from 1; the rest of a paper beside its cells has the number null."""
    head = {"schema": SCHEMA, "seed": seed}
    if isinstance(outcome, Assembled):
        return {**head, "papers": _papers(outcome.papers), "report": _report(outcome, pool, spec)}
    if isinstance(outcome, Infeasible):
        told = [_shortage(one) for one in outcome.shortages]
        return {**head, "infeasible": told, "relaxation": relaxation_of(outcome.relaxation, spec)}
    return {**head, **_not_found(outcome, pool, spec)}


def _not_found(outcome: NotFound, pool: Sequence[PoolItem], spec: Spec) -> dict[str, Any]:
    best, deviation = outcome.best, outcome.best_deviation
    told = {
        "not_found": {
            "best_deviation": deviation if math.isfinite(deviation) else None,
            "tried_seconds": round(outcome.tried_seconds, 3),
        },
        "releasable": False,
        "papers": _papers(best.papers) if best else [],
    }
    return {**told, "report": _report(best, pool, spec)} if best else told


def _papers(papers: Sequence[Paper]) -> list[dict]:
    return [{"code": str(FIRST_CODE + at), "items": list(paper.items)} for at, paper in enumerate(papers)]


def _report(found: Assembled, pool: Sequence[PoolItem], spec: Spec) -> dict[str, Any]:
    figures, balance = found.figures, spec.balance
    return {
        "cells": _cells(found.papers, pool, spec),
        "balance": {
            "labels": list(figures.labels), "target": list(figures.target),
            "papers": [list(row) for row in figures.papers], "max_deviation": figures.max_deviation,
            "tolerance": balance.tolerance if balance else None, "unknown_items": figures.unknown_items,
        },
        "max_overlap": found.max_overlap, "max_use": found.max_use,
    }  # fmt: skip


def _cells(papers: Sequence[Paper], pool: Sequence[PoolItem], spec: Spec) -> list[dict]:
    counts = [Counter(paper.cells) for paper in papers]
    usable = [item for item in pool if not is_barred(item, spec)]
    told = [
        {
            "cell": at + 1, **filters_of(cell), "asked": cell.count,
            "available": sum(cell.matches(item) for item in usable), "papers": [count[at] for count in counts],
        }
        for at, cell in enumerate(spec.cells)
    ]  # fmt: skip
    rest = (spec.items or 0) - sum(cell.count for cell in spec.cells)
    if rest > 0:
        told.append(
            {"cell": None, "asked": rest, "available": len(usable), "papers": [count[None] for count in counts]}
        )
    return told


def is_barred(item: PoolItem, spec: Spec) -> bool:
    """Used too lately or too often for papers of this specification, and not fixed."""
    if item.name in spec.fixed or item.name in spec.pinned:
        return False
    days, count = spec.limits.min_days_since_use, spec.limits.max_use_count
    is_late = days is not None and item.last_used_days is not None and item.last_used_days < days
    return is_late or (count is not None and item.use_count is not None and item.use_count > count)


def filters_of(cell: Cell) -> dict[str, Any]:
    """What a cell asks of its items, by the names of SPEC.toml."""
    named = {
        "topic": cell.topic, "level": cell.level, "type": cell.kind, "tag": cell.tag, "not_tag": cell.not_tag,
        "points": None if cell.points is None else float(cell.points),
    }  # fmt: skip
    return {name: value for name, value in named.items() if value is not None}


def _shortage(one: Shortage) -> dict[str, Any]:
    told = {"rule": one.rule, "needed": one.needed, "available": one.available, "items": list(one.items)}
    return {**told, "cells": [at + 1 for at in one.cells], **({"detail": one.detail} if one.detail else {})}


def items_of(relaxation: Relaxation, spec: Spec) -> int | None:
    """``items`` of SPEC.toml where other counts of the cells change it; None: it stays, or was not written there."""
    if spec.items is None or not relaxation.cell_counts:
        return None
    counts, rest = relaxation.cell_counts, spec.items - sum(cell.count for cell in spec.cells)
    cells = sum(counts.get(at, cell.count) for at, cell in enumerate(spec.cells))
    items = cells + counts.get(len(spec.cells), rest)
    return None if items == spec.items else items


def relaxation_of(relaxation: Relaxation | None, spec: Spec) -> dict[str, Any]:
    """Only what changes, by the names of SPEC.toml, so that who writes it there has papers; empty where no change was
    found in time."""
    if relaxation is None:
        return {}
    cells = [
        {"cell": at + 1 if at < len(spec.cells) else None, "count": count}
        for at, count in sorted(relaxation.cell_counts.items())
    ]
    told = {
        "cells": cells, "items": items_of(relaxation, spec), "limits": relaxation.limits,
        "enemies": list(relaxation.enemies), "stimuli": list(relaxation.stimuli), "fixed": list(relaxation.fixed),
        "papers": relaxation.papers,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value or value == 0}
