"""The pure part by value: the matrix, option tables, flags, bands, pooling."""

import json
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.analysis import rules
from exambank.analysis.rules import ItemText
from exambank.psychometrics import item_statistics


@dataclass(frozen=True)
class Marked:
    sitting_id: int
    question: int
    version_id: int
    points: Decimal
    payload: str | None
    max_points: Decimal = Decimal("1")


def chosen(token: str | None) -> str:
    return json.dumps({"choice": token})


def marked(table: list[str], keys: str, max_points="1") -> list[Marked]:
    """One string a candidate, one letter an item: "." is blank, " " was not presented."""
    return [
        Marked(
            sitting, at + 1, at + 100, Decimal(max_points) * (letter == keys[at]),
            None if letter == "." else chosen(letter), Decimal(max_points),
        )
        for sitting, row in enumerate(table)
        for at, letter in enumerate(row)
        if letter != " "
    ]  # fmt: skip


def texts(keys: str) -> dict[int, ItemText]:
    return {
        at + 100: ItemText(at + 100, "single_choice", tuple((token, token == key) for token in "abcd"))
        for at, key in enumerate(keys)
    }


def found(table: list[str], keys: str):
    return rules.compute(rules.build_matrix(marked(table, keys)), texts(keys), [], Decimal(10), Decimal(5))


def test_what_was_not_presented_is_missing_and_a_blank_is_a_zero():
    matrix = rules.build_matrix(marked(["a.", " b"], "ab"))
    assert matrix.version_ids == (100, 101)
    np.testing.assert_array_equal(matrix.scores, [[1.0, 0.0], [np.nan, 1.0]])


def test_an_item_worth_more_on_one_paper_is_scored_by_its_share():
    rows = [*marked(["a", "a"], "a"), Marked(9, 1, 100, Decimal("1"), chosen("a"), Decimal("2"))]
    matrix = rules.build_matrix(rows)
    assert (matrix.weights.tolist(), matrix.scores.ravel().tolist()) == ([1.0], [1.0, 1.0, 0.5])


def test_points_added_by_a_corrected_key_count():
    matrix = rules.build_matrix(marked(["b"], "a"), {(0, 1): Decimal("1")})
    assert matrix.scores.tolist() == [[1.0]]


def test_the_hash_names_the_data_and_not_their_order():
    rows, keys = marked(["ab", "ba"], "ab"), list(texts("ab").values())
    same = rules.data_hash(rows[::-1], {}, keys[::-1], 1)
    assert rules.data_hash(rows, {}, keys, 1) == same
    assert rules.data_hash(rows[1:], {}, keys, 1) != same
    assert rules.data_hash(rows, {(0, 1): Decimal("1")}, keys, 1) != same
    assert rules.data_hash(rows, {}, list(texts("aa").values()), 1) != same


def test_options_keep_their_own_order_and_blanks_stand_apart():
    [first, _second] = found(["ab", "bb", ".b", "ca"], "ab").items
    assert [(row["letter"], row["count"]) for row in first.options] == [
        ("A", 1), ("B", 1), ("C", 1), ("D", 0), ("", 1),
    ]  # fmt: skip
    assert [row["is_key"] for row in first.options] == [True, False, False, False, False]
    assert first.figures["omitted"] == 1


def test_figures_are_those_of_psychometrics():
    table = ["aaaa", "aaab", "aabb", "abbb", "bbbb", "abab"]
    items = found(table, "aaaa").items
    scores = [[float(letter == "a") for letter in row] for row in table]
    for item, wanted in zip(items, item_statistics(scores), strict=True):
        assert item.figures["item_rest"] == pytest.approx(wanted.item_rest)
        assert item.figures["difficulty"] == pytest.approx(wanted.difficulty)


def several(kind: str, payloads: list[dict], points: list[str]):
    rows = [
        Marked(at, 1, 100, Decimal(one), json.dumps(payload))
        for at, (payload, one) in enumerate(zip(payloads, points, strict=True))
    ]
    rows += [Marked(at, 2, 101, Decimal(at % 2), chosen("a" if at % 2 else "b")) for at in range(len(payloads))]
    own = ItemText(100, kind, (("a", True), ("b", False), ("c", True)))
    matrix = rules.build_matrix(rows)
    return rules.compute(matrix, {100: own, **{101: texts("xa")[101]}}, [], Decimal(10), Decimal(5)).items[0]


def test_several_right_options_are_told_one_by_one():
    item = several(
        "multiple_choice",
        [{"choices": ["a", "c"]}, {"choices": ["b"]}, {"choices": []}, {"choices": ["a", "c"]}],
        ["1", "0", "0", "1"],
    )
    assert [(row["letter"], row["count"], row["is_key"]) for row in item.options] == [
        ("A", 2, True), ("B", 1, False), ("C", 2, True), ("", 1, False),
    ]  # fmt: skip


def test_statements_tell_who_decided_rightly():
    item = several(
        "true_false_cluster",
        [
            {"statements": {"a": True, "b": False, "c": None}},
            {"statements": {"a": False, "b": False, "c": True}},
            {"statements": {"a": None, "b": None, "c": None}},
            {"statements": {"a": True, "b": True, "c": True}},
        ],
        ["0.5", "0.5", "0", "0.5"],
    )
    assert [(row["letter"], row["count"]) for row in item.options] == [("A", 2), ("B", 2), ("C", 2), ("", 1)]


def figures(**changes) -> dict:
    base = {
        "kind": "single_choice", "n": 60, "difficulty": 0.5, "d27": 0.4, "item_rest": 0.3, "item_rest_ci": [0.1, 0.5],
    }  # fmt: skip
    return base | changes


def option(token: str, is_key=False, rest_ci=(-0.4, 0.0), share=0.2) -> dict:
    return {"token": token, "is_key": is_key, "rest_ci": rest_ci and list(rest_ci), "share": share}


GOOD = [option("a", True, (0.1, 0.5)), option("b"), option("c")]


def codes(values, options=GOOD) -> list[str]:
    return [flag.code for flag in rules.find_flags(values, options)]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, []),
        ({"n": 19, "difficulty": 0.05, "item_rest_ci": [-0.9, -0.5]}, ["too_few"]),
        ({"item_rest_ci": [-0.5, -0.01], "d27": -0.2}, ["negative", "poor"]),
        ({"item_rest_ci": [-0.5, 0.01]}, []),
        ({"item_rest_ci": None}, []),
        ({"difficulty": 0.09, "d27": 0.1}, ["very_hard"]),
        ({"difficulty": 0.29}, ["hard"]),
        ({"difficulty": 0.3}, []),
        ({"difficulty": 0.71}, ["easy"]),
        ({"difficulty": 0.95, "d27": 0.05}, ["easy"]),
        ({"d27": 0.19}, ["poor"]),
        ({"d27": 0.2}, []),
    ],
)
def test_flags_follow_the_vietnamese_bands_and_need_evidence(changes, wanted):
    assert codes(figures(**changes)) == wanted


def test_a_key_is_suspected_only_where_the_intervals_lie_apart():
    suspect = [option("a", True, (-0.5, -0.1)), option("b", rest_ci=(0.0, 0.4)), option("c", rest_ci=(-0.2, 0.2))]
    [flag] = rules.find_flags(figures(), suspect)
    assert (flag.code, flag.options) == ("miskey", ("b",))
    assert codes(figures(), [option("a", True, (-0.5, 0.1)), option("b", rest_ci=(0.0, 0.4))]) == []
    assert codes(figures(n=19), suspect) == ["too_few"]


def test_a_distractor_that_nobody_takes_is_named():
    [flag] = rules.find_flags(figures(), [*GOOD, option("d", share=0.049)])
    assert (flag.code, flag.options) == ("dead_option", ("d",))


@given(st.floats(0, 1), st.floats(-1, 1))
def test_a_sound_item_is_of_medium_difficulty_and_discriminates(difficulty, d27):
    sound = rules.is_sound(difficulty, d27)
    assert sound == (rules.difficulty_band(difficulty) == "medium" and rules.discrimination_band(d27) != "poor")


def test_marks_fall_into_the_vietnamese_bands():
    marks = [Decimal(text) for text in ("0", "3.9", "4", "4.9", "5", "6.4", "6.5", "7.9", "8", "10")]
    assert rules.band_counts(marks, Decimal(10)) == [2, 2, 2, 2, 2]
    assert rules.band_counts([mark * 10 for mark in marks], Decimal(100)) == [2, 2, 2, 2, 2]


@settings(max_examples=25)
@given(st.lists(st.text("abcd. ", min_size=5, max_size=5), min_size=1, max_size=30))
def test_any_answers_give_figures_without_nan(table):
    matrix = rules.build_matrix(marked(table, "abcda"))
    if matrix.sitting_ids:
        result = rules.compute(matrix, texts("abcda"), [Decimal(5)], Decimal(10), Decimal(5))
        json.dumps([result.summary, [item.figures for item in result.items]], allow_nan=False)
        json.dumps([item.options for item in result.items], allow_nan=False)


def test_one_set_of_items_has_one_alpha():
    summary = found(["aaa", "aab", "abb", "bbb"] * 6, "aaa").summary
    assert (summary["n_papers"], summary["papers"]) == (1, [])
    assert summary["alpha"] is not None


def test_shuffled_papers_are_one_set_and_a_few_fixed_papers_have_an_alpha_each():
    table = [row for block in (("aaa   ", "aab   ", "bbb   "), ("   aaa", "   abb", "   bbb")) for row in block * 8]
    summary = found(table, "aaaaaa").summary
    assert (summary["alpha"], summary["alpha_reason"], summary["n_papers"]) == (None, "papers_differ", 2)
    assert [(paper["n"], paper["n_items"], paper["alpha"] is not None) for paper in summary["papers"]] == [
        (24, 3, True), (24, 3, True),
    ]  # fmt: skip


def test_own_papers_for_everybody_have_none_and_say_why():
    summary = found(["aa  ", " ab ", "  bb", "a  b"], "aaaa").summary
    assert (summary["alpha_reason"], summary["papers"]) == ("papers_differ", [])


def test_exams_pool_by_their_candidates():
    n, share, low, high = rules.pool_shares([(50, 0.4), (150, 0.6)])
    assert (n, share) == (200, pytest.approx(0.55))
    assert low < share < high
    n, r, low, high = rules.pool_correlations([(53, 0.3), (53, 0.3)])
    assert (n, r) == (106, pytest.approx(0.3))
    assert low < 0.3 < high
    assert rules.pool_correlations([(3, 0.5)]) is None
    assert rules.pool_shares([]) is None
