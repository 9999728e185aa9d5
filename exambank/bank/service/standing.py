"""Commands about an item as a whole: keep it out of new papers for a time, put it back, retire it. And bulk steps."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from exambank import audit
from exambank.bank import rules
from exambank.bank.labels import refusal_label
from exambank.bank.models import Item, ItemVersion
from exambank.bank.rules.concerns import RETIRED, SUSPENDED
from exambank.bank.service.concerns.closing import close_concerns
from exambank.bank.service.concerns.settling import find_own_doubted
from exambank.bank.service.moves import (
    Moves,
    accept_many,
    ids_of,
    plan_moves,
    send_back_many,
    submit_many,
)
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.permissions import Actor, allows

_DONE = {"suspend": "suspended", "resume": "resumed", "retire": "retired"}
_SETTLES = {"suspend": SUSPENDED, "retire": RETIRED}


def suspend_item(*, actor: Actor, now: datetime, item: Item, reason: str) -> Item:
    """Keep an accepted item out of new papers until it is put back; papers already made keep it."""
    return _step_one("suspend", actor, now, item, reason)


def resume_item(*, actor: Actor, now: datetime, item: Item, reason: str) -> Item:
    """Let papers use a suspended item again."""
    return _step_one("resume", actor, now, item, reason)


def retire_item(*, actor: Actor, now: datetime, item: Item, reason: str) -> Item:
    """Take an item out of use for good, with a reason; its text, uses and statistics stay."""
    return _step_one("retire", actor, now, item, reason)


def preview_moves(act: str, actor: Actor, items: Sequence[Item | int]) -> Moves:
    """What a bulk step would do, without doing it."""
    if act not in rules.ITEM_STEPS:
        return plan_moves(act, actor, ids_of(items)).moves
    return _plan(act, actor, _load(ids_of(items)), ids_of(items))


def move_many(
    *, actor: Actor, now: datetime, act: str, items: Sequence[Item | int], comment: str = "", seal: str = ""
) -> Moves:
    """Do a bulk step for all that may take it, in one transaction; the rest stays and is named in the answer.

    Steps of a version: submit, approve, send_back (``seal``: of the preview that was confirmed); of the item: suspend,
    resume, retire.
    """
    given = {"actor": actor, "now": now, "items": items, "seal": seal}
    if act == "submit":
        return submit_many(**given)
    if act == "approve":
        return accept_many(**given, comment=comment)
    if act == "send_back":
        return send_back_many(**given, comment=comment)
    reason = _reason_given(comment)
    ids = ids_of(items)
    with unit_of_work() as session:
        moves = _plan(act, actor, _load(ids, is_held=True), ids)
        moved = [item_id for item_id, _code in moves.moved]
        for start in range(0, len(moved), 500):
            _carry_out(session, act, actor, now, moved[start : start + 500], reason)
        if moved:
            audit.record(actor, f"items.{_DONE[act]}", "bank", count=len(moved), reason=reason,
                         items=[code for _id, code in moves.moved])  # fmt: skip
        session.expire_all()
    return moves


def _reason_given(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput(_("Give the reason: it stays with the item."))
    return reason.strip()[:500]


def _step_one(act: str, actor: Actor, now: datetime, item: Item, reason: str) -> Item:
    reason = _reason_given(reason)
    with unit_of_work() as session:
        moves = _plan(act, actor, _load([item.id], is_held=True), [item.id])
        if moves.refused:
            why = moves.refused[0][2]
            raise NotFound() if why in {"not_allowed", "unknown"} else StateConflict(refusal_label(why))
        _carry_out(session, act, actor, now, [item.id], reason)
        audit.record(actor, f"item.{_DONE[act]}", item, code=item.code, reason=reason)
        session.expire_all()
    return item


def _load(ids: list[int], is_held: bool = False) -> dict[int, Item]:
    found = {}
    for start in range(0, len(ids), 500):
        query = select(Item).where(Item.id.in_(ids[start : start + 500])).options(joinedload(Item.course_module))
        if is_held:
            query = query.order_by(Item.id).with_for_update(of=Item).execution_options(populate_existing=True)
        found |= {item.id: item for item in db.session.scalars(query)}
    return found


def _plan(act: str, actor: Actor, items: dict[int, Item], ids: list[int]) -> Moves:
    step, moved, refused = rules.ITEM_STEPS[act], [], []
    own = find_own_doubted(actor, ids) if act == "resume" else set()
    for item_id in ids:
        item = items.get(item_id)
        if item is None:
            refused.append((item_id, "?", "unknown"))
        elif not allows(actor, step.permission, item):
            refused.append((item_id, item.code, "not_allowed"))
        elif item.state not in step.sources:
            refused.append((item_id, item.code, "wrong_state"))
        elif item_id in own:
            refused.append((item_id, item.code, "own_work"))
        else:
            moved.append((item_id, item.code))
    return Moves(tuple(moved), tuple(refused))


def _carry_out(session, act: str, actor: Actor, now: datetime, ids: list[int], reason: str) -> None:
    values = {
        "suspend": {"state": "suspended", "suspended_at": now, "suspended_reason": reason},
        "resume": {"state": "accepted", "suspended_at": None, "suspended_reason": None},
        "retire": {"state": "retired", "retired_at": now, "retired_reason": reason, "accepted_version_id": None},
    }[act]
    if act == "retire":
        session.execute(
            update(ItemVersion)
            .where(ItemVersion.item_id.in_(ids), ItemVersion.state.in_(rules.TRANSITIONS["retire"].sources))
            .values(state="retired")
            .execution_options(synchronize_session=False)
        )
    session.execute(update(Item).where(Item.id.in_(ids)).values(**values).execution_options(synchronize_session=False))
    if act in _SETTLES:
        close_concerns(session, ids, outcome=_SETTLES[act], actor=actor, now=now, reason=reason)
