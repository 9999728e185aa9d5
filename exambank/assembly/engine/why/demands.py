"""The rules of a specification, one by one, so that they can be left out one by one."""

from typing import NamedTuple

from exambank.assembly.engine.records import Spec


class Rule(NamedTuple):
    """``kind`` as in ``Shortage.rule``; ``of``: the cell's number, the fixed item's index, the set's name, or None.

    Kinds: "cell" (so many items of it), "items" (the rest, beside the cells), "fixed", "enemies", "stimulus" (whole),
    "papers_per_item", "overlap" (only as overlap 0: an item stands in one paper), "min_days_since_use",
    "max_use_count", "distinct_items", "points" (the cells' filters of points), "max_same_key_run".
    """

    kind: str
    of: int | str | None = None


DEMANDS = ("cell", "items", "fixed")
"""Rules that want items; all others only stand in the way."""
ACROSS = ("papers_per_item", "overlap", "distinct_items")
"""Rules that tie papers to one another; without them one paper, written again and again, would do."""


def rest_of(spec: Spec) -> int:
    """How many items a paper takes beside its cells; ValueError where the cells already ask for more than a paper."""
    counted = sum(cell.count for cell in spec.cells)
    rest = 0 if spec.items is None else spec.items - counted
    if rest < 0:
        raise ValueError(f"the cells take {counted} items, the paper {spec.items}")
    return rest


def rules_of(spec: Spec, papers: int, fixed: dict[str, int], enemies: list[str], stimuli: list[str]) -> list[Rule]:
    """Every hard rule that ``why`` knows, the demands first. ``fixed``: name to index into the pool."""
    limits = spec.limits
    rules = [Rule("cell", number) for number in range(len(spec.cells))]
    rules += [Rule("items")] if rest_of(spec) else []
    rules += [Rule("fixed", index) for index in fixed.values()]
    rules += [Rule("points")] if any(cell.points is not None for cell in spec.cells) else []
    rules += [Rule("min_days_since_use")] if limits.min_days_since_use is not None else []
    rules += [Rule("max_use_count")] if limits.max_use_count is not None else []
    if papers > 1:
        rules += [Rule("papers_per_item")] if (limits.papers_per_item or papers) < papers else []
        rules += [Rule("overlap")] if limits.overlap == 0 else []
    rules += [Rule("distinct_items")] if limits.distinct_items is not None else []
    rules += [Rule("enemies", name) for name in enemies]
    rules += [Rule("stimulus", name) for name in stimuli]
    rules += [Rule("max_same_key_run")] if spec.order.max_same_key_run is not None else []
    return rules
