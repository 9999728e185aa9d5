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
from exambank.psychometrics.intervals import fisher_z, wilson


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


def figures(n=60, difficulty=0.5, item_rest: float | None = 0.3, **changes) -> dict:
    """Figures of one item with the intervals that belong to them."""
    share, r = wilson(difficulty, n), None if item_rest is None else fisher_z(item_rest, n - 3)
    base = {
        "kind": "single_choice", "n": n, "difficulty": difficulty, "difficulty_ci": [share.low, share.high], "d27": 0.4,
        "item_rest": item_rest, "item_rest_ci": r and [r.low, r.high],
    }  # fmt: skip
    return base | changes


def option(token: str, count=12, is_key=False, n=60) -> dict:
    return {"token": token, "is_key": is_key, "count": count, "share": count / n}


GOOD = [option("a", 30, True), option("b"), option("c")]


def codes(values, options=GOOD) -> list[str]:
    return [flag.code for flag in rules.find_flags(values, options)]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, []),
        ({"n": 19, "difficulty": 0.05, "item_rest": -0.7}, ["too_few"]),
        ({"item_rest": -0.3}, ["negative"]),
        ({"item_rest": -0.2}, ["poor"]),  # its interval ends at 0.01
        ({"item_rest": None}, []),
        ({"item_rest": 0.1}, []),
        ({"item_rest": -0.1, "difficulty": 0.9}, ["easy"]),  # hardly anybody can differ
        ({"item_rest": 0.1, "n": 2000}, ["poor"]),
        ({"difficulty": 0.01}, ["very_hard"]),
        ({"difficulty": 0.09}, ["hard"]),
        ({"difficulty": 0.25}, []),
        ({"difficulty": 0.25, "n": 600}, ["hard"]),
        ({"difficulty": 0.75}, []),
        ({"difficulty": 0.85}, ["easy"]),
        ({"not_reached": 6}, []),
        ({"not_reached": 12}, ["speeded"]),
    ],
)
def test_a_flag_needs_an_interval_wholly_beyond_its_limit(changes, wanted):
    assert codes(figures(**changes)) == wanted


@given(st.integers(20, 3000), st.floats(0, 1), st.floats(-0.99, 0.99), st.integers(0, 3000))
def test_the_evidence_of_every_flag_bears_it_out(n, difficulty, item_rest, not_reached):
    for flag in rules.find_flags(figures(n, difficulty, item_rest, not_reached=min(not_reached, n)), []):
        evidence = flag.evidence
        assert evidence["n"] == n
        assert evidence["low"] > evidence["limit"] or evidence["high"] < evidence["limit"]
        assert evidence["low"] <= evidence["value"] + 1e-12
        assert evidence["value"] <= evidence["high"] + 1e-12


def test_reviews_are_told_from_notices_and_old_flags_can_be_read():
    [flag] = rules.find_flags(figures(item_rest=-0.3), GOOD)
    assert (flag.as_dict()["kind"], flag.as_dict()["evidence"]["confidence"]) == ("review", 0.9)
    old = rules.read_flag({"code": "easy", "options": []})
    assert old == {"code": "easy", "options": [], "kind": "notice", "evidence": {}}


def answers_of(rights: list[int], chosen: list[str]) -> list[str]:
    """Each candidate's ability in right answers to five items, then what was chosen of the sixth."""
    return ["a" * right + "b" * (5 - right) + letter for right, letter in zip(rights, chosen, strict=True)]


STRONG_AND_WEAK = [5, 5, 4, 5, 4, 5, 4, 5, 4, 4, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0] * 2


def test_a_key_is_suspected_where_strong_candidates_surely_choose_another_option():
    [*_sound, item] = found(answers_of(STRONG_AND_WEAK, list("bbbbbbbbbacacacdcaca" * 2)), "aaaaaa").items
    flags = {flag["code"]: flag for flag in item.figures["flags"]}
    assert flags["miskey"]["options"] == ["b"]
    evidence = flags["miskey"]["evidence"]
    assert 0 < evidence["low"] < evidence["value"] < evidence["high"]
    assert evidence["by_option"]["b"]["count"] == 18
    row = next(row for row in item.options if row["token"] == "b")
    key = next(row for row in item.options if row["is_key"])
    assert evidence["value"] == pytest.approx(row["rest"] - key["rest"])


def test_a_sound_key_and_a_key_that_few_met_are_not_suspected():
    sound = found(answers_of(STRONG_AND_WEAK, list("aaaaaaaaabcbcdcdcaca" * 2)), "aaaaaa").items[-1]
    assert "miskey" not in {flag["code"] for flag in sound.figures["flags"]}
    few = found(answers_of(STRONG_AND_WEAK[5:24], list("bbbbbacacacdcacabbb")), "aaaaaa").items[-1]
    assert [flag["code"] for flag in few.figures["flags"]] == ["too_few"]


def test_a_distractor_that_surely_nobody_takes_is_named():
    assert codes(figures(), [*GOOD, option("d", 0)]) == []  # of 60, none is still compatible with one in twenty
    many = [option("a", 100, True, 200), option("b", 99, n=200), option("d", 1, n=200)]
    [flag] = rules.find_flags(figures(200), many)
    assert (flag.code, flag.options, flag.evidence["value"]) == ("dead_option", ("d",), 0.005)


def test_a_distractor_that_surely_more_choose_than_the_key_is_named_unless_it_is_suspected_already():
    options = [option("a", 15, True), option("b", 35), option("c", 10)]
    [flag] = rules.find_flags(figures(), options)
    assert (flag.code, flag.options, flag.evidence["n"]) == ("attractive_option", ("b",), 50)
    miskey = rules.Flag("miskey", ("b",), {"n": 60})
    assert [one.code for one in rules.find_flags(figures(), options, [miskey])] == ["miskey"]
    assert codes(figures(), [option("a", 22, True), option("b", 28), option("c", 10)]) == []


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


@settings(max_examples=15)
@given(st.lists(st.text("abcd. ", min_size=5, max_size=5), min_size=20, max_size=30), st.randoms(use_true_random=False))
def test_neither_the_order_of_the_rows_nor_the_names_of_options_change_a_figure(table, rng):
    rows = marked(table, "abcda")
    shuffled = sorted(rows, key=lambda _row: rng.random())
    renamed = dict(zip("abcd", "wxyz", strict=True))
    for row in shuffled:
        if row.payload:
            choice = renamed.get(json.loads(row.payload)["choice"], "")
            object.__setattr__(row, "payload", chosen(choice))
    names = {
        version: ItemText(version, one.kind, tuple((renamed[token], is_key) for token, is_key in one.options))
        for version, one in texts("abcda").items()
    }
    first = rules.compute(rules.build_matrix(marked(table, "abcda")), texts("abcda"), [], Decimal(10), Decimal(5))
    again = rules.compute(rules.build_matrix(shuffled), names, [], Decimal(10), Decimal(5))
    for one, other in zip(first.items, again.items, strict=True):
        assert {k: v for k, v in one.figures.items() if k != "flags"} == {
            k: v for k, v in other.figures.items() if k != "flags"
        }
        assert [flag["code"] for flag in one.figures["flags"]] == [flag["code"] for flag in other.figures["flags"]]
        assert [row["rivalry"] for row in one.options] == [row["rivalry"] for row in other.options]


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
