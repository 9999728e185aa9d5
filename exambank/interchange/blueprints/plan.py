"""PURE. A blueprint as a file tells it, before anything of it is looked up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from typing import Any

MOST_CELLS = 400
MOST_QUESTIONS = 10_000
LONGEST_TEXT = 2_000
LONGEST_NAME = 300
LONGEST_TAG = 60
POINTS_STEP = Decimal("0.0001")


@dataclass(frozen=True)
class PlanCell:
    """So many questions of a topic, level and kind, by the file's own words; "" is any. ``points``: of each question,
    None where the file gives none. ``kind`` is a kind of the registry, or the file's word for one that is not known.
    """

    count: int
    topic: str = ""
    level: str = ""
    kind: str = ""
    tag: str = ""
    not_tag: str = ""
    points: Decimal | None = None
    part: int = 1
    is_scored: bool = True
    requirement: str = ""


@dataclass(frozen=True)
class Claim:
    """A sum that the file states. ``of``: topic, level or whole, ``name``: which; ``what``: count or points."""

    of: str
    name: str
    what: str
    value: Decimal


@dataclass(frozen=True)
class Difference:
    """A claim that what was read does not bear out."""

    claim: Claim
    found: Decimal


@dataclass(frozen=True)
class Plan:
    """``demands`` as ``assembly.rules.demands`` stores them, None where the file has none; ``level_targets``: the share
    of the questions (per cent) that a level should have, by its name; ``notices`` (code, values): what was not
    understood.
    """

    cells: tuple[PlanCell, ...]
    name: str = ""
    duration_minutes: int | None = None
    target_points: Decimal | None = None
    demands: Mapping[str, Any] | None = None
    level_targets: Mapping[str, int] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    notices: tuple[tuple[str, dict], ...] = ()

    @property
    def count(self) -> int:
        return sum(cell.count for cell in self.cells)

    @property
    def lacks_points(self) -> bool:
        """Whether some cell has no points of its own."""
        return any(cell.points is None for cell in self.cells)

    def as_data(self) -> dict[str, Any]:
        """Plain data for JSON; Decimals are strings."""
        return {
            "cells": [_plain(cell) for cell in self.cells],
            "name": self.name,
            "duration_minutes": self.duration_minutes,
            "target_points": None if self.target_points is None else str(self.target_points),
            "demands": None if self.demands is None else dict(self.demands),
            "level_targets": dict(self.level_targets),
            "claims": [_plain(claim) for claim in self.claims],
            "notices": [[code, values] for code, values in self.notices],
        }

    @classmethod
    def from_data(cls, data: Any) -> "Plan":
        """What ``as_data`` gave, from whoever sends it: ValueError for anything else."""
        try:
            return _plan_of(data)
        except (TypeError, LookupError, AttributeError, InvalidOperation, OverflowError) as error:
            raise ValueError("no plan") from error


def tidy_points(given: Decimal) -> Decimal:
    """Points as they are kept: at most four decimals, no idle zeros."""
    rounded = given.quantize(POINTS_STEP)
    return rounded.to_integral_value() if rounded == rounded.to_integral_value() else rounded.normalize()


def differences(plan: Plan) -> list[Difference]:
    """Claims of the file that the cells do not add up to. Points are compared only where all cells have some."""
    found = []
    for claim in plan.claims:
        cells = [cell for cell in plan.cells if claim.of == "whole" or getattr(cell, claim.of) == claim.name]
        if claim.what == "points" and any(cell.points is None for cell in cells):
            continue
        total = sum((_worth(cell, claim.what) for cell in cells), Decimal(0))
        # a file rounds 0,3333 x 3 to 1,0: a hundredth more or less is no difference
        if abs(total - claim.value) > (Decimal("0.01") if claim.what == "points" else 0):
            found.append(Difference(claim, tidy_points(total)))
    return found


def _worth(cell: PlanCell, what: str) -> Decimal:
    if what == "count":
        return Decimal(cell.count)
    return cell.points * cell.count if cell.is_scored else Decimal(0)


# --- plain data ---


def _plain(one: PlanCell | Claim) -> dict[str, Any]:
    values = {entry.name: getattr(one, entry.name) for entry in fields(one)}
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}


def _plan_of(data: Any) -> Plan:
    if len(data["cells"]) > MOST_CELLS or len(data["claims"]) > 4 * MOST_CELLS or len(data["notices"]) > MOST_CELLS:
        raise ValueError("too much")
    minutes = data["duration_minutes"]
    return Plan(
        cells=tuple(_cell_of(one) for one in data["cells"]),
        name=_words(data["name"], LONGEST_NAME),
        duration_minutes=None if minutes is None else _whole(minutes, 100_000),
        target_points=None if data["target_points"] is None else _number(data["target_points"]),
        demands=None if data["demands"] is None else dict(data["demands"].items()),
        level_targets={_words(name, LONGEST_TEXT): _whole(share, 100) for name, share in data["level_targets"].items()},
        claims=tuple(
            Claim(_one_of(one["of"], ("topic", "level", "whole")), _words(one["name"], LONGEST_TEXT),
                  _one_of(one["what"], ("count", "points")), _number(one["value"]))
            for one in data["claims"]
        ),
        notices=tuple((_words(one[0], 40), {_words(name, 40): str(value) for name, value in one[1].items()})
                      for one in data["notices"]),
    )  # fmt: skip


def _cell_of(one: Mapping[str, Any]) -> PlanCell:
    if not isinstance(one["is_scored"], bool):
        raise ValueError("no truth value")
    return PlanCell(
        count=_whole(one["count"], MOST_QUESTIONS),
        topic=_words(one["topic"], LONGEST_TEXT),
        level=_words(one["level"], LONGEST_TEXT),
        kind=_words(one["kind"], LONGEST_TEXT),
        tag=_words(one["tag"], LONGEST_TAG),
        not_tag=_words(one["not_tag"], LONGEST_TAG),
        points=None if one["points"] is None else _number(one["points"]),
        part=_whole(one["part"], 99),
        is_scored=one["is_scored"],
        requirement=_words(one["requirement"], LONGEST_TEXT),
    )


def _words(value: Any, most: int) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise ValueError("no text")
    return value


def _whole(value: Any, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= most:
        raise ValueError("no number")
    return value


def _number(value: Any) -> Decimal:
    number = Decimal(_words(value, 40))
    if not number.is_finite() or abs(number) > 1_000_000:
        raise ValueError("no number")
    return number


def _one_of(value: Any, known: Iterable[str]) -> str:
    if value not in known:
        raise ValueError("not known")
    return value
