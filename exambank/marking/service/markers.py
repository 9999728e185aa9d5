"""Who marks an exam: named by the office, told where they teach the class themselves."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from exambank import audit
from exambank.accounts.models import RoleGrant, User
from exambank.courses.models import Teaching
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, NotFound
from exambank.exams.models import Candidacy, Exam
from exambank.marking.models import MarkerGrant, Script
from exambank.marking.service.actors import MARKING_ROLES
from exambank.marking.service.scripts import put_back, refuse_settled
from exambank.permissions import Actor


@dataclass(frozen=True)
class MarkerRow:
    """One person who marks an exam, or could."""

    user: User
    teaches_class: bool
    sits_exam: bool
    finished: int = 0
    in_hand: int = 0


def list_markers(exam: Exam) -> list[MarkerRow]:
    """The markers of an exam with what they have done, by name."""
    named = select(MarkerGrant.user_id).where(MarkerGrant.exam_id == exam.id)
    return _rows(exam, User.id.in_(named))


def list_possible_markers(exam: Exam) -> list[MarkerRow]:
    """Markers and lecturers who could be named, by name."""
    named = select(MarkerGrant.user_id).where(MarkerGrant.exam_id == exam.id)
    may = select(RoleGrant.user_id).where(RoleGrant.role.in_(MARKING_ROLES))
    return _rows(exam, User.id.in_(may) & User.id.not_in(named) & User.is_active)


def _rows(exam: Exam, condition) -> list[MarkerRow]:
    users = list(db.session.execute(select(User).where(condition).order_by(User.sort_key, User.code)).scalars())
    teachers = set(
        db.session.execute(select(Teaching.user_id).where(Teaching.offering_id == exam.offering_id)).scalars()
    )
    sitting = set(db.session.execute(select(Candidacy.user_id).where(Candidacy.exam_id == exam.id)).scalars())
    done = func.count(case((Script.state == "finished", Script.id)))
    counted = select(Script.marker_id, done, func.count(Script.id)).where(Script.exam_id == exam.id)
    counts = {
        marker: (finished, total - finished)
        for marker, finished, total in db.session.execute(counted.group_by(Script.marker_id))
    }
    return [MarkerRow(user, user.id in teachers, user.id in sitting, *counts.get(user.id, (0, 0))) for user in users]


def name_markers(*, actor: Actor, now: datetime, exam: Exam, users: list[User]) -> int:
    """Let these people mark the exam; who does already stays. Returns how many are new."""
    possible = {row.user.id: row for row in list_possible_markers(exam)}
    known = {row.user.id for row in list_markers(exam)}
    fresh = [user for user in users if user.id not in known]
    if not users:
        raise InvalidInput(_("Choose at least one person."))
    if any(user.id not in possible for user in fresh):
        raise InvalidInput(_("Only people who hold the role of a marker or a lecturer can mark."))
    if any(possible[user.id].sits_exam for user in fresh):
        raise InvalidInput(_("Who sits this exam cannot mark it."))
    with unit_of_work() as session:
        refuse_settled(lock(exam))
        session.add_all(
            MarkerGrant(exam_id=exam.id, user_id=user.id, granted_by_id=actor.user_id, granted_at=now) for user in fresh
        )
        audit.record(actor, "exam.markers_named", exam, markers=[user.public_id for user in fresh])
    return len(fresh)


def get_grant(exam: Exam, user_public_id: str) -> MarkerGrant:
    """This person's naming for this exam, or NotFound."""
    query = (
        select(MarkerGrant)
        .join(User, User.id == MarkerGrant.user_id)
        .where(MarkerGrant.exam_id == exam.id, User.public_id == user_public_id)
        .options(joinedload(MarkerGrant.user))
    )
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def remove_marker(*, actor: Actor, now: datetime, exam: Exam, grant: MarkerGrant) -> int:
    """Take the exam from a marker; scripts in hand go back to the others, finished ones stay. Returns how many."""
    with unit_of_work() as session:
        refuse_settled(lock(exam))
        query = select(Script).where(
            Script.exam_id == exam.id, Script.marker_id == grant.user_id, Script.state != "finished"
        )
        held = list(session.execute(query.with_for_update()).scalars())
        for script in held:
            put_back(script, now)
        session.delete(grant)
        audit.record(actor, "exam.marker_removed", exam, marker=grant.user.public_id, scripts=len(held))
    return len(held)
