"""PURE. Texts of QTI 1.2: ``material`` with its many ways of holding HTML, as the bank's own HTML."""

import html
import re
from collections.abc import Callable, Iterator
from itertools import islice
from urllib.parse import unquote

from lxml import etree

from exambank.bank import rules
from exambank.interchange.neutral import Problem
from exambank.interchange.safety.xml import local_name
from exambank.interchange.texts import read_html, read_plain

LONGEST_TEXT = 400_000  # the bank keeps fewer letters of a text; what is longer is no question
MOST_PROBLEMS = 200  # of one item: what nobody reads to its end
MOST_SIGNS = 1_000  # of one kind: more of them are no formulas
SIGNS = ("\\(", "\\[", "$$", "[mathjax", "\\begin{")
TEXTS = {"mattext", "matemtext", "mat_formattedtext"}
MEDIA = {"mataudio", "matvideo", "matapplet", "matapplication"}
_IMAGE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_EQUATION = re.compile(r"/equation_images/([^\"'?<>\s]+)", re.IGNORECASE)
_SMART_LINE = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|\w+);")
_BLOCK = re.compile(r"<(?:p|ul|ol|table|pre|blockquote|h3|h4)\b")


class Materials:
    """Reads the texts of one item; ``problems`` collects what was lost on the way, each once."""

    def __init__(self, picture: Callable[[str, str], str | None]):
        self._picture = picture
        self.problems: list[Problem] = []

    def html_of(self, element) -> str:
        """The HTML of all the materials within an element."""
        return joined([one for material in materials_in(element) for one in self._pieces(material)])

    def html_of_material(self, material) -> str:
        """The HTML of one ``material``."""
        return joined(self._pieces(material))

    def from_html(self, source: str) -> str:
        """The HTML of a foreign text."""
        longest = 10 * LONGEST_TEXT if ";base64," in source else LONGEST_TEXT
        if len(source) > longest:
            self._note([Problem("text_too_long", "warning")])
            source = source[:longest]
        has_signs = max(source.count(sign) for sign in SIGNS) < MOST_SIGNS
        found = read_html(_with_equations(source), picture=self._picture, tex_delimiters=has_signs)
        self._note(found.problems)
        return found.html

    def from_plain(self, source: str) -> str:
        """The HTML of a plain text."""
        if len(source) > LONGEST_TEXT:
            self._note([Problem("text_too_long", "warning")])
        source = source[:LONGEST_TEXT]
        return read_plain(source, tex_delimiters=max(source.count(sign) for sign in SIGNS) < MOST_SIGNS).html

    def _pieces(self, material) -> Iterator[str]:
        for child in material.iterchildren():
            name = local_name(child)
            if name in TEXTS:
                yield self._text(child)
            elif name == "math":
                yield self._element(child)
            elif name == "matimage":
                yield self._image(child)
            elif name == "matbreak":
                yield "<br>"
            elif name in MEDIA:
                called = (child.get("uri") or child.get("label") or name).rpartition("/")[2]
                self._note([Problem("media_left_out", "warning", values={"name": called[:200]})])
            elif name in ("mat_extension", "altmaterial"):
                yield from self._pieces(child)

    def _text(self, element) -> str:
        uri = (element.get("uri") or "").strip()
        if len(element):
            return self._element(element)
        words = element.text or ""
        if not words.strip() and uri:
            self._note([Problem("media_left_out", "warning", values={"name": uri.rpartition("/")[2][:200]})])
            return ""
        kind = (element.get("texttype") or element.get("type") or "").lower()
        if "html" in kind or kind == "smart_text" or (not kind and _SMART_LINE.search(words)):
            return self.from_html(words)
        return self.from_plain(words)

    def _element(self, element) -> str:
        """Markup that stands in the file as elements: its namespaces say nothing to a reader of HTML."""
        if local_name(element) == "math":
            source = etree.tostring(element, encoding="unicode", with_tail=False)
        else:
            source = html.escape(element.text or "", quote=False)
            source += "".join(etree.tostring(one, encoding="unicode") for one in element)
        source = re.sub(r'\sxmlns(?::[\w.-]+)?="[^"]*"', "", source)
        return self.from_html(re.sub(r"<(/?)[\w.-]+:(?=[a-z])", r"<\1", source))

    def _image(self, element) -> str:
        source = element.get("uri") or element.get("href") or ""
        embedded = (element.text or "").strip()
        if embedded and (element.get("embedded") or "base64").lower() == "base64" and not source:
            source = f"data:{element.get('imagtype') or 'image/png'};base64,{embedded}"
        alt = element.get("label") or ""
        return self.from_html(f'<img src="{html.escape(source)}" alt="{html.escape(alt)}">') if source else ""

    def _note(self, problems) -> None:
        fresh = (one for one in problems if one not in self.problems)
        self.problems.extend(islice(fresh, max(MOST_PROBLEMS - len(self.problems), 0)))


def materials_in(element) -> list:
    """Every ``material`` within an element that is not within another one."""
    if local_name(element) == "material":
        return [element]
    return [found for child in element if isinstance(child.tag, str) for found in materials_in(child)]


def joined(pieces: list[str]) -> str:
    """Texts that stand one after the other: a blank between words, nothing between paragraphs."""
    parts: list[str] = []
    has_blocks, glue = False, " "
    for piece in filter(None, pieces):
        has_blocks = has_blocks or _BLOCK.search(piece) is not None
        if parts and has_blocks:
            if glue:
                parts, glue = [as_paragraph(glue.join(parts))], ""
            parts.append(as_paragraph(piece))
        else:
            parts.append(piece)
    return glue.join(parts)


def as_paragraph(piece: str) -> str:
    """The piece as blocks: inline text gets a paragraph of its own."""
    return piece if _BLOCK.match(piece) else f"<p>{piece}</p>"


def plain(stored: str) -> str:
    """The words of the bank's HTML, for the preview and for comparing."""
    return rules.plain_text(stored)


def _with_equations(source: str) -> str:
    """Formula pictures of older Canvas: the address itself spells the LaTeX, percent-encoded twice."""
    if "equation_images" not in source:
        return source
    return _IMAGE.sub(_named_equation, source)


def _named_equation(image: re.Match) -> str:
    found = None if "data-equation-content" in image[0].lower() else _EQUATION.search(image[0])
    if found is None:
        return image[0]
    tex = unquote(unquote(html.unescape(found[1]).rstrip("/")))
    return f'<img data-equation-content="{html.escape(tex)}">'
