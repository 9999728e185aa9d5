"""What the figures of an item call for, by the same rules as in the report of an exam, each with its evidence."""

from dataclasses import dataclass
from typing import Any

from exambank.analysis import rules
from exambank.analysis.external.scoring import are_letters
from exambank.psychometrics import Interval, ItemStatistic, OptionStatistic
from exambank.psychometrics.suspicion import ItemSuspicion

ONE_OF_SEVERAL, OTHER = "single_choice", "other"
MOST_OPTIONS = 11  # ten options and a blank; more different answers are no options


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one item; no options and no suspicion where only scores were given."""

    found: ItemStatistic
    options: tuple[OptionStatistic, ...]
    suspicion: ItemSuspicion | None


def find_flags(item: Evidence) -> list[dict[str, Any]]:
    """Everything that one item calls for, the gravest first.

    Of sets of letters, and of free text, most answers are rare and some are common without being distractors: such
    items are judged without regard to single answers, their key aside.
    """
    figures = {
        "kind": _kind(item.options),
        "n": item.found.n,
        "difficulty": item.found.difficulty,
        "difficulty_ci": ends(item.found.difficulty_ci),
        "item_rest": item.found.item_rest,
        "item_rest_ci": ends(item.found.item_rest_ci),
    }
    options = [
        {"token": one.option, "is_key": one.is_key, "count": one.count, "share": one.share} for one in item.options
    ]
    return [_plain(flag) for flag in rules.find_flags(figures, options, rules.miskey_flags([item.suspicion]))]


def _kind(options: tuple[OptionStatistic, ...]) -> str:
    has_sets = any(len(one.option) > 1 and are_letters(one.option) for one in options)
    return OTHER if not options or has_sets or len(options) > MOST_OPTIONS else ONE_OF_SEVERAL


def ends(interval: Interval | None) -> list[float] | None:
    """An interval as a file holds it."""
    return [interval.low, interval.high] if interval else None


def _plain(flag: rules.Flag) -> dict[str, Any]:
    evidence = _with_interval(flag.evidence)
    if "by_option" in evidence:
        evidence["by_option"] = {option: _with_interval(one) for option, one in evidence["by_option"].items()}
    return {"code": flag.code, "kind": flag.kind, "options": list(flag.options), "evidence": evidence}


def _with_interval(told: Any) -> dict[str, Any]:
    """Evidence with its two ends side by side, as everywhere in the report."""
    plain = {name: value for name, value in told.items() if name not in ("low", "high")}
    return plain | {"interval": [told["low"], told["high"]]} if "low" in told else plain
