"""SVG drawings: what draws is kept, what runs, loads or explodes is not."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank.bank import rules
from tests.interchange.drafts import SMALL_PNG


def drawing(inside: str, attributes: str = 'viewBox="0 0 20 10"') -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {attributes}>{inside}</svg>'
    ).encode()


def cleaned(inside: str) -> str:
    return rules.read_picture(drawing(inside)).body.decode()


def test_a_drawing_keeps_its_shapes_its_words_and_its_size():
    picture = rules.read_picture(
        drawing('<g fill="red"><path d="M0 0L9 9"/><text>Đồ thị</text></g>', 'width="2cm" height="10"')
    )
    assert (picture.media_type, picture.width, picture.height) == ("image/svg+xml", 76, 10)
    assert "<path" in picture.body.decode()
    assert "Đồ thị" in picture.body.decode()


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>", '<foreignObject><div xmlns="http://www.w3.org/1999/xhtml">x</div></foreignObject>',
        '<rect onload="alert(1)"/>', '<image href="http://x/y.png"/>', '<use href="http://x/y.svg#a"/>',
        '<rect style="fill:url(http://x/y)"/>', "<style>@import 'http://x'</style>", '<rect fill="url(//x)"/>',
        '<a xlink:href="javascript:alert(1)"><text>x</text></a>', '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<set attributeName="onload" to="alert(1)"/>', '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
        "<style>rect{fill:\\75rl(x)}</style>",
    ],
)  # fmt: skip
def test_what_runs_or_loads_is_dropped(evil):
    words = cleaned(f'<rect width="5" height="5"/>{evil}').lower()
    assert not [
        one
        for one in ("script", "alert", "http://x", "foreign", "//x", "data:", "@import", "\\75", "animate")
        if one in words
    ]


def test_a_picture_within_a_drawing_stays_when_it_is_one():
    inline = base64.b64encode(SMALL_PNG).decode()
    assert inline in cleaned(f'<image width="5" height="5" href="data:image/png;base64,{inline}"/>')


@pytest.mark.parametrize(
    "body",
    [
        drawing(""), drawing("<script/>"), b"<svg/>", drawing("<rect/>")[:-3],
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text></svg>',
        drawing('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/><rect/></g>'),
        drawing("".join(f'<g id="a{n}">' + f'<use href="#a{n + 1}"/>' * 10 + "</g>" for n in range(9)) + '<rect id="a9"/>'),
    ],
)  # fmt: skip
def test_what_draws_nothing_or_explodes_is_refused(body):
    with pytest.raises(rules.PictureProblem) as refused:
        rules.read_picture(body)
    assert refused.value.code in ("svg", "unknown_type")


@given(st.text(alphabet="<>/ garectuse=\"'#id0", max_size=80))
def test_any_drawing_is_cleaned_or_refused_and_cleaning_again_changes_nothing(inside):
    try:
        once = rules.read_picture(drawing(inside))
    except rules.PictureProblem:
        return
    assert rules.read_picture(once.body) == once


@pytest.mark.parametrize(
    "sides", [f'width="{"9" * 400}"', 'width="1e999"', 'viewBox="0 0 1.2.3 ..4"', f'viewBox="0 0 {"9" * 400} 1"']
)
def test_a_drawing_of_no_size_or_of_a_giant_one_has_some_size_all_the_same(sides):
    picture = rules.read_picture(f'<svg xmlns="http://www.w3.org/2000/svg" {sides}><path d="M0 0"/></svg>'.encode())
    assert 0 < picture.width <= 8000
    assert 0 < picture.height <= 8000


def test_very_many_parts_that_are_dropped_leave_the_words_behind_them():
    inner = "<bad>x</bad>ă" * 50_000
    body = f'<svg xmlns="http://www.w3.org/2000/svg"><text>{inner}</text></svg>'
    cleaned = rules.read_picture(body.encode()).body.decode()
    assert "ă" * 50_000 in cleaned
    assert "x</bad>" not in cleaned


def test_an_element_with_very_many_attributes_is_no_drawing():
    attributes = " ".join(f'a{number}="1"' for number in range(100_000))
    with pytest.raises(rules.PictureProblem, match="svg"):
        rules.read_picture(f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}><path d="M0 0"/></svg>'.encode())
