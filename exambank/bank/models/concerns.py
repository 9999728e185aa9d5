"""Concerns (việc xem xét lại câu hỏi): what speaks against an item in force until somebody settles it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.accounts.models import User
from exambank.bank.models.items import Item, ItemVersion
from exambank.db import Base, Identified

_IS_OPEN = text("state = 'open'")


class ItemConcern(Identified, Base):
    """A doubt about one accepted version, raised by statistics or by a person, that somebody must settle.

    ``evidence`` holds the rows of ``rules.concerns.Evidence``; what a person said is one of them as well.
    """

    __tablename__ = "item_concern"
    __table_args__ = (
        Index("uq_item_concern_open", "item_version_id", unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
        Index("ix_item_concern_state_opened_at", "state", "opened_at"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)
    origin: Mapped[str] = mapped_column(String(12))  # statistics, person: who raised it first
    codes: Mapped[list[Any]] = mapped_column(default=list)
    evidence: Mapped[list[Any]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(Text, default="", server_default="")  # what whoever opened it wrote
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # None: the statistics
    state: Mapped[str] = mapped_column(String(12), default="open")  # open, settled
    outcome: Mapped[str | None] = mapped_column(String(12))  # kept, revised, suspended, retired, withdrawn
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    settled_n: Mapped[int | None]  # responses known then: what comes later must outweigh them to open it again
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")

    item: Mapped[Item] = relationship()
    item_version: Mapped[ItemVersion] = relationship()
    opened_by: Mapped[User | None] = relationship(foreign_keys=[opened_by_id])
    settled_by: Mapped[User | None] = relationship(foreign_keys=[settled_by_id])

    @property
    def course_module_id(self) -> int:
        return self.item.course_module_id

    @property
    def department_id(self) -> int:
        return self.item.department_id

    @property
    def author_id(self) -> int:
        return self.item_version.author_id

    @property
    def is_open(self) -> bool:
        return self.state == "open"
