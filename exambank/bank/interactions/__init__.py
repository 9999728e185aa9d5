"""The kinds of items. ``REGISTRY`` is the one place that knows them all; a new kind is one class entered here."""

from exambank.bank import rules
from exambank.bank.interactions.base import Interaction, Problem, Score, field_name, new_token
from exambank.bank.interactions.multiple_choice import MultipleChoice
from exambank.bank.interactions.single_choice import SingleChoice
from exambank.bank.interactions.true_false import TrueFalse
from exambank.bank.interactions.true_false_cluster import TrueFalseCluster

REGISTRY: dict[str, Interaction] = {
    one.kind: one for one in (SingleChoice(), MultipleChoice(), TrueFalse(), TrueFalseCluster())
}


def new_content(kind: str, options, scoring: dict | None = None) -> dict:
    """Content of a kind from (HTML, is key) pairs; true/false: the pair for true, then the pair for false."""
    return REGISTRY[kind].new_content(options, scoring)


def content_from_text(kind: str, options, scoring: dict | None = None) -> dict:
    """The same from plain text."""
    return new_content(kind, [(rules.html_from_text(words), is_key) for words, is_key in options], scoring)


__all__ = [
    "REGISTRY",
    "Interaction",
    "Problem",
    "Score",
    "content_from_text",
    "field_name",
    "new_content",
    "new_token",
]
