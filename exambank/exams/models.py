"""The event: an exam, its rooms, candidates and invigilators."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.accounts.models import User
from exambank.assembly.models import ExamPaper, PaperLot, PaperSet
from exambank.courses.models import CourseModule, Offering, Regulation
from exambank.db import Base, Identified, Name, PrimaryKey


class Exam(Identified, Base):
    """Kỳ thi/ca thi. ``regulation_id`` freezes the rules of the room; results follow the learner's own intake's."""

    __tablename__ = "exam"
    __table_args__ = (
        CheckConstraint("duration_seconds > 0", name="duration_positive"),
        CheckConstraint("closes_at > opens_at", name="window_order"),
        Index("ix_exam_state_opens_at", "state", "opens_at"),
    )

    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"))
    offering_id: Mapped[int | None] = mapped_column(ForeignKey("offering.id"))
    regulation_id: Mapped[int] = mapped_column(ForeignKey("regulation.id"))
    paper_set_id: Mapped[int | None] = mapped_column(ForeignKey("paper_set.id"))
    title: Mapped[Name]
    state: Mapped[str] = mapped_column(String(12), default="draft")  # draft, ready, open, closed, cancelled
    start_mode: Mapped[str] = mapped_column(String(12), default="uniform")  # uniform, personal, admitted
    opens_at: Mapped[datetime]  # scheduled start; nobody gets in before the exam is opened
    closes_at: Mapped[datetime]  # end of the window: nobody works past it but for extra time
    opened_at: Mapped[datetime | None]  # when an invigilator or the clock really opened it
    closed_at: Mapped[datetime | None]
    duration_seconds: Mapped[int]
    session_code: Mapped[str] = mapped_column(String(12))  # mã ca thi
    rules: Mapped[dict[str, Any]]  # room rules frozen from the Regulation (courses.rules.RoomRules)
    release: Mapped[dict[str, Any]]  # {"mark": "at_once" | "published" | "never", "review": "published" | "never"}
    result_state: Mapped[str] = mapped_column(String(12), default="draft")  # draft, published, frozen
    sitting_counts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # told by sittings, by state of the sitting
    conduct: Mapped[dict[str, Any]] = mapped_column(default=dict)  # how the room is run (exams.rules.Conduct)
    is_rehearsal: Mapped[bool] = mapped_column(default=False)  # tries the room itself; no mark, no statistics
    rescue_public: Mapped[str | None] = mapped_column(String(200))  # rescue files are sealed to it: P-256, base64 point
    rescue_private: Mapped[bytes | None] = mapped_column(LargeBinary)  # wrapped by the server's own key
    seb_file: Mapped[bytes | None] = mapped_column(LargeBinary)  # settings of Safe Exam Browser, as it reads them
    seb_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # the same locked with a password: what is handed out
    paper_seed: Mapped[str | None] = mapped_column(String(64))  # dealt the papers to the candidates, repeatably
    seat_seed: Mapped[str | None] = mapped_column(String(64))  # the seats were drawn by lot with it
    sealed_seed: Mapped[bytes | None] = mapped_column(LargeBinary)  # the same while the papers are sealed: to their key
    paper_lot_id: Mapped[int | None] = mapped_column(ForeignKey("paper_lot.id"))  # its set was drawn by lot there
    cancelled_reason: Mapped[str | None] = mapped_column(String(500))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]

    course_module: Mapped[CourseModule] = relationship()
    offering: Mapped[Offering | None] = relationship()
    regulation: Mapped[Regulation] = relationship()
    paper_set: Mapped[PaperSet | None] = relationship()
    paper_lot: Mapped[PaperLot | None] = relationship()
    rooms: Mapped[list["ExamRoom"]] = relationship(back_populates="exam", order_by="ExamRoom.id")
    candidacies: Mapped[list["Candidacy"]] = relationship(back_populates="exam", order_by="Candidacy.number")

    @property
    def exam_id(self) -> int:
        """Permission clauses ask every thing for its exam."""
        return self.id

    @property
    def department_id(self) -> int:
        return self.course_module.department_id

    @property
    def cohort_id(self) -> int | None:
        return self.offering.cohort_id if self.offering else None


class ExamRoom(Identified, Base):
    __tablename__ = "exam_room"
    __table_args__ = (UniqueConstraint("exam_id", "name"),)

    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    name: Mapped[Name]
    networks: Mapped[list[Any]] = mapped_column(default=list)  # addresses of its machines ("10.0.3.0/24"); none: any
    closed_at: Mapped[datetime | None]

    exam: Mapped[Exam] = relationship(back_populates="rooms")
    invigilations: Mapped[list["Invigilation"]] = relationship(back_populates="room", cascade="all, delete-orphan")

    @property
    def room_id(self) -> int:
        return self.id

    @property
    def course_module_id(self) -> int:
        return self.exam.course_module_id

    @property
    def department_id(self) -> int:
        return self.exam.department_id


class Invigilation(Base):
    __tablename__ = "invigilation"
    __table_args__ = (UniqueConstraint("room_id", "user_id"),)

    id: Mapped[PrimaryKey]
    room_id: Mapped[int] = mapped_column(ForeignKey("exam_room.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)

    room: Mapped[ExamRoom] = relationship(back_populates="invigilations")
    user: Mapped[User] = relationship()


class Candidacy(Identified, Base):
    """A learner listed for an exam, with number, room, paper and extra time."""

    __tablename__ = "candidacy"
    __table_args__ = (
        UniqueConstraint("exam_id", "user_id", "attempt_no"),
        UniqueConstraint("exam_id", "number"),
        CheckConstraint("extra_seconds >= 0", name="extra_not_negative"),
    )

    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    number: Mapped[str | None] = mapped_column(String(20))  # số báo danh; who may not sit has none
    room_id: Mapped[int | None] = mapped_column(ForeignKey("exam_room.id"), index=True)
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("exam_paper.id"))
    attempt_no: Mapped[int] = mapped_column(default=1)
    seat: Mapped[str | None] = mapped_column(String(12))  # the place in the room, as on its door list
    card_version: Mapped[int] = mapped_column(default=1)  # raising it makes a printed card worthless
    is_eligible: Mapped[bool] = mapped_column(default=True)
    ineligible_reasons: Mapped[list[Any]] = mapped_column(default=list)  # [{"code", "values"}] of courses.rules
    admitted_reason: Mapped[str | None] = mapped_column(
        String(500)
    )  # admitted by a person's decision, in spite of them
    extra_seconds: Mapped[int] = mapped_column(default=0)  # accommodation, beside incident time and pauses
    extra_reason: Mapped[str] = mapped_column(String(300), default="")

    exam: Mapped[Exam] = relationship(back_populates="candidacies")
    user: Mapped[User] = relationship()
    room: Mapped[ExamRoom | None] = relationship()
    paper: Mapped[ExamPaper | None] = relationship()

    @property
    def course_module_id(self) -> int:
        return self.exam.course_module_id

    @property
    def department_id(self) -> int:
        return self.exam.department_id
