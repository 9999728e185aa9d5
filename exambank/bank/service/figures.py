"""What papers and exams tell back: uses and statistics, and the figures that lists filter and sort by."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from exambank.bank.models import Item, ItemConcern, ItemStatistic, ItemUse, ItemVersion
from exambank.bank.rules import concerns
from exambank.bank.rules.figures import (
    IN_DOUBT,
    ExamFigures,
    Pooled,
    join_flags,
    keys_of,
    pool_figures,
    read_figures,
)
from exambank.db import db, in_batches, new_public_id, unit_of_work

BATCH = 50


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
            told = ItemVersion.id.in_([row["item_version_id"] for row in rows])
            ids = session.execute(select(Item.id, Item.merged_into_id).join(Item.versions).where(told))
            count_uses(session, sorted({one for row in ids for one in row if one is not None}))


def count_uses(session, item_ids: Sequence[int]) -> None:
    """Count anew how many papers carry these items, within the unit of work of whoever asks."""
    values = [{"id": item_id, **uses} for item_id, uses in _uses_of(session, item_ids).items()]
    if values:
        session.execute(update(Item), values)


def _uses_of(session, item_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """How many papers carry an item in any of its versions, or one merged into it, and the last of them.

    Only where it is not yet so. Whoever sat a paper with the twin knows this question too.
    """
    bearer = aliased(Item)
    query = (
        select(
            Item.id, Item.use_count, Item.last_used_at, func.count(func.distinct(ItemUse.paper)),
            func.max(ItemUse.used_at),
        )
        .outerjoin(bearer, or_(bearer.id == Item.id, bearer.merged_into_id == Item.id))
        .outerjoin(ItemVersion, ItemVersion.item_id == bearer.id)
        .outerjoin(ItemUse, ItemUse.item_version_id == ItemVersion.id)
        .where(Item.id.in_(list(item_ids)))
        .group_by(Item.id, Item.use_count, Item.last_used_at)
    )  # fmt: skip
    return {
        item_id: {"use_count": count, "last_used_at": last}
        for item_id, known_count, known_last, count, last in session.execute(query)
        if (known_count, known_last) != (count, last)
    }


_FIGURES = ("n", "difficulty", "item_rest", "item_rest_low", "item_rest_high")


def record_statistics(run: str, exam: str, rows: Iterable[dict[str, Any]], now: datetime) -> None:
    """Keep what one run of the analysis found of each version; told twice, kept once.

    A row: item_version_id, n, difficulty, item_rest, item_rest_low, item_rest_high and options, a list of
    {"token", "chosen", "share", "rest"} (number and share who chose it, correlation with the rest). Where one option is
    taken, ``key`` on the right ones and ``rivalry`` on the others say how they do against each other, as
    ``rules.figures.read_suspicion`` reads them: the key comes under suspicion here by what the analysis found there.
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
            ids = _hold(session, Item.accepted_version_id.in_([value["item_version_id"] for value in values]))
            session.execute(insert(ItemStatistic), values)
            pool_items(session, ids)


def _hold(session, which: ColumnElement[bool]) -> list[int]:
    """The ids of these items, held: a concern that is opened or closed meanwhile would lose its flag otherwise."""
    return list(session.scalars(select(Item.id).where(which).order_by(Item.id).with_for_update()))


def pool_items(session, item_ids: Sequence[int]) -> None:
    """Compute the pooled figures and flags of these items anew, within the unit of work of whoever asks and holds them.

    Asked for when statistics arrive and when another version comes into force: figures belong to a text.
    """
    values = [{"id": item_id, **figures} for item_id, figures in _figures_of(session, item_ids).items()]
    if values:
        session.execute(update(Item), values)


_POOLED = ("pooled_n", "pooled_difficulty", "pooled_discrimination", "flags")


def _figures_of(session, item_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What the items in force should say; only where they do not say so yet."""
    query = (
        select(Item.id, Item.kind, ItemVersion.id, ItemVersion.content, *(getattr(Item, name) for name in _POOLED))
        .join(ItemVersion, ItemVersion.id == Item.accepted_version_id)
        .where(Item.id.in_(list(item_ids)))
    )
    rows = session.execute(query).all()
    figures, doubted = _newest_figures([row[2] for row in rows]), _in_doubt(session, item_ids)
    found = {}
    for item_id, kind, version_id, content, *known in rows:
        pooled = pool_figures(figures.get(version_id, ()), kind, keys_of(content))
        flags = [IN_DOUBT, *pooled.flags] if item_id in doubted else pooled.flags
        wanted = (pooled.n, pooled.difficulty, pooled.discrimination, join_flags(flags))
        if tuple(known) != wanted:
            found[item_id] = dict(zip(_POOLED, wanted, strict=True))
    return found


def _in_doubt(session, item_ids: Sequence[int]) -> set[int]:
    """Items whose concern is open."""
    query = select(ItemConcern.item_id).where(
        ItemConcern.state == concerns.OPEN, ItemConcern.item_id.in_(list(item_ids))
    )
    return set(session.scalars(query))


def _newest_figures(version_ids: Sequence[int]) -> dict[int, list[ExamFigures]]:
    return {
        version_id: [read_figures(row) for row in rows] for version_id, rows in list_statistics(version_ids).items()
    }


def refresh_figures(course_module_id: int | None = None) -> int:
    """Bring uses, pooled figures and flags of all items (of one module) up to date; returns how many changed.

    For data older than these columns, and when a rule changed. What is right already is only read.
    """
    query = select(Item.id).order_by(Item.id)
    if course_module_id is not None:
        query = query.where(Item.course_module_id == course_module_id)
    changed = 0
    for batch in in_batches(list(db.session.scalars(query)), BATCH):
        stale = sorted(_uses_of(db.session, batch).keys() | _figures_of(db.session, batch).keys())
        if stale:
            with unit_of_work() as session:
                _hold(session, Item.id.in_(stale))
                count_uses(session, stale)
                pool_items(session, stale)
                session.expire_all()  # the rows were changed by statements, not through their objects
        changed += len(stale)
    return changed


def list_statistics(version_ids: Iterable[int]) -> dict[int, list[ItemStatistic]]:
    """For each version the newest run of each exam, in the order in which the exams were first told of."""
    query = select(ItemStatistic).where(ItemStatistic.item_version_id.in_(list(version_ids))).order_by(ItemStatistic.id)
    newest: dict[tuple[int, str], ItemStatistic] = {}
    first_told: dict[tuple[int, str], tuple[datetime, int]] = {}
    for row in db.session.scalars(query):
        place = (row.item_version_id, row.exam)
        newest[place] = row
        first_told.setdefault(place, (row.recorded_at, row.id))
    found = defaultdict(list)
    for place in sorted(newest, key=first_told.__getitem__):
        found[place[0]].append(newest[place])
    return dict(found)


def list_uses(version_ids: Iterable[int]) -> list[ItemUse]:
    """The papers that carry these versions, newest first."""
    query = select(ItemUse).where(ItemUse.item_version_id.in_(list(version_ids)))
    return list(db.session.scalars(query.order_by(ItemUse.used_at.desc(), ItemUse.id.desc())))


@dataclass(frozen=True)
class VersionStatistics:
    """What exams say about one version of an item."""

    version: ItemVersion
    kind: str
    rows: tuple[ItemStatistic, ...]  # the newest run of each exam, oldest first
    pooled: Pooled


def statistics_of(versions: Sequence[ItemVersion]) -> list[VersionStatistics]:
    """The statistics of an item's versions that have any, in the order given (the newest first)."""
    found = list_statistics([version.id for version in versions])
    return [
        VersionStatistics(
            version,
            version.item.kind,
            tuple(found[version.id]),
            pool_figures(map(read_figures, found[version.id]), version.item.kind, keys_of(version.content)),
        )
        for version in versions
        if version.id in found
    ]
