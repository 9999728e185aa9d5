"""Items that are kin: near-duplicates, enemies that never meet in a paper, variants that stand for one another."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.accounts.models import User
from exambank.bank.models.items import Item
from exambank.courses.models import CourseModule
from exambank.db import Base, Identified, Name, PrimaryKey


class ItemFingerprint(Base):
    """What an item's newest text is compared by, computed when it is saved."""

    __tablename__ = "item_fingerprint"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"), index=True)
    picture: Mapped[str] = mapped_column(String(64), default="")  # hash of the bytes of its pictures; "": none
    picture_name: Mapped[str] = mapped_column(String(64), default="", server_default="")  # folded name of the picture
    sketch: Mapped[bytes] = mapped_column(LargeBinary)  # see rules.kinship


class ItemBand(Base):
    """A piece of a fingerprint; items that share one are looked at closely."""

    __tablename__ = "item_band"
    __table_args__ = (Index("ix_item_band_find", "course_module_id", "band", "item_id"),)

    id: Mapped[PrimaryKey]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"))
    band: Mapped[int] = mapped_column(BigInteger)


class KinshipPair(Identified, Base):
    """A proposal of the search through a whole bank: two items that seem to ask the same; ``first`` is the older."""

    __tablename__ = "kinship_pair"
    __table_args__ = (UniqueConstraint("first_id", "second_id"),)

    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"), index=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    likeness: Mapped[float]  # 0..1
    state: Mapped[str] = mapped_column(String(12), default="open")  # open, dismissed, merged, enemies, variants
    found_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]

    course_module: Mapped[CourseModule] = relationship()
    first: Mapped[Item] = relationship(foreign_keys=[first_id])
    second: Mapped[Item] = relationship(foreign_keys=[second_id])

    @property
    def department_id(self) -> int:
        return self.course_module.department_id


class KinshipSearch(Identified, Base):
    """A search through a whole bank: how far it is, so that the page can be left and come back to."""

    __tablename__ = "kinship_search"

    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default="waiting")  # waiting, running, done, stopped
    cursor: Mapped[int] = mapped_column(default=0, server_default="0")  # id of the last item that was compared
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    found: Mapped[int] = mapped_column(default=0)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    course_module: Mapped[CourseModule] = relationship()

    @property
    def department_id(self) -> int:
        return self.course_module.department_id


class EnemySet(Identified, Base):
    """Items that never meet in one paper: one gives another's answer away, or asks the same."""

    __tablename__ = "enemy_set"

    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"), index=True)
    reason: Mapped[str] = mapped_column(String(500), default="")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]

    course_module: Mapped[CourseModule] = relationship()
    made_by: Mapped[User] = relationship()
    members: Mapped[list["EnemyMember"]] = relationship(cascade="all, delete-orphan", order_by="EnemyMember.id")

    @property
    def department_id(self) -> int:
        return self.course_module.department_id


class EnemyMember(Base):
    __tablename__ = "enemy_member"
    __table_args__ = (UniqueConstraint("enemy_set_id", "item_id"),)

    id: Mapped[PrimaryKey]
    enemy_set_id: Mapped[int] = mapped_column(ForeignKey("enemy_set.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)

    item: Mapped[Item] = relationship()


class VariantGroup(Identified, Base):
    """Câu con: alternates of one slot; a paper takes at most one of them."""

    __tablename__ = "variant_group"

    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"), index=True)
    name: Mapped[Name]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]

    course_module: Mapped[CourseModule] = relationship()
    made_by: Mapped[User] = relationship()

    @property
    def department_id(self) -> int:
        return self.course_module.department_id
