"""A small player: what any system that follows the rules of QTI would score. It knows nothing of our kinds.

It reads items of QTI 2 (and, by their names, of QTI 3) and goes through their response processing. Floats are fractions.
"""

import re
from fractions import Fraction

from lxml import etree


def play(item, responses: dict[str, tuple[str, ...]]) -> Fraction:
    """The score of these responses."""
    return _Session(item, responses).score()


def declared(item) -> dict[str, tuple[str, ...]]:
    """The right value of each response that is declared."""
    return {
        one.get("identifier"): tuple(_texts(_first(one, "correctResponse")))
        for one in _all(item, "responseDeclaration")
    }


class _Session:
    def __init__(self, item, responses):
        self._item = item
        self._declarations = {one.get("identifier"): one for one in _all(item, "responseDeclaration")}
        self._variables = {name: responses.get(name, ()) for name in self._declarations}
        for one in _all(item, "outcomeDeclaration"):
            self._variables[one.get("identifier")] = tuple(_texts(_first(one, "defaultValue")))

    def score(self) -> Fraction:
        processing = _first(self._item, "responseProcessing")
        if processing is not None:
            template = processing.get("template", "").rpartition("/")[2].removesuffix(".xml")
            self._run(_TEMPLATES[template] if template else processing)
        return Fraction(self._variables["SCORE"][0])

    def _run(self, rules) -> None:
        for rule in rules:
            name = name_of(rule)
            if name == "setOutcomeValue":
                value = self._value(rule[0])
                self._variables[rule.get("identifier")] = () if value is None else (str(value),)
            elif name == "responseCondition":
                self._branch(rule)
            else:
                raise AssertionError(name)

    def _branch(self, condition) -> None:
        for branch in condition:
            if name_of(branch) == "responseElse":
                return self._run(branch)
            if self._value(branch[0]):
                return self._run(branch[1:])
        return None

    def _value(self, expression):
        return getattr(self, "_" + re.sub("[A-Z]", lambda one: "_" + one[0].lower(), name_of(expression)))(expression)

    def _values(self, expression) -> list:
        return [self._value(one) for one in expression]

    def _variable(self, one):
        name = one.get("identifier")
        given = self._variables[name]
        if name in self._declarations:
            is_number = attribute(self._declarations[name], "baseType") == "float"
            return Fraction(given[0]) if is_number and given else (given or None)
        return Fraction(given[0])

    def _correct(self, one):
        return tuple(_texts(_first(self._declarations[one.get("identifier")], "correctResponse"))) or None

    def _base_value(self, one):
        is_number = attribute(one, "baseType") in ("float", "integer")
        return Fraction(one.text) if is_number else (one.text,)

    def _match(self, one):
        given, right = self._values(one)
        if given is None or right is None:
            return False
        declaration = self._declarations.get(one[0].get("identifier"))
        is_set = declaration is not None and declaration.get("cardinality") == "multiple"
        return sorted(given) == sorted(right) if is_set else given == right

    def _is_null(self, one):
        return self._value(one[0]) is None

    def _not(self, one):
        return not self._value(one[0])

    def _and(self, one):
        return all(self._values(one))

    def _or(self, one):
        return any(self._values(one))

    def _gte(self, one):
        first, second = self._values(one)
        return first >= second

    def _equal(self, one):
        given, right = self._values(one)
        if given is None:
            return False
        width = Fraction((attribute(one, "tolerance") or "0").split()[0])
        mode = attribute(one, "toleranceMode")
        allowed = {"exact": 0, "absolute": width, "relative": abs(right) * width / 100}[mode]
        return abs(given - right) <= allowed

    def _sum(self, one):
        return sum(self._values(one), Fraction(0))

    def _product(self, one):
        first, second = self._values(one)
        return first * second

    def _max(self, one):
        return max(self._values(one))

    def _index(self, one):
        given, place = self._value(one[0]), int(one.get("n"))
        return (given[place - 1],) if given and place <= len(given) else None

    def _map_response(self, one):
        declaration = self._declarations[one.get("identifier")]
        mapping = _first(declaration, "mapping")
        total = sum(
            (self._mapped(mapping, value) for value in set(self._variables[one.get("identifier")])), Fraction(0)
        )
        for name, choose in (("lowerBound", max), ("upperBound", min)):
            if attribute(mapping, name) is not None:
                total = choose(total, Fraction(attribute(mapping, name)))
        return total

    def _mapped(self, mapping, value: str) -> Fraction:
        for entry in mapping:
            key = attribute(entry, "mapKey")
            is_alike = key == value
            if attribute(entry, "caseSensitive") == "false":
                is_alike = key.casefold() == value.casefold()
            if is_alike:
                return Fraction(attribute(entry, "mappedValue"))
        return Fraction(attribute(mapping, "defaultValue"))


def name_of(element) -> str:
    """The name as QTI 2 has it."""
    local = etree.QName(element).localname
    return re.sub("-(.)", lambda one: one[1].upper(), local[4:]) if local.startswith("qti-") else local


def attribute(element, name: str) -> str | None:
    """An attribute by its QTI 2 name."""
    return element.get(name, element.get(re.sub("[A-Z]", lambda one: "-" + one[0].lower(), name)))


def _all(element, name: str) -> list:
    return [one for one in element if name_of(one) == name]


def _first(element, name: str):
    return next(iter(_all(element, name)), None)


def _texts(element) -> list[str]:
    return [one.text or "" for one in element] if element is not None else []


_TEMPLATES = {
    "match_correct": etree.fromstring(
        "<p><responseCondition><responseIf><match><variable identifier='RESPONSE'/><correct identifier='RESPONSE'/>"
        "</match><setOutcomeValue identifier='SCORE'><baseValue baseType='float'>1</baseValue></setOutcomeValue>"
        "</responseIf><responseElse><setOutcomeValue identifier='SCORE'><baseValue baseType='float'>0</baseValue>"
        "</setOutcomeValue></responseElse></responseCondition></p>"
    ),
    "map_response": etree.fromstring(
        "<p><responseCondition><responseIf><isNull><variable identifier='RESPONSE'/></isNull><setOutcomeValue "
        "identifier='SCORE'><baseValue baseType='float'>0</baseValue></setOutcomeValue></responseIf><responseElse>"
        "<setOutcomeValue identifier='SCORE'><mapResponse identifier='RESPONSE'/></setOutcomeValue></responseElse>"
        "</responseCondition></p>"
    ),
}
