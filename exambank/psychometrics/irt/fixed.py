"""Items whose curves are known already: a bank's, on whose scale the others come out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite

from exambank.psychometrics.irt.curves import ItemCurve, curve


@dataclass(frozen=True, slots=True)
class GivenCurve:
    """Values that an item keeps, checked; `curve` is what is said of it in the end."""

    slope: float
    intercept: float
    guessing: float
    curve: ItemCurve

    def met_by(self, n: int) -> ItemCurve:
        """As a record of this fit."""
        return replace(self.curve, n=n)


def check_fixed(
    fixed: Mapping[int, ItemCurve | Sequence[float]] | None, n_items: int, model: str
) -> dict[int, GivenCurve]:
    """Check the curves that are to be held.

    Raises
    ------
    ValueError
        If a column does not exist, a value is missing or not finite, guessing lies outside 0..1 or is above 0 in a
        model without it, or the slopes differ where one is common to all.
    """
    checked = {int(column): _check(column, given, n_items, model) for column, given in (fixed or {}).items()}
    if model == "1pl" and len({one.slope for one in checked.values()}) > 1:
        raise ValueError("with one slope for all items, those that are held must have the same")
    return checked


def _check(column: int, given: ItemCurve | Sequence[float], n_items: int, model: str) -> GivenCurve:
    if not 0 <= column < n_items:
        raise ValueError(f"there are {n_items} items, none is at column {column}")
    is_record = isinstance(given, ItemCurve)
    values = (given.slope, given.intercept, given.guessing) if is_record else tuple(given)
    if len(values) not in (2, 3) or any(value is None or not isfinite(value) for value in values):
        raise ValueError(f"the item at column {column} needs a slope, an intercept and, if any, guessing to be held")
    slope, intercept, guessing = (float(value) for value in (*values, 0.0)[:3])
    if not 0 <= guessing < 1 or (guessing > 0 and model != "3pl"):
        raise ValueError(f"guessing of the item at column {column} does not fit the model: {guessing}")
    return GivenCurve(slope, intercept, guessing, given if is_record else curve(0, slope, intercept, guessing, None))
