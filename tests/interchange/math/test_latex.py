"""LaTeX is read and written again; what we write, KaTeX lays out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.interchange.math import MathProblem, mathml_of_latex, omml_of_latex
from exambank.interchange.math.tex_reading import read_tex
from exambank.interchange.math.tex_writing import write_tex
from tests.interchange.math.formulas import FORMULAS, latex, refused_by_katex


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (r"\dfrac12", r"\frac{1}{2}"),
        (r"{a \over b}", r"\frac{a}{b}"),
        (r"{n \choose k}", r"\binom{n}{k}"),
        (r"x_{1}^{2}", "x_1^2"),
        (r"f^{\prime}", "f'"),
        (r"3{,}14", "3{,}14"),
        (r"x^23", "x^2 3"),
        (r"\left(\begin{array}{cc}1&2\end{array}\right)", r"\begin{pmatrix}1&2\end{pmatrix}"),
        (r"\left\{\begin{array}{l}x\\y\end{array}\right.", r"\begin{cases}x\\ y\end{cases}"),
        (r"\displaystyle\lim\limits_{x\to 0}", r"\lim_{x\to 0}"),
        (r"\bigl(x\bigr)", "(x)"),
        (r"\ce{H2SO4}", r"\mathrm{H}_2\mathrm{SO}_4"),
        (r"\text{số }n\text{ và }\$5", r"\text{số }n\text{ và }\$5"),
        (r"x\not=y", r"x\ne y"),
        (r"\R\to\mathbb R", r"\mathbb{R}\to\mathbb{R}"),
    ],
)
def test_there_is_one_way_to_write_a_thing(typed, written):
    assert write_tex(read_tex(typed)) == written
    assert write_tex(read_tex(written)) == written


@pytest.mark.parametrize(
    "broken",
    [
        r"\frac{1",
        r"\unknown{x}",
        "x^",
        "}",
        r"\left(x",
        r"\begin{cases}x",
        "a^b^c",
        r"\begin{table}x\end{table}",
        "a & b",
    ],
)
def test_broken_latex_is_told(broken):
    for convert in (mathml_of_latex, omml_of_latex):
        with pytest.raises(MathProblem):
            convert(broken)


def test_a_formula_that_is_too_deep_or_too_long_is_told():
    for monster in ("{" * 5_000 + "}" * 5_000, r"\sqrt" * 5_000 + "x", "x" * 100_000):
        with pytest.raises(MathProblem):
            mathml_of_latex(monster)


@settings(max_examples=40, deadline=None)
@given(latex)
def test_writing_a_second_time_changes_nothing(tex):
    written = write_tex(read_tex(tex))
    assert write_tex(read_tex(written)) == written


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=r"\{}^_&[]()ab1 ,'%$~" + "\0\ud800é∑", max_size=40) | st.text(max_size=20))
def test_any_text_is_converted_or_told(text):
    for convert in (mathml_of_latex, omml_of_latex):
        try:
            convert(text)
        except MathProblem:
            pass


def test_katex_lays_out_all_that_we_write():
    written = [write_tex(read_tex(formula)) for formula in FORMULAS]
    assert refused_by_katex(written) == []
