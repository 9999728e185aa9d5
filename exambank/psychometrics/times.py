"""How long candidates take over an item, and who answers faster than anyone can read."""

from dataclasses import dataclass, field
from math import ceil, exp, floor, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from exambank.psychometrics.arrays import NO_SPREAD, Interval, Reason, check_confidence, check_scores, check_strata
from exambank.psychometrics.correlation import Correlation, correlate, rest_shares
from exambank.psychometrics.intervals import student, wilson

# An answer within this share of the usual time, and within so many seconds, was not read.
RAPID_SHARE = 0.1
LONGEST_RAPID_SECONDS = 10.0

# Clocks of browsers round; a time of 0 has no logarithm.
SHORTEST_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class ItemTimes:
    """Time over one item, in seconds. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n : int
        Candidates whose time is known.
    median, lower_quartile, upper_quartile : float or None
    median_ci : Interval or None
        From one ordered time to another, for any distribution.
    typical : float or None
        Geometric mean, which long absences do not move.
    log_mean, log_sd : float or None
        Of the natural logarithms (divisor n-1).
    log_mean_ci : Interval or None
        Student's interval.
    rapid_seconds : float or None
        Faster than this counts as a rapid guess.
    rapid_share : float or None
        Share of rapid guesses, 0..1.
    rapid_ci : Interval or None
        Wilson's interval.
    rapid_right_share : float or None
        Mean share of the points earned by rapid guesses: near chance, if that is what they are.
    log_time_rest : float or None
        Correlation of the logarithm with the score on the other items.
    log_time_rest_ci : Interval or None
        Fisher's interval.
    undefined : dict of str to Reason
        For each attribute that is None, why.
    """

    n: int
    median: float | None
    median_ci: Interval | None
    lower_quartile: float | None
    upper_quartile: float | None
    typical: float | None
    log_mean: float | None
    log_mean_ci: Interval | None
    log_sd: float | None
    rapid_seconds: float | None
    rapid_share: float | None
    rapid_ci: Interval | None
    rapid_right_share: float | None
    log_time_rest: float | None
    log_time_rest_ci: Interval | None
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


def time_statistics(
    seconds: ArrayLike,
    scores: ArrayLike,
    *,
    max_scores: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    confidence: float = 0.95,
) -> tuple[ItemTimes, ...]:
    """Time over every item: how long, how different, and how often too short to have read it.

    Parameters
    ----------
    seconds : array_like of float, shape (n, k)
        Time of each candidate on each item, at least 0; NaN where it is not known. Leave out those who gave no answer:
        a short look at a blank is no rapid guess.
    scores, max_scores, strata
        As for `item_statistics`.
    confidence : float, default 0.95
        Level of all intervals.

    Returns
    -------
    tuple of ItemTimes, length k

    Raises
    ------
    ValueError
        If the shapes do not fit, or a time or a score is not a number within its bounds.

    Notes
    -----
    A time counts where the item was presented too. Rapid is an answer in less than 10 % of the usual time, and in less
    than 10 seconds, the normative threshold of Wise and Ma. They take the mean for the usual time; the median is used
    here, which a candidate who left the room does not move. Quartiles are of type 7 (the default of R and numpy).
    ``log_time_rest`` takes the score on the OTHER items within strata: below 0 where the strong are fast, above 0
    where they take the time that the item needs. Times below 0.1 s are taken as 0.1 s before the logarithm.

    References
    ----------
    Wise, S. L. & Ma, L. (2012). Setting response time thresholds for a CAT item pool: the normative threshold method.
    Paper presented at the annual meeting of the National Council on Measurement in Education, Vancouver.
    van der Linden, W. J. (2006). A lognormal model for response times on test items. Journal of Educational and
    Behavioral Statistics 31, 181-204.

    Examples
    --------
    >>> [item, _] = time_statistics([[30, 9], [40, 9], [50, 9], [2, 9]], [[1, 1], [1, 0], [1, 1], [0, 0]])
    >>> item.median, item.rapid_seconds, item.rapid_share
    (35.0, 3.5, 0.25)
    """
    confidence = check_confidence(confidence)
    checked = check_scores(scores, max_scores)
    times = _check_seconds(seconds, checked.points.shape)
    strata = check_strata(strata, len(times))
    timed = ~np.isnan(times) & checked.presented
    logs = np.log(np.maximum(np.where(timed, times, 1.0), SHORTEST_SECONDS))
    rest, exists = rest_shares(checked)
    against_rest = correlate(logs, rest, exists & timed, strata, confidence)
    shares = checked.shares
    return tuple(
        _describe(times[rows, item], logs[rows, item], shares[rows, item], against_rest[item], confidence)
        for item, rows in enumerate(timed.T)
    )


def _check_seconds(seconds: ArrayLike, shape: tuple[int, int]) -> NDArray[np.float64]:
    try:
        times = np.array(seconds, dtype=np.float64)
    except TypeError as error:
        raise ValueError("times must be numbers of seconds") from error
    if times.shape != shape:
        raise ValueError(f"times need the shape of the scores, {shape}, not {times.shape}")
    if (times < 0).any() or np.isinf(times).any():
        raise ValueError("a time must be a number of seconds, at least 0")
    return times


def _describe(
    times: NDArray[np.float64],
    logs: NDArray[np.float64],
    shares: NDArray[np.float64],
    against_rest: Correlation,
    confidence: float,
) -> ItemTimes:
    n = len(times)
    few = Reason.TOO_FEW_CANDIDATES if n else Reason.NO_RESPONSES
    names = [name for name in ItemTimes.__slots__ if name not in ("n", "undefined")]
    figures: dict[str, float | Interval | Reason | None] = dict.fromkeys(names, few)
    if n:
        figures |= _of_seconds(np.sort(times), confidence) | _of_rapid(times, shares, confidence)
        figures |= _of_logs(logs, confidence)
    reason = against_rest.reason or few
    figures["log_time_rest"] = reason if against_rest.value is None else against_rest.value
    figures["log_time_rest_ci"] = against_rest.interval or reason
    undefined = {name: figure for name, figure in figures.items() if isinstance(figure, Reason)}
    return ItemTimes(n, **figures | dict.fromkeys(undefined), undefined=undefined)


def _of_seconds(ordered: NDArray[np.float64], confidence: float) -> dict[str, float | Interval | Reason]:
    lower, median, upper = np.quantile(ordered, (0.25, 0.5, 0.75)).tolist()
    return {
        "lower_quartile": lower,
        "median": median,
        "upper_quartile": upper,
        "median_ci": _interval_of_median(ordered, confidence),
    }


def _interval_of_median(ordered: NDArray[np.float64], confidence: float) -> Interval | Reason:
    """Take the ordered times whose ranks lie as far from the middle as the number of tosses that fall one way."""
    n = len(ordered)
    margin = float(ndtri((1 + confidence) / 2)) * sqrt(n) / 2
    first, last = floor(n / 2 - margin), ceil(n / 2 + 1 + margin)
    if first < 1 or last > n:
        return Reason.TOO_FEW_CANDIDATES
    return Interval(float(ordered[first - 1]), float(ordered[last - 1]), confidence)


def _of_rapid(
    times: NDArray[np.float64], shares: NDArray[np.float64], confidence: float
) -> dict[str, float | Interval | Reason]:
    limit = min(RAPID_SHARE * float(np.median(times)), LONGEST_RAPID_SECONDS)
    rapid = times < limit
    share = float(rapid.mean())
    return {
        "rapid_seconds": limit,
        "rapid_share": share,
        "rapid_ci": wilson(share, len(times), confidence),
        "rapid_right_share": float(shares[rapid].mean()) if rapid.any() else Reason.NO_RESPONSES,
    }


def _of_logs(logs: NDArray[np.float64], confidence: float) -> dict[str, float | Interval | Reason]:
    n, mean = len(logs), float(logs.mean())
    found: dict[str, float | Interval | Reason] = {"log_mean": mean, "typical": exp(mean)}
    if n < 2:
        return found
    found["log_sd"] = sd = float(logs.std(ddof=1))
    has_spread = sd**2 > NO_SPREAD
    return found | {"log_mean_ci": student(mean, sd, n, confidence) if has_spread else Reason.CONSTANT_ITEM}
