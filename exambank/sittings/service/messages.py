"""What the room tells its candidates: to one, to the room, to all rooms; who has seen it.

A message is a row; the seats concerned get their ``notice_no`` raised in the same transaction, and each page asks for
its messages when it sees the number rise. No page is ever pushed to.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import format_time
from flask_babel import gettext as _
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import aliased

from exambank import audit, db
from exambank.accounts.models import User
from exambank.errors import InvalidInput, StateConflict, TooManyAttempts
from exambank.exams.models import Candidacy, Exam, ExamRoom
from exambank.permissions import Actor
from exambank.sittings.models import MessageSeen, Objection, RoomEvent, RoomMessage, Sitting
from exambank.sittings.rules import State

unit_of_work = db.unit_of_work

TEXT_LIMIT = 1000
SHOWN_LIMIT = 50  # messages a candidate's page is given
PER_MINUTE = 20  # messages of one person: more is a slip of the hand or a script


@dataclass(frozen=True)
class Notice:
    """A message as one candidate gets it."""

    public_id: str
    kind: str  # message, announcement, reply
    text: str
    sent_at: datetime
    is_seen: bool


@dataclass(frozen=True)
class Notices:
    """Everything the room has told one candidate, oldest first, and what the candidate reported."""

    messages: tuple[Notice, ...]
    objections: tuple[Objection, ...]

    @property
    def unseen(self) -> list[Notice]:
        return [one for one in self.messages if not one.is_seen]


def list_notices(sitting: Sitting) -> Notices:
    """What concerns this sitting: said to it, to its room, or to all rooms of its exam."""
    seen = (
        select(MessageSeen.id)
        .where(MessageSeen.message_id == RoomMessage.id, MessageSeen.sitting_id == sitting.id)
        .exists()
    )
    rows = db.db.session.execute(
        select(RoomMessage.public_id, RoomMessage.kind, RoomMessage.text, RoomMessage.sent_at, seen.label("is_seen"))
        .where(_concerns(sitting))
        .order_by(RoomMessage.id.desc())
        .limit(SHOWN_LIMIT)
    ).all()
    own = select(Objection).where(Objection.sitting_id == sitting.id).order_by(Objection.id)
    return Notices(
        tuple(Notice(*row) for row in reversed(rows)), tuple(db.db.session.execute(own).scalars())
    )  # fmt: skip


def _concerns(sitting: Sitting):
    to_all_there = RoomMessage.sitting_id.is_(None) & or_(
        RoomMessage.room_id.is_(None), RoomMessage.room_id == sitting.room_id
    )
    return (RoomMessage.exam_id == sitting.exam_id) & or_(RoomMessage.sitting_id == sitting.id, to_all_there)


def mark_seen(*, now: datetime, sitting: Sitting, ids: Iterable[str]) -> int:
    """The candidate's page has shown these; whatever does not concern it or is known already is left out.

    No audit record: it is a reading, sent by a page once for each message.
    """
    wanted = sorted(set(ids))[:SHOWN_LIMIT]
    with unit_of_work() as session:
        known = select(MessageSeen.message_id).where(MessageSeen.sitting_id == sitting.id)
        fresh = session.execute(
            select(RoomMessage.id).where(
                RoomMessage.public_id.in_(wanted), _concerns(sitting), RoomMessage.id.not_in(known)
            )
        ).scalars()
        found = [MessageSeen(message_id=one, sitting_id=sitting.id, seen_at=now) for one in fresh]
        session.add_all(found)
    return len(found)


def send_message(
    *, actor: Actor, now: datetime, exam: Exam, text: str, room: ExamRoom | None = None,
    sitting: Sitting | None = None, kind: str = "message",
) -> RoomMessage:  # fmt: skip
    """Tell one candidate (``sitting``), a room, or with neither all rooms of the exam.

    InvalidInput: nothing to say, or more than 1000 characters; StateConflict: the exam is not on; TooManyAttempts.
    """
    _check(actor, now, exam, text)
    room_id = sitting.room_id if sitting is not None else room.id if room is not None else None
    with unit_of_work() as session:
        message = RoomMessage(
            exam_id=exam.id, room_id=room_id, sitting_id=sitting.id if sitting is not None else None, kind=kind,
            text=text.strip(), sent_at=now, sent_by_id=actor.user_id,
        )  # fmt: skip
        session.add(message)
        raise_notice(session, _seats_of(exam, room, sitting))
        session.add(
            RoomEvent(
                exam_id=exam.id, room_id=room_id, sitting_id=message.sitting_id, kind="told", at=now,
                actor=actor.public_id, details={"text": message.text},
            )
        )  # fmt: skip
        audit.record(actor, "room.told", sitting or room or exam, kind=kind, text=message.text)
    return message


def _check(actor: Actor, now: datetime, exam: Exam, text: str) -> None:
    if not text.strip():
        raise InvalidInput(_("Type what the candidates shall read."))
    if len(text.strip()) > TEXT_LIMIT:
        raise InvalidInput(_("A message has at most %(count)s characters.", count=TEXT_LIMIT))
    if exam.state not in {"ready", "open"}:
        raise StateConflict(_("This exam is over: nobody would read a message now."))
    recent = select(func.count()).where(
        RoomMessage.sent_by_id == actor.user_id, RoomMessage.sent_at > now - timedelta(minutes=1)
    )
    if db.db.session.execute(recent).scalar_one() >= PER_MINUTE:
        raise TooManyAttempts(_("Many messages were sent within a minute. Wait a little; none was lost."))


def raise_notice(session, *there) -> None:
    """Let the pages concerned ask for their messages: one UPDATE, rows taken in the order of all who lock several."""
    ids = select(Sitting.id).where(Sitting.state != State.CLOSED, *there).order_by(Sitting.id).with_for_update()
    session.execute(
        update(Sitting)
        .where(Sitting.id.in_(ids))
        .values(notice_no=Sitting.notice_no + 1)
        .execution_options(synchronize_session=False)
    )


def _seats_of(exam: Exam, room: ExamRoom | None, sitting: Sitting | None):
    if sitting is not None:
        return Sitting.id == sitting.id
    return Sitting.room_id == room.id if room is not None else Sitting.exam_id == exam.id


def time_left_text(deadline_at: datetime, now: datetime) -> str:
    """The announcement of the time left, in whole minutes (a begun one counts): "Còn 15 phút …"."""
    minutes = -(-max(deadline_at - now, timedelta()) // timedelta(minutes=1))
    return _(
        "%(minutes)s minutes left. Papers are collected at %(at)s; with extra time the clock on the page counts.",
        minutes=minutes, at=format_time(deadline_at, "HH:mm"),
    )  # fmt: skip


def quick_texts() -> dict[str, str]:
    """What is said in every room, by a code: one press each."""
    return {
        "quiet": _("Please keep silent in the room."),
        "saved": _("Your answers are saved on the server. Go on working."),
        "network": _("The network is being repaired. Go on working: what you answer is kept on this machine."),
        "seated": _("Stay seated until your paper is collected and the result list is signed."),
    }


@dataclass(frozen=True)
class Sent:
    """A message with whom it went to and how many have seen it."""

    message: RoomMessage
    to: str | None  # the candidate's number; None: the room or all rooms
    sender: str | None
    seen: int
    recipients: int


def list_messages(room: ExamRoom, limit: int = 40) -> list[Sent]:
    """What was said to this room and its candidates, newest first, with the number of pages that showed it."""
    reader = aliased(Sitting)
    seen = (
        select(func.count())
        .select_from(MessageSeen)
        .join(reader, reader.id == MessageSeen.sitting_id)
        .where(MessageSeen.message_id == RoomMessage.id, reader.room_id == room.id)
        .correlate(RoomMessage)
    )
    present = select(func.count(reader.id)).where(reader.room_id == room.id, reader.entered_at.is_not(None))
    rows = db.db.session.execute(
        select(
            RoomMessage, Candidacy.number, User.full_name, seen.scalar_subquery(), present.scalar_subquery(),
        )
        .select_from(RoomMessage)
        .outerjoin(Sitting, Sitting.id == RoomMessage.sitting_id)
        .outerjoin(Candidacy, Candidacy.id == Sitting.candidacy_id)
        .outerjoin(User, User.id == RoomMessage.sent_by_id)
        .where(
            RoomMessage.exam_id == room.exam_id, or_(RoomMessage.room_id == room.id, RoomMessage.room_id.is_(None))
        )
        .order_by(RoomMessage.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [
        Sent(message, number, sender, count, 1 if message.sitting_id else there)
        for message, number, sender, count, there in rows
    ]
