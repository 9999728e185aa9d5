"""One item over several sittings: its share of points and its correlations, with what the sittings disagree about."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, tanh

from scipy.special import chdtrc

from exambank.psychometrics.arrays import Interval
from exambank.psychometrics.correlation import PERFECT
from exambank.psychometrics.intervals import fisher_z, wilson


@dataclass(frozen=True, slots=True)
class PooledFigure:
    """A figure over several sittings. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n : int
        Candidates behind it.
    sittings : int
        Sittings that have the figure.
    value : float
    interval : Interval
        Widened where the sittings differ by more than chance.
    degrees : float
        What the interval counts after widening: candidates of a share, degrees of freedom of a correlation.
    i2 : float or None
        Share of the sittings' differences beyond chance, 0..1; None for a single sitting.
    p : float or None
        Level of Cochran's Q; None for a single sitting.
    """

    n: int
    sittings: int
    value: float
    interval: Interval
    degrees: float
    i2: float | None
    p: float | None


def pool_shares(rows: Sequence[tuple[int, float]], confidence: float = 0.95) -> PooledFigure | None:
    """Put together what several sittings say of one item's share of points.

    Parameters
    ----------
    rows : sequence of (int, float)
        Candidates and share, 0..1, of each sitting.
    confidence : float, default 0.95

    Returns
    -------
    PooledFigure or None
        None without candidates.

    Notes
    -----
    Sittings weigh as many as answered. Where they differ by more than chance, n is divided by Birge's ratio Q / (k - 1)
    before Wilson's interval, so that a disagreement is never hidden in a narrow interval.

    References
    ----------
    Birge, R. T. (1932). The calculation of errors by the method of least squares. Physical Review 40, 207-227.
    """
    rows = [(n, min(max(share, 0.0), 1.0)) for n, share in rows if n > 0]
    n = sum(count for count, _share in rows)
    if not n:
        return None
    share = min(max(sum(count * one for count, one in rows) / n, 0.0), 1.0)
    chance = share * (1 - share)
    q = sum(count * (one - share) ** 2 for count, one in rows) / chance if chance > 0 else 0.0
    i2, p, ratio = _heterogeneity(q, len(rows))
    return PooledFigure(n, len(rows), share, wilson(share, n / ratio, confidence), n / ratio, i2, p)


def pool_correlations(rows: Sequence[tuple[int, float]], confidence: float = 0.95) -> PooledFigure | None:
    """Put together the correlations that several sittings found.

    Parameters
    ----------
    rows : sequence of (int, float)
        Candidates and correlation, -1..1, of each sitting.
    confidence : float, default 0.95

    Returns
    -------
    PooledFigure or None
        None where no sitting has more than 3 candidates and a correlation short of 1.

    Notes
    -----
    Fisher's z weighted by n - 3, the inverse of its variance; widened as in `pool_shares`.
    """
    usable = [(n, atanh(r)) for n, r in rows if n > 3 and abs(r) <= PERFECT]
    if not usable:
        return None
    degrees = sum(n - 3 for n, _z in usable)
    z = sum((n - 3) * one for n, one in usable) / degrees
    i2, p, ratio = _heterogeneity(sum((n - 3) * (one - z) ** 2 for n, one in usable), len(usable))
    interval = fisher_z(tanh(z), degrees / ratio, confidence)
    return PooledFigure(sum(n for n, _z in usable), len(usable), tanh(z), interval, degrees / ratio, i2, p)


def _heterogeneity(q: float, sittings: int) -> tuple[float | None, float | None, float]:
    """I2, the level of Cochran's Q, and by how much variances are widened (Birge's ratio, never below 1)."""
    if sittings < 2:
        return None, None, 1.0
    degrees = sittings - 1
    return max(0.0, 1 - degrees / q) if q > 0 else 0.0, float(chdtrc(degrees, q)), max(1.0, q / degrees)
