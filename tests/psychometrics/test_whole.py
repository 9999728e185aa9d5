from dataclasses import asdict
from math import isfinite

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from exambank.psychometrics import Interval, Reason, alpha
from exambank.psychometrics.factor import SMALLEST_UNIQUENESS, one_factor
from exambank.psychometrics.whole import whole_test_statistics

NAN = np.nan
matrices = hnp.arrays(
    float,
    st.tuples(st.integers(0, 12), st.integers(0, 5)),
    elements=st.sampled_from([0, 1]) | st.sampled_from([0, 1, 0.5, NAN]),
)
DISTRIBUTION = ("mean", "sd", "median", "minimum", "maximum", "skewness", "kurtosis")
RELIABILITY = ("alpha", "alpha_ci", "sem", "kr20", "kr21", "lambda2", "lambda6", "omega_total", "split_half")
ERRORS = ("skewness_se", "kurtosis_se")
EVERYTHING = DISTRIBUTION + ERRORS + RELIABILITY

# Every candidate has 1.14 points, but not to the last digit.
ROUNDING_NOISE = [[0.27, 0.04, 0.02, 0.81], [0.02, 0.81, 0.04, 0.27], [0.02, 0.04, 0.81, 0.27]]


def figures(test, names=EVERYTHING):
    return [getattr(test, name) for name in names]


# --- known values ---


def test_lsat6_agrees_with_r(lsat6):
    """Values of psych 2.2.9 and, for omega, of stats::factanal (R 4.2.2)."""
    test = whole_test_statistics(lsat6)

    assert (test.n, test.n_items, test.undefined) == (1000, 5, {})
    assert figures(test, DISTRIBUTION) == pytest.approx(
        [3.819, 1.0350412118898, 4, 0, 5, -0.689973927643438, 0.0717941945273046], abs=1e-12
    )
    assert test.kr20 == pytest.approx(0.294997192215944, abs=1e-12)
    assert test.kr21 == pytest.approx(0.197494727579541, abs=1e-12)
    assert test.lambda2 == pytest.approx(0.303383807734839, abs=1e-12)
    assert test.lambda6 == pytest.approx(0.251706641789198, abs=1e-12)
    assert test.split_half == pytest.approx(0.337987466760623, abs=1e-12)
    assert test.omega_total == pytest.approx(0.296469129224057, abs=1e-5)


def test_the_errors_of_the_shape_are_those_of_normal_totals():
    """600 samples of 25 normal totals: the figures differ as far as their errors say."""
    rng = np.random.default_rng(17)
    samples = np.clip(rng.normal(50, 10, (600, 25, 1)), 0, 100)
    tests = [whole_test_statistics(sample, max_scores=100) for sample in samples]

    for name in ("skewness", "kurtosis"):
        found = np.std([getattr(test, name) for test in tests])
        assert getattr(tests[0], f"{name}_se") == pytest.approx(found, rel=0.1)


def test_alpha_and_its_company_are_those_of_alpha(simulated):
    scores = simulated[:40, :12]
    test, expected = whole_test_statistics(scores, confidence=0.9), alpha(scores, confidence=0.9)

    assert (test.alpha, test.alpha_ci, test.sem) == (expected.alpha, expected.alpha_ci, expected.sem)
    assert test.kr20 == test.alpha
    assert test.alpha_ci.confidence == 0.9


def test_the_distribution_agrees_with_scipy(simulated):
    scores = simulated[:40, :12] * 0.25
    test, totals = whole_test_statistics(scores), scores.sum(axis=1)

    assert test.skewness == pytest.approx(stats.skew(totals), abs=1e-12)
    assert test.kurtosis == pytest.approx(stats.kurtosis(totals), abs=1e-12)
    assert (test.mean, test.sd, test.median) == pytest.approx((totals.mean(), totals.std(ddof=1), np.median(totals)))
    assert (test.minimum, test.maximum) == (totals.min(), totals.max())


def test_lambda2_agrees_with_its_definition(simulated):
    weights = [1, 2, 3, 0.25, 1, 10]
    scores = simulated[:80, :6] * weights
    covariances = np.cov(scores.T)
    pairs = [covariances[i, j] for i in range(6) for j in range(6) if i != j]
    expected = (sum(pairs) + np.sqrt(6 / 5 * sum(pair**2 for pair in pairs))) / scores.sum(axis=1).var(ddof=1)

    assert whole_test_statistics(scores, max_scores=weights).lambda2 == pytest.approx(expected, abs=1e-12)


def test_lambda6_agrees_with_the_regression_of_each_item_on_the_others(simulated):
    standard = stats.zscore(simulated[:90, :7])
    left_over = [np.linalg.lstsq(np.delete(standard, item, axis=1), standard[:, item])[1][0] / 90 for item in range(7)]
    expected = 1 - sum(left_over) / standard.sum(axis=1).var()

    assert whole_test_statistics(simulated[:90, :7]).lambda6 == pytest.approx(expected, abs=1e-12)


def test_split_half_steps_the_correlation_of_odd_and_even_items_up(simulated):
    scores = simulated[:40, :7]
    r = np.corrcoef(scores[:, [0, 2, 4, 6]].sum(axis=1), scores[:, [1, 3, 5]].sum(axis=1))[0, 1]

    assert whole_test_statistics(scores).split_half == pytest.approx(2 * r / (1 + r), abs=1e-12)


def test_kr21_is_kr20_of_equally_difficult_items_but_for_the_divisor():
    scores = np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 0, 0]], dtype=float)
    totals, share = scores.sum(axis=1), 0.5
    by_hand = 3 / 2 * (1 - 3 * share * (1 - share) / totals.var(ddof=1))

    assert whole_test_statistics(scores).kr21 == pytest.approx(by_hand, abs=1e-12)
    assert whole_test_statistics(scores * 0.5, max_scores=0.5).kr21 == pytest.approx(by_hand, abs=1e-12)


# --- one factor ---


def correlations_of(loadings):
    correlations = np.outer(loadings, loadings)
    np.fill_diagonal(correlations, 1.0)
    return correlations


def fitted_by_em(correlations, steps=5000):
    """Another way to the maximum of the same likelihood (Rubin and Thayer 1982): slow, but plain."""
    loadings, uniquenesses = np.full(len(correlations), 0.5), np.full(len(correlations), 0.75)
    for _ in range(steps):
        regression = loadings / uniquenesses / (1 + (loadings**2 / uniquenesses).sum())
        with_factor = correlations @ regression
        loadings = with_factor / (1 - regression @ loadings + regression @ with_factor)
        uniquenesses = 1 - loadings * with_factor
    return loadings


def test_loadings_that_made_the_correlations_are_found_again():
    loadings = np.array([0.9, 0.7, 0.5, 0.3, -0.2])
    factor = one_factor(correlations_of(loadings))

    assert factor.loadings == pytest.approx(loadings, abs=1e-7)
    assert factor.uniquenesses == pytest.approx(1 - loadings**2, abs=1e-7)
    assert factor.omega_total == pytest.approx(2.2**2 / (2.2**2 + 5 - (loadings**2).sum()), abs=1e-7)


def test_three_items_have_their_loadings_in_closed_form():
    correlations = np.array([[1, 0.4, 0.3], [0.4, 1, 0.2], [0.3, 0.2, 1]])
    expected = np.sqrt([0.4 * 0.3 / 0.2, 0.4 * 0.2 / 0.3, 0.3 * 0.2 / 0.4])

    assert one_factor(correlations).loadings == pytest.approx(expected, abs=1e-7)


def test_the_search_and_em_meet_at_the_same_maximum(simulated):
    correlations = np.corrcoef(simulated[:200, :8].T)
    loadings = fitted_by_em(correlations)
    omega = loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum())

    assert one_factor(correlations).loadings == pytest.approx(loadings, abs=1e-6)
    assert whole_test_statistics(simulated[:200, :8]).omega_total == pytest.approx(omega, abs=1e-7)


def misfit(correlations, loadings, uniquenesses):
    fitted = np.outer(loadings, loadings) + np.diag(uniquenesses)
    return np.linalg.slogdet(fitted)[1] + np.trace(np.linalg.solve(fitted, correlations))


@pytest.mark.parametrize("seed", range(20))
def test_answers_at_random_have_a_best_factor_too(seed):
    """Their likelihood is full of bends and false peaks; wherever EM climbs, the search is as high or higher."""
    correlations = np.corrcoef((np.random.default_rng(seed).random((45, 9)) < 0.5).T)
    factor = one_factor(correlations)
    climbed = fitted_by_em(correlations, steps=500)

    found = misfit(correlations, factor.loadings, factor.uniquenesses)
    lowest = np.maximum(1 - climbed**2, SMALLEST_UNIQUENESS)
    assert found <= misfit(correlations, climbed, lowest) + 1e-9


def test_an_item_that_the_factor_seems_to_explain_wholly_keeps_a_little_of_its_own():
    """0.8 * 0.8 / 0.4 would be a squared loading of 1.6."""
    factor = one_factor(np.array([[1, 0.8, 0.8], [0.8, 1, 0.4], [0.8, 0.4, 1]]))

    assert factor.uniquenesses[0] == pytest.approx(SMALLEST_UNIQUENESS)
    assert (factor.loadings > 0).all()


def test_items_that_have_nothing_in_common_have_no_common_share():
    assert one_factor(np.eye(4)).omega_total == 0.0

    every_pattern = [[first, second, third] for first in (0, 1) for second in (0, 1) for third in (0, 1)]
    test = whole_test_statistics(every_pattern)
    assert (test.lambda6, test.omega_total) == pytest.approx((0, 0), abs=1e-12)


# --- gaps and papers that differ ---


def test_candidates_who_missed_an_item_are_left_out_of_all_but_alpha(simulated):
    scores = simulated[:100, :8].copy()
    scores[:4, 2] = NAN
    test, complete = whole_test_statistics(scores), whole_test_statistics(scores[4:])

    assert test.n == 96
    assert figures(test, DISTRIBUTION) == figures(complete, DISTRIBUTION)
    assert (test.lambda2, test.omega_total) == (complete.lambda2, complete.omega_total)
    assert test.alpha == alpha(scores).alpha != complete.alpha


def test_items_and_candidates_without_any_data_are_left_out(simulated):
    scores = simulated[:40, :6].copy()
    expected = whole_test_statistics(scores[1:, 1:])
    scores[0] = NAN
    scores[:, 0] = NAN

    assert whole_test_statistics(scores) == expected


def test_randomly_assembled_papers_have_no_common_total(simulated):
    scores = np.where(np.random.default_rng(5).random(simulated.shape) < 0.5, simulated, NAN)
    scores[0] = simulated[0]  # one candidate met everything: that is no test yet

    test = whole_test_statistics(scores)

    assert figures(test) == [None] * len(EVERYTHING)
    assert test.undefined == dict.fromkeys(EVERYTHING, Reason.PAPERS_DIFFER)


def test_where_everybody_missed_something_else_only_alpha_remains(simulated):
    scores = simulated[:60].copy()
    np.fill_diagonal(scores, NAN)
    test = whole_test_statistics(scores)

    assert test.n == 0
    assert (test.alpha, test.kr20) == (alpha(scores).alpha,) * 2
    assert set(test.undefined.values()) == {Reason.PAPERS_DIFFER}
    assert set(test.undefined) == set(EVERYTHING) - {"alpha", "alpha_ci", "sem", "kr20"}


# --- values that do not exist ---


@pytest.mark.parametrize("scores", [np.zeros((0, 3)), np.full((4, 3), NAN), np.zeros((3, 0))])
def test_without_responses_nothing_exists(scores):
    test = whole_test_statistics(scores)

    assert (test.n, test.n_items) == (0, 0)
    assert test.undefined == dict.fromkeys(EVERYTHING, Reason.NO_RESPONSES)


def test_one_candidate_has_a_total_and_no_more():
    test = whole_test_statistics([[1, 0, 1]])

    assert (test.mean, test.median, test.minimum, test.maximum) == (2, 2, 2, 2)
    assert test.undefined == dict.fromkeys(
        ("sd", "skewness", "kurtosis", *ERRORS, *RELIABILITY), Reason.TOO_FEW_CANDIDATES
    )


def test_one_item_has_a_distribution_and_no_reliability():
    test = whole_test_statistics([[1], [0], [1]])

    assert (test.mean, test.skewness) == pytest.approx((2 / 3, -1 / np.sqrt(2)))
    assert test.skewness_se == pytest.approx(0.5)
    few = {"kurtosis_se": Reason.TOO_FEW_CANDIDATES}
    assert test.undefined == dict.fromkeys(RELIABILITY, Reason.TOO_FEW_ITEMS) | few


def test_two_items_share_what_they_share_but_have_no_factor():
    test = whole_test_statistics([[1, 1], [0, 0], [1, 0], [1, 1], [0, 1], [0, 0]])

    assert test.lambda6 == pytest.approx(1 / 3)  # of two items it is their correlation
    assert test.undefined == {"omega_total": Reason.TOO_FEW_ITEMS}


@pytest.mark.parametrize("scores", [[[1, 0], [0, 1]], [[1, 1], [1, 1]], ROUNDING_NOISE])
def test_equal_totals_have_no_shape_and_no_reliability(scores):
    test = whole_test_statistics(scores)

    assert test.sd == pytest.approx(0, abs=1e-12)
    names = ("skewness", "kurtosis", *ERRORS, "alpha", "alpha_ci", "sem", "lambda2")
    assert {name: test.undefined[name] for name in names} == dict.fromkeys(names, Reason.CONSTANT_SCORE)


def test_an_item_that_all_solved_leaves_no_correlations(simulated):
    scores = simulated[:60, :6].copy()
    scores[:, 3] = 1.0
    test = whole_test_statistics(scores)

    assert test.undefined == dict.fromkeys(("lambda6", "omega_total"), Reason.CONSTANT_ITEM)


def test_no_more_candidates_than_items_leave_no_multiple_correlations(simulated):
    test = whole_test_statistics(simulated[:20, :20])

    assert test.undefined == dict.fromkeys(("lambda6", "omega_total"), Reason.TOO_FEW_CANDIDATES)


def test_an_item_that_repeats_another_leaves_no_multiple_correlations(simulated):
    test = whole_test_statistics(simulated[:60, [0, 1, 2, 3, 0]])

    assert test.undefined == dict.fromkeys(("lambda6", "omega_total"), Reason.NOT_DETERMINED)


def test_partial_credit_has_no_kuder_richardson(simulated):
    scores = simulated[:60, :6].copy()
    scores[0, 0] = 0.5
    test = whole_test_statistics(scores)

    assert test.alpha is not None
    assert test.undefined == dict.fromkeys(("kr20", "kr21"), Reason.NOT_DICHOTOMOUS)


def test_items_of_different_weight_have_no_kr21(simulated):
    weights = [1, 1, 1, 1, 1, 2]
    test = whole_test_statistics(simulated[:60, :6] * weights, max_scores=weights)

    assert test.kr20 == test.alpha
    assert test.undefined == {"kr21": Reason.MAXIMA_DIFFER}


def test_halves_that_contradict_each_other_wholly_step_up_to_nothing():
    test = whole_test_statistics([[1, 0, 1], [0, 1, 0], [0, 1, 0], [1, 0, 1]])

    assert test.undefined["split_half"] is Reason.NOT_DETERMINED


def test_a_half_without_spread_has_no_split_half():
    test = whole_test_statistics([[1, 1, 0], [0, 1, 0], [0, 1, 1], [1, 1, 1]])

    assert test.undefined["split_half"] is Reason.CONSTANT_SCORE


def test_bad_input_is_refused():
    with pytest.raises(ValueError):
        whole_test_statistics([[2.0]])
    with pytest.raises(ValueError):
        whole_test_statistics([[1.0]], confidence=1)


# --- what holds for every test ---


@given(matrices)
def test_nothing_that_comes_out_is_nan(scores):
    test = whole_test_statistics(scores)

    assert all(isfinite(value) for value in figures(test) if value is not None and not isinstance(value, Interval))
    assert {name for name, value in asdict(test).items() if value is None} == set(test.undefined)
    assert all(isinstance(reason, Reason) for reason in test.undefined.values())
    if test.lambda2 is not None:
        assert test.lambda2 <= 1
    if test.omega_total is not None:
        assert 0 <= test.omega_total <= 1
        assert test.lambda6 < 1


@given(matrices.filter(lambda scores: not np.isnan(scores).any()))
def test_lambda2_is_never_below_alpha(scores):
    test = whole_test_statistics(scores)

    assert (test.lambda2 is None) == (test.alpha is None)
    if test.alpha is not None:
        assert test.lambda2 >= test.alpha - 1e-12 - 1e-9 * abs(test.alpha)


@given(st.integers(0, 2**32 - 1))
def test_no_order_of_candidates_or_items_changes_anything_but_the_halves(seed):
    rng = np.random.default_rng(seed)
    scores = (rng.random((30, 6)) < 0.6).astype(float)
    shuffled = scores[rng.permutation(30)][:, rng.permutation(6)]
    names = [name for name in EVERYTHING if name not in ("split_half", "alpha_ci")]

    assert figures(whole_test_statistics(shuffled), names) == pytest.approx(
        figures(whole_test_statistics(scores), names), abs=1e-6
    )


@given(st.integers(0, 2**32 - 1))
def test_neither_another_unit_nor_every_candidate_twice_changes_a_ratio(seed):
    scores = (np.random.default_rng(seed).random((30, 6)) < 0.6).astype(float)
    expected = whole_test_statistics(scores)
    twice, in_quarters = (
        whole_test_statistics(np.tile(scores, (2, 1))),
        whole_test_statistics(scores / 4, max_scores=0.25),
    )
    ratios = ("skewness", "kurtosis", "alpha", "kr20", "lambda2", "lambda6", "omega_total", "split_half")

    assert figures(twice, ratios) == pytest.approx(figures(expected, ratios), abs=1e-6)
    assert figures(in_quarters, (*ratios, "kr21")) == pytest.approx(figures(expected, (*ratios, "kr21")), abs=1e-6)
    assert in_quarters.mean == pytest.approx(expected.mean / 4)
