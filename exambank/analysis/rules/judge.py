"""What figures call for: the Vietnamese bands of difficulty and discrimination, and flags that rest on evidence."""

from collections.abc import Mapping, Sequence
from typing import Any

from exambank.analysis.rules.evidence import (
    ATTRACTIVE,
    DEAD,
    MISKEY,
    NEGATIVE,
    ORDER,
    POOR,
    SPEEDED,
    TOO_EASY,
    TOO_FEW,
    TOO_HARD,
    VERY_HARD_FLAG,
    Flag,
    in_order,
    measured,
)
from exambank.analysis.rules.matrix import EXCLUSIVE
from exambank.bank.rules.figures import (
    CHOSEN_AMONG,
    DEAD_SHARE,
    EASY,
    HARD,
    LOW_DISCRIMINATION,
    MEANINGFUL,
    REVIEW_CONFIDENCE,
)
from exambank.bank.rules.workflow import MINIMUM_N
from exambank.psychometrics.intervals import fisher_z, wilson

VERY_HARD = 0.1  # so few right answers that the key itself is looked at
GOOD_D, ACCEPTABLE_D = 0.3, 0.2
MANY_NOT_REACHED = 0.1
SOUND_SHARE = 0.7  # a paper is acceptable from this share of sound items on


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


def find_flags(
    figures: Mapping[str, Any], options: Sequence[Mapping[str, Any]], further: Sequence[Flag] = ()
) -> list[Flag]:
    """Everything one item's figures call for, the gravest first; below ``MINIMUM_N`` only that there is too little.

    ``further``: what was found otherwise (suspicion against the key, drift, groups, use). A negative discrimination
    needs an interval that lies below zero, a notice one that lies wholly beyond its limit.
    """
    if figures["n"] < MINIMUM_N:
        return in_order([Flag(TOO_FEW, evidence={"n": figures["n"]}), *further])
    suspects = {token for flag in further if flag.code == MISKEY for token in flag.options}
    found = [*_discrimination_flags(figures, bool(suspects)), *_difficulty_flags(figures)]
    found += _attractive(figures, options, suspects) + _dead(figures, options) + _not_reached(figures)
    return in_order([*found, *further])


def _discrimination_flags(figures: Mapping[str, Any], is_suspect: bool) -> list[Flag]:
    """Negative, or surely poor; of an item whose key is in doubt low discrimination says nothing of its own."""
    ends, value, n = figures["item_rest_ci"], figures["item_rest"], figures["n"]
    if ends is None:
        return []
    negative = negative_flag(n, value, n - 3)
    if negative:
        return [negative]
    low, high = MEANINGFUL
    if ends[1] < LOW_DISCRIMINATION and low <= figures["difficulty"] <= high and not is_suspect:
        return [Flag(POOR, evidence=measured(n, value, ends, LOW_DISCRIMINATION))]
    return []


def negative_flag(n: int, value: float, degrees: float, **further: Any) -> Flag | None:
    """A flag where the correlation with the rest is surely below 0; ``degrees``: of Fisher's z, n - 3 in one exam."""
    interval = fisher_z(value, degrees, REVIEW_CONFIDENCE)
    if interval.high >= 0:
        return None
    told = measured(n, value, (interval.low, interval.high), 0.0, **further)
    return Flag(NEGATIVE, evidence=told | {"confidence": REVIEW_CONFIDENCE})


def _difficulty_flags(figures: Mapping[str, Any]) -> list[Flag]:
    ends = figures["difficulty_ci"]
    if ends is None:
        return []
    low, high = ends
    for code, limit, is_beyond in (
        (VERY_HARD_FLAG, VERY_HARD, high < VERY_HARD), (TOO_HARD, HARD, high < HARD), (TOO_EASY, EASY, low > EASY),
    ):  # fmt: skip
        if is_beyond:
            return [Flag(code, evidence=measured(figures["n"], figures["difficulty"], ends, limit))]
    return []


def _attractive(figures: Mapping[str, Any], options: Sequence[Mapping[str, Any]], suspects: set[str]) -> list[Flag]:
    """Distractors that surely more candidates choose than the key, of those who choose either; suspects aside."""
    keys = [one["count"] for one in options if one["is_key"]]
    if figures["kind"] not in EXCLUSIVE or not keys:
        return []
    found = {}
    for one in options:
        n = one["count"] + max(keys)
        if one["is_key"] or not one["token"] or one["token"] in suspects or n < MINIMUM_N:
            continue
        share = one["count"] / n
        interval = wilson(share, n)
        if interval.low > 0.5:
            found[one["token"]] = measured(n, share, (interval.low, interval.high), 0.5, share=one["share"])
    return [_of_options(ATTRACTIVE, found)] if found else []


def _dead(figures: Mapping[str, Any], options: Sequence[Mapping[str, Any]]) -> list[Flag]:
    """Distractors that surely fewer than one in twenty choose."""
    if figures["kind"] not in CHOSEN_AMONG:
        return []
    found = {}
    for one in options:
        if one["is_key"] or not one["token"] or one["share"] is None:
            continue
        interval = wilson(one["share"], figures["n"])
        if interval.high < DEAD_SHARE:
            found[one["token"]] = measured(figures["n"], one["share"], (interval.low, interval.high), DEAD_SHARE)
    return [_of_options(DEAD, found)] if found else []


def _of_options(code: str, found: Mapping[str, Mapping[str, Any]]) -> Flag:
    return Flag(code, tuple(found), {**next(iter(found.values())), "by_option": dict(found)})


def _not_reached(figures: Mapping[str, Any]) -> list[Flag]:
    share = figures.get("not_reached", 0) / figures["n"]
    interval = wilson(share, figures["n"])
    if interval.low <= MANY_NOT_REACHED:
        return []
    return [Flag(SPEEDED, evidence=measured(figures["n"], share, (interval.low, interval.high), MANY_NOT_REACHED))]


def trouble_rank(flags: Sequence[Mapping[str, Any]], difficulty: float | None, item_rest: float | None) -> tuple:
    """Sorts items by trouble: the gravest flag, then the weaker discrimination."""
    worst = min((ORDER.index(flag["code"]) for flag in flags), default=len(ORDER))
    return worst, 1.0 if item_rest is None else item_rest, 1.0 if difficulty is None else difficulty
