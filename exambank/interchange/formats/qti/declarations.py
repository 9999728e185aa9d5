"""PURE. What an item declares: its responses with their keys and mappings, and its outcomes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from exambank.interchange.formats.qti.names import child, is_true

_NUMBER = re.compile(r"\s*([+-]?(?:\d{1,60}(?:\.\d{0,60})?|\.\d{1,60}))(?:[eE]([+-]?\d{1,3}))?\s*")
NUMERIC = ("float", "integer")
MOST_ENTRIES = 500


@dataclass(frozen=True)
class MapEntry:
    key: str
    points: Fraction
    is_case_sensitive: bool


@dataclass(frozen=True)
class Mapping:
    """Points by value; what stands in no entry gets ``default``; bounds cut the sum."""

    entries: tuple[MapEntry, ...]
    default: Fraction
    lower: Fraction | None
    upper: Fraction | None


@dataclass(frozen=True)
class Response:
    """``fields``: the names of the values where a response is a record."""

    identifier: str
    cardinality: str = "single"
    base_type: str = "identifier"
    correct: tuple[str, ...] = ()
    mapping: Mapping | None = None
    has_areas: bool = False
    interpretation: str = ""
    fields: tuple[str, ...] = ()

    @property
    def is_numeric(self) -> bool:
        return self.base_type in NUMERIC

    @property
    def positive_keys(self) -> tuple[str, ...]:
        """The values to which the mapping gives points."""
        return tuple(one.key for one in self.mapping.entries if one.points > 0) if self.mapping else ()

    @property
    def best(self) -> tuple[str, ...]:
        """The declared answer, or what the mapping rewards most."""
        if self.correct or not self.positive_keys or self.cardinality != "single":
            return self.correct or self.positive_keys
        return (max(self.mapping.entries, key=lambda one: one.points).key,)


@dataclass(frozen=True)
class Outcome:
    identifier: str
    cardinality: str = "single"
    base_type: str = ""
    default: tuple[str, ...] = ()
    maximum: Fraction | None = None
    is_table: bool = False


def number_of(written: str | None) -> Fraction | None:
    """The exact number that XML writes (point, perhaps a power of ten); None for anything else."""
    found = _NUMBER.fullmatch(written or "")
    if found is None:
        return None
    power = int(found[2] or 0)
    if abs(power) > 100:
        return None
    return Fraction(found[1]) * Fraction(10) ** power


def values_in(element) -> Iterator[str]:
    """The texts of the ``value`` elements."""
    for one in element if element is not None else ():
        if one.tag == "value":
            yield _tidy("".join(one.itertext()))


def _tidy(words: str) -> str:
    return " ".join(words.split())


def read_response(element) -> Response:
    """A ``responseDeclaration``."""
    identifier = (element.get("identifier") or "").strip()
    base_type = (element.get("baseType") or "").strip()
    key = child(element, "correctResponse")
    given = [(_tidy("".join(one.itertext())), one.get("fieldIdentifier", "")) for one in key if one.tag == "value"] if (
        key is not None
    ) else []  # fmt: skip
    given = [(value, name) for value, name in given[:MOST_ENTRIES] if value]
    return Response(
        identifier=identifier,
        cardinality=(element.get("cardinality") or "single").strip(),
        base_type=base_type or "identifier",
        correct=tuple(_pair(value, base_type) for value, _name in given),
        mapping=_mapping(child(element, "mapping"), base_type),
        has_areas=child(element, "areaMapping") is not None,
        interpretation=(key.get("interpretation") or "").strip() if key is not None else "",
        fields=tuple(name for _value, name in given),
    )


def _pair(value: str, base_type: str) -> str:
    return pair_key(value, base_type) if base_type in ("pair", "directedPair") else value


def pair_key(value: str, base_type: str) -> str:
    """A pair as it is compared: "A B"; the sides of an undirected one in a fixed order."""
    sides = value.split()
    return " ".join(sorted(sides) if base_type == "pair" else sides)


def _mapping(element, base_type: str) -> Mapping | None:
    if element is None:
        return None
    entries = []
    for one in element:
        points = number_of(one.get("mappedValue"))
        if one.tag == "mapEntry" and one.get("mapKey") is not None and points is not None:
            key = _pair(_tidy(one.get("mapKey")), base_type)
            entries.append(MapEntry(key, points, is_true(one.get("caseSensitive") or "true")))
    lower, upper = number_of(element.get("lowerBound")), number_of(element.get("upperBound"))
    if upper is not None and upper <= 0:  # some exports write 0 for "no bound": taken as it stands nobody gets points
        upper = None
    return Mapping(tuple(entries[:MOST_ENTRIES]), number_of(element.get("defaultValue")) or Fraction(0), lower, upper)


def read_outcome(element) -> Outcome:
    """An ``outcomeDeclaration``."""
    return Outcome(
        identifier=(element.get("identifier") or "").strip(),
        cardinality=(element.get("cardinality") or "single").strip(),
        base_type=(element.get("baseType") or "").strip(),
        default=tuple(values_in(child(element, "defaultValue"))),
        maximum=number_of(element.get("normalMaximum")),
        is_table=child(element, "matchTable", "interpolationTable") is not None,
    )
