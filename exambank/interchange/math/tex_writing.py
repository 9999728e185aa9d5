r"""PURE. The tree as LaTeX that KaTeX lays out: one way to write each thing, so that a second round changes nothing."""

import re

from exambank.interchange.math import symbols
from exambank.interchange.math.tex_words import write_words
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
    MathProblem,
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

# after a command's name, or a mark of one letter: "\\le 3", "x^2 y"
_WANTS_BLANK = re.compile(r"(?:\\[a-zA-Z]+|[_^]\w)$")
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_SIGNS = frozenset("+-*/=<>()[]|!?,.;:@")


def write_tex(node) -> str:
    """The LaTeX of a tree."""
    return _joined(_write(item) for item in items_of(node)).strip()


def _joined(pieces) -> str:
    """The pieces side by side; a command and a letter or digit after it are parted by a blank."""
    out = ""
    for piece in pieces:
        if piece and out and piece[0].isalnum() and piece[0].isascii() and _WANTS_BLANK.search(out):
            out += " "
        elif piece == "'" and out.endswith("'"):
            piece = "{}'"
        out += piece
    return out


def _write(node) -> str:
    return _WRITERS[type(node)](node)


def _group(node) -> str:
    return "{" + write_tex(node) + "}"


# --- leaves ---


def _letter(node: Letter) -> str:
    if node.style:
        inner = "".join(_plain_char(char) for char in node.text)
        return f"\\{symbols.STYLE_COMMANDS[node.style]}{{{inner}}}"
    if len(node.text) > 1:
        return f"\\mathit{{{_joined(_plain_char(char) for char in node.text)}}}"
    return _plain_char(node.text)


def _plain_char(char: str) -> str:
    if char in _PLAIN or char in _SIGNS or (char.isdigit() and char.isascii()):
        return char
    if char in symbols.NAMES:
        return "\\" + symbols.NAMES[char]
    if char in symbols.ESCAPED:
        return symbols.ESCAPED[char]
    return f"\\text{{{write_words(char)}}}"


def _number(node: Number) -> str:
    text = node.text
    if not re.fullmatch(r"[0-9.,]+", text):
        return f"\\text{{{write_words(text)}}}"
    return text.replace(",", "{,}")


def _sign(node: Sign) -> str:
    if not node.text:
        return ""
    if node.text == "−":
        return "-"
    if node.text == "′":
        return "'"
    if len(node.text) > 1:
        return "".join(_plain_char(char) for char in node.text)
    return _plain_char(node.text)


def _named(node: Named) -> str:
    if node.name in symbols.LATEX_FUNCTIONS:
        return f"\\{node.name}"
    if node.name.isascii() and node.name.isalpha():
        return f"\\operatorname{{{node.name}}}"
    return f"\\text{{{write_words(node.name)}}}"


def _words(node: Words) -> str:
    command = {"bold": "textbf", "italic": "textit"}.get(node.style, "text")
    return f"\\{command}{{{write_words(node.text)}}}" if node.text else ""


def _space(node: Space) -> str:
    return f"\\{node.name}" if node.name in symbols.SPACES else "\\ "


# --- shapes ---


def _fraction(node: Fraction) -> str:
    if node.line == "none":
        return f"{{{write_tex(node.top)}\\atop {write_tex(node.bottom)}}}"
    if node.line == "slanted":
        return f"{{{write_tex(node.top)}}}/{{{write_tex(node.bottom)}}}"
    return f"\\frac{_group(node.top)}{_group(node.bottom)}"


def _root(node: Root) -> str:
    if node.degree is None or node.degree == EMPTY:
        return f"\\sqrt{_group(node.body)}"
    degree = write_tex(node.degree)
    return f"\\sqrt{_option(degree)}{_group(node.body)}"


def _option(tex: str) -> str:
    """What stands in square brackets; braces of its own at the start or a bracket within would confuse who reads it."""
    return f"[{{{tex}}}]" if "]" in tex or tex.startswith("{") else f"[{tex}]"


def _scripts(node: Scripts) -> str:
    base, sub, sup = node.base, node.sub, node.sup
    if node.is_stacked and not _stacks_by_itself(base):
        return _stacked(node)
    if not node.is_stacked and _stacks_by_itself(base) and not _is_brace(base):
        written = _write(base) + "\\nolimits"
    else:
        written = _base(base)
    if sub is not None:
        written += "_" + _script(sub)
    if sup is not None:
        written += _primes(sup) or "^" + _script(sup)
    return written


def _stacked(node: Scripts) -> str:
    if isinstance(node.base, Sign) and node.base.text in symbols.INTEGRALS:
        return _write(Scripts(node.base, node.sub, node.sup)).replace(
            _sign(node.base), _sign(node.base) + "\\limits", 1
        )
    written = write_tex(node.base)
    if node.sup is not None:
        written = f"\\overset{_group(node.sup)}{{{written}}}"
    if node.sub is not None:
        written = f"\\underset{_group(node.sub)}{{{written}}}"
    return written


def _stacks_by_itself(base) -> bool:
    if isinstance(base, Sign):
        return base.text in symbols.STAND_ALONE_BIG - symbols.INTEGRALS
    return (isinstance(base, Named) and base.name in symbols.STACKING & symbols.LATEX_FUNCTIONS) or _is_brace(base)


def _is_brace(base) -> bool:
    return isinstance(base, Accent) and base.mark in symbols.BRACES


def _base(base) -> str:
    if base == EMPTY:
        return "{}"
    if isinstance(base, Letter | Number | Sign | Named | Accent | Fence | Words | Grid):
        written = _write(base)
        return written if written != "'" else "{}'"
    return _group(base)


def _primes(sup) -> str:
    items = items_of(sup)
    return "'" * len(items) if items and all(one == Sign("′") for one in items) else ""


def _script(node) -> str:
    """One letter or digit stands without braces."""
    written = "".join("\\prime" if one == Sign("′") else "" for one in items_of(node)) if _has_primes(node) else ""
    if written:
        pieces = ["\\prime" if one == Sign("′") else _write(one) for one in items_of(node)]
        return "{" + _joined(pieces) + "}"
    written = write_tex(node)
    return written if len(written) == 1 and written.isalnum() and written.isascii() else "{" + written + "}"


def _has_primes(node) -> bool:
    return any(one == Sign("′") for one in items_of(node))


def _before(node: Before) -> str:
    sub = "_" + _script(node.sub) if node.sub is not None else ""
    sup = "^" + _script(node.sup) if node.sup is not None else ""
    return "{}" + sub + sup + (_write(node.base) if not isinstance(node.base, Row) else _group(node.base))


def _accent(node: Accent) -> str:
    return f"\\{node.mark}{_group(node.base)}"


def _arrow(node: Arrow) -> str:
    name = next((name for name, char in symbols.STRETCHED_ARROWS.items() if char == node.text), None)
    if name is None:
        return _write(Scripts(Sign(node.text), node.under, node.over, True))
    under = _option(write_tex(node.under)) if node.under is not None else ""
    return f"\\{name}{under}{_group(node.over if node.over is not None else EMPTY)}"


def _fence(node: Fence) -> str:
    if node.opening == "(" and node.closing == ")" and isinstance(node.body, Fraction) and node.body.line == "none":
        return f"\\binom{_group(node.body.top)}{_group(node.body.bottom)}"
    inner = write_tex(node.body)
    opening, closing = f"\\left{_delimiter(node.opening)}", f"\\right{_delimiter(node.closing)}"
    return _joined([opening, inner, closing])


def _delimiter(char: str) -> str:
    if not char:
        return "."
    if char in "()[]|/":
        return char
    if char in "{}":
        return "\\" + char
    if char == "⟩":
        return "\\rangle"
    name = symbols.NAMES.get(char)
    if name is None or char not in _GROWING:
        raise MathProblem("no bracket that grows")
    return "\\" + name


_GROWING = frozenset("⟨⟩⌊⌋⌈⌉‖\\↑↓↕⇑⇓⇕⌜⌝⌞⌟⎰⎱⟮⟯{}|")


def _middle(node: Middle) -> str:
    return f"\\middle{_delimiter(node.text)}"


def _grid(node: Grid) -> str:
    rows = "\\\\ ".join("&".join(write_tex(cell) for cell in row) for row in node.rows)
    columns = ""
    if node.kind == "array":
        widest = max((len(row) for row in node.rows), default=1)
        columns = "{" + (node.columns or "l" * widest) + "}"
    return f"\\begin{{{node.kind}}}{columns}{rows}\\end{{{node.kind}}}"


def _enclosed(node: Enclosed) -> str:
    return f"\\{node.mark}{_group(node.body)}"


def _hidden(node: Hidden) -> str:
    return f"\\phantom{_group(node.body)}"


_WRITERS = {
    Letter: _letter, Number: _number, Sign: _sign, Named: _named, Words: _words, Space: _space, Fraction: _fraction,
    Root: _root, Scripts: _scripts, Before: _before, Accent: _accent, Arrow: _arrow, Fence: _fence, Middle: _middle,
    Grid: _grid, Enclosed: _enclosed, Hidden: _hidden, Row: _group,
}  # fmt: skip
