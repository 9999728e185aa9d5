from math import exp, isfinite, log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from exambank.psychometrics import Interval, Reason
from exambank.psychometrics.completion import ItemCompletion, completion
from exambank.psychometrics.intervals import wilson

NAN = np.nan
Z95 = 1.959963984540054
papers = hnp.arrays(
    float,
    st.tuples(st.integers(0, 8), st.integers(0, 6)),
    elements=st.sampled_from([0, 1]) | st.sampled_from([0, 1, NAN]),
)


def parted(found):
    return [(item.omitted, item.not_reached) for item in found.items]


def test_blanks_before_the_last_answer_are_omitted_and_those_after_it_not_reached():
    found = completion([[1, 0, 1, 0, 0], [1, 1, 1, 1, 1], [0, 1, 1, 0, 1], [1, 1, 0, 0, 0]])

    assert parted(found) == [(1, 0), (1, 0), (0, 1), (1, 2), (0, 2)]
    assert found.items[3] == ItemCompletion(4, 1, 2, 0.25, wilson(0.25, 4), 0.5, wilson(0.5, 4))


def test_the_first_blank_may_count_as_read():
    assert parted(completion([[1, 0, 1, 0, 0], [0, 0, 0, 0, 0]], next_was_read=True)) == [
        (1, 0), (1, 1), (0, 1), (1, 1), (0, 2),
    ]  # fmt: skip


def test_what_counts_is_the_order_of_the_candidates_own_paper():
    answered = [[1, 0, 0, NAN], [0, 0, 1, 1]]
    order = [[2, 1, 3, NAN], [40, 30, 10, 20]]

    found = completion(answered, order=order)

    assert parted(found) == [(0, 1), (1, 1), (0, 1), (0, 0)]
    assert [item.n for item in found.items] == [2, 2, 2, 1]


def test_an_item_that_was_not_presented_is_no_blank():
    found = completion([[1, 1, NAN, NAN], [1, NAN, 1, NAN]])

    assert (found.n, found.reached_last, found.answered_all) == (2, 1.0, 1.0)
    assert found.items[3] == ItemCompletion(0, 0, 0, None, None, None, None)


def paper_of_ten(*answered):
    return completion([[1] * last + [0] * (10 - last) for last in answered])


def test_three_quarters_of_ten_questions_are_eight():
    found = paper_of_ten(10, 8, 7, 0)

    assert (found.reached_last, found.reached_most, found.answered_all) == (0.25, 0.5, 0.25)
    assert found.reached_most_ci == wilson(0.5, 4)


def test_who_leaves_one_out_has_come_to_the_end_and_not_answered_all():
    found = completion([[1, 0, 1]])

    assert (found.reached_last, found.answered_all) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("reached", "verdict"), [([10] * 30 + [9] * 30, True), ([10] * 60, False), ([10] * 8 + [9] * 2, None)]
)
def test_a_test_is_speeded_where_surely_fewer_than_four_in_five_reach_the_end(reached, verdict):
    found = paper_of_ten(*reached)

    assert found.is_speeded is verdict
    assert found.undefined.get("is_speeded") is (Reason.NOT_DETERMINED if verdict is None else None)


def test_staffords_and_gulliksens_figures_are_worked_out_by_hand():
    """Not reached U = 2, 0, 1, 0; not right X = 3, 1, 1, 2: quotient 3/7, ratio of variances 2.75 / 2.75."""
    answered = [[1, 1, 0, 0], [1, 1, 1, 1], [1, 1, 1, 0], [1, 0, 1, 1]]
    right = [[1, 0, 0, 0], [1, 1, 1, 0], [1, 1, 1, 0], [1, 0, 1, 0]]
    late, wrong = np.array([2, 0, 1, 0]), np.array([3, 1, 1, 2])

    found = completion(answered, right=right)

    assert found.stafford == pytest.approx(3 / 7)
    margin = Z95 * np.std(late - 3 / 7 * wrong, ddof=1) / 1.75 / 2
    assert found.stafford_ci == Interval(max(3 / 7 - margin, 0), pytest.approx(3 / 7 + margin), 0.95)
    ratio = late.var() / wrong.var()
    influence = (late - 0.75) ** 2 / (4 * late.var()) - (wrong - 1.75) ** 2 / (4 * wrong.var())
    assert found.gulliksen == pytest.approx(ratio)
    assert found.gulliksen_ci.high == pytest.approx(exp(log(ratio) + Z95 * sqrt((influence**2).sum())))


def test_where_all_errors_are_of_haste_the_test_measures_speed():
    answered = np.array([[1] * last + [0] * (12 - last) for last in range(1, 12)])
    found = completion(answered, right=answered)

    assert (found.stafford, found.gulliksen) == (1.0, pytest.approx(1.0))


def test_the_intervals_hold_what_they_should():
    """400 exams of 60: at least 90 in 100 of the 95 % intervals hold the figures of a very large exam."""
    rng = np.random.default_rng(2)

    def exam(n):
        last = np.minimum(rng.poisson(17, (n, 1)) + 2, 20)
        answered = (np.arange(20) < last).astype(float)
        return completion(answered, right=answered * (rng.random((n, 20)) < 0.6))

    truth, exams = exam(40_000), [exam(60) for _exam in range(400)]
    for name in ("stafford", "gulliksen"):
        intervals = [getattr(one, f"{name}_ci") for one in exams]
        held = [interval.low <= getattr(truth, name) <= interval.high for interval in intervals]
        assert 0.9 <= np.mean(held) <= 0.98


# --- values that do not exist ---


def test_where_there_is_no_figure_there_is_a_reason():
    nobody = completion(np.full((2, 3), NAN))
    assert (nobody.n, set(nobody.undefined.values())) == (0, {Reason.NO_RESPONSES})
    assert nobody.is_speeded is None

    flawless = completion([[1, 1], [1, 1]], right=[[1, 1], [1, 1]])
    assert flawless.undefined["stafford"] is Reason.CONSTANT_SCORE

    alone = completion([[1, 0]], right=[[1, 0]])
    assert (alone.stafford, alone.undefined["gulliksen"]) == (1.0, Reason.TOO_FEW_CANDIDATES)

    punctual = completion([[1, 1], [1, 1]], right=[[1, 1], [1, 0]])
    assert (punctual.gulliksen, punctual.undefined["gulliksen_ci"]) == (0.0, Reason.CONSTANT_ITEM)


@pytest.mark.parametrize(
    ("answered", "more"),
    [
        ([[0.5, 1]], {}),
        ([1, 0], {}),
        ([[1, 0]], {"order": [[1]]}),
        ([[1, 0]], {"order": [[1, 1]]}),
        ([[1, 0]], {"order": [[1, NAN]]}),
        ([[1, 0]], {"right": [[1]]}),
        ([[1, 0]], {"right": [[1, 1]]}),
        ([[1, NAN]], {"right": [[1, 0]]}),
        ([[1, 0]], {"confidence": 0}),
    ],
)
def test_input_that_does_not_fit_is_refused(answered, more):
    with pytest.raises(ValueError):
        completion(answered, **more)


# --- properties ---


@given(papers, st.booleans())
def test_every_item_presented_is_answered_omitted_or_not_reached(answered, next_was_read):
    found = completion(answered, right=answered, next_was_read=next_was_read)

    for item, column in zip(found.items, answered.T, strict=True):
        assert item.n == (~np.isnan(column)).sum()
        assert item.omitted + item.not_reached == (column == 0).sum()
    figures = [found.reached_last, found.reached_most, found.answered_all, found.stafford, found.gulliksen]
    assert all(figure is None or isfinite(figure) for figure in figures)
    assert (found.gulliksen is None) == ("gulliksen" in found.undefined)


@given(papers, st.randoms(use_true_random=False))
def test_columns_may_stand_in_any_order_if_the_places_go_with_them(answered, random):
    rows, columns = (random.sample(range(length), length) for length in answered.shape)
    order = np.broadcast_to(np.arange(answered.shape[1]), answered.shape)
    expected = completion(answered)
    found = completion(answered[rows][:, columns], order=order[rows][:, columns])

    assert found.items == tuple(expected.items[column] for column in columns)
    assert (found.reached_most, found.is_speeded) == (expected.reached_most, expected.is_speeded)
