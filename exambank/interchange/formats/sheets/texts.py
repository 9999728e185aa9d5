r"""PURE. Stored HTML as the text of a cell, and back: plain where that loses nothing, else the HTML itself."""

import html
import re
from collections.abc import Callable

from exambank.bank import rules
from exambank.interchange.sheet import CELL_TEXT_LIMIT, clean

PLAIN, MARKUP = "văn bản", "HTML"
_WORDS = {PLAIN: False, "van ban": False, "text": False, "plain": False, MARKUP.lower(): True}
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_KEY = re.compile(r'\bdata-media="([^"]*)"')
_ALT = re.compile(r'\balt="([^"]*)"')


class NotPlain(ValueError):
    """Plain text would lose something of it."""


def is_markup(cell: str) -> bool | None:
    """What the column "Cách ghi" says of the row's texts; None when it does not say that our export wrote them."""
    return _WORDS.get(cell.strip().lower())


def without_pictures(stored: str, name_of: Callable[[str], str]) -> str:
    """HTML whose pictures are left out, their words or else their names staying: a table holds no bytes."""
    if "<img" not in stored:
        return stored

    def words(tag: re.Match) -> str:
        alt, key = _ALT.search(tag[0]), _KEY.search(tag[0])
        return f"[{alt[1] if alt and alt[1] else html.escape(name_of(key[1] if key else ''), quote=False)}]"

    return rules.sanitize_html(_IMAGE.sub(words, stored))


def cell_of(stored: str, as_markup: bool) -> str:
    """The text of a cell for this HTML. NotPlain when it has to be markup and is not."""
    return _markup(stored) if as_markup else _plain(stored)


def line_of(stored: str, as_markup: bool) -> str:
    """The same on one line."""
    cell = cell_of(stored, as_markup)
    if "\n" in cell:
        raise NotPlain()
    return cell


def _plain(stored: str) -> str:
    if "<" not in stored and "&" not in stored and clean(stored) == stored and rules.html_from_text(stored) == stored:
        return stored
    for shown in (rules.editable_text, rules.plain_text):
        plain = clean(shown(stored))
        if len(plain) <= CELL_TEXT_LIMIT and rules.sanitize_html(rules.html_from_text(plain)) == stored:
            return plain
    raise NotPlain()


def _markup(stored: str) -> str:
    """HTML on one line, in which letters that a cell would change are spelled by their numbers."""
    if clean(stored) == stored and "\n" not in stored:
        return stored
    return "".join(letter if clean(f"x{letter}x") == f"x{letter}x" and letter != "\n" else f"&#{ord(letter)};"
                   for letter in stored)  # fmt: skip


def html_of(cell: str, as_markup: bool) -> str:
    """The stored HTML that a cell means."""
    return rules.sanitize_html(cell) if as_markup else rules.html_from_text(cell)


def escaped(words: str, as_markup: bool) -> str:
    """Plain words where the row's texts are markup."""
    return html.escape(words, quote=False) if as_markup else words
