"""Candidates of different papers, and items of different exams, on one scale: what data allow, and what follows.

Which model: with fewer than about 250 answers an item, slopes of their own cannot be told (they explode, or are all
prior), and a common slope serves better; from there on each item has its own, with a prior. Below
``MINIMUM_CANDIDATES`` nothing is fitted.

The advised mark of an exam is no mark: it says what a candidate's points on the own paper amount to on the set of all
items of the exam, so that who drew the harder paper can be seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from exambank.analysis.rules.judge import MINIMUM_N
from exambank.analysis.rules.matrix import Matrix
from exambank.psychometrics import LogisticFit, Prior, abilities, fit_logistic, marginal_reliability
from exambank.psychometrics.arrays import Reason

FORMULAS = "irt 1"
"""Names the formulas of a calibration; raised whenever one of them changes."""

MINIMUM_CANDIDATES = 100
ANSWERS_FOR_SLOPES = 250
ANSWERS_FOR_THE_BANK = 50  # below, an item's difficulty is unsure by more than 0.3
FLATTEST = 0.1  # a slope below this says that the item measures nothing in common with the others
LEAST_COMMON = 5  # items that two exams must share to be told apart in strength
ONE_PAPER = "one_paper"
GRID = np.linspace(-8.0, 8.0, 321)


@dataclass(frozen=True)
class Advice:
    """One candidate on the common scale: the share of the own paper's points, and what it amounts to on all items.

    ``theta`` and ``se``: ability (EAP), in standard deviations of this exam's candidates.
    """

    sitting_id: int
    raw_share: float
    theta: float
    se: float
    advised_share: float


@dataclass(frozen=True)
class ExamScale:
    """An exam on one scale, or the ``reason`` why there is none (a code of ``wording.reason_label``)."""

    n: int
    model: str | None = None
    reliability: float | None = None  # marginal: takes alpha's place where papers differ
    candidates: tuple[Advice, ...] = ()
    reason: str | None = None

    def summary(self) -> dict[str, Any]:
        """What a run keeps of it beside the candidates."""
        return {
            "n": self.n, "model": self.model, "reliability": self.reliability, "formulas": FORMULAS,
            "reason": self.reason,
        }  # fmt: skip


def scale_exam(matrix: Matrix, scored: ArrayLike) -> ExamScale:
    """Put the candidates of an exam with different papers on one scale; ``scored``: which columns count for the mark.

    The papers are taken to be dealt at random, so that the groups who sat them are alike. Items that everybody got
    right, or wrong, are taken to be so for all.
    """
    columns = np.flatnonzero(np.asarray(scored, dtype=bool))
    shares = matrix.scores[:, columns] / matrix.weights[columns]
    rows = np.flatnonzero(~np.isnan(shares).all(axis=1))
    shares = shares[rows]
    reason = _no_scale(shares)
    if reason:
        return ExamScale(len(rows), reason=reason)
    fit = _fit(shares)
    if not _is_usable(fit):
        return ExamScale(len(rows), fit.model, reason=str(Reason.NOT_DETERMINED))
    raw, advised = _equate(fit, shares, matrix.weights[columns])
    candidates = tuple(
        Advice(matrix.sitting_ids[row], float(own), one.theta, one.se, float(on_all))
        for row, own, one, on_all in zip(rows.tolist(), raw, abilities(fit), advised, strict=True)
    )
    return ExamScale(len(rows), fit.model, marginal_reliability(fit), candidates)


def _no_scale(shares: NDArray[np.float64]) -> str | None:
    if len(shares) and not np.isnan(shares).any():
        return ONE_PAPER
    if len(shares) < MINIMUM_CANDIDATES:
        return str(Reason.TOO_FEW_CANDIDATES)
    if not _right_or_wrong(shares).all():
        return str(Reason.NOT_DICHOTOMOUS)
    constant = np.isin(np.nansum(shares, axis=0) / np.sum(~np.isnan(shares), axis=0), (0.0, 1.0))
    return str(Reason.TOO_FEW_ITEMS) if np.sum(~constant) < 2 else None


def _right_or_wrong(shares: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which columns hold nothing but all or no points."""
    return (np.isnan(shares) | (shares == 0) | (shares == 1)).all(axis=0)


def _fit(shares: NDArray[np.float64], **groups: Any) -> LogisticFit:
    answers = float(np.median((~np.isnan(shares)).sum(axis=0)))
    if answers < ANSWERS_FOR_SLOPES:
        return fit_logistic(shares, model="1pl", standard_errors=False, **groups)
    return fit_logistic(shares, model="2pl", prior=Prior(), standard_errors=False, **groups)


def _is_usable(fit: LogisticFit) -> bool:
    """Whether the model has settled, and most items have something in common."""
    return fit.is_converged and len(fit.columns) > 1 and float(np.median(fit.parameters.slopes)) > FLATTEST


def _equate(
    fit: LogisticFit, shares: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each candidate's share of the own paper's points, and the expected share on all items at that ability.

    True-score equating: the ability at which the own paper is expected to give just these points (not the estimated
    one, which is drawn towards the middle). No point and all points correspond to no and all points.
    """
    chances = _chances(fit, shares)
    presented = (~np.isnan(shares)) * weights
    raw = np.nansum(shares * weights, axis=1) / presented.sum(axis=1)
    own = presented @ chances / presented.sum(axis=1, keepdims=True)
    on_all = weights @ chances / weights.sum()
    advised = np.array([np.interp(one, curve, on_all) for one, curve in zip(raw, own, strict=True)])
    return raw, advised


def _chances(fit: LogisticFit, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each item at each ability of the grid, and at its two ends in infinity; shape (k, 323)."""
    constant = np.nansum(shares, axis=0) > 0  # of items without a curve: all right, or all wrong
    chances = np.repeat(constant[:, np.newaxis].astype(np.float64), len(GRID) + 2, axis=1)
    own = fit.parameters
    logits = np.outer(own.slopes, GRID) + own.intercepts[:, np.newaxis]
    curves = 1 / (1 + np.exp(-np.clip(logits, -500, 500)))
    ends = np.zeros((len(curves), 1)), np.ones((len(curves), 1))
    chances[fit.columns] = np.hstack([ends[0], curves, ends[1]])
    return chances


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
    columns = np.flatnonzero(_right_or_wrong(shares))
    linked, left_out = _linked(shares[:, columns], labels)
    rows = np.flatnonzero(np.isin(labels, linked))
    columns = columns[_is_answered(shares[np.ix_(rows, columns)])]
    rows = rows[~np.isnan(shares[np.ix_(rows, columns)]).all(axis=1)]
    known = {"n": len(rows), "exams": len(linked), "left_out": left_out}
    if len(rows) < MINIMUM_CANDIDATES or len(columns) < 2:
        too_few = Reason.TOO_FEW_CANDIDATES if len(rows) < MINIMUM_CANDIDATES else Reason.TOO_FEW_ITEMS
        return BankScale(**known, reason=str(too_few))
    ranks = {label: rank for rank, label in enumerate(linked)}
    fit = _fit(shares[np.ix_(rows, columns)], groups=[ranks[label] for label in labels[rows].tolist()])
    if not _is_usable(fit):
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
    met = {label: ~np.isnan(shares[labels == label]).all(axis=0) for label in sizes}
    waiting = {label for label, size in sizes.items() if size >= MINIMUM_N}
    best: set = set()
    while waiting:
        chain = [waiting.pop()]
        for one in chain:  # grows while it is gone through
            near = {other for other in waiting if int((met[one] & met[other]).sum()) >= LEAST_COMMON}
            chain += sorted(near)
            waiting -= near
        best = max(best, set(chain), key=lambda group: sum(sizes[one] for one in group))
    return sorted(best, key=lambda one: (-sizes[one], one)), len(sizes) - len(best)
