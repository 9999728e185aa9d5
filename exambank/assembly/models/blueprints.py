"""Blueprints: what papers are to hold, and the rules they keep."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.accounts.models import User
from exambank.bank.models import Item
from exambank.courses.models import CognitiveLevel, CourseModule, Topic
from exambank.db import Base, Identified, Name, PrimaryKey


class ExamBlueprint(Identified, Base):
    """Ma trận đề: how many items of which kind make a paper. Used once, it is copied rather than changed."""

    __tablename__ = "exam_blueprint"

    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"), index=True)
    name: Mapped[Name]
    state: Mapped[str] = mapped_column(String(12), default="draft")  # draft, used, retired
    is_template: Mapped[bool] = mapped_column(default=False, server_default=false())  # only a pattern for others
    duration_minutes: Mapped[int | None]
    target_points: Mapped[Decimal | None]  # what a paper should be worth: the editor compares the sum with it
    rules: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # see rules.demands
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    course_module: Mapped[CourseModule] = relationship()
    author: Mapped[User] = relationship()
    cells: Mapped[list["BlueprintCell"]] = relationship(
        back_populates="blueprint", cascade="all, delete-orphan", order_by="BlueprintCell.position"
    )
    fixed_items: Mapped[list["BlueprintItem"]] = relationship(
        back_populates="blueprint", cascade="all, delete-orphan", order_by="BlueprintItem.id"
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
        CheckConstraint("part > 0", name="part_positive"),
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
    requirement: Mapped[str] = mapped_column(Text, default="", server_default="")  # yêu cầu cần đạt
    part: Mapped[int] = mapped_column(default=1, server_default="1")  # phần I, II: items keep to it
    is_scored: Mapped[bool] = mapped_column(default=True, server_default=true())  # False: pretest

    blueprint: Mapped[ExamBlueprint] = relationship(back_populates="cells")
    topic: Mapped[Topic | None] = relationship()
    level: Mapped[CognitiveLevel | None] = relationship()


class BlueprintItem(Base):
    """An item that stands in every paper; with a ``place`` also at that very number."""

    __tablename__ = "blueprint_item"
    __table_args__ = (
        UniqueConstraint("blueprint_id", "item_id"),
        CheckConstraint("place IS NULL OR place > 0", name="place_positive"),
    )

    id: Mapped[PrimaryKey]
    blueprint_id: Mapped[int] = mapped_column(ForeignKey("exam_blueprint.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    place: Mapped[int | None]

    blueprint: Mapped[ExamBlueprint] = relationship(back_populates="fixed_items")
    item: Mapped[Item] = relationship()
