"""Abilities, information and reliability under the models of ordered categories."""

from dataclasses import replace

import numpy as np
import pytest

from exambank.psychometrics import Reason, abilities, fit_logistic, marginal_reliability, test_information
from exambank.psychometrics.polytomous import (
    fit_polytomous,
    polytomous_abilities,
    polytomous_information,
    polytomous_reliability,
)
from exambank.psychometrics.polytomous.models import MODELS
from tests.psychometrics.test_irt_fit import simulate as simulate_right_and_wrong
from tests.psychometrics.test_polytomous_fit import BOTH, chances_written_out, simulate


def log_chance_of(fit, row, theta):
    """Of one candidate's scores at an ability, by the definition."""
    return sum(
        np.log(chances_written_out(fit.model, item.slope, item.intercepts, theta)[item.categories.index(score)])
        for item, score in zip(fit.items, row, strict=True)
        if not np.isnan(score)
    )


@BOTH
@pytest.mark.parametrize("missing", [0.0, 0.3], ids=["complete", "papers differ"])
def test_with_two_categories_all_is_as_for_right_and_wrong(model, missing):
    scores, _slopes, _difficulties = simulate_right_and_wrong(300, 8, seed=3, missing=missing)
    plain, fit = fit_logistic(scores), fit_polytomous(scores, model=model)
    for method in ("eap", "map"):
        both = zip(polytomous_abilities(fit, method=method), abilities(plain, method=method), strict=True)
        for one, other in both:
            assert (one.n, one.theta, one.se) == (
                other.n,
                pytest.approx(other.theta, abs=1e-6),
                pytest.approx(other.se),
            )
    at = [-3, -1, 0, 0.5, 2]
    for one, other in zip(polytomous_information(fit, at), test_information(plain, at), strict=True):
        assert one.theta == other.theta
        assert one.information == pytest.approx(other.information, abs=1e-6)
        assert one.expected_score == pytest.approx(other.expected_score, abs=1e-6)
    assert polytomous_reliability(fit) == pytest.approx(marginal_reliability(plain), abs=1e-7)


@BOTH
def test_a_posterior_mean_is_the_sum_written_out(model):
    scores, _slopes, _intercepts = simulate(200, 5, seed=4, model=model, missing=0.2)
    fit = fit_polytomous(scores, model=model)
    nodes, prior = fit.quadrature.nodes, np.exp(fit.quadrature.log_weights)
    for one, row in zip(polytomous_abilities(fit)[:10], scores, strict=False):
        weights = prior * np.exp([log_chance_of(fit, row, theta) for theta in nodes])
        mean = (weights * nodes).sum() / weights.sum()
        variance = (weights * (nodes - mean) ** 2).sum() / weights.sum()
        assert (one.n, one.theta, one.se) == (
            (~np.isnan(row)).sum(), pytest.approx(mean, abs=1e-10), pytest.approx(variance**0.5, abs=1e-10),
        )  # fmt: skip


@BOTH
def test_a_posterior_mode_is_the_top(model):
    scores, _slopes, _intercepts = simulate(200, 5, seed=5, model=model, missing=0.2)
    scores[0], scores[1] = 3, 0
    fit = fit_polytomous(scores, model=model)
    found = polytomous_abilities(fit, method="map")
    for one, row in zip(found[:10], scores, strict=False):
        heights = [
            log_chance_of(fit, row, theta) - theta**2 / 2 for theta in (one.theta - 1e-3, one.theta, one.theta + 1e-3)
        ]
        assert heights[1] > max(heights[0], heights[2])
        assert heights[2] - heights[0] == pytest.approx(0, abs=1e-7)
    assert found[0].theta > 1 > -1 > found[1].theta


@BOTH
def test_the_mode_is_found_where_curves_are_as_steep_as_they_may_be(model):
    """Newton's method alone jumps to and fro there."""
    scores, _slopes, _intercepts = simulate(200, 4, seed=5, model=model)
    fit = fit_polytomous(scores, model=model)
    steep = np.array(
        [[40.0, 30.0, -10.0, -20.0], [25.0, 40.0, -12.0, -30.0], [1.0, 1.0, 0.0, -1.0], [-9.0, 5.0, 0.5, -2.0]]
    )
    fit = replace(fit, values=steep.ravel())
    for one, row in zip(polytomous_abilities(fit, method="map"), scores, strict=True):
        marked = np.array([np.arange(4) == score for score in row])
        gradient = (
            sum(
                (marked * steep[:, :1] * MODELS[model].pulls(steep, np.array([one.theta + move]))[:, :, 0]).sum()
                - one.theta
                - move
                for move in (-1e-8, 1e-8)
            )
            / 2
        )
        assert gradient == pytest.approx(0, abs=1e-6)


@BOTH
def test_the_error_of_a_mode_comes_from_the_information_of_what_was_met(model):
    scores, _slopes, _intercepts = simulate(200, 5, seed=6, model=model)
    fit = fit_polytomous(scores, model=model)
    one = polytomous_abilities(fit, method="map")[3]
    (there,) = polytomous_information(fit, one.theta)
    assert one.se == pytest.approx(1 / np.sqrt(there.information + 1))


@BOTH
def test_information_is_the_expected_curvature_and_the_score_counts_its_points(model):
    scores, _slopes, _intercepts = simulate(400, 4, seed=7, model=model)
    scores[:, 0] = np.array([0, 2, 3, 7])[scores[:, 0].astype(int)]
    scores[:, 1] = np.minimum(scores[:, 1], 1)
    fit = fit_polytomous(scores, model=model)
    step = 1e-4
    for theta in (-1.5, 0.3):
        information = expected = 0.0
        for item in fit.items:
            before, at, after = (
                np.array(chances_written_out(model, item.slope, item.intercepts, theta + move))
                for move in (-step, 0, step)
            )
            information += (at * ((np.log(after) - np.log(before)) / (2 * step)) ** 2).sum()
            expected += at @ item.categories
        (found,) = polytomous_information(fit, theta)
        assert (found.theta, found.information) == (theta, pytest.approx(information, abs=1e-6))
        assert found.expected_score == pytest.approx(expected, abs=1e-12)
    low, high = polytomous_information(fit, [-40, 40])
    assert (low.expected_score, high.expected_score) == (pytest.approx(0, abs=1e-6), pytest.approx(14, abs=1e-6))


@BOTH
def test_more_categories_tell_more(model):
    scores, _slopes, _intercepts = simulate(2000, 8, seed=8, model=model)
    whole = polytomous_reliability(fit_polytomous(scores, model=model))
    halved = polytomous_reliability(fit_polytomous((scores > 1).astype(float), model=model))
    assert 0 < halved < whole < 1


@BOTH
def test_each_candidate_counts_with_the_items_met(model):
    """Half of them met half of the items: the mean of what is true of the two papers."""
    scores, _slopes, _intercepts = simulate(2000, 8, seed=8, model=model)
    scores[:1000, 4:] = np.nan
    fit = fit_polytomous(scores, model=model)
    nodes, weights = fit.quadrature.nodes, np.exp(fit.quadrature.log_weights)
    whole = np.array([one.information for one in polytomous_information(fit, nodes)])
    half = replace(fit, ratings=replace(fit.ratings, chosen=fit.ratings.chosen[:1000]))
    shares = weights @ (whole / (whole + 1))
    assert polytomous_reliability(fit) == pytest.approx((polytomous_reliability(half) + shares) / 2)
    assert polytomous_reliability(half) < shares


@BOTH
def test_abilities_come_back_within_their_errors(model):
    rng = np.random.default_rng(12)
    theta, intercepts = rng.normal(size=800), np.array([1.2, 0.1, -1.0])
    chances = np.array([chances_written_out(model, 1.2, intercepts, one) for one in theta])
    scores = (rng.random((800, 15, 1)) > chances.cumsum(axis=1)[:, np.newaxis, :-1]).sum(axis=2)
    for method in ("eap", "map"):
        found = polytomous_abilities(fit_polytomous(scores, model=model), method=method)
        away = np.array([(one.theta - true) / one.se for one, true in zip(found, theta, strict=True)])
        assert 0.93 < (np.abs(away) < 1.96).mean() < 0.97


@BOTH
def test_whoever_met_nothing_has_no_ability(model):
    scores, _slopes, _intercepts = simulate(100, 5, seed=1, model=model)
    scores[7] = np.nan
    for method in ("eap", "map"):
        one = polytomous_abilities(fit_polytomous(scores, model=model), method=method)[7]
        assert (one.n, one.theta, one.se) == (0, None, None)
        assert one.undefined == dict.fromkeys(("theta", "se"), Reason.TOO_FEW_ITEMS)


def test_without_items_nothing_is_known():
    fit = fit_polytomous([[1, 1], [1, 1]])
    assert polytomous_reliability(fit) is None
    assert [one.theta for one in polytomous_abilities(fit)] == [None, None]
    assert [one.theta for one in polytomous_abilities(fit, method="map")] == [None, None]
    (there,) = polytomous_information(fit, 0)
    assert (there.information, there.expected_score) == (0, 0)
    assert polytomous_abilities(fit_polytomous(np.zeros((0, 2)))) == ()


def test_an_unknown_method_is_refused():
    with pytest.raises(ValueError, match="eap, map"):
        polytomous_abilities(fit_polytomous([[1, 1], [1, 1]]), method="ml")
