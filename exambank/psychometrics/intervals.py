"""Confidence intervals in closed form: Wilson, Newcombe, Fisher z, Feldt."""

from math import atanh, hypot, sqrt, tanh

from scipy.special import fdtri, ndtri

from exambank.psychometrics.arrays import Interval


def wilson(share: float, n: float, confidence: float = 0.95) -> Interval:
    """Interval of a share by Wilson's score method.

    Parameters
    ----------
    share : float
        Observed share, 0..1.
    n : float
        Number of observations, above 0; fractions come from shared places.
    confidence : float
        Level, 0..1.

    Returns
    -------
    Interval
        Within 0..1, and of some width also at a share of 0 or 1.

    Notes
    -----
    ``(p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)``. For partial credit the interval is too wide
    rather than too narrow: scores in 0..1 with the mean p vary by p(1-p) at most.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. JASA 22, 209-212.
    """
    z = ndtri((1 + confidence) / 2)
    centre = share + z * z / (2 * n)
    margin = z * sqrt(max(share * (1 - share), 0.0) / n + (z / (2 * n)) ** 2)
    scale = 1 + z * z / n
    # A share near 0 or 1 may lie a rounding error outside of what holds it.
    low = min(max((centre - margin) / scale, 0.0), share)
    high = max(min((centre + margin) / scale, 1.0), share)
    return Interval(float(low), float(high), confidence)


def newcombe(share: float, other: float, n: float, confidence: float = 0.95) -> Interval:
    """Interval of the difference ``share - other`` of two shares, each out of n, by Newcombe's hybrid score.

    Parameters
    ----------
    share, other : float
        Observed shares, 0..1.
    n : float
        Number of observations behind each of them, above 0.
    confidence : float
        Level, 0..1.

    Returns
    -------
    Interval
        Within -1..1.

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions: comparison
    of eleven methods. Statistics in Medicine 17, 873-890 (method 10).
    """
    first, second = wilson(share, n, confidence), wilson(other, n, confidence)
    difference = share - other
    low = difference - hypot(share - first.low, second.high - other)
    high = difference + hypot(first.high - share, other - second.low)
    return Interval(float(max(low, -1.0)), float(min(high, 1.0)), confidence)


def fisher_z(correlation: float, degrees: float, confidence: float = 0.95) -> Interval:
    """Interval of a correlation by Fisher's z.

    Parameters
    ----------
    correlation : float
        Strictly between -1 and 1.
    degrees : float
        n - 3 for n pairs, one less for each stratum after the first; above 0.
    confidence : float
        Level, 0..1.

    Returns
    -------
    Interval
        ``tanh(atanh(r) -+ z / sqrt(degrees))``.

    References
    ----------
    Fisher, R. A. (1921). On the "probable error" of a coefficient of correlation. Metron 1, 3-32.
    """
    margin = ndtri((1 + confidence) / 2) / sqrt(degrees)
    centre = atanh(correlation)
    return Interval(float(tanh(centre - margin)), float(tanh(centre + margin)), confidence)


def feldt(alpha: float, n_candidates: int, n_items: int, confidence: float = 0.95) -> Interval:
    """Interval of Cronbach's alpha by Feldt's F distribution.

    Parameters
    ----------
    alpha : float
        At most 1.
    n_candidates, n_items : int
        At least 2 each.
    confidence : float
        Level, 0..1.

    Returns
    -------
    Interval
        ``1 - (1 - alpha) F``, with F the upper and the lower quantile for n-1 and (n-1)(k-1) degrees of freedom.

    References
    ----------
    Feldt, L. S. (1965). The approximate sampling distribution of Kuder-Richardson reliability coefficient
    twenty. Psychometrika 30, 357-370.
    """
    degrees = (n_candidates - 1, (n_candidates - 1) * (n_items - 1))
    low, high = (1 - (1 - alpha) * fdtri(*degrees, tail) for tail in ((1 + confidence) / 2, (1 - confidence) / 2))
    return Interval(float(low), float(high), confidence)
