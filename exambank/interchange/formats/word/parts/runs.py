"""PURE. The runs of a paragraph as pieces of text with their looks, in the order in which they are read."""

import re
from collections import Counter
from typing import NamedTuple

from exambank.interchange.formats.word.parts.fonts import encoding_of
from exambank.interchange.formats.word.parts.names import MC, M, W, first
from exambank.interchange.formats.word.parts.rich import THING, Look, Thing
from exambank.interchange.formats.word.parts.styles import Styles, look_of, read_properties
from exambank.interchange.formats.word.parts.symbols import sign_of
from exambank.interchange.formats.word.parts.things import Things

_THROUGH = {W + name for name in ("ins", "moveTo", "smartTag", "customXml", "sdt", "sdtContent", "fldSimple", "dir",
                                  "bdo", "ruby", "rubyBase")}  # fmt: skip
_GONE = {W + "del", W + "moveFrom"}
_LETTERS = {W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "\u2011",
            W + "softHyphen": "\u00ad"}  # fmt: skip
_NOTES = {W + "footnoteReference", W + "endnoteReference"}
_OLD_FORMULA = re.compile(r"\s*EQ\b", re.IGNORECASE)
_OLD_SYMBOL = re.compile(r'\s*SYMBOL\s+(\d+)(?:.*?\\f\s*"?([^"\\]+))?', re.IGNORECASE)
_ANSWERS = re.compile(r"\s*(đáp án|đ/?a\b|answer|key|lời giải|giải thích|hướng dẫn|chọn|mức độ)", re.IGNORECASE)


class Piece(NamedTuple):
    """Letters as the file has them; ``encoding`` and ``font`` say how they are meant."""

    text: str
    look: Look
    encoding: str = ""
    font: str = ""
    thing: Thing | None = None


class Runs:
    """Reads paragraph after paragraph; fields may reach over several of them."""

    def __init__(self, styles: Styles, things: Things, told: Counter):
        self._styles, self._things, self._told = styles, things, told
        self._looks: dict[tuple, tuple[Look, str, str, bool, bool]] = {}
        self._fields: list[dict] = []

    def read(self, paragraph, style: str | None) -> tuple[list[Piece], list]:
        """(the pieces of the paragraph, the elements of its text boxes)."""
        self._style, self._pieces, self._hidden, self._boxes = style, [], [], []
        self._walk(paragraph, is_link=False)
        if self._hidden:
            words = "".join(piece.text for piece in self._hidden)
            if words.strip():
                self._told["hidden_text"] += 1
            if not any(piece.text.strip() for piece in self._pieces) and _ANSWERS.match(words):
                return self._hidden, self._boxes
        return self._pieces, self._boxes

    def label(self, properties: tuple, paragraph, style: str | None) -> tuple[Look, str, str]:
        """(look, encoding, font) of a number that Word writes: as the paragraph's mark, then as its list says."""
        mark = paragraph.find(f"{W}pPr/{W}rPr")
        own = {**read_properties(mark), **dict(properties)}
        look, encoding, font, _is_hidden, _is_caps = self._look(own, style)
        return look, encoding, font

    def _walk(self, parent, is_link: bool) -> None:
        for child in parent:
            tag = child.tag
            if tag == W + "r":
                self._run(child, is_link)
            elif tag in _THROUGH:
                if tag in (W + "ins", W + "moveTo"):
                    self._told["insertions_kept"] += 1
                self._walk(child, is_link)
            elif tag == W + "hyperlink":
                self._walk(child, is_link=True)
            elif tag in _GONE:
                self._told["deletions_left_out"] += 1
            elif tag in (M + "oMath", M + "oMathPara"):
                self._formulas(child)
            elif tag == MC + "AlternateContent":
                self._walk(_chosen(child), is_link)

    def _formulas(self, element) -> None:
        for one in element.iter(M + "oMath") if element.tag == M + "oMathPara" else (element,):
            self._add(THING, Look(), thing=self._things.formula(one))

    def _look(self, own: dict, style: str | None) -> tuple[Look, str, str, bool, bool]:
        key = (style, tuple(sorted(own.items())))
        found = self._looks.get(key)
        if found is None:
            all_of = self._styles.properties_of(*key)
            fonts = [str(all_of.get(name) or "") for name in ("hAnsi", "ascii")]
            font = next((one for one in fonts if encoding_of(one)), fonts[0])
            found = (look_of(all_of), encoding_of(font), font, bool(all_of.get("vanish")), bool(all_of.get("caps")))
            self._looks[key] = found
        return found

    def _run(self, run, is_link: bool) -> None:
        look, encoding, font, is_hidden, is_caps = self._look(read_properties(first(run, "rPr")), self._style)
        if is_link:  # every link is blue and underlined: that marks no key
            look = look._replace(underline="", colour="")
        into = self._hidden if is_hidden else self._pieces
        self._children(run, look, encoding, font, is_caps, into)

    def _children(self, run, look: Look, encoding: str, font: str, is_caps: bool, into: list[Piece]) -> None:
        for child in run:
            tag = child.tag
            if tag == W + "t":
                text = child.text or ""
                self._put(text.upper() if is_caps and not encoding else text, look, encoding, font, into)
            elif tag in _LETTERS:
                self._put(_LETTERS[tag], look, encoding, font, into)
            elif tag == W + "sym":
                self._put(_symbol(child), look, "", "", into)
            elif tag == W + "fldChar":
                self._field(child, look)
            elif tag == W + "instrText" and self._fields:
                self._fields[-1]["words"] += child.text or ""
            elif tag in (W + "drawing", W + "pict"):
                things, boxes = self._things.drawing(child)
                self._boxes += boxes
                into += [Piece(THING, look, thing=thing) for thing in things]
            elif tag == W + "object":
                into += [Piece(THING, look, thing=thing) for thing in self._things.embedded(child)]
            elif tag == MC + "AlternateContent":
                self._children(_chosen(child), look, encoding, font, is_caps, into)
            elif tag == W + "ruby":
                self._walk(child, is_link=False)
            elif tag in _NOTES:
                self._told["notes_left_out"] += 1

    def _put(self, text: str, look: Look, encoding: str, font: str, into: list[Piece]) -> None:
        if text and (not self._fields or self._fields[-1]["is_result"]):
            into.append(Piece(text, look, encoding, font))

    def _add(self, text: str, look: Look, thing: Thing | None = None) -> None:
        self._pieces.append(Piece(text, look, thing=thing))

    def _field(self, child, look: Look) -> None:
        """A field shows its result; two old kinds have none and are shown by what they say."""
        kind = child.get(W + "fldCharType")
        if kind == "begin":
            self._fields.append({"words": "", "is_result": False})
        elif kind == "separate" and self._fields:
            self._fields[-1]["is_result"] = True
        elif kind == "end" and self._fields:
            words = self._fields.pop()["words"]
            symbol = _OLD_SYMBOL.match(words)
            if _OLD_FORMULA.match(words):
                self._add(THING, look, self._things.old_formula(_OLD_FORMULA.sub("", words)))
            elif symbol:
                self._add(sign_of((symbol[2] or "Symbol").strip(), min(int(symbol[1][:6]), 0xFFFF)), look)


def _chosen(alternate):
    """What a new program shows; a fallback is for programs that know nothing of it."""
    choice = alternate.find(MC + "Choice")
    return choice if choice is not None else alternate.find(MC + "Fallback") if len(alternate) else alternate


def _symbol(element) -> str:
    try:
        return sign_of(element.get(W + "font") or "", int(element.get(W + "char") or "", 16))
    except ValueError:
        return ""
