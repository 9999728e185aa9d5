"""PURE. Parts of official papers: the header in two columns, tables of short words, lines for signatures."""

from collections.abc import Sequence

from exambank.interchange.formats.word.writing.tables import FULL_WIDTH
from exambank.interchange.formats.word.writing.xml import cell, element, paragraph, row, run, table

WIDE = 14570  # what A4 lying leaves between our margins, in twentieths of a point


def two_columns(left: Sequence, right: Sequence, width: int = FULL_WIDTH, share: float = 0.45):
    """Two lists of paragraphs side by side without lines: header, or signatures."""
    first = int(width * share)
    widths = [first, width - first]
    return table("EbBare", [row([cell(list(left), widths[0]), cell(list(right), widths[1])])], widths)


def centred(words: str, *, bold: bool = False, italic: bool = False):
    """A line in the middle."""
    style = "EbCentreBold" if bold else "EbCentreItalic" if italic else "EbCentre"
    return paragraph(style, *([run(words)] if words else []))


def head_cell(words: str, width: int, *, span: int = 1, merge: str = ""):
    """A head of a table of small letters."""
    return cell([] if merge == "continue" else [paragraph("EbSmallHead", run(words))], width, span=span, merge=merge)


def word_cell(words: str, width: int, *, centre: bool = False, merge: str = "", bold: bool = False):
    """A cell of small letters; every line of the words is a paragraph."""
    style = "EbSmallCentre" if centre else "EbSmallCell"
    marks = frozenset({"b"}) if bold else frozenset()
    lines = words.split("\n") if words and merge != "continue" else []
    return cell([paragraph(style, run(line, marks=marks)) for line in lines] or [paragraph(style)], width, merge=merge)


def boxed(words: str, width: int):
    """A word in a frame ("Mã đề: 104"), as a table of one cell in the middle."""
    made = table("EbTable", [row([cell([paragraph("EbCentreBold", run(words))], width)])], [width])
    made[0].insert(2, element("jc", val="center"))
    return made
