"""Answer sheets: where everything lies, and that it lies there in the PDF."""

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import ContentStream

from exambank.documents.papers import answer_sheets
from exambank.documents.papers import sheet_geometry as geometry
from exambank.documents.papers.answer_sheets import Unlike, common_wants, compose_sheets, plain_wants, wants_of
from exambank.documents.papers.sheet_geometry import Want, fill_code, lay_out
from exambank.documents.typesetting import typeset_papers
from tests.documents.paper_items import HEAD, entry, every_kind
from tests.people import THEN

MILLIMETRE = 72 / 25.4
NATIONAL = [
    *plain_wants(18),
    *(Want(str(at), "grid", ("Đ", "S"), tuple("abcd")) for at in range(19, 23)),
    *(Want(str(at), "digits") for at in range(23, 29)),
]
SET = "01999999-0000-7000-8000-000000000001"


def squares_in(page) -> list[tuple[float, float, float, float]]:
    """Filled black rectangles of a page as x, y, width, height in millimetres from the top left corner."""
    found, matrix, stack, corners = [], (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), [], []
    height = float(page.mediabox.height)
    for operands, operator in ContentStream(page.get_contents(), page.pdf).operations:
        if operator == b"q":
            stack.append(matrix)
        elif operator == b"Q":
            matrix = stack.pop()
        elif operator == b"cm":
            a, b, c, d, e, f = map(float, operands)
            m = matrix
            matrix = (a * m[0] + b * m[2], a * m[1] + b * m[3], c * m[0] + d * m[2], c * m[1] + d * m[3],
                      e * m[0] + f * m[2] + m[4], e * m[1] + f * m[3] + m[5])  # fmt: skip
        elif operator == b"re":
            x, y, wide, high = map(float, operands)
            corners += [(x, y), (x + wide, y + high)]
        elif operator in (b"m", b"l"):
            corners.append(tuple(map(float, operands)))
        elif operator == b"c":
            corners += [(float("nan"), 0.0)]  # a curve: no rectangle
        elif operator in (b"f", b"f*", b"F"):
            placed = [
                (x * matrix[0] + y * matrix[2] + matrix[4], x * matrix[1] + y * matrix[3] + matrix[5])
                for x, y in corners
            ]
            xs, ys = [x for x, _y in placed], [height - y for _x, y in placed]
            if placed and all(x == x for x in xs):
                sides = (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
                found.append(tuple(side / MILLIMETRE for side in sides))
            corners = []
        elif operator in (b"S", b"s", b"n", b"B", b"b"):
            corners = []
    return found


@pytest.fixture(scope="module")
def sheet():
    data, pictures = compose_sheets(HEAD, SET, {"104": NATIONAL}, {"104": 2}, 6)
    body, broken = typeset_papers("answer_sheet", data, pictures, THEN)
    assert broken.pictures == ()
    return PdfReader(io.BytesIO(body))


def test_the_anchors_lie_in_the_pdf_where_the_geometry_says(sheet):
    assert len(sheet.pages) == 2
    for page in sheet.pages:
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx((595.28, 841.89), abs=0.01)
        drawn = [one for one in squares_in(page) if one[0] < geometry.QR[0] or one[1] > geometry.QR[1] + geometry.QR[2]]
        drawn += [one for one in squares_in(page) if one[0] > geometry.QR[0] + geometry.QR[2] and one not in drawn]
        planned = lay_out(NATIONAL, 6, 3)[0]
        assert len(planned.anchors) == 5
        for mark in [*planned.anchors, *planned.timing]:
            wanted = (mark.x, mark.y, mark.width, mark.height)
            nearest = min(drawn, key=lambda one: max(abs(a - b) for a, b in zip(one, wanted, strict=True)))
            assert max(abs(a - b) for a, b in zip(nearest, wanted, strict=True)) < 0.2, wanted
        assert len(drawn) == len(planned.anchors) + len(planned.timing)


def test_sheets_say_who_signs_what_is_where_and_carry_their_number(sheet):
    pages = [" ".join(page.extract_text().split()) for page in sheet.pages]
    for words in ("PHIẾU TRẢ LỜI TRẮC NGHIỆM", "Số báo danh", "Mã đề", "Giám thị 1", "Giám thị 2", "Giám khảo 1",
                  "Giám khảo 2", "Câu 19", "Câu 28", "Phiếu 0001, trang 1/1"):  # fmt: skip
        assert words in pages[0], words
    assert "Phiếu 0002" in pages[1]


def test_the_code_says_set_paper_sheet_and_page():
    assert answer_sheets.sheet_words(SET, "104", 7, 1) == f"EXB1|{SET}|104|7|1"
    assert answer_sheets.sheet_words(SET, "", 7, 2) == f"EXB1|{SET}|-|7|2"
    drawing = answer_sheets.qr_drawing("EXB1|x")
    assert drawing.startswith(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 21 21" width="21" height="21"><path d="M0'
    )


def test_a_known_code_is_filled_in_and_nothing_else():
    [page] = lay_out(NATIONAL, 6, 3)
    filled = fill_code(page, "104")
    assert {one.name for one in filled.bubbles if one.is_filled} == {"code.1.1", "code.2.0", "code.3.4"}
    assert [(one.x, one.y) for one in filled.bubbles] == [(one.x, one.y) for one in page.bubbles]
    assert not any(one.is_filled for one in page.bubbles)


def test_a_full_sheet_holds_120_questions_on_one_page():
    [page] = lay_out(plain_wants(120), 6, 3)
    names = {one.name for one in page.bubbles}
    assert {f"question.{at}.{letter}" for at in range(1, 121) for letter in "ABCD"} <= names
    assert len(names) == len(page.bubbles) == 480 + 60 + 30


wants = st.lists(
    st.one_of(
        st.integers(2, 6).map(lambda count: ("choice", tuple("ABCDEF"[:count]), ())),
        st.tuples(st.just("grid"), st.just(("Đ", "S")), st.integers(2, 8).map(lambda rows: tuple("abcdefgh"[:rows]))),
        st.just(("digits", (), ())),
        st.just(("paper", (), ())),
    ),
    max_size=60,
)


@given(wants, st.integers(3, 7), st.integers(0, 4))
@settings(max_examples=25, deadline=None)
def test_nothing_overlaps_and_nothing_leaves_the_page(sorts, digits, code_digits):
    asked = [Want(str(at), sort, columns, rows) for at, (sort, columns, rows) in enumerate(sorts, start=1)]
    pages = lay_out(asked, digits, code_digits)
    found = {one.name.split(".")[1] for page in pages for one in page.bubbles if one.name.startswith("question.")}
    assert found == {want.number for want in asked if want.sort != "paper"}
    for page in pages:
        for one in page.bubbles:
            assert one.x - geometry.RADIUS >= geometry.LEFT
            assert one.x + geometry.RADIUS <= geometry.RIGHT + 2
            assert one.y + geometry.RADIUS <= geometry.BOTTOM + 0.01
        spots = sorted((one.x, one.y) for one in page.bubbles)
        for at, (x, y) in enumerate(spots):
            for other_x, other_y in spots[at + 1 :]:
                if other_x - x > 2 * geometry.RADIUS:
                    break
                assert (other_x - x) ** 2 + (other_y - y) ** 2 >= (2 * geometry.RADIUS) ** 2


def test_kinds_ask_for_what_their_answers_need():
    texts = every_kind()
    asked = {want.number: want for want in wants_of([entry(one) for one in texts.values()], texts)}
    sorts = {
        texts[int(number.partition(".")[0])].kind + number.partition(".")[2]: want.sort
        for number, want in asked.items()
    }
    assert sorts == {
        "single_choice": "choice", "multiple_choice": "choice", "true_false": "choice", "true_false_cluster": "grid",
        "short_text": "paper", "numeric": "digits", "matching": "grid", "ordering": "grid", "fill_in": "paper",
        "essay": "paper", "oral": "paper", "case1": "choice", "case2": "paper",
    }  # fmt: skip
    assert (asked["4"].columns, asked["4"].rows) == (("Đ", "S"), ("a", "b", "c", "d"))
    assert (asked["7"].columns, asked["7"].rows) == (("A", "B", "C"), ("1", "2"))


def test_one_form_serves_papers_that_ask_alike_and_is_refused_for_others():
    four, five = Want("1", "choice", tuple("ABCD")), Want("1", "choice", tuple("ABCDE"))
    assert common_wants([[four], [five]]) == [five]
    for other in ([Want("1", "digits")], [four, Want("2", "digits")]):
        with pytest.raises(Unlike):
            common_wants([[four], other])


def test_a_code_of_letters_is_printed_instead_of_filled():
    data, _pictures = compose_sheets(HEAD, SET, {"A1": plain_wants(4)}, {"A1": 1})
    assert data["code_digits"] == 0
    assert not [one for one in data["forms"]["A1"][0]["words"] if one[2] == "Mã đề"]
    assert re.fullmatch(r"code-1-1\.svg", data["sheets"][0]["codes"][0])
