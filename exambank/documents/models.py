"""Printing that takes a while: asked for on a page, done by the worker, fetched once it is ready."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.accounts.models import User
from exambank.assembly.models import PaperSet
from exambank.db import Base, Identified


class PaperPrint(Identified, Base):
    """Papers, answer sheets, keys of a set as one file; its bytes are encrypted under the server's key and go soon."""

    __tablename__ = "paper_print"

    paper_set_id: Mapped[int] = mapped_column(ForeignKey("paper_set.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # papers, answer_sheets, keys, ...
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)  # page size, copies, codes
    # waiting, running, done, failed, cancelled, gone
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(String(500), default="")
    file_name: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]

    paper_set: Mapped[PaperSet] = relationship()
    asked_by: Mapped[User] = relationship()

    @property
    def is_under_way(self) -> bool:
        """Whether the worker has it still before it, or is at it."""
        return self.state in ("waiting", "running")

    @property
    def declassified_at(self) -> datetime | None:
        return self.paper_set.declassified_at

    @property
    def course_module_id(self) -> int:
        return self.paper_set.course_module_id

    @property
    def department_id(self) -> int:
        return self.paper_set.department_id
