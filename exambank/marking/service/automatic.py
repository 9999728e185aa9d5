"""Automatic marking: each question of a closed sitting against the content of its item version, once."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from exambank import audit, clock
from exambank.bank import service as bank
from exambank.bank.interactions import REGISTRY
from exambank.db import db, unit_of_work
from exambank.exams.models import Exam
from exambank.marking.models import ResponseMark, SittingMark
from exambank.marking.rules import Question
from exambank.marking.service.lines import apply_corrections, scale
from exambank.permissions import SYSTEM
from exambank.sittings.models import Response, Sitting


def mark_sitting(public_id: str) -> SittingMark | None:
    """Mark a closed sitting. Marked before: nothing changes. Never entered: there is nothing to mark (None)."""
    sitting = _find(public_id)
    if sitting is None or sitting.state != "closed" or sitting.entered_at is None:
        return None
    marks = [_mark(question) for question in questions_of(sitting)]
    now = clock.now()
    with unit_of_work() as session:
        known = _find_mark(sitting.id)
        if known is not None:
            return known
        session.add_all(marks)
        mark = _sum(sitting, marks, now)
        session.add(mark)
        session.flush()
        apply_corrections(mark, now)
        audit.record(SYSTEM, "sitting.marked", sitting, raw=mark.raw_points, max=mark.max_points)
    return mark


def _find(public_id: str) -> Sitting | None:
    query = select(Sitting).where(Sitting.public_id == public_id).options(joinedload(Sitting.paper))
    return db.session.execute(query).scalar_one_or_none()


def _find_mark(sitting_id: int) -> SittingMark | None:
    return db.session.execute(select(SittingMark).where(SittingMark.sitting_id == sitting_id)).scalar_one_or_none()


def questions_of(sitting: Sitting) -> list[Question]:
    """The paper's questions with what the candidate gave to each."""
    given = dict(
        db.session.execute(select(Response.question, Response.payload).where(Response.sitting_id == sitting.id)).all()
    )
    return [
        Question(sitting.id, number, entry["version"], Decimal(entry["points"]), given.get(number))
        for number, entry in enumerate(sitting.paper.layout, start=1)
    ]


def _mark(question: Question) -> ResponseMark:
    version = bank.get_versions([question.version_id])[question.version_id]
    interaction = REGISTRY[version.item.kind]
    score = interaction.score(version.content, question.payload, question.max_points)
    return ResponseMark(
        sitting_id=question.sitting_id,
        question=question.number,
        item_version_id=question.version_id,
        points=score.points,
        max_points=question.max_points,
        outcome=score.outcome,
        rule=interaction.scoring_rule(version.content),
    )


def _sum(sitting: Sitting, marks: list[ResponseMark], now: datetime) -> SittingMark:
    raw = sum((mark.points for mark in marks), Decimal("0"))
    largest = sum((mark.max_points for mark in marks), Decimal("0"))
    return SittingMark(
        sitting_id=sitting.id,
        exam_id=sitting.exam_id,
        raw_points=raw,
        max_points=largest,
        total_points=raw,
        scaled=scale(sitting.exam, raw, largest),
        marked_at=now,
    )


def ensure_marked(exam: Exam) -> int:
    """Mark whatever closed sittings of the exam are not marked yet; returns how many that were."""
    query = (
        select(Sitting.public_id)
        .outerjoin(SittingMark, SittingMark.sitting_id == Sitting.id)
        .where(Sitting.exam_id == exam.id, Sitting.state == "closed", SittingMark.id.is_(None))
        .where(Sitting.entered_at.is_not(None))
    )
    waiting = list(db.session.execute(query).scalars())
    return sum(mark_sitting(public_id) is not None for public_id in waiting)
