"""PURE. The small tree between the notations of formulas: each reader makes it, each writer draws it."""

from dataclasses import dataclass

DEEPEST = 120
LONGEST = 60_000
MOST_PARTS = 3_000  # side by side: a formula of a book has a few dozen


class MathProblem(ValueError):
    """This formula cannot be told in the other notation."""


@dataclass(frozen=True, slots=True)
class Row:
    """Things side by side."""

    items: tuple = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A variable or constant; ``style`` is "" (slanted when it is one letter) or a name of ``symbols.STYLES``."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    text: str


@dataclass(frozen=True, slots=True)
class Sign:
    """An operator, a relation, a bracket that does not grow, an arrow."""

    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """The name of a function: sin, lim."""

    name: str


@dataclass(frozen=True, slots=True)
class Words:
    """Words within a formula; ``style`` is "" or "bold" or "italic"."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Space:
    """A blank, named as LaTeX names it: "," ":" ";" "!" " " "quad" "qquad"."""

    name: str


@dataclass(frozen=True, slots=True)
class Fraction:
    """``line`` is "" (a line between), "none" (nothing between) or "slanted"."""

    top: object
    bottom: object
    line: str = ""


@dataclass(frozen=True, slots=True)
class Root:
    body: object
    degree: object = None


@dataclass(frozen=True, slots=True)
class Scripts:
    """Marks below and above; ``is_stacked``: exactly under and over it, as limits are."""

    base: object
    sub: object = None
    sup: object = None
    is_stacked: bool = False


@dataclass(frozen=True, slots=True)
class Before:
    """Marks before the base: the mass and the number of an atom."""

    base: object
    sub: object = None
    sup: object = None


@dataclass(frozen=True, slots=True)
class Accent:
    """A mark over or under; ``mark`` is the LaTeX command without its backslash."""

    base: object
    mark: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow that grows with what stands over and under it."""

    text: str
    over: object = None
    under: object = None


@dataclass(frozen=True, slots=True)
class Fence:
    """Brackets that grow with what they hold; "" is an invisible one."""

    opening: str
    body: object
    closing: str


@dataclass(frozen=True, slots=True)
class Middle:
    """A bar within a fence that grows with it."""

    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells. ``kind`` is a LaTeX environment; ``columns`` what an array says of them ("lc|r")."""

    rows: tuple
    kind: str = "matrix"
    columns: str = ""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """``mark`` is boxed, cancel, bcancel or xcancel."""

    body: object
    mark: str


@dataclass(frozen=True, slots=True)
class Hidden:
    """Takes its room and is not seen."""

    body: object


EMPTY = Row()


def row_of(items) -> object:
    """A row, flat; one thing alone stands for itself."""
    flat: list = []
    for item in items:
        if isinstance(item, Row):
            flat.extend(item.items)
        elif item is not None:
            flat.append(item)
    return flat[0] if len(flat) == 1 else Row(tuple(flat))


def items_of(node) -> tuple:
    """What stands side by side in it."""
    if node is None:
        return ()
    return node.items if isinstance(node, Row) else (node,)
