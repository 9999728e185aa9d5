"""PURE. The four ways, each through the tree."""

from exambank import text
from exambank.interchange.math.elements import name_of
from exambank.interchange.math.mathml_reading import read_mathml
from exambank.interchange.math.mathml_writing import write_mathml
from exambank.interchange.math.omml_reading import read_omml
from exambank.interchange.math.omml_writing import write_omml
from exambank.interchange.math.tex_reading import read_tex
from exambank.interchange.math.tex_writing import write_tex
from exambank.interchange.math.tree import MathProblem

_TEX_ANNOTATIONS = frozenset({"application/x-tex", "application/x-latex", "tex", "latex", "text/latex", "text/x-latex"})


def latex_of_mathml(element) -> str:
    """The LaTeX of a ``math`` element, with or without a namespace; its own LaTeX annotation when it has one."""
    given = _annotation(element)
    if given:
        return given
    return _written(lambda: read_mathml(element))


def mathml_of_latex(tex: str):
    """A ``math`` element of this LaTeX, which carries the LaTeX as an annotation and so reads back exactly."""
    tex = text.strip_control(tex).strip()
    return _guarded(lambda: write_mathml(read_tex(tex), tex))


def latex_of_omml(element) -> str:
    """The LaTeX of an ``m:oMath`` or ``m:oMathPara`` element."""
    return _written(lambda: read_omml(element))


def omml_of_latex(tex: str):
    """An ``m:oMath`` element of this LaTeX."""
    return _guarded(lambda: write_omml(read_tex(text.strip_control(tex).strip())))


def _annotation(element) -> str:
    for one in element.iter():
        if name_of(one) == "annotation" and (one.get("encoding") or "").strip().lower() in _TEX_ANNOTATIONS:
            tex = text.nfc(text.strip_control(one.text or "")).strip()
            if tex and _reads(tex):
                return tex
    return ""


def _reads(tex: str) -> bool:
    """Whether it is LaTeX that we know: what others call so may be anything."""
    try:
        read_tex(tex)
    except (MathProblem, RecursionError):
        return False
    return True


def _written(read) -> str:
    tex = _guarded(lambda: write_tex(read()))
    if not tex:
        raise MathProblem("empty")
    return tex


def _guarded(work):
    try:
        return work()
    except RecursionError:
        raise MathProblem("too deep") from None
