"""How long candidates took over each item, as far as the saved answers tell.

The server knows when answers reached it, not when a question was read. The time from one save to the next is therefore
counted to the question that was saved: it holds the reading of it, and of whatever was looked at and left in between.
What came back to later adds to it. Where answers to several questions arrived at once (a browser that had been out of
touch, two answers within a second) nobody can tell which of them took the time: for that candidate these questions have
none. The median over candidates stands up to the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exambank.analysis.rules.matrix import Matrix


@dataclass(frozen=True, eq=False)
class Saves:
    """Every save of an exam's answers, by sitting and, within it, in the order of time: three arrays of one length."""

    sittings: NDArray[np.int64]
    questions: NDArray[np.int64]
    at: NDArray[np.int64]  # milliseconds


def seconds_on(matrix: Matrix, saves: Saves, entered: Mapping[int, int]) -> dict[int, dict[str, Any]]:
    """Median and quartiles of the seconds spent on each version, with the number of candidates of whom they are known.

    ``entered``: milliseconds at which each sitting was entered; without it its first answer has no time.
    """
    if not len(saves.at):
        return {}
    begins = np.flatnonzero(np.r_[True, (np.diff(saves.sittings) != 0) | (np.diff(saves.at) != 0)])  # of each arrival
    sitting, at = saves.sittings[begins], saves.at[begins]
    is_first = np.r_[True, np.diff(sitting) != 0]
    before = np.where(is_first, [entered.get(one, -1) for one in sitting.tolist()], np.r_[-1, at[:-1]])
    arrival = np.cumsum(np.isin(np.arange(len(saves.at)), begins)) - 1
    mixed = np.zeros(len(begins), dtype=bool)
    mixed[arrival[saves.questions != saves.questions[begins][arrival]]] = True
    took = np.where((before < 0) | (at < before) | mixed, np.nan, (at - before) / 1000)
    once = np.unique(np.column_stack([arrival, saves.questions]), axis=0)  # a question may be saved twice at once
    return _by_version(matrix, sitting[once[:, 0]], once[:, 1], took[once[:, 0]])


def _by_version(
    matrix: Matrix, sittings: NDArray[np.int64], questions: NDArray[np.int64], took: NDArray[np.float64]
) -> dict[int, dict[str, Any]]:
    """Add up what each candidate took over each question, and find the middle of it; NaN makes the sum unknown."""
    rows = {sitting_id: row for row, sitting_id in enumerate(matrix.sitting_ids)}
    most = int(max(matrix.order.max(initial=0), questions.max(initial=0))) + 1
    spent, is_saved = np.zeros((len(rows), most)), np.zeros((len(rows), most), dtype=bool)
    row = np.array([rows.get(one, -1) for one in sittings.tolist()])
    known = row >= 0
    np.add.at(spent, (row[known], questions[known]), took[known])
    is_saved[row[known], questions[known]] = True
    found = {}
    for column, version_id in enumerate(matrix.version_ids):
        of = np.flatnonzero(matrix.order[:, column] > 0)
        number = matrix.order[of, column]
        values = spent[of, number][is_saved[of, number]]
        values = values[~np.isnan(values)]
        if len(values):
            low, middle, high = np.quantile(values, (0.25, 0.5, 0.75)).tolist()
            found[version_id] = {"n": len(values), "median": middle, "quartiles": [low, high]}
    return found
