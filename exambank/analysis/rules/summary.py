"""What an exam's scores say as a whole: mean, spread, bands, reliability, the share of sound items."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from statistics import fmean, median, stdev
from typing import Any

import numpy as np

from exambank.analysis.rules.further import whole_test
from exambank.analysis.rules.judge import MINIMUM_N, SOUND_SHARE
from exambank.analysis.rules.matrix import Matrix
from exambank.analysis.rules.reach import speededness
from exambank.psychometrics import Reliability, alpha

BAND_LIMITS = (Decimal(4), Decimal(5), Decimal("6.5"), Decimal(8))  # on a scale of ten
MOST_GROUPS = 24


def band_counts(marks: Sequence[Decimal], scale_max: Decimal) -> list[int]:
    """How many marks lie in each of 0-3.9, 4-4.9, 5-6.4, 6.5-7.9, 8-10, whatever the scale."""
    limits = [limit * scale_max / 10 for limit in BAND_LIMITS]
    counts = [0] * (len(limits) + 1)
    for mark in marks:
        counts[sum(mark >= limit for limit in limits)] += 1
    return counts


def reliability_of(matrix: Matrix) -> Reliability:
    """Alpha of all candidates together; None with its reason where their papers differ."""
    return alpha(matrix.scores, max_scores=matrix.weights)


def summarise(
    matrix: Matrix, marks: Sequence[Decimal], scale_max: Decimal, pass_mark: Decimal,
    items: Sequence[Mapping[str, Any]], reliability: Reliability,
) -> dict[str, Any]:  # fmt: skip
    """The run's summary: plain data, a missing figure is None with its reason beside it."""
    values = [float(mark) for mark in marks]
    judged = [one for one in items if one["n"] >= MINIMUM_N]
    sound = sum(one["is_sound"] for one in judged)
    return {
        "n": len(matrix.sitting_ids),
        "n_items": len(matrix.version_ids),
        "scale_max": f"{scale_max.normalize():f}",
        "pass_mark": f"{pass_mark.normalize():f}",
        "passing": sum(mark >= pass_mark for mark in marks),
        "mean": fmean(values) if values else None,
        "sd": stdev(values) if len(values) > 1 else None,
        "median": median(values) if values else None,
        "min": min(values, default=None),
        "max": max(values, default=None),
        "bands": band_counts(marks, scale_max),
        "judged": len(judged),
        "sound": sound,
        "sound_share": sound / len(judged) if judged else None,
        "is_acceptable": sound / len(judged) >= SOUND_SHARE if judged else None,
        "discriminating": sum(one["discriminates"] for one in judged),
        "serious": sum(one["is_serious"] for one in judged),
        "whole": whole_test(matrix),
        "speed": speededness(matrix),
        **_reliability(matrix, reliability, float(scale_max)),
    }


def _reliability(matrix: Matrix, whole: Reliability, scale_max: float) -> dict[str, Any]:
    """Alpha of all where all sat the same items, else of each group that did; SEM on the scale of marks."""
    groups = _groups(matrix)
    found = _alpha_values(whole, matrix.weights.sum(), scale_max)
    found["papers"] = []
    if whole.alpha is None and len(groups) > 1:
        for columns, rows in sorted(groups.items(), key=lambda pair: -len(pair[1]))[:MOST_GROUPS]:
            if len(rows) < MINIMUM_N:
                break
            own = matrix.weights[list(columns)]
            part = alpha(matrix.scores[np.ix_(rows, columns)], max_scores=own)
            found["papers"].append(
                {"n": len(rows), "n_items": len(columns), **_alpha_values(part, own.sum(), scale_max)}
            )
    found["n_papers"] = len(groups)
    return found


def _groups(matrix: Matrix) -> dict[tuple[int, ...], list[int]]:
    """Candidates by the set of items they were given: papers that only shuffle the same items are one."""
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for row, presented in enumerate(matrix.presented):
        groups[tuple(np.flatnonzero(presented).tolist())].append(row)
    return dict(groups)


def _alpha_values(found: Reliability, total: float, scale_max: float) -> dict[str, Any]:
    interval = found.alpha_ci
    return {
        "alpha": found.alpha,
        "alpha_ci": [interval.low, interval.high] if interval else None,
        "alpha_reason": str(found.undefined["alpha"]) if "alpha" in found.undefined else None,
        "sem": None if found.sem is None or not total else found.sem / float(total) * scale_max,
    }
