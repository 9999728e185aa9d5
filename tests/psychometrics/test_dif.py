from fractions import Fraction
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import linprog, minimize
from scipy.special import expit
from scipy.stats import chi2 as chi2_distribution

from exambank.psychometrics.arrays import Reason
from exambank.psychometrics.dif import (
    logistic_dif,
    mantel_haenszel,
    purified,
    purified_matching,
)
from exambank.psychometrics.dif.mantel_haenszel import ets_class
from tests.psychometrics.dif_records import missing, numbers_of

NAN = np.nan
# Reference right, reference wrong, focal right, focal wrong, at each score.
BY_HAND = [(10, 10, 6, 14), (15, 5, 12, 8), (18, 2, 16, 4)]
# Applicants to Berkeley 1973 (Bickel et al. 1975): men admitted, rejected, women admitted, rejected, by department.
BERKELEY = [
    (512, 313, 89, 19), (353, 207, 17, 8), (120, 205, 202, 391),
    (138, 279, 131, 244), (53, 138, 94, 299), (22, 351, 24, 317),
]  # fmt: skip


def candidates_of(tables):
    """One item's scores, groups and matching scores that give these tables."""
    rows = [
        (answer, group, level)
        for level, (a, b, c, d) in enumerate(tables)
        for count, answer, group in ((a, 1, 0), (b, 0, 0), (c, 1, 1), (d, 0, 1))
        for _candidate in range(count)
    ]
    scores, focal, matching = np.array(rows, dtype=float).T
    return scores[:, np.newaxis], focal, matching


def of_tables(tables, **options):
    scores, focal, matching = candidates_of(tables)
    return mantel_haenszel(scores, focal, matching=matching, **options)[0]


@pytest.fixture(scope="module")
def two_groups():
    """1,200 candidates on 20 items; the focal group knows less; item 0 is harder for it, item 1 steeper."""
    rng = np.random.default_rng(31)
    focal = np.arange(1200) % 2
    ability = rng.normal(size=1200) - 0.5 * focal
    difficulty = np.linspace(-1.5, 1.5, 20)
    logits = ability[:, np.newaxis] - difficulty
    logits[:, 0] = ability + 0.5 - 1.1 * focal
    logits[:, 1] = np.where(focal == 1, 2.2, 0.5) * (ability + 0.25)
    return (rng.random((1200, 20)) < expit(logits)).astype(float), focal


# --- Mantel-Haenszel: known values ---


def test_a_table_by_hand_has_the_values_of_its_fractions():
    item = of_tables(BY_HAND)

    # A - E = 2 + 1.5 + 1; var = 153600/62400 + 140400/62400 + 81600/62400; (4.5 - 0.5)^2 / var
    assert item.chi2 == pytest.approx(float(16 / Fraction(375600, 62400)), abs=1e-12)
    assert item.p == pytest.approx(chi2_distribution.sf(item.chi2, 1), abs=1e-12)
    # sum AD/T = 3.5 + 3 + 1.8; sum BC/T = 1.5 + 1.5 + 0.8
    assert item.alpha == pytest.approx(83 / 38, abs=1e-12)
    assert item.delta == pytest.approx(-2.35 * log(83 / 38), abs=1e-12)
    variance = Fraction(4815, 1000) / (2 * Fraction(83, 10) ** 2)
    variance += (Fraction(22025, 10000) + Fraction(3485, 1000)) / (2 * Fraction(83, 10) * Fraction(38, 10))
    variance += Fraction(15975, 10000) / (2 * Fraction(38, 10) ** 2)
    assert item.delta_se == pytest.approx(2.35 * sqrt(variance), abs=1e-12)
    assert item.delta_ci.low == pytest.approx(item.delta - 1.959963984540054 * item.delta_se, abs=1e-12)
    assert item.delta_ci.high == pytest.approx(item.delta + 1.959963984540054 * item.delta_se, abs=1e-12)
    assert (item.ets_class, item.n_reference, item.n_focal, item.undefined) == ("A", 60, 60, {})


def test_the_admissions_of_berkeley_agree_with_r():
    """The example of R's mantelhaen.test: odds ratio 0.9046968, 95 % from 0.7719074 to 1.0603298."""
    item = of_tables(BERKELEY)

    assert item.alpha == pytest.approx(0.9046968, abs=5e-8)
    odds = sorted(np.exp(np.array([item.delta_ci.low, item.delta_ci.high]) / -2.35))
    assert odds == pytest.approx([0.7719074, 1.0603298], abs=5e-8)
    assert (item.n_reference, item.n_focal) == (2691, 1835)


def test_the_continuity_correction_is_never_larger_than_the_difference():
    item = of_tables([(10, 10, 10, 10), (10, 11, 10, 10)])

    assert (item.chi2, item.p) == (0.0, 1.0)
    assert item.alpha < 1


@pytest.mark.parametrize(
    ("delta", "delta_se", "p", "expected"),
    [
        (-2.0, 0.3, 0.05, "A"),
        (-0.99, 0.1, 0.001, "A"),
        (1.0, 0.1, 0.001, "B"),
        (-1.49, 0.1, 0.001, "B"),
        (1.5, 0.30, 0.001, "C"),
        (-1.5, 0.31, 0.001, "B"),
        (-1.9, 0.3, 0.0499, "C"),
    ],
)
def test_the_class_asks_for_size_and_evidence(delta, delta_se, p, expected):
    """1.5 lies 1.64 standard errors above 1 if the error is below 0.304."""
    assert ets_class(delta, delta_se, p) == expected


def test_the_item_that_is_harder_for_one_group_is_found_and_the_others_are_not(two_groups):
    items = mantel_haenszel(*two_groups)

    assert items[0].ets_class == "C"
    assert items[0].delta_ci.high < -1.5
    assert {item.ets_class for item in items[2:]} == {"A"}


# --- who is compared ---


def test_scores_at_which_one_group_is_alone_tell_nothing():
    alone = of_tables([*BY_HAND, (7, 3, 0, 0), (0, 0, 5, 9)])

    assert alone == of_tables(BY_HAND)


def test_candidates_without_group_or_matching_score_are_left_out(two_groups):
    scores, focal = two_groups
    known = np.arange(1200) % 7 != 0
    expected = mantel_haenszel(scores[known], focal[known])

    assert mantel_haenszel(scores, np.where(known, focal, NAN)) == expected
    assert mantel_haenszel(scores, [bool(one) if here else None for one, here in zip(focal, known, strict=True)]) == (
        expected
    )
    assert mantel_haenszel(scores, focal, matching=np.where(known, scores.sum(axis=1), NAN)) == expected


def test_only_candidates_who_met_the_item_are_compared_and_on_their_share(two_groups):
    """Half met items 0-9, half items 10-19: each half gives what it gives alone."""
    scores, focal = two_groups
    first = np.arange(1200) % 4 < 2
    mixed = scores.copy()
    mixed[np.ix_(first, range(10, 20))] = NAN
    mixed[np.ix_(~first, range(10))] = NAN

    for judge in (mantel_haenszel, logistic_dif):
        alone = judge(scores[first][:, :10], focal[first]) + judge(scores[~first][:, 10:], focal[~first])
        for one, other in zip(judge(mixed, focal), alone, strict=True):
            assert numbers_of(one) == pytest.approx(numbers_of(other), abs=1e-8)


def test_the_matching_score_counts_the_item_itself(two_groups):
    scores, focal = two_groups

    assert mantel_haenszel(scores, focal) == mantel_haenszel(scores, focal, matching=scores.sum(axis=1))


def test_each_item_may_have_its_own_matching_score(two_groups):
    scores, focal = two_groups
    rest = scores.sum(axis=1, keepdims=True) - scores

    for judge in (mantel_haenszel, logistic_dif):
        one_by_one = [judge(scores[:, [j]], focal, matching=rest[:, j])[0] for j in range(20)]
        for together, alone in zip(judge(scores, focal, matching=rest), one_by_one, strict=True):
            assert numbers_of(together) == pytest.approx(numbers_of(alone), abs=1e-8)


# --- logistic regression ---


def log_likelihood_found_by_search(answers, design):
    def loss(beta):
        eta = design @ beta
        return np.logaddexp(0, eta).sum() - answers @ eta

    def slope(beta):
        return design.T @ (expit(design @ beta) - answers)

    return -minimize(loss, np.zeros(design.shape[1]), jac=slope, method="BFGS", options={"gtol": 1e-6}).fun


def test_the_likelihood_ratios_agree_with_a_search_of_the_maximum(two_groups):
    scores, focal = two_groups
    total = scores.sum(axis=1)
    score = (total - total.mean()) / total.std()
    design = np.column_stack([np.ones(1200), score, focal, score * focal])

    for column, item in list(enumerate(logistic_dif(scores, focal)))[:3]:
        null, *models = (log_likelihood_found_by_search(scores[:, column], design[:, :width]) for width in (1, 2, 3, 4))
        ratios = 2 * np.diff(models)
        assert (item.lr_uniform, item.lr_nonuniform) == pytest.approx(tuple(ratios), abs=1e-7)
        assert item.lr_both == pytest.approx(ratios.sum(), abs=1e-7)
        r2 = [(1 - np.exp(2 * (null - model) / 1200)) / (1 - np.exp(2 * null / 1200)) for model in models]
        assert (item.delta_r2_uniform, item.delta_r2_nonuniform) == pytest.approx(tuple(np.diff(r2)), abs=1e-9)
        assert item.delta_r2_both == pytest.approx(r2[2] - r2[0], abs=1e-9)


def test_with_two_scores_the_likelihoods_are_those_of_the_shares():
    """Score alone and the full model reproduce the shares of right answers: 10/20 and 6/20, 15/20 and 12/20."""
    scores, focal, matching = candidates_of(BY_HAND[:2])
    item = logistic_dif(scores, focal, matching=matching)[0]

    def binomial(right, n):
        return right * log(right / n) + (n - right) * log((n - right) / n)

    full = binomial(10, 20) + binomial(6, 20) + binomial(15, 20) + binomial(12, 20)
    assert item.lr_both == pytest.approx(2 * (full - binomial(16, 40) - binomial(27, 40)), abs=1e-10)
    assert item.p_both == pytest.approx(chi2_distribution.sf(item.lr_both, 2), abs=1e-12)
    assert item.lr_both == pytest.approx(item.lr_uniform + item.lr_nonuniform, abs=1e-10)


def test_uniform_and_nonuniform_functioning_are_told_apart(two_groups):
    uniform, nonuniform, *others = logistic_dif(*two_groups)

    assert uniform.p_uniform < 1e-6
    assert uniform.p_nonuniform > 0.01
    assert nonuniform.p_nonuniform < 1e-6
    assert nonuniform.jodoin_gierl_class in ("B", "C")
    assert {item.jodoin_gierl_class for item in others} == {"A"}


@pytest.mark.parametrize(("share", "expected"), [(90, "C"), (70, "B"), (60, "A")])
def test_a_large_r2_is_needed_for_the_classes_of_zumbo_and_thomas(share, expected):
    """The same scores, `share` in 100 right in one group and 100 - `share` in the other."""
    rest = 100 - share
    scores, focal, matching = candidates_of([(share, rest, rest, share), (share + 1, rest - 1, rest + 1, share - 1)])
    item = logistic_dif(scores, focal, matching=matching)[0]

    assert item.zumbo_thomas_class == expected
    assert item.jodoin_gierl_class == ("C" if item.delta_r2_both >= 0.07 else "B")
    assert item.delta_r2_both > 0.035


@pytest.mark.parametrize("unit", [1e-300, 1e-3, 1e6, 1e300])
def test_the_unit_of_the_matching_score_does_not_matter(two_groups, unit):
    scores, focal = two_groups
    total = scores.sum(axis=1)

    for judge in (mantel_haenszel, logistic_dif):
        in_points, in_units = judge(scores, focal), judge(scores, focal, matching=unit * (total - 40))
        for one, other in zip(in_points, in_units, strict=True):
            assert numbers_of(one) == pytest.approx(numbers_of(other), abs=1e-8)


def test_sums_that_differ_by_rounding_alone_match():
    assert 0.1 + 0.2 + 0.3 != 0.3 + 0.2 + 0.1
    scores, focal, _matching = candidates_of([(15, 5, 12, 8)])
    item = mantel_haenszel(scores, focal, matching=np.where(focal == 1, 0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1))[0]

    assert (item.n_reference, item.n_focal) == (20, 20)


# --- values that do not exist ---


def test_too_few_candidates_in_a_group_give_no_values_but_a_reason(two_groups):
    scores, focal = two_groups
    few = np.where(np.cumsum(focal) > 19, 0, focal)

    for record in (mantel_haenszel(scores, few)[0], logistic_dif(scores, few)[0]):
        assert record.n_focal == 19
        assert set(record.undefined.values()) == {Reason.TOO_FEW_CANDIDATES}
        assert missing(record) == set(record.undefined)
    assert logistic_dif(scores, few, least_per_group=19)[0].undefined == {}


def test_the_least_number_is_of_matched_candidates():
    """20 focal candidates, but one has no match."""
    item = of_tables([(30, 10, 9, 10), (0, 0, 1, 0)])

    assert (item.n_reference, item.n_focal) == (40, 19)
    assert set(item.undefined.values()) == {Reason.TOO_FEW_CANDIDATES}


def test_an_item_nobody_met_and_a_constant_item_have_their_reasons(two_groups):
    scores, focal = two_groups
    scores = np.column_stack([scores, np.full(1200, NAN), np.ones(1200)])

    for judge in (mantel_haenszel, logistic_dif):
        unmet, constant = judge(scores, focal)[-2:]
        assert set(unmet.undefined.values()) == {Reason.NO_RESPONSES}
        assert set(constant.undefined.values()) == {Reason.CONSTANT_ITEM}
        assert (unmet.n_reference, constant.n_reference) == (0, 600)


def test_an_infinite_odds_ratio_is_not_determined_but_the_test_is():
    item = of_tables([(20, 0, 10, 10), (20, 0, 15, 5)])

    assert item.chi2 > 10
    assert item.undefined == dict.fromkeys(
        ("alpha", "delta", "delta_se", "delta_ci", "ets_class"), Reason.NOT_DETERMINED
    )


def test_an_item_that_is_its_own_matching_score_leaves_everything_open():
    scores, focal, _matching = candidates_of(BY_HAND)

    for judge in (mantel_haenszel, logistic_dif):
        assert set(judge(scores, focal)[0].undefined.values()) == {Reason.NOT_DETERMINED}


def test_one_score_for_all_leaves_no_line_to_draw():
    scores, focal, matching = candidates_of(BY_HAND)
    item = logistic_dif(scores, focal, matching=0 * matching)[0]

    assert set(item.undefined.values()) == {Reason.CONSTANT_SCORE}


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        # right from a score on, in both groups
        ([(0, 20, 0, 20), (10, 10, 10, 10), (20, 0, 20, 0)], {"uniform", "nonuniform", "both"}),
        # in the focal group alone: its own line has no finite slope
        ([(10, 20, 0, 20), (10, 10, 10, 10), (20, 5, 20, 0)], {"nonuniform", "both"}),
        # all focal candidates right: the group has no finite effect
        ([(10, 20, 10, 0), (10, 10, 10, 0), (20, 5, 20, 0)], {"uniform", "nonuniform", "both"}),
        # the scores of the two groups parted at different places: one line for both is finite, two are not
        ([(0, 20, 5, 0), (10, 10, 10, 10), (20, 0, 0, 9)], {"nonuniform", "both"}),
        # the focal group has one score alone
        ([(10, 20, 0, 0), (10, 10, 10, 10), (20, 5, 0, 0)], {"nonuniform", "both"}),
    ],
)
def test_answers_parted_by_the_score_are_not_determined(tables, expected):
    scores, focal, matching = candidates_of(tables)
    item = logistic_dif(scores, focal, matching=matching)[0]

    assert {what for what in ("uniform", "nonuniform", "both") if f"lr_{what}" in item.undefined} == expected
    assert set(item.undefined.values()) == {Reason.NOT_DETERMINED}
    assert missing(item) == set(item.undefined)


@given(
    hnp.arrays(int, st.tuples(st.integers(4, 12), st.just(3)), elements=st.integers(0, 1)),
    st.lists(st.integers(0, 3), min_size=12, max_size=12),
)
def test_estimates_are_finite_where_no_line_parts_right_from_wrong(rows, levels):
    """By linear programming: no direction may put the right answers above and the wrong ones below."""
    answers, focal, towards = rows.T
    score = np.array(levels[: len(rows)]) + towards * answers
    design = np.column_stack([np.ones(len(rows)), score, focal, score * focal])
    item = logistic_dif(answers[:, np.newaxis], focal, matching=score, least_per_group=1)[0]

    for columns, what in ((3, "uniform"), (4, "both")):
        signed = (2 * answers - 1)[:, np.newaxis] * design[:, :columns]
        found = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(rows)), bounds=[(-1, 1)] * columns)
        is_finite = np.linalg.matrix_rank(signed) == columns and found.fun > -1e-7
        assert (getattr(item, f"lr_{what}") is not None) == is_finite


def test_answers_almost_parted_have_their_finite_values():
    """Five candidates in 3,000 spoil the separation; the slopes are steep, and found."""
    scores, focal, matching = candidates_of([(1, 499, 1, 499), (499, 1, 500, 0), (500, 0, 499, 1)])
    item = logistic_dif(scores, focal, matching=matching)[0]

    score = matching - 1
    design = np.column_stack([np.ones(3000), score, focal, score * focal])
    small, uniform, large = (log_likelihood_found_by_search(scores[:, 0], design[:, :width]) for width in (2, 3, 4))
    assert item.undefined == {}
    assert (item.lr_uniform, item.lr_nonuniform) == pytest.approx(
        (2 * (uniform - small), 2 * (large - uniform)), abs=1e-5
    )


@pytest.mark.parametrize("shape", [(0, 3), (0, 0), (3, 0)])
def test_no_candidates_or_no_items_are_no_error(shape):
    scores, focal = np.zeros(shape), np.zeros(shape[0])

    for records in (mantel_haenszel(scores, focal), logistic_dif(scores, focal), purified(scores, focal).items):
        assert [record.n_reference for record in records] == [0] * shape[1]


@pytest.mark.parametrize("judge", [mantel_haenszel, logistic_dif])
@pytest.mark.parametrize(
    ("scores", "focal", "options", "message"),
    [
        ([[0.5], [1]], [0, 1], {}, "scored 0 or 1"),
        ([[0], [1]], [0], {}, "2 candidates need as many groups"),
        ([[0], [1]], [0, 2], {}, "0, 1 or NaN"),
        ([[0], [1]], ["men", "women"], {}, "could not convert"),
        ([[0], [1]], [0, object()], {}, "0, 1 or NaN"),
        ([[0], [1]], [0, 1], {"matching": [1, 2, 3]}, "a score for each candidate"),
        ([[0], [1]], [0, 1], {"matching": [1, np.inf]}, "infinite"),
        ([[0], [1]], [0, 1], {"matching": [1, object()]}, "must be numbers"),
        ([[0], [1]], [0, 1], {"least_per_group": 0}, "at least 1"),
    ],
)
def test_bad_input_is_refused(judge, scores, focal, options, message):
    with pytest.raises(ValueError, match=message):
        judge(scores, focal, **options)


# --- purification ---


def test_unequal_items_leave_the_matching_score_and_the_rest_is_judged_without_them(two_groups):
    scores, focal = two_groups
    found = purified(scores, focal)

    assert found.is_converged
    assert found.flagged == found.left_out
    assert 0 in found.left_out
    kept = [column for column in range(20) if column not in found.left_out]
    kept_total = scores[:, kept].sum(axis=1)
    for column, item in enumerate(found.items):
        own = 0 if column in kept else scores[:, column]
        assert item == mantel_haenszel(scores[:, [column]], focal, matching=kept_total + own)[0]


def test_without_unequal_items_nothing_is_left_out(two_groups):
    scores, focal = two_groups
    found = purified(scores[:, 2:], focal)

    assert (found.left_out, found.rounds, found.is_converged) == ((), 0, True)
    assert found.items == mantel_haenszel(scores[:, 2:], focal)


def test_the_matching_score_without_items_is_a_share_of_what_was_presented():
    scores = [[1, 0, 1, NAN], [0, 1, NAN, NAN]]

    assert purified_matching(scores, {0}).tolist() == [
        [pytest.approx(2 / 3), 0.5, 0.5, 0.5],
        [0.5, 1.0, 1.0, 1.0],
    ]


def test_rounds_end_at_their_limit_and_say_so(two_groups):
    found = purified(*two_groups, most_rounds=0)

    assert (found.rounds, found.is_converged, found.left_out) == (0, False, ())
    assert 0 in found.flagged


@pytest.mark.parametrize("arguments", [{"most_rounds": -1}, {"least_per_group": 0}, {"confidence": 1}])
def test_purification_refuses_bad_input(two_groups, arguments):
    with pytest.raises(ValueError):
        purified(*two_groups, **arguments)


def test_an_item_that_does_not_exist_cannot_be_left_out():
    with pytest.raises(ValueError, match="not among the 2"):
        purified_matching([[0, 1]], [2])


def test_counting_everybody_twice_doubles_chi2_where_the_correction_is_small(two_groups):
    scores, focal = two_groups
    once, twice = (mantel_haenszel(np.tile(scores, (times, 1)), np.tile(focal, times))[0].chi2 for times in (10, 20))

    assert twice == pytest.approx(2 * once, rel=0.01)
