"""What a matrix must know of a bank, read in two or three statements: thousands of items, many times an hour."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from exambank.assembly.rules import Place
from exambank.bank import service as bank
from exambank.bank.models import Item, ItemTag
from exambank.db import db

ON_THE_WAY = ("draft", "review")
NONE: frozenset = frozenset()


class StockItem(NamedTuple):
    """An accepted item, as ``rules.supply`` and ``rules.feasibility`` know it."""

    item_id: int
    version_id: int
    code: str
    topic_id: int | None
    level_id: int | None
    kind: str
    variant_group_id: int | None
    use_count: int
    last_used_at: datetime | None
    pooled_n: int
    pooled_difficulty: float | None
    pooled_discrimination: float | None
    flags: frozenset[str]
    tags: frozenset[str]
    enemies: frozenset[int]


def read_stock(course_module_id: int, *, with_tags: bool = True) -> tuple[list[StockItem], Counter[Place]]:
    """The accepted items of a module, and how many are on the way (draft, review) for each topic and level.

    ``with_tags``: False leaves the tags of all items empty, where nobody asks about them.
    """
    tags = _tags(course_module_id) if with_tags else {}
    enemies = bank.enemies_in_bank(course_module_id)
    query = select(
        Item.state, Item.id, Item.accepted_version_id, Item.code, Item.topic_id, Item.level_id, Item.kind,
        Item.variant_group_id, Item.use_count, Item.last_used_at, Item.pooled_n, Item.pooled_difficulty,
        Item.pooled_discrimination, Item.flags,
    ).where(Item.course_module_id == course_module_id, Item.state.in_((*ON_THE_WAY, "accepted")))  # fmt: skip
    pool, waiting = [], Counter()
    for state, *known, flags in db.session.execute(query):
        if state != "accepted":
            waiting[known[3], known[4]] += 1
        elif known[1] is not None:
            codes = frozenset(flags.split()) if flags else NONE
            pool.append(StockItem(*known, codes, tags.get(known[0], NONE), enemies.get(known[0], NONE)))
    return pool, waiting


def _tags(course_module_id: int) -> dict[int, frozenset[str]]:
    found = defaultdict(set)
    query = select(ItemTag.item_id, ItemTag.tag).join(Item).where(Item.course_module_id == course_module_id)
    for item_id, tag in db.session.execute(query):
        found[item_id].add(tag)
    return {item_id: frozenset(tags) for item_id, tags in found.items()}
