"""What a fit says: a record for each item, and one for the whole."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from exambank.psychometrics.arrays import Reason
from exambank.psychometrics.irt.answers import Answers
from exambank.psychometrics.irt.distributions import GroupDistribution
from exambank.psychometrics.irt.parameters import Parameters
from exambank.psychometrics.irt.quadrature import Quadrature

VALUES = ("slope", "intercept", "difficulty", "se_slope", "se_intercept", "se_difficulty")


@dataclass(frozen=True, slots=True)
class ItemCurve:
    """One item under a logistic model. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n : int
        Candidates who met it.
    slope, intercept : float or None
        ``P = guessing + (1 - guessing) / (1 + exp(-(slope * theta + intercept)))``.
    difficulty : float or None
        ``-intercept / slope``: the ability at which half answer it right, guessing aside.
    guessing : float or None
        Lower asymptote, 0..1; 0 in models without guessing.
    se_slope, se_intercept, se_difficulty : float or None
        Standard errors from the observed information; that of the difficulty by the delta method. Of an item that was
        held at given values, those that were given with it.
    se_guessing : float or None
        By the delta method from its logit; None, without a reason, in models without guessing.
    undefined : dict of str to Reason
        For each attribute that is None, why.
    """

    n: int
    slope: float | None
    intercept: float | None
    difficulty: float | None
    guessing: float | None
    se_slope: float | None
    se_intercept: float | None
    se_difficulty: float | None
    se_guessing: float | None = None
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, eq=False)
class LogisticFit:
    """A fitted model.

    Attributes
    ----------
    model : str
        "1pl", "2pl" or "3pl".
    n, n_parameters : int
        Candidates who met at least one item; parameters that were estimated.
    log_likelihood, aic, bic : float
        Marginal, without the prior's density.
    is_converged : bool
    steps : int
        Steps of the EM algorithm.
    items : tuple of ItemCurve, length k
    quadratures : tuple of Quadrature
        The distribution of each group's abilities, all on the same nodes.
    answers : Answers
        What it was fitted to, without the items that have no curve.
    columns : int array
        The columns of the items that have a curve and were met.
    covariance_root : float array, or None
        Its product with its transpose is the `covariance`.
    groups : tuple of GroupDistribution
        In the sort order of their labels; one without a label where no groups were told.
    """

    model: str
    n: int
    n_parameters: int
    log_likelihood: float
    aic: float
    bic: float
    is_converged: bool
    steps: int
    items: tuple[ItemCurve, ...]
    quadratures: tuple[Quadrature, ...]
    answers: Answers
    columns: NDArray[np.intp]
    covariance_root: NDArray[np.float64] | None
    groups: tuple[GroupDistribution, ...]

    @property
    def quadrature(self) -> Quadrature:
        """Of the first group."""
        return self.quadratures[0]

    @property
    def covariance(self) -> NDArray[np.float64] | None:
        """Of the estimates: slopes (a common one once), intercepts, logits of guessing, of the items that are not held;
        then mean and standard deviation of each group where they are free. Computed when it is asked for.
        """
        return None if self.covariance_root is None else self.covariance_root @ self.covariance_root.T

    @property
    def parameters(self) -> Parameters:
        """Slopes, intercepts and guessing of the items in `columns`."""
        own = [self.items[column] for column in self.columns]
        slopes, intercepts = np.array([one.slope for one in own]), np.array([one.intercept for one in own])
        return Parameters(slopes, intercepts, np.array([one.guessing for one in own]))


@dataclass(frozen=True, slots=True)
class ItemErrors:
    """Variances and the covariance of one item's slope and intercept; the variance of the logit of its guessing."""

    slope2: float
    both: float
    intercept2: float
    guessing2: float | None = None


def without_curve(n: int, reason: Reason | None, *, model: str) -> ItemCurve:
    """Nothing can be said of the item, or not yet."""
    has_guessing = model == "3pl"
    names = (*VALUES, "guessing", "se_guessing") if has_guessing else VALUES
    undefined = dict.fromkeys(names, reason) if reason else {}
    return ItemCurve(n, None, None, None, None if has_guessing else 0.0, None, None, None, undefined=undefined)


def curve(n: int, slope: float, intercept: float, guessing: float, errors: ItemErrors | None) -> ItemCurve:
    """With what is derived from the values."""
    difficulty = -intercept / slope if slope else None
    values = {"slope": slope, "intercept": intercept, "difficulty": difficulty}
    values |= dict.fromkeys(("se_slope", "se_intercept", "se_difficulty"))
    if errors is not None:
        values |= {"se_slope": errors.slope2**0.5, "se_intercept": errors.intercept2**0.5}
    if errors is not None and difficulty is not None:
        variance = (errors.intercept2 + 2 * difficulty * errors.both + difficulty**2 * errors.slope2) / slope**2
        values["se_difficulty"] = max(variance, 0.0) ** 0.5
    undefined = {name: Reason.NOT_DETERMINED for name, value in values.items() if value is None}
    if errors is not None and errors.guessing2 is not None:
        values["se_guessing"] = guessing * (1.0 - guessing) * errors.guessing2**0.5
    return ItemCurve(n, guessing=guessing, undefined=undefined, **values)
