"""How each distractor of an item stands against the key: the difference of their correlations with the rest.

The rule by which a key comes under suspicion, in one exam and over several, is that of ``psychometrics.suspicion``;
here it is stored with a run and read again.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from exambank.analysis.rules.evidence import MISKEY, Flag
from exambank.analysis.rules.judge import MINIMUM_N
from exambank.analysis.rules.matrix import ItemText, Matrix
from exambank.bank.rules import figures as bank
from exambank.psychometrics.arrays import Interval
from exambank.psychometrics.suspicion import ItemSuspicion, Rivalry, key_suspicions, pool_rivalries

Stored = Mapping[str, Any]


def rivalries(
    matrix: Matrix, texts: Mapping[int, ItemText], labels: NDArray, tables: Mapping[int, list[dict[str, Any]]]
) -> dict[int, dict[str, Any]]:
    """How the key of each item of one option does; each row of its table gets its ``rivalry`` with the key.

    ``labels``: what was chosen (see ``chosen_labels``), nothing for items of other kinds, which are left out here.
    """
    own = [texts[version_id] for version_id in matrix.version_ids]
    found = key_suspicions(
        labels, matrix.scores, [[token for token, is_key in text.options if is_key] for text in own],
        options=[text.tokens for text in own], max_scores=matrix.weights,
    )  # fmt: skip
    keys = {}
    for text, one in zip(own, found, strict=True):
        if text.is_exclusive:
            rivals = {rival.option: _store_rival(rival) for rival in one.rivals}
            for row in tables[text.version_id]:
                row["rivalry"] = rivals.get(row["token"])
            keys[text.version_id] = {
                "n": one.n, "degrees": one.degrees, "count": one.key_count, "rest": one.key_rest,
                **_store_interval(one.key_rest_ci),
            }  # fmt: skip
    return keys


def _store_rival(rival: Rivalry) -> dict[str, Any] | None:
    if rival.interval is None:
        return None
    return {
        "count": rival.count, "rest": rival.option_rest, "value": rival.difference, "variance": rival.variance,
        **_store_interval(rival.interval),
    }  # fmt: skip


def _store_interval(interval: Interval | None) -> dict[str, float | None]:
    if interval is None:
        return {"low": None, "high": None, "confidence": None}
    return {"low": interval.low, "high": interval.high, "confidence": interval.confidence}


def read_suspicion(figures: Stored, options: Sequence[Stored]) -> ItemSuspicion | None:
    """What a run kept of an item's key; None for other kinds of item and for runs of earlier formulas."""
    return bank.read_suspicion(figures.get("key"), options)


def miskey_flags(told: Iterable[ItemSuspicion | None]) -> list[Flag]:
    """The suspicion against a key from one exam or, pooled, from several; nothing below ``MINIMUM_N`` candidates."""
    known = [one for one in told if one is not None]
    if not known:
        return []
    whole = pool_rivalries(known) if len(known) > 1 else known[0]
    better = whole.better_options
    if not better or whole.n < MINIMUM_N:
        return []
    by_option = {one.option: _store_rival(one) for one in better}
    first = by_option[better[0].option]
    evidence = {
        "n": whole.n, "value": first["value"], "low": first["low"], "high": first["high"],
        "confidence": first["confidence"], "limit": 0.0, "key_rest": whole.key_rest, "exams": len(known),
        "by_option": by_option,
    }  # fmt: skip
    return [Flag(MISKEY, tuple(by_option), evidence)]
