"""Whether a candidate may enter now: asked by the entry under the lock, and by the cover that waits at the door."""

import functools
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, bindparam, exists, select
from sqlalchemy.orm import joinedload

from exambank.accounts.models import User
from exambank.courses.rules import RoomRules
from exambank.db import db
from exambank.exams import rules as exam_rules
from exambank.sittings.models import RoomEvent, Sitting
from exambank.sittings.rules import State
from exambank.sittings.service import words


@dataclass(frozen=True)
class Door:
    """How a candidate stands at the door.

    ``reason``: ok, or why not: not_open, not_started, too_late, time_over, closed, cancelled, not_eligible,
    room_closed, identity_rejected, identity, admission. ``message`` says it in words; ``until``: the time it speaks of.
    """

    state: str
    may_enter: bool
    reason: str
    message: str
    until: datetime | None
    start_at: datetime


def door_of(sitting: Sitting, now: datetime, entered_before: datetime | None = None) -> Door:
    """How this candidate stands now. ``entered_before``: when the browser's own cookie says that it was in before."""
    return _door(sitting, is_room_closed(sitting.exam_id, sitting.room_id), now, entered_before)


def door_state(public_id: str, user_id: int, version: int, now: datetime) -> Door | None:
    """The same by one query, for a page that asks again and again; None: not theirs, or signed out meanwhile."""
    closed = exists().where(
        RoomEvent.exam_id == Sitting.exam_id, RoomEvent.room_id == Sitting.room_id, RoomEvent.kind == "room_closed"
    )
    row = db.session.execute(
        select(Sitting, closed.label("is_room_closed"))
        .join(User, User.id == Sitting.user_id)
        .where(
            Sitting.public_id == public_id, Sitting.user_id == user_id, User.session_version == version, User.is_active
        )
        .options(joinedload(Sitting.exam), joinedload(Sitting.candidacy))
    ).one_or_none()  # fmt: skip
    return None if row is None else _door(row.Sitting, row.is_room_closed, now, None)


def _door(sitting: Sitting, is_closed: bool, now: datetime, entered_before: datetime | None) -> Door:
    start_at = exam_rules.start_of(sitting.exam)
    if sitting.state == State.CLOSED:
        return Door(sitting.state, False, "closed", words.entry_refusal("closed", None), None, start_at)
    decision = exam_rules.may_enter(
        sitting.exam, RoomRules.parse(sitting.exam.rules), now, entered_at=entered_before or sitting.entered_at,
        extra_seconds=sitting.candidacy.extra_seconds, incident_seconds=sitting.incident_seconds,
        paused_seconds=sitting.paused_seconds, door=_at_door(sitting, is_closed),
    )  # fmt: skip
    said = "" if decision.may else words.entry_refusal(decision.reason, decision.until)
    return Door(sitting.state, decision.may, decision.reason, said, decision.until, start_at)


def _at_door(sitting: Sitting, is_closed: bool) -> exam_rules.AtDoor:
    return exam_rules.AtDoor(
        identity=sitting.identity, needs_identity=exam_rules.Conduct.parse(sitting.exam.conduct).needs_identity,
        is_admitted=sitting.admitted_at is not None, is_late_admitted=bool(sitting.admitted_reason),
        is_eligible=sitting.candidacy.is_eligible, is_room_closed=is_closed,
    )  # fmt: skip


def is_room_closed(exam_id: int, room_id: int | None) -> bool:
    """Whether the invigilator ended the room before its time."""
    if room_id is None:
        return False
    return db.session.execute(_closing_of_room(), {"exam_id": exam_id, "room_id": room_id}).first() is not None


@functools.cache
def _closing_of_room() -> Select:
    is_this = (RoomEvent.exam_id == bindparam("exam_id")) & (RoomEvent.room_id == bindparam("room_id"))
    return select(RoomEvent.id).where(is_this, RoomEvent.kind == "room_closed").limit(1)
