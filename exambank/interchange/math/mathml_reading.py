"""PURE. Presentation MathML to the tree, as other systems and editors write it, namespaces or none."""

import html
import re

from lxml import etree

from exambank import text
from exambank.interchange.math import symbols
from exambank.interchange.math.alphabets import plain_letter
from exambank.interchange.math.brackets import Growing, bracketed, paired, plain
from exambank.interchange.math.elements import name_of
from exambank.interchange.math.tree import (
    DEEPEST,
    EMPTY,
    MOST_PARTS,
    Accent,
    Arrow,
    Before,
    Enclosed,
    Fraction,
    Grid,
    Hidden,
    Letter,
    MathProblem,
    Named,
    Number,
    Root,
    Scripts,
    Sign,
    Space,
    Words,
    items_of,
    row_of,
)

_VARIANTS = {
    "normal": "normal", "bold": "bold", "italic": "", "bold-italic": "bold-italic", "double-struck": "double-struck",
    "script": "script", "bold-script": "script", "fraktur": "fraktur", "bold-fraktur": "fraktur",
    "sans-serif": "sans-serif", "bold-sans-serif": "sans-serif", "sans-serif-italic": "sans-serif",
    "monospace": "monospace",
}  # fmt: skip
_GROWING_ARROWS = {char: name for name, char in symbols.STRETCHED_ARROWS.items()}


def read_mathml(element):
    """The tree of a ``math`` element; MathProblem when it holds what we do not know."""
    return _row(element, 0)


def _row(element, depth: int):
    """What stands in the element, side by side; brackets that grow are paired."""
    return row_of(paired(_nodes(element, depth)))


def _nodes(element, depth: int) -> list:
    if len(element) > MOST_PARTS:
        raise MathProblem("too long")
    found = [Words(_tidy(element.text))] if _tidy(element.text) else []
    for child in element:
        node = _node(child, depth + 1)
        if node is not None:
            found.append(node)
        if _tidy(child.tail):
            found.append(Words(_tidy(child.tail)))
    return found


def _tidy(words: str | None) -> str:
    return " ".join(text.nfc(text.strip_control(words)).split()) if words else ""


def _node(element, depth: int):
    if depth > DEEPEST:
        raise MathProblem("too deep")
    if not isinstance(element.tag, str):
        words = html.unescape(element.text or "") if element.tag is etree.Entity else ""
        return _sign(words) if words.strip() else None
    name = name_of(element)
    reader = _READERS.get(name)
    if reader is None:
        raise MathProblem(f"unknown element {name[:40]}")
    return reader(element, depth)


def _words_of(element) -> str:
    parts = [element.text or ""]
    for child in element:
        if child.tag is etree.Entity:
            parts.append(html.unescape(child.text or ""))
        elif name_of(child) not in ("", "mglyph", "malignmark"):
            parts.append(_words_of(child))
        elif name_of(child) == "mglyph":
            parts.append(child.get("alt") or "")
        parts.append(child.tail or "")
    return "".join(parts)


# --- leaves ---


def _mi(element, depth: int):
    words = "".join(char for char in _tidy(_words_of(element)) if char not in symbols.INVISIBLE)
    if not words:
        return None
    variant = _VARIANTS.get(element.get("mathvariant") or "")
    words = symbols.CANONICAL.get(words, words)
    if re.fullmatch(r"[0-9]+(?:[.,][0-9]+)?", words):
        return Number(words)
    if len(words) == 1:
        return _one_letter(words, variant)
    if words in symbols.FUNCTIONS and variant in (None, "normal"):
        return Named(words)
    if not re.fullmatch(r"\w+", words) or (
        not words.isascii() and not all(c in symbols.LETTERS.values() for c in words)
    ):
        return Words(words)
    return Letter(words, "normal" if variant is None else variant)


def _one_letter(char: str, variant: str | None):
    plain, own = plain_letter(char)
    if plain != char:
        return Letter(plain, own) if plain.isalpha() else Number(plain)
    if not char.isalpha() and char not in symbols.LETTERS.values():
        return Sign(symbols.CANONICAL.get(char, char)) if not char.isdigit() else Number(char)
    return Letter(char, variant or "")


def _mn(element, depth: int):
    words = "".join(_tidy(_words_of(element)).split())
    if not words:
        return None
    if re.fullmatch(r"\d+(?:[.,]\d+)?|[.,]\d+", words):
        return Number(words)
    return row_of([_character(char) for char in words]) if len(words) < 40 else Words(words)


def _character(char: str):
    if char.isdigit():
        return Number(char)
    return Letter(char) if char.isalpha() else Sign(symbols.CANONICAL.get(char, char))


def _mo(element, depth: int):
    words = _words_of(element)
    if not words.strip() and element.get("stretchy") == "true" and element.get("fence") == "true":
        return Growing("", element.get("form") or "")
    return _sign(words, element)


def _sign(words: str, element=None):
    words = "".join(char for char in text.nfc(words).strip() if char not in symbols.INVISIBLE)
    if not words:
        return None
    words = " ".join(words.split())
    if words in symbols.FUNCTIONS:
        return Named(words)
    if len(words) > 1 and words.replace(" ", "").isalpha():
        return Words(words)
    words = symbols.CANONICAL.get(words, words)
    if element is not None and element.get("stretchy") == "true" and words in "()[]{}|‖⟨⟩⌊⌋⌈⌉":
        return Growing(words, element.get("form") or "")
    if words in symbols.LETTERS.values() or (len(words) == 1 and words.isalpha()):
        return Letter(words)
    if len(words) > 1:
        return row_of(Sign(symbols.CANONICAL.get(char, char)) for char in words if char.strip())
    return Sign(words)


def _mtext(element, depth: int):
    words = re.sub(r"\s+", " ", text.nfc(text.strip_control(_words_of(element))))
    if not words.strip():
        return Space(" ") if words else None
    variant = element.get("mathvariant") or ""
    return Words(words, "bold" if variant.startswith("bold") else "italic" if variant == "italic" else "")


def _mspace(element, depth: int):
    if element.get("linebreak") == "newline":
        return Space("quad")
    found = re.match(r"\s*(-?[\d.]+)\s*(em|ex|px|pt|mu)?", element.get("width") or "")
    if not found:
        return None
    try:
        width = float(found[1]) * {"ex": 0.5, "px": 1 / 16, "pt": 1 / 12, "mu": 1 / 18}.get(found[2] or "em", 1)
    except ValueError:
        return None
    if width <= 0:
        return Space("!") if width < 0 else None
    for most, name in ((0.19, ","), (0.25, ":"), (0.3, ";"), (0.7, " "), (1.5, "quad")):
        if width <= most:
            return Space(name)
    return Space("qquad")


# --- shapes ---


def _children(element, depth: int, count: int) -> list:
    found = [_node(child, depth + 1) or EMPTY for child in element if isinstance(child.tag, str)]
    if len(found) != count:
        raise MathProblem(f"{name_of(element)} needs {count} parts")
    return [plain(node) for node in found]


def _mrow(element, depth: int):
    return _row(element, depth)


def _mfrac(element, depth: int):
    top, bottom = _children(element, depth, 2)
    thickness = (element.get("linethickness") or "").strip()
    line = (
        "none"
        if re.fullmatch(r"0+(?:\.0*)?\s*[a-z%]*", thickness)
        else "slanted"
        if element.get("bevelled") == "true"
        else ""
    )
    return Fraction(top, bottom, line)


def _msqrt(element, depth: int):
    return Root(_row(element, depth))


def _mroot(element, depth: int):
    return Root(*_children(element, depth, 2))


def _mark(node):
    return None if node == EMPTY else node


def _msub(element, depth: int):
    base, sub = _children(element, depth, 2)
    return Scripts(base, _mark(sub))


def _msup(element, depth: int):
    base, sup = _children(element, depth, 2)
    return Scripts(base, None, _mark(sup))


def _msubsup(element, depth: int):
    base, sub, sup = _children(element, depth, 3)
    return Scripts(base, _mark(sub), _mark(sup))


def _munder(element, depth: int):
    base, under = _children(element, depth, 2)
    return _stacked(base, under, None, element)


def _mover(element, depth: int):
    base, over = _children(element, depth, 2)
    return _stacked(base, None, over, element)


def _munderover(element, depth: int):
    base, under, over = _children(element, depth, 3)
    return _stacked(base, under, over, element)


def _stacked(base, under, over, element):
    if isinstance(base, Sign) and base.text in _GROWING_ARROWS:
        return Arrow(base.text, _mark(over), _mark(under))
    if over is not None and isinstance(over, Sign | Letter) and over.text in symbols.OVER_MARKS:
        base = Accent(base, _wide(symbols.OVER_MARKS[over.text], base, element))
        over = None
    if under is not None and isinstance(under, Sign | Letter) and under.text in symbols.UNDER_MARKS:
        base = Accent(base, symbols.UNDER_MARKS[under.text])
        under = None
    under, over = _mark(under), _mark(over)
    return base if under is None and over is None else Scripts(base, under, over, True)


def _wide(mark: str, base, element) -> str:
    last = element[-1] if name_of(element) == "mover" else None
    says = last.get("stretchy") if last is not None else None
    is_long = len(items_of(base)) > 1 or (isinstance(base, Letter) and len(base.text) > 1)
    if says == "true" or (is_long and says != "false"):
        return symbols.WIDE.get(mark, mark)
    return mark


def _mmultiscripts(element, depth: int):
    names = [name_of(child) for child in element if isinstance(child.tag, str)]
    nodes = [None if name in ("none", "mprescripts") else _node(child, depth + 1)
             for name, child in zip(names, (c for c in element if isinstance(c.tag, str)), strict=True)]  # fmt: skip
    if not nodes:
        raise MathProblem("mmultiscripts needs a base")
    parting = names.index("mprescripts") if "mprescripts" in names else len(names)
    base, after, before = nodes[0] or EMPTY, nodes[1:parting], nodes[parting + 1 :]
    for sub, sup in zip(after[::2], [*after[1::2], None], strict=False):
        if sub is not None or sup is not None:
            base = Scripts(base, sub, sup)
    for sub, sup in zip(before[::2], [*before[1::2], None], strict=False):
        base = Before(base, sub, sup)
    return base


def _mfenced(element, depth: int):
    opening = text.nfc(element.get("open", "(")).strip()
    closing = text.nfc(element.get("close", ")")).strip()
    separators = "".join((element.get("separators", ",") or "").split())
    parts = [node for child in element if (node := _node(child, depth + 1)) is not None]
    body: list = []
    for place, part in enumerate(parts):
        if place and separators:
            body.append(Sign(separators[min(place - 1, len(separators) - 1)]))
        body.append(plain(part))
    return bracketed(opening, row_of(body), closing)


def _mtable(element, depth: int):
    rows = []
    for child in element:
        if name_of(child) in ("mtr", "mlabeledtr"):
            cells = [cell for cell in child if isinstance(cell.tag, str)]
            cells = cells[1:] if name_of(child) == "mlabeledtr" else cells
            rows.append(tuple(_row(cell, depth + 2) for cell in cells))
        elif isinstance(child.tag, str):
            rows.append((_row(child, depth + 1),))
    if not rows:
        return None
    if _is_equation_table(element):
        return Grid(tuple((row[0], row_of(row[1:])) for row in rows), "aligned")
    aligns = (element.get("columnalign") or "").split()
    lines = (element.get("columnlines") or "").split()
    width = max(len(row) for row in rows)
    if aligns[:2] == ["right", "left"]:
        return Grid(tuple(rows), "aligned")
    if "solid" in lines:
        columns = "".join(
            (aligns or ["c"])[min(place, len(aligns or "c") - 1)][0]
            + ("|" if place < len(lines) and lines[place] == "solid" else "")
            for place in range(width)
        )
        return Grid(tuple(rows), "array", columns)
    if aligns and set(aligns) == {"left"}:
        return Grid(tuple(rows), "array", "l" * width)
    return Grid(tuple(rows), "matrix")


def _is_equation_table(element) -> bool:
    """Three columns, right, center and left: equations below each other at their signs of relation."""
    rows = [[cell.get("columnalign") for cell in row if isinstance(cell.tag, str)] for row in element if len(row)]
    return bool(rows) and all(row == ["right", "center", "left"] for row in rows)


_NOTATIONS = {"box": "boxed", "roundedbox": "boxed", "updiagonalstrike": "cancel", "downdiagonalstrike": "bcancel",
              "top": "overline", "bottom": "underline"}  # fmt: skip


def _menclose(element, depth: int):
    body = _row(element, depth)
    notations = (element.get("notation") or "longdiv").split()
    if "updiagonalstrike" in notations and "downdiagonalstrike" in notations:
        return Enclosed(body, "xcancel")
    for notation in notations:
        if notation == "radical":
            return Root(body)
        name = _NOTATIONS.get(notation)
        if name in ("overline", "underline"):
            return Accent(body, name)
        if name:
            return Enclosed(body, name)
    return body


def _mphantom(element, depth: int):
    return Hidden(_row(element, depth))


def _semantics(element, depth: int):
    for child in element:
        if isinstance(child.tag, str) and name_of(child) not in ("annotation", "annotation-xml"):
            return _node(child, depth + 1)
    return None


def _maction(element, depth: int):
    return next((_node(child, depth + 1) for child in element if isinstance(child.tag, str)), None)


def _nothing(element, depth: int):
    return None


_READERS = {
    "mi": _mi, "mn": _mn, "mo": _mo, "mtext": _mtext, "ms": _mtext, "mspace": _mspace, "mrow": _mrow, "mstyle": _mrow,
    "mpadded": _mrow, "merror": _mrow, "mfrac": _mfrac, "msqrt": _msqrt, "mroot": _mroot, "msub": _msub, "msup": _msup,
    "msubsup": _msubsup, "munder": _munder, "mover": _mover, "munderover": _munderover, "mfenced": _mfenced,
    "mmultiscripts": _mmultiscripts, "mtable": _mtable, "menclose": _menclose, "mphantom": _mphantom,
    "semantics": _semantics, "annotation": _nothing, "annotation-xml": _nothing, "maction": _maction, "math": _mrow,
    "none": _nothing, "mprescripts": _nothing, "maligngroup": _nothing, "malignmark": _nothing, "mtd": _mrow,
}  # fmt: skip
