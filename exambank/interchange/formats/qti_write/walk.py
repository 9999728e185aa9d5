"""PURE. Looking about in an item that was parsed, whichever version spells it."""

import re
from collections.abc import Iterator

from lxml import etree

_DASH = re.compile(r"-([a-z0-9])")


class Foreign(Exception):
    """The item is not as we write it; whoever reads it goes the general way."""


def name_of(element) -> str:
    """The element's name as QTI 2 has it: ``qti-simple-choice`` is ``simpleChoice``; "" for a comment."""
    if not isinstance(element.tag, str):
        return ""
    local = etree.QName(element).localname
    return _DASH.sub(lambda found: found[1].upper(), local[4:]) if local.startswith("qti-") else local


def is_named(element, name: str) -> bool:
    """Whether an element has this QTI 2 name."""
    return name_of(element) == name


def attribute(element, name: str, default: str = "") -> str:
    """An attribute by its QTI 2 name."""
    found = element.get(name)
    if found is None:
        found = element.get(re.sub(r"[A-Z]", lambda capital: "-" + capital[0].lower(), name))
    return default if found is None else found


def children(element, name: str = "") -> list:
    """The child elements, all or those of a name; none of nothing."""
    if element is None:
        return []
    return [one for one in element if isinstance(one.tag, str) and (not name or is_named(one, name))]


def child(element, name: str):
    """The first child of this name, or None."""
    return next(iter(children(element, name)), None)


def the_child(element, name: str):
    """The first child of this name; Foreign where there is none."""
    found = child(element, name)
    if found is None:
        raise Foreign(name)
    return found


def within(element, name: str) -> list:
    """All elements of this name anywhere below, in order."""
    return [one for one in _all(element) if is_named(one, name)] if element is not None else []


def classed(element, word: str) -> list:
    """All elements below that have this word in their class, in order."""
    return [one for one in _all(element) if word in one.get("class", "").split()]


def text_of(element) -> str:
    """The words of an element."""
    return "".join(element.itertext()) if element is not None else ""


def _all(element) -> Iterator:
    return (one for one in element.iterdescendants() if isinstance(one.tag, str))
