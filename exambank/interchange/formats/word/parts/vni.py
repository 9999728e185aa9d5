"""PURE. The fonts "VNI-Times", "VNI-Helve" ...: a letter, then a second sign that carries its marks."""

# the second sign as Windows shows it, and what it makes of each letter before it
_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_ROUND = {"â": "â", "á": "ấ", "à": "ầ", "å": "ẩ", "ã": "ẫ", "ä": "ậ"}
_BREVE = {"ê": "ă", "é": "ắ", "è": "ằ", "ú": "ẳ", "ü": "ẵ", "ë": "ặ"}
_ROUND_E = {"â": "ê", "á": "ế", "à": "ề", "å": "ể", "ã": "ễ", "ä": "ệ"}
_ROUND_O = {"â": "ô", "á": "ố", "à": "ồ", "å": "ổ", "ã": "ỗ", "ä": "ộ"}
_TONED = {
    "a": "áàảãạ", "e": "éèẻẽẹ", "o": "óòỏõọ", "u": "úùủũụ", "y": "ýỳỷỹỵ", "ô": "ớờởỡợ", "ö": "ứừửữự",
}  # fmt: skip
# signs that are whole letters
_SINGLE = {"ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "ô": "ơ", "ö": "ư", "î": "ỵ"}


def _pairs() -> dict[str, str]:
    found = {
        base + mark: toned for base, all_toned in _TONED.items() for mark, toned in zip(_TONES, all_toned, strict=False)
    }
    for base, table in (("a", _ROUND | _BREVE), ("e", _ROUND_E), ("o", _ROUND_O)):
        found.update({base + mark: letter for mark, letter in table.items()})
    return found


def _cased() -> dict[str, str]:
    """Each pair also as a capital: the letter decides, whatever the case of its mark."""
    found = {}
    for pair, letter in _pairs().items():
        base, mark = pair
        for sign in (mark, mark.upper()):
            found[base + sign] = letter
            found[base.upper() + sign] = letter.upper()
    return found


PAIRS = _cased()
SINGLES = dict(_SINGLE) | {sign.upper(): letter.upper() for sign, letter in _SINGLE.items()}
MARKS = frozenset(pair[1] for pair in PAIRS)
BASES = frozenset(pair[0] for pair in PAIRS)


def from_vni(text: str) -> str:
    """The text that a VNI font shows; what is no VNI sign stays."""
    shown, place = [], 0
    while place < len(text):
        pair = PAIRS.get(text[place : place + 2])
        if pair:
            shown.append(pair)
            place += 2
        else:
            shown.append(SINGLES.get(text[place], text[place]))
            place += 1
    return "".join(shown)
