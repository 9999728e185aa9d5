"""Fit of items and models on real data against R (mirt): a check apart, see `test_reference`."""

import numpy as np
import pytest

from exambank.psychometrics import fit_logistic
from exambank.psychometrics.modelfit import item_fit, m2, moments
from exambank.psychometrics.modelfit.curves import curves_of
from exambank.psychometrics.modelfit.scores import score_tests
from tests.psychometrics.modelfit_records import with_curves
from tests.psychometrics.test_reference import SETS, read_reference, read_scores

pytestmark = pytest.mark.reference

OF_SCORES = {"s_x2": "S_X2", "s_x2_df": "S_X2_df", "s_x2_p": "S_X2_p", "s_x2_rmsea": "S_X2_RMSEA"}
OF_MODEL = {"m2": "M2", "df": "df", "p": "p", "rmsea": "RMSEA", "srmsr": "SRMSR", "tli": "TLI", "cfi": "CFI"}


@pytest.mark.parametrize("model", ["1PL", "2PL"])
@pytest.mark.parametrize("name", SETS)
def test_fit_of_items_agrees_with_r(folder, name, model):
    expected = read_reference(folder, name, "irt")[model]["items"]
    fit = fit_logistic(read_scores(folder, name), model=model.lower())
    for method in ("ml", "eap"):
        judged = item_fit(fit, method=method)
        fields = {
            f"{ours}{z}": f"{'z_' if z else ''}{ours}_{method.upper()}"
            for ours in ("infit", "outfit")
            for z in ("", "_z")
        }
        for ours, theirs in (fields | OF_SCORES).items():
            assert [getattr(item, ours) for item in judged] == pytest.approx(expected[theirs], abs=1e-4), (method, ours)


@pytest.mark.parametrize("model", ["1PL", "2PL"])
@pytest.mark.parametrize("name", SETS)
def test_fit_of_models_agrees_with_r(folder, name, model):
    expected = read_reference(folder, name, "irt")[model]["M2"]
    found = m2(fit_logistic(read_scores(folder, name), model=model.lower()))
    for ours, theirs in OF_MODEL.items():
        assert getattr(found, ours) == pytest.approx(expected[theirs], abs=1e-5, rel=1e-6), ours
    interval = (found.rmsea_ci.low, found.rmsea_ci.high)
    assert interval == pytest.approx((expected["RMSEA_5"], expected["RMSEA_95"]), abs=1e-6)


def guessed_fit(folder, name):
    """The three-parameter model with R's own estimates."""
    reference = read_reference(folder, name, "irt")["3PL_prior"]
    items = reference["items"]
    curves = items["slope_a1"], items["intercept_d"], items["guess_g"]
    return with_curves(read_scores(folder, name), *curves), reference


@pytest.mark.parametrize("name", ["sat12", "gmat"])
def test_s_x2_with_guessing_agrees_with_r(folder, name):
    fit, reference = guessed_fit(folder, name)
    tests, _n = score_tests(fit)
    for ours, theirs in (("chi2", "S_X2"), ("degrees", "S_X2_df"), ("p", "S_X2_p"), ("rmsea", "S_X2_RMSEA")):
        assert [getattr(test, ours) for test in tests] == pytest.approx(reference["items"][theirs], abs=1e-10), ours


@pytest.mark.parametrize("name", ["sat12", "gmat"])
def test_residuals_with_guessing_agree_with_r(folder, name):
    """By the likeliest abilities less closely: a few of the weakest have several, and R finds others than ours."""
    fit = fit_logistic(read_scores(folder, name), model="3pl", standard_errors=False)
    expected = read_reference(folder, name, "irt")["3PL_prior"]["items"]
    for method, close in (("eap", 1e-4), ("ml", 5e-3)):
        judged = item_fit(fit, method=method)
        for ours in ("infit", "outfit"):
            theirs = expected[f"{ours}_{method.upper()}"]
            assert [getattr(item, ours) for item in judged] == pytest.approx(theirs, abs=close), (method, ours)


@pytest.mark.parametrize("name", ["sat12", "gmat"])
def test_m2_with_guessing_agrees_with_r_but_for_rs_slope_of_the_curve(folder, name):
    """R's mirt 1.45.1 takes P (1 - P) for how a curve with guessing moves; ours is checked against differences.

    With its gradients we get its number: all the rest is the same.
    """
    fit, reference = guessed_fit(folder, name)
    ours, theirs = m2(fit), reference["M2"]
    assert (ours.df, ours.srmsr) == (theirs["df"], pytest.approx(theirs["SRMSR"], abs=1e-10))
    assert ours.m2 > theirs["M2"] + 1
    expected, curves, nodes = moments._Expected(fit), curves_of(fit), fit.quadrature.nodes
    right = curves.chances(nodes).T
    spread = right * (1 - right)
    gradients = np.hstack([expected.moved(by_item) for by_item in (spread * nodes, spread, 1 - right)])
    scores = fit.answers.right
    away = (scores.T @ scores / len(scores))[moments._lower(len(right))] - expected.shares
    found = moments._quadratic_form(away, expected.covariance(), gradients, len(scores))
    assert found == pytest.approx(theirs["M2"], abs=1e-6)
