"""The logistic models against R (mirt 1.45.1, the same 61 nodes), against themselves turned round, and at their limits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.psychometrics import Prior, Reason, fit_logistic
from exambank.psychometrics.irt.acceleration import climb
from exambank.psychometrics.irt.answers import check_answers
from exambank.psychometrics.irt.errors import observed_information
from exambank.psychometrics.irt.estimation import Problem, estimate, start_of
from exambank.psychometrics.irt.expectation import Expectation
from exambank.psychometrics.irt.maximisation import Parameters, maximise
from exambank.psychometrics.irt.quadrature import normal_quadrature
from exambank.psychometrics.irt.three_parameter import GuessingPrior

# R: mirt(LSAT6, 1, "2PL", SE = TRUE, SE.type = "Oakes", quadpts = 61, TOL = 1e-8)
LSAT6_2PL = {
    "slope": [0.82565953, 0.7227442, 0.89087453, 0.68836798, 0.65685596],
    "intercept": [2.77323439, 0.99020121, 0.24914751, 1.28475693, 2.05327045],
    "difficulty": [-3.3588111, -1.37005762, -0.27966622, -1.86638101, -3.12590671],
    "se_slope": [0.25811493, 0.18667967, 0.23276384, 0.18514294, 0.20990918],
    "se_intercept": [0.20574375, 0.09001897, 0.07627288, 0.09903752, 0.13535878],
    "se_difficulty": [0.86647208, 0.30749067, 0.09962283, 0.43431734, 0.87122188],
}
# the same with one slope for all
LSAT6_1PL = {
    "slope": [0.75513464] * 5,
    "intercept": [2.73001326, 0.99860583, 0.23985389, 1.30645117, 2.09940437],
    "se_slope": [0.06943321] * 5,
    "se_intercept": [0.13044118, 0.07917733, 0.07177467, 0.0846381, 0.105445],
    "se_difficulty": [0.3266411, 0.14218219, 0.09767712, 0.1691359, 0.25104813],
}


def simulate(n, k, seed, missing=0.0):
    """Answers that follow a two-parameter model; a share of them not presented."""
    rng = np.random.default_rng(seed)
    slopes, difficulties = np.exp(rng.normal(0, 0.3, k)), rng.normal(size=k)
    right = rng.random((n, k)) < 1 / (1 + np.exp(-slopes * (rng.normal(size=(n, 1)) - difficulties)))
    scores = right.astype(float)
    scores[rng.random((n, k)) < missing] = np.nan
    return scores, slopes, difficulties


def column(fit, name):
    return np.array([getattr(item, name) for item in fit.items], dtype=float)


@pytest.mark.parametrize(
    ("model", "expected", "log_likelihood", "n_parameters", "bic"),
    [
        ("2pl", LSAT6_2PL, -2466.65337751347, 10, 5002.38430781676),
        ("1pl", LSAT6_1PL, -2466.93759968043, 6, 4975.32173103476),
    ],
)
def test_lsat6_gives_what_r_gives(lsat6, model, expected, log_likelihood, n_parameters, bic):
    fit = fit_logistic(lsat6, model=model)
    assert fit.is_converged
    assert (fit.n, fit.n_parameters) == (1000, n_parameters)
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=1e-6)
    assert fit.bic == pytest.approx(bic, abs=1e-6)
    for name, values in expected.items():
        assert column(fit, name) == pytest.approx(values, abs=1e-5 if name in {"slope", "intercept"} else 1e-4), name


def test_the_likelihood_never_falls():
    scores, _slopes, _difficulties = simulate(300, 15, seed=3, missing=0.2)
    answers = check_answers(scores)
    expectation = Expectation(answers, normal_quadrature())
    k = scores.shape[1]

    def step(point):
        here = Parameters(point[:k], point[k:])
        moments = expectation.moments(here.slopes, here.intercepts)
        better = maximise(answers, moments, expectation.quadrature.nodes, here, is_common=False, prior=None)
        return better.as_vector(), moments.log_likelihood

    start = np.concatenate([np.ones(k), np.zeros(k)])
    _point, _steps, is_converged, values = climb(
        step, start, is_allowed=lambda point: bool(np.isfinite(point).all()), tolerance=1e-8, most=500
    )
    assert is_converged
    assert (np.diff(values) >= -1e-9 * abs(values[-1])).all()


def test_a_bold_step_that_loses_is_taken_back():
    """A fixed point that acceleration overshoots: the value must not fall all the same."""
    kept = []

    def step(point):
        kept.append(point[0])
        return point / 2 + (0.3 * np.sin(5 * point)) ** 3, -float(np.abs(point[0]))

    point, _steps, is_converged, values = climb(
        step, np.array([4.0]), is_allowed=lambda _point: True, tolerance=1e-10, most=300
    )
    assert is_converged
    assert abs(point[0]) < 1e-6
    assert (np.diff(values) >= 0).all()


@pytest.mark.parametrize("missing", [0.0, 0.3, 0.85], ids=["complete", "gaps", "sparse"])
@pytest.mark.parametrize("prior", [None, Prior()], ids=["plain", "prior"])
def test_the_information_is_the_curvature_of_the_likelihood(missing, prior):
    """Against central differences of the gradient of the marginal likelihood, which Fisher's identity gives."""
    from exambank.psychometrics.irt.maximisation import derivatives

    scores, slopes, difficulties = simulate(400, 12, seed=8, missing=missing)
    expectation = Expectation(check_answers(scores), normal_quadrature())
    at = np.concatenate([slopes, -slopes * difficulties])

    def gradient(point):
        here = point[:12], point[12:]
        moments = expectation.moments(*here)
        found, _curvatures = derivatives(expectation.answers, moments, expectation.quadrature.nodes, *here, prior)
        return np.concatenate(found)

    step = 1e-5
    numeric = [(gradient(at + step * unit) - gradient(at - step * unit)) / (2 * step) for unit in np.eye(24)]
    exact = observed_information(expectation, Parameters(at[:12], at[12:]), prior)
    assert exact == pytest.approx(-np.array(numeric), abs=1e-4)


@pytest.mark.parametrize(
    ("prior", "log_likelihood", "errors"),
    [
        (None, -3006.60751234206, (0.243446524900315, 0.182557478286431, 0.785042433673, 14.9326318184743)),
        (Prior(), -3013.32128958344, (0.169760510151049, 0.189028971655235, 0.347437865978607, 11.5823894202558)),
    ],
    ids=["plain", "prior"],
)  # fmt: skip
def test_papers_that_all_differ_have_the_errors_of_dense_matrices(prior, log_likelihood, errors):
    """The values are those of the sums over all items, presented or not, before they ran over pairs."""
    rng = np.random.default_rng(77)
    theta, slopes, intercepts = rng.normal(size=(500, 1)), np.exp(rng.normal(0, 0.3, 40)), rng.normal(size=40)
    scores = (rng.random((500, 40)) < 1 / (1 + np.exp(-slopes * theta - intercepts))).astype(float)
    scores[np.argsort(rng.random((500, 40)), axis=1) >= 10] = np.nan
    fit = fit_logistic(scores, prior=prior)
    item = fit.items[3]
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=1e-9)
    found = (item.se_slope, item.se_intercept, item.se_difficulty, column(fit, "se_slope").sum())
    assert found == pytest.approx(errors, rel=1e-9)


@pytest.mark.parametrize("model", ["1pl", "2pl", "3pl"])
def test_no_step_of_a_fit_loses_likelihood(model):
    """Items and distributions of groups together, and with an item that is held."""
    scores, _slopes, _difficulties = simulate(300, 10, seed=13, missing=0.2)
    answers = check_answers(scores).in_groups(np.arange(300) % 2)
    prior = GuessingPrior() if model == "3pl" else None
    for held, free_groups in ((np.zeros(10, dtype=bool), [1]), (np.arange(10) == 4, [0, 1])):
        expectation = Expectation(answers, normal_quadrature(), normal_quadrature())
        start = start_of(answers, model, prior)
        problem = Problem(model, expectation, start, held, np.array(free_groups), None, prior)
        for most in range(1, 16):  # what is left after so many steps is as high as was said on the way, or higher
            found = estimate(problem, tolerance=1e-7, most=most)
            height = found.moments.log_likelihood + problem.log_prior(found.values)
            assert height >= max(found.path) - 1e-8
        assert height > found.path[0] + 1
        assert found.parameters.intercepts[held] == pytest.approx(start.intercepts[held])
        assert estimate(problem, tolerance=1e-7, most=500).is_converged


def test_missing_by_design_is_not_wrong():
    """Two papers of one bank: each item keeps its difficulty whoever met it."""
    rng = np.random.default_rng(11)
    theta, difficulties = rng.normal(size=(4000, 1)), np.linspace(-1.5, 1.5, 20)
    scores = (rng.random((4000, 20)) < 1 / (1 + np.exp(difficulties - theta))).astype(float)
    scores[:2000, 12:], scores[2000:, :8] = np.nan, np.nan
    fit = fit_logistic(scores)
    assert fit.items[0].n == 2000
    assert fit.items[10].n == 4000
    assert column(fit, "difficulty") == pytest.approx(difficulties, abs=0.25)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), model=st.sampled_from(["1pl", "2pl"]))
def test_neither_order_matters(seed, model):
    scores, _slopes, _difficulties = simulate(150, 8, seed)
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(150), rng.permutation(8)
    fit, turned = fit_logistic(scores, model=model), fit_logistic(scores[rows][:, columns], model=model)
    assert turned.log_likelihood == pytest.approx(fit.log_likelihood, rel=1e-9)
    if fit.is_converged and np.abs(column(fit, "slope")).max() < 5:
        assert column(turned, "intercept") == pytest.approx(column(fit, "intercept")[columns], abs=1e-4)


def test_everybody_twice_gives_the_same_curves_and_smaller_errors():
    scores, _slopes, _difficulties = simulate(300, 10, seed=5)
    once, twice = fit_logistic(scores), fit_logistic(np.vstack([scores, scores]))
    assert column(twice, "slope") == pytest.approx(column(once, "slope"), abs=1e-5)
    assert column(twice, "se_slope") == pytest.approx(column(once, "se_slope") / np.sqrt(2), rel=1e-3)


def test_an_item_with_its_key_turned_round_gets_the_opposite_slope():
    scores, _slopes, _difficulties = simulate(500, 10, seed=6)
    turned = scores.copy()
    turned[:, 0] = 1 - turned[:, 0]
    assert fit_logistic(turned).items[0].slope == pytest.approx(-fit_logistic(scores).items[0].slope, abs=1e-5)


def test_intervals_hold_the_true_slopes_about_as_often_as_they_say():
    inside = total = 0
    for seed in range(40):
        scores, slopes, _difficulties = simulate(1000, 12, seed=100 + seed)
        fit = fit_logistic(scores)
        away = np.abs(column(fit, "slope") - slopes) / column(fit, "se_slope")
        inside, total = inside + (away < 1.96).sum(), total + len(away)
    assert 0.925 < inside / total < 0.975


def test_items_without_a_curve_say_why_and_change_nothing_for_the_others():
    scores, _slopes, _difficulties = simulate(200, 6, seed=2)
    with_more = np.column_stack([scores, np.ones(200), np.zeros(200), np.full(200, np.nan)])
    plain, fit = fit_logistic(scores), fit_logistic(with_more)
    assert [item.slope for item in fit.items[6:]] == [None] * 3
    assert [item.undefined["slope"] for item in fit.items[6:]] == [
        Reason.CONSTANT_ITEM, Reason.CONSTANT_ITEM, Reason.NO_RESPONSES,
    ]  # fmt: skip
    assert fit.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-6)


@pytest.mark.parametrize("model", ["1pl", "2pl", "3pl"])
def test_one_item_alone_has_no_curve_without_a_prior(model):
    """Every slope foretells the share of right answers equally well; an item that all got right is no company."""
    scores = np.column_stack([np.arange(60) % 3 == 0, np.ones(60)]).astype(float)
    fit = fit_logistic(scores, model=model)
    assert (fit.n_parameters, [item.slope for item in fit.items]) == (0, [None, None])
    assert [item.undefined["slope"] for item in fit.items] == [Reason.TOO_FEW_ITEMS, Reason.CONSTANT_ITEM]
    alone = fit_logistic(scores[:, :1], prior=Prior())
    assert 0.5 < alone.items[0].slope < 2


def test_a_prior_gives_every_item_that_was_met_a_curve():
    scores, _slopes, _difficulties = simulate(60, 6, seed=2)
    fit = fit_logistic(np.column_stack([scores, np.ones(60)]), prior=Prior())
    assert fit.items[6].difficulty < -1
    assert fit.items[6].se_difficulty > 0


@pytest.mark.parametrize(
    "scores", [np.zeros((0, 3)), np.zeros((3, 0)), [[1.0]], [[1, 1], [1, 1]], np.full((4, 3), np.nan)],
    ids=["nobody", "no items", "one answer", "all right", "nothing presented"],
)  # fmt: skip
@pytest.mark.parametrize("model", ["1pl", "2pl"])
def test_answers_that_tell_nothing_give_nothing_and_end(scores, model):
    fit = fit_logistic(scores, model=model)
    assert all(item.slope is None and item.undefined for item in fit.items)
    assert fit.n_parameters == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"scores": [[0.5, 1]]}, "0 or 1"),
        ({"scores": [[0, 1]], "model": "4pl"}, "1pl, 2pl"),
        ({"scores": [[0, 1]], "model": "1pl", "prior": Prior()}, "each item"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        fit_logistic(**arguments)


@pytest.mark.parametrize("model", ["1pl", "2pl"])
def test_a_perfect_ladder_of_answers_ends_soon_and_is_called_undetermined(model):
    """Each item parts the candidates without an exception: the likelihood rises for ever as slopes do."""
    ladder = np.repeat(np.tril(np.ones((31, 30)), -1), 5, axis=0)
    fit = fit_logistic(ladder, model=model)
    assert not fit.is_converged
    assert fit.steps < 400
    assert all(np.isfinite((item.slope, item.intercept)).all() for item in fit.items)
