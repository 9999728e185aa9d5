"""Confidence intervals in closed form: Wilson, Student, Bonett, Newcombe, Fisher z, Zou, Feldt."""

from math import atanh, exp, hypot, log, sqrt, tanh

from scipy.special import fdtri, ndtri, stdtrit

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


def student(mean: float, sd: float, n: float, confidence: float = 0.95) -> Interval:
    """Interval of a mean by Student's t.

    Parameters
    ----------
    mean, sd : float
        Observed mean and standard deviation (divisor n-1).
    n : float
        Number of observations, at least 2.
    confidence : float
        Level, 0..1.

    Returns
    -------
    Interval
        ``mean -+ t sd / sqrt(n)`` with n-1 degrees of freedom.

    References
    ----------
    Student (1908). The probable error of a mean. Biometrika 6, 1-25.
    """
    margin = float(stdtrit(n - 1, (1 + confidence) / 2)) * sd / sqrt(n)
    return Interval(mean - margin, mean + margin, confidence)


def bonett(sd: float, fourth_powers: float, n: int, confidence: float = 0.95) -> Interval:
    """Interval of a standard deviation for any distribution, by Bonett.

    Parameters
    ----------
    sd : float
        Observed, divisor n-1, above 0.
    fourth_powers : float
        Sum of the fourth powers of the deviations from the mean.
    n : int
        Number of observations, above 1 and above z.
    confidence : float
        Level, 0..1.

    Returns
    -------
    Interval
        ``exp(log(c s^2) -+ z c sqrt((g - (n-3)/n) / (n-1)))``, the square root of it, with ``c = n / (n - z)`` and
        the kurtosis ``g = n sum(d^4) / sum(d^2)^2``.

    Notes
    -----
    Bonett takes the fourth powers from a trimmed mean. Points have ends and no far tails, so that the mean itself will
    do, and the interval keeps to what the sums hold.

    References
    ----------
    Bonett, D. G. (2006). Approximate confidence interval for standard deviation of nonnormal distributions.
    Computational Statistics & Data Analysis 50, 775-782.
    """
    z = float(ndtri((1 + confidence) / 2))
    squares = (n - 1) * sd**2
    kurtosis = n * fourth_powers / squares**2
    widening = n / (n - z)
    error = widening * sqrt(max(kurtosis - (n - 3) / n, 0.0) / (n - 1))
    low, high = (exp((log(widening * sd**2) + end * z * error) / 2) for end in (-1, 1))
    return Interval(min(low, sd), max(high, sd), confidence)


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


def shared_part(correlation: float, other: float, mutual: float) -> float:
    """Correlation of two estimates of correlations that share a variable.

    Parameters
    ----------
    correlation, other : float
        Of x and of y with the variable that they share, strictly between -1 and 1.
    mutual : float
        Of x with y.

    Returns
    -------
    float
        -1..1, for n pairs of normal variables, n large.

    References
    ----------
    Olkin, I. & Siotani, M. (1976). Asymptotic distribution of functions of a correlation matrix.
    """
    squares = 1 - correlation**2 - other**2 - mutual**2
    covariance = (mutual - correlation * other / 2) * squares + mutual**3
    return min(max(covariance / ((1 - correlation**2) * (1 - other**2)), -1.0), 1.0)


def zou(correlation: float, other: float, mutual: float, degrees: float, confidence: float = 0.95) -> Interval:
    """Interval of the difference ``correlation - other`` of two correlations that share a variable.

    Parameters
    ----------
    correlation, other : float
        Of x and of y with the variable that they share, strictly between -1 and 1.
    mutual : float
        Of x with y.
    degrees : float
        As for `fisher_z`.
    confidence : float
        Level, 0..1.

    Returns
    -------
    Interval
        Fisher's intervals of the two put together, as `newcombe` does with those of two shares, less what the two
        have in common.

    References
    ----------
    Zou, G. Y. (2007). Toward using confidence intervals to compare correlations. Psychological Methods 12,
    399-413.
    """
    first, second = (fisher_z(value, degrees, confidence) for value in (correlation, other))
    shared = shared_part(correlation, other, mutual)
    down = _distance(correlation - first.low, second.high - other, shared)
    up = _distance(first.high - correlation, other - second.low, shared)
    return Interval(correlation - other - down, correlation - other + up, confidence)


def _distance(one: float, other: float, shared: float) -> float:
    return sqrt(max(one**2 + other**2 - 2 * shared * one * other, 0.0))


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
