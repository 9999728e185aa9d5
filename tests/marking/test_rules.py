"""Lines and scaled marks, by value and by property."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank.marking.rules import Line, Target, accepting, derive_lines, scaled_mark

D = Decimal
points = st.integers(0, 40).map(lambda quarters: D(quarters) / 4)


def test_a_line_lifts_a_response_to_its_target():
    assert derive_lines(D("0"), [Target(1, D("0.25"))]) == [Line(1, D("0.25"))]


def test_what_is_already_there_gets_no_line():
    assert derive_lines(D("0.25"), [Target(1, D("0.25")), Target(2, D("0"))]) == []


def test_a_second_correction_adds_only_what_the_first_left():
    lines = derive_lines(D("0"), [Target(1, D("0.1")), Target(2, D("0.25"))])
    assert lines == [Line(1, D("0.1")), Line(2, D("0.15"))]


@given(points, st.lists(points, max_size=5))
def test_lines_reach_the_highest_target_and_never_take_away(raw, wanted):
    lines = derive_lines(raw, [Target(at, one) for at, one in enumerate(wanted)])
    assert raw + sum((line.points for line in lines), D("0")) == max([raw, *wanted])
    assert all(line.points > 0 for line in lines)


@given(points, st.lists(points, min_size=1, max_size=5), st.data())
def test_without_one_correction_the_others_give_what_they_gave_alone(raw, wanted, data):
    gone = data.draw(st.integers(0, len(wanted) - 1))
    rest = [Target(at, one) for at, one in enumerate(wanted) if at != gone]
    total = raw + sum((line.points for line in derive_lines(raw, rest)), D("0"))
    assert total == max([raw, *(one.points for one in rest)])


@pytest.mark.parametrize(
    ("given_points", "largest", "step", "mark"),
    [
        ("21", "30", "0.1", "7.0"),
        ("8.45", "10", "0.1", "8.5"),
        ("5.35", "10", "0.1", "5.4"),
        ("1", "3", "0.01", "3.33"),
        ("7.375", "10", "0.25", "7.5"),
        ("12", "10", "0.1", "10"),
        ("-1", "10", "0.1", "0"),
        ("0", "0", "0.1", "0"),
    ],
)
def test_points_are_scaled_and_rounded_half_up(given_points, largest, step, mark):
    assert scaled_mark(D(given_points), D(largest), D("10"), D(step)) == D(mark)


def test_accepting_leaves_the_stored_content_as_it_was():
    content = {"options": [{"token": "a", "is_key": True}, {"token": "b", "is_key": False}], "scoring": {}}
    assert [row["is_key"] for row in accepting("single_choice", content, ["b"])["options"]] == [True, True]
    assert [row["is_key"] for row in content["options"]] == [True, False]
