"""PURE. Values that expressions compare, and their plain arithmetic: nothing, a number, a truth, a text, or many."""

from fractions import Fraction
from math import floor
from typing import NamedTuple

from exambank.interchange.formats.qti.declarations import Response, number_of, pair_key

_LARGEST = Fraction(10) ** 60


class Untold(Exception):
    """The rules hold something that our calculator does not know."""


class Many(NamedTuple):
    """A container of values."""

    values: tuple
    is_ordered: bool


def typed(written: str, base_type: str):
    """A value as expressions compare it; None for a number that is none."""
    if base_type in ("float", "integer", "duration"):
        return number_of(written)
    if base_type == "boolean":
        return written.strip().lower() == "true"
    if base_type in ("pair", "directedPair"):
        return pair_key(written, base_type)
    if base_type == "file":
        raise Untold(base_type)
    return " ".join(written.split())


def members(value) -> tuple:
    """The values in a container; a single value is alone, nothing is none."""
    return value.values if isinstance(value, Many) else () if value is None else (value,)


def as_number(value) -> Fraction | None:
    """The number that a value is or writes; Untold for one that no exam needs."""
    if isinstance(value, Many) and len(value.values) == 1:
        value = value.values[0]
    if isinstance(value, str):
        value = number_of(value)
    if not isinstance(value, Fraction):
        return None
    if abs(value) > _LARGEST or value.denominator > _LARGEST:
        raise Untold("size")
    return value


def mapped(response: Response, value) -> Fraction:
    """Points by the mapping; each value counts once."""
    mapping = response.mapping
    total = Fraction(0)
    for one in dict.fromkeys(members(value)):
        total += next((entry.points for entry in mapping.entries if _is_entry(entry, one, response)), mapping.default)
    if mapping.upper is not None:
        total = min(total, mapping.upper)
    return max(total, mapping.lower) if mapping.lower is not None else total


def _is_entry(entry, value, response: Response) -> bool:
    if not isinstance(value, str):
        return typed(entry.key, response.base_type) == value
    if entry.is_case_sensitive:
        return entry.key == value
    return entry.key.casefold() == value.casefold()


def is_same(values: list) -> bool | None:
    """``match``; a container of one counts as its value, since files confuse the two."""
    if len(values) != 2:
        raise Untold("match")
    if any(one is None for one in values):
        return None
    one, other = (value.values[0] if isinstance(value, Many) and len(value.values) == 1 else value for value in values)
    if isinstance(one, Many) and isinstance(other, Many):
        if one.is_ordered and other.is_ordered:
            return one.values == other.values
        return sorted(map(str, one.values)) == sorted(map(str, other.values))
    if isinstance(one, Fraction) != isinstance(other, Fraction):
        one, other = as_number(one), as_number(other)
        return one is not None and one == other
    return one == other


def contains(values: list) -> bool | None:
    """Whether the first holds all of the second."""
    if len(values) != 2 or None in values:
        return None
    return set(members(values[1])) <= set(members(values[0]))


def collected(values: list, is_ordered: bool) -> Many | None:
    """All values in one container."""
    found = tuple(one for value in values for one in members(value))
    return Many(found, is_ordered) if found else None


def rounded(number: Fraction, mode: str, figures: int) -> Fraction:
    """Rounded half up to so many significant figures or decimal places."""
    if mode == "significantFigures":
        exponent = 0
        while number and abs(number) * Fraction(10) ** -exponent >= 10 and exponent < 200:
            exponent += 1
        while number and abs(number) * Fraction(10) ** -exponent < 1 and exponent > -200:
            exponent -= 1
        figures = figures - 1 - exponent
    unit = Fraction(10) ** figures
    return floor(number * unit + Fraction(1, 2)) / unit
