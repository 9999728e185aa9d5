r"""PURE. The words of ``\text{...}``: their escapes, and formulas that stand within."""

import re

_ESCAPE = re.compile(
    r"\\(?:(?P<sign>[%#&_${}])|(?P<named>textbackslash|textasciicircum|textasciitilde|textdollar|ldots|dots|quad|qquad)"
    r"(?:\{\}| )?|(?P<space>[ ,;:!])|(?P<styled>[a-zA-Z]+)\s*(?=\{)|(?P<other>[a-zA-Z]+\s?|.))|(?P<brace>[{}])|~",
    re.DOTALL,
)
_NAMED = {"textbackslash": "\\", "textasciicircum": "^", "textasciitilde": "~", "textdollar": "$", "ldots": "…",
          "dots": "…", "quad": " ", "qquad": " "}  # fmt: skip
_WRITTEN = {"\\": "\\textbackslash{}", "^": "\\textasciicircum{}", "~": "\\textasciitilde{}",
            **{sign: "\\" + sign for sign in "%#&_${}"}}  # fmt: skip


def read_words(source: str) -> list[tuple[str, bool]]:
    """The words as (text, whether it is a formula)."""
    pieces = re.split(r"(?<!\\)\$([^$]*)(?<!\\)\$|\\\((.*?)\\\)", source)
    found = []
    for place, piece in enumerate(pieces):
        if piece is None or piece == "":
            continue
        if place % 3:
            found.append((piece, True))
        else:
            found.append((_ESCAPE.sub(_meant, piece), False))
    return found


def _meant(found: re.Match) -> str:
    if found["sign"]:
        return found["sign"]
    if found["named"]:
        return _NAMED[found["named"]]
    if found["space"] or found[0] == "~":
        return " "
    return ""


def write_words(words: str) -> str:
    r"""What goes between the braces of ``\text{}``."""
    return "".join(_WRITTEN.get(char, char) for char in words)


# --- chemistry: what a school writes within \ce{...} ---

_CHEMISTRY = re.compile(
    r"(?P<arrow><=>|<->|->|<-)(?:\[(?P<over>[^\]]*)\])?(?:\[(?P<under>[^\]]*)\])?|\^(?:\{(?P<charge>[^}]*)\}|(?P<sign>\d*[+-]))"
    r"|_\{?(?P<low>\w+)\}?|(?P<gas>(?<=\s)\^(?=\s|$))|(?P<solid>(?<=\s)v(?=\s|$))|(?P<amount>(?<![A-Za-z)\]])\d+(?:/\d+)?)"
    r"|(?P<count>(?<=[A-Za-z)\]])\d+)|(?P<ion>(?<=[A-Za-z0-9)\]])[+-](?=\s|$))|(?P<letters>[A-Za-z]+)|(?P<space>\s+)|(?P<other>.)",
    re.DOTALL,
)
_ARROWS = {"->": "rightarrow", "<-": "leftarrow", "<=>": "rightleftharpoons", "<->": "leftrightarrow"}


def chemistry(source: str) -> str:
    r"""LaTeX of what stands within ``\ce{...}``: letters upright, counts below, charges above, arrows."""
    return "".join(_chemical(found) for found in _CHEMISTRY.finditer(source))


def _chemical(found: re.Match) -> str:
    kind = found.lastgroup
    if found["arrow"]:
        name = _ARROWS[found["arrow"]]
        over, under = chemistry(found["over"] or ""), chemistry(found["under"] or "")
        return f"\\x{name}[{under}]{{{over}}}" if over or under else f"\\{name} "
    if found["charge"] is not None or found["sign"]:
        return f"^{{{found['charge'] if found['charge'] is not None else found['sign']}}}"
    if kind in ("low", "count"):
        return f"_{{{found[kind]}}}"
    if kind == "ion":
        return f"^{{{found[0]}}}"
    if kind == "letters":
        return f"\\mathrm{{{found[0]}}}"
    return {"gas": "\\uparrow ", "solid": "\\downarrow ", "space": " "}.get(kind, found[0])
