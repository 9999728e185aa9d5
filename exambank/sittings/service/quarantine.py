"""Saves that came too late or from a replaced seat: kept as they came; a person decides, nothing merges by itself."""

from collections.abc import Collection
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, func, or_, select

from exambank import audit, db, jobs
from exambank.errors import InvalidInput, StateConflict
from exambank.exams.models import Exam, ExamRoom
from exambank.permissions import Actor
from exambank.sittings import papers, rules
from exambank.sittings.models import QuarantinedSave, Response, ResponseEvent, Sitting
from exambank.sittings.rules import State
from exambank.sittings.service.history import chain_sitting
from exambank.sittings.service.locking import lock_sitting, room_event

unit_of_work = db.unit_of_work


def is_stored() -> ColumnElement[bool]:
    """Whether a quarantined save was stored after all (the seat was unlocked, time was given back): as itself."""
    return or_(
        *(
            exists().where(
                table.sitting_id == QuarantinedSave.sitting_id, table.question == QuarantinedSave.question,
                table.seq == QuarantinedSave.seq,
            )
            for table in (Response, ResponseEvent)
        )
    )  # fmt: skip


def count_quarantine(exam: Exam, room: ExamRoom | None = None) -> int:
    """How many answers wait for a decision, in one room or in all."""
    return _count(*[Sitting.room_id == room.id] if room else [], Sitting.exam_id == exam.id).get(exam.id, 0)


def count_waiting(exam_ids: Collection[int]) -> dict[int, int]:
    """The same for several exams; those without are not among them."""
    return _count(Sitting.exam_id.in_(exam_ids))


def _count(*conditions: ColumnElement[bool]) -> dict[int, int]:
    # one that came several times with the same value is one decision
    waiting = (
        select(Sitting.exam_id, QuarantinedSave.sitting_id, QuarantinedSave.question, QuarantinedSave.payload)
        .join(Sitting, Sitting.id == QuarantinedSave.sitting_id)
        .where(QuarantinedSave.decision.is_(None), ~is_stored(), *conditions)
        .distinct()
        .subquery()
    )
    rows = db.db.session.execute(select(waiting.c.exam_id, func.count()).group_by(waiting.c.exam_id))
    return dict(rows.all())


def list_kept(sitting: Sitting, public_ids: Collection[str]) -> list[QuarantinedSave]:
    """Those of a sitting's quarantined saves that are named; others' and unknown ones are not among them."""
    query = select(QuarantinedSave).where(
        QuarantinedSave.sitting_id == sitting.id, QuarantinedSave.public_id.in_(public_ids)
    )
    return list(db.db.session.execute(query).scalars())


def decide(
    *, actor: Actor, now: datetime, sitting: Sitting, kept: Collection[QuarantinedSave], accept: bool, reason: str
) -> int:  # fmt: skip
    """Decide on late answers of one candidate together, with one reason; returns how many questions it touched.

    Accepted: the answer counts, under a new seq, beside the history of what counted before; of several late values of a
    question the last one counts. What came again with the same value is decided along with it.
    """
    if not reason.strip():
        raise InvalidInput(_("Give the reason for the decision."))
    if not kept:
        raise InvalidInput(_("Choose at least one answer to decide on."))
    chosen = {(one.question, one.payload) for one in kept}
    with unit_of_work() as session:
        row = lock_sitting(sitting)
        exam = session.get(Exam, row.exam_id, populate_existing=True)
        _refuse_decision(row, exam, accept)
        waiting = [one for one in _undecided(session, row) if (one.question, one.payload) in chosen]
        if {(one.question, one.payload) for one in waiting} != chosen:
            raise StateConflict(_("This answer has been decided already."))
        for one in waiting:
            one.decision = "accepted" if accept else "refused"
            one.decision_reason, one.decided_by_id, one.decided_at = reason, actor.user_id, now
        if accept:
            _count_them(session, row, waiting, now)
        questions = sorted({one.question for one in waiting})
        verb = "accepted" if accept else "refused"
        session.add(room_event(row, f"quarantine_{verb}", now, actor, question=", ".join(map(str, questions))))
        if accept:
            audit.record(actor, "quarantine.accepted", row, questions=questions, reason=reason)
        else:
            audit.record(actor, "quarantine.refused", row, questions=questions, reason=reason)
    return len(questions)


def _undecided(session, row: Sitting) -> list[QuarantinedSave]:
    query = (
        select(QuarantinedSave)
        .where(QuarantinedSave.sitting_id == row.id, QuarantinedSave.decision.is_(None))
        .order_by(QuarantinedSave.seq)
        .with_for_update()
    )
    return list(session.execute(query).scalars())


def _refuse_decision(row: Sitting, exam: Exam, accept: bool) -> None:
    if row.state != State.CLOSED:
        raise StateConflict(_("The candidate is still working. Decide when the exam paper is closed."))
    if accept and exam.result_state != "draft":
        raise StateConflict(_("The results are published. A late answer can only be dealt with by an appeal now."))


def _count_them(session, row: Sitting, accepted: list[QuarantinedSave], now: datetime) -> None:
    """The last late value of each question takes the place of what counted."""
    for one in {late.question: late for late in accepted}.values():
        _count_it(session, row, one, now)
    session.flush()
    chain_sitting(session, row)
    jobs.publish("sitting.changed", row.public_id)  # marks given before do not know of it


def _count_it(session, row: Sitting, late: QuarantinedSave, now: datetime) -> None:
    stored = session.execute(select(Response.seq).where(Response.sitting_id == row.id)).scalars().all()
    seq = rules.accepted_seq(row.epoch, stored)
    response = session.get(Response, (row.id, late.question))
    if response is None:
        response = Response(sitting_id=row.id, question=late.question)
        session.add(response)
    response.seq, response.payload, response.received_at, response.logged_at = seq, late.payload, now, now
    response.is_blank = papers.is_blank(row.paper.public_id, late.question, late.payload)
    session.add(
        ResponseEvent(sitting_id=row.id, question=late.question, seq=seq, payload=late.payload, received_at=now)
    )
    session.flush()
