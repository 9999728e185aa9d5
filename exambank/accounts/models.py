"""Who: departments, people, the roles they hold, the throttle of sign-ins, one-time cards."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.db import Base, Code, Identified, Name, PrimaryKey


class Department(Identified, Base):
    """A khoa or phòng of the school."""

    __tablename__ = "department"

    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    sort_key: Mapped[str] = mapped_column(String(600), index=True)


class User(Identified, Base):
    """A person who signs in. ``username`` is the learner's or staff member's code, in lower case."""

    __tablename__ = "user"
    __table_args__ = (CheckConstraint("gender IN ('female', 'male')", name="gender_known"),)

    username: Mapped[str] = mapped_column(String(60), unique=True)
    code: Mapped[Code]
    full_name: Mapped[Name]
    sort_key: Mapped[str] = mapped_column(String(900), index=True)
    search_key: Mapped[str] = mapped_column(String(400), index=True)
    birth_date: Mapped[str | None] = mapped_column(String(10))  # dd/mm/yyyy, or only the year where no more is known
    gender: Mapped[str | None] = mapped_column(String(6))  # only to check whether exams treat women and men unequally
    unit_name: Mapped[str | None] = mapped_column(String(300))  # the sending unit
    email: Mapped[str | None] = mapped_column(String(254))
    locale: Mapped[str] = mapped_column(String(8), default="vi")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    session_version: Mapped[int] = mapped_column(default=1)  # raising it ends every session of this person
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]

    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="user",
        foreign_keys="RoleGrant.user_id",
        cascade="all, delete-orphan",
        order_by="RoleGrant.id",
    )


class RoleGrant(Base):
    """One role of one person; a head of department holds it for a department."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("user_id", "role", "department_id"),)

    id: Mapped[PrimaryKey]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    role: Mapped[str] = mapped_column(String(30))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    granted_at: Mapped[datetime]

    user: Mapped[User] = relationship(back_populates="grants", foreign_keys=[user_id])
    department: Mapped[Department | None] = relationship()


class SignInThrottle(Base):
    """Failures of one account from one address: an attacker elsewhere cannot lock anybody's room."""

    __tablename__ = "sign_in_throttle"
    __table_args__ = (UniqueConstraint("account", "address"),)

    id: Mapped[PrimaryKey]
    account: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(64))
    failures: Mapped[int] = mapped_column(default=0)
    window_started_at: Mapped[datetime]  # failures are counted from here
    last_failure_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]


class DoorCard(Identified, Base):
    """A one-time sign-in code that an invigilator gives a learner at the door."""

    __tablename__ = "door_card"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(200))
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class UserPhoto(Base):
    """What a person looks like, for the check at the door; a row of its own, so that it is loaded only there."""

    __tablename__ = "user_photo"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(40))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[datetime]
