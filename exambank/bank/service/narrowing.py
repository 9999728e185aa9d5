"""What a list of items is narrowed by, as SQL that says the same on both databases."""

from collections.abc import Sequence
from datetime import date as Day
from datetime import datetime, time
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import BigInteger, ColumnElement, Text, case, cast, exists, func, literal, or_, select, type_coerce
from sqlalchemy.orm import aliased

from exambank import clock
from exambank.accounts.models import User
from exambank.bank.models import BankSettings, Item, ItemTag, ItemVersion, Review, ReviewComment
from exambank.bank.rules.figures import FLAGS
from exambank.bank.rules.finding import NONE_OF_THEM, Filters
from exambank.bank.rules.settings import DEFAULTS
from exambank.bank.rules.workflow import MINIMUM_N
from exambank.courses.models import CognitiveLevel, CourseModule, LearningOutcome, Topic
from exambank.permissions import Actor, Permission, allows

MONTH_MILLISECONDS = 2_629_746_000  # a twelfth of the Gregorian year: fine for "not for six months"


def conditions(modules: Sequence[CourseModule], filters: Filters, actor: Actor | None) -> list[ColumnElement[bool]]:
    """All that these filters ask of an item, apart from the words searched for."""
    return [
        *_places(filters),
        *_people(modules, filters, actor),
        *_state(modules, filters),
        *_uses(filters),
        *_figures(filters),
    ]


def _places(filters: Filters) -> list[ColumnElement[bool]]:
    found = []
    for column, table, value in (
        (Item.topic_id, Topic, filters.topic),
        (Item.level_id, CognitiveLevel, filters.level),
        (Item.outcome_id, LearningOutcome, filters.outcome),
    ):
        if value == NONE_OF_THEM:
            found.append(column.is_(None))
        elif value:
            found.append(column.in_(select(table.id).where(table.public_id == value)))
    if filters.kind:
        found.append(Item.kind == filters.kind)
    if filters.tag:
        found.append(exists().where(ItemTag.item_id == Item.id, ItemTag.tag == filters.tag))
    return found


def _people(modules: Sequence[CourseModule], filters: Filters, actor: Actor | None) -> list[ColumnElement[bool]]:
    found = []
    if filters.author:
        found.append(Item.author_id.in_(select(User.id).where(User.public_id == filters.author)))
    if filters.mine:
        found.append(Item.author_id == (actor.user_id if actor else 0))
    if filters.waiting:
        found.append(_waits_for(actor, modules) if actor else literal(False))
    return found


def _waits_for(actor: Actor, modules: Sequence[CourseModule]) -> ColumnElement[bool]:
    """In review and this person may decide and has not yet; or this person's own draft that came back."""
    decided = aliased(Review)
    told = exists().where(decided.item_version_id == ItemVersion.id)
    own = [Item.author_id == actor.user_id, ItemVersion.author_id == actor.user_id, _edited(actor.user_id)]
    reviewed = [module.id for module in modules if allows(actor, Permission.ITEM_REVIEW, module)]
    to_decide = (
        (ItemVersion.state == "review")
        & Item.course_module_id.in_(reviewed)
        & ~or_(*own)
        & ~told.where(decided.reviewer_id == actor.user_id, decided.content_hash == ItemVersion.content_hash)
    )
    came_back = (
        (ItemVersion.state == "draft")
        & (ItemVersion.author_id == actor.user_id)
        & told.where(decided.decision == "returned")
    )
    return or_(to_decide, came_back)


def _edited(user_id: int) -> ColumnElement[bool]:
    """Whether a person stands in the version's list of editors, which is kept as JSON."""
    listed = func.replace(cast(ItemVersion.editor_ids, Text), " ", "")
    return func.replace(func.replace(listed, "[", ","), "]", ",").contains(f",{user_id},")


def _state(modules: Sequence[CourseModule], filters: Filters) -> list[ColumnElement[bool]]:
    found = []
    if filters.state == "review":  # a new version of an accepted item waits as well
        found.append(Item.id.in_(select(ItemVersion.item_id).where(ItemVersion.state == "review")))
    elif filters.state:
        found.append(Item.state == filters.state)
    if filters.due:
        found.append(is_due())
    if filters.comments:
        found.append(open_comments() > 0)
    return found


def is_due() -> ColumnElement[bool]:
    """Accepted longer ago than its bank's settings let a text go unread."""
    months = func.coalesce(
        select(BankSettings.review_months)
        .where(BankSettings.course_module_id == Item.course_module_id)
        .correlate(Item)
        .scalar_subquery(),
        DEFAULTS.review_months,
    )
    due_at = type_coerce(Item.accepted_at, BigInteger) + months * MONTH_MILLISECONDS
    return (Item.state == "accepted") & (due_at <= type_coerce(clock.now_sql(), BigInteger))


def _uses(filters: Filters) -> list[ColumnElement[bool]]:
    found = []
    if filters.uses_from:
        found.append(Item.use_count >= int(filters.uses_from))
    if filters.uses_to:
        found.append(Item.use_count <= int(filters.uses_to))
    if filters.used_after:
        found.append(Item.last_used_at >= _start_of(filters.used_after))
    if filters.used_before:
        found.append(Item.last_used_at < _start_of(filters.used_before))
    if filters.unused_months:
        last = type_coerce(Item.last_used_at, BigInteger) + int(filters.unused_months) * MONTH_MILLISECONDS
        found.append(Item.last_used_at.is_(None) | (last <= type_coerce(clock.now_sql(), BigInteger)))
    return found


def _start_of(day: str) -> datetime:
    return datetime.combine(Day.fromisoformat(day), time(), ZoneInfo(current_app.config["TIMEZONE"]))


def _figures(filters: Filters) -> list[ColumnElement[bool]]:
    found = []
    if filters.p_from or filters.p_to or filters.d_below or filters.data == "enough":
        found.append(Item.pooled_n >= MINIMUM_N)
    if filters.data == "little":
        found.append(Item.pooled_n < MINIMUM_N)
    if filters.p_from:
        found.append(Item.pooled_difficulty >= float(filters.p_from))
    if filters.p_to:
        found.append(Item.pooled_difficulty <= float(filters.p_to))
    if filters.d_below:
        found.append(Item.pooled_discrimination < float(filters.d_below))
    if filters.flag == "any":
        found.append(Item.flags != "")
    elif filters.flag == "severe":
        found.append(gravity() == 2)
    elif filters.flag:
        found.append(Item.flags.contains(f" {filters.flag} "))
    return found


def open_comments() -> ColumnElement[int]:
    """How many remarks on the newest text are not resolved."""
    return (
        select(func.count())
        .where(
            ReviewComment.item_version_id == Item.current_version_id,
            ReviewComment.resolved_at.is_(None),
            ReviewComment.reply_to_id.is_(None),
        )
        .correlate(Item)
        .scalar_subquery()
    )


def gravity() -> ColumnElement[int]:
    """2 for an item with a severe flag, 1 with a notice, 0 without."""
    severe = [Item.flags.contains(f" {code} ") for code, is_severe in FLAGS.items() if is_severe]
    return case((or_(*severe), 2), (Item.flags != "", 1), else_=0)
