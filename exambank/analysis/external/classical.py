"""The classical part of the report: the test, its items, who chose which option."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from exambank.analysis.external.judging import Evidence, ends, find_flags
from exambank.analysis.external.records import NOT_PRESENTED, OMITTED, Note
from exambank.analysis.external.scoring import Marked
from exambank.psychometrics import (
    Interval,
    ItemOptions,
    Reason,
    WholeTest,
    alpha,
    biserial,
    item_statistics,
    option_statistics,
    whole_test_statistics,
)
from exambank.psychometrics.choices import CodedResponses
from exambank.psychometrics.suspicion import ItemSuspicion, key_suspicions

SCORE_GROUPS = 5
MOST_OPTIONS = 60
RARE = "…"  # stands for the answers beyond these, which get no line of their own
TEST_FIELDS = {
    "mean": "mean", "sd": "sd", "median": "median", "min": "minimum", "max": "maximum", "skewness": "skewness",
    "kurtosis": "kurtosis", "alpha": "alpha", "alpha_ci": "alpha_ci", "kr20": "kr20", "kr21": "kr21",
    "lambda2": "lambda2", "lambda6": "lambda6", "omega_total": "omega_total", "split_half": "split_half", "sem": "sem",
}  # fmt: skip
"""Fields of the report, and of `WholeTest`."""


def plain(value: Any) -> Any:
    """An interval as its two ends; everything else as it is."""
    return ends(value) if isinstance(value, Interval) else value


def describe_test(marked: Marked) -> tuple[dict[str, Any], list[Note]]:
    """The figures of the test as a whole, and what there is to say of those that do not exist."""
    whole = whole_test_statistics(marked.scores, max_scores=marked.max_scores)
    return {ours: plain(getattr(whole, theirs)) for ours, theirs in TEST_FIELDS.items()}, _notes(marked, whole)


def _notes(marked: Marked, whole: WholeTest) -> list[Note]:
    if whole.undefined.get("alpha") is Reason.PAPERS_DIFFER:
        return [Note("papers_differ")]
    if whole.n < len(marked.candidates):
        return [Note("incomplete_left_out", {"count": len(marked.candidates) - whole.n})]
    return []


def describe_items(marked: Marked) -> tuple[list[dict[str, Any]], list[Note]]:
    """The figures of every item, in the order of the file."""
    scores, most = marked.scores, marked.max_scores
    statistics = item_statistics(scores, max_scores=most)
    biserials = biserial(scores, max_scores=most)
    deleted = alpha(scores, max_scores=most).alpha_if_deleted
    tables, suspicions, notes = _options(marked)
    columns = zip(marked.items, statistics, biserials, deleted, tables, suspicions, strict=True)
    return [_describe_item(*column) for column in columns], notes


def _describe_item(name, found, of_biserial, deleted, table: ItemOptions | None, suspicion) -> dict[str, Any]:
    options = [] if table is None else [one for one in table.options if one.option != RARE]
    names = ("difficulty", "sd", "item_total", "item_rest", "item_rest_ci")
    return {
        "item": name,
        "n": found.n,
        **{field: plain(getattr(found, field)) for field in names},
        "biserial": of_biserial.value,
        "d27": found.d27,
        "alpha_if_deleted": deleted,
        "options": [_describe_option(one) for one in options],
        "flags": find_flags(Evidence(found, tuple(options), suspicion)),
    }


def _describe_option(found) -> dict[str, Any]:
    names = ("option", "count", "share", "option_total", "option_rest", "is_key")
    return {**{name: getattr(found, name) for name in names}, "by_group": list(found.by_group)}


def _options(marked: Marked) -> tuple[list[ItemOptions | None], list[ItemSuspicion | None], list[Note]]:
    """The table of options of every item and what speaks against its key; nothing where only scores are known."""
    if marked.answers is None:
        return [None] * len(marked.items), [None] * len(marked.items), []
    answers, notes = _without_rare(marked)
    of_scores = {"scores": marked.scores, "keys": marked.keys, "max_scores": marked.max_scores}
    tables = option_statistics(CodedResponses((*marked.labels, RARE), answers), **of_scores, n_groups=SCORE_GROUPS)
    suspicions = key_suspicions(CodedResponses((*marked.labels, ""), answers), **of_scores)  # what is rare is no rival
    return list(tables), list(suspicions), notes


def _without_rare(marked: Marked) -> tuple[NDArray[np.int32], list[Note]]:
    """Answers as places among the labels; the rarest of an item that has too many stand together at the last place."""
    answers, notes = marked.answers, []
    if len(marked.labels) - OMITTED - 1 <= MOST_OPTIONS:
        return answers, notes
    answers = answers.copy()
    for column, item in enumerate(marked.items):
        counts = np.bincount(answers[:, column], minlength=len(marked.labels))
        counts[[NOT_PRESENTED, OMITTED]] = 0
        is_key = np.array([label in marked.keys[column] for label in marked.labels])
        order = np.lexsort((np.arange(len(counts)), -counts, ~is_key))
        rare = np.zeros(len(counts), dtype=bool)
        rare[order[MOST_OPTIONS:]] = True
        rare &= counts > 0
        if rare.any():
            answers[rare[answers[:, column]], column] = len(marked.labels)
            notes.append(Note("rare_answers", {"item": item, "count": int(rare.sum()), "limit": MOST_OPTIONS}))
    return answers, notes
