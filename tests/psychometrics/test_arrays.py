import numpy as np
import pytest

from exambank.psychometrics import alpha, item_statistics, option_statistics
from exambank.psychometrics.arrays import check_scores, check_strata


def test_nan_and_none_mean_not_presented():
    checked = check_scores([[1, None], [np.nan, 0]])

    assert checked.presented.tolist() == [[True, False], [False, True]]
    assert checked.points.tolist() == [[1, 0], [0, 0]]


def test_points_become_shares_of_each_items_maximum():
    assert check_scores([[1, 5], [0.5, 2]], max_scores=[1, 10]).shares.tolist() == [[1, 0.5], [0.5, 0.2]]
    assert check_scores([[1, 5]], max_scores=10).shares.tolist() == [[0.1, 0.5]]


def test_the_callers_matrix_is_left_alone():
    scores = np.array([[1.0, np.nan]])
    check_scores(scores)

    assert np.isnan(scores[0, 1])


@pytest.mark.parametrize(
    "scores",
    [[1, 0, 1], 5, [[[1]]], [[1, 2]], [[-0.5, 1]], [[np.inf, 1]], [[-np.inf, 1]], [["A", "B"]], [[1], [1, 0]], [[1j]]],
)
def test_what_is_no_matrix_of_scores_is_refused(scores):
    for function in (item_statistics, alpha):
        with pytest.raises(ValueError):
            function(scores)


@pytest.mark.parametrize("max_scores", [[1], [1, 1, 1], [[1, 1]], 0, -1, np.nan, np.inf, [1, 0]])
def test_maxima_that_do_not_fit_are_refused(max_scores):
    with pytest.raises(ValueError):
        item_statistics([[0, 0], [0, 0]], max_scores=max_scores)


def test_strata_are_numbered_whatever_their_labels():
    assert check_strata(["K75", "K74", "K75"], 3).tolist() == [0, 1, 0]
    assert check_strata([7, None, 7], 3).tolist() == [0, 1, 0]
    assert check_strata(None, 3).tolist() == [0, 0, 0]


@pytest.mark.parametrize("strata", [["K75"], [["K75", "K74"]], [1.0, np.nan], "K75"])
def test_strata_that_do_not_fit_are_refused(strata):
    with pytest.raises(ValueError):
        item_statistics([[1], [0]], strata=strata)


@pytest.mark.parametrize("confidence", [0, 1, -0.95, 95, float("nan")])
def test_a_confidence_outside_0_and_1_is_refused(confidence):
    with pytest.raises(ValueError):
        item_statistics([[1], [0]], confidence=confidence)
    with pytest.raises(ValueError):
        alpha([[1], [0]], confidence=confidence)
    with pytest.raises(ValueError):
        option_statistics([["A"], ["B"]], [[1], [0]], ["A"], confidence=confidence)
