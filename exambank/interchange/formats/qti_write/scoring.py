"""PURE. How a response is scored, in QTI's words: declarations, mappings and rules that set a score from 0 to 1.

``Piece`` is what one question gives to its item: an item has one, a case one for each of its questions.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from exambank.bank import rules
from exambank.interchange.formats.qti_write.nodes import Node

MATCH, MAP = "match_correct", "map_response"
_EXACT = Context(prec=400)  # a figure may be as large as a person types it


@dataclass(frozen=True)
class Names:
    """The identifiers of one question; those of a case's questions begin with its number."""

    prefix: str = ""

    @property
    def response(self) -> str:
        return f"{self.prefix}RESPONSE"

    @property
    def score(self) -> str:
        return f"{self.prefix}SCORE"

    def numbered(self, number: int) -> str:
        """The response of one of several fields."""
        return f"{self.response}_{number}"


@dataclass
class Piece:
    """One question: its body, what it declares, and the rules that set its score (or the template that does)."""

    body: list[Node]
    responses: list[Node]
    rules: list[Node] = field(default_factory=list)
    template: str = ""
    outcomes: list[Node] = field(default_factory=list)
    marks: dict[str, Any] = field(default_factory=dict)
    largest: str = "1"
    least: str = "0"
    is_human: bool = False


# --- numbers ---


def decimals(share: Fraction) -> str:
    """A share as the decimals of a float; thirds in twelve of them."""
    exact = _EXACT.divide(Decimal(share.numerator), Decimal(share.denominator))
    return rules.write_number(exact.quantize(Decimal("1e-12"), context=_EXACT))


def number(figure: str) -> str | None:
    """A figure as a float may be written, or None for what is no number."""
    found = rules.read_number(figure)
    return rules.write_number(found) if found is not None else None


# --- declarations ---


def response(name: str, cardinality: str, base_type: str, correct: Iterable[str] = (), mapping=None) -> Node:
    """A response that is declared, with its right value and what each value is worth."""
    values = [Node("value", one) for one in correct]
    return Node(
        "responseDeclaration", Node("correctResponse", *values) if values else None, mapping,
        identifier=name, cardinality=cardinality, baseType=base_type,
    )  # fmt: skip


def mapping(entries: Iterable[tuple[str, str]], *, lower=None, upper=None, case_sensitive: bool | None = None) -> Node:
    """What each value of a response is worth; others are worth nothing."""
    rows = [Node("mapEntry", mapKey=key, mappedValue=value, caseSensitive=case_sensitive) for key, value in entries]
    return Node("mapping", *rows, lowerBound=lower, upperBound=upper, defaultValue="0") if rows else None


def outcome(name: str, default: str | None = "0", *, base_type: str = "float", **attributes) -> Node:
    """An outcome that is declared."""
    value = Node("defaultValue", Node("value", default)) if default is not None else None
    return Node(
        "outcomeDeclaration", value, identifier=name, cardinality="single", baseType=base_type, **attributes
    )  # fmt: skip


# --- rules ---


def variable(name: str) -> Node:
    return Node("variable", identifier=name)


def base(value: str, base_type: str = "float") -> Node:
    return Node("baseValue", value, baseType=base_type)


def set_to(name: str, expression: Node) -> Node:
    """The rule that gives an outcome this value."""
    return Node("setOutcomeValue", expression, identifier=name)


def condition(branches: Iterable[tuple[Node, Node]], otherwise: Node | None = None) -> Node:
    """The first branch (test, rule) whose test is true, or else the last rule."""
    found = Node("responseCondition")
    for place, (test, rule) in enumerate(branches):
        found.add(Node("responseElseIf" if place else "responseIf", test, rule))
    return found.add(Node("responseElse", otherwise) if otherwise is not None else None)


def is_right(names: Names) -> Node:
    """Whether the response is the right one."""
    return Node("match", variable(names.response), Node("correct", identifier=names.response))


def match_rules(names: Names, wrong: str = "0") -> list[Node]:
    """All or nothing, as the template match_correct has it; a wrong response may cost something, a blank never."""
    branches = [(is_right(names), set_to(names.score, base("1")))]
    if wrong == "0":
        return [condition(branches, set_to(names.score, base("0")))]
    given = Node("not", Node("isNull", variable(names.response)))
    return [condition([*branches, (given, set_to(names.score, base(wrong)))], set_to(names.score, base("0")))]


def map_rules(names: Names) -> list[Node]:
    """The worth of the response, as the template map_response has it."""
    is_blank = Node("isNull", variable(names.response))
    worth = Node("mapResponse", identifier=names.response)
    return [condition([(is_blank, set_to(names.score, base("0")))], set_to(names.score, worth))]


def scored_by(template: str, names: Names) -> dict[str, Any]:
    """The rules and the template of a question that one of the two standard ways scores."""
    return {"template": template, "rules": match_rules(names) if template == MATCH else map_rules(names)}
