"""Abilities and information, against R (mirt 1.45.1) and against what they mean."""

import numpy as np
import pytest

from exambank.psychometrics import Reason, abilities, fit_logistic, marginal_reliability, test_information
from exambank.psychometrics.irt.quadrature import normal_quadrature
from tests.psychometrics.test_irt_fit import simulate


def test_lsat6_abilities_are_those_of_r(lsat6):
    """The first pattern is all wrong, three candidates have it; R: fscores(fit, method = "EAP")."""
    fit = fit_logistic(lsat6)
    found = abilities(fit)
    assert [one.theta for one in found[:3]] == pytest.approx([-1.89677035] * 3, abs=1e-5)
    assert [one.se for one in found[:3]] == pytest.approx([0.80127759] * 3, abs=1e-5)
    assert found[3].theta == pytest.approx(-1.47481388, abs=1e-5)


def test_lsat6_information_is_that_of_r(lsat6):
    fit = fit_logistic(lsat6)
    found = test_information(fit, [-4, -2, 0, 2, 4])
    assert [one.information for one in found] == pytest.approx(
        [0.41649956, 0.57887994, 0.46018317, 0.17084052, 0.04067854], abs=1e-5
    )
    assert [one.expected_score for one in found] == pytest.approx(
        [1.08317585, 2.47398236, 3.90184262, 4.69304633, 4.92937505], abs=1e-5
    )
    assert marginal_reliability(fit) == pytest.approx(0.298949211017742, abs=1e-6)


def test_the_likeliest_ability_does_not_exist_where_all_is_right_or_wrong():
    scores, _slopes, _difficulties = simulate(300, 10, seed=4)
    scores[0], scores[1] = 1, 0
    fit = fit_logistic(scores)
    for candidate in abilities(fit, method="ml")[:2]:
        assert candidate.theta is None
        assert candidate.undefined == {"theta": Reason.CONSTANT_SCORE, "se": Reason.CONSTANT_SCORE}
    for method in ("eap", "map"):
        best, worst = abilities(fit, method=method)[:2]
        assert best.theta > 1 > -1 > worst.theta


def test_a_posterior_mode_is_where_its_slope_is_zero():
    scores, _slopes, _difficulties = simulate(200, 12, seed=9, missing=0.2)
    fit = fit_logistic(scores)
    own = fit.parameters
    for candidate, row in zip(abilities(fit, method="map")[:20], scores, strict=False):
        met = ~np.isnan(row)
        chance = 1 / (1 + np.exp(-(own.slopes * candidate.theta + own.intercepts)))
        assert ((row - chance) * own.slopes)[met].sum() - candidate.theta == pytest.approx(0, abs=1e-8)


def test_whoever_met_nothing_has_no_ability():
    scores, _slopes, _difficulties = simulate(100, 6, seed=1)
    scores[7] = np.nan
    candidate = abilities(fit_logistic(scores))[7]
    assert (candidate.n, candidate.theta, candidate.se) == (0, None, None)
    assert candidate.undefined["theta"] == Reason.TOO_FEW_ITEMS


def test_abilities_come_back_within_their_errors():
    rng = np.random.default_rng(12)
    theta = rng.normal(size=1000)
    scores = (rng.random((1000, 40)) < 1 / (1 + np.exp(rng.normal(size=40) - theta[:, np.newaxis]))).astype(float)
    found = abilities(fit_logistic(scores))
    away = np.array([(one.theta - true) / one.se for one, true in zip(found, theta, strict=True)])
    assert 0.93 < (np.abs(away) < 1.96).mean() < 0.97


def test_an_unknown_method_and_an_impossible_group_are_refused(lsat6):
    with pytest.raises(ValueError, match="eap, map, ml"):
        abilities(fit_logistic(lsat6), method="mean")
    with pytest.raises(ValueError, match="above 0"):
        normal_quadrature(sd=0)


def test_without_items_there_is_no_reliability():
    assert marginal_reliability(fit_logistic([[1, 1], [1, 1]])) is None
    assert abilities(fit_logistic([[1, 1], [1, 1]]))[0].theta is None


def test_reliability_is_that_of_the_papers_and_not_of_the_bank():
    """Each candidate met 10 of 60 items: the share of true variance is what the estimates show, far below the bank's."""
    rng = np.random.default_rng(21)
    theta, difficulties = rng.normal(size=2000), rng.normal(size=60)
    scores = (rng.random((2000, 60)) < 1 / (1 + np.exp(difficulties - theta[:, np.newaxis]))).astype(float)
    whole = marginal_reliability(fit_logistic(scores, model="1pl", standard_errors=False))
    scores[np.argsort(rng.random((2000, 60)), axis=1) >= 10] = np.nan
    fit = fit_logistic(scores, model="1pl", standard_errors=False)
    found = np.array([one.theta for one in abilities(fit)])
    assert marginal_reliability(fit) == pytest.approx(np.corrcoef(found, theta)[0, 1] ** 2, abs=0.03)
    assert marginal_reliability(fit) < 0.75 < 0.9 < whole
