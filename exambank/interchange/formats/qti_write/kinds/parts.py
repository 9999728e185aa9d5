"""PURE. What the kinds have in common: names of choices, the stem, looking up what was declared."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exambank.bank.interactions import place_name
from exambank.interchange.formats.qti_write.nodes import Node
from exambank.interchange.formats.qti_write.page import Body, Page
from exambank.interchange.formats.qti_write.scoring import Names
from exambank.interchange.formats.qti_write.walk import (
    Foreign,
    attribute,
    child,
    children,
    is_named,
    text_of,
)


def stem_block(page: Page, stem: str) -> list[Node]:
    """The question's text before its interaction."""
    return [Node("div", page.text(stem), class_="eb-stem")] if stem else []


def letter(place: int) -> str:
    """The identifier of the choice at this place."""
    return place_name(place) if place < 26 else f"C{place + 1}"


@dataclass(frozen=True)
class Given:
    """One question of an item that is read: where it stands, its names, what it declares and what is marked."""

    body: Body
    scope: Any
    names: Names
    responses: Mapping[str, Any]
    rules: tuple
    marks: Mapping[str, Any]

    def stem(self) -> str:
        """The question's text."""
        return self.body.text(self.stem_element())

    def stem_element(self):
        """The element that holds the question's text, or None."""
        found = children(self.scope, "div")
        return next((one for one in found if "eb-stem" in one.get("class", "").split()), None)

    def interaction(self, name: str):
        """The one interaction of this kind; Foreign where there is none, or another beside it."""
        found = self.interactions()
        if len(found) != 1 or not is_named(found[0], name):
            raise Foreign(name)
        return found[0]

    def interactions(self) -> list:
        """Every interaction of the question, in order."""
        every = (one for one in self.scope.iterdescendants() if isinstance(one.tag, str))
        return [one for one in every if _is_interaction(one)]

    def declared(self, name: str):
        """The declaration of a response; Foreign where there is none."""
        if name not in self.responses:
            raise Foreign(name)
        return self.responses[name]

    def correct(self, name: str = "") -> list[str]:
        """The right values of a response."""
        found = child(self.declared(name or self.names.response), "correctResponse")
        return [text_of(one).strip() for one in children(found, "value")]

    def mapped(self, name: str = "") -> list[tuple[str, str]]:
        """What each value of a response is worth."""
        found = child(self.declared(name or self.names.response), "mapping")
        return [(attribute(one, "mapKey"), attribute(one, "mappedValue")) for one in children(found, "mapEntry")]

    def scoring(self) -> dict:
        """The scoring that was marked."""
        found = self.marks.get("scoring")
        return found if isinstance(found, dict) else {}

    def marked_rows(self, name: str) -> list:
        """A list that was marked."""
        found = self.marks.get(name)
        return found if isinstance(found, list) else []


def _is_interaction(element) -> bool:
    name = element.tag.rpartition("}")[2]
    return name.endswith(("Interaction", "-interaction"))
