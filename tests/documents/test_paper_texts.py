"""Stored HTML as trees, TeX as typst's notation: nothing of it is ever code."""

import json
import re

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.bank.rules import sanitize_html
from exambank.documents.papers import formulas, html_tree, pictures
from exambank.documents.papers.html_tree import Makers
from tests.documents.paper_items import PICTURES, PNG, SVG, TABLE, png

MAKERS = Makers(lambda tex: ["math", tex], lambda public_id, width: ["img", public_id, width, 1], {"g": ["gap", 1, 26]})


def tree(stored: str) -> list:
    return html_tree.blocks_of(stored, MAKERS, 170.0)


@pytest.mark.parametrize(
    ("stored", "blocks"),
    [
        ("", []),
        ("Một câu", [["p", ["Một câu"]]]),
        ("<p>Một <b>hai <i>ba</i></b></p><p>bốn</p>", [["p", ["Một ", ["b", ["hai ", ["i", ["ba"]]]]]], ["p", ["bốn"]]]),
        ("a<br>b  c\n d", [["p", ["a", ["br"], "b c d"]]]),
        ("H<sub>2</sub>O<sup>+</sup>", [["p", ["H", ["sub", ["2"]], "O", ["sup", ["+"]]]]]),
        ("<u>a</u><s>b</s><code>c</code>", [["p", [["u", ["a"]], ["s", ["b"]], ["code", ["c"]]]]]),
        ("<ol><li>a</li><li>b<ul><li>c</li></ul></li></ol>",
         [["list", True, [[["p", ["a"]]], [["p", ["b"]], ["list", False, [[["p", ["c"]]]]]]]]]),
        ("<pre>if a:\n    b</pre>", [["pre", "if a:\n    b"]]),
        ("<blockquote>a</blockquote>", [["quote", [["p", ["a"]]]]]),
        ("<h3>Đầu</h3>x", [["h", ["Đầu"]], ["p", ["x"]]]),
        ('<span data-tex="x^2"></span>', [["p", [["math", "x^2"]]]]),
        ('a <span data-gap="g"></span><span class="eb-blank"></span>', [["p", ["a ", ["gap", 1, 26], ["blank"]]]]),
        ("50\u00a0%", [["p", ["50\u00a0%"]]]),
        ("&lt;b&gt; #x $y$", [["p", ["<b> #x $y$"]]]),
    ],
)  # fmt: skip
def test_stored_html_becomes_a_tree(stored, blocks):
    assert tree(stored) == blocks


def test_cells_of_a_table_have_places_that_never_overlap():
    [(_sort, _lines, columns, cells)] = tree(TABLE)
    assert columns == 3
    assert [cell[:5] for cell in cells] == [
        [0, 0, 1, 1, True], [1, 0, 2, 1, True], [0, 1, 1, 2, False], [1, 1, 1, 1, False], [2, 1, 1, 1, False],
        [1, 2, 1, 1, False], [2, 2, 1, 1, False],
    ]  # fmt: skip
    [(_sort, _lines, columns, cells)] = tree(
        '<table><tr><td colspan="99" rowspan="99">a</td></tr><tr><td>b</td></tr></table>'
    )
    assert (columns, [cell[:4] for cell in cells]) == (16, [[0, 0, 16, 2]])


@given(
    st.text(max_size=60),
    st.lists(st.sampled_from(["p", "b", "ul", "li", "table", "tr", "td", "pre", "sub"]), max_size=20),
)
@settings(max_examples=40, deadline=None)
def test_any_sanitised_html_gives_a_tree_of_plain_data_with_all_its_words(words, tags):
    stored = sanitize_html("".join(f"<{tag}>" for tag in tags) + words.replace("<", "&lt;"))
    blocks = tree(stored)
    assert json.loads(json.dumps(blocks)) == blocks
    told = "".join(lxml.html.fragment_fromstring(stored, create_parent="div").itertext()) if stored else ""
    assert sorted(letters("".join(map(words_of, blocks)))) == sorted(letters(told))


def letters(words: str) -> str:
    return re.sub(r"[\s\u200b]", "", words)


def words_of(node) -> str:
    """All words below a node."""
    if isinstance(node, str):
        return node
    if node[0] == "list":
        return "".join(words_of(one) for blocks in node[2] for one in blocks)
    if node[0] == "table":
        return "".join(words_of(one) for cell in node[3] for one in cell[5])
    return node[1] if node[0] == "pre" else "".join(map(words_of, node[1])) if len(node) > 1 else ""


def test_a_word_that_no_column_holds_may_break():
    [[_p, [words]]] = tree("a" * 100)
    assert words.replace("\u200b", "") == "a" * 100
    assert max(map(len, words.split("\u200b"))) == html_tree.LONGEST_WORD


@pytest.mark.parametrize(
    ("tex", "math"),
    [
        (r"\frac{a}{b}", "frac(a, b)"),
        (r"3{,}5+2,25", '"3,5"+"2,25"'),
        (r"[1;2)", "[1  xsemi  2)"),
        (r"\begin{cases}x>0\\y<1\end{cases}", "cases(x > 0,y < 1)"),
        (r"f'(x)", "f'(x)"),
        (r"\binom{a,b}{c}", "binom(a  xsep  b, c)"),
    ],
)
def test_tex_becomes_typsts_notation(tex, math):
    assert formulas.convert(tex).math == math


def test_words_of_a_formula_are_data_and_come_back_by_name():
    found = formulas.convert(r"v=\frac{\text{quãng đường}}{\textbf{] #read(x) [}}")
    assert found.words == (("", "quãng đường"), ("b", "] #read(x) ["))
    assert "xw0" in found.math
    assert "xw1" in found.math
    assert "read" not in found.math


@pytest.mark.parametrize(
    ("tex", "code"),
    [
        ("", "empty"),
        ("x" * 2000, "too_long"),
        ("{" * 40 + "}" * 40, "too_deep"),
        ("#read(x)", "refused_sign"),
        ('"a"', "refused_sign"),
        ("$a$", "refused_sign"),
        ("a//b", "refused_sign"),
        (r"\frac{a", "refused_sign"),
        (r"\foo{x}", "unknown_command"),
        (r"\std.\read(x)", "unknown_command"),
        (r"\def\a{\b\b}\a", "unknown_command"),
        (r"\newcommand{\a}{b}", "unknown_command"),
        (r"\href{a}{b}", "unknown_command"),
        (r"\text{a \text{b}}", "unknown_command"),
        (r"\begin{tikzpicture}\end{tikzpicture}", "unknown_command"),
        (r"\begin{array}{c}\hline a\end{array}", "unknown_command"),
        (r"\text{] #read(\"paper.typ\") [}", "unknown_command"),
    ],
)
def test_what_is_not_surely_understood_is_refused_with_its_reason(tex, code):
    with pytest.raises(formulas.Unprintable) as refused:
        formulas.convert(tex)
    assert refused.value.code == code


@given(st.text(alphabet=r"\{}[]()#$\"`@~&%^_,;:'/*|.<>=+- abxstdreyvl" + "\n\ue101\ue110", max_size=60))
@settings(max_examples=40, deadline=None)
def test_no_typed_formula_leads_to_code(tex):
    try:
        found = formulas.convert(tex)
    except formulas.Unprintable:
        return
    quoted = re.sub(r'"[0-9]+,[0-9]+"|delim: "."|op\("[a-z ]*"\)', "", found.math)
    assert not re.search(r"""#|"|`|//|/\*|\bstd\b|\bsys\b|\beval\b|\bread\b""", quoted)


def test_pictures_become_drawings_that_keep_their_size():
    drawn = pictures.draw(PICTURES[PNG], "p.svg")
    assert drawn.svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" width="24" height="12"><image')
    assert (drawn.width, drawn.height) == (6.35, 3.17)
    assert "<circle" in pictures.draw(PICTURES[SVG], "p.svg").svg
    evil = b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script>x</script><rect width="9" height="9"/></svg>'
    shown = pictures.draw(pictures.Loaded("image/svg+xml", 9, 9, evil), "p.svg").svg
    assert "script" not in shown
    assert "onload" not in shown
    assert pictures.draw(pictures.Loaded("image/png", 1, 1, png()[:-9]), "p.svg") is None


@given(st.floats(1, 3000), st.floats(1, 3000), st.floats(10, 170))
@settings(max_examples=40)
def test_a_picture_fits_its_column_keeps_its_shape_and_never_grows(width, height, widest):
    fitted = pictures.fit(width, height, widest)
    assert fitted[0] <= min(width, widest) + 0.01
    assert fitted[1] <= min(height, pictures.TALLEST) + 0.01
    assert abs(fitted[0] * height - fitted[1] * width) <= 0.02 * (width + height)
