"""How far candidates came: what was left out, what was not reached, and whether the time was too short."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from exambank.analysis.rules.matrix import Matrix
from exambank.psychometrics.intervals import wilson

FINISHING_SHARE = 0.8  # of the candidates should reach the last question
MOST_OF_THE_PAPER = 0.75  # and everybody this much of it


def not_reached(matrix: Matrix) -> NDArray[np.bool_]:
    """Which questions a candidate did not come to: the blanks at the end of the paper, but for the first of them.

    In the order of the candidate's own paper. The first blank after the last answer counts as left out: that question
    the candidate may well have read (so do NAEP and PISA). Who answered nothing at all reached one question.
    """
    given = np.where(matrix.presented & ~matrix.blank, matrix.order, 0)
    last_answered = given.max(axis=1, initial=0)
    # The number of the question that stands next on the paper; what was not presented lies beyond all.
    later = np.where(matrix.presented & (matrix.order > last_answered[:, np.newaxis]), matrix.order, np.iinfo(int).max)
    first_blank = later.min(axis=1, initial=np.iinfo(int).max)
    return matrix.presented & (matrix.order > first_blank[:, np.newaxis])


def speededness(matrix: Matrix) -> dict[str, Any]:
    """Whether the time sufficed, by the rule of Swineford (1956): four of five reach the end, all three quarters.

    ``is_speeded`` is True where surely fewer reached the end than should, None where it cannot be told yet.
    """
    missed = not_reached(matrix)
    met = matrix.presented.sum(axis=1)
    n = int((met > 0).sum())
    if not n:
        return {"n": 0, "finished": None, "finished_ci": None, "reached_most": None, "is_speeded": None}
    left = missed.sum(axis=1)[met > 0]
    finished = float((left == 0).mean())
    interval = wilson(finished, n)
    is_decided = interval.high < FINISHING_SHARE or interval.low > FINISHING_SHARE
    return {
        "n": n,
        "finished": finished,
        "finished_ci": [interval.low, interval.high],
        "reached_most": float((left <= (1 - MOST_OF_THE_PAPER) * met[met > 0]).mean()),
        "is_speeded": interval.high < FINISHING_SHARE if is_decided else None,
    }
