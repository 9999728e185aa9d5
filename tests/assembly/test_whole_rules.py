"""Whole papers: how the list is put together, what is refused, the orders of the codes; files told by their content."""

import io
import random
import zipfile
import zlib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.assembly.rules import files, whole
from exambank.assembly.rules.files import DOCX, PDF, FileProblem, media_type_of, tidy_name
from exambank.assembly.rules.whole import ChosenItem, WholeProblem

A, B, C = ChosenItem("a"), ChosenItem("b", Decimal("0.5")), ChosenItem("c", Decimal(2), 2)
PAPERS = st.lists(
    st.builds(ChosenItem, st.uuids().map(str), st.sampled_from([Decimal("0.25"), Decimal(1)]), st.integers(1, 3)),
    min_size=1,
    max_size=12,
    unique_by=lambda one: one.item,
)


def test_an_added_question_takes_points_and_part_of_the_last_and_stands_once():
    assert whole.add([A, C], "d") == [A, C, ChosenItem("d", Decimal(2), 2)]
    assert whole.add([A, C], "a") == [A, C]


def test_a_full_paper_takes_no_more():
    full = [ChosenItem(str(at)) for at in range(300)]
    assert whole.add(full, "more") == full


def test_a_question_moves_by_one_place_and_stops_at_the_edges():
    assert whole.move([A, B, C], 2, -1) == [A, C, B]
    assert whole.move([A, B, C], 0, -1) == whole.move([A, B, C], 2, 1) == whole.move([A, B, C], 7, 1) == [A, B, C]


def test_a_question_taken_out_leaves_the_others():
    assert whole.remove([A, B, C], 1) == [A, C]


def test_what_is_wrong_is_named_with_the_places():
    chosen = [A, ChosenItem("a"), ChosenItem("x", Decimal(0)), ChosenItem("b", Decimal("0.00001"), 0)]
    assert whole.check(chosen, {"a", "b"}, codes=25) == [
        WholeProblem("codes"), WholeProblem("twice", (2,)), WholeProblem("unknown", (3,)),
        WholeProblem("points", (3, 4)), WholeProblem("part", (4,)),
    ]  # fmt: skip
    assert whole.check([], set(), codes=1) == [WholeProblem("no_items")]
    assert whole.check([A, B, C], {"a", "b", "c"}, codes=4) == []


@given(PAPERS, st.integers())
@settings(max_examples=40)
def test_every_code_holds_the_same_questions_part_by_part(chosen, seed):
    first = whole.order_of_code(chosen, True, random.Random(seed))
    other = whole.order_of_code(chosen, False, random.Random(seed))
    assert sorted(first, key=str) == sorted(other, key=str) == sorted(chosen, key=str)
    assert [one.part for one in first] == [one.part for one in other] == sorted(one.part for one in chosen)
    assert first == [one for part in (1, 2, 3) for one in chosen if one.part == part]  # the writer's order


def test_a_layout_carries_version_points_and_part():
    laid = whole.lay_out([B, C], {"b": 7, "c": 9}, {"b": ["t1", "t2"], "c": []})
    assert laid == [
        {"version": 7, "points": "0.5", "cell": 1, "options": ["t1", "t2"]},
        {"version": 9, "points": "2", "cell": 2, "options": [], "part": 2},
    ]


# --- files ---


def make_docx(parts=None, main=DOCX + ".main+xml") -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("[Content_Types].xml", f'<Types><Override ContentType="{main}"/></Types>')
        for name, text in {"word/document.xml": "<w/>", **(parts or {})}.items():
            archive.writestr(name, text)
    return body.getvalue()


PDF_BODY = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"


def test_a_file_is_what_its_content_says():
    assert media_type_of(PDF_BODY) == PDF
    assert media_type_of(make_docx()) == DOCX


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"%PDF-" + b"x" * files.LARGEST_BYTES, "too_large"),
        (b"MZ\x90\x00 a program named paper.pdf", "unknown_type"),
        (b"%PDF-1.7 cut off", "broken"),
        (PDF_BODY.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript>>"), "active"),
        (PDF_BODY.replace(b"/Catalog", b"/Catalog/OpenAction<</S/#4AavaScript>>"), "active"),
        (PDF_BODY.replace(b"/Catalog", b"/Catalog/Encrypt 5 0 R"), "locked"),
        (make_docx()[:-30], "broken"),
        (make_docx({"word/vbaProject.bin": "x"}), "macros"),
        (make_docx(main="application/vnd.ms-word.document.macroEnabled.main+xml"), "macros"),
        (make_docx({"word/embeddings/oleObject1.bin": "x"}), "macros"),
        (make_docx({"../outside": "x"}), "broken"),
        (make_docx(main="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"), "unknown_type"),
    ],
)
def test_whatever_else_is_refused_with_its_reason(body, code):
    with pytest.raises(FileProblem) as refused:
        media_type_of(body)
    assert refused.value.code == code


def _with_stream(words: bytes, kind: bytes) -> bytes:
    packed = zlib.compress(words)
    return b"%PDF-1.7\n3 0 obj<</Type" + kind + b">>stream\n" + packed + b"\nendstream endobj\n%%EOF\n"


def test_a_script_among_packed_objects_is_found_and_the_same_bytes_in_a_picture_are_none():
    with pytest.raises(FileProblem, match="active"):
        media_type_of(_with_stream(b"1 0 <</S/JavaScript/JS(app.alert)>>", b"/ObjStm/Filter/FlateDecode"))
    picture = b"%PDF-1.7\n3 0 obj<</Type/XObject>>stream\n..../JS ....\nendstream endobj\n%%EOF\n"
    assert media_type_of(picture) == PDF


def test_an_archive_that_unpacks_to_too_much_is_refused():
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", DOCX + ".main+xml")
        archive.writestr("word/document.xml", b"\0" * (files.LARGEST_UNPACKED + 1))
    with pytest.raises(FileProblem) as refused:
        media_type_of(body.getvalue())
    assert refused.value.code == "too_large"


@given(st.binary(max_size=300))
@settings(max_examples=40)
def test_no_bytes_bring_more_than_a_refusal(noise):
    for head in (b"%PDF-", b"PK\x03\x04", b""):
        with pytest.raises(FileProblem):
            media_type_of(head + noise)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("Đề thi 1.PDF", "Đề thi 1.pdf"),
        ("C:\\đề\\..\\mật.docm", "mật.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("<script>.pdf", "script.pdf"),
        ("", "paper.pdf"),
        ("x" * 500, "x" * 90 + ".pdf"),
    ],
)
def test_a_name_keeps_no_folder_and_takes_the_suffix_of_the_type(given_name, kept):
    assert tidy_name(given_name, PDF) == kept
