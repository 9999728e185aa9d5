"""PURE. What an item's own rules give for a response: a small calculator of declarative expressions.

It has no loops, no time, no chance and no files; its steps are counted. What it does not know raises ``Untold``, and
whoever asked goes by the declared key instead. Nothing of a source file is ever run.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import floor

from exambank.interchange.formats.qti.declarations import Outcome, Response, number_of
from exambank.interchange.formats.qti.values import (
    Many,
    Untold,
    as_number,
    collected,
    contains,
    is_same,
    mapped,
    members,
    rounded,
    typed,
)

MOST_STEPS = 400_000
MOST_ELEMENTS = 3_000


class _Exit(Exception):
    """``exitResponse``."""


class Calculator:
    """Works on the elements of one ``responseProcessing`` (plain names)."""

    def __init__(self, responses: Mapping[str, Response], outcomes: Mapping[str, Outcome], statements, score: str):
        self._responses, self._outcomes, self._statements, self._score = responses, outcomes, statements, score
        self._left = MOST_STEPS
        if sum(1 for statement in statements for _one in statement.iter()) > MOST_ELEMENTS:
            raise Untold("size")
        self._relevant = _relevant(statements, score)
        self._given: dict = {}
        self._values: dict = {}

    def score(self, given: Mapping[str, tuple[str, ...]]) -> Fraction:
        """The score for these responses (texts by response identifier; none at all: no response)."""
        self._given = {name: self._container(name, texts) for name, texts in given.items() if texts}
        self._values = {name: self._first_value(outcome) for name, outcome in self._outcomes.items()}
        try:
            for statement in self._statements:
                self._run(statement)
        except _Exit:
            pass
        except RecursionError:
            raise Untold("depth") from None
        return as_number(self._values.get(self._score)) or Fraction(0)

    def _container(self, name: str, texts: tuple[str, ...]):
        response = self._responses[name]
        values = tuple(typed(one, response.base_type) for one in texts)
        return values[0] if response.cardinality == "single" else Many(values, response.cardinality == "ordered")

    def _first_value(self, outcome: Outcome):
        if outcome.base_type == "file":
            return None
        values = tuple(typed(one, outcome.base_type) for one in outcome.default)
        if outcome.cardinality == "single":
            return values[0] if values else (Fraction(0) if outcome.base_type in ("float", "integer") else None)
        return Many(values, outcome.cardinality == "ordered") if values else None

    # --- statements ---

    def _run(self, element) -> None:
        self._step()
        if element.tag == "exitResponse":
            raise _Exit
        if element not in self._relevant:
            return
        if element.tag == "setOutcomeValue":
            self._values[element.get("identifier")] = self._value(_only(element))
        elif element.tag == "responseCondition":
            self._choose(element)
        elif element.tag == "responseProcessingFragment":
            for statement in element:
                self._run(statement)
        else:
            raise Untold(element.tag)

    def _choose(self, condition) -> None:
        for branch in condition:
            statements = list(branch)
            if branch.tag in ("responseIf", "responseElseIf"):
                if not statements or self._value(statements.pop(0)) is not True:
                    continue
            elif branch.tag != "responseElse":
                raise Untold(branch.tag)
            for statement in statements:
                self._run(statement)
            return

    def _step(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise Untold("steps")

    # --- expressions ---

    def _value(self, element):
        self._step()
        work = _EXPRESSIONS.get(element.tag)
        if work is None:
            raise Untold(element.tag)
        return work(self, element)

    def _all(self, element) -> list:
        return [self._value(one) for one in element]

    def _variable(self, element):
        name = element.get("identifier", "")
        if name in self._responses:
            return self._given.get(name)
        if name in self._values:
            return self._values[name]
        known = {"numAttempts": Fraction(1), "completionStatus": "completed"}
        if name not in known:
            raise Untold(f"variable {name}")
        return known[name]

    def _correct(self, element):
        response = self._response(element)
        if not response.correct:
            return None
        if response.cardinality == "record":
            raise Untold("record")
        return self._container(response.identifier, response.correct)

    def _response(self, element) -> Response:
        response = self._responses.get(element.get("identifier", ""))
        if response is None:
            raise Untold("response")
        return response

    def _default(self, element):
        outcome = self._outcomes.get(element.get("identifier", ""))
        return self._first_value(outcome) if outcome else None

    def _base(self, element):
        return typed("".join(element.itertext()).strip(), element.get("baseType") or "string")

    def _map(self, element):
        response = self._response(element)
        if response.mapping is None:
            raise Untold("no mapping")
        return mapped(response, self._given.get(response.identifier))

    def _numbers(self, element) -> list[Fraction] | None:
        found = []
        for value in self._all(element):
            for one in value.values if isinstance(value, Many) else (value,):
                number = as_number(one)
                if number is None:
                    return None
                found.append(number)
        return found

    def _equal(self, element):
        numbers = self._numbers(element)
        if numbers is None or len(numbers) != 2:
            return None
        mode = element.get("toleranceMode") or "exact"
        bounds = [number_of(one) for one in (element.get("tolerance") or "0").split()][:2]
        if mode not in ("exact", "absolute", "relative") or not bounds or None in bounds:
            raise Untold("tolerance")
        if mode == "exact":
            return numbers[0] == numbers[1]
        below, above = bounds[0], bounds[-1]
        key, given = numbers if self._is_key(element[0]) else reversed(numbers)
        if mode == "relative":
            below, above = below * abs(key) / 100, above * abs(key) / 100
        return key - below <= given <= key + above

    @staticmethod
    def _is_key(element) -> bool:
        return element.tag in ("correct", "baseValue")

    def _equal_rounded(self, element):
        numbers = self._numbers(element)
        figures = number_of(element.get("figures"))
        if numbers is None or len(numbers) != 2:
            return None
        if figures is None or not 0 <= figures <= 30:
            raise Untold("figures")
        mode = element.get("roundingMode") or "significantFigures"
        return len({rounded(one, mode, int(figures)) for one in numbers}) == 1

    def _string_match(self, element):
        values = self._all(element)
        if any(not isinstance(one, str) for one in values) or len(values) != 2:
            return None
        if (element.get("caseSensitive") or "true").lower() == "false":
            values = [one.casefold() for one in values]
        if element.tag == "substring":
            return values[0] in values[1]
        return values[1] in values[0] if element.get("substring") == "true" else values[0] == values[1]

    def _any_of(self, element):
        values = self._all(element)
        true = sum(one is True for one in values)
        least, most = number_of(element.get("min")), number_of(element.get("max"))
        if least is None or most is None:
            raise Untold("anyN")
        return least <= true <= most

    def _index(self, element):
        value, place = self._value(_only(element)), number_of(element.get("n"))
        if place is None:
            raise Untold("index")
        if not isinstance(value, Many) or not 1 <= place <= len(value.values):
            return None
        return value.values[int(place) - 1]


# --- helpers ---


def _relevant(statements, score: str) -> set:
    """The statements on which the score depends, with all in which they stand."""
    sets = [one for statement in statements for one in statement.iter("setOutcomeValue")]
    others = [
        one for statement in statements for one in statement.iter()
        if one.tag in ("exitResponse", "setTemplateValue", "lookupOutcomeValue")
    ]  # fmt: skip
    wanted, found, is_growing = {score}, set(others), True
    while is_growing:
        is_growing = False
        for one in sets:
            if one in found or one.get("identifier") not in wanted:
                continue
            is_growing = True
            found.add(one)
            wanted |= {variable.get("identifier") for variable in one.iter("variable")}
            for above in one.iterancestors("responseCondition"):
                wanted |= {variable.get("identifier") for variable in _tests(above)}
    return found | {above for one in found for above in one.iterancestors()}


def _tests(condition):
    """The variables in the conditions of a ``responseCondition``."""
    for branch in condition:
        if branch.tag in ("responseIf", "responseElseIf") and len(branch):
            yield from branch[0].iter("variable")


def _only(element):
    if len(element) != 1:
        raise Untold(element.tag)
    return element[0]


def _compared(work: Callable) -> Callable:
    def compare(calculator: Calculator, element):
        numbers = calculator._numbers(element)
        return work(*numbers) if numbers is not None and len(numbers) == 2 else None

    return compare


def _reckoned(work: Callable) -> Callable:
    def reckon(calculator: Calculator, element):
        numbers = calculator._numbers(element)
        return as_number(work(numbers)) if numbers else None

    return reckon


def _product(numbers: list[Fraction]) -> Fraction:
    found = Fraction(1)
    for one in numbers:
        found = as_number(found * one)
    return found


def _quotient(numbers: list[Fraction]) -> Fraction | None:
    return numbers[0] / numbers[1] if len(numbers) == 2 and numbers[1] else None


def _is_null(calculator: Calculator, element) -> bool:
    value = calculator._value(_only(element))
    return value is None or value == ""


def _not(calculator: Calculator, element):
    value = calculator._value(_only(element))
    return None if value is None else value is not True


_EXPRESSIONS: dict[str, Callable] = {
    "variable": Calculator._variable,
    "correct": Calculator._correct,
    "default": Calculator._default,
    "baseValue": Calculator._base,
    "null": lambda calculator, element: None,
    "mapResponse": Calculator._map,
    "match": lambda calculator, element: is_same(calculator._all(element)),
    "equal": Calculator._equal,
    "equalRounded": Calculator._equal_rounded,
    "notEqual": lambda calculator, element: _opposite(calculator._equal(element)),
    "stringMatch": Calculator._string_match,
    "substring": Calculator._string_match,
    "isNull": _is_null,
    "isNotNull": lambda calculator, element: not _is_null(calculator, element),
    "not": _not,
    "and": lambda calculator, element: all(one is True for one in calculator._all(element)),
    "or": lambda calculator, element: any(one is True for one in calculator._all(element)),
    "anyN": Calculator._any_of,
    "member": lambda calculator, element: contains(calculator._all(element)[::-1]),
    "contains": lambda calculator, element: contains(calculator._all(element)),
    "multiple": lambda calculator, element: collected(calculator._all(element), False),
    "ordered": lambda calculator, element: collected(calculator._all(element), True),
    "index": Calculator._index,
    "containerSize": lambda calculator, element: Fraction(len(members(calculator._value(_only(element))))),
    "gt": _compared(lambda one, other: one > other),
    "gte": _compared(lambda one, other: one >= other),
    "lt": _compared(lambda one, other: one < other),
    "lte": _compared(lambda one, other: one <= other),
    "sum": _reckoned(sum),
    "product": _reckoned(_product),
    "subtract": _reckoned(lambda numbers: numbers[0] - sum(numbers[1:])),
    "divide": _reckoned(_quotient),
    "max": _reckoned(max),
    "min": _reckoned(min),
    "round": _reckoned(lambda numbers: Fraction(floor(numbers[0] + Fraction(1, 2)))),
    "truncate": _reckoned(lambda numbers: Fraction(int(numbers[0]))),
    "integerToFloat": _reckoned(lambda numbers: numbers[0]),
}


def _opposite(value: bool | None) -> bool | None:
    return None if value is None else not value
