from math import isfinite

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from exambank.psychometrics import Reason
from exambank.psychometrics.weights import EffectiveWeight, effective_weights

NAN = np.nan
matrices = hnp.arrays(
    float,
    st.tuples(st.integers(0, 12), st.integers(0, 5)),
    elements=st.sampled_from([0, 1]) | st.sampled_from([0, 1, 0.5, NAN]),
)


def values(weights):
    return [weight.value for weight in weights]


def test_the_weight_is_the_covariance_with_the_total_over_its_variance(simulated):
    scores = simulated[:90, :5] * [1, 2, 0.5, 1, 10]
    total = scores.sum(axis=1)
    weights = effective_weights(scores, max_scores=[1, 2, 0.5, 1, 10])

    assert values(weights) == pytest.approx([np.cov(item, total)[0, 1] / total.var(ddof=1) for item in scores.T])
    assert sum(values(weights)) == pytest.approx(1, abs=1e-12)
    assert [weight.nominal for weight in weights] == pytest.approx(
        [1 / 14.5, 2 / 14.5, 0.5 / 14.5, 1 / 14.5, 10 / 14.5]
    )


def test_the_error_is_hc3_of_the_regression_on_the_total():
    """x = 0, 0, 1, 1, 1 on T = 0, 1, 1, 2, 2 by hand: slope .5, and each residual over 1 - leverage."""
    scores = np.array([[0, 0], [0, 1], [1, 0], [1, 1], [1, 1]])
    total = scores.sum(axis=1) - 1.2
    left = scores[:, 0] - 0.6 - total * (total @ scores[:, 0]) / (total @ total)
    leverage = 1 / 5 + total**2 / (total @ total)
    error = np.sqrt(((total * left / (1 - leverage)) ** 2).sum()) / (total @ total)
    weight = effective_weights(scores)[0]

    assert weight.interval.high - weight.value == pytest.approx(3.182446305284263 * error, abs=1e-9)  # t of 3 degrees
    assert weight.value - weight.interval.low == pytest.approx(3.182446305284263 * error, abs=1e-9)


def test_an_essay_of_equal_marks_weighs_nothing_whatever_it_can_give():
    scores = [[1, 0, 5], [1, 1, 5], [0, 0, 5], [1, 1, 5], [0, 1, 5]]
    *_, essay = effective_weights(scores, max_scores=[1, 1, 8])

    assert (essay.nominal, essay.value) == (0.8, 0.0)
    assert (essay.interval.low, essay.interval.high) == (0.0, 0.0)


def test_an_item_that_the_weak_solve_takes_differences_away():
    assert effective_weights([[1, 1, 1, 0], [1, 1, 0, 0], [0, 0, 0, 1], [1, 1, 1, 0], [0, 0, 0, 1]])[3].value < 0


def test_the_interval_holds_what_it_should():
    """120 exams of 40 candidates on 15 items: at least 92 in 100 of the 95 % intervals hold the true weight."""
    rng = np.random.default_rng(4)
    slopes, difficulties = np.exp(rng.normal(0, 0.3, 15)), rng.normal(0, 1, 15)

    def sitting(n):
        chance = 1 / (1 + np.exp(-slopes * (rng.normal(size=(n, 1)) - difficulties)))
        return (rng.random((n, 15)) < chance).astype(float)

    truth = values(effective_weights(sitting(60_000)))
    held = [
        weight.interval.low <= true <= weight.interval.high
        for _exam in range(120)
        for true, weight in zip(truth, effective_weights(sitting(40)), strict=True)
    ]
    assert 0.92 <= np.mean(held) <= 0.98


def test_who_missed_an_item_is_left_out_and_an_item_that_nobody_met_has_no_weight(simulated):
    scores = simulated[:40, :4].copy()
    scores[0, 0] = NAN
    scores = np.column_stack([scores, np.full(40, NAN)])

    *weights, unmet = effective_weights(scores)
    expected = effective_weights(simulated[1:40, :4])

    assert weights == list(expected)
    assert unmet == EffectiveWeight(0, None, None, None, Reason.NO_RESPONSES)


@pytest.mark.parametrize(
    ("scores", "n", "reason"),
    [
        ([[NAN, NAN]], 0, Reason.NO_RESPONSES),
        ([[1, NAN], [NAN, 1], [1, 0]], 1, Reason.PAPERS_DIFFER),
        ([[1, 0]], 1, Reason.TOO_FEW_CANDIDATES),
        ([[1, 0], [0, 1], [1, 0]], 3, Reason.CONSTANT_SCORE),
    ],
)
def test_where_there_is_no_weight_there_is_a_reason(scores, n, reason):
    assert set(effective_weights(scores)) == {EffectiveWeight(n, None, None, None, reason)}


def test_three_candidates_have_weights_without_an_interval():
    weight = effective_weights([[1, 0], [1, 1], [0, 0]])[0]

    assert (weight.value, weight.interval, weight.reason) == (pytest.approx(0.5), None, Reason.TOO_FEW_CANDIDATES)


@given(matrices)
def test_nothing_that_comes_out_is_nan(scores):
    for weight in effective_weights(scores):
        assert (weight.interval is None) == (weight.reason is not None)
        if weight.interval:
            assert isfinite(weight.interval.low)
            assert weight.interval.low <= weight.value <= weight.interval.high


@given(matrices, st.randoms(use_true_random=False))
def test_no_order_of_candidates_or_items_changes_anything(scores, random):
    rows, columns = (random.sample(range(length), length) for length in scores.shape)
    expected, shuffled = effective_weights(scores), effective_weights(scores[rows][:, columns])

    assert [weight.reason for weight in shuffled] == [expected[column].reason for column in columns]
    for weight, column in zip(shuffled, columns, strict=True):
        assert weight.value == pytest.approx(expected[column].value, abs=1e-9)


@given(matrices)
def test_twice_the_candidates_change_no_weight(scores):
    for one, two in zip(effective_weights(scores), effective_weights(np.tile(scores, (2, 1))), strict=True):
        if one.value is not None:
            assert two.value == pytest.approx(one.value, abs=1e-9)
