"""The kinds of items. ``REGISTRY`` is the one place that knows them all; a new kind is one class entered here."""

from exambank.bank import rules
from exambank.bank.interactions.base import (
    Interaction,
    Part,
    PartScore,
    Problem,
    Score,
    field_name,
    new_token,
    place_name,
)
from exambank.bank.interactions.case import Case
from exambank.bank.interactions.essay import Essay
from exambank.bank.interactions.fill_in import FillIn
from exambank.bank.interactions.matching import Matching
from exambank.bank.interactions.multiple_choice import MultipleChoice
from exambank.bank.interactions.numeric import Numeric
from exambank.bank.interactions.oral import Oral
from exambank.bank.interactions.ordering import Ordering
from exambank.bank.interactions.short_text import ShortText
from exambank.bank.interactions.single_choice import SingleChoice
from exambank.bank.interactions.true_false import TrueFalse
from exambank.bank.interactions.true_false_cluster import TrueFalseCluster
from exambank.bank.interactions.written import rubric_total

_SIMPLE = (
    SingleChoice(), MultipleChoice(), TrueFalse(), TrueFalseCluster(), ShortText(), Numeric(), Matching(), Ordering(),
    FillIn(), Essay(),
)  # fmt: skip

REGISTRY: dict[str, Interaction] = {one.kind: one for one in (*_SIMPLE, Oral())}
REGISTRY["case"] = Case({one.kind: one for one in _SIMPLE})  # any kind but a case and what is answered aloud


def new_content(kind: str, options, scoring: dict | None = None) -> dict:
    """Content of a kind from (HTML, is key) pairs; true/false: the pair for true, then the pair for false."""
    return REGISTRY[kind].new_content(options, scoring)


def content_from_text(kind: str, options, scoring: dict | None = None) -> dict:
    """The same from plain text."""
    return new_content(kind, [(rules.html_from_text(words), is_key) for words, is_key in options], scoring)


__all__ = [
    "REGISTRY",
    "Interaction",
    "Part",
    "PartScore",
    "Problem",
    "Score",
    "content_from_text",
    "field_name",
    "new_content",
    "new_token",
    "place_name",
    "rubric_total",
]
