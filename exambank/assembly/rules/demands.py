"""PURE. What a blueprint demands of papers beside its cells: limits, balance, order, codes."""

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

BALANCED = ("difficulty", "spread", "time", "information")

THETA_ALLOWED = 7
ABILITY_RANGE = 4.0
LAST_CODE = 999_999


@dataclass(frozen=True)
class Demands:
    """Stored as JSON with the blueprint and, as it then stood, with each set of papers.

    ``tolerance`` is a share (0.01 = 1 %) of the mean over the papers; ``theta`` are the abilities at which test
    information is balanced. ``sittings_apart``: not used in so many last sittings of the module. ``code_prefix`` and
    ``code_start``, ``code_step`` give codes (101, 102, ...; 132, 209, ...). ``None``: no such rule.
    """

    balance: tuple[str, ...] = ("difficulty",)
    tolerance: float = 0.01
    theta: tuple[float, ...] = (-1.0, 0.0, 1.0)
    papers_per_item: int | None = None
    overlap: int | None = None
    days_apart: int | None = None
    sittings_apart: int | None = None
    max_use_count: int | None = None
    distinct_items: int | None = None
    max_same_key_run: int | None = 3
    shuffle_items: bool = True
    shuffle_options: bool = True
    code_prefix: str = ""
    code_start: int = 101
    code_step: int = 1

    @classmethod
    def parse(cls, stored: dict[str, Any] | None) -> "Demands":
        """From stored JSON; what is missing takes its default, what is unknown is left out."""
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in (stored or {}).items() if name in known}
        for name in ("balance", "theta"):
            if name in values:
                values[name] = tuple(values[name])
        return cls(**values)

    def as_dict(self) -> dict[str, Any]:
        """As it is stored."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    def codes(self, count: int) -> list[str]:
        """The codes (mã đề) of so many papers; numbers keep the width of the first: 001, 002, ..."""
        width = len(str(self.code_start))
        return [f"{self.code_prefix}{self.code_start + at * self.code_step:0{width}d}" for at in range(count)]


@dataclass(frozen=True)
class DemandProblem:
    """Something wrong with demands: the field of ``Demands`` and a code that the service puts into words."""

    field: str
    code: str


RANGES = {
    "papers_per_item": (1, 500), "overlap": (0, 300), "days_apart": (1, 3650), "sittings_apart": (1, 50),
    "max_use_count": (0, 10_000), "distinct_items": (1, 100_000), "max_same_key_run": (1, 300),
    "code_start": (0, LAST_CODE),
}  # fmt: skip
"""The least and the most of every number that may be demanded."""


def check_demands(demands: Demands, *, items: int = 0) -> list[DemandProblem]:
    """What is wrong with these demands, whatever the bank holds; ``items``: questions of a paper (0: not known)."""
    problems = []
    for name, (least, most) in RANGES.items():
        value = getattr(demands, name)
        if value is not None and not least <= value <= most:
            problems.append(DemandProblem(name, "range"))
    if not 0.001 <= demands.tolerance <= 0.2:
        problems.append(DemandProblem("tolerance", "tolerance"))
    if any(name not in BALANCED for name in demands.balance):
        problems.append(DemandProblem("balance", "unknown"))
    problems += _theta_problems(demands.theta, "information" in demands.balance)
    if not re.fullmatch(r"[0-9A-Za-z.-]{0,8}", demands.code_prefix):
        problems.append(DemandProblem("code_prefix", "prefix"))
    if not 1 <= demands.code_step <= 10_000:
        problems.append(DemandProblem("code_step", "step"))
    if items and demands.distinct_items is not None and demands.distinct_items < items:
        problems.append(DemandProblem("distinct_items", "fewer_than_a_paper"))
    return problems


def _theta_problems(theta: Sequence[float], needed: bool) -> list[DemandProblem]:
    if needed and not theta:
        return [DemandProblem("theta", "theta_missing")]
    if len(theta) > THETA_ALLOWED or any(not math.isfinite(one) or abs(one) > ABILITY_RANGE for one in theta):
        return [DemandProblem("theta", "theta")]
    return []


def percent_of(share: float) -> Decimal:
    """A share as per cent, to a hundredth: 0.02 -> 2."""
    return (Decimal(str(share)) * 100).quantize(Decimal("0.01"))


def check_fixed(fixed: Sequence[tuple[str, int | None]], known: Collection[str], items: int) -> list[tuple[int, str]]:
    """(row from 0, code) of what is wrong with fixed items, given as (item code, place or None).

    ``known``: codes of the items that papers may use; ``items``: questions of a paper.
    """
    problems, codes, places = [], set(), set()
    for row, (code, place) in enumerate(fixed):
        if code not in known:
            problems.append((row, "fixed_unknown"))
        elif code in codes:
            problems.append((row, "fixed_twice"))
        if place is not None and not 1 <= place <= items:
            problems.append((row, "place_range"))
        elif place is not None and place in places:
            problems.append((row, "place_taken"))
        codes.add(code)
        places.add(place)
    return problems
