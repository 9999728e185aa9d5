"""Mark sheets: out as xlsx, back with a preview of every change."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from exambank import audit, text
from exambank.courses import rules as course_rules
from exambank.courses import service as courses
from exambank.courses.models import Offering
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.interchange import bank_sheet, marks_sheet, messages
from exambank.interchange.models import MarksBatch
from exambank.interchange.service.files import decide, fingerprint, read_sheets, refusal, tidy_file_name
from exambank.interchange.sheet import UnreadableSheet
from exambank.interchange.workbook import Table
from exambank.permissions import Actor

ABSENT = course_rules.ABSENT


@dataclass(frozen=True)
class ShownChange:
    """One cell that would change, in words."""

    code: str
    full_name: str
    column: str
    before: str
    after: str


def components_table(offering: Offering) -> Table:
    """The class in the order of names, with the marks and absences as they stand."""
    rules = courses.rules_for(offering)
    marks, missed = courses.component_marks(offering), courses.absences(offering)
    rows = [
        [
            at, user.code, user.full_name,
            *(marks.get(user.id, {}).get(component.code) for component in rules.components),
            missed.get(user.id, 0),
        ]
        for at, user in enumerate(courses.list_learners(offering.cohort), start=1)
    ]  # fmt: skip
    title = f"{offering.course_module.name}, {offering.cohort.code}, {offering.term.name}"
    headers = [_("Serial no."), _("Code"), _("Full name"), *(one.name for one in rules.components), _("Periods absent")]
    return Table(offering.cohort.code, headers, rows, [title], [6, 16, 32, *[16] * len(rules.components), 14])


def preview_marks(*, actor: Actor, now: datetime, offering: Offering, file_name: str, body: bytes) -> MarksBatch:
    """Read a mark sheet and keep what it would change; no mark is touched."""
    if offering.marks_locked_at is not None:
        raise StateConflict(_("This mark sheet is closed. The training office can reopen it."))
    reading = _read(offering, file_name, body)
    rules = courses.rules_for(offering)
    learners = {user.id: user for user in courses.list_learners(offering.cohort)}
    faults = course_rules.check_sheet(rules, offering.periods, learners, reading.marks, reading.absences)
    changes = course_rules.find_changes(
        courses.component_marks(offering), courses.absences(offering), reading.marks, reading.absences
    )
    problems = [
        {"row": row, "severity": one.severity, "code": one.code, "column": one.column, "values": one.values}
        for row, one in reading.problems
    ] + [
        {
            "row": reading.rows[fault.user_id], "severity": bank_sheet.REFUSED, "code": fault.code,
            "column": _column_label(rules, fault.column),
            "values": {"value": fault.value, "limit": fault.limit, "name": learners[fault.user_id].full_name},
        }
        for fault in faults
    ]  # fmt: skip
    report = {
        "notices": [[code, values] for code, values in reading.notices],
        "problems": sorted(problems, key=lambda one: one["row"]),
        "refused": sum(one["severity"] == bank_sheet.REFUSED for one in problems),
        "rows": len(reading.rows),
    }
    with unit_of_work() as session:
        batch = MarksBatch(
            offering_id=offering.id, file_name=tidy_file_name(file_name), sha256=fingerprint(body), state="previewed",
            changes=[_as_data(change) for change in changes], report=report, author_id=actor.user_id, created_at=now,
        )  # fmt: skip
        session.add(batch)
        session.flush()
        audit.record(actor, "marks.previewed", batch, sha256=batch.sha256, changes=len(changes))
    return batch


def _read(offering: Offering, file_name: str, body: bytes) -> marks_sheet.MarksReading:
    known = courses.list_learners(offering.cohort)
    learners = [marks_sheet.Learner(user.id, user.code, user.full_name) for user in known]
    components = {component.code: component.name for component in courses.rules_for(offering).components}
    sheets = read_sheets(body, file_name)
    try:
        return marks_sheet.read_marks(sheets, learners, components)
    except UnreadableSheet as error:
        raise refusal(error) from None


def _as_data(change: course_rules.SheetChange) -> dict:
    before, after = (None if value is None else str(value) for value in (change.before, change.after))
    return {"user": change.user_id, "column": change.column, "before": before, "after": after}


def accept_marks(*, actor: Actor, now: datetime, batch: MarksBatch) -> int:
    """Store the changes, all or none, once; a cell that somebody changed since the preview refuses the whole."""
    if batch.report["refused"]:
        raise InvalidInput(_("The file has cells that cannot be stored. Mend them and choose it again."))
    if not batch.changes:
        raise InvalidInput(_("The file changes nothing."))
    marks, seen_marks, missed, seen_missed = {}, {}, {}, {}
    for one in batch.changes:
        if one["column"] == ABSENT:
            missed[one["user"]], seen_missed[one["user"]] = int(one["after"]), int(one["before"])
        else:
            marks.setdefault(one["user"], {})[one["column"]] = _points(one["after"])
            seen_marks.setdefault(one["user"], {})[one["column"]] = _points(one["before"])
    with unit_of_work():
        decide(batch, "accepted", accepted_at=now)
        changes = courses.set_component_marks(
            actor=actor, now=now, offering=batch.offering, marks=marks, absences=missed, seen_marks=seen_marks,
            seen_absences=seen_missed,
        )  # fmt: skip
        audit.record(actor, "marks.accepted", batch, changes=len(changes), sha256=batch.sha256)
    return len(changes)


def _points(stored: str | None) -> Decimal | None:
    return None if stored is None else Decimal(stored)


def show_changes(batch: MarksBatch) -> list[ShownChange]:
    """The changes of a batch in words, in the order of names."""
    rules = courses.rules_for(batch.offering)
    learners = {user.id: (at, user) for at, user in enumerate(courses.list_learners(batch.offering.cohort))}
    known = sorted((one for one in batch.changes if one["user"] in learners), key=lambda one: learners[one["user"]][0])
    return [
        ShownChange(
            learners[one["user"]][1].code, learners[one["user"]][1].full_name,
            _column_label(rules, one["column"]), _shown(one, "before"), _shown(one, "after"),
        )
        for one in known
    ]  # fmt: skip


def _column_label(rules: course_rules.RegulationRules, column: str) -> str:
    if column == ABSENT:
        return _("Periods absent")
    return next((one.name for one in rules.components if one.code == column), column)


def _shown(change: dict, which: str) -> str:
    if change[which] is None:
        return ""
    return (
        change[which] if change["column"] == ABSENT else text.format_points(Decimal(change[which]), str(get_locale()))
    )


def marks_problems(batch: MarksBatch) -> list[tuple[str, str, str]]:
    """Where, how grave, and what to do, for every problem of a batch."""
    return [(messages.place(one["row"], one["column"]), one["severity"], _sentence(one)) for one in _problems(batch)]


def _problems(batch: MarksBatch) -> list[dict]:
    return sorted(batch.report["problems"], key=lambda one: (one["severity"] != bank_sheet.REFUSED, one["row"]))


def _sentence(one: dict) -> str:
    return messages.problem_message(bank_sheet.Problem(one["code"], one["severity"], one["column"], one["values"]))


def get_marks_batch(public_id: str) -> MarksBatch:
    """The batch of this public id."""
    batch = db.session.execute(select(MarksBatch).filter_by(public_id=public_id)).scalar_one_or_none()
    if batch is None:
        raise NotFound()
    return batch
