"""PURE. One tree for all versions of QTI, and the two ways in which it is spelled.

Elements and attributes have the names of QTI 2 (``choiceInteraction``, ``maxChoices``); QTI 3 writes the same names in
small letters with dashes and a prefix (``qti-choice-interaction``, ``max-choices``). Markup within a text is the same.
"""

import re
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

_CAPITAL = re.compile(r"[A-Z]")
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CLEAN_ATTRIBUTE = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


class Markup(str):
    """XHTML that is well-formed already and stands in the file as it is."""

    __slots__ = ()


class Node:
    """An element by its QTI 2 name; attributes that are None are left out."""

    __slots__ = ("attributes", "children", "name")

    def __init__(self, name: str, *children: "Node | str | None", **attributes: object):
        self.name, self.attributes = name, attributes
        self.children = [child for child in children if child is not None]

    def add(self, *children: "Node | str | None") -> "Node":
        """Put further children behind those it has."""
        self.children += [child for child in children if child is not None]
        return self


@dataclass(frozen=True)
class Version:
    """What differs between the versions beyond the spelling."""

    name: str  # "qti22"
    code: str  # "v2p2": as resource types have it
    namespace: str
    schema: str
    result_namespace: str
    result_schema: str
    packaging: str
    packaging_schema: str
    metadata: str
    package: tuple[str, str]  # schema and schemaversion of the manifest
    templates: str

    @property
    def has_dashes(self) -> bool:
        return self.code == "v3p0"

    def template(self, name: str) -> str:
        """The address of a standard response processing."""
        return self.templates % name


_IMS = "http://www.imsglobal.org/xsd"
_PURL = "https://purl.imsglobal.org/spec/qti/v3p0"
_RULES = "http://www.imsglobal.org/question/qti_%s/rptemplates/%%s"

QTI21 = Version(
    "qti21", "v2p1", f"{_IMS}/imsqti_v2p1", f"{_IMS}/qti/qtiv2p1/imsqti_v2p1p2.xsd", f"{_IMS}/imsqti_result_v2p1",
    f"{_IMS}/qti/qtiv2p1/imsqti_result_v2p1.xsd",
    f"{_IMS}/imscp_v1p1", f"{_IMS}/qti/qtiv2p1/qtiv2p1_imscpv1p2_v1p0.xsd", f"{_IMS}/imsqti_metadata_v2p1",
    ("QTIv2.1 Package", "1.0.0"), _RULES % "v2p1",
)  # fmt: skip
QTI22 = Version(
    "qti22", "v2p2", f"{_IMS}/imsqti_v2p2", f"{_IMS}/qti/qtiv2p2/imsqti_v2p2.xsd", f"{_IMS}/imsqti_result_v2p2",
    f"{_IMS}/qti/qtiv2p2/imsqti_result_v2p2.xsd",
    f"{_IMS}/imscp_v1p1", f"{_IMS}/qti/qtiv2p2/qtiv2p2_imscpv1p2_v1p0.xsd", f"{_IMS}/imsqti_metadata_v2p2",
    ("QTIv2.2 Package", "1.0.0"), _RULES % "v2p2",
)  # fmt: skip
QTI30 = Version(
    "qti30", "v3p0", f"{_IMS}/imsqtiasi_v3p0", f"{_PURL}/schema/xsd/imsqti_asiv3p0_v1p0.xsd",
    f"{_IMS}/imsqti_result_v3p0", f"{_PURL}/schema/xsd/imsqti_resultv3p0_v1p0.xsd", f"{_IMS}/qti/qtiv3p0/imscp_v1p1",
    f"{_PURL}/schema/xsd/imsqtiv3p0_imscpv1p2_v1p0.xsd", f"{_IMS}/imsqti_metadata_v3p0",
    ("QTI Package", "3.0.0"), f"{_PURL}/rptemplates/%s.xml",
)  # fmt: skip


def render(node: "Node | str", version: Version) -> Markup:
    """The element as this version spells it."""
    parts: list[str] = []
    _write(node, parts, version.has_dashes)
    return Markup("".join(parts))


def document(root: Node, version: Version) -> bytes:
    """A file that holds this element."""
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + render(root, version) + "\n").encode()


def plain_document(root: Node) -> bytes:
    """A file of a vocabulary that is spelled alike in every version (manifest, metadata)."""
    parts: list[str] = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    _write(root, parts, has_dashes=False)
    return ("".join(parts) + "\n").encode()


def attribute_name(name: str) -> str:
    """An attribute as QTI 3 spells it."""
    return _CAPITAL.sub(lambda found: "-" + found[0].lower(), name)


def element_name(name: str) -> str:
    """An element of QTI as QTI 3 spells it."""
    return "qti-" + attribute_name(name)


def _write(node: "Node | str", parts: list[str], has_dashes: bool) -> None:
    if isinstance(node, Markup):
        parts.append(node)
        return
    if isinstance(node, str):
        parts.append(escape(_UNWRITABLE.sub("", node), {"\r": "&#13;"}))
        return
    is_ours = has_dashes and ":" not in node.name and node.name not in _HTML
    name = element_name(node.name) if is_ours else node.name
    parts.append("<" + name)
    for key, value in node.attributes.items():
        if value is not None:
            parts.append(f" {_attribute(key, is_ours)}={_value(value)}")
    if not node.children:
        parts.append("/>")
        return
    parts.append(">")
    for child in node.children:
        _write(child, parts, has_dashes)
    parts.append(f"</{name}>")


# what a text holds has the same name in every version
_HTML = frozenset({"div", "p", "ol", "li", "img", "span"})


def _attribute(key: str, is_ours: bool) -> str:
    key = key.removesuffix("_").replace("__", ":")
    return attribute_name(key) if is_ours and ":" not in key and key != "xmlns" else key


def _value(value: object) -> str:
    if isinstance(value, bool):
        value = "true" if value else "false"
    return quoteattr(_UNWRITABLE.sub("", str(value)), _CLEAN_ATTRIBUTE)
