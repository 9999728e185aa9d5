"""PURE. The tree as Word's formulas (OMML)."""

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
    row_of,
)

NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/math"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_M, _W = f"{{{NAMESPACE}}}", f"{{{WORD}}}"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_SPACES = {",": "\u2009", ":": "\u205f", ";": "\u2005", " ": "\xa0", "quad": "\u2003", "qquad": "\u2003\u2003", "!": ""}
_GRID_FENCES = {"pmatrix": "()", "bmatrix": "[]", "Bmatrix": "{}", "vmatrix": "||", "Vmatrix": "‖‖"}
_RUN_STYLES = {"normal": ("p", ""), "bold": ("b", ""), "bold-italic": ("bi", ""), "double-struck": ("p",
               "double-struck"),
               "script": ("p", "script"), "fraktur": ("p", "fraktur"), "sans-serif": ("p", "sans-serif"),
               "monospace": ("p", "monospace")}  # fmt: skip
_ENDS_OPERAND = symbols.RELATION_CHARS | frozenset("+−±∓,;:)]}.|")


def write_omml(node):
    """An ``m:oMath`` of the tree."""
    math = etree.Element(_M + "oMath", nsmap={"m": NAMESPACE, "w": WORD})
    math.extend(_written(node))
    return math


def _written(node) -> list:
    """The elements of what stands side by side; signs of one style share a run."""
    items = items_of(node)
    found: list = []
    place = 0
    while place < len(items):
        operand = _operand(items, place)
        if operand is not None:
            found.append(_with_operand(items[place], operand))
            place += 1 + len(operand)
            continue
        words = _shared(items, place)
        if len(words) > 0:
            found.append(_run("".join(_SPACES[one.name] if isinstance(one, Space) else one.text for one in words)))
            place += len(words)
            continue
        found.extend(_WRITERS[type(items[place])](items[place]))
        place += 1
    return found


def _shared(items: tuple, place: int) -> list:
    words = []
    for item in items[place:]:
        if _operand_kind(item) or not _is_plain(item):
            break
        words.append(item)
    return words


def _is_plain(item) -> bool:
    return (isinstance(item, Letter) and not item.style and len(item.text) == 1) or isinstance(
        item, Number | Sign | Space
    )


# --- operators with what they act on ---


def _operand_kind(item) -> str:
    base = item.base if isinstance(item, Scripts) else item
    if isinstance(base, Sign) and base.text in symbols.STAND_ALONE_BIG:
        return "nary"
    if isinstance(base, Named):
        return "func"
    return ""


def _operand(items: tuple, place: int) -> tuple | None:
    """What a sum, an integral or a function acts on; None when the item is no such thing or nothing follows."""
    kind = _operand_kind(items[place])
    rest = items[place + 1 :]
    if not kind:
        return None
    taken = 0
    is_function = kind == "func"
    for item in rest:
        if isinstance(item, Sign) and item.text in (_ENDS_OPERAND | frozenset("([{") if is_function else _ENDS_OPERAND):
            break
        if is_function and taken and not _continues(rest[taken - 1], item):
            break
        taken += 1
    if not taken:
        return () if kind == "nary" else None
    return rest[:taken]


def _continues(before, item) -> bool:
    """``2x`` and ``\\,x`` after a function's name belong to it, and what a function within acts on; no more does."""
    if _operand_kind(before) == "func":
        return True
    return isinstance(before, Number | Space) and isinstance(item, Letter | Scripts | Fraction | Fence)


def _with_operand(item, operand: tuple):
    base = item.base if isinstance(item, Scripts) else item
    if isinstance(base, Sign):
        return _nary(base.text, item, operand)
    name = _WRITERS[type(item)](item)
    return _shape("func", ("fName", name), ("e", _written(Row(operand))))


def _nary(char: str, item, operand: tuple):
    sub, sup = (item.sub, item.sup) if isinstance(item, Scripts) else (None, None)
    place = "undOvr" if isinstance(item, Scripts) and item.is_stacked else "subSup"
    properties = [("chr", char), ("limLoc", place)]
    properties += [("subHide", "1")] if sub is None else []
    properties += [("supHide", "1")] if sup is None else []
    parts = (("sub", _written(sub)), ("sup", _written(sup)), ("e", _written(Row(operand))))
    return _shape("nary", *parts, properties=properties)


# --- runs ---


def _run(
    words: str, *, style: str = "", script: str = "", is_text: bool = False, is_bold: bool = False, is_slanted=False
):
    run = etree.Element(_M + "r")
    if style or script or is_text:
        properties = etree.SubElement(run, _M + "rPr")
        if is_text:
            etree.SubElement(properties, _M + "nor")
        else:
            if script:
                etree.SubElement(properties, _M + "scr").set(_M + "val", script)
            if style:
                etree.SubElement(properties, _M + "sty").set(_M + "val", style)
    look = etree.SubElement(run, _W + "rPr")
    fonts = etree.SubElement(look, _W + "rFonts")
    fonts.set(_W + "ascii", "Cambria Math")
    fonts.set(_W + "hAnsi", "Cambria Math")
    if is_bold:
        etree.SubElement(look, _W + "b")
    if is_slanted:
        etree.SubElement(look, _W + "i")
    text = etree.SubElement(run, _M + "t")
    text.text = words
    if words != words.strip():
        text.set(_XML_SPACE, "preserve")
    return run


def _letter(node: Letter) -> list:
    style, script = _RUN_STYLES.get(node.style, ("", ""))
    return [_run(node.text, style=style or ("i" if len(node.text) > 1 else ""), script=script)]


def _words(node: Words) -> list:
    return [_run(node.text, is_text=True, is_bold=node.style == "bold", is_slanted=node.style == "italic")]


def _plain(node) -> list:
    return [_run(node.text)] if node.text else []


def _space(node: Space) -> list:
    return [_run(_SPACES[node.name])] if _SPACES[node.name] else []


# --- shapes ---


def _shape(name: str, *parts: tuple, properties: list | tuple = ()):
    element = etree.Element(_M + name)
    if properties:
        holder = etree.SubElement(element, f"{_M}{name}Pr")
        for key, value in properties:
            etree.SubElement(holder, _M + key).set(_M + "val", value)
    for part, children in parts:
        etree.SubElement(element, _M + part).extend(children)
    return element


def _fraction(node: Fraction) -> list:
    kind = {"none": "noBar", "slanted": "skw"}.get(node.line)
    properties = [("type", kind)] if kind else []
    return [_shape("f", ("num", _written(node.top)), ("den", _written(node.bottom)), properties=properties)]


def _root(node: Root) -> list:
    properties = [("degHide", "1")] if node.degree is None else []
    return [_shape("rad", ("deg", _written(node.degree)), ("e", _written(node.body)), properties=properties)]


def _scripts(node: Scripts) -> list:
    if _operand_kind(node) == "nary":
        return [_nary(node.base.text, node, ())]
    base = _written(node.base)
    if node.is_stacked:
        return _limits(base, node)
    sub, sup = ("sub", _written(node.sub)), ("sup", _written(node.sup))
    if node.sub is None:
        return [_shape("sSup", ("e", base), sup)]
    if node.sup is None:
        return [_shape("sSub", ("e", base), sub)]
    return [_shape("sSubSup", ("e", base), sub, sup)]


def _limits(base: list, node: Scripts) -> list:
    if node.sup is not None:
        base = [_shape("limUpp", ("e", base), ("lim", _written(node.sup)))]
    if node.sub is not None:
        base = [_shape("limLow", ("e", base), ("lim", _written(node.sub)))]
    return base


def _before(node: Before) -> list:
    return [_shape("sPre", ("sub", _written(node.sub)), ("sup", _written(node.sup)), ("e", _written(node.base)))]


def _accent(node: Accent) -> list:
    body = ("e", _written(node.base))
    if node.mark in ("overline", "underline"):
        return [_shape("bar", body, properties=[("pos", "top" if node.mark == "overline" else "bot")])]
    char = symbols.ACCENTS[node.mark][1]
    if node.mark in symbols.BRACES or node.mark in symbols.UNDER:
        char = {"underrightarrow": "→", "underleftarrow": "←", "utilde": "~"}.get(node.mark, char)
        is_under = node.mark in symbols.UNDER
        place = [("pos", "bot" if is_under else "top"), ("vertJc", "top" if is_under else "bot")]
        return [_shape("groupChr", body, properties=[("chr", char), *place])]
    return [_shape("acc", body, properties=[("chr", char)])]


def _arrow(node: Arrow) -> list:
    if node.over is not None and node.over != EMPTY and node.under is not None:
        base = [_shape("groupChr", ("e", _written(node.over)), properties=[("chr", node.text), ("pos", "bot")])]
        return [_shape("limLow", ("e", base), ("lim", _written(node.under)))]
    place = "top" if node.under is not None else "bot"
    mark = node.under if node.under is not None else node.over
    return [_shape("groupChr", ("e", _written(mark)), properties=[("chr", node.text), ("pos", place)])]


def _fence(node: Fence) -> list:
    parts: list[list] = [[]]
    separator = ""
    for item in items_of(node.body):
        if isinstance(item, Middle):
            separator = item.text
            parts.append([])
        else:
            parts[-1].append(item)
    properties = (
        [("begChr", node.opening)] + ([("sepChr", separator)] if separator else []) + [("endChr", node.closing)]
    )
    return [_shape("d", *(("e", _written(row_of(part))) for part in parts), properties=properties)]


def _grid(node: Grid) -> list:
    if node.kind in ("aligned", "gathered"):
        return [_equations(node.rows)]
    if node.kind in ("cases", "rcases"):
        is_single = all(len(row) == 1 for row in node.rows)
        body = _equations(node.rows) if is_single else _matrix(node, "left")
        opening, closing = ("{", "") if node.kind == "cases" else ("", "}")
        return [_shape("d", ("e", [body]), properties=[("begChr", opening), ("endChr", closing)])]
    if node.kind == "array" and not set(node.columns) - {"l"} and all(len(row) == 1 for row in node.rows):
        return [_equations(node.rows)]
    body = _matrix(node, "left" if node.kind == "array" and node.columns.startswith("l") else "center")
    if node.kind in _GRID_FENCES:
        opening, closing = _GRID_FENCES[node.kind]
        return [_shape("d", ("e", [body]), properties=[("begChr", opening), ("endChr", closing)])]
    return [body]


def _equations(rows: tuple):
    return _shape("eqArr", *(("e", _aligned(row)) for row in rows))


def _aligned(row: tuple) -> list:
    found: list = []
    for place, cell in enumerate(row):
        found.extend([_run("&")] if place else [])
        found.extend(_written(cell))
    return found


def _matrix(node: Grid, justified: str):
    width = max((len(row) for row in node.rows), default=1)
    matrix = etree.Element(_M + "m")
    columns = etree.SubElement(etree.SubElement(etree.SubElement(matrix, _M + "mPr"), _M + "mcs"), _M + "mc")
    properties = etree.SubElement(columns, _M + "mcPr")
    etree.SubElement(properties, _M + "count").set(_M + "val", str(width))
    etree.SubElement(properties, _M + "mcJc").set(_M + "val", justified)
    for row in node.rows:
        line = etree.SubElement(matrix, _M + "mr")
        for cell in (*row, *[EMPTY] * (width - len(row))):
            etree.SubElement(line, _M + "e").extend(_written(cell))
    return matrix


def _enclosed(node: Enclosed) -> list:
    sides = [("hideTop", "1"), ("hideBot", "1"), ("hideLeft", "1"), ("hideRight", "1")]
    strikes = {"cancel": ["strikeBLTR"], "bcancel": ["strikeTLBR"], "xcancel": ["strikeBLTR", "strikeTLBR"]}
    properties = [] if node.mark == "boxed" else sides + [(name, "1") for name in strikes[node.mark]]
    return [_shape("borderBox", ("e", _written(node.body)), properties=properties)]


def _hidden(node: Hidden) -> list:
    return [_shape("phant", ("e", _written(node.body)), properties=[("show", "0")])]


_WRITERS = {
    Letter: _letter, Number: _plain, Sign: _plain, Named: lambda node: [_run(node.name, style="p")], Words: _words,
    Space: _space, Fraction: _fraction, Root: _root, Scripts: _scripts, Before: _before, Accent: _accent, Arrow: _arrow,
    Fence: _fence, Middle: _plain, Grid: _grid, Enclosed: _enclosed, Hidden: _hidden, Row: _written,
}  # fmt: skip
