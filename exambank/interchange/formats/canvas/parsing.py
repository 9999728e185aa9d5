"""PURE. From the bytes of a QTI 1.2 file to its tree, and back to the bytes of each item."""

import codecs
import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import islice
from typing import Any

from lxml import etree

from exambank.interchange.neutral import UnreadableFile
from exambank.interchange.safety.xml import parse_xml

MOST_ITEMS = 20_000
MENDED_LIMIT = 10 * 1024 * 1024  # a larger file that is broken is not mended
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*>", re.IGNORECASE)
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([\w.-]{1,40})[\"']")
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_TAG_END = re.compile(r"(?:[^>\"']|\"[^\"]*\"|'[^']*')*+>")


@dataclass(frozen=True)
class Document:
    """One XML file of questions: ``path`` within its package ("" alone), and whether it had to be mended."""

    path: str
    markup: str
    root: Any
    is_mended: bool = False
    items: tuple = field(default=())

    @cached_property
    def _slices(self) -> list[str]:
        return slices_of(self.markup)

    def bytes_of(self, number: int) -> bytes:
        """The item with this number as it stands in the file, in UTF-8."""
        if len(self._slices) == len(self.items):
            return self._slices[number].encode("utf-8", "replace")
        return etree.tostring(self.items[number], with_tail=False, encoding="utf-8", xml_declaration=False)


def read_document(body: bytes, path: str = "") -> Document:
    """The file understood; UnreadableFile when not even a tolerant parser makes a tree of it."""
    markup = decoded(body)
    try:
        root, is_mended = parse_xml(markup.encode("utf-8", "replace")), False
    except UnreadableFile as error:
        if error.code != "xml_broken" or len(markup) > MENDED_LIMIT:
            raise
        root, is_mended = parse_xml(markup.encode("utf-8", "replace"), recover=True), True
    items = tuple(islice((one for one in root.iter("{*}item")), MOST_ITEMS + 1))
    if len(items) > MOST_ITEMS:
        raise UnreadableFile("too_many_questions", count=len(items), limit=MOST_ITEMS)
    return Document(path, markup, root, is_mended, items)


def decoded(body: bytes) -> str:
    """The text without its declaration, whose encoding is believed only where the bytes are not UTF-8.

    Exporters declare ISO-8859-1 and write UTF-8; a declaration may itself be broken.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _undeclared(body[len(mark) :].decode(encoding, "replace"))
    if body[:2] in (b"<\0", b"\0<"):
        return _undeclared(body.decode("utf-16-le" if body[:1] == b"<" else "utf-16-be", "replace"))
    try:
        return _undeclared(body.decode("utf-8"))
    except UnicodeDecodeError:
        declared = _ENCODING.search(body[:200])
        return _undeclared(body.decode(_known_encoding(declared[1] if declared else b""), "replace"))


def _known_encoding(name: bytes) -> str:
    try:
        known = codecs.lookup(name.decode("ascii")).name
    except (LookupError, UnicodeDecodeError):
        return "cp1252"
    return known if known.startswith(("cp125", "iso8859", "koi8", "mac-")) else "cp1252"


def _undeclared(markup: str) -> str:
    found = _DECLARATION.match(markup)
    return markup[found.end() :] if found else markup


@cache
def _pieces_of(name: str) -> re.Pattern:
    return re.compile(rf"<!--|<!\[CDATA\[|<(?:[\w.-]+:)?(?:{name})(?=[\s/>])|</(?:[\w.-]+:)?(?:{name})\s*>")


def slices_of(markup: str, name: str = "item") -> list[str]:
    """The text of every element of this name (a pattern), found by its tags.

    Comments and marked sections hide what looks like one; one within another is part of it.
    """
    found, started, at = [], None, 0
    pieces = _pieces_of(name)
    while piece := pieces.search(markup, at):
        at = piece.end()
        if piece[0] in ("<!--", "<![CDATA["):
            at = markup.find("-->" if piece[0] == "<!--" else "]]>", at)
            if at < 0:
                break
        elif piece[0].startswith("</"):
            if started is not None:
                found.append(markup[started:at])
            started = None
        elif (end := _TAG_END.match(markup, at)) is None:
            break
        elif markup[end.end() - 2] == "/":
            found.append(markup[piece.start() : end.end()])
            at = end.end()
        elif started is None:
            started, at = piece.start(), end.end()
    return found
