"""What papers and exams tell of items: uses and statistics; and who read accepted items."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from exambank.db import Base, Identified, PrimaryKey


class ItemUse(Base):
    """A paper that carries this version (told by assembly)."""

    __tablename__ = "item_use"
    __table_args__ = (UniqueConstraint("item_version_id", "paper"),)

    id: Mapped[PrimaryKey]
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"))
    paper: Mapped[str] = mapped_column(String(36))
    used_at: Mapped[datetime]


class ItemStatistic(Identified, Base):
    """What one analysis run found of one version (told by analysis); pooled figures are computed from these."""

    __tablename__ = "item_statistic"
    __table_args__ = (UniqueConstraint("item_version_id", "run"),)

    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)
    run: Mapped[str] = mapped_column(String(36))
    exam: Mapped[str] = mapped_column(String(36))
    n: Mapped[int]
    difficulty: Mapped[float | None]
    item_rest: Mapped[float | None]
    item_rest_low: Mapped[float | None]
    item_rest_high: Mapped[float | None]
    options: Mapped[list[Any]]
    recorded_at: Mapped[datetime]


class ItemReading(Base):
    """Somebody looked at an accepted item, other than its author: leaks are traced by these rows."""

    __tablename__ = "item_reading"
    __table_args__ = (Index("ix_item_reading_user_id_read_at", "user_id", "read_at"),)

    id: Mapped[PrimaryKey]
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)
    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    read_at: Mapped[datetime]
