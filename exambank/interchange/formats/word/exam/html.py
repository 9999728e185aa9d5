"""PURE. Text with looks into the bank's HTML."""

import html
import re
from collections.abc import Iterable

from exambank.interchange.formats.word.exam.lines import TABLE, Line
from exambank.interchange.formats.word.parts.blocks import Cell, Paragraph, Table
from exambank.interchange.formats.word.parts.rich import Look, Rich, Span, Thing

WHOLE = 0.8  # from this share on a look is that of the whole text and says nothing
_LOOKS = ("bold", "italic", "underline", "strike")
_TAGS = {"bold": "b", "italic": "i", "underline": "u", "strike": "s"}


def whole_looks(rich: Rich) -> set[str]:
    """The looks that (almost) all letters of a text have."""
    letters = sum(map(_letters, rich.spans))
    if not letters:
        return set()
    return {
        name
        for name in ("bold", "italic", "underline")
        if sum(_letters(span) for span in rich.spans if getattr(span.look, name)) >= WHOLE * letters
    }


def _letters(span: Span) -> int:
    return 0 if span.thing else len(span.text.strip())


def to_html(rich: Rich, without: Iterable[str] = ()) -> str:
    """The text as HTML; the looks named in ``without`` say something else and are left out."""
    dropped = set(without)
    shown = "".join(_span(span, dropped) for span in _tidied(rich.spans))
    shown = re.sub(r"</(b|i|u|s)>( ?)<\1>", r"\2", shown)
    return re.sub(r"(?: ?<br> ?)+", lambda found: "<br>" * min(found[0].count("<br>"), 2), shown).strip()


def _tidied(spans: Iterable[Span]) -> list[Span]:
    """White space made single across spans; line breaks stay."""
    found: list[Span] = []
    ends_in_space = True
    for span in spans:
        if span.thing:
            found.append(span)
            ends_in_space = False
            continue
        words = re.sub(r"[ \t\r\f\v]*\n[ \t\r\f\v]*", "\n", span.text)
        words = re.sub(r"[ \t\r\f\v]+", " ", words)
        if ends_in_space:
            words = words.lstrip(" ")
        if words:
            found.append(span._replace(text=words))
            ends_in_space = words[-1] in " \n"
    return found


def _span(span: Span, dropped: set[str]) -> str:
    if span.thing:
        return _thing(span.thing)
    shown = html.escape(span.text, quote=False).replace("\n", "<br>")
    if not shown.replace("<br>", "").strip():
        return shown
    look: Look = span.look
    if look.place:
        shown = f"<{look.place}>{shown}</{look.place}>"
    for name in _LOOKS:
        if name not in dropped and getattr(look, name):
            tag = _TAGS[name]
            lead, trail = len(shown) - len(shown.lstrip(" ")), len(shown) - len(shown.rstrip(" "))
            core = shown.strip(" ")
            shown = f"{' ' * lead}<{tag}>{core}</{tag}>{' ' * trail}"
    return shown


def _thing(thing: Thing) -> str:
    if thing.kind == "formula":
        return f'<span data-tex="{html.escape(thing.value)}"></span>'
    if thing.kind == "picture":
        return f'<img data-media="{html.escape(thing.value)}" alt="{html.escape(thing.alt)}">'
    return html.escape(thing.value, quote=False)


def lines_html(lines: list[Line], without: Iterable[str] = ()) -> str:
    """Several lines: one stands bare, more are paragraphs, tables stay tables."""
    pieces = []
    for line in lines:
        if line.role == TABLE:
            pieces.append(table_html(line.table))
        else:
            shown = to_html(line.rich, without)
            if shown:
                pieces.append(f"<p>{shown}</p>")
    if len(pieces) == 1 and pieces[0].startswith("<p>"):
        return pieces[0][3:-4]
    return "".join(pieces)


def table_html(table: Table) -> str:
    """A table of data as it stands."""
    rows = []
    for row in table.rows:
        cells = "".join(f"<td>{_cell(cell)}</td>" for cell in row)
        rows.append(f"<tr>{cells}</tr>")
    return f"<table><tbody>{''.join(rows)}</tbody></table>"


def _cell(cell: Cell) -> str:
    pieces = []
    for block in cell.blocks:
        if isinstance(block, Paragraph):
            pieces.append(to_html(block.rich))
        else:
            pieces.append(" | ".join(one.text for row in block.rows for one in row))
    return "<br>".join(piece for piece in pieces if piece)
