"""What an item's page shows of its kin."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from exambank.bank import rules
from exambank.bank.models import EnemySet, Item, ItemStatistic, ItemUse, ItemVersion, VariantGroup
from exambank.bank.service.kinship import sets
from exambank.bank.service.kinship.deciding import KinshipPair
from exambank.bank.service.kinship.finding import Kin, find_kin_of
from exambank.db import db


@dataclass(frozen=True)
class MergedTwin:
    """An item that was merged into this one: its papers and figures are part of this one's story."""

    item: Item
    papers: int
    last_used_at: datetime | None
    pooled: rules.PooledFigures


@dataclass(frozen=True)
class KinOfItem:
    """Everything an item's page tells of its kin."""

    near: list[Kin]
    enemy_sets: list[EnemySet]
    group: VariantGroup | None
    variants: list[Item]
    twins: list[MergedTwin]
    merged_into: Item | None
    pooled: rules.PooledFigures | None  # of the item and its merged twins together

    @property
    def is_empty(self) -> bool:
        return not (self.near or self.enemy_sets or self.group or self.twins or self.merged_into)


def kin_of(item: Item, version: ItemVersion | None = None) -> KinOfItem:
    """The kin of an item for its page; ``version``: its newest, when it is at hand."""
    version = version or db.session.get(ItemVersion, item.current_version_id)
    twins, enemy_sets = list_merged_twins(item), sets.list_enemy_sets_of(item)
    group = db.session.get(VariantGroup, item.variant_group_id) if item.variant_group_id else None
    variants = sets.list_variants(group) if group else []
    settled = {one.id for one in variants} | {member.item_id for one in enemy_sets for member in one.members}
    return KinOfItem(
        near=[] if item.state == "retired" else _undecided(item, find_kin_of(item, version), settled),
        enemy_sets=enemy_sets,
        group=group,
        variants=variants,
        twins=twins,
        merged_into=db.session.get(Item, item.merged_into_id) if item.merged_into_id else None,
        pooled=_pool([item.id, *(twin.item.id for twin in twins)]) if twins else None,
    )


def _undecided(item: Item, near: list[Kin], settled: set[int]) -> list[Kin]:
    """Without those of which somebody said already what they are; ``settled``: its enemies and variants."""
    pairs = select(KinshipPair.first_id, KinshipPair.second_id).where(
        KinshipPair.state != "open", (KinshipPair.first_id == item.id) | (KinshipPair.second_id == item.id)
    )
    decided = settled | {item_id for row in db.session.execute(pairs) for item_id in row}
    return [kin for kin in near if kin.item.id not in decided]


def list_merged_twins(item: Item) -> list[MergedTwin]:
    """The items that were merged into this one, with their papers and figures."""
    twins = list(db.session.scalars(select(Item).where(Item.merged_into_id == item.id).order_by(Item.code)))
    if not twins:
        return []
    uses = (
        select(ItemVersion.item_id, func.count(ItemUse.paper.distinct()), func.max(ItemUse.used_at))
        .join(ItemUse, ItemUse.item_version_id == ItemVersion.id)
        .where(ItemVersion.item_id.in_([twin.id for twin in twins]))
        .group_by(ItemVersion.item_id)
    )
    found = {item_id: (papers, last) for item_id, papers, last in db.session.execute(uses)}
    return [MergedTwin(twin, *found.get(twin.id, (0, None)), _pool([twin.id])) for twin in twins]


def _pool(item_ids: Sequence[int]) -> rules.PooledFigures:
    """The figures of all versions of these items, the newest run of each exam."""
    query = (
        select(ItemStatistic)
        .join(ItemVersion, ItemVersion.id == ItemStatistic.item_version_id)
        .where(ItemVersion.item_id.in_(item_ids))
        .order_by(ItemStatistic.id)
    )
    newest = {(row.item_version_id, row.exam): row for row in db.session.scalars(query)}
    return rules.pool_statistics((row.n, row.difficulty) for row in newest.values())


def list_kin_names(items: Sequence[Item]) -> dict[int, str]:
    """The question of each item, as plain text."""
    ids = [item.current_version_id for item in items]
    query = select(ItemVersion.item_id, ItemVersion.stem).where(ItemVersion.id.in_(ids))
    return defaultdict(str, {row.item_id: rules.plain_text(row.stem) for row in db.session.execute(query)})
