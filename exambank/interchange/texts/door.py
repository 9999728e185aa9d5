"""PURE. From foreign markup to a tree: signs that are no tags are kept as signs, nothing is fetched or resolved."""

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

from lxml import etree


def _names(listed: str) -> list[str]:
    return listed.split()


_KNOWN = _names(
    "a abbr acronym address area article aside audio b base basefont bdi bdo big blockquote body br button canvas "
    "caption center cite code col colgroup dd del details dfn dialog dir div dl dt em embed fieldset "
    "figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe "
    "image img input ins kbd label legend li link main mark menu meta meter nav nobr noframes noscript object "
    "ol optgroup option output p param picture pre progress q rp rt ruby s samp script section select small "
    "source span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time "
    "title tr track tt u ul var video wbr math maction menclose merror mfenced mfrac mi mlabeledtr mmultiscripts "
    "mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd "
    "mtext mtr munder munderover none semantics annotation apply ci cn csymbol bvar annotation-xml maligngroup "
    "malignmark circle clippath "
    "defs desc ellipse fecolormatrix filter g line lineargradient marker mask path pattern polygon polyline "
    "radialgradient rect stop symbol text textpath tspan use "
)
_SPACE = r"[^<>\"']*+(?:\"[^\"]*+\"[^<>\"']*+|'[^']*+'[^<>\"']*+)*+"
_NAME = rf"[\w.]+:[\w.-]+|{'|'.join(sorted(_KNOWN, key=len, reverse=True))}"
_TAG = re.compile(
    rf"<(?:/?(?:{_NAME})(?:\s{_SPACE}|/)?>|!--|!\[|\?xml|!doctype)",
    re.IGNORECASE,
)
_SECTION, _SECTION_END = "<![CDATA[", "]]>"
_LONG_TAG = 10_000
_MOST_ATTRIBUTES = 500  # of one tag: the parser looks each up from the first
_ATTRIBUTE = re.compile(r"\"[^\"]*\"|'[^']*'|\s+")
_PARSER_OPTIONS = {"remove_comments": True, "remove_pis": True, "no_network": True, "collect_ids": False}
_DATA = re.compile(r"\s*data:([\w.+/-]*)((?:;[^,;]*)*),(.*)", re.DOTALL | re.IGNORECASE)


def parse_html(source: str):
    """The ``body`` element of this markup; whatever is wrong with it is mended as a browser would."""
    marked = _with_signs(_without_sections(source))
    document = etree.fromstring(f"<html><body>{marked}</body></html>", etree.HTMLParser(**_PARSER_OPTIONS))
    body = document.find("body") if document is not None else None
    return body if body is not None else etree.Element("body")


def _without_sections(source: str) -> str:
    """The source with what stands in marked sections as words; one that never ends is none."""
    parts, at = [], 0
    while (start := source.find(_SECTION, at)) >= 0 and (end := source.find(_SECTION_END, start)) >= 0:
        parts += [source[at:start], source[start + len(_SECTION) : end].replace("<", "&lt;")]
        at = end + len(_SECTION_END)
    return "".join([*parts, source[at:]])


def _with_signs(source: str) -> str:
    """The source with every ``<`` that begins no tag written as a sign: "x < 3", "a<b và c"."""
    parts, last = [], 0
    for found in _TAG.finditer(source):
        parts.append(source[last : found.start()].replace("<", "&lt;"))
        parts.append(found[0] if _is_bearable(found[0]) else found[0].replace("<", "&lt;"))
        last = found.end()
    parts.append(source[last:].replace("<", "&lt;"))
    return "".join(parts)


def _is_bearable(tag: str) -> bool:
    """Whether a tag has no more attributes than anybody writes; pictures within one make it long, not many."""
    return len(tag) < _LONG_TAG or sum(one[0].isspace() for one in _ATTRIBUTE.findall(tag)) <= _MOST_ATTRIBUTES


def embedded_picture(address: str) -> bytes | None:
    """The bytes that a ``data:`` address holds; None when it is another address or broken."""
    found = _DATA.match(address)
    if found is None:
        return None
    if "base64" not in found[2].lower():
        return unquote_to_bytes(found[3])
    packed = re.sub(rb"\s+", b"", unquote_to_bytes(found[3]))
    try:
        return base64.b64decode(packed + b"=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
