from dataclasses import asdict
from math import isfinite

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from exambank.psychometrics import Reason, item_statistics, option_statistics
from exambank.psychometrics.intervals import fisher_z, wilson

NAN = np.nan

# Nine candidates from the weakest to the best. The key of the first item is B; the good ones choose C.
CHOSEN = ["B", "B", "A", "B", "", "C", "C", "A", "C"]
OTHER_ITEMS = np.array(
    [[0, 0, 0], [0, 0, 1], [0, 0, 1], [1, 0, 0], [1, 0, 1], [1, 0, 1], [1, 1, 0], [1, 1, 1], [1, 1, 1]]
)


def miskeyed(**options):
    responses = [[chosen, "", "", ""] for chosen in CHOSEN]
    scores = np.column_stack([[chosen == "B" for chosen in CHOSEN], OTHER_ITEMS])
    return option_statistics(responses, scores, ["B", None, None, None], **options)[0]


def by_label(table):
    return {option.option: option for option in table.options}


def test_every_option_is_counted_and_the_blank_comes_last():
    table = miskeyed(options=[["A", "B", "C", "D"], [], [], []])

    assert table.n == 9
    assert [(option.option, option.count) for option in table.options] == [
        ("A", 2),
        ("B", 3),
        ("C", 3),
        ("D", 0),
        ("", 1),
    ]
    assert [option.share for option in table.options] == pytest.approx([2 / 9, 3 / 9, 3 / 9, 0, 1 / 9])
    assert [option.is_key for option in table.options] == [False, True, False, False, False]


def test_a_better_answer_than_the_key_is_seen():
    options = by_label(miskeyed())

    assert options["B"].option_rest < 0 < options["C"].option_rest
    assert options["C"].mean_rest > options["B"].mean_rest


def test_the_intervals_of_an_option_are_wilsons_and_fishers():
    for option in by_label(miskeyed(confidence=0.9)).values():
        assert option.share_ci == wilson(option.count / 9, 9, 0.9)
        assert option.option_total_ci == fisher_z(option.option_total, 6, 0.9)
        assert option.option_rest_ci == fisher_z(option.option_rest, 6, 0.9)


def test_an_option_is_correlated_with_the_other_items_only():
    rest = OTHER_ITEMS.sum(axis=1)
    total = rest + [chosen == "B" for chosen in CHOSEN]

    for label, option in by_label(miskeyed()).items():
        chose = [chosen == label for chosen in CHOSEN]
        assert option.option_rest == pytest.approx(np.corrcoef(chose, rest)[0, 1], abs=1e-12)
        assert option.option_total == pytest.approx(np.corrcoef(chose, total)[0, 1], abs=1e-12)
        assert option.mean_rest == pytest.approx(rest[chose].mean() / 3)
        assert option.option_rest_ci.low < option.option_rest < option.option_rest_ci.high


def test_groups_show_who_chose_an_option():
    """Totals are 1 2 1 2 2 2 2 3 3: cut at the terciles 2 and 2, so that the middle group is empty."""
    table = miskeyed()

    assert table.group_sizes == (7, 0, 2)
    assert by_label(table)["C"].by_group == (2, 0, 1)
    assert by_label(table)["C"].share_by_group == (pytest.approx(2 / 7), None, 0.5)


def test_an_option_nobody_chose_has_a_share_of_0_and_no_correlation():
    unused = by_label(miskeyed(options=[["A", "B", "C", "D"], [], [], []]))["D"]

    assert (unused.count, unused.share, unused.by_group) == (0, 0.0, (0, 0, 0))
    assert unused.undefined == {
        "mean_rest": Reason.NO_RESPONSES,
        "option_total": Reason.CONSTANT_ITEM,
        "option_total_ci": Reason.CONSTANT_ITEM,
        "option_rest": Reason.CONSTANT_ITEM,
        "option_rest_ci": Reason.CONSTANT_ITEM,
    }


def test_a_key_nobody_chose_stays_in_the_table():
    table = option_statistics([["A"], ["A"]], [[0], [0]], ["B"])[0]

    assert [(option.option, option.is_key, option.count) for option in table.options] == [
        ("A", False, 2),
        ("B", True, 0),
    ]


def test_a_set_of_letters_is_one_option_and_several_keys_may_count():
    [table] = option_statistics([["BD"], ["B"], ["D"]], [[1], [0], [1]], [{"BD", "D"}])

    assert [(option.option, option.is_key) for option in table.options] == [("B", False), ("BD", True), ("D", True)]


def test_only_candidates_who_met_the_item_are_counted():
    responses = [["A", "A"], [None, "B"], [NAN, "A"], ["B", "B"], ["A", None]]
    scores = [[1, 1], [NAN, 0], [NAN, 1], [0, 0], [1, NAN]]
    first, second = option_statistics(responses, scores, ["A", "A"])

    assert (first.n, second.n) == (3, 4)
    assert by_label(first)["A"].share == pytest.approx(2 / 3)


def test_an_essay_has_points_but_no_options_and_a_withdrawn_item_options_but_no_points():
    essay, withdrawn, item = option_statistics(
        [[None, "A", "A"], [None, "B", "B"]], [[0.5, NAN, 1], [0.25, NAN, 0]], [None, "A", "A"]
    )

    assert (essay.n, essay.options) == (0, ())
    assert (withdrawn.n, withdrawn.options[0].count) == (0, 0)
    assert (item.n, by_label(item)["A"].mean_rest) == (2, 0.5)


def test_the_key_of_an_item_scored_0_or_1_has_the_items_own_discrimination(simulated):
    responses = np.where(simulated[:, :12] == 1, "A", "B")
    tables = option_statistics(responses, simulated[:, :12], ["A"] * 12, n_groups=5)

    for table, item in zip(tables, item_statistics(simulated[:, :12]), strict=True):
        key = by_label(table)["A"]
        assert (key.share, key.option_rest, key.option_total) == pytest.approx(
            (item.difficulty, item.item_rest, item.item_total), abs=1e-12
        )
        assert by_label(table)["B"].option_rest == pytest.approx(-item.item_rest, abs=1e-12)
        assert len(table.group_sizes) == 5
        assert key.share_by_group[0] < key.share_by_group[4]


def test_strata_separate_a_strong_class_from_a_good_option():
    """In each class the choice has nothing to do with the rest; only the classes differ."""
    responses = [["A"] * 2, ["A"] * 2, ["B"] * 2, ["B"] * 2] * 2
    scores = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 0], [0, 1, 0], [1, 1, 1], [1, 0, 1], [0, 1, 1], [0, 0, 1]])
    responses = [[answer, "", ""] for answer, _ in responses]
    table = option_statistics(responses, scores, ["A", None, None], strata=[0, 0, 0, 0, 1, 1, 1, 1])[0]

    assert by_label(table)["A"].option_rest == pytest.approx(0, abs=1e-12)


def test_a_test_of_one_item_has_no_rest_score():
    option = option_statistics([["A"], ["B"], ["A"]], [[1], [0], [1]], ["A"])[0].options[0]

    nothing = dict.fromkeys(("mean_rest", "option_rest", "option_rest_ci"), Reason.TOO_FEW_ITEMS)
    assert option.undefined == nothing | {"option_total_ci": Reason.PERFECT_CORRELATION}


def test_an_item_nobody_met_shows_its_options_without_values():
    table = option_statistics([[None]], [[NAN]], ["A"], options=[["A", "B"]])[0]

    assert (table.n, table.group_sizes) == (0, (0, 0, 0))
    for option in table.options:
        assert option.share_by_group == (None, None, None)
        assert set(option.undefined.values()) == {Reason.NO_RESPONSES}


@pytest.mark.parametrize(
    "wrong",
    [
        {"responses": [["A"]]},
        {"keys": ["A"]},
        {"options": [["A", "B"]]},
        {"n_groups": 0},
        {"strata": [1]},
        {"scores": [[1, 2], [0, 1]]},
    ],
)
def test_input_that_does_not_fit_is_refused(wrong):
    right = {"responses": [["A", "B"], ["B", "A"]], "scores": [[1, 0], [0, 1]], "keys": ["A", "A"]}
    option_statistics(**right)

    with pytest.raises(ValueError):
        option_statistics(**right | wrong)


@given(
    hnp.arrays(
        object,
        st.tuples(st.integers(0, 8), st.integers(0, 3)),
        elements=st.sampled_from(["A", "B", "AB", "", None, NAN]),
    ),
    st.integers(1, 5),
)
def test_counts_add_up_and_nothing_that_comes_out_is_nan(responses, n_groups):
    scores = np.where(np.equal(responses, None) | np.not_equal(responses, responses), NAN, responses == "A")
    keys = ["A"] * responses.shape[1]

    for table in option_statistics(responses, scores.astype(float), keys, n_groups=n_groups):
        assert sum(option.count for option in table.options) == sum(table.group_sizes) == table.n
        for option in table.options:
            record = asdict(option)
            assert sum(option.by_group) == option.count
            assert {name for name, value in record.items() if value is None} == set(option.undefined)
            values = [*record.values(), *option.share_by_group]
            assert all(isfinite(value) for value in values if isinstance(value, float))
