"""Codes, rubric points, parts put together, answers beside their keys: by value and by property."""

import random
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank.exams.rules import CODE_LETTERS
from exambank.marking import rules
from exambank.marking.rules import Criterion

D = Decimal
quarters = st.integers(1, 40).map(lambda number: D(number) / 4)
guides = st.lists(quarters, min_size=1, max_size=6).map(
    lambda points: [Criterion(f"r{at}", "", one) for at, one in enumerate(points)]
)


@dataclass(frozen=True)
class Part:
    token: str
    points: Decimal
    max_points: Decimal
    outcome: str
    label: str = ""


def test_a_code_has_no_letter_that_is_read_for_another():
    code = rules.script_code(random.Random(1))
    assert len(code) == rules.CODE_LENGTH
    assert set(code) <= set(CODE_LETTERS)
    assert not set("0O1I2Z5S") & set(CODE_LETTERS)


@pytest.mark.parametrize("typed", ["k7m3qx", " K7M 3QX", "K7M-3QX", "k7m3-qx "])
def test_a_code_is_read_however_it_is_typed(typed):
    assert rules.read_code(typed) == "K7M3QX"


@pytest.mark.parametrize(
    ("points", "steps"),
    [("0.5", ["0", "0.25", "0.5"]), ("1", ["0", "0.25", "0.5", "0.75", "1"]), ("0.6", ["0", "0.25", "0.5", "0.6"])],
)
def test_a_row_offers_quarters_and_always_the_whole(points, steps):
    assert [value for value, _step in Criterion("r", "", D(points)).choices] == steps


def test_a_question_without_a_guide_is_one_row():
    assert rules.criteria_of({}, D("2")) == [Criterion(rules.WHOLE, "", D("2"))]


@pytest.mark.parametrize(
    ("given_points", "largest", "points"),
    [
        ({"a": "1", "b": "1"}, "2", "2"),
        ({"a": "0.75", "b": "0.5"}, "5", "3.125"),  # 1.25 of 2, of 5
        ({"a": "0.25", "b": "0"}, "1", "0.125"),
        ({"a": "0", "b": "0"}, "4", "0"),
        ({"a": "0.25", "b": "0"}, "0.0004", "0.0001"),  # 0.00005: half up to what the database keeps
    ],
)
def test_the_sum_is_scaled_to_the_paper(given_points, largest, points):
    criteria = [Criterion("a", "", D("1")), Criterion("b", "", D("1"))]
    assert rules.points_for(criteria, given_points, D(largest)) == D(points)


@given(guides, quarters, st.data())
def test_points_lie_between_nothing_and_the_paper_and_never_fall_with_more(guide, largest, data):
    some = {row.token: data.draw(st.sampled_from(row.choices))[0] for row in guide}
    points = rules.points_for(guide, some, largest)
    assert 0 <= points <= largest
    row = data.draw(st.sampled_from(guide))
    more = some | {row.token: row.choices[-1][0]}
    assert rules.points_for(guide, more, largest) >= points
    assert rules.clean_given(guide, some) == some
    assert rules.points_for(guide, {one.token: one.choices[-1][0] for one in guide}, largest) == largest


@given(st.lists(st.text(max_size=6), max_size=30, unique=True), st.text(max_size=8))
def test_a_marker_has_an_order_of_the_own_that_stays(codes, marker):
    once = sorted(codes, key=lambda code: rules.order_key(marker, code))
    codes.reverse()
    assert sorted(codes, key=lambda code: rules.order_key(marker, code)) == once


def test_parts_wait_for_the_last_marker():
    parts = [Part("a", D("1"), D("1"), "right"), Part("b", D("0"), D("3"), "pending")]
    assert rules.put_together(parts, {}) is None
    whole = rules.put_together(parts, {"b": D("1.5")})
    assert (whole.points, whole.outcome) == (D("2.5"), "partial")
    assert [row["by"] for row in whole.parts] == ["key", "marker"]


@pytest.mark.parametrize(
    ("outcomes", "points", "whole"),
    [
        (["blank", "blank"], ["0", "0"], "blank"),
        (["right", "right"], ["1", "1"], "right"),
        (["blank", "wrong"], ["0", "0"], "wrong"),
        (["right", "blank"], ["1", "0"], "partial"),
        (["wrong"], ["-0.25"], "wrong"),
    ],
)
def test_the_outcome_of_the_whole_follows_from_its_parts(outcomes, points, whole):
    parts = [
        Part(str(at), D(one), D("1"), outcome) for at, (outcome, one) in enumerate(zip(outcomes, points, strict=True))
    ]
    assert rules.put_together(parts, {}).outcome == whole


def test_further_answers_are_added_and_the_stored_content_stays():
    short = {"options": [], "accepted": [{"token": "a", "text": "Hà Nội", "share": "1"}], "scoring": {}}
    assert [row["text"] for row in rules.accepting("short_text", short, ["Thăng Long"])["accepted"]] == [
        "Hà Nội", "Thăng Long",
    ]  # fmt: skip
    assert len(short["accepted"]) == 1
    number = {"options": [], "answers": [], "units": [], "scoring": {}}
    assert rules.accepting("numeric", number, ["2.5"])["answers"][0]["value"] == "2.5"


@pytest.mark.parametrize(
    ("further", "is_known"),
    [(["g1:hai"], True), (["g2:x"], True), (["g2:hai"], False), (["zz:hai"], False), (["g1"], False), ([], False)],
)
def test_a_further_answer_to_a_gap_names_its_gap(further, is_known):
    gaps = [
        {"token": "g1", "kind": "text", "accepted": [], "choices": []},
        {"token": "g2", "kind": "choice", "accepted": [], "choices": [{"token": "x", "text": "hai", "is_key": False}]},
    ]
    assert rules.is_known_gap({"gaps": gaps}, further) is is_known


def test_a_statement_shows_what_was_decided_not_that_it_was_named():
    content = {"options": [{"token": "a", "html": "A", "is_key": True}, {"token": "b", "html": "B", "is_key": False}]}
    lines = rules.answer_lines("true_false_cluster", content, '{"statements":{"a":false,"b":null}}')
    assert [(line.given, line.key) for line in lines] == [("false", "true"), ("", "false")]
