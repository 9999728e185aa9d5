"""PURE. Paragraphs and tables of a file of ours back as the bank's HTML."""

import html
import re
from dataclasses import dataclass, field

from exambank import text
from exambank.bank.rules import PictureProblem
from exambank.interchange.formats.word.parts.names import WP, A, M, R, W
from exambank.interchange.formats.word.parts.package import Package
from exambank.interchange.math import MathProblem, latex_of_omml
from exambank.interchange.neutral import WARNING, Gallery, Problem

_ORDER = ("b", "i", "u", "s", "sub", "sup", "code")
_SKIPPED = {W + name for name in ("pPr", "rPr", "proofErr", "bookmarkStart", "bookmarkEnd", "lastRenderedPageBreak")}
_OFF = {"0", "false", "off", "none"}
_LISTS = {"EbBullet": "ul", "EbNumber": "ol"}
_BLOCKS = {"EbHead": "h3", "EbSubhead": "h4", "EbQuote": "blockquote", "EbCode": "pre"}
_PICTURE_CODES = {"too_large": "picture_too_large", "too_many_pixels": "picture_too_large", "broken": "picture_broken"}


class NotOurs(Exception):
    """Something stands in the file that we never write: it is to be read as any other Word file."""


@dataclass
class Piece:
    """What follows one label in a paragraph: "A." and the text of an option."""

    label: str = ""
    is_key: bool = False
    html: str = ""


@dataclass
class Text:
    """Block after block of one text; ``html`` is what the bank stores."""

    blocks: list = field(default_factory=list)
    starts_apart: bool = False

    def html(self) -> str:
        """One paragraph alone stands without ``<p>``, unless it begins below its label."""
        found, last_list = [], None
        for kind, inner, number in self.blocks:
            if kind in ("ul", "ol"):
                if last_list != (kind, number):
                    found.append((kind, []))
                found[-1][1].append(f"<li>{inner}</li>")
                last_list = (kind, number)
                continue
            last_list = None
            if inner:
                found.append((kind, inner))
        is_apart = len(self.blocks) > 1 and not self.blocks[0][1] and self.starts_apart
        if len(found) == 1 and found[0][0] == "p" and not is_apart:
            return found[0][1]
        return "".join(_block(kind, inner) for kind, inner in found)


def _block(kind: str, inner) -> str:
    if kind == "table":
        return inner
    return f"<{kind}>{''.join(inner)}</{kind}>"


class Texts:
    """Reads paragraphs; ``problems`` are those of the question that is read now."""

    def __init__(self, package: Package, gallery: Gallery):
        self._package, self._gallery = package, gallery
        self.problems: list[Problem] = []

    def pieces(self, paragraph) -> list[Piece]:
        """The paragraph parted at its labels; the first piece has none when the paragraph begins without one."""
        found: list[Piece] = []
        writer = _Marked()
        for child in paragraph:
            label = _label_of(child)
            if label is not None:
                words, is_key = label
                if found or writer.parts:
                    self._keep(found, writer)
                found.append(Piece(words, is_key))
                writer = _Marked()
            elif child.tag not in _SKIPPED:
                self._inline(child, writer)
        self._keep(found, writer)
        return found

    @staticmethod
    def _keep(found: list[Piece], writer: "_Marked") -> None:
        if not found:
            found.append(Piece())
        found[-1].html = writer.html()

    def _inline(self, element, writer: "_Marked") -> None:
        if element.tag == W + "r":
            self._run(element, writer)
        elif element.tag in (M + "oMath", M + "oMathPara"):
            writer.put(self._formula(element), frozenset())
        elif element.tag in (W + "hyperlink", W + "smartTag"):
            for child in element:
                if child.tag not in _SKIPPED:
                    self._inline(child, writer)
        elif isinstance(element.tag, str):
            raise NotOurs

    def _run(self, element, writer: "_Marked") -> None:
        marks = _marks_of(element)
        is_gap = _style_of(element) == "EbGap"
        for child in element:
            if child.tag == W + "t":
                words = text.nfc(text.strip_control(child.text or ""))
                if is_gap:
                    words = re.sub(r"\((\d+)\)\s*_{2,}", "\0\\1\0", words)
                writer.put(html.escape(words, quote=False), marks)
            elif child.tag in (W + "br", W + "cr"):
                writer.put("<br>", frozenset())
            elif child.tag == W + "tab":
                writer.put(" ", marks)
            elif child.tag == W + "drawing":
                writer.put(self._picture(child), frozenset())
            elif child.tag == W + "noBreakHyphen":
                writer.put("-", marks)
            elif child.tag not in _SKIPPED and isinstance(child.tag, str):
                raise NotOurs

    def _formula(self, element) -> str:
        try:
            return f'<span data-tex="{html.escape(latex_of_omml(element))}"></span>'
        except MathProblem:
            words = " ".join("".join(element.itertext(M + "t")).split())
            self.problems.append(Problem("formula_unread", WARNING, values={"formula": words[:200]}))
            return html.escape(words, quote=False)

    def _picture(self, element) -> str:
        blip = next(element.iter(A + "blip"), None)
        described = next(element.iter(WP + "docPr"), None)
        alt = " ".join((described.get("descr") or "").split()) if described is not None else ""
        name, body = self._package.file(blip.get(R + "embed")) if blip is not None else ("", None)
        if body is None:
            raise NotOurs
        try:
            found = self._gallery.add(name, body)
        except PictureProblem as problem:
            code = _PICTURE_CODES.get(problem.code, "picture_kind")
            self.problems.append(Problem(code, WARNING, values={"name": name[:200]}))
            return html.escape(f"[{alt}]", quote=False) if alt else ""
        return f'<img data-media="{found}" alt="{html.escape(alt)}">'

    # --- blocks ---

    def block(self, element) -> tuple:
        """A paragraph or table that goes on with a text: (tag, inner HTML, number of its list)."""
        if element.tag == W + "tbl":
            return "table", self._table(element), None
        style = style_of(element)
        inner = "".join(piece.label + piece.html for piece in self.pieces(element))
        if style in _LISTS:
            number = element.find(f"{W}pPr/{W}numPr/{W}numId")
            return _LISTS[style], inner, number.get(W + "val") if number is not None else None
        kind = _BLOCKS.get(style, "p")
        return kind, inner.replace("<br>", "\n") if kind == "pre" else inner, None

    def _table(self, element) -> str:
        style = table_style_of(element)
        rows, heads = [], 0
        below = _reaching_down(element)
        for line, row in enumerate(element.findall(W + "tr")):
            is_head = row.find(f"{W}trPr/{W}tblHeader") is not None
            heads += is_head and heads == line
            cells = [self._cell(cell, below.get(cell)) for cell in row.findall(W + "tc")]
            rows.append(f"<tr>{''.join(cells)}</tr>")
        head = f"<thead>{''.join(rows[:heads])}</thead>" if heads else ""
        body = f"<tbody>{''.join(rows[heads:])}</tbody>" if rows[heads:] else ""
        grid = ' class="eb-grid"' if style == "EbGrid" else ""
        return f"<table{grid}>{head}{body}</table>"

    def _cell(self, cell, rows: int | None) -> str:
        merged = cell.find(f"{W}tcPr/{W}vMerge")
        if merged is not None and merged.get(W + "val", "continue") != "restart":
            return ""
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        attributes = f' colspan="{_columns(cell)}"' if span is not None else ""
        attributes += f' rowspan="{rows}"' if rows else ""
        name = "th" if any(style_of(one) == "EbCellHead" for one in cell.findall(W + "p")) else "td"
        return f"<{name}{attributes}>{self.cell_html(cell)}</{name}>"

    def cell_html(self, cell) -> str:
        """What a cell holds, without a label at its start."""
        found = Text()
        for place, child in enumerate(one for one in cell if one.tag in (W + "p", W + "tbl")):
            if place == 0 and child.tag == W + "p" and style_of(child) in ("EbCell", "EbCellHead"):
                found.blocks.append(("p", self.pieces(child)[-1].html, None))
            else:
                found.blocks.append(self.block(child))
        return found.html()


def _reaching_down(table) -> dict:
    """How many rows each merged cell reaches over."""
    found: dict = {}
    above: dict[int, object] = {}
    for row in table.findall(W + "tr"):
        at = 0
        for cell in row.findall(W + "tc"):
            merged = cell.find(f"{W}tcPr/{W}vMerge")
            if merged is None:
                above.pop(at, None)
            elif merged.get(W + "val", "continue") == "restart":
                above[at] = cell
                found[cell] = 1
            elif at in above:
                found[above[at]] += 1
            at += _columns(cell)
    return {cell: rows for cell, rows in found.items() if rows > 1}


def _columns(cell) -> int:
    """How many columns a cell takes."""
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    words = (span.get(W + "val") or "") if span is not None else ""
    return min(int(words), 100) if words.isascii() and words.isdigit() else 1


class _Marked:
    """Puts pieces one after the other and opens and closes their marks as few times as it can."""

    def __init__(self):
        self.parts: list[str] = []
        self._opened: list[str] = []

    def put(self, markup: str, marks: frozenset) -> None:
        if not markup:
            return
        wanted = [mark for mark in _ORDER if mark in marks]
        if markup.isspace() and wanted != self._opened:
            wanted = [mark for mark in self._opened if mark in wanted]
        kept = 0
        while kept < min(len(wanted), len(self._opened)) and wanted[kept] == self._opened[kept]:
            kept += 1
        while len(self._opened) > kept:
            self.parts.append(f"</{self._opened.pop()}>")
        for mark in wanted[kept:]:
            self.parts.append(f"<{mark}>")
            self._opened.append(mark)
        self.parts.append(markup)

    def html(self) -> str:
        while self._opened:
            self.parts.append(f"</{self._opened.pop()}>")
        return "".join(self.parts).strip()


# --- what the XML says ---


def style_of(paragraph) -> str:
    """The id of a paragraph's style, or ""."""
    found = paragraph.find(f"{W}pPr/{W}pStyle")
    return "" if found is None else found.get(W + "val") or ""


def table_style_of(table) -> str:
    """The id of a table's style, or ""."""
    found = table.find(f"{W}tblPr/{W}tblStyle")
    return "" if found is None else found.get(W + "val") or ""


def _style_of(run) -> str:
    found = run.find(f"{W}rPr/{W}rStyle")
    return "" if found is None else found.get(W + "val") or ""


def _label_of(element) -> tuple[str, bool] | None:
    """(words, whether it is underlined) of a run that is a label."""
    if element.tag != W + "r" or _style_of(element) != "EbLabel":
        return None
    words = "".join(one.text or "" for one in element.iter(W + "t"))
    return words, _is_on(element, "u")


def _is_on(run, name: str) -> bool:
    found = run.find(f"{W}rPr/{W}{name}")
    return found is not None and (found.get(W + "val") or "1").lower() not in _OFF


def _marks_of(run) -> frozenset:
    marks = {mark for mark, name in (("b", "b"), ("i", "i"), ("u", "u"), ("s", "strike")) if _is_on(run, name)}
    place = run.find(f"{W}rPr/{W}vertAlign")
    where = place.get(W + "val") if place is not None else ""
    marks |= {"sub"} if where == "subscript" else {"sup"} if where == "superscript" else set()
    fonts = run.find(f"{W}rPr/{W}rFonts")
    if fonts is not None and (fonts.get(W + "ascii") or "") == "Courier New":
        marks.add("code")
    return frozenset(marks)
