import numpy as np
import pytest

from exambank.psychometrics.arrays import check_scores
from exambank.psychometrics.groups import quantile_groups, upper_lower_shares


def one_stratum(n):
    return np.zeros(n, dtype=int)


def test_candidates_tied_at_the_cut_share_the_places_equally():
    """10 candidates, 2.7 places: the best fills one, the four tied below share 1.7."""
    totals = np.array([0.9, 0.8, 0.8, 0.8, 0.8, 0.5, 0.4, 0.3, 0.2, 0.1])
    item = np.array([[1, 1, 0, 0, 0, 1, 0, 1, 0, 0]]).T

    upper, lower, places, separable = upper_lower_shares(check_scores(item), totals, one_stratum(10))

    assert places == pytest.approx(2.7)
    assert upper == pytest.approx((1 + 1.7 * 1 / 4) / 2.7)
    assert lower == pytest.approx((0 + 0 + 0.7 * 1) / 2.7)
    assert separable.all()


def test_the_groups_do_not_depend_on_the_order_of_the_rows(simulated):
    totals = simulated.mean(axis=1).round(12)
    order = np.random.default_rng(1).permutation(len(totals))

    upper, lower, *_ = upper_lower_shares(check_scores(simulated), totals, one_stratum(2000))
    again_upper, again_lower, *_ = upper_lower_shares(check_scores(simulated[order]), totals[order], one_stratum(2000))

    assert again_upper == pytest.approx(upper, abs=1e-12)
    assert again_lower == pytest.approx(lower, abs=1e-12)


def test_equal_totals_leave_no_upper_and_no_lower_group():
    *_, separable = upper_lower_shares(check_scores([[1], [0]]), np.array([0.5, 0.5]), one_stratum(2))

    assert not separable.any()


def test_each_stratum_gives_its_own_best_and_weakest():
    """A strong class does not fill the upper group: its own weakest count among the weak."""
    totals = np.array([0.9, 0.8, 0.2, 0.1])
    item = np.array([[1, 0, 1, 0]]).T

    upper, lower, *_ = upper_lower_shares(check_scores(item), totals, np.array([0, 0, 1, 1]))

    assert upper == pytest.approx(1)
    assert lower == pytest.approx(0)


def test_quantile_groups_are_cut_as_r_cuts_them():
    # R: cut(x, quantile(x, (0:3)/3), include.lowest = TRUE), the cuts are 10/3 + 1 and 2 * 10/3 + 1
    totals = np.arange(1, 12) / 11

    assert quantile_groups(totals, one_stratum(11), 3).tolist() == [0] * 4 + [1] * 3 + [2] * 4


def test_a_total_at_the_cut_belongs_to_the_group_below():
    totals = np.array([1, 2, 2, 2, 3]) / 3

    assert quantile_groups(totals, one_stratum(5), 2).tolist() == [0, 0, 0, 0, 1]


def test_a_cut_that_falls_on_a_candidate_hits_the_total_exactly():
    """7/10 of the way through 91 totals is the 64th; 0.7 * 90 is a little less in floating point."""
    groups = quantile_groups(np.arange(91) / 91, one_stratum(91), 10)

    assert groups[62:65].tolist() == [6, 6, 7]


def test_equal_totals_stay_in_one_group_and_the_others_stay_empty():
    assert quantile_groups(np.full(6, 0.5), one_stratum(6), 3).tolist() == [0] * 6


def test_quantile_groups_are_formed_within_each_stratum():
    totals = np.array([0.1, 0.2, 0.8, 0.9])

    assert quantile_groups(totals, np.array([0, 0, 1, 1]), 2).tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize("n_groups", [1, 3, 5])
def test_one_candidate_is_the_first_group(n_groups):
    assert quantile_groups(np.array([0.4]), one_stratum(1), n_groups).tolist() == [0]
