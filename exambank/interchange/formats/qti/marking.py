"""PURE. How an item is scored: by its own rules where they can be worked out, else by its keys."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from exambank.interchange.formats.qti.declarations import Outcome, Response
from exambank.interchange.formats.qti.evaluating import Calculator
from exambank.interchange.formats.qti.values import Many, Untold, is_same, mapped, typed

Given = Mapping[str, tuple[str, ...]]
Rules = Callable[[Given], Fraction]
_MATCH = {"match_correct", "cc2_match", "cc2_match_basic"}
_MAP = {"map_response", "cc2_map_response"}


def rules_of(processing, responses: Mapping[str, Response], outcomes: Mapping[str, Outcome]) -> tuple[Rules, bool]:
    """(the rules, whether they are rules of the item's own); without any the keys themselves are the rule."""
    statements = [] if processing is None else [one for one in processing if isinstance(one.tag, str)]
    template = "" if processing is None else _template_name(processing)
    if any(True for one in statements for _set in one.iter("setOutcomeValue") if _is_score(_set, outcomes)):
        return _own_rules(statements, responses, outcomes), True
    if template in _MATCH and any(one.correct for one in responses.values()):
        return lambda given: _sum(given, responses, _by_key), False
    if template in _MAP and any(one.mapping for one in responses.values()):
        return lambda given: _sum(given, responses, _by_mapping), False
    if template and template not in _MATCH | _MAP:
        return untold, True
    return lambda given: _sum(given, responses, _as_declared), False


def _is_score(element, outcomes: Mapping[str, Outcome]) -> bool:
    """Whether a rule sets something that may be the score; rules for feedback alone score nothing."""
    name = element.get("identifier") or ""
    return "score" in name.lower() or outcomes.get(name, Outcome("")).base_type in ("float", "integer")


def _template_name(processing) -> str:
    address = processing.get("template") or processing.get("templateLocation") or ""
    return address.rstrip("/").rpartition("/")[2].lower().removesuffix(".xml")


def untold(given: Given) -> Fraction:
    """Rules that cannot be worked out."""
    raise Untold("template")


def _own_rules(statements: list, responses: Mapping[str, Response], outcomes: Mapping[str, Outcome]) -> Rules:
    name = _score_name(statements, outcomes)
    try:
        return Calculator(responses, outcomes, statements, name).score
    except Untold:
        return untold


def _score_name(statements: list, outcomes: Mapping[str, Outcome]) -> str:
    """SCORE, or what a file calls so."""
    names = [one.get("identifier") or "" for statement in statements for one in statement.iter("setOutcomeValue")]
    if "SCORE" in names:
        return "SCORE"
    likely = [one for one in names if "score" in one.lower() and "max" not in one.lower()]
    return next(iter([one for one in likely if one in outcomes] + likely), "SCORE")


def _sum(given: Given, responses: Mapping[str, Response], rule: Callable) -> Fraction:
    return sum((rule(responses[name], values) for name, values in given.items() if values), Fraction(0))


def _value(response: Response, texts: tuple[str, ...]):
    values = tuple(typed(one, response.base_type) for one in texts)
    return values[0] if response.cardinality == "single" else Many(values, response.cardinality == "ordered")


def _by_key(response: Response, texts: tuple[str, ...]) -> Fraction:
    if not response.correct:
        return Fraction(0)
    return Fraction(is_same([_value(response, texts), _value(response, response.correct)]) is True)


def _by_mapping(response: Response, texts: tuple[str, ...]) -> Fraction:
    if response.mapping is None:
        return _by_key(response, texts)
    return mapped(response, _value(response, texts))


def _as_declared(response: Response, texts: tuple[str, ...]) -> Fraction:
    """A declared key wins over a mapping that contradicts it."""
    if response.mapping is None or not response.positive_keys:
        return _by_key(response, texts)
    if response.correct and not _agrees(response):
        return _by_key(response, texts)
    return _by_mapping(response, texts)


def _agrees(response: Response) -> bool:
    """Whether the mapping gives most for the declared key."""
    points = {one.key: one.points for one in response.mapping.entries}
    if any(points.get(one, 0) <= 0 for one in response.correct):
        return response.cardinality == "single" and mapped(response, _value(response, response.correct)) > 0
    if response.cardinality == "single":
        return max(points.values()) == points[response.correct[0]]
    return set(response.positive_keys) == set(response.correct)


class Marking:
    """What one response of an item earns. ``is_joint``: only together with the right answers to the others."""

    def __init__(self, rules: Rules, response: Response, others: Given):
        self._rules, self._response, self._others = rules, response, others
        self.is_joint = False
        self._context: Given = {}
        self._blank: Fraction | None = None

    def points(self, *values: str) -> Fraction:
        """Points for these values, above those for none; Untold when the rules cannot be worked out."""
        if self._blank is None:
            self._blank = self._rules(self._context)
        return self._rules({**self._context, self._response.identifier: values}) - self._blank

    def blank(self) -> Fraction:
        """Points for no answer."""
        return self._rules(self._context)

    def look_together(self, *values: str) -> bool:
        """Whether these values earn something once the other questions are answered rightly."""
        if not self._others or self.is_joint:
            return False
        self._context, self._blank, self.is_joint = dict(self._others), None, True
        if self.points(*values) > 0:
            return True
        self._context, self._blank, self.is_joint = {}, None, False
        return False
