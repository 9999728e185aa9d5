"""PURE. The tree as presentation MathML."""

from lxml import etree

from exambank.interchange.math import symbols
from exambank.interchange.math.tree import (
    EMPTY,
    Accent,
    Arrow,
    Before,
    Enclosed,
    Fence,
    Fraction,
    Grid,
    Hidden,
    Letter,
    Middle,
    Named,
    Number,
    Root,
    Row,
    Scripts,
    Sign,
    Space,
    Words,
    items_of,
)

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
_N = f"{{{NAMESPACE}}}"
_GRID_FENCES = {"pmatrix": "()", "bmatrix": "[]", "Bmatrix": "{}", "vmatrix": "||", "Vmatrix": "‖‖"}
_GROWS = frozenset("()[]{}|‖⟨⟩⌊⌋⌈⌉∣")
_ENCLOSURES = {"boxed": "box", "cancel": "updiagonalstrike", "bcancel": "downdiagonalstrike",
               "xcancel": "updiagonalstrike downdiagonalstrike"}  # fmt: skip


def write_mathml(node, tex: str):
    """A ``math`` element of the tree with ``tex`` as its annotation."""
    math = etree.Element(_N + "math", nsmap={None: NAMESPACE})
    semantics = etree.SubElement(math, _N + "semantics")
    row = etree.SubElement(semantics, _N + "mrow")
    for item in items_of(node):
        row.append(_write(item))
    annotation = etree.SubElement(semantics, _N + "annotation", encoding="application/x-tex")
    annotation.text = tex
    return math


def _write(node):
    return _WRITERS[type(node)](node)


def _leaf(name: str, words: str, **attributes):
    element = etree.Element(_N + name, **attributes)
    element.text = words
    return element


def _with(name: str, *children, **attributes):
    element = etree.Element(_N + name, **attributes)
    element.extend(children)
    return element


def _one(node):
    """Exactly one element for it."""
    items = items_of(node)
    return _write(items[0]) if len(items) == 1 else _with("mrow", *map(_write, items))


def _letter(node: Letter):
    if node.style in ("", "normal"):
        wanted = {"mathvariant": "normal"} if node.style and len(node.text) == 1 else {}
        wanted = {"mathvariant": "italic"} if not node.style and len(node.text) > 1 else wanted
        return _leaf("mi", node.text, **wanted)
    return _leaf("mi", node.text, mathvariant=node.style)


def _sign(node: Sign):
    if node.text in _GROWS:
        return _leaf("mo", node.text, stretchy="false")
    return _leaf("mo", node.text)


def _words(node: Words):
    wanted = {"mathvariant": node.style} if node.style else {}
    return _leaf("mtext", _kept(node.text), **wanted)


def _kept(words: str) -> str:
    """Blanks at the ends would be trimmed by who reads it; fixed ones stay."""
    stripped = words.strip(" ")
    if not stripped:
        return "\xa0" * len(words)
    start = len(words) - len(words.lstrip(" "))
    end = len(words) - len(words.rstrip(" "))
    return "\xa0" * start + stripped + "\xa0" * end


def _space(node: Space):
    return _with("mspace", width=symbols.SPACES[node.name])


def _fraction(node: Fraction):
    wanted = {"none": {"linethickness": "0"}, "slanted": {"bevelled": "true"}}.get(node.line, {})
    return _with("mfrac", _one(node.top), _one(node.bottom), **wanted)


def _root(node: Root):
    if node.degree is None:
        return _with("msqrt", *map(_write, items_of(node.body)))
    return _with("mroot", _one(node.body), _one(node.degree))


def _scripts(node: Scripts):
    names = ("munder", "mover", "munderover") if node.is_stacked else ("msub", "msup", "msubsup")
    marks = [_one(mark) for mark in (node.sub, node.sup) if mark is not None]
    name = names[2] if len(marks) == 2 else names[0] if node.sub is not None else names[1]
    return _with(name, _one(node.base), *marks)


def _before(node: Before):
    marks = [_with("none") if mark is None else _one(mark) for mark in (node.sub, node.sup)]
    base, after = node.base, []
    if isinstance(base, Scripts) and not base.is_stacked:
        after = [_with("none") if mark is None else _one(mark) for mark in (base.sub, base.sup)]
        base = base.base
    return _with("mmultiscripts", _one(base), *after, _with("mprescripts"), *marks)


def _accent(node: Accent):
    is_under = node.mark in symbols.UNDER
    is_wide = node.mark in symbols.WIDE.values() or node.mark in symbols.BRACES or is_under
    mark = _leaf("mo", symbols.ACCENTS[node.mark][0], stretchy="true" if is_wide else "false")
    wanted = {"accentunder" if is_under else "accent": "true"}
    return _with("munder" if is_under else "mover", _one(node.base), mark, **wanted)


def _arrow(node: Arrow):
    marks = [_one(mark) for mark in (node.under, node.over) if mark is not None]
    name = "munderover" if len(marks) == 2 else "munder" if node.under is not None else "mover"
    marks = marks or [_with("mrow")]
    return _with(name, _leaf("mo", node.text, stretchy="true"), *marks)


def _fence(node: Fence):
    parts = map(_write, items_of(node.body))
    return _with("mrow", _bracket(node.opening, "prefix"), *parts, _bracket(node.closing, "postfix"))


def _bracket(char: str, form: str):
    return _leaf("mo", char, fence="true", form=form, stretchy="true")


def _middle(node: Middle):
    return _leaf("mo", node.text, fence="true", form="infix", stretchy="true")


_ALIGNS = {"l": "left", "c": "center", "r": "right"}


def _grid(node: Grid):
    table = etree.Element(_N + "mtable", **_grid_attributes(node))
    for row in node.rows:
        line = etree.SubElement(table, _N + "mtr")
        for cell in row:
            line.append(_with("mtd", *map(_write, items_of(cell))))
    if node.kind in ("cases", "rcases"):
        bracket = _bracket("{", "prefix") if node.kind == "cases" else _bracket("}", "postfix")
        return _with("mrow", *((bracket, table) if node.kind == "cases" else (table, bracket)))
    if node.kind in _GRID_FENCES:
        opening, closing = _GRID_FENCES[node.kind]
        return _with("mrow", _bracket(opening, "prefix"), table, _bracket(closing, "postfix"))
    return table


def _grid_attributes(node: Grid) -> dict[str, str]:
    width = max((len(row) for row in node.rows), default=1)
    if node.kind == "aligned":
        return {
            "columnalign": " ".join(("right", "left")[place % 2] for place in range(max(width, 2))),
            "columnspacing": "0em",
        }
    if node.kind in ("cases", "rcases"):
        return {"columnalign": " ".join(["left"] * width)}
    if node.kind != "array" or not node.columns:
        return {}
    letters = [char for char in node.columns if char != "|"]
    wanted = {"columnalign": " ".join(_ALIGNS[char] for char in letters)} if letters else {}
    inner = node.columns.strip("|")
    if "|" in inner:
        lines = [
            "solid" if inner[place + 1 : place + 2] == "|" else "none"
            for place, char in enumerate(inner)
            if char != "|"
        ]
        wanted["columnlines"] = " ".join(lines[:-1] or ["none"])
    return wanted


def _enclosed(node: Enclosed):
    return _with("menclose", *map(_write, items_of(node.body)), notation=_ENCLOSURES[node.mark])


def _hidden(node: Hidden):
    return _with("mphantom", *map(_write, items_of(node.body)))


_WRITERS = {
    Letter: _letter, Number: lambda node: _leaf("mn", node.text), Sign: _sign,
    Named: lambda node: _leaf("mi", node.name), Words: _words, Space: _space, Fraction: _fraction, Root: _root,
    Scripts: _scripts, Before: _before, Accent: _accent, Arrow: _arrow, Fence: _fence, Middle: _middle, Grid: _grid,
    Enclosed: _enclosed, Hidden: _hidden, Row: lambda node: _one(node) if node != EMPTY else _with("mrow"),
}  # fmt: skip
