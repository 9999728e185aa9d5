import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank.psychometrics.arrays import Reason
from exambank.psychometrics.linking import (
    NORMAL_161,
    DriftSign,
    LinkMethod,
    anchor_drift,
    haebara,
    item_curves,
    mean_mean,
    mean_sigma,
    stocking_lord,
)
from tests.psychometrics.linked_curves import line, moved, noisy, some_curves

NAN = np.nan
METHODS = {
    LinkMethod.MEAN_SIGMA: mean_sigma,
    LinkMethod.MEAN_MEAN: mean_mean,
    LinkMethod.HAEBARA: haebara,
    LinkMethod.STOCKING_LORD: stocking_lord,
}


def drifted(curves, item, *, by=0.0, factor=1.0):
    """The curves with the difficulty of one item moved, or its slope changed about the same difficulty."""
    slopes, intercepts = curves.slopes.copy(), curves.intercepts.copy()
    intercepts[item] -= slopes[item] * by
    slopes[item], intercepts[item] = slopes[item] * factor, intercepts[item] * factor
    return item_curves(slopes, intercepts, curves.guessing)


@pytest.mark.parametrize("method", METHODS)
def test_an_anchor_that_became_easier_is_removed_and_the_line_restored(method):
    target = some_curves()
    source = noisy(moved(target, 1.2, 0.3), noise=0.02)
    leaked = drifted(source, 4, by=-1.5)

    screen = anchor_drift(leaked, target, method=method)
    without = METHODS[method](source.pick(np.arange(20) != 4), target.pick(np.arange(20) != 4))

    assert [item for item, anchor in enumerate(screen.anchors) if not anchor.kept] == [4]
    assert screen.link == without
    assert not screen.stopped_at_floor
    assert screen.anchors[4].removed_in_round == 1
    assert screen.anchors[4].signs == (DriftSign.CURVE, DriftSign.DIFFICULTY)
    # 1.5 on the source's scale is 1.2 times as much on the target's
    assert screen.anchors[4].difficulty_difference == pytest.approx(1.8, abs=0.1)


def test_a_slope_that_collapsed_shows_in_the_curve_though_the_difficulty_stands():
    target = item_curves(np.full(12, 1.2), np.linspace(-1.5, 1.5, 12))

    screen = anchor_drift(drifted(moved(target, 1, 0), 3, factor=0.2), target)

    assert [item for item, anchor in enumerate(screen.anchors) if not anchor.kept] == [3]
    assert screen.anchors[3].signs == (DriftSign.CURVE,)
    assert screen.anchors[3].difficulty_difference == pytest.approx(0, abs=1e-6)


def test_the_measures_of_an_anchor_agree_with_their_definition():
    target = some_curves(9)
    source = noisy(moved(target, 1.2, 0.3), noise=0.02)

    screen = anchor_drift(source, target)
    slope, intercept = line(screen.link)
    b = slope * source.difficulties + intercept
    differences = target.difficulties - b
    deviations = differences - np.median(differences)
    logits = source.slopes / slope * (NORMAL_161.abilities[:, np.newaxis] - b)
    squares = (target.probabilities(NORMAL_161.abilities) - 1 / (1 + np.exp(-logits))) ** 2

    assert all(anchor.kept for anchor in screen.anchors)
    assert [a.difficulty_difference for a in screen.anchors] == pytest.approx(differences.tolist(), abs=1e-10)
    assert [a.robust_z for a in screen.anchors] == pytest.approx(
        (deviations / (np.median(np.abs(deviations)) / 0.6744897501960817)).tolist(), abs=1e-8
    )
    assert [a.rmsd for a in screen.anchors] == pytest.approx(np.sqrt(NORMAL_161.weights @ squares).tolist(), abs=1e-10)


def test_differences_of_rounding_are_no_drift():
    target = some_curves()

    screen = anchor_drift(moved(target, 1.3, -0.4), target)

    assert all(anchor.kept and anchor.signs == () for anchor in screen.anchors)
    assert screen.link == stocking_lord(moved(target, 1.3, -0.4), target)


def test_anchors_that_all_moved_alike_have_no_robust_z():
    """One moved, the others stand exactly: there is no spread to measure it by, but the curve shows it."""
    target = item_curves(np.ones(5), [-1, -0.5, 0, 0.5, 1])
    source = drifted(target, 2, by=2)

    screen = anchor_drift(source, target, method=LinkMethod.MEAN_MEAN)

    assert not screen.anchors[2].kept
    assert {anchor.robust_z for anchor in screen.anchors} == {None}
    assert screen.anchors[0].undefined == {"robust_z": Reason.NOT_DETERMINED}


def test_removal_stops_while_enough_anchors_are_left_and_says_so():
    rng = np.random.default_rng(3)
    target = some_curves(10)
    source = item_curves(target.slopes, target.intercepts + rng.normal(0, 2, 10))

    screen = anchor_drift(source, target, max_rmsd=0.01, negligible_rmsd=0.001)
    down_to_eight = anchor_drift(source, target, max_rmsd=0.01, negligible_rmsd=0.001, min_anchors=8)

    assert sum(anchor.kept for anchor in screen.anchors) == screen.link.n_anchors == 5
    assert sum(anchor.kept for anchor in down_to_eight.anchors) == 8
    assert screen.stopped_at_floor
    assert any(anchor.kept and anchor.signs for anchor in screen.anchors)
    rounds = sorted(anchor.removed_in_round for anchor in screen.anchors if not anchor.kept)
    assert rounds == [1, 2, 3, 4, 5]


def test_the_worst_anchor_goes_first():
    target = some_curves()
    source = drifted(drifted(noisy(target, noise=0.02), 4, by=-2.5), 9, by=-1.2)

    anchors = anchor_drift(source, target).anchors

    assert [anchors[item].removed_in_round for item in (4, 9)] == [1, 2]


@given(st.permutations(range(9)), st.integers(0, 2**16))
def test_the_screen_does_not_depend_on_the_order_of_the_anchors(order, seed):
    target = some_curves(9, seed)
    source = drifted(noisy(moved(target, 1.2, 0.3), seed + 1, 0.1), 4, by=-1.5)
    order = np.array(order)

    screen = anchor_drift(source, target, method=LinkMethod.MEAN_SIGMA)
    again = anchor_drift(source.pick(order), target.pick(order), method=LinkMethod.MEAN_SIGMA)

    assert [again.anchors[order.tolist().index(item)].kept for item in range(9)] == [a.kept for a in screen.anchors]
    assert line(again.link) == pytest.approx(line(screen.link), abs=1e-9)


def test_without_a_link_there_is_no_screen():
    screen = anchor_drift(some_curves(1), some_curves(1), method=LinkMethod.MEAN_SIGMA)

    assert (screen.link.slope, screen.stopped_at_floor) == (None, False)
    assert screen.anchors[0].undefined == dict.fromkeys(
        ("rmsd", "difficulty_difference", "robust_z"), Reason.TOO_FEW_ITEMS
    )


def test_an_anchor_without_a_calibration_is_neither_kept_nor_removed():
    source = some_curves(6)
    target = item_curves([NAN, *source.slopes[1:]], source.intercepts)

    anchor = anchor_drift(source, target).anchors[0]

    assert (anchor.kept, anchor.removed_in_round, anchor.rmsd) == (False, None, None)
    assert anchor.undefined["rmsd"] == Reason.NOT_DETERMINED


@pytest.mark.parametrize("limit", [{"max_rmsd": 0}, {"negligible_rmsd": -1}, {"max_z": 0}, {"min_anchors": 0}])
def test_a_limit_of_nothing_is_refused(limit):
    with pytest.raises(ValueError, match="above 0"):
        anchor_drift(some_curves(), some_curves(), **limit)
