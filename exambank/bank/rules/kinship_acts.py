"""PURE. What may be done with items that are alike: who may live on after a merge, who never meets whom in a paper."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations
from typing import Protocol

MOST_MEMBERS = 100
"""A set or group larger than this is a topic."""

_IN_USE = ("accepted", "suspended")

MERGES: dict[tuple[str, str], str] = {
    # (who lives on, who goes): "" = may be merged, else the reason why not. Retired: nothing lives on in it.
    ("draft", "draft"): "",
    ("draft", "review"): "goes_in_review",
    ("draft", "accepted"): "lives_not_accepted",
    ("draft", "suspended"): "lives_not_accepted",
    ("draft", "retired"): "",
    ("review", "draft"): "",
    ("review", "review"): "goes_in_review",
    ("review", "accepted"): "lives_not_accepted",
    ("review", "suspended"): "lives_not_accepted",
    ("review", "retired"): "",
    ("accepted", "draft"): "",
    ("accepted", "review"): "goes_in_review",
    ("accepted", "accepted"): "",
    ("accepted", "suspended"): "",
    ("accepted", "retired"): "",
    ("suspended", "draft"): "",
    ("suspended", "review"): "goes_in_review",
    ("suspended", "accepted"): "lives_suspended",
    ("suspended", "suspended"): "",
    ("suspended", "retired"): "",
}


class Member(Protocol):
    """What assembly's pool knows of an item (``bank.service.PoolItem``)."""

    item_id: int
    variant_group_id: int | None
    enemies: frozenset[int]


def merge_refusal(
    *, lives: str, goes: str, is_in_review: bool, kinds: tuple[str, str], has_same_picture: bool, is_merged: bool
) -> str:
    """Say why the second item may not go into the first; "" when it may.

    ``lives`` and ``goes`` are states of items; ``is_in_review``: a text of the one that goes waits for a decision;
    ``is_merged``: it went into another already.
    """
    if is_merged:
        return "already_merged"
    if lives == "retired":
        return "lives_retired"
    if is_in_review:
        return "goes_in_review"
    if kinds[0] != kinds[1]:
        return "other_kind"
    if not has_same_picture:
        return "other_picture"
    return MERGES[lives, goes]


def needs_right_to_retire(goes: str) -> bool:
    """Whether a merge takes an item out of use that papers may take now."""
    return goes in _IN_USE


def choose_survivor(first: tuple[str, int], second: tuple[str, int]) -> int:
    """Which of two (state, uses) should live on: 0 or 1. In use before not, then the more used, then the first."""
    ranks = [(state in _IN_USE, state != "suspended", state == "review", uses) for state, uses in (first, second)]
    return int(ranks[1] > ranks[0])


def members_refusal(states: Iterable[str]) -> str:
    """Say why items of these states make no set of enemies or group of variants; "" when they do."""
    found = list(states)
    if len(found) < 2:
        return "too_few"
    if len(found) > MOST_MEMBERS:
        return "too_many"
    return "retired" if "retired" in found else ""


def forbidden_pairs(pool: Iterable[Member]) -> frozenset[tuple[int, int]]:
    """All pairs of item ids (smaller, larger) that never meet in one paper: enemies, and variants of one group.

    Near-duplicates on which nobody has decided yet are not among them.
    """
    pool = list(pool)
    present = {member.item_id for member in pool}
    pairs = {
        (min(member.item_id, enemy), max(member.item_id, enemy))
        for member in pool
        for enemy in member.enemies
        if enemy in present and enemy != member.item_id
    }
    for group in variant_groups(pool).values():
        pairs.update(combinations(sorted(group), 2))
    return frozenset(pairs)


def variant_groups(pool: Iterable[Member]) -> dict[int, frozenset[int]]:
    """Group id -> the item ids of which one paper takes at most one (groups with two or more in the pool)."""
    groups = defaultdict(set)
    for member in pool:
        if member.variant_group_id is not None:
            groups[member.variant_group_id].add(member.item_id)
    return {group_id: frozenset(ids) for group_id, ids in groups.items() if len(ids) > 1}
