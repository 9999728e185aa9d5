"""Giving time back: at once up to the Regulation's cap in sum, above it when a second person agrees."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from exambank import audit, db
from exambank.accounts.models import User
from exambank.courses.rules import RoomRules
from exambank.errors import InvalidInput, StateConflict
from exambank.exams.models import Candidacy, Exam, ExamRoom
from exambank.permissions import Actor
from exambank.sittings import rules
from exambank.sittings.models import Sitting, TimeGrant
from exambank.sittings.rules import Act, State
from exambank.sittings.service.locking import lock_sitting, lock_sittings, room_event

unit_of_work = db.unit_of_work

_NOT_DONE = (State.READY, State.OPEN, State.COLLECTING)


@dataclass(frozen=True)
class Given:
    """What became of the same time for many: for how many it counts at once, for how many it waits."""

    at_once: int
    waiting: int


def extend(*, actor: Actor, now: datetime, sitting: Sitting, seconds: int, reason: str) -> TimeGrant:
    """Give one candidate time back; ``state`` of the grant tells whether it counts at once or waits."""
    _check(seconds, reason)
    with unit_of_work() as session:
        row = lock_sitting(sitting)
        if not rules.may(row.state, Act.EXTEND):
            raise StateConflict(_("This exam paper is closed; no time can be added."))
        grant = grant_time(session, actor, now, row, seconds, reason)
        audit.record(actor, "sitting.extended", row, seconds=seconds, reason=reason, state=grant.state)
    return grant


def extend_room(*, actor: Actor, now: datetime, room: ExamRoom, seconds: int, reason: str) -> Given:
    """The same time for everybody in the room who is not done (own clocks: who is in)."""
    _check(seconds, reason)
    with unit_of_work() as session:
        given = _extend_all(session, room.exam, Sitting.room_id == room.id, actor, now, seconds, reason)
        audit.record(actor, "room.extended", room, seconds=seconds, reason=reason, **vars(given))
    return given


def extend_exam(*, actor: Actor, now: datetime, exam: Exam, seconds: int, reason: str) -> Given:
    """The same time for everybody in all rooms who is not done (own clocks: who is in)."""
    _check(seconds, reason)
    with unit_of_work() as session:
        given = _extend_all(session, exam, Sitting.exam_id == exam.id, actor, now, seconds, reason)
        audit.record(actor, "exam.extended", exam, seconds=seconds, reason=reason, **vars(given))
    return given


def _extend_all(session, exam: Exam, condition, actor: Actor, now: datetime, seconds: int, reason: str) -> Given:
    """Whose own clock begins with the entry has lost nothing before it."""
    concerned = _NOT_DONE if exam.start_mode == "uniform" else (State.OPEN, State.COLLECTING)
    rows = lock_sittings(condition, Sitting.state.in_(concerned))
    states = [grant_time(session, actor, now, row, seconds, reason).state for row in rows]
    return Given(states.count("granted"), states.count("waiting"))


def _check(seconds: int, reason: str) -> None:
    if not timedelta() < timedelta(seconds=seconds) <= rules.EXTENSION_LIMIT:
        minutes = rules.EXTENSION_LIMIT // timedelta(minutes=1)
        raise InvalidInput(_("Between 1 and %(minutes)s minutes can be added at a time.", minutes=minutes))
    if not reason.strip():
        raise InvalidInput(_("Give the reason, for example: computer replaced."))


def grant_time(
    session, actor: Actor, now: datetime, row: Sitting, seconds: int, reason: str, kind: str = "incident"
) -> TimeGrant:
    """Inside the caller's unit of work, on a row that is held: the grant, and its effect if nobody else is asked.

    ``kind``: incident, or measured (what the server saw lost). The audit record is the caller's.
    """
    cap = RoomRules.parse(row.exam.rules).extension_cap_seconds
    waits = rules.needs_second_person(seconds, row.incident_seconds, cap)
    grant = TimeGrant(
        sitting_id=row.id, seconds=seconds, reason=reason, granted_by_id=actor.user_id, granted_at=now, kind=kind,
        state="waiting" if waits else "granted",
    )  # fmt: skip
    session.add(grant)
    if waits:
        session.add(room_event(row, "extension_asked", now, actor, seconds=seconds, reason=reason))
    else:
        _give(row, seconds, now)
        session.add(room_event(row, "extended", now, actor, seconds=seconds, reason=reason))
    return grant


def _give(row: Sitting, seconds: int, now: datetime) -> None:
    """Whoever was collecting and has time again goes on working."""
    row.incident_seconds += seconds
    if row.deadline_at is None:
        return
    shift_ends(row, timedelta(seconds=seconds))
    if row.state == State.COLLECTING and now <= row.deadline_at:
        row.state, row.silent_at_deadline = rules.target(row.state, Act.EXTEND), False


def shift_ends(row: Sitting, by: timedelta) -> None:
    """Every clock of the seat inherits what is given back."""
    row.deadline_at += by
    if row.section_deadline_at is not None:
        row.section_deadline_at += by


# --- above the cap: a second person ---


@dataclass(frozen=True)
class Asked:
    """A grant that waits, as the second person reads it."""

    grant: TimeGrant
    sitting: Sitting
    number: str | None
    name: str
    asked_by: str
    asked_by_id: int
    room: str | None
    given_seconds: int


def list_asked(exam: Exam) -> list[Asked]:
    """The grants of an exam that wait for a second person, the oldest first."""
    asker = aliased(User)
    rows = db.db.session.execute(
        select(
            TimeGrant, Sitting, Candidacy.number, User.full_name, asker.full_name.label("asker"),
            ExamRoom.name.label("room"),
        )
        .join(Sitting, Sitting.id == TimeGrant.sitting_id)
        .join(Candidacy, Candidacy.id == Sitting.candidacy_id)
        .join(User, User.id == Sitting.user_id)
        .join(asker, asker.id == TimeGrant.granted_by_id)
        .outerjoin(ExamRoom, ExamRoom.id == Sitting.room_id)
        .where(Sitting.exam_id == exam.id, TimeGrant.state == "waiting")
        .order_by(TimeGrant.id)
    )  # fmt: skip
    return [
        Asked(
            row.TimeGrant, row.Sitting, row.number, row.full_name, row.asker, row.TimeGrant.granted_by_id, row.room,
            row.Sitting.incident_seconds,
        )
        for row in rows
    ]  # fmt: skip


def cap_minutes(exam: Exam) -> int:
    """How many minutes in sum one person may give back to a candidate, by the exam's regulation."""
    return RoomRules.parse(exam.rules).extension_cap_seconds // 60


def count_asked_by_exam(exam_ids: Iterable[int]) -> dict[int, int]:
    """How many grants wait, for each of these exams in which any does."""
    query = (
        select(Sitting.exam_id, func.count())
        .join(TimeGrant, TimeGrant.sitting_id == Sitting.id)
        .where(Sitting.exam_id.in_(list(exam_ids)), TimeGrant.state == "waiting")
        .group_by(Sitting.exam_id)
    )
    return dict(db.db.session.execute(query).all())


def count_asked(exam_ids: Iterable[int]) -> int:
    """How many grants of these exams wait."""
    return sum(count_asked_by_exam(exam_ids).values())


def find_grant(public_id: str) -> TimeGrant | None:
    """One grant of time."""
    return db.db.session.execute(select(TimeGrant).where(TimeGrant.public_id == public_id)).scalar_one_or_none()


def sitting_of(grant: TimeGrant) -> Sitting:
    """Whom a grant is for."""
    return db.db.session.get_one(Sitting, grant.sitting_id)


def decide_grant(*, actor: Actor, now: datetime, grant: TimeGrant, give: bool) -> TimeGrant:
    """Give or refuse time above the cap: another person than who asked for it."""
    grant_id, sitting_id = grant.id, grant.sitting_id
    with unit_of_work() as session:
        row = lock_sitting(sitting_id)
        known = session.get(TimeGrant, grant_id, populate_existing=True)
        _refuse_decision(known, row, actor, give)
        known.state, known.decided_by_id, known.decided_at = "granted" if give else "refused", actor.user_id, now
        if give:
            _give(row, known.seconds, now)
        kind = "extended" if give else "extension_refused"
        session.add(room_event(row, kind, now, actor, seconds=known.seconds, reason=known.reason))
        told = {"seconds": known.seconds, "sitting": row.public_id}
        if give:
            audit.record(actor, "time_grant.granted", known, **told)
        else:
            audit.record(actor, "time_grant.refused", known, **told)
    return known


def decide_grants(*, actor: Actor, now: datetime, grants: Iterable[TimeGrant], give: bool) -> int:
    """The same decision on many, each by itself; returns how many. What cannot be decided (any more) is left."""
    decided = 0
    for grant in list(grants):
        with suppress(StateConflict):
            decide_grant(actor=actor, now=now, grant=grant, give=give)
            decided += 1
    return decided


def _refuse_decision(grant: TimeGrant, row: Sitting, actor: Actor, give: bool) -> None:
    if grant.state != "waiting":
        raise StateConflict(_("This has been decided already."))
    if grant.granted_by_id == actor.user_id:
        raise StateConflict(_("You asked for this time yourself: somebody else has to agree."))
    if give and not rules.may(row.state, Act.EXTEND):
        raise StateConflict(_("This exam paper is closed; no time can be added. It can be opened again instead."))
