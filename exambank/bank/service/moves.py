"""Commands that move versions along their road, one or several hundred at once.

A text is accepted with the last approval that its bank asks for; each approval is a review of that very text.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import insert, select, update
from sqlalchemy.orm import joinedload

from exambank import audit
from exambank.bank import rules
from exambank.bank.interactions import REGISTRY
from exambank.bank.labels import refusal_label
from exambank.bank.models import Item, ItemVersion, Review
from exambank.bank.rules import Settings
from exambank.bank.rules.concerns import REVISED
from exambank.bank.service.calibrations import forget_calibration
from exambank.bank.service.concerns.closing import close_concerns
from exambank.bank.service.figures import pool_items
from exambank.bank.service.quality import check_item
from exambank.bank.service.reviewing import approvers, open_comments, writers_of
from exambank.bank.service.settings import settings_of
from exambank.db import db, new_public_id, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.permissions import Actor, allows


@dataclass(frozen=True)
class Moves:
    """Who moves and who does not, and why: (item id, code, reason code).

    ``partial``: those of ``moved`` whose text needs approvals of others as well before it is accepted.
    """

    moved: tuple[tuple[int, str], ...]
    refused: tuple[tuple[int, str, str], ...]
    partial: tuple[tuple[int, str], ...] = ()
    seal: str = ""  # of the very texts that move: whoever confirms a preview hands it back


def submit_for_review(*, actor: Actor, now: datetime, item: Item) -> ItemVersion:
    """Hand the newest draft to a reviewer; refused while it has blocking problems."""
    return _move_one("submit", actor, now, item)


def withdraw_from_review(*, actor: Actor, now: datetime, item: Item) -> ItemVersion:
    """The author takes the item back to go on editing."""
    return _move_one("withdraw", actor, now, item)


def decide_review(*, actor: Actor, now: datetime, item: Item, approve: bool, comment: str = "") -> ItemVersion:
    """Approve the version in review (the last approval accepts it), or send it back; never one's own work.

    Sending back needs a reason: in ``comment``, or as an open comment on the item.
    """
    if not approve and not comment.strip() and not open_comments([item.id])[item.id]:
        raise InvalidInput(_("Say what must be changed, so that the author can do it."))
    return _move_one("approve" if approve else "send_back", actor, now, item, comment=comment.strip())


def _move_one(act: str, actor: Actor, now: datetime, item: Item, comment: str = "") -> ItemVersion:
    plan = plan_moves(act, actor, [item.id])
    _refuse(plan)
    _carry_out(plan, act, actor, now, comment)
    return db.session.get(ItemVersion, plan.rows[0].version_id)


def submit_many(*, actor: Actor, now: datetime, items: Sequence[Item | int], seal: str = "") -> Moves:
    """Hand all that may go to review; the rest stays and is named in the answer.

    ``seal``: of the preview that was confirmed; StateConflict when other texts would move now.
    """
    return _move_many("submit", actor, now, items, seal=seal)


def accept_many(
    *, actor: Actor, now: datetime, items: Sequence[Item | int], comment: str = "", seal: str = ""
) -> Moves:
    """Approve all that this person may approve, in one transaction; the rest stays and is named in the answer."""
    return _move_many("approve", actor, now, items, comment, seal)


def send_back_many(*, actor: Actor, now: datetime, items: Sequence[Item | int], comment: str, seal: str = "") -> Moves:
    """Send all back that this person may decide on."""
    if not comment.strip():
        raise InvalidInput(_("Say what must be changed, so that the author can do it."))
    return _move_many("send_back", actor, now, items, comment, seal)


def _move_many(
    act: str, actor: Actor, now: datetime, items: Sequence[Item | int], comment: str = "", seal: str = ""
) -> Moves:
    plan = plan_moves(act, actor, ids_of(items))
    if seal and seal != plan.moves.seal:
        raise _changed()
    if plan.rows:
        _carry_out(plan, act, actor, now, comment.strip())
    return plan.moves


def ids_of(items: Sequence[Item | int]) -> list[int]:
    """The ids of items given as rows or ids, each once."""
    return list(dict.fromkeys(item if isinstance(item, int) else item.id for item in items))


@dataclass(frozen=True)
class _Row:
    """A version about to move: what it is now (checked again under the lock) and what it becomes."""

    item_id: int
    item_public_id: str
    code: str
    item_state: str
    version_id: int
    number: int
    revision: int
    content_hash: str
    accepted_version_id: int | None
    fragment: dict | None
    needed: int
    is_final: bool  # an approval: the last one that the bank asks for


@dataclass(frozen=True)
class _Plan:
    rows: list[_Row]
    moves: Moves
    problems: list


_GATED = ("submit", "approve")  # settings and places may have changed since a text was sent to review


def plan_moves(act: str, actor: Actor, ids: list[int]) -> _Plan:
    """Decide for each item, outside the transaction: reading, checking and rendering take time."""
    versions = _newest_versions(ids)
    settings = {module: settings_of(module) for module in {one.item.course_module_id for one in versions.values()}}
    is_approval = act == "approve"
    approved = approvers(versions.values()) if is_approval else {}
    still_open = open_comments(ids) if is_approval else {}
    rows, refused, problems = [], [], []
    for item_id in ids:
        version = versions.get(item_id)
        if version is None:
            refused.append((item_id, "?", "unknown"))
            continue
        own = settings[version.item.course_module_id]
        reason = _reason(act, actor, version)
        if reason is None and is_approval:
            reason = _approval_refusal(actor, approved[version.id], own, still_open.get(item_id, 0))
        if reason is None and act in _GATED:
            problems = [problem for problem in check_item(version, settings=own) if problem.is_blocking]
            reason = "blocked" if problems else None
        if reason:
            refused.append((item_id, version.item.code, reason))
        else:
            rows.append(_row(version, act, own, len(approved.get(version.id, set()) | {actor.user_id})))
    return _Plan(rows, _moves(rows, act, refused), problems)


def _moves(rows: list[_Row], act: str, refused: list) -> Moves:
    partial = tuple((row.item_id, row.code) for row in rows if act == "approve" and not row.is_final)
    texts = sorted(f"{row.version_id} {row.revision} {row.content_hash}" for row in rows)
    seal = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:32]
    return Moves(tuple((row.item_id, row.code) for row in rows), tuple(refused), partial, seal)


def _approval_refusal(actor: Actor, approved: set[int], settings: Settings, still_open: int) -> str | None:
    if still_open:
        return "open_comments"
    # approvals that a lowered demand already satisfies wait for any reviewer to confirm
    is_waiting_for_others = actor.user_id in approved and len(approved) < settings.approvals_needed
    return "already_approved" if is_waiting_for_others else None


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
    refusal = rules.refusal_of(act, version.state, actor.user_id, writers_of(version))
    if refusal:
        return refusal
    thing = version if rules.TRANSITIONS[act].needs_second_person else version.item
    return None if allows(actor, rules.TRANSITIONS[act].permission, thing) else "not_allowed"


def _row(version: ItemVersion, act: str, settings: Settings, approvals: int) -> _Row:
    item, fragment = version.item, None
    if act == "approve":
        fragment = REGISTRY[item.kind].fragment(version.stem, version.content, version.media)
    return _Row(
        item.id, item.public_id, item.code, item.state, version.id, version.number, version.revision,
        version.content_hash, item.accepted_version_id, fragment, settings.approvals_needed,
        approvals >= settings.approvals_needed,
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
        moving = rows
        if act == "approve":
            rows = _count_again(rows, actor)
            moving = [row for row in rows if row.is_final]
        if moving:
            session.execute(update(ItemVersion), _version_values(moving, act, now))
            session.execute(update(Item), _item_values(moving, act, now))
        if act == "approve":
            replaced = [row for row in moving if row.accepted_version_id]
            if replaced:
                _replace(session, replaced, actor, now)
        if rules.TRANSITIONS[act].needs_second_person:
            session.execute(insert(Review), _reviews(rows, act, actor, now, comment))
        _record(actor, act, rows, comment)
        session.expire_all()  # the rows were changed by statements, not through their objects


def _replace(session, rows: list[_Row], actor: Actor, now: datetime) -> None:
    """Another text is in force from now on: what was said against the old one is settled, its figures stay with it."""
    session.execute(update(ItemVersion), [{"id": row.accepted_version_id, "state": "superseded"} for row in rows])
    ids = [row.item_id for row in rows]
    close_concerns(session, ids, outcome=REVISED, actor=actor, now=now)
    pool_items(session, ids)
    forget_calibration(session, ids)


def _count_again(rows: list[_Row], actor: Actor) -> list[_Row]:
    """Two reviewers may approve at once: only under the lock is it known whose approval is the last."""
    versions = _newest_versions([row.item_id for row in rows])
    approved = approvers(versions.values())
    if any(open_comments([row.item_id for row in rows]).values()):
        raise _changed()
    counted = []
    for row in rows:
        by = approved[row.version_id]
        if actor.user_id in by and len(by) < row.needed:
            raise _changed()
        counted.append(replace(row, is_final=len(by | {actor.user_id}) >= row.needed))
    return counted


def _changed() -> StateConflict:
    return StateConflict(_("Somebody changed these items a moment ago. Nothing was done; look again and repeat."))


def _confirm(session, rows: list[_Row], act: str) -> None:
    """Nothing may have changed between the decision and the lock; items are held before versions, as everywhere."""
    standing = _standing(session, rows)
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
    if found != wanted or standing != {
        row.item_id: (row.item_state, row.accepted_version_id, row.version_id) for row in rows
    }:
        raise _changed()


def _standing(session, rows: list[_Row]) -> dict[int, tuple]:
    """The items themselves, held: whether one was suspended or got another version meanwhile."""
    found, ids = {}, sorted(row.item_id for row in rows)
    for start in range(0, len(ids), 500):
        query = (
            select(Item.id, Item.state, Item.accepted_version_id, Item.current_version_id)
            .where(Item.id.in_(ids[start : start + 500]))
            .order_by(Item.id)
            .with_for_update()
        )
        found.update({row[0]: tuple(row[1:]) for row in session.execute(query)})
    return found


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


def _item_values(rows: list[_Row], act: str, now: datetime) -> list[dict]:
    target = rules.TRANSITIONS[act].target
    values = []
    for row in rows:
        has_accepted = act == "approve" or row.accepted_version_id is not None
        state = rules.item_state(target, has_accepted, False, row.item_state == "suspended")
        value = {"id": row.item_id, "state": state}
        if act == "approve":
            value |= {"accepted_version_id": row.version_id, "accepted_at": now}
        values.append(value)
    return values


def _reviews(rows: list[_Row], act: str, actor: Actor, now: datetime, comment: str) -> list[dict]:
    return [
        {
            "public_id": new_public_id(),
            "item_version_id": row.version_id,
            "reviewer_id": actor.user_id,
            "decision": "approved" if act == "approve" else "returned",
            "comment": comment,
            "content_hash": row.content_hash,
            "decided_at": now,
        }
        for row in rows
    ]


def _record(actor: Actor, act: str, rows: list[_Row], comment: str) -> None:
    outcome = "approved" if act == "approve" and not any(row.is_final for row in rows) else _VERBS[act]
    if len(rows) == 1:
        row = rows[0]
        thing = f"{Item.__tablename__}:{row.item_public_id}"
        audit.record(actor, f"item.{outcome}", thing, code=row.code, version=row.number, comment=comment,
                     content_hash=row.content_hash)  # fmt: skip
        return
    moved = [[row.item_public_id, row.number, row.content_hash] for row in rows]
    partial = [row.item_public_id for row in rows if act == "approve" and not row.is_final]
    audit.record(actor, f"items.{outcome}", "bank", count=len(rows), comment=comment, items=moved, partial=partial)
