"""The models of ordered categories: against sums written out, the 2PL, another program, turned round."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.psychometrics import Prior, fit_logistic
from exambank.psychometrics.irt.quadrature import normal_quadrature
from exambank.psychometrics.polytomous import PolytomousPrior, fit_polytomous, polytomous_chances
from exambank.psychometrics.polytomous.categories import Ratings, check_categories, rate, used_scores
from exambank.psychometrics.polytomous.errors import observed_information
from exambank.psychometrics.polytomous.expectation import Expectation
from exambank.psychometrics.polytomous.maximisation import maximise
from exambank.psychometrics.polytomous.models import MODELS
from tests.psychometrics.test_irt_fit import simulate as simulate_right_and_wrong

# Of the first three items of `simulate(1500, 6, seed=7, missing=0.1)`, by the Python package mirt 1.2.0 with 61 nodes:
# slope, its error, the three thresholds, their errors.
BY_MIRT = {
    "grm": (-10897.026255, [
        [0.87080, 0.08826, -1.75546, -0.04543, 1.76693, 0.16585, 0.07201, 0.16593],
        [1.20521, 0.11637, -1.75634, -0.42488, 0.85150, 0.13702, 0.06404, 0.08236],
        [0.78149, 0.08338, -1.42554, 0.44532, 2.07879, 0.15175, 0.08816, 0.20802],
    ]),
    "gpcm": (-9827.367012, [
        [0.91061, 0.07653, -1.57273, -0.15629, 1.81097, 0.11776, 0.07960, 0.12955],
        [1.13759, 0.09913, -1.77700, -0.47561, 0.88125, 0.11531, 0.07166, 0.07560],
        [0.84426, 0.07155, -1.34742, 0.39878, 2.07701, 0.11137, 0.08737, 0.15421],
    ]),
}  # fmt: skip

BOTH = pytest.mark.parametrize("model", ["grm", "gpcm"])


def chances_written_out(model, slope, intercepts, theta):
    """The definition, number by number."""
    if model == "grm":
        passed = [1.0, *(1 / (1 + np.exp(-(slope * theta + d))) for d in intercepts), 0.0]
        return [passed[k] - passed[k + 1] for k in range(len(intercepts) + 1)]
    steps = [0.0]
    for d in intercepts:
        steps.append(steps[-1] + slope * theta + d)
    return list(np.exp(steps) / np.exp(steps).sum())


def simulate(n, k, seed, *, model="grm", categories=4, missing=0.0):
    """Scores that follow a model; a share of them not presented."""
    rng = np.random.default_rng(seed)
    slopes = np.exp(rng.normal(0, 0.3, k))
    intercepts = np.linspace(1.5, -1.5, categories - 1) + rng.normal(0, 0.5, (k, 1)) + np.zeros((k, categories - 1))
    chances = np.exp(MODELS[model].log_chances(np.column_stack([slopes, intercepts]), rng.normal(size=n)))
    scores = (rng.random((k, 1, n)) > chances.cumsum(axis=1)[:, :-1]).sum(axis=1).T.astype(float)
    scores[rng.random((n, k)) < missing] = np.nan
    return scores, slopes, intercepts


def expectation_of(scores, model):
    checked = check_categories(scores)
    return Expectation(rate(checked, used_scores(checked)), MODELS[model], normal_quadrature())


def slopes_of(fit):
    return np.array([item.slope for item in fit.items])


def intercepts_of(fit):
    return np.array([item.intercepts for item in fit.items])


@BOTH
def test_the_likelihood_is_the_sum_written_out(model):
    scores = np.array([[0, 2, 1], [1, 1, np.nan], [2, 0, 0], [np.nan, 2, 1], [1, np.nan, np.nan]])
    parameters = [(1.3, (0.8, -0.5)), (0.6, (0.4, -1.1)), (-0.9, (0.2,))]
    values = np.array([one for slope, intercepts in parameters for one in (slope, *intercepts)])
    nodes, weights = normal_quadrature().nodes, np.exp(normal_quadrature().log_weights)
    expected = 0.0
    for row in scores:
        total = 0.0
        for theta, weight in zip(nodes, weights, strict=True):
            for score, (slope, intercepts) in zip(row, parameters, strict=True):
                if not np.isnan(score):
                    weight *= chances_written_out(model, slope, intercepts, theta)[int(score)]
            total += weight
        expected += np.log(total)
    _counts, log_likelihood = expectation_of(scores, model).counts(values)
    assert log_likelihood == pytest.approx(expected, abs=1e-12)


@BOTH
def test_the_chances_of_all_patterns_sum_to_one(model):
    patterns = np.array(list(product(range(3), range(4))), dtype=float)
    values = np.array([1.4, 0.9, -0.2, 0.7, 1.0, 0.1, -1.0])
    ratings = expectation_of(patterns, model).ratings
    total = 0.0
    for row in range(12):
        one = Expectation(Ratings(ratings.chosen[row : row + 1], ratings.used), MODELS[model], normal_quadrature())
        total += np.exp(one.counts(values)[1])
    assert total == pytest.approx(1, abs=1e-12)


@BOTH
@pytest.mark.parametrize("categories", [2, 3, 6])
def test_the_derivatives_of_the_chances_are_those_of_differences(model, categories):
    rng = np.random.default_rng(categories)
    values = np.column_stack([rng.normal(size=3), -np.sort(-rng.normal(0, 2, (3, categories - 1)), axis=1)])
    own, nodes, step = MODELS[model], np.linspace(-3, 3, 7), 1e-5
    scores = own.scores(values, nodes)
    for place in range(categories):
        unit = step * np.eye(categories)[place]
        numeric = (own.log_chances(values + unit, nodes) - own.log_chances(values - unit, nodes)) / (2 * step)
        assert scores[:, place] == pytest.approx(numeric, rel=1e-6, abs=1e-6)
    slopes = values[:, :1, np.newaxis]
    by_ability = (own.log_chances(values, nodes + step) - own.log_chances(values, nodes - step)) / (2 * step)
    assert slopes * own.pulls(values, nodes) == pytest.approx(by_ability, rel=1e-6, abs=1e-6)
    twice = (own.pulls(values, nodes + step) - own.pulls(values, nodes - step)) / (2 * step)
    assert -slopes * own.bends(values, nodes) == pytest.approx(twice, rel=1e-6, abs=1e-6)


@BOTH
@pytest.mark.parametrize("missing", [0.0, 0.4], ids=["complete", "papers differ"])
@pytest.mark.parametrize("prior", [None, PolytomousPrior()], ids=["plain", "prior"])
def test_the_information_is_the_curvature_of_the_likelihood(model, missing, prior):
    """Against second differences of the marginal log-likelihood itself."""
    scores, slopes, intercepts = simulate(120, 3, seed=8, model=model, missing=missing)
    expectation = expectation_of(scores, model)
    at = np.column_stack([slopes, intercepts]).ravel()

    def height(point):
        density = prior.log_density(point.reshape(3, 4)).sum() if prior else 0.0
        return expectation.counts(point)[1] + density

    step, units = 1e-3, np.eye(12)
    exact = observed_information(expectation, at, prior)
    for one in range(12):
        for other in range(one + 1):
            along, across = step * units[one], step * units[other]
            numeric = (
                height(at + along + across) - height(at + along - across) - height(at - along + across)
                + height(at - along - across)
            ) / (4 * step**2)  # fmt: skip
            assert exact[one, other] == pytest.approx(-numeric, abs=2e-3)
    assert exact == pytest.approx(exact.T, abs=1e-10)


@BOTH
@pytest.mark.parametrize("missing", [0.0, 0.3], ids=["complete", "papers differ"])
def test_it_ends_where_the_likelihood_is_largest(model, missing):
    """The gradient there, by Fisher's identity, is 0; and no point close by is higher."""
    scores, _slopes, _intercepts = simulate(400, 8, seed=4, model=model, missing=missing)
    fit = fit_polytomous(scores, model=model)
    expectation = expectation_of(scores, model)
    counts, top = expectation.counts(fit.values)
    (group,) = fit.ratings.groups
    gradient = np.einsum(
        "gpcq,gcq->gp", MODELS[model].scores(fit.values[group.places], fit.quadrature.nodes), counts[group.places]
    )
    assert fit.is_converged
    assert np.abs(gradient).max() < 1e-4
    assert fit.log_likelihood == pytest.approx(top)
    rng = np.random.default_rng(1)
    for _turn in range(20):
        assert expectation.counts(fit.values + rng.normal(0, 0.01, len(fit.values)))[1] < top


@BOTH
@pytest.mark.parametrize("missing", [0.0, 0.3], ids=["complete", "papers differ"])
@pytest.mark.parametrize("with_prior", [False, True], ids=["plain", "prior"])
def test_with_two_categories_it_is_the_two_parameter_model(model, missing, with_prior):
    scores, _slopes, _difficulties = simulate_right_and_wrong(500, 10, seed=3, missing=missing)
    plain = fit_logistic(scores, prior=Prior() if with_prior else None)
    fit = fit_polytomous(scores, model=model, prior=PolytomousPrior() if with_prior else None)
    assert fit.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-6)
    assert (fit.n, fit.n_parameters) == (plain.n, plain.n_parameters)
    assert fit.bic == pytest.approx(plain.bic, abs=1e-6)
    for item, other in zip(fit.items, plain.items, strict=True):
        assert (item.n, item.categories) == (other.n, (0, 1))
        assert item.slope == pytest.approx(other.slope, abs=1e-6)
        assert item.intercepts == pytest.approx((other.intercept,), abs=1e-6)
        assert item.thresholds == pytest.approx((other.difficulty,), abs=1e-6)
        assert item.se_slope == pytest.approx(other.se_slope, rel=1e-6)
        assert item.se_intercepts == pytest.approx((other.se_intercept,), rel=1e-6)
        assert item.se_thresholds == pytest.approx((other.se_difficulty,), rel=1e-6)


@BOTH
def test_lsat6_gives_what_r_gives(lsat6, model):
    """R: mirt(LSAT6, 1, "2PL", SE = TRUE, quadpts = 61)."""
    fit = fit_polytomous(lsat6, model=model)
    assert fit.log_likelihood == pytest.approx(-2466.65337751347, abs=1e-6)
    assert slopes_of(fit) == pytest.approx([0.82565953, 0.7227442, 0.89087453, 0.68836798, 0.65685596], abs=1e-5)
    assert fit.items[0].se_slope == pytest.approx(0.25811493, abs=1e-4)


@BOTH
def test_another_program_gives_the_same_curves_and_errors(model):
    scores, _slopes, _intercepts = simulate(1500, 6, seed=7, model=model, missing=0.1)
    log_likelihood, expected = BY_MIRT[model]
    fit = fit_polytomous(scores, model=model)
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=2e-6)
    for item, values in zip(fit.items, expected, strict=False):
        found = [item.slope, item.se_slope, *item.thresholds, *item.se_thresholds]
        assert found == pytest.approx(values, abs=1.6e-5)


@BOTH
def test_many_answers_give_the_true_curves_back_within_their_errors(model):
    inside = total = 0
    for seed in range(12):
        scores, slopes, intercepts = simulate(600, 10, seed=40 + seed, model=model)
        fit = fit_polytomous(scores, model=model)
        assert fit.is_converged
        errors = np.sqrt(np.diag(fit.covariance))
        away = np.abs(fit.values - np.column_stack([slopes, intercepts]).ravel()) / errors
        inside, total = inside + (away < 1.96).sum(), total + len(away)
    assert 0.925 < inside / total < 0.975


@BOTH
def test_thresholds_and_their_errors_follow_from_slope_and_intercepts(model):
    scores, _slopes, _intercepts = simulate(500, 6, seed=2, model=model)
    fit = fit_polytomous(scores, model=model)
    item, own = fit.items[2], slice(8, 12)
    covariance = fit.covariance[own, own]
    for k in range(3):
        d = item.intercepts[k]
        assert item.thresholds[k] == pytest.approx(-d / item.slope)
        by_slope, by_intercept = d / item.slope**2, -1 / item.slope
        variance = (
            by_slope**2 * covariance[0, 0] + by_intercept**2 * covariance[k + 1, k + 1]
            + 2 * by_slope * by_intercept * covariance[0, k + 1]
        )  # fmt: skip
        assert item.se_thresholds[k] == pytest.approx(variance**0.5)


@BOTH
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_neither_order_matters(model, seed):
    scores, _slopes, _intercepts = simulate(200, 6, seed, model=model, missing=0.1)
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(200), rng.permutation(6)
    fit, turned = fit_polytomous(scores, model=model), fit_polytomous(scores[rows][:, columns], model=model)
    assert turned.log_likelihood == pytest.approx(fit.log_likelihood, abs=1e-6)
    assert slopes_of(turned) == pytest.approx(slopes_of(fit)[columns], abs=1e-4)
    assert intercepts_of(turned) == pytest.approx(intercepts_of(fit)[columns], abs=1e-4)


@BOTH
def test_everybody_twice_gives_the_same_curves_and_smaller_errors(model):
    scores, _slopes, _intercepts = simulate(300, 6, seed=5, model=model)
    once, twice = fit_polytomous(scores, model=model), fit_polytomous(np.vstack([scores, scores]), model=model)
    assert twice.values == pytest.approx(once.values, abs=1e-6)
    assert twice.log_likelihood == pytest.approx(2 * once.log_likelihood, abs=1e-6)
    assert twice.covariance == pytest.approx(once.covariance / 2, rel=1e-4, abs=1e-8)


@BOTH
def test_an_item_turned_round_gets_the_opposite_slope(model):
    scores, _slopes, _intercepts = simulate(500, 7, seed=6, model=model)
    turned = scores.copy()
    turned[:, 0] = 3 - turned[:, 0]
    fit, other = fit_polytomous(scores, model=model), fit_polytomous(turned, model=model)
    assert other.log_likelihood == pytest.approx(fit.log_likelihood, abs=1e-6)
    assert other.items[0].slope == pytest.approx(-fit.items[0].slope, abs=1e-6)
    assert other.items[0].intercepts == pytest.approx([-d for d in reversed(fit.items[0].intercepts)], abs=1e-6)
    assert other.items[1].slope == pytest.approx(fit.items[1].slope, abs=1e-6)


@BOTH
def test_all_items_turned_round_turn_the_abilities(model):
    scores, _slopes, _intercepts = simulate(400, 7, seed=7, model=model)
    fit, other = fit_polytomous(scores, model=model), fit_polytomous(3 - scores, model=model)
    assert other.log_likelihood == pytest.approx(fit.log_likelihood, abs=1e-6)
    assert slopes_of(other) == pytest.approx(slopes_of(fit), abs=1e-6)
    assert intercepts_of(other) == pytest.approx(-intercepts_of(fit)[:, ::-1], abs=1e-6)


@BOTH
def test_the_likelihood_never_falls_from_one_step_to_the_next(model):
    scores, _slopes, _intercepts = simulate(300, 8, seed=3, model=model, missing=0.2)
    expectation = expectation_of(scores, model)
    (group,) = expectation.ratings.groups
    point = MODELS[model].start(expectation.ratings.counts[group.places]).ravel()
    heights = []
    for _step in range(40):
        counts, height = expectation.counts(point)
        heights.append(height)
        own = maximise(MODELS[model], normal_quadrature().nodes, counts[group.places], point[group.places], None)
        point = own.ravel()
    assert (np.diff(heights) >= -1e-9).all()
    assert heights[-1] > heights[0] + 1


@BOTH
def test_items_of_different_lengths_stand_side_by_side(model):
    scores, slopes, _intercepts = simulate(3000, 9, seed=9, model=model)
    scores[:, 3:6] = np.minimum(scores[:, 3:6], 2)
    scores[:, 6:] = np.minimum(scores[:, 6:], 1)
    fit = fit_polytomous(scores, model=model)
    assert [len(item.intercepts) for item in fit.items] == [3, 3, 3, 2, 2, 2, 1, 1, 1]
    assert fit.n_parameters == 3 * (4 + 3 + 2)
    if model == "grm":  # pooled neighbouring categories leave the graded model's other values as they are
        assert slopes_of(fit) == pytest.approx(slopes, abs=4 * max(item.se_slope for item in fit.items))


# --- one slope for all items of a size ---


@BOTH
@pytest.mark.parametrize("missing", [0.0, 0.3], ids=["complete", "papers differ"])
def test_a_common_slope_with_two_categories_is_the_one_parameter_model(model, missing):
    scores, _slopes, _difficulties = simulate_right_and_wrong(500, 10, seed=3, missing=missing)
    plain = fit_logistic(scores, model="1pl")
    fit = fit_polytomous(scores, model=model, slopes="common")
    assert (fit.slopes, fit.n_parameters) == ("common", plain.n_parameters)
    assert fit.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-6)
    assert fit.bic == pytest.approx(plain.bic, abs=1e-6)
    for item, other in zip(fit.items, plain.items, strict=True):
        assert item.slope == pytest.approx(other.slope, abs=1e-6)
        assert item.se_slope == pytest.approx(other.se_slope, rel=1e-6)
        assert item.thresholds == pytest.approx((other.difficulty,), abs=1e-6)
        assert item.se_thresholds == pytest.approx((other.se_difficulty,), rel=1e-6)


def common(n, seed, *, model="gpcm", missing=0.0):
    """Items of two and of four categories, with the slopes 1.2 and 0.6; and the true values."""
    rng = np.random.default_rng(seed)
    theta, columns, truth = rng.normal(size=n), [], []
    for slope, size in ((1.2, 2), (0.6, 4)):
        values = np.column_stack([np.full(6, slope), np.linspace(1, -1, size - 1) + rng.normal(0, 0.5, (6, 1))])
        chances = np.exp(MODELS[model].log_chances(values, theta))
        columns.append((rng.random((6, 1, n)) > chances.cumsum(axis=1)[:, :-1]).sum(axis=1).T.astype(float))
        truth.append(values.ravel())
    scores = np.hstack(columns)
    scores[rng.random(scores.shape) < missing] = np.nan
    return scores, np.concatenate(truth)


@BOTH
@pytest.mark.parametrize("prior", [None, PolytomousPrior()], ids=["plain", "prior"])
def test_the_common_slopes_lie_where_the_likelihood_is_largest(model, prior):
    """No other common slope, and no other intercepts, give more; the prior of the slope counts once."""
    scores, _truth = common(300, seed=2, model=model, missing=0.2)
    fit = fit_polytomous(scores, model=model, slopes="common", prior=prior)
    expectation = expectation_of(scores, model)

    def height(values):
        if prior is None:
            return expectation.counts(values)[1]
        slopes, intercepts = values[[0, 12]], np.delete(values, fit.ratings.first)
        logs = np.log(slopes) / prior.log_slope_sd
        density = -0.5 * (logs**2).sum() - 0.5 * ((intercepts / prior.intercept_sd) ** 2).sum()
        return expectation.counts(values)[1] + density

    assert fit.is_converged
    top, rng = height(fit.values), np.random.default_rng(1)
    for _turn in range(20):
        away = rng.normal(0, 0.01, len(fit.values))
        away[fit.ratings.first[:6]], away[fit.ratings.first[6:]] = rng.normal(0, 0.01, 2)
        assert height(fit.values + away) < top
    assert len(set(fit.values[fit.ratings.first].round(9))) == 2


def test_many_answers_give_common_slopes_back_within_their_errors():
    inside = total = 0
    for seed in range(12):
        scores, truth = common(600, seed=70 + seed, missing=0.3)
        fit = fit_polytomous(scores, model="gpcm", slopes="common")
        away = np.abs(fit.values - truth) / np.sqrt(np.diag(fit.covariance))
        inside, total = inside + (away < 1.96).sum(), total + len(away)
        assert fit.n_parameters == 2 + 6 + 18
    assert 0.925 < inside / total < 0.975


@BOTH
def test_with_one_item_of_each_size_a_common_slope_is_its_own(model):
    scores, _truth = common(300, seed=4, model=model)
    own, same = (
        fit_polytomous(scores[:, [0, 7]], model=model, slopes=slopes, prior=PolytomousPrior())
        for slopes in ("own", "common")
    )
    assert same.values == pytest.approx(own.values, abs=1e-6)
    assert same.covariance == pytest.approx(own.covariance, rel=1e-4)


@BOTH
def test_the_chances_of_the_categories_are_those_written_out(model):
    scores, _slopes, _intercepts = simulate(200, 3, seed=1, model=model)
    fit = fit_polytomous(scores, model=model, standard_errors=False)
    chances = polytomous_chances(fit, [-1.0, 0.5])
    assert chances.shape == (12, 2)
    for item, first in zip(fit.items, fit.ratings.first, strict=True):
        for at, theta in enumerate((-1.0, 0.5)):
            written = chances_written_out(model, item.slope, item.intercepts, theta)
            assert chances[first : first + 4, at] == pytest.approx(written)
