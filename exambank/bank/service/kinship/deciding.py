"""What people decide on two items that are alike: not the same, merged, enemies, variants."""

from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import delete, exists, false, func, or_, select, update
from sqlalchemy.orm import aliased, contains_eager

from exambank import audit
from exambank.bank.models import (
    EnemyMember,
    EnemySet,
    Item,
    ItemStatistic,
    ItemUse,
    ItemVersion,
    KinshipPair,
    VariantGroup,
)
from exambank.bank.rules import kinship, kinship_acts, kinship_words
from exambank.bank.rules.concerns import RETIRED
from exambank.bank.service.concerns.closing import close_concerns
from exambank.bank.service.figures import count_uses
from exambank.bank.service.kinship import sets
from exambank.bank.service.kinship.finding import load_newest
from exambank.bank.service.kinship.prints import forget_fingerprints, texts_of_versions
from exambank.bank.service.kinship.wording import differences_sentence, merge_refusal_label
from exambank.courses.models import CourseModule
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.permissions import Actor, Permission, allows

PER_PAGE = 20


@dataclass(frozen=True)
class Comparison:
    """Two items side by side: how alike, what differs, and the texts with the differences marked."""

    first: ItemVersion
    second: ItemVersion
    likeness: float
    differences: tuple[kinship_words.Difference, ...]
    rows: tuple[kinship_words.SideBySide, ...]
    pair: KinshipPair | None = None

    @property
    def course_module(self) -> CourseModule:
        return self.first.item.course_module

    @property
    def course_module_id(self) -> int:
        return self.first.item.course_module_id

    @property
    def department_id(self) -> int:
        return self.first.item.department_id

    @property
    def is_same(self) -> bool:
        return kinship_words.is_same(self.differences)

    @property
    def words(self) -> str:
        return differences_sentence(self.differences)


@dataclass(frozen=True)
class MergePlan:
    """What a merge would do; ``refusal`` says why it may not be done, else it is empty."""

    lives: Item
    goes: Item
    refusal: str = ""
    papers: int = 0  # that carry the one that goes
    exams: int = 0  # that told statistics of it
    enemy_sets: int = 0  # whose place the one that lives on takes
    group: VariantGroup | None = None  # into which it comes
    warnings: tuple[str, ...] = field(default=())


# --- the list of proposals ---


class PairPage(Pagination):
    """One page of proposals, likest first; each comes as a Comparison."""

    def _query_items(self) -> list[Comparison]:
        query = self._query_args["query"].limit(self.per_page).offset(self._query_offset)
        return compare_pairs(list(db.session.scalars(query)))

    def _query_count(self) -> int:
        return db.session.scalar(self._query_args["count_query"]) or 0


def list_pairs(course_module: CourseModule, state: str = "open", page: int = 1, per_page: int = PER_PAGE) -> PairPage:
    """Proposals of a bank, open ones or those decided on.

    Open ones with a retired item are left out, and those whose items were named enemies or variants elsewhere.
    """
    query = _pairs(course_module, state)
    count = select(func.count()).select_from(query.with_only_columns(KinshipPair.id).subquery())
    return PairPage(
        query=query.order_by(KinshipPair.likeness.desc(), KinshipPair.id), count_query=count, page=max(page, 1),
        per_page=per_page, max_per_page=100, error_out=False,
    )  # fmt: skip


def _pairs(course_module: CourseModule, state: str):
    query = select(KinshipPair).where(KinshipPair.course_module_id == course_module.id, KinshipPair.state == state)
    if state != "open":
        return query
    first, second = aliased(Item), aliased(Item)
    one, other = aliased(EnemyMember), aliased(EnemyMember)
    are_enemies = exists().where(
        one.item_id == KinshipPair.first_id,
        other.item_id == KinshipPair.second_id,
        one.enemy_set_id == other.enemy_set_id,
    )
    are_variants = func.coalesce(first.variant_group_id == second.variant_group_id, false())
    return (
        query.join(first, first.id == KinshipPair.first_id)
        .join(second, second.id == KinshipPair.second_id)
        .where(first.state != "retired", second.state != "retired", ~are_variants, ~are_enemies)
    )


def count_open_pairs(course_module: CourseModule) -> int:
    """How many proposals of a bank wait for a decision."""
    return db.session.scalar(select(func.count()).select_from(_pairs(course_module, "open").subquery())) or 0


def compare_pairs(pairs: list[KinshipPair]) -> list[Comparison]:
    """Pairs with both texts and what differs."""
    versions = load_newest(sorted({item_id for pair in pairs for item_id in (pair.first_id, pair.second_id)}))
    texts = texts_of_versions(versions.values())
    return [
        _comparison(versions[pair.first_id], versions[pair.second_id], texts, pair)
        for pair in pairs
        if pair.first_id in versions and pair.second_id in versions
    ]


def _comparison(first: ItemVersion, second: ItemVersion, texts: dict, pair: KinshipPair | None) -> Comparison:
    one, other = texts[first.item_id], texts[second.item_id]
    likeness = kinship.likeness(kinship.profile_of(one), kinship.profile_of(other))
    return Comparison(
        first, second, likeness, kinship_words.explain(one, other), kinship_words.side_by_side(one, other), pair
    )


def get_comparison(first_id: str, second_id: str) -> Comparison:
    """Two items of one bank side by side, by public ids; the older stands first. NotFound when they are not such."""
    query = (
        select(ItemVersion)
        .join(Item, Item.current_version_id == ItemVersion.id)
        .where(Item.public_id.in_([first_id, second_id]))
        .order_by(Item.id)
        .options(contains_eager(ItemVersion.item).joinedload(Item.course_module))
    )
    found = list(db.session.scalars(query))
    if len(found) != 2 or found[0].item.course_module_id != found[1].item.course_module_id:
        raise NotFound()
    first, second = found
    return _comparison(first, second, texts_of_versions(found), _find_pair(first.item, second.item))


def _find_pair(one: Item, other: Item) -> KinshipPair | None:
    first, second = sorted((one.id, other.id))
    return db.session.scalar(select(KinshipPair).filter_by(first_id=first, second_id=second))


# --- decisions ---


def dismiss_kin(*, actor: Actor, now: datetime, first: Item, second: Item) -> KinshipPair:
    """Say that two items are not the same; no search proposes them again.

    Not of what was merged, nor of what are enemies or variants now: that is taken back first.
    """
    with unit_of_work() as session:
        _hold(session, first, second)
        if first.id == second.merged_into_id or second.id == first.merged_into_id:
            raise StateConflict(_("They were merged."))
        if _are_enemies(first, second):
            raise StateConflict(_("They are enemies already."))
        if first.variant_group_id is not None and first.variant_group_id == second.variant_group_id:
            raise StateConflict(_("They are variants: a paper takes at most one of them."))
        pair = _decide(session, actor, now, first, second, "dismissed")
        audit.record(actor, "kinship.dismissed", first, code=first.code, other=second.code)
    return pair


def reopen_kin(*, actor: Actor, now: datetime, first: Item, second: Item) -> KinshipPair:
    """Take "not the same" back."""
    with unit_of_work() as session:
        _hold(session, first, second)
        pair = _find_pair(first, second)
        if pair is None or pair.state != "dismissed":
            raise StateConflict(_("Nobody has said that these two are not the same."))
        pair.state, pair.decided_by_id, pair.decided_at = "open", None, None
        audit.record(actor, "kinship.reopened", first, code=first.code, other=second.code)
    return pair


def make_enemies(*, actor: Actor, now: datetime, first: Item, second: Item, reason: str = "") -> EnemySet:
    """Let two items that are alike never meet in one paper."""
    with unit_of_work() as session:
        _hold(session, first, second)
        if _are_enemies(first, second):
            raise StateConflict(_("They are enemies already."))
        made = sets.write_enemy_set(
            actor=actor, now=now, course_module=first.course_module, items=[first, second], reason=reason
        )
        _decide(session, actor, now, first, second, "enemies")
    return made


def make_variants(*, actor: Actor, now: datetime, first: Item, second: Item) -> VariantGroup:
    """Let two items stand for one another; an item that has a group takes the other into it."""
    given = {"actor": actor, "now": now}
    with unit_of_work() as session:
        _hold(session, first, second)
        groups = {item.variant_group_id for item in (first, second)} - {None}
        if len(groups) == 2:
            raise InvalidInput(_("Each belongs to a group of its own. Join the groups on the page of variants."))
        if not groups:
            made = sets.write_variant_group(**given, course_module=first.course_module, items=[first, second])
        else:
            made = session.get(VariantGroup, groups.pop())
            members = list(dict.fromkeys([*sets.list_variants(made), first, second]))
            made = sets.revise_variant_group(**given, group=made, items=members, name=made.name)
        _decide(session, actor, now, first, second, "variants")
    return made


def _are_enemies(first: Item, second: Item) -> bool:
    return any(second.id in {one.item_id for one in found.members} for found in sets.list_enemy_sets_of(first))


def _hold(session, *items: Item) -> None:
    """Hold both rows, always in the same order."""
    for item in sorted(items, key=lambda one: one.id):
        lock(item)
    if items[0].course_module_id != items[1].course_module_id or items[0].id == items[1].id:
        raise InvalidInput(_("Choose two different items of one bank."))


def _decide(session, actor: Actor, now: datetime, one: Item, other: Item, state: str) -> KinshipPair:
    """Keep a decision on two items; a pair that no search proposed gets its row now."""
    first, second = sorted((one, other), key=lambda item: item.id)
    pair = _find_pair(first, second)
    if pair is None:
        pair = KinshipPair(
            course_module_id=first.course_module_id, first_id=first.id, second_id=second.id, found_at=now,
            likeness=round(get_comparison(first.public_id, second.public_id).likeness, 4),
        )  # fmt: skip
        session.add(pair)
    pair.state, pair.decided_by_id, pair.decided_at = state, actor.user_id, now
    return pair


# --- merging ---


def preview_merge(*, actor: Actor, lives: Item, goes: Item) -> MergePlan:
    """What merging ``goes`` into ``lives`` would do, without doing it."""
    compared = get_comparison(lives.public_id, goes.public_id)
    refusal = _merge_refusal(actor, lives, goes, compared)
    versions = select(ItemVersion.id).where(ItemVersion.item_id == goes.id)
    papers = select(func.count(ItemUse.paper.distinct())).where(ItemUse.item_version_id.in_(versions))
    exams = select(func.count(ItemStatistic.exam.distinct())).where(ItemStatistic.item_version_id.in_(versions))
    group = db.session.get(VariantGroup, goes.variant_group_id) if goes.variant_group_id else None
    warnings = [] if compared.is_same else [differences_sentence(compared.differences)]
    return MergePlan(
        lives, goes, refusal, db.session.scalar(papers), db.session.scalar(exams),
        len(sets.list_enemy_sets_of(goes)), group if lives.variant_group_id is None else None, tuple(warnings),
    )  # fmt: skip


def merge_plans(actor: Actor, compared: Comparison) -> tuple[MergePlan, MergePlan]:
    """Both ways to merge two items, the better one first."""
    items = compared.first.item, compared.second.item
    best = kinship_acts.choose_survivor(*((item.state, item.use_count) for item in items))
    lives, goes = items[best], items[1 - best]
    return (
        preview_merge(actor=actor, lives=lives, goes=goes),
        preview_merge(actor=actor, lives=goes, goes=lives),
    )


def _merge_refusal(actor: Actor, lives: Item, goes: Item, compared: Comparison) -> str:
    versions = {version.item_id: version for version in (compared.first, compared.second)}
    code = kinship_acts.merge_refusal(
        lives=lives.state,
        goes=goes.state,
        is_in_review=versions[goes.id].state == "review",
        kinds=(lives.kind, goes.kind),
        has_same_picture=kinship_words.PICTURE not in {one.kind for one in compared.differences},
        is_merged=goes.merged_into_id is not None,
    )
    if not code and not _may_take_out(actor, goes):
        code = "not_allowed" if kinship_acts.needs_right_to_retire(goes.state) else "not_yours"
    return merge_refusal_label(code) if code else ""


def _may_take_out(actor: Actor, goes: Item) -> bool:
    """What is in use goes with whoever may retire it; a draft with its author as well; a retired one is out already."""
    if goes.state == "retired" or allows(actor, Permission.ITEM_RETIRE, goes):
        return True
    return not kinship_acts.needs_right_to_retire(goes.state) and allows(actor, Permission.ITEM_EDIT, goes)


def merge_items(*, actor: Actor, now: datetime, lives: Item, goes: Item) -> Item:
    """Merge two items that ask the same: ``goes`` is retired and points at ``lives``.

    Texts, uses and statistics of the one that goes stay with it, and are shown with the one that lives on, which
    counts those papers as its own from now on; enemies and variants pass over.
    """
    with unit_of_work() as session:
        _hold(session, lives, goes)
        refusal = _merge_refusal(actor, lives, goes, get_comparison(lives.public_id, goes.public_id))
        if refusal:
            raise StateConflict(refusal)
        _pass_on(session, lives, goes)
        _take_out(session, now, lives, goes)
        session.flush()
        close_concerns(session, [goes.id], outcome=RETIRED, actor=actor, now=now, reason=goes.retired_reason or "")
        _decide(session, actor, now, lives, goes, "merged")
        session.flush()
        either = or_(KinshipPair.first_id == goes.id, KinshipPair.second_id == goes.id)
        session.execute(delete(KinshipPair).where(either, KinshipPair.state == "open"))
        count_uses(session, [lives.id])
        audit.record(actor, "item.merged", lives, code=lives.code, merged=goes.code, merged_id=goes.public_id)
        session.flush()
        session.expire_all()
    return lives


def _take_out(session, now: datetime, lives: Item, goes: Item) -> None:
    in_force = ("draft", "review", "accepted")
    session.execute(
        update(ItemVersion)
        .where(ItemVersion.item_id == goes.id, ItemVersion.state.in_(in_force))
        .values(state="retired")
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Item)
        .where(Item.merged_into_id == goes.id)
        .values(merged_into_id=lives.id)
        .execution_options(synchronize_session=False)
    )
    if goes.state != "retired":
        goes.state, goes.retired_at = "retired", now
        goes.retired_reason = _("Merged into %(code)s.", code=lives.code)
    goes.accepted_version_id, goes.merged_into_id = None, lives.id
    forget_fingerprints(session, [goes.id])


def _pass_on(session, lives: Item, goes: Item) -> None:
    """Enemies and variants of the one that goes become those of the one that lives on."""
    for enemy_set in sets.list_enemy_sets_of(goes):
        ids = {member.item_id for member in enemy_set.members}
        enemy_set.members = [member for member in enemy_set.members if member.item_id != goes.id]
        if lives.id not in ids:
            enemy_set.members.append(EnemyMember(item_id=lives.id))
        if len(enemy_set.members) < 2:
            session.delete(enemy_set)
    group = session.get(VariantGroup, goes.variant_group_id) if goes.variant_group_id else None
    if group is None:
        return
    goes.variant_group_id = None
    if lives.variant_group_id is None:
        lives.variant_group_id = group.id
    session.flush()
    members = sets.list_variants(group)
    if len(members) < 2:
        sets.remove_group(session, group, members)
