"""Where: the school, programmes and their Regulation, course modules, classes, teaching, component marks."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.accounts.models import Department, User
from exambank.db import Base, Code, Identified, Name, PrimaryKey


class School(Base):
    """One row: the school's name, printed header and its own words for things."""

    __tablename__ = "school"

    id: Mapped[PrimaryKey]
    name: Mapped[Name]
    governing_body: Mapped[Name]  # first line of the printed header's left side
    place: Mapped[str] = mapped_column(String(100), default="")  # before the date on documents
    labels: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {"course_module": "học phần", "learner": ...}
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # see courses.rules.settings


class Programme(Identified, Base):
    __tablename__ = "programme"

    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]


class Regulation(Identified, Base):
    """One version of a programme's rules; once adopted it never changes: a change is a new version."""

    __tablename__ = "regulation"
    __table_args__ = (UniqueConstraint("programme_id", "version"),)

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    version: Mapped[int]
    title: Mapped[Name]
    rules: Mapped[dict[str, Any]]  # read through courses.rules.RegulationRules
    adopted_at: Mapped[datetime | None]
    adopted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    programme: Mapped[Programme] = relationship()


class Term(Identified, Base):
    __tablename__ = "term"

    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)


class CourseModule(Identified, Base):
    """Học phần: what a bank and an exam belong to."""

    __tablename__ = "course_module"

    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    sort_key: Mapped[str] = mapped_column(String(600), index=True)
    search_key: Mapped[str] = mapped_column(String(400))
    credits: Mapped[int] = mapped_column(default=0)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    is_active: Mapped[bool] = mapped_column(default=True)

    programme: Mapped[Programme] = relationship()
    department: Mapped[Department] = relationship()
    topics: Mapped[list["Topic"]] = relationship(order_by="Topic.position", back_populates="course_module")

    @property
    def course_module_id(self) -> int:
        """Permission clauses ask every thing for its course module."""
        return self.id


class Topic(Identified, Base):
    __tablename__ = "topic"
    __table_args__ = (UniqueConstraint("course_module_id", "name"),)

    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"), index=True)
    name: Mapped[Name]
    position: Mapped[int]
    retired_at: Mapped[datetime | None]

    course_module: Mapped[CourseModule] = relationship(back_populates="topics")

    @property
    def department_id(self) -> int:
        return self.course_module.department_id


class LearningOutcome(Identified, Base):
    """Chuẩn đầu ra: what a learner of the module can do; items and blueprints may be tagged with it."""

    __tablename__ = "learning_outcome"
    __table_args__ = (UniqueConstraint("course_module_id", "code"),)

    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"))
    code: Mapped[Code]
    text: Mapped[str] = mapped_column(String(1000))
    position: Mapped[int]
    retired_at: Mapped[datetime | None]

    course_module: Mapped[CourseModule] = relationship()

    @property
    def department_id(self) -> int:
        return self.course_module.department_id


class CognitiveLevel(Identified, Base):
    """Nhận biết, thông hiểu, ...: one list for the school."""

    __tablename__ = "cognitive_level"

    name: Mapped[Name] = mapped_column(unique=True)
    position: Mapped[int]
    retired_at: Mapped[datetime | None]


class Cohort(Identified, Base):
    """Lớp; ``regulation_id`` is the version its intake follows to the end."""

    __tablename__ = "cohort"

    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    intake: Mapped[str] = mapped_column(String(60), default="")
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    regulation_id: Mapped[int] = mapped_column(ForeignKey("regulation.id"))

    programme: Mapped[Programme] = relationship()
    regulation: Mapped[Regulation] = relationship()

    @property
    def cohort_id(self) -> int:
        return self.id


class Enrolment(Base):
    """A learner in a class."""

    __tablename__ = "enrolment"
    __table_args__ = (UniqueConstraint("cohort_id", "user_id"),)

    id: Mapped[PrimaryKey]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default="active")  # active, left
    enrolled_at: Mapped[datetime]

    user: Mapped[User] = relationship()
    cohort: Mapped[Cohort] = relationship()


class Offering(Identified, Base):
    """A course module given to a class in a term: what attendance, component marks and grades belong to."""

    __tablename__ = "offering"
    __table_args__ = (UniqueConstraint("cohort_id", "course_module_id", "term_id"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"))
    term_id: Mapped[int] = mapped_column(ForeignKey("term.id"))
    periods: Mapped[int] = mapped_column(default=0)  # tiết taught
    marks_locked_at: Mapped[datetime | None]  # attendance and component marks take no more changes

    cohort: Mapped[Cohort] = relationship()
    course_module: Mapped[CourseModule] = relationship()
    term: Mapped[Term] = relationship()
    teachings: Mapped[list["Teaching"]] = relationship(back_populates="offering", cascade="all, delete-orphan")

    @property
    def department_id(self) -> int:
        return self.course_module.department_id


class Teaching(Base):
    __tablename__ = "teaching"
    __table_args__ = (UniqueConstraint("offering_id", "user_id"),)

    id: Mapped[PrimaryKey]
    offering_id: Mapped[int] = mapped_column(ForeignKey("offering.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)

    offering: Mapped[Offering] = relationship(back_populates="teachings")
    user: Mapped[User] = relationship()


class Attendance(Base):
    """Periods a learner was absent from an offering."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("offering_id", "user_id"),)

    id: Mapped[PrimaryKey]
    offering_id: Mapped[int] = mapped_column(ForeignKey("offering.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    periods_absent: Mapped[int] = mapped_column(default=0)

    user: Mapped[User] = relationship()


class ComponentMark(Base):
    """A mark of one component (not the exam) on the 0-10 scale; ``component`` is a code of the Regulation."""

    __tablename__ = "component_mark"
    __table_args__ = (UniqueConstraint("offering_id", "user_id", "component"),)

    id: Mapped[PrimaryKey]
    offering_id: Mapped[int] = mapped_column(ForeignKey("offering.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    component: Mapped[str] = mapped_column(String(40))
    points: Mapped[Decimal]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[datetime]

    user: Mapped[User] = relationship(foreign_keys=[user_id])
