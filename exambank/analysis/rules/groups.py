"""Items that treat groups unequally: Mantel and Haenszel for women and men, classes, units and papers large enough."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exambank.analysis.rules.evidence import DIF, Flag
from exambank.analysis.rules.matrix import Matrix
from exambank.psychometrics import MantelHaenszel, mantel_haenszel, purified

GROUP_CONFIDENCE = 0.99  # every item is compared in every group: at 95 % a few would stand out by chance alone
LEAST_IN_GROUP = 30
MOST_GROUPS = 6  # of each kind, the largest
SLIGHT = 1.0  # on the delta scale; class C lies surely beyond it

Labels = Sequence[str | None]


def group_flags(matrix: Matrix, groupings: Mapping[str, Labels]) -> dict[int, list[Flag]]:
    """Flags of the items whose difference between equally strong candidates is large (ETS class C) and sure.

    ``groupings``: by kind ("class", "unit", "paper", "gender") a label for each row of the matrix, None where unknown.
    Each group of at least ``LEAST_IN_GROUP`` is compared with all others. Candidates are matched on their share of all
    points; where all items are scored right or wrong, those that differ themselves are kept out of it (purification).
    Judged are items scored right or wrong; of an item the group with the largest difference is told. Papers are
    compared only where they hold the same items in another order: the same share of an easier paper is no equal
    strength.
    """
    columns = _right_or_wrong(matrix)
    if not len(columns):
        return {}
    scores = matrix.scores[:, columns] / matrix.weights[columns]
    totals = None
    if len(columns) < len(matrix.version_ids):
        totals = np.nansum(matrix.scores, axis=1) / np.maximum(matrix.presented @ matrix.weights, 1e-12)
    found: dict[int, Flag] = {}
    for kind, labels in groupings.items():
        if kind == "paper" and not matrix.presented.all():
            continue
        for label, focal in _comparisons(labels):
            for column, one in zip(columns.tolist(), _compare(scores, focal, totals), strict=True):
                version_id, flag = matrix.version_ids[column], _flag(one, kind, label)
                if flag and (version_id not in found or _size(flag) > _size(found[version_id])):
                    found[version_id] = flag
    return {version_id: [flag] for version_id, flag in found.items()}


def _right_or_wrong(matrix: Matrix) -> NDArray[np.intp]:
    shares = matrix.scores / matrix.weights
    return np.flatnonzero((np.isnan(shares) | (shares == 0) | (shares == 1)).all(axis=0))


def _comparisons(labels: Labels) -> list[tuple[str, NDArray[np.float64]]]:
    """Each group that is large enough, and 1 for its candidates, 0 for all others, NaN for those of no group."""
    counts = Counter(label for label in labels if label)
    known = sum(counts.values())
    large = [
        label for label, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        if count >= LEAST_IN_GROUP and known - count >= LEAST_IN_GROUP
    ][:MOST_GROUPS]  # fmt: skip
    if len(counts) == 2:
        large = large[-1:]  # two groups against each other are one comparison
    return [(one, np.array([np.nan if not label else float(label == one) for label in labels])) for one in large]


def _compare(
    scores: NDArray[np.float64], focal: NDArray[np.float64], totals: NDArray[np.float64] | None
) -> tuple[MantelHaenszel, ...]:
    """Matched on these totals, or on those of the items themselves, purified."""
    rules = {"least_per_group": LEAST_IN_GROUP, "confidence": GROUP_CONFIDENCE}
    if totals is None:
        return purified(scores, focal, **rules).items
    return mantel_haenszel(scores, focal, matching=totals, **rules)


def _flag(one: MantelHaenszel, kind: str, label: str) -> Flag | None:
    interval = one.delta_ci
    if one.ets_class != "C" or interval is None or max(interval.low, -interval.high) <= SLIGHT:
        return None
    evidence: dict[str, Any] = {
        "n": one.n_focal + one.n_reference, "value": one.delta, "low": interval.low, "high": interval.high,
        "confidence": interval.confidence, "limit": SLIGHT, "grouping": kind, "group": label, "n_group": one.n_focal,
        "n_others": one.n_reference, "odds": one.alpha,
    }  # fmt: skip
    return Flag(DIF, evidence=evidence)


def _size(flag: Flag) -> float:
    return abs(flag.evidence["value"])
