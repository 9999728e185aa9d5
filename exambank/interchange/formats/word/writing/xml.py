"""PURE. Elements of WordprocessingML, made short; their children in the order that Word insists on."""

from lxml import etree

from exambank.interchange.formats.word.parts.names import W

_NSMAP = {"w": W[1:-1]}
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def element(name: str, *children, **attributes):
    """``w:name`` with attributes of the same namespace."""
    made = etree.Element(W + name, nsmap=_NSMAP)
    for key, value in attributes.items():
        made.set(W + key, str(value))
    made.extend(children)
    return made


def valued(name: str, value):
    """``<w:name w:val="value"/>``."""
    return element(name, val=value)


def text_of(words: str):
    """``w:t`` that keeps its blanks."""
    made = element("t")
    made.text = words
    if words != words.strip() or "  " in words:
        made.set(_XML_SPACE, "preserve")
    return made


def run(words: str, *, style: str = "", marks: frozenset = frozenset(), colour: str = ""):
    """A run of words: line ends are breaks, tabs are tabs. ``marks``: b, i, u, s, sub, sup, code."""
    made = element("r")
    properties = _run_properties(style, marks, colour)
    if len(properties):
        made.append(properties)
    for place, line in enumerate(words.split("\n")):
        if place:
            made.append(element("br"))
        for at, piece in enumerate(line.split("\t")):
            if at:
                made.append(element("tab"))
            if piece:
                made.append(text_of(piece))
    return made


def _run_properties(style: str, marks: frozenset, colour: str):
    properties = element("rPr")
    if style:
        properties.append(valued("rStyle", style))
    if "code" in marks:
        properties.append(element("rFonts", ascii="Courier New", hAnsi="Courier New", cs="Courier New"))
    for mark, name in (("b", "b"), ("i", "i"), ("s", "strike")):
        if mark in marks:
            properties.append(element(name))
    if colour:
        properties.append(valued("color", colour))
    if "u" in marks:
        properties.append(valued("u", "single"))
    if marks & {"sub", "sup"}:
        properties.append(valued("vertAlign", "subscript" if "sub" in marks else "superscript"))
    return properties


def paragraph(style: str, *children, tabs: tuple[int, ...] = (), number: int = 0, starts_page: bool = False):
    """A paragraph of one of our styles; ``tabs`` in twentieths of a point, ``number`` the list that it belongs to."""
    properties = element("pPr", valued("pStyle", style))
    if starts_page:
        properties.append(element("pageBreakBefore"))
    if number:
        properties.append(element("numPr", valued("ilvl", 0), valued("numId", number)))
    if tabs:
        properties.append(element("tabs", *(element("tab", val="left", pos=place) for place in tabs)))
    return element("p", properties, *children)


def table(style: str, rows: list, widths: list[int]):
    """A table whose rows are lists of cells made by ``cell``."""
    properties = element("tblPr", valued("tblStyle", style), element("tblW", w=sum(widths), type="dxa"),
                         element("tblLayout", type="fixed"))  # fmt: skip
    grid = element("tblGrid", *(element("gridCol", w=width) for width in widths))
    return element("tbl", properties, grid, *rows)


def row(cells: list, *, is_head: bool = False):
    """A row; the head of a table stands again on each page."""
    made = element("tr")
    if is_head:
        made.append(element("trPr", element("tblHeader")))
    made.extend(cells)
    return made


def cell(blocks: list, width: int, *, span: int = 1, merge: str = ""):
    """A cell, which must end in a paragraph. ``merge`` is restart or continue where it reaches over rows."""
    properties = element("tcPr", element("tcW", w=width, type="dxa"))
    if span > 1:
        properties.append(valued("gridSpan", span))
    if merge:
        properties.append(valued("vMerge", merge))
    blocks = list(blocks)
    if not blocks or blocks[-1].tag != W + "p":
        blocks.append(paragraph("EbCell"))
    return element("tc", properties, *blocks)
