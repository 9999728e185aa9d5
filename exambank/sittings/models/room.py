"""What happens in the room beside the answers: machines, messages, objections, incidents, offences, evidence."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.accounts.models import User
from exambank.db import Base, Identified, PrimaryKey
from exambank.exams.models import Exam, ExamRoom
from exambank.sittings.models.sitting import Sitting, TimeGrant


class Machine(Identified, Base):
    """A computer of the room, known by a cookie of its own; what it could do when it last opened the check page."""

    __tablename__ = "machine"

    name: Mapped[str] = mapped_column(String(60))
    place: Mapped[str] = mapped_column(String(100), default="")  # the computer room it stands in
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    address: Mapped[str | None] = mapped_column(String(64))
    browser: Mapped[str] = mapped_column(String(300), default="")  # its User-Agent
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {"storage": true, "clock_ms": 120, ...}
    is_fit: Mapped[bool] = mapped_column(default=False)
    first_seen_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]


class RoomMessage(Identified, Base):
    """What the invigilator tells one candidate, the room or the whole exam; and answers to objections."""

    __tablename__ = "room_message"
    __table_args__ = (CheckConstraint("kind IN ('message', 'announcement', 'reply')", name="kind_known"),)

    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("exam_room.id"), index=True)  # none: all rooms
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sitting.id"), index=True)  # none: everybody there
    kind: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(String(1000))
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # none: the server itself

    exam: Mapped[Exam] = relationship()
    room: Mapped[ExamRoom | None] = relationship()
    sitting: Mapped[Sitting | None] = relationship()


class MessageSeen(Base):
    """That a candidate's page has shown a message."""

    __tablename__ = "message_seen"
    __table_args__ = (UniqueConstraint("message_id", "sitting_id"),)

    id: Mapped[PrimaryKey]
    message_id: Mapped[int] = mapped_column(ForeignKey("room_message.id"))
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    seen_at: Mapped[datetime]


class Objection(Identified, Base):
    """A candidate reports a question as faulty while sitting; answered in the room, examined by the office after."""

    __tablename__ = "objection"
    __table_args__ = (CheckConstraint("state IN ('open', 'answered')", name="state_known"),)

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    question: Mapped[int]
    text: Mapped[str] = mapped_column(String(1000))
    state: Mapped[str] = mapped_column(String(12), default="open")
    raised_at: Mapped[datetime]
    reply: Mapped[str | None] = mapped_column(String(1000))
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[datetime | None]

    sitting: Mapped[Sitting] = relationship()

    @property
    def room_id(self) -> int | None:
        """Permission clauses ask every thing for its room."""
        return self.sitting.room_id


class Incident(Identified, Base):
    """Something that went wrong in the room or at one seat: power, network, a machine, an illness."""

    __tablename__ = "incident"

    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("exam_room.id"), index=True)
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sitting.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(1000))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    exam: Mapped[Exam] = relationship()
    room: Mapped[ExamRoom | None] = relationship()
    sitting: Mapped[Sitting | None] = relationship()
    recorded_by: Mapped[User] = relationship()


class Offence(Identified, Base):
    """A breach of the rules, from the Regulation's catalogue; its consequence is frozen as it was that day.

    Recording one changes no mark: the deduction is a line of its own that the office decides on from the minutes.
    """

    __tablename__ = "offence"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    deduction: Mapped[str] = mapped_column(String(20))  # exact share of the mark, "0.25"; "1": all of it
    ends_sitting: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(String(1000))
    evidence: Mapped[str] = mapped_column(String(500), default="")
    witnesses: Mapped[str] = mapped_column(String(300), default="")
    is_signed: Mapped[bool | None]  # whether the candidate signed the record
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    withdrawn_reason: Mapped[str | None] = mapped_column(String(500))

    sitting: Mapped[Sitting] = relationship()
    recorded_by: Mapped[User] = relationship(foreign_keys=[recorded_by_id])

    @property
    def room_id(self) -> int | None:
        """Permission clauses ask every thing for its room."""
        return self.sitting.room_id


class ContactGap(Base):
    """A seat at work that the server did not hear from: what lost time is measured by."""

    __tablename__ = "contact_gap"
    __table_args__ = (Index("ix_contact_gap_sitting_id_ended_at", "sitting_id", "ended_at"),)

    id: Mapped[PrimaryKey]
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    began_at: Mapped[datetime]  # the last contact before it
    ended_at: Mapped[datetime | None]  # the first contact after it
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("time_grant.id"))  # given back by this grant
    dismissed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # looked at: no time was lost
    dismissed_at: Mapped[datetime | None]

    sitting: Mapped[Sitting] = relationship()
    grant: Mapped[TimeGrant | None] = relationship()


class FocusEvent(Base):
    """The page was left, or the full screen: a hint for people, merged and limited, never a penalty by itself."""

    __tablename__ = "focus_event"
    __table_args__ = (Index("ix_focus_event_sitting_id_at", "sitting_id", "at"),)

    id: Mapped[PrimaryKey]
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    kind: Mapped[str] = mapped_column(String(20))  # blur, hidden, fullscreen
    at: Mapped[datetime]  # when the server heard of it, less what the browser says has passed since
    milliseconds: Mapped[int] = mapped_column(default=0)  # how long, as the browser says
    count: Mapped[int] = mapped_column(default=1)  # how many were merged into this one


class RescueFile(Identified, Base):
    """A journal brought by hand because the server could not be reached; accepted once, for its own candidate."""

    __tablename__ = "rescue_file"
    __table_args__ = (UniqueConstraint("sitting_id", "sha256"),)

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    check_code: Mapped[str] = mapped_column(String(14))
    body: Mapped[str] = mapped_column(Text)  # as it was brought, still sealed
    claimed_at: Mapped[datetime | None]  # when the machine says it was sealed: evidence, never believed
    received_at: Mapped[datetime]
    received_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    answers: Mapped[int]
    new_answers: Mapped[int]  # how many of them the server did not have: they wait in the quarantine

    sitting: Mapped[Sitting] = relationship()


class Submission(Identified, Base):
    """One handing-in of a sitting that was opened again: kept as it was, its history ends at ``chained_to``."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("sitting_id", "number"),)

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    number: Mapped[int]
    closed_at: Mapped[datetime]
    closed_by: Mapped[str] = mapped_column(String(20))
    receipt: Mapped[str] = mapped_column(String(40))
    receipt_hash: Mapped[str | None] = mapped_column(String(64))
    chain_head: Mapped[str] = mapped_column(String(64))
    chained_to: Mapped[int]
    reopened_at: Mapped[datetime]
    reopened_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(String(500))

    sitting: Mapped[Sitting] = relationship()
