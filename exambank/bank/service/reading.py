"""Queries: lists with filters and accent-free search, banks and how they stand, reviews that wait."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from exambank import text
from exambank.accounts.models import User
from exambank.bank import rules
from exambank.bank.models import Item, ItemTag, ItemVersion, Review
from exambank.courses import service as courses
from exambank.courses.models import CognitiveLevel, CourseModule, Topic
from exambank.db import db
from exambank.errors import NotFound
from exambank.permissions import Actor, Permission, allows

PER_PAGE = 50
NONE_OF_THEM = "none"


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; public ids and codes as they stand in the address. Empty text: no narrowing."""

    search: str = ""
    topic: str = ""
    level: str = ""
    kind: str = ""
    state: str = ""
    author: str = ""
    tag: str = ""
    sort: str = "code"
    is_descending: bool = False


@dataclass(frozen=True)
class BankState:
    """How one bank stands."""

    course_module: CourseModule
    counts: Counter = field(default_factory=Counter)
    waiting: int = 0  # in review, new versions of accepted items included

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def in_use(self) -> int:
        return self.total - self.counts["retired"]


class ItemPage(Pagination):
    """One page of a bank, counted by its own lean statement."""

    def _query_items(self) -> list[Item]:
        query = self._query_args["query"].limit(self.per_page).offset(self._query_offset)
        return list(db.session.scalars(query).unique())

    def _query_count(self) -> int:
        return db.session.scalar(self._query_args["count_query"]) or 0


def list_items(course_module: CourseModule, filters: Filters, page: int = 1, per_page: int = PER_PAGE) -> ItemPage:
    """A page of a bank; each item comes with its newest version, topic, level, author and tags."""
    conditions = _conditions(course_module, filters)
    newest = Item.current_version_id == ItemVersion.id
    count = select(func.count()).select_from(Item)
    if filters.search:
        count = count.join(ItemVersion, newest)
    query = (
        select(Item)
        .join(ItemVersion, newest)
        .outerjoin(Topic, Item.topic_id == Topic.id)
        .outerjoin(CognitiveLevel, Item.level_id == CognitiveLevel.id)
        .where(*conditions)
        .options(
            contains_eager(Item.topic), contains_eager(Item.level), joinedload(Item.author), selectinload(Item.tags)
        )
    )
    return ItemPage(
        query=_sorted(query, filters), count_query=count.where(*conditions), page=max(page, 1), per_page=per_page,
        max_per_page=500, error_out=False,
    )  # fmt: skip


def list_item_ids(course_module: CourseModule, filters: Filters) -> list[int]:
    """The ids of all items that a list would show, over all its pages."""
    query = select(Item.id).join(ItemVersion, Item.current_version_id == ItemVersion.id)
    return list(db.session.scalars(query.where(*_conditions(course_module, filters)).order_by(Item.code)))


def list_ids_of(course_module: CourseModule, public_ids: Iterable[str]) -> list[int]:
    """The ids of a bank's items by their public ids; those of other banks are left out."""
    wanted, found = list(dict.fromkeys(public_ids)), {}
    for start in range(0, len(wanted), 500):
        query = select(Item.public_id, Item.id).where(
            Item.public_id.in_(wanted[start : start + 500]), Item.course_module_id == course_module.id
        )
        found.update(dict(db.session.execute(query).all()))
    return [found[public_id] for public_id in wanted if public_id in found]


def public_ids_of(ids: Iterable[int]) -> list[str]:
    """The public ids of items, in the same order."""
    wanted, found = list(ids), {}
    for start in range(0, len(wanted), 500):
        query = select(Item.id, Item.public_id).where(Item.id.in_(wanted[start : start + 500]))
        found.update(dict(db.session.execute(query).all()))
    return [found[item_id] for item_id in wanted if item_id in found]


def newest_versions(items: Iterable[Item]) -> dict[int, ItemVersion]:
    """The newest version of each item, by item id."""
    ids = [item.current_version_id for item in items]
    return {row.item_id: row for row in db.session.scalars(select(ItemVersion).where(ItemVersion.id.in_(ids)))}


def _conditions(course_module: CourseModule, filters: Filters) -> list[ColumnElement[bool]]:
    found = [Item.course_module_id == course_module.id]
    for word in text.search_key(filters.search).split()[:8]:
        found.append(ItemVersion.search_key.contains(word, autoescape=True))
    if filters.kind:
        found.append(Item.kind == filters.kind)
    if filters.state == "review":  # a new version of an accepted item waits as well
        found.append(Item.id.in_(_waiting_items(course_module)))
    elif filters.state:
        found.append(Item.state == filters.state)
    for column, table, value in ((Item.topic_id, Topic, filters.topic), (Item.level_id, CognitiveLevel, filters.level)):
        if value == NONE_OF_THEM:
            found.append(column.is_(None))
        elif value:
            found.append(column.in_(select(table.id).where(table.public_id == value)))
    if filters.author:
        found.append(Item.author_id.in_(select(User.id).where(User.public_id == filters.author)))
    if filters.tag:
        found.append(exists().where(ItemTag.item_id == Item.id, ItemTag.tag == filters.tag))
    return found


def _waiting_items(course_module: CourseModule | None = None) -> Select:
    query = select(ItemVersion.item_id).where(ItemVersion.state == "review")
    if course_module is None:
        return query
    return query.join(Item, Item.id == ItemVersion.item_id).where(Item.course_module_id == course_module.id)


def _sorted(query: Select, filters: Filters) -> Select:
    columns = {
        "code": (Item.code,),
        "topic": (Topic.position, Item.code),
        "level": (CognitiveLevel.position, Item.code),
        "state": (Item.state, Item.code),
        "created": (Item.created_at, Item.id),
    }.get(filters.sort, (Item.code,))
    first, *rest = columns
    return query.order_by(first.desc() if filters.is_descending else first, *rest)


def list_banks(actor: Actor) -> list[BankState]:
    """The banks this person may see, with how each stands."""
    modules = courses.list_modules_for(actor, Permission.BANK_SEE)
    counts: dict[int, Counter] = {module.id: Counter() for module in modules}
    rows = db.session.execute(
        select(Item.course_module_id, Item.state, func.count()).group_by(Item.course_module_id, Item.state)
    )
    for module_id, state, count in rows:
        if module_id in counts:
            counts[module_id][state] = count
    waiting = dict(
        db.session.execute(
            select(Item.course_module_id, func.count())
            .join(ItemVersion, ItemVersion.item_id == Item.id)
            .where(ItemVersion.state == "review")
            .group_by(Item.course_module_id)
        ).all()
    )
    return [BankState(module, counts[module.id], waiting.get(module.id, 0)) for module in modules]


def bank_state(course_module: CourseModule) -> BankState:
    """How one bank stands."""
    counts = Counter(
        dict(
            db.session.execute(
                select(Item.state, func.count()).where(Item.course_module_id == course_module.id).group_by(Item.state)
            ).all()
        )
    )
    waiting = db.session.scalar(select(func.count()).select_from(_waiting_items(course_module).subquery()))
    return BankState(course_module, counts, waiting or 0)


def count_topics_by_level(course_module: CourseModule) -> dict[tuple[int | None, int | None], Counter]:
    """For each (topic id, level id) how many items stand in each state."""
    found: dict[tuple[int | None, int | None], Counter] = {}
    rows = db.session.execute(
        select(Item.topic_id, Item.level_id, Item.state, func.count())
        .where(Item.course_module_id == course_module.id, Item.state != "retired")
        .group_by(Item.topic_id, Item.level_id, Item.state)
    )
    for topic_id, level_id, state, count in rows:
        found.setdefault((topic_id, level_id), Counter())[state] = count
    return found


def list_authors(course_module: CourseModule) -> list[User]:
    """Whoever wrote an item of this bank, by name."""
    wrote = select(Item.author_id).where(Item.course_module_id == course_module.id)
    return list(db.session.scalars(select(User).where(User.id.in_(wrote)).order_by(User.sort_key)))


def list_tags(course_module: CourseModule) -> list[str]:
    """The tags in use, in Vietnamese order."""
    query = select(ItemTag.tag).join(Item).where(Item.course_module_id == course_module.id).distinct()
    return sorted(db.session.scalars(query), key=text.sort_key)


def get_item(public_id: str) -> Item:
    """An item with its module; NotFound when there is none."""
    query = select(Item).where(Item.public_id == public_id)
    item = db.session.scalar(query.options(joinedload(Item.course_module), joinedload(Item.author)))
    if item is None:
        raise NotFound()
    return item


def get_newest_version(item: Item) -> ItemVersion:
    """The newest version, whatever its state."""
    return db.session.get_one(ItemVersion, item.current_version_id)


def get_version(public_id: str) -> ItemVersion:
    """A version by its public id; NotFound when there is none."""
    query = select(ItemVersion).where(ItemVersion.public_id == public_id)
    version = db.session.scalar(query.options(joinedload(ItemVersion.item).joinedload(Item.course_module)))
    if version is None:
        raise NotFound()
    return version


def list_versions(item: Item) -> list[ItemVersion]:
    """All versions, newest first, with authors, reviews and pictures."""
    query = (
        select(ItemVersion)
        .where(ItemVersion.item_id == item.id)
        .order_by(ItemVersion.number.desc())
        .options(
            joinedload(ItemVersion.author),
            joinedload(ItemVersion.media),
            selectinload(ItemVersion.reviews).joinedload(Review.reviewer),
        )
    )
    return list(db.session.scalars(query))


def get_review_task(public_id: str, actor: Actor) -> ItemVersion:
    """The version of an item that waits for a decision of this person; NotFound for one's own work."""
    item = get_item(public_id)
    version = get_newest_version(item)
    writers = {item.author_id, version.author_id, *version.editor_ids}
    if rules.refusal_of("approve", version.state, actor.user_id, writers) == "own_work":
        raise NotFound()
    return version


def list_review_tasks(actor: Actor) -> list[ItemVersion]:
    """All versions that wait for a decision and that this person may decide on, longest waiting first."""
    query = (
        select(ItemVersion)
        .join(Item, Item.current_version_id == ItemVersion.id)
        .where(ItemVersion.state == "review")
        .order_by(ItemVersion.submitted_at, ItemVersion.id)
        .options(
            joinedload(ItemVersion.item).options(
                joinedload(Item.course_module), joinedload(Item.topic), joinedload(Item.level)
            ),
            joinedload(ItemVersion.author),
        )
    )
    return [version for version in db.session.scalars(query) if may_decide(actor, version)]


def may_decide(actor: Actor, version: ItemVersion) -> bool:
    """Whether this person may accept or send back this version now."""
    writers = {version.item.author_id, version.author_id, *version.editor_ids}
    return rules.refusal_of("approve", version.state, actor.user_id, writers) is None and allows(
        actor, Permission.ITEM_REVIEW, version
    )


def count_reviews(actor: Actor) -> int:
    """How many versions wait for this person's decision."""
    return len(list_review_tasks(actor))
