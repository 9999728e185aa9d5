"""Which flags of an item ask for a review, and which only tell something."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from exambank.analysis import rules
from exambank.analysis.models import AnalysisItem

REVIEW, NOTICE = "review", "notice"

Flag = Mapping[str, Any]


def kind_of(flag: Flag) -> str:
    """review or notice; runs of older formulas do not say it, and then the code decides."""
    return flag.get("kind") or (REVIEW if flag["code"] in rules.SERIOUS else NOTICE)


def reviews_in(figures: Mapping[str, Any]) -> list[Flag]:
    """Flags that open a review of the item."""
    return [flag for flag in figures["flags"] if kind_of(flag) == REVIEW]


def notices_in(figures: Mapping[str, Any]) -> list[Flag]:
    """Flags that open nothing."""
    return [flag for flag in figures["flags"] if kind_of(flag) == NOTICE]


def notices_by_code(items: Iterable[AnalysisItem]) -> dict[str, list[AnalysisItem]]:
    """The items of each notice, the notice with most items first."""
    found: dict[str, list[AnalysisItem]] = defaultdict(list)
    for item in items:
        for flag in notices_in(item.figures):
            found[flag["code"]].append(item)
    return dict(sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0])))
