"""Figures beyond the first look: biserial, alpha without the item, effective weight; the test as a whole."""

from typing import Any

from exambank.analysis.rules.evidence import ends_of
from exambank.analysis.rules.matrix import Matrix
from exambank.psychometrics import Reliability, biserial, effective_weights, whole_test_statistics
from exambank.psychometrics.arrays import Reason

WHOLE = ("skewness", "kurtosis", "kr20", "kr21", "lambda2", "lambda6", "omega_total", "split_half")


def further_figures(matrix: Matrix, reliability: Reliability) -> list[dict[str, Any]]:
    """For each item: biserial, alpha_if_deleted, effective_weight, each with its interval (``..._ci``), nominal_weight.

    ``reasons`` for the missing ones. An item whose effective weight, its share of the spread of totals, is far below
    the nominal one, its share of the points, takes part in the mark but hardly in the ranking.
    """
    shape = {"max_scores": matrix.weights}
    columns = zip(
        biserial(matrix.scores, **shape), effective_weights(matrix.scores, **shape), reliability.alpha_if_deleted,
        reliability.alpha_if_deleted_ci, strict=True,
    )  # fmt: skip
    no_alpha = reliability.undefined.get("alpha") or Reason.TOO_FEW_ITEMS
    found = []
    for one, weight, without, without_ci in columns:
        values = {
            "biserial": (one.value, one.interval, one.reason),
            "alpha_if_deleted": (without, without_ci, no_alpha),
            "effective_weight": (weight.value, weight.interval, weight.reason),
        }
        row: dict[str, Any] = {name: value for name, (value, _interval, _reason) in values.items()}
        row |= {f"{name}_ci": ends_of(interval) for name, (_value, interval, _reason) in values.items()}
        row["nominal_weight"] = weight.nominal
        row["reasons"] = {name: str(reason) for name, (value, _interval, reason) in values.items() if value is None}
        found.append(row)
    return found


def whole_test(matrix: Matrix) -> dict[str, Any]:
    """Shape of the totals and further coefficients of reliability, and ``reasons`` for those that do not exist."""
    found = whole_test_statistics(matrix.scores, max_scores=matrix.weights)
    return {
        **{name: getattr(found, name) for name in WHOLE},
        "n": found.n,
        "reasons": {name: str(found.undefined[name]) for name in WHOLE if name in found.undefined},
    }
