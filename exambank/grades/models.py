"""Module grades: exam mark and components joined by the Regulation of the learner's own intake."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.accounts.models import User
from exambank.courses.models import Offering, Regulation
from exambank.db import Base, Identified
from exambank.exams.models import Exam


class Grade(Identified, Base):
    """One learner's result in one offering, by one exam."""

    __tablename__ = "grade"
    __table_args__ = (UniqueConstraint("exam_id", "user_id"),)

    offering_id: Mapped[int] = mapped_column(ForeignKey("offering.id"), index=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    attempt_no: Mapped[int] = mapped_column(default=1)
    regulation_id: Mapped[int] = mapped_column(ForeignKey("regulation.id"))
    exam_mark: Mapped[Decimal | None]  # on the Regulation's scale; 0 when absent; None: still awaited or not admitted
    components: Mapped[dict[str, Any]]  # {"code": "8.5" | null}
    value: Mapped[Decimal | None]  # on the 0-10 scale, rounded as the Regulation says
    letter: Mapped[str | None] = mapped_column(String(4))
    classification: Mapped[str | None] = mapped_column(String(40))
    is_pass: Mapped[bool | None]
    remark: Mapped[str] = mapped_column(String(100), default="")  # a code of grades.rules: absent, not_eligible, ...
    computed_at: Mapped[datetime]

    offering: Mapped[Offering] = relationship()
    exam: Mapped[Exam] = relationship()
    user: Mapped[User] = relationship()
    regulation: Mapped[Regulation] = relationship()

    @property
    def course_module_id(self) -> int:
        return self.exam.course_module_id

    @property
    def department_id(self) -> int:
        return self.exam.department_id

    @property
    def cohort_id(self) -> int:
        return self.offering.cohort_id
