"""The option table of every item: who chose what, and how strong they are on the other items."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exambank.analysis.rules.evidence import ends_of
from exambank.analysis.rules.matrix import BLANK, EXCLUSIVE, ItemText, Matrix, is_empty
from exambank.psychometrics import ItemOptions, OptionStatistic, option_statistics

WITH_TABLE = EXCLUSIVE | {"multiple_choice", "true_false_cluster"}
CHOSEN, LEFT = "chosen", "left"
RIGHT, WRONG = "right", "wrong"


def option_tables(
    matrix: Matrix, texts: Mapping[int, ItemText], labels: NDArray, n_groups: int
) -> dict[int, list[dict[str, Any]]]:
    """For each item version its rows, in the original order of the options, blanks last.

    For one of several, a row is an option. For several right options, each is a row of its own: chosen or left. For
    statements, a row counts who decided it rightly. ``labels``: see ``chosen_labels``.
    """
    tables = _single_tables(matrix, texts, labels, n_groups)
    totals, possible = _totals(matrix)
    for column, version_id in enumerate(matrix.version_ids):
        text = texts[version_id]
        if text.kind not in WITH_TABLE:
            tables[version_id] = []  # what has no options to choose among is judged by its points alone
        elif not text.is_exclusive:
            tables[version_id] = _tables_of_several(matrix, column, text, totals, possible, n_groups)
    return tables


def chosen_labels(matrix: Matrix, texts: Mapping[int, ItemText]) -> NDArray[np.object_]:
    """What each candidate chose of an item of one option, "" where left blank; None for all else."""
    labels = np.full(matrix.given.shape, None, dtype=object)
    for column, version_id in enumerate(matrix.version_ids):
        if texts[version_id].is_exclusive:
            given = matrix.given[:, column]
            labels[:, column] = [None if one is None else one.get("choice") or BLANK for one in given]
    return labels


def _single_tables(
    matrix: Matrix, texts: Mapping[int, ItemText], labels: NDArray, n_groups: int
) -> dict[int, list[dict[str, Any]]]:
    own = [texts[version_id] for version_id in matrix.version_ids]
    found = option_statistics(
        labels,
        matrix.scores,
        [[token for token, is_key in text.options if is_key] for text in own],
        options=[text.tokens for text in own],
        max_scores=matrix.weights,
        n_groups=n_groups,
    )
    return {text.version_id: _rows(text, table) for text, table in zip(own, found, strict=True) if text.is_exclusive}


def _rows(text: ItemText, table: ItemOptions) -> list[dict[str, Any]]:
    places = {token: place for place, token in enumerate(text.tokens)}
    return [_row(one, one.option, one.is_key, places.get(one.option), table.group_sizes) for one in table.options]


def _row(
    found: OptionStatistic, token: str, is_key: bool, place: int | None, group_sizes: tuple[int, ...]
) -> dict[str, Any]:
    return {
        "token": token,
        "letter": "" if place is None else chr(ord("A") + place),
        "is_key": is_key,
        "count": found.count,
        "share": found.share,
        "rest": found.option_rest,
        "rest_ci": ends_of(found.option_rest_ci),
        "mean_rest": found.mean_rest,
        "by_group": list(found.by_group),
        "group_sizes": list(group_sizes),
        "reason": str(found.undefined["option_rest"]) if "option_rest" in found.undefined else None,
    }


def _totals(matrix: Matrix) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.nansum(matrix.scores, axis=1), matrix.presented @ matrix.weights


def _tables_of_several(
    matrix: Matrix, column: int, text: ItemText, totals: NDArray, possible: NDArray, n_groups: int
) -> list[dict[str, Any]]:
    """Each option or statement against the rest: the item as one column, everything else as the other."""
    rows = np.flatnonzero(matrix.presented[:, column])
    own, weight = matrix.scores[rows, column], matrix.weights[column]
    rest_possible = possible[rows] - weight
    with np.errstate(invalid="ignore", divide="ignore"):
        rest = np.where(rest_possible > 0, (totals[rows] - own) / rest_possible, np.nan)
    size = float(rest_possible.max(initial=0.0)) or 1.0
    pair = np.column_stack([own, np.clip(rest, 0.0, 1.0) * size])
    label = _label_statement if text.kind == "true_false_cluster" else _label_option
    given = matrix.given[rows, column]
    found = []
    for place, (token, is_key) in enumerate(text.options):
        answers = np.array([[label(one, token, is_key), None] for one in given], dtype=object).reshape(len(rows), 2)
        wanted = RIGHT if label is _label_statement else CHOSEN
        [table, _rest] = option_statistics(
            answers, pair, [wanted, None], options=[[wanted], []], max_scores=[weight, size], n_groups=n_groups
        )
        found.append(_row(table.options[0], token, is_key, place, table.group_sizes))
    return [*found, _blank_row(given, found)]


Label = Callable[[dict, str, bool], str]


def _label_option(given: dict, token: str, is_key: bool) -> str:
    return CHOSEN if token in (given.get("choices") or ()) else LEFT


def _label_statement(given: dict, token: str, is_key: bool) -> str:
    decision = (given.get("statements") or {}).get(token)
    return BLANK if decision is None else RIGHT if decision is is_key else WRONG


def _blank_row(given: NDArray, found: list[dict[str, Any]]) -> dict[str, Any]:
    count = sum(is_empty(one) for one in given)
    return {
        "token": BLANK,
        "letter": "",
        "is_key": False,
        "count": count,
        "share": count / len(given) if len(given) else None,
        "rest": None,
        "rest_ci": None,
        "mean_rest": None,
        "by_group": [],
        "group_sizes": found[0]["group_sizes"] if found else [],
        "reason": None,
    }
