"""The part of the report on items that work differently for a group."""

from typing import Any

import numpy as np

from exambank.analysis.external.curves import right_or_wrong
from exambank.analysis.external.groups import Grouping
from exambank.analysis.external.records import Note
from exambank.analysis.external.scoring import Marked
from exambank.psychometrics import logistic_dif, mantel_haenszel
from exambank.psychometrics.arrays import check_scores
from exambank.psychometrics.correlation import total_shares

MH_FIELDS = {"mh_chi2": "chi2", "mh_p": "p", "mh_alpha": "alpha", "mh_delta": "delta", "ets_class": "ets_class"}
LOGISTIC_FIELDS = ("lr_uniform", "lr_nonuniform", "delta_r2_uniform", "delta_r2_nonuniform")


def describe_differences(marked: Marked, groupings: tuple[Grouping, ...]) -> tuple[list[dict[str, Any]], list[Note]]:
    """Every item for every grouping, each group against the first.

    Who belongs to neither of the two is left out. Items that give part of their points count in the score by which
    candidates are matched, and have no values themselves.
    """
    answers, is_plain = right_or_wrong(marked)
    answers = np.where(is_plain, answers, np.nan)
    totals = total_shares(check_scores(marked.scores, marked.max_scores))
    rows = []
    for grouping in groupings:
        reference = grouping.values[0]
        members = np.array(grouping.members, dtype=object)
        for focal in grouping.values[1:]:
            compared = (members == reference) | (members == focal)
            is_focal = (members[compared] == focal).astype(np.float64)
            told = {"group": grouping.name, "reference": reference, "focal": focal}
            rows += _compare(marked.items, answers[compared], totals[compared], is_focal, told)
    partial = [item for item, is_whole in zip(marked.items, is_plain.tolist(), strict=True) if not is_whole]
    return rows, [Note("items_without_dif", {"items": partial})] if partial and groupings else []


def _compare(items, answers, totals, is_focal, told: dict[str, str]) -> list[dict[str, Any]]:
    by_score = mantel_haenszel(answers, is_focal, matching=totals)
    by_regression = logistic_dif(answers, is_focal, matching=totals)
    return [
        {
            "item": item,
            **told,
            **{ours: getattr(mh, theirs) for ours, theirs in MH_FIELDS.items()},
            **{field: getattr(logistic, field) for field in LOGISTIC_FIELDS},
        }
        for item, mh, logistic in zip(items, by_score, by_regression, strict=True)
    ]
