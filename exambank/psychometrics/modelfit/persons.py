"""Does each candidate answer as the curves expect of somebody of this ability?"""

from dataclasses import dataclass, field

import numpy as np

from exambank.psychometrics.arrays import Reason
from exambank.psychometrics.irt.fitting import LogisticFit
from exambank.psychometrics.modelfit.curves import estimated_thetas
from exambank.psychometrics.modelfit.residuals import MeanSquares, Residuals, Sums, mean_squares, residuals, sum_up


@dataclass(frozen=True, slots=True)
class PersonFit:
    """How expected one candidate's answers are. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n : int
        Items with a curve that the candidate met.
    theta : float or None
        The ability that all of this was computed at.
    infit, outfit : float or None
        Mean squares of the residuals, above 0; 1 is expected. Above 1: hard items right and easy ones wrong.
    infit_z, outfit_z : float or None
        The same, standardised.
    zh : float or None
        Standardised log-likelihood of the answers (lz); far below 0: unlikely answers. Since the ability is estimated
        from the same answers it varies less than N(0, 1): too rarely far below, never too often.
    undefined : dict of str to Reason
        For each attribute that is None, why.
    """

    n: int
    theta: float | None
    infit: float | None
    infit_z: float | None
    outfit: float | None
    outfit_z: float | None
    zh: float | None
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


def person_fit(fit: LogisticFit, *, method: str = "eap") -> tuple[PersonFit, ...]:
    """Judge every candidate the model was fitted to, in their order: evidence to look at, never a verdict.

    Parameters
    ----------
    fit : LogisticFit
    method : "eap", "map" or "ml", default "eap"
        The abilities it takes (see `abilities`).

    Raises
    ------
    ValueError
        If the method is unknown.

    Notes
    -----
    ``Zh = (l - E l) / sd(l)`` with ``l = sum x log P + (1-x) log(1-P)``, ``E l`` and ``sd(l)`` of the model over the
    items met. Infit and outfit as in `mean_squares`. With complete data the definitions of R's mirt, ``personfit()``.

    References
    ----------
    Drasgow, F., Levine, M. V. & Williams, E. A. (1985). Appropriateness measurement with polychotomous item response
    models and standardized indices. British Journal of Mathematical and Statistical Psychology 38, 67-86.
    Wright, B. D. & Masters, G. N. (1982). Rating scale analysis. MESA Press, ch. 5.
    """
    thetas = estimated_thetas(fit, method)
    judged: list[PersonFit] = []
    for part in residuals(fit, thetas):
        squares = mean_squares(Sums(*sum_up(part, axis=1)))
        columns = zip(
            part.met.sum(axis=1).tolist(), thetas[part.rows].tolist(), squares, _zh(fit, part), strict=True
        )  # fmt: skip
        judged += [_gather(int(n), theta, own, zh) for n, theta, own, zh in columns]
    return tuple(judged)


def _zh(fit: LogisticFit, part: Residuals) -> list[float | None]:
    """None where every chance is one half, so that all answers are equally likely."""
    right, chances = fit.answers.right[part.rows], part.chances
    log_odds = np.log(chances) - np.log1p(-chances)
    # what the expectation and the certain part of the log-likelihood share cancels: x log P + (1-x) log(1-P)
    surprise = (part.met * (right - chances) * log_odds).sum(axis=1)
    spread = np.sqrt((part.met * chances * (1.0 - chances) * log_odds**2).sum(axis=1))
    return [float(away / own) if own > 1e-9 else None for away, own in zip(surprise, spread, strict=True)]


def _gather(n: int, theta: float, squares: MeanSquares | None, zh: float | None) -> PersonFit:
    values = {name: getattr(squares, name, None) for name in ("infit", "infit_z", "outfit", "outfit_z")}
    values |= {"theta": theta if n else None, "zh": zh if n else None}
    reason = Reason.NOT_DETERMINED if n else Reason.TOO_FEW_ITEMS
    return PersonFit(n, undefined={name: reason for name, value in values.items() if value is None}, **values)
