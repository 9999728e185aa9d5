"""A late answer that a person accepted out of the quarantine: a dated line beside the raw mark, which stays."""

from datetime import datetime

from sqlalchemy import select

from exambank import audit, clock, jobs
from exambank.bank import service as bank
from exambank.bank.interactions import REGISTRY
from exambank.db import db, unit_of_work
from exambank.marking.models import MarkLine, ResponseMark, SittingMark
from exambank.marking.rules import LATE_ANSWER
from exambank.marking.service.lines import late_points, rewrite_lines
from exambank.permissions import SYSTEM
from exambank.sittings.models import QuarantinedSave, Response, Sitting


def take_late_answers(public_id: str) -> int:
    """Bring a marked sitting's lines to its responses as they are now; returns how many lines were added.

    Not marked yet: nothing to do, the first marking reads the accepted answers. Called twice: the second adds nothing.
    """
    sitting = db.session.execute(select(Sitting).where(Sitting.public_id == public_id)).scalar_one_or_none()
    if sitting is None or not _is_marked(sitting):
        return 0
    now = clock.now()
    with unit_of_work() as session:
        added = [line for row in _accepted(sitting) if (line := _line(*row, now)) is not None]
        session.add_all(added)
        session.flush()
        for version_id in sorted({mark.item_version_id for _decision, mark, _payload in _accepted(sitting)}):
            rewrite_lines(sitting.exam, version_id, now)
        if added:
            jobs.publish("marks.changed", sitting.exam.public_id)
            audit.record(SYSTEM, "sitting.late_answers_marked", sitting, questions=[line.question for line in added])
    return len(added)


def _is_marked(sitting: Sitting) -> bool:
    return db.session.execute(select(SittingMark.id).where(SittingMark.sitting_id == sitting.id)).first() is not None


def _accepted(sitting: Sitting) -> list[tuple[QuarantinedSave, ResponseMark, str]]:
    """Accepted decisions whose answer still stands, with the raw mark of the question."""
    query = (
        select(QuarantinedSave, ResponseMark, Response.payload)
        .join(
            ResponseMark,
            (ResponseMark.sitting_id == QuarantinedSave.sitting_id)
            & (ResponseMark.question == QuarantinedSave.question),
        )
        .join(
            Response,
            (Response.sitting_id == QuarantinedSave.sitting_id) & (Response.question == QuarantinedSave.question),
        )
        .where(QuarantinedSave.sitting_id == sitting.id, QuarantinedSave.decision == "accepted")
        .order_by(QuarantinedSave.decided_at.desc(), QuarantinedSave.id.desc())
    )
    newest: dict[int, tuple] = {}
    for row in db.session.execute(query).all():
        newest.setdefault(row[1].question, tuple(row))
    return list(newest.values())


def _line(decision: QuarantinedSave, mark: ResponseMark, payload: str, now: datetime) -> MarkLine | None:
    version = bank.get_versions([mark.item_version_id])[mark.item_version_id]
    wanted = REGISTRY[version.item.kind].score(version.content, payload, mark.max_points).points
    difference = wanted - mark.points - late_points(mark)
    if difference == 0:
        return None
    return MarkLine(
        sitting_id=mark.sitting_id,
        question=mark.question,
        kind=LATE_ANSWER,
        points=difference,
        reason=decision.decision_reason or "",
        made_by_id=decision.decided_by_id,
        made_at=now,
    )
