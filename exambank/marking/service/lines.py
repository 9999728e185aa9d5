"""Lines beside raw marks: derived from the corrections in force, written and taken back as dated rows."""

import functools
from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Select, bindparam, select

from exambank.bank import service as bank
from exambank.bank.interactions import REGISTRY
from exambank.courses.models import Cohort, Offering, Regulation
from exambank.courses.rules import RegulationRules
from exambank.db import db
from exambank.exams.models import Exam
from exambank.marking.models import Correction, MarkLine, ResponseMark, SittingMark
from exambank.marking.rules import CREDIT_ALL, LATE_ANSWER, REMARKED, Target, accepting, derive_lines, scaled_mark
from exambank.sittings.models import Response


def corrections_in_force(exam_id: int) -> list[Correction]:
    """What was decided about faulty items of an exam and not taken back, in that order."""
    return list(db.session.execute(_in_force(), {"exam_id": exam_id}).scalars())


# made once: every sitting that is marked asks these, and making a statement takes longer than running it
@functools.cache
def _in_force() -> Select:
    of_exam = Correction.exam_id == bindparam("exam_id")
    return select(Correction).where(of_exam, Correction.undone_at.is_(None)).order_by(Correction.id)


@functools.cache
def _rules_of_regulation() -> Select:
    return select(Regulation.rules).where(Regulation.id == bindparam("key"))


@functools.cache
def _rules_of_class() -> Select:
    return select(Regulation.rules).join(Cohort).join(Offering).where(Offering.id == bindparam("key"))


def target_of(correction: Correction, mark: ResponseMark, payload: str | None) -> Target:
    """What this correction wants the response to have."""
    if correction.kind == CREDIT_ALL:
        return Target(correction.id, mark.max_points)
    version = bank.get_versions([mark.item_version_id])[mark.item_version_id]
    content = accepting(version.item.kind, version.content, correction.options)
    score = REGISTRY[version.item.kind].score(content, payload, mark.max_points)
    return Target(correction.id, score.points)


def marks_with_payload(item_version_id: int, exam_id: int) -> list[tuple[ResponseMark, str | None]]:
    """Every marked response to an item version in an exam, with what was given."""
    query = (
        select(ResponseMark, Response.payload)
        .join(SittingMark, SittingMark.sitting_id == ResponseMark.sitting_id)
        .outerjoin(
            Response,
            (Response.sitting_id == ResponseMark.sitting_id) & (Response.question == ResponseMark.question),
        )
        .where(ResponseMark.item_version_id == item_version_id, SittingMark.exam_id == exam_id)
    )
    return [(row[0], row[1]) for row in db.session.execute(query).all()]


def rewrite_lines(exam: Exam, item_version_id: int, now: datetime) -> None:
    """Bring the lines of one item in one exam to what its corrections in force give, and the totals with them."""
    in_force = [one for one in corrections_in_force(exam.id) if one.item_version_id == item_version_id]
    rows = marks_with_payload(item_version_id, exam.id)
    for mark, payload in rows:
        _rewrite(mark, payload, in_force, now)
    db.session.flush()
    refresh_totals([mark.sitting_id for mark, _payload in rows])


def _rewrite(mark: ResponseMark, payload: str | None, in_force: list[Correction], now: datetime) -> None:
    start = mark.points + late_points(mark)
    wanted = {line.correction: line.points for line in derive_lines(start, _targets(mark, payload, in_force))}
    for line in _active_lines(mark):
        if wanted.get(line.correction_id) == line.points:
            del wanted[line.correction_id]
        else:
            line.undone_at = now
    by_id = {correction.id: correction for correction in in_force}
    db.session.add_all(_line(mark, by_id[number], points, now) for number, points in wanted.items())


def late_points(mark: ResponseMark) -> Decimal:
    """What accepted late answers and second looks added to (or took from) the raw mark."""
    query = select(MarkLine.points).where(
        MarkLine.sitting_id == mark.sitting_id, MarkLine.question == mark.question,
        MarkLine.kind.in_((LATE_ANSWER, REMARKED)),
    )  # fmt: skip
    return sum(db.session.execute(query).scalars(), Decimal("0"))


def _targets(mark: ResponseMark, payload: str | None, in_force: list[Correction]) -> list[Target]:
    return [target_of(correction, mark, payload) for correction in in_force]


def _active_lines(mark: ResponseMark) -> list[MarkLine]:
    query = select(MarkLine).where(
        MarkLine.sitting_id == mark.sitting_id,
        MarkLine.question == mark.question,
        MarkLine.correction_id.is_not(None),
        MarkLine.undone_at.is_(None),
    )
    return list(db.session.execute(query).scalars())


def _line(mark: ResponseMark, correction: Correction, points: Decimal, now: datetime) -> MarkLine:
    return MarkLine(
        sitting_id=mark.sitting_id,
        question=mark.question,
        correction_id=correction.id,
        kind=correction.kind,
        points=points,
        reason=correction.reason,
        made_by_id=correction.made_by_id,
        made_at=now,
    )


def refresh_totals(sitting_ids: list[int]) -> None:
    """Totals are the raw points and the lines in force, never more than the paper holds and never less than nothing."""
    added: dict[int, Decimal] = defaultdict(Decimal)
    query = (
        select(MarkLine.sitting_id, MarkLine.points, ResponseMark)
        .outerjoin(
            ResponseMark,
            (ResponseMark.sitting_id == MarkLine.sitting_id) & (ResponseMark.question == MarkLine.question),
        )
        .where(MarkLine.sitting_id.in_(sitting_ids), MarkLine.undone_at.is_(None))
    )
    for sitting_id, points, response in db.session.execute(query).all():
        if response is None or response.is_scored:  # a line beside a pretest question is for statistics alone
            added[sitting_id] += points
    marks = db.session.execute(select(SittingMark).where(SittingMark.sitting_id.in_(sitting_ids))).scalars()
    for mark in marks:
        total = min(max(mark.raw_points + added[mark.sitting_id], Decimal("0")), mark.max_points)
        mark.total_points = total
        mark.scaled = scale(mark.sitting.exam, total, mark.max_points)


def scale(exam: Exam, points: Decimal, max_points: Decimal) -> Decimal:
    rules = rules_of(exam)
    return scaled_mark(points, max_points, rules.scale_max, rules.rounding.exam)


def rules_of(exam: Exam) -> RegulationRules:
    """Results follow the Regulation of the learners' own class; the exam's own only where there is no class."""
    query = _rules_of_regulation() if exam.offering_id is None else _rules_of_class()
    key = exam.regulation_id if exam.offering_id is None else exam.offering_id
    return RegulationRules.parse(db.session.execute(query, {"key": key}).scalar_one())


def apply_corrections(mark: SittingMark, now: datetime) -> None:
    """A sitting marked late gets the lines that the others already have."""
    for correction in corrections_in_force(mark.exam_id):
        rewrite_lines(correction.exam, correction.item_version_id, now)
