"""Queries: concerns of one item, of the banks somebody sees, and what waits for whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from exambank.accounts.models import User
from exambank.bank.models import Item, ItemConcern, ItemVersion
from exambank.bank.rules import concerns as rules
from exambank.courses.models import CourseModule
from exambank.db import db
from exambank.errors import NotFound
from exambank.permissions import Actor, Permission, allows

PER_PAGE = 50


def get_concern(public_id: str) -> ItemConcern:
    """A concern with its item, version and people; NotFound when there is none."""
    concern = db.session.scalar(_whole().where(ItemConcern.public_id == public_id))
    if concern is None:
        raise NotFound()
    return concern


def _whole() -> Select:
    return select(ItemConcern).options(
        joinedload(ItemConcern.item).joinedload(Item.course_module), joinedload(ItemConcern.item_version),
        joinedload(ItemConcern.opened_by), joinedload(ItemConcern.settled_by),
    )  # fmt: skip


def open_concern_of(item: Item) -> ItemConcern | None:
    """The concern about this item that waits to be settled, if there is one."""
    return db.session.scalar(_whole().where(ItemConcern.item_id == item.id, ItemConcern.state == rules.OPEN))


def list_concerns_of(item: Item) -> list[ItemConcern]:
    """All concerns about an item in any of its versions, newest first."""
    return list(db.session.scalars(_whole().where(ItemConcern.item_id == item.id).order_by(ItemConcern.id.desc())))


def find_concerned(version_ids: Iterable[int]) -> set[int]:
    """Those of these versions that somebody looks at, or has looked at, because of a concern."""
    query = select(ItemConcern.item_version_id).where(ItemConcern.item_version_id.in_(list(version_ids)))
    return set(db.session.scalars(query))


def find_open_concerns(version_ids: Iterable[int]) -> dict[int, ItemConcern]:
    """The concern that is open about each of these versions; none for a version nobody looks at now."""
    query = _whole().where(ItemConcern.item_version_id.in_(list(version_ids)), ItemConcern.state == rules.OPEN)
    return {one.item_version_id: one for one in db.session.scalars(query)}


def names_in(concerns: Iterable[ItemConcern]) -> dict[str, str]:
    """Who said something in the evidence: public id -> full name."""
    wanted = {one.get("by") for concern in concerns for one in concern.evidence} - {"", None}
    if not wanted:
        return {}
    return dict(db.session.execute(select(User.public_id, User.full_name).where(User.public_id.in_(wanted))).all())


# --- of several banks ---


def list_concern_banks(actor: Actor, state: str = rules.OPEN) -> list[tuple[CourseModule, int]]:
    """The modules whose concerns this person sees, with how many are in this state; those without any left out."""
    query = (
        select(CourseModule, func.count())
        .join(Item, Item.course_module_id == CourseModule.id)
        .join(ItemConcern, ItemConcern.item_id == Item.id)
        .where(ItemConcern.state == state)
        .group_by(CourseModule.id)
        .order_by(CourseModule.sort_key, CourseModule.code)
    )
    return [
        (module, count)
        for module, count in db.session.execute(query)
        if allows(actor, Permission.CONCERN_SEE, module)
    ]  # fmt: skip


def list_concerns_for(
    actor: Actor, *, state: str = rules.OPEN, course_module: CourseModule | None = None, page: int = 1
) -> Pagination:
    """A page of the concerns that this person sees, of all banks or of one: open ones longest waiting first, settled
    ones newest first."""
    seen = [module.id for module, _count in list_concern_banks(actor, state)]
    wanted = [one for one in seen if course_module is None or one == course_module.id]
    latest = (ItemConcern.settled_at.desc(), ItemConcern.id.desc())
    order = (ItemConcern.opened_at, ItemConcern.id) if state == rules.OPEN else latest
    query = _whole().join(ItemConcern.item).where(ItemConcern.state == state, Item.course_module_id.in_(wanted))
    return db.paginate(query.order_by(*order), page=max(page, 1), per_page=PER_PAGE, error_out=False)


# --- what waits for whom ---


@dataclass(frozen=True)
class WaitingConcern:
    """An open concern that waits for this person: to decide whether the item is sound, or to mend the own text."""

    public_id: str
    code: str
    module_id: str  # public id
    module: str
    opened_at: datetime
    is_own: bool


@dataclass(frozen=True)
class _Thing:
    """What the permission clauses ask for."""

    course_module_id: int
    department_id: int
    author_id: int


def list_waiting_concerns(actor: Actor) -> list[WaitingConcern]:
    """Open concerns that this person may settle, and those about the own texts, longest waiting first."""
    found = []
    for row in db.session.execute(_waiting()):
        thing = _Thing(row.course_module_id, row.department_id, row.author_id)
        is_own = actor.user_id in {row.author_id, row.item_author_id, *row.editor_ids}
        permission = Permission.CONCERN_SEE if is_own else Permission.ITEM_REVIEW
        if allows(actor, permission, thing):
            found.append(WaitingConcern(row.public_id, row.code, row.module_id, row.name, row.opened_at, is_own))
    return found


def _waiting() -> Select:
    return (
        select(
            ItemConcern.public_id, ItemConcern.opened_at, Item.code, Item.course_module_id,
            Item.author_id.label("item_author_id"), ItemVersion.author_id, ItemVersion.editor_ids,
            CourseModule.department_id, CourseModule.public_id.label("module_id"), CourseModule.name,
        )
        .join(Item, Item.id == ItemConcern.item_id)
        .join(ItemVersion, ItemVersion.id == ItemConcern.item_version_id)
        .join(CourseModule, CourseModule.id == Item.course_module_id)
        .where(ItemConcern.state == rules.OPEN)
        .order_by(ItemConcern.opened_at, ItemConcern.id)
    )  # fmt: skip


def count_concerns(actor: Actor, course_module: CourseModule | None = None) -> int:
    """How many open concerns (of one bank) wait for this person's decision."""
    bank = None if course_module is None else course_module.public_id
    return sum(not one.is_own and bank in (None, one.module_id) for one in list_waiting_concerns(actor))
