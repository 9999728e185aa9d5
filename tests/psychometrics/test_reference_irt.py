"""The logistic models on real data against R (mirt): a check apart, see `test_reference`."""

import numpy as np
import pytest

from exambank.psychometrics import Prior, abilities, fit_logistic, marginal_reliability, test_information
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
