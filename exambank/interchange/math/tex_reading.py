r"""PURE. LaTeX to the tree: a parser of our own for what formulas of schools and universities hold."""

import re

from exambank.interchange.math import symbols
from exambank.interchange.math.combining import infix, is_primes, styled, with_scripts
from exambank.interchange.math.tex_shapes import Shapes
from exambank.interchange.math.tex_words import read_words
from exambank.interchange.math.tree import (
    DEEPEST,
    EMPTY,
    LONGEST,
    Accent,
    Arrow,
    Before,
    Fraction,
    Letter,
    MathProblem,
    Named,
    Number,
    Scripts,
    Sign,
    Space,
    Words,
    items_of,
    row_of,
)

_TOKEN = re.compile(r"\\([a-zA-Z]+)\*?|\\(.)|(\s+)|%[^\n]*\n?|(.)", re.DOTALL)
_IGNORED = symbols.names(
    "displaystyle textstyle scriptstyle scriptscriptstyle nonumber notag hfill hfil hline relax noindent "
    "mathstrut strut allowbreak nobreak normalsize large Large small tiny centering arraystretch "
)
_SIZES = re.compile(r"(?:big|Big|bigg|Bigg)[lrm]?")
_WITH_LENGTH = symbols.names("hspace vspace kern mkern hskip mskip hphantom vphantom label tag ")
_SWITCHES = {"rm": "normal", "bf": "bold", "it": "italic", "cal": "script", "sf": "sans-serif", "tt": "monospace"}
_TEXTS = {
    "text": "", "textrm": "", "textnormal": "", "mbox": "", "hbox": "", "textup": "", "textsf": "", "texttt": "",
    "textbf": "bold", "textit": "italic", "emph": "italic", "textmd": "",
}  # fmt: skip
_SPACES = {"thinspace": ",", "thickspace": ";", "negthinspace": "!", "negmedspace": "!", "negthickspace": "!",
           "enspace": " ", "enskip": " ", "space": " ", "nobreakspace": " ", "medspace": ":", ">": ":",
           "newline": "quad"}  # fmt: skip
_FRACTIONS = frozenset({"frac", "dfrac", "tfrac", "cfrac"})
_END = ("end of formula", "")


def read_tex(tex: str):
    """The tree of this LaTeX; MathProblem when it is broken or holds a command that we do not know."""
    if len(tex) > LONGEST:
        raise MathProblem("too long")
    return _Parser(tex).whole()


def _tokens(tex: str) -> list[tuple[str, str, int]]:
    """(kind, value, where it ends): kinds are command, char."""
    found = []
    for match in _TOKEN.finditer(tex):
        if match[1]:
            found.append(("command", match[1], match.end()))
        elif match[2]:
            found.append(("command", match[2], match.end()))
        elif match[4]:
            found.append(("char", match[4], match.end()))
    return found


class _Parser(Shapes):
    def __init__(self, tex: str):
        self._tex, self._tokens = tex, _tokens(tex)
        self._place, self._depth = 0, 0

    def _inner(self, tex: str):
        """LaTeX that stands within words or was made of chemistry; no deeper than all else."""
        parser = _Parser(tex)
        parser._depth = self._depth + 1
        return parser.whole()

    def whole(self):
        """The tree of everything."""
        found = self.row(frozenset())
        if self.peek() != _END:
            raise MathProblem(f"unexpected {self.peek()[1]}")
        return found

    # --- tokens ---

    def peek(self) -> tuple[str, str]:
        return self._tokens[self._place][:2] if self._place < len(self._tokens) else _END

    def _next(self) -> tuple[str, str]:
        token = self.peek()
        if token == _END:
            raise MathProblem("unexpected end")
        self._place += 1
        return token

    def _is_at(self, kind: str, *values: str) -> bool:
        token = self.peek()
        return token[0] == kind and token[1] in values

    def _expect(self, kind: str, value: str) -> None:
        if not self._is_at(kind, value):
            raise MathProblem(f"{value} expected")
        self._place += 1

    def _verbatim(self) -> str:
        """What stands between the next braces, letter by letter, blanks too."""
        self._expect("char", "{")
        start = self._tokens[self._place - 1][2]
        depth = 1
        while depth:
            kind, value = self._next()
            if kind == "char":
                depth += (value == "{") - (value == "}")
        return self._tex[start : self._tokens[self._place - 1][2] - 1]

    # --- rows ---

    def row(self, stops: frozenset[str]):
        """Everything up to one of the stops, which stays unread."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise MathProblem("too deep")
        items: list = []
        while (token := self.peek()) != _END and not self._is_stop(token, stops):
            if token[0] == "command" and token[1] in ("over", "choose", "atop", "brack", "brace"):
                self._place += 1
                items = [infix(token[1], row_of(items), self.row(stops))]
            elif token[0] == "command" and token[1] in _SWITCHES:
                self._place += 1
                items.append(styled(self.row(stops), _SWITCHES[token[1]]))
            else:
                self._item(items)
        self._depth -= 1
        return row_of(items)

    @staticmethod
    def _is_stop(token: tuple[str, str], stops: frozenset[str]) -> bool:
        kind, value = token
        if kind == "command":
            return (value in ("right", "end", "middle", "\\", "cr") and value in stops) or (
                value == "cr" and "\\" in stops
            )
        return value in stops

    def _item(self, items: list) -> None:
        base = self._atom(is_number_whole=True)
        found = self._scripted(base)
        last = items[-1] if items else None
        if (
            isinstance(last, Scripts)
            and last.base == EMPTY
            and not is_primes(last.sup)
            and found is not None
            and not isinstance(found, Space | Sign)
        ):
            inner = items_of(found)
            items[-1] = Before(inner[0] if inner else EMPTY, last.sub, last.sup)
            items.extend(inner[1:])
        elif found is not None:
            items.append(found)

    def _scripted(self, base):
        sub = sup = None
        is_stacked = isinstance(base, Sign) and base.text in symbols.STAND_ALONE_BIG - symbols.INTEGRALS
        is_stacked = is_stacked or (isinstance(base, Named) and base.name in symbols.STACKING)
        while True:
            if self._is_at("char", "'"):
                self._place += 1
                sup = row_of([*items_of(sup), Sign("′")])
            elif self._is_at("char", "^"):
                self._place += 1
                sup = row_of([*items_of(sup), *items_of(self._argument())]) if is_primes(sup) else self._only(sup)
            elif self._is_at("char", "_"):
                self._place += 1
                if sub is not None:
                    raise MathProblem("two marks below")
                sub = self._argument()
            elif self._is_at("command", "limits", "nolimits"):
                is_stacked = self._next()[1] == "limits"
            else:
                break
        if sub is None and sup is None:
            return base
        return with_scripts(base, sub, sup, is_stacked)

    def _only(self, before):
        if before is not None:
            raise MathProblem("two marks above")
        return self._argument()

    def _argument(self):
        """What a command or a script takes: a group, or one sign."""
        token = self.peek()
        if token == ("char", "{"):
            return self._group()
        if token == _END or (token[0] == "char" and token[1] in "}&^_"):
            raise MathProblem("something expected")
        found = self._atom(is_number_whole=False)
        return EMPTY if found is None else found

    def _group(self):
        self._expect("char", "{")
        found = self.row(frozenset("}"))
        self._expect("char", "}")
        return found

    def _option(self):
        if not self._is_at("char", "["):
            return None
        self._place += 1
        found = self.row(frozenset("]"))
        self._expect("char", "]")
        return found

    # --- one thing ---

    def _atom(self, *, is_number_whole: bool):
        kind, value = self.peek()
        if kind == "char":
            if value in "^_'":
                return EMPTY
            if value == "{":
                return self._number_comma() or self._group()
            self._place += 1
            return self._character(value, is_number_whole)
        self._place += 1
        return self._command(value)

    def _number_comma(self):
        """``{,}`` alone: the comma of a decimal number."""
        following = [token[:2] for token in self._tokens[self._place : self._place + 3]]
        if following == [("char", "{"), ("char", ","), ("char", "}")]:
            self._place += 3
            return Number(",")
        return None

    def _character(self, value: str, is_number_whole: bool):
        if value.isdigit():
            return Number(self._digits(value) if is_number_whole else value)
        if value == "~":
            return Space(" ")
        if value in "}&":
            raise MathProblem(f"unexpected {value}")
        if value == "$":
            return None
        if value.isalpha() and value not in "∂ℓ":
            return Letter(symbols.CANONICAL.get(value, value))
        value = symbols.CANONICAL.get(value, value)
        return Letter(value) if value in symbols.LETTERS.values() else Sign(value)

    def _digits(self, first: str) -> str:
        digits = first
        while True:
            kind, value = self.peek()
            following = self._tokens[self._place + 1 : self._place + 2]
            is_point = value == "." and following and following[0][0] == "char" and following[0][1].isdigit()
            if kind == "char" and (value.isdigit() or (is_point and "." not in digits)):
                digits += value
                self._place += 1
            elif kind == "char" and value == "{" and "," not in digits and self._is_decimal_comma():
                digits += ","
                self._place += 3
            else:
                return digits

    def _is_decimal_comma(self) -> bool:
        following = [token[:2] for token in self._tokens[self._place : self._place + 4]]
        is_comma = following[:3] == [("char", "{"), ("char", ","), ("char", "}")]
        return is_comma and len(following) == 4 and following[3][0] == "char" and following[3][1].isdigit()

    def _command(self, name: str):
        if name in symbols.LETTERS:
            return Letter(symbols.LETTERS[name])
        if name in symbols.SIGNS:
            return Sign(symbols.SIGNS[name])
        if name in symbols.LATEX_FUNCTIONS:
            return Named(name)
        if name in symbols.NUMBER_SETS:
            return Letter(symbols.NUMBER_SETS[name], "double-struck")
        if name in _FRACTIONS:
            self._option()
            return Fraction(self._argument(), self._argument())
        if name in symbols.ACCENTS:
            return Accent(self._argument(), name)
        if name in symbols.STYLES:
            return styled(self._argument(), symbols.STYLES[name])
        if name in _TEXTS:
            return self._words(_TEXTS[name])
        if name in symbols.STRETCHED_ARROWS:
            under = self._option()
            return Arrow(symbols.STRETCHED_ARROWS[name], self._argument(), under)
        if name in symbols.SPACES:
            return Space(name)
        if len(name) == 1 and name in "{}%#&_$|":
            return Sign("‖" if name == "|" else name)
        handler = getattr(self, f"_read_{name}", None) if name.isalpha() else None
        if handler:
            return handler()
        return self._other(name)

    def _other(self, name: str):
        if name in _IGNORED:
            return None
        if _SIZES.fullmatch(name):
            found = self._delimiter()
            return Sign(found) if found else None
        if name in _WITH_LENGTH:
            if self._is_at("char", "{"):
                self._verbatim()
            else:
                self._skip_length()
            return None
        if name in _SPACES:
            return Space(_SPACES[name])
        if name in ("\n", "\t"):
            return Space(" ")
        raise MathProblem(f"unknown command \\{name}")

    def _skip_length(self) -> None:
        start = self._tokens[self._place - 1][2]
        found = re.match(r"\s*-?[\d.]+\s*(?:em|ex|pt|mu|cm|mm|in)?", self._tex[start:])
        end = start + (found.end() if found else 0)
        while self._place < len(self._tokens) and self._tokens[self._place][2] <= end:
            self._place += 1

    def _words(self, style: str):
        if not self._is_at("char", "{"):
            return Words(self._next()[1], style)
        return row_of(
            self._inner(words) if is_formula else Words(words, style)
            for words, is_formula in read_words(self._verbatim())
        )
