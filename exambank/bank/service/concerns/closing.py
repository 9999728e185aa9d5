"""Closing concerns within the unit of work of the act that settles them, and the flag that lists and papers see."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from exambank import audit
from exambank.bank.models import Item, ItemConcern, ItemVersion
from exambank.bank.rules import concerns as rules
from exambank.bank.rules.figures import IN_DOUBT, join_flags, split_flags
from exambank.permissions import Actor


def close_concerns(
    session, item_ids: Sequence[int], *, outcome: str, actor: Actor, now: datetime, reason: str = ""
) -> None:
    """Settle what is open about these items (held by the caller) as ``outcome``; nothing where nothing is open.

    The rows are changed by statements: the caller expires what its session knows of them.
    """
    said = reason.strip()[: rules.LONGEST_NOTE]
    for row in _open_about(session, item_ids):
        known = rules.count_known(map(rules.read_evidence, row.evidence), row.pooled_n)
        values = {
            "state": rules.SETTLED, "outcome": outcome, "settled_at": now, "settled_by_id": actor.user_id or None,
            "settled_n": known, "reason": said,
        }  # fmt: skip
        session.execute(update(ItemConcern), [{"id": row.id, **values}])
        session.execute(update(Item), [{"id": row.item_id, "flags": _flags(row.flags, False)}])
        verb = "concern.withdrawn" if outcome == rules.WITHDRAWN else "concern.settled"
        thing = f"{ItemConcern.__tablename__}:{row.public_id}"
        audit.record(actor, verb, thing, code=row.code, version=row.number, outcome=outcome, n=known, reason=said)


def _open_about(session, item_ids: Sequence[int]) -> list:
    """The open concerns about these items, with what closing needs of the items."""
    found = []
    for start in range(0, len(item_ids), 500):
        query = (
            select(
                ItemConcern.id, ItemConcern.public_id, ItemConcern.evidence, ItemConcern.item_id, ItemVersion.number,
                Item.code, Item.flags, Item.pooled_n,
            )
            .join(Item, Item.id == ItemConcern.item_id)
            .join(ItemVersion, ItemVersion.id == ItemConcern.item_version_id)
            .where(ItemConcern.state == rules.OPEN, ItemConcern.item_id.in_(list(item_ids[start : start + 500])))
            .order_by(ItemConcern.id)
        )  # fmt: skip
        found += session.execute(query).all()
    return found


def mark_in_doubt(item: Item) -> None:
    """Let lists, the health of the bank and whoever deals papers see that the item is in doubt."""
    item.flags = _flags(item.flags, True)


def _flags(stored: str, is_in_doubt: bool) -> str:
    others = [code for code in split_flags(stored) if code != IN_DOUBT]
    return join_flags([IN_DOUBT, *others] if is_in_doubt else others)
