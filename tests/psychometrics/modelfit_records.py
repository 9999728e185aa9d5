"""Answers that follow a logistic model, and fits whose curves are given instead of estimated."""

from dataclasses import replace

import numpy as np

from exambank.psychometrics import fit_logistic


def simulate(n, k, seed, *, guessing=0.0, missing=0.0):
    rng = np.random.default_rng(seed)
    slopes, difficulties = np.exp(rng.normal(0, 0.3, k)), rng.normal(size=k)
    knowing = 1 / (1 + np.exp(-slopes * (rng.normal(size=(n, 1)) - difficulties)))
    scores = (rng.random((n, k)) < guessing + (1 - guessing) * knowing).astype(float)
    scores[rng.random((n, k)) < missing] = np.nan
    return scores


def with_curves(scores, slopes, intercepts, guessing=None):
    """A fit to these answers with these curves; with guessing that of the three-parameter model."""
    fit = fit_logistic(scores, standard_errors=False)
    values = zip(fit.items, slopes, intercepts, guessing or [0.0] * len(slopes), strict=True)
    items = tuple(replace(item, slope=a, intercept=d, guessing=c) for item, a, d, c in values)
    if guessing is None:
        return replace(fit, items=items)
    return replace(fit, model="3pl", items=items, n_parameters=3 * len(items))


def every_pattern(k):
    """All 2^k ways to answer k items."""
    return ((np.arange(2**k)[:, np.newaxis] >> np.arange(k)) & 1).astype(float)


def values_of(record):
    """The values of a record, `undefined` left out, by name."""
    return {name: getattr(record, name) for name in record.__slots__ if name != "undefined"}


def is_defined_or_explained(record):
    """Whether every value is a finite number, or None with a reason."""
    for name, value in values_of(record).items():
        if (value is None) != (name in record.undefined):
            return False
        if isinstance(value, int | float) and not np.isfinite(value):
            return False
    return True
