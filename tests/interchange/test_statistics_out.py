"""Item statistics as a workbook and as CSV: inert texts, real numbers, the rights of the report."""

import csv
import io

import pytest
from openpyxl import load_workbook

from exambank.analysis import service as analysis
from exambank.db import unit_of_work
from tests.analysis.factories import make_sat_exam


@pytest.fixture
def exam(people):
    with unit_of_work():
        exam = make_sat_exam(people, candidates=24, items=4)
        exam.title = "=HYPERLINK(1)"
    analysis.run_analysis(exam.public_id)
    with unit_of_work():
        analysis.get_report(exam).items[0].item_version.item.code = "@SUM(1)"
    return exam


def url_of(exam, kind: str) -> str:
    return f"/interchange/exams/{exam.public_id}/statistics.{kind}"


def test_the_workbook_holds_every_part_of_the_report_and_no_formula(exam, people, sign_in):
    answer = sign_in(people.lecturer).get(url_of(exam, "xlsx"))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    book = load_workbook(io.BytesIO(answer.data))
    assert len(book.sheetnames) == len(set(book.sheetnames)) == 5
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type != "f" for cell in cells)
    assert {"=HYPERLINK(1)", "@SUM(1)"} <= {cell.value for cell in cells}
    items = book.worksheets[1]
    assert sum(isinstance(cell.value, float) for cell in list(items.iter_rows())[-1]) >= 6


def test_the_csv_has_a_row_for_each_item(exam, people, sign_in):
    answer = sign_in(people.inspector).get(url_of(exam, "csv"))
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == 1 + 4
    assert "'@SUM(1)" in {row[0] for row in rows}
    assert all(0 <= float(row[3]) <= 1 for row in rows[1:])


def test_others_find_nothing_and_neither_does_anybody_before_the_analysis(exam, people, sign_in):
    for person in (people.stranger, people.officer, people.invigilator, people.learner, people.technician):
        assert [sign_in(person).get(url_of(exam, kind)).status_code for kind in ("xlsx", "csv")] == [404, 404]
    with unit_of_work():
        version = analysis.get_report(exam).items[0].item_version
        bare = make_sat_exam(people, candidates=2, versions=[version], seed=3)
    assert [sign_in(people.quality).get(url_of(bare, kind)).status_code for kind in ("xlsx", "csv")] == [404, 404]
