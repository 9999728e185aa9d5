"""Reviews: decisions, comments anchored to a part of an item, and the act of acceptance over a whole bank."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.accounts.models import User
from exambank.bank.models.items import ItemVersion
from exambank.courses.models import CourseModule
from exambank.db import Base, Identified


class Review(Identified, Base):
    """A reviewer's decision on a version: approve or send back."""

    __tablename__ = "review"

    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    decision: Mapped[str] = mapped_column(String(12))  # approved, returned
    comment: Mapped[str] = mapped_column(Text, default="")
    content_hash: Mapped[str] = mapped_column(String(64), default="", server_default="")  # the text decided on
    decided_at: Mapped[datetime]

    item_version: Mapped[ItemVersion] = relationship(back_populates="reviews")
    reviewer: Mapped[User] = relationship()


class ReviewComment(Identified, Base):
    """A remark on one part of a version, answered and resolved one by one.

    ``part`` is an anchor of ``Interaction.parts`` ("stem", "option:TOKEN", ...); empty: the item as a whole.
    """

    __tablename__ = "review_comment"

    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)
    part: Mapped[str] = mapped_column(String(80), default="")
    quote: Mapped[str] = mapped_column(String(300), default="")  # the words meant, as they stood
    reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("review_comment.id"))
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    written_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    item_version: Mapped[ItemVersion] = relationship(back_populates="comments")
    author: Mapped[User] = relationship(foreign_keys=[author_id])
    resolved_by: Mapped[User | None] = relationship(foreign_keys=[resolved_by_id])

    @property
    def course_module_id(self) -> int:
        return self.item_version.course_module_id

    @property
    def department_id(self) -> int:
        return self.item_version.department_id

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None


class BankAcceptance(Identified, Base):
    """Nghiệm thu: a council accepts a bank as it stands; the next one measures its change against this."""

    __tablename__ = "bank_acceptance"
    __table_args__ = (UniqueConstraint("course_module_id", "number"),)

    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"))
    number: Mapped[int]
    held_at: Mapped[datetime]
    chair: Mapped[str] = mapped_column(String(200))
    secretary: Mapped[str] = mapped_column(String(200), default="")
    members: Mapped[list[Any]]  # names as typed
    conclusion: Mapped[str] = mapped_column(Text, default="")
    items: Mapped[list[Any]]  # [item public id, code, version number, content hash] of every item in force
    counts: Mapped[dict[str, Any]]  # total, new, changed, retired since the last act
    change_ratio: Mapped[float | None]  # share of the last act's bank that is new, changed or gone; None: the first act
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime]

    course_module: Mapped[CourseModule] = relationship()
    recorded_by: Mapped[User] = relationship()

    @property
    def department_id(self) -> int:
        return self.course_module.department_id
