"""Items as files have them, written once in the way of 2.x and given in that of 3.0 as well."""

import io
import re
import zipfile

from exambank.interchange.formats.judge import judge
from exambank.interchange.formats.qti import read
from exambank.interchange.neutral import Entry, Reading, Source

_HTML = {
    "p", "b", "em", "strong", "div", "span", "img", "table", "tr", "td", "ul", "li", "br", "math", "mi", "mo", "mn",
    "mrow", "msup", "object", "blockquote", "a", "u", "i",
}  # fmt: skip
_NAMESPACES = {
    "2.0": "http://www.imsglobal.org/xsd/imsqti_v2p0", "2.1": "http://www.imsglobal.org/xsd/imsqti_v2p1",
    "2.2": "http://www.imsglobal.org/xsd/imsqti_v2p2", "3.0": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
}  # fmt: skip
VERSIONS = list(_NAMESPACES)


def kebab(name: str) -> str:
    return re.sub(r"[A-Z]", lambda found: "-" + found[0].lower(), name)


def as_30(xml: str) -> str:
    """The same in the way of writing of 3.0."""

    def renamed(found: re.Match) -> str:
        slash, name, rest = found.groups()
        if name in _HTML or ":" in name:
            return found[0]
        rest = re.sub(r"([\w:-]+)=", lambda one: (one[1] if ":" in one[1] else kebab(one[1])) + "=", rest)
        return f"<{slash}qti-{kebab(name)}{rest}>"

    return re.sub(r"<(/?)([A-Za-z][\w:]*)((?:\s+[\w:-]+=(?:\"[^\"]*\"|'[^']*'))*\s*/?)>", renamed, xml)


def item(parts: str, version: str = "2.2", attributes: str = 'identifier="q1" title="Câu 1"') -> bytes:
    """An item file with these declarations, body and rules."""
    root = f"<assessmentItem {attributes}>{parts}</assessmentItem>"
    if version == "3.0":
        root = as_30(root)
    place = root.index(" ")
    return f'<?xml version="1.0"?>\n{root[:place]} xmlns="{_NAMESPACES[version]}"{root[place:]}'.encode()


def response(
    correct: str = "", mapping: str = "", cardinality: str = "single", base: str = "identifier", name: str = "RESPONSE",
    bounds: str = "",
) -> str:  # fmt: skip
    """A responseDeclaration; ``correct`` is values parted by "|", ``mapping`` "A=1|B=-1"."""
    key = "".join(f"<value>{one}</value>" for one in correct.split("|") if one)
    entries = "".join(
        f'<mapEntry mapKey="{one.rpartition("=")[0]}" mappedValue="{one.rpartition("=")[2]}"/>'
        for one in mapping.split("|") if one
    )  # fmt: skip
    return (
        f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" baseType="{base}">'
        + (f"<correctResponse>{key}</correctResponse>" if key else "")
        + (f"<mapping {bounds}>{entries}</mapping>" if entries else "")
        + "</responseDeclaration>"
    )


SCORE = '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
MATCH = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>'
MAP = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"/>'


def choice(options: str = "A=Một|B=Hai|C=Ba", attributes: str = 'maxChoices="1"', prompt: str = "Chọn gì?") -> str:
    rows = "".join(
        f'<simpleChoice identifier="{one.partition("=")[0]}">{one.partition("=")[2]}</simpleChoice>'
        for one in options.split("|")
    )
    shown = f"<prompt>{prompt}</prompt>" if prompt else ""
    return f'<choiceInteraction responseIdentifier="RESPONSE" {attributes}>{shown}{rows}</choiceInteraction>'


def body(inner: str) -> str:
    return f"<itemBody>{inner}</itemBody>"


def read_parts(parts: str, version: str = "2.2", **given) -> Entry:
    """The only entry of an item of these parts."""
    attributes = given.pop("attributes", 'identifier="q1" title="Câu 1"')
    (entry,) = judge(read(Source(item(parts, version, attributes), "item.xml", **given))).entries
    return entry


def package(files: dict[str, bytes | str]) -> Reading:
    """The reading of a zip of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return judge(read(Source(stream.getvalue(), "package.zip")))


def codes(entry: Entry) -> list[str]:
    return [problem.code for problem in entry.problems]


def keys(entry: Entry) -> list[str]:
    """The texts of the right options."""
    return [row["html"] for row in entry.draft.content["options"] if row["is_key"]]
