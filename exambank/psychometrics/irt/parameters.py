"""The item parameters of the logistic models, and the chances that follow from them."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """Slopes, intercepts and guessing (the lower asymptote, 0 unless told), shape (k,) each."""

    slopes: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    guessing: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        if len(self.guessing) != len(self.slopes):
            object.__setattr__(self, "guessing", np.zeros(len(self.slopes)))

    @property
    def has_guessing(self) -> bool:
        return bool(self.guessing.any())

    def as_vector(self) -> NDArray[np.float64]:
        """Slopes, then intercepts."""
        return np.concatenate([self.slopes, self.intercepts])

    def chances(self, nodes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Chance of a right answer to each item at each node, shape (k, q)."""
        return chances(self.slopes, self.intercepts, nodes, self.guessing)

    def log_odds(self, nodes: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """``log P - log (1 - P)`` and ``log (1 - P)`` of each item at each node, shape (k, q) each.

        Exact also where P or 1 - P is too small to be told from 0.
        """
        logits = self.slopes[:, np.newaxis] * nodes + self.intercepts[:, np.newaxis]
        normaliser = np.logaddexp(0.0, logits)
        if not self.has_guessing:
            return logits, -normaliser
        by_guessing = logit(self.guessing)[:, np.newaxis] + normaliser
        return np.logaddexp(logits, by_guessing), np.log1p(-self.guessing)[:, np.newaxis] - normaliser

    def information(self, nodes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Fisher's information of each item at each node, shape (k, q).

        ``slope^2 * (1 - c) * s^2 * (1 - s) / P`` with s the logistic curve: ``slope^2 P (1 - P)`` without guessing,
        and Birnbaum's ``slope^2 (Q / P) ((P - c) / (1 - c))^2`` with it, in a form that loses no digits.
        """
        logits = self.slopes[:, np.newaxis] * nodes + self.intercepts[:, np.newaxis]
        guessing, knowing, wrong = self.guessing[:, np.newaxis], expit(logits), expit(-logits)
        right = guessing + (1.0 - guessing) * knowing
        share = np.divide(knowing, right, out=np.ones_like(right), where=right > 0)
        return self.slopes[:, np.newaxis] ** 2 * (1.0 - guessing) * knowing * wrong * share


def chances(
    slopes: NDArray[np.float64], intercepts: NDArray[np.float64], nodes: NDArray[np.float64],
    guessing: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:  # fmt: skip
    """Chance of a right answer to each item at each node, shape (k, q)."""
    right = expit(slopes[:, np.newaxis] * nodes + intercepts[:, np.newaxis])
    if guessing is None or not guessing.any():
        return right
    lowest = guessing[:, np.newaxis]
    return lowest + (1.0 - lowest) * right
