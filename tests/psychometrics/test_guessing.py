from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from exambank.psychometrics import Reason, item_statistics
from exambank.psychometrics.guessing import CorrectedDifficulty, guess_corrected_difficulty
from exambank.psychometrics.intervals import wilson

NAN = np.nan
matrices = hnp.arrays(float, st.tuples(st.integers(0, 12), st.integers(0, 5)), elements=st.sampled_from([0, 1, NAN]))


def item(n_right, n, n_options, **more):
    scores = np.zeros((n, 1))
    scores[:n_right] = 1
    return guess_corrected_difficulty(scores, n_options, **more)[0]


@pytest.mark.parametrize(
    ("n_right", "n_options", "expected"),
    [(40, 4, 1), (30, 4, 2 / 3), (20, 4, 1 / 3), (10, 4, 0), (0, 4, -1 / 3), (30, 2, 0.5), (32, 5, 0.75)],
)
def test_the_share_who_knew_is_worked_out_by_hand(n_right, n_options, expected):
    assert item(n_right, 40, n_options).value == pytest.approx(expected, abs=1e-12)


def test_whoever_knew_and_whoever_guessed_add_up_to_the_share_correct():
    """600 of 1,000 know, and of the other 400 one in four guesses right: 700."""
    assert item(700, 1000, 4).value == pytest.approx(0.6, abs=1e-12)


def test_the_interval_is_wilsons_carried_over():
    corrected, raw = item(30, 40, 4, confidence=0.9), wilson(0.75, 40, 0.9)

    assert corrected.n == 40
    assert corrected.interval.low == pytest.approx((raw.low - 0.25) / 0.75, abs=1e-12)
    assert corrected.interval.high == pytest.approx((raw.high - 0.25) / 0.75, abs=1e-12)
    assert corrected.interval.confidence == 0.9


def test_what_nobody_solves_by_guessing_needs_no_correction(lsat6):
    for corrected, statistic in zip(guess_corrected_difficulty(lsat6, inf), item_statistics(lsat6), strict=True):
        assert corrected.value == pytest.approx(statistic.difficulty, abs=1e-12)
        assert corrected.interval == statistic.difficulty_ci


def test_every_item_has_its_own_number_of_options_and_its_own_candidates():
    scores = [[1, 3], [0, 3], [NAN, 0], [NAN, 3]]

    first, second = guess_corrected_difficulty(scores, [2, 4], max_scores=[1, 3])

    assert (first.n, second.n) == (2, 4)
    assert (first.value, second.value) == pytest.approx((0, 2 / 3))


def test_where_there_is_no_value_there_is_a_reason():
    unseen, partial = guess_corrected_difficulty([[NAN, 0.5], [NAN, 1]], 4)

    assert unseen == CorrectedDifficulty(0, None, None, Reason.NO_RESPONSES)
    assert partial == CorrectedDifficulty(2, None, None, Reason.NOT_DICHOTOMOUS)


@pytest.mark.parametrize("n_options", [1, 0, -4, NAN, [4], [4, 4, 4], [[4, 4]], [4, None], "many", [{}, 4]])
def test_numbers_of_options_that_do_not_fit_are_refused(n_options):
    with pytest.raises(ValueError):
        guess_corrected_difficulty([[1, 0]], n_options)


@given(matrices, st.integers(2, 6))
def test_the_correction_never_raises_a_share_and_nothing_is_nan(scores, n_options):
    corrected = guess_corrected_difficulty(scores, n_options)

    assert len(corrected) == scores.shape[1]
    for item, statistic in zip(corrected, item_statistics(scores), strict=True):
        assert (item.value is None) == (item.interval is None) == (item.reason is not None)
        if item.value is not None:
            assert -1 / (n_options - 1) - 1e-12 <= item.value <= statistic.difficulty + 1e-12
            assert item.interval.low - 1e-12 <= item.value <= item.interval.high + 1e-12


@given(matrices, st.randoms(use_true_random=False))
def test_no_order_of_candidates_or_items_changes_anything(scores, random):
    rows, columns = (random.sample(range(length), length) for length in scores.shape)
    expected = guess_corrected_difficulty(scores, 4)

    assert guess_corrected_difficulty(scores[rows][:, columns], 4) == tuple(expected[column] for column in columns)
