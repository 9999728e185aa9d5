"""What an import holds between its preview and its acceptance."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.accounts.models import User
from exambank.courses.models import CourseModule
from exambank.db import Base, Identified


class ImportBatch(Identified, Base):
    """A file that was read and shown; nothing of it is in the bank until somebody accepts it."""

    __tablename__ = "import_batch"

    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"))
    file_name: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12), default="previewed")  # previewed, accepted, discarded
    drafts: Mapped[list[Any]]  # item drafts as read
    report: Mapped[dict[str, Any]]
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]

    course_module: Mapped[CourseModule] = relationship()
    author: Mapped[User] = relationship()

    @property
    def department_id(self) -> int:
        return self.course_module.department_id
