"""Candidates of different papers, and items of different exams, on one scale: what data allow, and what follows.

The advised mark of an exam is no mark: it says what a candidate's points on the own paper amount to on the set of all
items of the exam, so that who drew the harder paper can be seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from exambank.analysis.rules.curves import (
    FLATTEST,
    SAME,
    Curves,
    fit_curves,
    fit_right_or_wrong,
    is_usable,
    right_or_wrong,
)
from exambank.analysis.rules.evidence import CONFIDENCE
from exambank.analysis.rules.judge import MINIMUM_N
from exambank.analysis.rules.matrix import Matrix
from exambank.psychometrics.arrays import Interval, Reason
from exambank.psychometrics.intervals import wilson

FORMULAS = "irt 1"
"""Names the formulas of a bank's calibration; raised whenever one of them changes."""
EXAM_FORMULAS = "irt 2"
"""Those of an exam's scale."""

MINIMUM_CANDIDATES = 100  # of a bank, and of an exam some of whose papers share no items
MINIMUM_IN_COMMON = 40  # of an exam whose papers share items
ANSWERS_FOR_THE_BANK = 50  # below, an item's difficulty is unsure by more than 0.3
LEAST_COMMON = 5  # items that two papers, or two exams, must share to be told apart in strength
ONE_PAPER = "one_paper"


@dataclass(frozen=True)
class Advice:
    """One candidate on the common scale: the share of the own paper's points, and what it amounts to on all items.

    ``theta`` and ``se``: ability (EAP), in standard deviations of this exam's candidates. ``advised_se``: of
    ``advised_share``, by the chance in the answers to the own paper; None for no point and for all points, and where
    they lie outside of what the curves reach.
    """

    sitting_id: int
    raw_share: float
    theta: float
    se: float
    advised_share: float
    advised_se: float | None


@dataclass(frozen=True)
class ExamScale:
    """An exam on one scale, or the ``reason`` why there is none (a code of ``wording.reason_label``).

    ``least``: how many candidates it takes; ``gathered``: items whose points were put together into levels.
    """

    n: int
    least: int
    model: str | None = None
    reliability: float | None = None  # marginal: takes alpha's place where papers differ
    candidates: tuple[Advice, ...] = ()
    reason: str | None = None
    gathered: int = 0

    def summary(self) -> dict[str, Any]:
        """What a run keeps of it beside the candidates."""
        return {
            "n": self.n, "least": self.least, "model": self.model, "reliability": self.reliability,
            "formulas": EXAM_FORMULAS, "reason": self.reason, "gathered": self.gathered,
        }  # fmt: skip


def scale_exam(matrix: Matrix, scored: ArrayLike) -> ExamScale:
    """Put the candidates of an exam with different papers on one scale; ``scored``: which columns count for the mark.

    The papers are taken to be dealt at random, so that the groups who sat them are alike. Items on which everybody got
    the same are taken to give it to all.
    """
    columns = np.flatnonzero(np.asarray(scored, dtype=bool))
    shares = matrix.scores[:, columns] / matrix.weights[columns]
    rows = np.flatnonzero(~np.isnan(shares).all(axis=1))
    shares = shares[rows]
    least = _least_candidates(~np.isnan(shares))
    reason = _no_scale(shares, least)
    if reason:
        return ExamScale(len(rows), least, reason=reason)
    curves = fit_curves(shares)
    if not curves.is_usable:
        return ExamScale(len(rows), least, curves.model, reason=str(Reason.NOT_DETERMINED))
    equated = _equate(curves, shares, matrix.weights[columns])
    candidates = tuple(
        Advice(matrix.sitting_ids[row], raw, one.theta, one.se, advised, None if np.isnan(error) else error)
        for row, one, raw, advised, error in zip(rows.tolist(), curves.abilities, *equated.tolist(), strict=True)
        if one.theta is not None  # None: met items alone on which everybody got the same
    )
    return ExamScale(len(rows), least, curves.model, curves.reliability, candidates, gathered=curves.gathered)


def _least_candidates(presented: NDArray[np.bool_]) -> int:
    """How many it takes before the advice is nearer to the truth than the share of the own paper's points.

    By simulation (four papers of 30 items dealt at random, difficulties of standard deviation 1, at least 120 exams
    each; root mean square from the share expected on all items, raw / advised):

    ==========================  =============  =============  =============  =============
    candidates                  30             40             60             100
    ==========================  =============  =============  =============  =============
    from 60 items               .0810 / .0789  .0812 / .0786  .0811 / .0781  .0813 / .0780
    60, papers equally hard     .0779 / .0784  .0790 / .0792  .0779 / .0780  .0784 / .0782
    from 120, none in common    .0837 / .0923  .0855 / .0922  .0831 / .0857  .0824 / .0822
    ==========================  =============  =============  =============  =============

    Papers that share items do with 40, then; where some share none, only the luck of the deal ties them together. With
    partial credit the advice gains more: 40 multiple choices, 8 clusters and 4 essays, half of them on each paper,
    .0822 / .0748 with 40 candidates.
    """
    if len(presented) >= MINIMUM_CANDIDATES or not len(presented):
        return MINIMUM_CANDIDATES
    papers = np.unique(presented, axis=0)
    return MINIMUM_IN_COMMON if len(_chains(papers)) == 1 else MINIMUM_CANDIDATES


def _no_scale(shares: NDArray[np.float64], least: int) -> str | None:
    if len(shares) and not np.isnan(shares).any():
        return ONE_PAPER
    if len(shares) < least:
        return str(Reason.TOO_FEW_CANDIDATES)
    is_constant = np.nanmax(shares, axis=0) - np.nanmin(shares, axis=0) < SAME
    return str(Reason.TOO_FEW_ITEMS) if np.sum(~is_constant) < 2 else None


def _equate(curves: Curves, shares: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each candidate the share of the own paper's points, the share advised and its error, shape (3, n).

    True-score equating (Lord 1980, ch. 13; Kolen & Brennan 2014, ch. 6): the ability at which the own paper is expected
    to give just these points (not the estimated one, which is drawn towards the middle), and what is expected of all
    items there. Between what the curves reach and no or all points the line is straight, as Kolen and Brennan have it
    below guessing: no point amounts to no point, all to all.

    The error is the conditional standard error of measurement of the own paper (Lord & Novick 1968, ch. 23: the root of
    ``sum w^2 Var(score | theta) / (sum w)^2``) carried over by the delta method: times ``d on_all / d own``. It is of
    the candidate's answers alone; that the curves are themselves estimates is not in it.
    """
    presented, own_paper = np.unique(~np.isnan(shares), axis=0, return_inverse=True)
    earned = np.nansum(shares * weights, axis=1)
    on_all = _to_its_ends(weights @ curves.expected / weights.sum(), curves, weights)
    found = np.empty((3, len(shares)))
    for paper, met in enumerate(presented):
        rows = np.flatnonzero(own_paper.ravel() == paper)
        own_weights = met * weights / weights[met].sum()
        raw = earned[rows] / weights[met].sum()
        own = _to_its_ends(own_weights @ curves.expected, curves, own_weights)
        spread = np.sqrt(own_weights**2 @ curves.variance)
        found[:, rows] = raw, np.interp(raw, own, on_all), _carried_error(raw, own, on_all, spread)
    return found


def _to_its_ends(curve: NDArray[np.float64], curves: Curves, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """A curve over the grid and its two ends in infinity, shape (323,): there an item gives no points, or all."""
    constant = weights @ (curves.expected[:, 0] * ~curves.has_curve) / weights.sum()
    varying = weights @ curves.has_curve / weights.sum()
    return np.concatenate([[constant], curve, [constant + varying]])


def _carried_error(raw, own, on_all, spread) -> NDArray[np.float64]:
    """NaN where the points lie outside of what the curve of the own paper reaches."""
    rise, rise_of_all = np.gradient(own[1:-1]), np.gradient(on_all[1:-1])
    errors = spread * np.divide(rise_of_all, rise, out=np.zeros_like(rise), where=rise > 0)
    return np.where((own[1] < raw) & (raw < own[-2]), np.interp(raw, own[1:-1], errors), np.nan)


def advised_interval(share: float, error: float | None) -> Interval | None:
    """Between which shares of all items the candidate's knowledge lies, at ``CONFIDENCE``; None without an error.

    Wilson's, for as many answers as give a share that error (``share (1 - share) / error^2``), so that it stays between
    no and all points. By simulation with the curves known it holds the share expected on all items for 95.5 % of
    candidates (own paper of 30 items; 1.96 errors to both sides: 93.5 %), and for 91 % of those above nine tenths or
    below one (66 %). With estimated curves, which it does not count: 94.4 % in exams of 40 candidates, 94.9 % of 60,
    95.4 % of 2,000. With clusters and essays, which follow no model exactly: 93 to 95 %.
    """
    if not error or not 0 < share < 1:
        return None
    return wilson(share, share * (1 - share) / error**2, CONFIDENCE)


@dataclass(frozen=True)
class CalibratedItem:
    """An item version on its bank's scale: slope, difficulty, asymptote (0: not modelled), answers behind them."""

    version_id: int
    a: float
    b: float
    c: float
    n: int


@dataclass(frozen=True)
class BankScale:
    """The items of a bank on one scale, or the ``reason`` why there is none yet.

    ``n`` candidates of ``exams`` exams are behind it; ``left_out``: exams that share too few items with these.
    """

    n: int
    exams: int
    left_out: int = 0
    model: str | None = None
    items: tuple[CalibratedItem, ...] = ()
    reason: str | None = None

    def summary(self) -> dict[str, Any]:
        """What is kept of it beside the items."""
        return {
            "n": self.n, "exams": self.exams, "left_out": self.left_out, "model": self.model,
            "items": len(self.items), "reason": self.reason,
        }  # fmt: skip


def scale_bank(version_ids: Sequence[int], scores: ArrayLike, exams: ArrayLike) -> BankScale:
    """Calibrate the items of a bank together over its exams.

    ``scores``: shares of the points, shape (n, k), NaN = not presented; ``exams``: of each row. Each exam is a group
    with its own mean and spread of ability, never one normal distribution for all: that in which most sat sets the
    scale. Left out are exams of fewer than ``MINIMUM_N`` candidates and those that no chain of ``LEAST_COMMON`` common
    items links to the largest set of exams; items with partial credit, those that all answered alike, those with fewer
    than ``ANSWERS_FOR_THE_BANK`` answers, and those that turn out to measure nothing.
    """
    labels = np.asarray(exams)
    shares = np.asarray(scores, dtype=np.float64).reshape(len(labels), len(version_ids))
    columns = np.flatnonzero(right_or_wrong(shares))
    linked, left_out = _linked(shares[:, columns], labels)
    rows = np.flatnonzero(np.isin(labels, linked))
    columns = columns[_is_answered(shares[np.ix_(rows, columns)])]
    rows = rows[~np.isnan(shares[np.ix_(rows, columns)]).all(axis=1)]
    known = {"n": len(rows), "exams": len(linked), "left_out": left_out}
    if len(rows) < MINIMUM_CANDIDATES or len(columns) < 2:
        too_few = Reason.TOO_FEW_CANDIDATES if len(rows) < MINIMUM_CANDIDATES else Reason.TOO_FEW_ITEMS
        return BankScale(**known, reason=str(too_few))
    ranks = {label: rank for rank, label in enumerate(linked)}
    fit = fit_right_or_wrong(shares[np.ix_(rows, columns)], groups=[ranks[label] for label in labels[rows].tolist()])
    if not is_usable(fit):
        return BankScale(**known, model=fit.model, reason=str(Reason.NOT_DETERMINED))
    items = tuple(
        CalibratedItem(version_ids[columns[place]], float(one.slope), float(one.difficulty), one.guessing or 0.0, one.n)
        for place, one in enumerate(fit.items)
        if one.difficulty is not None and one.slope > FLATTEST
    )
    return BankScale(**known, model=fit.model, items=items)


def _is_answered(shares: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which columns have answers enough, right and wrong ones among them."""
    answers, rights = (~np.isnan(shares)).sum(axis=0), np.nansum(shares, axis=0)
    return (answers >= ANSWERS_FOR_THE_BANK) & (rights > 0) & (rights < answers)


def _linked(shares: NDArray[np.float64], labels: NDArray) -> tuple[list, int]:
    """The exams, the largest first, of the set with most candidates that common items hold together; how many not."""
    sizes = {label: int((labels == label).sum()) for label in np.unique(labels).tolist()}
    large = [label for label, size in sizes.items() if size >= MINIMUM_N]
    met = [~np.isnan(shares[labels == label]).all(axis=0) for label in large]
    chains = _chains(np.array(met, dtype=bool).reshape(len(large), shares.shape[1]))
    groups = [[large[place] for place in chain] for chain in chains]
    best = max(groups, key=lambda group: sum(sizes[one] for one in group), default=[])
    return sorted(best, key=lambda one: (-sizes[one], one)), len(sizes) - len(best)


def _chains(met: NDArray[np.bool_]) -> list[list[int]]:
    """Which rows, sets of items, hang together by ``LEAST_COMMON`` common items, if only through others."""
    common = met.astype(np.float64) @ met.T >= LEAST_COMMON
    waiting, chains = set(range(len(met))), []
    while waiting:
        chain = [waiting.pop()]
        for one in chain:  # grows while it is gone through
            near = waiting.intersection(np.flatnonzero(common[one]).tolist())
            chain += sorted(near)
            waiting -= near
        chains.append(chain)
    return chains
