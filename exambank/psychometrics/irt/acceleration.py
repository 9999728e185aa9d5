"""Anderson's acceleration of a fixed-point iteration that must never lose likelihood."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

DEPTH = 6
MOST_REFUSED = 300  # proposals that led too far: the values run away, and only ever more slowly


class Anderson:
    """Proposes the next point from the last steps of ``x -> g(x)``.

    EM climbs surely and slowly: its error shrinks by a constant factor a step. The combination of the last steps whose
    residuals cancel best goes several times as far. Whoever uses it looks whether the likelihood rose, and otherwise
    calls ``forget`` and goes on from the plain step.

    References
    ----------
    Walker, H. F. & Ni, P. (2011). Anderson acceleration for fixed-point iterations. SIAM Journal on Numerical
    Analysis 49, 1715-1735.
    """

    def __init__(self, depth: int = DEPTH):
        self._depth = depth
        self._residuals: list[NDArray[np.float64]] = []
        self._images: list[NDArray[np.float64]] = []

    def forget(self) -> None:
        """The points so far say nothing of where we are now."""
        self._residuals.clear()
        self._images.clear()

    def propose(self, point: NDArray[np.float64], image: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where to go from `point`, given that the plain step leads to `image`."""
        self._residuals = [*self._residuals, image - point][-self._depth - 1 :]
        self._images = [*self._images, image][-self._depth - 1 :]
        if len(self._images) == 1:
            return image
        residuals, images = np.diff(self._residuals, axis=0).T, np.diff(self._images, axis=0).T
        weights = np.linalg.lstsq(residuals, self._residuals[-1], rcond=1e-12)[0]
        return image - images @ weights


def climb(
    step: Callable[[NDArray[np.float64]], tuple[NDArray[np.float64], float]], start: NDArray[np.float64], *,
    is_allowed: Callable[[NDArray[np.float64]], bool], tolerance: float, most: int,
) -> tuple[NDArray[np.float64], int, bool, list[float]]:  # fmt: skip
    """Repeat `step` (point -> its image and the value at the point) until a step is shorter than `tolerance`.

    Returns
    -------
    point, steps, is_converged, values
        ``values``: that of every point that was kept; it never falls.
    """
    memory, values, point, plain, refused = Anderson(), [], start, start, 0
    for count in range(1, most + 1):
        image, value = step(point)
        if values and value < values[-1] - 1e-10 * abs(values[-1]):  # too bold: back to the step that climbs surely
            memory.forget()
            point, plain = plain, plain
            image, value = step(point)
        values.append(max(value, values[-1]) if values else value)
        if np.abs(image - point).max(initial=0.0) < tolerance:
            return image, count, True, values
        plain = image
        proposed = memory.propose(point, image)
        if is_allowed(proposed):
            point = proposed
            continue
        point, refused = image, refused + 1
        if refused == MOST_REFUSED:
            return plain, count, False, values
    return plain, most, False, values
