"""PURE. What QTI has no place for, carried along in each item so that our own reader gets back what we had.

It is an outcome variable that no rule uses and only authors see: ``EXAMBANK``, whose default value is JSON with the
kind, its scoring and the item's labels. Texts, options and keys are not in it: those are read from the item itself, so
whatever another system changed in them counts. Converters between versions of QTI keep an outcome as it is.
"""

import json
from collections.abc import Mapping
from typing import Any

from exambank.interchange.formats.qti_write.nodes import Node
from exambank.interchange.formats.qti_write.walk import child, is_named, text_of

MARK = "EXAMBANK"
EDITION = 1
_LONGEST = 200_000

# labels of a draft that an item carries along: words and lists of words
LINES = (
    "name", "identifier", "level", "outcome", "source", "source_chapter", "source_page", "contributors", "licence",
    "points", "note", "picture_name", "picture_alt",
)  # fmt: skip
LISTS = ("topic_names", "tags")


def write_marks(marks: Mapping[str, Any]) -> Node:
    """The outcome variable that carries these marks."""
    words = json.dumps({"v": EDITION, **marks}, ensure_ascii=False, separators=(",", ":"))
    return Node(
        "outcomeDeclaration", Node("defaultValue", Node("value", words)),
        identifier=MARK, cardinality="single", baseType="string", view="author",
    )  # fmt: skip


def read_marks(item) -> dict | None:
    """The marks of an item element of any version; None for an item that is not ours or whose marks are damaged."""
    for element in item:
        if is_named(element, "outcomeDeclaration") and element.get("identifier") == MARK:
            value = child(child(element, "defaultValue"), "value")
            return _read(text_of(value)) if value is not None else None
    return None


def _read(words: str) -> dict | None:
    if len(words) > _LONGEST:
        return None
    try:
        marks = json.loads(words)
    except (ValueError, RecursionError):
        return None
    is_ours = isinstance(marks, dict) and marks.get("v") == EDITION and isinstance(marks.get("kind"), str)
    return marks if is_ours else None
