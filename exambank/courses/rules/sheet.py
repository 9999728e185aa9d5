"""The sheet of component marks and absences: what may stand in a cell, and what a new sheet changes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from exambank.courses.rules.regulation import FINEST_STEP, RegulationRules

Marks = Mapping[int, Mapping[str, Decimal | None]]
ABSENT = "-absent"  # the column of absences; no code of a component begins so


@dataclass(frozen=True)
class CellProblem:
    """What is wrong with one cell: not_enrolled, unknown_component, not_number, out_of_scale, too_fine, too_many."""

    code: str
    user_id: int
    column: str
    value: str = ""
    limit: str = ""


@dataclass(frozen=True)
class SheetChange:
    user_id: int
    column: str
    before: Any
    after: Any


def check_sheet(
    rules: RegulationRules, periods: int, learner_ids: Collection[int], marks: Marks, absences: Mapping[int, int]
) -> list[CellProblem]:
    """Everything wrong with a sheet; empty: it may be stored as it is."""
    known = {component.code for component in rules.components}
    problems = []
    for user_id, row in marks.items():
        for column, points in row.items():
            code = _mark_problem(points, rules, user_id in learner_ids, column in known)
            if code:
                problems.append(CellProblem(code, user_id, column, str(points), f"{rules.scale_max:f}"))
    for user_id, absent in absences.items():
        code = _absence_problem(absent, periods, user_id in learner_ids)
        if code:
            problems.append(CellProblem(code, user_id, ABSENT, str(absent), str(periods)))
    return problems


def _mark_problem(points: Any, rules: RegulationRules, is_enrolled: bool, is_known: bool) -> str | None:
    if not is_enrolled:
        return "not_enrolled"
    if not is_known:
        return "unknown_component"
    if points is None:
        return None
    if not isinstance(points, Decimal) or not points.is_finite():
        return "not_number"
    if not 0 <= points <= rules.scale_max:
        return "out_of_scale"
    return "too_fine" if points % FINEST_STEP else None


def _absence_problem(absent: Any, periods: int, is_enrolled: bool) -> str | None:
    if not is_enrolled:
        return "not_enrolled"
    if not isinstance(absent, int) or isinstance(absent, bool) or absent < 0:
        return "not_whole"
    return "too_many" if absent > periods else None


def find_changes(
    marks_before: Marks, absences_before: Mapping[int, int], marks: Marks, absences: Mapping[int, int]
) -> list[SheetChange]:
    """What storing the new sheet would change; a learner or column left out of it stays as it is."""
    changes = [
        SheetChange(user_id, column, marks_before.get(user_id, {}).get(column), points)
        for user_id, row in marks.items()
        for column, points in row.items()
        if marks_before.get(user_id, {}).get(column) != points
    ]
    changes += [
        SheetChange(user_id, ABSENT, absences_before.get(user_id, 0), absent)
        for user_id, absent in absences.items()
        if absences_before.get(user_id, 0) != absent
    ]
    return changes


def find_conflicts(
    changes: list[SheetChange], seen_marks: Marks | None, seen_absences: Mapping[int, int] | None
) -> list[CellProblem]:
    """Cells to be changed that are no longer what the writer saw; ``None``: the writer claims to have seen nothing."""
    problems = []
    for change in changes:
        seen = seen_absences if change.column == ABSENT else seen_marks
        if seen is None:
            continue
        value = (
            seen.get(change.user_id, 0) if change.column == ABSENT else seen.get(change.user_id, {}).get(change.column)
        )
        if value != change.before:
            before = "" if change.before is None else f"{change.before:f}" if change.column != ABSENT else change.before
            problems.append(CellProblem("changed_meanwhile", change.user_id, change.column, str(before)))
    return problems
