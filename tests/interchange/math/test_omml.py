"""Formulas of Word become LaTeX and come back."""

import pytest
from hypothesis import given, settings
from lxml import etree

from exambank.interchange.math import MathProblem, latex_of_omml, omml_of_latex
from exambank.interchange.math.tex_reading import read_tex
from exambank.interchange.math.tex_writing import write_tex
from tests.interchange.math.formulas import FORMULAS, latex, refused_by_katex

FRAME = (
    '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{}</m:oMath>'
)


def r(words: str, properties: str = "") -> str:
    return f"<m:r>{properties}<m:t>{words}</m:t></m:r>"


UPRIGHT = '<m:rPr><m:sty m:val="p"/></m:rPr>'
SAMPLES = [
    (f"<m:f><m:num>{r('x+1')}</m:num><m:den>{r('2')}</m:den></m:f>", r"\frac{x+1}{2}"),
    (f'<m:f><m:fPr><m:type m:val="lin"/></m:fPr><m:num>{r("a+b")}</m:num><m:den>{r("2")}</m:den></m:f>', "(a+b)/2"),
    (f'<m:f><m:fPr><m:type m:val="noBar"/></m:fPr><m:num>{r("n")}</m:num><m:den>{r("k")}</m:den></m:f>', r"{n\atop k}"),
    (f"<m:sSup><m:e>{r('x')}</m:e><m:sup>{r('2')}</m:sup></m:sSup>{r('-1=0')}", "x^2-1=0"),
    (f"<m:sSub><m:e>{r('x')}</m:e><m:sub>{r('1,2')}</m:sub></m:sSub>", "x_{1,2}"),
    (f"<m:sPre><m:sub>{r('6')}</m:sub><m:sup>{r('14')}</m:sup><m:e>{r('C', UPRIGHT)}</m:e></m:sPre>", r"{}_6^{14}\mathrm{C}"),
    (f'<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e>{r("x")}</m:e></m:rad>', r"\sqrt{x}"),
    (f"<m:rad><m:deg>{r('3')}</m:deg><m:e>{r('x')}</m:e></m:rad>", r"\sqrt[3]{x}"),
    (f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{r("i=1")}</m:sub><m:sup>{r("n")}</m:sup><m:e>{r("i")}</m:e></m:nary>',
     r"\sum_{i=1}^n i"),
    (f"<m:nary><m:sub>{r('0')}</m:sub><m:sup>{r('1')}</m:sup><m:e>{r('x dx')}</m:e></m:nary>", r"\int_0^1 x\ dx"),
    (f"<m:d><m:e>{r('x+1')}</m:e></m:d>", "(x+1)"),
    (f'<m:d><m:dPr><m:begChr m:val="|"/><m:endChr m:val="|"/></m:dPr><m:e>{r("x")}</m:e></m:d>', "|x|"),
    (f'<m:d><m:dPr><m:begChr m:val="{{"/><m:endChr m:val=""/></m:dPr><m:e><m:eqArr><m:e>{r("x=1")}</m:e><m:e>{r("y=2")}</m:e>'
     "</m:eqArr></m:e></m:d>", r"\begin{cases}x=1\\ y=2\end{cases}"),
    (f"<m:d><m:e><m:m><m:mr><m:e>{r('1')}</m:e><m:e>{r('2')}</m:e></m:mr></m:m></m:e></m:d>", r"\begin{pmatrix}1&2\end{pmatrix}"),
    (f"<m:func><m:fName><m:limLow><m:e>{r('lim', UPRIGHT)}</m:e><m:lim>{r('x→0')}</m:lim></m:limLow></m:fName>"
     f"<m:e>{r('f')}</m:e></m:func>", r"\lim_{x\to 0}f"),
    (f'<m:acc><m:accPr><m:chr m:val="\u20d7"/></m:accPr><m:e>{r("AB")}</m:e></m:acc>', r"\overrightarrow{AB}"),
    (f"<m:acc><m:e>{r('ABC')}</m:e></m:acc>", r"\widehat{ABC}"),
    (f'<m:bar><m:barPr><m:pos m:val="top"/></m:barPr><m:e>{r("z")}</m:e></m:bar>', r"\overline{z}"),
    (f'<m:groupChr><m:groupChrPr><m:chr m:val="→"/></m:groupChrPr><m:e>{r("t°")}</m:e></m:groupChr>', r"\xrightarrow{t\degree}"),
    (f"<m:borderBox><m:e>{r('x')}</m:e></m:borderBox><m:box><m:e>{r('y')}</m:e></m:box>", r"\boxed{x}y"),
    (f'<m:phant><m:phantPr><m:show m:val="0"/></m:phantPr><m:e>{r("x")}</m:e></m:phant>{r("y")}', r"\phantom{x}y"),
    (r("x", "<m:rPr><m:nor/></m:rPr>") + r("2 nghiệm"), r"\text{x}2\ \text{nghiệm}"),
    (r("ℝ") + r("𝑥∈") + r("N", '<m:rPr><m:scr m:val="double-struck"/></m:rPr>'), r"\mathbb{R}x\in\mathbb{N}"),
    (r("sinx+cos y", ""), r"sinx+\cos y"),
    ("<w:bookmarkStart/><m:r><w:rPr/><m:t>a</m:t></m:r><m:r><m:t>≤3,5</m:t></m:r>", r"a\le 3{,}5"),
]  # fmt: skip


@pytest.mark.parametrize(("inner", "tex"), SAMPLES)
def test_omml_becomes_latex(inner, tex):
    assert latex_of_omml(etree.fromstring(FRAME.format(inner))) == tex


def test_several_formulas_of_a_paragraph_stand_below_each_other():
    one = FRAME.format(r("x=1"))
    both = f'<m:oMathPara xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">{one}{one}</m:oMathPara>'
    assert latex_of_omml(etree.fromstring(both)) == r"\begin{gathered}x=1\\ x=1\end{gathered}"


def test_an_empty_or_unknown_formula_is_told():
    for inner in ("", r(" "), "<m:surprise/>"):
        with pytest.raises(MathProblem):
            latex_of_omml(etree.fromstring(FRAME.format(inner)))


# what OMML does not know: a bar that grows in the middle, lines between columns, blanks that take room away
LOST = (r"\middle", "|c}", r"\!")


@pytest.mark.parametrize("tex", [tex for tex in FORMULAS if not any(sign in tex for sign in LOST)])
def test_a_formula_says_the_same_after_a_visit_to_word(tex):
    sent = etree.fromstring(etree.tostring(omml_of_latex(tex)))
    assert latex_of_omml(sent) == write_tex(read_tex(tex))


@settings(max_examples=40, deadline=None)
@given(latex)
def test_a_second_visit_changes_nothing(tex):
    once = latex_of_omml(omml_of_latex(tex))
    assert latex_of_omml(omml_of_latex(once)) == once


def test_an_operator_holds_what_it_acts_on():
    sent = omml_of_latex(r"\sum_{i=1}^n i^2=\lim_{x\to 0}\sin 2x+1")
    space = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
    operand = sent.find(f"{space}nary/{space}e")
    assert operand.find(f"{space}sSup") is not None
    assert ["".join(one.itertext()) for one in sent.iter(f"{space}func")] == ["limx→0sin2x", "sin2x"]


def test_katex_lays_out_what_comes_from_word():
    read = [latex_of_omml(etree.fromstring(FRAME.format(inner))) for inner, _tex in SAMPLES]
    read += [latex_of_omml(omml_of_latex(tex)) for tex in FORMULAS]
    assert refused_by_katex(read) == []
