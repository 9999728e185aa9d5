"""PURE. Letters of Vietnamese texts that went wrong: alien alphabets, impossible marks, junk of old fonts.

Each function takes words as people read them (no HTML, no formula) and gives the pieces found, each once, in order.
"""

import re
import unicodedata

from exambank import text

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_SHAPES = frozenset("\u0302\u031b")  # of â and ơ; the breve stands on ê in Ê-đê names
_VOWELS = frozenset("aeiouy")
# accented consonants of names that stand in real texts: España, Gdańsk, Ćurčić
_FOREIGN = frozenset("ñćśźńĺŕǵ")

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")
_FORMULA = re.compile(r"\\\(.*?\\\)", re.DOTALL)

# Letters of other alphabets that pass for Latin ones. Ω, μ, Δ, π and their like are symbols and pass.
_LOOKALIKE_GREEK = frozenset("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧιικορυχν")


def without_formulas(words: str) -> str:
    """The words without the TeX that stands between ``\\(`` and ``\\)``."""
    return _FORMULA.sub(" ", words)


def mixed_script_words(words: str) -> list[tuple[str, str]]:
    """Words in which a letter of another alphabet stands among Latin ones: (word, the alien letters)."""
    found = {}
    for word in _WORD.findall(text.nfc(words)):
        if not text.has_mixed_script(word):
            continue
        alien = [char for char in word if _is_alien(char)]
        if alien and any(_is_latin(char) for char in word):
            found.setdefault(word, "".join(dict.fromkeys(alien)))
    return list(found.items())


def _is_latin(char: str) -> bool:
    return unicodedata.name(char, "").startswith("LATIN")


def _is_alien(char: str) -> bool:
    name = unicodedata.name(char, "")
    if not char.isalpha() or name.startswith(("LATIN", "MODIFIER", "MICRO", "FEMININE", "MASCULINE")):
        return False
    return char in _LOOKALIKE_GREEK if name.startswith("GREEK") else True


def impossible_words(words: str) -> list[str]:
    """Words no keyboard gives on purpose: two tone marks on one vowel group, a tone mark on a consonant or nowhere."""
    return list(dict.fromkeys(word for word in _words_with_marks(words) if _is_impossible(word)))


def _words_with_marks(words: str) -> list[str]:
    # a mark that begins a word sits on nothing
    return re.findall(r"(?:[^\W\d_]|[\u0300-\u036f])+", text.nfc(words))


def _is_impossible(word: str) -> bool:
    tones = 0  # within the present group of vowels
    for char in word:
        base, *marks = unicodedata.normalize("NFD", char)
        if unicodedata.combining(base):  # composes with no letter before it
            if base in _TONES or base in _SHAPES:
                return True
            continue  # other marks belong to names of other peoples: Ê̆
        toned = [mark for mark in marks if mark in _TONES]
        if base.lower() not in _VOWELS:
            if toned and (char.lower() not in _FOREIGN or _is_vietnamese(word)):
                return True
            tones = 0
            continue
        tones += len(toned)
        if tones > 1:
            return True
    return False


def _is_vietnamese(word: str) -> bool:
    """Whether a vowel of it has a tone."""
    parts = (unicodedata.normalize("NFD", char) for char in word)
    return any(base.lower() in _VOWELS and not _TONES.isdisjoint(marks) for base, *marks in parts)


_OLD_PLACES = re.compile(r"(?:[òóỏõọ][ae]|(?<!q)[ùúủũụ]y)(?![^\W\d_])")
_NEW_PLACES = re.compile(r"(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])(?![^\W\d_])")


def tone_placements(words: str) -> tuple[str | None, str | None]:
    """The first word written the old way (hòa, thủy) and the first written the new way (hoà, thuỷ)."""
    old = new = None
    for word in _WORD.findall(text.nfc(words)):
        folded = word.lower()
        old = old or (word if _OLD_PLACES.search(folded) else None)
        new = new or (word if _NEW_PLACES.search(folded) else None)
    return old, new


# TCVN3 (.VnTime) read as Latin-1: each of these stands inside or at the edge of a word only there.
_L = r"[^\W\d_]"
_TCVN3 = re.compile(
    "|".join(
        (
            rf"{_L}[¸¶¨¾¼½©¬®ªº](?={_L})",  # ph©n, viªn
            rf"{_L}[¸¶¨](?!\w)",  # qu¶ at the end of a word
            rf"(?<!\w)[®§¸¶¬](?={_L})",  # ®éng, §¶ng
            rf"{_L}[\u03bc\u00b5](?={_L})",  # lμm; not μm, not kμ
            rf"{_L}*[\u2212](?=[¬êëÊé®îïíµ¸]|[acintu]{_L})",  # th−¬ng, tr−êng, nh−ng
        )
    )
)
# VNI: base letter and mark are two letters of Latin-1 ("Ñaïi hoïc", "coâng daân")
_VNI = re.compile(
    r"[aeiouyAEIOUY][øûïåäëöüÿØÛÏÅÄËÖÜ]|[aeouAEOU][ïÏ]|\b[ñÑ](?=[aeiouyAEIOUYöÖ])|[öÖ][øûïùõØÛÏÙÕ]|[oO][âåäàáÂÅÄ](?=n)"
)
_JUNK_WORD = re.compile(r"\S+")


def legacy_words(words: str) -> list[str]:
    """Words left over from the old fonts TCVN3 (.VnTime) and VNI; a single odd foreign name is none."""
    composed = text.nfc(words)
    found = [word for word in _JUNK_WORD.findall(composed) if _is_tcvn3(word)]
    vni = [word for word in _JUNK_WORD.findall(composed) if _VNI.search(word)]
    if len(set(vni)) > 1 and len(vni) * 3 >= len(composed.split()):  # Citroën, Müller and Noël come now and then
        found += vni
    return list(dict.fromkeys(word.strip(".,;:?!()") for word in found))


def _is_tcvn3(word: str) -> bool:
    hit = _TCVN3.search(word)
    return hit is not None and sum(char.isalpha() for char in word) > 1
