from math import isfinite, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import norm

from exambank.psychometrics import Reason, item_statistics
from exambank.psychometrics.biserial import Biserial, biserial

NAN = np.nan
matrices = hnp.arrays(
    float,
    st.tuples(st.integers(0, 12), st.integers(0, 5)),
    elements=st.sampled_from([0, 1]) | st.sampled_from([0, 1, 0.5, NAN]),
)


def values(items):
    return [item.value for item in items]


def by_definition(item, total):
    right, wrong, share = total[item == 1], total[item == 0], item.mean()
    spread = total.std(ddof=1)
    return (right.mean() - wrong.mean()) / spread * share * (1 - share) / norm.pdf(norm.ppf(share))


# --- known values ---


def test_lsat6_agrees_with_r(lsat6):
    """Values of the formula in R 4.2.2."""
    assert values(biserial(lsat6)) == pytest.approx(
        [0.670558385144855, 0.750497197098174, 0.777215867412133, 0.735712173538751, 0.691776801466471],
        abs=1e-12,
    )


def test_every_value_agrees_with_its_definition(simulated):
    scores = simulated[:40, :8]
    total = scores.sum(axis=1)

    assert values(biserial(scores)) == pytest.approx([by_definition(item, total) for item in scores.T], abs=1e-12)


def test_items_of_different_weight_count_by_their_points(simulated):
    weights = np.array([1, 2, 0.5, 4])
    scores = simulated[:40, :4]
    total = (scores * weights).sum(axis=1)

    assert values(biserial(scores * weights, max_scores=weights)) == pytest.approx(
        [by_definition(item, total) for item in scores.T], abs=1e-10
    )


def test_totals_far_from_normal_lead_beyond_one():
    assert biserial([[1, 1, 1], [1, 1, 1], [0, 0, 0], [0, 0, 0]])[0].value == pytest.approx(
        sqrt(3 / 4) / 2 / norm.pdf(0), abs=1e-12
    )
    assert biserial([[1] * 3] * 50 + [[0] * 3] * 50)[0].value > 1.2


def test_an_item_that_the_weak_solve_is_negative():
    scores = [[1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [1, 1, 1, 0]]

    assert biserial(scores)[3].value < 0


def test_candidates_of_different_papers_are_compared_by_shares():
    """Three met items 1 to 4 and three met 1 to 3: a perfect short paper is no less than a perfect long one."""
    scores = np.array([[1, 1, 1, 1], [0, 1, 0, 1], [0, 0, 1, 0], [1, 1, 1, NAN], [0, 0, 0, NAN], [1, 1, 0, NAN]])
    shares = np.array([1, 0.5, 0.25, 1, 0, 2 / 3])

    first, *_, last = biserial(scores)

    assert first.value == pytest.approx(by_definition(scores[:, 0], shares), abs=1e-10)
    assert (last.n, last.value) == (3, pytest.approx(by_definition(scores[:3, 3], shares[:3]), abs=1e-10))


def test_all_points_up_to_rounding_are_all_points():
    [item, _] = biserial([[0.1 + 0.2, 1], [0, 0], [0.3, 0]], max_scores=[0.3, 1])

    assert item.reason is None


def test_the_interval_is_sopers_by_hand():
    """p = .5: the density is .398942, the cut 0, and n se^2 = r^4 - 5/2 r^2 + pi/2."""
    scores = np.tile([[1, 1, 1], [1, 0, 1], [0, 1, 0], [0, 0, 0]], (10, 1))
    first = biserial(scores)[0]
    error = sqrt((first.value**4 - 2.5 * first.value**2 + np.pi / 2) / 40)

    assert first.interval.high - first.value == pytest.approx(norm.ppf(0.975) * error, abs=1e-12)
    assert first.value - first.interval.low == pytest.approx(norm.ppf(0.975) * error, abs=1e-12)
    assert biserial(scores, confidence=0.9)[0].interval.confidence == 0.9


def test_the_interval_holds_what_it_should():
    """100 exams of 60 candidates on 20 items: at least 93 in 100 of the 95 % intervals hold the true value."""
    rng = np.random.default_rng(3)
    difficulties = rng.normal(0, 1, 20)

    def sitting(n):
        return (rng.random((n, 20)) < 1 / (1 + np.exp(difficulties - rng.normal(size=(n, 1))))).astype(float)

    truth = values(biserial(sitting(60_000)))
    held = [
        item.interval.low <= true <= item.interval.high
        for _exam in range(100)
        for true, item in zip(truth, biserial(sitting(60)), strict=True)
        if item.interval
    ]
    assert 0.93 <= np.mean(held) <= 0.98


# --- values that do not exist ---


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([[NAN, 1], [NAN, 0]], Biserial(0, None, Reason.NO_RESPONSES)),
        ([[0.5, 1], [1, 0], [0, 0]], Biserial(3, None, Reason.NOT_DICHOTOMOUS)),
        ([[1, 1]], Biserial(1, None, Reason.TOO_FEW_CANDIDATES)),
        ([[1, 1], [1, 0]], Biserial(2, None, Reason.CONSTANT_ITEM)),
        ([[0, 1], [0, 0]], Biserial(2, None, Reason.CONSTANT_ITEM)),
        ([[1, 0], [0, 1]], Biserial(2, None, Reason.CONSTANT_SCORE)),
    ],
)
def test_where_there_is_no_value_there_is_a_reason(scores, expected):
    assert biserial(scores)[0] == expected


@pytest.mark.parametrize("shape", [(0, 3), (3, 0)])
def test_an_empty_matrix_is_no_error(shape):
    assert biserial(np.zeros(shape)) == (Biserial(0, None, Reason.NO_RESPONSES),) * shape[1]


def test_bad_input_is_refused():
    with pytest.raises(ValueError):
        biserial([[2.0]])


# --- what holds for every test ---


@given(matrices)
def test_nothing_that_comes_out_is_nan(scores):
    items = biserial(scores)

    assert len(items) == scores.shape[1]
    assert all((item.value is None) == (item.reason is not None) == (item.interval is None) for item in items)
    assert all(isfinite(item.value) for item in items if item.value is not None)


@given(matrices)
def test_it_is_the_correlation_with_the_total_in_another_measure(scores):
    """The same contrast of means, over the density at the cut and not over the spread of the item."""
    for item, statistic in zip(biserial(scores), item_statistics(scores), strict=True):
        if item.value is not None:
            share = statistic.difficulty
            measure = sqrt(share * (1 - share)) / norm.pdf(norm.ppf(share)) * sqrt(1 - 1 / item.n)
            assert item.value == pytest.approx(statistic.item_total * measure, abs=1e-9)


@given(matrices, st.randoms(use_true_random=False))
def test_no_order_of_candidates_or_items_changes_anything(scores, random):
    rows, columns = (random.sample(range(length), length) for length in scores.shape)
    expected, shuffled = biserial(scores), biserial(scores[rows][:, columns])

    assert [item.reason for item in shuffled] == [expected[column].reason for column in columns]
    assert values(shuffled) == pytest.approx([expected[column].value for column in columns], abs=1e-9)
