"""PURE. Response processing of QTI 1.2 as claims: which answer earns what. Nothing is run.

A rule (``respcondition``) is a list of claims ("this response is that value") and what it adds to the score.
``continue`` is not looked at: Canvas and most exporters leave it out where points have to add up. Whatever names the
score, percent or points, only the proportions count.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from exambank.interchange.formats.canvas.presentation import attributes_of
from exambank.interchange.safety.xml import local_name

_EQUALS = {"varequal", "varsubset", "varsubstring", "varinside"}
_BOUNDS = {"vargte", "vargt", "varlte", "varlt"}
_LONGEST_NUMBER = 200
_SIGNS = {"add": 1, "set": 1, "subtract": -1}


@dataclass(frozen=True)
class Claim:
    """``test`` is the element's name; ``is_wanted``: it does not stand under ``not``."""

    response: str
    value: str
    test: str
    is_wanted: bool = True
    is_exact: bool = False  # small and capital letters matter
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """``score`` is None for a rule that only shows feedback, whose names are ``links``."""

    title: str
    claims: tuple[Claim, ...]
    score: Fraction | None
    links: tuple[str, ...] = ()
    is_other: bool = False
    is_called_right: bool = False  # New Quizzes mark the right answer beside its points

    def wanted(self, response: str | None = None) -> list[Claim]:
        """The claims that must hold, of one response or of all."""
        return [one for one in self.claims if one.is_wanted and _is_about(one, response)]


class Rules:
    """All rules of an item. ``minimum`` is the lowest score as the file declares it, as a share of the best."""

    def __init__(self, item):
        largest = _declared(item, "maxvalue")
        self._all = tuple(_rule(one, largest) for one in item.iter() if local_name(one) == "respcondition")
        self.scored = _right_rules(self._all)
        self.penalties = tuple(rule for rule in self._all if rule.score is not None and rule.score < 0)
        self.is_calculated = any(local_name(one) in ("calculated", "itemproc_extension") for one in item.iter())
        self._lowest = _declared(item, "minvalue")

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._all)

    def weights(self, response: str) -> dict[str, Fraction]:
        """What each value of a response earns or costs by itself."""
        found: dict[str, Fraction] = {}
        for rule in (*self.scored, *self.penalties):
            for claim in rule.wanted(response):
                if claim.test in _EQUALS:
                    found[claim.value] = found.get(claim.value, Fraction(0)) + rule.score
        return found

    def called_right(self, response: str) -> set[str]:
        """The values that the file calls right whatever they earn."""
        return {claim.value for rule in self._all if rule.is_called_right for claim in rule.wanted(response)}

    def set_rules(self, response: str) -> list[Rule]:
        """The rules that want several values of one response together, or some and not others; the best first."""
        rules = [one for one in self.scored if len([c for c in one.claims if _is_about(c, response)]) > 1]
        return sorted(rules, key=lambda one: -one.score)

    def lowest_share(self, best: Fraction) -> Fraction:
        """The lowest share that the file allows, from -1 to 0."""
        if self._lowest is None or self._lowest >= 0 or best <= 0:
            return Fraction(0)
        return max(self._lowest / best, Fraction(-1))

    def links_of(self, value: str) -> list[str]:
        """The names of the feedback shown for one value alone."""
        return [
            link
            for rule in self._all
            if rule.score is None and [one.value for one in rule.wanted()] == [value]
            for link in rule.links
        ]

    def text(self) -> str:
        """The rules in short, for the preview: what stands in the file."""
        lines = []
        for rule in self._all:
            claims = [("" if one.is_wanted else "not ") + f"{one.test} {one.value}" for one in rule.claims]
            if rule.score is not None and claims:
                lines.append(f"{', '.join(claims)} -> {float(rule.score):g}")
        return "; ".join(lines)


def _is_about(claim: Claim, response: str | None) -> bool:
    """Blackboard may name the option alone, whose response is then any."""
    return response is None or claim.response in ("", response)


def _right_rules(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The rules that earn something; where none says so, those that a file calls right (Blackboard, ExamView)."""
    scored = tuple(one for one in rules if one.score is not None and one.score > 0 and one.wanted())
    if scored or any(one.score is not None and one.score < 0 for one in rules):
        return scored
    named = [one for one in rules if one.wanted() and _is_called_right(one)]
    if not named:
        named = [one for one in rules if one.score is None and one.wanted() and one.title and one.title in one.links]
    return tuple(Rule(one.title, one.claims, Fraction(100), one.links) for one in named)


def _is_called_right(rule: Rule) -> bool:
    names = [rule.title.lower(), *(link.lower() for link in rule.links)]
    return any(name in ("correct", "right") or name.startswith("correct_") for name in names)


def _rule(element, largest: Fraction | None) -> Rule:
    claims: list[Claim] = []
    is_other = False
    for child in element.iterchildren():
        if local_name(child) == "conditionvar":
            is_other = any(local_name(one) in ("other", "unanswered") for one in child.iter())
            claims.extend(_claims(child, True))
    settings = [one for one in element.iterchildren() if local_name(one) == "setvar"]
    score = sum((_amount(one, largest) for one in settings), Fraction(0)) if settings else None
    links = tuple(one.get("linkrefid") or "" for one in element.iterchildren() if local_name(one) == "displayfeedback")
    is_right = (element.get("correctanswer") or "").strip().lower() == "yes"
    title = (element.get("title") or "").strip()
    return Rule(title, tuple(claims), score, links, is_other and not claims, is_right)


def _claims(element, is_wanted: bool) -> Iterator[Claim]:
    for child in element.iterchildren():
        name = local_name(child)
        if name == "not":
            yield from _claims(child, not is_wanted)
        elif name in _EQUALS or name in _BOUNDS:
            value, response = (child.text or "").strip(), child.get("respident") or ""
            if not value and name == "varequal":  # Blackboard: the option itself is called the response
                value, response = response, ""
            is_exact = (child.get("case") or "").strip().lower() == "yes"
            yield Claim(response, value, name, is_wanted, is_exact, attributes_of(child))
        elif name in ("and", "or"):
            yield from _claims(child, is_wanted)


def _amount(element, largest: Fraction | None) -> Fraction:
    sign = _SIGNS.get((element.get("action") or "set").strip().lower(), 0)
    name = (element.get("varname") or element.get("variablename") or "").lower()
    words = (element.text or "").strip()
    if words.lower() == "score.max":
        amount = largest if largest and largest > 0 else Fraction(100)
    elif words.lower() == "score.min":
        amount = Fraction(0)
    else:
        amount = number_in(words) or Fraction(0)
    return sign * (-amount if "incorrect" in name and amount > 0 else amount)


def _declared(item, attribute: str) -> Fraction | None:
    for one in item.iter():
        if local_name(one) == "decvar" and one.get(attribute):
            return number_in(one.get(attribute))
    return None


def number_in(words: str | None) -> Fraction | None:
    """A number as machines write it; None for what is none or out of all proportion."""
    if len(words or "") > _LONGEST_NUMBER:
        return None
    try:
        found = Decimal((words or "").strip().rstrip("%").replace(",", "."))
    except InvalidOperation:
        return None
    return Fraction(found) if found.is_finite() and abs(found.adjusted()) <= 130 else None
