"""PURE. When a short text that a candidate typed says the same as an accepted one.

Always alike, whatever the choices: composed and decomposed letters, spaces more or fewer, the kinds of apostrophe and
dash, and where the tone stands in a syllable (hòa and hoà, thủy and thuỷ: Vietnamese has one tone a syllable, and two
schools of where to write it). By choice: small and capital letters, all marks, and "*" for any run of letters.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from exambank import text

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_TYPOGRAPHY = str.maketrans("‘’ʼ′“”‐‑–—−", "''''\"\"-----")
_STAR = "\ue000"  # stands for a star that is meant as a star (typed "\*"); private, so no text holds it


@dataclass(frozen=True)
class TextRule:
    """The choices of one question."""

    ignore_case: bool = True
    ignore_diacritics: bool = False
    wildcards: bool = False

    @classmethod
    def parse(cls, scoring: Any) -> "TextRule":
        """The rule as a content holds it; choices that are not there have their default."""
        given = scoring if isinstance(scoring, dict) else {}
        return cls(
            ignore_case=bool(given.get("ignore_case", True)),
            ignore_diacritics=bool(given.get("ignore_diacritics", False)),
            wildcards=bool(given.get("wildcards", False)),
        )

    def as_dict(self) -> dict[str, bool]:
        """The rule as a content holds it."""
        return {
            "ignore_case": self.ignore_case,
            "ignore_diacritics": self.ignore_diacritics,
            "wildcards": self.wildcards,
        }


def text_key(written: str, rule: TextRule) -> str:
    """The form in which two texts are compared: two texts say the same when their keys are equal."""
    return _tones_last(_folded(written, rule))


def is_alike(given: str, accepted: str, rule: TextRule) -> bool:
    """Whether what was given says the same as an accepted text, whose "*" is any run of letters if the rule says so."""
    if not rule.wildcards or "*" not in accepted:
        return text_key(given, rule) == text_key(accepted, rule)
    # A star inside a syllable parts it from its tone: then the letters as they were typed decide as well.
    return _fits(given, accepted, rule, _tones_last) or _fits(given, accepted, rule, lambda folded: folded)


def _fits(given: str, pattern: str, rule: TextRule, last: Callable[[str], str]) -> bool:
    """Match piece by piece from the left, each at its first place: it never goes back, so no pattern is a bomb."""
    whole = last(_folded(given, rule))
    pieces = [last(piece).replace(_STAR, "*") for piece in _folded(pattern.replace("\\*", _STAR), rule).split("*")]
    if len(pieces) == 1:
        return whole == pieces[0]
    first, *middle, final = pieces
    if not whole.startswith(first) or len(whole) < len(first) + len(final) or not whole.endswith(final):
        return False
    at, end = len(first), len(whole) - len(final)
    for piece in middle:
        found = whole.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _folded(written: str, rule: TextRule) -> str:
    tidy = " ".join(text.nfc(text.strip_control(written)).translate(_TYPOGRAPHY).split())
    if rule.ignore_case:
        tidy = text.nfc(tidy.casefold())
    if rule.ignore_diacritics:
        letters = unicodedata.normalize("NFD", tidy).translate(str.maketrans("đĐ", "dD"))
        tidy = text.nfc("".join(char for char in letters if not unicodedata.combining(char)))
    return tidy


def _tones_last(folded: str) -> str:
    """Write each syllable's tone behind it."""
    found: list[str] = []
    tones: list[str] = []
    for char in unicodedata.normalize("NFD", folded):
        if char in _TONES:
            tones.append(char)
            continue
        if not char.isalpha() and not unicodedata.combining(char):
            found += tones
            tones = []
        found.append(char)
    return "".join(found + tones)
