"""What any reader of QTI relies on, checked without a schema: (where, what is wrong) for all that is."""

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree

from tests.interchange.qti_write.player import attribute, name_of

CODES = {"qti21": "v2p1", "qti22": "v2p2", "qti30": "v3p0"}
NAMESPACES = {
    "qti21": "http://www.imsglobal.org/xsd/imsqti_v2p1",
    "qti22": "http://www.imsglobal.org/xsd/imsqti_v2p2",
    "qti30": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
}
REQUIRED = {
    "assessmentItem": ("identifier", "title", "adaptive", "timeDependent"),
    "assessmentTest": ("identifier", "title"),
    "testPart": ("identifier", "navigationMode", "submissionMode"),
    "assessmentSection": ("identifier", "title", "visible"),
    "assessmentItemRef": ("identifier", "href"),
    "responseDeclaration": ("identifier", "cardinality"),
    "outcomeDeclaration": ("identifier", "cardinality"),
    "choiceInteraction": ("responseIdentifier", "shuffle", "maxChoices"),
    "matchInteraction": ("responseIdentifier", "shuffle", "maxAssociations"),
    "orderInteraction": ("responseIdentifier", "shuffle"),
    "inlineChoiceInteraction": ("responseIdentifier", "shuffle"),
    "textEntryInteraction": ("responseIdentifier",),
    "extendedTextInteraction": ("responseIdentifier",),
    "simpleChoice": ("identifier",),
    "inlineChoice": ("identifier",),
    "simpleAssociableChoice": ("identifier", "matchMax"),
    "mapping": ("defaultValue",),
    "mapEntry": ("mapKey", "mappedValue"),
    "equal": ("toleranceMode",),
    "modalFeedback": ("outcomeIdentifier", "identifier", "showHide"),
    "rubricBlock": ("view",),
    "img": ("src", "alt"),
}
ORDER = (
    "responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing", "modalFeedback",
)  # fmt: skip
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")


def complaints(files: dict[str, bytes], version: str) -> list[tuple[str, str]]:
    """Everything that is wrong with the package."""
    return [*_manifest(files, version), *_items(files, version), *_test(files, version)]


def _manifest(files: dict[str, bytes], version: str) -> Iterator[tuple[str, str]]:
    where = "imsmanifest.xml"
    root = etree.fromstring(files[where])
    resources = root.find("{*}resources")
    identifiers = [one.get("identifier") for one in resources]
    yield from ((where, f"twice: {name}") for name, count in Counter(identifiers).items() if count > 1)
    yield from ((where, f"no name: {name}") for name in identifiers if not IDENTIFIER.fullmatch(name))
    if root.find("{*}metadata/{*}schema") is None or root.find("{*}metadata/{*}schemaversion") is None:
        yield where, "no schema"
    listed = set()
    for one in resources:
        kind = one.get("type")
        if kind not in (f"imsqti_item_xml{CODES[version]}", f"imsqti_test_xml{CODES[version]}", "webcontent"):
            yield where, f"type {kind}"
        hrefs = [file.get("href") for file in one.findall("{*}file")]
        listed |= {unquote(href) for href in hrefs}
        if one.get("href") not in hrefs:
            yield where, f"{one.get('href')} is no file of its resource"
        for dependency in one.findall("{*}dependency"):
            if dependency.get("identifierref") not in identifiers:
                yield where, f"depends on nothing: {dependency.get('identifierref')}"
    yield from ((where, f"is not there: {href}") for href in listed - files.keys())
    yield from ((where, f"is not listed: {path}") for path in files.keys() - listed - {where})
    yield from ((path, "absolute or outside") for path in files if path.startswith("/") or ".." in path.split("/"))


def _items(files: dict[str, bytes], version: str) -> Iterator[tuple[str, str]]:
    for path, body in files.items():
        if not path.startswith("items/"):
            continue
        root = etree.fromstring(body)
        if name_of(root) != "assessmentItem" or etree.QName(root).namespace != NAMESPACES[version]:
            yield path, root.tag
        elements = [one for one in root.iter() if isinstance(one.tag, str)]
        yield from ((path, what) for one in elements for what in _element(one, version))
        places = [ORDER.index(name_of(one)) for one in root]
        if places != sorted(places):
            yield path, "order of children"
        yield from ((path, what) for what in _variables(root, elements))
        for one in elements:
            href = one.get("src")
            if href and posixpath.normpath(posixpath.join("items", unquote(href))) not in files:
                yield path, f"is not there: {href}"


def _element(one, version: str) -> Iterator[str]:
    name = name_of(one)
    yield from (f"{name} without {needed}" for needed in REQUIRED.get(name, ()) if attribute(one, needed) is None)
    is_ours = etree.QName(one).namespace == NAMESPACES[version] and (name in REQUIRED or "nteraction" in name)
    if is_ours and name != "img" and (version == "qti30") != etree.QName(one).localname.startswith("qti-"):
        yield f"{one.tag} in {version}"
    if version != "qti30" and (name in ("u", "s") or any(key.startswith("data-") for key in one.attrib)):
        yield f"{name} is not of QTI 2"
    if (
        version == "qti30"
        and name in ("rubricBlock", "modalFeedback")
        and [name_of(each) for each in one] != ["contentBody"]
    ):
        yield f"{name} without a content body"
    if attribute(one, "identifier") is not None and not IDENTIFIER.fullmatch(attribute(one, "identifier")):
        yield f"no name: {attribute(one, 'identifier')}"


def _variables(root, elements: list) -> Iterator[str]:
    declared = [attribute(one, "identifier") for one in elements if name_of(one).endswith("Declaration")]
    yield from (f"declared twice: {name}" for name, count in Counter(declared).items() if count > 1)
    responses = [attribute(one, "identifier") for one in elements if name_of(one) == "responseDeclaration"]
    bound = [attribute(one, "responseIdentifier") for one in elements if attribute(one, "responseIdentifier")]
    if sorted(responses) != sorted(bound):
        yield f"responses {responses}, interactions {bound}"
    for one in elements:
        is_used = name_of(one) in ("variable", "correct", "mapResponse", "setOutcomeValue")
        if is_used and attribute(one, "identifier") not in declared:
            yield f"nobody declares {attribute(one, 'identifier')}"
        if name_of(one).endswith("Interaction"):
            yield from _choices(root, one)
    if "SCORE" not in declared or "MAXSCORE" not in declared:
        yield "no score"


def _choices(root, interaction) -> Iterator[str]:
    names = [attribute(one, "identifier") for one in interaction.iter() if attribute(one, "identifier")]
    if len(set(names)) < len(names):
        yield "two choices of one name"
    response = next(one for one in root if attribute(one, "identifier") == attribute(interaction, "responseIdentifier"))
    values = [one.text for one in response.iter() if name_of(one) == "value"]
    values += [attribute(one, "mapKey") for one in response.iter() if name_of(one) == "mapEntry"]
    if attribute(response, "baseType") in ("identifier", "directedPair"):
        chosen = {name for value in values for name in value.split()}
        yield from (f"no choice: {name}" for name in chosen - set(names))


def _test(files: dict[str, bytes], version: str) -> Iterator[tuple[str, str]]:
    where = "assessment.xml"
    root = etree.fromstring(files[where])
    if etree.QName(root).namespace != NAMESPACES[version]:
        yield where, root.tag
    elements = [one for one in root.iter() if isinstance(one.tag, str)]
    yield from ((where, what) for one in elements for what in _element(one, version))
    references = [one for one in elements if name_of(one) == "assessmentItemRef"]
    yield from ((where, "is not there: " + one.get("href")) for one in references if one.get("href") not in files)
    for one in references:
        if etree.fromstring(files[one.get("href")]).get("identifier") != one.get(
            "identifier"
        ) and "raw/" not in one.get("href"):
            yield where, f"another identifier: {one.get('identifier')}"
