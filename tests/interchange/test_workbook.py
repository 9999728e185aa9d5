"""Files that go out stay inert."""

import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from exambank.interchange.sheet import clean, read
from exambank.interchange.workbook import Table, write_csv, write_xlsx


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0"]
)
def test_a_text_never_becomes_a_formula(text):
    table = Table("x", [text], [[text]], [text])
    for row in load_workbook(io.BytesIO(write_xlsx(table))).active.iter_rows():
        for cell in row:
            if cell.value is not None:
                assert cell.data_type == "s"
                assert cell.quotePrefix
    line = write_csv(table).decode("utf-8-sig").splitlines()[1]
    assert line.lstrip('"').startswith("'")


def test_numbers_stay_numbers():
    sheet = load_workbook(io.BytesIO(write_xlsx(Table("x", ["a"], [[Decimal("8.5")], [3], [None]])))).active
    assert [cell.value for cell in sheet["A"]] == ["a", 8.5, 3]


def test_a_sheet_name_is_made_lawful():
    assert load_workbook(io.BytesIO(write_xlsx(Table("K75/A: [x]*" * 5, ["a"], [])))).sheetnames[0].startswith("K75 A")


printable = st.text(max_size=40).map(clean).filter(bool)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(printable, min_size=2, max_size=2), min_size=1, max_size=4))
def test_what_is_written_is_read_back(rows):
    table = Table("x", ["một", "hai"], rows)
    assert read(write_xlsx(table), "x.xlsx")[0].rows[1:] == rows
    assert read(write_csv(table), "x.csv")[0].rows[1:] == rows
