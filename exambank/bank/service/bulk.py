"""Changes of many items at once: tags, places, retirement, export. First a plan is shown, then it is carried out whole.

One act is one transaction and one audit record. Who does not change is named with the reason; nothing is done for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import joinedload, selectinload

from exambank import audit
from exambank.bank import rules
from exambank.bank.models import Item, ItemTag, ItemVersion
from exambank.bank.rules.concerns import RETIRED
from exambank.bank.service.concerns.closing import close_concerns
from exambank.courses import service as courses
from exambank.courses.models import CognitiveLevel, CourseModule, LearningOutcome, Topic
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.permissions import Actor, Permission, allows

KEEP, CLEAR = "", "none"

ACTS: dict[str, Permission] = {
    "retag": Permission.ITEM_EDIT,
    "place": Permission.ITEM_EDIT,
    "retire": Permission.ITEM_RETIRE,
    "export": Permission.ITEM_EXPORT,
}
"""The acts and what each needs of every single item."""


@dataclass(frozen=True)
class BulkChange:
    """What is to be changed. Places: empty keeps what stands, "none" takes it away, else a public id of this bank."""

    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    topic: str = KEEP
    level: str = KEEP
    outcome: str = KEEP
    reason: str = ""


@dataclass(frozen=True)
class BulkPlan:
    """Who changes: (item id, public id, code, what it becomes); who does not: (code, reason code)."""

    act: str
    changed: tuple[tuple[int, str, str, str], ...]
    refused: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Places:
    """The rows that a change names, looked up once."""

    topic: Topic | None
    level: CognitiveLevel | None
    outcome: LearningOutcome | None


def check_change(act: str, course_module: CourseModule, change: BulkChange) -> None:
    """InvalidInput, with the field, when the change is not complete or names what this bank does not have."""
    if act == "retag" and not rules.tidy_tags(change.add_tags) and not rules.tidy_tags(change.remove_tags):
        raise InvalidInput(_("Type a tag to add or to take away."), field="add_tags")
    if act == "place" and (change.topic, change.level, change.outcome) == (KEEP, KEEP, KEEP):
        raise InvalidInput(_("Choose a topic, a level or an outcome."), field="topic")
    if act == "retire" and not change.reason.strip():
        raise InvalidInput(_("Say why the items are retired."), field="reason")
    _find_places(course_module, change)


def plan_change(
    act: str, *, actor: Actor, course_module: CourseModule, ids: Sequence[int], change: BulkChange
) -> BulkPlan:
    """What a change would do, without doing it."""
    places = _find_places(course_module, change)
    changed, refused = [], []
    for item in _load(course_module, ids):
        reason = _reason(act, actor, item)
        after = None if reason else _after(act, item, change, places)
        if after is None:
            refused.append((item.code, reason or "no_change"))
        else:
            changed.append((item.id, item.public_id, item.code, after))
    return BulkPlan(act, tuple(changed), tuple(refused))


def change_items(
    *, actor: Actor, now: datetime, act: str, course_module: CourseModule, ids: Sequence[int], change: BulkChange
) -> BulkPlan:
    """Carry a change out for all that it may touch; the rest stays and is named in the answer."""
    check_change(act, course_module, change)
    with unit_of_work() as session:
        _hold(session, ids)
        plan = plan_change(act, actor=actor, course_module=course_module, ids=ids, change=change)
        touched = [item_id for item_id, *_rest in plan.changed]
        if not touched:
            raise StateConflict(_("None of these items changes. Somebody may have done it already."))
        {"retag": _retag, "place": _place, "retire": _retire}[act](session, touched, change, course_module, now)
        verb = "items.retagged" if act == "retag" else "items.placed" if act == "place" else "items.retired"
        details = {"add": list(change.add_tags), "remove": list(change.remove_tags)} if act == "retag" else {}
        if act == "place":
            details = {"topic": change.topic, "level": change.level, "outcome": change.outcome}
        if act == "retire":
            details = {"reason": change.reason.strip()[:500]}
            close_concerns(session, touched, outcome=RETIRED, actor=actor, now=now, reason=change.reason)
        items = [public_id for _id, public_id, *_rest in plan.changed]
        audit.record(actor, verb, course_module, count=len(items), items=items, **details)
        session.flush()
        session.expire_all()  # the rows were changed by statements, not through their objects
    return plan


def _hold(session, ids: Sequence[int]) -> None:
    """Two changes of the same items at once follow one another, and the second plans on what the first left."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), 500):
        query = select(Item.id).where(Item.id.in_(wanted[start : start + 500])).order_by(Item.id)
        session.execute(query.with_for_update())


def _load(course_module: CourseModule, ids: Sequence[int]) -> list[Item]:
    found: dict[int, Item] = {}
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), 500):
        query = (
            select(Item)
            .where(Item.id.in_(wanted[start : start + 500]), Item.course_module_id == course_module.id)
            .options(
                joinedload(Item.course_module), joinedload(Item.topic), joinedload(Item.level),
                joinedload(Item.outcome), selectinload(Item.tags),
            )
        )  # fmt: skip
        found.update({item.id: item for item in db.session.scalars(query).unique()})
    return [found[item_id] for item_id in wanted if item_id in found]


def _reason(act: str, actor: Actor, item: Item) -> str | None:
    if not allows(actor, ACTS[act], item):
        return "not_yours" if act == "export" else "not_allowed"
    if item.state == "retired" and act != "export":
        return "wrong_state"
    return None


def _after(act: str, item: Item, change: BulkChange, places: _Places) -> str | None:
    """What the item becomes, in its own words; None when it stays as it is."""
    if act == "retag":
        before = {tag.tag for tag in item.tags}
        after = _tags_after(before, change)
        return None if after == before else ", ".join(rules.tidy_tags(after))
    if act == "place":
        return _place_after(item, change, places)
    return ""


def _tags_after(before: set[str], change: BulkChange) -> set[str]:
    gone = {tag.casefold() for tag in rules.tidy_tags(change.remove_tags)}
    kept = {tag for tag in before if tag.casefold() not in gone}
    known = {tag.casefold() for tag in kept}
    return kept | {tag for tag in rules.tidy_tags(change.add_tags) if tag.casefold() not in known}


def _place_after(item: Item, change: BulkChange, places: _Places) -> str | None:
    words = []
    for name in ("topic", "level", "outcome"):
        wanted, row = getattr(change, name), getattr(places, name)
        if wanted != KEEP and getattr(item, f"{name}_id") != (row.id if row else None):
            words.append(_place_words(name, row))
    return "; ".join(words) or None


def _place_words(name: str, row) -> str:
    if row is None:
        return {"topic": _("no topic"), "level": _("no level"), "outcome": _("no outcome")}[name]
    return row.code if name == "outcome" else row.name


def _find_places(course_module: CourseModule, change: BulkChange) -> _Places:
    offered = {
        "topic": courses.list_topics(course_module),
        "level": courses.list_levels(),
        "outcome": courses.list_outcomes(course_module),
    }
    found = {}
    for name, rows in offered.items():
        wanted = getattr(change, name)
        found[name] = next((row for row in rows if row.public_id == wanted), None)
        if wanted not in (KEEP, CLEAR) and found[name] is None:
            raise InvalidInput(_("This choice does not belong to this bank. Choose again."), field=name)
    return _Places(**found)


def _retag(session, ids: list[int], change: BulkChange, course_module: CourseModule, now: datetime) -> None:
    rows, gone = [], []
    for item in _load(course_module, ids):
        before = {tag.tag: tag.id for tag in item.tags}
        after = _tags_after(set(before), change)
        gone += [tag_id for tag, tag_id in before.items() if tag not in after]
        rows += [{"item_id": item.id, "tag": tag} for tag in sorted(after - before.keys())]
    for start in range(0, len(gone), 500):
        session.execute(
            delete(ItemTag)
            .where(ItemTag.id.in_(gone[start : start + 500]))
            .execution_options(synchronize_session=False)
        )
    if rows:
        session.execute(insert(ItemTag), rows)


def _place(session, ids: list[int], change: BulkChange, course_module: CourseModule, now: datetime) -> None:
    places = _find_places(course_module, change)
    values = {}
    for name in ("topic", "level", "outcome"):
        if getattr(change, name) != KEEP:
            row = getattr(places, name)
            values[f"{name}_id"] = row.id if row else None
    session.execute(update(Item), [{"id": item_id, **values} for item_id in ids])


def _retire(session, ids: list[int], change: BulkChange, course_module: CourseModule, now: datetime) -> None:
    for start in range(0, len(ids), 500):
        session.execute(
            update(ItemVersion)
            .where(
                ItemVersion.item_id.in_(ids[start : start + 500]),
                ItemVersion.state.in_(rules.TRANSITIONS["retire"].sources),
            )
            .values(state="retired")
            .execution_options(synchronize_session=False)
        )
    values = {
        "state": "retired", "retired_at": now, "retired_reason": change.reason.strip()[:500],
        "accepted_version_id": None,
    }  # fmt: skip
    session.execute(update(Item), [{"id": item_id, **values} for item_id in ids])
