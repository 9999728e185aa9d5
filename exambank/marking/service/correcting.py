"""Corrections: previewed, made for a reason, undone for a reason; frozen results are not moved."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask_babel import gettext as _

from exambank import audit, jobs
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import ItemVersion
from exambank.courses import service as courses
from exambank.courses.rules import GradeDecision, module_grade
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.exams.models import Exam
from exambank.marking.models import Correction
from exambank.marking.rules import ACCEPT_ANSWER, CREDIT_ALL, Move, accepting, choices_for, fits_option, is_known_gap
from exambank.marking.service.lines import rewrite_lines, rules_of
from exambank.marking.service.reading import sheet_of
from exambank.permissions import Actor


@dataclass(frozen=True)
class Preview:
    """What would happen: everybody's marks, who moves, who crosses the pass mark."""

    moves: tuple[Move, ...]

    @property
    def moved(self) -> list[Move]:
        return [move for move in self.moves if move.is_moved]

    @property
    def crossing(self) -> list[Move]:
        return [move for move in self.moves if move.crosses_pass]


class _Undo(Exception):
    """Carries a preview out of the unit of work that must leave nothing behind."""

    def __init__(self, after: dict[int, Decimal]):
        self.after = after


def preview_correction(
    *, actor: Actor, now: datetime, exam: Exam, version: ItemVersion, kind: str, options: list[str]
) -> Preview:
    """Make the correction, look, and take everything back: what is shown is what will happen."""
    _check(exam, version, kind, options)
    return _preview(exam, lambda: _make(actor, now, exam, version, kind, options, "preview"))


def preview_undo(*, actor: Actor, now: datetime, correction: Correction) -> Preview:
    """What undoing would do."""
    return _preview(correction.exam, lambda: _take_back(actor, now, correction, "preview"))


def _preview(exam: Exam, act) -> Preview:
    before = _scaled_marks(exam)
    try:
        with unit_of_work():
            act()
            raise _Undo(_scaled_marks(exam))
    except _Undo as seen:
        after = seen.after
    return Preview(tuple(_moves(exam, before, after)))


def _scaled_marks(exam: Exam) -> dict[int, Decimal]:
    return {row.user_id: row.scaled for row in sheet_of(exam) if row.scaled is not None}


def _moves(exam: Exam, before: dict[int, Decimal], after: dict[int, Decimal]) -> list[Move]:
    components = courses.component_marks(exam.offering) if exam.offering else {}
    rules = rules_of(exam)

    def grade(user_id: int, mark: Decimal) -> GradeDecision | None:
        return module_grade(rules, mark, components.get(user_id, {})) if exam.offering else None

    return [
        Move(
            user_id=row.user_id,
            number=row.number,
            full_name=row.full_name,
            mark_before=before[row.user_id],
            mark_after=after[row.user_id],
            grade_before=grade(row.user_id, before[row.user_id]),
            grade_after=grade(row.user_id, after[row.user_id]),
        )
        for row in sheet_of(exam)
        if row.user_id in before
    ]


def correct(
    *, actor: Actor, now: datetime, exam: Exam, version: ItemVersion, kind: str, options: list[str], reason: str
) -> Correction:
    """Credit a faulty item to everybody who had it, or accept further options; publishes ``marks.changed``."""
    _check(exam, version, kind, options)
    if len(reason.strip()) < 5:
        raise InvalidInput(_("Say why, in a sentence: the reason is printed beside every mark it moves."))
    with unit_of_work():
        lock(exam)
        _refuse_frozen(exam)
        correction = _make(actor, now, exam, version, kind, options, reason.strip())
        jobs.publish("marks.changed", exam.public_id)
        audit.record(
            actor, "marks.corrected", exam, correction=correction.public_id, kind=kind, options=options, reason=reason
        )
    return correction


def _check(exam: Exam, version: ItemVersion, kind: str, options: list[str]) -> None:
    _refuse_frozen(exam)
    if kind not in choices_for(version.item.kind, version.content):
        raise InvalidInput(_("Choose what to do with the item."))
    if kind == ACCEPT_ANSWER:
        _check_answers(version, options)
    elif kind != CREDIT_ALL and not fits_option(version.content, options):
        raise InvalidInput(_("Choose at least one further option of this item that is not the key already."))


def _check_answers(version: ItemVersion, answers: list[str]) -> None:
    """A further answer must be one that the kind can compare, and one that is not right already."""
    kind, content = version.item.kind, version.content
    if not answers or (kind == "fill_in" and not is_known_gap(content, answers)):
        raise InvalidInput(_("Type at least one further answer."))
    if kind == "fill_in":
        return  # a second right choice is what the correction is about, not a fault of the item
    problems = REGISTRY[kind].check(accepting(kind, content, answers))
    if any(problem.is_blocking for problem in problems):
        raise InvalidInput(next(problem.message for problem in problems if problem.is_blocking))


def _refuse_frozen(exam: Exam) -> None:
    if exam.state != "closed":
        raise StateConflict(_("The exam is not over yet: marks can be corrected after it is closed."))
    if exam.result_state == "frozen":
        raise StateConflict(_("The results are frozen. A frozen result is changed by an appeal only."))


def _make(actor, now, exam, version, kind, options, reason) -> Correction:
    correction = Correction(
        exam_id=exam.id,
        item_version_id=version.id,
        kind=kind,
        options=sorted(options) if kind != CREDIT_ALL else [],
        reason=reason,
        made_by_id=actor.user_id,
        made_at=now,
    )
    db.session.add(correction)
    db.session.flush()
    rewrite_lines(exam, version.id, now)
    return correction


def undo_correction(*, actor: Actor, now: datetime, correction: Correction, reason: str) -> None:
    """Take a correction back: its lines end, the others' are derived anew; publishes ``marks.changed``."""
    if len(reason.strip()) < 5:
        raise InvalidInput(_("Say why, in a sentence: the reason is printed beside every mark it moves."))
    with unit_of_work():
        lock(correction)
        _refuse_frozen(correction.exam)
        if correction.undone_at is not None:
            raise StateConflict(_("This correction has been undone already."))
        _take_back(actor, now, correction, reason.strip())
        jobs.publish("marks.changed", correction.exam.public_id)
        audit.record(actor, "marks.correction_undone", correction.exam, correction=correction.public_id, reason=reason)


def _take_back(actor: Actor, now: datetime, correction: Correction, reason: str) -> None:
    correction.undone_at, correction.undone_by_id, correction.undo_reason = now, actor.user_id, reason
    db.session.flush()
    rewrite_lines(correction.exam, correction.item_version_id, now)
