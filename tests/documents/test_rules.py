"""Decisions and small forms of official papers."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank.documents import rules
from exambank.documents.rules import Decision, Facts

HELD = Facts("closed", listed=30, closed=30, graded=30, is_oral=True)


@pytest.mark.parametrize("kind", rules.KINDS)
def test_everything_prints_of_a_finished_exam(kind):
    assert rules.may_print(kind, HELD) == Decision(True)


@pytest.mark.parametrize("kind", rules.KINDS)
def test_nothing_prints_of_a_cancelled_exam(kind):
    assert rules.may_print(kind, replace(HELD, exam_state="cancelled")).reason == "cancelled"


def test_the_candidate_list_prints_as_soon_as_somebody_has_a_number():
    assert rules.may_print("candidate_list", Facts("draft", listed=1)).may
    assert rules.may_print("candidate_list", Facts("draft")).reason == "nobody_listed"


@pytest.mark.parametrize("kind", ["result_list", "minutes"])
def test_the_result_list_waits_for_the_room(kind):
    running = Facts("open", listed=30, working=2, closed=27, waiting=1)
    assert rules.may_print(kind, running) == Decision(False, "still_working", 3)
    assert rules.may_print(kind, replace(running, is_room_closed=True)).may
    assert rules.may_print(kind, replace(running, working=0, waiting=0, closed=30)).may
    assert rules.may_print(kind, Facts("ready", listed=30, waiting=30)).reason == "not_held"


def test_the_mark_sheet_waits_for_the_last_mark_and_the_grade_sheet_for_grades():
    assert rules.may_print("mark_sheet", replace(HELD, unmarked=2)) == Decision(False, "unmarked", 2)
    assert rules.may_print("grade_sheet", replace(HELD, graded=0)).reason == "no_grades"
    assert rules.may_print("mark_sheet", replace(HELD, exam_state="open", working=1)).reason == "still_working"


@pytest.mark.parametrize(
    ("full_name", "parts"),
    [
        ("Nguyễn Thị Thu Hường", ("Nguyễn Thị Thu", "Hường")),
        ("Ksor H' Nhiên", ("Ksor H'", "Nhiên")),
        ("Đức", ("", "Đức")),
        ("", ("", "")),
    ],
)
def test_the_given_name_is_the_last_word(full_name, parts):
    assert rules.split_name(full_name) == parts


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (datetime(2026, 1, 5, tzinfo=UTC), "An Bình, ngày 05 tháng 01 năm 2026"),
        (datetime(2026, 2, 25, tzinfo=UTC), "An Bình, ngày 25 tháng 02 năm 2026"),
        (datetime(2026, 3, 9, tzinfo=UTC), "An Bình, ngày 09 tháng 3 năm 2026"),
        (datetime(2026, 11, 24, tzinfo=UTC), "An Bình, ngày 24 tháng 11 năm 2026"),
    ],
)
def test_dates_are_written_as_the_decree_asks(day, text):
    assert rules.place_date("An Bình", day) == text


def test_without_a_place_the_date_stands_alone():
    assert rules.place_date("", datetime(2026, 3, 9, tzinfo=UTC)) == "Ngày 09 tháng 3 năm 2026"


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=30), max_size=6))
def test_the_check_code_depends_on_the_content_alone(content):
    code = rules.check_code(content)
    assert code == rules.check_code(dict(reversed(content.items())))
    assert len(code) == rules.CODE_LENGTH
    assert rules.check_code({**content, "more than eight": "x"}) != code
    assert rules.show_code(code).replace(" ", "") == code


@given(st.text())
def test_softening_adds_nothing_that_is_seen_and_leaves_no_long_word(text):
    soft = rules.soften(text)
    pieces = soft.replace(rules.ZERO_WIDTH_SPACE, " ").split()
    assert all(len(piece) <= rules.WORD_LIMIT for piece in pieces)
    assert soft.replace(rules.ZERO_WIDTH_SPACE, "") == " ".join(text.split()).replace(rules.ZERO_WIDTH_SPACE, "")


@given(st.lists(st.text(max_size=40), max_size=5))
def test_file_names_are_plain(parts):
    name = rules.file_name(*parts)
    assert name.endswith(".pdf")
    assert name.isascii()
    assert "/" not in name
    assert len(name) <= 104


@pytest.mark.parametrize(
    ("kind", "changed", "reason"),
    [
        ("draw_list", {"exam_state": "draft"}, "not_ready"),
        ("draw_list", {"exam_state": "ready"}, "ok"),
        ("draw_list", {"is_oral": False}, "not_ready"),
        ("draw_list", {"listed": 0}, "nobody_listed"),
        ("mark_sheet", {"being_marked": 3, "unmarked": 3}, "being_marked"),
    ],
)
def test_draw_lists_wait_for_the_draw_and_mark_sheets_for_the_markers(kind, changed, reason):
    assert rules.may_print(kind, replace(HELD, **changed)).reason == reason


def test_a_draw_list_belongs_to_oral_exams_only():
    assert "draw_list" in rules.kinds_for_room(HELD)
    assert "draw_list" not in rules.kinds_for_room(replace(HELD, is_oral=False))
