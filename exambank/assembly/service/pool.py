"""A bank as the engine and the fairness report take it: what is known of every item papers may use."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from exambank.assembly import engine
from exambank.assembly.models import PaperSet
from exambank.assembly.rules import ASKED_BY_NAME, estimates, fairness
from exambank.assembly.rules.arranging import Choice
from exambank.assembly.rules.demands import Demands
from exambank.assembly.rules.estimates import Estimate, Seen
from exambank.assembly.rules.fairness import Forecast
from exambank.assembly.service.content import is_open, layouts_of
from exambank.bank import service as bank
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import ItemVersion
from exambank.db import db

LETTERS = "ABCDEFGHIJKL"
SHUFFLED_BY_CHOICE = frozenset({"single_choice", "multiple_choice", "true_false_cluster"})
"""Kinds whose options may stay in the bank's order; of others that order is the key."""


@dataclass(frozen=True)
class KnownItem:
    """An item of the bank with what is expected of it."""

    item: bank.PoolItem
    estimate: Estimate

    @property
    def seconds(self) -> int:
        return estimates.seconds_of(self.item.kind, self.item.expected_seconds)


def know_bank(course_module_id: int) -> list[KnownItem]:
    """Every accepted item of a module with its shrunken difficulty: drawn towards its level, then towards the bank."""
    pool = bank.list_pool(course_module_id)
    found = estimates.estimate([Seen(item.pooled_n, item.pooled_difficulty, item.level_id) for item in pool])
    return [KnownItem(item, one) for item, one in zip(pool, found, strict=True)]


def engine_pool(
    known: Sequence[KnownItem], now: datetime, demands: Demands, contents: Mapping[int, dict[str, Any]]
) -> list[engine.PoolItem]:
    """The same as the engine takes it, named by version id; ``contents`` (by version) tell keys that stand still."""
    sets = _enemy_sets([one.item for one in known])
    return [
        engine.PoolItem(
            name=str(one.item.version_id),
            topic=_name(one.item.topic_id),
            level=_name(one.item.level_id),
            kind=one.item.kind,
            tags=one.item.tags,
            difficulty=one.estimate.difficulty,
            difficulty_sd=one.estimate.sd,
            **dict(zip("abc", one.item.irt or (None, None, None), strict=True)),
            enemies=sets.get(one.item.item_id, frozenset()),
            seconds=one.seconds,
            use_count=one.item.use_count,
            last_used_days=None if one.item.last_used_at is None else max(0, (now - one.item.last_used_at).days),
            answer=_fixed_key(contents.get(one.item.version_id), demands),
        )
        for one in known
    ]


def _name(number: int | None) -> str | None:
    return None if number is None else str(number)


def _enemy_sets(pool: Sequence[bank.PoolItem]) -> dict[int, frozenset[str]]:
    """For each item the sets of which a paper takes one at most: variants of a slot, and enemies. Items that are all
    one another's enemies make one set, others a set for each pair."""
    present = {item.item_id for item in pool}
    closed = {item.item_id: frozenset({item.item_id, *(item.enemies & present)}) for item in pool}
    found: dict[int, set[str]] = {}
    for item in pool:
        names = found.setdefault(item.item_id, set())
        if item.variant_group_id is not None:
            names.add(f"variants {item.variant_group_id}")
        circle = closed[item.item_id]
        if len(circle) > 1 and all(closed[other] == circle for other in circle):
            names.add(f"enemies {min(circle)}")
        elif len(circle) > 1:
            for other in circle - {item.item_id}:
                pair = f"pair {min(item.item_id, other)} {max(item.item_id, other)}"
                names.add(pair)
                found.setdefault(other, set()).add(pair)
    return {item_id: frozenset(names) for item_id, names in found.items() if names}


def choice_of(kind: str, content: Mapping[str, Any]) -> Choice | None:
    """The options of a question with one right answer among several; None for every other question."""
    if kind != "single_choice":
        return None
    keys = [row["token"] for row in content["options"] if row["is_key"]]
    if len(keys) != 1:
        return None
    locked = frozenset(row["token"] for row in content["options"] if row["is_locked"])
    return Choice(tuple(row["token"] for row in content["options"]), keys[0], locked)


def _fixed_key(content: Mapping[str, Any] | None, demands: Demands) -> str | None:
    """The letter of a key that no order of the options can move: the engine then minds runs of it."""
    choice = choice_of("single_choice", content) if content else None
    if choice is None:
        return None
    places = choice.places if demands.shuffle_options else (choice.tokens.index(choice.key),)
    return LETTERS[places[0]] if len(places) == 1 else None


def choices_in(known: Sequence[KnownItem]) -> dict[int, dict[str, Any]]:
    """Contents of the single choices of a bank, by version."""
    return contents_of(one.item.version_id for one in known if one.item.kind == "single_choice")


def contents_of(version_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Contents by version: plain values, not rows."""
    wanted, found = sorted(set(version_ids)), {}
    for start in range(0, len(wanted), 500):
        query = select(ItemVersion.id, ItemVersion.content).where(ItemVersion.id.in_(wanted[start : start + 500]))
        found.update({row.id: row.content for row in db.session.execute(query)})
    return found


def forecasts_of(known: Iterable[KnownItem], contents: Mapping[int, Mapping[str, Any]]) -> dict[int, Forecast]:
    """What is expected of these items, by version; a guess at one of k options is right in 1/k of the cases."""
    return {
        one.item.version_id: fairness.forecast(
            one.estimate, one.item.irt, _floor(one.item.kind, contents.get(one.item.version_id)), one.seconds
        )
        for one in known
    }


def _floor(kind: str, content: Mapping[str, Any] | None) -> float:
    if content is None or kind not in ("single_choice", "true_false"):
        return 0.0
    return 1 / max(len(content["options"]), 2)


def used_lately(course_module_id: int, sittings: int) -> frozenset[int]:
    """Items (ids) of the module's last so many sets of papers that were opened; what is sealed yet cannot be known."""
    query = (
        select(PaperSet)
        .where(
            PaperSet.course_module_id == course_module_id,
            PaperSet.state == "approved",
            func.coalesce(PaperSet.opened_at, PaperSet.bound_at).is_not(None),
        )
        .order_by(func.coalesce(PaperSet.bound_at, PaperSet.opened_at).desc(), PaperSet.id.desc())
    )
    opened = [paper_set for paper_set in db.session.scalars(query) if is_open(paper_set)][:sittings]
    versions = {question["version"] for one in opened for layout in layouts_of(one).values() for question in layout}
    ids: set[int] = set()
    wanted = sorted(versions)
    for start in range(0, len(wanted), 500):
        ids.update(
            db.session.scalars(select(ItemVersion.item_id).where(ItemVersion.id.in_(wanted[start : start + 500])))
        )
    return frozenset(ids)


def machine_marked() -> frozenset[str]:
    """Kinds that a cell takes which names none."""
    return frozenset(REGISTRY) - ASKED_BY_NAME
