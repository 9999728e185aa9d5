"""Queries of a bank's list: narrowed, searched without accents, sorted, a page at a time; few statements each.

A page of a list is one statement: a narrow inner one finds, counts and cuts, and only its fifty items are then read in
full. What the filters offer is a second one. So a bank of ten thousand items opens as quickly as one of fifty.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, Select, case, func, select

from exambank import text
from exambank.accounts.models import User
from exambank.bank.models import Item, ItemTag, ItemVersion
from exambank.bank.rules.finding import DEFAULT_PAGE_SIZE, PAGE_SIZES, Filters, parse_search
from exambank.bank.rules.workflow import MINIMUM_N
from exambank.bank.service.narrowing import conditions, gravity, open_comments
from exambank.courses.models import CognitiveLevel, CourseModule, LearningOutcome, Topic
from exambank.db import db
from exambank.permissions import Actor

_TAG_END = "\x1f"


@dataclass(frozen=True)
class ListedItem:
    """An item as a list shows it; ``stem`` is the HTML of its newest text."""

    item: Item
    stem: str
    version_id: int
    version_state: str
    picture_name: str | None
    topic: str | None
    level: str | None
    outcome: str | None
    author: str
    module: str
    tags: tuple[str, ...]
    comments: int  # open ones


class ItemPage(Pagination):
    """One page of a list; ``rows`` are its items with what a list shows of them."""

    rows: list[ListedItem]

    def _query_items(self) -> list[Item]:
        found = list(db.session.execute(self._query_args["page_of"](self.per_page, self._query_offset)))
        self._total = found[0].total if found else None
        self.rows = [_listed(row) for row in found]
        return [row.item for row in self.rows]

    def _query_count(self) -> int:
        if self._total is None:  # the first page of nothing, or a page beyond the last
            self._total = db.session.scalar(self._query_args["count_query"]) if self.page > 1 else 0
        return self._total or 0


def _listed(row: Any) -> ListedItem:
    tags = sorted((row.tags or "").split(_TAG_END), key=text.sort_key) if row.tags else ()
    return ListedItem(
        row.Item, row.stem, row.version_id, row.version_state, row.picture_name, row.topic, row.level, row.outcome,
        row.author, row.module, tuple(tags), row.comments,
    )  # fmt: skip


Scope = CourseModule | Sequence[CourseModule]
"""One bank, or several (a search through all that a person may see)."""


def list_items(
    scope: Scope, filters: Filters, page: int = 1, per_page: int = DEFAULT_PAGE_SIZE, actor: Actor | None = None
) -> ItemPage:
    """A page of a bank, or of several; ``actor`` is whose "mine" and "waiting for me" are meant."""
    hits = _hits(scope, filters, actor)
    return ItemPage(
        page_of=lambda size, offset: _page_query(hits, filters, size, offset),
        count_query=select(func.count()).select_from(hits.order_by(None).subquery()),
        page=max(page, 1),
        per_page=per_page,
        max_per_page=max(PAGE_SIZES),
        error_out=False,
    )


def list_item_ids(scope: Scope, filters: Filters, actor: Actor | None = None) -> list[int]:
    """The ids of all items that a list would show, over all its pages, by code."""
    hits = _hits(scope, Filters(**{**vars(filters), "sort": "code", "is_descending": False}), actor)
    return list(db.session.scalars(hits.with_only_columns(Item.id).order_by(Item.code, Item.id)))


def _hits(scope: Scope, filters: Filters, actor: Actor | None) -> Select:
    """The ids that match, with how many there are; joined with no more than filters and order need."""
    modules = [scope] if isinstance(scope, CourseModule) else list(scope)
    query = select(Item.id.label("item_id"), func.count().over().label("total")).where(
        Item.course_module_id.in_([module.id for module in modules]), *conditions(modules, filters, actor)
    )
    search = parse_search(filters.search)
    if search or filters.waiting or filters.comments or filters.sort == "comments":
        query = query.join(ItemVersion, Item.current_version_id == ItemVersion.id)
    for term in search.wanted:
        query = query.where(ItemVersion.search_key.contains(term, autoescape=True))
    for term in search.unwanted:
        query = query.where(~ItemVersion.search_key.contains(term, autoescape=True))
    return _join_order(query, filters.sort)


_JOINED = {
    "topic": (Topic, Item.topic_id == Topic.id),
    "level": (CognitiveLevel, Item.level_id == CognitiveLevel.id),
    "outcome": (LearningOutcome, Item.outcome_id == LearningOutcome.id),
    "author": (User, Item.author_id == User.id),
    "module": (CourseModule, Item.course_module_id == CourseModule.id),
}


def _join_order(query: Select, sort: str) -> Select:
    return query.outerjoin(*_JOINED[sort]) if sort in _JOINED else query


def _page_query(hits: Select, filters: Filters, size: int, offset: int) -> Select:
    order = _order(filters)
    found = hits.order_by(*order).limit(size).offset(offset).subquery()
    tags = select(func.aggregate_strings(ItemTag.tag, _TAG_END)).where(ItemTag.item_id == Item.id)
    query = (
        select(
            Item, found.c.total, ItemVersion.id.label("version_id"), ItemVersion.stem,
            ItemVersion.state.label("version_state"), ItemVersion.picture_name, Topic.name.label("topic"),
            CognitiveLevel.name.label("level"), LearningOutcome.code.label("outcome"), User.full_name.label("author"),
            CourseModule.name.label("module"), tags.scalar_subquery().label("tags"),
            open_comments().label("comments"),
        )
        .join(found, found.c.item_id == Item.id)
        .join(ItemVersion, Item.current_version_id == ItemVersion.id)
    )  # fmt: skip
    for table, condition in _JOINED.values():
        query = query.outerjoin(table, condition)
    return query.order_by(*order)


def _order(filters: Filters) -> list[ColumnElement]:
    """Unknown values last in either direction, alike on both databases; the code decides between equals."""
    first = {
        "kind": Item.kind, "topic": Topic.position, "level": CognitiveLevel.position,
        "outcome": LearningOutcome.position, "author": User.sort_key, "state": Item.state, "used": Item.use_count,
        "last_used": Item.last_used_at, "p": _known(Item.pooled_difficulty), "d": _known(Item.pooled_discrimination),
        "n": Item.pooled_n, "flags": gravity(), "comments": open_comments(), "accepted": Item.accepted_at,
        "created": Item.created_at, "module": CourseModule.sort_key,
    }.get(filters.sort)  # fmt: skip
    if first is None:
        return [Item.code.desc() if filters.is_descending else Item.code, Item.id]
    return [(first.desc() if filters.is_descending else first.asc()).nulls_last(), Item.code, Item.id]


def _known(figure: Any) -> ColumnElement:
    return case((Item.pooled_n >= MINIMUM_N, figure))


def list_ids_of(course_module: CourseModule, public_ids: Iterable[str]) -> list[int]:
    """The ids of a bank's items by their public ids; those of other banks are left out."""
    wanted, found = [one for one in dict.fromkeys(public_ids) if "\0" not in one], {}  # PostgreSQL takes no NUL
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
