"""PURE. Stored HTML as a tree of lists and strings, which a template lays out.

Inline: a string, or a list that begins with its sort: ["b", inlines], "i", "u", "s", "sub", "sup", "code" likewise;
["br"], ["blank"], ["math", number], ["tex", source], ["gap", number, dots], ["img", name, width, height].
Block: ["p", inlines], ["h", inlines], ["list", is ordered, [blocks of an entry, ...]], ["quote", blocks],
["pre", text], ["table", has lines, columns, [[x, y, colspan, rowspan, is head, blocks], ...]].
Widths and heights are millimetres.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import html as parser

DEEPEST = 16
MOST_COLUMNS = 16
MOST_ROWS = 200
LONGEST_WORD = 30

_STYLES = {"b": "b", "strong": "b", "i": "i", "em": "i", "u": "u", "s": "s", "sub": "sub", "sup": "sup", "code": "code"}
_BLOCKS = {"p", "h3", "h4", "ul", "ol", "blockquote", "pre", "table", "div"}
_SPACES = re.compile(r"[ \t\r\n\f]+")  # a space that does not break stays what it is
_LONG = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_ROOMY = {"img", "table", "list", "pre", "quote", "tex", "br"}
_FORMULA_SIGNS = 30
_LINE_SIGNS = 40
_ZERO_WIDTH_SPACE = "\u200b"

Node = list | str


@dataclass(frozen=True)
class Makers:
    """How the parts that are no text are made: each gives the node that stands in the tree."""

    formula: Callable[[str], Node]
    picture: Callable[[str, float], Node]  # public id, widest in millimetres
    gaps: Mapping[str, Node] = field(default_factory=dict)  # by token


def blocks_of(stored: str, makers: Makers, width: float) -> list[Node]:
    """The blocks of a stored text; ``width`` is the room for pictures, in millimetres."""
    if not stored.strip():
        return []
    root = parser.fragment_fromstring(stored, create_parent="div")
    return _blocks(root, makers, width, 0)


def inlines_of(plain: str) -> list[Node]:
    """Plain text as inline nodes."""
    return [_soft(_SPACES.sub(" ", plain))]


def is_inline(blocks: list[Node]) -> bool:
    """Whether it is one paragraph at most, which can stand beside its letter in a line of several options."""
    return len(blocks) < 2 and all(block[0] == "p" for block in blocks)


def signs_in(nodes: list[Node]) -> int | None:
    """How many signs of plain text stand in a tree; None where anything else (a picture, a table) takes room."""
    total = 0
    for node in nodes:
        if isinstance(node, str):
            total += len(node)
        elif node[0] == "math":
            total += _FORMULA_SIGNS
        elif node[0] in _ROOMY:
            return None
        elif len(node) > 1 and isinstance(node[1], list):
            inside = signs_in(node[1])
            if inside is None:
                return None
            total += inside + (_LINE_SIGNS if node[0] in {"p", "h"} else 0)
    return total


def _blocks(element: Any, makers: Makers, width: float, depth: int) -> list[Node]:
    """Children of a block: runs of inline nodes become paragraphs, blocks stay blocks."""
    found: list[Node] = []
    run: list[Node] = _texts(element.text)

    def close() -> None:
        inlines = _trim(run)
        if inlines:
            found.append(["p", inlines])
        run.clear()

    for child in element:
        if _name(child) in _BLOCKS:
            close()
            found += _block(child, makers, width, depth + 1)
        else:
            run += _inline(child, makers, width, depth + 1)
        run += _texts(child.tail)
    close()
    return found


def _block(element: Any, makers: Makers, width: float, depth: int) -> list[Node]:
    name = _name(element)
    if depth > DEEPEST:
        words = _SPACES.sub(" ", "".join(element.itertext())).strip()
        return [["p", [_soft(words)]]] if words else []
    if name == "pre":
        return [["pre", "".join(element.itertext()).expandtabs(4).strip("\r\n")]]
    if name in {"ul", "ol"}:
        entries = _entries(element, makers, width - 7, depth)
        return [["list", name == "ol", entries]] if entries else []
    if name == "table":
        return _table(element, makers, width, depth)
    blocks = _blocks(element, makers, width, depth)
    if name == "blockquote":
        return [["quote", blocks]] if blocks else []
    if name in {"h3", "h4"}:
        return [["h", block[1]] if block[0] == "p" else block for block in blocks]
    return blocks


def _entries(element: Any, makers: Makers, width: float, depth: int) -> list[list[Node]]:
    """What stands in a list: its entries, and whatever strayed in between as entries of their own."""
    found = [_stray(element.text)]
    for child in element:
        found.append(
            _blocks(child, makers, width, depth) if _name(child) == "li" else _block(child, makers, width, depth)
        )
        found.append(_stray(child.tail))
    return [blocks for blocks in found if blocks]


def _stray(words: str | None) -> list[Node]:
    inlines = _trim(_texts(words))
    return [["p", inlines]] if inlines else []


def _inline(element: Any, makers: Makers, width: float, depth: int) -> list[Node]:
    name = _name(element)
    if not name:
        return []
    if depth > DEEPEST:
        return _texts("".join(element.itertext()))
    if name == "br":
        return [["br"]]
    if name == "img":
        return [makers.picture(element.get("data-media") or "", width)]
    if name == "span":
        return _span(element, makers, width, depth)
    inside = _children(element, makers, width, depth)
    return [[_STYLES[name], inside]] if name in _STYLES and inside else inside


def _span(element: Any, makers: Makers, width: float, depth: int) -> list[Node]:
    if element.get("data-tex"):
        return [makers.formula(element.get("data-tex"))]
    if element.get("data-gap") is not None:
        return [makers.gaps.get(element.get("data-gap"), ["blank"])]
    if "eb-blank" in (element.get("class") or "").split():
        return [["blank"]]
    return _children(element, makers, width, depth)


def _children(element: Any, makers: Makers, width: float, depth: int) -> list[Node]:
    found = _texts(element.text)
    for child in element:
        if _name(child) in _BLOCKS:  # a block inside a style: its words stay
            found += [["br"], *_texts("".join(child.itertext()))]
        else:
            found += _inline(child, makers, width, depth + 1)
        found += _texts(child.tail)
    return found


def _table(element: Any, makers: Makers, width: float, depth: int) -> list[Node]:
    """Cells with their places, worked out here: spans that overlap or leave the table are cut."""
    rows = [row for row in element.iter("tr") if _own_table(row) is element][:MOST_ROWS]
    taken: set[tuple[int, int]] = set()
    placed: list[tuple[int, int, int, int, Any]] = []
    for y, row in enumerate(rows):
        x = 0
        for cell in (child for child in row if _name(child) in {"td", "th"}):
            while (x, y) in taken:
                x += 1
            if x >= MOST_COLUMNS:
                break
            across = min(_span_of(cell, "colspan"), MOST_COLUMNS - x)
            while any((x + step, y) in taken for step in range(across)):
                across -= 1
            down = min(_span_of(cell, "rowspan"), len(rows) - y)
            taken |= {(x + right, y + below) for right in range(across) for below in range(down)}
            placed.append((x, y, across, down, cell))
            x += across
    if not placed:
        return []
    columns = max(x + across for x, _y, across, _down, _cell in placed)
    cells = [
        [x, y, across, down, _name(cell) == "th", _blocks(cell, makers, width * across / columns - 3, depth)]
        for x, y, across, down, cell in placed
    ]
    return [["table", True, columns, cells]]


def _own_table(row: Any) -> Any:
    return next((above for above in row.iterancestors() if _name(above) == "table"), None)


def _span_of(cell: Any, name: str) -> int:
    written = (cell.get(name) or "1").strip()
    return max(int(written), 1) if written.isascii() and written.isdigit() and len(written) < 4 else 1


def _texts(words: str | None) -> list[Node]:
    return [_soft(_SPACES.sub(" ", words))] if words else []


def _soft(words: str) -> str:
    """A word that no column holds may break."""
    return _LONG.sub(lambda found: _ZERO_WIDTH_SPACE.join(_pieces(found[0])), words)


def _pieces(word: str) -> list[str]:
    return [word[at : at + LONGEST_WORD] for at in range(0, len(word), LONGEST_WORD)]


def _trim(run: list[Node]) -> list[Node]:
    """A paragraph without spaces and line breaks around it; nothing when it holds nothing else."""
    inlines = list(run)
    while inlines and _is_empty(inlines[0]):
        inlines.pop(0)
    while inlines and _is_empty(inlines[-1]):
        inlines.pop()
    if inlines and isinstance(inlines[0], str):
        inlines[0] = inlines[0].lstrip(" ")
    if inlines and isinstance(inlines[-1], str):
        inlines[-1] = inlines[-1].rstrip(" ")
    return inlines


def _is_empty(node: Node) -> bool:
    return not node.strip(" ") if isinstance(node, str) else node == ["br"]


def _name(element: Any) -> str:
    return element.tag if isinstance(element.tag, str) else ""
