"""What went wrong in a room or at one seat, recorded in half a minute: power, network, a machine, an illness, noise."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from exambank import audit, db
from exambank.errors import InvalidInput, StateConflict
from exambank.exams.models import Candidacy, ExamRoom
from exambank.permissions import Actor
from exambank.sittings.models import Incident, RoomEvent, Sitting

unit_of_work = db.unit_of_work

KINDS = ("power", "network", "machine", "health", "noise", "other")
CLOCK_SLACK = timedelta(minutes=1)  # people write whole minutes


def record_incident(
    *, actor: Actor, now: datetime, room: ExamRoom, kind: str, text: str, began_at: datetime,
    ended_at: datetime | None = None, sitting: Sitting | None = None,
) -> Incident:  # fmt: skip
    """Put it on record; ``sitting``: it concerns one candidate of the room, else the room as a whole.

    InvalidInput: an unknown kind, a time to come, an end before the beginning, a candidate of another room.
    """
    if kind not in KINDS or (sitting is not None and sitting.room_id != room.id):
        raise InvalidInput(_("Choose what happened and whom it concerns."))
    if began_at > now + CLOCK_SLACK or (ended_at is not None and not began_at <= ended_at <= now + CLOCK_SLACK):
        raise InvalidInput(_("The times must lie before now, the end not before the beginning."))
    with unit_of_work() as session:
        incident = Incident(
            exam_id=room.exam_id, room_id=room.id, sitting_id=sitting.id if sitting else None, kind=kind,
            text=text.strip(), began_at=began_at, ended_at=ended_at, recorded_at=now, recorded_by_id=actor.user_id,
        )  # fmt: skip
        session.add(incident)
        session.add(_event(incident, "incident", now, actor, text=incident.text))
        session.flush()
        audit.record(actor, "incident.recorded", incident, kind=kind, text=incident.text)
    return incident


def end_incident(*, actor: Actor, now: datetime, incident: Incident) -> Incident:
    """It is over now. StateConflict: it was over already."""
    with unit_of_work() as session:
        row = session.execute(select(Incident).where(Incident.id == incident.id).with_for_update()).scalar_one()
        if row.ended_at is not None:
            raise StateConflict(_("This incident is over already."))
        row.ended_at = max(now, row.began_at)
        session.add(_event(row, "incident_ended", now, actor))
        audit.record(actor, "incident.ended", row)
    return row


def _event(incident: Incident, kind: str, now: datetime, actor: Actor, **details) -> RoomEvent:
    return RoomEvent(
        exam_id=incident.exam_id, room_id=incident.room_id, sitting_id=incident.sitting_id, kind=kind, at=now,
        actor=actor.public_id, details={"what": incident.kind, **details},
    )  # fmt: skip


def find_incident(public_id: str) -> Incident | None:
    """One incident."""
    return db.db.session.execute(select(Incident).where(Incident.public_id == public_id)).scalar_one_or_none()


def list_incidents(room: ExamRoom) -> list[Incident]:
    """The incidents of a room and of the exam as a whole, those that go on first, then the newest."""
    query = (
        select(Incident)
        .where(Incident.exam_id == room.exam_id, or_(Incident.room_id == room.id, Incident.room_id.is_(None)))
        .options(
            joinedload(Incident.sitting).joinedload(Sitting.candidacy).joinedload(Candidacy.user),
            joinedload(Incident.recorded_by),
        )
        .order_by(Incident.ended_at.is_not(None), Incident.began_at.desc(), Incident.id.desc())
    )
    return list(db.db.session.execute(query).scalars())
