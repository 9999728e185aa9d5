"""How often a pass mark errs: against published values, exact sums, and simulated second exams."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaln, gammaln
from scipy.stats import beta as beta_distribution
from scipy.stats import binom

from exambank.psychometrics import Reason
from exambank.psychometrics.standards import TrueScores, decision_consistency
from exambank.psychometrics.standards.true_scores import fit_true_scores

# How many of 151,050 candidates had each score, 0 to 40, on a mathematics test: the example of BBClassify 1.0.0.
MATHEMATICS = [
    0, 23, 98, 384, 986, 2161, 3722, 5623, 7533, 8817, 9597, 9809, 9674, 8971, 8033, 7384, 6758, 6004, 5463, 4896, 4367,
    4083, 3651, 3333, 3191, 2899, 2644, 2597, 2287, 2197, 1967, 1874, 1710, 1581, 1503, 1349, 1181, 994, 827, 585, 294,
]  # fmt: skip


def test_it_gives_what_bbclassify_gives():
    """Livingston and Lewis there with reliability .873; four moments do not fit, and its ends are 0.22317 and 1."""
    found = decision_consistency(np.repeat(np.arange(41), MATHEMATICS), 24, reliability=0.873, max_score=40)
    assert (found.n, found.length, found.true_scores.n_moments) == (151050, 40, 3)
    true = found.true_scores
    assert (true.low, true.high, true.alpha, true.beta) == pytest.approx((0.22317, 1, 0.52378, 1.62569), abs=5e-6)
    assert found.observed_pass == pytest.approx(0.19649, abs=5e-6)
    assert found.expected_pass == pytest.approx(0.19974, abs=1e-5)
    assert found.accuracy == pytest.approx(0.94427, abs=5e-6)
    assert found.false_pass == pytest.approx(0.03795, abs=5e-6)
    assert found.false_fail == pytest.approx(0.01778, abs=5e-6)
    assert found.consistency == pytest.approx(0.92203, abs=1e-5)
    assert found.chance_consistency == pytest.approx(0.68030, abs=1e-5)
    assert found.kappa == pytest.approx(0.75612, abs=2e-5)


def test_an_end_that_would_lie_below_nothing_is_put_there():
    """The same scores turned round: the distribution is the same one turned round."""
    plain = decision_consistency(np.repeat(np.arange(41), MATHEMATICS), 24, reliability=0.873, max_score=40)
    turned = decision_consistency(np.repeat(40 - np.arange(41), MATHEMATICS), 17, reliability=0.873, max_score=40)
    one, other = plain.true_scores, turned.true_scores
    assert (other.low, other.high, other.n_moments) == (0, pytest.approx(1 - one.low), 3)
    assert (other.alpha, other.beta) == (pytest.approx(one.beta), pytest.approx(one.alpha))
    # Whoever failed then passes now, and two exams agree as often.
    assert turned.expected_pass == pytest.approx(1 - plain.expected_pass)
    assert turned.consistency == pytest.approx(plain.consistency)


def test_mean_and_variance_are_kept_where_no_more_fits():
    scores = np.repeat([0.0, 9.0, 10.0, 11.0, 20.0], [5, 30, 60, 30, 5])
    found = fit_true_scores(scores, 20)
    falling = (scores * (scores - 1)).mean() / (20 * 19)
    size = found.alpha + found.beta
    assert (found.low, found.high, found.n_moments) == (0, 1, 2)
    assert found.alpha / size == pytest.approx(scores.mean() / 20)
    assert found.alpha * (found.alpha + 1) / (size * (size + 1)) == pytest.approx(falling)


def test_with_kr21_it_is_huynhs_beta_binomial_model():
    """The effective length is that of the test then; two moments give a beta-binomial, summed exactly here."""
    rng = np.random.default_rng(3)
    length, cut = 20, 12
    scores = rng.binomial(length, rng.beta(6, 4, 5000))
    mean, variance = scores.mean(), scores.var(ddof=1)
    kr21 = length / (length - 1) * (1 - mean * (length - mean) / (length * variance))
    found = decision_consistency(scores, cut, reliability=kr21, max_score=length)
    assert found.length == length
    alpha, beta = mean * (1 / kr21 - 1), (length - mean) * (1 / kr21 - 1)
    x = np.arange(length + 1)
    log_choose = gammaln(length + 1) - gammaln(x + 1) - gammaln(length - x + 1)
    both = x[:, np.newaxis] + x
    log_both = log_choose[:, np.newaxis] + log_choose + betaln(alpha + both, beta + 2 * length - both)
    joint = np.exp(log_both - betaln(alpha, beta))
    assert found.consistency == pytest.approx(joint[:cut, :cut].sum() + joint[cut:, cut:].sum(), abs=5e-3)


@pytest.mark.parametrize(
    "true_scores",
    [TrueScores(0.2, 0.9, 4.0, 3.0, 4), TrueScores(0.0, 1.0, 0.4, 1.5, 2), TrueScores(0.3, 1.0, 9.0, 0.7, 3)],
)
def test_the_integrals_are_those_of_quadrature(true_scores):
    low, high, cut = true_scores.low, true_scores.high, 0.55
    density = beta_distribution(true_scores.alpha, true_scores.beta, loc=low, scale=high - low).pdf
    for ends in ((low, cut), (cut, high)):
        exact = quad(lambda share: density(share) * binom.sf(17, 30, share), *ends, epsabs=1e-11, limit=400)[0]
        places, weights = true_scores.sample(*ends)
        assert weights.sum() == pytest.approx(quad(density, *ends, epsabs=1e-11, limit=400)[0], abs=1e-8)
        assert weights @ binom.sf(17, 30, places) == pytest.approx(exact, abs=1e-8)


@pytest.mark.parametrize(
    ("true_scores", "moments"),
    [
        (TrueScores(0.2, 0.9, 4.0, 3.0, 4), 4),
        (TrueScores(0.25, 0.85, 2.0, 5.0, 4), 4),
        (TrueScores(0.1, 0.7, 0.6, 0.8, 4), 4),
    ],
)
def test_the_fit_finds_the_distribution_behind_exact_moments(true_scores, moments):
    """All scores in the proportions that the model says, by weights turned into very many candidates."""
    length = 12
    places, weights = true_scores.sample(0.0, 1.0)
    share = weights @ binom.pmf(np.arange(length + 1), length, places[:, np.newaxis])
    scores = np.repeat(np.arange(length + 1.0), np.round(share * 4_000_000).astype(int))
    found = fit_true_scores(scores, length)
    assert found.n_moments == moments
    assert (found.low, found.high) == pytest.approx((true_scores.low, true_scores.high), abs=0.02)
    assert found.alpha / (found.alpha + found.beta) == pytest.approx(
        true_scores.alpha / (true_scores.alpha + true_scores.beta), abs=0.02
    )


@pytest.mark.parametrize(("length", "cut", "shape"), [(50, 30, (5, 3)), (20, 14, (2, 2)), (100, 50, (8, 4))])
def test_it_foretells_a_second_exam(length, cut, shape):
    rng = np.random.default_rng(length)
    true = 0.2 + 0.75 * rng.beta(*shape, 60_000)
    first, second = rng.binomial(length, true), rng.binomial(length, true)
    reliability = float(np.corrcoef(first, second)[0, 1])
    found = decision_consistency(first, cut, reliability=reliability, max_score=length)
    passes = first >= cut
    deserves = true >= cut / length
    assert found.consistency == pytest.approx((passes == (second >= cut)).mean(), abs=0.01)
    assert found.accuracy == pytest.approx((passes == deserves).mean(), abs=0.01)
    assert found.false_pass == pytest.approx((passes & ~deserves).mean(), abs=0.01)
    assert found.expected_pass == pytest.approx(found.observed_pass, abs=0.01)
    assert found.length == pytest.approx(length, rel=0.06)


def test_points_count_as_shares_of_what_is_possible():
    rng = np.random.default_rng(5)
    scores = rng.binomial(40, rng.beta(5, 3, 400))
    plain = decision_consistency(scores, 24, reliability=0.8, max_score=40)
    tenths = decision_consistency(scores / 4 + 1, 7, reliability=0.8, max_score=11, min_score=1)
    assert (tenths.length, tenths.observed_pass) == (plain.length, plain.observed_pass)
    assert (tenths.accuracy, tenths.consistency) == (
        pytest.approx(plain.accuracy), pytest.approx(plain.consistency),
    )  # fmt: skip


def test_subkoviak_is_the_mean_over_candidates():
    rng = np.random.default_rng(6)
    scores = rng.binomial(30, rng.beta(5, 3, 200))
    found = decision_consistency(scores, 18, reliability=0.7, max_score=30)
    true = scores.mean() / 30 + 0.7 * (scores / 30 - scores.mean() / 30)
    needed = int(np.ceil(18 / 30 * found.length))
    passing = binom.sf(needed - 1, found.length, true)
    assert found.subkoviak == pytest.approx((passing**2 + (1 - passing) ** 2).mean())


def test_a_more_reliable_exam_decides_better():
    rng = np.random.default_rng(7)
    scores = rng.binomial(40, rng.beta(5, 3, 500))
    found = [decision_consistency(scores, 24, reliability=r, max_score=40) for r in (0.5, 0.7, 0.9, 0.99)]
    assert np.diff([one.accuracy for one in found]).min() > 0
    assert np.diff([one.consistency for one in found]).min() > 0


def test_intervals_come_from_resamples_where_asked_for():
    rng = np.random.default_rng(8)
    scores = rng.binomial(40, rng.beta(5, 3, 150))
    asked = [
        decision_consistency(scores, 24, reliability=0.8, max_score=40, rng=np.random.default_rng(seed))
        for seed in (1, 1)
    ]
    assert asked[0] == asked[1]
    assert asked[0].accuracy_ci.low < asked[0].accuracy < asked[0].accuracy_ci.high
    assert asked[0].consistency_ci.low < asked[0].consistency < asked[0].consistency_ci.high
    without = decision_consistency(scores, 24, reliability=0.8, max_score=40)
    assert (without.accuracy_ci, without.accuracy) == (None, asked[0].accuracy)
    assert without.undefined == dict.fromkeys(("accuracy_ci", "consistency_ci"), Reason.NOT_DETERMINED)


@settings(max_examples=40, deadline=None)
@given(
    scores=st.lists(st.integers(0, 30), min_size=0, max_size=12),
    cut=st.integers(1, 30),
    reliability=st.one_of(st.none(), st.floats(-1, 1)),
)
def test_whatever_comes_it_gives_shares_or_reasons(scores, cut, reliability):
    found = decision_consistency(scores, cut, reliability=reliability, max_score=30)
    shares = ("observed_pass", "expected_pass", "accuracy", "false_pass", "false_fail", "consistency", "subkoviak")
    for name in shares:
        value = getattr(found, name)
        assert (value is None) == (name in found.undefined)
        assert value is None or -1e-9 <= value <= 1 + 1e-9
    if found.accuracy is not None:
        assert found.accuracy + found.false_pass + found.false_fail == pytest.approx(1)
        assert found.consistency >= found.chance_consistency - 1e-9


@pytest.mark.parametrize(
    ("scores", "reliability", "reason"),
    [
        ([], 0.8, Reason.NO_RESPONSES),
        ([np.nan], 0.8, Reason.NO_RESPONSES),
        ([5], 0.8, Reason.TOO_FEW_CANDIDATES),
        ([5, 5, 5], 0.8, Reason.CONSTANT_SCORE),
        ([3, 5, 8], None, Reason.NOT_DETERMINED),
        ([3, 5, 8], -0.2, Reason.NOT_DETERMINED),
        ([0, 10], 0.8, Reason.NOT_DETERMINED),
    ],
)
def test_what_has_no_value_says_why(scores, reliability, reason):
    found = decision_consistency(scores, 5, reliability=reliability, max_score=10)
    assert (found.accuracy, found.consistency, found.kappa) == (None, None, None)
    assert found.undefined["accuracy"] == reason


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cut": 0}, "a cut lies"),
        ({"cut": 11}, "a cut lies"),
        ({"cut": np.nan}, "a cut lies"),
        ({"scores": [11]}, "outside"),
        ({"scores": [-1]}, "outside"),
        ({"scores": [[1]]}, "one dimension"),
        ({"reliability": 1.2}, "at most 1"),
        ({"reliability": np.nan}, "at most 1"),
        ({"max_score": 0}, "above the least"),
        ({"confidence": 0}, "between 0 and 1"),
    ],
)
def test_what_does_not_fit_is_refused(change, message):
    arguments = {"scores": [3, 5, 8], "cut": 5, "reliability": 0.8, "max_score": 10} | change
    with pytest.raises(ValueError, match=message):
        decision_consistency(**arguments)
