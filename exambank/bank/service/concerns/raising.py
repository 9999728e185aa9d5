"""Commands that open a concern, add to it, and take it back when the figures no longer bear it out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from exambank import audit, text
from exambank.bank.models import Item, ItemConcern, ItemVersion
from exambank.bank.rules import concerns as rules
from exambank.bank.rules.concerns import Evidence, read_evidence
from exambank.bank.service.concerns.closing import close_concerns, mark_in_doubt
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput
from exambank.permissions import SYSTEM, Actor


def raise_concern(
    *,
    actor: Actor,
    now: datetime,
    version_id: int,
    codes: Sequence[str],
    evidence: Sequence[Mapping[str, Any]],
    note: str = "",
) -> ItemConcern | None:
    """Have somebody look again at an item in force; the concern that is open then, or None where none is.

    ``actor``: SYSTEM for statistics, which need evidence (``rules.concerns.read_evidence`` says its keys); a person,
    who says in ``note`` what should be looked at, and may name the exam by an evidence's ``exam``. Where a concern is
    open it gets what it lacks, each run's word once; told twice, nothing changes. None for a version that is not in
    force (any more), and where a person settled the matter and nothing outweighs that since (``rules.concerns``).
    """
    given = tuple(map(read_evidence, evidence))
    said = text.nfc(text.strip_control(note)).strip()[: rules.LONGEST_NOTE]
    if actor.user_id:
        if not said:
            raise InvalidInput(_("Say what should be looked at, so that a colleague can judge it."))
        exam = next((one.exam for one in given if one.exam), "")
        given = (Evidence(rules.REPORTED, note=said, by=actor.public_id, at=now.isoformat(), exam=exam),)
    plan = _plan(version_id, actor, given, codes)
    if not plan.changes:  # most runs find nothing new: the writers of the exam room are not made to wait for that
        return db.session.get(ItemConcern, plan.concern_id) if plan.concern_id else None
    with unit_of_work() as session:
        version = session.get_one(ItemVersion, version_id)
        item = lock(version.item)  # raised, settled and replaced under this one lock
        plan = _plan(version_id, actor, given, codes)
        concern = session.get(ItemConcern, plan.concern_id) if plan.concern_id else None
        if not plan.changes:
            return concern
        if concern is None:
            concern = _open(session, actor, now, version, plan, said)
            mark_in_doubt(item)
        else:
            _add(actor, version, concern, plan)
        session.flush()
    return concern


@dataclass(frozen=True)
class _Plan:
    """What raising would change: the open concern, if there is one, and what is to be added to it, or to a new one."""

    concern_id: int | None = None
    fresh: tuple[Evidence, ...] = ()
    codes: tuple[str, ...] = ()
    changes: bool = False


def _plan(version_id: int, actor: Actor, given: Sequence[Evidence], codes: Iterable[str]) -> _Plan:
    """Decide on plain columns: rows that this session read before may be out of date."""
    standing = select(Item.state, Item.accepted_version_id).join(ItemVersion, ItemVersion.item_id == Item.id)
    found = db.session.execute(standing.where(ItemVersion.id == version_id)).first()
    if found is None or tuple(found) != ("accepted", version_id):
        return _Plan()
    rows = db.session.execute(_rows(version_id)).all()
    current = next((row for row in rows if row.state == rules.OPEN), None)
    told = (*codes, *(one.code for one in given))
    if current is None:
        past = [_past(row) for row in rows]
        may = bool(actor.user_id) or rules.may_open(past, given)
        return _Plan(None, rules.new_evidence((), given), tuple(rules.join_codes((), *told)), may)
    fresh = rules.new_evidence(map(read_evidence, current.evidence), given)
    joined = rules.join_codes(current.codes, *told)
    return _Plan(current.id, fresh, tuple(joined), bool(fresh) or joined != current.codes)


def _rows(version_id: int):
    columns = ("id", "state", "outcome", "codes", "evidence", "settled_n")
    query = select(*(getattr(ItemConcern, name) for name in columns))
    return query.where(ItemConcern.item_version_id == version_id).order_by(ItemConcern.id)


def _past(row) -> rules.Past:
    runs = {one.run for one in map(read_evidence, row.evidence) if one.run}
    return rules.Past(row.outcome or "", frozenset(runs), row.settled_n or 0)


def _open(session, actor: Actor, now: datetime, version: ItemVersion, plan: _Plan, said: str) -> ItemConcern:
    concern = ItemConcern(
        item_id=version.item_id, item_version_id=version.id, codes=list(plan.codes),
        origin=rules.PERSON if actor.user_id else rules.STATISTICS, evidence=[one.row() for one in plan.fresh],
        note=said, opened_at=now, opened_by_id=actor.user_id or None,
    )  # fmt: skip
    session.add(concern)
    session.flush()
    audit.record(actor, "concern.opened", concern, **_told(version, plan))
    return concern


def _add(actor: Actor, version: ItemVersion, concern: ItemConcern, plan: _Plan) -> None:
    concern.codes = list(plan.codes)
    concern.evidence = [*concern.evidence, *(one.row() for one in plan.fresh)]
    audit.record(actor, "concern.evidence_added", concern, **_told(version, plan))


def _told(version: ItemVersion, plan: _Plan) -> dict[str, Any]:
    return {
        "code": version.item.code, "version": version.number, "codes": list(plan.codes),
        "evidence": [one.row() for one in plan.fresh],
    }  # fmt: skip


def withdraw_concern(*, now: datetime, version_id: int, reason: str) -> bool:
    """Close the open concern about a version when the newest figures no longer bear it out; whether one was closed.

    What a person asked for, or joined in, stays open: a person settles it.
    """
    if not _is_mine_alone(version_id):
        return False
    with unit_of_work() as session:
        version = session.get_one(ItemVersion, version_id)
        lock(version.item)
        if not _is_mine_alone(version_id):
            return False
        close_concerns(session, [version.item_id], outcome=rules.WITHDRAWN, actor=SYSTEM, now=now, reason=reason)
        session.expire_all()  # the rows were changed by statements, not through their objects
    return True


def _is_mine_alone(version_id: int) -> bool:
    """Whether the open concern about this version rests on statistics only."""
    query = select(ItemConcern.evidence).where(
        ItemConcern.item_version_id == version_id, ItemConcern.state == rules.OPEN
    )
    found = db.session.execute(query).first()
    return found is not None and not rules.is_person_heard(map(read_evidence, found.evidence))
