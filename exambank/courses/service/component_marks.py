"""Attendance and component marks: one sheet for each offering."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import select

from exambank import audit
from exambank.courses import labels
from exambank.courses.models import Attendance, ComponentMark, Offering
from exambank.courses.rules import (
    ABSENT,
    CellProblem,
    Reason,
    SheetChange,
    check_sheet,
    exam_eligibility,
    find_changes,
    find_conflicts,
)
from exambank.courses.service.cohorts import list_learners
from exambank.courses.service.offerings import rules_for
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.permissions import Actor

Marks = dict[int, dict[str, Decimal | None]]


class SheetRefused(InvalidInput):
    """Cells that cannot be stored; nothing was. ``problems`` names each cell."""

    def __init__(self, problems: Iterable[CellProblem]):
        self.problems = tuple(problems)
        cells = [labels.cell_sentence(problem) for problem in self.problems]
        super().__init__(
            _("Nothing was saved: %(count)s cells cannot be stored. %(first)s", count=len(cells), first=cells[0])
        )


def component_marks(offering: Offering) -> dict[int, dict[str, Decimal]]:
    """The marks by learner and component; a mark not yet entered is left out."""
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for row in _mark_rows(offering):
        found[row.user_id][row.component] = row.points
    return dict(found)


def absences(offering: Offering) -> dict[int, int]:
    """Periods missed, by learner; who missed none may be left out."""
    return {row.user_id: row.periods_absent for row in _absence_rows(offering)}


def _mark_rows(offering: Offering) -> list[ComponentMark]:
    return list(db.session.execute(select(ComponentMark).filter_by(offering_id=offering.id)).scalars())


def _absence_rows(offering: Offering) -> list[Attendance]:
    return list(db.session.execute(select(Attendance).filter_by(offering_id=offering.id)).scalars())


def eligibility(offering: Offering) -> dict[int, list[Reason]]:
    """For every learner of the class the reasons against sitting the exam; an empty list: may sit."""
    rules, marks, missed = rules_for(offering), component_marks(offering), absences(offering)
    return {
        user.id: exam_eligibility(rules, offering.periods, missed.get(user.id), marks.get(user.id, {}))
        for user in list_learners(offering.cohort)
    }


def check_component_marks(offering: Offering, marks: Marks, absences: dict[int, int]) -> list[CellProblem]:
    """What ``set_component_marks`` would refuse of this sheet, without storing anything: for previews."""
    learner_ids = {user.id for user in list_learners(offering.cohort)}
    return check_sheet(rules_for(offering), offering.periods, learner_ids, marks, absences)


def set_component_marks(
    *, actor: Actor, now: datetime, offering: Offering, marks: Marks, absences: dict[int, int] | None = None,
    seen_marks: Marks | None = None, seen_absences: dict[int, int] | None = None,
) -> list[SheetChange]:  # fmt: skip
    """Store a sheet, all or nothing; learners and columns left out stay as they are, None takes a mark away.

    ``seen_…`` is what the writer saw: a cell that somebody else changed since then is refused, not overwritten.
    Returns what changed. SheetRefused names every cell that cannot be stored.
    """
    missed = absences or {}
    with unit_of_work() as session:
        if lock(offering).marks_locked_at is not None:
            raise StateConflict(_("This mark sheet is closed. The training office can reopen it."))
        learners = {user.id: user.public_id for user in list_learners(offering.cohort)}
        mark_rows = {(row.user_id, row.component): row for row in _mark_rows(offering)}
        absence_rows = {row.user_id: row for row in _absence_rows(offering)}
        before: Marks = defaultdict(dict)
        for (user_id, component), row in mark_rows.items():
            before[user_id][component] = row.points
        missed_before = {user_id: row.periods_absent for user_id, row in absence_rows.items()}
        problems = check_sheet(rules_for(offering), offering.periods, learners, marks, missed)
        changes = find_changes(before, missed_before, marks, missed)
        problems += find_conflicts(changes, seen_marks, seen_absences)
        if problems:
            raise SheetRefused(problems)
        for change in changes:
            row = (absence_rows if change.column == ABSENT else mark_rows).get(_place(change))
            _store(session, actor, now, offering, change, row)
        if changes:
            audit.record(actor, "component_marks.set", offering, changes=[
                [learners[change.user_id], change.column, change.before, change.after] for change in changes
            ])  # fmt: skip
    return changes


def _place(change: SheetChange):
    return change.user_id if change.column == ABSENT else (change.user_id, change.column)


def _store(session, actor: Actor, now: datetime, offering: Offering, change: SheetChange, row) -> None:
    if change.column == ABSENT:
        if row is None:
            row = Attendance(offering_id=offering.id, user_id=change.user_id)
            session.add(row)
        row.periods_absent = change.after
        return
    if change.after is None:
        session.delete(row)
        return
    if row is None:
        row = ComponentMark(offering_id=offering.id, user_id=change.user_id, component=change.column)
        session.add(row)
    row.points, row.entered_by_id, row.entered_at = change.after, actor.user_id or None, now


def close_marks(*, actor: Actor, now: datetime, offering: Offering) -> None:
    """No more changes to this sheet, as before a result list is signed."""
    with unit_of_work():
        if lock(offering).marks_locked_at is None:
            offering.marks_locked_at = now
            audit.record(actor, "component_marks.closed", offering)


def reopen_marks(*, actor: Actor, now: datetime, offering: Offering) -> None:
    """Allow changes again."""
    with unit_of_work():
        if lock(offering).marks_locked_at is not None:
            offering.marks_locked_at = None
            audit.record(actor, "component_marks.reopened", offering)
