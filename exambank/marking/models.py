"""Marks: the raw mark of each response, never changed, and dated lines beside it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.accounts.models import User
from exambank.bank.models import ItemVersion
from exambank.db import Base, Identified, PrimaryKey
from exambank.exams.models import Exam
from exambank.sittings.models import Sitting


class ResponseMark(Base):
    """The raw mark of one question of one sitting, with the rule that gave it."""

    __tablename__ = "response_mark"
    __table_args__ = (UniqueConstraint("sitting_id", "question"),)

    id: Mapped[PrimaryKey]
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    question: Mapped[int]
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)
    points: Mapped[Decimal]
    max_points: Mapped[Decimal]
    outcome: Mapped[str] = mapped_column(String(12))  # right, partial, wrong, blank
    rule: Mapped[dict[str, Any]]  # the scoring as it was: kind, keys or table; of a marker's work the rubric and points

    @property
    def is_scored(self) -> bool:
        """False for a pretest question: its points are kept for the statistics of the item and count for nobody."""
        return not self.rule.get("pretest", False)


class SittingMark(Identified, Base):
    """The sum for one sitting: raw once, total as its lines stand."""

    __tablename__ = "sitting_mark"
    __table_args__ = (UniqueConstraint("sitting_id"),)

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    raw_points: Mapped[Decimal]
    max_points: Mapped[Decimal]
    total_points: Mapped[Decimal]  # raw plus the lines in force
    scaled: Mapped[Decimal]  # on the Regulation's exam scale, rounded as it says
    marked_at: Mapped[datetime]

    sitting: Mapped[Sitting] = relationship()

    @property
    def user_id(self) -> int:
        return self.sitting.user_id


class Correction(Identified, Base):
    """A faulty item dealt with for a whole exam: credited to everybody, or a further option accepted."""

    __tablename__ = "correction"

    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"))
    kind: Mapped[str] = mapped_column(String(20))  # credit_all, accept_option, accept_answer
    options: Mapped[list[Any]] = mapped_column(default=list)  # further options (tokens) or answers (texts) accepted
    reason: Mapped[str] = mapped_column(String(1000))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    undone_at: Mapped[datetime | None]
    undo_reason: Mapped[str | None] = mapped_column(String(1000))

    exam: Mapped[Exam] = relationship()
    item_version: Mapped[ItemVersion] = relationship()
    made_by: Mapped[User] = relationship(foreign_keys=[made_by_id])

    @property
    def course_module_id(self) -> int:
        return self.exam.course_module_id

    @property
    def department_id(self) -> int:
        return self.exam.department_id


class MarkLine(Identified, Base):
    """A dated line beside a raw mark: so many points more or less, why, and by whom."""

    __tablename__ = "mark_line"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    question: Mapped[int | None]
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("correction.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # credit_all, accept_option, accept_answer, late_answer, remarked
    points: Mapped[Decimal]
    reason: Mapped[str] = mapped_column(String(1000))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    made_by: Mapped[User] = relationship()


class Script(Identified, Base):
    """A response, or a part of one, that a person marks: known to the marker by its code alone.

    Draft points live here; when every script of a sitting is finished, the raw marks are written once from them.
    """

    __tablename__ = "script"
    __table_args__ = (UniqueConstraint("sitting_id", "question", "part"), UniqueConstraint("exam_id", "code"))

    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    question: Mapped[int]
    part: Mapped[str] = mapped_column(String(40), default="")  # token of a case's question; "": the whole response
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)
    code: Mapped[str] = mapped_column(String(12))  # random, says nothing of candidate or order
    max_points: Mapped[Decimal]
    state: Mapped[str] = mapped_column(String(12), default="waiting")  # waiting, draft, finished
    marker_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    points: Mapped[Decimal | None]
    rubric: Mapped[dict[str, Any]] = mapped_column(default=dict)  # rubric token -> points given, as text
    set_aside_at: Mapped[datetime | None]  # not sure, later: comes again when the others are done
    reason: Mapped[str] = mapped_column(String(1000), default="", server_default="")  # why it was opened again
    comment: Mapped[str] = mapped_column(String(2000), default="")
    revision: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    exam: Mapped[Exam] = relationship()
    sitting: Mapped[Sitting] = relationship()
    item_version: Mapped[ItemVersion] = relationship()
    marker: Mapped[User | None] = relationship()

    @property
    def course_module_id(self) -> int:
        return self.exam.course_module_id

    @property
    def department_id(self) -> int:
        return self.exam.department_id


class MarkerGrant(Base):
    """Who marks the written responses of an exam."""

    __tablename__ = "marker_grant"
    __table_args__ = (UniqueConstraint("exam_id", "user_id"),)

    id: Mapped[PrimaryKey]
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    granted_at: Mapped[datetime]

    user: Mapped[User] = relationship(foreign_keys=[user_id])
