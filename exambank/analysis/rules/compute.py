"""A whole run: matrix in, plain data out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from exambank.analysis.rules.judge import ACCEPTABLE_D, SERIOUS, find_flags, is_sound
from exambank.analysis.rules.matrix import ItemText, Matrix
from exambank.analysis.rules.options import option_tables
from exambank.analysis.rules.summary import summarise
from exambank.psychometrics import Interval, ItemStatistic, item_statistics

FORMULAS = "classical 1"
"""Names the formulas of a run; raised whenever one of them changes, so that old figures are told from new."""

N_FOR_FIVE_GROUPS = 60


@dataclass(frozen=True)
class ItemFound:
    """What a run found of one item version."""

    version_id: int
    n: int
    figures: dict[str, Any]
    options: list[dict[str, Any]]


@dataclass(frozen=True)
class Found:
    """What a run found: its summary and its items, in the order of the matrix."""

    n: int
    summary: dict[str, Any]
    items: tuple[ItemFound, ...]


def compute(
    matrix: Matrix, texts: Mapping[int, ItemText], marks: Sequence[Decimal], scale_max: Decimal, pass_mark: Decimal,
    parts: Mapping[int, list[dict[str, Any]]] | None = None,
) -> Found:  # fmt: skip
    """Everything of one exam; ``marks`` are the candidates' marks on the Regulation's scale, corrections included.

    ``parts``: of items made of several questions, what each question earned (see ``parts_table``).
    """
    n = len(matrix.sitting_ids)
    statistics = item_statistics(matrix.scores, max_scores=matrix.weights)
    tables = option_tables(matrix, texts, n_groups=5 if n >= N_FOR_FIVE_GROUPS else 3)
    items = []
    for column, (version_id, statistic) in enumerate(zip(matrix.version_ids, statistics, strict=True)):
        omitted = int(np.sum(matrix.blank[:, column]))
        figures = _figures(statistic, texts[version_id].kind, omitted)
        options = tables[version_id]
        if parts and version_id in parts:
            figures["parts"] = parts[version_id]
        figures["flags"] = [flag.as_dict() for flag in find_flags(figures, options)]
        items.append(ItemFound(version_id, statistic.n, figures, options))
    return Found(n, summarise(matrix, marks, scale_max, pass_mark, [_judged(one) for one in items]), tuple(items))


def parts_table(rows: Iterable[tuple[int, Sequence[Mapping[str, str]]]]) -> dict[int, list[dict[str, Any]]]:
    """From the parts of single marks to a row for each question of a case: how many met it, the share of points."""
    found: dict[int, dict[str, dict[str, Any]]] = {}
    for version_id, parts in rows:
        for part in parts:
            row = found.setdefault(version_id, {}).setdefault(
                part["token"], {"token": part["token"], "label": part["label"], "n": 0, "earned": 0.0, "blank": 0}
            )
            row["n"] += 1
            row["earned"] += float(part["points"]) / (float(part["max"]) or 1.0)
            row["blank"] += part["outcome"] == "blank"
    return {
        version_id: [{**row, "earned": row["earned"] / row["n"]} for row in own.values()]
        for version_id, own in found.items()
    }


def _figures(found: ItemStatistic, kind: str, omitted: int) -> dict[str, Any]:
    return {
        "kind": kind,
        "n": found.n,
        "difficulty": found.difficulty,
        "difficulty_ci": _ends(found.difficulty_ci),
        "sd": found.sd,
        "item_total": found.item_total,
        "item_rest": found.item_rest,
        "item_rest_ci": _ends(found.item_rest_ci),
        "d27": found.d27,
        "d27_ci": _ends(found.d27_ci),
        "upper_share": found.upper_share,
        "lower_share": found.lower_share,
        "group_size": found.group_size,
        "omitted": omitted,
        "reasons": {name: str(reason) for name, reason in found.undefined.items()},
    }


def _ends(interval: Interval | None) -> list[float] | None:
    return [interval.low, interval.high] if interval else None


def _judged(item: ItemFound) -> dict[str, Any]:
    figures = item.figures
    return {
        "n": item.n,
        "is_sound": is_sound(figures["difficulty"], figures["d27"]),
        "discriminates": figures["d27"] is not None and figures["d27"] >= ACCEPTABLE_D,
        "is_serious": any(flag["code"] in SERIOUS for flag in figures["flags"]),
    }
