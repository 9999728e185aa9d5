from dataclasses import asdict
from math import isfinite

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import approx_fprime, brute, minimize

from exambank.psychometrics.arrays import Reason
from exambank.psychometrics.linking import (
    NORMAL_161,
    LinkMethod,
    Nodes,
    anchor_drift,
    haebara,
    item_curves,
    mean_mean,
    mean_sigma,
    stocking_lord,
    transform_abilities,
    transform_curves,
)
from exambank.psychometrics.linking.scales import _residuals
from tests.psychometrics.linked_curves import line, moved, noisy, some_curves

NAN = np.nan
METHODS = [mean_sigma, mean_mean, haebara, stocking_lord]
CURVE_METHODS = [haebara, stocking_lord]
NAMES = [LinkMethod.MEAN_SIGMA, LinkMethod.MEAN_MEAN, LinkMethod.HAEBARA, LinkMethod.STOCKING_LORD]


def losses(source, target, slope, intercept):
    """Both criteria by their definition, one curve and one point at a time."""
    single = together = 0.0
    for theta, weight in zip(NORMAL_161.abilities, NORMAL_161.weights, strict=True):
        differences = []
        for item in range(len(source)):
            logit = target.slopes[item] * theta + target.intercepts[item]
            a = source.slopes[item] / slope
            b = slope * -source.intercepts[item] / source.slopes[item] + intercept
            c, c_target = source.guessing[item], target.guessing[item]
            p = c_target + (1 - c_target) / (1 + np.exp(-logit))
            differences.append(p - c - (1 - c) / (1 + np.exp(-a * (theta - b))))
        single += weight * sum(d * d for d in differences)
        together += weight * sum(differences) ** 2
    return single, together


# --- the line ---


@pytest.mark.parametrize("method", METHODS)
def test_two_calibrations_that_differ_by_a_line_give_that_line(method):
    target = some_curves()

    link = method(moved(target, 1.3, -0.4), target)

    assert line(link) == pytest.approx((1.3, -0.4), abs=1e-8)
    assert link.loss == pytest.approx(0, abs=1e-15)
    assert (link.n_anchors, link.undefined) == (20, {})


@pytest.mark.parametrize("method", METHODS)
def test_equal_calibrations_give_the_identity(method):
    assert line(method(some_curves(), some_curves())) == pytest.approx((1, 0), abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_items_with_guessing_are_linked_alike(method):
    target = some_curves(guessing=0.2)

    assert line(method(moved(target, 0.8, 0.6), target)) == pytest.approx((0.8, 0.6), abs=1e-8)


def test_the_mean_methods_agree_with_a_computation_by_hand():
    """b 0, 1, 2 against 1, 2, 6: sd sqrt(2/3) and sqrt(14/3), means 1 and 3; mean slopes 2 and 1."""
    source = item_curves([1, 2, 3], [0, -2, -6])
    target = item_curves([1, 1, 1], [-1, -2, -6])

    assert line(mean_sigma(source, target)) == pytest.approx((7**0.5, 3 - 7**0.5), abs=1e-12)
    assert line(mean_mean(source, target)) == pytest.approx((2, 1), abs=1e-12)


@pytest.mark.parametrize(("method", "place"), [(haebara, 0), (stocking_lord, 1)])
@pytest.mark.parametrize("guessing", [0.0, 0.25])
def test_the_curve_methods_find_what_a_search_over_a_grid_finds(method, place, guessing):
    target = some_curves(6, guessing=guessing)
    source = noisy(moved(target, 1.2, 0.3))

    link = method(source, target)
    grid = brute(lambda at: losses(source, target, *at)[place], ((0.9, 1.5), (0.0, 0.6)), Ns=5, finish=None)
    by_search = minimize(
        lambda at: 1e3 * losses(source, target, *at)[place], grid, method="Nelder-Mead",
        options={"xatol": 1e-7, "fatol": 1e-13},
    )  # fmt: skip

    assert line(link) == pytest.approx(tuple(by_search.x), abs=2e-5)
    assert link.loss == pytest.approx(losses(source, target, *line(link))[place], rel=1e-9)
    assert link.loss <= by_search.fun / 1e3 + 1e-12


@pytest.mark.parametrize("name", NAMES[2:])
def test_the_gradients_are_those_of_the_residuals(name):
    residuals, gradients = _residuals(name, noisy(some_curves(5)), some_curves(5, guessing=0.2), NORMAL_161)
    at = np.array([0.2, -0.3])

    assert gradients(at) == pytest.approx(approx_fprime(at, residuals, 1e-7), abs=1e-6)


@pytest.mark.parametrize("method", [mean_sigma, mean_mean])
def test_the_loss_of_a_mean_method_is_that_of_stocking_and_lord(method):
    target = some_curves()
    source = noisy(moved(target, 1.2, 0.3))

    link = method(source, target)

    assert link.loss == pytest.approx(losses(source, target, *line(link))[1], rel=1e-9)
    assert link.loss > stocking_lord(source, target).loss


@pytest.mark.parametrize("method", CURVE_METHODS)
def test_a_poor_start_leads_to_the_same_line(method):
    """An item without information has the difficulty 1000, and throws mean/sigma far off."""
    target = some_curves()
    odd = item_curves([*target.slopes, 1e-3], [*target.intercepts, -1.0])
    source = moved(target, 1.1, 0.5)
    odd_source = item_curves([*source.slopes, 2e-3], [*source.intercepts, -1.0])

    assert line(method(odd_source, odd)) == pytest.approx((1.1, 0.5), abs=0.01)


def test_nodes_say_where_the_curves_are_compared():
    """Guessing lifts the curve of the weak; where only the able are compared it does hardly any harm."""
    among_the_able = Nodes(np.linspace(3, 6, 41), np.full(41, 1 / 41))
    target = item_curves(np.full(5, 2.0), np.linspace(-9, -3, 5))
    source = moved(target, 1.1, 0.2)
    guessed = item_curves(source.slopes, source.intercepts, 0.1)

    everywhere, there = stocking_lord(guessed, target), stocking_lord(guessed, target, nodes=among_the_able)

    assert abs(there.slope - 1.1) < 0.1 < abs(everywhere.slope - 1.1)


# --- invariance ---

lines = st.tuples(st.floats(0.5, 2), st.floats(-1.5, 1.5))


@given(lines, st.integers(0, 2**16))
def test_links_there_and_back_compose_to_the_identity(there, seed):
    target = some_curves(8, seed)
    source = moved(target, *there)
    abilities = np.array([-2, 0, 1.5])

    for method in METHODS:
        back = transform_abilities(transform_abilities(abilities, method(source, target)), method(target, source))
        assert back == pytest.approx(abilities, abs=1e-6)


@pytest.mark.parametrize("method", [mean_sigma])
def test_mean_sigma_is_symmetric_also_where_the_calibrations_differ_by_more_than_a_line(method):
    source, target = noisy(some_curves()), some_curves()

    slope, intercept = line(method(source, target))

    assert line(method(target, source)) == pytest.approx((1 / slope, -intercept / slope), abs=1e-12)


@given(st.permutations(range(8)), st.integers(0, 2**16))
def test_a_link_does_not_depend_on_the_order_of_the_anchors(order, seed):
    target = some_curves(8, seed)
    source = noisy(moved(target, 1.2, 0.3), seed + 1)

    for method in METHODS:
        link = method(source.pick(np.array(order)), target.pick(np.array(order)))
        assert line(link) == pytest.approx(line(method(source, target)), abs=1e-7)


@pytest.mark.parametrize("method", METHODS)
def test_anchors_that_are_all_given_twice_change_nothing(method):
    target = some_curves()
    source = noisy(moved(target, 1.2, 0.3))
    twice = np.tile(np.arange(20), 2)

    assert line(method(source.pick(twice), target.pick(twice))) == pytest.approx(line(method(source, target)), abs=1e-7)


@pytest.mark.parametrize("method", METHODS)
def test_moving_the_target_moves_the_line(method):
    """Exactly for the mean methods; the curve methods weigh other abilities after the move, so without noise."""
    target = some_curves()
    source = moved(target, 1.2, 0.3)
    further = moved(target, 1 / 2, 0)  # theta_further = 2 theta_target

    assert line(method(source, further)) == pytest.approx((2.4, 0.6), abs=1e-8)


# --- transformations ---


def test_a_transformed_curve_gives_the_old_probability_at_the_new_ability():
    source = some_curves(5, guessing=0.2)
    link = mean_sigma(moved(source, 1.3, -0.4), source)
    abilities = np.linspace(-3, 3, 7)

    there = transform_curves(moved(source, 1.3, -0.4), link).probabilities(transform_abilities(abilities, link))

    assert there == pytest.approx(moved(source, 1.3, -0.4).probabilities(abilities), abs=1e-12)


def test_an_item_without_a_calibration_stays_without():
    link = mean_sigma(some_curves(5), some_curves(5))

    assert np.isnan(transform_curves(item_curves([None, 1], [0, 0]), link).slopes).tolist() == [True, False]


def test_an_undefined_link_transforms_nothing():
    link = mean_sigma(some_curves(1), some_curves(1))

    with pytest.raises(ValueError, match="undefined"):
        transform_curves(some_curves(1), link)
    with pytest.raises(ValueError, match="undefined"):
        transform_abilities([0.0], link)


def test_an_ability_that_is_not_a_number_is_refused():
    with pytest.raises(ValueError, match="finite"):
        transform_abilities([0.0, NAN], mean_sigma(some_curves(5), some_curves(5)))


# --- values that do not exist, and bad input ---


@pytest.mark.parametrize("method", METHODS)
def test_anchors_without_a_difficulty_are_left_out(method):
    target = some_curves(10)
    source = noisy(moved(target, 1.2, 0.3))
    expected = method(source, target)

    with_gaps = [
        item_curves([*curves.slopes, *more], [*curves.intercepts, 0.3, 0.3, 0.3])
        for curves, more in ((source, (NAN, 1, 0)), (target, (1, NAN, 1)))
    ]

    assert method(*with_gaps) == expected
    assert expected.n_anchors == 10


@pytest.mark.parametrize(
    ("method", "source", "target", "reason"),
    [
        (mean_sigma, ([], []), ([], []), Reason.TOO_FEW_ITEMS),
        (mean_mean, ([], []), ([], []), Reason.TOO_FEW_ITEMS),
        (haebara, ([], []), ([], []), Reason.TOO_FEW_ITEMS),
        (stocking_lord, ([NAN], [1]), ([1], [1]), Reason.TOO_FEW_ITEMS),
        (mean_sigma, ([1], [1]), ([1], [1]), Reason.TOO_FEW_ITEMS),
        (mean_sigma, ([1, 1], [1, 1]), ([1, 1], [0, 1]), Reason.NOT_DETERMINED),
        (mean_sigma, ([1, 1], [0, 1]), ([1, 1], [1, 1]), Reason.NOT_DETERMINED),
        (mean_mean, ([1, -1], [0, 1]), ([1, 1], [0, 1]), Reason.NOT_DETERMINED),
        (mean_mean, ([1, 1], [0, 1]), ([-1, -1], [0, 1]), Reason.NOT_DETERMINED),
        (haebara, ([1e-300], [0]), ([1], [0]), Reason.NOT_DETERMINED),
        (stocking_lord, ([1, 2], [0, 1]), ([-1, -2], [0, 1]), Reason.NOT_DETERMINED),
    ],
)
def test_where_there_is_no_link_there_is_a_reason(method, source, target, reason):
    link = method(item_curves(*source), item_curves(*target))

    assert (link.slope, link.intercept, link.loss) == (None, None, None)
    assert link.undefined == dict.fromkeys(("slope", "intercept", "loss"), reason)


@pytest.mark.parametrize("method", CURVE_METHODS)
def test_one_anchor_determines_a_line_of_curves(method):
    assert line(method(item_curves([2], [1]), item_curves([1], [0]))) == pytest.approx((2, 0 + 1.0), abs=1e-7)


extreme = st.lists(
    st.tuples(*[st.sampled_from([0.0, 1e-9, 0.3, 1.0, 4.0, 50.0, -1.0, 1e6, NAN])] * 4), min_size=0, max_size=4
)


@given(extreme)
def test_nothing_that_comes_out_is_nan(rows):
    a, d, a_target, d_target = np.array(rows, dtype=float).reshape(-1, 4).T
    source, target = item_curves(a, d), item_curves(a_target, d_target)

    for method in METHODS:
        values = asdict(method(source, target))
        assert all(isfinite(value) for value in values.values() if isinstance(value, float))
        assert {name for name, value in values.items() if value is None} == set(values["undefined"])
    for name in NAMES:
        screen = anchor_drift(source, target, method=name)
        for anchor in screen.anchors:
            values = asdict(anchor)
            assert all(isfinite(value) for value in values.values() if isinstance(value, float))
            nothing = {name for name, value in values.items() if value is None} - {"removed_in_round"}
            assert nothing == set(anchor.undefined)


@pytest.mark.parametrize(
    ("slopes", "intercepts", "guessing", "message"),
    [
        ([1, 2], [1], None, "2 slopes"),
        ([[1]], [[1]], None, "one dimension"),
        ([np.inf], [1], None, "finite"),
        (["steep"], [1], None, None),
        ([{}], [1], None, "numbers"),
        ([1], [1], 1.0, "from 0 to below 1"),
        ([1], [1], -0.1, "from 0 to below 1"),
        ([1], [1], NAN, "from 0 to below 1"),
        ([1], [1], [0.1, 0.2], "for each item"),
        ([1], [1], [{}], "numbers"),
    ],
)
def test_bad_parameters_are_refused(slopes, intercepts, guessing, message):
    with pytest.raises(ValueError, match=message):
        item_curves(slopes, intercepts, guessing)


@pytest.mark.parametrize(
    ("abilities", "weights", "message"),
    [
        ([0], [1], "two points"),
        ([0, 1], [1], "two points"),
        ([0, np.inf], [0.5, 0.5], "finite"),
        ([0, 1], [1.5, -0.5], "not negative"),
        ([0, 1], [NAN, 1], "not negative"),
        ([0, 1], [1, 1], "add up to 1"),
    ],
)
def test_bad_nodes_are_refused(abilities, weights, message):
    with pytest.raises(ValueError, match=message):
        Nodes(np.array(abilities, dtype=float), np.array(weights, dtype=float))


@pytest.mark.parametrize("function", [*METHODS, anchor_drift])
def test_anchors_that_do_not_pair_are_refused(function):
    with pytest.raises(ValueError, match="do not pair"):
        function(some_curves(3), some_curves(4))
