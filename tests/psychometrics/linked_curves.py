"""Pairs of calibrations for the tests of linking."""

import numpy as np

from exambank.psychometrics.linking import item_curves


def moved(curves, slope, intercept):
    """The calibration in which the curves are those given after theta = slope * theta_source + intercept."""
    return item_curves(curves.slopes * slope, curves.intercepts + curves.slopes * intercept, curves.guessing)


def some_curves(k=20, seed=7, guessing=0.0):
    rng = np.random.default_rng(seed)
    return item_curves(rng.lognormal(0, 0.3, k), rng.normal(0, 1.2, k), guessing)


def noisy(curves, seed=11, noise=0.08):
    rng = np.random.default_rng(seed)
    k = len(curves)
    return item_curves(
        curves.slopes * rng.lognormal(0, noise, k), curves.intercepts + rng.normal(0, noise, k), curves.guessing
    )


def line(link):
    return link.slope, link.intercept
