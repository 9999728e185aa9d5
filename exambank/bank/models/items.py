"""Items, their versions and pictures."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, event, inspect
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exambank.accounts.models import User
from exambank.bank.rules import FROZEN_STATES
from exambank.courses.models import CognitiveLevel, CourseModule, LearningOutcome, Topic
from exambank.db import Base, Identified, PrimaryKey

if TYPE_CHECKING:
    from exambank.bank.models.reviews import Review, ReviewComment


class Item(Identified, Base):
    """A question through all its versions. What may still change (topic, level, tags) lives here; text does not."""

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("course_module_id", "code"),
        Index("ix_item_find", "course_module_id", "state", "topic_id", "level_id"),
        Index("ix_item_course_module_id_author_id", "course_module_id", "author_id"),
    )

    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"))
    code: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(30))  # a name of the interaction registry
    state: Mapped[str] = mapped_column(
        String(12), default="draft"
    )  # draft, review, accepted, suspended, retired (of the item as a whole)
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    level_id: Mapped[int | None] = mapped_column(ForeignKey("cognitive_level.id"))
    outcome_id: Mapped[int | None] = mapped_column(ForeignKey("learning_outcome.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    copied_author_id: Mapped[int | None]  # a copy of somebody else's text: whose; it is not exported as one's own
    contributors: Mapped[str] = mapped_column(String(500), default="", server_default="")  # names as typed
    source: Mapped[str] = mapped_column(String(300), default="")  # textbook or document
    source_chapter: Mapped[str] = mapped_column(String(120), default="", server_default="")
    source_page: Mapped[str] = mapped_column(String(40), default="", server_default="")
    licence: Mapped[str] = mapped_column(String(120), default="", server_default="")
    expected_seconds: Mapped[int | None]  # time a candidate should need, as the author thinks
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]  # when a text of it was last accepted: the yearly review counts from here
    suspended_at: Mapped[datetime | None]  # kept out of new papers for the time being
    suspended_reason: Mapped[str | None] = mapped_column(String(500))
    retired_at: Mapped[datetime | None]
    retired_reason: Mapped[str | None] = mapped_column(String(500))
    current_version_id: Mapped[int | None]  # newest version, whatever its state
    accepted_version_id: Mapped[int | None] = mapped_column(index=True)  # the one papers may use
    variant_group_id: Mapped[int | None] = mapped_column(ForeignKey("variant_group.id"), index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), index=True)  # its twin that lives on
    # what papers and exams told, kept here so that lists can filter and sort by it
    use_count: Mapped[int] = mapped_column(default=0, server_default="0")
    last_used_at: Mapped[datetime | None]
    pooled_n: Mapped[int] = mapped_column(default=0, server_default="0")
    pooled_difficulty: Mapped[float | None]  # share of the points gained, of the accepted version
    pooled_discrimination: Mapped[float | None]  # item-rest correlation, weighted by n
    irt_a: Mapped[float | None]  # 3PL parameters of the accepted version, where analysis calibrated it
    irt_b: Mapped[float | None]
    irt_c: Mapped[float | None]
    flags: Mapped[str] = mapped_column(String(200), default="", server_default="")  # " code code ", see rules.FLAGS

    course_module: Mapped[CourseModule] = relationship()
    topic: Mapped[Topic | None] = relationship()
    level: Mapped[CognitiveLevel | None] = relationship()
    outcome: Mapped[LearningOutcome | None] = relationship()
    author: Mapped[User] = relationship()
    versions: Mapped[list["ItemVersion"]] = relationship(back_populates="item", order_by="ItemVersion.number")
    tags: Mapped[list["ItemTag"]] = relationship(cascade="all, delete-orphan", order_by="ItemTag.tag")

    @property
    def department_id(self) -> int:
        return self.course_module.department_id


class ItemTag(Base):
    __tablename__ = "item_tag"
    __table_args__ = (UniqueConstraint("item_id", "tag"), Index("ix_item_tag_tag", "tag"))

    id: Mapped[PrimaryKey]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    tag: Mapped[str] = mapped_column(String(60))


class ItemVersion(Identified, Base):
    """A text of an item. Accepted, it never changes; ``fragment`` is what the candidate's page shows of it.

    ``content`` belongs to the interaction (options with ``token``, ``html``, ``is_key``, ``is_locked``; scoring).
    """

    __tablename__ = "item_version"
    __table_args__ = (UniqueConstraint("item_id", "number"), Index("ix_item_version_state_item_id", "state", "item_id"))

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(12), default="draft")  # see rules.workflow, labels.state_label
    stem: Mapped[str] = mapped_column(Text)  # sanitised HTML
    content: Mapped[dict[str, Any]]
    fragment: Mapped[dict[str, Any] | None]  # rendered at acceptance; no key, no weight
    search_key: Mapped[str] = mapped_column(Text)
    picture_name: Mapped[str | None] = mapped_column(String(300))  # named by an import but not delivered yet
    media_id: Mapped[int | None] = mapped_column(ForeignKey("media.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    editor_ids: Mapped[list[Any]] = mapped_column(default=list)  # whoever else saved it: none of them may accept it
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    content_hash: Mapped[str] = mapped_column(String(64))
    restored_from: Mapped[int | None]  # number of the older version whose text this one brought back
    revision: Mapped[int] = mapped_column(default=1)  # raised by every save of a draft: two editors are told

    item: Mapped[Item] = relationship(back_populates="versions")
    author: Mapped[User] = relationship()
    media: Mapped["Media | None"] = relationship()
    reviews: Mapped[list["Review"]] = relationship(back_populates="item_version", order_by="Review.id")
    comments: Mapped[list["ReviewComment"]] = relationship(back_populates="item_version", order_by="ReviewComment.id")

    @property
    def course_module_id(self) -> int:
        return self.item.course_module_id

    @property
    def department_id(self) -> int:
        return self.item.department_id


class FrozenText(RuntimeError):
    """Somebody tried to change the text of a version that was accepted; no command of ours does."""


_TEXT_COLUMNS = ("stem", "content", "content_hash", "fragment", "media_id", "picture_name", "number", "item_id")


@event.listens_for(ItemVersion, "before_update")
def _keep_accepted_text(_mapper, _connection, version: ItemVersion) -> None:
    """The last guard of promise 4: whoever forgets the service meets it here, before the UPDATE."""
    attributes = inspect(version).attrs
    state_before = (attributes.state.history.deleted or [version.state])[0]
    changed = [name for name in _TEXT_COLUMNS if attributes[name].history.has_changes()]
    if state_before in FROZEN_STATES and changed:
        raise FrozenText(f"version {version.public_id} is {state_before}; {', '.join(changed)} may not change")


class Media(Identified, Base):
    """A picture, checked by its content; kept in the database so that one backup holds everything."""

    __tablename__ = "media"

    name: Mapped[str] = mapped_column(String(300))
    alt: Mapped[str] = mapped_column(String(500), default="")
    media_type: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    width: Mapped[int]
    height: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    course_module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"))
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    uploaded_at: Mapped[datetime]

    course_module: Mapped[CourseModule] = relationship()

    @property
    def department_id(self) -> int:
        return self.course_module.department_id
