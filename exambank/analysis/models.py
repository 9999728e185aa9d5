"""Analysis runs and what they found."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.bank.models import ItemVersion
from exambank.courses.models import CourseModule
from exambank.db import Base, Identified, PrimaryKey
from exambank.exams.models import Exam
from exambank.sittings.models import Sitting


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
    candidates: Mapped[list["AnalysisCandidate"]] = relationship(back_populates="run", order_by="AnalysisCandidate.id")

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


class AnalysisCandidate(Base):
    """One candidate in one run, put on one scale with those who had other papers: advice beside the mark, never a mark.

    Only where papers differ and the data allow it; the run's summary says why not.
    """

    __tablename__ = "analysis_candidate"
    __table_args__ = (UniqueConstraint("run_id", "sitting_id"),)

    id: Mapped[PrimaryKey]
    run_id: Mapped[int] = mapped_column(ForeignKey("analysis_run.id"))
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    raw_share: Mapped[float]  # of the points of the own paper, 0..1
    theta: Mapped[float]  # ability, in standard deviations of this exam's candidates
    se: Mapped[float]
    advised_share: Mapped[float]  # what the points amount to on all items of the exam, 0..1
    advised_mark: Mapped[float]  # the same on the Regulation's scale, not rounded
    advised_se: Mapped[float | None]  # of the advised mark; None for no and for all points, and in runs of before

    run: Mapped[AnalysisRun] = relationship(back_populates="candidates")
    sitting: Mapped[Sitting] = relationship()


class AnalysisCalibration(Identified, Base):
    """One calibration of a bank: all items in force on one scale, over all its exams; what it found went to the bank.

    Kept also where the data do not allow one yet: ``summary`` says why.
    """

    __tablename__ = "analysis_calibration"

    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"), index=True)
    formulas: Mapped[str] = mapped_column(String(60))
    data_hash: Mapped[str] = mapped_column(String(64))  # of the runs it rests on and the versions in force
    n: Mapped[int]  # candidates
    summary: Mapped[dict[str, Any]]  # exams, model, items calibrated, reason why there is none
    finished_at: Mapped[datetime]

    course_module: Mapped[CourseModule] = relationship()

    @property
    def department_id(self) -> int:
        return self.course_module.department_id
