"""PURE. XML without entities, without DTD, without network, and not deeper or larger than a question bank is."""

import html
import re

from lxml import etree

from exambank.interchange.neutral.files import UnreadableFile

XML_LIMIT = 60 * 1024 * 1024
MOST_NODES = 2_000_000
_MOST_SIGNS = 2 * MOST_NODES  # of "<", counted before a tree of them takes its memory
MOST_ATTRIBUTES = 2_000  # of one element: the parser looks each up from the first
MOST_MENDED = 1_000_000  # references that are kept by hand while a broken file is mended
_BILLION_LAUGHS = re.compile(rb"<!ENTITY", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!DOCTYPE\b[^\[<>]{0,2000}(?:\[[^\]]{0,20000}\]\s*)?>", re.IGNORECASE)
# after its first error the parser drops every reference, even &lt;: a sign that XML allows and nobody types keeps them
_REFERENCE = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(#?\w{1,32};)?", re.DOTALL)
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_KEPT_REFERENCE = re.compile("\x7f(#?\\w{1,32};)")


def parse_xml(body: bytes, *, recover: bool = False):
    """The root element. UnreadableFile (xml_broken with line and reason, xml_entities, xml_too_large) otherwise.

    ``recover``: let the parser mend what is not well-formed; the caller tells that it did.
    """
    if len(body) > XML_LIMIT:
        raise UnreadableFile("xml_too_large", limit=XML_LIMIT // 1024 // 1024)
    if body.count(b"<") > _MOST_SIGNS:
        raise UnreadableFile("xml_too_large", limit=XML_LIMIT // 1024 // 1024)
    if _declares_entities(body):
        raise UnreadableFile("xml_entities")
    if recover and body.count(b"&") > MOST_MENDED:
        raise UnreadableFile("xml_broken", line=1, column=1, reason="")
    if recover and b"\0" not in body[:4]:  # in UTF-16 the signs are two bytes long
        body = _REFERENCE.sub(_kept, body)
    body = _DOCTYPE.sub(_blank, body, count=1)  # even the name of a file to load makes the parser fail
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=False, remove_pis=True, recover=recover, collect_ids=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise UnreadableFile("xml_broken", line=line, column=column, reason=(error.msg or "")[:200]) from None
    except ValueError:
        raise UnreadableFile("xml_broken", line=1, column=1, reason="") from None
    if root is None:
        raise UnreadableFile("xml_broken", line=1, column=1, reason="")
    _refuse_monsters(root)
    if recover:
        _restore(root)
    return root


def _refuse_monsters(root) -> None:
    """No question file has so many elements, or an element with so many attributes."""
    for number, element in enumerate(root.iter()):
        if number > MOST_NODES or len(element.attrib) > MOST_ATTRIBUTES:
            raise UnreadableFile("xml_too_large", limit=XML_LIMIT // 1024 // 1024)


def _blank(found: re.Match) -> bytes:
    """As many signs and lines, so that every place stays where it is."""
    return re.sub(rb"[^\n]", b" ", found[0])


def _kept(found: re.Match) -> bytes:
    whole = found[0]
    return whole if whole.startswith(b"<") else b"\x7f" + (found[1] or b"amp;")


def _restore(root) -> None:
    """Give the kept references back as the signs that they stand for."""
    for element in root.iter():
        for part in ("text", "tail"):
            words = getattr(element, part)
            if words and "\x7f" in words:
                setattr(element, part, _signs(words))
        for name, value in element.items() if isinstance(element.tag, str) else ():
            if "\x7f" in value:
                element.set(name, _signs(value))


def _signs(words: str) -> str:
    spelled = _KEPT_REFERENCE.sub(lambda found: html.unescape("&" + found[1]), words)
    return _UNWRITABLE.sub("", spelled)


def _declares_entities(body: bytes) -> bool:
    """A declaration of entities, also in UTF-16: the sign for zero bytes is taken out first."""
    head = body[: 1024 * 1024]
    return bool(_BILLION_LAUGHS.search(head.replace(b"\0", b"")))


def local_name(element) -> str:
    """The element's name without its namespace or a prefix that nobody declared; "" for comments."""
    return element.tag.rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else ""


def namespace(element) -> str:
    """The element's namespace, or ""."""
    return element.tag[1:].partition("}")[0] if isinstance(element.tag, str) and element.tag.startswith("{") else ""
