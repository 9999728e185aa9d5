"""Fit of candidates against the formulas written out, and the points beside a curve."""

from dataclasses import asdict
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.psychometrics import Prior, Reason, abilities, fit_logistic
from exambank.psychometrics.modelfit import empirical_points, person_fit
from exambank.psychometrics.modelfit.points import _groups
from tests.psychometrics.modelfit_records import is_defined_or_explained, simulate, values_of, with_curves


def curve(item, theta):
    return item.guessing + (1 - item.guessing) / (1 + np.exp(-item.slope * theta - item.intercept))


@pytest.mark.parametrize("gaps", [0.0, 0.3], ids=["complete", "papers differ"])
def test_every_value_is_what_its_formula_says(gaps):
    scores = simulate(150, 12, seed=3, missing=gaps)
    fit = fit_logistic(scores)
    for row, ability, found in list(zip(scores, abilities(fit), person_fit(fit), strict=True))[:20]:
        met = [(x, curve(item, ability.theta)) for x, item in zip(row, fit.items, strict=True) if not np.isnan(x)]
        likely = sum(log(p if x else 1 - p) for x, p in met)
        mean = sum(p * log(p) + (1 - p) * log(1 - p) for _x, p in met)
        variance = sum(p * (1 - p) * log(p / (1 - p)) ** 2 for _x, p in met)
        assert found.zh == pytest.approx((likely - mean) / sqrt(variance))
        spreads = [max(p * (1 - p), 1e-5**0.5) for _x, p in met]  # a near certainty counts as a little less certain
        squares = [(x - p) ** 2 for x, p in met]
        assert found.infit == pytest.approx(sum(squares) / sum(spreads))
        outfit = sum(square / own for square, own in zip(squares, spreads, strict=True)) / len(met)
        assert found.outfit == pytest.approx(outfit)
        fourths = [(1 - p) ** 4 * p + p**4 * (1 - p) for _x, p in met]
        fourth = sum(own / spread**2 for own, spread in zip(fourths, spreads, strict=True))
        width = min(sqrt(fourth / len(met) ** 2 - 1 / len(met)), 1.4142)
        assert found.outfit_z == pytest.approx((outfit ** (1 / 3) - 1) * 3 / width + width / 3)
        assert (found.n, found.theta) == (len(met), ability.theta)


def test_who_knows_the_hard_and_not_the_easy_stands_out():
    scores = simulate(300, 30, seed=5)
    by_difficulty = np.argsort(-scores.mean(axis=0))
    scores[0, by_difficulty], scores[1, by_difficulty] = [0.0] * 15 + [1.0] * 15, [1.0] * 15 + [0.0] * 15
    found = person_fit(fit_logistic(scores))
    assert found[0].zh < -5
    assert min(found[0].infit_z, found[0].outfit_z) > 3
    assert found[1].zh > 1
    assert found[1].infit < 0.8


def test_honest_candidates_are_seldom_accused():
    judged = [one for seed in range(4) for one in person_fit(fit_logistic(simulate(300, 25, seed=seed)))]
    zh = np.array([one.zh for one in judged])
    assert np.mean(zh < -1.645) < 0.05
    assert np.mean(zh < -2.33) < 0.012


def test_all_right_and_all_wrong_are_placed_beyond_the_others_where_they_have_no_likeliest_ability():
    scores = np.vstack([simulate(100, 10, seed=1), np.ones(10), np.zeros(10)])
    found = person_fit(fit_logistic(scores), method="ml")
    others = [one.theta for one, row in zip(found, scores, strict=True) if 0 < row.sum() < 10]
    assert found[-2].theta == pytest.approx(max(others) + 0.1)
    assert found[-1].theta == pytest.approx(min(others) - 0.1)


def test_who_has_no_more_right_than_guesses_is_placed_beyond_the_weakest():
    scores = simulate(200, 12, seed=1, guessing=0.25)
    intercepts = np.linspace(3.0, -3.0, 12).tolist()
    scores[0], scores[1] = [0.0] * 9 + [1.0] * 3, [1.0] * 12
    fit = with_curves(scores, [1.2] * 12, intercepts, [0.25] * 12)
    assert abilities(fit, method="ml")[0].theta is None
    found = person_fit(fit, method="ml")
    thetas = [
        one.theta for one, ability in zip(found, abilities(fit, method="ml"), strict=True) if ability.theta is not None
    ]
    assert found[0].theta == pytest.approx(min(thetas) - 0.1)
    assert found[1].theta == pytest.approx(max(thetas) + 0.1)


def test_who_met_no_item_has_no_values():
    scores = simulate(60, 6, seed=2)
    scores[10] = np.nan
    found = person_fit(fit_logistic(scores))
    assert found[10].n == 0
    assert set(found[10].undefined.values()) == {Reason.TOO_FEW_ITEMS}
    assert found[11].undefined == {}


def test_where_every_answer_is_as_likely_as_its_opposite_nothing_is_unlikely():
    fit = with_curves([[1, 0, 1, 0], [0, 1, 0, 1], [1, 1, 0, 0], [0, 0, 1, 1]], [0.0] * 4, [0.0] * 4)
    for one in person_fit(fit):
        assert one.undefined == {"zh": Reason.NOT_DETERMINED}
        assert (one.infit, one.outfit, one.infit_z, one.outfit_z) == (pytest.approx(1), pytest.approx(1), 0, 0)


@settings(max_examples=10)
@given(seed=st.integers(0, 1000))
def test_the_order_of_candidates_and_items_does_not_matter(seed):
    scores = simulate(80, 8, seed, missing=0.1)
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(80), rng.permutation(8)
    found = person_fit(fit_logistic(scores, prior=Prior()))
    turned = person_fit(fit_logistic(scores[rows][:, columns], prior=Prior()))
    for place, row in enumerate(rows):
        for name, value in values_of(found[row]).items():
            assert getattr(turned[place], name) == pytest.approx(value, rel=1e-3, abs=1e-4), name


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), n=st.integers(0, 10), k=st.integers(0, 6), gaps=st.sampled_from([0.0, 0.3, 0.8]))
@pytest.mark.parametrize("method", ["eap", "ml"])
def test_no_answers_give_nan(method, seed, n, k, gaps):
    fit = fit_logistic(simulate(n, k, seed, missing=gaps), prior=Prior(), most_steps=50)
    found = person_fit(fit, method=method)
    assert len(found) == n
    assert all(is_defined_or_explained(one) for one in found)


def test_points_are_groups_of_all_who_met_the_item_from_weak_to_strong():
    scores = simulate(500, 20, seed=1)
    scores[:100, 4] = np.nan
    fit = fit_logistic(scores)
    points = empirical_points(fit, 4)
    assert len(points) == 10
    assert all(abs(point.n - 40) <= 2 for point in points)
    assert sum(point.n for point in points) == 400
    assert sorted(point.theta for point in points) == [point.theta for point in points]
    right = sum(point.n * point.share for point in points)
    assert right == pytest.approx(np.nansum(scores[:, 4]))
    assert all(point.ci.low <= point.share <= point.ci.high for point in points)


def test_the_expected_shares_are_right_where_the_model_holds():
    """Of the groups' intervals about 95 % hold what the curve expects, and the mean misses nothing."""
    inside, away = [], []
    for seed in range(3):
        fit = fit_logistic(simulate(1000, 20, seed=seed), standard_errors=False)
        for column in range(20):
            for point in empirical_points(fit, column, 8):
                inside.append(point.ci.low <= point.expected <= point.ci.high)
                away.append(point.share - point.expected)
    assert 0.92 < np.mean(inside) <= 0.99
    assert abs(np.mean(away)) < 0.003


def test_every_group_is_foretold_by_its_own_abilities():
    """Two intakes a standard deviation apart and only five items: the wrong group's weights would show."""
    rng = np.random.default_rng(8)
    intake = np.repeat(["first", "second"], 1500)
    theta = rng.normal(size=(3000, 1)) + 1.5 * (intake == "second")[:, np.newaxis]
    scores = (rng.random((3000, 5)) < 1 / (1 + np.exp(np.linspace(-1, 2, 5) - theta))).astype(float)
    fit = fit_logistic(scores, groups=intake, standard_errors=False)
    points = [point for column in range(5) for point in empirical_points(fit, column, 6)]
    away = [(point.share - point.expected) * point.n for point in points]
    assert abs(sum(away)) / 15_000 < 0.002
    assert np.mean([point.ci.low <= point.expected <= point.ci.high for point in points]) > 0.85


def test_the_item_does_not_choose_the_groups_it_is_judged_in():
    """Answers at random: with the item in the ability, right answers would gather in the better groups."""
    scores = simulate(1000, 5, seed=2)
    scores[:, 0] = np.random.default_rng(3).random(1000) < 0.5
    lowest, *_others, highest = empirical_points(fit_logistic(scores), 0, 4)
    assert abs(highest.share - lowest.share) < 0.1


def test_candidates_of_one_ability_stay_together():
    fit = fit_logistic(simulate(300, 4, seed=1), model="1pl")
    points = empirical_points(fit, 0)
    assert len(points) <= 4  # the other three items give four scores
    assert len({round(point.theta, 6) for point in points}) == len(points)


def test_candidates_of_one_ability_go_where_the_middle_of_their_ranks_is():
    assert _groups(np.array([2.0, 0.0, 1.0, 0.0, 0.0, 1.0]), 2).tolist() == [1, 0, 1, 0, 0, 1]
    assert _groups(np.array([0.0, 0.0, 0.0, 1.0]), 4).tolist() == [1, 1, 1, 3]
    assert _groups(np.array([0.5]), 1).tolist() == [0]


def test_few_candidates_form_few_groups():
    fit = fit_logistic(simulate(23, 8, seed=1), prior=Prior())
    points = empirical_points(fit, 0)
    assert len(points) <= 4
    assert sum(point.n for point in points) == 23
    assert len(empirical_points(fit_logistic(simulate(3, 8, seed=1), prior=Prior()), 0)) == 1


@settings(max_examples=15)
@given(seed=st.integers(0, 1000))
def test_the_order_of_candidates_does_not_matter_to_points(seed):
    scores = simulate(90, 6, seed)
    rows = np.random.default_rng(seed).permutation(90)
    given_curves = [1.0] * 6, [0.0] * 6
    points = empirical_points(with_curves(scores, *given_curves), 2)
    turned = empirical_points(with_curves(scores[rows], *given_curves), 2)
    assert [asdict(point) for point in turned] == [
        asdict(point) | {"theta": pytest.approx(point.theta), "expected": pytest.approx(point.expected)}
        for point in points
    ]


def test_an_item_without_a_curve_has_no_points_and_one_that_is_not_there_is_an_error():
    scores = np.column_stack([simulate(100, 5, seed=1), np.ones(100), np.full(100, np.nan)])
    fit = fit_logistic(scores)
    assert empirical_points(fit, 5) == empirical_points(fit, 6) == ()
    for column, n_groups in ((7, 10), (-1, 10), (0, 0)):
        with pytest.raises(ValueError, match=r"column|group"):
            empirical_points(fit, column, n_groups)
