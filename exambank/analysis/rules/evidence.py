"""What a flag is: a code, the options it speaks of, and the figures that it rests on.

Two kinds. A *review* puts the item itself in doubt and opens a review of it in the bank; a *notice* tells what somebody
who reads the item should know, and opens nothing. No flag stands on a bare threshold: an interval lies wholly beyond
the limit, and both stand in the evidence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from exambank.psychometrics import Interval

CONFIDENCE = 0.95
REVIEW, NOTICE = "review", "notice"

MISKEY, NEGATIVE, VERY_HARD_FLAG = "miskey", "negative", "very_hard"
POOR, TOO_HARD, TOO_EASY, DEAD, ATTRACTIVE = "poor", "hard", "easy", "dead_option", "attractive_option"
SPEEDED, DRIFT, DIF, EXPOSED, TOO_FEW = "speeded", "drift", "dif", "exposed", "too_few"
ORDER = (
    MISKEY, NEGATIVE, VERY_HARD_FLAG, DIF, DRIFT, ATTRACTIVE, POOR, SPEEDED, TOO_HARD, TOO_EASY, DEAD, TOO_FEW, EXPOSED,
)  # fmt: skip
SERIOUS = frozenset({MISKEY, NEGATIVE})
"""Flags that ask for a review of the item before it is used again."""


@dataclass(frozen=True)
class Flag:
    """Something to look at; ``options`` are the tokens it speaks of.

    ``evidence`` holds n, value, low, high, confidence and the limit that the interval lies beyond, as far as the flag
    has them, and what its sentence says besides; with several options ``by_option`` tells of each.
    """

    code: str
    options: tuple[str, ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def kind(self) -> str:
        return REVIEW if self.code in SERIOUS else NOTICE

    def as_dict(self) -> dict[str, Any]:
        return {"code": self.code, "options": list(self.options), "kind": self.kind, "evidence": dict(self.evidence)}


def read_flag(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A stored flag with everything that flags have now; runs of earlier formulas kept code and options alone."""
    plain = Flag(stored["code"], tuple(stored.get("options") or ()), stored.get("evidence") or {})
    return plain.as_dict()


def measured(
    n: float, value: float | None, ends: tuple[float, float] | list[float], limit: float, **further: Any
) -> dict[str, Any]:
    """The evidence of a figure whose interval lies beyond a limit."""
    low, high = ends
    return {
        "n": n, "value": value, "low": low, "high": high, "confidence": CONFIDENCE, "limit": limit, **further,
    }  # fmt: skip


def in_order(flags: list[Flag]) -> list[Flag]:
    """The gravest first."""
    return sorted(flags, key=lambda flag: ORDER.index(flag.code))


def ends_of(interval: Interval | None) -> list[float] | None:
    """An interval as a run keeps it."""
    return [interval.low, interval.high] if interval else None
