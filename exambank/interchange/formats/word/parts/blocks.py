"""PURE. The document as paragraphs and tables in reading order, each with its place."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from exambank.interchange.formats.word.parts.letters import is_old, rich_of
from exambank.interchange.formats.word.parts.names import MC, W, first, value_of
from exambank.interchange.formats.word.parts.numbering import AutoLabel, Numbering
from exambank.interchange.formats.word.parts.package import Package
from exambank.interchange.formats.word.parts.rich import Rich
from exambank.interchange.formats.word.parts.runs import Piece, Runs
from exambank.interchange.formats.word.parts.styles import Styles, shade_name
from exambank.interchange.formats.word.parts.things import Things
from exambank.interchange.neutral import Gallery, Place, UnreadableFile

MOST_PARAGRAPHS = 100_000
_THROUGH = {W + name for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo")}
_CONTENTS = re.compile(r"toc\s*\d|table of figures", re.IGNORECASE)


@dataclass
class Paragraph:
    """A paragraph. ``label`` is the number that Word writes before it; it stands in ``rich`` as well."""

    place: Place
    pieces: list[Piece] = field(default_factory=list)
    label: AutoLabel | None = None
    outline: int | None = None
    rich: Rich = field(default_factory=Rich)


@dataclass
class Cell:
    blocks: list = field(default_factory=list)
    width: int = 1
    is_continued: bool = False  # the lower part of a cell that reaches over several rows

    @property
    def paragraphs(self) -> Iterator[Paragraph]:
        return paragraphs_of(self.blocks)

    @property
    def text(self) -> str:
        return " ".join(" ".join(one.rich.plain() for one in self.paragraphs).split())


@dataclass
class Table:
    number: int
    place: Place
    rows: list[list[Cell]] = field(default_factory=list)


def paragraphs_of(blocks: list) -> Iterator[Paragraph]:
    """All paragraphs, those in tables too."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            for row in block.rows:
                for cell in row:
                    yield from paragraphs_of(cell.blocks)


@dataclass(frozen=True)
class Document:
    """A Word file read: its blocks, and how often something of the file as a whole was left out or is worth telling."""

    blocks: list
    told: Counter


def read_document(body: bytes, gallery: Gallery) -> Document:
    """UnreadableFile when it cannot be used."""
    package = Package(body)
    told: Counter = Counter()
    found = _Reader(package, gallery, told).read()
    for name, code in (
        ("header", "headers_left_out"),
        ("footer", "headers_left_out"),
        ("comments", "comments_left_out"),
    ):
        if package.has_words(name):
            told[code] += 1
    return Document(found, told)


class _Reader:
    def __init__(self, package: Package, gallery: Gallery, told: Counter):
        self._root, self._told = package.document, told
        self._styles, self._numbering = Styles(package.styles), Numbering(package.numbering)
        self._things = Things(package, gallery, told)
        self._runs = Runs(self._styles, self._things, told)
        self._paragraphs = self._tables = 0
        self._cell_background = ""

    def read(self) -> list:
        body = first(self._root, "body")
        if body is None:
            raise UnreadableFile("no_document")
        blocks = list(self._blocks(body, None))
        paragraphs = list(paragraphs_of(blocks))
        old_fonts = is_old(one.pieces for one in paragraphs)
        if old_fonts:
            self._told["old_fonts"] += 1
        for one in paragraphs:
            one.rich = rich_of(one.pieces, old_fonts)
        return blocks

    def _blocks(self, parent, place: Place | None) -> Iterator:
        for child in parent:
            tag = child.tag
            if tag == W + "p":
                yield from self._paragraph(child, place)
            elif tag == W + "tbl":
                yield from self._table(child, place)
            elif tag in _THROUGH:
                yield from self._blocks(child, place)
            elif tag == MC + "AlternateContent" and len(child):
                yield from self._blocks(child[0], place)
            elif tag in (W + "del", W + "moveFrom"):
                self._told["deletions_left_out"] += 1
            elif tag == W + "altChunk":
                self._told["parts_left_out"] += 1

    def _paragraph(self, element, place: Place | None) -> Iterator:
        self._paragraphs += 1
        if self._paragraphs > MOST_PARAGRAPHS:
            raise UnreadableFile("too_many_paragraphs", limit=MOST_PARAGRAPHS)
        here = place or Place("paragraph", {"number": self._paragraphs})
        self._things.place = here
        style = self._styles.paragraph_style(_style_of(element))
        label = self._label(element, style)
        pieces, boxes = self._runs.read(element, style)
        background = _background(element.find(f"{W}pPr/{W}shd")) or self._cell_background
        if background:
            pieces = [
                one if one.look.highlight else one._replace(look=one.look._replace(highlight=background))
                for one in pieces
            ]
        if _CONTENTS.match(self._styles.name(style)):
            return
        if label is not None:
            look, encoding, font = self._runs.label(label.properties, element, style)
            pieces = [Piece(label.text + " ", look, encoding, font), *pieces]
        yield Paragraph(here, pieces, label, self._outline(element, style))
        if boxes:
            self._told["text_boxes_read"] += 1
            yield from self._blocks(boxes, here)

    def _outline(self, element, style: str | None) -> int | None:
        own = element.find(f"{W}pPr/{W}outlineLvl")
        level = own.get(W + "val") if own is not None else None
        return int(level) if level and level.isdigit() and int(level) < 9 else self._styles.outline(style)

    def _label(self, element, style: str | None) -> AutoLabel | None:
        own = element.find(f"{W}pPr/{W}numPr")
        number = None if own is None else value_of(own, "numId")
        level = None if own is None else value_of(own, "ilvl")
        if number is None:
            number, style_level = self._styles.numbering(style)
            level = level or style_level
            linked = self._numbering.of_style(style)
            if linked and number:
                level = level or str(linked[1])
        if not number or number == "0":
            return None
        has_words = any(True for _one in element.iter(W + "t", W + "object", W + "drawing", W + "pict", W + "sym"))
        at = int(level) if (level or "0").isdigit() else 0
        label = self._numbering.label(number, at)
        return label if has_words or any("oMath" in str(one.tag) for one in element) else None

    def _table(self, element, place: Place | None) -> Iterator:
        self._tables += 1
        number = self._tables
        table = Table(number, place or Place("table", {"table": number, "row": 1}))
        for row in _children(element, W + "tr"):
            if row.find(f"{W}trPr/{W}del") is not None:
                self._told["deletions_left_out"] += 1
                continue
            here = Place("table", {"table": number, "row": len(table.rows) + 1})
            table.rows.append([self._cell(cell, here) for cell in _children(row, W + "tc")])
        if any(table.rows):
            yield table

    def _cell(self, element, place: Place) -> Cell:
        properties = first(element, "tcPr")
        width, is_continued = 1, False
        if properties is not None:
            span = value_of(properties, "gridSpan") or ""
            width = min(int(span), 100) if span.isdigit() else 1
            merged = first(properties, "vMerge")
            is_continued = merged is not None and merged.get(W + "val", "continue") != "restart"
        above, self._cell_background = self._cell_background, _background(element.find(f"{W}tcPr/{W}shd"))
        cell = Cell(list(self._blocks(element, place)), width, is_continued)
        self._cell_background = above
        return cell


def _background(shade) -> str:
    """The colour behind a paragraph or a cell, as good as a highlight."""
    return "" if shade is None else shade_name(shade.get(W + "fill") or "")


def _children(parent, tag: str) -> Iterator:
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _THROUGH:
            yield from _children(child, tag)


def _style_of(element) -> str | None:
    properties = first(element, "pPr")
    return None if properties is None else value_of(properties, "pStyle")
