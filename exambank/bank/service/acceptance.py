"""Acts of acceptance (nghiệm thu): a council accepts a bank as it stands, and the next act measures its change."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from exambank import audit, text
from exambank.bank import rules
from exambank.bank.models import BankAcceptance, Item, ItemVersion
from exambank.bank.rules import BankChange, InForce
from exambank.bank.service.settings import settings_of
from exambank.courses import service as courses
from exambank.courses.models import CognitiveLevel, CourseModule, Topic
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.permissions import Actor

IN_FORCE = ("accepted", "suspended")
MOST_MEMBERS = 20


@dataclass(frozen=True)
class BankNow:
    """A bank as it stands: what is in force, and what changed since the last act."""

    last: BankAcceptance | None
    items: tuple[InForce, ...]
    change: BankChange
    limit: int

    @property
    def is_over(self) -> bool:
        return self.change.is_over(self.limit)


def compare_with_last(course_module: CourseModule) -> BankNow:
    """What was accepted, changed and retired since the last act."""
    acts = list_acceptances(course_module)
    last = acts[0] if acts else None
    items = tuple(InForce(*row) for row in db.session.execute(_in_force(course_module)))
    change = rules.compare_banks(last.items if last else None, items)
    return BankNow(last, items, change, settings_of(course_module).change_limit)


def _in_force(course_module: CourseModule):
    return (
        select(Item.public_id, Item.code, ItemVersion.number, ItemVersion.content_hash)
        .join(ItemVersion, ItemVersion.id == Item.accepted_version_id)
        .where(Item.course_module_id == course_module.id, Item.state.in_(IN_FORCE))
        .order_by(func.length(Item.code), Item.code)
    )


def list_acceptances(course_module: CourseModule) -> list[BankAcceptance]:
    """The acts of a bank, newest first."""
    query = select(BankAcceptance).where(BankAcceptance.course_module_id == course_module.id)
    query = query.options(joinedload(BankAcceptance.recorded_by)).order_by(BankAcceptance.number.desc())
    return list(db.session.scalars(query))


def get_acceptance(public_id: str) -> BankAcceptance:
    """An act; NotFound when there is none."""
    act = db.session.scalar(
        select(BankAcceptance)
        .where(BankAcceptance.public_id == public_id)
        .options(joinedload(BankAcceptance.course_module), joinedload(BankAcceptance.recorded_by))
    )
    if act is None:
        raise NotFound()
    return act


def record_acceptance(
    *,
    actor: Actor,
    now: datetime,
    course_module: CourseModule,
    held_at: datetime,
    chair: str,
    secretary: str,
    members: Sequence[str],
    conclusion: str,
    fingerprint: str,
) -> BankAcceptance:
    """Record that a council accepted the bank as it stands. ``fingerprint``: of the bank that the council saw."""
    names = tuple(dict.fromkeys(name for one in members if (name := _tidy(one))))
    if not _tidy(chair) or not _tidy(secretary):
        raise InvalidInput(_("Name the chair and the secretary of the council."))
    if len(names) > MOST_MEMBERS:
        raise InvalidInput(_("A council has at most %(count)s members here.", count=MOST_MEMBERS))
    if held_at > now:
        raise InvalidInput(_("The meeting cannot lie in the future."))
    with unit_of_work() as session:
        lock(course_module)
        bank = compare_with_last(course_module)
        if not bank.items:
            raise StateConflict(_("No item of this bank is in force. There is nothing to accept yet."))
        if fingerprint_of(bank) != fingerprint:
            raise StateConflict(_("The bank changed after you opened this page. Nothing was recorded; look again."))
        act = BankAcceptance(
            course_module_id=course_module.id, number=1 + (bank.last.number if bank.last else 0), held_at=held_at,
            chair=_tidy(chair), secretary=_tidy(secretary), members=list(names),
            conclusion=text.nfc(text.strip_control(conclusion)).strip()[:4000],
            items=[one.row() for one in bank.items], counts=_counts(course_module, bank),
            change_ratio=bank.change.ratio, recorded_by_id=actor.user_id, recorded_at=now,
        )  # fmt: skip
        session.add(act)
        session.flush()
        audit.record(
            actor, "bank.accepted", act, module=course_module.public_id, number=act.number, bank=fingerprint,
            counts=bank.change.counts(), ratio=act.change_ratio,
        )  # fmt: skip
    return act


def _tidy(name: str) -> str:
    return " ".join(text.nfc(text.strip_control(name)).split())[:200]


def fingerprint_of(bank: BankNow) -> str:
    """One hash over every item in force and its text."""
    return rules.content_hash("bank", {"items": [one.row() for one in bank.items]})


def _counts(course_module: CourseModule, bank: BankNow) -> dict:
    """The figures of an act as the minutes print them, kept because topics and levels may change their names."""
    return {
        **bank.change.counts(),
        "limit": bank.limit,
        "table": count_in_force(course_module),
        "levels": [level.name for level in courses.list_levels()],
        "changes": {
            name: [one.code for one in getattr(bank.change, name)] for name in ("new", "changed", "gone")
        },
    }  # fmt: skip


def count_in_force(course_module: CourseModule) -> list[list]:
    """[topic, level, kind, how many] of what is in force, in the order of topics and levels."""
    rows = db.session.execute(
        select(Topic.position, Topic.name, CognitiveLevel.position, CognitiveLevel.name, Item.kind)
        .select_from(Item)
        .outerjoin(Topic, Topic.id == Item.topic_id)
        .outerjoin(CognitiveLevel, CognitiveLevel.id == Item.level_id)
        .where(
            Item.course_module_id == course_module.id, Item.state.in_(IN_FORCE), Item.accepted_version_id.is_not(None)
        )
    )
    count = Counter(tuple(row) for row in rows)
    order = sorted(count, key=lambda row: (row[0] is None, row[0] or 0, row[2] is None, row[2] or 0, row[4]))
    return [[row[1] or "", row[3] or "", row[4], count[row]] for row in order]
