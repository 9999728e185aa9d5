r"""PURE. Commands of LaTeX with a shape of their own: roots, fences, tables, marks over and under."""

import re

from exambank.interchange.math import symbols
from exambank.interchange.math.brackets import fenced
from exambank.interchange.math.combining import with_scripts
from exambank.interchange.math.tex_words import chemistry, read_words
from exambank.interchange.math.tree import (
    EMPTY,
    Enclosed,
    Fence,
    Fraction,
    Grid,
    Hidden,
    Letter,
    MathProblem,
    Middle,
    Named,
    Root,
    Row,
    Scripts,
    Sign,
    Space,
    items_of,
    row_of,
)

_GRIDS = symbols.names(
    "matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix cases rcases dcases array aligned align gathered "
    "gather split alignedat eqnarray equation "
)
_GRID_NAMES = {"align": "aligned", "split": "aligned", "alignedat": "aligned", "eqnarray": "aligned",
               "gather": "gathered",
               "dcases": "cases", "smallmatrix": "matrix", "equation": "gathered"}  # fmt: skip


class Shapes:
    """The part of the parser that knows these commands: ``_read_NAME`` reads what follows ``\\NAME``."""

    def _read_sqrt(self):
        degree = self._option()
        return Root(self._argument(), degree)

    def _read_binom(self):
        return Fence("(", Fraction(self._argument(), self._argument(), "none"), ")")

    _read_dbinom = _read_tbinom = _read_binom

    def _read_operatorname(self):
        name = "".join(words for words, _is_formula in read_words(self._verbatim())).strip()
        return Named(re.sub(r"\\[,;:! ]|[{}\s]|\\mathrm", "", name))

    def _read_left(self):
        opening = self._delimiter()
        parts = [self.row(frozenset({"right", "middle"}))]
        while self._is_at("command", "middle"):
            self._place += 1
            parts += [Middle(self._delimiter()), self.row(frozenset({"right", "middle"}))]
        self._expect("command", "right")
        return fenced(opening, row_of(parts), self._delimiter())

    def _delimiter(self) -> str:
        kind, value = self._next()
        if kind == "char" and value == ".":
            return ""
        if kind == "command" and value in ("{", "}", "|"):
            return "‖" if value == "|" else value
        if kind == "command" and value in symbols.SIGNS:
            return symbols.SIGNS[value]
        if kind == "char":
            return {"<": "⟨", ">": "⟩"}.get(value, symbols.CANONICAL.get(value, value))
        raise MathProblem(f"no bracket: {value}")

    def _read_begin(self):
        name = self._verbatim()
        plain = name.rstrip("*")
        if plain not in _GRIDS:
            raise MathProblem(f"unknown environment {name[:30]}")
        columns = ""
        if plain in ("array", "alignedat"):
            self._option()
            columns = re.sub(r"[^lcr|]", "", re.sub(r"[@!p>]\{[^}]*\}", "", self._verbatim()))
        elif self._is_at("char", "[") and name.endswith("*"):
            self._option()
        rows = self._grid_rows()
        self._expect("command", "end")
        if self._verbatim() != name:
            raise MathProblem(f"no end of {name}")
        kind = _GRID_NAMES.get(plain, plain)
        if len(rows) == 1 and len(rows[0]) == 1 and kind in ("aligned", "gathered"):
            return rows[0][0]
        return Grid(tuple(rows), kind, columns if kind == "array" else "")

    def _grid_rows(self) -> list[tuple]:
        rows, cells = [], []
        while True:
            cells.append(self.row(frozenset({"&", "\\", "end"})))
            if self._is_at("char", "&"):
                self._place += 1
            elif self._is_at("command", "\\", "cr"):
                self._place += 1
                if self._is_at("char", "["):
                    self._option()
                rows.append(tuple(cells))
                cells = []
            elif self._is_at("command", "end"):
                break
            else:
                raise MathProblem("broken table")
        if cells != [EMPTY] or not rows:
            rows.append(tuple(cells))
        return rows

    def _read_overset(self):
        over = self._argument()
        return with_scripts(self._argument(), None, over, True)

    _read_stackrel = _read_overset

    def _read_underset(self):
        under = self._argument()
        return with_scripts(self._argument(), under, None, True)

    def _read_substack(self):
        self._expect("char", "{")
        rows = [self.row(frozenset({"\\", "}"}))]
        while self._is_at("command", "\\"):
            self._place += 1
            rows.append(self.row(frozenset({"\\", "}"})))
        self._expect("char", "}")
        return Grid(tuple((one,) for one in rows), "gathered")

    def _read_not(self):
        found = self._argument()
        text = found.text if isinstance(found, Sign | Letter) else ""
        if text not in symbols.NEGATED:
            raise MathProblem("not what")
        return Sign(symbols.NEGATED[text])

    def _read_boxed(self):
        return Enclosed(self._argument(), "boxed")

    _read_fbox = _read_boxed

    def _read_cancel(self):
        return Enclosed(self._argument(), "cancel")

    def _read_bcancel(self):
        return Enclosed(self._argument(), "bcancel")

    def _read_xcancel(self):
        return Enclosed(self._argument(), "xcancel")

    def _read_phantom(self):
        return Hidden(self._argument())

    def _read_textcolor(self):
        self._verbatim()
        return self._argument()

    def _read_color(self):
        self._verbatim()

    def _read_mathop(self):
        return self._argument()

    _read_mathrel = _read_mathbin = _read_mathord = _read_mathopen = _read_mathclose = _read_mathinner = _read_mathop
    _read_mathpunct = _read_ensuremath = _read_mathstrut = _read_smash = _read_mathop

    def _read_pmod(self):
        return Row((Space("quad"), Sign("("), Named("mod"), Space(","), *items_of(self._argument()), Sign(")")))

    def _read_bmod(self):
        return Named("mod")

    def _read_mod(self):
        return Row((Space("quad"), Named("mod"), Space(","), *items_of(self._argument())))

    def _read_set(self):
        return Row((Sign("{"), *items_of(self._argument()), Sign("}")))

    def _read_varlimsup(self):
        return Named("limsup")

    def _read_varliminf(self):
        return Named("liminf")

    def _read_ce(self):
        return self._inner(chemistry(self._verbatim()))

    def _read_llap(self):
        return self._argument()

    _read_rlap = _read_clap = _read_mathllap = _read_mathrlap = _read_mathclap = _read_llap

    def _read_colon(self):
        return Sign(":")

    def _read_lbrace(self):
        return Sign("{")

    def _read_rbrace(self):
        return Sign("}")

    def _read_overparen(self):
        return Scripts(self._argument(), None, Sign("⌢"), True)

    _read_overarc = _read_wideparen = _read_overparen
