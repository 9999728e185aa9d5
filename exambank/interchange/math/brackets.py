"""PURE. Which brackets grow: those around something tall, and those without a partner."""

from dataclasses import dataclass

from exambank.interchange.math import symbols
from exambank.interchange.math.tree import Fence, Fraction, Grid, Middle, Root, Row, Scripts, Sign, items_of, row_of

_TALL = (Fraction, Grid, Root)
_OPENING, _CLOSING = frozenset("([{⟨⌊⌈"), frozenset(")]}⟩⌋⌉")
_GRIDS = {("(", ")"): "pmatrix", ("[", "]"): "bmatrix", ("|", "|"): "vmatrix", ("‖", "‖"): "Vmatrix", ("{",
          "}"): "Bmatrix",
          ("{", ""): "cases", ("", "}"): "rcases"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Growing(Sign):
    """A bracket that the file says grows; paired before anyone else sees it. ``form``: prefix, infix, postfix or ""."""

    form: str = ""


def fenced(opening: str, body, closing: str):
    """Growing brackets; around a grid they are the grid's own kind."""
    if isinstance(body, Grid):
        kind = _GRIDS.get((opening, closing))
        is_plain = body.kind in ("matrix", "array") and not set(body.columns) & {"|", "r"}
        if kind and (is_plain or (body.kind in ("gathered", "aligned") and kind == "cases" and _is_single(body))):
            return Grid(body.rows, kind)
        if body.kind == "gathered" and not (opening and closing):
            body = Grid(body.rows, "array", "l")
    return Fence(opening, body, closing)


def _is_single(grid: Grid) -> bool:
    return grid.kind == "gathered" or all(len(row) == 1 for row in grid.rows)


def bracketed(opening: str, body, closing: str):
    """Brackets around it: growing ones where there is something tall, plain ones otherwise."""
    opening, closing = (symbols.CANONICAL.get(one, one) for one in (opening, closing))
    if isinstance(body, Grid) or is_tall(body) or not opening or not closing:
        return fenced(opening, body, closing)
    items = (Sign(one.text) if isinstance(one, Middle) else one for one in items_of(body))
    return Row((Sign(opening), *items, Sign(closing)))


def is_tall(node) -> bool:
    """Whether it is higher than a line."""
    return any(
        isinstance(one, _TALL)
        or (isinstance(one, Scripts) and ((one.is_stacked and isinstance(one.base, Sign)) or is_tall(one.base)))
        or (isinstance(one, Fence) and is_tall(one.body))
        for one in items_of(node)
    )


def paired(items) -> list:
    """The items with brackets paired: around something tall they grow; "{" before a table without an end are cases."""
    found: list = []
    opened: list[tuple[str, int]] = []
    for item in items:
        for one in items_of(item):
            _take(found, opened, one)
    for opening, place in reversed(opened):
        rest = found[place + 1 :]
        if opening in "{[|(" and rest and isinstance(rest[0], Grid):
            found[place : place + 2] = [bracketed(opening, rest[0], "")]
    return [plain(one) for one in found]


def plain(node):
    """No bracket that only says it grows is left."""
    if isinstance(node, Growing):
        return Sign(node.text)
    return Row(tuple(plain(one) for one in node.items)) if isinstance(node, Row) else node


def _take(found: list, opened: list, one) -> None:
    form = _form(one, opened)
    if form == "prefix":
        opened.append((one.text, len(found)))
    if form != "postfix" or not opened:
        found.append(one)
        return
    opening, place = opened.pop()
    inner = found[place + 1 :]
    if isinstance(one, Growing) and isinstance(found[place], Growing):
        whole = fenced(opening, _with_middles(inner), one.text)
    else:
        whole = bracketed(opening, row_of(plain(each) for each in inner), one.text)
    found[place:] = items_of(whole) if isinstance(whole, Row) else [whole]


def _form(one, opened: list) -> str:
    """Whether it opens (prefix) or closes (postfix): as the file says, else by what it is; "" for other signs."""
    if not isinstance(one, Sign):
        return ""
    if isinstance(one, Growing) and one.form:
        return one.form
    if one.text in ("|", "‖"):
        return "postfix" if opened and opened[-1][0] == one.text else "prefix"
    return "prefix" if one.text in _OPENING else "postfix" if one.text in _CLOSING else ""


def _with_middles(inner: list):
    """A bar that grows within brackets that grow stands in their middle."""
    return row_of(Middle(one.text) if isinstance(one, Growing) and one.text else plain(one) for one in inner)
