"""Decisions of an import, by value."""

import pytest

from exambank.interchange import rules
from tests.interchange.factories import HEADERS, ROWS, read_rows

LEVELS = ["Nhận biết", "Thông hiểu", "Vận dụng", "Vận dụng cao"]


@pytest.mark.parametrize(
    ("word", "level"),
    [("Nhận biết", "Nhận biết"), ("nhan biet", "Nhận biết"), ("NB", "Nhận biết"), ("VDC", "Vận dụng cao"),
     ("Vậndụng", "Vận dụng"), ("Khó", None), ("", None)],
)  # fmt: skip
def test_a_level_is_known_by_name_or_initials(word, level):
    assert rules.match_level(word, LEVELS) == level


def test_a_topic_is_known_by_any_of_its_names_the_fullest_first():
    names = ("Chương 1. Quy định", "Quy định", "Chương 1")
    assert rules.match_topic(names, ["Chương 1", "chuong 1. quy dinh"]) == "chuong 1. quy dinh"
    assert rules.match_topic(names, ["Chương 1"]) == "Chương 1"
    assert rules.match_topic(names, ["Chương 10"]) is None


def test_missing_topics_are_listed_once_in_the_order_of_the_file():
    drafts = [row.draft for row in read_rows(HEADERS, *ROWS).rows]
    assert rules.missing_topics(drafts, ["Chương 1"]) == ["Chương mới"]
    assert rules.missing_topics(drafts, []) == ["Chương 1", "Chương mới"]


def test_an_unknown_level_is_a_warning_at_its_column():
    reading = rules.check_levels(read_rows(HEADERS, [1, "", "Siêu khó", "?", "a", "b", "c", "d", "A"]), LEVELS)
    (problem,) = reading.rows[0].problems
    assert (problem.code, problem.column) == ("level_unknown", "Mức độ")
    assert rules.check_levels(read_rows(HEADERS, *ROWS), LEVELS).count("warning") == 0


def test_rows_are_counted_and_chosen_by_status():
    rows = rules.as_rows(
        read_rows(HEADERS, *ROWS, [4, "", "", "", "a", "b", "c", "d", "A"], [5, "", "", "?", "a", "b", "", "d", "A"])
    )
    assert rules.count_rows(rows) == {"accepted": 3, "warning": 1, "refused": 1}
    assert rules.rows_to_take(rows, only_clean=False) == {2, 3, 4, 6}
    assert rules.rows_to_take(rows, only_clean=True) == {2, 3, 4}


def test_fifty_questions_pass_while_an_exam_is_open_and_one_more_waits():
    assert not rules.is_refused_while_open(50)
    assert rules.is_refused_while_open(51)
