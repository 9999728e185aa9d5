import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank.psychometrics.intervals import bonett, feldt, fisher_z, newcombe, shared_part, student, wilson, zou

shares = st.floats(0, 1)
counts = st.floats(0.27, 1e6)


def ends(interval):
    return interval.low, interval.high


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_agrees_with_newcombes_table(right, n, low, high):
    """Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3."""
    assert ends(wilson(right / n, n)) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("first", "second", "n", "low", "high"),
    [(9, 3, 10, 0.1705, 0.8090), (6, 2, 7, 0.0582, 0.8062), (10, 0, 10, 0.6075, 1.0)],
)
def test_newcombe_agrees_with_his_own_table(first, second, n, low, high):
    """Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10."""
    assert ends(newcombe(first / n, second / n, n)) == pytest.approx((low, high), abs=5e-5)


def test_fisher_agrees_with_a_hand_calculation():
    # atanh .5 = .549306; 1.959964 / sqrt(25) = .391993
    assert ends(fisher_z(0.5, 25)) == pytest.approx((0.15603, 0.73582), abs=5e-6)


def test_feldt_agrees_with_the_psych_package_of_r():
    assert ends(feldt(0.294997192215944, 1000, 5)) == pytest.approx((0.223473787862733, 0.36180253172623), abs=1e-12)
    assert ends(feldt(0.812753796937474, 100, 20)) == pytest.approx((0.755090334717386, 0.862103380336656), abs=1e-12)


def test_student_agrees_with_his_own_data():
    """Student (1908), additional hours of sleep: 0.7, -1.6, ..., mean .75, sd 1.789; t.test() of R."""
    assert ends(student(0.75, 1.78901, 10)) == pytest.approx((-0.5297804, 2.0297804), abs=1e-5)


def test_bonett_works_out_by_hand():
    """0, 0, 1, 1, 2, 2, 3, 3: s^2 = 10/7, kurtosis 1.64, c = 8 / (8 - 1.959964)."""
    fourth = 2 * (2 * 1.5**4 + 2 * 0.5**4)
    c, error = 8 / (8 - 1.959963984540054), ((1.64 - 5 / 8) / 7) ** 0.5
    margin = 1.959963984540054 * c * error

    expected = [(c * 10 / 7 * 2.718281828459045**end) ** 0.5 for end in (-margin, margin)]
    assert ends(bonett((10 / 7) ** 0.5, fourth, 8)) == pytest.approx(expected)


def test_zou_agrees_with_his_own_example():
    """Zou (2007), two correlations that overlap."""
    assert ends(zou(0.396, 0.179, 0.088, 63)) == pytest.approx((-0.093, 0.517), abs=5e-4)


def test_two_correlations_share_all_where_their_variables_are_one():
    assert shared_part(0.4, 0.4, 1.0) == pytest.approx(1)
    assert shared_part(0.4, -0.4, -1.0) == pytest.approx(-1)
    assert shared_part(0.0, 0.0, 0.3) == pytest.approx(0.3)


def test_a_perfect_alpha_has_no_width():
    assert ends(feldt(1.0, 10, 5)) == (1.0, 1.0)


@given(shares, counts)
def test_wilson_holds_the_share_and_stays_within_0_and_1(share, n):
    interval = wilson(share, n)

    assert 0 <= interval.low <= share <= interval.high <= 1
    assert interval.low < interval.high


@given(shares, shares, counts)
def test_newcombe_holds_the_difference_and_turns_with_it(first, second, n):
    interval, turned = newcombe(first, second, n), newcombe(second, first, n)

    assert -1 <= interval.low <= first - second <= interval.high <= 1
    assert (turned.low, turned.high) == pytest.approx((-interval.high, -interval.low), abs=1e-12)


@given(st.floats(-0.999, 0.999), st.integers(1, 10_000))
def test_fisher_holds_the_correlation_and_stays_within_minus_1_and_1(correlation, degrees):
    interval = fisher_z(correlation, degrees)

    assert -1 <= interval.low <= correlation <= interval.high <= 1


@given(st.floats(0.01, 0.99), st.integers(2, 500))
def test_more_confidence_and_fewer_candidates_widen_every_interval(share, n):
    def width(interval):
        return interval.high - interval.low

    assert width(wilson(share, n, 0.99)) > width(wilson(share, n, 0.9)) > width(wilson(share, 2 * n, 0.9))
    assert width(fisher_z(share, n, 0.99)) > width(fisher_z(share, n, 0.9)) > width(fisher_z(share, 2 * n, 0.9))
