"""What papers are dealt from, and what papers and exams tell back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from exambank.bank.models import Item, ItemStatistic, ItemTag, ItemUse, ItemVersion
from exambank.db import db, new_public_id, unit_of_work


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
    rows = db.session.execute(
        select(
            Item.id, Item.accepted_version_id, Item.code, Item.topic_id, Item.level_id, Item.kind, Item.author_id
        ).where(*is_usable).order_by(Item.code)
    )  # fmt: skip
    return [
        PoolItem(row.id, row.accepted_version_id, row.code, row.topic_id, row.level_id, row.kind,
                 frozenset(tags[row.id]), row.author_id)
        for row in rows
    ]  # fmt: skip


def get_versions(ids: Iterable[int]) -> dict[int, ItemVersion]:
    """Versions by their ids (those that exist)."""
    wanted, found = sorted(set(ids)), {}
    for start in range(0, len(wanted), 500):
        query = select(ItemVersion).where(ItemVersion.id.in_(wanted[start : start + 500]))
        found.update({version.id: version for version in db.session.scalars(query)})
    return found


def record_use(version_ids: Sequence[int], paper_public_id: str, now: datetime) -> None:
    """Remember that a paper carries these versions; told twice, remembered once."""
    with unit_of_work() as session:
        known = set(session.scalars(select(ItemUse.item_version_id).where(ItemUse.paper == paper_public_id)))
        rows = [
            {"item_version_id": version_id, "paper": paper_public_id, "used_at": now}
            for version_id in dict.fromkeys(version_ids)
            if version_id not in known
        ]
        if rows:
            session.execute(insert(ItemUse), rows)


_FIGURES = ("n", "difficulty", "item_rest", "item_rest_low", "item_rest_high")


def record_statistics(run: str, exam: str, rows: Iterable[dict[str, Any]], now: datetime) -> None:
    """Keep what one run of the analysis found of each version; told twice, kept once.

    A row: item_version_id, n, difficulty, item_rest, item_rest_low, item_rest_high and options, a list of
    {"token", "chosen", "share", "rest"} (number and share who chose it, correlation with the rest).
    """
    with unit_of_work() as session:
        known = set(session.scalars(select(ItemStatistic.item_version_id).where(ItemStatistic.run == run)))
        values = [
            {
                "public_id": new_public_id(),
                "run": run,
                "exam": exam,
                "item_version_id": row["item_version_id"],
                "options": list(row.get("options") or []),
                "recorded_at": now,
                **{name: row.get(name) for name in _FIGURES},
            }
            for row in rows
            if row["item_version_id"] not in known
        ]
        if values:
            session.execute(insert(ItemStatistic), values)


def list_statistics(version_ids: Iterable[int]) -> dict[int, list[ItemStatistic]]:
    """For each version the newest run of each exam, oldest exam first."""
    query = select(ItemStatistic).where(ItemStatistic.item_version_id.in_(list(version_ids))).order_by(ItemStatistic.id)
    newest: dict[tuple[int, str], ItemStatistic] = {}
    for row in db.session.scalars(query):
        newest[(row.item_version_id, row.exam)] = row
    found = defaultdict(list)
    for row in sorted(newest.values(), key=lambda one: one.id):
        found[row.item_version_id].append(row)
    return dict(found)


def list_uses(version_ids: Iterable[int]) -> list[ItemUse]:
    """The papers that carry these versions, newest first."""
    query = select(ItemUse).where(ItemUse.item_version_id.in_(list(version_ids)))
    return list(db.session.scalars(query.order_by(ItemUse.used_at.desc(), ItemUse.id.desc())))
