"""PURE. Letters of Unicode's mathematical alphabets as plain letters with a style."""

import unicodedata
from functools import lru_cache

_STYLES = {
    "DOUBLE-STRUCK": "double-struck", "SCRIPT": "script", "FRAKTUR": "fraktur", "BLACK-LETTER": "fraktur",
    "SANS-SERIF": "sans-serif", "MONOSPACE": "monospace", "BOLD ITALIC": "bold-italic", "BOLD": "bold", "ITALIC": "",
}  # fmt: skip


@lru_cache(maxsize=4096)
def plain_letter(char: str) -> tuple[str, str]:
    """The plain letter and its style: 𝑥 is ("x", ""), ℝ is ("R", "double-struck")."""
    if char.isascii() or char in "ℓℏ℘ℜℑ":
        return char, ""
    plain = unicodedata.normalize("NFKC", char)
    name = unicodedata.name(char, "")
    if len(plain) != 1 or plain == char or not plain.isalnum():
        return char, ""
    if "MATHEMATICAL" in name or 0x2100 <= ord(char) <= 0x214F:
        return plain, next((style for key, style in _STYLES.items() if key in name), "")
    return char, ""


def symbol_font(code: str) -> str:
    """The character of Word's Symbol font with this code ("F061"); "" when it is not known."""
    try:
        return _SYMBOL_FONT.get(int(code, 16) & 0xFF, "")
    except ValueError:
        return ""


_SYMBOL_FONT = dict(zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True)) | dict(
    zip(range(0x41, 0x5B), "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", strict=True)
) | {0xA3: "≤", 0xB3: "≥", 0xB9: "≠", 0xBB: "≈", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xA5: "∞", 0xCE: "∈", 0xCF: "∉",
0xC7: "∩",
     0xC8: "∪", 0xCC: "⊂", 0xCD: "⊆", 0xC6: "∅", 0xAE: "→", 0xAC: "←", 0xAB: "↔", 0xDE: "⇒", 0xDB: "⇔", 0xD0: "∠",
     0x5E: "⊥",
     0xB0: "°", 0xA2: "′", 0xD7: "⋅", 0x22: "∀", 0x24: "∃", 0xF2: "∫", 0xE5: "∑", 0xD6: "√", 0xB6: "∂", 0xD1: "∇",
     0xBA: "≡",
     0x7E: "∼", 0x2D: "−", 0x2B: "+", 0x3D: "="}  # fmt: skip
