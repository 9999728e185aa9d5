"""PURE. One vocabulary for both ways of writing QTI: the names of 2.x, without prefixes and namespaces."""

import html
import re
from functools import lru_cache

from lxml import etree

from exambank.interchange.neutral import UnreadableFile
from exambank.interchange.safety.xml import parse_xml

MATHML = "http://www.w3.org/1998/Math/MathML"
SVG = "http://www.w3.org/2000/svg"
XINCLUDE = "http://www.w3.org/2001/XInclude"
MOST_TAGS = 400_000
_FOREIGN = {MATHML, SVG, XINCLUDE}
_VERSIONS = (("v3p0", "qti30"), ("qtiv3", "qti30"), ("v2p2", "qti22"), ("v2p1", "qti21"), ("v2p0", "qti20"))
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,30});")
_XML_ENTITIES = {b"amp", b"lt", b"gt", b"quot", b"apos"}
_START_TAG = re.compile(rb"<[A-Za-z][^<>]{0,4000}>")
_ATTRIBUTE = re.compile(rb"(\s[\w:.-]+\s*=\s*)\"([^<>]{0,300}?)\"(?=\s+[\w:.-]+\s*=\s*\"|\s*/?>)")
_NAME = re.compile(r"[^\W\d][\w.-]*")
_TAG = re.compile(r"(?:\{[^{}]*\})?[^\W\d][\w.-]*")
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*\?>")


@lru_cache(maxsize=4096)
def _plain_tag(tag: str) -> str:
    namespace, _brace, local = tag.rpartition("}")
    if namespace.lstrip("{") in _FOREIGN:
        return tag
    local = local.rpartition(":")[2]
    plain = _camel(local[4:]) if local.startswith("qti-") else local
    return plain if _NAME.fullmatch(plain) else "unknown"


@lru_cache(maxsize=4096)
def _is_sound(tag: str) -> bool:
    return _TAG.fullmatch(tag) is not None


@lru_cache(maxsize=4096)
def _plain_attribute(name: str) -> str:
    if "-" not in name or name.startswith(("data-", "aria-", "{")):
        return name
    return _camel(name)


def _camel(name: str) -> str:
    return re.sub(r"-(\w)", lambda found: found[1].upper(), name)


def give_plain_names(root) -> None:
    """Rename elements and attributes in place; formulas, drawings and inclusions keep their namespace."""
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    for element in root.iter(etree.Element):
        plain = _plain_tag(element.tag)
        if plain != element.tag:
            element.tag = plain
        for name in element.attrib:
            new = _plain_attribute(name)
            if new != name:
                element.set(new, element.attrib.pop(name))


def plain_name(element) -> str:
    """The name that an element as it came has in the vocabulary of 2.x."""
    return _plain_tag(element.tag)


def version_of(root) -> str:
    """The format's name by the namespace (or the schema's place, or the way of writing) of a root as it came."""
    name = etree.QName(root)
    signs = f"{name.namespace or ''} {' '.join(root.attrib.values())}"
    told = next((version for sign, version in _VERSIONS if sign in signs), "")
    return told or ("qti30" if name.localname.startswith("qti-") else "qti21")


def parse_lenient(body: bytes):
    """(root, whether it had to be mended). UnreadableFile when not even that helps."""
    if body.count(b"<") > MOST_TAGS:
        raise UnreadableFile("qti_too_large")
    if body.startswith(b"\xef\xbb\xbf"):
        body = body[3:]
    body = body.lstrip(b" \t\r\n")
    try:
        root, was_mended = parse_xml(body), False
    except UnreadableFile as error:
        if error.code != "xml_broken":
            raise
        root, was_mended = _mended(body, error), True
    for element in root.iter(etree.Element):
        if not _is_sound(element.tag):  # a prefix that nobody declared, or worse
            element.tag = _plain_tag(element.tag)
    return root, was_mended


def _mended(body: bytes, error: UnreadableFile):
    """Named signs of HTML become characters, a false encoding is ignored, quotes in quotes are told apart; the parser
    mends the rest.
    """
    try:
        body.decode("utf-8")
        repaired = _DECLARATION.sub(b"", _ENTITY.sub(lambda found: _sign(found).encode(), body))
    except UnicodeDecodeError:
        repaired = _ENTITY.sub(lambda found: _sign(found).encode("ascii", "xmlcharrefreplace"), body)
    for attempt in (repaired, _START_TAG.sub(_quoted, repaired)):
        try:
            return parse_xml(attempt)
        except UnreadableFile:
            continue
    root = parse_xml(repaired, recover=True)
    if len(root) == 0:
        raise error
    return root


def _quoted(tag: re.Match) -> bytes:
    """A start tag whose attributes hold quotation marks within quotation marks, with these written as signs."""
    return _ATTRIBUTE.sub(lambda found: b'%s"%s"' % (found[1], found[2].replace(b'"', b"&quot;")), tag[0])


def _sign(found: re.Match) -> str:
    name = found[1].decode()
    sign = html.unescape(f"&{name};")
    if found[1] in _XML_ENTITIES or sign in "<>&\"'":
        return f"&{name};" if found[1] in _XML_ENTITIES else html.escape(sign)
    return f"&amp;{name};" if sign.startswith("&") else sign


def words_of(element) -> str:
    """The words in an element on one line."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def child(element, *names: str):
    """The first child of one of these names, or None."""
    if element is None:
        return None
    return next((one for one in element if one.tag in names), None)


def is_true(value: str | None) -> bool:
    return (value or "").strip().lower() in ("true", "1")
