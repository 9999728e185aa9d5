"""PURE. The runs of Word's formulas: letters, numbers, signs and words."""

import re

from exambank import text
from exambank.interchange.math import symbols
from exambank.interchange.math.alphabets import plain_letter, symbol_font
from exambank.interchange.math.elements import name_of
from exambank.interchange.math.tree import (
    EMPTY,
    Letter,
    Named,
    Number,
    Sign,
    Space,
    Words,
    row_of,
)

TYPED = "typed"  # the blank of the keyboard, which says little in a formula
_SPACES = {"\u2009": ",", "\u205f": ":", "\u2005": ";", "\u2004": ";", "\u2003": "quad", "\u2002": " ", "\xa0": " ",
           " ": TYPED, "\u200a": ",", "\u2006": ",", "\u3000": "quad", "\t": "quad"}  # fmt: skip
_SCRIPTS = {"double-struck": "double-struck", "script": "script", "fraktur": "fraktur", "sans-serif": "sans-serif",
            "monospace": "monospace"}  # fmt: skip
_SIZED = {"p": "normal", "b": "bold", "bi": "bold-italic"}
_PIECES = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+|.", re.DOTALL)


def read_run(element):
    words = "".join(_run_text(child) for child in element)
    properties = next((child for child in element if name_of(child) == "rpr" and is_math(child)), None)
    given = {}
    for one in properties if properties is not None else ():
        value = next((value for key, value in one.attrib.items() if key.rpartition("}")[2] == "val"), "1")
        given[name_of(one)] = value
    if "nor" in given and given["nor"] not in ("0", "off", "false"):
        return _normal_words(element, words)
    style = _SCRIPTS.get(given.get("scr", ""), _SIZED.get(given.get("sty", ""), ""))
    return read_signs(words, style)


def is_math(element) -> bool:
    return "officeDocument/2006/math" in element.tag or element.tag.startswith("m:")


def _run_text(element) -> str:
    name = name_of(element)
    if name == "t":
        return text.nfc(text.strip_control(element.text or ""))
    if name == "sym":
        code = next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == "char"), "")
        return symbol_font(code)
    return " " if name in ("tab", "br", "cr") else ""


def _normal_words(element, words: str):
    look = next((child for child in element if name_of(child) == "rpr" and not is_math(child)), None)
    names = {name_of(one) for one in look} if look is not None else set()
    if not words.strip():
        return Space(" ") if words else EMPTY
    return Words(re.sub(r"\s", " ", words), "bold" if "b" in names else "italic" if "i" in names else "")


def read_signs(words: str, style: str = ""):
    """The letters, numbers and signs of a run; words of several letters that no formula has are words."""
    found: list = []
    for piece in _PIECES.findall(words):
        if piece[0].isdigit():
            found.append(_numeral(piece, style))
        elif piece in _SPACES:
            found.append(Space(_SPACES[piece]))
        elif piece.isalpha():
            found.extend(_letters(piece, style))
        elif piece not in symbols.INVISIBLE and not piece.isspace():
            found.append(_one_sign(piece))
    return row_of(one for one in found if one is not None)


def _numeral(piece: str, style: str):
    if not piece.isascii():
        piece = "".join(plain_letter(char)[0] for char in piece)
    return Letter(piece, style) if style not in ("", "normal") and piece.isdigit() else Number(piece)


def _one_sign(char: str):
    char = symbols.CANONICAL.get(char, char)
    if not char:
        return None
    return Letter(char) if char in symbols.LETTERS.values() else Sign(char)


def _letters(piece: str, style: str) -> list:
    plain = [plain_letter(char) for char in piece]
    together = "".join(char for char, _style in plain)
    if together in symbols.FUNCTIONS and len(together) > 1:
        return [Named(together)]
    if len(together) > 1 and any(0xC0 <= ord(char) < 0x250 or 0x1EA0 <= ord(char) < 0x1EFA for char in together):
        return [Words(together)]
    if style in ("normal", "bold") and len(together) > 1 and not any(own for _char, own in plain):
        return [Letter(together, style)]
    return [Letter(symbols.CANONICAL.get(char, char), own or style) for char, own in plain]


def read_outside_run(element):
    """A run of ordinary words within a formula."""
    words = "".join(_run_text(child) for child in element)
    return Words(words) if words.strip() else Space(TYPED) if words else EMPTY
