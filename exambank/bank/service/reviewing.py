"""Review: what waits for whom, who approved what, and comments on parts of an item."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import defer, joinedload

from exambank import audit, text
from exambank.bank import rules
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import BankSettings, Item, ItemVersion, Review, ReviewComment
from exambank.bank.service.reading import get_item, get_newest_version
from exambank.bank.service.settings import settings_of
from exambank.courses.models import CourseModule
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.permissions import Actor, Permission, allows

LONGEST_COMMENT = 4000


def writers_of(version: ItemVersion) -> set[int]:
    """Whoever wrote the item, this version, or saved it in between."""
    return {version.item.author_id, version.author_id, *version.editor_ids}


@dataclass(frozen=True)
class Approvals:
    """How far a text is on its way to acceptance."""

    by: frozenset[int]
    needed: int

    @property
    def count(self) -> int:
        return len(self.by)


def approvals_of(version: ItemVersion) -> Approvals:
    """Who approved this very text, and how many the bank asks for."""
    by = approvers([version])[version.id]
    return Approvals(frozenset(by), settings_of(version.item.course_module_id).approvals_needed)


def approvers(versions: Iterable[ItemVersion]) -> dict[int, set[int]]:
    """For each version who approved its present text."""
    versions = list(versions)
    decisions = _decisions([version.id for version in versions])
    return {
        version.id: rules.count_approvals(decisions[version.id], version.content_hash, writers_of(version))
        for version in versions
    }


def _decisions(version_ids: list[int]) -> dict[int, list[tuple[int, str, str]]]:
    found = defaultdict(list)
    for start in range(0, len(version_ids), 500):
        query = select(Review.item_version_id, Review.reviewer_id, Review.decision, Review.content_hash).where(
            Review.item_version_id.in_(version_ids[start : start + 500])
        )
        for row in db.session.execute(query.order_by(Review.id)):
            found[row.item_version_id].append((row.reviewer_id, row.decision, row.content_hash))
    return found


# --- what waits ---


def get_review_task(public_id: str, actor: Actor) -> ItemVersion:
    """The version of an item that waits for a decision of this person; NotFound for one's own work."""
    item = get_item(public_id)
    version = get_newest_version(item)
    if rules.refusal_of("approve", version.state, actor.user_id, writers_of(version)) == "own_work":
        raise NotFound()
    return version


def may_decide(actor: Actor, version: ItemVersion) -> bool:
    """Whether this person may accept or send back this version now."""
    return rules.refusal_of("approve", version.state, actor.user_id, writers_of(version)) is None and allows(
        actor, Permission.ITEM_REVIEW, version
    )


@dataclass(frozen=True)
class _Waiting:
    """A version in review with what the permission clauses ask for."""

    id: int
    course_module_id: int
    department_id: int
    author_id: int


def _waiting_ids(actor: Actor, course_module: CourseModule | None = None) -> list[int]:
    """The versions this person has still to decide on, longest waiting first; lean, for thousands."""
    rows = [row for row in db.session.execute(_in_review(course_module)) if _is_mine(actor, row)]
    decided = _decisions_by(actor, [row.id for row in rows])
    return [row.id for row in rows if not _is_done(actor, row, decided[row.id])]


def _in_review(course_module: CourseModule | None) -> Select:
    query = (
        select(
            ItemVersion.id, ItemVersion.author_id, ItemVersion.editor_ids, ItemVersion.content_hash,
            Item.course_module_id, Item.author_id.label("item_author_id"), CourseModule.department_id,
            BankSettings.approvals_needed,
        )
        .join(Item, Item.current_version_id == ItemVersion.id)
        .join(CourseModule, CourseModule.id == Item.course_module_id)
        .outerjoin(BankSettings, BankSettings.course_module_id == Item.course_module_id)
        .where(ItemVersion.state == "review")
        .order_by(ItemVersion.submitted_at, ItemVersion.id)
    )  # fmt: skip
    return query if course_module is None else query.where(Item.course_module_id == course_module.id)


def _is_mine(actor: Actor, row: Row) -> bool:
    thing = _Waiting(row.id, row.course_module_id, row.department_id, row.author_id)
    is_writer = actor.user_id in {row.author_id, row.item_author_id, *row.editor_ids}
    return not is_writer and allows(actor, Permission.ITEM_REVIEW, thing)


def _decisions_by(actor: Actor, version_ids: list[int]) -> dict[int, list[tuple[int, str, str]]]:
    """All decisions on the versions that this person decided on before."""
    mine = set()
    for start in range(0, len(version_ids), 500):
        query = select(Review.item_version_id).where(
            Review.reviewer_id == actor.user_id, Review.item_version_id.in_(version_ids[start : start + 500])
        )
        mine |= set(db.session.scalars(query))
    return _decisions(sorted(mine))


def _is_done(actor: Actor, row: Row, decisions: list[tuple[int, str, str]]) -> bool:
    """This person approved this very text, and others are still needed."""
    writers = {row.author_id, row.item_author_id, *row.editor_ids}
    approved = rules.count_approvals(decisions, row.content_hash, writers)
    return actor.user_id in approved and len(approved) < (row.approvals_needed or rules.DEFAULTS.approvals_needed)


def list_review_tasks(actor: Actor, course_module: CourseModule | None = None) -> list[ItemVersion]:
    """All versions that wait for a decision of this person, longest waiting first; not those approved already."""
    ids, found = _waiting_ids(actor, course_module), {}
    for start in range(0, len(ids), 500):
        query = (
            select(ItemVersion)
            .where(ItemVersion.id.in_(ids[start : start + 500]))
            .options(
                defer(ItemVersion.content), defer(ItemVersion.fragment), joinedload(ItemVersion.author),
                joinedload(ItemVersion.item).options(
                    joinedload(Item.course_module), joinedload(Item.topic), joinedload(Item.level)
                ),
            )
        )  # fmt: skip
        found |= {version.id: version for version in db.session.scalars(query)}
    return [found[version_id] for version_id in ids if version_id in found]


def count_reviews(actor: Actor) -> int:
    """How many versions wait for this person's decision."""
    return len(_waiting_ids(actor))


# --- comments ---


def list_comments(item: Item) -> list[ReviewComment]:
    """All comments on all versions of an item, oldest first, with their authors."""
    query = (
        select(ReviewComment)
        .join(ItemVersion, ReviewComment.item_version_id == ItemVersion.id)
        .where(ItemVersion.item_id == item.id)
        .order_by(ReviewComment.id)
        .options(
            joinedload(ReviewComment.author), joinedload(ReviewComment.resolved_by),
            joinedload(ReviewComment.item_version),
        )
    )  # fmt: skip
    return list(db.session.scalars(query))


def open_comments(item_ids: Iterable[int]) -> dict[int, int]:
    """How many comments are open on each item, whatever version they were made on."""
    wanted, found = list(item_ids), defaultdict(int)
    for start in range(0, len(wanted), 500):
        query = (
            select(ItemVersion.item_id, func.count())
            .join(ReviewComment, ReviewComment.item_version_id == ItemVersion.id)
            .where(
                ItemVersion.item_id.in_(wanted[start : start + 500]),
                ReviewComment.reply_to_id.is_(None), ReviewComment.resolved_at.is_(None),
            )
            .group_by(ItemVersion.item_id)
        )  # fmt: skip
        found.update(dict(db.session.execute(query).all()))
    return found


def get_comment(public_id: str) -> ReviewComment:
    """A comment; NotFound when there is none."""
    query = select(ReviewComment).where(ReviewComment.public_id == public_id)
    comment = db.session.scalar(query.options(joinedload(ReviewComment.item_version).joinedload(ItemVersion.item)))
    if comment is None:
        raise NotFound()
    return comment


def may_settle(actor: Actor, comment: ReviewComment) -> bool:
    """Whether this person may resolve a comment or open it again."""
    version = comment.item_version
    is_reviewer = allows(actor, Permission.ITEM_REVIEW, version) and actor.user_id not in writers_of(version)
    return rules.may_resolve(actor.user_id, comment.author_id, writers_of(version), is_reviewer)


def write_comment(
    *, actor: Actor, now: datetime, item: Item, body: str, part: str = "", reply_to: ReviewComment | None = None
) -> ReviewComment:
    """Remark on a part of the newest version (or on the whole), or answer a remark; the words meant are kept."""
    said = text.nfc(text.strip_control(body)).strip()
    if not said:
        raise InvalidInput(_("Write the comment first."))
    if len(said) > LONGEST_COMMENT:
        raise InvalidInput(_("A comment has at most %(count)s letters.", count=LONGEST_COMMENT))
    with unit_of_work() as session:
        version = lock(get_newest_version(item))
        if version.item.state == "retired":
            raise StateConflict(_("This item is retired. Comments on it are closed."))
        if reply_to is not None:
            reply_to = session.get_one(ReviewComment, reply_to.id)
            if reply_to.item_version.item_id != item.id or reply_to.reply_to_id is not None:
                raise NotFound()
            part, version = reply_to.part, reply_to.item_version
        comment = ReviewComment(
            item_version_id=version.id, part=part, quote="" if reply_to else _quote(version, part),
            reply_to_id=reply_to.id if reply_to else None, text=said, author_id=actor.user_id, written_at=now,
        )  # fmt: skip
        session.add(comment)
        audit.record(
            actor, "item.commented", version.item, code=version.item.code, version=version.number, part=part,
            is_reply=reply_to is not None,
        )  # fmt: skip
    return comment


def _quote(version: ItemVersion, anchor: str) -> str:
    """The words of the part as they stand now; InvalidInput for a part that is not there."""
    if not anchor:
        return ""
    for part in REGISTRY[version.item.kind].parts(version.stem, version.content):
        if part.anchor == anchor:
            return rules.plain_text(part.html)[:300]
    raise InvalidInput(_("The part you commented on is not in this version any more. Comment on the item instead."))


def settle_comment(*, actor: Actor, now: datetime, comment: ReviewComment, is_open: bool = False) -> ReviewComment:
    """Mark a comment as done, or open it again; done twice, it stands as it is."""
    with unit_of_work() as session:
        comment = session.get_one(ReviewComment, comment.id)
        lock(comment.item_version)
        lock(comment)
        if comment.reply_to_id is not None:
            raise NotFound()
        if not may_settle(actor, comment):
            raise StateConflict(_("Only who wrote the text, who made the comment or a reviewer settles it."))
        if comment.is_open != is_open:
            comment.resolved_at = None if is_open else now
            comment.resolved_by_id = None if is_open else actor.user_id
            verb = "item.comment_reopened" if is_open else "item.comment_resolved"
            audit.record(actor, verb, comment.item_version.item, code=comment.item_version.item.code,
                         comment=comment.public_id)  # fmt: skip
    return comment
