"""The report ``exambank.analysis/1`` as plain data."""

from collections.abc import Callable
from math import isfinite
from typing import Any

from exambank.analysis.external.classical import describe_items, describe_test
from exambank.analysis.external.curves import describe_curves
from exambank.analysis.external.differences import describe_differences
from exambank.analysis.external.groups import Groups
from exambank.analysis.external.records import Note
from exambank.analysis.external.scoring import Marked
from exambank.analysis.external.wishes import Wishes

SCHEMA = "exambank.analysis/1"
MANY_ITEMS = 1_000  # the errors of so many curves, each with all the others, take time


def build_report(
    marked: Marked,
    wishes: Wishes,
    groups: Groups | None = None,
    *,
    say: Callable[..., None] = lambda _stage, **_values: None,
) -> tuple[dict[str, Any], list[Note]]:
    """Everything that was asked for, and what its reader must know; numbers are never NaN, what is undefined is None.

    Parameters
    ----------
    marked : Marked
    wishes : Wishes
    groups : Groups, optional
    say : callable
        Told the stage that begins: "classical", "curves", or "many_curves" with the number of `items`, "differences".

    Raises
    ------
    Unfit
        If the scores do not suit the model that is asked for.
    """
    say("classical")
    test, notes = describe_test(marked)
    items, more = describe_items(marked)
    notes = [*marked.notes, *notes, *more]
    curves, differences = None, []
    if wishes.irt or wishes.polytomous:
        _say_curves(say, len(marked.items))
        curves, more = describe_curves(marked, wishes)
        notes += more
    if groups is not None:
        say("differences")
        differences, more = describe_differences(marked, groups.groupings)
        notes += [*groups.notes, *more]
    report = {
        "schema": SCHEMA,
        "n_candidates": len(marked.candidates),
        "n_items": len(marked.items),
        "test": test,
        "items": items,
        "irt": curves,
        "dif": differences,
    }
    return finite(report), notes


def _say_curves(say: Callable[..., None], n_items: int) -> None:
    if n_items < MANY_ITEMS:
        say("curves")
    else:
        say("many_curves", items=n_items)


def finite(value: Any) -> Any:
    """The same plain data with None for whatever is no finite number: a file must not hold NaN, come what may."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {name: finite(one) for name, one in value.items()}
    return [finite(one) for one in value] if isinstance(value, list) else value
