"""Mark sheets that come back."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.interchange.marks_sheet import Learner, read_marks
from exambank.interchange.sheet import Sheet, UnreadableSheet

LEARNERS = [Learner(1, "HV01", "Nguyễn Thị Ước"), Learner(2, "HV02", "Lò Văn Ưởng")]
HEADERS = ["STT", "Mã", "Họ và tên", "Điểm quá trình", "Số tiết vắng"]


def read(*rows, learners=LEARNERS):
    return read_marks([Sheet("x", [list(row) for row in rows])], learners, {"process": "Điểm quá trình"})


def codes(reading) -> list[tuple[int, str]]:
    return [(row, problem.code) for row, problem in reading.problems]


def test_marks_and_absences_are_read_with_comma_or_point():
    reading = read(HEADERS, ["1", "HV01", "Nguyễn Thị Ước", "8,5", "3"], ["2", "hv02", "", "7.25", ""])
    assert reading.marks == {1: {"process": Decimal("8.5")}, 2: {"process": Decimal("7.25")}}
    assert reading.absences == {1: 3}
    assert reading.problems == ()


def test_an_empty_cell_changes_nothing_and_a_dash_takes_away():
    reading = read(HEADERS, ["1", "HV01", "", "", ""], ["2", "HV02", "", "-", ""])
    assert reading.marks == {2: {"process": None}}


def test_strangers_repeats_and_wrong_names_are_named():
    reading = read(
        HEADERS, ["", "HV09", "Ai Đó", "5", ""], ["", "HV01", "", "5", ""], ["", "HV01", "", "6", ""],
        ["", "HV02", "Người Khác", "7", ""],
    )  # fmt: skip
    assert codes(reading) == [(2, "unknown_learner"), (4, "repeated_learner"), (5, "other_name")]
    assert reading.marks == {1: {"process": Decimal(5)}}


def test_what_is_no_mark_is_refused_with_its_cell():
    reading = read(HEADERS, ["", "HV01", "", "tám", "x"], ["", "HV02", "", "8", "2,5"])
    assert codes(reading) == [(2, "not_mark"), (2, "not_periods"), (3, "not_periods")]
    assert [problem.column for _, problem in reading.problems] == ["Điểm quá trình", "Số tiết vắng", "Số tiết vắng"]


def test_learners_left_out_of_the_file_are_named():
    reading = read(HEADERS, ["", "HV01", "", "5", ""])
    assert codes(reading) == [(0, "learner_left_out")]
    assert reading.problems[0][1].values == {"code": "HV02", "name": "Lò Văn Ưởng"}


def test_a_file_of_something_else_says_what_is_wanted():
    with pytest.raises(UnreadableSheet) as caught:
        read(["Mã", "Ghi chú"])
    assert (caught.value.code, caught.value.values) == ("no_marks_header", {"components": "Điểm quá trình"})


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.one_of(st.text(max_size=8), st.just("HV01")), max_size=6), max_size=6))
def test_arbitrary_grids_never_break_the_parser(grid):
    reading = read(HEADERS, *grid)
    assert set(reading.marks) | set(reading.absences) <= {1, 2}
