"""PURE numpy. Whether it makes no difference which paper of a set a candidate draws: what a weak, an average and a
strong one may expect of each, where the keys stand, how much the papers share, and whether every demand holds.

What comes out are figures only: no item can be told from them, so they may be read while the papers are sealed.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from exambank.assembly.rules.arranging import longest_run
from exambank.assembly.rules.demands import Demands
from exambank.assembly.rules.estimates import Curve, Estimate, calibrated, curve_of

THETAS = (-1.0, 0.0, 1.0)
"""A weak, an average and a strong candidate: one standard deviation below, at and above the mean ability."""

MATRIX_PAPERS = 40
"""For more papers the overlap is told by counts alone: nobody reads a table of 200 x 200."""

ANSWERS_WANTED = 20
"""An item with fewer answers counts as hardly known (the minimum that statistics of items ask for)."""

REPORT_VERSION = 1


@dataclass(frozen=True)
class Forecast:
    """What is expected of an item: the share of its points at each of ``THETAS``, and the standard deviation of that
    expectation; the mean share correct; ``n`` answers behind it; seconds."""

    expected: tuple[float, ...]
    errors: tuple[float, ...]
    difficulty: float
    seconds: int
    n: int = 0
    is_calibrated: bool = False


def forecast(
    known: Estimate,
    irt: tuple[float, float, float] | None,
    floor: float,
    seconds: int,
    thetas: Sequence[float] = THETAS,
) -> Forecast:
    """By the 3PL parameters where the item is calibrated, else by the curve through its shrunken share correct.

    The error is half the distance between the curves through the share one standard deviation up and down.
    """
    low, high = (curve_of(known.difficulty + side * known.sd, floor) for side in (-1, 1))
    curve: Curve = calibrated(*irt) if irt else curve_of(known.difficulty, floor)
    return Forecast(
        tuple(curve.at(theta) for theta in thetas),
        tuple((high.at(theta) - low.at(theta)) / 2 for theta in thetas),
        known.difficulty, seconds, known.n, irt is not None,
    )  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A question of a paper: the item (any number that names it), its points (0: pretest, not marked), where its key
    stands (from 0; None: no single one)."""

    item: int
    points: float
    key: int | None = None


def report_on(
    papers: Mapping[str, Sequence[Asked]],
    forecasts: Mapping[int, Forecast],
    demands: Demands | None = None,
    *,
    fixed: frozenset[int] = frozenset(),
    max_deviation: float | None = None,
    scale: float = 10.0,
) -> dict[str, Any]:
    """The fairness report as plain data. ``papers``: by code. ``forecasts``: by item.

    ``max_deviation``: the greatest relative deviation of what was balanced (the engine's figure; None: nothing was).
    ``fixed``: items that stand in every paper, outside the limits. ``scale``: the mark of a paper without a fault.
    ``reasons`` are codes: what keeps the papers from release.
    """
    rows = _paper_rows(papers, forecasts, scale)
    sets = [frozenset(one.item for one in asked) - fixed for asked in papers.values()]
    uses = Counter(item for found in sets for item in found)
    overlap = _overlap(sets)
    for row, most in zip(rows, overlap.pop("most_of_paper"), strict=True):
        row["shared"] = most
    checks = _checks(demands, rows, overlap, uses, fixed, max_deviation) if demands else []
    best_worst = _best_and_worst(rows)
    return {
        "version": REPORT_VERSION, "scale": scale, "thetas": list(THETAS), "papers": rows,
        "gaps": [_gap(rows, at) for at in range(len(THETAS))],
        "gap_error": _gap_error(papers, forecasts, rows, best_worst, scale),
        "ranges": [[min(row["means"][at] for row in rows), max(row["means"][at] for row in rows)]
                   for at in range(len(THETAS))],
        "overlap": overlap,
        "uses": {"items": len(uses), "fixed": len(fixed), "most": max(uses.values(), default=0),
                 "counts": {str(count): n for count, n in sorted(Counter(uses.values()).items())}},
        "knowledge": _knowledge({one.item for asked in papers.values() for one in asked}, forecasts),
        "demands": checks,
        "reasons": [check["name"] for check in checks if not check["holds"] and check["blocks"]],
        "is_releasable": all(check["holds"] or not check["blocks"] for check in checks),
    }  # fmt: skip


def _paper_rows(papers: Mapping, forecasts: Mapping[int, Forecast], scale: float) -> list[dict[str, Any]]:
    rows = []
    for code, asked in papers.items():
        known = [forecasts[one.item] for one in asked]
        points = np.array([one.points for one in asked])
        worth = scale / (points.sum() or 1.0)
        expected = np.array([one.expected for one in known]).reshape(len(known), len(THETAS))
        errors = np.array([one.errors for one in known]).reshape(len(known), len(THETAS))
        shares = np.array([one.difficulty for one, by in zip(known, asked, strict=True) if by.points])
        keys = [one.key for one in asked]
        places = Counter(key for key in keys if key is not None)
        rows.append({
            "code": code,
            "means": _round(points @ expected * worth),
            # answers are independent at a given ability (the model's own assumption): variances add up
            "sds": _round(np.sqrt(points**2 @ (expected * (1 - expected))) * worth),
            "errors": _round(np.sqrt(points**2 @ errors**2) * worth),
            "difficulty": round(float(shares.mean()), 4) if len(shares) else 0.0,
            "spread": round(float(shares.std()), 4) if len(shares) else 0.0,
            "seconds": sum(one.seconds for one in known),
            "keys": [places[at] for at in range(max(places, default=-1) + 1)],
            "run": longest_run(keys),
        })  # fmt: skip
    return rows


def _round(values: np.ndarray) -> list[float]:
    return [round(float(value), 4) for value in values]


def _gap(rows: Sequence[dict], at: int) -> float:
    means = [row["means"][at] for row in rows]
    return round(max(means) - min(means), 4)


def _best_and_worst(rows: Sequence[dict]) -> tuple[int, int]:
    """Of papers that are equally good the first is the best, the last the worst."""
    means = [row["means"][1] for row in rows]
    return means.index(max(means)), len(means) - 1 - means[::-1].index(min(means))


def _gap_error(papers: Mapping, forecasts: Mapping, rows: Sequence, ends: tuple[int, int], scale: float) -> float:
    """The standard error of best minus worst for the average candidate: what both papers hold cancels out."""
    sides = []
    for at in ends:
        asked = list(papers.values())[at]
        worth = scale / (sum(one.points for one in asked) or 1.0)
        sides.append({one.item: one.points * worth for one in asked})
    best, worst = sides
    weights = {item: best.get(item, 0.0) - worst.get(item, 0.0) for item in best.keys() | worst.keys()}
    return round(math.sqrt(sum((weight * forecasts[item].errors[1]) ** 2 for item, weight in weights.items())), 4)


def _overlap(sets: Sequence[frozenset[int]]) -> dict[str, Any]:
    shared = [[len(one & other) for other in sets] for one in sets]
    pairs = [shared[one][other] for one, other in combinations(range(len(sets)), 2)]
    return {
        "least": min(pairs, default=0), "most": max(pairs, default=0),
        "mean": round(sum(pairs) / len(pairs), 2) if pairs else 0.0,
        "counts": {str(count): n for count, n in sorted(Counter(pairs).items())},
        "matrix": shared if len(sets) <= MATRIX_PAPERS else None,
        "most_of_paper": [max((n for other, n in enumerate(row) if other != at), default=0)
                          for at, row in enumerate(shared)],
    }  # fmt: skip


def _knowledge(items: set[int], forecasts: Mapping[int, Forecast]) -> dict[str, int]:
    known = [forecasts[item] for item in items]
    return {
        "items": len(known),
        "answered": sum(one.n >= ANSWERS_WANTED or one.is_calibrated for one in known),
        "calibrated": sum(one.is_calibrated for one in known),
    }


def _checks(demands: Demands, rows: list, overlap: dict, uses: Counter, fixed: frozenset, deviation: float | None):
    """Each demand beside what was found; a run of keys that locked options leave no way round is told, not refused."""
    several = len(rows) > 1
    found = [
        ("tolerance", demands.tolerance if demands.balance and several else None, deviation, True),
        ("overlap", demands.overlap if several else None, overlap["most"], True),
        ("papers_per_item", demands.papers_per_item, max(uses.values(), default=0), True),
        ("distinct_items", demands.distinct_items, len(uses), True),
        ("max_same_key_run", demands.max_same_key_run, max((row["run"] for row in rows), default=0), False),
    ]
    return [
        {"name": name, "wanted": wanted, "found": value, "holds": value is not None and value <= wanted + 1e-9,
         "blocks": blocks}
        for name, wanted, value, blocks in found
        if wanted is not None
    ]  # fmt: skip


def ends_of(rows: Sequence[Mapping[str, Any]], most: int = 10) -> list[Mapping[str, Any]]:
    """The papers to be looked at first: all, or the hardest and the easiest for an average candidate, hardest first."""
    ordered = sorted(rows, key=lambda row: (row["means"][1], row["code"]))
    if len(ordered) <= 2 * most:
        return ordered
    return [*ordered[:most], *ordered[-most:]]
