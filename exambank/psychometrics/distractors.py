"""Who chose what: the options of an item, by the strength of the candidates."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from exambank.psychometrics.arrays import (
    Interval,
    Reason,
    check_confidence,
    check_scores,
    check_strata,
)
from exambank.psychometrics.choices import CodedResponses, choice_sums, code_responses, list_labels
from exambank.psychometrics.correlation import Correlation, RestShares, judge_sums, total_shares
from exambank.psychometrics.groups import quantile_groups
from exambank.psychometrics.intervals import wilson


@dataclass(frozen=True, slots=True)
class OptionStatistic:
    """One option of an item. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    option : str
        The label; "" stands for a blank answer.
    is_key : bool
    count : int
        Candidates who chose it.
    share : float or None
        `count` out of those who were presented with the item, 0..1.
    share_ci : Interval or None
        Wilson's interval.
    by_group : tuple of int
        Candidates who chose it, by group of score, the weakest first.
    share_by_group : tuple of (float or None)
        The same as shares of each group; None for a group that is empty.
    mean_rest : float or None
        Mean share of the points, 0..1, that those who chose it earned on the OTHER items.
    option_total, option_rest : float or None
        Correlation of choosing it with the score on all items, and on all items but this one, so that the
        point for this item's own key does not count. A key should be well above 0, a distractor below.
    option_total_ci, option_rest_ci : Interval or None
        Fisher's intervals.
    undefined : dict of str to Reason
        For each attribute that is None, why.
    """

    option: str
    is_key: bool
    count: int
    share: float | None
    share_ci: Interval | None
    by_group: tuple[int, ...]
    share_by_group: tuple[float | None, ...]
    mean_rest: float | None
    option_total: float | None
    option_total_ci: Interval | None
    option_rest: float | None
    option_rest_ci: Interval | None
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class ItemOptions:
    """The options of one item.

    Attributes
    ----------
    n : int
        Candidates who were presented with the item.
    group_sizes : tuple of int
        Of these, how many are in each group of score, the weakest first.
    options : tuple of OptionStatistic
        In the order given, then other answers that occurred, then "" if anybody left a blank.
    """

    n: int
    group_sizes: tuple[int, ...]
    options: tuple[OptionStatistic, ...]


def option_statistics(
    responses: ArrayLike | CodedResponses,
    scores: ArrayLike,
    keys: Sequence[str | Collection[str] | None],
    *,
    options: Sequence[Sequence[str]] | None = None,
    max_scores: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    n_groups: int = 3,
    confidence: float = 0.95,
) -> tuple[ItemOptions, ...]:
    """Table of options for every item: how many chose each, from which group, and how strong they are elsewhere.

    Parameters
    ----------
    responses : array_like of str, shape (n, k), or CodedResponses
        The label each candidate chose, "" for a blank, None or NaN for not presented. The answer to a
        multiple-response item is one label for the whole set ("BD").
    scores : array_like of float, shape (n, k)
        The points for these responses, as for `item_statistics`; NaN = not presented.
    keys : sequence of length k
        For each item its key, several keys that count as right, or None.
    options : sequence of length k of sequences of str, optional
        The labels of each item, so that one that nobody chose is seen.
    max_scores, strata
        As for `item_statistics`. Correlations and groups are formed within strata and pooled.
    n_groups : int, default 3
        Groups of score: 3 for lower, middle, upper; 5 for charts.
    confidence : float, default 0.95
        Level of the intervals.

    Returns
    -------
    tuple of ItemOptions, length k

    Raises
    ------
    ValueError
        If the shapes do not fit, or a score is not a number from 0 to the maximum.

    Notes
    -----
    ``option_rest = corr(chosen, rest)`` with chosen 1 or 0 and rest as in `item_statistics`. For the key of an item
    scored 0/1 it equals `item_rest`. Groups are cut at the quantiles of the total share among those who were
    presented with the item; equal totals stay together (see `exambank.psychometrics.groups`).

    References
    ----------
    Haladyna, T. M. & Downing, S. M. (1993). How many options is enough for a multiple-choice test item?
    Educational and Psychological Measurement 53, 999-1010.
    """
    confidence = check_confidence(confidence)
    checked = check_scores(scores, max_scores)
    n, n_items = checked.points.shape
    answers = code_responses(responses, (n, n_items))
    keys = [key_set(key) for key in check_length(keys, n_items, "keys")]
    options = check_length([()] * n_items if options is None else options, n_items, "lists of options")
    if n_groups < 1:
        raise ValueError(f"candidates cannot form {n_groups} groups")
    strata = check_strata(strata, n)
    totals, rest_shares = total_shares(checked), RestShares(checked)
    groups_of_all = quantile_groups(totals, strata, n_groups)
    tables = []
    for item in range(n_items):
        rows = np.flatnonzero(checked.presented[:, item] & answers.answered(item))
        chosen = answers.chosen(item, rows)
        labels = list_labels(chosen, options[item], keys[item])
        rest, has_rest = (column[rows] for column in rest_shares.of_item(item))
        groups = groups_of_all if len(rows) == n else quantile_groups(totals[rows], strata[rows], n_groups)
        choices = chosen.numbered({label: at for at, label in enumerate(labels)})
        choosers = _Choosers(choices, len(labels), groups, totals[rows], rest, has_rest, strata[rows])
        tables.append(_tabulate(labels, keys[item], choosers, n_groups, confidence))
    return tuple(tables)


def check_length(given: Sequence, n_items: int, what: str) -> Sequence:
    """Give back what there must be one of for each item, or raise ValueError."""
    if len(given) != n_items:
        raise ValueError(f"{n_items} items need as many {what}, not {len(given)}")
    return given


def key_set(key: str | Collection[str] | None) -> frozenset[str]:
    """All labels that count as right."""
    if key is None:
        return frozenset()
    return frozenset([key] if isinstance(key, str) else key)


@dataclass(frozen=True, slots=True, eq=False)
class _Choosers:
    """The candidates who met one item, each array of shape (n,): what they chose, their group, their scores."""

    choices: NDArray[np.intp]
    n_labels: int
    groups: NDArray[np.intp]
    totals: NDArray[np.float64]
    rest: NDArray[np.float64]
    has_rest: NDArray[np.bool_]
    strata: NDArray[np.intp]


def _tabulate(
    labels: list[str], key: frozenset[str], choosers: _Choosers, n_groups: int, confidence: float
) -> ItemOptions:
    sizes = np.bincount(choosers.groups, minlength=n_groups).tolist()
    numbered = np.bincount(choosers.choices * n_groups + choosers.groups, minlength=len(labels) * n_groups)
    by_group = numbered.reshape(len(labels), n_groups).tolist()
    option_total = _against(choosers, choosers.totals, slice(None), confidence)
    columns = zip(
        labels, by_group, _mean_rest(choosers), option_total, _against_rest(choosers, confidence), strict=True
    )
    options = [_gather(label, label in key, counts, sizes, *rest, confidence) for label, counts, *rest in columns]
    return ItemOptions(len(choosers.totals), tuple(sizes), tuple(options))


def _mean_rest(choosers: _Choosers) -> list[float | None]:
    counts = np.bincount(choosers.choices, choosers.has_rest, choosers.n_labels)
    sums = np.bincount(choosers.choices, choosers.rest, choosers.n_labels)
    return [total / count if count else None for total, count in zip(sums.tolist(), counts.tolist(), strict=True)]


def _against_rest(choosers: _Choosers, confidence: float) -> list[Correlation]:
    if len(choosers.choices) and not choosers.has_rest.any():
        return [Correlation(None, None, Reason.TOO_FEW_ITEMS)] * choosers.n_labels
    return _against(choosers, choosers.rest, choosers.has_rest, confidence)


def _against(
    choosers: _Choosers, scores: NDArray[np.float64], rows: NDArray[np.bool_] | slice, confidence: float
) -> list[Correlation]:
    """Correlate having chosen each option with a score, over some of the candidates."""
    sums = choice_sums(choosers.choices[rows], choosers.n_labels, scores[rows], choosers.strata[rows])
    squares, n, n_strata = (np.full(choosers.n_labels, one) for one in (sums.squares, sums.n, sums.n_strata))
    return judge_sums(np.diag(sums.mutual), squares, sums.products, n, n_strata, confidence)


def _gather(
    label: str,
    is_key: bool,
    counts: list[int],
    sizes: list[int],
    mean_rest: float | None,
    option_total: Correlation,
    option_rest: Correlation,
    confidence: float,
) -> OptionStatistic:
    """Put the parts of one option together, and beside each missing value its reason."""
    n, count = sum(sizes), sum(counts)
    values = {
        "share": (count / n if n else None, Reason.NO_RESPONSES),
        "share_ci": (wilson(count / n, n, confidence) if n else None, Reason.NO_RESPONSES),
        "mean_rest": (mean_rest, Reason.TOO_FEW_ITEMS if count else Reason.NO_RESPONSES),
        "option_total": (option_total.value, option_total.reason),
        "option_total_ci": (option_total.interval, option_total.reason),
        "option_rest": (option_rest.value, option_rest.reason),
        "option_rest_ci": (option_rest.interval, option_rest.reason),
    }
    return OptionStatistic(
        option=label,
        is_key=is_key,
        count=count,
        by_group=tuple(counts),
        share_by_group=tuple(chose / size if size else None for chose, size in zip(counts, sizes, strict=True)),
        **{name: value for name, (value, _) in values.items()},
        undefined={name: reason for name, (value, reason) in values.items() if value is None},
    )
