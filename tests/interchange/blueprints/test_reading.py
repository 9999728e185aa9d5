"""Matrices as lecturers draw them: what stands in a cell, which header names what, sums that do not agree."""

import io
from decimal import Decimal

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.interchange.blueprints import Known, Plan, differences, match_levels, match_topics, read_matrix
from exambank.interchange.blueprints.values import Value, read_value
from exambank.interchange.neutral import Source, UnreadableFile
from tests.interchange.blueprints import shapes
from tests.interchange.factories import make_csv, make_xlsx, make_zip


def read(body: bytes, name: str = "file.xlsx", **choices) -> Plan:
    return Plan.from_data(read_matrix(Source(body, name, choices=choices)).facts["plan"])


def told(plan: Plan) -> list[tuple]:
    return [(one.topic, one.level, one.kind, one.count, one.points and str(one.points)) for one in plan.cells]


@pytest.mark.parametrize(
    ("words", "count", "points"),
    [
        ("3", 3, None), ("3 câu", 3, None), ("3,0", 3, None), ("Câu 1-3", 3, None), ("Câu 1, 2, 5", 3, None),
        ("C1, C2", 2, None), ("câu 1 đến câu 4", 4, None), ("3 (0,75)", 3, "0.75"), ("3 (0,75đ)", 3, "0.75"),
        ("3 câu (C1-3) 0,75 điểm", 3, "0.75"), ("Số câu: 3\nSố điểm: 0,75\nTỉ lệ: 7,5%", 3, "0.75"),
        ("2 câu\n1đ", 2, "1"), ("0,75 điểm", None, "0.75"), ("", None, None), ("-", None, None), ("0", None, None),
        ("x", None, None), ("30%", None, None),
    ],
)  # fmt: skip
def test_a_cell_says_questions_and_points(words, count, points):
    assert read_value(words) == Value(count, points and Decimal(points))


@pytest.mark.parametrize("words", ["1/2", "nhiều", "3 hoặc 4", "12345678", "1.5"])
def test_what_is_not_clear_is_not_guessed(words):
    found = read_value(words)
    assert (found.count, found.is_clear) == (None, False)


def test_a_number_under_points_is_points():
    assert read_value("0,5", "points") == Value(points=Decimal("0.5"))
    assert read_value("40", "share") == Value()


def test_a_number_and_other_labels_disagree():
    assert read_value("3 câu (C1, C2)").disagrees
    assert not read_value("2 câu (C1, C2)").disagrees


@settings(max_examples=40)
@given(st.text(max_size=60), st.sampled_from(["", "count", "points", "share"]))
def test_no_words_break_the_reading_of_a_cell(words, measure):
    found = read_value(words, measure)
    assert found.count is None or 0 <= found.count <= 1_000_000


@pytest.mark.parametrize(
    "words", ["1" * 30_000, "(" * 30_000, "C1, " * 8_000, "Tổng " + "1" * 30_000 + "x", "9%" * 15_000]
)
def test_a_cell_of_endless_signs_costs_no_time(words):
    plan = read(
        make_xlsx([["Chủ đề", "Nhận biết", "Thông hiểu", words], [words, words, 2, words], ["Chương 1", 3, words, ""]])
    )
    assert 3 <= plan.count <= 500


def test_topics_that_begin_like_sums_are_topics():
    rows = [
        ["Chủ đề", "NB", "TH"],
        ["Tổng quan", 1, 1],
        ["Cộng đồng", 1, 1],
        ["Tỉ lệ thức", 1, 1],
        ["Số câu hỏi mở", 1, 1],
    ]
    assert {one.topic for one in read(make_xlsx(rows)).cells} >= {"Tổng quan", "Cộng đồng", "Tỉ lệ thức"}


def test_the_plain_matrix_with_sums_and_shares():
    plan = read(shapes.sheet(shapes.PLAIN))
    assert (plan.count, plan.duration_minutes, differences(plan)) == (23, 60, [])
    assert plan.name == "MA TRẬN ĐỀ THI KẾT THÚC HỌC PHẦN"
    assert told(plan)[0] == ("Chương 1. Tổng quan", "Nhận biết", "", 4, None)
    assert {one.topic for one in plan.cells} == {"Chương 1. Tổng quan", "Chương 2. Cộng đồng", "Chương 3. Điểm mới"}


def test_sums_that_differ_are_told_with_their_place():
    rows = [list(row) for row in shapes.PLAIN]
    rows[4][2] = 5
    found = [
        (one.claim.of, one.claim.name, int(one.claim.value), int(one.found))
        for one in differences(read(shapes.sheet(rows)))
    ]
    assert sorted(found) == [
        ("level", "Nhận biết", 10, 11),
        ("topic", "Chương 1. Tổng quan", 10, 11),
        ("whole", "", 23, 24),
    ]


def test_kinds_below_levels():
    plan = read(shapes.sheet(shapes.KINDS_BELOW_LEVELS))
    assert told(plan) == [
        ("Bài 1", "NB", "", 3, None), ("Bài 1", "TH", "", 2, None), ("Bài 1", "VD", "essay", 1, None),
        ("Bài 2", "NB", "", 2, None), ("Bài 2", "TH", "", 1, None), ("Bài 2", "TH", "essay", 1, None),
    ]  # fmt: skip
    assert (differences(plan), len(plan.claims)) == ([], 6)


def test_levels_below_kinds_with_points_in_the_last_line():
    plan = read(shapes.sheet(shapes.LEVELS_BELOW_KINDS, ["A5:A6", "B5:B6"]))
    assert (plan.count, plan.target_points, differences(plan)) == (12, 10, [])
    assert ("Chủ đề A", "Biết", "single_choice", 3, "0.25") in told(plan)
    assert ("Chủ đề A", "VD", "essay", 1, "4") in told(plan)
    assert ("Chủ đề B", "Hiểu", "true_false_cluster", 1, "1") in told(plan)
    by_units = read(shapes.sheet(shapes.LEVELS_BELOW_KINDS, ["A5:A6", "B5:B6"]), topics="A1\nA2\nB1")
    assert {one.topic for one in by_units.cells} == {"A1", "A2", "B1"}


def test_lines_of_counts_and_points_under_every_topic():
    plan = read(shapes.sheet(shapes.LINES_UNDER_TOPICS))
    assert told(plan) == [
        ("Chuyên đề 1", "Nhận biết", "", 4, "0.25"), ("Chuyên đề 1", "Thông hiểu", "", 2, "0.25"),
        ("Chuyên đề 2", "Nhận biết", "", 2, "0.25"), ("Chuyên đề 2", "Vận dụng", "", 1, "3"),
    ]  # fmt: skip
    assert (differences(plan), plan.target_points) == ([], 5)


def test_words_in_cells_and_what_is_left_open():
    plan = read(shapes.sheet(shapes.WORDS_IN_CELLS))
    assert [(one[1], one[3], one[4]) for one in told(plan)] == [
        ("NB", 4, "0.25"), ("TH", 3, "0.25"), ("VD", 3, None), ("NB", 2, "0.25"), ("TH", 2, None),
    ]  # fmt: skip
    assert plan.notices == (("matrix_unread", {"row": "3", "words": "1/2"}),)


def test_a_specification_as_a_list():
    plan = read(shapes.sheet(shapes.A_LIST))
    assert told(plan) == [
        ("Chương 1", "Nhận biết", "", 4, "0.25"), ("Chương 1", "Vận dụng", "essay", 1, "3"),
        ("Chương 2", "Thông hiểu", "", 2, "0.25"),
    ]  # fmt: skip
    assert plan.cells[1].requirement == "Giải được bài toán"
    assert differences(plan) == []


def test_parts_are_headings_over_their_rows():
    plan = read(shapes.sheet(shapes.PARTS))
    assert [(one.part, one.kind, one.count) for one in plan.cells] == [
        (1, "", 3),
        (1, "", 2),
        (1, "", 2),
        (1, "", 1),
        (2, "essay", 1),
    ]


def test_a_requirement_is_divided_by_levels():
    asked = "Nhận biết:\n- Nêu được\nThông hiểu:\n- Giải thích được"
    rows = [["Chủ đề", "Yêu cầu cần đạt", "Nhận biết", "Thông hiểu"], ["Chương 1", asked, 2, 1]]
    assert [one.requirement for one in read(make_xlsx(rows)).cells] == ["- Nêu được", "- Giải thích được"]


def test_a_matrix_in_word_with_merged_cells():
    document = docx.Document()
    document.add_paragraph("MA TRẬN ĐỀ THI HỌC PHẦN A")
    table = document.add_table(rows=5, cols=7)
    for row, cells in enumerate([
        ["TT", "Nội dung", "Mức độ nhận thức", "", "", "", "Tổng"], ["", "", "Nhận biết", "", "Thông hiểu", "", ""],
        ["", "", "TN", "TL", "TN", "TL", ""], ["1", "Chương 1", "3", "", "2", "1", "6"], ["", "Tổng", "3", "", "2", "1", "6"],
    ]):  # fmt: skip
        for column, words in enumerate(cells):
            table.cell(row, column).text = words
    table.cell(0, 2).merge(table.cell(0, 5))
    for first, last in (((0, 0), (2, 0)), ((0, 1), (2, 1)), ((0, 6), (2, 6)), ((1, 2), (1, 3)), ((1, 4), (1, 5))):
        table.cell(*first).merge(table.cell(*last))
    target = io.BytesIO()
    document.save(target)
    plan = read(target.getvalue(), "ma-tran.docx")
    assert told(plan) == [
        ("Chương 1", "Nhận biết", "", 3, None), ("Chương 1", "Thông hiểu", "", 2, None),
        ("Chương 1", "Thông hiểu", "essay", 1, None),
    ]  # fmt: skip
    assert (plan.name, differences(plan)) == ("MA TRẬN ĐỀ THI HỌC PHẦN A", [])


def test_the_levels_of_the_school_are_known():
    rows = [["Chủ đề", "Bậc một", "Bậc hai"], ["Chương 1", 3, 1]]
    with pytest.raises(UnreadableFile):
        read(make_xlsx(rows))
    assert [one.level for one in read(make_xlsx(rows), levels="Bậc một\nBậc hai").cells] == ["Bậc một", "Bậc hai"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (make_xlsx([["STT", "Câu hỏi"], [1, "?"]]), "no_matrix"), (make_csv([["a", "b"], ["1", "2"]]), "no_matrix"),
        (b"%PDF-1.7", "other_file"), (b"", "empty_file"), (make_zip({"word/../x.xml": b"<a/>"}), "archive_path"),
        (make_zip({"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "xml_entities"),
        (make_zip({"word/document.xml": b"0" * 50_000_000}), "archive_bomb"),
        (make_zip({"xl/workbook.xml": b"<a/>"}), "broken_xlsx"),
    ],
)  # fmt: skip
def test_other_and_hostile_files_are_refused(body, code):
    with pytest.raises(UnreadableFile) as refused:
        read(body)
    assert refused.value.code == code


def test_a_matrix_of_too_many_cells_is_refused():
    rows = [["Chủ đề", "Nhận biết", "Thông hiểu"], *([f"Chương {at}", 1, 1] for at in range(300))]
    with pytest.raises(UnreadableFile) as refused:
        read(make_xlsx(rows))
    assert refused.value.code == "matrix_too_large"


@pytest.mark.parametrize(
    "damage",
    [{"cells": 3}, {"cells": [{}]}, {"claims": [{"of": "x"}]}, {"target_points": "NaN"}, {"duration_minutes": -1},
     {"name": None}, {"demands": 3}, {"level_targets": {"a": 1000}}, {"notices": [["a"]]}],
)  # fmt: skip
def test_a_plan_that_was_damaged_on_its_way_is_no_plan(damage):
    data = read(shapes.sheet(shapes.PLAIN)).as_data()
    assert Plan.from_data(data).count == 23
    with pytest.raises(ValueError, match=r"no |too much|not known"):
        Plan.from_data({**data, **damage})


def test_topics_are_matched_by_name_then_by_number():
    known = [Known("a", "Chương 1. Nhập môn"), Known("b", "Chương II: Vật chất"), Known("c", "Chương 3")]
    names = ["CHƯƠNG 1. NHẬP MÔN", "Vật chất", "Bài 3", "chương 2", "Chương 9", "Khác"]
    assert match_topics(names, known) == {names[0]: "a", "Vật chất": "b", "Bài 3": "c", "chương 2": "b"}
    assert match_topics(["Chương 2", "2. Vật chất"], [Known("a", "Nhập môn"), Known("b", "Vật chất")]) == {
        "Chương 2": "b", "2. Vật chất": "b",
    }  # fmt: skip
    numbered = [Known("a", "1. Nhập môn"), Known("b", "2. Vật chất")]
    assert match_topics(["Vật chất", "1.2. Nhập môn"], numbered) == {"Vật chất": "b", "1.2. Nhập môn": "a"}


def test_levels_are_matched_by_all_their_names():
    known = [Known("a", "Nhận biết"), Known("b", "Vận dụng"), Known("c", "Vận dụng cao")]
    names = ["NB", "Biết", "Mức độ vận dụng", "VDC", "Sáng tạo"]
    assert match_levels(names, known) == {"NB": "a", "Biết": "a", "Mức độ vận dụng": "b", "VDC": "c"}
