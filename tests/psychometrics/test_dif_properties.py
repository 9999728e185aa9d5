"""What holds of differential functioning whatever the answers are."""

from dataclasses import fields
from math import isfinite, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from exambank.psychometrics.arrays import Reason
from exambank.psychometrics.dif import logistic_dif, mantel_haenszel, purified
from tests.psychometrics.dif_records import missing, numbers_of

NAN = np.nan


@st.composite
def sittings(draw):
    shape = (draw(st.integers(0, 30)), draw(st.integers(0, 4)))
    scores = draw(hnp.arrays(float, shape, elements=st.sampled_from([0, 1, 1, 0, 0, 1, NAN])))
    return scores, draw(hnp.arrays(float, shape[0], elements=st.sampled_from([0, 1, 0, 1, NAN])))


def all_records(scores, focal):
    return (
        *mantel_haenszel(scores, focal, least_per_group=1),
        *logistic_dif(scores, focal, least_per_group=1),
        *purified(scores, focal, least_per_group=1).items,
    )


def assert_same(one, other):
    assert type(one) is type(other)
    assert one.undefined == other.undefined
    assert numbers_of(one) == pytest.approx(numbers_of(other), abs=1e-7)


@given(sittings())
def test_nothing_that_comes_out_is_nan_and_what_is_missing_has_a_reason(sitting):
    for record in all_records(*sitting):
        assert missing(record) == set(record.undefined)
        assert all(isinstance(reason, Reason) for reason in record.undefined.values())
        assert all(isfinite(number) for number in numbers_of(record))
        for name in (field.name for field in fields(record)):
            value = getattr(record, name)
            assert value is None or not name.startswith(("p", "lr", "chi2")) or value >= 0
            assert value is None or not name.startswith("p") or value <= 1


@given(sittings(), st.randoms(use_true_random=False))
def test_the_order_of_candidates_and_items_does_not_matter(sitting, random):
    scores, focal = sitting
    rows = random.sample(range(scores.shape[0]), scores.shape[0])
    columns = random.sample(range(scores.shape[1]), scores.shape[1])

    for judge in (mantel_haenszel, logistic_dif):
        before = judge(scores, focal, least_per_group=1)
        after = judge(scores[np.ix_(rows, columns)], focal[rows], least_per_group=1)
        for place, column in enumerate(columns):
            assert_same(after[place], before[column])


@given(sittings())
def test_exchanging_the_groups_turns_the_sign_of_delta(sitting):
    scores, focal = sitting
    for one, other in zip(
        mantel_haenszel(scores, focal, least_per_group=1),
        mantel_haenszel(scores, 1 - focal, least_per_group=1),
        strict=True,
    ):
        assert one.undefined == other.undefined
        assert (one.n_reference, one.n_focal) == (other.n_focal, other.n_reference)
        assert one.ets_class == other.ets_class
        for name in ("chi2", "p", "delta_se"):
            assert getattr(other, name) == pytest.approx(getattr(one, name), abs=1e-9)
        if one.delta is not None:
            assert other.delta == pytest.approx(-one.delta, abs=1e-9)
            assert other.alpha == pytest.approx(1 / one.alpha, rel=1e-9)
            assert other.delta_ci.low == pytest.approx(-one.delta_ci.high, abs=1e-9)


@given(sittings())
def test_exchanging_the_groups_keeps_what_logistic_regression_finds(sitting):
    scores, focal = sitting
    for one, other in zip(
        logistic_dif(scores, focal, least_per_group=1), logistic_dif(scores, 1 - focal, least_per_group=1), strict=True
    ):
        assert one.undefined == other.undefined
        for name in ("lr_uniform", "lr_nonuniform", "lr_both", "delta_r2_both"):
            assert getattr(other, name) == pytest.approx(getattr(one, name), abs=1e-7)


@given(sittings(), st.integers(2, 4))
def test_counting_everybody_more_often_keeps_the_effect_and_narrows_its_error(sitting, times):
    scores, focal = sitting
    many, many_focal = np.tile(scores, (times, 1)), np.tile(focal, times)

    for one, other in zip(
        mantel_haenszel(scores, focal, least_per_group=1),
        mantel_haenszel(many, many_focal, least_per_group=1),
        strict=True,
    ):
        assert one.n_focal * times == other.n_focal
        if one.alpha is not None:
            assert other.alpha == pytest.approx(one.alpha, rel=1e-9)
            assert other.delta_se == pytest.approx(one.delta_se / sqrt(times), rel=1e-9)
    for one, other in zip(
        logistic_dif(scores, focal, least_per_group=1), logistic_dif(many, many_focal, least_per_group=1), strict=True
    ):
        assert one.undefined == other.undefined
        for what in ("uniform", "nonuniform", "both"):
            if getattr(one, f"lr_{what}") is not None:
                assert getattr(other, f"lr_{what}") == pytest.approx(times * getattr(one, f"lr_{what}"), abs=1e-7)
                assert getattr(other, f"delta_r2_{what}") == pytest.approx(getattr(one, f"delta_r2_{what}"), abs=1e-7)


@given(sittings(), st.integers(0, 3))
def test_purification_always_ends(sitting, most_rounds):
    found = purified(*sitting, least_per_group=1, most_rounds=most_rounds)

    assert found.rounds <= most_rounds
    assert found.is_converged == (found.flagged == found.left_out)
