"""PURE. What the readers of single interactions share: the item they stand in, and the question they make of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from lxml import etree

from exambank.interchange.formats.qti.declarations import Outcome, Response
from exambank.interchange.formats.qti.marking import Marking, Rules, untold
from exambank.interchange.formats.qti.names import child
from exambank.interchange.formats.qti.wording import Wording


class Unplayable(Exception):
    """This item fits none of our kinds; ``code`` says why."""

    def __init__(self, code: str, **values):
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True)
class Item:
    """An item with plain names. ``has_own_rules``: scored by rules of its own, no template."""

    root: etree._Element
    body: etree._Element
    responses: Mapping[str, Response]
    outcomes: Mapping[str, Outcome]
    rules: Rules
    has_own_rules: bool
    processing: etree._Element | None
    wording: Wording
    is_order_meant: bool = True  # whether shuffle="false" was the author's own choice

    def response(self, element) -> Response:
        """The declaration that an interaction writes into."""
        name = (element.get("responseIdentifier") or "").strip()
        return self.responses.get(name) or Response(name, base_type="")

    def marking(self, response: Response) -> Marking:
        """How the item scores this response."""
        others = {name: one.best for name, one in self.responses.items() if name != response.identifier and one.best}
        return Marking(self.rules if response.identifier in self.responses else untold, response, others)


@dataclass
class Question:
    """``weight`` is what the item's rules give for it at most, where they tell."""

    kind: str
    content: dict
    stem: str = ""
    weight: Fraction | None = None
    options: tuple[tuple[str, str], ...] = ()  # (identifier, words) of what may be chosen, for feedback
    gaps: list[dict] = field(default_factory=list)


def decimal_of(number: Fraction, places: int = 6) -> str:
    """A number as a decimal string, exact when it is one of at most so many places."""
    scaled = round(number * 10**places)
    digits = str(abs(scaled)).rjust(places + 1, "0")
    plain = f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")
    return f"-{plain}" if scaled < 0 else plain


def share_text(points: Fraction, top: Fraction) -> str:
    """Points as a share of the most that there is."""
    return decimal_of(min(max(points / top, Fraction(0)), Fraction(1))) if top > 0 else "1"


def count_of(element, name: str, absent: int) -> int:
    """A whole number in an attribute."""
    written = (element.get(name) or "").strip()
    return int(written) if written.isascii() and written.isdigit() and len(written) < 6 else absent


def turn_to_prompt(element) -> None:
    """Leave of an interaction its prompt alone, as a part of the text around it."""
    prompt = child(element, "prompt")
    tail = element.tail
    for one in list(element):
        if one is not prompt:
            element.remove(one)
    element.text, element.tail = None, tail
    _become(element, "div")
    if prompt is not None:
        prompt.tail = None
        _become(prompt, "div")


def _become(element, tag: str) -> None:
    element.attrib.clear()
    element.tag = tag


def turn_to_blank(element) -> None:
    """A line to write on in the place of an interaction."""
    for one in list(element):
        element.remove(one)
    element.text = None
    _become(element, "span")
    element.set("class", "eb-blank")


def turn_to_gap(element, token: str) -> None:
    """A gap of ours in the place of an interaction."""
    turn_to_blank(element)
    element.attrib.clear()
    element.set("data-gap", token)
