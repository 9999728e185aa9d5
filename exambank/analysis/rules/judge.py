"""What figures call for: the Vietnamese bands of difficulty and discrimination, and flags that rest on evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MINIMUM_N = 20  # below this an item is described but not judged
HARD, EASY = 0.3, 0.7
VERY_HARD = 0.1  # so few right answers that the key itself is looked at
GOOD_D, ACCEPTABLE_D = 0.3, 0.2
MEANINGFUL = (0.2, 0.8)  # outside, hardly anybody can differ and D says little
DEAD_SHARE = 0.05
SOUND_SHARE = 0.7  # a paper is acceptable from this share of sound items on

MISKEY, NEGATIVE, VERY_HARD_FLAG = "miskey", "negative", "very_hard"
POOR, TOO_HARD, TOO_EASY, DEAD, TOO_FEW = "poor", "hard", "easy", "dead_option", "too_few"
ORDER = (MISKEY, NEGATIVE, VERY_HARD_FLAG, POOR, TOO_HARD, TOO_EASY, DEAD, TOO_FEW)
SERIOUS = frozenset({MISKEY, NEGATIVE})
"""Flags that ask for a review of the item before it is used again."""


@dataclass(frozen=True)
class Flag:
    """Something to look at; ``options`` are the tokens it speaks of."""

    code: str
    options: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {"code": self.code, "options": list(self.options)}


def difficulty_band(difficulty: float) -> str:
    """hard below 0.3, easy above 0.7, medium between."""
    return "hard" if difficulty < HARD else "easy" if difficulty > EASY else "medium"


def discrimination_band(d27: float) -> str:
    """good from 0.3, acceptable from 0.2, poor below."""
    return "good" if d27 >= GOOD_D else "acceptable" if d27 >= ACCEPTABLE_D else "poor"


def is_sound(difficulty: float | None, d27: float | None) -> bool:
    """Neither too hard nor too easy, and told apart the strong and the weak."""
    if difficulty is None or d27 is None:
        return False
    return difficulty_band(difficulty) == "medium" and d27 >= ACCEPTABLE_D


def find_flags(figures: Mapping[str, Any], options: Sequence[Mapping[str, Any]]) -> list[Flag]:
    """Everything one item's figures call for, the gravest first; below ``MINIMUM_N`` only that there is too little.

    A suspicion against the key needs intervals that lie apart; a negative discrimination one that lies below zero.
    """
    if figures["n"] < MINIMUM_N:
        return [Flag(TOO_FEW)]
    found = []
    suspects = _suspects(options) if figures["kind"] in {"single_choice", "true_false"} else ()
    if suspects:
        found.append(Flag(MISKEY, suspects))
    interval = figures["item_rest_ci"]
    if interval is not None and interval[1] < 0:
        found.append(Flag(NEGATIVE))
    found += _difficulty_flags(figures["difficulty"])
    low, high = MEANINGFUL
    if figures["d27"] is not None and low <= figures["difficulty"] <= high and figures["d27"] < ACCEPTABLE_D:
        found.append(Flag(POOR))
    dead = _dead(options) if figures["kind"] in {"single_choice", "multiple_choice"} else ()
    if dead:
        found.append(Flag(DEAD, dead))
    return sorted(found, key=lambda flag: ORDER.index(flag.code))


def _difficulty_flags(difficulty: float | None) -> list[Flag]:
    if difficulty is None:
        return []
    if difficulty < VERY_HARD:
        return [Flag(VERY_HARD_FLAG)]
    band = difficulty_band(difficulty)
    return [] if band == "medium" else [Flag(band)]


def _suspects(options: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Distractors that strong candidates choose more than the key, surely: the intervals do not meet."""
    keys = [one["rest_ci"][1] for one in options if one["is_key"] and one["rest_ci"]]
    if not keys:
        return ()
    return tuple(
        one["token"]
        for one in options
        if one["token"] and not one["is_key"] and one["rest_ci"] and one["rest_ci"][0] > max(keys)
    )


def _dead(options: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(
        one["token"]
        for one in options
        if one["token"] and not one["is_key"] and one["share"] is not None and one["share"] < DEAD_SHARE
    )


def trouble_rank(flags: Sequence[Mapping[str, Any]], difficulty: float | None, item_rest: float | None) -> tuple:
    """Sorts items by trouble: the gravest flag, then the weaker discrimination."""
    worst = min((ORDER.index(flag["code"]) for flag in flags), default=len(ORDER))
    return worst, 1.0 if item_rest is None else item_rest, 1.0 if difficulty is None else difficulty
