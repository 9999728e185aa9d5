"""The scale of a bank: curves, what they tell, and candidates placed on them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank.analysis.service.scales import Curve, abilities_on, groups_by_ability

CURVES = st.builds(Curve, a=st.floats(0.2, 3.0), b=st.floats(-3.0, 3.0), guessing=st.floats(0.0, 0.4))


@given(CURVES, st.floats(-5.0, 5.0))
def test_information_is_the_squared_slope_over_the_variance(curve, theta):
    step = 1e-5
    slope = (curve.chance(theta + step) - curve.chance(theta - step)) / (2 * step)
    chance = curve.chance(theta)
    assert curve.information(theta) == pytest.approx(slope**2 / (chance * (1 - chance)), rel=1e-4, abs=1e-8)


def test_a_curve_far_away_is_its_limit_and_no_overflow():
    curve = Curve(3.0, 0.0, 0.25)
    assert (curve.chance(-1e6), curve.chance(1e6)) == (0.25, 1.0)
    assert curve.information(-1e6) == pytest.approx(0.0)
    assert Curve(1.0, 0.0).information(0.0) == pytest.approx(0.25)


def answers(mean: float, n: int = 300, k: int = 40):
    rng = np.random.default_rng(5)
    curves = [Curve(float(a), float(b)) for a, b in zip(rng.uniform(0.8, 1.6, k), rng.normal(0, 1, k), strict=True)]
    thetas = rng.normal(mean, 0.7, n)
    chances = np.array([[curve.chance(float(theta)) for curve in curves] for theta in thetas])
    return curves, thetas, (rng.random((n, k)) < chances).astype(float)


def test_a_strong_class_is_not_drawn_to_the_average_of_the_bank():
    curves, thetas, shares = answers(1.2)
    found = abilities_on(curves, shares)
    assert found.mean() == pytest.approx(thetas.mean(), abs=0.08)
    assert np.corrcoef(found, thetas)[0, 1] > 0.85


def test_what_was_not_given_says_nothing_about_ability():
    curves, _thetas, shares = answers(0.0)
    halved = shares.copy()
    halved[:, ::2] = np.nan
    again = abilities_on(curves[1::2], shares[:, 1::2])
    assert abilities_on(curves, halved) == pytest.approx(again, abs=1e-9)


def test_all_right_and_all_wrong_have_abilities_too():
    curves = [Curve(1.0, 0.0)] * 8
    found = abilities_on(curves, np.array([[1.0] * 8] * 10 + [[0.0] * 8] * 10))
    assert np.isfinite(found).all()
    assert found[0] > 1 > -1 > found[-1]
    assert np.isfinite(abilities_on(curves, np.ones((30, 8)))).all()


def test_groups_are_of_equal_size_and_rise():
    rows = [(at / 10, float(at % 3 > 0)) for at in range(95)]
    groups = groups_by_ability(rows)
    assert len(groups) == 8
    assert sum(one.n for one in groups) == 95
    assert max(one.n for one in groups) - min(one.n for one in groups) <= 1
    assert [one.ability for one in groups] == sorted(one.ability for one in groups)
    assert all(one.low <= one.share <= one.high for one in groups)
    assert groups_by_ability(rows[:9]) == []
