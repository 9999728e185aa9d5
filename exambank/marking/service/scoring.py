"""From a response to its points: the machine's parts, and those of finished scripts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from flask import current_app
from sqlalchemy import Select, bindparam, select

from exambank.bank.interactions import REGISTRY
from exambank.bank.interactions.base import PartScore
from exambank.bank.models import Item, ItemVersion
from exambank.db import db
from exambank.marking.models import Script
from exambank.marking.rules import PENDING, put_together
from exambank.sittings.models import Response, Sitting

Scripts = Mapping[tuple[int, str], Script]

_KEY = "exambank_marking_contents"
_LIMIT = 2_000  # contents of item versions kept in a process, some thousand bytes each


@dataclass(frozen=True)
class Answered:
    """One question of one sitting with what was given to it, as plain values: ready to be marked, or marked again."""

    sitting_id: int
    number: int
    version_id: int
    kind: str
    content: dict[str, Any]
    max_points: Decimal
    payload: str | None
    is_scored: bool = True  # False: pretest, it counts for the item's statistics alone

    @cached_property
    def parts(self) -> list[PartScore]:
        """What the machine makes of the response, part by part; some may be pending."""
        return REGISTRY[self.kind].split_score(self.content, self.payload, self.max_points)

    @property
    def pending(self) -> list[PartScore]:
        """The parts that need a person."""
        return [part for part in self.parts if part.outcome == PENDING]


@dataclass(frozen=True)
class RawMark:
    """What ``ResponseMark`` will hold of one question, as plain values: forty of them are written as one statement."""

    sitting_id: int
    question: int
    item_version_id: int
    points: Decimal
    max_points: Decimal
    outcome: str
    rule: dict[str, Any]

    @property
    def is_scored(self) -> bool:
        """False for a pretest question."""
        return not self.rule.get("pretest", False)


def read_again(sitting: Sitting, before: Sequence[Answered]) -> list[Answered]:
    """What ``questions_of`` gives now, from what it gave before: contents never change, given answers may have."""
    given = _given(sitting)
    return [replace(one, payload=given.get(one.number)) if one.payload != given.get(one.number) else one
            for one in before]  # fmt: skip


def _given(sitting: Sitting) -> dict[int, str]:
    return dict(db.session.execute(_payloads(), {"sitting_id": sitting.id}).all())


# made once: a whole room hands in together, and making a statement takes longer than running it
@cache
def _payloads() -> Select:
    return select(Response.question, Response.payload).where(Response.sitting_id == bindparam("sitting_id"))


@cache
def _scripts() -> Select:
    return select(Script).where(Script.sitting_id.in_(bindparam("sitting_ids", expanding=True)))


def questions_of(sitting: Sitting) -> list[Answered]:
    """The paper's questions with what the candidate gave to each."""
    given = _given(sitting)
    layout = sitting.paper.layout
    found = contents_of({entry["version"] for entry in layout})
    return [
        Answered(
            sitting.id,
            number,
            entry["version"],
            *found[entry["version"]],
            Decimal(entry["points"]),
            given.get(number),
            entry.get("scored", True),
        )
        for number, entry in enumerate(layout, start=1)
    ]


def contents_of(version_ids: Iterable[int]) -> dict[int, tuple[str, dict[str, Any]]]:
    """Kind and content of the versions on papers; they never change, so each process reads them once. Only to read."""
    known, wanted = current_app.extensions.setdefault(_KEY, {}), set(version_ids)
    found = {one: content for one in wanted if (content := known.get(one))}
    if missing := wanted - found.keys():
        if len(known) > _LIMIT:
            known.clear()
        query = (
            select(ItemVersion.id, Item.kind, ItemVersion.content)
            .join(Item, Item.id == ItemVersion.item_id)
            .where(ItemVersion.id.in_(missing))
        )
        read = {row.id: (row.kind, row.content) for row in db.session.execute(query)}
        known.update(read)
        found.update(read)
    return found


def scripts_of(sitting_ids: Sequence[int]) -> dict[int, dict[tuple[int, str], Script]]:
    """The scripts of these sittings, by question and part."""
    found: dict[int, dict[tuple[int, str], Script]] = {one: {} for one in sitting_ids}
    for script in db.session.execute(_scripts(), {"sitting_ids": list(sitting_ids)}).scalars():
        found[script.sitting_id][script.question, script.part] = script
    return found


def mark_of(question: Answered, scripts: Scripts) -> RawMark | None:
    """The raw mark of a question; None while somebody is still marking a part of it."""
    own = {part: script for (number, part), script in scripts.items() if number == question.number}
    finished = {part: script.points for part, script in own.items() if script.state == "finished"}
    whole = put_together(question.parts, finished)
    if whole is None:
        return None
    rule = REGISTRY[question.kind].scoring_rule(question.content)
    if not question.is_scored:
        rule = {**rule, "pretest": True}
    return RawMark(
        sitting_id=question.sitting_id,
        question=question.number,
        item_version_id=question.version_id,
        points=whole.points,
        max_points=question.max_points,
        outcome=whole.outcome,
        rule={**rule, **_by_hand(whole.parts, own)} if own or len(whole.parts) > 1 else rule,
    )


def _by_hand(parts: Sequence[dict[str, str]], own: Mapping[str, Script]) -> dict[str, Any]:
    """What anybody needs to compute a marker's points again, part by part, with the rubric's rows; no name."""
    given = {part: dict(script.rubric) for part, script in own.items() if script.state == "finished"}
    return {"parts": [{**row, **({"rubric": given[row["token"]]} if row["by"] == "marker" else {})} for row in parts]}
