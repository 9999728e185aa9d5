"""PURE. Scripts: their codes, the rubric's points, the order in which a marker meets them, parts put together."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Protocol

from exambank.exams.rules import CODE_LETTERS

CODE_LENGTH = 6
STEP = Decimal("0.25")
WHOLE = "whole"
"""The one row of a rubric that nobody wrote: all the points of the question."""
KEPT = Decimal("0.0001")
PENDING = "pending"


def script_code(rng: Any) -> str:
    """Six characters that are read, heard and typed without mistake, and say nothing about anybody."""
    return "".join(rng.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def read_code(typed: str) -> str:
    """A code as somebody typed it: without spaces and hyphens, in capitals."""
    return re.sub(r"[\s-]", "", typed).upper()


def order_key(marker: str, code: str) -> str:
    """Where a script stands for this marker: random, the same at every look, another for every marker."""
    return hashlib.sha256(f"{marker}|{code}".encode()).hexdigest()


@dataclass(frozen=True)
class Criterion:
    """One row of a rubric: up to so many points for this."""

    token: str
    html: str
    points: Decimal
    prompt: str = ""

    @property
    def steps(self) -> list[Decimal]:
        """What may be given: quarters, and always the whole."""
        quarters = [STEP * at for at in range(int(self.points / STEP) + 1)]
        return quarters if quarters[-1] == self.points else [*quarters, self.points]

    @property
    def choices(self) -> list[tuple[str, Decimal]]:
        """The same, each as a form sends it and a script keeps it."""
        return [(f"{step.normalize():f}", step) for step in self.steps]


def criteria_of(content: Mapping[str, Any], max_points: Decimal) -> list[Criterion]:
    """The rubric's rows; without a rubric, one row for the whole question."""
    rows = [
        Criterion(row["token"], row.get("html") or "", Decimal(str(row["points"])), row.get("prompt") or "")
        for row in content.get("rubric") or []
        if Decimal(str(row["points"])) > 0
    ]
    return rows or [Criterion(WHOLE, "", max_points)]


def rubric_total(criteria: Sequence[Criterion]) -> Decimal:
    """How many points the rubric holds; the paper may give the question more or fewer."""
    return sum((row.points for row in criteria), Decimal("0"))


def clean_given(criteria: Sequence[Criterion], given: Mapping[str, Any]) -> dict[str, str] | None:
    """The points given, row by row, as stored; None when one is not among what its row allows."""
    allowed = {row.token: {value for value, _step in row.choices} for row in criteria}
    found = {}
    for token, points in given.items():
        if points in (None, ""):
            continue
        if token not in allowed or str(points) not in allowed[token]:
            return None
        found[token] = str(points)
    return found


def is_complete(criteria: Sequence[Criterion], given: Mapping[str, str]) -> bool:
    """Whether every row has its points."""
    return all(row.token in given for row in criteria)


def points_for(criteria: Sequence[Criterion], given: Mapping[str, str], max_points: Decimal) -> Decimal:
    """The sum of the rows in the points of the paper, half up to the 1/10,000 that the database keeps."""
    total = rubric_total(criteria)
    if total <= 0:
        return Decimal("0")
    share = Fraction(sum((Decimal(points) for points in given.values()), Decimal("0"))) / Fraction(total)
    exact = min(max(share, Fraction(0)), Fraction(1)) * Fraction(max_points)
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(KEPT, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Asked:
    """What a marker has before the eyes: the question, and the shared text of its case where it belongs to one."""

    kind: str
    stem: str
    content: Mapping[str, Any]
    stimulus: str = ""


def asked_in(kind: str, stem: str, content: Mapping[str, Any], part: str) -> Asked:
    """The question behind a script: the item itself, or one question of a case."""
    if not part:
        return Asked(kind, stem, content)
    inner = next(one for one in content["questions"] if one["token"] == part)
    return Asked(inner["kind"], inner["stem"], inner["content"], stem)


def given_in(payload: str | None, part: str) -> dict[str, Any]:
    """What was written for it, as plain data."""
    whole = json.loads(payload) if payload else {}
    return ((whole.get("questions") or {}).get(part) or {}) if part else whole


class PartPoints(Protocol):
    """``bank.interactions.PartScore``, as far as it is read here."""

    token: str
    label: str
    points: Decimal
    max_points: Decimal
    outcome: str


@dataclass(frozen=True)
class Whole:
    """The points of one response: the machine's parts and the marker's put together."""

    points: Decimal
    outcome: str
    parts: tuple[dict[str, str], ...]


def put_together(parts: Sequence[PartPoints], finished: Mapping[str, Decimal]) -> Whole | None:
    """The mark of a response; None while a part waits for its marker.

    ``finished``: points by part. A part that a machine could decide (a blank one too) keeps the machine's points.
    """
    rows, total, largest = [], Decimal("0"), Decimal("0")
    for part in parts:
        is_pending = part.outcome == PENDING
        if is_pending and part.token not in finished:
            return None
        points = finished[part.token] if is_pending else part.points
        total, largest = total + points, largest + part.max_points
        rows.append(
            {
                "token": part.token,
                "label": part.label,
                "points": f"{points.normalize():f}",
                "max": f"{part.max_points.normalize():f}",
                "outcome": _outcome(points, part.max_points) if is_pending else part.outcome,
                "by": "marker" if is_pending else "key",
            }
        )
    outcomes = {row["outcome"] for row in rows}
    if len(outcomes) == 1 and outcomes <= {"blank", "right", "wrong"}:
        return Whole(total, outcomes.pop(), tuple(rows))
    return Whole(total, _outcome(total, largest), tuple(rows))


def _outcome(points: Decimal, max_points: Decimal) -> str:
    if points >= max_points > 0:
        return "right"
    return "partial" if points > 0 else "wrong"
