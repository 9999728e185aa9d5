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
    rule: Mapped[dict[str, Any]]  # the scoring as it was: kind, keys or table, version of the rule


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
    kind: Mapped[str] = mapped_column(String(20))  # credit_all, accept_option
    options: Mapped[list[Any]] = mapped_column(default=list)  # further options accepted
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
    kind: Mapped[str] = mapped_column(String(20))  # credit_all, accept_option, deduction
    points: Mapped[Decimal]
    reason: Mapped[str] = mapped_column(String(1000))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    made_by: Mapped[User] = relationship()
