"""What an import holds between its preview and its acceptance."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.accounts.models import User
from exambank.courses.models import Cohort, CourseModule, Offering
from exambank.db import Base, Identified


class ImportBatch(Identified, Base):
    """A file that was read and shown; nothing of it is in the bank until somebody accepts it."""

    __tablename__ = "import_batch"

    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"))
    file_name: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12), default="previewed")  # previewed, accepted, discarded
    drafts: Mapped[list[Any]]  # item drafts as read; emptied when the batch is decided
    report: Mapped[dict[str, Any]]
    imported: Mapped[int | None]  # how many items went into the bank
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]

    course_module: Mapped[CourseModule] = relationship()
    author: Mapped[User] = relationship()

    @property
    def department_id(self) -> int:
        return self.course_module.department_id


class PeopleBatch(Identified, Base):
    """A list of people that was read and shown. Decided, it forgets the people and keeps the counts."""

    __tablename__ = "people_batch"

    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))  # for rows that name no class
    file_name: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12), default="previewed")  # previewed, accepted, discarded
    people: Mapped[list[Any]]
    report: Mapped[dict[str, Any]]
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]

    cohort: Mapped[Cohort | None] = relationship()
    author: Mapped[User] = relationship()


class MarksBatch(Identified, Base):
    """A mark sheet that came back: what it would change in an offering, and what stood there when it was read."""

    __tablename__ = "marks_batch"

    offering_id: Mapped[int] = mapped_column(ForeignKey("offering.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12), default="previewed")  # previewed, accepted, discarded
    changes: Mapped[list[Any]]  # {"user": id, "column": code, "before": text or null, "after": text or null}
    report: Mapped[dict[str, Any]]
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]

    offering: Mapped[Offering] = relationship()
    author: Mapped[User] = relationship()

    @property
    def course_module_id(self) -> int:
        return self.offering.course_module_id

    @property
    def department_id(self) -> int:
        return self.offering.department_id

    @property
    def cohort_id(self) -> int:
        return self.offering.cohort_id
