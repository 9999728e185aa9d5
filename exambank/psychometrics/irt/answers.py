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
    group_of_paper : int array, shape (p,), or None
        The group of the candidates of each paper: papers of several groups are kept apart even where their items are
        the same. None: all candidates form one group.
    """

    right: NDArray[np.float64]
    papers: NDArray[np.float64]
    paper_of: NDArray[np.intp]
    group_of_paper: NDArray[np.intp] | None = None

    @property
    def is_complete(self) -> bool:
        """Whether everybody met every item, in one group."""
        return len(self.papers) == 1 and bool(self.papers.all())

    @cached_property
    def places(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Paper and item of all that is on a paper, paper by paper, the items ascending."""
        return np.nonzero(self.papers)

    @cached_property
    def sizes(self) -> NDArray[np.float64]:
        """How many candidates had each paper, shape (p,)."""
        return np.bincount(self.paper_of, minlength=len(self.papers)).astype(np.float64)

    @cached_property
    def counts(self) -> NDArray[np.float64]:
        """How many candidates met each item, shape (k,)."""
        return self.sizes @ self.papers

    @cached_property
    def right_counts(self) -> NDArray[np.float64]:
        """How many answered each item right, shape (k,)."""
        return self.right.sum(axis=0)

    @cached_property
    def paper_groups(self) -> NDArray[np.intp]:
        """The group of each paper, shape (p,)."""
        return np.zeros(len(self.papers), np.intp) if self.group_of_paper is None else self.group_of_paper

    @cached_property
    def by_group(self) -> NDArray[np.float64]:
        """Whether a paper is one of the group's, shape (g, p), 1 or 0; one without items says nothing of any."""
        n_groups = int(self.paper_groups.max(initial=0)) + 1
        is_own = self.paper_groups == np.arange(n_groups)[:, np.newaxis]
        return (is_own & self.papers.any(axis=1)).astype(np.float64)

    @cached_property
    def n_with_items(self) -> int:
        """Candidates who met at least one item."""
        return int(self.sizes[self.papers.any(axis=1)].sum())

    def only(self, columns: NDArray[np.intp]) -> "Answers":
        """The same candidates with these items."""
        if len(columns) == self.right.shape[1]:
            return self
        return Answers(self.right[:, columns], self.papers[:, columns], self.paper_of, self.group_of_paper)

    def in_groups(self, group_of: NDArray[np.intp]) -> "Answers":
        """The same answers, papers kept apart by the group of the candidate, shape (n,), numbered from 0."""
        n_groups = int(group_of.max(initial=0)) + 1
        pairs, paper_of = np.unique(self.paper_of * n_groups + group_of, return_inverse=True)
        return Answers(self.right, self.papers[pairs // n_groups], paper_of.ravel(), pairs % n_groups)


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
    if not ((checked.points == 0.0) | (checked.points == 1.0)).all():
        raise ValueError("this model takes answers scored 0 or 1")
    if checked.presented.all():
        return Answers(checked.points, np.ones((1, checked.points.shape[1])), np.zeros(len(checked.points), np.intp))
    packed = np.packbits(checked.presented, axis=1)
    rows = np.ascontiguousarray(packed).view(f"V{packed.shape[1]}").ravel()
    _found, first, paper_of = np.unique(rows, return_index=True, return_inverse=True)
    return Answers(checked.points, checked.presented[first].astype(np.float64), paper_of.ravel())
