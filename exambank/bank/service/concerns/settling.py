"""A person settles a concern: the item is sound and stays, or whoever asked for the review takes it back."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from exambank.bank.labels import refusal_label
from exambank.bank.models import Item, ItemConcern, ItemVersion
from exambank.bank.rules import concerns as rules
from exambank.bank.service.concerns.closing import close_concerns
from exambank.bank.service.reviewing import writers_of
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.permissions import Actor, Permission, allows


def may_settle_concern(actor: Actor, concern: ItemConcern) -> bool:
    """Whether this person may declare the item sound: a reviewer of it who wrote nothing of this text."""
    version = concern.item_version
    return (
        concern.is_open
        and allows(actor, Permission.ITEM_REVIEW, version)
        and actor.user_id not in writers_of(version)
    )  # fmt: skip


def may_take_back(actor: Actor, concern: ItemConcern) -> bool:
    """Whether this person asked for the review and nothing and nobody else speaks against the item since."""
    said = [rules.read_evidence(one) for one in concern.evidence]
    is_alone = all(one.code == rules.REPORTED and one.by == actor.public_id for one in said)
    return concern.is_open and concern.opened_by_id == actor.user_id and is_alone


def find_own_doubted(actor: Actor, item_ids: Sequence[int]) -> set[int]:
    """Suspended items whose doubt ended by suspending and whose text this person wrote: another puts them back.

    Otherwise whoever may suspend would declare the own text sound in two steps.
    """
    last = select(func.max(ItemConcern.id)).group_by(ItemConcern.item_version_id)
    query = (
        select(ItemConcern)
        .join(Item, Item.accepted_version_id == ItemConcern.item_version_id)
        .where(Item.state == "suspended", ItemConcern.outcome == rules.SUSPENDED)
        .options(joinedload(ItemConcern.item_version).joinedload(ItemVersion.item))
    )
    found = set()
    for start in range(0, len(item_ids), 500):
        is_asked = Item.id.in_(list(item_ids[start : start + 500]))
        rows = db.session.scalars(query.where(is_asked, ItemConcern.id.in_(last)))
        found |= {one.item_id for one in rows if actor.user_id in writers_of(one.item_version)}
    return found


_MAY = {rules.KEPT: may_settle_concern, rules.WITHDRAWN: may_take_back}


def settle_concern(
    *, actor: Actor, now: datetime, concern: ItemConcern, outcome: str, reason: str, seen: int | None = None
) -> ItemConcern:
    """Settle a concern with a reason: ``kept`` (the item is sound) or ``withdrawn`` (by whoever raised it).

    As in review, four eyes: nobody keeps the own text. The other outcomes come with the acts themselves: a new text
    accepted, the item suspended or retired. ``seen``: how many pieces of evidence the person was shown; StateConflict
    when there are more by now, for the settling would count them as known.
    """
    if outcome not in _MAY:
        raise InvalidInput(_("Choose what becomes of the item."))
    if not reason.strip():
        raise InvalidInput(_("Give the reason: it stays with the item."))
    with unit_of_work() as session:
        concern = session.get_one(ItemConcern, concern.id)
        lock(session.get_one(Item, concern.item_id))
        concern = lock(concern)
        if not concern.is_open:
            raise StateConflict(_("This review of the item is settled already. Nothing was changed."))
        if not _MAY[outcome](actor, concern):
            if outcome == rules.KEPT and actor.user_id in writers_of(concern.item_version):
                raise StateConflict(refusal_label("own_work"))
            raise NotFound()
        if seen is not None and len(concern.evidence) > seen:
            raise StateConflict(_("More evidence came in while you were deciding. Read it first; nothing was changed."))
        close_concerns(session, [concern.item_id], outcome=outcome, actor=actor, now=now, reason=reason)
        session.expire_all()
    return concern
