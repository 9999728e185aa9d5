"""PURE. The questions of a Moodle file as slices of its bytes: each keeps its own, and none can hurt another."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from exambank.interchange.neutral import UnreadableFile
from exambank.interchange.safety.xml import XML_LIMIT, local_name, parse_xml

MOST_QUESTIONS = 20_000
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)[\"'][^>]*\?>", re.IGNORECASE)
_TOKEN = re.compile(rb"<!--|<!\[CDATA\[|<question\b[^<>]{0,2000}?(/)?>|(</question\s{0,100}>)")
_ENDS = {b"<!--": b"-->", b"<![CDATA[": b"]]>"}
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)([A-Za-z][A-Za-z0-9]{1,31};)?")
_UNWRITTEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Slice:
    """One ``<question>``: its bytes in UTF-8 as they came, the line where it begins, its element.

    ``mended`` says what had to be done before it could be read: "" nothing, "signs" (only signs that XML does not
    know), "markup" (the parser closed or dropped something); without an element nothing helped.
    """

    body: bytes
    line: int
    element: etree._Element | None
    mended: str = ""


def as_utf8(body: bytes) -> tuple[bytes, bool]:
    """The same file in UTF-8 without a byte order mark (unchanged when it is that already), and whether its encoding
    had to be guessed.
    """
    if len(body) > XML_LIMIT:
        raise UnreadableFile("xml_too_large", limit=XML_LIMIT // 1024 // 1024)
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            rest = body[len(mark) :]
            return (rest if encoding == "utf-8" else _declared(rest.decode(encoding, "replace").encode())), False
    declared = _DECLARATION.match(body[:200])
    encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
    if encoding in ("utf-8", "utf8"):
        return _valid(body)
    try:
        return _declared(body.decode(encoding, "replace").encode()), False
    except LookupError:
        known, is_guessed = _valid(body)
        return _declared(known), is_guessed


def _valid(body: bytes) -> tuple[bytes, bool]:
    """Bytes that say UTF-8 and are not: most likely the old Windows code page."""
    try:
        body.decode("utf-8")
        return body, False
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace").encode(), True


def _declared(body: bytes) -> bytes:
    return re.sub(rb"^(\s*<\?xml)[^>]*\?>", rb'\1 version="1.0" encoding="UTF-8"?>', body, count=1)


def cut(body: bytes) -> list[Slice]:
    """Every question of the file, in its order; ``body`` is UTF-8. UnreadableFile for hostile XML."""
    pieces = list(islice(_pieces(body), MOST_QUESTIONS + 1))
    if len(pieces) > MOST_QUESTIONS:
        raise UnreadableFile("too_many_questions", count=len(pieces), limit=MOST_QUESTIONS)
    try:
        root = parse_xml(body)
    except UnreadableFile as error:
        if error.code != "xml_broken":
            raise
        return [_parsed(*piece) for piece in pieces]
    found = [child for child in root if local_name(child) == "question"]
    if local_name(root) == "question":
        found = [root]
    if len(found) != len(pieces):  # a question within a question, or one deeper down
        return [_parsed(*piece) for piece in pieces]
    return [Slice(piece, line, element) for (piece, line), element in zip(pieces, found, strict=True)]


def _pieces(body: bytes) -> Iterator[tuple[bytes, int]]:
    """(bytes, line) of each question; one that is never closed ends where the next begins."""
    spans = list(_spans(body))
    line, counted = 1, 0
    for start, end in spans:
        line += body.count(b"\n", counted, start)
        counted = start
        yield body[start:end], line


def _spans(body: bytes) -> Iterator[tuple[int, int]]:
    opened, inner = None, 0
    for found in _tokens(body):
        if found[0].startswith(b"<question"):
            if opened is not None and b"type" not in found[0]:
                inner += not found[1]
                continue
            if opened is not None:
                yield opened, found.start()
            opened, inner = (None, 0) if found[1] else (found.start(), 0)
            if found[1]:
                yield found.span()
        elif found[2] and opened is not None:
            if inner:
                inner -= 1
                continue
            yield opened, found.end()
            opened = None
    if opened is not None:
        end = body.rfind(b"</quiz")
        yield opened, end if end > opened else len(body)


def _tokens(body: bytes) -> Iterator[re.Match]:
    """The tags of questions outside comments and marked sections; one that never ends is none."""
    at, endless = 0, set()
    while (found := _TOKEN.search(body, at)) is not None:
        at = found.end()
        closing = _ENDS.get(found[0])
        if closing is None:
            yield found
        elif closing not in endless:
            end = body.find(closing, at)
            if end < 0:
                endless.add(closing)
            else:
                at = end + len(closing)


def _parsed(body: bytes, line: int) -> Slice:
    for mended, source in (("", body), ("signs", _with_known_signs(body))):
        try:
            return Slice(body, line, parse_xml(source), mended)
        except UnreadableFile as error:
            if error.code != "xml_broken":
                raise
    try:
        return Slice(body, line, parse_xml(source, recover=True), "markup")
    except UnreadableFile:
        return Slice(body, line, None, "markup")


def _with_known_signs(body: bytes) -> bytes:
    """HTML's own entities and lone ampersands outside CDATA written so that XML knows them; no control signs."""
    source = _UNWRITTEN.sub("", body.decode("utf-8", "replace"))
    parts, at = [], 0
    while (start := source.find("<![CDATA[", at)) >= 0 and (end := source.find("]]>", start)) >= 0:
        parts += [_ENTITY.sub(_known_sign, source[at:start]), source[start : end + 3]]
        at = end + 3
    return "".join([*parts, _ENTITY.sub(_known_sign, source[at:])]).encode()


def _known_sign(found: re.Match) -> str:
    named = html.unescape(found[0]) if found[1] else ""
    return html.escape(named) if named and not named.startswith("&") else "&amp;" + (found[1] or "")
