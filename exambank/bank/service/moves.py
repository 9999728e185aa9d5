"""Commands that move versions along their road, one or several hundred at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import insert, select, update
from sqlalchemy.orm import joinedload

from exambank import audit
from exambank.bank import rules
from exambank.bank.interactions import REGISTRY
from exambank.bank.labels import refusal_label
from exambank.bank.models import Item, ItemVersion, Review
from exambank.bank.service.writing import check_item
from exambank.db import db, lock, new_public_id, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.permissions import Actor, allows


@dataclass(frozen=True)
class Moves:
    """Who moves and who does not, and why: (item id, code, reason code)."""

    moved: tuple[tuple[int, str], ...]
    refused: tuple[tuple[int, str, str], ...]


def submit_for_review(*, actor: Actor, now: datetime, item: Item) -> ItemVersion:
    """Hand the newest draft to a reviewer; refused while it has blocking problems."""
    return _move_one("submit", actor, now, item)


def withdraw_from_review(*, actor: Actor, now: datetime, item: Item) -> ItemVersion:
    """The author takes the item back to go on editing."""
    return _move_one("withdraw", actor, now, item)


def decide_review(*, actor: Actor, now: datetime, item: Item, approve: bool, comment: str = "") -> ItemVersion:
    """Accept the version in review, or send it back with a reason; never one's own work."""
    if not approve and not comment.strip():
        raise InvalidInput(_("Say what must be changed, so that the author can do it."))
    return _move_one("approve" if approve else "send_back", actor, now, item, comment=comment.strip())


def _move_one(act: str, actor: Actor, now: datetime, item: Item, comment: str = "") -> ItemVersion:
    plan = _plan(act, actor, [item.id])
    _refuse(plan)
    _carry_out(plan, act, actor, now, comment)
    return db.session.get(ItemVersion, plan.rows[0].version_id)


def submit_many(*, actor: Actor, now: datetime, items: Sequence[Item | int]) -> Moves:
    """Hand all that may go to review; the rest stays and is named in the answer."""
    return _move_many("submit", actor, now, items)


def accept_many(*, actor: Actor, now: datetime, items: Sequence[Item | int], comment: str = "") -> Moves:
    """Accept all that this person may accept, in one transaction; the rest stays and is named in the answer."""
    return _move_many("approve", actor, now, items, comment)


def send_back_many(*, actor: Actor, now: datetime, items: Sequence[Item | int], comment: str) -> Moves:
    """Send all back that this person may decide on."""
    if not comment.strip():
        raise InvalidInput(_("Say what must be changed, so that the author can do it."))
    return _move_many("send_back", actor, now, items, comment)


def preview_moves(act: str, actor: Actor, items: Sequence[Item | int]) -> Moves:
    """What a bulk step would do, without doing it."""
    return _plan(act, actor, _ids(items)).moves


def _move_many(act: str, actor: Actor, now: datetime, items: Sequence[Item | int], comment: str = "") -> Moves:
    plan = _plan(act, actor, _ids(items))
    if plan.rows:
        _carry_out(plan, act, actor, now, comment.strip())
    return plan.moves


def _ids(items: Sequence[Item | int]) -> list[int]:
    return list(dict.fromkeys(item if isinstance(item, int) else item.id for item in items))


@dataclass(frozen=True)
class _Row:
    """A version about to move: what it is now (checked again under the lock) and what it becomes."""

    item_id: int
    item_public_id: str
    code: str
    module_id: int
    version_id: int
    number: int
    revision: int
    content_hash: str
    accepted_version_id: int | None
    fragment: dict | None


@dataclass(frozen=True)
class _Plan:
    rows: list[_Row]
    moves: Moves
    problems: list


def _plan(act: str, actor: Actor, ids: list[int]) -> _Plan:
    """Decide for each item, outside the transaction: reading, checking and rendering take time."""
    versions = _newest_versions(ids)
    rows, refused, problems = [], [], []
    for item_id in ids:
        version = versions.get(item_id)
        code = version.item.code if version else "?"
        reason = "unknown" if version is None else _reason(act, actor, version)
        if reason is None and act == "submit":
            problems = [problem for problem in check_item(version) if problem.is_blocking]
            reason = "blocked" if problems else None
        if reason:
            refused.append((item_id, code, reason))
        else:
            rows.append(_row(version, act))
    return _Plan(rows, Moves(tuple((row.item_id, row.code) for row in rows), tuple(refused)), problems)


def _newest_versions(ids: list[int]) -> dict[int, ItemVersion]:
    found = {}
    for start in range(0, len(ids), 500):
        query = (
            select(ItemVersion)
            .join(Item, Item.current_version_id == ItemVersion.id)
            .where(Item.id.in_(ids[start : start + 500]))
            .options(joinedload(ItemVersion.item).joinedload(Item.course_module), joinedload(ItemVersion.media))
        )
        found.update({version.item_id: version for version in db.session.scalars(query)})
    return found


def _reason(act: str, actor: Actor, version: ItemVersion) -> str | None:
    writers = {version.item.author_id, version.author_id, *version.editor_ids}
    refusal = rules.refusal_of(act, version.state, actor.user_id, writers)
    if refusal:
        return refusal
    thing = version if rules.TRANSITIONS[act].needs_second_person else version.item
    return None if allows(actor, rules.TRANSITIONS[act].permission, thing) else "not_allowed"


def _row(version: ItemVersion, act: str) -> _Row:
    item, fragment = version.item, None
    if act == "approve":
        fragment = REGISTRY[item.kind].fragment(version.stem, version.content, version.media)
    return _Row(
        item.id, item.public_id, item.code, item.course_module_id, version.id, version.number, version.revision,
        version.content_hash, item.accepted_version_id, fragment,
    )  # fmt: skip


def _refuse(plan: _Plan) -> None:
    if not plan.moves.refused:
        return
    reason = plan.moves.refused[0][2]
    if reason in {"not_allowed", "unknown"}:
        raise NotFound()
    if reason == "blocked":
        raise InvalidInput(" ".join(problem.message for problem in plan.problems))
    raise StateConflict(refusal_label(reason))


_VERBS = {"submit": "submitted", "withdraw": "withdrawn", "approve": "accepted", "send_back": "returned"}


def _carry_out(plan: _Plan, act: str, actor: Actor, now: datetime, comment: str) -> None:
    rows = plan.rows
    with unit_of_work() as session:
        _confirm(session, rows, act)
        session.execute(update(ItemVersion), _version_values(rows, act, now))
        if act == "approve":
            replaced = [row.accepted_version_id for row in rows if row.accepted_version_id]
            if replaced:
                session.execute(update(ItemVersion), [{"id": old, "state": "superseded"} for old in replaced])
        session.execute(update(Item), _item_values(rows, act))
        if rules.TRANSITIONS[act].needs_second_person:
            session.execute(insert(Review), _reviews(rows, act, actor, now, comment))
        _record(actor, act, rows, comment)
        session.expire_all()  # the rows were changed by statements, not through their objects


def _confirm(session, rows: list[_Row], act: str) -> None:
    """Nothing may have changed between the decision and the lock."""
    wanted = {row.version_id: (row.revision, row.content_hash) for row in rows}
    found = {}
    ids = sorted(wanted)
    for start in range(0, len(ids), 500):
        query = (
            select(ItemVersion.id, ItemVersion.revision, ItemVersion.content_hash, ItemVersion.state)
            .where(ItemVersion.id.in_(ids[start : start + 500]))
            .order_by(ItemVersion.id)
            .with_for_update()
        )
        for row in session.execute(query):
            if row.state in rules.TRANSITIONS[act].sources:
                found[row.id] = (row.revision, row.content_hash)
    if found != wanted:
        raise StateConflict(_("Somebody changed these items a moment ago. Nothing was done; look again and repeat."))


def _version_values(rows: list[_Row], act: str, now: datetime) -> list[dict]:
    target = rules.TRANSITIONS[act].target
    values = [{"id": row.version_id, "state": target, "revision": row.revision + 1} for row in rows]
    for value, row in zip(values, rows, strict=True):
        if act == "approve":
            value |= {"fragment": row.fragment, "decided_at": now}
        elif act == "send_back":
            value["decided_at"] = now
        elif act == "submit":
            value["submitted_at"] = now
    return values


def _item_values(rows: list[_Row], act: str) -> list[dict]:
    target = rules.TRANSITIONS[act].target
    if act == "approve":
        return [{"id": row.item_id, "state": "accepted", "accepted_version_id": row.version_id} for row in rows]
    return [
        {"id": row.item_id, "state": rules.item_state(target, row.accepted_version_id is not None, False)}
        for row in rows
    ]


def _reviews(rows: list[_Row], act: str, actor: Actor, now: datetime, comment: str) -> list[dict]:
    return [
        {
            "public_id": new_public_id(),
            "item_version_id": row.version_id,
            "reviewer_id": actor.user_id,
            "decision": "approved" if act == "approve" else "returned",
            "comment": comment,
            "decided_at": now,
        }
        for row in rows
    ]


def _record(actor: Actor, act: str, rows: list[_Row], comment: str) -> None:
    if len(rows) == 1:
        row = rows[0]
        thing = f"{Item.__tablename__}:{row.item_public_id}"
        audit.record(actor, f"item.{_VERBS[act]}", thing, code=row.code, version=row.number, comment=comment,
                     content_hash=row.content_hash)  # fmt: skip
        return
    moved = [[row.item_public_id, row.number, row.content_hash] for row in rows]
    audit.record(actor, f"items.{_VERBS[act]}", "bank", count=len(rows), comment=comment, items=moved)


def retire_item(*, actor: Actor, now: datetime, item: Item, reason: str) -> Item:
    """Take an item out of use for good, with a reason; its text, uses and statistics stay."""
    if not reason.strip():
        raise InvalidInput(_("Say why the item is retired."))
    with unit_of_work() as session:
        lock(item)
        if item.state == "retired":
            raise StateConflict(refusal_label("wrong_state"))
        if not allows(actor, rules.TRANSITIONS["retire"].permission, item):
            raise NotFound()
        session.execute(
            update(ItemVersion)
            .where(ItemVersion.item_id == item.id, ItemVersion.state.in_(rules.TRANSITIONS["retire"].sources))
            .values(state="retired")
            .execution_options(synchronize_session=False)
        )
        item.state, item.retired_at, item.retired_reason = "retired", now, reason.strip()[:500]
        item.accepted_version_id = None
        audit.record(actor, "item.retired", item, code=item.code, reason=item.retired_reason)
        session.flush()
        session.expire_all()
    return item
