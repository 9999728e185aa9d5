"""Sets of papers, the papers themselves, and lots drawn among whole papers."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.accounts.models import User
from exambank.assembly.models.blueprints import ExamBlueprint
from exambank.courses.models import CourseModule
from exambank.db import Base, Identified, Name, PrimaryKey

if TYPE_CHECKING:
    from exambank.assembly.models.seals import PaperSeal


class PaperSet(Identified, Base):
    """The papers made in one act, approved by a second person.

    ``source``: "dealt" from a blueprint by a seed; "whole", one paper written as a whole from chosen items; "file", one
    paper brought as a file. Until it is opened its content stands nowhere but encrypted, in ``seal``: ``seed`` is empty
    and the layouts of its papers are.
    """

    __tablename__ = "paper_set"
    __table_args__ = (CheckConstraint("source IN ('dealt', 'whole', 'file')", name="source_known"),)

    blueprint_id: Mapped[int | None] = mapped_column(ForeignKey("exam_blueprint.id"), index=True)
    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"), index=True)
    name: Mapped[Name]
    source: Mapped[str] = mapped_column(String(8), default="dealt", server_default="dealt")
    state: Mapped[str] = mapped_column(String(12), default="dealt")  # see rules.PAPER_SET_STATES
    seed: Mapped[str | None] = mapped_column(String(64))  # filled at the opening
    seed_hash: Mapped[str] = mapped_column(String(64), default="", server_default="")  # SHA-256 of the seed: its pledge
    wanted: Mapped[int] = mapped_column(default=0, server_default="0")  # papers asked for
    done: Mapped[int] = mapped_column(default=0, server_default="0")  # how far the dealing is, in per cent
    rules: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # rules.demands, as they were
    report: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # fairness: names no item
    refusal: Mapped[str] = mapped_column(String(2000), default="", server_default="")  # why nothing could be dealt
    dealt_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    dealt_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    approved_at: Mapped[datetime | None]
    snapshot_hash: Mapped[str] = mapped_column(String(64), default="")
    bound_at: Mapped[datetime | None]  # first bound to candidates (told by exams): from then on it cannot be withdrawn
    opened_at: Mapped[datetime | None]
    declassified_at: Mapped[datetime | None]  # after the exam: no secret any more

    blueprint: Mapped[ExamBlueprint | None] = relationship()
    course_module: Mapped[CourseModule] = relationship()
    dealt_by: Mapped[User] = relationship(foreign_keys=[dealt_by_id])
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id])
    papers: Mapped[list["ExamPaper"]] = relationship(back_populates="paper_set", order_by="ExamPaper.code")
    seal: Mapped["PaperSeal | None"] = relationship(back_populates="paper_set", uselist=False)

    @property
    def department_id(self) -> int:
        return self.course_module.department_id


class ExamPaper(Identified, Base):
    """A đề: one row with everything a sitting needs, once the set is opened; until then a code and figures.

    ``layout`` is a list, question 1 first: {"version": item version id, "points": "0.25", "cell": position,
    "options": [tokens in the order shown]}, a pretest question with "scored": false besides.
    """

    __tablename__ = "exam_paper"
    __table_args__ = (UniqueConstraint("paper_set_id", "code"),)

    paper_set_id: Mapped[int] = mapped_column(ForeignKey("paper_set.id"))
    code: Mapped[str] = mapped_column(String(20))
    layout: Mapped[list[Any]] = mapped_column(default=list)
    question_count: Mapped[int] = mapped_column(default=0, server_default="0")
    total_points: Mapped[Decimal]

    paper_set: Mapped[PaperSet] = relationship(back_populates="papers")

    @property
    def declassified_at(self) -> datetime | None:
        return self.paper_set.declassified_at

    @property
    def course_module_id(self) -> int:
        return self.paper_set.course_module_id

    @property
    def department_id(self) -> int:
        return self.paper_set.department_id


class PaperLot(Identified, Base):
    """Sealed sets of which one is drawn by lot before witnesses; the others are reserves."""

    __tablename__ = "paper_lot"

    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"), index=True)
    name: Mapped[Name]
    state: Mapped[str] = mapped_column(String(12), default="prepared")  # prepared, drawn, declassified, withdrawn
    seed: Mapped[str | None] = mapped_column(String(64))  # typed or drawn before the witnesses
    is_seed_typed: Mapped[bool] = mapped_column(default=False, server_default=false())  # else the server drew it
    witnesses: Mapped[list[Any]] = mapped_column(default=list)  # [{"name", "post"}]
    prepared_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    prepared_at: Mapped[datetime]
    drawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    drawn_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(500), default="", server_default="")

    course_module: Mapped[CourseModule] = relationship()
    prepared_by: Mapped[User] = relationship(foreign_keys=[prepared_by_id])
    drawn_by: Mapped[User | None] = relationship(foreign_keys=[drawn_by_id])
    entries: Mapped[list["PaperLotEntry"]] = relationship(
        back_populates="lot", cascade="all, delete-orphan", order_by="PaperLotEntry.number"
    )

    @property
    def department_id(self) -> int:
        return self.course_module.department_id


class PaperLotEntry(Base):
    """A set in a lot: its number on the envelope, and its order after the draw (0 is used, 1 the first reserve)."""

    __tablename__ = "paper_lot_entry"
    __table_args__ = (UniqueConstraint("lot_id", "number"), UniqueConstraint("lot_id", "paper_set_id"))

    id: Mapped[PrimaryKey]
    lot_id: Mapped[int] = mapped_column(ForeignKey("paper_lot.id"))
    paper_set_id: Mapped[int] = mapped_column(ForeignKey("paper_set.id"), index=True)
    number: Mapped[int]
    rank: Mapped[int | None]
    set_aside_at: Mapped[datetime | None]  # given up for the next reserve
    set_aside_reason: Mapped[str] = mapped_column(String(500), default="", server_default="")
    kept_at: Mapped[datetime | None]  # a reserve given back unopened: it may lie in a later lot

    lot: Mapped[PaperLot] = relationship(back_populates="entries")
    paper_set: Mapped[PaperSet] = relationship()

    @property
    def course_module_id(self) -> int:
        return self.lot.course_module_id

    @property
    def department_id(self) -> int:
        return self.lot.department_id
