import numpy as np
import pytest
from scipy.optimize import minimize

from exambank.psychometrics.linking.smoothing import distribution


@pytest.mark.parametrize("degree", [1, 2, 4, 6, 10])
def test_smoothing_keeps_as_many_moments_as_its_degree(degree):
    counts = np.array([0.0, 1, 1, 3, 9, 18, 59, 67, 91, 144, 149, 92, 40, 38, 7, 0])
    scores = np.linspace(-1, 1, 16)

    fitted = distribution(counts, degree).shares

    for power in range(1, degree + 1):
        assert fitted @ scores**power == pytest.approx(counts @ scores**power / counts.sum(), abs=1e-10)


def test_smoothing_finds_what_a_general_search_finds():
    counts = np.array([3, 0, 7, 12, 9, 15, 4, 4, 1], dtype=float)
    powers = np.vander(np.linspace(-1, 1, 9), 4, increasing=True)

    def minus_likelihood(coefficients):
        logarithms = powers @ coefficients
        return np.exp(logarithms).sum() - counts @ logarithms, powers.T @ (np.exp(logarithms) - counts)

    by_search = minimize(minus_likelihood, np.zeros(4), jac=True, method="BFGS", options={"gtol": 1e-9})

    assert distribution(counts, 3).shares == pytest.approx(np.exp(powers @ by_search.x) / counts.sum(), abs=1e-8)


def test_the_covariance_of_the_fitted_shares_agrees_with_that_of_resamples():
    rng = np.random.default_rng(8)
    shares = distribution(np.array([4.0, 9, 20, 25, 22, 14, 6]), 2).shares
    fits = [distribution(rng.multinomial(2000, shares).astype(float), 2).shares for _ in range(400)]

    root = distribution(shares * 2000, 2).root

    assert np.sqrt((root**2).sum(axis=1)) == pytest.approx(np.std(fits, axis=0), rel=0.15)


def test_without_a_degree_the_shares_are_those_observed():
    plain = distribution(np.array([1.0, 0, 3]), None)

    assert (plain.shares.tolist(), plain.n, plain.root) == ([0.25, 0, 0.75], 4, None)


def test_a_degree_that_the_different_scores_do_not_determine_has_no_fit():
    """Three scores determine two moments; a third lies on the border of what a curve can reach."""
    counts = np.array([0.0, 5, 0, 9, 0, 0, 4])

    assert distribution(counts, 2) is not None
    assert distribution(counts, 3) is None
