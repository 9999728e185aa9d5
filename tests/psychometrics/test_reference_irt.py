"""The logistic models on real data against R (mirt): a check apart, see `test_reference`."""

import json

import numpy as np
import pytest
from scipy.special import logit

from exambank.psychometrics import Prior, abilities, fit_logistic, marginal_reliability, test_information
from exambank.psychometrics.irt import GuessingPrior
from exambank.psychometrics.irt.expectation import Expectation
from exambank.psychometrics.irt.parameters import Parameters
from exambank.psychometrics.irt.three_parameter import maximise_guessing
from tests.psychometrics.test_reference import SETS, read_reference, read_scores

pytestmark = pytest.mark.reference


@pytest.mark.parametrize("model", ["1PL", "2PL"])
@pytest.mark.parametrize("name", SETS)
def test_curves_abilities_and_information_agree_with_r(folder, name, model):
    expected = read_reference(folder, name, "irt")[model]
    assert expected["converged"]
    fit = fit_logistic(read_scores(folder, name), model=model.lower())

    def column(field):
        return np.array([getattr(item, field) for item in fit.items])

    assert fit.log_likelihood == pytest.approx(expected["logLik"], abs=1e-6)
    assert (fit.aic, fit.bic) == pytest.approx((expected["AIC"], expected["BIC"]), abs=1e-5)
    items = expected["items"]
    for ours, theirs in (("slope", "slope_a1"), ("intercept", "intercept_d")):
        assert column(ours) == pytest.approx(items[theirs], abs=1e-5), ours
    for ours, theirs in (("se_slope", "se_a1"), ("se_intercept", "se_d"), ("se_difficulty", "se_b_delta")):
        assert column(ours) == pytest.approx(items[theirs], rel=1e-4), ours
    found = abilities(fit)[: len(expected["persons"]["EAP"])]
    assert [one.theta for one in found] == pytest.approx(expected["persons"]["EAP"], abs=1e-5)
    assert [one.se for one in found] == pytest.approx(expected["persons"]["EAP_SE"], abs=1e-5)
    told = test_information(fit, expected["information"]["theta"])
    assert [one.information for one in told] == pytest.approx(expected["information"]["test"], abs=1e-5)
    assert [one.expected_score for one in told] == pytest.approx(expected["information"]["expected_score"], abs=1e-5)
    assert marginal_reliability(fit) == pytest.approx(expected["marginal_rxx"], abs=1e-5)


def test_randomly_assembled_papers_give_the_true_parameters_back(folder):
    expected = read_reference(folder, "sparse600", "irt")["2PL"]
    where = folder / "data" / "sparse600"
    answers = np.loadtxt(where / "responses_long.csv", delimiter=",", skiprows=1, dtype=int)
    scores = np.full((3000, 600), np.nan)
    scores[answers[:, 0], answers[:, 1]] = answers[:, 2]
    plain = fit_logistic(scores, standard_errors=False, tolerance=1e-6)
    assert plain.log_likelihood == pytest.approx(expected["logLik"], abs=1e-3)
    true_items = np.loadtxt(where / "true_items.csv", delimiter=",", skiprows=1)
    true_abilities = np.loadtxt(where / "true_persons.csv", delimiter=",", skiprows=1)[:, 1]
    fit = fit_logistic(scores, prior=Prior(), standard_errors=False, tolerance=1e-6)

    def rmse(found, true):
        return float(np.sqrt(np.mean((np.array(found) - true) ** 2)))

    assert rmse([item.slope for item in fit.items], true_items[:, 2]) <= 0.18
    assert rmse([item.difficulty for item in fit.items], true_items[:, 3]) <= 0.255
    assert rmse([one.theta for one in abilities(fit)], true_abilities) <= 0.307


FLAT = {"sat12": 31, "gmat": 19}  # the item where R's inner steps had stopped short of the largest posterior


@pytest.mark.parametrize("name", FLAT)
def test_three_parameter_curves_agree_with_r_wherever_r_had_arrived(folder, name):
    """R's last point is lower than ours in R's own log posterior, and an exact M-step from there moves the flat item
    ten thousand times as far as R's tolerance: that item is compared to 1e-3."""
    expected = read_reference(folder, name, "irt")["3PL_prior"]
    scores = read_scores(folder, name)
    fit = fit_logistic(scores, model="3pl")
    items, sure = expected["items"], np.arange(scores.shape[1]) != FLAT[name]

    def away(ours, theirs, relative=False):
        found, wanted = np.array([getattr(item, ours) for item in fit.items]), np.array(items[theirs])
        return np.abs(found / wanted - 1 if relative else found - wanted)

    assert (fit.is_converged, fit.n_parameters) == (True, expected["n_par"])
    wider = 3e-5 if name == "gmat" else 1e-5  # R's gradient there: 2e-4, and 2e-5 on sat12
    for ours, theirs in (("slope", "slope_a1"), ("intercept", "intercept_d"), ("guessing", "guess_g")):
        assert away(ours, theirs)[sure].max() < wider, ours
        assert away(ours, theirs).max() < 1e-3, ours
    for ours, theirs in (
        ("se_slope", "se_a1"), ("se_intercept", "se_d"), ("se_guessing", "se_g_irt"), ("se_difficulty", "se_b_delta"),
    ):  # fmt: skip
        assert away(ours, theirs, relative=True)[sure].max() < 1e-4, ours
        assert away(ours, theirs, relative=True).max() < 1e-3, ours
    assert fit.log_likelihood == pytest.approx(expected["logLik"], abs=1e-5 if name == "sat12" else 3e-4)
    persons = expected["persons"]
    for method, theta, error in (("eap", "EAP", "EAP_SE"), ("map", "MAP", "MAP_SE"), ("ml", "ML", "ML_SE")):
        found = abilities(fit, method=method)[: len(persons[theta])]
        assert [one.theta is None for one in found] == [one is None for one in persons[theta]]
        kept = [(one, *values) for one, *values in zip(found, persons[theta], persons[error], strict=True) if one.theta]
        largest = {"sat12": 4e-5, "gmat": 2e-4}[name] if method != "eap" else 4e-5
        assert max(abs(one.theta - value) for one, value, _error in kept) < largest
        assert max(abs(one.se - value) for one, _value, value in kept) < largest
    told = test_information(fit, expected["information"]["theta"])
    assert [one.information for one in told] == pytest.approx(expected["information"]["test"], abs=1e-3)
    assert [one.expected_score for one in told] == pytest.approx(expected["information"]["expected_score"], abs=1e-4)
    assert marginal_reliability(fit) == pytest.approx(expected["marginal_rxx"], abs=1e-5)


@pytest.mark.parametrize("name", FLAT)
def test_our_posterior_is_higher_than_where_r_stopped(folder, name):
    """At R's parameters our log-likelihood is R's; the prior is on logit c for both; an exact M-step moves on."""
    items = (expected := read_reference(folder, name, "irt")["3PL_prior"])["items"]
    fit = fit_logistic(read_scores(folder, name), model="3pl")
    expectation, prior = Expectation(fit.answers, fit.quadrature), GuessingPrior()

    def log_posterior(own):
        moments = expectation.moments(own.slopes, own.intercepts, own.guessing)
        return moments, moments.log_likelihood + prior.log_density(logit(own.guessing))

    theirs = Parameters(*(np.array(items[field]) for field in ("slope_a1", "intercept_d", "guess_g")))
    moments, height = log_posterior(theirs)
    assert moments.log_likelihood == pytest.approx(expected["logLik"], abs=1e-7)
    constant = -len(theirs.slopes) * np.log(prior.sd * np.sqrt(2 * np.pi))
    assert prior.log_density(logit(theirs.guessing)) + constant == pytest.approx(expected["log_posterior"], abs=1e-6)
    assert log_posterior(fit.parameters)[1] > height
    values = np.stack([theirs.slopes, theirs.intercepts, logit(theirs.guessing)])
    better = maximise_guessing(moments, fit.quadrature.nodes, values, guessing_prior=prior)
    assert np.abs(better - values)[:, FLAT[name]].max() > 5e-5


def test_two_sittings_calibrated_together_agree_with_r(folder):
    """R: multipleGroup(..., invariance = c("slopes", "intercepts", "free_means", "free_var"), TOL = 1e-5)."""
    expected = json.loads((folder / "ref" / "link2.json").read_text(encoding="utf-8"))["concurrent"]
    first, second = (
        np.loadtxt(folder / "data" / "link2" / f"sitting{name}.csv", delimiter=",", skiprows=1) for name in "AB"
    )
    scores = np.full((len(first) + len(second), 100), np.nan)
    scores[: len(first), :60], scores[len(first) :, 40:] = first, second
    fit = fit_logistic(scores, groups=np.repeat(["A", "B"], [len(first), len(second)]))
    group = fit.groups[1]
    assert fit.log_likelihood == pytest.approx(expected["logLik"], abs=1e-3)
    assert fit.log_likelihood > expected["logLik"]
    assert (group.mean, group.sd**2) == pytest.approx((expected["mean_B"], expected["var_B"]), abs=5e-4)
    assert fit.parameters.slopes == pytest.approx(expected["a"], abs=1e-3)
    assert fit.parameters.intercepts == pytest.approx(expected["d"], abs=1e-3)
    assert abs(group.mean - 0.5) < 2 * group.se_mean
    assert abs(group.sd - 1.1) < 2 * group.se_sd
    true = np.loadtxt(folder / "data" / "link2" / "true_items.csv", delimiter=",", skiprows=1, usecols=(1, 2))
    bank = fit_logistic(first)
    held = fit_logistic(second, fixed={place: bank.items[40 + place] for place in range(20)})
    new = np.array([[item.slope, item.difficulty] for item in held.items[20:]])
    assert np.sqrt(np.mean((new - true[60:]) ** 2, axis=0)) == pytest.approx([0.1, 0.12], abs=0.02)
    assert abs(held.groups[0].mean - 0.5) < 2 * held.groups[0].se_mean
    assert abs(held.groups[0].sd - 1.1) < 2 * held.groups[0].se_sd
