"""The models of ordered categories where answers are few, alike or impossible."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.psychometrics import Reason
from exambank.psychometrics.polytomous import PolytomousPrior, fit_polytomous
from tests.psychometrics.test_polytomous_fit import BOTH, simulate, slopes_of


@BOTH
def test_a_score_that_nobody_got_is_no_category_and_stands_in_the_record(model):
    scores, _slopes, _intercepts = simulate(400, 6, seed=10, model=model)
    apart = scores.copy()
    apart[:, 0] = np.array([0, 2, 3, 7])[scores[:, 0].astype(int)]
    fit, other = fit_polytomous(scores, model=model), fit_polytomous(apart, model=model)
    assert (fit.items[0].categories, fit.items[0].unused) == ((0, 1, 2, 3), ())
    assert (other.items[0].categories, other.items[0].unused) == ((0, 2, 3, 7), (1, 4, 5, 6))
    assert other.values == pytest.approx(fit.values)


@BOTH
def test_items_without_a_curve_say_why_and_change_nothing_for_the_others(model):
    scores, _slopes, _intercepts = simulate(200, 5, seed=2, model=model)
    with_more = np.column_stack([np.full(200, 3.0), scores, np.zeros(200), np.full(200, np.nan)])
    plain, fit = fit_polytomous(scores, model=model), fit_polytomous(with_more, model=model)
    assert fit.columns.tolist() == [1, 2, 3, 4, 5]
    assert fit.items[1:6] == plain.items
    for place, reason in ((0, Reason.CONSTANT_ITEM), (6, Reason.CONSTANT_ITEM), (7, Reason.NO_RESPONSES)):
        assert fit.items[place].slope is None
        assert set(fit.items[place].undefined.values()) == {reason}
    assert (fit.items[0].n, fit.items[0].categories, fit.items[7].categories) == (200, (3,), ())


def test_a_prior_draws_slopes_towards_one():
    scores, _slopes, _intercepts = simulate(60, 6, seed=3)
    spreads = [
        np.abs(np.log(slopes_of(fit_polytomous(scores, prior=prior)))).max()
        for prior in (PolytomousPrior(0.01), PolytomousPrior(0.1), PolytomousPrior(), None)
    ]
    assert spreads == sorted(spreads)
    assert spreads[0] < 0.01


@BOTH
def test_with_a_prior_one_item_may_stand_alone(model):
    scores, _slopes, _intercepts = simulate(60, 1, seed=3, model=model)
    fit = fit_polytomous(scores, model=model, prior=PolytomousPrior())
    assert fit.is_converged
    assert 0.5 < fit.items[0].slope < 2
    assert 0 < fit.items[0].se_slope < 1


@BOTH
def test_one_item_alone_has_no_curve(model):
    scores, _slopes, _intercepts = simulate(200, 1, seed=3, model=model)
    fit = fit_polytomous(scores, model=model)
    assert fit.items[0].slope is None
    assert fit.items[0].undefined["slope"] == Reason.TOO_FEW_ITEMS


@BOTH
def test_what_the_answers_leave_open_has_no_error(model):
    """Each candidate met one item: nothing tells how items hang together."""
    scores, _slopes, _intercepts = simulate(200, 2, seed=3, model=model)
    scores[:100, 0], scores[100:, 1] = np.nan, np.nan
    fit = fit_polytomous(scores, model=model)
    assert fit.covariance is None
    assert fit.items[0].se_slope is None
    assert fit.items[0].undefined["se_slope"] == Reason.NOT_DETERMINED
    without = fit_polytomous(scores, model=model, standard_errors=False)
    assert without.items[1].undefined["se_thresholds"] == Reason.NOT_DETERMINED


@BOTH
def test_a_slope_that_would_climb_for_ever_is_left_and_the_others_keep_their_errors(model):
    scores, _slopes, _intercepts = simulate(100, 4, seed=5, model=model)
    fit = fit_polytomous(np.column_stack([scores, scores[:, 0]]), model=model, most_steps=300)
    assert np.abs(fit.values).max() <= 50
    assert max(fit.items[0].slope, fit.items[4].slope) > 30
    for item in fit.items:
        if item.slope > 30:
            assert (item.se_slope, item.undefined["se_slope"]) == (None, Reason.NOT_DETERMINED)
    assert [item.se_slope > 0 for item in fit.items[1:4]] == [True] * 3


@BOTH
@pytest.mark.parametrize(
    "scores",
    [np.zeros((0, 3)), np.zeros((3, 0)), [[2.0]], [[1, 2, 0]], [[1, 1], [1, 1]], np.full((4, 3), np.nan), [[None]]],
    ids=["nobody", "no items", "one answer", "one candidate", "all alike", "nothing presented", "none"],
)
def test_answers_that_tell_nothing_give_nothing_and_end(scores, model):
    fit = fit_polytomous(scores, model=model)
    assert all(item.slope is None and item.undefined for item in fit.items)
    assert (fit.n, fit.n_parameters, fit.log_likelihood, fit.is_converged) == (0, 0, 0.0, True)


@BOTH
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(2, 8), k=st.integers(1, 4), slopes=st.sampled_from(["own", "common"]))
def test_few_answers_never_give_nan(model, seed, n, k, slopes):
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 4, (n, k)).astype(float)
    scores[rng.random((n, k)) < 0.2] = np.nan
    fit = fit_polytomous(scores, model=model, slopes=slopes, most_steps=20)
    assert np.isfinite(fit.log_likelihood)
    for item in fit.items:
        for name in ("slope", "intercepts", "thresholds", "se_slope", "se_intercepts", "se_thresholds"):
            value = getattr(item, name)
            assert (value is None) == (name in item.undefined)
            assert value is None or np.isfinite(value).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"scores": [[0.5, 1]]}, "whole scores"),
        ({"scores": [[-1, 1]]}, "whole scores"),
        ({"scores": [[20, 1]]}, "at most 20 categories"),
        ({"scores": [[np.inf, 1]]}, "at most 20 categories"),
        ({"scores": [0, 1]}, "two dimensions"),
        ({"scores": [[0, "good"]]}, "could not convert"),
        ({"scores": [[0, {}]]}, "must be numbers"),
        ({"scores": [[0, 1]], "model": "nrm"}, "grm, gpcm"),
        ({"scores": [[0, 1]], "slopes": "none"}, "own, common"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        fit_polytomous(**arguments)


@pytest.mark.parametrize("deviations", [(0.0, 2.0), (0.5, -1.0), (float("nan"), 1.0)])
def test_an_impossible_prior_is_refused(deviations):
    with pytest.raises(ValueError, match="above 0"):
        PolytomousPrior(*deviations)
