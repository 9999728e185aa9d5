"""Who reads accepted items: noted, so that a leak can be traced; limited, so that nobody carries a bank away by eye."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, insert, select

from exambank import audit
from exambank.accounts.models import User
from exambank.bank.models import Item, ItemReading, ItemVersion
from exambank.bank.rules.workflow import FROZEN_STATES
from exambank.bank.service.actors import actor_for
from exambank.bank.service.settings import settings_of
from exambank.courses.models import CourseModule
from exambank.db import db, lock, unit_of_work
from exambank.errors import TooManyAttempts
from exambank.permissions import Actor, Permission, Role, allows

HOUR = timedelta(hours=1)
LATEST = 200


class ReadingLimited(TooManyAttempts):
    """Somebody has opened as many accepted items of others within the hour as this bank lets one person read."""

    code = "reading_limited"


def note_reading(*, actor: Actor, now: datetime, version: ItemVersion) -> None:
    """Remember that somebody opens an accepted text of others; see ``note_readings``."""
    note_readings(actor=actor, now=now, versions=[version])


def note_readings(*, actor: Actor, now: datetime, versions: Iterable[ItemVersion]) -> None:
    """Remember that somebody opens accepted texts of others (of one bank), once an hour for each text.

    ReadingLimited, and nothing noted, when it would be one item too many within the hour; heads of the department and
    the quality office are noted and never refused. Drafts, and what one wrote or edited oneself, are not noted.
    """
    wanted = {version.id: version.item for version in versions if is_noted(actor, version)}
    if not wanted:
        return
    item = next(iter(wanted.values()))
    if not wanted.keys() - _read_lately(actor, now, item.course_module_id):
        return
    limit = settings_of(item.course_module).reading_limit
    most = None if allows(actor, Permission.BANK_MANAGE, item) else limit
    with unit_of_work() as session:
        lock(session.get_one(User, actor.user_id))  # pages opened at once are counted one after the other
        read = _read_lately(actor, now, item.course_module_id)
        new = wanted.keys() - read
        is_over = bool(new) and most is not None and len(read) + len(new) > most
        if new and not is_over:
            place = {"course_module_id": item.course_module_id, "user_id": actor.user_id, "read_at": now}
            session.execute(insert(ItemReading), [{"item_version_id": one, **place} for one in sorted(new)])
    if is_over:
        _refuse(actor, now, item, limit)


def is_noted(actor: Actor, version: ItemVersion) -> bool:
    """Whether opening this text is noted: an accepted one in which this person had no hand."""
    writers = {version.item.author_id, version.author_id, *version.editor_ids}
    return version.state in FROZEN_STATES and actor.user_id not in writers


def _read_lately(actor: Actor, now: datetime, module_id: int) -> set[int]:
    query = select(ItemReading.item_version_id).where(
        ItemReading.user_id == actor.user_id, ItemReading.read_at > now - HOUR,
        ItemReading.course_module_id == module_id,
    )  # fmt: skip
    return set(db.session.scalars(query))


def _refuse(actor: Actor, now: datetime, item: Item, limit: int) -> None:
    """Recorded once an hour, however often the page is asked for."""
    module = item.course_module
    event = audit.AuditEvent
    told = select(func.count()).where(
        event.actor == actor.public_id, event.verb == "bank.reading_limited", event.at > now - HOUR,
        event.thing == f"{module.__tablename__}:{module.public_id}",
    )  # fmt: skip
    if not db.session.scalar(told):
        with unit_of_work():
            audit.record(actor, "bank.reading_limited", module, limit=limit, item=item.public_id)
    raise ReadingLimited(
        _(
            "You have opened %(limit)s accepted items of others within an hour, as many as this bank allows. The items "
            "are kept secret until they are used, so reading many at once is held back and noted. Your own items stay "
            "open to you. Go on in an hour, or ask the head of the department.",
            limit=limit,
        )
    )


@dataclass(frozen=True)
class Reader:
    """How much one person has read of a bank, own items left out."""

    public_id: str
    full_name: str
    items: int
    readings: int
    recent_items: int  # in the last 30 days
    last_at: datetime


def list_readers(course_module: CourseModule, now: datetime) -> list[Reader]:
    """Who read accepted items of this bank, the latest reader first."""
    recent = ItemReading.read_at > now - timedelta(days=30)
    query = (
        select(
            User.public_id,
            User.full_name,
            func.count(func.distinct(ItemVersion.item_id)),
            func.count(),
            func.count(func.distinct(ItemVersion.item_id)).filter(recent),
            func.max(ItemReading.read_at),
        )
        .join(ItemReading, ItemReading.user_id == User.id)
        .join(ItemVersion, ItemVersion.id == ItemReading.item_version_id)
        .where(ItemReading.course_module_id == course_module.id)
        .group_by(User.id, User.public_id, User.full_name)
        .order_by(func.max(ItemReading.read_at).desc())
    )
    return [Reader(*row) for row in db.session.execute(query)]


@dataclass(frozen=True)
class Reading:
    """One text that somebody opened."""

    full_name: str
    item_public_id: str
    code: str
    number: int
    read_at: datetime


def list_readings(course_module: CourseModule, person: str = "", item: str = "") -> list[Reading]:
    """The latest readings of a bank, newest first, of one person or of one item (by its code) when asked."""
    query = (
        select(User.full_name, Item.public_id, Item.code, ItemVersion.number, ItemReading.read_at)
        .join(ItemVersion, ItemVersion.id == ItemReading.item_version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .join(User, User.id == ItemReading.user_id)
        .where(ItemReading.course_module_id == course_module.id)
        .order_by(ItemReading.read_at.desc(), ItemReading.id.desc())
        .limit(LATEST)
    )
    if person:
        query = query.where(User.public_id == person)
    if item:
        query = query.where(Item.code == item)
    return [Reading(*row) for row in db.session.execute(query)]


def find_insiders(course_module: CourseModule, users: Iterable[User]) -> set[int]:
    """Who of these people may read the module's bank now, or has read accepted items of it: by user id."""
    users = list(users)
    staff = [user for user in users if any(grant.role != Role.LEARNER for grant in user.grants)]
    actors = {user.id: actor_for(user.id, user.session_version) for user in staff}
    may_read = {found for found, actor in actors.items() if allows(actor, Permission.ITEM_SEE, course_module)}
    read = select(ItemReading.user_id).where(
        ItemReading.course_module_id == course_module.id, ItemReading.user_id.in_([user.id for user in users])
    )
    return may_read | set(db.session.execute(read).scalars())
