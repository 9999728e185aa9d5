"""A whole run: matrix in, plain data out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from exambank.analysis.rules.evidence import SERIOUS, Flag, ends_of
from exambank.analysis.rules.further import further_figures
from exambank.analysis.rules.groups import Labels, group_flags
from exambank.analysis.rules.history import Earlier, Exposure, drift_flags, exposure_flag
from exambank.analysis.rules.judge import ACCEPTABLE_D, find_flags, is_sound
from exambank.analysis.rules.matrix import ItemText, Matrix
from exambank.analysis.rules.options import chosen_labels, option_tables
from exambank.analysis.rules.reach import not_reached
from exambank.analysis.rules.rivalry import miskey_flags, read_suspicion, rivalries
from exambank.analysis.rules.summary import reliability_of, summarise
from exambank.psychometrics import ItemStatistic, item_statistics

FORMULAS = "classical 3"
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


@dataclass(frozen=True)
class Context:
    """What is known beyond the marks of the exam itself; all of it may be empty.

    ``parts``: of items made of several questions, what each question earned (see ``parts_table``). ``groupings``: by
    kind a label for each candidate (see ``group_flags``). ``earlier``: by version its exams before this one.
    ``exposures``: by version how often its item was given of late. ``seconds``: by version the median time on it.
    """

    parts: Mapping[int, list[dict[str, Any]]] = field(default_factory=dict)
    groupings: Mapping[str, Labels] = field(default_factory=dict)
    earlier: Mapping[int, Sequence[Earlier]] = field(default_factory=dict)
    exposures: Mapping[int, Exposure] = field(default_factory=dict)
    seconds: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


NOTHING_KNOWN = Context()


def compute(
    matrix: Matrix, texts: Mapping[int, ItemText], marks: Sequence[Decimal], scale_max: Decimal, pass_mark: Decimal,
    context: Context = NOTHING_KNOWN,
) -> Found:  # fmt: skip
    """Everything of one exam; ``marks`` are the candidates' marks on the Regulation's scale, corrections included."""
    n = len(matrix.sitting_ids)
    reliability = reliability_of(matrix)
    statistics = item_statistics(matrix.scores, max_scores=matrix.weights)
    labels = chosen_labels(matrix, texts)
    tables = option_tables(matrix, texts, labels, n_groups=5 if n >= N_FOR_FIVE_GROUPS else 3)
    keys = rivalries(matrix, texts, labels, tables)
    missed = not_reached(matrix)
    rows = zip(
        matrix.version_ids, statistics, further_figures(matrix, reliability),
        (matrix.blank & ~missed).sum(axis=0).tolist(), missed.sum(axis=0).tolist(), strict=True,
    )  # fmt: skip
    found = {}
    for version_id, statistic, further, omitted, late in rows:
        figures = _figures(statistic, further, texts[version_id].kind) | {"omitted": omitted, "not_reached": late}
        figures |= {"key": keys[version_id]} if version_id in keys else {}
        found[version_id] = figures | _of_context(context, version_id)
    beyond = _beyond_the_exam(matrix, found, context)
    items = []
    for version_id, figures in found.items():
        suspicion = miskey_flags([read_suspicion(figures, tables[version_id])])
        flags = find_flags(figures, tables[version_id], [*suspicion, *beyond.get(version_id, ())])
        figures["flags"] = [flag.as_dict() for flag in flags]
        items.append(ItemFound(version_id, figures["n"], figures, tables[version_id]))
    judged = [_judged(one) for one in items]
    return Found(n, summarise(matrix, marks, scale_max, pass_mark, judged, reliability), tuple(items))


def _of_context(context: Context, version_id: int) -> dict[str, Any]:
    told = {"parts": context.parts.get(version_id), "seconds": context.seconds.get(version_id)}
    return {name: value for name, value in told.items() if value}


def _beyond_the_exam(
    matrix: Matrix, found: Mapping[int, Mapping[str, Any]], context: Context
) -> dict[int, list[Flag]]:  # fmt: skip
    """Flags that need more than this item's figures: its groups, its earlier exams, its use."""
    now = {
        version_id: Earlier(figures["n"], figures["difficulty"])
        for version_id, figures in found.items()
        if figures["difficulty"] is not None
    }
    used = {version_id: exposure_flag(exposure) for version_id, exposure in context.exposures.items()}
    flags: dict[int, list[Flag]] = {version_id: [flag] for version_id, flag in used.items() if flag}
    for source in (group_flags(matrix, context.groupings), drift_flags(now, context.earlier)):
        for version_id, own in source.items():
            flags.setdefault(version_id, []).extend(own)
    return flags


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


def _figures(found: ItemStatistic, further: Mapping[str, Any], kind: str) -> dict[str, Any]:
    reasons = {name: str(reason) for name, reason in found.undefined.items()}
    return {
        "kind": kind,
        "n": found.n,
        "difficulty": found.difficulty,
        "difficulty_ci": ends_of(found.difficulty_ci),
        "sd": found.sd,
        "item_total": found.item_total,
        "item_total_ci": ends_of(found.item_total_ci),
        "item_rest": found.item_rest,
        "item_rest_ci": ends_of(found.item_rest_ci),
        "d27": found.d27,
        "d27_ci": ends_of(found.d27_ci),
        "upper_share": found.upper_share,
        "lower_share": found.lower_share,
        "group_size": found.group_size,
        **further,
        "reasons": reasons | further["reasons"],
    }


def _judged(item: ItemFound) -> dict[str, Any]:
    figures = item.figures
    return {
        "n": item.n,
        "is_sound": is_sound(figures["difficulty"], figures["d27"]),
        "discriminates": figures["d27"] is not None and figures["d27"] >= ACCEPTABLE_D,
        "is_serious": any(flag["code"] in SERIOUS for flag in figures["flags"]),
    }
