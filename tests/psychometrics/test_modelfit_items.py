"""Infit, outfit and S-X2 against R (mirt 1.45.1), against counting by hand, and at their limits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.psychometrics import Prior, Reason, abilities, fit_logistic
from exambank.psychometrics.modelfit import item_fit
from exambank.psychometrics.modelfit.curves import curves_of, node_weights
from exambank.psychometrics.modelfit.scores import _Cells, _joined, score_distribution, score_tests
from tests.psychometrics.modelfit_records import (
    every_pattern,
    is_defined_or_explained,
    simulate,
    values_of,
    with_curves,
)

# R: itemfit(mirt(LSAT6, 1, "2PL", quadpts = 61, TOL = 1e-8), c("S_X2", "infit"), method = "ML")
LSAT6_2PL = {
    "s_x2": [0.4503761, 1.6910392, 0.6662799, 0.1753075, 0.1110503],
    "s_x2_df": [2, 2, 1, 2, 2],
    "s_x2_p": [0.7983661, 0.4293342, 0.4143516, 0.916078, 0.9459882],
    "infit": [0.6869319, 0.8128376, 0.7437212, 0.8132195, 0.7872526],
    "infit_z": [-4.6661812, -6.2244281, -11.3407046, -5.3368208, -4.0281807],
    "outfit": [0.5355275, 0.7779488, 0.7222195, 0.7737847, 0.7200355],
    "outfit_z": [-4.7543204, -6.456384, -7.498636, -5.471656, -4.118869],
}
# the same with one slope for all
LSAT6_1PL = {
    "s_x2": [0.4363242, 1.5760504, 0.8718287, 0.18952, 0.1897995],
    "s_x2_df": [2, 2, 1, 2, 2],
    "s_x2_p": [0.8039951, 0.4547419, 0.3504495, 0.9095912, 0.9094641],
    "infit": [0.6980401, 0.7878153, 0.866581, 0.7721294, 0.7375454],
    "infit_z": [-4.4228834, -7.4279485, -7.0718586, -6.7291868, -5.1893937],
    "outfit": [0.5772253, 0.7594375, 0.8556791, 0.7261781, 0.6408981],
    "outfit_z": [-4.6501037, -7.5543633, -5.0116349, -7.0721417, -5.6133326],
}
# the first with method = "EAP"
LSAT6_EAP = {
    "infit": [1.0902737, 0.8931547, 0.7764338, 0.92997, 1.0091641],
    "infit_z": [0.8307007, -3.410975, -14.7017829, -1.6944962, 0.1489842],
    "outfit": [0.7953933, 0.8345708, 0.7590109, 0.8493852, 0.8622479],
    "outfit_z": [-1.7197366, -4.8571515, -14.7954322, -3.4030702, -1.7784657],
}


def column(judged, name):
    return [getattr(item, name) for item in judged]


@pytest.mark.parametrize(
    ("model", "method", "expected"),
    [("2pl", "ml", LSAT6_2PL), ("1pl", "ml", LSAT6_1PL), ("2pl", "eap", LSAT6_EAP)],
    ids=["2pl", "1pl", "eap"],
)
def test_lsat6_gives_what_r_gives(lsat6, model, method, expected):
    judged = item_fit(fit_logistic(lsat6, model=model), method=method)
    for name, values in expected.items():
        assert column(judged, name) == pytest.approx(values, abs=1e-4), name
    assert column(judged, "s_x2_rmsea") == [0.0] * 5
    assert column(judged, "n") == column(judged, "s_x2_n") == [1000] * 5


def test_infit_and_outfit_are_the_sums_they_say(lsat6):
    fit = fit_logistic(lsat6)
    thetas = np.array([one.theta for one in abilities(fit, method="map")])
    item, judged = fit.items[1], item_fit(fit, method="map")[1]
    right = 1 / (1 + np.exp(-item.slope * thetas - item.intercept))
    squares, variances = (lsat6[:, 1] - right) ** 2, right * (1 - right)
    assert judged.infit == pytest.approx(squares.sum() / variances.sum())
    assert judged.outfit == pytest.approx((squares / variances).mean())


def test_the_distribution_of_scores_is_that_over_all_patterns():
    chances = np.random.default_rng(1).uniform(0.05, 0.95, (6, 4))
    found = score_distribution(chances, np.ones((1, 4)))
    patterns = every_pattern(6)
    likely = np.prod(np.where(patterns[:, :, np.newaxis], chances, 1 - chances), axis=1)
    by_hand = [likely[patterns.sum(axis=1) == score].sum(axis=0) for score in range(7)]
    assert found == pytest.approx(np.array(by_hand), abs=1e-14)
    assert score_distribution(chances[2:], score_distribution(chances[:2], np.ones((1, 4)))) == pytest.approx(found)


def test_s_x2_is_what_counting_gives_when_no_cell_is_small():
    """Every pattern a hundred times: the expected shares by enumeration, no scores to join."""
    scores = np.repeat(every_pattern(4), 100, axis=0)
    fit = with_curves(scores, [1.2, 0.8, 1.0, 0.6], [0.5, -0.3, 0.1, 0.2])
    chances, weights = curves_of(fit).chances(fit.quadrature.nodes).T, node_weights(fit)
    patterns = every_pattern(4)
    likely = np.prod(np.where(patterns[:, :, np.newaxis], chances, 1 - chances), axis=1) @ weights
    tests, n = score_tests(fit)
    assert n == 1600
    totals = patterns.sum(axis=1)
    for place, test in enumerate(tests):
        chi2 = 0.0
        for score in (1, 2, 3):
            here = totals == score
            share = likely[here] @ patterns[here, place] / likely[here].sum()
            reached, right = 100 * here.sum(), 100 * patterns[here, place].sum()
            chi2 += (right - reached * share) ** 2 / (reached * share * (1 - share))
        assert (test.chi2, test.degrees) == (pytest.approx(chi2), 1)


@pytest.mark.parametrize(
    ("reached", "expected", "joined"),
    [
        ([0, 9, 0, 9], [0, 4, 0, 5], [9, 9]),  # a score that nobody reached is left out
        ([9, 1, 9, 9], [4, 0.5, 4, 5], [9, 10, 9]),  # one that a single candidate reached joins the next
        ([1, 1, 9, 9], [0.5, 0.5, 4, 5], [2, 9, 9]),  # which then may be of two,
        ([9, 9, 9, 1], [4, 4, 4, 0.5], [9, 9, 10]),  # and the last the one before
        ([9, 9, 8, 7], [0.9, 4, 4, 5], [18, 8, 7]),  # too few right answers expected: the first joins the second,
        ([9, 9, 8, 7], [4, 4, 4, 6.1], [9, 9, 15]),  # too few wrong ones: the last the one before,
        ([9, 6, 8, 7], [4, 0.9, 4, 5], [9, 14, 7]),  # others the neighbour that fewer reached,
        ([7, 6, 8, 7], [4, 0.9, 4, 5], [13, 8, 7]),
        ([8, 6, 8, 7], [4, 0.9, 4, 5], [14, 8, 7]),  # and the lower of equals
        ([3, 3, 3], [0.2, 0.2, 0.2], [9]),  # until one is left
    ],
)
def test_scores_are_put_together_as_r_does(reached, expected, joined):
    right = [count // 2 for count in reached]
    cells = _joined(_Cells(*(np.array(values, dtype=float) for values in (reached, right, expected))))
    assert cells.reached.tolist() == joined
    kept = [place for place, count in enumerate(reached) if count]
    assert cells.right.sum() == sum(right[place] for place in kept)
    assert cells.expected.sum() == pytest.approx(sum(expected[place] for place in kept))


def test_an_item_that_does_not_follow_any_curve_is_found():
    scores = simulate(2000, 20, seed=4)
    strong = np.delete(scores, 3, axis=1).sum(axis=1)
    rng = np.random.default_rng(5)
    scores[:, 3] = rng.random(2000) < np.where(np.abs(strong - strong.mean()) < strong.std(), 0.2, 0.8)
    judged = item_fit(fit_logistic(scores))
    assert judged[3].s_x2_p < 1e-6
    assert judged[3].s_x2_rmsea == pytest.approx(((judged[3].s_x2 / judged[3].s_x2_df - 1) / 1999) ** 0.5)
    assert sum(item.s_x2_p < 0.01 for item in judged) <= 2


def test_an_item_answered_at_random_is_too_irregular_for_a_common_slope():
    scores = simulate(500, 20, seed=4)
    scores[:, 3] = np.random.default_rng(5).random(500) < 0.5
    judged = item_fit(fit_logistic(scores, model="1pl"))
    others = [item for place, item in enumerate(judged) if place != 3]
    assert judged[3].infit > 1.2 > max(item.infit for item in others)
    assert min(judged[3].infit_z, judged[3].outfit_z) > 5 > max(item.infit_z for item in others)


def test_items_that_fit_are_seldom_accused():
    levels, infits = [], []
    for seed in range(12):
        judged = item_fit(fit_logistic(simulate(400, 15, seed=seed), standard_errors=False))
        levels += column(judged, "s_x2_p")
        infits += column(judged, "infit_z")
    assert 0.02 < np.mean(np.array(levels) < 0.05) < 0.10
    assert np.mean(np.abs(infits) > 1.96) < 0.05


@settings(max_examples=10)
@given(seed=st.integers(0, 1000), model=st.sampled_from(["1pl", "2pl"]))
def test_neither_order_matters(seed, model):
    scores = simulate(120, 7, seed)
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(120), rng.permutation(7)
    fit = fit_logistic(scores, model=model, prior=Prior() if model == "2pl" else None)
    turned = fit_logistic(scores[rows][:, columns], model=model, prior=Prior() if model == "2pl" else None)
    judged, again = item_fit(fit), item_fit(turned)
    for place, column_of in enumerate(columns):
        for name, value in values_of(judged[column_of]).items():
            assert getattr(again[place], name) == pytest.approx(value, rel=1e-3, abs=1e-4), name


def test_where_papers_differ_residuals_are_over_those_who_met_the_item_and_s_x2_over_complete_papers():
    scores = simulate(600, 10, seed=7)
    scores[:200, :3] = np.nan
    judged = item_fit(fit_logistic(scores))
    assert (judged[0].n, judged[5].n) == (400, 600)
    assert {item.s_x2_n for item in judged} == {400}
    assert all(item.undefined == {} for item in judged)
    assert judged[0].infit == pytest.approx(1.0, abs=0.2)


def test_every_group_reaches_scores_by_its_own_abilities():
    """Two groups far apart: the expected shares by enumeration, for each with its own weights."""
    rng = np.random.default_rng(3)
    group = np.repeat([0, 1], 1000)
    theta = rng.normal(size=(2000, 1)) + 2.0 * group[:, np.newaxis]
    scores = (rng.random((2000, 4)) < 1 / (1 + np.exp(np.linspace(-1, 3, 4) - theta))).astype(float)
    fit = fit_logistic(scores, groups=group)
    chances, patterns = curves_of(fit).chances(fit.quadrature.nodes).T, every_pattern(4)
    likely = np.prod(np.where(patterns[:, :, np.newaxis], chances, 1 - chances), axis=1)
    for place, test in enumerate(score_tests(fit)[0]):
        chi2 = 0.0
        for score in (1, 2, 3):
            here, reached, expected = patterns.sum(axis=1) == score, scores.sum(axis=1) == score, 0.0
            for number in (0, 1):
                own = likely[here] @ node_weights(fit, number)
                expected += (reached & (group == number)).sum() * (own @ patterns[here, place]) / own.sum()
            right, n = scores[reached, place].sum(), reached.sum()
            chi2 += (right - expected) ** 2 * (1 / expected + 1 / (n - expected))
        assert test.chi2 == pytest.approx(chi2)


def test_an_item_whose_curve_was_given_and_that_nobody_met_has_nothing_to_judge():
    scores = simulate(300, 6, seed=1)
    scores[:, 5] = np.nan
    judged = item_fit(fit_logistic(scores, fixed={5: (1.0, 0.0), 0: (1.0, 0.3)}))
    assert set(judged[5].undefined.values()) == {Reason.NO_RESPONSES}
    assert judged[0].undefined == {}


def test_nobody_with_a_complete_paper_leaves_no_s_x2():
    scores = simulate(600, 10, seed=7)
    scores[:300, :3], scores[300:, 7:] = np.nan, np.nan
    for item in item_fit(fit_logistic(scores)):
        assert item.s_x2_n == 0
        assert item.undefined == dict.fromkeys(("s_x2", "s_x2_df", "s_x2_p", "s_x2_rmsea"), Reason.PAPERS_DIFFER)
        assert item.infit == pytest.approx(1.0, abs=0.2)


def test_too_few_scores_leave_no_degrees_of_freedom():
    judged = item_fit(fit_logistic(simulate(200, 3, seed=1)))
    assert {item.undefined["s_x2"] for item in judged} == {Reason.NOT_DETERMINED}


def test_items_without_a_curve_say_why_and_the_others_are_as_without_them():
    scores = simulate(300, 8, seed=2)
    with_more = np.column_stack([np.ones(300), scores, np.full(300, np.nan)])
    judged, plain = item_fit(fit_logistic(with_more)), item_fit(fit_logistic(scores))
    assert set(judged[0].undefined.values()) == {Reason.CONSTANT_ITEM}
    assert set(judged[-1].undefined.values()) == {Reason.NO_RESPONSES}
    assert column(judged[1:-1], "s_x2") == pytest.approx(column(plain, "s_x2"), abs=1e-6)


@pytest.mark.parametrize(
    "scores",
    [np.zeros((0, 3)), np.zeros((3, 0)), [[1.0]], [[1, 1], [1, 1]], np.full((4, 3), np.nan), [[1, 0], [0, 1]]],
    ids=["nobody", "no items", "one answer", "all right", "nothing presented", "two against two"],
)
@pytest.mark.parametrize("method", ["ml", "eap"])
def test_answers_that_tell_nothing_give_none_with_a_reason(scores, method):
    judged = item_fit(fit_logistic(scores), method=method)
    assert len(judged) == np.shape(scores)[1]
    assert all(is_defined_or_explained(item) for item in judged)


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 12), k=st.integers(1, 6), gaps=st.sampled_from([0.0, 0.3, 0.7]))
def test_no_answers_give_nan(seed, n, k, gaps):
    fit = fit_logistic(simulate(n, k, seed, missing=gaps), prior=Prior(), most_steps=50)
    assert all(is_defined_or_explained(item) for item in item_fit(fit))


def test_an_unknown_method_is_refused(lsat6):
    with pytest.raises(ValueError, match="method"):
        item_fit(fit_logistic(lsat6), method="mle")
