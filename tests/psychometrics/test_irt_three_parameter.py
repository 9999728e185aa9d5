"""The three-parameter model: at its maximum, with the curvature it says, and near the truth it came from."""

import numpy as np
import pytest
from scipy.special import expit

from exambank.psychometrics.irt.answers import check_answers
from exambank.psychometrics.irt.quadrature import normal_quadrature
from exambank.psychometrics.irt.three_parameter import (
    Curves,
    GuessingPrior,
    count,
    fit_curves,
    gradients,
    observed_information,
    start_of,
)

PRIOR, QUADRATURE = GuessingPrior(), normal_quadrature()


def simulate(n, k, seed, missing=0.0):
    rng = np.random.default_rng(seed)
    slopes, intercepts = np.exp(rng.normal(0.2, 0.3, k)), rng.normal(size=k)
    chance = 0.2 + 0.8 * expit(slopes * rng.normal(size=(n, 1)) + intercepts)
    scores = (rng.random((n, k)) < chance).astype(float)
    scores[rng.random((n, k)) < missing] = np.nan
    return check_answers(scores), slopes, intercepts


def fit(answers):
    k = answers.right.shape[1]
    start = start_of(answers, np.ones(k), np.zeros(k), PRIOR)
    return fit_curves(answers, QUADRATURE, start, PRIOR, tolerance=1e-9, most=2000)


def gradient(answers, point):
    """Of the log posterior, by Fisher's identity."""
    curves = Curves(point.reshape(3, -1))
    counts = count(answers, QUADRATURE, curves)
    right, first, _second = gradients(curves.values, QUADRATURE.nodes)
    found = (first * (counts.right - counts.met * right) / (right * (1 - right))).sum(axis=2)
    found[2] -= (curves.values[2] - PRIOR.logit) / PRIOR.sd**2
    return found.ravel()


@pytest.mark.parametrize("missing", [0.0, 0.4], ids=["complete", "papers differ"])
def test_it_ends_where_the_posterior_is_largest(missing):
    answers, _slopes, _intercepts = simulate(800, 12, seed=4, missing=missing)
    curves, _steps, is_converged, _log_likelihood = fit(answers)
    assert is_converged
    assert np.abs(gradient(answers, curves.values.ravel())).max() < 1e-5


@pytest.mark.parametrize("missing", [0.0, 0.4], ids=["complete", "papers differ"])
def test_the_information_is_the_curvature_of_the_posterior(missing):
    answers, slopes, intercepts = simulate(300, 8, seed=5, missing=missing)
    at = np.concatenate([slopes, intercepts, np.full(8, -1.2)])
    step = 1e-5
    numeric = [
        (gradient(answers, at + step * unit) - gradient(answers, at - step * unit)) / (2 * step) for unit in np.eye(24)
    ]
    exact = observed_information(answers, QUADRATURE, Curves(at.reshape(3, 8)), PRIOR)
    assert exact == pytest.approx(-np.array(numeric), abs=1e-4)


def test_many_answers_give_the_true_curves_back():
    answers, slopes, intercepts = simulate(8000, 15, seed=6)
    curves, _steps, is_converged, _log_likelihood = fit(answers)
    errors = np.sqrt(np.diag(np.linalg.inv(observed_information(answers, QUADRATURE, curves, PRIOR)))).reshape(3, -1)
    away = np.abs(curves.values[:2] - np.stack([slopes, intercepts])) / errors[:2]
    assert is_converged
    assert (away < 3.5).all()
    assert np.median(expit(curves.values[2])) == pytest.approx(0.2, abs=0.05)
