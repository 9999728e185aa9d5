"""Blueprints, sets of papers and the papers themselves."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.accounts.models import User
from exambank.courses.models import CognitiveLevel, CourseModule, Topic
from exambank.db import Base, Identified, Name, PrimaryKey


class ExamBlueprint(Identified, Base):
    """Ma trận đề: how many items of which kind make a paper. Used once, it is copied rather than changed."""

    __tablename__ = "exam_blueprint"

    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"), index=True)
    name: Mapped[Name]
    state: Mapped[str] = mapped_column(String(12), default="draft")  # draft, used, retired
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    course_module: Mapped[CourseModule] = relationship()
    author: Mapped[User] = relationship()
    cells: Mapped[list["BlueprintCell"]] = relationship(
        back_populates="blueprint", cascade="all, delete-orphan", order_by="BlueprintCell.position"
    )

    @property
    def department_id(self) -> int:
        return self.course_module.department_id


class BlueprintCell(Base):
    """So many items of a topic, level, kind, tag, without a tag; what is left out matches any."""

    __tablename__ = "blueprint_cell"
    __table_args__ = (
        CheckConstraint("count > 0", name="count_positive"),
        CheckConstraint("points > 0", name="points_positive"),
    )

    id: Mapped[PrimaryKey]
    blueprint_id: Mapped[int] = mapped_column(ForeignKey("exam_blueprint.id"), index=True)
    position: Mapped[int]
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    level_id: Mapped[int | None] = mapped_column(ForeignKey("cognitive_level.id"))
    kind: Mapped[str | None] = mapped_column(String(30))
    tag: Mapped[str | None] = mapped_column(String(60))
    not_tag: Mapped[str | None] = mapped_column(String(60))
    count: Mapped[int]
    points: Mapped[Decimal]  # of each item

    blueprint: Mapped[ExamBlueprint] = relationship(back_populates="cells")
    topic: Mapped[Topic | None] = relationship()
    level: Mapped[CognitiveLevel | None] = relationship()


class PaperSet(Identified, Base):
    """The papers dealt in one act from one blueprint with one seed; approved by a second person."""

    __tablename__ = "paper_set"

    blueprint_id: Mapped[int] = mapped_column(ForeignKey("exam_blueprint.id"), index=True)
    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"), index=True)
    name: Mapped[Name]
    seed: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12), default="dealt")  # dealt, approved, withdrawn
    dealt_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    dealt_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    approved_at: Mapped[datetime | None]
    snapshot_hash: Mapped[str] = mapped_column(String(64))
    bound_at: Mapped[datetime | None]  # first bound to candidates (told by exams): from then on it cannot be withdrawn

    blueprint: Mapped[ExamBlueprint] = relationship()
    course_module: Mapped[CourseModule] = relationship()
    dealt_by: Mapped[User] = relationship(foreign_keys=[dealt_by_id])
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id])
    papers: Mapped[list["ExamPaper"]] = relationship(back_populates="paper_set", order_by="ExamPaper.code")

    @property
    def department_id(self) -> int:
        return self.course_module.department_id


class ExamPaper(Identified, Base):
    """A đề: one row with everything a sitting needs.

    ``layout`` is a list, question 1 first: {"version": item version id, "points": "0.25", "cell": position,
    "options": [tokens in the order shown]}.
    """

    __tablename__ = "exam_paper"
    __table_args__ = (UniqueConstraint("paper_set_id", "code"),)

    paper_set_id: Mapped[int] = mapped_column(ForeignKey("paper_set.id"))
    code: Mapped[str] = mapped_column(String(20))
    layout: Mapped[list[Any]]
    total_points: Mapped[Decimal]

    paper_set: Mapped[PaperSet] = relationship(back_populates="papers")

    @property
    def course_module_id(self) -> int:
        return self.paper_set.course_module_id

    @property
    def department_id(self) -> int:
        return self.paper_set.department_id


class WritingTask(Identified, Base):
    """A line of the bank's plan: who writes how many items for which cell by when."""

    __tablename__ = "writing_task"
    __table_args__ = (CheckConstraint("count > 0", name="count_positive"),)

    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"), index=True)
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    level_id: Mapped[int | None] = mapped_column(ForeignKey("cognitive_level.id"))
    kind: Mapped[str | None] = mapped_column(String(30))
    writer_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    count: Mapped[int]
    due_on: Mapped[date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(String(300), default="")
    set_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    set_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    course_module: Mapped[CourseModule] = relationship()
    topic: Mapped[Topic | None] = relationship()
    level: Mapped[CognitiveLevel | None] = relationship()
    writer: Mapped[User] = relationship(foreign_keys=[writer_id])

    @property
    def department_id(self) -> int:
        return self.course_module.department_id
