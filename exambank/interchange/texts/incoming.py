"""PURE. Foreign HTML, XHTML and plain text as the bank's own HTML; what cannot be taken along is told."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml import etree

from exambank import text
from exambank.bank import rules
from exambank.interchange.neutral import Problem
from exambank.interchange.texts.door import parse_html
from exambank.interchange.texts.formulas import escaped, split_formulas, tex_span
from exambank.interchange.texts.walking import Walker

PictureFinder = Callable[[str, str], str | None]
Special = Callable[[etree._Element], str]


_MOST_ROUNDS = 3


@dataclass(frozen=True)
class Html:
    """A text as the bank stores it, and what was wrong with it on the way."""

    html: str
    problems: tuple[Problem, ...] = ()


def no_picture(src: str, alt: str) -> None:
    """Where no pictures come along, every picture is missing."""
    return None


def read_html(
    source,
    *,
    picture: PictureFinder = no_picture,
    tex_delimiters: bool | str = True,
    unwrap: bool = True,
    special: Mapping[str, Special] | None = None,
) -> Html:
    """The bank's HTML of foreign markup, given as a string or as an element whose content is read.

    ``picture(src, alt)`` gives a media id or None; ``special`` gives HTML for elements of the caller's own by their
    local names; ``unwrap``: a text that is one paragraph stands without ``<p>``. Reading twice changes nothing.
    """
    if isinstance(source, str):
        source = text.nfc(text.strip_control(source))
        if "<" not in source:
            words = text.nfc(text.strip_control(html.unescape(source))) if "&" in source else source
            return Html(_finished(_line(words, tex_delimiters)))
        source = parse_html(source)
    walker = Walker(picture, tex_delimiters, special or {})
    found = walker.read(source, unwrap=unwrap)
    kept = rules.sanitize_html(found)
    for _round in range(_MOST_ROUNDS):
        if kept == found or "<" not in kept:
            break
        # broken markup (a cell without its table) was mended on the way: what it became is read as itself
        found = walker.read(parse_html(kept), unwrap=unwrap)
        kept = rules.sanitize_html(found)
    return Html(kept, tuple(walker.problems))


def read_plain(plain: str, *, tex_delimiters: bool | str = True) -> Html:
    """The bank's HTML of plain text: blank lines part paragraphs, line ends become breaks, nothing is markup."""
    tidy = text.nfc(text.strip_control(plain)).replace("\r\n", "\n").replace("\r", "\n").strip()
    paragraphs = [part for part in re.split(r"\n[ \t]*\n\s*", tidy) if part.strip()]
    lines = [
        "<br>".join(_line(line, tex_delimiters) for line in _kept_formulas(part, tex_delimiters)) for part in paragraphs
    ]
    joined = lines[0] if len(lines) == 1 else "".join(f"<p>{line}</p>" for line in lines)
    return Html(_finished(joined))


def _kept_formulas(paragraph: str, delimiters: bool | str) -> list[str]:
    """The lines of a paragraph; a formula that goes over a line end is put on one line first."""
    pieces = split_formulas(paragraph, delimiters)
    if len(pieces) == 1 and not pieces[0][1]:
        return paragraph.split("\n")
    whole = "".join(f"\\({' '.join(piece.split())}\\)" if is_tex else piece for piece, is_tex in pieces)
    return whole.split("\n")


def _line(words: str, delimiters: bool | str) -> str:
    pieces = split_formulas(words, delimiters)
    return "".join(tex_span(piece) if is_tex else escaped(piece) for piece, is_tex in pieces).strip()


def _finished(markup: str) -> str:
    return rules.sanitize_html(markup) if "<" in markup or "&" in markup else markup
