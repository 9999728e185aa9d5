"""PURE. The body of an item: what is taken out of it (feedback, guides, hints), and its parts around interactions."""

from dataclasses import dataclass

from lxml import etree

from exambank.interchange.formats.qti.folders import Folder
from exambank.interchange.formats.qti.names import XINCLUDE, give_plain_names, parse_lenient, words_of
from exambank.interchange.formats.qti.wording import Wording
from exambank.interchange.neutral import UnreadableFile

INLINE = {"textEntryInteraction", "inlineChoiceInteraction"}
BLOCK = {
    "choiceInteraction", "orderInteraction", "matchInteraction", "associateInteraction", "extendedTextInteraction",
    "gapMatchInteraction", "hottextInteraction",
}  # fmt: skip
LINES = {
    "p", "div", "table", "ul", "ol", "dl", "section", "article", "figure", "blockquote", "pre", "hr", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "footer", "aside", "nav", "main", "fieldset", "address", "details", "itemBody",
    "contentBody", "feedbackBlock", "rubricBlock", "object", "video", "audio", "li", "tr", "td", "tbody", "center",
} | BLOCK  # fmt: skip
_OPEN = {"div", "section", "article", "figure", "blockquote", "itemBody", "contentBody", "feedbackBlock", "fieldset",
         "main", "header", "center", "rubricBlock"}  # fmt: skip
_DEEPEST_INCLUDE = 3
_MOST_INCLUSIONS = 200
_MOST_INCLUDED_BYTES = 5_000_000


@dataclass(frozen=True)
class Feedback:
    """A text shown after the answer; ``option`` is the identifier of the choice it stands in or speaks of."""

    html: str
    identifier: str
    option: str = ""


@dataclass(frozen=True)
class Segment:
    """A part of the body: ``kind`` is plain, block (one interaction) or inline (words with interactions in them)."""

    kind: str
    element: etree._Element


class Room:
    """How much may still be put in: files that include files ten times each would never end, and a long text that
    every item shares is read anew for each.
    """

    def __init__(self, most_bytes: int, above: "Room | None" = None):
        self._files, self._bytes, self._above = _MOST_INCLUSIONS, most_bytes, above

    def part(self) -> "Room":
        """The room of one item within that of all."""
        return Room(_MOST_INCLUDED_BYTES, self)

    def takes(self, body: bytes) -> bool:
        """Whether there is room for this file too."""
        if self._bytes < len(body) or (self._above is not None and (not self._files or not self._above.takes(body))):
            return False
        self._files, self._bytes = self._files - 1, self._bytes - len(body)
        return True


def insert_inclusions(root, folder: Folder, path: str, wording: Wording, room: Room, depth: int = 0) -> None:
    """Put the files that ``xi:include`` names in their places; what is not there is told."""
    for one in list(root.iter(f"{{{XINCLUDE}}}include")):
        found = _included(one.get("href") or "", folder, path, room) if depth < _DEEPEST_INCLUDE else None
        if found is None:
            wording.warn("part_missing", name=(one.get("href") or "?")[:200])
            replace(one)
            continue
        element, place = found
        insert_inclusions(element, folder, place, wording, room, depth + 1)
        replace(one, element)


def _included(href: str, folder: Folder, path: str, room: Room):
    place = folder.find(href, path)
    if place is None or place == path:
        return None
    try:
        body = folder.read(place)
        if not room.takes(body):
            return None
        element, _mended = parse_lenient(body)
    except UnreadableFile:
        return None
    give_plain_names(element)
    return element, place


def replace(element, new=None) -> None:
    """Put another element (or nothing) in the place of one; the words after it stay."""
    above, tail = element.getparent(), element.tail
    if above is None:
        return
    element.tail = None
    if new is not None:
        new.tail = tail
        above.replace(element, new)
        return
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + (tail or "") or None
    else:
        above.text = (above.text or "") + (tail or "") or None
    above.remove(element)


def interactions_in(element) -> list:
    """The interactions, in order."""
    return [
        one for one in element.iter(etree.Element)
        if isinstance(one.tag, str) and (one.tag.endswith("Interaction")) and one is not element
    ]  # fmt: skip


# --- what is taken out ---


def take_feedback(root, wording: Wording) -> list[Feedback]:
    """All feedback, taken out of the body; a block that holds an interaction stays, since without it nothing is."""
    found = []
    for one in list(root.iter("feedbackInline", "feedbackBlock", "modalFeedback")):
        if interactions_in(one):
            wording.warn("conditional_text")
            continue
        for inner in list(one.iter("printedVariable")):
            wording.tell("printed_value", name=(inner.get("identifier") or "?")[:80])
            _leave_dots(inner)
        option = next((above.get("identifier", "") for above in one.iterancestors("simpleChoice", "inlineChoice")), "")
        html = wording.html(one)
        if html:
            found.append(Feedback(html, one.get("identifier", ""), option))
        if one.tag == "feedbackInline" or one.getparent() is not None:
            replace(one)
    return found


def take_guides(body, wording: Wording) -> list[str]:
    """What rubric blocks tell markers and authors; those for candidates stay in the body."""
    found = []
    for one in list(body.iter("rubricBlock")):
        views = (one.get("view") or "candidate").split()
        if "candidate" in views or interactions_in(one):
            continue
        if words_of(one) or one.find(".//img") is not None:
            found.append(wording.html(one))
        replace(one)
    return [one for one in found if one]


def take_rest(body, wording: Wording) -> list[str]:
    """Hints are given; what cannot be shown (values that a system prints) is told."""
    hints = []
    for one in list(body.iter("infoControl")):
        hints.append(wording.html(one))
        replace(one)
    for one in list(body.iter("printedVariable")):
        wording.warn("printed_value", name=(one.get("identifier") or "?")[:80])
        _leave_dots(one)
    for one in list(body.iter("stylesheet", "catalogInfo")):
        replace(one)
    return [one for one in hints if one]


def _leave_dots(element) -> None:
    dots = etree.Element("span")
    dots.text = "…"
    replace(element, dots)


# --- the parts ---


def segments_of(body) -> list[Segment]:
    """The body in parts, in order; each part has an element of its own that holds it."""
    found: list[Segment] = []
    run: list = []
    for one in _flat(body):
        if not isinstance(one, str) and one.tag in LINES:
            _close(run, found)
            run = []
            found.append(Segment(_kind_of(one), one))
        else:
            run.append(one)
    _close(run, found)
    return found


def _flat(container):
    """Words and elements; containers that hold interactions deeper within are opened."""
    if container.text and container.text.strip():
        yield container.text
    for one in list(container):
        tail, one.tail = one.tail, None
        if _is_opened(one):
            yield from _flat(one)
        else:
            yield one
        if tail and tail.strip():
            yield tail


def _is_opened(element) -> bool:
    if not isinstance(element.tag, str) or element.tag in BLOCK | INLINE:
        return False
    inner = interactions_in(element)
    if any(one.tag in BLOCK for one in inner):
        return True
    is_mixed = any(child.tag in INLINE for child in element) or not any(child.tag in LINES for child in element)
    return bool(inner) and element.tag in _OPEN and not is_mixed


def _close(run: list, found: list[Segment]) -> None:
    if not run:
        return
    line = etree.Element("p")
    for one in run:
        if not isinstance(one, str):
            line.append(one)
        elif len(line):
            line[-1].tail = (line[-1].tail or "") + one
        else:
            line.text = (line.text or "") + one
    found.append(Segment(_kind_of(line), line))


def _kind_of(element) -> str:
    if element.tag in BLOCK:
        return "block"
    return "inline" if interactions_in(element) else "plain"
