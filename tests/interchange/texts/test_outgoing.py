"""The bank's HTML as XHTML and as plain text."""

import pytest
from hypothesis import given, settings
from lxml import etree

from exambank.bank import rules
from exambank.interchange.math import mathml_of_latex
from exambank.interchange.texts import is_plain, read_html, write_html, write_plain
from tests.interchange.drafts import htmls

MEDIA = "0" * 8 + "-0000-0000-0000-" + "0" * 12


def test_each_part_is_written_as_the_format_wants_it():
    stored = f'a &lt; b<br><img data-media="{MEDIA}" alt="&quot;x&quot;"><span data-tex="x&lt;y"></span><span data-gap="aa11"></span>'
    written = write_html(
        stored,
        formula=lambda tex: f"<f>{len(tex)}</f>",
        picture=lambda media, alt: f"<i>{media[:2]}{len(alt)}</i>",
        gap=lambda token: f"<g>{token}</g>",
    )
    assert written == "a &lt; b<br/><i>003</i><f>3</f><g>aa11</g>"


def test_left_to_itself_it_writes_words():
    stored = f'<img data-media="{MEDIA}" alt="Hình"> <span data-tex="x&lt;y"></span> <span data-gap="aa11"></span>'
    assert write_html(stored) == r"[Hình] \(x&lt;y\) ____"
    assert write_plain(stored) == r"[Hình] \(x<y\) ____"


def test_what_is_not_closed_is_closed():
    assert write_html("<p>a<b>b</p>c</i>") == "<p>a<b>b</b></p>c"


def test_plain_text_has_line_breaks():
    stored = "<p>a</p><p>b<br>c</p><ul><li>d</li></ul><table><tbody><tr><td>e</td><td>f</td></tr></tbody></table>"
    assert write_plain(stored) == "a\n\nb\nc\n\n- d\n\ne\tf"


@pytest.mark.parametrize(
    ("stored", "is_so"), [("a &lt; b<br>c", True), ("<p>a</p><p>b</p>", True), ("H<sub>2</sub>", False)]
)
def test_it_knows_when_plain_text_loses_nothing(stored, is_so):
    assert is_plain(stored) is is_so


@settings(max_examples=40, deadline=None)
@given(htmls())
def test_a_text_goes_out_with_mathml_and_comes_back_the_same(html):
    stored = rules.sanitize_html(html)
    written = write_html(stored, formula=lambda tex: etree.tostring(mathml_of_latex(tex), encoding="unicode"))
    assert read_html(etree.fromstring(f"<div>{written}</div>"), unwrap=False).html == stored
