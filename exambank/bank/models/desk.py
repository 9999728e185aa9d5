"""The desk of whoever works in a bank: its settings, rights, saved views, and what is being typed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.accounts.models import User
from exambank.courses.models import CourseModule
from exambank.db import Base, Identified, Name


class BankSettings(Base):
    """How one module's bank works; a module without a row works by the defaults of ``rules.settings``."""

    __tablename__ = "bank_settings"

    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"), primary_key=True, autoincrement=False)
    approvals_needed: Mapped[int] = mapped_column(default=1)
    gate: Mapped[dict[str, Any]] = mapped_column(default=dict)  # check code -> "block", "advice" or "off"
    review_months: Mapped[int] = mapped_column(default=12)  # an accepted item is due for review after so long
    reading_limit: Mapped[int] = mapped_column(default=60)  # accepted items of others that one person reads an hour
    change_limit: Mapped[int] = mapped_column(default=30, server_default="30")  # per cent changed since the last act
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    changed_at: Mapped[datetime]


class BankRight(Identified, Base):
    """A right in one bank beyond what teaching and heading give: ``see``, ``write`` or ``review``."""

    __tablename__ = "bank_right"
    __table_args__ = (UniqueConstraint("course_module_id", "user_id", "right"),)

    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    right: Mapped[str] = mapped_column(String(12))
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    granted_at: Mapped[datetime]

    course_module: Mapped[CourseModule] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])

    @property
    def department_id(self) -> int:
        return self.course_module.department_id


class SavedView(Identified, Base):
    """A list's filters, order and columns under a name; shared ones are seen by all who see the bank."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("user_id", "course_module_id", "name"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"), index=True)
    name: Mapped[Name]
    query: Mapped[dict[str, Any]]  # as in the address: {"state": "accepted", "sort": "used", ...}
    columns: Mapped[list[Any]]
    is_shared: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[datetime]

    course_module: Mapped[CourseModule] = relationship()
    user: Mapped[User] = relationship()

    @property
    def department_id(self) -> int:
        return self.course_module.department_id

    @property
    def author_id(self) -> int:
        return self.user_id


class EditBuffer(Identified, Base):
    """What somebody is typing right now: kept as the form stands, so that nothing is lost and others are told.

    It is nobody's draft yet and no act of the bank, so it is not audited; saving the item takes it away.
    """

    __tablename__ = "edit_buffer"
    __table_args__ = (UniqueConstraint("user_id", "item_id"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), index=True)  # None: an item not saved yet
    base: Mapped[str] = mapped_column(String(36), default="")  # public id of the version the edit began from
    revision: Mapped[int] = mapped_column(default=0)
    form: Mapped[list[Any]]  # [name, value] pairs as the form would post them
    saved_at: Mapped[datetime]

    course_module: Mapped[CourseModule] = relationship()
    user: Mapped[User] = relationship()

    @property
    def department_id(self) -> int:
        return self.course_module.department_id
