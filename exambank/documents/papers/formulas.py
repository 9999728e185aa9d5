"""PURE. TeX formulas as typst's math notation, by tylax, behind a guard.

A converter lets code out of what it does not understand, and a compiler reaches files by it. So: only commands from a
list pass; ``#``, quotes and definitions are refused before converting; words (``\\text{...}``) are taken out first and
come back as data; and what comes out must be free of code as well. typst then evaluates it in math mode only.
"""

import re
from dataclasses import dataclass

import tylax

LONGEST = 1500
DEEPEST = 12

_COMMAND_LIST = """
    frac dfrac tfrac sqrt binom dbinom tbinom sum prod int iint iiint oint lim limsup liminf max min sup inf limits
    nolimits left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr middle
    sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln lg exp det dim ker deg gcd arg Pr mod bmod pmod
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho
    sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
    infty partial nabla forall exists nexists emptyset varnothing in notin ni subset supset subseteq supseteq
    subsetneq supsetneq cup cap bigcup bigcap setminus land lor lnot neg wedge vee oplus otimes
    le leq ge geq ne neq lt gt ll gg approx equiv sim simeq cong propto perp parallel nparallel mid nmid angle triangle
    pm mp times div cdot ast star circ bullet ldots cdots dots vdots ddots degree prime
    to rightarrow leftarrow leftrightarrow Rightarrow Leftarrow Leftrightarrow longrightarrow longleftarrow
    Longrightarrow Longleftrightarrow iff implies mapsto uparrow downarrow rightleftharpoons xrightarrow xleftarrow
    vec overrightarrow overline underline bar hat widehat tilde widetilde dot ddot overbrace underbrace
    overset underset stackrel not
    mathrm mathbf mathit mathbb mathcal mathsf mathfrak boldsymbol bm operatorname
    lvert rvert lVert rVert langle rangle lfloor rfloor lceil rceil vert Vert lbrace rbrace
    quad qquad displaystyle textstyle begin end cancel therefore because hbar ell Re Im
    """
_COMMANDS = frozenset(_COMMAND_LIST.split())
_WORDS = ("text", "textrm", "textnormal", "mbox", "textbf", "textit")
_ENVIRONMENT_LIST = "matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix cases aligned array"
_ENVIRONMENTS = frozenset(_ENVIRONMENT_LIST.split())
_COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\s*\{([^{}]*)\}")
_KNOWN_SIGNS = frozenset(",;:! {}%|\\\n")
_DECIMAL = re.compile(r"(\d+)(?:\{,\}|,)(\d+)")
_PUNCTUATION = re.compile(r"(\\.)|([,;:])", re.DOTALL)
_STYLES = {"textbf": "b", "textit": "i"}

# signs of the private area: they pass a converter untouched and stand for what comes back afterwards
_SEPARATORS = {",": "\ue101", ";": "\ue102", ":": "\ue103"}  # bare ones would part the arguments of a call
_NAMES = {"\ue101": "xsep", "\ue102": "xsemi", "\ue103": "xcolon"}
_FIRST_WORD = 0xE110
_MOST_WORDS = 60
_FIRST_NUMBER = 0xE200
_MOST_NUMBERS = 200
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_NO_DELIMITER = "#none"
# a slash would eat the brackets around what it divides; macros could grow without end
_OPTIONS = tylax.L2TOptions(frac_to_slash=False, expand_macros=False)
_CODE = re.compile(r"#|\bstd\b|\bsys\b|\beval\b|\bread\b|//|/\*|`|\bHLINE\b")


@dataclass(frozen=True)
class Formula:
    """``math`` is typst's notation; in it ``xw0``, ``xw1``, ... stand for ``words``: (style, text), style "", "b", "i";
    ``xsep``, ``xsemi``, ``xcolon`` for punctuation, ``xnone`` for no bracket. Decimals stand as "3,5", in quotes."""

    math: str
    words: tuple[tuple[str, str], ...] = ()


class Unprintable(ValueError):
    """Why a formula is printed as it was typed: ``code`` is too_long, too_deep, refused_sign, unknown_command."""

    def __init__(self, code: str, detail: str = ""):
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail = code, detail


def convert(tex: str) -> Formula:
    """A TeX formula as typst's; Unprintable for what is not surely understood."""
    tex = _PRIVATE.sub("", tex).strip()
    if not tex:
        raise Unprintable("empty")
    if len(tex) > LONGEST:
        raise Unprintable("too_long")
    if _depth(tex) > DEEPEST:
        raise Unprintable("too_deep")
    tex, words = _take_words(tex)
    _check(tex)
    tex, decimals = _take_decimals(tex)
    tex = _PUNCTUATION.sub(lambda found: found[1] or _SEPARATORS[found[2]], tex)
    found = tylax.latex_to_typst(tex, options=_OPTIONS).replace(_NO_DELIMITER, "xnone")
    if _CODE.search(found):
        raise Unprintable("refused_sign")
    return Formula(_put_back(found, len(words), decimals).strip(), tuple(words))


def _depth(tex: str) -> int:
    depth = deepest = 0
    for sign in tex:
        depth += (sign in "{[(") - (sign in "}])")
        deepest = max(deepest, depth)
    return max(deepest, tex.count(r"\left"), tex.count(r"\begin"))


def _take_words(tex: str) -> tuple[str, list[tuple[str, str]]]:
    r"""Replace each ``\text{...}`` by a private sign; its words are only ever data."""
    words: list[tuple[str, str]] = []
    pieces, at = [], 0
    for found in re.finditer(rf"\\({'|'.join(_WORDS)})\s*\{{", tex):
        if found.start() < at:
            raise Unprintable("unknown_command", found[0].strip())
        end = tex.find("}", found.end())
        inner = tex[found.end() : end]
        if end < 0 or "{" in inner or "\\" in inner or "$" in inner or len(words) >= _MOST_WORDS:
            raise Unprintable("unknown_command", f"\\{found[1]}")
        pieces += [tex[at : found.start()], f" {chr(_FIRST_WORD + len(words))} "]
        words.append((_STYLES.get(found[1], ""), inner))
        at = end + 1
    return "".join(pieces) + tex[at:], words


def _take_decimals(tex: str) -> tuple[str, list[str]]:
    """Replace each number with a decimal comma by a private sign: typst would set a space behind the comma."""
    decimals: list[str] = []

    def take(found: re.Match) -> str:
        if len(decimals) >= _MOST_NUMBERS:
            return found[0]
        decimals.append(f"{found[1]},{found[2]}")
        return chr(_FIRST_NUMBER + len(decimals) - 1)

    return _DECIMAL.sub(take, tex), decimals


def _check(tex: str) -> None:
    refused = re.search(r"[#\"$`@~]|(?<!\\)%|//|/\*", tex)
    if refused:
        raise Unprintable("refused_sign", refused[0])
    for name in _COMMAND.findall(tex):
        if name not in _COMMANDS and name not in _KNOWN_SIGNS:
            raise Unprintable("unknown_command", f"\\{name}")
    for name in _ENVIRONMENT.findall(tex):
        if name not in _ENVIRONMENTS:
            raise Unprintable("unknown_command", f"\\begin{{{name}}}")
    if tex.count("{") - tex.count(r"\{") != tex.count("}") - tex.count(r"\}"):
        raise Unprintable("refused_sign", "{")


def _put_back(math: str, words: int, decimals: list[str]) -> str:
    math = math.replace(" '", "'")
    for sign, name in _NAMES.items():
        math = math.replace(sign, f" {name} ")
    for number in range(words):
        math = math.replace(chr(_FIRST_WORD + number), f" xw{number} ")
    for number, written in enumerate(decimals):
        math = re.sub(rf" *{chr(_FIRST_NUMBER + number)} *", f'"{written}"', math)
    return math
