"""Files that are read, files that are refused, and why."""

import io
import zipfile

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font

from exambank.interchange import sheet
from exambank.interchange.sheet import UnreadableSheet, read
from tests.interchange.factories import make_csv, make_xlsx, make_zip

ROWS = [["Mã", "Họ tên"], ["HV01", "Nguyễn Thị Ước"], ["HV02", "Lò Văn Ưởng"]]


def refused(body: bytes, name: str = "a.xlsx") -> UnreadableSheet:
    with pytest.raises(UnreadableSheet) as caught:
        read(body, name)
    return caught.value


def test_an_xlsx_is_read_with_numbers_as_people_see_them():
    (found,) = read(make_xlsx([["STT", "Điểm", "Đúng"], [1, 8.5, True], [2.0, 0.1, None]]), "a.xlsx")
    assert found.name == "Câu hỏi"
    assert found.rows == [["STT", "Điểm", "Đúng"], ["1", "8.5", "TRUE"], ["2", "0.1", ""]]


def test_row_numbers_are_those_of_the_file_even_below_blank_rows():
    (found,) = read(make_xlsx([[], [], ["", "x"]]), "a.xlsx")
    assert found.rows == [["", ""], ["", ""], ["", "x"]]


def test_a_formula_is_never_computed():
    (found,) = read(make_xlsx([["a", "=1+1"]]), "a.xlsx")
    assert found.rows == [["a"]] or found.rows == [["a", ""]]
    (found,) = read(make_csv([["=1+1", "b"], ["x", "y"]]), "a.csv")
    assert found.rows[0] == ["=1+1", "b"]


def test_text_arrives_in_nfc_without_hidden_characters_and_pdf_artefacts():
    (found,) = read(make_xlsx([["\u200bHo\u0300a  ", "l\u01a3\u01a1ng", "a\u00a0b", "x\r\ny \n"]]), "a.xlsx")
    assert found.rows == [["Hòa", "lương", "a b", "x\ny"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_csv_of_every_usual_form_gives_the_same_rows(delimiter, encoding):
    rows = [["Mã", "Câu, hỏi; dài"], ["1", 'nhiều\ndòng "trích"'], ["2", "Ước"]]
    (found,) = read(make_csv(rows, delimiter, encoding), "danh sách.csv")
    assert found.rows == rows
    assert found.name == "danh sách"


def test_old_vietnamese_windows_text_is_guessed_and_said():
    (found,) = read("Ma\u0303,Ho\u0323 tên\nHV01,Nguyê\u0303n\n".encode("cp1258"), "a.csv")
    assert found.rows[1] == ["HV01", "Nguyễn"]
    assert found.notices == [("guessed_encoding", {})]


def test_excel_s_own_separator_line_is_obeyed():
    (found,) = read(b"sep=|\na|b\nc,d|e\n", "a.csv")
    assert found.rows == [["a", "b"], ["c,d", "e"]]


def test_the_guard_against_formulas_is_taken_off_again():
    (found,) = read(b"a,b\n'=1+1,'x\n", "a.csv")
    assert found.rows[1] == ["=1+1", "'x"]


def test_an_unclosed_quotation_mark_is_refused_instead_of_swallowing_rows():
    assert refused(b'a,b\n"c,d\ne,f\n', "a.csv").code == "open_quote"


def test_loose_quotation_marks_are_read_and_said():
    (found,) = read(b'a,b\n"c"d,e\n', "a.csv")
    assert found.rows[1] == ["cd", "e"]
    assert found.notices == [("loose_quotes", {})]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf \r\n", "empty_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "old_word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"%PDF-1.7", "other_file"),
        (b"<html><table>", "other_file"),
        (b"\x89PNG\r\n\x1a\n", "other_file"),
        (b"PK\x03\x04 not a zip at all", "broken_xlsx"),
        (b"\0\1\2\3 binary \0\0", "not_a_table"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(body, code):
    assert refused(body).code == code


def test_a_file_over_twenty_megabytes_is_refused_before_reading():
    error = refused(b"PK" + b"x" * sheet.FILE_LIMIT)
    assert error.code == "too_large"
    assert round(error.values["megabytes"]) == 20


def test_a_cut_off_xlsx_is_refused():
    whole = make_xlsx(ROWS)
    for end in range(100, len(whole), 400):
        assert refused(whole[:end]).code == "broken_xlsx"


def test_a_word_file_is_called_by_its_name():
    assert refused(make_zip({"word/document.xml": b"<w/>"})).values == {"kind": "word"}


@pytest.mark.parametrize("name", ["/etc/passwd.xml", "../up.xml", "xl\\evil.xml", "C:x.xml", "xl/inner.zip"])
def test_strange_names_inside_are_refused(name):
    assert refused(make_zip({"xl/workbook.xml": b"<w/>", name: b"<x/>"})).code == "suspicious_xlsx"


def test_a_declared_entity_is_refused():
    body = make_zip({"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><w/>'})
    assert refused(body).code == "suspicious_xlsx"


def test_a_zip_bomb_is_refused_without_being_unpacked():
    assert refused(make_zip({"xl/workbook.xml": b"0" * 30_000_000})).code == "too_much_inside"


def test_a_zip_that_lies_about_its_size_is_refused():
    body = bytearray(make_zip({"xl/workbook.xml": b"0" * 5_000_000}))
    with zipfile.ZipFile(io.BytesIO(bytes(body))) as archive:
        entry = archive.infolist()[0]
    body[body.rindex(b"PK\x01\x02") + 24 : body.rindex(b"PK\x01\x02") + 28] = (100).to_bytes(4, "little")
    assert entry.file_size == 5_000_000
    assert refused(bytes(body)).code in ("broken_xlsx", "other_file", "too_much_inside")


def test_a_cell_far_out_is_refused_but_formats_far_out_are_not():
    painted = make_xlsx(ROWS, edit=lambda one: setattr(one.cell(1_048_576, 16_384), "font", Font(bold=True)))
    assert read(painted, "a.xlsx")[0].rows == ROWS
    assert refused(make_xlsx(ROWS, edit=lambda one: one.cell(1_048_576, 1, "x"))).code == "too_many_rows"
    assert refused(make_xlsx(ROWS, edit=lambda one: one.cell(5_000, 16_384, "x"))).code == "too_much_inside"


def test_one_long_text_used_in_very_many_cells_is_refused():
    shared = b"<sst><si><t>" + b"a" * 30_000 + b"</t></si></sst>"
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (at, at) for at in range(1, 5_000))
    body = make_zip({"xl/workbook.xml": b"<w/>", "xl/sharedStrings.xml": shared, "xl/worksheets/sheet1.xml": cells})
    assert refused(body).code == "too_much_inside"


def test_hidden_sheets_are_not_read():
    body = make_xlsx([["a"]], sheets=[("Ẩn", [["b"]])], edit=None)
    assert [one.name for one in read(body, "a.xlsx")] == ["Câu hỏi", "Ẩn"]
    body = make_xlsx(
        [["a"]], sheets=[("Ẩn", [["b"]])], edit=lambda one: setattr(one.parent["Ẩn"], "sheet_state", "hidden")
    )
    assert [one.name for one in read(body, "a.xlsx")] == ["Câu hỏi"]


def test_an_empty_workbook_is_refused():
    assert refused(make_xlsx([])).code == "empty_sheet"


def test_cells_merged_downwards_are_told():
    (found,) = read(make_xlsx(ROWS, edit=lambda one: one.merge_cells("A2:A3")), "a.xlsx")
    assert found.merged == [(0, 1, 2)]


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.binary(max_size=300).map(lambda tail: b"PK\x03\x04" + tail)))
@example(b"PK")
def test_arbitrary_bytes_are_read_or_refused_and_nothing_else(body):
    try:
        for one in read(body, "x"):
            assert all(isinstance(cell, str) for row in one.rows for cell in row)
    except UnreadableSheet:
        pass


WHOLE = make_xlsx(ROWS)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=12))
def test_a_damaged_xlsx_is_read_or_refused_and_nothing_else(changes):
    body = bytearray(WHOLE)
    for place, value in changes:
        body[place] = value
    try:
        read(bytes(body), "x.xlsx")
    except UnreadableSheet:
        pass


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"]),
        st.binary(max_size=200),
    )
)
def test_arbitrary_parts_in_a_sound_zip_are_read_or_refused(parts):
    try:
        read(make_zip(parts), "x.xlsx")
    except UnreadableSheet:
        pass
