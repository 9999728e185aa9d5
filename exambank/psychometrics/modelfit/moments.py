"""M2: does the model as a whole reproduce how many answer each item, and each pair of items, right?"""

from dataclasses import dataclass, field
from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import brentq
from scipy.special import chdtr, chdtrc, chndtr

from exambank.psychometrics.arrays import Interval, Reason
from exambank.psychometrics.irt.fitting import LogisticFit
from exambank.psychometrics.modelfit.curves import complete_rows, curves_of, node_weights

MOST_ITEMS = 100  # the covariance of the moments grows with the fourth power: 200 MB for 100 items
RMSEA_CONFIDENCE = 0.9


@dataclass(frozen=True, slots=True)
class ModelFit:
    """How well a model holds as a whole. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    n, n_items : int
        Candidates who met all items that have a curve, and these items: what everything rests on.
    m2 : float or None
        Chi-square of the shares right of all items and pairs of items.
    df : int
        Its degrees of freedom: moments less parameters; 0 or below where it does not exist.
    p : float or None
        Its level, 0..1.
    rmsea : float or None
        Misfit for each degree of freedom, at least 0; below 0.05 to 0.06 the model holds closely.
    rmsea_ci : Interval or None
        At the level 0.9.
    srmsr : float or None
        Root mean square difference between observed and expected correlations of items, 0..2; small below 0.05.
    tli, cfi : float or None
        How much of the misfit of unrelated items the model takes away: Tucker and Lewis's index, around 1 or above for
        a model that holds, and the comparative fit index, 0..1.
    undefined : dict of str to Reason
        For each attribute that is None, why.
    """

    n: int
    n_items: int
    m2: float | None
    df: int
    p: float | None
    rmsea: float | None
    rmsea_ci: Interval | None
    srmsr: float | None
    tli: float | None
    cfi: float | None
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


def m2(fit: LogisticFit) -> ModelFit:
    """Test a fitted model on the shares right of items and pairs of items.

    Parameters
    ----------
    fit : LogisticFit
        Of one group, without fixed items, and with at most 100 items that have a curve; otherwise the test is left
        undone (NOT_DETERMINED).

    Returns
    -------
    ModelFit
        Without values where nobody met all items (PAPERS_DIFFER), or where the items leave no degrees of freedom.

    Notes
    -----
    ``M2 = n r' (S^-1 - S^-1 D (D' S^-1 D)^-1 D' S^-1) r`` with r the observed less the expected shares, S their
    covariance under the model and D how they move with the parameters. ``RMSEA = sqrt((M2/df - 1) / (n - 1))``; its
    interval holds the noncentral chi-squares that may have given M2. The independence model of TLI and CFI has
    ``M2 = n sum r_ij^2`` over the correlations of items. The numbers are those of R's mirt, ``M2()``, but for the model
    with guessing: there mirt 1.45.1 takes ``P (1 - P)`` for how the curve moves, and its M2 is some percent too small.

    References
    ----------
    Maydeu-Olivares, A. & Joe, H. (2005). Limited- and full-information estimation and goodness-of-fit testing in 2^n
    contingency tables. JASA 100, 1009-1020.
    Maydeu-Olivares, A. & Joe, H. (2006). Limited information goodness-of-fit testing in multidimensional contingency
    tables. Psychometrika 71, 713-732.
    Browne, M. W. & Cudeck, R. (1993). Alternative ways of assessing model fit. In Bollen & Long (eds.), Testing
    structural equation models, 136-162.
    """
    rows, k = complete_rows(fit), len(fit.columns)
    df = k * (k + 1) // 2 - fit.n_parameters
    reason = _reason(fit, len(rows), df)
    if reason is not None:
        return _gather(len(rows), k, df, {}, dict.fromkeys(_VALUES, reason))
    observed = _observed(fit.answers.right[rows])
    expected = _Expected(fit)
    away = observed[_lower(k)] - expected.shares
    value = _quadratic_form(away, expected.covariance(), expected.gradients(), len(rows))
    values = _of_correlations(observed, expected.matrix, len(rows), value, df)
    if value is not None:
        rmsea = sqrt(max(value / df - 1.0, 0.0) / max(len(rows) - 1, 1))
        interval = rmsea_interval(value, df, len(rows))
        values |= {"m2": value, "p": float(chdtrc(df, value)), "rmsea": rmsea, "rmsea_ci": interval}
    is_constant = np.isin(np.diag(observed), (0.0, 1.0)).any()
    open_reason = Reason.CONSTANT_ITEM if is_constant else Reason.NOT_DETERMINED
    return _gather(len(rows), k, df, values, {name: open_reason for name in _VALUES if values.get(name) is None})


_VALUES = ("m2", "p", "rmsea", "rmsea_ci", "srmsr", "tli", "cfi")


def _reason(fit: LogisticFit, n: int, df: int) -> Reason | None:
    if df <= 0:
        return Reason.TOO_FEW_ITEMS
    if n < 2:
        return Reason.PAPERS_DIFFER if fit.n >= 2 else Reason.TOO_FEW_CANDIDATES
    return None if _is_plain(fit) and len(fit.columns) <= MOST_ITEMS else Reason.NOT_DETERMINED


def _is_plain(fit: LogisticFit) -> bool:
    """Whether all parameters of all items were estimated, and no distribution: the moments move with nothing else."""
    k, group = len(fit.columns), fit.groups[0]
    is_given = (group.mean, group.sd) in ((0.0, 1.0), fit.quadrature.moments())
    return (
        len(fit.groups) == 1 and is_given and fit.n_parameters == {"1pl": k + 1, "2pl": 2 * k, "3pl": 3 * k}[fit.model]
    )


def _gather(n: int, k: int, df: int, values: dict, undefined: dict[str, Reason]) -> ModelFit:
    return ModelFit(n, k, df=df, undefined=undefined, **{name: values.get(name) for name in _VALUES})


def _lower(k: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where the moments stand in a matrix of pairs: items first (its diagonal), then pairs."""
    first, second = np.tril_indices(k, -1)
    return np.concatenate([np.arange(k), first]), np.concatenate([np.arange(k), second])


def _observed(right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share who answer both items right, shape (k, k); on the diagonal the item alone."""
    return right.T @ right / len(right)


class _Expected:
    """What the model expects of the moments, with their covariance and how they move with the parameters."""

    def __init__(self, fit: LogisticFit):
        self._fit, self._weights = fit, node_weights(fit)
        self._chances = curves_of(fit).chances(fit.quadrature.nodes).T  # (k, q)
        self._first, self._second = _lower(len(self._chances))
        k = len(self._chances)
        self._of_node = self._chances[self._first] * self._chances[self._second]  # (m, q)
        self._of_node[:k] = self._chances
        self.shares = self._of_node @ self._weights
        self.matrix = (self._chances * self._weights) @ self._chances.T
        np.fill_diagonal(self.matrix, self.shares[:k])

    def covariance(self) -> NDArray[np.float64]:
        """Of the moments of one candidate, shape (m, m).

        The covariance of what is expected at each ability, and, for moments that share an item, what chance adds.
        """
        away = self._of_node - self.shares[:, np.newaxis]
        found = (away * self._weights) @ away.T
        spread = self._chances * (1.0 - self._chances)
        for item in range(len(self._chances)):
            moments, others = self._moments_of(item)
            found[np.ix_(moments, moments)] += (others * (self._weights * spread[item])) @ others.T
        k = len(self._chances)
        pairs = np.arange(k, len(self.shares))
        found[pairs, pairs] += (spread[self._first[k:]] * spread[self._second[k:]]) @ self._weights
        return found

    def gradients(self) -> NDArray[np.float64]:
        """How the moments move with the parameters, shape (m, p)."""
        by_kind = curves_of(self._fit).gradients(self._fit.quadrature.nodes)
        found = [self.moved(by_item.T) for by_item in (by_kind if self._fit.model == "3pl" else by_kind[:2])]
        if self._fit.model == "1pl":
            found[0] = found[0].sum(axis=1, keepdims=True)
        return np.hstack(found)

    def moved(self, by_item: NDArray[np.float64]) -> NDArray[np.float64]:
        """How the moments move, shape (m, k), if the chances of each item move like this at the nodes, shape (k, q)."""
        found = np.zeros((len(self.shares), len(by_item)))
        for item, by_node in enumerate(by_item):
            moments, others = self._moments_of(item)
            found[moments, item] = (others * by_node) @ self._weights
        return found

    def _moments_of(self, item: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """The moments that an item is in, and at each node the chance of the other item in them, shape (k, q)."""
        moments = np.flatnonzero((self._first == item) | (self._second == item))
        others = self._chances[self._first[moments] + self._second[moments] - item]
        others[0] = 1.0  # the item by itself
        return moments, others


def _quadratic_form(away, covariance, gradients, n: int) -> float | None:
    """None where the moments leave a direction without any chance variation."""
    try:
        # the transpose, equal to it, has the order that needs no copy
        root = cholesky(covariance.T, lower=True, overwrite_a=True, check_finite=False)
    except np.linalg.LinAlgError:
        return None
    both = solve_triangular(root, np.column_stack([away, gradients]), lower=True, check_finite=False)
    basis, triangle = np.linalg.qr(both[:, 1:])
    size = np.abs(np.diag(triangle))
    basis = basis[:, size > 1e-12 * size.max()]
    rest = both[:, 0] - basis @ (basis.T @ both[:, 0])
    return n * float(rest @ rest)


def _of_correlations(observed, expected, n: int, value: float | None, df: int) -> dict[str, float | None]:
    """SRMSR, TLI and CFI; none of them where everybody answered an item alike."""
    right = np.diag(observed)
    if np.isin(right, (0.0, 1.0)).any():
        return {}
    pairs = np.tril_indices(len(right), -1)
    found, told = _correlations(observed)[pairs], _correlations(expected)[pairs]
    srmsr = float(np.sqrt(((found - told) ** 2).mean()))
    null, null_df = n * float(found @ found), len(found)
    if value is None or null <= null_df:
        return {"srmsr": srmsr}
    tli = (null / null_df - value / df) / (null / null_df - 1.0)
    return {"srmsr": srmsr, "tli": tli, "cfi": min(max(1.0 - (value - df) / (null - null_df), 0.0), 1.0)}


def _correlations(moments: NDArray[np.float64]) -> NDArray[np.float64]:
    right = np.diag(moments)
    covariance = moments - np.outer(right, right)
    deviations = np.sqrt(np.diag(covariance))
    return covariance / np.outer(deviations, deviations)


def rmsea_interval(chi2: float, df: int, n: int, confidence: float = RMSEA_CONFIDENCE) -> Interval:
    """The RMSEA of the noncentral chi-squares under which `chi2` is just not too large, and just not too small."""
    ends = [
        sqrt(_noncentrality(chi2, df, level) / (n * df)) for level in ((1 + confidence) / 2, (1 - confidence) / 2)
    ]  # fmt: skip
    return Interval(ends[0], ends[1], confidence)


def _noncentrality(chi2: float, df: int, level: float) -> float:
    """Where a noncentral chi-square lies below `chi2` with this probability; 0 where already a central one does not."""
    if chdtr(df, chi2) <= level:
        return 0.0
    high = max(chi2, 1.0)
    while chndtr(chi2, df, high) > level and high < inf:
        high *= 2.0
    return float(brentq(lambda noncentrality: chndtr(chi2, df, noncentrality) - level, 0.0, high, xtol=1e-10))
