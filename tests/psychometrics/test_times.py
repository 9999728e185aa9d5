from dataclasses import asdict
from math import isfinite

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from exambank.psychometrics import Reason
from exambank.psychometrics.intervals import fisher_z, student, wilson
from exambank.psychometrics.times import time_statistics

NAN = np.nan
OTHERS = np.array([[0, 1], [1, 1], [1, 0], [0, 0], [1, 1], [0, 1]])
TIMES = [20.0, 40.0, 60.0, 80.0, 100.0, 3.0]


def item(times, right=None, **more):
    right = np.zeros(len(times)) if right is None else right
    others = np.resize(OTHERS, (len(times), 2))
    seconds = np.column_stack([times, np.full((len(times), 2), NAN)])
    return time_statistics(seconds, np.column_stack([right, others]), **more)[0]


def test_the_middle_and_the_quartiles_are_those_of_the_ordered_times():
    found = item(TIMES)

    assert (found.n, found.lower_quartile, found.median, found.upper_quartile) == (6, 25.0, 50.0, 75.0)


def test_logarithms_have_mean_spread_and_the_geometric_mean():
    logs = np.log(TIMES)
    found = item(TIMES, confidence=0.9)

    assert (found.log_mean, found.log_sd) == pytest.approx((logs.mean(), logs.std(ddof=1)))
    assert found.typical == pytest.approx(np.prod(TIMES) ** (1 / 6))
    assert found.log_mean_ci == student(found.log_mean, found.log_sd, 6, 0.9)


def test_an_answer_in_a_tenth_of_the_usual_time_is_rapid_and_ten_seconds_never_are():
    quick = item(TIMES, right=[1, 1, 0, 1, 1, 0.0])
    assert (quick.rapid_seconds, quick.rapid_share, quick.rapid_right_share) == (5.0, pytest.approx(1 / 6), 0.0)
    assert quick.rapid_ci == wilson(quick.rapid_share, 6)

    long = item([300.0, 300.0, 12.0, 9.0], right=[1, 1, 1, 1])
    assert (long.rapid_seconds, long.rapid_share, long.rapid_right_share) == (10.0, 0.25, 1.0)


def test_time_is_correlated_with_the_score_on_the_other_items():
    found = item(TIMES, right=[1, 0, 1, 0, 1, 0])
    expected = np.corrcoef(np.log(TIMES), OTHERS.sum(axis=1))[0, 1]

    assert found.log_time_rest == pytest.approx(expected)
    assert found.log_time_rest_ci == fisher_z(found.log_time_rest, 3)


def test_only_known_times_of_items_presented_count():
    seconds = [[10, 1], [NAN, 1], [30, 1], [50, 1]]
    found = time_statistics(seconds, [[1, 1], [1, 0], [0, 1], [NAN, 1]])[0]

    assert (found.n, found.median) == (2, 20.0)


def test_the_interval_of_the_median_goes_by_ranks_and_holds_what_it_should():
    """Of 30 times the 9th and the 22nd; 1,000 samples of a skew distribution with the median 1."""
    found = item(np.arange(1.0, 31.0))
    assert (found.median_ci.low, found.median_ci.high) == (9.0, 22.0)

    rng = np.random.default_rng(6)
    intervals = [one.median_ci for one in time_statistics(np.exp(rng.normal(size=(40, 1000))), np.ones((40, 1000)))]
    assert 0.94 <= np.mean([interval.low <= 1 <= interval.high for interval in intervals]) <= 0.99


def test_a_time_of_zero_has_a_logarithm():
    assert item([0.0, 0.0, 0.0, 0.0]).typical == pytest.approx(0.1)


def test_where_there_is_no_figure_there_is_a_reason():
    unknown = item([NAN, NAN])
    assert (unknown.n, set(unknown.undefined.values())) == (0, {Reason.NO_RESPONSES})

    alone = item([5.0])
    assert (alone.median, alone.typical) == (5.0, pytest.approx(5.0))
    few = {"median_ci", "log_sd", "log_mean_ci", "log_time_rest", "log_time_rest_ci"}
    assert {name for name, reason in alone.undefined.items() if reason is Reason.TOO_FEW_CANDIDATES} == few

    equal = item([5.0] * 6)
    assert equal.undefined["log_mean_ci"] is equal.undefined["log_time_rest"] is Reason.CONSTANT_ITEM


@pytest.mark.parametrize("seconds", [[[1.0]], [[-1.0, 1.0]], [[np.inf, 1.0]], [[{}, 1.0]], [1.0, 1.0]])
def test_times_that_do_not_fit_are_refused(seconds):
    with pytest.raises(ValueError):
        time_statistics(seconds, [[1, 0]])


times = hnp.arrays(float, (7, 3), elements=st.floats(0, 1e5, allow_subnormal=False) | st.sampled_from([NAN, 0.0, 30.0]))


@given(times, st.randoms(use_true_random=False))
def test_nothing_is_nan_and_no_order_changes_anything(seconds, random):
    scores = np.resize(OTHERS, (7, 3)).astype(float)
    rows, columns = random.sample(range(7), 7), random.sample(range(3), 3)
    expected = time_statistics(seconds, scores)
    found = time_statistics(seconds[rows][:, columns], scores[rows][:, columns])

    for one, column in zip(found, columns, strict=True):
        twin = expected[column]
        record = {name: value for name, value in asdict(twin).items() if name != "undefined"}
        assert {name for name, value in record.items() if value is None} == set(twin.undefined)
        assert all(isfinite(value) for value in record.values() if isinstance(value, float))
        assert (one.n, one.median, one.rapid_share, one.undefined) == (
            twin.n, twin.median, twin.rapid_share, twin.undefined,
        )  # fmt: skip
        assert one.log_mean == pytest.approx(twin.log_mean)
