"""Vietnamese text: one normal form, keys to sort and to search by, marks as people write and read them.

Everything here is pure: text or numbers in, text or numbers out; no request, no database, no clock.

The keys are stored in columns, so that ORDER BY and LIKE are right in a database that knows no Vietnamese. A
sort key holds only a-z and 0-9, and no two letters of it ever stand side by side, so that it sorts alike by
code points and by the rules of English or Vietnamese, whichever a database was set up with.
"""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

__all__ = [
    "format_points",
    "has_mixed_script",
    "name_sort_key",
    "nfc",
    "parse_points",
    "points_in_words",
    "search_key",
    "sort_key",
    "strip_control",
]


# --- one normal form ---

LINE_BREAKS = str.maketrans({"\x85": "\n", "\u2028": "\n", "\u2029": "\n"})

# Invisible, yet neither control nor format characters in Unicode's own classes.
INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufffe\uffff")
_HIDDEN_THOUGH_PRINTABLE = re.compile(f"[{''.join(sorted(INVISIBLE))}\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def nfc(text: str) -> str:
    """Compose `text` (NFC), as every input must be: otherwise two equal "ệ" may be unequal strings."""
    return unicodedata.normalize("NFC", text)


def strip_control(text: str) -> str:
    """Drop what nobody can see: NUL and other controls, zero-width and bidirectional marks, lone surrogates.

    Tab, line feed and carriage return stay; rarer line breaks become line feeds, so that words do not join.
    A soft hyphen goes too: whoever reads the old TCVN3 fonts must repair "ư" (0xAD) before.
    """
    if text.isprintable() and not _HIDDEN_THOUGH_PRINTABLE.search(text):
        return text  # nearly every text: told at the speed of C
    return "".join(char for char in text.translate(LINE_BREAKS) if not _is_hidden(char))


@lru_cache(maxsize=4096)
def _is_hidden(char: str) -> bool:
    if char in "\t\n\r":
        return False
    is_variation_selector = "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    return unicodedata.category(char) in ("Cc", "Cf", "Cs") or char in INVISIBLE or is_variation_selector


def has_mixed_script(word: str) -> bool:
    """Tell whether letters of two alphabets meet in one word, as a Cyrillic "о" does in a Latin "hоa".

    Such a word looks right and is found by nobody. "kΩ" is mixed as well: warn with this, do not refuse.
    """
    scripts = {_script(char) for char in nfc(word)} - {None}
    return len(scripts) > 1


@lru_cache(maxsize=4096)
def _script(char: str) -> str | None:
    """Name the alphabet of a letter, the first word of its Unicode name; None for anything else."""
    name = unicodedata.name(char, "")
    if not char.isalpha() or " LETTER " not in name or name.startswith("MODIFIER"):
        return None
    first, second = name.split()[:2]
    return second if first in ("FULLWIDTH", "HALFWIDTH") else first


# --- keys ---

# Primary units, one for each character. No unit is the beginning of another, and all begin above END.
END = "0"
SPACE = "100"
PUNCTUATION = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"  # in the order of Unicode collation
OTHER_SYMBOL, OTHER_LETTER = "199", "z9"  # followed by seven digits of code point
UNITS = (
    {letter: f"{letter}0" for letter in "abcdefghijklmnopqrstuvwxyz"}
    | {"ă": "a1", "â": "a2", "đ": "d1", "ê": "e1", "ô": "o1", "ơ": "o2", "ư": "u1"}
    | {"ƀ": "b1", "ð": "d2", "þ": "z1", "ø": "o0", "ł": "l0", "ı": "i0"}
    | {"æ": "a0e0", "œ": "o0e0", "ß": "s0s0"}
    | {mark: f"1{rank:02d}" for rank, mark in enumerate(PUNCTUATION, start=1)}
    | {" ": SPACE}
)

PLAIN = "1"
# none < huyền < hỏi < ngã < sắc < nặng, then the breve of Ê-đê and Gia-rai names (ĕ ŏ ŭ) and the circumflex
TONES = {
    "\u0300": "2",
    "\u0309": "3",
    "\u0303": "4",
    "\u0301": "5",
    "\u0323": "6",
    "\u0306": "7",
    "\u0302": "8",
}
OTHER_TONE = "9"
LOWER, UPPER = "1", "2"

TYPOGRAPHY = str.maketrans("‘’ʼ′“”‐‑–—−", "''''\"\"-----")
FOLDED_LETTERS = str.maketrans("đðƀøłı", "ddboli") | {ord("æ"): "ae", ord("œ"): "oe", ord("þ"): "th"}


def sort_key(text: str) -> str:
    """Give the key whose plain order is the Vietnamese order of `text`.

    Letters decide first (a ă â b c d đ ...), then the tones of the whole text (none < huyền < hỏi < ngã < sắc
    < nặng), then small before capital. Each level ends with "0", and nothing sorts below that. A key is up to
    five times as long as its Vietnamese text, and three more; a foreign character may take fourteen.
    """
    letters, tones, cases = _levels(_tidy(text))
    return END.join((letters, _trim(tones), _trim(cases), ""))


def name_sort_key(full_name: str) -> str:
    """Give the key by which people are listed: the given name (the last word), then the words before it.

    Small and capital letters count last of all, so that names typed in capitals mix with those that are not.
    """
    *before, given = _tidy(full_name).split() or [""]
    letters, tones, cases = _levels(given)
    letters_before, tones_before, cases_before = _levels(" ".join(before))
    levels = (letters, _trim(tones), letters_before, _trim(tones_before), _trim(cases + cases_before))
    return END.join((*levels, ""))


def search_key(text: str) -> str:
    """Fold `text` for searching: no marks, đ as d, small letters, single spaces.

    "Đặng Thị Hường" gives "dang thi huong"; Hòa and Hoà fold alike, and so do the two kinds of apostrophe.
    """
    folded = unicodedata.normalize("NFKD", _tidy(text)).casefold()
    folded = unicodedata.normalize("NFKD", folded).translate(TYPOGRAPHY).translate(FOLDED_LETTERS)
    return " ".join("".join(char for char in folded if not unicodedata.combining(char)).split())


def _tidy(text: str) -> str:
    return " ".join(nfc(strip_control(text)).translate(TYPOGRAPHY).split())


def _levels(text: str) -> tuple[str, str, str]:
    """Write `text` on the three levels: letters, tones, cases."""
    weights = [_weights(char) for char in text]
    letters, tones, cases = ("".join(weight[level] for weight in weights) for level in range(3))
    return letters, tones, cases


def _trim(level: str) -> str:
    """Leave out the plain end of a level. END sorts below PLAIN, so the order stays."""
    return level.rstrip(PLAIN)


@lru_cache(maxsize=4096)
def _weights(char: str) -> tuple[str, str, str]:
    """Give the letter, the tone and the case of one composed character."""
    base, *marks = unicodedata.normalize("NFD", char)
    if unicodedata.combining(base):  # a mark that composes with no letter, as the breve of "ê̆"
        return "", "".join(TONES.get(mark, OTHER_TONE) for mark in (base, *marks)), ""
    letter = base.lower()
    for mark in marks:
        if nfc(letter + mark) in UNITS:  # the mark makes another letter: ă, â, ê, ô, ơ, ư
            letter = nfc(letter + mark)
            marks.remove(mark)
            break
    tones = "".join(TONES.get(mark, OTHER_TONE) for mark in marks)
    return _unit(letter), PLAIN + tones, UPPER if base.isupper() else LOWER


def _unit(letter: str) -> str:
    if letter in UNITS:
        return UNITS[letter]
    digit = unicodedata.digit(letter, None)
    if digit is not None:
        return f"2{digit}"
    return f"{OTHER_LETTER if letter.isalpha() else OTHER_SYMBOL}{ord(letter[0]):07d}"


# --- points ---

TYPED_POINTS = re.compile(r"[+\-−]?[0-9]{1,12}(?:[.,][0-9]{1,12})?")

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
DIGITS_AFTER_TEN = (*DIGITS[:5], "lăm", *DIGITS[6:])  # mười lăm
DIGITS_AFTER_TENS = ("", "mốt", "hai", "ba", "tư", "lăm", *DIGITS[6:])  # hai mươi mốt, hai mươi tư


def format_points(points: Decimal, locale: str = "vi", places: int = 0) -> str:
    """Write points without idle zeros, but with at least `places` decimals: "8,5", outside Vietnamese "8.5".

    Never rounds: how to round is the Regulation's business. ValueError for NaN and infinity.
    """
    sign, whole, decimals = _split(points)
    decimals = decimals.ljust(places, "0")
    comma = "," if str(locale).lower().startswith("vi") else "."
    return f"{sign}{whole}{comma}{decimals}" if decimals else f"{sign}{whole}"


def parse_points(text: str) -> Decimal:
    """Read points as typed, with a comma or a point: "8,5", "8.50", " 10 ".

    ValueError for all else: NaN, infinity, exponents, thousands separators, ",5" (a lost digit?), digits of
    other scripts, more than 12 digits before or after the comma.
    """
    typed = text.strip()
    if not TYPED_POINTS.fullmatch(typed):
        raise ValueError(f"not a number of points: {text[:40]!r}")
    return Decimal(typed.replace(",", ".").replace("−", "-"))


def points_in_words(points: Decimal) -> str:
    """Read points aloud as mark sheets have them: "Tám phẩy năm", "Bảy phẩy hai lăm", "Mười".

    Two decimals are read as one number (7,25 hai lăm; 8,15 mười lăm; 8,05 không năm), more of them digit by
    digit. ValueError for NaN, infinity, a million and more.
    """
    sign, whole, decimals = _split(points)
    if len(whole) > len("999999"):
        raise ValueError("a million points or more is no mark to be read aloud")
    words = [*(["âm"] if sign else []), *_whole_in_words(int(whole))]
    if decimals:
        words += ["phẩy", *_decimals_in_words(decimals)]
    return " ".join(words).capitalize()


def _split(points: Decimal) -> tuple[str, str, str]:
    """Split points into sign, whole digits, and decimals without idle zeros. Zero has no sign."""
    if isinstance(points, float):
        raise TypeError("points are Decimal: a float has lost what was typed")
    points = Decimal(points)
    if not points.is_finite():
        raise ValueError(f"not a number of points: {points}")
    whole, _, decimals = f"{points.copy_abs():f}".partition(".")
    return "-" if points < 0 else "", whole.lstrip("0") or "0", decimals.rstrip("0")


def _whole_in_words(number: int) -> list[str]:
    thousands, rest = divmod(number, 1000)
    if not thousands:
        return _hundreds_in_words(rest)
    words = [*_hundreds_in_words(thousands), "nghìn"]
    return words + _hundreds_in_words(rest, after_thousands=True) if rest else words


def _hundreds_in_words(number: int, after_thousands: bool = False) -> list[str]:
    hundreds, rest = divmod(number, 100)
    if not hundreds and not after_thousands:
        return _tens_in_words(rest)
    words = [DIGITS[hundreds], "trăm"]
    if rest:
        words += ["linh", DIGITS[rest]] if rest < 10 else _tens_in_words(rest)
    return words


def _tens_in_words(number: int) -> list[str]:
    tens, unit = divmod(number, 10)
    if tens == 0:
        return [DIGITS[unit]]
    if tens == 1:
        return ["mười", DIGITS_AFTER_TEN[unit]] if unit else ["mười"]
    return [DIGITS[tens], "mươi", DIGITS_AFTER_TENS[unit]] if unit else [DIGITS[tens], "mươi"]


def _decimals_in_words(decimals: str) -> list[str]:
    if len(decimals) != 2:
        return [DIGITS[int(digit)] for digit in decimals]
    if decimals[0] == "0":
        return [DIGITS[0], DIGITS[int(decimals[1])]]
    return [word for word in _tens_in_words(int(decimals)) if word != "mươi"]
