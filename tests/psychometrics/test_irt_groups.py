"""Several groups on one scale, and items held at a bank's values: against the truth, exact derivatives, and limits."""

import numpy as np
import pytest
from scipy.special import expit, logit

from exambank.psychometrics import Prior, Reason, abilities, fit_logistic, marginal_reliability
from exambank.psychometrics.irt import GuessingPrior
from exambank.psychometrics.irt.answers import check_answers
from exambank.psychometrics.irt.distributions import fit_normal
from exambank.psychometrics.irt.errors import observed_information
from exambank.psychometrics.irt.expectation import Expectation
from exambank.psychometrics.irt.parameters import Parameters
from exambank.psychometrics.irt.quadrature import normal_quadrature

MEAN, SD = 0.5, 1.2


def two_sittings(n=1500, k=30, common=10, seed=1, guessing=0.0):
    """Sitting "a" ~ N(0, 1) and sitting "b" ~ N(0.5, 1.2) with other papers that share `common` items."""
    rng = np.random.default_rng(seed)
    slopes, intercepts = np.exp(rng.normal(0, 0.25, k)), rng.normal(size=k)
    theta = np.concatenate([rng.normal(size=n), MEAN + SD * rng.normal(size=n)])
    chance = guessing + (1 - guessing) * expit(slopes * theta[:, np.newaxis] + intercepts)
    scores = (rng.random(chance.shape) < chance).astype(float)
    own = (k - common) // 2
    scores[:n, k - own :], scores[n:, :own] = np.nan, np.nan
    return scores, np.repeat(["a", "b"], n), slopes, intercepts


def column(fit, name):
    return np.array([getattr(item, name) for item in fit.items], dtype=float)


@pytest.mark.parametrize("model", ["2pl", "3pl"])
def test_two_groups_come_back_with_their_means_and_spreads(model):
    scores, groups, slopes, intercepts = two_sittings(n=1000, guessing=0.2 if model == "3pl" else 0.0)
    fit = fit_logistic(scores, model=model, groups=groups)
    first, second = fit.groups
    assert fit.is_converged
    assert (first.label, first.n, first.mean, first.sd, first.se_mean) == ("a", 1000, 0.0, 1.0, None)
    assert first.undefined == {"se_mean": Reason.NOT_DETERMINED, "se_sd": Reason.NOT_DETERMINED}
    assert (second.label, second.n, second.undefined) == ("b", 1000, {})
    assert abs(second.mean - MEAN) < 3 * second.se_mean < 0.3
    assert abs(second.sd - SD) < 3 * second.se_sd < 0.3
    assert fit.n_parameters == (2 if model == "2pl" else 3) * 30 + 2
    for name, true in (("slope", slopes), ("intercept", intercepts)):
        assert (np.abs(column(fit, name) - true) < 4 * column(fit, f"se_{name}")).all()


def test_one_group_is_as_none():
    scores, _groups, _slopes, _intercepts = two_sittings(n=200)
    plain, fit = fit_logistic(scores), fit_logistic(scores, groups=np.full(400, 7))
    assert fit.log_likelihood == plain.log_likelihood
    assert fit.items == plain.items
    assert [(one.label, one.mean, one.sd) for one in fit.groups] == [(7, 0.0, 1.0)]


@pytest.mark.parametrize("model", ["1pl", "2pl", "3pl"])
def test_the_last_step_is_where_no_parameter_wants_to_move(model):
    """The likelihood, by its own formula, is lower wherever a group's mean or spread or an item is moved."""
    scores, groups, _slopes, _intercepts = two_sittings(n=500, k=12, common=6, seed=4)
    fit = fit_logistic(scores, model=model, groups=groups, tolerance=1e-9)
    nodes, prior = fit.quadrature.nodes, GuessingPrior()

    def height(mean, sd, slope_by, intercept_by, logit_by):
        slopes, intercepts = fit.parameters.slopes + slope_by, fit.parameters.intercepts + intercept_by
        lowest = np.clip(expit(logit(fit.parameters.guessing) + logit_by), 0, 1)
        right = lowest[:, np.newaxis] + (1 - lowest[:, np.newaxis]) * expit(
            slopes[:, np.newaxis] * nodes + intercepts[:, np.newaxis]
        )
        fits = np.nan_to_num(scores) @ np.log(right) + (1 - np.nan_to_num(scores, nan=1)) @ np.log(1 - right)
        density = np.exp(-0.5 * ((nodes - np.where(groups == "a", 0, mean)[:, np.newaxis]) / 1) ** 2)
        density = np.where((groups == "a")[:, np.newaxis], density, np.exp(-0.5 * ((nodes - mean) / sd) ** 2))
        density /= density.sum(axis=1, keepdims=True)
        total = np.log((np.exp(fits) * density).sum(axis=1)).sum()
        if model == "3pl":
            total -= 0.5 * (((logit(lowest) - prior.logit) / prior.sd) ** 2).sum()
        return total

    mean, sd, step = fit.groups[1].mean, fit.groups[1].sd, 1e-4
    top = height(mean, sd, 0, 0, 0)
    if model != "3pl":
        assert top == pytest.approx(fit.log_likelihood, abs=1e-9)
    moves = [(mean + way * step, sd, 0, 0, 0) for way in (-1, 1)] + [
        (mean, sd + way * step, 0, 0, 0) for way in (-1, 1)
    ]
    moves += [(mean, sd, 0, way * step, 0) for way in (-1, 1)] + [(mean, sd, way * step, 0, 0) for way in (-1, 1)]
    moves += [(mean, sd, 0, 0, way * step) for way in (-1, 1)] if model == "3pl" else []
    assert all(height(*move) < top + 1e-9 for move in moves)


@pytest.mark.parametrize("missing", [0.0, 0.6], ids=["few papers", "many"])
@pytest.mark.parametrize("has_guessing", [False, True], ids=["2pl", "3pl"])
def test_the_information_holds_the_groups_too(missing, has_guessing):
    """Against central differences of the marginal likelihood's gradient; of the group: by its own formula."""
    scores, groups, slopes, intercepts = two_sittings(n=150, k=8, common=4, seed=5)
    scores[np.random.default_rng(2).random(scores.shape) < missing] = np.nan
    answers = check_answers(scores).in_groups((groups == "b").astype(int))
    guessing, prior = np.full(8, 0.15 if has_guessing else 0.0), GuessingPrior() if has_guessing else None
    first = normal_quadrature()
    own = Parameters(slopes, intercepts, guessing)

    def at(mean, sd):
        return Expectation(answers, first, first.normal(mean, sd)).moments(slopes, intercepts, guessing)

    def pull(mean, sd):
        """The gradient in the mean and the standard deviation, by Fisher's identity."""
        weights, density = at(mean, sd).by_group[1], np.exp(first.normal(mean, sd).log_weights)
        excess = weights - weights.sum() * density
        return np.array([excess @ (first.nodes - mean) / sd**2, excess @ (first.nodes - mean) ** 2 / sd**3])

    mean, sd = _top(at)
    assert pull(mean, sd) == pytest.approx(0, abs=1e-5)
    exact = observed_information(
        Expectation(answers, first, first.normal(mean, sd)), own, guessing_prior=prior, free_groups=[1]
    )
    step = 1e-5
    numeric = -np.stack(
        [(pull(mean + step, sd) - pull(mean - step, sd)) / (2 * step),
         (pull(mean, sd + step) - pull(mean, sd - step)) / (2 * step)]
    )  # fmt: skip
    assert exact[-2:, -2:] == pytest.approx(numeric, rel=1e-4, abs=1e-3)
    assert exact == pytest.approx(exact.T)
    for item in range(2 * len(slopes)):
        moved = [slopes, intercepts]
        gradients = []
        for way in (-1, 1):
            values = [value.copy() for value in moved]
            values[item // 8][item % 8] += way * step
            moments = Expectation(answers, first, first.normal(mean, sd)).moments(*values, guessing)
            excess = moments.by_group[1] - moments.by_group[1].sum() * np.exp(first.normal(mean, sd).log_weights)
            gradients.append([excess @ (first.nodes - mean) / sd**2, excess @ (first.nodes - mean) ** 2 / sd**3])
        slope_of_gradient = (np.array(gradients[1]) - np.array(gradients[0])) / (2 * step)
        assert exact[item, -2:] == pytest.approx(-slope_of_gradient, rel=1e-3, abs=1e-3)


def _top(at):
    """The mean and standard deviation that the group has at these items: the information of groups holds there."""
    mean, sd = 0.0, 1.0
    for _step in range(1200):
        before = mean, sd
        mean, sd = fit_normal(at(mean, sd).by_group[1], normal_quadrature())
        if abs(mean - before[0]) + abs(sd - before[1]) < 1e-12:
            break
    return mean, sd


def test_abilities_use_the_distribution_of_the_own_group():
    """Whoever of the abler group gives the same answers to the same items is thought abler."""
    scores, groups, _slopes, _intercepts = two_sittings(n=600, seed=6)
    scores[:, :10], scores[:, 20:] = np.nan, np.nan
    scores[0], scores[600] = scores[0], scores[0]
    fit = fit_logistic(scores, groups=groups)
    for method, is_moved in (("eap", True), ("map", True), ("ml", False)):
        found = abilities(fit, method=method)
        assert (found[600].theta > found[0].theta + 0.01) == is_moved
        assert abs(found[600].theta - found[0].theta) < 1
    assert 0 < marginal_reliability(fit) < 1


def test_neither_order_nor_labels_matter_but_for_the_first():
    scores, groups, _slopes, _intercepts = two_sittings(n=300, seed=7)
    rows, columns = np.random.default_rng(1).permutation(600), np.random.default_rng(2).permutation(30)
    fit = fit_logistic(scores, groups=groups)
    turned = fit_logistic(scores[rows][:, columns], groups=np.where(groups == "a", 10, 20)[rows])
    assert turned.log_likelihood == pytest.approx(fit.log_likelihood, rel=1e-10)
    assert column(turned, "slope") == pytest.approx(column(fit, "slope")[columns], abs=1e-5)
    assert turned.groups[1].mean == pytest.approx(fit.groups[1].mean, abs=1e-5)
    assert turned.groups[1].se_sd == pytest.approx(fit.groups[1].se_sd, rel=1e-4)
    assert [one.label for one in turned.groups] == [10, 20]


def test_the_other_group_as_reference_is_the_same_scale_moved():
    scores, groups, _slopes, _intercepts = two_sittings(n=800, seed=8)
    fit = fit_logistic(scores, groups=groups)
    other = fit_logistic(scores, groups=np.where(groups == "a", "z", "b"))
    mean, sd = fit.groups[1].mean, fit.groups[1].sd
    assert other.log_likelihood == pytest.approx(fit.log_likelihood, abs=1e-3)
    assert other.groups[1].mean == pytest.approx(-mean / sd, abs=1e-3)
    assert other.groups[1].sd == pytest.approx(1 / sd, abs=1e-3)
    assert column(other, "slope") == pytest.approx(column(fit, "slope") * sd, abs=1e-3)


def test_everybody_twice_gives_the_same_groups_and_smaller_errors():
    scores, groups, _slopes, _intercepts = two_sittings(n=300, seed=9)
    once, twice = fit_logistic(scores, groups=groups), fit_logistic(np.tile(scores, (2, 1)), groups=np.tile(groups, 2))
    assert twice.groups[1].mean == pytest.approx(once.groups[1].mean, abs=1e-5)
    assert twice.groups[1].se_mean == pytest.approx(once.groups[1].se_mean / 2**0.5, rel=1e-3)
    assert twice.groups[1].se_sd == pytest.approx(once.groups[1].se_sd / 2**0.5, rel=1e-3)


def test_intervals_of_groups_and_of_new_items_hold_the_truth_about_as_often_as_they_say():
    away = []
    for seed in range(24):
        scores, groups, slopes, intercepts = two_sittings(n=300, k=16, common=8, seed=100 + seed)
        group = fit_logistic(scores, groups=groups).groups[1]
        away += [(group.mean - MEAN) / group.se_mean, (group.sd - SD) / group.se_sd]
        fixed = {place: (slopes[place], intercepts[place]) for place in range(4, 12)}
        fit = fit_logistic(scores[300:], fixed=fixed)
        away += [(fit.groups[0].mean - MEAN) / fit.groups[0].se_mean, (fit.groups[0].sd - SD) / fit.groups[0].se_sd]
        away += [(fit.items[place].intercept - intercepts[place]) / fit.items[place].se_intercept for place in (12, 15)]
    assert 0.91 < (np.abs(away) < 1.96).mean() < 0.985


@pytest.mark.parametrize("model", ["1pl", "2pl", "3pl"])
def test_new_items_come_out_on_the_scale_of_the_items_that_are_held(model):
    scores, groups, slopes, intercepts = two_sittings(n=1200, seed=11, guessing=0.2 if model == "3pl" else 0.0)
    if model == "1pl":
        slopes = np.ones(30)
        theta = MEAN + SD * np.random.default_rng(4).normal(size=(1200, 1))
        later = (np.random.default_rng(5).random((1200, 30)) < expit(theta + intercepts)).astype(float)
    else:
        later = scores[groups == "b"]
    held = {place: (slopes[place], intercepts[place], 0.2 * (model == "3pl")) for place in range(10, 20)}
    fit = fit_logistic(later, model=model, fixed=held)
    (group,) = fit.groups
    assert abs(group.mean - MEAN) < 4 * group.se_mean
    assert abs(group.sd - SD) < 4 * group.se_sd
    for place in range(20, 30):
        item = fit.items[place]
        assert abs(item.intercept - intercepts[place]) < 4 * item.se_intercept
        assert abs(item.slope - slopes[place]) <= 4 * item.se_slope
    for place, values in held.items():
        item = fit.items[place]
        assert (item.slope, item.intercept, item.guessing, item.se_slope) == (*values, None)
        assert item.undefined["se_slope"] == Reason.NOT_DETERMINED
    met = int((np.array([item.n for item in fit.items]) > 0).sum())
    assert fit.n_parameters == {"1pl": 1, "2pl": 2, "3pl": 3}[model] * (met - 10) + 2
    assert fit.quadrature.moments()[0] == pytest.approx(group.mean, abs=1e-4)


def test_held_at_its_own_estimates_a_fit_stays_as_it_is():
    scores, groups, _slopes, _intercepts = two_sittings(n=500, seed=12)
    scores = scores[groups == "a"][:, :20]
    fit = fit_logistic(scores)
    half = fit_logistic(scores, fixed={place: fit.items[place] for place in range(10)})
    assert (half.groups[0].mean, half.groups[0].sd) == pytest.approx((0, 1), abs=1e-5)
    assert column(half, "slope") == pytest.approx(column(fit, "slope"), abs=1e-5)
    assert half.items[3] == fit.items[3]
    assert (column(half, "se_intercept")[10:] <= column(fit, "se_intercept")[10:]).all()
    everything = fit_logistic(scores, fixed=dict(enumerate(fit.items)))
    assert everything.n_parameters == 2
    assert everything.groups[0].se_mean > 0


def test_groups_and_held_items_go_together():
    scores, groups, slopes, intercepts = two_sittings(n=1500, seed=13)
    fit = fit_logistic(
        scores, groups=groups, fixed={place: (slopes[place], intercepts[place]) for place in range(10, 20)}
    )
    first, second = fit.groups
    assert abs(first.mean) < 4 * first.se_mean
    assert abs(first.sd - 1) < 4 * first.se_sd
    assert abs(second.mean - MEAN) < 4 * second.se_mean
    assert fit.n_parameters == 44


def test_a_group_without_a_tie_to_the_scale_says_so_and_ends():
    scores, groups, _slopes, _intercepts = two_sittings(n=200, k=20, common=0, seed=14)
    fit = fit_logistic(scores, groups=groups)
    assert fit.is_converged
    assert fit.groups[1].undefined == dict.fromkeys(("mean", "sd", "se_mean", "se_sd"), Reason.PAPERS_DIFFER)
    held = fit_logistic(scores[:200], fixed={19: (1.0, 0.0)})
    assert held.groups[0].undefined["mean"] == Reason.PAPERS_DIFFER
    assert held.items[19].n == 0
    assert (held.items[19].slope, 19 in held.columns) == (1.0, False)


def test_a_group_of_one_and_one_with_everything_right_have_no_distribution():
    scores, groups, _slopes, _intercepts = two_sittings(n=200, seed=15)
    labels = groups.astype("U5")
    labels[-1] = "one"
    scores[200:210, 10:], labels[200:210] = 1.0, "right"
    fit = fit_logistic(scores, groups=labels)
    by_label = {group.label: group for group in fit.groups}
    assert by_label["one"].undefined["mean"] == Reason.TOO_FEW_CANDIDATES
    assert by_label["right"].undefined["sd"] == Reason.CONSTANT_SCORE
    assert by_label["b"].mean is not None
    assert fit.is_converged
    assert all(one.theta is not None for one in abilities(fit))


def test_a_group_far_away_and_a_handful_end_with_finite_values():
    rng = np.random.default_rng(16)
    theta = np.concatenate([rng.normal(size=40), 5 + 0.1 * rng.normal(size=6)])
    scores = (rng.random((46, 8)) < expit(theta[:, np.newaxis] + rng.normal(size=8))).astype(float)
    scores[-1, 0] = 0
    for model, prior in (("1pl", None), ("2pl", Prior()), ("3pl", Prior())):
        fit = fit_logistic(scores, model=model, prior=prior, groups=[0] * 40 + [1] * 6, most_steps=300)
        values = [value for group in fit.groups for value in (group.mean, group.sd, group.se_mean) if value is not None]
        assert np.isfinite(values).all()
        assert np.isfinite([one.theta for one in abilities(fit)]).all()


@pytest.mark.parametrize(("mean", "sd"), [(0.0, 1.0), (1.5, 0.6), (-3.0, 1.4)])
def test_a_normal_distribution_cut_by_the_nodes_comes_back(mean, sd):
    quadrature = normal_quadrature(mean, sd)
    assert fit_normal(np.exp(quadrature.log_weights), quadrature) == pytest.approx((mean, sd), rel=1e-8, abs=1e-8)
    assert quadrature.normal_parameters() == pytest.approx((mean, sd))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"groups": ["a"]}, "as many groups"),
        ({"groups": [1.0, np.nan]}, "NaN"),
        ({"groups": np.array(["a", None], dtype=object)}, "sorted"),
        ({"fixed": {2: (1.0, 0.0)}}, "column 2"),
        ({"fixed": {0: (1.0,)}}, "needs a slope"),
        ({"fixed": {0: (1.0, np.inf)}}, "needs a slope"),
        ({"fixed": {0: (1.0, 0.0, 0.2)}}, "does not fit the model"),
        ({"fixed": {0: (1.0, 0.0), 1: (2.0, 0.0)}, "model": "1pl"}, "the same"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        fit_logistic([[0, 1], [1, 0]], **arguments)


@pytest.mark.parametrize("scores", [np.zeros((0, 3)), np.full((2, 3), np.nan), [[1, 1, 1], [1, 1, 1]]])
@pytest.mark.parametrize("model", ["1pl", "2pl", "3pl"])
def test_nothing_to_learn_from_ends_with_groups_and_held_items_too(scores, model):
    scores = np.asarray(scores)
    fit = fit_logistic(scores, model=model, groups=np.arange(len(scores)), fixed={0: (1.0, 0.5)})
    assert (fit.items[0].slope, fit.items[0].intercept) == (1.0, 0.5)
    assert fit.items[1].slope is None
    assert fit.n_parameters == 0
    assert all(group.mean is None for group in fit.groups)
