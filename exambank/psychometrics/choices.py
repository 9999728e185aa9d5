"""Who chose what, and how choosing goes with a score, without a table of candidates by options.

Answers are numbers of labels. Of an option it takes no more than how many chose it, and by how much their scores exceed
the mean together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

OMITTED = ""


@dataclass(frozen=True, eq=False)
class CodedResponses:
    """Answers of n candidates to k items by their place among the labels: far smaller than the labels themselves.

    Attributes
    ----------
    labels : tuple of (str or None)
        "" for a blank, None for not presented; the same label may stand at several places.
    places : int array, shape (n, k)
        0..len(labels)-1.
    """

    labels: tuple[str | None, ...]
    places: NDArray[np.integer]

    @cached_property
    def _is_given(self) -> NDArray[np.bool_]:
        return np.array([label is not None for label in self.labels], dtype=bool)

    def answered(self, item: int) -> NDArray[np.bool_]:
        """Tell who answered the item or left it blank, shape (n,)."""
        return self._is_given[self.places[:, item]]

    def chosen(self, item: int, rows: NDArray[np.intp]) -> "Chosen":
        """What these candidates chose."""
        places = self.places[rows, item]
        occurring = np.flatnonzero(np.bincount(places, minlength=len(self.labels))).tolist()
        return Chosen(places, {place: self.labels[place] for place in occurring})


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """What some candidates chose of one item: places, and the labels of those that occur."""

    places: NDArray[np.integer]
    labels: dict[int, str]

    def numbered(self, numbers: Mapping[str, int]) -> NDArray[np.intp]:
        """The answers by other numbers of their labels."""
        table = np.zeros(max(self.labels, default=0) + 1, dtype=np.intp)
        table[list(self.labels)] = [numbers[label] for label in self.labels.values()]
        return table[self.places]


def code_responses(responses: ArrayLike | CodedResponses, shape: tuple[int, int]) -> CodedResponses:
    """Number answers that are labels, None or NaN for not presented; what is numbered is checked.

    Raises
    ------
    ValueError
        If the shape is another, or a place none of the labels'.
    """
    if not isinstance(responses, CodedResponses):
        answers = np.asarray(responses, dtype=object)
        numbers: dict[str | None, int] = {}
        places = [numbers.setdefault(_label(answer), len(numbers)) for answer in answers.ravel().tolist()]
        responses = CodedResponses(tuple(numbers), np.array(places, dtype=np.int32).reshape(answers.shape))
    places = responses.places
    if places.shape != shape:
        raise ValueError(f"responses need the shape of the scores, {shape}, not {places.shape}")
    if places.size and not (places.min() >= 0 and places.max() < len(responses.labels)):
        raise ValueError("a response has a place that no label stands at")
    return responses


def _label(answer: object) -> str | None:
    is_missing = answer is None or answer != answer  # NaN
    return None if is_missing else str(answer)


def list_labels(chosen: Chosen, given: Sequence[str], key: frozenset[str]) -> list[str]:
    """List the labels in the order given, then the others in their own, and a blank last, if there was one."""
    found = set(chosen.labels.values())
    others = sorted(key.union(found).difference(given))
    labels = [label for label in dict.fromkeys([*given, *others]) if label != OMITTED]
    return [*labels, OMITTED] if OMITTED in found else labels


@dataclass(frozen=True, slots=True, eq=False)
class ChoiceSums:
    """Sums over n candidates who each chose one of m labels; deviations are from the mean of the stratum.

    Attributes
    ----------
    n, n_strata : int
    counts : int array, shape (m,)
        How many chose each label.
    squares : float
        Squared deviations of the score.
    products : float array, shape (m,)
        Deviations of having chosen the label, 1 or 0, times those of the score.
    mutual : float array, shape (m, m)
        Deviations of having chosen the one label times those of having chosen the other.
    """

    n: int
    n_strata: int
    counts: NDArray[np.intp]
    squares: float
    products: NDArray[np.float64]
    mutual: NDArray[np.float64]


def choice_sums(
    choices: NDArray[np.intp], n_labels: int, scores: NDArray[np.float64], strata: NDArray[np.intp]
) -> ChoiceSums:
    """Sum up what correlations of the choices 0..n_labels-1 with a score, and with each other, are made of.

    Notes
    -----
    Of c among n candidates, ``sum (x - mean)^2 = c (n - c) / n`` and ``sum (x - mean) (y - mean) = sum of y - mean
    over the c``, less c times the mean of ``y - mean``, which rounding leaves above or below 0.
    """
    sizes = np.bincount(strata, minlength=1)
    divisor = np.maximum(sizes, 1)[:, np.newaxis]
    numbered = np.bincount(strata * n_labels + choices, minlength=len(sizes) * n_labels)
    counts = numbered.reshape(len(sizes), n_labels)
    deviations = scores - (np.bincount(strata, scores, len(sizes)) / divisor[:, 0])[strata]
    left = np.bincount(strata, deviations, len(sizes))
    products = np.bincount(choices, deviations, n_labels) - left @ (counts / divisor)
    mutual = -counts.T @ (counts / divisor)
    np.fill_diagonal(mutual, (counts * (sizes[:, np.newaxis] - counts) / divisor).sum(axis=0))
    squares = float(deviations @ deviations)
    return ChoiceSums(len(choices), int((sizes > 0).sum()), counts.sum(axis=0), squares, products, mutual)
