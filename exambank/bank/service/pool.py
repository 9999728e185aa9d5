"""What papers are dealt from."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from exambank.bank.models import Item, ItemTag, ItemVersion
from exambank.bank.service.kinship import enemies_in_bank
from exambank.db import db


@dataclass(frozen=True)
class PoolItem:
    """An accepted item as assembly sees it."""

    item_id: int
    version_id: int
    code: str
    topic_id: int | None
    level_id: int | None
    kind: str
    tags: frozenset[str]
    author_id: int
    variant_group_id: int | None = None
    enemies: frozenset[int] = frozenset()  # item ids


def list_pool(course_module_id: int) -> list[PoolItem]:
    """All items of a module that papers may use, by code."""
    is_usable = (
        Item.course_module_id == course_module_id,
        Item.state == "accepted",
        Item.accepted_version_id.isnot(None),
    )
    tags = defaultdict(set)
    for item_id, tag in db.session.execute(select(ItemTag.item_id, ItemTag.tag).join(Item).where(*is_usable)):
        tags[item_id].add(tag)
    enemies = enemies_in_bank(course_module_id)
    rows = db.session.execute(
        select(
            Item.id, Item.accepted_version_id, Item.code, Item.topic_id, Item.level_id, Item.kind, Item.author_id,
            Item.variant_group_id,
        ).where(*is_usable).order_by(Item.code)
    )  # fmt: skip
    return [
        PoolItem(row.id, row.accepted_version_id, row.code, row.topic_id, row.level_id, row.kind,
                 frozenset(tags[row.id]), row.author_id, row.variant_group_id, enemies.get(row.id, frozenset()))
        for row in rows
    ]  # fmt: skip


def get_versions(ids: Iterable[int]) -> dict[int, ItemVersion]:
    """Versions by their ids (those that exist)."""
    wanted, found = sorted(set(ids)), {}
    for start in range(0, len(wanted), 500):
        query = select(ItemVersion).where(ItemVersion.id.in_(wanted[start : start + 500]))
        found.update({version.id: version for version in db.session.scalars(query)})
    return found
