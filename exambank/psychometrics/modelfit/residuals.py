"""Mean squares of residuals: how far the answers lie from what the curves expect, in units of chance."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exambank.psychometrics.irt.fitting import LogisticFit
from exambank.psychometrics.modelfit.curves import blocks, curves_of

LEAST_VARIANCE = 1e-5**0.5  # one answer against a near certainty would outweigh all the others (as in R's mirt)
LARGEST_SPREAD = 1.4142  # beyond it the cube root no longer makes a mean square normal


@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """Of a block of candidates, shape (b, m) each; 0 where the item was not presented.

    Attributes
    ----------
    rows : slice
    met : float array
        1 where presented.
    chances : float array
        Of a right answer, at the candidate's estimated ability.
    squares, variances, fourths : float array
        ``(x - P)^2``, and the second and fourth moment of ``x - P`` under the model.
    """

    rows: slice
    met: NDArray[np.float64]
    chances: NDArray[np.float64]
    squares: NDArray[np.float64]
    variances: NDArray[np.float64]
    fourths: NDArray[np.float64]


def residuals(fit: LogisticFit, thetas: NDArray[np.float64]) -> Iterator[Residuals]:
    """Block by block; `thetas` as from `estimated_thetas`."""
    curves, answers = curves_of(fit), fit.answers
    for rows in blocks(len(thetas)):
        met = answers.papers[answers.paper_of[rows]]
        chances = curves.chances(np.nan_to_num(thetas[rows]))
        spread = chances * (1.0 - chances)
        fourths = spread * (1.0 - 3.0 * spread)
        squares = (answers.right[rows] - chances) ** 2
        yield Residuals(rows, met, chances, met * squares, met * np.maximum(spread, LEAST_VARIANCE), met * fourths)


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """What the mean squares are made of, summed over candidates or over items: seven arrays of one shape."""

    n: NDArray[np.float64]
    squares: NDArray[np.float64]
    variances: NDArray[np.float64]
    standard_squares: NDArray[np.float64]
    fourths: NDArray[np.float64]
    squared_variances: NDArray[np.float64]
    standard_fourths: NDArray[np.float64]


def sum_up(part: Residuals, axis: int) -> NDArray[np.float64]:
    """The seven sums, in the order of `Sums`, over candidates (axis 0) or items (axis 1)."""
    variances = np.where(part.met > 0, part.variances, 1.0)
    terms = (part.met, part.squares, part.variances, part.squares / variances, part.fourths, part.variances**2,
             part.fourths / variances**2)  # fmt: skip
    return np.stack([term.sum(axis=axis) for term in terms])


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """Infit and outfit with their standardised values, as from `mean_squares`."""

    infit: float
    infit_z: float
    outfit: float
    outfit_z: float


def mean_squares(sums: Sums) -> list[MeanSquares | None]:
    """One for each place of the arrays; None where nothing was presented.

    Notes
    -----
    ``outfit = mean (x-P)^2 / W`` and ``infit = sum (x-P)^2 / sum W`` with W the variance; 1 is expected. z by the
    Wilson-Hilferty cube root, with the variance of the mean square under the model.

    References
    ----------
    Wright, B. D. & Masters, G. N. (1982). Rating scale analysis. MESA Press, ch. 5.
    """
    n, all_variances = np.maximum(sums.n, 1.0), np.where(sums.variances > 0, sums.variances, 1.0)
    outfit = sums.standard_squares / n
    infit = sums.squares / all_variances
    outfit_spread = np.sqrt(np.maximum(sums.standard_fourths / n**2 - 1.0 / n, 0.0))
    infit_spread = np.sqrt(np.maximum(sums.fourths - sums.squared_variances, 0.0)) / all_variances
    values = np.stack([infit, _standardised(infit, infit_spread), outfit, _standardised(outfit, outfit_spread)])
    return [
        MeanSquares(*column) if count else None for column, count in zip(values.T.tolist(), sums.n, strict=True)
    ]  # fmt: skip


def _standardised(mean_square: NDArray[np.float64], spread: NDArray[np.float64]) -> NDArray[np.float64]:
    """0 where the model leaves the mean square no spread: every chance is one half."""
    usable = np.clip(spread, 1e-6, LARGEST_SPREAD)
    z = (np.cbrt(mean_square) - 1.0) * 3.0 / usable + usable / 3.0
    return np.where(spread > 1e-6, z, 0.0)
