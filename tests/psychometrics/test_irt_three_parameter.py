"""The three-parameter model: at its maximum, with the curvature it says, and near the truth it came from."""

import numpy as np
import pytest
from scipy.special import expit, logit

from exambank.psychometrics import (
    Prior,
    Reason,
    abilities,
    fit_logistic,
    marginal_reliability,
    test_information,
)
from exambank.psychometrics.irt import GuessingPrior
from exambank.psychometrics.irt.answers import check_answers
from exambank.psychometrics.irt.errors import observed_information
from exambank.psychometrics.irt.expectation import Expectation
from exambank.psychometrics.irt.parameters import Parameters
from exambank.psychometrics.irt.quadrature import normal_quadrature
from exambank.psychometrics.irt.three_parameter import gradient_of

PRIOR, QUADRATURE = GuessingPrior(), normal_quadrature()


def simulate(n, k, seed, missing=0.0):
    rng = np.random.default_rng(seed)
    slopes, intercepts = np.exp(rng.normal(0.2, 0.3, k)), rng.normal(size=k)
    chance = 0.2 + 0.8 * expit(slopes * rng.normal(size=(n, 1)) + intercepts)
    scores = (rng.random((n, k)) < chance).astype(float)
    scores[rng.random((n, k)) < missing] = np.nan
    return scores, slopes, intercepts


def column(fit, name):
    return np.array([getattr(item, name) for item in fit.items], dtype=float)


def gradient(expectation, point, prior=None):
    """Of the log posterior, by Fisher's identity."""
    values = point.reshape(3, -1)
    moments = expectation.moments(values[0], values[1], expit(values[2]))
    return gradient_of(values, moments, QUADRATURE.nodes, PRIOR, prior).ravel()


@pytest.mark.parametrize("missing", [0.0, 0.4], ids=["complete", "papers differ"])
@pytest.mark.parametrize("prior", [None, Prior()], ids=["plain", "prior"])
def test_it_ends_where_the_posterior_is_largest(missing, prior):
    scores, _slopes, _intercepts = simulate(800, 12, seed=4, missing=missing)
    fit = fit_logistic(scores, model="3pl", prior=prior, tolerance=1e-9)
    own = fit.parameters
    at = np.concatenate([own.slopes, own.intercepts, logit(own.guessing)])
    assert fit.is_converged
    assert gradient(Expectation(check_answers(scores), QUADRATURE), at, prior) == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("missing", [0.0, 0.3, 0.8], ids=["complete", "gaps", "sparse"])
@pytest.mark.parametrize("prior", [None, Prior()], ids=["plain", "prior"])
def test_the_information_is_the_curvature_of_the_posterior(missing, prior):
    scores, slopes, intercepts = simulate(400, 8, seed=5, missing=missing)
    expectation = Expectation(check_answers(scores), QUADRATURE)
    guessing = np.linspace(0.05, 0.4, 8)
    at, step = np.concatenate([slopes, intercepts, logit(guessing)]), 1e-5
    numeric = [
        (gradient(expectation, at + step * unit, prior) - gradient(expectation, at - step * unit, prior)) / (2 * step)
        for unit in np.eye(24)
    ]
    exact = observed_information(expectation, Parameters(slopes, intercepts, guessing), prior, guessing_prior=PRIOR)
    assert exact == pytest.approx(-np.array(numeric), abs=1e-4)


def test_two_papers_of_many_candidates_have_the_information_of_their_pairs():
    """Few papers and many are summed in different ways: the same answers, told as few papers and as many."""
    from exambank.psychometrics.irt import lost

    scores, slopes, intercepts = simulate(300, 10, seed=15)
    scores[:150, :3], scores[150:, 7:] = np.nan, np.nan
    expectation = Expectation(check_answers(scores), QUADRATURE)
    for guessing, ways in ((np.zeros(10), lost._by_powers), (np.full(10, 0.2), lost._by_nodes)):
        own = Parameters(slopes, intercepts, guessing)
        table = lost.Scores.of(own, QUADRATURE.nodes, has_guessing=own.has_guessing)
        assert ways(expectation, own, table) == pytest.approx(lost._by_pairs(expectation, own, table), abs=1e-9)


def test_many_answers_give_the_true_curves_back():
    scores, slopes, intercepts = simulate(3000, 12, seed=6)
    fit = fit_logistic(scores, model="3pl")
    assert fit.is_converged
    assert fit.n_parameters == 36
    assert (np.abs(column(fit, "slope") - slopes) < 3.5 * column(fit, "se_slope")).all()
    assert (np.abs(column(fit, "intercept") - intercepts) < 3.5 * column(fit, "se_intercept")).all()
    assert (np.abs(column(fit, "guessing") - 0.2) < 3.5 * column(fit, "se_guessing")).all()


def test_the_error_of_guessing_is_that_of_its_logit_turned_round():
    scores, _slopes, _intercepts = simulate(600, 10, seed=7)
    fit = fit_logistic(scores, model="3pl")
    guessing, of_logit = column(fit, "guessing"), np.sqrt(np.diag(fit.covariance)[20:])
    assert column(fit, "se_guessing") == pytest.approx(guessing * (1 - guessing) * of_logit)


def test_a_prior_of_no_guessing_gives_the_two_parameter_curves():
    scores, _slopes, _intercepts = simulate(500, 10, seed=8)
    without = fit_logistic(scores)
    fit = fit_logistic(scores, model="3pl", guessing_prior=GuessingPrior(logit=-16.0, sd=0.01))
    assert column(fit, "slope") == pytest.approx(column(without, "slope"), abs=1e-4)
    assert column(fit, "se_intercept") == pytest.approx(column(without, "se_intercept"), rel=1e-4)
    assert fit.log_likelihood == pytest.approx(without.log_likelihood, abs=1e-4)
    theta, other = (np.array([one.theta for one in abilities(each, method="map")]) for each in (fit, without))
    assert theta == pytest.approx(other, abs=1e-4)


@pytest.mark.parametrize("method", ["map", "ml"])
def test_a_mode_is_higher_than_all_around(method):
    scores, _slopes, _intercepts = simulate(300, 20, seed=9, missing=0.2)
    fit = fit_logistic(scores, model="3pl")
    own, at = fit.parameters, np.linspace(-8, 8, 801)
    right = own.chances(at)
    known = np.nan_to_num(scores) @ np.log(right) + (1 - np.nan_to_num(scores, nan=1)) @ np.log1p(-right)
    known -= 0.5 * at**2 * (method == "map")
    for one, row in zip(abilities(fit, method=method), known, strict=True):
        if one.theta is not None:
            step = 1e-3
            bend = np.interp([one.theta - 0.02, one.theta, one.theta + 0.02], at, row) @ [-1, 2, -1] / 0.02**2
            assert np.interp(one.theta, at, row) >= row.max() - 1e-3, step
            assert one.se == pytest.approx(bend**-0.5, rel=0.05)


def test_information_is_the_slope_of_the_chance_over_its_spread():
    scores, _slopes, _intercepts = simulate(500, 10, seed=10)
    fit = fit_logistic(scores, model="3pl")
    own, at, step = fit.parameters, np.linspace(-3, 3, 7), 1e-5
    right = own.chances(at)
    rise = (own.chances(at + step) - own.chances(at - step)) / (2 * step)
    expected = (rise**2 / (right * (1 - right))).sum(axis=0)
    assert [one.information for one in test_information(fit, at)] == pytest.approx(expected, rel=1e-6)
    assert [one.expected_score for one in test_information(fit, at)] == pytest.approx(right.sum(axis=0))
    assert 0 < marginal_reliability(fit) < 1


@pytest.mark.parametrize(
    "scores", [np.zeros((0, 3)), np.zeros((3, 0)), [[1.0]], [[1, 1], [1, 1]], np.full((4, 3), np.nan)],
    ids=["nobody", "no items", "one answer", "all right", "nothing presented"],
)  # fmt: skip
def test_answers_that_tell_nothing_give_nothing_and_end(scores):
    fit = fit_logistic(scores, model="3pl")
    assert all(item.slope is None and item.guessing is None for item in fit.items)
    assert all(item.undefined["se_guessing"] in Reason for item in fit.items)
    assert fit.n_parameters == 0
    assert marginal_reliability(fit) is None
    assert all(one.theta is None for method in ("eap", "map", "ml") for one in abilities(fit, method=method))


def test_a_handful_of_candidates_and_an_item_keyed_wrongly_end():
    scores, _slopes, _intercepts = simulate(12, 6, seed=11)
    scores[:, 0] = 1 - scores[:, 0]
    fit = fit_logistic(scores, model="3pl", prior=Prior())
    assert fit.is_converged
    assert all(0 < item.guessing < 1 and item.slope > 0 for item in fit.items)
    fit = fit_logistic(scores, model="3pl", most_steps=60)
    assert all(np.isfinite(value) for item in fit.items for value in (item.slope or 0.0, item.se_slope or 0.0))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"model": "2pl", "guessing_prior": PRIOR}, "three-parameter"),
        ({"model": "3pl", "guessing_prior": GuessingPrior(sd=0.0)}, "above 0"),
    ],
)
def test_a_prior_that_does_not_fit_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        fit_logistic([[0, 1], [1, 0]], **arguments)
