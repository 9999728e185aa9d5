from math import isfinite

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.psychometrics import Reason, item_statistics, option_statistics
from exambank.psychometrics.intervals import wilson
from exambank.psychometrics.sets import SetScoring, WrongSet, set_statistics

NAN = np.nan
REST = np.array([[0, 0], [0, 1], [1, 0], [1, 1], [1, 1], [0, 0]])
TICKED = ["B", "AC", "BD", "DB", "BDC", ""]


def checkbox(ticked=TICKED, key="BD", rest=REST, **more):
    scores = np.column_stack([[float(set(one or "") == set(key or "?")) for one in ticked], rest])
    responses = [[one, "", ""] for one in ticked]
    more.setdefault("options", [list("ABCD"), [], []])
    return set_statistics(responses, scores, [key, None, None], **more)[0]


def by_label(found):
    return {option.option: option for option in found.options}


def test_a_set_is_right_as_a_whole_and_in_any_order():
    found = checkbox()

    assert (found.n, found.right, found.blank) == (6, 2, 1)
    assert (found.right_share, found.right_ci) == (pytest.approx(1 / 3), wilson(1 / 3, 6))


def test_every_option_tells_who_erred_on_it():
    options = by_label(checkbox())

    assert [(option.option, option.is_key, option.count) for option in options.values()] == [
        ("A", False, 1), ("B", True, 4), ("C", False, 2), ("D", True, 3),
    ]  # fmt: skip
    assert [option.chosen_though_wrong for option in options.values()] == [1, 0, 2, 0]
    assert [option.left_though_right for option in options.values()] == [0, 2, 0, 3]
    assert options["B"].share_ci == wilson(4 / 6, 6)


def test_an_option_is_correlated_with_the_other_items():
    rest = REST.sum(axis=1)
    for label, option in by_label(checkbox()).items():
        expected = np.corrcoef([label in one for one in TICKED], rest)[0, 1]
        assert option.option_rest == pytest.approx(expected, abs=1e-12)
        assert option.option_rest_ci.low < option.option_rest < option.option_rest_ci.high


def test_the_most_frequent_wrong_sets_come_first_and_equals_in_the_order_of_the_options():
    ticked = ["BC", "CB", "A", "", "B", "BD", "C", "AB", "AC"]
    found = checkbox(ticked, rest=np.column_stack([np.arange(9) / 8, np.zeros(9)]))

    assert [(one.options, one.count) for one in found.wrong_sets] == [
        (("B", "C"), 2), (("A", "B"), 1), (("A", "C"), 1), (("A",), 1), (("B",), 1),
    ]  # fmt: skip
    assert found.wrong_sets[0] == WrongSet(("B", "C"), 2, 2 / 9, pytest.approx(1 / 32))


def test_partial_credit_is_worked_out_by_hand():
    """Of the sets B, AC, BD, DB, BCD and a blank with the key BD among A to D."""
    found = {scoring.rule: scoring for scoring in checkbox().scorings}
    points = {
        "whole": [0, 0, 1, 1, 0, 0],
        "each_option": [0.75, 0, 1, 1, 0.75, 0.5],
        "right_minus_wrong": [0.5, 0, 1, 1, 0.5, 0],
    }

    assert list(found) == list(points)
    for rule, expected in points.items():
        assert found[rule].mean == pytest.approx(np.mean(expected))
        assert found[rule].item_rest == pytest.approx(np.corrcoef(expected, REST.sum(axis=1))[0, 1], abs=1e-12)


def test_the_whole_set_has_the_statistics_of_the_scored_item():
    found = checkbox()
    scores = np.column_stack([[0, 0, 1, 1, 0, 0], REST])
    expected = item_statistics(scores)[0]

    assert (found.right_share, found.right_ci) == (expected.difficulty, expected.difficulty_ci)
    assert found.scorings[0].item_rest == pytest.approx(expected.item_rest, abs=1e-12)


def test_with_one_label_a_set_an_option_has_the_statistics_of_a_choice():
    chosen = ["A", "B", "C", "B", "B", "A"]
    scores = np.column_stack([[one == "B" for one in chosen], REST])
    table = option_statistics([[one, "", ""] for one in chosen], scores, ["B", None, None])[0]

    for option, expected in zip(checkbox(chosen, "B", options=None).options, table.options, strict=True):
        assert (option.option, option.count, option.is_key) == (expected.option, expected.count, expected.is_key)
        assert option.option_rest == pytest.approx(expected.option_rest, abs=1e-12)


def test_labels_may_be_words():
    responses = [[["yes", "no"], ""], [{"no"}, ""], [(), ""]]
    found = set_statistics(responses, [[1, 0], [0, 1], [0, 1]], [["no", "yes"], None])[0]

    assert (found.right, found.blank, [option.option for option in found.options]) == (1, 1, ["no", "yes"])


def test_papers_that_differ_count_only_what_was_presented():
    responses = [["AB", "A"], [None, "A"], [NAN, "B"], ["A", "B"]]
    first, second = set_statistics(responses, [[1, 1], [NAN, 1], [NAN, 0], [0, 0]], ["AB", "A"])

    assert (first.n, first.right, second.n, second.right) == (2, 1, 4, 2)


# --- values that do not exist ---


def test_without_a_key_nothing_is_right_or_wrong():
    found = checkbox(key=None)

    assert (found.right, found.right_share, found.right_ci) == (0, None, None)
    assert (found.wrong_sets, found.scorings) == ((), ())
    assert not any(option.chosen_though_wrong or option.left_though_right for option in found.options)


def test_an_item_that_nobody_met_shows_its_options():
    found = set_statistics([[None]], [[NAN]], ["A"], options=[["A", "B"]])[0]

    assert (found.n, found.right_share, found.wrong_sets) == (0, None, ())
    assert found.scorings[0] == SetScoring("whole", None, None, None, Reason.NO_RESPONSES)
    assert set(found.options[0].undefined.values()) == {Reason.NO_RESPONSES}


def test_a_test_of_one_item_has_no_rest():
    found = set_statistics([["A"], ["B"]], [[1], [0]], ["A"])[0]

    assert found.options[0].undefined["option_rest"] is found.scorings[0].reason is Reason.TOO_FEW_ITEMS
    assert found.wrong_sets == (WrongSet(("B",), 1, 0.5, None),)


@pytest.mark.parametrize(
    ("responses", "more"),
    [([["A"]], {}), ([["A", 3]], {}), ([["A", [1]]], {}), ([], {}), ([["A", "B"]], {"options": [["A"]]})],
)
def test_input_that_does_not_fit_is_refused(responses, more):
    with pytest.raises(ValueError):
        set_statistics(responses, [[1, 0]], ["A", "B"], **more)


# --- properties ---

answers = st.lists(st.sampled_from(["", "A", "B", "AB", "AC", "ABC", None]), min_size=6, max_size=6)


@settings(max_examples=30)
@given(answers, st.randoms(use_true_random=False))
def test_order_and_names_change_nothing_and_nothing_is_nan(ticked, random):
    rows = random.sample(range(6), 6)
    renamed = dict(zip("ABC", random.sample("XYZ", 3), strict=True))
    labels = list("ABC")
    expected = checkbox(ticked, "AB", options=[labels, [], []])
    turned = [None if ticked[row] is None else [renamed[label] for label in ticked[row]] for row in rows]
    found = checkbox(
        turned, [renamed["A"], renamed["B"]], REST[rows], options=[[renamed[label] for label in labels], [], []]
    )

    assert (found.n, found.right, found.blank) == (expected.n, expected.right, expected.blank)
    for one, twin in zip(expected.options, found.options, strict=True):
        assert (renamed[one.option], one.count, one.undefined) == (twin.option, twin.count, twin.undefined)
        assert {name for name in ("share", "option_rest", "option_rest_ci") if getattr(one, name) is None} <= set(
            one.undefined
        )
        assert one.option_rest is None or isfinite(one.option_rest)
    assert [one.count for one in expected.wrong_sets] == [one.count for one in found.wrong_sets]
    for one, twin in zip(expected.scorings, found.scorings, strict=True):
        assert (one.mean is None) == (twin.mean is None) == (expected.n == 0)
        assert one.mean is None or one.mean == pytest.approx(twin.mean)
