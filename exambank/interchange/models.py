"""What an import holds between its preview and its acceptance."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.accounts.models import User
from exambank.bank.models import Item  # noqa: F401 (the table that an entry's item is in)
from exambank.courses.models import Cohort, CourseModule, Offering
from exambank.db import Base, Identified, PrimaryKey


class ImportBatch(Identified, Base):
    """A file that somebody handed in for a bank; nothing of it is in the bank until somebody accepts it.

    ``upload`` and ``key_upload`` are kept while nobody has decided, so that the file can be read again another way.
    """

    __tablename__ = "import_batch"
    __table_args__ = (Index("ix_import_batch_course_module_id", "course_module_id"),)

    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"))
    file_name: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64))
    # reading, previewed, accepted, discarded, failed, cancelled
    state: Mapped[str] = mapped_column(String(12), default="previewed")
    drafts: Mapped[list[Any]] = mapped_column(default=list)  # only in batches of older versions; entries hold them now
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    imported: Mapped[int | None]  # how many items went into the bank
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    format: Mapped[str] = mapped_column(String(20), default="", server_default="")
    choices: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # {"key": ..., "format": ...}
    key_name: Mapped[str] = mapped_column(String(300), default="", server_default="")
    upload: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    key_upload: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    size: Mapped[int] = mapped_column(default=0, server_default="0")  # of what is kept of the upload, in bytes
    progress_done: Mapped[int] = mapped_column(default=0, server_default="0")
    progress_total: Mapped[int] = mapped_column(default=0, server_default="0")
    failure: Mapped[dict[str, Any] | None]  # {"code", "values"}: why it cannot be read
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")  # readings begun; the newest alone may end
    tries: Mapped[int] = mapped_column(default=0, server_default="0")  # since somebody last asked for a reading
    started_at: Mapped[datetime | None]  # of the newest reading
    shown: Mapped[int] = mapped_column(default=0, server_default="0")  # the reading whose entries are in force

    course_module: Mapped[CourseModule] = relationship()
    author: Mapped[User] = relationship()

    @property
    def department_id(self) -> int:
        return self.course_module.department_id


class ImportEntry(Base):
    """One item of the file, as it was read and perhaps mended; ``problems`` and ``place`` as codes with values."""

    __tablename__ = "import_entry"
    __table_args__ = (UniqueConstraint("batch_id", "reading", "position", name="uq_import_entry_batch_id"),)

    id: Mapped[PrimaryKey]
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    reading: Mapped[int]  # which reading of the file found it: an older one stays until a newer has ended well
    position: Mapped[int]  # from 1, in the order of the file
    name: Mapped[str] = mapped_column(String(300))
    place: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(12))
    problems: Mapped[list[Any]]
    source: Mapped[list[Any]]
    evidence: Mapped[list[Any]]
    draft: Mapped[dict[str, Any] | None]
    raw: Mapped[dict[str, Any] | None]  # {"format", "suffix", "name", "identifier", "has_files"}
    raw_body: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    is_left_out: Mapped[bool] = mapped_column(default=False)
    edited_at: Mapped[datetime | None]
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # who mended it last
    editors: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")  # whoever mended it
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))  # what it became

    batch: Mapped[ImportBatch] = relationship()
    editor: Mapped[User | None] = relationship()

    @property
    def course_module_id(self) -> int:
        return self.batch.course_module_id

    @property
    def department_id(self) -> int:
        return self.batch.department_id


class ImportPicture(Base):
    """A picture of the file, checked by its content, under the id by which the drafts' texts name it."""

    __tablename__ = "import_picture"
    __table_args__ = (UniqueConstraint("batch_id", "media_id"),)

    id: Mapped[PrimaryKey]
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    media_id: Mapped[str] = mapped_column(String(36))
    name: Mapped[str] = mapped_column(String(300))
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    batch: Mapped[ImportBatch] = relationship()

    @property
    def course_module_id(self) -> int:
        return self.batch.course_module_id

    @property
    def department_id(self) -> int:
        return self.batch.department_id


class RawItem(Identified, Base):
    """An item that we cannot play, kept as it came; nothing of it is ever run, and it goes out again unchanged.

    ``body`` is the item's own file, or (``has_files``) a zip of it and of the files that belong to it.
    """

    __tablename__ = "raw_item"

    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))
    format: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(300))
    identifier: Mapped[str] = mapped_column(String(300))
    reason: Mapped[dict[str, Any]]  # the problem that kept it from being an item: code and values
    suffix: Mapped[str] = mapped_column(String(20))
    has_files: Mapped[bool] = mapped_column(default=False)
    size: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]

    course_module: Mapped[CourseModule] = relationship()
    author: Mapped[User] = relationship()
    batch: Mapped[ImportBatch | None] = relationship()

    @property
    def department_id(self) -> int:
        return self.course_module.department_id


class PeopleBatch(Identified, Base):
    """A list of people that was read and shown. Decided, it forgets the people and keeps the counts."""

    __tablename__ = "people_batch"

    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))  # for rows that name no class
    file_name: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12), default="previewed")  # previewed, accepted, discarded
    people: Mapped[list[Any]]
    report: Mapped[dict[str, Any]]
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]

    cohort: Mapped[Cohort | None] = relationship()
    author: Mapped[User] = relationship()


class MarksBatch(Identified, Base):
    """A mark sheet that came back: what it would change in an offering, and what stood there when it was read."""

    __tablename__ = "marks_batch"

    offering_id: Mapped[int] = mapped_column(ForeignKey("offering.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12), default="previewed")  # previewed, accepted, discarded
    changes: Mapped[list[Any]]  # {"user": id, "column": code, "before": text or null, "after": text or null}
    report: Mapped[dict[str, Any]]
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]

    offering: Mapped[Offering] = relationship()
    author: Mapped[User] = relationship()

    @property
    def course_module_id(self) -> int:
        return self.offering.course_module_id

    @property
    def department_id(self) -> int:
        return self.offering.department_id

    @property
    def cohort_id(self) -> int:
        return self.offering.cohort_id
