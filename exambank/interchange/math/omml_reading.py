"""PURE. Word's formulas (OMML) to the tree."""

from exambank.interchange.math import symbols
from exambank.interchange.math.brackets import bracketed
from exambank.interchange.math.elements import name_of
from exambank.interchange.math.omml_runs import TYPED, is_math, read_outside_run, read_run
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
    Middle,
    Named,
    Number,
    Root,
    Row,
    Scripts,
    Sign,
    Space,
    items_of,
    row_of,
)

_SKIPPED = symbols.names(
    "ctrlpr argpr rpr del movefrom bookmarkstart bookmarkend prooferr commentrangestart commentrangeend "
    "lastrenderedpagebreak br movefromrangestart movefromrangeend movetorangestart movetorangeend permstart "
    "permend "
)


def read_omml(element):
    """The tree of an ``m:oMath`` or ``m:oMathPara``; MathProblem when it holds what we do not know."""
    if name_of(element) == "omathpara":
        formulas = [_row(child, 0) for child in element if name_of(child) == "omath"]
        formulas = [one for one in formulas if one != EMPTY]
        return (
            formulas[0]
            if len(formulas) == 1
            else Grid(tuple((one,) for one in formulas), "gathered")
            if formulas
            else EMPTY
        )
    return _row(element, 0)


def _row(element, depth: int):
    """What the element holds, side by side."""
    if element is None:
        return EMPTY
    if depth > DEEPEST or len(element) > MOST_PARTS:
        raise MathProblem("too deep or too long")
    found: list = []
    for child in element:
        name = name_of(child)
        if not name or name in _SKIPPED or (name.endswith("pr") and name != "spr"):
            continue
        reader = _READERS.get(name)
        if reader is None:
            raise MathProblem(f"unknown element {name[:40]}")
        found.extend(items_of(reader(child, depth + 1)))
    return row_of(_tidied(found))


def _tidied(items: list) -> list:
    """Blanks beside signs and at the ends say nothing: Word and KaTeX set them by themselves."""
    found: list = []
    for place, item in enumerate(items):
        if item == Space(TYPED):
            before, after = items[place - 1] if place else None, items[place + 1] if place + 1 < len(items) else None
            if before is None or after is None or isinstance(before, Sign | Space) or isinstance(after, Sign | Space):
                continue
            if isinstance(before, Named) or isinstance(after, Named):
                continue
            item = Space(" ")
        found.append(item)
    return found


def _part(element, name: str, depth: int):
    return _row(next((child for child in element if name_of(child) == name), None), depth)


def _parts(element, name: str, depth: int) -> list:
    return [_row(child, depth) for child in element if name_of(child) == name]


def _property(element, name: str, default: str, empty: str = "") -> str:
    """A property's ``m:val``; ``default`` when it is not there, ``empty`` when it stands without a value."""
    holder = next((child for child in element if name_of(child) == name_of(element) + "pr"), None)
    found = next((child for child in holder if name_of(child) == name), None) if holder is not None else None
    if found is None:
        return default
    value = next((value for key, value in found.attrib.items() if key.rpartition("}")[2] == "val"), None)
    return empty if value is None else value


def _is_on(element, name: str, default: str = "0") -> bool:
    return _property(element, name, default, "1").lower() in ("1", "on", "true")


def _none_if_empty(node):
    return None if node == EMPTY else node


# --- shapes ---


def _fraction(element, depth: int):
    kind = _property(element, "type", "bar")
    top, bottom = _part(element, "num", depth), _part(element, "den", depth)
    if kind == "lin":
        return Row((*_held(top), Sign("/"), *_held(bottom)))
    return Fraction(top, bottom, {"noBar": "none", "skw": "slanted"}.get(kind, ""))


def _held(node) -> tuple:
    """In brackets when a slash would tear it apart."""
    items = items_of(node)
    return items if len(items) == 1 else (Sign("("), *items, Sign(")"))


def _root(element, depth: int):
    degree = None if _is_on(element, "deghide") else _none_if_empty(_part(element, "deg", depth))
    return Root(_part(element, "e", depth), degree)


def _sup(element, depth: int):
    return _scripted(element, depth, None, _none_if_empty(_part(element, "sup", depth)))


def _sub(element, depth: int):
    return _scripted(element, depth, _none_if_empty(_listed(_part(element, "sub", depth))), None)


def _listed(node):
    """Below a letter "1,2" is no decimal number but two indices."""
    found: list = []
    for item in items_of(node):
        first, comma, second = item.text.partition(",") if isinstance(item, Number) else ("", "", "")
        found.extend((Number(first), Sign(","), Number(second)) if comma else (item,))
    return row_of(found)


def _subsup(element, depth: int):
    sub, sup = _listed(_part(element, "sub", depth)), _part(element, "sup", depth)
    return _scripted(element, depth, _none_if_empty(sub), _none_if_empty(sup))


def _scripted(element, depth: int, sub, sup):
    """The last thing of the base carries the marks: what stands before it in the same box stays before it."""
    base = _part(element, "e", depth)
    return base if sub is None and sup is None else Scripts(base, sub, sup)


def _pre(element, depth: int):
    sub, sup = _part(element, "sub", depth), _part(element, "sup", depth)
    return Before(_part(element, "e", depth), _none_if_empty(sub), _none_if_empty(sup))


def _nary(element, depth: int):
    char = symbols.CANONICAL.get(found := _property(element, "chr", "∫"), found) or "∫"
    sub = None if _is_on(element, "subhide") else _none_if_empty(_part(element, "sub", depth))
    sup = None if _is_on(element, "suphide") else _none_if_empty(_part(element, "sup", depth))
    is_stacked = char not in symbols.INTEGRALS or _property(element, "limloc", "subSup") == "undOvr"
    sign = Sign(char)
    operator = Scripts(sign, sub, sup, is_stacked) if sub is not None or sup is not None else sign
    return Row((operator, *items_of(_part(element, "e", depth))))


def _delimited(element, depth: int):
    opening, closing = _property(element, "begchr", "("), _property(element, "endchr", ")")
    separator = _property(element, "sepchr", "|")
    parts = _parts(element, "e", depth)
    body: list = []
    for place, part in enumerate(parts):
        if place and separator:
            body.append(Middle(separator) if separator in "|‖" else Sign(separator))
        body.extend(items_of(part))
    return bracketed(opening, row_of(body), closing)


def _matrix(element, depth: int):
    rows = tuple(tuple(_parts(row, "e", depth + 1)) for row in element if name_of(row) == "mr")
    alignment = [value for one in element.iter() if name_of(one) == "mcjc" for key, value in one.attrib.items()]
    if alignment and set(alignment) == {"left"}:
        return Grid(rows, "array", "l" * max((len(row) for row in rows), default=1))
    return Grid(rows, "matrix") if rows else EMPTY


def _equations(element, depth: int):
    rows = [_cells(row) for row in _parts(element, "e", depth)]
    kind = "aligned" if any(len(row) > 1 for row in rows) else "gathered"
    return Grid(tuple(rows), kind) if rows else EMPTY


def _cells(row) -> tuple:
    cells: list[list] = [[]]
    for item in items_of(row):
        if item == Sign("&"):
            cells.append([])
        else:
            cells[-1].append(item)
    return tuple(row_of(cell) for cell in cells)


def _function(element, depth: int):
    name, body = _part(element, "fname", depth), _part(element, "e", depth)
    return Row((*items_of(_function_name(name)), *items_of(body)))


def _function_name(node):
    """The letters of a name that was typed slanted are a name all the same."""
    if isinstance(node, Scripts):
        return Scripts(_function_name(node.base), node.sub, node.sup, node.is_stacked)
    if isinstance(node, Letter) and len(node.text) > 1:
        return Named(node.text)
    items = items_of(node)
    if len(items) > 1 and all(isinstance(one, Letter) and one.style in ("", "normal") for one in items):
        return Named("".join(one.text for one in items))
    return node


def _limit_name(node):
    named = _function_name(node)
    return named if isinstance(named, Named) and named.name in symbols.FUNCTIONS else node


def _limit_low(element, depth: int):
    return _limited(element, depth, _part(element, "lim", depth), None)


def _limit_up(element, depth: int):
    return _limited(element, depth, None, _part(element, "lim", depth))


def _limited(element, depth: int, under, over):
    base = _limit_name(_part(element, "e", depth))
    under, over = _none_if_empty(under), _none_if_empty(over)
    if under is None and over is None:
        return base
    if isinstance(base, Arrow):
        return Arrow(base.text, base.over or over, base.under or under)
    if isinstance(base, Scripts) and base.is_stacked and not (base.sub and under) and not (base.sup and over):
        return Scripts(base.base, base.sub or under, base.sup or over, True)
    return Scripts(base, under, over, True)


def _accent(element, depth: int):
    body = _part(element, "e", depth)
    mark = symbols.WORD_ACCENTS.get(_property(element, "chr", "\u0302"))
    if mark is None:
        return Scripts(body, None, Sign(_property(element, "chr", "")), True)
    is_long = len(items_of(body)) > 1 or (isinstance(body, Letter) and len(body.text) > 1)
    return Accent(body, symbols.WIDE.get(mark, mark) if is_long else mark)


def _bar(element, depth: int):
    return Accent(_part(element, "e", depth), "overline" if _property(element, "pos", "bot") == "top" else "underline")


def _group(element, depth: int):
    char, place = _property(element, "chr", "⏟"), _property(element, "pos", "bot")
    body = _part(element, "e", depth)
    if char in symbols.STRETCHED_ARROWS.values():
        return Arrow(char, None if place == "top" else body, body if place == "top" else None)
    mark = symbols.WORD_GROUPS.get((char, place))
    if mark:
        return Accent(body, mark)
    if not char:
        return body
    return Scripts(body, Sign(char) if place == "bot" else None, Sign(char) if place == "top" else None, True)


def _box(element, depth: int):
    return _part(element, "e", depth)


def _border(element, depth: int):
    body = _part(element, "e", depth)
    up, down = _is_on(element, "strikebltr"), _is_on(element, "striketlbr")
    if up or down:
        return Enclosed(body, "xcancel" if up and down else "cancel" if up else "bcancel")
    return Enclosed(body, "boxed")


def _phantom(element, depth: int):
    body = _part(element, "e", depth)
    return body if _is_on(element, "show", "1") else Hidden(body)


def _alternate(element, depth: int):
    chosen = next((child for child in element if name_of(child) in ("choice", "fallback")), None)
    return _row(chosen, depth)


def _both_runs(element, depth: int):
    return read_run(element) if is_math(element) else read_outside_run(element)


_READERS = {
    "r": _both_runs, "f": _fraction, "rad": _root, "ssup": _sup, "ssub": _sub, "ssubsup": _subsup, "spre": _pre,
    "nary": _nary, "d": _delimited, "m": _matrix, "eqarr": _equations, "func": _function, "limlow": _limit_low,
    "limupp": _limit_up, "acc": _accent, "bar": _bar, "groupchr": _group, "box": _box, "borderbox": _border,
    "phant": _phantom, "omath": _row, "e": _row, "ins": _row, "moveto": _row, "smarttag": _row, "sdt": _row,
    "sdtcontent": _row, "hyperlink": _row, "fldsimple": _row, "customxml": _row, "alternatecontent": _alternate,
}  # fmt: skip
