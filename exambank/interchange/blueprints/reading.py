"""PURE. A file with a matrix into a plan: the table is found, told by its header, and read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from exambank import text
from exambank.interchange.blueprints import rules_table
from exambank.interchange.blueprints.crossing import CrossReading, find_head
from exambank.interchange.blueprints.grid import Grid, grid_of_sheet, grids_of_blocks
from exambank.interchange.blueprints.listing import list_columns, read_list
from exambank.interchange.blueprints.plan import LONGEST_NAME, MOST_CELLS, Claim, Plan, PlanCell
from exambank.interchange.blueprints.words import fold
from exambank.interchange.formats.word.parts.blocks import read_document
from exambank.interchange.neutral import Gallery, Reading, Source, UnreadableFile
from exambank.interchange.sheet import read as read_sheets

MATRIX = "matrix"
"""The name under which the reading process reads a file as a matrix instead of as questions."""

_TITLE = re.compile(r"(?:khung )?(?:ma tran|bang dac ta)")
_MINUTES = re.compile(r"thoi gian(?: lam bai)?\s*[:.]?\s*(\d{1,3})\s*phut")


def read_matrix(source: Source) -> Reading:
    """A reading without entries whose ``facts["plan"]`` is the plan as data. ``source.choices``: "levels" and "topics"
    are the names that the school and the module know, one a line. UnreadableFile when there is no matrix in the file.
    """
    known = {name: _lines(source.choices.get(name, "")) for name in ("levels", "topics")}
    is_word = source.body.startswith(b"PK") and b"word/" in source.body[:100_000] + source.body[-100_000:]
    grids = _word_grids(source) if is_word else [grid_of_sheet(one) for one in read_sheets(source.body, source.name)]
    plan = plan_of(grids, frozenset(map(fold, known["levels"])), frozenset(map(text.search_key, known["topics"])))
    return Reading(MATRIX, (), facts={"plan": plan.as_data()})


def _word_grids(source: Source) -> list[Grid]:
    return list(grids_of_blocks(read_document(source.body, Gallery()).blocks))


def _lines(words: str) -> list[str]:
    return [line for line in words.split("\n") if line]


def plan_of(grids: Sequence[Grid], levels: frozenset[str], topics: frozenset[str]) -> Plan:
    """The plan of the first list or, where there is none, of the first matrix; rules and title from beside it."""
    rules = next((found for grid in grids if (found := rules_table.read_rules(grid)) is not None), {})
    crosses = [CrossReading(grid, head, topics).read() for grid in grids if (head := find_head(grid, levels))]
    lists = [(grid, *found) for grid in grids if (found := list_columns(grid))]
    for grid, at, columns in sorted(lists, key=lambda one: -len(one[2])):  # the fullest of several lists
        cells, claims, notices = read_list(grid, at, columns)
        if cells:
            claims += _second_opinion(cells, crosses) if not claims else []
            return _finished(Plan(tuple(cells), claims=tuple(claims), notices=tuple(notices)), grids, rules)
    for found in crosses:
        cells = found.cells
        if cells:
            plan = Plan(tuple(cells), claims=tuple(found.claims), notices=tuple(found.notices))
            return _finished(plan, grids, rules)
    raise UnreadableFile("no_matrix")


def _second_opinion(cells: Sequence[PlanCell], crosses: Sequence[CrossReading]) -> list[Claim]:
    """What a matrix beside the list says of each level: whoever changed only the matrix is told that it differs."""
    named = {cell.level for cell in cells}
    counts: dict[str, int] = {}
    for cell in next((found for cross in crosses if (found := cross.cells)), []):
        counts[cell.level] = counts.get(cell.level, 0) + cell.count
    return [Claim("level", level, "count", Decimal(count)) for level, count in counts.items() if level in named]


def _finished(plan: Plan, grids: Sequence[Grid], rules: Mapping[str, Any]) -> Plan:
    if len(plan.cells) > MOST_CELLS:
        raise UnreadableFile("matrix_too_large", count=len(plan.cells), limit=MOST_CELLS)
    heads = [
        words for grid in grids for words in (grid.before, *(one for row in grid.rows[:8] for one in row)) if words
    ]
    title = next((one for one in heads if _TITLE.match(text.search_key(one)) and len(one) > 8), "")
    minutes = next((found[1] for one in heads if (found := _MINUTES.search(text.search_key(one)))), None)
    points = [claim.value for claim in plan.claims if claim.of == "whole" and claim.what == "points"]
    return replace(
        plan,
        name=(rules.get("name") or " ".join(title.split()))[:LONGEST_NAME],
        duration_minutes=rules.get("duration_minutes") or (int(minutes) if minutes and int(minutes) else None),
        target_points=rules.get("target_points") or (points[0] if points and points[0] > Decimal(0) else None),
        demands=rules.get("demands"),
        level_targets=rules.get("level_targets", {}),
        notices=plan.notices[:MOST_CELLS],
        claims=plan.claims[: 4 * MOST_CELLS],
    )
