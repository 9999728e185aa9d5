"""From marked responses to a matrix: a row for each candidate, a column for each item version, NaN = not presented."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

BLANK = ""
EXCLUSIVE = frozenset({"single_choice", "true_false"})
"""Kinds of item of which one option is taken, so that a distractor can beat the key."""


class MarkedResponse(Protocol):
    """What is read of a marked response; marking's rows have all of it."""

    sitting_id: int
    question: int
    version_id: int
    points: Decimal
    max_points: Decimal
    payload: str | None


@dataclass(frozen=True)
class ItemText:
    """What the statistics must know of an item version: its options in the original order, and which count as right."""

    version_id: int
    kind: str
    options: tuple[tuple[str, bool], ...]  # token, is_key (of a statement: its truth)

    @property
    def tokens(self) -> list[str]:
        return [token for token, _is_key in self.options]

    @property
    def is_exclusive(self) -> bool:
        return self.kind in EXCLUSIVE


@dataclass(frozen=True, eq=False)
class Matrix:
    """Points as shares of each item's maximum times its weight in the paper.

    ``given`` holds what each candidate gave, as plain data (empty where blank), None where the item was not presented.
    """

    sitting_ids: tuple[int, ...]
    version_ids: tuple[int, ...]
    scores: NDArray[np.float64]
    weights: NDArray[np.float64]
    given: NDArray[np.object_]
    blank: NDArray[np.bool_]  # presented, and nothing was given
    order: NDArray[np.intp]  # number of the question on the candidate's own paper, from 1; 0 = not presented

    @property
    def presented(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.scores)


def build_matrix(rows: Sequence[MarkedResponse], extra: Mapping[tuple[int, int], Decimal] | None = None) -> Matrix:
    """The matrix of marked responses; ``extra``: points added by a corrected key, by (sitting, question).

    An item may be worth more on one paper than on another; its score is its share of the points, times the weight
    that it has most often. Where a wrong answer costs points, it scores nothing: the formulas know shares from 0 to 1.
    """
    rows = [row for row in rows if row.max_points > 0]
    sittings = {sitting_id: at for at, sitting_id in enumerate(sorted({row.sitting_id for row in rows}))}
    versions = {version_id: at for at, version_id in enumerate(sorted({row.version_id for row in rows}))}
    weights = _weights(rows, versions)
    shape = len(sittings), len(versions)
    scores, order = np.full(shape, np.nan), np.zeros(shape, dtype=np.intp)
    given, blank = np.full(shape, None, dtype=object), np.zeros(shape, dtype=bool)
    where = (
        np.array([sittings[row.sitting_id] for row in rows], dtype=np.intp),
        np.array([versions[row.version_id] for row in rows], dtype=np.intp),
    )
    parsed = {payload: json.loads(payload) if payload else {} for payload in {row.payload for row in rows}}
    empty = {payload: is_empty(one) for payload, one in parsed.items()}
    scores[where] = np.clip(_shares(rows, extra or {}), 0.0, 1.0) * weights[where[1]]
    order[where] = [row.question for row in rows]
    given[where] = np.fromiter((parsed[row.payload] for row in rows), dtype=object, count=len(rows))
    blank[where] = [empty[row.payload] for row in rows]
    return Matrix(tuple(sittings), tuple(versions), scores, weights, given, blank, order)


def _shares(rows: Sequence[MarkedResponse], extra: Mapping[tuple[int, int], Decimal]) -> NDArray[np.float64]:
    """Points as shares of each response's own maximum, with what a corrected key added."""
    points = np.array([float(row.points) for row in rows])
    if extra:
        points += [float(extra.get((row.sitting_id, row.question), 0)) for row in rows]
    return points / np.array([float(row.max_points) for row in rows])


def is_empty(given: Any) -> bool:
    """Whether nothing stands in a response of whatever kind: no choice, no word, no place, no decision."""
    if isinstance(given, dict):
        return all(is_empty(one) for one in given.values())
    return given is None or given == [] or (isinstance(given, str) and not given.strip())


def _weights(rows: Sequence[MarkedResponse], versions: Mapping[int, int]) -> NDArray[np.float64]:
    counts: list[Counter[Decimal]] = [Counter() for _ in versions]
    for row in rows:
        counts[versions[row.version_id]][row.max_points] += 1
    return np.array([float(max(count.items(), key=lambda pair: (pair[1], pair[0]))[0]) for count in counts])


def data_hash(
    rows: Iterable[MarkedResponse], extra: Mapping[tuple[int, int], Decimal], texts: Iterable[ItemText], other: Any
) -> str:
    """One name for the data of a run: the same responses, marks and keys give the same, in whatever order they come."""
    digest = hashlib.sha256()
    lines = sorted(
        f"{row.sitting_id}|{row.question}|{row.version_id}|{row.points:.4f}|{row.max_points:.4f}|"
        f"{extra.get((row.sitting_id, row.question), 0)}|{row.payload or ''}"
        for row in rows
    )
    digest.update("\n".join(lines).encode())
    keys = sorted([text.version_id, text.kind, [list(pair) for pair in text.options]] for text in texts)
    digest.update(json.dumps([keys, other], sort_keys=True, default=str).encode())
    return digest.hexdigest()
