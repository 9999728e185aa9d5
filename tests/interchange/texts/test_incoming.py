"""Foreign HTML as the bank keeps it: nothing is dropped unsaid, nothing dangerous comes in."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from exambank.bank import rules
from exambank.interchange.texts import embedded_picture, read_html, read_plain, write_html
from tests.interchange.drafts import SMALL_PNG, htmls

MEDIA = "0" * 8 + "-0000-0000-0000-" + "0" * 12


@pytest.mark.parametrize(
    ("given_html", "kept"),
    [
        ("x", "x"),
        ("<p>x</p>", "x"),
        ("<div><p>a</p>b</div>", "<p>a</p><p>b</p>"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("x < 3 & y > 2", "x &lt; 3 &amp; y &gt; 2"),
        ("a<b và c", "a&lt;b và c"),
        ("a&nbsp;&nbsp;b", "a b"),
        ("&amp;lt; &lt;b&gt;", "&amp;lt; &lt;b&gt;"),
        ("<h1>t</h1>y", "<h3>t</h3>y"),
        ("<b>đậm</b> <strong>m</strong><ins>g</ins>", "<b>đậm</b> <strong>m</strong><u>g</u>"),
        ('<span style="font-weight:bold;text-decoration: underline">x</span>', "<u><b>x</b></u>"),
        ("<u>&nbsp;&nbsp;&nbsp;</u> là", "____ là"),
        ("a <br/> b<br>", "a<br>b"),
        ("<p class=MsoNormal>a<o:p></o:p></p><![if !x]>", "a"),
        ("<![CDATA[a < b]]>", "a &lt; b"),
        ("<pre>a\n  b</pre>", "<pre>a\n  b</pre>"),
        ("<script>alert(1)</script>x<style>p{}</style>", "x"),
        ('<a href="http://x.vn">xem</a>', "xem (http://x.vn)"),
        ('<a href="http://x.vn">http://x.vn</a>', "http://x.vn"),
        ('<a href="javascript:alert(1)">xem</a>', "xem"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        (
            "<table><tr><th colspan=2>x</th></tr></table>",
            '<table><tbody><tr><th colspan="2">x</th></tr></tbody></table>',
        ),
        ("Hoa\u0300", "Hoà"),
        ("", ""),
    ],
)
def test_markup_becomes_the_banks_own(given_html, kept):
    read = read_html(given_html)
    assert (read.html, read.problems) == (kept, ())


def tex(formula: str) -> str:
    return f'<span data-tex="{formula}"></span>'


@pytest.mark.parametrize(
    ("given_html", "kept"),
    [
        (r"Tính \(x<y\)", "Tính " + tex("x&lt;y")),
        (r"\[x^2\] và $$\frac12$$", tex("x^2") + " và " + tex(r"\frac12")),
        ("giá $5 và $6", "giá $5 và $6"),
        (r"lẻ \( thôi", r"lẻ \( thôi"),
        ("[mathjaxinline]x[/mathjaxinline]", tex("x")),
        (r"\begin{equation}x=1\end{equation}", tex("x=1")),
        (r"\(\mbox{cm}\)", tex(r"\text{cm}")),
        ("<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>", tex(r"\frac{1}{2}")),
        ('<m:math xmlns:m="x"><m:mi>a</m:mi></m:math> b', tex("a") + " b"),
        ('<img class="equation_image" src="/equation_images/x" data-equation-content="x^2">', tex("x^2")),
        ('<img class="Wirisformula" data-mathml="«math»«mi»x«/mi»«/math»">', tex("x")),
        ('<script type="math/tex">x+1</script>', tex("x+1")),
        (r"<code>\(x\)</code>", r"<code>\(x\)</code>"),
        (tex("a_1"), tex("a_1")),
    ],
)
def test_formulas_are_found_however_they_are_written(given_html, kept):
    assert read_html(given_html).html == kept


def test_single_dollars_are_formulas_only_when_asked_for():
    assert read_html("$x$ và $5", tex_delimiters="dollar").html == tex("x") + " và $5"
    assert read_html(r"\(x\)", tex_delimiters=False).html == r"\(x\)"


def test_a_formula_that_cannot_be_read_stays_as_words_and_is_told():
    read = read_html("<math><apply>x</apply></math>")
    assert read.html == "x"
    assert [problem.code for problem in read.problems] == ["formula_unread"]


def test_pictures_are_asked_for_and_missing_ones_told():
    source = '<img src="a/b.png" alt="Hình 1"> <object data="c.png" type="image/png">Hình 2</object>'
    found = read_html(source, picture=lambda src, alt: MEDIA if src == "a/b.png" else None)
    assert found.html == f'<img data-media="{MEDIA}" alt="Hình 1"> [Hình 2]'
    assert [(problem.code, problem.values["name"]) for problem in found.problems] == [("picture_missing", "c.png")]


def test_a_picture_that_is_not_taken_is_told_with_its_reason():
    def refuse(src, alt):
        raise rules.PictureProblem("too_large")

    assert [problem.code for problem in read_html('<img src="x.png">', picture=refuse).problems] == [
        "picture_too_large"
    ]


def test_embedded_pictures_and_drawings_come_as_their_bytes():
    seen = []
    inline = '<svg viewBox="0 0 1 1"><linearGradient/></svg>'
    packed = base64.b64encode(SMALL_PNG).decode()
    read_html(
        f'<img src="data:image/png;base64,{packed}">{inline}',
        picture=lambda src, alt: seen.append(embedded_picture(src)),
    )
    assert seen[0] == SMALL_PNG
    assert b'viewBox="0 0 1 1"' in seen[1]
    assert b"<linearGradient" in seen[1]
    assert embedded_picture("http://x.vn/a.png") is None
    assert embedded_picture("data:image/png;base64,%%%") is None


def test_sound_and_film_are_told():
    read = read_html('<audio src="nghe.mp3">cũ</audio>Nghe <video><source src="phim.mp4"></video>')
    assert read.html == "Nghe"
    assert [problem.values["name"] for problem in read.problems] == ["nghe.mp3", "phim.mp4"]


def test_an_element_is_read_with_what_its_format_adds():
    body = etree.fromstring('<itemBody xmlns="urn:x"><p>Năm <textEntry id="1"/>.</p><choice>bỏ</choice></itemBody>')
    special = {"textentry": lambda element: '<span data-gap="aa11"></span>', "choice": lambda element: ""}
    assert read_html(body, special=special).html == 'Năm <span data-gap="aa11"></span>.'


def test_words_deeper_than_any_page_are_kept():
    deep = etree.Element("body")
    inner = deep
    for _level in range(400):
        inner = etree.SubElement(inner, "div")
    inner.text = "sâu"
    assert read_html(deep).html == "sâu"


def test_plain_text_is_never_markup():
    assert read_plain("a < b\nc\n\n<b>d</b>").html == "<p>a &lt; b<br>c</p><p>&lt;b&gt;d&lt;/b&gt;</p>"
    assert read_plain("x = \\(a\n+b\\)").html == "x = " + tex("a +b")


SIGNS = st.text(alphabet="<>&\"'/ab p$\\()[]=-!\n\xa0é", max_size=40)
PIECES = st.sampled_from(
    ["<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<br>", "<table>", "<tr><td>", "</table>", "<u>", "</u>", "a", " ", "&nbsp;",
     "<span style='font-style:italic'>", "</span>", "<ul><li>", "</ul>", "<img src=x>", "$$x$$", "<math><mi>x</mi></math>", "<!-- x -->",
     "<a href='http://a.vn'>", "</a>", "<pre>", "</pre>", "<h2>", "</h2>", "<code>", "</code>", "&lt;b&gt;", "<script>", "</script>"]
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(SIGNS | st.lists(PIECES, max_size=14).map("".join))
def test_reading_twice_changes_nothing_and_it_can_always_be_written(source):
    once = read_html(source).html
    assert read_html(once).html == once
    etree.fromstring(f"<div>{write_html(once)}</div>")


@settings(max_examples=40, deadline=None)
@given(htmls())
def test_what_the_bank_keeps_comes_back_as_it_was(html):
    stored = rules.sanitize_html(html)
    assert read_html(stored).html == stored
