"""A report as tables: numbers stay numbers, runs of older formulas are read, changed marks are noticed."""

import pytest

from exambank.analysis import service
from exambank.analysis.pictures.marks import STEPS, count_steps
from exambank.analysis.service import comparing, freshness, tables
from exambank.db import unit_of_work
from exambank.permissions import SYSTEM
from tests.analysis.factories import make_sat_exam


@pytest.fixture
def report(people):
    with unit_of_work():
        exam = make_sat_exam(people, candidates=30, items=5)
    service.run_analysis(exam.public_id)
    return service.get_report(exam)


def test_every_row_is_as_wide_as_its_header_and_every_figure_a_number(report):
    for sheet in tables.sheets(report, comparing.compare_groups(SYSTEM, report.run)):
        assert len(sheet.widths) == len(sheet.headers), sheet.name
        assert sheet.rows, sheet.name
        for row in sheet.rows:
            assert len(row) <= len(sheet.headers), sheet.name
            assert all(cell is None or isinstance(cell, str | int | float) for cell in row), row
    row = tables.items_sheet(report).rows[0]
    figures = report.items[0].figures
    assert row[3:6] == [round(value, 4) for value in (figures["difficulty"], *figures["difficulty_ci"])]


def test_runs_of_older_formulas_are_read_too(report):
    run, item = report.run, report.items[0]
    run.summary = {name: value for name, value in run.summary.items() if name not in {"whole", "speed", "scale"}}
    newer = {"biserial", "alpha_if_deleted", "effective_weight", "nominal_weight", "not_reached", "item_total", "key"}
    item.figures = {name: value for name, value in item.figures.items() if name not in newer}
    item.figures["flags"] = [{"code": "negative", "options": []}, {"code": "hard", "options": []}]
    assert tables.further_rows(run.summary) == []
    assert [one.name for one, _value, _ends, _reason in tables.index_rows(item)]
    told = tables.as_schema(report)
    assert told["test"]["kr20"] is None
    row = dict(zip(tables.items_sheet(report).headers, tables.items_sheet(report).rows[0], strict=True))
    values = list(row.values())
    assert values[-2], "a negative discrimination asked for a review in every formula"
    assert values[-1]
    assert values[-3] is None


def test_any_mark_that_changed_since_the_run_is_noticed(report):
    marks = [row.mark for row in comparing.marks_of(report.run.exam)]
    assert not freshness.are_marks_newer(report.run, marks[::-1])
    assert freshness.are_marks_newer(report.run, [marks[0] + 0.1, *marks[1:]])
    assert freshness.are_marks_newer(report.run, marks[1:])


def test_of_an_old_run_only_marks_that_change_the_bands_are_noticed(report):
    marks = [row.mark for row in comparing.marks_of(report.run.exam)]
    report.run.summary = {name: value for name, value in report.run.summary.items() if name != "marks"}
    assert not freshness.are_marks_newer(report.run, marks)
    assert freshness.are_marks_newer(report.run, [*marks[1:], 10.0, 10.0])


def test_each_mark_lies_in_its_own_fine_step():
    marks = [at / 10 for at in range(101)]
    counts = count_steps(marks, 10.0)
    assert counts == [5] * 19 + [6]
    assert sum(count_steps([0.0, 4.0, 3.99], 4.0)) == 3
    assert count_steps([6.5], 10.0)[13] == 1
    assert len(counts) == STEPS


def test_bands_and_fine_steps_tell_of_the_same_marks(report):
    marks = [row.mark for row in comparing.marks_of(report.run.exam)]
    assert sum(count_steps(marks, 10.0)) == sum(report.run.summary["bands"]) == 30


def test_one_table_of_items_holds_their_keys_and_who_chose_what(report):
    sheet = tables.flat_items_sheet(report)
    item, row = report.items[0], dict(zip(sheet.headers, sheet.rows[0], strict=True))
    assert len(row) == len(sheet.headers) == len(sheet.widths), "no two columns are called alike"
    values = list(row.values())
    chosen = [one for one in item.options if one["token"]]
    assert values[-9] == "A"
    assert values[-8::2] == [one["count"] for one in chosen]
    assert values[-7::2] == [None if one["rest"] is None else round(one["rest"], 4) for one in chosen]


def test_downloads_carry_an_item_over_all_its_exams(report):
    pooled = service.pool_reported(report.items[0])
    told = tables.as_schema(report)["items"][0]["pooled"]
    assert (told["exams"], told["n"], told["difficulty"]["own"]) == (1, 30, pooled.difficulty.own)
    assert told["item_rest"]["own_ci"] == [pooled.discrimination.own_low, pooled.discrimination.own_high]
    row = tables.items_sheet(report).rows[0]
    assert row[19:23] == [1, 30, round(pooled.difficulty.own, 4), round(pooled.difficulty.own_low, 4)]


def test_flags_in_the_file_name_options_by_their_letters(report):
    item = report.items[0]
    token = item.options[1]["token"]
    evidence = {"by_option": {token: {"n": 30, "value": 0.01}}}
    item.figures = {**item.figures, "flags": [{"code": "dead_option", "options": [token], "evidence": evidence}]}
    [flag] = tables.as_schema(report)["items"][0]["flags"]
    assert (flag["code"], flag["kind"], flag["options"]) == ("dead_option", "notice", ["B"])
    assert list(flag["evidence"]["by_option"]) == ["B"]
