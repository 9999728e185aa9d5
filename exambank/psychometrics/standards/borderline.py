"""Borderline regression: the score that goes with the judgement "just enough"."""

from dataclasses import dataclass, field
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from exambank.psychometrics.arrays import NO_SPREAD, Interval, Reason, check_confidence
from exambank.psychometrics.standards.judgements import as_numbers


@dataclass(frozen=True, slots=True)
class BorderlineRegression:
    """A cut score by borderline regression. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n, n_borderline : int
        Candidates with a score and a judgement; those of them judged to be on the border.
    cut : float or None
        In points: the score expected of a candidate judged borderline. None where scores do not rise with judgements.
    se : float or None
        Standard error of the cut, in points.
    cut_ci : Interval or None
        Student's interval.
    slope, intercept : float or None
        ``score = intercept + slope * judgement``, by least squares.
    r_squared : float or None
        Share of the variance of scores that judgements explain, 0..1: where low, examiners and marks look at
        different things.
    residual_sd : float or None
        Of scores around the line (divisor n-2), in points.
    borderline_mean : float or None
        Mean score of the candidates judged borderline: the borderline group method, for comparison.
    is_extrapolated : bool
        Whether the border lies outside of the judgements that occur.
    undefined : dict of str to Reason
        For each attribute that is None, why.
    """

    n: int
    n_borderline: int
    cut: float | None
    se: float | None
    cut_ci: Interval | None
    slope: float | None
    intercept: float | None
    r_squared: float | None
    residual_sd: float | None
    borderline_mean: float | None
    is_extrapolated: bool
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


def borderline_regression(
    scores: ArrayLike, global_ratings: ArrayLike, borderline: float, *, confidence: float = 0.95
) -> BorderlineRegression:
    """The cut score from examiners' judgements of candidates on a scale with a borderline.

    Parameters
    ----------
    scores : array_like of float, shape (n,)
        Points; NaN: the candidate does not count.
    global_ratings : array_like of float, shape (n,)
        The examiner's judgement of the whole performance in numbers, such as 0 fail, 1 borderline, 2 pass, 3 good;
        NaN: the candidate does not count.
    borderline : float
        The number of "borderline" on that scale.
    confidence : float, default 0.95
        Level of the interval.

    Returns
    -------
    BorderlineRegression

    Raises
    ------
    ValueError
        If the two do not belong to the same candidates, or a number is infinite.

    Notes
    -----
    Ordinary least squares; ``se = s sqrt(1 / n + (borderline - mean)^2 / Sxx)`` with s the residual standard deviation,
    the error of the line at the border. It takes the scores' spread to be about the same at each judgement.

    References
    ----------
    Kramer, A., Muijtjens, A., Jansen, K., Düsman, H., Tan, L. & van der Vleuten, C. (2003). Comparison of a rational
    and an empirical standard setting procedure for an OSCE. Medical Education 37, 132-139.
    """
    confidence = check_confidence(confidence)
    y, x = as_numbers(scores, "scores"), as_numbers(global_ratings, "judgements")
    if y.ndim != 1 or y.shape != x.shape:
        raise ValueError("each candidate needs one score and one judgement")
    if np.isinf(y).any() or np.isinf(x).any() or not np.isfinite(borderline):
        raise ValueError("scores, judgements and the borderline must be finite numbers")
    counts = ~(np.isnan(y) | np.isnan(x))
    y, x = y[counts], x[counts]
    on_border = y[x == borderline]
    found = _line(y, x, float(borderline), confidence)
    found["borderline_mean"] = float(on_border.mean()) if len(on_border) else None
    is_extrapolated = bool(len(x)) and not x.min() <= borderline <= x.max()
    missing = Reason.NOT_DETERMINED if len(x) else Reason.NO_RESPONSES
    undefined = {name: missing for name, value in found.items() if value is None}
    return BorderlineRegression(
        len(x), len(on_border), is_extrapolated=is_extrapolated, undefined=undefined, **found
    )  # fmt: skip


def _line(y, x, borderline: float, confidence: float) -> dict:
    found = dict.fromkeys(("cut", "se", "cut_ci", "slope", "intercept", "r_squared", "residual_sd"))
    n = len(x)
    away = x - x.mean() if n else x
    sxx = float(away @ away)
    if n < 2 or sxx <= NO_SPREAD * float(x @ x + 1):
        return found
    slope = float(away @ y) / sxx
    intercept = float(y.mean() - slope * x.mean())
    found |= {"slope": slope, "intercept": intercept}
    total = float(((y - y.mean()) ** 2).sum())
    left = float(((y - intercept - slope * x) ** 2).sum())
    if total > NO_SPREAD * float(y @ y + 1):
        found["r_squared"] = max(1.0 - left / total, 0.0)
    if n > 2:
        found["residual_sd"] = sqrt(left / (n - 2))
    if slope * sqrt(sxx) <= sqrt(NO_SPREAD) * float(np.abs(y).max()):
        return found
    found["cut"] = intercept + slope * borderline
    if n > 2:
        se = found["residual_sd"] * sqrt(1 / n + (borderline - float(x.mean())) ** 2 / sxx)
        margin = float(stdtrit(n - 2, (1 + confidence) / 2)) * se
        found |= {"se": se, "cut_ci": Interval(found["cut"] - margin, found["cut"] + margin, confidence)}
    return found
