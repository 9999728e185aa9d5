import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from exambank.psychometrics.moments import blocks, moments, within_strata

matrices = hnp.arrays(float, st.tuples(st.integers(1, 30), st.integers(1, 4)), elements=st.floats(0, 10, width=16))


@given(matrices, st.integers(1, 3))
def test_sums_of_deviations_are_what_they_are_called(points, n_strata):
    n_strata = min(n_strata, len(points))
    strata = np.arange(len(points)) % n_strata
    weights = np.stack([np.arange(len(points)), np.ones(len(points))]).astype(float)
    found = moments(points, strata, weights)
    means = np.stack([points[strata == stratum].mean(axis=0) for stratum in range(n_strata)])
    deviations = points - means[strata]

    assert found.means == pytest.approx(means, abs=1e-9)
    assert found.squares == pytest.approx((deviations**2).sum(axis=0), abs=1e-8)
    assert found.overall_squares == pytest.approx(points.var(axis=0) * len(points), abs=1e-8)
    assert found.products == pytest.approx(weights @ deviations, abs=1e-8)


def test_blocks_hold_every_row_once_and_change_nothing():
    points = np.random.default_rng(1).random((100_000, 3))
    cuts = [(rows.start, rows.stop) for rows in blocks(points)]
    found = moments(points, np.zeros(100_000, dtype=int), points[:, :1].T)

    assert [start for start, _ in cuts] == [0, *(stop for _, stop in cuts[:-1])]
    assert len(cuts) > 2
    assert np.concatenate([points[start:stop] for start, stop in cuts]).shape == points.shape
    assert found.squares / 99_999 == pytest.approx(points.var(axis=0, ddof=1), rel=1e-12)
    assert found.products[0] / 99_999 == pytest.approx(np.cov(points.T)[0], rel=1e-9)


def test_little_spread_far_from_zero_is_not_lost():
    """1,000,000.1 and 1,000,000.2 by turns: the sum of the squares less the square of the sum has no digit left."""
    points = 1e6 + np.resize([0.1, 0.2], (1000, 1))

    assert moments(points, np.zeros(1000, dtype=int), np.zeros((0, 1000))).squares == pytest.approx(2.5, rel=1e-6)


@settings(max_examples=20)
@given(matrices)
def test_what_is_left_within_a_stratum_adds_up_to_nothing(points):
    strata = np.arange(len(points)) % 2
    left = within_strata(points[:, 0], strata)

    assert np.bincount(strata, left) == pytest.approx(0, abs=1e-9)
