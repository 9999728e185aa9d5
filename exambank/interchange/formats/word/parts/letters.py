"""PURE. Pieces of a paragraph into one text: old fonts made Unicode, letters joined over runs, one normal form."""

import re
import unicodedata
from collections.abc import Iterable

from exambank import text
from exambank.interchange.formats.word.parts.fonts import HIGH, SYMBOLS, UNICODE_ONLY, VNI, decode
from exambank.interchange.formats.word.parts.rich import Rich, Span
from exambank.interchange.formats.word.parts.runs import Piece
from exambank.interchange.formats.word.parts.vni import BASES, MARKS

_ODD = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u01a2\u01a3\u00a0\u2000-\u200a\u202f\u3000\u2011\u000b\u000c]"
)
_MADE = {"\u01a2": "Ư", "\u01a3": "ư", "\u2003": "  ", "\u3000": "  ", "\u2011": "-", "\u000b": "\n", "\u000c": "\n"}
MOST_SPACES = 40
_SEA = re.compile(rf"([ \t]{{{MOST_SPACES}}})[ \t]+|(\n{{{MOST_SPACES}}})\n+")
_SEA_CUT = r"\1\2"
_SPACES = frozenset("\u00a0\u2000\u2001\u2002\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f")


def is_old(paragraphs: Iterable[list[Piece]]) -> bool:
    """Whether the file's old fonts are really used for old letters.

    Word shows Unicode letters in a font of such a name too (it borrows them from another font); where most
    paragraphs have letters that only Unicode has, all are Unicode.
    """
    unicode = old = 0
    for pieces in paragraphs:
        high = [one.text for one in pieces if one.encoding not in ("", SYMBOLS) and HIGH.search(one.text)]
        if high:
            is_unicode = any(map(UNICODE_ONLY.search, high))
            unicode, old = unicode + is_unicode, old + (not is_unicode)
    return old > unicode


def rich_of(pieces: list[Piece], old_fonts: bool) -> Rich:
    """The text that a person sees."""
    if any(one.encoding for one in pieces):
        pieces = _decoded(pieces, old_fonts)
    spans = [Span(_tidy(one.text), one.look, one.thing) for one in pieces]
    return Rich(_without_seas(_composed(spans)))


def _decoded(pieces: list[Piece], old_fonts: bool) -> list[Piece]:
    old = [one.text for one in pieces if one.encoding not in ("", SYMBOLS)]
    is_unicode = not old_fonts or any(map(UNICODE_ONLY.search, old))
    found: list[Piece] = []
    for piece in pieces:
        last = found[-1] if found else None
        is_pair_cut = (
            piece.encoding == VNI == (last and last.encoding)
            and last.text[-1:] in BASES and piece.text[:1] in MARKS and not is_unicode
        )  # fmt: skip
        if is_pair_cut:
            found[-1] = last._replace(text=last.text + piece.text[0])
            piece = piece._replace(text=piece.text[1:])
        found.append(piece)
    return [
        one if one.thing or not one.encoding or (is_unicode and one.encoding != SYMBOLS)
        else one._replace(text=decode(one.text, one.encoding, one.font))
        for one in found
    ]  # fmt: skip


def _tidy(piece: str) -> str:
    if piece.isascii():
        return piece
    piece = decode(piece, "") if max(piece) >= "\uf020" else piece
    return text.strip_control(_ODD.sub(_made, piece))


def _made(found: re.Match) -> str:
    sign = found[0]
    return " " if sign in _SPACES else _MADE.get(sign, "")


def _composed(spans: list[Span]) -> list[Span]:
    """Each span in NFC; a mark that begins a span belongs to the letter before it."""
    found: list[Span] = []
    for span in spans:
        letters = span.text
        while letters and found and not found[-1].thing and unicodedata.combining(letters[0]):
            found[-1] = found[-1]._replace(text=found[-1].text + letters[0])
            letters = letters[1:]
        if letters:
            found.append(span._replace(text=letters))
    return [one if one.text.isascii() else one._replace(text=unicodedata.normalize("NFC", one.text)) for one in found]


def _without_seas(spans: list[Span]) -> list[Span]:
    """White space of more signs than anyone types on purpose is cut, also where it reaches over several runs."""
    found, before = [], 0
    for span in spans:
        letters = _SEA.sub(_SEA_CUT, span.text)
        if not letters.strip() and before >= MOST_SPACES:
            continue
        before = before + len(letters) if not letters.strip() else len(letters) - len(letters.rstrip())
        found.append(span._replace(text=letters))
    return found
