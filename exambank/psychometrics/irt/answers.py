"""Right and wrong answers with what was presented, sorted by the set of items that candidates met."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from exambank.psychometrics.arrays import check_scores


@dataclass(frozen=True, eq=False)
class Answers:
    """Checked answers of n candidates to k items.

    Attributes
    ----------
    right : float array, shape (n, k)
        1 for a right answer, 0 for a wrong one, and 0 where the item was not presented.
    papers : float array, shape (p, k)
        The different sets of items that were presented together, 1 or 0; one row where nothing is missing.
    paper_of : int array, shape (n,)
        The row of `papers` of each candidate.
    """

    right: NDArray[np.float64]
    papers: NDArray[np.float64]
    paper_of: NDArray[np.intp]

    @property
    def is_complete(self) -> bool:
        """Whether everybody met every item."""
        return len(self.papers) == 1 and bool(self.papers.all())

    @cached_property
    def counts(self) -> NDArray[np.float64]:
        """How many candidates met each item, shape (k,)."""
        return np.bincount(self.paper_of, minlength=len(self.papers)) @ self.papers

    @cached_property
    def right_counts(self) -> NDArray[np.float64]:
        """How many answered each item right, shape (k,)."""
        return self.right.sum(axis=0)


def check_answers(scores: ArrayLike) -> Answers:
    """Check a matrix of 0 and 1 with NaN for what was not presented.

    Parameters
    ----------
    scores : array_like of float, shape (n, k)

    Raises
    ------
    ValueError
        If the matrix is not two-dimensional, or a score is neither 0, 1 nor NaN.
    """
    checked = check_scores(scores)
    if not np.isin(checked.points, (0.0, 1.0)).all():
        raise ValueError("this model takes answers scored 0 or 1")
    if checked.presented.all():
        return Answers(checked.points, np.ones((1, checked.points.shape[1])), np.zeros(len(checked.points), np.intp))
    packed = np.packbits(checked.presented, axis=1)
    rows = np.ascontiguousarray(packed).view(f"V{packed.shape[1]}").ravel()
    _found, first, paper_of = np.unique(rows, return_index=True, return_inverse=True)
    return Answers(checked.points, checked.presented[first].astype(np.float64), paper_of.ravel())
