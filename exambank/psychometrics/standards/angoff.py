"""The Angoff method: judges say how many borderline candidates would solve each item."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from exambank.psychometrics.arrays import Interval, Reason, check_confidence
from exambank.psychometrics.correlation import correlate
from exambank.psychometrics.standards.judgements import (
    Judgements,
    as_numbers,
    check_judgements,
    cut_score,
    intraclass,
    spreads,
)


@dataclass(frozen=True, slots=True)
class JudgedItem:
    """One item as the judges see it. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n : int
        Judges who rated it.
    share : float or None
        Mean of their ratings, 0..1.
    sd : float or None
        Of their ratings (divisor n-1): a wide one is for the judges to talk about.
    low, high : float or None
        The lowest and the highest rating.
    undefined : dict of str to Reason
    """

    n: int
    share: float | None
    sd: float | None
    low: float | None
    high: float | None
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Judge:
    """One judge beside the others. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n : int
        Items the judge rated.
    share : float or None
        Mean of the judge's ratings, 0..1.
    leniency : float or None
        How far they lie above those of the other judges on the same items, on average, -1..1. Below 0: a judge who
        expects less of the borderline candidate than the others, and so sets a lower cut.
    agreement : float or None
        Correlation, over items, with the mean of the other judges.
    undefined : dict of str to Reason
    """

    n: int
    share: float | None
    leniency: float | None
    agreement: float | None
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Angoff:
    """A cut score by Angoff's method. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n_judges, n_items : int
        Judges who rated something, items.
    max_points : float
        The most the test can give.
    cut : float or None
        In points.
    cut_share : float or None
        As a share of the most, 0..1.
    se : float or None
        Standard error of the cut over judges, in points.
    cut_ci : Interval or None
        Student's interval, within 0 and the most.
    agreement, agreement_of_mean : float or None
        Intraclass correlation of one judge, and of the mean of all judges, over the items that all rated.
    items : tuple of JudgedItem, length k
    judges : tuple of Judge, length j
        All rows of the input, also of judges who rated nothing.
    undefined : dict of str to Reason
        For each attribute that is None, why.
    """

    n_judges: int
    n_items: int
    max_points: float
    cut: float | None
    cut_share: float | None
    se: float | None
    cut_ci: Interval | None
    agreement: float | None
    agreement_of_mean: float | None
    items: tuple[JudgedItem, ...]
    judges: tuple[Judge, ...]
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


def angoff(ratings: ArrayLike, *, max_scores: ArrayLike | None = None, confidence: float = 0.95) -> Angoff:
    """The cut score that judges set item by item.

    Parameters
    ----------
    ratings : array_like of float, shape (j, k)
        Share of borderline candidates whom the judge expects to answer the item right, or share of the item's points
        that one would earn, 0..1; NaN where a judge did not rate an item.
    max_scores : array_like of float, shape (k,), or one number, optional
        The most each item can give, above 0; 1 unless told.
    confidence : float, default 0.95
        Level of the interval.

    Returns
    -------
    Angoff

    Raises
    ------
    ValueError
        If a rating is not a number from 0 to 1, or the shapes do not fit.

    Notes
    -----
    ``cut = sum of max_score * mean rating``. An item that nobody rated leaves the cut undefined, as it is the cut of
    the whole test; an item that only one judge rated leaves its error undefined.

    References
    ----------
    Angoff, W. H. (1971). Scales, norms, and equivalent scores. In R. L. Thorndike (ed.), Educational Measurement, 2nd
    ed., 508-600. Cizek, G. J. & Bunch, M. B. (2007). Standard Setting, ch. 6.
    """
    confidence = check_confidence(confidence)
    judgements = check_judgements(ratings)
    n_items = judgements.shares.shape[1]
    points = _check_points(max_scores, n_items)
    cut = cut_score(judgements, points, confidence)
    single, of_mean = intraclass(judgements.shares[:, judgements.rated.all(axis=0)])
    undefined = dict(cut.undefined)
    for name, value in (("agreement", single), ("agreement_of_mean", of_mean)):
        if value is None:
            undefined[name] = Reason.NOT_DETERMINED if len(judgements.rows) else Reason.NO_RESPONSES
    cut_share = None if cut.value is None else cut.value / float(points.sum())
    return Angoff(
        len(judgements.rows), n_items, float(points.sum()), cut.value, cut_share, cut.se, cut.interval, single, of_mean,
        _items(judgements), _judges(judgements, len(np.asarray(ratings))), undefined,
    )  # fmt: skip


def _check_points(max_scores: ArrayLike | None, n_items: int) -> NDArray[np.float64]:
    points = as_numbers(1.0 if max_scores is None else max_scores, "maxima")
    points = np.full(n_items, points) if points.ndim == 0 else points
    if points.shape != (n_items,):
        raise ValueError(f"{n_items} items need as many maxima, not shape {points.shape}")
    if not (np.isfinite(points) & (points > 0)).all():
        raise ValueError("an item's maximum must be a number above 0")
    return points


def _items(judgements: Judgements) -> tuple[JudgedItem, ...]:
    records = []
    deviations = spreads(judgements).tolist()
    for shares, rated, sd in zip(judgements.shares.T, judgements.rated.T, deviations, strict=True):
        own = shares[rated]
        if not len(own):
            missing = dict.fromkeys(("share", "sd", "low", "high"), Reason.NO_RESPONSES)
            records.append(JudgedItem(0, None, None, None, None, missing))
            continue
        is_alone = len(own) == 1
        records.append(
            JudgedItem(
                len(own), float(own.mean()), None if is_alone else sd, float(own.min()), float(own.max()),
                {"sd": Reason.NOT_DETERMINED} if is_alone else {},
            )
        )  # fmt: skip
    return tuple(records)


def _judges(judgements: Judgements, n_rows: int) -> tuple[Judge, ...]:
    nothing = Judge(0, None, None, None, dict.fromkeys(("share", "leniency", "agreement"), Reason.NO_RESPONSES))
    records = [nothing] * n_rows
    shares, rated = judgements.shares, judgements.rated
    others = judgements.counts - rated
    mean_of_others = (shares.sum(axis=0) - shares) / np.maximum(others, 1)
    is_joint = rated & (others > 0)
    strata = np.zeros(shares.shape[1], dtype=np.intp)
    correlations = correlate(shares.T, mean_of_others.T, is_joint.T, strata, 0.95)
    for place, row in enumerate(judgements.rows.tolist()):
        joint, own = is_joint[place], shares[place]
        values = {
            "leniency": float((own - mean_of_others[place])[joint].mean()) if joint.any() else None,
            "agreement": correlations[place].value,
        }
        undefined = {name: Reason.NOT_DETERMINED for name, value in values.items() if value is None}
        records[row] = Judge(int(rated[place].sum()), float(own[rated[place]].mean()), undefined=undefined, **values)
    return tuple(records)
