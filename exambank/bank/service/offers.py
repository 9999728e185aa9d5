"""How banks stand, and what the filters of a bank's list offer: as few statements as can be."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, Select, Text, case, cast, func, literal, or_, select, union_all

from exambank import text
from exambank.accounts.models import User
from exambank.bank.models import Item, ItemTag, ItemVersion, SavedView
from exambank.courses import service as courses
from exambank.courses.models import CognitiveLevel, CourseModule, LearningOutcome, Topic
from exambank.db import db
from exambank.permissions import Actor, Permission


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


@dataclass(frozen=True)
class Choice:
    """Something a filter can be set to."""

    value: str
    label: str


@dataclass(frozen=True)
class ListedView:
    """A saved view as a link: what it narrows to and shows."""

    public_id: str
    name: str
    query: dict[str, str]
    columns: tuple[str, ...]
    is_own: bool
    is_shared: bool


@dataclass(frozen=True)
class Offer:
    """What the list of one bank offers to be narrowed by, and how the bank stands."""

    state: BankState
    choices: dict[str, list[Choice]]
    views: list[ListedView]


_ORDERED = ("topic", "level", "outcome")
_COLUMNS = "\x1f"  # parts a view's filters from its columns where both travel as one text


def offer_of(course_module: CourseModule, actor: Actor) -> Offer:
    """All that the filters of a bank offer, its counts and the saved views this person sees, in one statement."""
    rows = db.session.execute(union_all(*_offer_queries(course_module.id, actor.user_id))).all()
    counts, waiting, views = Counter(), 0, []
    choices: dict[str, list] = {name: [] for name in (*_ORDERED, "author", "tag")}
    for row in sorted(rows, key=lambda row: row.place):
        if row.facet == "state":
            counts[row.value] = row.amount
        elif row.facet == "waiting":
            waiting = row.amount
        elif row.facet == "view":
            views.append(_view(row))
        else:
            choices[row.facet].append(Choice(row.value, row.label))
    choices["author"].sort(key=lambda one: text.name_sort_key(one.label))
    choices["tag"].sort(key=lambda one: text.sort_key(one.label))
    views.sort(key=lambda one: (not one.is_own, text.sort_key(one.name)))
    return Offer(BankState(course_module, counts, waiting), choices, views)


def _view(row: Any) -> ListedView:
    kept, _mark, columns = row.extra.partition(_COLUMNS)
    query = {name: str(value) for name, value in json.loads(kept).items()}
    return ListedView(row.value, row.label, query, tuple(json.loads(columns)), bool(row.place), bool(row.amount))


def names_of(course_module: CourseModule, actor: Actor) -> dict[str, dict[str, str]]:
    """What each value of a bank's filters is called: filter -> value -> words."""
    choices = offer_of(course_module, actor).choices
    return {name: {one.value: one.label for one in rows} for name, rows in choices.items()}


def _offer_queries(module_id: int, user_id: int) -> list[Select]:
    inside = Item.course_module_id == module_id
    return [
        _facet("state", Item.state, literal(""), amount=func.count()).where(inside).group_by(Item.state),
        _facet("waiting", literal(""), literal(""), amount=func.count())
        .select_from(ItemVersion)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(ItemVersion.state == "review", inside),
        _facet("topic", Topic.public_id, Topic.name, Topic.position).where(Topic.course_module_id == module_id),
        _facet("level", CognitiveLevel.public_id, CognitiveLevel.name, CognitiveLevel.position),
        _facet(
            "outcome", LearningOutcome.public_id, LearningOutcome.code + ". " + LearningOutcome.text,
            LearningOutcome.position,
        ).where(LearningOutcome.course_module_id == module_id),
        _facet("author", User.public_id, User.full_name).where(User.id.in_(select(Item.author_id).where(inside))),
        _facet("tag", ItemTag.tag, ItemTag.tag)
        .where(ItemTag.item_id.in_(select(Item.id).where(inside)))
        .group_by(ItemTag.tag),
        _facet(
            "view", SavedView.public_id, SavedView.name, case((SavedView.user_id == user_id, 1), else_=0),
            case((SavedView.is_shared, 1), else_=0),
            cast(SavedView.query, Text) + _COLUMNS + cast(SavedView.columns, Text),
        ).where(
            SavedView.course_module_id == module_id, or_(SavedView.user_id == user_id, SavedView.is_shared)
        ),
    ]  # fmt: skip


def _facet(name: str, value: Any, label: Any, place: Any = None, amount: Any = None, extra: Any = None) -> Select:
    number = literal(0, BigInteger)
    return select(
        literal(name).label("facet"),
        cast(value, Text).label("value"),
        cast(label, Text).label("label"),
        (number if place is None else cast(place, BigInteger)).label("place"),
        (number if amount is None else cast(amount, BigInteger)).label("amount"),
        (literal("") if extra is None else extra).label("extra"),
    )


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
    inside = Item.course_module_id == course_module.id
    counts = dict(db.session.execute(select(Item.state, func.count()).where(inside).group_by(Item.state)).all())
    waiting = select(func.count(ItemVersion.id)).join(Item, Item.id == ItemVersion.item_id)
    waiting = waiting.where(ItemVersion.state == "review", inside)
    return BankState(course_module, Counter(counts), db.session.scalar(waiting) or 0)


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
