"""Breaches of the rules, recorded from the catalogue that was frozen with the exam.

Recording one touches no mark: what it costs is decided later by the office, from the minutes, as a line of its own.
A record is withdrawn with a reason; it is never deleted.
"""

from datetime import datetime
from fractions import Fraction

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from exambank import audit, db, jobs
from exambank.courses.rules import OffenceRule, RoomRules, share_text
from exambank.errors import InvalidInput, StateConflict
from exambank.exams.models import Candidacy, Exam, ExamRoom
from exambank.permissions import Actor
from exambank.sittings.models import Offence, Sitting
from exambank.sittings.service.incidents import CLOCK_SLACK
from exambank.sittings.service.locking import room_event

unit_of_work = db.unit_of_work


def offence_catalogue(exam: Exam) -> tuple[OffenceRule, ...]:
    """What the Regulation that rules this room calls a breach, lightest first as it is written there."""
    return RoomRules.parse(exam.rules).offences


def record_offence(
    *, actor: Actor, now: datetime, sitting: Sitting, code: str, text: str, happened_at: datetime, evidence: str = "",
    witnesses: str = "", is_signed: bool | None = None,
) -> Offence:  # fmt: skip
    """Put a breach on record, its consequence as the rules of this exam have it today.

    InvalidInput: not in the catalogue, nothing said, a time to come.
    """
    exam = sitting.exam
    rule = next((one for one in offence_catalogue(exam) if one.code == code), None)
    if rule is None:
        raise InvalidInput(_("Choose the offence from the list."))
    if not text.strip():
        raise InvalidInput(_("Say what happened, in a sentence."))
    if happened_at > now + CLOCK_SLACK:
        raise InvalidInput(_("The time must lie before now."))
    with unit_of_work() as session:
        offence = Offence(
            sitting_id=sitting.id, code=rule.code, name=rule.name, deduction=share_text(rule.deduction),
            ends_sitting=rule.ends_sitting, text=text.strip(), evidence=evidence.strip(), witnesses=witnesses.strip(),
            is_signed=is_signed, happened_at=happened_at, recorded_at=now, recorded_by_id=actor.user_id,
        )  # fmt: skip
        session.add(offence)
        session.add(room_event(sitting, "offence", now, actor, name=rule.name))
        session.flush()
        jobs.publish("offence.recorded", offence.public_id)
        audit.record(actor, "offence.recorded", offence, sitting=sitting.public_id, code=code, text=offence.text)
    return offence


def sign_offence(*, actor: Actor, now: datetime, offence: Offence, is_signed: bool, witnesses: str = "") -> Offence:
    """Note whether the candidate signed the printed record; who refuses is named by two witnesses."""
    with unit_of_work() as session:
        row = _lock(session, offence)
        _refuse_withdrawn(row)
        row.is_signed = is_signed
        row.witnesses = witnesses.strip() or row.witnesses
        audit.record(actor, "offence.signed", row, is_signed=is_signed, witnesses=row.witnesses)
    return row


def withdraw_offence(*, actor: Actor, now: datetime, offence: Offence, reason: str) -> Offence:
    """The record was a mistake: it stays, struck out, with who withdrew it and why."""
    if not reason.strip():
        raise InvalidInput(_("Give the reason for withdrawing the record."))
    with unit_of_work() as session:
        row = _lock(session, offence)
        _refuse_withdrawn(row)
        row.withdrawn_at, row.withdrawn_by_id, row.withdrawn_reason = now, actor.user_id, reason.strip()
        sitting = session.get(Sitting, row.sitting_id)
        session.add(room_event(sitting, "offence_withdrawn", now, actor, name=row.name, reason=row.withdrawn_reason))
        jobs.publish("offence.withdrawn", row.public_id)
        audit.record(actor, "offence.withdrawn", row, reason=row.withdrawn_reason)
    return row


def _lock(session, offence: Offence) -> Offence:
    return session.execute(select(Offence).where(Offence.id == offence.id).with_for_update(of=Offence)).scalar_one()


def _refuse_withdrawn(row: Offence) -> None:
    if row.withdrawn_at is not None:
        raise StateConflict(_("This record has been withdrawn."))


def find_offence(public_id: str) -> Offence | None:
    """One record with its candidate."""
    query = select(Offence).where(Offence.public_id == public_id).options(*_with_people())
    return db.db.session.execute(query).scalar_one_or_none()


def list_offences(exam: Exam, room: ExamRoom | None = None, sitting: Sitting | None = None) -> list[Offence]:
    """The records of an exam, a room or one candidate, withdrawn ones last; for marking and the office too.

    Each carries its frozen ``deduction``, an exact share of the mark ("0.25", "1").
    """
    query = (
        select(Offence)
        .join(Sitting, Sitting.id == Offence.sitting_id)
        .where(Sitting.exam_id == exam.id)
        .options(*_with_people())
        .order_by(Offence.withdrawn_at.is_not(None), Offence.happened_at, Offence.id)
    )
    if room is not None:
        query = query.where(Sitting.room_id == room.id)
    if sitting is not None:
        query = query.where(Offence.sitting_id == sitting.id)
    return list(db.db.session.execute(query).scalars())


def _with_people():
    candidacy = joinedload(Offence.sitting).joinedload(Sitting.candidacy)
    return (candidacy.joinedload(Candidacy.user), candidacy.joinedload(Candidacy.room), joinedload(Offence.recorded_by))


def share_of(offence: Offence) -> Fraction:
    """What it would cost, as an exact share of the mark."""
    return Fraction(offence.deduction)
