"""PURE. The bank's HTML as paragraphs, tables and formulas of Word."""

from exambank.interchange.formats.word.writing.tables import Grid
from exambank.interchange.formats.word.writing.xml import paragraph, run
from exambank.interchange.math import MathProblem, omml_of_latex
from exambank.interchange.texts import events

_MARKS = {"b": "b", "strong": "b", "i": "i", "em": "i", "u": "u", "s": "s", "sub": "sub", "sup": "sup", "code": "code"}
_STYLES = {"p": "EbText", "h3": "EbHead", "h4": "EbSubhead", "blockquote": "EbQuote", "pre": "EbCode"}
BULLETS = 1  # the list of all bullets; numbered lists have numbers of their own


class Flow:
    """Writes one text of the bank. ``blocks`` are its paragraphs and tables; the first one begins with ``lead``.

    ``sheet`` keeps what the whole document counts: pictures, lists, losses. ``gaps`` are the numbers of the gaps.
    ``is_apart``: a text that is one paragraph begins below the label, so that it comes back as a paragraph.
    """

    def __init__(self, sheet, style: str, lead: tuple = (), *, gaps: dict | None = None, is_apart: bool = False):
        self._sheet, self._gaps = sheet, gaps or {}
        self._current = paragraph(style, *lead)  # None: what comes next begins a paragraph
        self._is_fresh = not is_apart  # nothing stands in it but its lead
        self.blocks: list = [self._current]
        self._marks: list[str] = []
        self._styles: list[str] = []
        self._lists: list[int] = []
        self._grids: list[Grid] = []

    def write(self, stored: str) -> list:
        """The blocks of the text."""
        for kind, value, attributes in events(stored):
            if kind == "words":
                self._words(value)
            elif kind == "tex":
                self._formula(value)
            elif kind == "picture":
                self._put(self._sheet.picture(value, attributes.get("alt", ""), is_narrow=bool(self._grids)))
            elif kind == "gap":
                self._put(run(f"({self._gaps.get(value, '?')}) ____", style="EbGap"))
            elif kind == "open":
                self._open(value, attributes)
            else:
                self._close(value)
        while self._grids:
            self._close("table")
        return self.blocks

    def _put(self, element) -> None:
        if self._current is None:
            self._begin(self._plain_style())
        self._current.append(element)
        self._is_fresh = False

    def _begin(self, style: str, number: int = 0) -> None:
        self._current = paragraph(style, number=number)
        self._is_fresh = True
        (self._grids[-1].blocks if self._grids else self.blocks).append(self._current)

    def _plain_style(self) -> str:
        if "blockquote" in self._styles:
            return "EbQuote"
        return "EbCell" if self._grids else "EbText"

    # --- within a paragraph ---

    def _words(self, words: str) -> None:
        if self._grids and not self._grids[-1].is_in_cell:
            return
        if "pre" not in self._styles:
            words = words.replace("\n", " ")
            if (self._current is None or self._is_fresh) and not words.strip():
                return
        self._put(run(words, marks=frozenset(self._marks)))

    def _formula(self, tex: str) -> None:
        try:
            self._put(omml_of_latex(tex))
        except MathProblem:
            self._sheet.lose("word_formula_as_text", formula=tex[:200])
            self._put(run(f"\\({tex}\\)", marks=frozenset(self._marks)))

    # --- tags ---

    def _open(self, name: str, attributes: dict) -> None:
        if name == "br":
            self._put(run("\n"))
        elif name in _MARKS:
            self._marks.append(_MARKS[name])
        elif name in _STYLES:
            self._open_block(name)
        elif name in ("ul", "ol"):
            if self._lists:
                self._sheet.lose("word_lists_flattened")
            self._lists.append(BULLETS if name == "ul" else self._sheet.new_list())
        elif name == "li":
            number = self._lists[-1] if self._lists else BULLETS
            self._begin("EbBullet" if number == BULLETS else "EbNumber", number)
        elif name == "table":
            self._current = None
            self._grids.append(Grid("EbGrid" if "eb-grid" in attributes.get("class", "") else "EbTable"))
        elif self._grids:
            self._grids[-1].open(name, attributes)
            if name in ("td", "th"):
                self._begin("EbCellHead" if name == "th" else "EbCell")

    def _open_block(self, name: str) -> None:
        """A paragraph goes on in the one that was just begun (after a label, in a cell, in an item of a list)."""
        if name != "p" or self._current is None or not self._is_fresh:
            self._begin(self._plain_style() if name == "p" else _STYLES[name])
        self._styles.append(name)

    def _close(self, name: str) -> None:
        if name in _MARKS:
            if _MARKS[name] in self._marks:
                del self._marks[len(self._marks) - 1 - self._marks[::-1].index(_MARKS[name])]
        elif name in _STYLES:
            if name in self._styles:
                self._styles.remove(name)
            self._current = None
        elif name in ("ul", "ol"):
            self._lists = self._lists[:-1]
            self._current = None
        elif name == "li":
            self._current = None
        elif name == "table" and self._grids:
            grid = self._grids.pop()
            (self._grids[-1].blocks if self._grids else self.blocks).append(grid.element())
            self._current = None
        elif self._grids:
            self._grids[-1].close(name)
            self._current = None if name in ("td", "th") else self._current
