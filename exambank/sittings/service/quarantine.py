"""Saves that came too late or from a replaced seat: kept as they came; a person decides, nothing merges by itself."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from exambank import audit, db, jobs
from exambank.errors import InvalidInput, StateConflict
from exambank.exams.models import Exam
from exambank.permissions import Actor
from exambank.sittings import papers, rules
from exambank.sittings.models import QuarantinedSave, Response, ResponseEvent, RoomEvent, Sitting
from exambank.sittings.rules import State
from exambank.sittings.service.history import chain_sitting
from exambank.sittings.service.locking import lock_sitting

unit_of_work = db.unit_of_work


def list_quarantine(exam: Exam) -> list[QuarantinedSave]:
    """What waits and what was decided, the undecided first."""
    query = (
        select(QuarantinedSave)
        .join(Sitting, Sitting.id == QuarantinedSave.sitting_id)
        .where(Sitting.exam_id == exam.id)
        .order_by(QuarantinedSave.decision.is_not(None), QuarantinedSave.sitting_id, QuarantinedSave.question)
    )
    return list(db.db.session.execute(query).scalars())


def count_quarantine(exam: Exam) -> int:
    """How many answers wait for a decision."""
    query = (
        select(func.count())
        .select_from(QuarantinedSave)
        .join(Sitting, Sitting.id == QuarantinedSave.sitting_id)
        .where(Sitting.exam_id == exam.id, QuarantinedSave.decision.is_(None))
    )
    return db.db.session.execute(query).scalar_one()


def find_quarantined(public_id: str) -> QuarantinedSave | None:
    """One quarantined save."""
    query = select(QuarantinedSave).where(QuarantinedSave.public_id == public_id)
    return db.db.session.execute(query).scalar_one_or_none()


def stored_payload(kept: QuarantinedSave) -> str | None:
    """What counts now for the question of a quarantined save."""
    query = select(Response.payload).where(
        Response.sitting_id == kept.sitting_id, Response.question == kept.question
    )  # fmt: skip
    return db.db.session.execute(query).scalar_one_or_none()


def decide(*, actor: Actor, now: datetime, kept: QuarantinedSave, accept: bool, reason: str) -> QuarantinedSave:
    """Accept (the answer counts, under a new seq, beside the history of what counted before) or refuse."""
    if not reason.strip():
        raise InvalidInput(_("Give the reason for the decision."))
    kept_id = kept.id
    with unit_of_work() as session:
        row = session.execute(
            select(QuarantinedSave).where(QuarantinedSave.id == kept_id).with_for_update()
        ).scalar_one()
        sitting = lock_sitting(row.sitting_id)
        exam = session.get(Exam, sitting.exam_id, populate_existing=True)
        _refuse_decision(row, sitting, exam, accept)
        row.decision = "accepted" if accept else "refused"
        row.decision_reason, row.decided_by_id, row.decided_at = reason, actor.user_id, now
        if accept:
            _count_it(session, row, sitting, now)
        session.add(_event(row, sitting, now, actor))
        audit.record(
            actor, f"quarantine.{row.decision}", row, question=row.question, reason=reason, sitting=sitting.public_id
        )
    return row


def _refuse_decision(row: QuarantinedSave, sitting: Sitting, exam: Exam, accept: bool) -> None:
    if row.decision is not None:
        raise StateConflict(_("This answer has been decided already."))
    if sitting.state != State.CLOSED:
        raise StateConflict(_("The candidate is still working. Decide when the exam paper is closed."))
    if accept and exam.result_state != "draft":
        raise StateConflict(_("The results are published. A late answer can only be dealt with by an appeal now."))


def _count_it(session, row: QuarantinedSave, sitting: Sitting, now: datetime) -> None:
    stored = session.execute(select(Response.seq).where(Response.sitting_id == sitting.id)).scalars().all()
    seq = rules.accepted_seq(sitting.epoch, stored)
    response = session.get(Response, (sitting.id, row.question))
    if response is None:
        response = Response(sitting_id=sitting.id, question=row.question)
        session.add(response)
    response.seq, response.payload, response.received_at, response.logged_at = seq, row.payload, now, now
    response.is_blank = papers.is_blank(sitting.paper.public_id, row.question, row.payload)
    session.add(
        ResponseEvent(
            sitting_id=sitting.id, question=row.question, seq=seq, payload=row.payload, received_at=now
        )
    )  # fmt: skip
    session.flush()
    chain_sitting(session, sitting)
    jobs.publish("sitting.changed", sitting.public_id)  # marks given before do not know of it


def _event(row: QuarantinedSave, sitting: Sitting, now: datetime, actor: Actor) -> RoomEvent:
    return RoomEvent(
        exam_id=sitting.exam_id, room_id=sitting.room_id, sitting_id=sitting.id, kind=f"quarantine_{row.decision}",
        at=now, actor=actor.public_id, details={"question": row.question},
    )  # fmt: skip
