"""Analysis runs and what they found."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.bank.models import ItemVersion
from exambank.db import Base, Identified, PrimaryKey
from exambank.exams.models import Exam


class AnalysisRun(Identified, Base):
    """One computation over one exam's marks; the newest finished run is the one shown."""

    __tablename__ = "analysis_run"

    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))  # writing, finished
    formulas: Mapped[str] = mapped_column(String(60))  # version of the formulas used
    data_hash: Mapped[str] = mapped_column(String(64))  # of the matrix computed on
    n: Mapped[int]
    summary: Mapped[dict[str, Any]]  # mean, sd, alpha with interval, sem, bands, counts
    finished_at: Mapped[datetime]

    exam: Mapped[Exam] = relationship()
    items: Mapped[list["AnalysisItem"]] = relationship(back_populates="run", order_by="AnalysisItem.id")

    @property
    def course_module_id(self) -> int:
        return self.exam.course_module_id

    @property
    def department_id(self) -> int:
        return self.exam.department_id


class AnalysisItem(Base):
    """One item version in one run."""

    __tablename__ = "analysis_item"
    __table_args__ = (UniqueConstraint("run_id", "item_version_id"),)

    id: Mapped[PrimaryKey]
    run_id: Mapped[int] = mapped_column(ForeignKey("analysis_run.id"))
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)
    n: Mapped[int]
    figures: Mapped[dict[str, Any]]  # difficulty, item_rest, intervals, d27, omitted, reasons
    options: Mapped[list[Any]]

    run: Mapped[AnalysisRun] = relationship(back_populates="items")
    item_version: Mapped[ItemVersion] = relationship()

    @property
    def course_module_id(self) -> int:
        return self.run.course_module_id

    @property
    def department_id(self) -> int:
        return self.run.department_id
