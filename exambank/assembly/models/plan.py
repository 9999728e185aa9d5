"""The plan of a bank: who writes how many items for which cell by when."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.accounts.models import User
from exambank.courses.models import CognitiveLevel, CourseModule, Topic
from exambank.db import Base, Identified


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
