"""Sittings and answers. The hot path writes ``response`` and ``response_event`` by statements of its own (store)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.accounts.models import User
from exambank.assembly.models import ExamPaper
from exambank.db import Base, Identified, PrimaryKey
from exambank.exams.models import Candidacy, Exam

if TYPE_CHECKING:
    from exambank.sittings.models.room import Machine

LAST_QUESTION = 32767


class Generation(Base):
    """One row: the database's generation, new after every restore, so that browsers send again what is missing."""

    __tablename__ = "generation"

    id: Mapped[PrimaryKey]
    value: Mapped[str] = mapped_column(String(36))


class Sitting(Identified, Base):
    """One attempt of one candidate, prepared before the bell; ``public_id`` is its token."""

    __tablename__ = "sitting"
    __table_args__ = (
        UniqueConstraint("candidacy_id"),
        CheckConstraint("state IN ('ready', 'open', 'collecting', 'closed')", name="state_known"),
        Index("ix_sitting_state_deadline_at", "state", "deadline_at"),
    )

    candidacy_id: Mapped[int] = mapped_column(ForeignKey("candidacy.id"))
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("exam_room.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("exam_paper.id"))
    question_count: Mapped[int]
    state: Mapped[str] = mapped_column(String(12), default="ready")
    epoch: Mapped[int] = mapped_column(default=0)  # raised at every entry, re-entry and takeover
    browser: Mapped[str | None] = mapped_column(String(64))  # which browser holds the seat (hash of its seat cookie)
    journal_key: Mapped[str] = mapped_column(String(64))  # encrypts the journal on the candidate's machine
    entered_at: Mapped[datetime | None]
    deadline_at: Mapped[datetime | None]  # already holds accommodation, incident time and pauses
    incident_seconds: Mapped[int] = mapped_column(default=0)
    paused_seconds: Mapped[int] = mapped_column(default=0)
    paused_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(20))  # candidate, deadline, invigilator, absent
    last_contact_at: Mapped[datetime | None]
    last_save_at: Mapped[datetime | None]
    silent_at_deadline: Mapped[bool] = mapped_column(default=False)  # no contact in the 15 s before the deadline
    address: Mapped[str | None] = mapped_column(String(64))
    receipt: Mapped[str | None] = mapped_column(String(40))
    chain_head: Mapped[str | None] = mapped_column(String(64))  # head of the response events' hash chain
    chained_to: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), default=0)
    flags: Mapped[list[Any]] = mapped_column(default=list)
    focus_losses: Mapped[int] = mapped_column(default=0)  # as the browser counts them: a hint for people
    # at the door
    identity: Mapped[str] = mapped_column(String(12), default="unchecked")  # unchecked, confirmed, rejected
    identity_at: Mapped[datetime | None]
    identity_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    identity_note: Mapped[str] = mapped_column(String(300), default="")
    admitted_at: Mapped[datetime | None]  # let in one by one, or late by a person's decision
    admitted_reason: Mapped[str | None] = mapped_column(String(300))  # of a late admission
    machine_id: Mapped[int | None] = mapped_column(ForeignKey("machine.id"))  # the machine that holds the seat
    # moving in the paper: answers are taken to the questions from ``open_from`` to ``open_to``
    open_from: Mapped[int] = mapped_column(default=1)
    open_to: Mapped[int] = mapped_column(default=LAST_QUESTION)
    section: Mapped[int] = mapped_column(default=0)  # from 1; 0: the paper has one time for all its parts
    section_started_at: Mapped[datetime | None]
    section_deadline_at: Mapped[datetime | None]
    # stopped by the lockdown until a person looks; answers go to the quarantine meanwhile
    locked_at: Mapped[datetime | None]
    locked_reason: Mapped[str | None] = mapped_column(String(40))
    notice_no: Mapped[int] = mapped_column(default=0)  # raised when the page should ask for messages
    receipt_hash: Mapped[str | None] = mapped_column(String(64))  # what the candidate can check later
    reopened_at: Mapped[datetime | None]
    result_signed_at: Mapped[datetime | None]  # the candidate has signed the result list; who does not gets no mark
    result_signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # who ticked it

    candidacy: Mapped[Candidacy] = relationship()
    exam: Mapped[Exam] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    machine: Mapped["Machine | None"] = relationship()
    paper: Mapped[ExamPaper] = relationship()

    @property
    def is_rehearsal(self) -> bool:
        """Permission clauses ask: anybody may sit a rehearsal of his own."""
        return self.exam.is_rehearsal

    @property
    def course_module_id(self) -> int:
        return self.exam.course_module_id

    @property
    def department_id(self) -> int:
        return self.exam.department_id

    @property
    def cohort_id(self) -> int | None:
        return self.exam.cohort_id


class Response(Base):
    """What the candidate gave to one question, as it stands; ``seq`` = epoch << 32 | the browser's counter.

    ``logged_at`` is when the history last got a value of this question: typed text is logged now and then only, and the
    last value at the close or the next entry. It differs from ``received_at`` while the history lacks the value that
    stands now.
    """

    __tablename__ = "response"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    question: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    payload: Mapped[str] = mapped_column(Text)  # canonical JSON of the interaction's response
    received_at: Mapped[datetime]
    is_blank: Mapped[bool] = mapped_column(default=False, server_default=text("false"))  # as its kind tells
    logged_at: Mapped[datetime | None]


class ResponseEvent(Base):
    """The history: insert-only, written with the save; of typed text at most one a question in 15 seconds."""

    __tablename__ = "response_event"
    __table_args__ = (Index("ix_response_event_sitting_id_id", "sitting_id", "id"),)

    id: Mapped[PrimaryKey]
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    question: Mapped[int]
    seq: Mapped[int] = mapped_column(BigInteger)
    payload: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]


class QuarantinedSave(Identified, Base):
    """A save that came too late or from a seat taken over: kept, never merged by itself; a person decides."""

    __tablename__ = "quarantined_save"
    __table_args__ = (UniqueConstraint("sitting_id", "question", "seq"),)

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    question: Mapped[int]
    seq: Mapped[int] = mapped_column(BigInteger)
    payload: Mapped[str] = mapped_column(Text)
    # after_deadline, older_epoch, closed, locked, not_here (another section or question), rescue_file
    reason: Mapped[str] = mapped_column(String(30))
    contact_at: Mapped[datetime | None]  # the seat's last contact before this arrived: what the server itself saw
    claimed_at: Mapped[datetime | None]  # the client's own word: evidence, never believed
    received_at: Mapped[datetime]
    decision: Mapped[str | None] = mapped_column(String(12))  # accepted, refused
    decision_reason: Mapped[str | None] = mapped_column(String(500))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]

    sitting: Mapped[Sitting] = relationship()


class TakeoverCode(Base):
    """Lets a second machine take a seat over: for one sitting, once, for a few minutes."""

    __tablename__ = "takeover_code"

    id: Mapped[PrimaryKey]
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    code: Mapped[str] = mapped_column(String(12))
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class TimeGrant(Identified, Base):
    """Time given back, with its reason and person; separate from accommodation."""

    __tablename__ = "time_grant"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    seconds: Mapped[int]
    reason: Mapped[str] = mapped_column(String(300))
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    granted_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(12), default="incident")  # incident, measured
    state: Mapped[str] = mapped_column(String(12), default="granted")  # granted, waiting (above the cap), refused
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # the second person, above the cap
    decided_at: Mapped[datetime | None]


class RoomEvent(Base):
    """The room's log: what happened, when, to whom."""

    __tablename__ = "room_event"

    id: Mapped[PrimaryKey]
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("exam_room.id"), index=True)
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sitting.id"))
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(36))
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
