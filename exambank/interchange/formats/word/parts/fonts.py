"""PURE. What the letters of a run really say: the old fonts of before Unicode, told by their names, and symbols."""

import re

from exambank.interchange.formats.word.parts.symbols import is_symbol_font, sign_of
from exambank.interchange.formats.word.parts.tcvn3 import TCVN3
from exambank.interchange.formats.word.parts.vni import from_vni

PLAIN, CAPITALS, VNI, SYMBOLS = "tcvn3", "tcvn3-capitals", "vni", "symbols"
_TCVN3_NAME = re.compile(r"\.?vn(?!i\b|i[-\s_])[a-z0-9]|tcvn3", re.IGNORECASE)
_VNI_NAME = re.compile(r"vni[-\s_]", re.IGNORECASE)
# letters that exist in Unicode only: a run that has them was never typed for an old font
UNICODE_ONLY = re.compile("[\u1e00-\u1eff]")
HIGH = re.compile("[\u0080-\uffff]")


def encoding_of(font: str) -> str:
    """How the letters of a run in this font are meant: "" for Unicode."""
    if _VNI_NAME.match(font):
        return VNI
    if _TCVN3_NAME.match(font):
        return CAPITALS if font.endswith("H") else PLAIN
    return SYMBOLS if is_symbol_font(font) else ""


def decode(text: str, encoding: str, font: str = "") -> str:
    """The text as it is seen; letters that the old font cannot have meant stay as they are."""
    if encoding == CAPITALS:
        return "".join(_letter(sign) for sign in text).upper()
    if encoding == PLAIN:
        return _capitals("".join(_letter(sign) for sign in text))
    if encoding == VNI:
        return from_vni("".join(_as_windows(sign) for sign in text))
    if encoding == SYMBOLS:
        return "".join(sign_of(font, ord(sign)) if sign >= "!" else sign for sign in text)
    return _PRIVATE.sub(lambda found: sign_of("symbol", ord(found[0])), text)


_PRIVATE = re.compile("[\uf020-\uf0ff]")
# the rare fonts with marked capitals have them where Windows has its quotes and dashes: only a sign that stands where
# no quote or dash can stand is taken for the letter
_CAPITAL = "A-ZĂÂÊÔƠƯĐÀ-Ỹ"
_SURELY = re.compile(
    f"[ƒ‚„†‡ˆ‰Š‹ŒŽ˜š›œžŸ\x81\x8d\x8f\x90\x9d]|(?<=[{_CAPITAL}])[€“‘•–—™]|(?<=[{_CAPITAL}])[’”…](?=[A-ZĂÂÊÔƠƯĐ])"
)


def _letter(sign: str) -> str:
    byte = _BYTES.get(sign, 0)
    return TCVN3[byte] if byte >= 0xA0 else sign


def _capitals(text: str) -> str:
    for _round in range(6):  # one capital may tell the next; no word has more of them in a row
        shown = _SURELY.sub(lambda found: TCVN3[_BYTES[found[0]]], text)
        if shown == text:
            break
        text = shown
    return text


# two bytes that programs displace: 0xAD (ư) becomes a minus or a hyphen, 0xB5 (à) the Greek letter
_DISPLACED = {"\u2212": 0xAD, "\u2011": 0xAD, "\u03bc": 0xB5}


def _bytes() -> dict[str, int]:
    """The byte of each sign: as the Vietnamese, then the Western Windows shows it, as itself, as a private letter.

    Later lines win: only where the Western page has no such sign may it have come through the Vietnamese page.
    """
    found: dict[str, int] = {}
    for page in ("cp1258", "cp1252"):
        for byte in range(0x80, 0x100):
            sign = bytes([byte]).decode(page, "replace")
            if sign != "\ufffd":
                found[sign] = byte
    for byte in range(0x80, 0x100):
        found.setdefault(chr(byte), byte)
        found[chr(0xF000 + byte)] = byte
    return found | _DISPLACED


_BYTES = _bytes()


def _as_windows(sign: str) -> str:
    """The sign as the Western Windows shows its byte: VNI was typed on it."""
    byte = 0 if sign in _DISPLACED else _BYTES.get(sign, 0)
    return bytes([byte]).decode("cp1252") if byte >= 0xA0 else sign
