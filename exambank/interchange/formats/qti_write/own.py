"""PURE. Reading an item that we wrote: the exact way back, which a general reader cannot go."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from exambank.interchange.formats.qti_write.kinds.case import SIMPLE, read_case
from exambank.interchange.formats.qti_write.kinds.parts import Given
from exambank.interchange.formats.qti_write.marks import LINES, LISTS, read_marks
from exambank.interchange.formats.qti_write.page import Body
from exambank.interchange.formats.qti_write.scoring import Names
from exambank.interchange.formats.qti_write.walk import Foreign, child, children, classed, the_child
from exambank.interchange.neutral import Problem

_READERS = {**{kind: pair[1] for kind, pair in SIMPLE.items()}, "case": read_case}
_LONGEST = 2_000
_MOST = 200


@dataclass(frozen=True)
class Own:
    """What ``draft_of`` needs, and what was wrong with the pictures."""

    kind: str
    stem: str
    content: Mapping[str, Any]
    labels: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()


def read_own(item, picture: Callable[[str, str], str | None]) -> Own | None:
    """An item of ours, of whatever version; None for a foreign one, or one that was changed beyond its own shape.

    ``picture(src, alt)`` gives a media id or None, and may raise ``rules.PictureProblem``.
    """
    marks = read_marks(item)
    if marks is None or marks["kind"] not in _READERS:
        return None
    body = Body(picture)
    try:
        found = _read(item, body, marks)
        return Own(marks["kind"], *found, _labels(item, body, marks), tuple(body.problems))
    except (Foreign, ValueError, RecursionError):
        return None


def _read(item, body: Body, marks: dict) -> tuple[str, dict]:
    scope = the_child(item, "itemBody")
    responses = {one.get("identifier"): one for one in children(item, "responseDeclaration")}
    processing = tuple(children(child(item, "responseProcessing")))
    stem, content = _READERS[marks["kind"]](Given(body, scope, Names(), responses, processing, marks))
    feedback = child(item, "modalFeedback")
    for one in classed(feedback, "eb-explanation")[:1] if feedback is not None else []:
        content["explanation"] = body.text(one)
    return stem, content


def _labels(item, body: Body, marks: dict) -> dict[str, Any]:
    found: dict[str, Any] = {"name": item.get("title") or "", "identifier": item.get("identifier") or ""}
    given = marks.get("labels")
    if isinstance(given, dict):  # then what is not among them is empty, whatever the package says of the item
        found = {**dict.fromkeys(LINES, ""), **dict.fromkeys(LISTS, ()), "expected_seconds": None, **found}
    for name, value in given.items() if isinstance(given, dict) else ():
        if name == "name" and given.get("made_title") not in (None, found["name"]):
            continue
        if name in LINES and isinstance(value, str):
            found[name] = value[:_LONGEST]
        elif name in LISTS and isinstance(value, list):
            found[name] = tuple(one for one in value[:_MOST] if isinstance(one, str))
        elif name == "expected_seconds" and type(value) is int:
            found[name] = value
    for one in classed(the_child(item, "itemBody"), "eb-picture")[:1]:
        for image in one.iter("{*}img"):
            found["picture"], found["picture_alt"] = body.media(image)
    return found
