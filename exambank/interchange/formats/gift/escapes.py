r"""PURE. GIFT's signs: those behind a backslash mean themselves, and are put aside before anything is looked for.

``\\`` comes first, so that ``\\n`` is a backslash and an n (LaTeX's ``\neq``), while ``\n`` is a new line. Signs within
HTML tags, HTML references and formulas are meant as they stand, though Moodle wants them escaped there as well.
"""

import re

_SIGNS = ":#={}~"
_FIRST = 0xE100
_ASIDE = {sign: chr(_FIRST + place) for place, sign in enumerate(_SIGNS)}
_BACK = {code: sign for sign, code in _ASIDE.items()}
_LINE, _SLASH = "\ue110", "\ue111"
_PRIVATE = re.compile("[\ue100-\ue11f]")
_ESCAPE = re.compile(r"\\([\\:#={}~n])")
_PUT_BACK = re.compile("[\ue100-\ue111]")
_MATH = re.compile(r"\$\$(?=[^\s])[^$]{1,500}?\$\$|\\\((?:[^\n]){1,500}?\\\)|\\\[(?:[^\n]){1,500}?\\\]")
_ANSWERS = re.compile(r"\{\s*(?:[=~#}]|T(?:RUE)?\b|F(?:ALSE)?\b)")
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>{}]*)?/?>")
_REFERENCE = re.compile(r"&#(\d{1,7}|[xX][0-9a-fA-F]{1,6});")
_TEX_WORD = re.compile(
    r"(?:eq|e|u|abla|ot|eg|i|exists|mid|parallel|subseteq|leq|geq|less|rightarrow|leftarrow|cong|sim|atural|earrow|"
    r"warrow|onumber|ormalsize|ewline)(?![a-zA-Z])"
)
_RESERVED = re.compile(r"[\\#=~{}:]")


def aside(source: str) -> str:
    """The source with every sign that means itself put aside."""
    source = _PRIVATE.sub("", source)
    source = _MATH.sub(_formula, source)
    source = _ESCAPE.sub(_escaped, source)
    source = _TAG.sub(lambda found: _all_aside(found[0]), source)
    return _REFERENCE.sub(lambda found: _all_aside(found[0]), source)


def _escaped(found: re.Match) -> str:
    sign = found[1]
    return _LINE if sign == "n" else _SLASH if sign == "\\" else _ASIDE[sign]


def _all_aside(piece: str) -> str:
    return "".join(_ASIDE.get(sign, sign) for sign in piece)


def _formula(found: re.Match) -> str:
    r"""A formula: its own backslashes stay, also ``\n`` where that begins a word of TeX."""
    tex = found[0]
    if _ANSWERS.search(tex):  # a price in dollars, and the answers between
        return tex
    pieces, at = [], 0
    for escape in _ESCAPE.finditer(tex):
        pieces.append(_all_aside(tex[at : escape.start()]))
        is_word = escape[1] == "n" and _TEX_WORD.match(tex, escape.end())
        pieces.append(_SLASH + "n" if is_word else _escaped(escape))
        at = escape.end()
    pieces.append(_all_aside(tex[at:]))
    return "".join(pieces)


def brackets_aside(inner: str) -> str:
    """What stands in brackets, with the brackets within it as signs of its words."""
    return inner.replace("{", _ASIDE["{"]).replace("}", _ASIDE["}"])


def back(source: str) -> str:
    """The signs that were put aside, as they are read."""
    return _PUT_BACK.sub(_sign, source)


def _sign(found: re.Match) -> str:
    code = found[0]
    return _BACK.get(code) or ("\n" if code == _LINE else "\\" if code == _SLASH else "")


def escape(words: str) -> str:
    r"""Words in which no sign means anything: ``\ # = ~ { } :`` behind a backslash, a line end as ``\n``."""
    escaped = _RESERVED.sub(lambda found: "\\" + found[0], words)
    return escaped.replace("\r\n", "\n").replace("\n", "\\n")
