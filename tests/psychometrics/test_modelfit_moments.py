"""M2 against R (mirt 1.45.1), against all patterns of answers, and at its limits."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import chndtr

from exambank.psychometrics import Prior, Reason, fit_logistic
from exambank.psychometrics.irt import normal_quadrature
from exambank.psychometrics.modelfit import m2, moments
from exambank.psychometrics.modelfit.curves import curves_of, node_weights
from tests.psychometrics.modelfit_records import (
    every_pattern,
    is_defined_or_explained,
    simulate,
    values_of,
    with_curves,
)

# R: M2(mirt(LSAT6, 1, "2PL", quadpts = 61, TOL = 1e-8)), and with one slope for all
LSAT6 = {
    "2pl": {
        "m2": 4.73838396,
        "df": 5,
        "p": 0.44863493,
        "rmsea": 0.0,
        "srmsr": 0.02132219,
        "tli": 1.00921015,
        "cfi": 1.0,
    },
    "1pl": {
        "m2": 5.29134922,
        "df": 9,
        "p": 0.80820706,
        "rmsea": 0.0,
        "srmsr": 0.02241922,
        "tli": 1.0725347,
        "cfi": 1.0,
    },
}
RMSEA_95 = {"2pl": 0.04277245, "1pl": 0.02253656}

SLOPES, INTERCEPTS, GUESSING = [1.2, 0.7, 1.5, 0.9], [0.4, -0.6, 0.1, 1.0], [0.2, 0.1, 0.3, 0.25]


@pytest.mark.parametrize("model", ["1pl", "2pl"])
def test_lsat6_gives_what_r_gives(lsat6, model):
    found = m2(fit_logistic(lsat6, model=model))
    for name, value in LSAT6[model].items():
        assert getattr(found, name) == pytest.approx(value, abs=1e-6), name
    assert (found.rmsea_ci.low, found.rmsea_ci.high) == (0.0, pytest.approx(RMSEA_95[model], abs=1e-6))
    assert (found.n, found.n_items, found.undefined) == (1000, 5, {})


@pytest.fixture(scope="module")
def guessed():
    return with_curves(np.vstack([every_pattern(4)] * 3), SLOPES, INTERCEPTS, GUESSING)


def test_shares_and_their_covariance_are_those_over_all_patterns(guessed):
    expected = moments._Expected(guessed)
    chances, weights = curves_of(guessed).chances(guessed.quadrature.nodes).T, node_weights(guessed)
    patterns = every_pattern(4)
    likely = np.prod(np.where(patterns[:, :, np.newaxis], chances, 1 - chances), axis=1) @ weights
    first, second = moments._lower(4)
    counted = patterns[:, first] * patterns[:, second]
    shares = likely @ counted
    assert expected.shares == pytest.approx(shares, abs=1e-14)
    assert expected.covariance() == pytest.approx((counted.T * likely) @ counted - np.outer(shares, shares), abs=1e-14)


def test_gradients_are_what_moving_a_parameter_shows(guessed):
    """Of the three-parameter model too, where R's mirt 1.45.1 takes P (1 - P) for the slope of the curve."""
    found, step = moments._Expected(guessed).gradients(), 1e-6

    def moved(item, name, by):
        items = list(guessed.items)
        items[item] = replace(items[item], **{name: getattr(items[item], name) + by})
        return moments._Expected(replace(guessed, items=tuple(items))).shares

    for kind, name in enumerate(("slope", "intercept", "guessing")):
        for item in range(4):
            numeric = (moved(item, name, step) - moved(item, name, -step)) / (2 * step)
            assert found[:, 4 * kind + item] == pytest.approx(numeric, abs=1e-8), (name, item)


def test_a_common_slope_moves_all_items_at_once(lsat6):
    fit = fit_logistic(lsat6, model="1pl")
    apart = moments._Expected(replace(fit, model="2pl")).gradients()
    together = moments._Expected(fit).gradients()
    assert together.shape == (15, 6)
    assert together[:, 0] == pytest.approx(apart[:, :5].sum(axis=1))


def test_the_interval_of_the_rmsea_ends_where_the_noncentral_chi_square_says():
    interval = moments.rmsea_interval(684.0, 464, 600)
    for end, level in ((interval.low, 0.95), (interval.high, 0.05)):
        assert chndtr(684.0, 464, end**2 * 600 * 464) == pytest.approx(level, abs=1e-9)
    assert (moments.rmsea_interval(5.0, 9, 1000).low, moments.rmsea_interval(1.0, 9, 1000).high) == (0.0, 0.0)


def test_a_model_that_holds_is_seldom_rejected():
    levels = [m2(fit_logistic(simulate(400, 8, seed=seed), standard_errors=False)).p for seed in range(40)]
    assert np.mean(np.array(levels) < 0.05) <= 0.12
    assert 0.3 < np.mean(levels) < 0.7


def test_items_that_hang_together_beyond_ability_reject_it():
    scores = simulate(800, 12, seed=3)
    holds = m2(fit_logistic(scores))
    copied = np.random.default_rng(4).random(800) < 0.6
    scores[copied, 1] = scores[copied, 0]
    found = m2(fit_logistic(scores))
    assert holds.p > 0.01
    assert found.p < 1e-8
    assert found.rmsea == pytest.approx(((found.m2 / found.df - 1) / 799) ** 0.5)
    assert 0 < found.rmsea_ci.low < found.rmsea < found.rmsea_ci.high
    assert found.srmsr > holds.srmsr + 0.01
    assert max(found.cfi, found.tli) < 0.95 < min(holds.cfi, holds.tli)


@settings(max_examples=8)
@given(seed=st.integers(0, 1000), model=st.sampled_from(["1pl", "2pl"]))
def test_neither_order_matters(seed, model):
    scores = simulate(150, 7, seed)
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(150), rng.permutation(7)
    prior = Prior() if model == "2pl" else None
    found = m2(fit_logistic(scores, model=model, prior=prior))
    turned = m2(fit_logistic(scores[rows][:, columns], model=model, prior=prior))
    for name, value in values_of(found).items():
        if name != "rmsea_ci":
            assert getattr(turned, name) == pytest.approx(value, rel=1e-4, abs=1e-4), name


def test_it_rests_on_complete_papers():
    scores = simulate(600, 10, seed=7)
    scores[:200, :3] = np.nan
    found = m2(fit_logistic(scores))
    assert (found.n, found.n_items, found.undefined) == (400, 10, {})


def test_without_complete_papers_there_is_none():
    scores = simulate(600, 10, seed=7)
    scores[:300, :3], scores[300:, 7:] = np.nan, np.nan
    found = m2(fit_logistic(scores))
    assert (found.m2, found.n) == (None, 0)
    assert set(found.undefined.values()) == {Reason.PAPERS_DIFFER}


def test_three_items_with_a_slope_each_leave_no_degrees_of_freedom():
    found = m2(fit_logistic(simulate(300, 3, seed=1)))
    assert (found.df, found.m2) == (0, None)
    assert set(found.undefined.values()) == {Reason.TOO_FEW_ITEMS}


def test_more_items_than_the_calculation_can_hold_are_left_undone():
    found = m2(fit_logistic(simulate(60, 101, seed=1), prior=Prior(), standard_errors=False))
    assert (found.m2, found.n_items) == (None, 101)
    assert set(found.undefined.values()) == {Reason.NOT_DETERMINED}


@pytest.mark.parametrize(
    "settings", [{"groups": [0, 1] * 200}, {"fixed": {0: (1.0, 0.0)}}], ids=["groups", "held item"]
)
def test_groups_and_held_items_are_left_undone(settings):
    found = m2(fit_logistic(simulate(400, 8, seed=1), **settings))
    assert found.m2 is None
    assert set(found.undefined.values()) == {Reason.NOT_DETERMINED}


def test_nodes_that_were_given_change_nothing_but_the_weights():
    scores = simulate(400, 8, seed=1)
    plain, given_nodes = m2(fit_logistic(scores)), m2(fit_logistic(scores, quadrature=normal_quadrature(nodes=121)))
    shifted = m2(fit_logistic(scores, quadrature=normal_quadrature(0.5, 1.5)))
    assert given_nodes.m2 == pytest.approx(plain.m2, abs=1e-3)
    assert shifted.m2 == pytest.approx(plain.m2, abs=0.01)  # the same model on another scale


def test_guessing_costs_a_degree_of_freedom_an_item():
    found = m2(fit_logistic(simulate(800, 10, seed=2, guessing=0.2), model="3pl", standard_errors=False))
    assert found.df == 55 - 30
    assert found.p > 0.001


def test_an_item_that_all_answered_alike_has_no_correlations():
    scores = simulate(200, 8, seed=2)
    scores[:, 0] = 1.0
    found = m2(fit_logistic(scores, prior=Prior()))
    assert found.m2 > 0
    assert found.undefined == dict.fromkeys(("srmsr", "tli", "cfi"), Reason.CONSTANT_ITEM)


@pytest.mark.parametrize(
    "scores",
    [np.zeros((0, 3)), np.zeros((3, 0)), [[1.0]], [[1, 1], [1, 1]], np.full((4, 3), np.nan), [[1, 0, 1, 0, 1, 1]]],
    ids=["nobody", "no items", "one answer", "all right", "nothing presented", "one candidate"],
)
@pytest.mark.parametrize("prior", [None, Prior()], ids=["plain", "prior"])
def test_answers_that_tell_nothing_give_none_with_a_reason(scores, prior):
    assert is_defined_or_explained(m2(fit_logistic(scores, prior=prior)))


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 12), k=st.integers(1, 7), gaps=st.sampled_from([0.0, 0.1]))
def test_no_answers_give_nan(seed, n, k, gaps):
    fit = fit_logistic(simulate(n, k, seed, missing=gaps), prior=Prior(), most_steps=50)
    assert is_defined_or_explained(m2(fit))
