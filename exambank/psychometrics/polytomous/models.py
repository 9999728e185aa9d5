"""The two models of ordered categories: chances, and their derivatives.

Both speak of g items with c categories each through ``values``, shape (g, c): a slope, then c - 1 intercepts. In both
the slope enters as ``slope * theta`` alone, so that the derivative of a log chance in the slope is theta times the
"pull", its derivative in ``slope * theta``, and that in the ability is the slope times the pull.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Array = NDArray[np.float64]
SMALLEST_GAP = 1e-9  # between neighbouring intercepts of the graded model


def _logits(values: Array, nodes: Array) -> Array:
    return values[:, :1, np.newaxis] * nodes + values[:, 1:, np.newaxis]


class Graded:
    """``P(X >= k) = expit(slope * theta + d_k)`` with d_1 > d_2 > ...

    The chance of a category between two thresholds is ``expit(u) expit(-v) (1 - exp(v - u))``, u and v the logits of
    the two: the logarithm is a sum in which nothing cancels, and concave in the values.
    """

    def start(self, counts: Array) -> Array:
        """Values to begin with, shape (g, c), from the candidates in each category, shape (g, c), all above 0."""
        above = np.cumsum(counts[:, ::-1], axis=1)[:, ::-1]
        share = (above[:, 1:] + 0.5) / (above[:, :1] + 1.0)
        return np.column_stack([np.ones(len(counts)), 1.1 * np.log(share / (1.0 - share))])

    def is_valid(self, values: Array) -> NDArray[np.bool_]:
        """Whether the model exists at these values, shape (g,)."""
        return (np.diff(values[:, 1:], axis=1) < -SMALLEST_GAP).all(axis=1)

    def log_chances(self, values: Array, nodes: Array) -> Array:
        """Logarithms of the chance of each category at each ability, shape (g, c, q)."""
        logits = _logits(values, nodes)
        failed = -np.logaddexp(0.0, logits)
        logs = np.zeros((len(values), values.shape[1], len(nodes)))
        logs[:, 1:] = failed + logits
        logs[:, :-1] += failed
        logs[:, 1:-1] += np.log(-np.expm1(np.diff(values[:, 1:], axis=1)))[:, :, np.newaxis]
        return logs

    def pulls(self, values: Array, nodes: Array) -> Array:
        """Derivatives of the log chances in ``slope * theta``, shape (g, c, q)."""
        passed = expit(_logits(values, nodes))
        pulls = np.zeros((len(values), values.shape[1], len(nodes)))
        pulls[:, 1:] = 1.0 - passed
        pulls[:, :-1] -= passed
        return pulls

    def bends(self, values: Array, nodes: Array) -> Array:
        """Minus the second derivatives in ``slope * theta``, shape (g, c, q); never below 0."""
        passed = expit(_logits(values, nodes))
        bends = np.zeros((len(values), values.shape[1], len(nodes)))
        bends[:, 1:] = passed * (1.0 - passed)
        bends[:, :-1] += passed * (1.0 - passed)
        return bends

    def scores(self, values: Array, nodes: Array) -> Array:
        """Derivatives of the log chances in each value, shape (g, c values, c categories, q)."""
        passed = expit(_logits(values, nodes))
        size = values.shape[1]
        scores = np.zeros((len(values), size, size, len(nodes)))
        scores[:, 0] = self.pulls(values, nodes) * nodes
        threshold, between = np.arange(1, size), np.arange(1, size - 1)
        scores[:, threshold, threshold] = 1.0 - passed
        scores[:, threshold, threshold - 1] = -passed
        gaps = np.diff(values[:, 1:], axis=1)[:, :, np.newaxis]
        squeeze = -np.exp(gaps) / np.expm1(gaps)
        scores[:, between, between] += squeeze
        scores[:, between + 1, between] -= squeeze
        return scores

    def curvature(self, values: Array, nodes: Array, counts: Array) -> Array:
        """Minus the second derivatives of ``sum counts * log chance``, counts (g, c, q), shape (g, c, c)."""
        passed = expit(_logits(values, nodes))
        spread = (counts[:, 1:] + counts[:, :-1]) * passed * (1.0 - passed)
        size = values.shape[1]
        curvature = np.zeros((len(values), size, size))
        curvature[:, 0, 0] = (spread @ nodes**2).sum(axis=1)
        curvature[:, 0, 1:] = curvature[:, 1:, 0] = spread @ nodes
        threshold, between = np.arange(1, size), np.arange(1, size - 1)
        curvature[:, threshold, threshold] = spread.sum(axis=2)
        gaps = np.diff(values[:, 1:], axis=1)
        squeeze = counts[:, 1:-1].sum(axis=2) * np.exp(gaps) / np.expm1(gaps) ** 2
        for one, other, sign in ((0, 0, 1), (1, 1, 1), (0, 1, -1), (1, 0, -1)):
            curvature[:, between + one, between + other] += sign * squeeze
        return curvature


class PartialCredit:
    """``P(X = k)`` proportional to ``exp(sum over v <= k of (slope * theta + d_v))``.

    A log-linear model: second derivatives do not depend on the answers.
    """

    def start(self, counts: Array) -> Array:
        """As of `Graded`."""
        return np.column_stack([np.ones(len(counts)), np.log((counts[:, 1:] + 0.5) / (counts[:, :-1] + 0.5))])

    def is_valid(self, values: Array) -> NDArray[np.bool_]:
        """As of `Graded`."""
        return np.ones(len(values), dtype=bool)

    def log_chances(self, values: Array, nodes: Array) -> Array:
        """As of `Graded`."""
        logs = np.zeros((len(values), values.shape[1], len(nodes)))
        np.cumsum(_logits(values, nodes), axis=1, out=logs[:, 1:])
        logs -= logs.max(axis=1, keepdims=True)
        return logs - np.log(np.exp(logs).sum(axis=1, keepdims=True))

    def pulls(self, values: Array, nodes: Array) -> Array:
        """As of `Graded`."""
        return np.arange(values.shape[1])[:, np.newaxis] - self._taken(values, nodes).sum(axis=1, keepdims=True)

    def bends(self, values: Array, nodes: Array) -> Array:
        """As of `Graded`."""
        chances = np.exp(self.log_chances(values, nodes))
        spread = (chances * self.pulls(values, nodes) ** 2).sum(axis=1, keepdims=True)
        return np.broadcast_to(spread, chances.shape)

    def scores(self, values: Array, nodes: Array) -> Array:
        """As of `Graded`."""
        taken = self._taken(values, nodes)
        category = np.arange(values.shape[1])
        has_taken = category >= category[1:, np.newaxis]
        by_step = has_taken[np.newaxis, :, :, np.newaxis] - taken[:, :, np.newaxis]
        return np.concatenate([self.pulls(values, nodes)[:, np.newaxis] * nodes, by_step], axis=1)

    def curvature(self, values: Array, nodes: Array, counts: Array) -> Array:
        """As of `Graded`."""
        taken = self._taken(values, nodes)
        step = np.arange(taken.shape[1])
        # Whoever has taken the later of two steps has taken both.
        together = taken[:, np.maximum(step[:, np.newaxis], step)] - taken[:, :, np.newaxis] * taken[:, np.newaxis]
        there = counts.sum(axis=1)
        size = values.shape[1]
        curvature = np.zeros((len(values), size, size))
        curvature[:, 1:, 1:] = np.einsum("gvwq,gq->gvw", together, there)
        of_score = together.sum(axis=2)
        curvature[:, 0, 1:] = curvature[:, 1:, 0] = np.einsum("gvq,gq->gv", of_score, there * nodes)
        curvature[:, 0, 0] = np.einsum("gvq,gq->g", of_score, there * nodes**2)
        return curvature

    def _taken(self, values: Array, nodes: Array) -> Array:
        """Chance of having taken each step, shape (g, c - 1, q)."""
        chances = np.exp(self.log_chances(values, nodes))
        return np.cumsum(chances[:, ::-1], axis=1)[:, -2::-1]


CategoryModel = Graded | PartialCredit
MODELS: dict[str, CategoryModel] = {"grm": Graded(), "gpcm": PartialCredit()}
