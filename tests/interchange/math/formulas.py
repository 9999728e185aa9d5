"""Formulas of schools and universities, by example and at random; and how KaTeX is asked about them."""

import json
import subprocess
from pathlib import Path

from hypothesis import strategies as st

EXAMPLES = r"""
x^2+y^2=z^2
\frac{1}{2}
\dfrac12
\frac{-b\pm\sqrt{b^2-4ac}}{2a}
\sqrt[3]{x+1}
a_{ij} \le 3
f'(x)=\lim_{h\to 0}\frac{f(x+h)-f(x)}{h}
\sum_{i=1}^{n} i^2=\frac{n(n+1)(2n+1)}{6}
\int_0^1 x\,dx
\iint_D f(x,y)\,dx\,dy
\left(\frac{a}{b}\right)^2
\left.\frac{dy}{dx}\right|_{x=0}
\left\{x\in\mathbb{R}\middle|x>0\right\}
\begin{cases} x+y=1\\ x-y=2\end{cases}
f(x)=\begin{cases} 1 & x>0\\ 0 & x\le 0\end{cases}
\left\{\begin{array}{l}x=1\\y=2\end{array}\right.
\left[\begin{array}{l}x=1\\y=2\end{array}\right.
\begin{pmatrix}1&2\\3&4\end{pmatrix}
\begin{vmatrix}a&b\\c&d\end{vmatrix}=ad-bc
\begin{array}{cc|c}1&2&3\\4&5&6\end{array}
\begin{aligned}a&=b+c\\&=d\end{aligned}
\overline{AB}
\overrightarrow{AB}+\vec{a}\cdot\vec{b}
\widehat{ABC}=90^\circ
\overset{\frown}{AB}
\text{Đáp số: } 3{,}14\text{ (đơn vị: }m^2)
\mathrm{H_2SO_4}\xrightarrow{t^\circ}\mathrm{SO}_2\uparrow
\ce{2H2 + O2 -> 2H2O}
\ce{Fe^{3+} + SO4^{2-}}
x\in[0;1)\cup(2;+\infty)
A\not\subset B,\ x\not=y
\forall x\in\mathbb{N},\exists y: x<y
\sin^2 x+\cos^2x=1
\log_2 8=3,\ \ln e=1
\binom{n}{k}={n \choose k}
{}^{14}_{6}\mathrm{C}
\underbrace{a+b+\ldots+a}_{n}
\max_{x\in D} f(x),\ \operatorname{rank}A
\lim\limits_{x\to0^+}\frac{\sin x}{x}
\boxed{x=1}, \cancel{x}
100\%\ \text{và}\ 5\ \text{kg}
f''(x), f^{\prime 2}
|x|\le\left|\frac{x}{y}\right|
a \mid b,\ d \parallel d',\ a\perp b
\bigcup_{i\in I}A_i,\ \prod_{k=1}^{n}k
{a \over b}, {\rm m/s}
1\,000\,000\quad\text{đồng}
\Delta=b^2-4ac>0\Rightarrow x_{1,2}=\dfrac{-b\pm\sqrt\Delta}{2a}
\xleftarrow[\text{dưới}]{a+b}
\mathbf{F}=m\mathbf{a},\ \mathcal{L},\ \mathfrak{g},\ \boldsymbol{\alpha}
\tfrac{a}{b}/c, a:b, x!
\phantom{x}y\;z\!w
\langle u,v\rangle,\ \lfloor x\rfloor,\ \lceil x\rceil,\ \|v\|
"""
FORMULAS = [line for line in EXAMPLES.strip().splitlines() if line]

_LEAVES = st.sampled_from(
    [
        r"x",
        r"y",
        r"AB",
        r"1",
        r"12",
        r"3{,}5",
        r"0.25",
        r"\alpha",
        r"\Omega",
        r"\infty",
        r"+",
        r"-",
        r"\times",
        r"\cdot",
        r"=",
        r"\le",
        r"\ne",
        r"\in",
        r"\to",
        r",",
        r";",
        r"(",
        r")",
        r"[",
        r"|",
        r"!",
        r"'",
        r"\%",
        r"\{",
        r"\}",
        r"\sin",
        r"\lim",
        r"\sum",
        r"\int",
        r"\text{khi}",
        r"\text{a_b\%}",
        r"\mathrm{cm}",
        r"\mathbb{R}",
        r"\ldots",
        r"\,",
        r"\quad",
        r"\circ",
        r"\emptyset",
    ]
)


def _shapes(inner):
    group = st.lists(inner, min_size=1, max_size=3).map(" ".join)
    pair = st.tuples(group, group)
    return st.one_of(
        pair.map(lambda two: f"\\frac{{{two[0]}}}{{{two[1]}}}"),
        group.map(lambda one: f"\\sqrt{{{one}}}"),
        pair.map(lambda two: f"\\sqrt[{{{two[0]}}}]{{{two[1]}}}"),
        pair.map(lambda two: f"{{{two[0]}}}_{{{two[1]}}}"),
        st.tuples(group, group, group).map(lambda three: "{{{}}}_{{{}}}^{{{}}}".format(*three)),
        st.tuples(group, group).map(lambda two: "\\sum_{{{}}}^{{{}}}".format(*two)),
        group.map(lambda one: f"\\left({one}\\right]"),
        group.map(lambda one: f"\\left\\{{{one}\\right."),
        st.tuples(st.sampled_from(["hat", "vec", "overline", "widehat", "underline"]), group).map(
            lambda two: "\\{}{{{}}}".format(*two)
        ),
        pair.map(lambda two: "\\begin{{cases}}{}&{}\\\\1\\end{{cases}}".format(*two)),
        pair.map(lambda two: "\\begin{{bmatrix}}{}&{}\\\\1&2\\end{{bmatrix}}".format(*two)),
        pair.map(lambda two: "\\begin{{aligned}}{}&={}\\\\&=1\\end{{aligned}}".format(*two)),
        pair.map(lambda two: "\\xrightarrow[{}]{{{}}}".format(two[0].replace("]", ")").replace("[", "("), two[1])),
        pair.map(lambda two: "\\underset{{{}}}{{{}}}".format(*two)),
        group.map(lambda one: f"\\boxed{{{one}}}"),
        pair.map(lambda two: "\\binom{{{}}}{{{}}}".format(*two)),
    )


latex = st.lists(st.recursive(_LEAVES, _shapes, max_leaves=8), min_size=1, max_size=4).map(" ".join)

_CHECK = """
import katex from %s;
import { readFileSync } from "node:fs";
const bad = [];
for (const tex of JSON.parse(readFileSync(0, "utf8"))) {
  try { katex.renderToString(tex, { throwOnError: true, strict: "ignore", trust: false, maxExpand: 200 }); }
  catch (error) { bad.push([tex, error.message]); }
}
console.log(JSON.stringify(bad));
"""
_KATEX = Path(__file__).parents[3] / "node_modules" / "katex" / "dist" / "katex.mjs"


def refused_by_katex(formulas: list[str]) -> list:
    """The formulas that KaTeX does not lay out, with what it says."""
    script = _CHECK % json.dumps(_KATEX.as_uri())
    command = ["node", "--input-type=module", "-e", script]
    done = subprocess.run(command, input=json.dumps(formulas), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)
