from dataclasses import asdict
from math import isfinite

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from exambank.psychometrics import Interval, Reason, alpha
from exambank.psychometrics.intervals import feldt

NAN = np.nan
matrices = hnp.arrays(
    float,
    st.tuples(st.integers(0, 10), st.integers(0, 5)),
    elements=st.sampled_from([0, 1]) | st.sampled_from([0, 1, 0.5, NAN]),
)

# Every candidate has 1.14 points, but the covariances add up to 2e-17, not to 0.
ROUNDING_NOISE = [[0.27, 0.04, 0.02, 0.81], [0.02, 0.81, 0.04, 0.27], [0.02, 0.04, 0.81, 0.27]]
ROUNDING_NOISE += [[0.27, 0.02, 0.04, 0.81]] * 3


def test_lsat6_agrees_with_r(lsat6):
    """Values of psych 2.2.9 (R 4.2.2)."""
    test = alpha(lsat6)

    assert (test.n, test.n_items, test.n_joint) == (1000, 5, 1000)
    assert test.alpha == pytest.approx(0.294997192215944, abs=1e-12)
    assert test.alpha_ci.low == pytest.approx(0.223473787862733, abs=1e-12)
    assert test.alpha_ci.high == pytest.approx(0.36180253172623, abs=1e-12)
    assert test.sem == pytest.approx(0.869066612393306, abs=1e-12)
    assert test.total_sd == pytest.approx(1.0350412118898, abs=1e-12)
    assert test.alpha_if_deleted == pytest.approx(
        [0.275356210798234, 0.237583904646682, 0.216799462943282, 0.245932710433571, 0.266294411208251], abs=1e-12
    )


def test_alpha_of_partial_credit_agrees_with_its_definition(simulated):
    scores = simulated[:80, :6] * [1, 2, 3, 0.25, 1, 10]
    total = scores.sum(axis=1)
    by_definition = 6 / 5 * (1 - scores.var(axis=0, ddof=1).sum() / total.var(ddof=1))

    test = alpha(scores, max_scores=[1, 2, 3, 0.25, 1, 10])

    assert test.alpha == pytest.approx(by_definition, abs=1e-12)
    assert test.sem == pytest.approx(total.std(ddof=1) * np.sqrt(1 - by_definition), abs=1e-12)


def test_alpha_if_deleted_is_alpha_of_what_is_left(simulated):
    scores = simulated[:50, :6]

    for item, without in enumerate(alpha(scores).alpha_if_deleted):
        assert without == pytest.approx(alpha(np.delete(scores, item, axis=1)).alpha, abs=1e-12)


def test_alpha_if_deleted_has_feldts_interval_of_what_is_left(simulated):
    test = alpha(simulated[:50, :6], confidence=0.9)

    for value, interval in zip(test.alpha_if_deleted, test.alpha_if_deleted_ci, strict=True):
        assert interval == feldt(value, 50, 5, 0.9)
    assert alpha([[1, 0], [0, 0], [1, 1]]).alpha_if_deleted_ci == (None, None)


def test_one_paper_counted_by_sums_agrees_with_covariances_of_pairs(simulated):
    """One gap in 2,000 x 8 makes every pair be counted; without that candidate both ways see the same."""
    scores = simulated[:, :8] * [1, 2, 0.3, 5, 1, 100, 1, 0.25]
    covariances = np.cov(scores.T)
    by_sums = alpha(scores, max_scores=[1, 2, 0.3, 5, 1, 100, 1, 0.25])

    assert by_sums.alpha == pytest.approx(8 / 7 * (1 - np.trace(covariances) / covariances.sum()), abs=1e-12)
    scores[0, 0] = NAN
    by_pairs = alpha(scores, max_scores=[1, 2, 0.3, 5, 1, 100, 1, 0.25])
    assert by_pairs.n_joint == 1999
    assert by_pairs.alpha_if_deleted == pytest.approx(by_sums.alpha_if_deleted, abs=1e-3)


def test_items_that_agree_wholly_are_perfectly_reliable():
    test = alpha([[1, 1, 1], [0, 0, 0], [1, 1, 1]])

    assert (test.alpha, test.sem, test.alpha_ci) == (1.0, 0.0, Interval(1.0, 1.0, 0.95))


def test_items_that_contradict_each_other_have_a_negative_alpha():
    assert alpha([[1, 0, 1], [0, 1, 1], [1, 0, 0], [0, 1, 0], [1, 1, 1]]).alpha < 0


# --- gaps and papers that differ ---


def test_a_few_gaps_are_bridged_by_pairs(simulated):
    scores = simulated.copy()
    scores[np.random.default_rng(5).random(scores.shape) < 0.02] = NAN

    test = alpha(scores)

    assert test.alpha == pytest.approx(alpha(simulated).alpha, abs=0.01)
    assert 1800 <= test.n_joint < test.n == 2000
    assert test.alpha_ci == feldt(test.alpha, test.n_joint, 60)


def test_each_covariance_with_gaps_is_that_of_the_pair(simulated):
    scores = simulated[:60, :4].copy()
    scores[3, 0] = scores[11, 2] = scores[12, 2] = NAN
    pairs = np.array([[_pair_covariance(scores[:, i], scores[:, j]) for i in range(4)] for j in range(4)])
    expected = 4 / 3 * (1 - np.trace(pairs) / pairs.sum())

    assert alpha(scores).alpha == pytest.approx(expected, abs=1e-12)


def _pair_covariance(one, other):
    both = ~(np.isnan(one) | np.isnan(other))
    return np.cov(one[both], other[both])[0, 1]


def test_randomly_assembled_papers_have_no_alpha(simulated):
    scores = np.where(np.random.default_rng(5).random(simulated.shape) < 0.5, simulated, NAN)

    test = alpha(scores)

    assert (test.alpha, test.alpha_ci, test.sem, test.total_sd) == (None, None, None, None)
    assert set(test.undefined.values()) == {Reason.PAPERS_DIFFER}
    assert test.alpha_if_deleted == (None,) * 60


def test_items_and_candidates_without_any_data_are_left_out(simulated):
    scores = simulated[:40, :6].copy()
    expected = alpha(scores[1:, 1:])
    scores[0] = NAN
    scores[:, 0] = NAN

    test = alpha(scores)

    assert (test.n, test.n_items, test.alpha) == (39, 5, expected.alpha)
    assert test.alpha_if_deleted == (None, *expected.alpha_if_deleted)


# --- values that do not exist ---


@pytest.mark.parametrize(
    ("scores", "reason"),
    [
        (np.zeros((0, 3)), Reason.NO_RESPONSES),
        (np.full((4, 3), NAN), Reason.NO_RESPONSES),
        (np.zeros((3, 0)), Reason.NO_RESPONSES),
        ([[1], [0]], Reason.TOO_FEW_ITEMS),
        ([[1, 0, 1]], Reason.TOO_FEW_CANDIDATES),
        ([[1, 1], [1, 1]], Reason.CONSTANT_SCORE),
        ([[1, 0], [0, 1]], Reason.CONSTANT_SCORE),
        ([[0.1, 0.1, 0.7]] * 3, Reason.CONSTANT_SCORE),
        (ROUNDING_NOISE, Reason.CONSTANT_SCORE),
        ([[1, NAN], [NAN, 1]], Reason.PAPERS_DIFFER),
    ],
)
def test_where_there_is_no_alpha_there_is_a_reason(scores, reason):
    test = alpha(scores)

    assert test.alpha is None
    assert test.undefined == dict.fromkeys(("alpha", "alpha_ci", "sem", "total_sd"), reason)


def test_a_test_of_two_items_has_no_alpha_if_one_is_deleted():
    assert alpha([[1, 1], [0, 0], [1, 0]]).alpha_if_deleted == (None, None)


def test_an_item_that_carries_all_the_spread_leaves_no_alpha_if_deleted():
    assert alpha([[1, 0.1, 0.7], [0, 0.1, 0.7], [0, 0.1, 0.7]]).alpha_if_deleted[0] is None


@given(matrices)
def test_nothing_that_comes_out_is_nan(scores):
    test = alpha(scores)

    assert len(test.alpha_if_deleted) == scores.shape[1]
    numbers = [value for value in (*asdict(test).values(), *test.alpha_if_deleted) if isinstance(value, float)]
    assert all(isfinite(number) for number in numbers)
    assert {name for name, value in asdict(test).items() if value is None} == set(test.undefined)
    if test.alpha is not None:
        assert test.alpha_ci.low <= test.alpha <= 1
        assert isfinite(test.alpha_ci.low)
