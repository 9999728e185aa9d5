"""Enemies that never meet in a paper, and variants of which a paper takes at most one."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload, selectinload

from exambank import audit, text
from exambank.bank import rules
from exambank.bank.models import EnemyMember, EnemySet, Item, VariantGroup
from exambank.bank.rules import kinship_acts
from exambank.bank.service.kinship.wording import members_refusal_label
from exambank.courses.models import CourseModule
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, NotFound
from exambank.permissions import Actor

_BETWEEN_CODES = re.compile(r"[\s,;]+")


def read_codes(course_module: CourseModule, typed: str) -> tuple[list[Item], list[str]]:
    """The items whose codes were typed, in that order, and the words that are no code of this bank.

    Capitals do not matter, and the number alone will do: "31" is XDĐ-0031.
    """
    words = list(dict.fromkeys(word for word in _BETWEEN_CODES.split(text.nfc(typed).strip()) if word))
    prefix = rules.code_prefix(course_module.code)
    wanted = {
        word: rules.format_code(prefix, int(word)) if word.isascii() and word.isdecimal() and len(word) < 9 else word
        for word in words
    }
    folded = {code.upper() for code in wanted.values()}
    query = select(Item).where(Item.course_module_id == course_module.id, Item.code.in_(folded))
    known = {item.code: item for item in db.session.scalars(query)}
    items = dict.fromkeys(known[code.upper()] for code in wanted.values() if code.upper() in known)
    return list(items), [word for word, code in wanted.items() if code.upper() not in known]


def _locked_members(session, course_module_id: int, items: Sequence[Item], kept: Sequence[int] = ()) -> list[Item]:
    """The items, held and checked; those that are members already (``kept``) may be retired by now."""
    ids = sorted({item.id for item in items})
    query = select(Item).where(Item.id.in_(ids), Item.course_module_id == course_module_id).order_by(Item.id)
    found = list(session.scalars(query.with_for_update()))
    if len(found) != len(ids):
        raise InvalidInput(_("There is no such item in this bank."))
    refusal = kinship_acts.members_refusal(
        "draft" if item.id in kept and item.state == "retired" else item.state for item in found
    )
    if refusal:
        raise InvalidInput(members_refusal_label(refusal))
    return found


def _codes(items: Sequence[Item]) -> list[str]:
    return sorted(item.code for item in items)


# --- enemies ---


def write_enemy_set(
    *, actor: Actor, now: datetime, course_module: CourseModule, items: Sequence[Item], reason: str = ""
) -> EnemySet:
    """Name items that never meet in one paper."""
    with unit_of_work() as session:
        members = _locked_members(session, course_module.id, items)
        enemy_set = EnemySet(
            course_module_id=course_module.id, reason=_tidy(reason, 500), made_by_id=actor.user_id, made_at=now,
            members=[EnemyMember(item_id=item.id) for item in members],
        )  # fmt: skip
        session.add(enemy_set)
        session.flush()
        audit.record(actor, "enemies.named", enemy_set, codes=_codes(members), reason=enemy_set.reason)
    return enemy_set


def revise_enemy_set(
    *, actor: Actor, now: datetime, enemy_set: EnemySet, items: Sequence[Item], reason: str = ""
) -> EnemySet:
    """Change who belongs to a set of enemies, or why."""
    with unit_of_work() as session:
        lock(enemy_set)
        kept = [member.item_id for member in enemy_set.members]
        members = _locked_members(session, enemy_set.course_module_id, items, kept)
        wanted = {item.id for item in members}
        enemy_set.members = [member for member in enemy_set.members if member.item_id in wanted] + [
            EnemyMember(item_id=item.id) for item in members if item.id not in kept
        ]
        enemy_set.reason = _tidy(reason, 500)
        audit.record(actor, "enemies.changed", enemy_set, codes=_codes(members), reason=enemy_set.reason)
    return enemy_set


def dissolve_enemy_set(*, actor: Actor, now: datetime, enemy_set: EnemySet) -> None:
    """Let the items meet again."""
    with unit_of_work() as session:
        lock(enemy_set)
        audit.record(
            actor, "enemies.dissolved", f"enemy_set:{enemy_set.public_id}",
            codes=_codes([member.item for member in enemy_set.members]), reason=enemy_set.reason,
        )  # fmt: skip
        session.delete(enemy_set)


def get_enemy_set(public_id: str) -> EnemySet:
    """A set of enemies with its members; NotFound when there is none."""
    query = select(EnemySet).where(EnemySet.public_id == public_id)
    found = db.session.scalar(query.options(joinedload(EnemySet.course_module)))
    if found is None:
        raise NotFound()
    return found


def list_enemy_sets(course_module: CourseModule) -> list[EnemySet]:
    """All sets of enemies of a bank, newest first."""
    query = select(EnemySet).where(EnemySet.course_module_id == course_module.id)
    with_members = selectinload(EnemySet.members).joinedload(EnemyMember.item)
    return list(db.session.scalars(query.options(with_members).order_by(EnemySet.id.desc())))


def list_enemy_sets_of(item: Item) -> list[EnemySet]:
    """The sets of enemies an item belongs to."""
    query = select(EnemySet).where(EnemySet.members.any(EnemyMember.item_id == item.id))
    with_members = selectinload(EnemySet.members).joinedload(EnemyMember.item)
    return list(db.session.scalars(query.options(with_members).order_by(EnemySet.id)))


def enemies_in_bank(course_module_id: int) -> dict[int, frozenset[int]]:
    """Item id -> ids of the items it never meets, over all sets of a bank; one query."""
    one, other = aliased(EnemyMember), aliased(EnemyMember)
    query = (
        select(one.item_id, other.item_id)
        .join(other, (other.enemy_set_id == one.enemy_set_id) & (other.item_id != one.item_id))
        .join(EnemySet, EnemySet.id == one.enemy_set_id)
        .where(EnemySet.course_module_id == course_module_id)
    )
    found = defaultdict(set)
    for item_id, enemy_id in db.session.execute(query):
        found[item_id].add(enemy_id)
    return {item_id: frozenset(ids) for item_id, ids in found.items()}


# --- variants ---


def write_variant_group(
    *, actor: Actor, now: datetime, course_module: CourseModule, items: Sequence[Item], name: str = ""
) -> VariantGroup:
    """Name items that stand for one another: a paper takes at most one of them."""
    with unit_of_work() as session:
        members = _locked_members(session, course_module.id, items)
        _refuse_other_group(members, None)
        group = VariantGroup(
            course_module_id=course_module.id, name=_tidy(name, 300) or members[0].code, made_by_id=actor.user_id,
            made_at=now,
        )  # fmt: skip
        session.add(group)
        session.flush()
        for item in members:
            item.variant_group_id = group.id
        audit.record(actor, "variants.named", group, codes=_codes(members), name=group.name)
    return group


def revise_variant_group(
    *, actor: Actor, now: datetime, group: VariantGroup, items: Sequence[Item], name: str
) -> VariantGroup:
    """Change who belongs to a group of variants, or its name."""
    with unit_of_work() as session:
        lock(group)
        before = list_variants(group)
        members = _locked_members(session, group.course_module_id, items, [item.id for item in before])
        _refuse_other_group(members, group.id)
        for item in before:
            item.variant_group_id = None
        for item in members:
            item.variant_group_id = group.id
        group.name = _tidy(name, 300) or group.name
        audit.record(actor, "variants.changed", group, codes=_codes(members), name=group.name)
    return group


def dissolve_variant_group(*, actor: Actor, now: datetime, group: VariantGroup) -> None:
    """Let the items stand alone again."""
    with unit_of_work() as session:
        lock(group)
        members = list_variants(group)
        audit.record(
            actor, "variants.dissolved", f"variant_group:{group.public_id}", codes=_codes(members), name=group.name
        )
        remove_group(session, group, members)


def remove_group(session, group: VariantGroup, members: Sequence[Item]) -> None:
    """Take the members out, then the group itself."""
    for item in members:
        item.variant_group_id = None
    session.flush()
    session.delete(group)


def _refuse_other_group(items: Sequence[Item], group_id: int | None) -> None:
    taken = [item.code for item in items if item.variant_group_id not in (None, group_id)]
    if taken:
        raise InvalidInput(
            _("%(codes)s already belong to another group of variants. Take them out there first.",
              codes=", ".join(taken))
        )  # fmt: skip


def get_variant_group(public_id: str) -> VariantGroup:
    """A group of variants; NotFound when there is none."""
    query = select(VariantGroup).where(VariantGroup.public_id == public_id)
    found = db.session.scalar(query.options(joinedload(VariantGroup.course_module)))
    if found is None:
        raise NotFound()
    return found


def list_variants(group: VariantGroup) -> list[Item]:
    """The members of a group, by code."""
    return list(db.session.scalars(select(Item).where(Item.variant_group_id == group.id).order_by(Item.code)))


def list_variant_groups(course_module: CourseModule) -> list[tuple[VariantGroup, list[Item]]]:
    """All groups of variants of a bank with their members, newest first."""
    query = select(VariantGroup).where(VariantGroup.course_module_id == course_module.id)
    groups = list(db.session.scalars(query.order_by(VariantGroup.id.desc())))
    members = defaultdict(list)
    found = select(Item).where(Item.variant_group_id.in_([group.id for group in groups])).order_by(Item.code)
    for item in db.session.scalars(found):
        members[item.variant_group_id].append(item)
    return [(group, members[group.id]) for group in groups]


def _tidy(typed: str, most: int) -> str:
    return " ".join(text.nfc(text.strip_control(typed)).split())[:most]
