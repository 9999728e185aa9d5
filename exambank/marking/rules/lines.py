"""PURE. What corrections add to raw marks, and what a total is worth on the Regulation's scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from exambank.courses.rules import GradeDecision, round_half_up

LATE_ANSWER = "late_answer"
REMARKED = "remarked"


@dataclass(frozen=True)
class Target:
    """The points that one correction in force wants a response to have at least."""

    correction: int
    points: Decimal


@dataclass(frozen=True)
class Line:
    correction: int
    points: Decimal


def derive_lines(raw: Decimal, targets: Sequence[Target]) -> list[Line]:
    """Lines in the order of the corrections: each lifts the response to its target, none takes points away.

    Derived anew whenever a correction is made or undone, so that undoing one leaves exactly what the others give.
    """
    lines, current = [], raw
    for target in targets:
        if target.points > current:
            lines.append(Line(target.correction, target.points - current))
            current = target.points
    return lines


def scaled_mark(points: Decimal, max_points: Decimal, scale_max: Decimal, step: Decimal) -> Decimal:
    """Points of a paper on the Regulation's scale, half up at its step; a paper without points is worth zero."""
    if max_points <= 0:
        return Decimal("0")
    share = min(max(Fraction(points) / Fraction(max_points), Fraction(0)), Fraction(1))
    return round_half_up(share * Fraction(scale_max), step)


@dataclass(frozen=True)
class Move:
    """What a correction does to one candidate: marks and module grades before and after."""

    user_id: int
    number: str
    full_name: str
    mark_before: Decimal
    mark_after: Decimal
    grade_before: GradeDecision | None
    grade_after: GradeDecision | None

    @property
    def is_moved(self) -> bool:
        return self.mark_before != self.mark_after

    @property
    def crosses_pass(self) -> bool:
        """Whether the learner passes now and did not, or the other way round."""
        if self.grade_before is None or self.grade_after is None:
            return False
        return self.grade_before.is_pass != self.grade_after.is_pass
