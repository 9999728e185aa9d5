"""What papers are dealt from."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

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
    expected_seconds: int | None = None
    use_count: int = 0
    last_used_at: datetime | None = None
    pooled_n: int = 0
    pooled_difficulty: float | None = None  # share of the points gained, over pooled_n answers
    pooled_discrimination: float | None = None
    irt: tuple[float, float, float] | None = None  # a, b, c where analysis calibrated the version
    flags: frozenset[str] = frozenset()  # see bank.rules.FLAGS


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
            Item.variant_group_id, Item.expected_seconds, Item.use_count, Item.last_used_at, Item.pooled_n,
            Item.pooled_difficulty, Item.pooled_discrimination, Item.irt_a, Item.irt_b, Item.irt_c, Item.flags,
        ).where(*is_usable).order_by(Item.code)
    )  # fmt: skip
    return [
        PoolItem(row.id, row.accepted_version_id, row.code, row.topic_id, row.level_id, row.kind,
                 frozenset(tags[row.id]), row.author_id, row.variant_group_id, enemies.get(row.id, frozenset()),
                 row.expected_seconds, row.use_count, row.last_used_at, row.pooled_n, row.pooled_difficulty,
                 row.pooled_discrimination, _irt(row), frozenset(row.flags.split()))
        for row in rows
    ]  # fmt: skip


def _irt(row) -> tuple[float, float, float] | None:
    return None if row.irt_a is None or row.irt_b is None else (row.irt_a, row.irt_b, row.irt_c or 0.0)


def get_versions(ids: Iterable[int]) -> dict[int, ItemVersion]:
    """Versions by their ids (those that exist)."""
    wanted, found = sorted(set(ids)), {}
    for start in range(0, len(wanted), 500):
        query = select(ItemVersion).where(ItemVersion.id.in_(wanted[start : start + 500]))
        found.update({version.id: version for version in db.session.scalars(query)})
    return found
