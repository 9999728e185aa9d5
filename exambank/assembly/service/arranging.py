"""The options of dealt questions in their order, paper by paper, and the map between codes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from exambank import audit
from exambank.assembly.models import PaperSet
from exambank.assembly.rules.arranging import CodeMap, map_codes, place_keys
from exambank.assembly.rules.demands import Demands
from exambank.assembly.service.content import layouts_of
from exambank.assembly.service.looking import refuse_withdrawn
from exambank.assembly.service.pool import SHUFFLED_BY_CHOICE, choice_of
from exambank.assembly.service.seeds import generator
from exambank.bank import service as bank
from exambank.bank.interactions import REGISTRY
from exambank.db import unit_of_work
from exambank.permissions import Actor


@dataclass(frozen=True)
class Arrangeable:
    """A version as arranging must know it."""

    kind: str
    content: Mapping[str, Any]


def arrange_options(
    seed: str, code: str, versions: Sequence[int], known: Mapping[int, Arrangeable], demands: Demands
) -> list[list[str]]:
    """For each question of a paper (versions in their order) its tokens in the order shown.

    By ``seed`` and ``code``: the same give the same. Keys of single choices are spread over A, B, C, D and kept from
    standing in a row (see ``rules.arranging``); locked options keep their place; every other kind deals as it does.
    Without ``shuffle_options`` options to choose from keep the bank's order.
    """
    choices = [choice_of(known[version].kind, known[version].content) for version in versions]
    if not demands.shuffle_options:
        choices = [None] * len(versions)
    places = place_keys(
        [choice.places if choice else () for choice in choices], demands.max_same_key_run, generator(seed, code, "keys")
    )
    found = []
    for version, choice, place in zip(versions, choices, places, strict=True):
        one, rng = known[version], generator(seed, code, version)
        if choice is not None:
            found.append(choice.order(place, rng))
        elif not demands.shuffle_options and one.kind in SHUFFLED_BY_CHOICE:
            found.append([row["token"] for row in one.content["options"]])
        else:
            found.append(REGISTRY[one.kind].deal_order(one.content, rng))
    return found


def key_place(kind: str, content: Mapping[str, Any], tokens: Sequence[str]) -> int | None:
    """Where (from 0) the key of a single choice stands among its dealt tokens; None for every other question."""
    choice = choice_of(kind, content)
    return tokens.index(choice.key) if choice is not None and choice.key in tokens else None


@dataclass(frozen=True)
class NamedCodeMap:
    """A map between codes with the items' own codes beside its rows (``items``: by version)."""

    map: CodeMap
    items: Mapping[int, str]

    @property
    def shared(self) -> int:
        """Items that stand in more than one paper."""
        return sum(row.papers > 1 for row in self.map.rows)


def look_into_code_map(*, actor: Actor, now: datetime, paper_set: PaperSet) -> NamedCodeMap:
    """Which question of one code is which of another; the look is recorded. StateConflict while the set is sealed."""
    refuse_withdrawn(paper_set)
    layouts = layouts_of(paper_set)
    found = map_codes({code: [question["version"] for question in layouts[code]] for code in sorted(layouts)})
    versions = bank.get_versions([row.version for row in found.rows])
    names = {version_id: version.item.code for version_id, version in versions.items()}
    with unit_of_work():
        audit.record(actor, "papers.code_map_seen", paper_set, at=now)
    return NamedCodeMap(found, names)
