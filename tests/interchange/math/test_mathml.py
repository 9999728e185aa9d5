"""MathML of other systems becomes LaTeX; our own reads back exactly."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from exambank.interchange.math import MathProblem, latex_of_mathml, mathml_of_latex
from exambank.interchange.math.tex_reading import read_tex
from exambank.interchange.math.tex_writing import write_tex
from tests.interchange.math.formulas import FORMULAS, latex, refused_by_katex

SAMPLES = [
    ("<mfrac><mn>1</mn><mn>6</mn></mfrac>", r"\frac{1}{6}"),
    ("<msup><mi>x</mi><mn>2</mn></msup><mo>-</mo><msqrt><mi>y</mi><mo>+</mo><mn>1</mn></msqrt>", r"x^2-\sqrt{y+1}"),
    ("<mroot><mn>379</mn><mn>10</mn></mroot>", r"\sqrt[10]{379}"),
    ("<mi>f</mi><mfenced><mi>x</mi><mi>y</mi></mfenced>", "f(x,y)"),
    ("<mfenced open='[' close=')' separators=';'><mn>0</mn><mi>∞</mi></mfenced>", r"[0;\infty)"),
    ("<mo>(</mo><mfrac><mi>a</mi><mi>b</mi></mfrac><mo>)</mo>", r"\left(\frac{a}{b}\right)"),
    ("<mi>sin</mi><mo>&#x2061;</mo><mi>x</mi>", r"\sin x"),
    ("<munder><mi>lim</mi><mrow><mi>x</mi><mo>→</mo><mn>0</mn></mrow></munder>", r"\lim_{x\to 0}"),
    ("<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover><mi>i</mi>", r"\sum_i^n i"),
    ("<msubsup><mo>∫</mo><mn>0</mn><mn>1</mn></msubsup>", r"\int_0^1"),
    ("<mover accent='true'><mi>a</mi><mo>→</mo></mover>", r"\vec{a}"),
    ("<mover><mrow><mi>A</mi><mi>B</mi></mrow><mo>¯</mo></mover>", r"\overline{AB}"),
    ("<mover><mrow><mi>A</mi><mi>B</mi></mrow><mo>⏜</mo></mover>", r"\overset{\text{⏜}}{AB}"),
    ("<mo>{</mo><mtable><mtr><mtd><mi>x</mi></mtd></mtr><mtr><mtd><mi>y</mi></mtd></mtr></mtable>", r"\begin{cases}x\\ y\end{cases}"),
    ("<mfenced open='|' close='|'><mtable><mtr><mtd><mn>1</mn></mtd></mtr></mtable></mfenced>", r"\begin{vmatrix}1\end{vmatrix}"),
    ("<mi mathvariant='double-struck'>R</mi><mo>∖</mo><mi>ℤ</mi>", r"\mathbb{R}\setminus\mathbb{Z}"),
    ("<mtext>nếu</mtext><mspace width='1em'/><mi>km</mi>", r"\text{nếu}\quad\mathrm{km}"),
    ("<mstyle displaystyle='true'><mi>𝑥</mi><mo>≤</mo><mn>3,14</mn></mstyle>", r"x\le 3{,}14"),
    ("<mmultiscripts><mi>C</mi><mprescripts/><mn>6</mn><mn>14</mn></mmultiscripts>", "{}_6^{14}C"),
    ("<menclose notation='box'><mi>x</mi></menclose><menclose notation='updiagonalstrike'><mi>y</mi></menclose>",
     r"\boxed{x}\cancel{y}"),
    ("<mfrac linethickness='0'><mi>n</mi><mi>k</mi></mfrac>", r"{n\atop k}"),
    ("<semantics><mrow><mi>x</mi></mrow><annotation encoding='StarMath 5.0'>x</annotation></semantics>", "x"),
    ("<semantics><mi>x</mi><annotation encoding='LaTeX'>\\alpha</annotation></semantics>", r"\alpha"),
    ("<semantics><mi>x</mi><annotation encoding='LaTeX'>\\[\\qv{x}\\]</annotation></semantics>", "x"),
]  # fmt: skip


@pytest.mark.parametrize(("inner", "tex"), SAMPLES)
@pytest.mark.parametrize("frame", ["<math>{}</math>", '<math xmlns="http://www.w3.org/1998/Math/MathML">{}</math>'])
def test_mathml_becomes_latex_with_and_without_a_namespace(frame, inner, tex):
    assert latex_of_mathml(etree.fromstring(frame.format(inner))) == tex


def test_a_prefix_makes_no_difference():
    prefixed = (
        '<m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:mi>x</m:mi><m:mo>+</m:mo><m:mn>1</m:mn></m:math>'
    )
    assert latex_of_mathml(etree.fromstring(prefixed)) == "x+1"
    assert latex_of_mathml(etree.HTML("<m:math><m:mi>x</m:mi></m:math>")[0][0]) == "x"


@pytest.mark.parametrize(
    "inner", ["", "<apply><plus/></apply>", "<mfrac><mi>x</mi></mfrac>", "<b>x</b>", "<mrow>" * 190]
)
def test_what_is_no_formula_that_we_know_is_told(inner):
    parser = etree.XMLParser(recover=True)
    with pytest.raises(MathProblem):
        latex_of_mathml(etree.fromstring(f"<math>{inner}</math>", parser))


def bare(tex: str):
    """Our MathML without the LaTeX that it carries."""
    math = mathml_of_latex(tex)
    for one in list(math.iter("{*}annotation")):
        one.getparent().remove(one)
    return math


@pytest.mark.parametrize("tex", FORMULAS)
def test_our_own_mathml_reads_back_exactly(tex):
    sent = etree.fromstring(etree.tostring(mathml_of_latex(tex)))
    assert latex_of_mathml(sent) == tex


@pytest.mark.parametrize("tex", FORMULAS)
def test_it_says_the_same_without_the_annotation(tex):
    assert latex_of_mathml(bare(tex)) == write_tex(read_tex(tex))


@settings(max_examples=40, deadline=None)
@given(latex)
def test_a_second_round_changes_nothing(tex):
    once = latex_of_mathml(bare(tex))
    assert latex_of_mathml(bare(once)) == once


_NAMES = st.sampled_from(
    [
        "mi",
        "mn",
        "mo",
        "mtext",
        "mrow",
        "mfrac",
        "msqrt",
        "mroot",
        "msup",
        "msubsup",
        "munderover",
        "mtable",
        "mtr",
        "mtd",
        "mfenced",
        "mspace",
        "none",
    ]
)
_TREES = st.recursive(
    st.tuples(_NAMES, st.sampled_from(["x", "12", "(", ")", "|", "sin", "∑", "→", "", "  ", "{"])),
    lambda inner: st.tuples(_NAMES, st.lists(inner, max_size=4)),
    max_leaves=12,
)


def drawn(tree) -> str:
    name, inner = tree
    return f"<{name}>{inner if isinstance(inner, str) else ''.join(map(drawn, inner))}</{name}>"


@settings(max_examples=40, deadline=None)
@given(_TREES)
def test_any_mathml_is_converted_or_told(tree):
    try:
        tex = latex_of_mathml(etree.fromstring(f"<math>{drawn(tree)}</math>"))
    except MathProblem:
        return
    read_tex(tex)


def test_thousands_of_brackets_are_told_at_once():
    with pytest.raises(MathProblem):
        latex_of_mathml(etree.fromstring("<math>" + "<mo>(</mo>" * 20_000 + "</math>"))


def test_katex_lays_out_all_that_we_read():
    read = [latex_of_mathml(etree.fromstring(f"<math>{inner}</math>")) for inner, _tex in SAMPLES]
    assert refused_by_katex(read) == []
