"""The seal of a set of papers: its encrypted content, and who together can open it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.accounts.models import User
from exambank.assembly.models.papers import PaperSet
from exambank.db import Base, Identified, PrimaryKey


class HolderKey(Identified, Base):
    """A person's key pair (X25519) for holding papers; the private half is encrypted under the person's passphrase.

    A person has one current key; a new one (a passphrase forgotten) replaces it for seals to come, old seals keep the
    one they were made with.
    """

    __tablename__ = "holder_key"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    private_key: Mapped[bytes] = mapped_column(LargeBinary)  # nonce and AES-GCM under argon2id of the passphrase
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    cost: Mapped[dict[str, Any]]  # of argon2id: memory_kib, passes, lanes
    made_at: Mapped[datetime]
    rehearsed_at: Mapped[datetime | None]  # when the passphrase last proved right
    replaced_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class PaperSeal(Identified, Base):
    """All content of a set under one key. ``mode``: "desk" until approval, then "holders" or "clock"; "none" when the
    school chose no seal. The key itself stands nowhere: wrapped by the server's key file (desk, clock) or for every
    two holders together (holders).
    """

    __tablename__ = "paper_seal"
    __table_args__ = (CheckConstraint("mode IN ('desk', 'holders', 'clock', 'none')", name="mode_known"),)

    paper_set_id: Mapped[int] = mapped_column(ForeignKey("paper_set.id"), unique=True)
    mode: Mapped[str] = mapped_column(String(8), default="desk")
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # nonce and AES-GCM of the whole content
    public_key: Mapped[bytes] = mapped_column(LargeBinary)  # X25519: what must be added later is encrypted to it
    server_wrap: Mapped[bytes | None] = mapped_column(LargeBinary)  # the key under the server's key file
    ephemeral: Mapped[bytes | None] = mapped_column(LargeBinary)  # public half of the pair the shares were made with
    opened_key: Mapped[bytes | None] = mapped_column(LargeBinary)  # the key itself, once opened: a secret no more
    opens_at: Mapped[datetime | None]  # clock: not before
    sealed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    sealed_at: Mapped[datetime | None]
    rehearsed_at: Mapped[datetime | None]  # when it was last opened for a test and closed again
    opened_at: Mapped[datetime | None]
    opened_by: Mapped[list[Any]] = mapped_column(default=list)  # public ids of the people, ["system"] for the clock
    reason: Mapped[str] = mapped_column(String(500), default="", server_default="")  # why it was opened

    paper_set: Mapped[PaperSet] = relationship(back_populates="seal")
    sealed_by: Mapped[User | None] = relationship()
    holders: Mapped[list["SealHolder"]] = relationship(cascade="all, delete-orphan", order_by="SealHolder.position")
    shares: Mapped[list["SealShare"]] = relationship(cascade="all, delete-orphan", order_by="SealShare.id")

    @property
    def course_module_id(self) -> int:
        return self.paper_set.course_module_id

    @property
    def department_id(self) -> int:
        return self.paper_set.department_id

    @property
    def holder_user_ids(self) -> frozenset[int]:
        """Permission clauses ask whether somebody is named here."""
        return frozenset(holder.holder_key.user_id for holder in self.holders)


class SealHolder(Base):
    """A named holder of a seal, with the key pair it was made for."""

    __tablename__ = "seal_holder"
    __table_args__ = (UniqueConstraint("seal_id", "holder_key_id"), UniqueConstraint("seal_id", "position"))

    id: Mapped[PrimaryKey]
    seal_id: Mapped[int] = mapped_column(ForeignKey("paper_seal.id"))
    holder_key_id: Mapped[int] = mapped_column(ForeignKey("holder_key.id"), index=True)
    position: Mapped[int]
    half: Mapped[bytes | None] = mapped_column(LargeBinary)  # given and waiting for the second, under the server's key
    half_given_at: Mapped[datetime | None]
    half_purpose: Mapped[str] = mapped_column(String(10), default="", server_default="")  # open, rehearse

    holder_key: Mapped[HolderKey] = relationship()


class SealShare(Base):
    """The seal's key, wrapped for two holders together (numbered by position, first < second)."""

    __tablename__ = "seal_share"
    __table_args__ = (UniqueConstraint("seal_id", "first", "second"),)

    id: Mapped[PrimaryKey]
    seal_id: Mapped[int] = mapped_column(ForeignKey("paper_seal.id"))
    first: Mapped[int]
    second: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
