"""PURE. Formulas that stand in plain words between delimiters."""

import html
import re
from collections.abc import Iterator

from exambank import text

# what a person may not have meant as a formula stays as it is: nothing between, or no end on the way
_ALWAYS = (
    r"(?P<round>\\\()|(?P<square>\\\[)|\$\$(?P<dollars>[^$]+?)\$\$|(?P<olx>\[mathjaxinline\])|(?P<olxblock>\[mathjax\])"
    r"|\\begin\{(?P<name>equation|align|gather|multline|eqnarray)(?P<star>\*?)\}"
)
_DOLLAR = r"|(?<![\\$\w])\$(?P<dollar>[^\s$](?:[^$]*?[^\s$\\])?)\$(?![\w$])"
_DELIMITED = {True: re.compile(_ALWAYS), "dollar": re.compile(_ALWAYS + _DOLLAR)}
_ENDS = {"round": "\\)", "square": "\\]", "olx": "[/mathjaxinline]", "olxblock": "[/mathjax]"}
_BOX = re.compile(r"\\[mh]box(?![a-zA-Z])")  # KaTeX does not know it
_SIGNS = ("\\(", "\\[", "$", "[mathjax", "\\begin{")


def split_formulas(words: str, delimiters: bool | str = True) -> list[tuple[str, bool]]:
    """The words in pieces: (text, whether it is LaTeX)."""
    if not delimiters or not any(sign in words for sign in _SIGNS):
        return [(words, False)]
    pieces, last = [], 0
    for start, end, tex in _formulas(words, _DELIMITED[delimiters]):
        if start > last:
            pieces.append((words[last:start], False))
        pieces.append((tex, True))
        last = end
    if last < len(words):
        pieces.append((words[last:], False))
    return pieces


def _formulas(words: str, delimited: re.Pattern) -> Iterator[tuple[int, int, str]]:
    """(start, end, LaTeX) of each; an end that was once not found is not looked for again: it lies nowhere behind."""
    at, endless = 0, set()
    while (found := delimited.search(words, at)) is not None:
        closing = f"\\end{{{found['name']}{found['star']}}}" if found["name"] else _ENDS.get(found.lastgroup or "")
        if closing is None:
            at, tex = found.end(), found[found.lastgroup].strip()
        else:
            end = -1 if closing in endless else words.find(closing, found.end() + 1)
            if end < 0:
                endless.add(closing)
                at = found.start() + 1
                continue
            at, tex = end + len(closing), _inner(words[found.end() : end].strip(), found["name"])
        if tex:
            yield found.start(), at, tex


def _inner(tex: str, name: str | None) -> str:
    """What stands between the delimiters; of an environment, one that also stands within a formula."""
    name = {"align": "aligned", "eqnarray": "aligned", "gather": "gathered"}.get(name or "")
    return f"\\begin{{{name}}}{tex}\\end{{{name}}}" if name and tex else tex


def tex_span(tex: str) -> str:
    """A formula as the bank keeps it."""
    tex = _BOX.sub(r"\\text", text.nfc(tex.strip()))
    return f'<span data-tex="{html.escape(tex, quote=False).replace(chr(34), "&quot;")}"></span>'


def escaped(words: str) -> str:
    """Plain words as HTML on one line; a fixed blank is a blank."""
    return html.escape(re.sub(r"\s+", " ", words), quote=False)
